//! Statistics of `validation` that cannot be had.

use super::{Place, input, quoted};
use pyo3::prelude::*;
use rating_core::num::ProbabilityError;
use rating_core::validation::{
    BrierError, ComparisonError, GroupsError, JeffreysError, PsiBoundError, PsiError, ReasonsError,
    SampleError,
};

/// Why a statistic of `validation` cannot be had. A row is counted from 0; none for an argument that is no column.
#[derive(Debug)]
pub(crate) enum ValidationError {
    /// Scores and outcomes that cannot be judged.
    Sample(SampleError),
    /// PDs and outcomes that cannot be compared.
    Brier(BrierError),
    /// Counts of two populations that cannot be compared.
    Psi(PsiError),
    /// A grade that cannot be tested.
    Jeffreys(JeffreysError),
    /// Two scores that cannot be compared.
    Comparison(ComparisonError),
    /// Reasons that cannot be compared.
    Reasons(ReasonsError),
    /// Firms that cannot be compared by group.
    Groups(GroupsError),
    /// A stability index without bound.
    PsiBound(PsiBoundError),
    /// An argument that is not one of its words.
    Word {
        argument: &'static str,
        words: &'static [&'static str],
        value: String,
    },
    /// What should be a number and is none.
    NoNumber {
        argument: &'static str,
        row: Option<usize>,
        value: String,
    },
    /// A number that is no probability.
    NoPd {
        row: Option<usize>,
        error: ProbabilityError,
    },
    /// A number that is no count.
    NoCount {
        argument: &'static str,
        row: Option<usize>,
        value: String,
    },
    /// An outcome that is neither good nor bad.
    NoOutcome { row: usize, value: f64 },
    /// A treatment of empty bands that is not offered.
    ZeroCells(String),
    /// A confidence level that is not offered.
    Level(u8),
    /// A scale that is not offered.
    Scale(String),
}

pub(super) fn validation(py: Python<'_>, error: &ValidationError) -> PyErr {
    match error {
        ValidationError::Sample(error) => sample(py, error),
        ValidationError::Brier(error) => brier(py, *error),
        ValidationError::Psi(error) => psi(py, error),
        ValidationError::Jeffreys(error) => jeffreys(py, error),
        ValidationError::Comparison(error) => comparison(py, error),
        ValidationError::Reasons(error) => reasons(py, *error),
        ValidationError::Groups(error) => groups(py, error),
        ValidationError::PsiBound(error) => psi_bound(py, error),
        ValidationError::Word {
            argument,
            words,
            value,
        } => {
            let message = format!("`{argument}` must be one of {}, got `{value}`", quoted(words));
            input(py, &message, &Place::argument(argument, value))
        }
        ValidationError::NoNumber { argument, row, value } => {
            let wanted = row.map_or("a number", |_| "numbers");
            let message = format!("`{argument}` must be {wanted}, got `{value}`{}", in_row(*row));
            input(py, &message, &Place::cell(argument, *row, value))
        }
        ValidationError::NoPd { row, error } => {
            let message = format!("`pd`: {error}{}", in_row(*row));
            input(py, &message, &Place::cell("pd", *row, &error.0.to_string()))
        }
        ValidationError::NoCount { argument, row, value } => {
            let wanted = "count must be a whole number in [0, 2^53)";
            let message = format!("`{argument}`: {wanted}, got `{value}`{}", in_row(*row));
            input(py, &message, &Place::cell(argument, *row, value))
        }
        ValidationError::NoOutcome { row, value } => {
            let place = in_row(Some(*row));
            let message = format!("`bad` must be true or false, 1 or 0, got `{value}`{place}");
            input(py, &message, &Place::row("bad", *row, &value.to_string()))
        }
        ValidationError::ZeroCells(got) => {
            let wanted = "`refuse` or the number of firms to add to each band";
            let message = format!("`zero_cells` must be {wanted}, got `{got}`");
            input(py, &message, &Place::argument("zero_cells", got))
        }
        ValidationError::Level(level) => {
            let message = format!("`level` must be 90, 95 or 99 (percent), got `{level}`");
            input(py, &message, &Place::argument("level", &level.to_string()))
        }
        ValidationError::Scale(scale) => {
            let message = format!("`scale` must be `plain` or `logit`, got `{scale}`");
            input(py, &message, &Place::argument("scale", scale))
        }
    }
}

fn in_row(row: Option<usize>) -> String {
    row.map_or_else(String::new, |row| format!(" in row `{row}` (counted from 0)"))
}

fn sample(py: Python<'_>, error: &SampleError) -> PyErr {
    let place = match error {
        SampleError::LengthsDiffer { .. } | SampleError::OneClass { .. } => Place::default(),
        SampleError::NotANumber { row, .. } => Place::row("scores", *row, "NaN"),
    };
    input(py, &error.to_string(), &place)
}

/// Worded here: the core calls the column `pds`, its argument in Python is `pd`.
fn brier(py: Python<'_>, error: BrierError) -> PyErr {
    match error {
        BrierError::LengthsDiffer { pds, bad } => {
            let message = format!("`pd` and `bad` must have the same length, got `{pds}` and `{bad}`");
            input(py, &message, &Place::default())
        }
        BrierError::NoFirms => {
            let message = "`pd` must hold at least one firm, got none";
            input(py, message, &Place::field("pd"))
        }
    }
}

fn psi(py: Python<'_>, error: &PsiError) -> PyErr {
    let message = error.to_string();
    match error {
        PsiError::LengthsDiffer { .. } => input(py, &message, &Place::default()),
        PsiError::NoFirms(population) => input(py, &message, &Place::field(&population.to_string())),
        PsiError::EmptyBand { population, band, .. } => {
            input(py, &message, &Place::row(&population.to_string(), *band, "0"))
        }
        PsiError::Added(firms) => input(
            py,
            &format!("`zero_cells`: {message}"),
            &Place::argument("zero_cells", &firms.to_string()),
        ),
    }
}

fn jeffreys(py: Python<'_>, error: &JeffreysError) -> PyErr {
    let message = error.to_string();
    match error {
        JeffreysError::NoObligors => input(py, &message, &Place::argument("obligors", "0")),
        JeffreysError::TooManyDefaults { defaults, .. } => {
            input(py, &message, &Place::argument("defaults", &defaults.to_string()))
        }
        // The bound is one of the two counts together.
        JeffreysError::BeyondAccuracy { .. } => input(py, &message, &Place::default()),
    }
}

fn comparison(py: Python<'_>, error: &ComparisonError) -> PyErr {
    let place = match error {
        ComparisonError::LengthsDiffer { .. } | ComparisonError::OneClass { .. } => Place::default(),
        ComparisonError::NotANumber { scores, row, .. } => Place::row(scores, *row, "NaN"),
    };
    input(py, &error.to_string(), &place)
}

fn reasons(py: Python<'_>, error: ReasonsError) -> PyErr {
    let place = match error {
        ReasonsError::LengthsDiffer { .. } => Place::default(),
        ReasonsError::NoFirms => Place::field("first"),
        ReasonsError::NoReasons => Place::argument("most", "0"),
    };
    input(py, &error.to_string(), &place)
}

/// Worded here where the core speaks of `pds`.
fn groups(py: Python<'_>, error: &GroupsError) -> PyErr {
    match error {
        GroupsError::LengthsDiffer { pds, bad } => {
            let message = format!("`pd` and `bad` must have the same length, got `{pds}` and `{bad}`");
            input(py, &message, &Place::default())
        }
        GroupsError::NoGroups | GroupsError::TooFew(_) => {
            input(py, &error.to_string(), &Place::field("groups"))
        }
        GroupsError::Certain(_) => input(py, &error.to_string(), &Place::field("pd")),
    }
}

fn psi_bound(py: Python<'_>, error: &PsiBoundError) -> PyErr {
    let place = match error {
        PsiBoundError::Bands(_) => Place::field("bands"),
        PsiBoundError::NoFirms { .. } => Place::default(),
        PsiBoundError::Level(_) => Place::field("level"),
    };
    input(py, &error.to_string(), &place)
}
