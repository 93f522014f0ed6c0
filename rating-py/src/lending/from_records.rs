//! What the records of firms hold for lending: patents as collateral, figures of the need.

use crate::columns::Frame;
use crate::error::Result;
use crate::records::{PyRecords, day};
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::lending::{Asset, NeedFigures};
use rating_core::num::Money;

/// The patents of every firm as collateral on a day, a row a patent.
#[pyfunction]
pub(crate) fn patent_assets(py: Python<'_>, records: &PyRecords, as_of: &str) -> Result<PyTable> {
    let (intake, on) = (records.intake(), day("as_of", as_of)?);
    py.detach(|| {
        let each = intake.dossiers.iter().flat_map(|dossier| {
            let firm = dossier.firm().to_string();
            let patents = Asset::patents(&dossier.view(on), on);
            patents.into_iter().map(move |asset| (firm.clone(), asset))
        });
        let rows: Vec<(String, Asset)> = each.collect();
        let each = || rows.iter().map(|(_, asset)| asset);
        Frame::default()
            .text("firm_id", rows.iter().map(|(firm, _)| firm))
            .text("asset_id", each().map(|asset| &asset.id))
            .text("kind", each().map(|_| "patent"))
            .flags("is_owned", each().map(|asset| asset.is_owned))
            .flags("is_pledged", each().map(|asset| asset.is_pledged))
            .flags("has_lapsed", each().map(|asset| asset.has_lapsed))
            .days("ends_on", each().map(|asset| asset.ends_on))
            .days("acquired_on", each().map(|asset| asset.acquired_on))
            .some_numbers("remaining_years", each().map(|asset| asset.remaining_years(on)))
            .finish()
    })
}

/// What the statements of every firm say of its need of working capital, and what they do not say, a row a firm.
#[pyfunction]
pub(crate) fn need_figures(py: Python<'_>, records: &PyRecords, as_of: &str) -> Result<PyTable> {
    let (intake, on) = (records.intake(), day("as_of", as_of)?);
    py.detach(|| {
        let each = intake.dossiers.iter();
        let rows: Vec<(String, NeedFigures)> = each
            .map(|dossier| (dossier.firm().to_string(), NeedFigures::of(&dossier.view(on))))
            .collect();
        let money = |of: fn(&NeedFigures) -> Option<Money>| rows.iter().map(move |(_, known)| of(known));
        Frame::default()
            .text("firm_id", rows.iter().map(|(firm, _)| firm))
            .some_integers("year", rows.iter().map(|(_, known)| known.year.map(i64::from)))
            .money("sales", money(|known| known.sales))
            .money("cost", money(|known| known.cost))
            .money("profit", money(|known| known.profit))
            .money("receivables", money(|known| known.receivables))
            .money("inventory", money(|known| known.inventory))
            .money("payables", money(|known| known.payables))
            .lists("missing", rows.iter().map(|(_, known)| known.missing()))
            .finish()
    })
}
