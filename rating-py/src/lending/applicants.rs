//! What is known of the firms that apply: from ratings and the records behind them, or from a frame.

use super::applications::Posed;
use super::sheet::{Form, Rows, Sheet, fault, pd, word};
use crate::columns::Delivered;
use crate::error::Result;
use crate::ratings::find;
use rating_core::id::{FirmId, IndustryCode};
use rating_core::lending::{
    Applicant, Counterfactual, LendingPolicy, LifeStage, LoanApplication, NeedFigures, RatedFirm,
};
use rating_core::measure::Measures;
use rating_core::num::{Date, Money};
use rating_core::rating::{Rating, RatingModel, Standing};
use rating_core::record::{Cell, CellFault, CellValue as _, Intake, Reject, Text};
use rating_core::scale::Grade;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a frame of firms holds; it may hold more.
pub(super) static FIRMS: Form = Form {
    table: "firms",
    needs: &["firm_id", "grade", "pd", "stage"],
    may_have: &["standing", "sales_12m", "tax_12m", "invoiced_12m"],
};

/// Firms that may apply.
pub(super) enum Applicants {
    /// Those of records, rated by a model as of a day.
    Rated {
        intake: Arc<Intake>,
        model: RatingModel,
        as_of: Date,
    },
    /// Those of a frame.
    Listed {
        firms: BTreeMap<FirmId, Applicant>,
        rejects: Vec<Reject>,
    },
}

impl Applicants {
    /// The firms of a frame.
    pub(super) fn listed(frame: &Delivered) -> Result<Self> {
        let rows = of_frame(frame)?;
        Ok(Applicants::Listed {
            firms: rows.used.into_iter().collect(),
            rejects: rows.rejects,
        })
    }

    /// What is known of a firm; none if it is not among them.
    pub(super) fn applicant(&self, firm: &FirmId) -> Option<Applicant> {
        match self {
            Applicants::Rated { intake, model, as_of } => {
                let dossier = find(intake, firm.as_ref()).ok()?;
                let view = dossier.view(*as_of);
                let measures = Measures::of(&view);
                Some(Applicant::of(&model.explain(&view, &measures), &view, &measures))
            }
            Applicants::Listed { firms, .. } => firms.get(firm).cloned(),
        }
    }

    /// What the records say of the need of a firm; none of firms of a frame.
    pub(super) fn need_figures(&self, firm: &FirmId) -> Option<NeedFigures> {
        let Applicants::Rated { intake, as_of, .. } = self else {
            return None;
        };
        let dossier = find(intake, firm.as_ref()).ok()?;
        Some(NeedFigures::of(&dossier.view(*as_of)))
    }

    /// Takes what the records say of the patents that a firm offers; a frame of firms says nothing of them.
    pub(super) fn check_patents(&self, firm: &FirmId, application: &mut LoanApplication) {
        let Applicants::Rated { intake, as_of, .. } = self else {
            return;
        };
        if let Ok(dossier) = find(intake, firm.as_ref()) {
            application.check_patents(&dossier.view(*as_of));
        }
    }

    /// The rating of a firm and its registered industry; none of firms of a frame.
    pub(super) fn rated(&self, firm: &FirmId) -> Option<(Rating, Option<IndustryCode>)> {
        let Applicants::Rated { intake, model, as_of } = self else {
            return None;
        };
        let view = find(intake, firm.as_ref()).ok()?.view(*as_of);
        let industry = view.registration().and_then(|registration| registration.industry);
        Some((model.explain(&view, &Measures::of(&view)), industry))
    }

    /// The day that the ratings are of; none for a frame, which does not say it.
    pub(super) const fn as_of(&self) -> Option<Date> {
        match self {
            Applicants::Rated { as_of, .. } => Some(*as_of),
            Applicants::Listed { .. } => None,
        }
    }

    /// Which measures would change an answer; none of firms of a frame, which has no measures.
    pub(super) fn nearest(&self, policy: &LendingPolicy, posed: &Posed) -> Vec<Counterfactual> {
        let Applicants::Rated { intake, model, as_of } = self else {
            return Vec::new();
        };
        let Ok(dossier) = find(intake, posed.firm.as_ref()) else {
            return Vec::new();
        };
        let view = &dossier.view(*as_of);
        let measures = &Measures::of(view);
        let firm = RatedFirm {
            model,
            view,
            measures,
        };
        policy.nearest_measures(&posed.application, &firm)
    }

    /// Rows of the frame that could not be read.
    pub(super) fn left_out(&self) -> &[Reject] {
        match self {
            Applicants::Rated { .. } => &[],
            Applicants::Listed { rejects, .. } => rejects,
        }
    }
}

fn of_frame(frame: &Delivered) -> Result<Rows<(FirmId, Applicant)>> {
    let mut sheet = Sheet::among(&FIRMS, frame)?;
    let mut firm = sheet.need("firm_id", FirmId::from_cell);
    let mut standing = sheet.some("standing", standing);
    let mut grade = sheet.need("grade", Text::from_cell);
    let mut pd = sheet.need("pd", pd);
    let mut stage = sheet.need("stage", word::<LifeStage>);
    let mut sales = sheet.some("sales_12m", Money::from_cell);
    let mut tax = sheet.some("tax_12m", Money::from_cell);
    let mut invoiced = sheet.some("invoiced_12m", Money::from_cell);
    let mut seen = std::collections::BTreeSet::new();
    Ok(sheet.rows(|row| {
        let gap = || fault("firm_id", "required", &"expected a value, got nothing");
        let firm = firm.at(row).ok_or_else(gap)?;
        if !seen.insert(firm.clone()) {
            let message = format!("expected each firm once, got `{firm}` again");
            return Err(fault("firm_id", "repeated", &message));
        }
        let standing = standing.at(row).unwrap_or(RATED);
        let grade = grade.at(row).map(|symbol| symbol.as_str().to_owned());
        let applicant = Applicant {
            grade: grade.filter(|_| matches!(standing, Standing::Rated(_))),
            standing,
            pd: pd.at(row).ok_or_else(gap)?,
            stage: stage.at(row).ok_or_else(gap)?,
            sales_12m: sales.at(row),
            tax_12m: tax.at(row),
            invoiced_12m: invoiced.at(row),
        };
        Ok((firm, applicant))
    }))
}

/// A firm that is rated. An offer reads the symbol of the grade and not its place on a scale, which a frame does not say.
const RATED: Standing = Standing::Rated(Grade::at(0));

fn standing(cell: Cell<'_>) -> std::result::Result<Standing, CellFault> {
    let all = [
        RATED,
        Standing::InDefault,
        Standing::NotEnoughInformation,
        Standing::Withdrawn,
    ];
    let shown = cell.shown(60);
    let found = all.into_iter().find(|standing| standing.word() == shown.trim());
    found.ok_or_else(|| {
        let words = all.map(|standing| format!("`{}`", standing.word())).join(", ");
        CellFault {
            rule: "code",
            message: format!("expected one of {words}, got `{shown}`"),
        }
    })
}
