//! Patents, other rights, research and certificates.
//!
//! A patent that is taken over after the day is not the firm's yet and counts nowhere. A patent without a day
//! of grant counts as granted if its status is one that only a grant leads to.

use super::finance::last_year_ended;
use super::{Measure, Measured, Measures, Missing};
use crate::id::PatentKind;
use crate::num::{Date, Money};
use crate::record::{
    CertificateKind, Patent, PatentStatus, PropertyClass, PropertyKind, ResearchYear, TableName, TaxKind,
    View,
};

pub(super) fn measure(view: &View<'_>, out: &mut Measures) {
    let rights = view
        .answered_on(TableName::IntellectualProperties)
        .map(|_| Rights::of(view));
    if view.answered_on(TableName::Patents).is_some() {
        Portfolio::of(view).report(&rights.unwrap_or_default(), out);
    }
    if let Some(rights) = rights {
        out.set(
            Measure::TechnologySoftwareCopyrights,
            f64::from(rights.software_copyrights),
        );
        out.set(Measure::TechnologyTrademarks, f64::from(rights.trademarks));
    }
    if view.answered_on(TableName::ResearchYears).is_some() {
        measure_research(view, out);
    }
    if view.answered_on(TableName::Certificates).is_some() {
        measure_certificates(view, out);
    }
}

/// Counts of the rights other than patents that stand on the day.
#[derive(Clone, Copy, Default)]
struct Rights {
    class_one: u32,
    class_two: u32,
    software_copyrights: u32,
    trademarks: u32,
}

impl Rights {
    fn of(view: &View<'_>) -> Self {
        let mut rights = Self::default();
        let standing = view
            .intellectual_properties()
            .filter(|right| right.is_in_force(view.as_of()));
        for right in standing {
            match right.kind.class() {
                Some(PropertyClass::One) => rights.class_one += 1,
                Some(PropertyClass::Two) => rights.class_two += 1,
                None => {}
            }
            rights.software_copyrights += u32::from(right.kind == PropertyKind::SoftwareCopyright);
            rights.trademarks += u32::from(right.kind == PropertyKind::Trademark);
        }
        rights
    }
}

/// What one pass over the patents adds up; whole numbers, so that the order of the patents cannot matter.
#[derive(Default)]
struct Portfolio<'a> {
    applications: u32,
    own_granted: u32,
    own_decided: u32,
    in_force: u32,
    inventions: u32,
    transferred: u32,
    pledged: u32,
    age_days: i64,
    life_days: i64,
    classes: Vec<&'a str>,
}

impl<'a> Portfolio<'a> {
    fn of(view: &View<'a>) -> Self {
        let as_of = view.as_of();
        let window_start = as_of.plus_months(-36);
        let mut portfolio = Self::default();
        for patent in view.patents().filter(|p| p.filed_on <= as_of) {
            let is_own = patent.transferred_in_on.is_none();
            if !is_own && view.happened(patent.transferred_in_on).is_none() {
                continue;
            }
            let status = patent.status_on(as_of);
            let is_granted = is_granted(patent, status, as_of);
            if is_own {
                let is_refused = matches!(status, PatentStatus::Rejected | PatentStatus::Abandoned);
                portfolio.applications += u32::from(patent.filed_on > window_start);
                portfolio.own_granted += u32::from(is_granted);
                portfolio.own_decided += u32::from(is_granted || is_refused);
            }
            if is_granted && status == PatentStatus::InForce {
                portfolio.add_in_force(patent, as_of);
            }
        }
        portfolio.classes.sort_unstable();
        portfolio.classes.dedup();
        portfolio
    }

    /// Adds a patent that is in force unless its term is over. The end of the term is asked for once a patent:
    /// calendar arithmetic is what costs here.
    fn add_in_force(&mut self, patent: &'a Patent, as_of: Date) {
        let life_days = patent.term_ends_on().days_since(as_of);
        if life_days <= 0 {
            return;
        }
        self.in_force += 1;
        self.inventions += u32::from(patent.number.kind() == PatentKind::Invention);
        self.transferred += u32::from(patent.transferred_in_on.is_some());
        self.pledged += u32::from(patent.is_pledged(as_of));
        self.age_days += i64::from(as_of.days_since(patent.filed_on));
        self.life_days += i64::from(life_days);
        self.classes
            .extend(patent.class.as_ref().map(crate::record::Text::as_str));
    }

    fn report(&self, rights: &Rights, out: &mut Measures) {
        let in_force = f64::from(self.in_force);
        let class_one = self.inventions + rights.class_one;
        let class_two = self.in_force - self.inventions + rights.class_two;
        out.set(Measure::TechnologyInventions, f64::from(self.inventions));
        out.set(Measure::TechnologyClassOne, f64::from(class_one));
        out.set(Measure::TechnologyClassTwo, f64::from(class_two));
        out.set(Measure::TechnologyApplications36m, f64::from(self.applications));
        out.set(
            Measure::TechnologyGrantRate,
            Measured::ratio(f64::from(self.own_granted), f64::from(self.own_decided)),
        );
        let mean_years = |days: i64| Measured::ratio(days as f64, 365.25 * in_force);
        out.set(Measure::TechnologyMeanAge, mean_years(self.age_days));
        out.set(Measure::TechnologyRemainingLife, mean_years(self.life_days));
        let share = |part: u32| Measured::ratio(f64::from(part), in_force);
        out.set(Measure::TechnologyTransferredShare, share(self.transferred));
        out.set(Measure::TechnologyPledgedShare, share(self.pledged));
        out.set(Measure::TechnologyBreadth, self.classes.len() as f64);
    }
}

/// Whether a patent was granted by the day.
fn is_granted(patent: &Patent, status: PatentStatus, as_of: Date) -> bool {
    match patent.granted_on {
        Some(day) => day <= as_of,
        None => match status {
            PatentStatus::InForce
            | PatentStatus::Lapsed
            | PatentStatus::Expired
            | PatentStatus::Invalidated => true,
            // An end that is not told may be a refusal: it is no grant and no refusal.
            PatentStatus::Pending
            | PatentStatus::Abandoned
            | PatentStatus::Rejected
            | PatentStatus::Ended => false,
        },
    }
}

fn measure_research(view: &View<'_>, out: &mut Measures) {
    let last_ended = last_year_ended(view.as_of());
    let latest = view
        .research_years()
        .filter(|r| r.year == last_ended || r.year == last_ended - 1)
        .max_by_key(|r| r.year);
    let Some(latest) = latest else {
        for measure in [
            Measure::TechnologyResearchExpense,
            Measure::TechnologyResearchIntensity,
            Measure::TechnologyResearchGrowth,
            Measure::TechnologyResearchStaffShare,
            Measure::TechnologyResearchIntensity3y,
        ] {
            out.set(measure, Missing::TooShort);
        }
        return;
    };
    out.set(
        Measure::TechnologyResearchIntensity3y,
        intensity_of_three_years(view, latest.year),
    );
    // Every measure starts as not reported, so a field left empty needs no word.
    if let Some(expense) = latest.expense {
        out.set(Measure::TechnologyResearchExpense, expense.yuan());
        out.set(
            Measure::TechnologyResearchIntensity,
            intensity(view, latest, expense),
        );
        out.set(Measure::TechnologyResearchGrowth, growth(view, latest, expense));
    }
    if let Some((research, all)) = latest.research_staff.zip(latest.staff) {
        out.set(
            Measure::TechnologyResearchStaffShare,
            Measured::ratio(f64::from(research), f64::from(all)),
        );
    }
}

fn intensity(view: &View<'_>, latest: &ResearchYear, expense: Money) -> Measured {
    match sales(view, latest.year) {
        Some(sales) => Measured::ratio(expense.fen() as f64, sales as f64),
        None => Missing::NotReported.into(),
    }
}

/// Research expense over sales of three years, or of as many as the firm has existed.
fn intensity_of_three_years(view: &View<'_>, latest: i16) -> Measured {
    let founded = view.registration().map(|r| r.established_on.year());
    let first = founded.map_or(latest - 2, |year| year.clamp(latest - 2, latest));
    let (mut expense, mut of_sales) = (0, 0);
    for year in first..=latest {
        let Some(research) = view.research_years().find(|r| r.year == year) else {
            return Missing::TooShort.into();
        };
        let Some((spent, sold)) = research.expense.zip(sales(view, year)) else {
            return Missing::NotReported.into();
        };
        expense += i128::from(spent.fen());
        of_sales += sold;
    }
    Measured::ratio(expense as f64, of_sales as f64)
}

/// Sales of a year, in fen, from its statement, else from its filings.
fn sales(view: &View<'_>, year: i16) -> Option<i128> {
    let stated = view.statements().find(|s| s.year == year).and_then(|s| s.sales);
    let stated = stated.map(|sales| i128::from(sales.fen()));
    stated.or_else(|| filed_sales(view, year))
}

/// Taxable sales, in fen, of the VAT filings for a year that were filed by the day; none if there are none.
fn filed_sales(view: &View<'_>, year: i16) -> Option<i128> {
    let (first, last) = (Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?);
    let mut sales = view
        .filings()
        .filter(|f| f.kind == TaxKind::Vat && first <= f.period_end && f.period_end <= last)
        .filter(|f| view.happened(f.filed_on).is_some())
        .filter_map(|f| f.taxable_sales)
        .peekable();
    sales.peek()?;
    Some(Money::sum(sales))
}

fn growth(view: &View<'_>, latest: &ResearchYear, expense: Money) -> Measured {
    let before = view
        .research_years()
        .find(|r| r.year == latest.year - 1)
        .and_then(|r| r.expense);
    match before {
        None => Missing::TooShort.into(),
        Some(before) if before > Money::ZERO => {
            Measured::Value((expense.fen() - before.fen()) as f64 / before.fen() as f64)
        }
        Some(_) => Missing::NotApplicable.into(),
    }
}

fn measure_certificates(view: &View<'_>, out: &mut Measures) {
    let holds = |kind: CertificateKind| {
        view.certificates()
            .any(|c| c.kind == kind && c.is_valid(view.as_of()))
    };
    let kinds = CertificateKind::ALL.iter().filter(|kind| holds(**kind)).count();
    out.set(
        Measure::TechnologyHighTech,
        f64::from(u8::from(holds(CertificateKind::HighTechEnterprise))),
    );
    out.set(Measure::TechnologyCertificates, kinds as f64);
}

#[cfg(test)]
mod tests;
