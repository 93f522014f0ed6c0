//! What follows from a rating.

use super::Rating;
use crate::rule::rulebook::{Applied, Question, Rulebook};

impl Rating {
    /// What follows for the firm by a rulebook, with the symbol of this rating where the rulebook asks for one.
    ///
    /// ```
    /// use rating_core::measure::Measures;
    /// use rating_core::rating::ModelSpec;
    /// use rating_core::record::Dossier;
    /// use rating_core::rule::rulebook::{ApplicationState, Declared, Question, RulebookSpec};
    /// let model = ModelSpec::preset("tech-firm").ok_or("no model")?.check().map_err(|e| e[0].clone())?;
    /// let book = RulebookSpec::preset("china").ok_or("no rulebook")?.check().map_err(|e| e[0].clone())?;
    /// let firm: Dossier = r#"{"firm_id": "F-000001", "tax_credit_levels": [{"year": 2024, "level": "A"}]}"#.parse()?;
    /// let view = firm.view("2025-07-01".parse()?);
    /// let (measures, declared) = (Measures::of(&view), Declared::default());
    /// let evaluations = book.evaluate(&view, &measures, &declared);
    /// let question = Question { view: &view, measures: &measures, declared: &declared, evaluations: &evaluations, rating: None };
    /// let applied = model.rate(&firm, view.as_of()).apply(&book, question);
    /// let applies = applied.applications.iter().filter(|a| a.state == ApplicationState::Applies);
    /// let ids: Vec<&str> = applies.map(|a| book.spec().applications[a.application].id.as_str()).collect();
    /// assert_eq!(ids, ["tax_a_list", "tax_a_invoices", "bank_tax_loan"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn apply<'a>(&self, book: &Rulebook, question: Question<'_, 'a>) -> Applied<'a> {
        let rating = Some(self.symbol());
        book.apply(&Question { rating, ..question })
    }
}
