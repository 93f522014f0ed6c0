//! Products for a firm, firms for a product.

use super::catalogue::{Catalogue, Product};
use super::spec::ProductSpec;
use crate::id::FirmId;
use crate::lending::LifeStage;
use crate::measure::Measures;
use crate::num::Pd;
use crate::rating::{Rating, Standing};
use crate::record::{Dossier, View};
use crate::rule::rulebook::{Declared, Evaluation, PosedTest, Question, Truth, Unknown, Verdict};
use std::cmp::Ordering;

/// What is known of a firm that looks for finance.
#[derive(Clone, Copy, Debug)]
pub struct Prospect<'q, 'a> {
    /// The firm on the day.
    pub view: &'q View<'a>,
    /// Its measures.
    pub measures: &'q Measures,
    /// What is declared of it, by [`Catalogue::declare`].
    pub declared: &'q Declared,
    /// Its rating; none leaves open what asks for one, and the stage of life is not known.
    pub rating: Option<&'q Rating>,
}

/// How the stage of life of a firm goes with those that a product is meant for, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StageFit {
    /// It is one of them.
    Meant,
    /// The document does not say, or the stage of the firm is not known.
    NotSaid,
    /// It is none of them.
    Other,
}

impl StageFit {
    /// One word for tables: `meant`, `not_said`, `other`.
    pub const fn word(self) -> &'static str {
        match self {
            StageFit::Meant => "meant",
            StageFit::NotSaid => "not_said",
            StageFit::Other => "other",
        }
    }
}

/// What one condition says of a firm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductAnswer {
    /// Met, not met, or open.
    pub truth: Truth,
    /// What is not known, if it is open.
    pub missing: Vec<Unknown>,
}

/// What a product says of a firm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductMatch {
    /// Place of the product in the catalogue.
    pub product: usize,
    /// The product.
    ///
    /// `Passed`: every condition holds, whatever is not known. `Failed`: one does not. `Open`: what is not known decides.
    /// `NotInForce`: the product is not in force on the day, and no condition was asked.
    pub verdict: Verdict,
    /// How the stage of life goes with it.
    pub stage: StageFit,
    /// Each condition, in the order of the document.
    pub conditions: Vec<ProductAnswer>,
    /// What speaks for it, in the order of the document.
    pub fits: Vec<ProductAnswer>,
}

impl ProductMatch {
    /// What is not known of the conditions and may decide, each once.
    pub fn missing(&self) -> Vec<Unknown> {
        let mut missing: Vec<Unknown> = self
            .conditions
            .iter()
            .flat_map(|c| c.missing.iter().copied())
            .collect();
        missing.sort_unstable();
        missing.dedup();
        missing
    }

    fn count(answers: &[ProductAnswer], truth: Truth) -> usize {
        answers.iter().filter(|answer| answer.truth == truth).count()
    }

    /// What the order goes by, but for the place: less comes first.
    fn rank(&self) -> (u8, StageFit, usize, usize, std::cmp::Reverse<usize>) {
        let verdict = match self.verdict {
            Verdict::Passed => 0,
            Verdict::Open => 1,
            Verdict::Failed => 2,
            Verdict::NotInForce => 3,
        };
        (
            verdict,
            self.stage,
            Self::count(&self.conditions, Truth::No),
            Self::count(&self.conditions, Truth::Open),
            std::cmp::Reverse(Self::count(&self.fits, Truth::Yes)),
        )
    }
}

/// A firm for a product.
#[derive(Clone, Debug, PartialEq)]
pub struct FirmMatch {
    /// Its place among the firms that were given.
    pub firm: usize,
    /// Its id.
    pub id: FirmId,
    /// Its PD; none without a rating.
    pub pd: Option<Pd>,
    /// What the product says of it.
    pub found: ProductMatch,
}

impl Catalogue {
    /// What every product says of a firm as of the day of its rating, in order: the first fits best. Total.
    ///
    /// ```text
    /// order: verdict (passed, open, failed, not in force);
    ///        stage of life (meant for it, not said, meant for others);
    ///        fewest conditions not met; fewest conditions open; most that speaks for it;
    ///        place in the catalogue
    /// ```
    /// Learning what was not known never turns a verdict that was passed or failed; a product that is not in force on
    /// the day is told as such and never matches.
    ///
    /// ```
    /// use rating_core::lending::CatalogueSpec;
    /// use rating_core::rating::ModelSpec;
    /// use rating_core::record::Dossier;
    /// use rating_core::rule::rulebook::{Declared, RulebookSpec, Verdict};
    /// let model = ModelSpec::preset("tech-firm").ok_or("no model")?.check().map_err(|faults| faults[0].clone())?;
    /// let book = RulebookSpec::preset("china").ok_or("no rulebook")?.check().map_err(|faults| faults[0].clone())?;
    /// let spec = CatalogueSpec::preset("shanxi-2018").ok_or("no catalogue")?;
    /// let catalogue = spec.check(&book).map_err(|faults| faults[0].clone())?;
    /// let firm: Dossier = r#"{"firm_id": "F-000001"}"#.parse()?;
    /// let rating = model.rate(&firm, "2025-06-30".parse()?);
    /// let found = catalogue.match_products(&rating, &firm, &Declared::default());
    /// assert_eq!(found.len(), catalogue.spec().products.len());
    /// assert!(found.iter().all(|m| m.verdict != Verdict::Passed)); // nobody reported anything
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn match_products(&self, rating: &Rating, firm: &Dossier, declared: &Declared) -> Vec<ProductMatch> {
        let view = firm.view(rating.as_of);
        let measures = Measures::of(&view);
        self.matches(&Prospect {
            view: &view,
            measures: &measures,
            declared,
            rating: Some(rating),
        })
    }

    /// The same of a view and measures that are at hand, as of the day of the view.
    pub fn matches(&self, prospect: &Prospect<'_, '_>) -> Vec<ProductMatch> {
        let evaluations = self.evaluations(prospect);
        let mut found: Vec<ProductMatch> = (0..self.parts.products.len())
            .filter_map(|at| self.one(at, prospect, &evaluations))
            .collect();
        // Stable: what is left equal stands in the order of the catalogue.
        found.sort_by_key(ProductMatch::rank);
        found
    }

    /// Which firms a product fits, in order: the first fits best. Total; empty for a place that no product has.
    ///
    /// The order is that of [`match_products`](Self::match_products); between equals the firm with the lower PD comes first, a
    /// firm without a rating last, and then the id decides. So the order does not depend on that of the firms that
    /// were given, as long as each stands once.
    pub fn firms_for(&self, product: usize, firms: &[Prospect<'_, '_>]) -> Vec<FirmMatch> {
        let each = firms.iter().enumerate().filter_map(|(firm, prospect)| {
            let found = self.one(product, prospect, &self.evaluations(prospect))?;
            Some(FirmMatch {
                firm,
                id: prospect.view.firm().clone(),
                pd: prospect.rating.map(|rating| rating.assessment.pd),
                found,
            })
        });
        let mut found: Vec<FirmMatch> = each.collect();
        found.sort_by(|a, b| {
            let ranks = a.found.rank().cmp(&b.found.rank());
            ranks
                .then_with(|| by_pd(a.pd, b.pd))
                .then_with(|| a.id.cmp(&b.id))
        });
        found
    }

    fn evaluations(&self, prospect: &Prospect<'_, '_>) -> Vec<Evaluation> {
        self.parts
            .rulebook
            .evaluate(prospect.view, prospect.measures, prospect.declared)
    }

    fn one(
        &self,
        at: usize,
        prospect: &Prospect<'_, '_>,
        evaluations: &[Evaluation],
    ) -> Option<ProductMatch> {
        let (spec, product) = (self.spec().products.get(at)?, self.parts.products.get(at)?);
        let question = Question {
            view: prospect.view,
            measures: prospect.measures,
            declared: prospect.declared,
            evaluations,
            rating: prospect.rating.and_then(symbol),
        };
        let stage = stage(spec, prospect.rating);
        if !spec.is_in_force(prospect.view.as_of()) {
            return Some(ProductMatch {
                product: at,
                verdict: Verdict::NotInForce,
                stage,
                conditions: Vec::new(),
                fits: Vec::new(),
            });
        }
        let (conditions, fits) = self.answers(product, &question);
        Some(ProductMatch {
            product: at,
            verdict: verdict(&conditions),
            stage,
            conditions,
            fits,
        })
    }

    fn answers(
        &self,
        product: &Product,
        question: &Question<'_, '_>,
    ) -> (Vec<ProductAnswer>, Vec<ProductAnswer>) {
        let answer = |test: &PosedTest| {
            let (truth, missing) = self.parts.rulebook.answer(test, question);
            ProductAnswer { truth, missing }
        };
        let each = |tests: &[PosedTest]| tests.iter().map(answer).collect();
        (each(&product.conditions), each(&product.fits))
    }
}

/// A firm of which too little is known has no symbol yet: what asks for one stays open.
fn symbol(rating: &Rating) -> Option<&str> {
    (rating.standing != Standing::NotEnoughInformation).then(|| rating.symbol())
}

fn stage(product: &ProductSpec, rating: Option<&Rating>) -> StageFit {
    let Some(rating) = rating.filter(|_| !product.stages.is_empty()) else {
        return StageFit::NotSaid;
    };
    if product.stages.contains(&LifeStage::from(rating.assessment.stage)) {
        StageFit::Meant
    } else {
        StageFit::Other
    }
}

fn verdict(conditions: &[ProductAnswer]) -> Verdict {
    let all = conditions.iter().fold(Truth::Yes, |all, c| all.and(c.truth));
    match all {
        Truth::Yes => Verdict::Passed,
        Truth::Open => Verdict::Open,
        Truth::No => Verdict::Failed,
    }
}

fn by_pd(a: Option<Pd>, b: Option<Pd>) -> Ordering {
    let of = |pd: Option<Pd>| pd.map_or(f64::INFINITY, Pd::get);
    of(a).total_cmp(&of(b))
}
