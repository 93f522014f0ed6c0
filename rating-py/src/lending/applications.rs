//! Applications as a frame.

use super::applicants::Applicants;
use super::beside::Beside;
use super::sheet::{
    Cells, Form, Rows, Sheet, amount as from_0, fault, many, months as at_least_one, number, pd, word, words,
};
use crate::columns::Delivered;
use crate::error::Result;
use rating_core::id::FirmId;
use rating_core::lending::loss_sharing::LoanTrait;
use rating_core::lending::{Applicant, LoanApplication, Need, NeedFigures, Purpose, Repayment, SharedPool};
use rating_core::num::{Date, Money};
use rating_core::record::{Cell, CellFault, CellValue as _, Fault, Text};
use std::collections::BTreeSet;

/// What a frame of applications holds.
pub(super) static APPLICATIONS: Form = Form {
    table: "applications",
    needs: &["application_id", "firm_id", "on", "months"],
    may_have: &[
        "amount",
        "purpose",
        "product",
        "need",
        "is_secured",
        "own_share",
        "traits",
        "knowledge_grade",
        "owes",
        "group_owes",
        "later_pds",
        "repayment",
        "is_pool_ineligible",
        "pool_firm_loans",
        "pool_loans",
        "pool_non_performing",
        "pool_year_loans",
    ],
};

/// An application with what is known of its firm.
pub(super) struct Posed {
    pub(super) id: String,
    pub(super) firm: FirmId,
    pub(super) application: LoanApplication,
    pub(super) applicant: Applicant,
    /// Who stands for the loan, if somebody does.
    pub(super) guarantor: Option<String>,
    /// The need by the formula, or the figures that it lacks; none where the need was given, or nothing is known of it.
    pub(super) need: Option<std::result::Result<Need, Vec<&'static str>>>,
}

/// The applications of a frame, each with its firm and what stands beside it.
pub(super) fn applications(
    frame: &Delivered,
    applicants: &Applicants,
    beside: &mut Beside,
) -> Result<Rows<Posed>> {
    let mut sheet = Sheet::new(&APPLICATIONS, frame)?;
    let mut id = sheet.need("application_id", Text::from_cell);
    let mut firm = sheet.need("firm_id", FirmId::from_cell);
    let mut on = sheet.need("on", Date::from_cell);
    let mut months = sheet.need("months", at_least_one);
    let mut amount = sheet.some("amount", from_0);
    let mut purpose = sheet.some("purpose", word::<Purpose>);
    let mut product = sheet.some("product", Text::from_cell);
    let mut need = sheet.some("need", from_0);
    let mut is_secured = sheet.some("is_secured", bool::from_cell);
    let mut own_share = sheet.some("own_share", number);
    let mut traits = sheet.some("traits", stated);
    let mut knowledge_grade = sheet.some("knowledge_grade", Text::from_cell);
    let mut later_pds = sheet.some("later_pds", many(pd));
    let mut repayment = sheet.some("repayment", word::<Repayment>);
    let mut owes = ["owes", "group_owes"].map(|name| sheet.some(name, from_0));
    let mut pool = PoolCells::of(&mut sheet);
    let mut seen = BTreeSet::new();
    let rows = sheet.rows(|row| {
        let gap = || fault("application_id", "required", &"expected a value, got nothing");
        let id = id.at(row).ok_or_else(gap)?.as_str().to_owned();
        let (firm, on) = (firm.at(row).ok_or_else(gap)?, on.at(row).ok_or_else(gap)?);
        let months = months.at(row).ok_or_else(gap)?;
        let own_share = own_share.at(row).unwrap_or(1.0);
        consistent(&id, (&mut seen, beside), (on, own_share), applicants)?;
        let mut application = LoanApplication::new(on, amount.at(row), months);
        application.purpose = purpose.at(row).unwrap_or(application.purpose);
        application.product = product.at(row).map(|text| text.as_str().to_owned());
        application.need = need.at(row);
        application.is_secured = is_secured.at(row).unwrap_or(false);
        application.own_share = own_share;
        application.traits = traits.at(row).unwrap_or_default();
        application.knowledge_grade = knowledge_grade.at(row).map(|text| text.as_str().to_owned());
        let [own, group] = owes.each_mut().map(|owed| owed.at(row).unwrap_or_default());
        application.owes = (own, group);
        application.later_pds = later_pds.at(row).unwrap_or_default();
        application.repayment = repayment.at(row);
        application.pool = pool.at(row);
        let guarantor = beside.join(&id, &mut application);
        let applicant = applicants.applicant(&firm).ok_or_else(|| {
            let message = format!("expected a firm that is rated, got `{firm}`");
            fault("firm_id", "consistency", &message)
        })?;
        applicants.check_patents(&firm, &mut application);
        let need = reckoned(beside.figures(&id), (applicants, &firm), &mut application)?;
        Ok(Posed {
            id,
            firm,
            application,
            applicant,
            guarantor,
            need,
        })
    });
    Ok(rows)
}

/// The need of working capital by what records and the frame of figures say, put into the application.
fn reckoned(
    said: Option<NeedFigures>,
    (applicants, firm): (&Applicants, &FirmId),
    application: &mut LoanApplication,
) -> std::result::Result<Option<std::result::Result<Need, Vec<&'static str>>>, Fault> {
    if let (Some(_), Some(given)) = (said, application.need) {
        let message =
            format!("expected a need or the figures that it is reckoned from, got both and `{given}`");
        return Err(fault("need", "consistency", &message));
    }
    let known = applicants.need_figures(firm);
    if application.need.is_some() || (known.is_none() && said.is_none()) {
        return Ok(None);
    }
    let figures = known.unwrap_or_default().or(said.unwrap_or_default());
    let Some(input) = figures.input() else {
        return Ok(Some(Err(figures.missing())));
    };
    let need = input.need().map_err(|errors| {
        let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
        fault("need", "domain", &texts.join("; "))
    })?;
    application.need = Some(need.new_loan);
    Ok(Some(Ok(need)))
}

/// Traits that are stated: those that neither collateral nor guarantee nor insurance tells.
fn stated(cell: Cell<'_>) -> std::result::Result<Vec<LoanTrait>, CellFault> {
    let traits: Vec<LoanTrait> = words(cell)?;
    let told = traits.iter().find(|stated| stated.follows_from_collateral());
    told.map_or(Ok(()), |told| {
        Err(CellFault {
            rule: "consistency",
            message: format!(
                "expected traits that collateral, guarantee and insurance do not tell (`first_loan`), got `{}`",
                told.word()
            ),
        })
    })?;
    Ok(traits)
}

/// What must hold between the parts of an application and what stands beside it.
fn consistent(
    id: &str,
    (seen, beside): (&mut BTreeSet<String>, &Beside),
    (on, own_share): (Date, f64),
    applicants: &Applicants,
) -> std::result::Result<(), Fault> {
    if !seen.insert(id.to_owned()) {
        let message = format!("expected each application once, got `{id}` again");
        return Err(fault("application_id", "repeated", &message));
    }
    if let Some(table) = beside.spoilt(id) {
        let message = format!("expected rows beside it that can be read; see the rejects of `{table}`");
        return Err(fault("application_id", "consistency", &message));
    }
    if let Some(as_of) = applicants.as_of().filter(|as_of| on < *as_of) {
        let message = format!("expected a day not before that of the ratings, `{as_of}`, got `{on}`");
        return Err(fault("on", "consistency", &message));
    }
    if !(0.0..=1.0).contains(&own_share) {
        let message = format!("expected a fraction from 0 to 1, got `{own_share}`");
        return Err(fault("own_share", "fraction", &message));
    }
    Ok(())
}

/// Columns of what is known of the pool of loans under the policy's structure of loss sharing.
struct PoolCells {
    is_ineligible: Cells<bool>,
    amounts: [Cells<Money>; 3],
    of_year: Cells<Money>,
}

impl PoolCells {
    fn of(sheet: &mut Sheet<'_>) -> Self {
        Self {
            is_ineligible: sheet.some("is_pool_ineligible", bool::from_cell),
            amounts: ["pool_firm_loans", "pool_non_performing", "pool_loans"]
                .map(|name| sheet.some(name, from_0)),
            of_year: sheet.some("pool_year_loans", from_0),
        }
    }

    fn at(&mut self, row: usize) -> SharedPool {
        let [firm_loans, non_performing, pool] = self
            .amounts
            .each_mut()
            .map(|cells| cells.at(row).unwrap_or_default());
        SharedPool {
            is_ineligible: self.is_ineligible.at(row).unwrap_or(false),
            firm_loans,
            covered: Vec::new(),
            non_performing,
            pool,
            of_year: self.of_year.at(row),
        }
    }
}
