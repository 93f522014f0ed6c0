//! Scenarios in, offers before and after out.

use super::answers::Answers;
use super::fault::LendingFault;
use super::offer_words::reason;
use super::offers::PyOffers;
use super::sheet::{Form, Sheet, fault, pd};
use crate::columns::{Delivered, Frame};
use crate::error::Result;
use crate::long_work;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::id::{FirmId, IndustryCode};
use rating_core::lending::{LimitKind, Offer, Scenario, Stress, StressFirm, StressSpec, StressedOffer};
use rating_core::num::Money;
use rating_core::record::{CellValue as _, Text};
use std::collections::{BTreeMap, BTreeSet};

/// What a frame of industries holds; it may hold more.
static INDUSTRIES: Form = Form {
    table: "industries",
    needs: &["firm_id", "industry"],
    may_have: &[],
};

/// What a frame of firms to shock holds; it may hold more.
static FIRMS: Form = Form {
    table: "firms",
    needs: &["firm_id", "pd"],
    may_have: &["industry", "sales"],
};

/// Scenarios that hold together.
#[pyclass(frozen, name = "Stress", module = "firmrating._firmrating")]
pub(crate) struct PyStress {
    core: Stress,
}

#[pymethods]
impl PyStress {
    /// Reads and checks a document.
    #[new]
    fn new(text: &str) -> Result<Self> {
        let spec = StressSpec::from_json(text).map_err(|error| LendingFault::Document(vec![error]))?;
        let core = spec.check().map_err(LendingFault::Document)?;
        Ok(Self { core })
    }

    /// The document of scenarios that come with the package, as JSON.
    #[staticmethod]
    fn template(id: &str) -> Result<String> {
        let spec = StressSpec::example().filter(|spec| spec.id == id);
        let absent = || LendingFault::Preset {
            what: "scenarios",
            known: &["example"],
            id: id.to_owned(),
        };
        Ok(spec.ok_or_else(absent)?.to_json())
    }

    #[getter]
    fn hash(&self) -> &str {
        self.core.hash()
    }

    /// The document as JSON.
    fn to_json(&self) -> String {
        self.core.spec().to_json()
    }

    /// Firms after a scenario, a row each in their order.
    fn shocked(&self, py: Python<'_>, firms: &Bound<'_, PyAny>, scenario: &str) -> Result<PyTable> {
        let frame = Delivered::take(FIRMS.table.to_owned(), firms)?;
        let (stress, scenario) = (self.core.clone(), scenario.to_owned());
        long_work::listening(py, move || shocked(&frame, named(&stress, &scenario)?))
    }

    /// Offers before and after a scenario, a row an application.
    fn run(
        &self,
        py: Python<'_>,
        offers: &Bound<'_, PyOffers>,
        scenario: &str,
        industries: Option<&Bound<'_, PyAny>>,
    ) -> Result<PyTable> {
        let frame = industries.map(|frame| Delivered::take(INDUSTRIES.table.to_owned(), frame));
        let frame = frame.transpose()?;
        let (stress, scenario, offers) = (self.core.clone(), scenario.to_owned(), offers.get().answers());
        long_work::listening(py, move || {
            let said = frame.as_ref().map(of_frame).transpose()?.unwrap_or_default();
            run(&stress, &scenario, (&offers, &said))
        })
    }
}

/// Industries by firm; a row that cannot be read or says a second industry is refused, since its firm would take another
/// shock in silence.
fn of_frame(frame: &Delivered) -> Result<BTreeMap<FirmId, IndustryCode>> {
    let mut sheet = Sheet::among(&INDUSTRIES, frame)?;
    let mut firm = sheet.need("firm_id", FirmId::from_cell);
    let mut industry = sheet.some("industry", IndustryCode::from_cell);
    let mut seen = BTreeSet::new();
    let rows = sheet.all_of(|row| {
        let gap = || fault("firm_id", "required", &"expected a value, got nothing");
        let firm = firm.at(row).ok_or_else(gap)?;
        if !seen.insert(firm.clone()) {
            let message = format!("expected each firm once, got `{firm}` again");
            return Err(fault("firm_id", "repeated", &message));
        }
        Ok((firm, industry.at(row)))
    })?;
    let known = rows
        .into_iter()
        .filter_map(|(firm, industry)| Some((firm, industry?)));
    Ok(known.collect())
}

/// The scenario of an id.
fn named<'a>(stress: &'a Stress, scenario: &str) -> Result<Scenario<'a>> {
    let absent = || {
        let ids = stress.spec().scenarios.iter().map(|s| format!("`{}`", s.id));
        LendingFault::Argument {
            name: "scenario",
            wanted: format!("a scenario, one of {}", ids.collect::<Vec<_>>().join(", ")),
            got: scenario.to_owned(),
        }
    };
    Ok(stress.scenario(scenario).ok_or_else(absent)?)
}

/// PD and sales of firms after a scenario; a row that cannot be read is refused.
fn shocked(frame: &Delivered, scenario: Scenario<'_>) -> Result<PyTable> {
    let mut sheet = Sheet::among(&FIRMS, frame)?;
    let mut firm = sheet.need("firm_id", Text::from_cell);
    let mut pds = sheet.need("pd", pd);
    let mut industry = sheet.some("industry", IndustryCode::from_cell);
    let mut sales = sheet.some("sales", Money::from_cell);
    let rows = sheet.all(|row| {
        let industry = industry.at(row);
        let sales = sales.at(row).map(|sales| scenario.sales(sales, industry));
        let shock = scenario.shock(industry).and_then(|at| i64::try_from(at).ok());
        Some((firm.at(row)?, shock, (scenario.pd(pds.at(row)?, industry), sales)))
    })?;
    let each = || rows.iter();
    Frame::default()
        .text("firm_id", each().map(|(firm, _, _)| firm.as_str()))
        .some_integers("shock", each().map(|(_, shock, _)| *shock))
        .numbers("pd", each().map(|(_, _, (pd, _))| pd.get()))
        .money("sales", each().map(|(_, _, (_, sales))| *sales))
        .finish()
}

fn run(
    stress: &Stress,
    scenario: &str,
    (offers, said): (&Answers, &BTreeMap<FirmId, IndustryCode>),
) -> Result<PyTable> {
    let found = named(stress, scenario)?;
    let mut industries: Vec<Option<IndustryCode>> = Vec::new();
    let mut stressed: Vec<StressedOffer> = Vec::new();
    for (posed, _) in offers.each() {
        let (rating, registered) = offers.applicants.rated(&posed.firm).unzip();
        let industry = said.get(&posed.firm).copied().or(registered.flatten());
        let firm = StressFirm {
            application: &posed.application,
            applicant: &posed.applicant,
            rating: rating.as_ref(),
            industry,
        };
        stressed.extend(found.stress(&offers.policy, &[firm]));
        industries.push(industry);
    }
    laid_out(offers, &industries, &stressed)
}

fn laid_out(
    offers: &Answers,
    industries: &[Option<IndustryCode>],
    stressed: &[StressedOffer],
) -> Result<PyTable> {
    let posed = || offers.each().map(|(posed, _)| posed);
    let each = || stressed.iter();
    let rate = |offer: &Offer| offer.price.map(|price| price.rate);
    let amount = |offer: &Offer| -> Option<Money> { Some(offer.amount) };
    Frame::default()
        .text("application_id", posed().map(|posed| &posed.id))
        .text("firm_id", posed().map(|posed| posed.firm.to_string()))
        .some_text(
            "industry",
            industries
                .iter()
                .map(|code| code.as_ref().map(IndustryCode::as_str)),
        )
        .some_integers(
            "shock",
            each().map(|one| one.shock.and_then(|at| i64::try_from(at).ok())),
        )
        .text("change", each().map(|one| one.change.word()))
        .text("decision_before", each().map(|one| one.before.decision.word()))
        .text("decision_after", each().map(|one| one.after.decision.word()))
        .money("amount_before", each().map(|one| amount(&one.before)))
        .money("amount_after", each().map(|one| amount(&one.after)))
        .some_text(
            "limit_before",
            each().map(|one| one.limits().0.map(LimitKind::word)),
        )
        .some_text(
            "limit_after",
            each().map(|one| one.limits().1.map(LimitKind::word)),
        )
        .some_numbers("rate_before", each().map(|one| rate(&one.before)))
        .some_numbers("rate_after", each().map(|one| rate(&one.after)))
        .numbers("pd_before", posed().map(|posed| posed.applicant.pd.get()))
        .numbers("pd_after", each().map(|one| one.applicant.pd.get()))
        .some_text(
            "grade_before",
            posed().map(|posed| posed.applicant.grade.as_ref()),
        )
        .some_text("grade_after", each().map(|one| one.applicant.grade.as_ref()))
        .lists("because", each().map(|one| one.because.iter().map(reason)))
        .finish()
}
