//! A fund in many futures.

use super::fault::LendingFault;
use super::offer_words::refusal;
use super::sheet::{Form, Sheet, lgd, pd, words};
use crate::columns::{Delivered, Frame};
use crate::error::Result;
use crate::rating::language;
use crate::records::day;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::lending::loss_sharing::{
    FundLoan, FundOutlook, FundPortfolio, LossSharing, simulate as run,
};
use rating_core::num::Money;
use rating_core::record::{CellValue as _, Text};
use rating_core::report;

/// What a frame of loans holds.
pub(super) static LOANS: Form = Form {
    table: "loans",
    needs: &["loan_id", "firm_id", "principal", "pd", "lgd"],
    may_have: &["traits"],
};

/// What is asked of the futures.
#[derive(FromPyObject)]
pub(super) struct Question {
    #[pyo3(item)]
    party: String,
    #[pyo3(item)]
    start: String,
    #[pyo3(item)]
    months: u16,
    #[pyo3(item)]
    correlation: f64,
    #[pyo3(item)]
    futures: u32,
    #[pyo3(item)]
    seed: u64,
}

/// What happened to a party in many futures.
#[pyclass(frozen, name = "FundOutlook", module = "firmrating._firmrating")]
pub(crate) struct PyFundOutlook {
    structure: LossSharing,
    /// Loans and firms that the structure does not take, with their ids.
    ids: Vec<(String, String)>,
    party: usize,
    core: FundOutlook,
}

#[pymethods]
impl PyFundOutlook {
    /// What the party pays on average, in yuan.
    #[getter]
    fn expected(&self) -> f64 {
        self.core.expected()
    }

    /// Loans, in yuan.
    #[getter]
    fn lent(&self) -> f64 {
        self.core.lent
    }

    /// Loans for each yuan that the party is expected to pay; none if it pays nothing.
    #[getter]
    fn multiplier(&self) -> Option<f64> {
        self.core.multiplier()
    }

    /// The share of the futures in which the breaker opens.
    #[getter]
    fn breaker_opens(&self) -> f64 {
        self.core.breaker_opens()
    }

    /// The share of the futures in which the warning comes.
    #[getter]
    fn breaker_warns(&self) -> f64 {
        self.core.breaker_warns()
    }

    /// Loans that the structure does not take, a row each.
    fn not_taken(&self) -> Result<PyTable> {
        let each = || self.core.not_taken.iter();
        Frame::default()
            .text("loan_id", self.ids.iter().map(|(loan, _)| loan))
            .text("firm_id", self.ids.iter().map(|(_, firm)| firm))
            .text("because", each().map(|(_, why)| refusal(why)))
            .finish()
    }

    /// The outlook in words.
    fn explain(&self, lang: &str) -> Result<String> {
        let of = (&self.structure, self.party);
        Ok(report::outlook(of, &self.core, language(lang)?))
    }

    /// What the party pays at most in a share of the futures, in yuan.
    fn quantile(&self, level: f64) -> f64 {
        self.core.quantile(level)
    }

    /// What it pays in each future, in yuan, ascending.
    fn paid(&self) -> Result<PyTable> {
        Frame::default()
            .numbers("paid", self.core.paid.iter().copied())
            .finish()
    }

    /// Months to the warning, in the futures in which it comes, ascending.
    fn months_to_warning(&self) -> Result<PyTable> {
        months(&self.core.months_to_warning)
    }

    /// Months to the breaker, in the futures in which it opens, ascending.
    fn months_to_breaker(&self) -> Result<PyTable> {
        months(&self.core.months_to_breaker)
    }
}

fn months(months: &[u16]) -> Result<PyTable> {
    let months = months.iter().map(|months| i64::from(*months));
    Frame::default().integers("months", months).finish()
}

/// Lets the loans of a frame run through many futures; a loan that cannot be read is refused, since a portfolio that
/// lacks it is another one.
pub(super) fn simulate(
    structure: &LossSharing,
    frame: &Delivered,
    question: &Question,
) -> Result<PyFundOutlook> {
    let mut sheet = Sheet::new(&LOANS, frame)?;
    let mut loan = sheet.need("loan_id", Text::from_cell);
    let mut firm = sheet.need("firm_id", Text::from_cell);
    let mut principal = sheet.need("principal", Money::from_cell);
    let (mut pd, mut lgd) = (sheet.need("pd", pd), sheet.need("lgd", lgd));
    let mut traits = sheet.some("traits", words);
    let loans = sheet.all(|row| {
        Some(FundLoan {
            loan: loan.at(row)?.as_str().to_owned(),
            firm: firm.at(row)?.as_str().to_owned(),
            principal: principal.at(row)?,
            pd: pd.at(row)?,
            lgd: lgd.at(row)?,
            traits: traits.at(row).unwrap_or_default(),
        })
    })?;
    let party = structure.party(&question.party).ok_or_else(|| {
        let ids = structure.spec().parties.iter().map(|p| format!("`{}`", p.id));
        LendingFault::Argument {
            name: "party",
            wanted: format!(
                "a party of the structure, one of {}",
                ids.collect::<Vec<_>>().join(", ")
            ),
            got: question.party.clone(),
        }
    })?;
    let portfolio = FundPortfolio {
        loans,
        start: day("start", &question.start)?,
        months: question.months,
        correlation: question.correlation,
        party,
    };
    let core = run(structure, &portfolio, question.futures, uniforms(question.seed))
        .map_err(LendingFault::Arguments)?;
    let of_loan = |at: usize| portfolio.loans.get(at).map(|l| (l.loan.clone(), l.firm.clone()));
    Ok(PyFundOutlook {
        structure: structure.clone(),
        ids: core.not_taken.iter().filter_map(|(at, _)| of_loan(*at)).collect(),
        party,
        core,
    })
}

/// Numbers between 0 and 1 from a seed, the same on every machine.
///
/// Source: G. Steele, D. Lea, C. Flood, Fast splittable pseudorandom number generators, OOPSLA 2014 (`SplitMix64`).
#[expect(
    clippy::float_arithmetic,
    reason = "a draw is not reckoned: it is 52 random bits of a fraction"
)]
fn uniforms(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        // The bits of a number from 1 to below 2.
        f64::from_bits(0x3ff0_0000_0000_0000 | ((z ^ (z >> 31)) >> 12)) - 1.0
    }
}
