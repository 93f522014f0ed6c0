//! The matrix: credit grade and technology grade → government grade.

use super::{Grade, MasterScale, ScaleError, TechnologyScale, grade_at, symbol_faults};
use crate::num::{SHOWN, shown};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The government scale and the matrix that leads to it, as data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GovernmentSpec {
    /// Symbols of the government grades, least risk first.
    pub scale: Vec<String>,
    /// For each credit grade the government grade by technology grade, strongest first.
    pub matrix: BTreeMap<String, Vec<String>>,
}

/// Credit grade × technology grade → government grade. Better in either never gives worse.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    spec: GovernmentSpec,
    cells: Vec<Vec<Grade>>,
}

impl Matrix {
    /// Checks the matrix against the two scales that it joins.
    ///
    /// # Errors
    /// Everything that is wrong: symbols, rows or cells missing or left over, cells that name no grade, and
    /// better firms that would get worse grades.
    pub fn new(
        spec: GovernmentSpec,
        credit: &MasterScale,
        technology: &TechnologyScale,
    ) -> Result<Self, Vec<ScaleError>> {
        let mut errors = symbol_faults("government.scale", spec.scale.iter().map(String::as_str));
        let width = technology.bands().len();
        let mut cells = Vec::new();
        for band in credit.bands() {
            let row = spec
                .matrix
                .get(&band.grade)
                .map(Vec::as_slice)
                .unwrap_or_default();
            let mut fault = |wanted: String, got: String| {
                errors.push(ScaleError::Matrix {
                    row: band.grade.clone(),
                    wanted,
                    got,
                });
            };
            if row.len() != width {
                fault(
                    format!("{width} grades, one a technology grade"),
                    format!("{}", row.len()),
                );
            }
            let place = |symbol: &String| spec.scale.iter().position(|s| s == symbol);
            for symbol in row.iter().filter(|s| place(s).is_none()) {
                fault(
                    "grades of government.scale".to_owned(),
                    format!("`{}`", shown(symbol, SHOWN)),
                );
            }
            cells.push(row.iter().filter_map(place).map(grade_at).collect::<Vec<_>>());
        }
        for row in spec
            .matrix
            .keys()
            .filter(|row| !credit.bands().iter().any(|b| b.grade == **row))
        {
            let (wanted, got) = (
                "a row for a grade of master_scale".to_owned(),
                format!("`{}`", shown(row, SHOWN)),
            );
            errors.push(ScaleError::Matrix {
                row: row.clone(),
                wanted,
                got,
            });
        }
        if errors.is_empty() {
            monotone_faults(&cells, credit, technology, &mut errors);
        }
        if errors.is_empty() {
            Ok(Self { spec, cells })
        } else {
            Err(errors)
        }
    }

    /// The government grade. Total.
    pub fn grade(&self, credit: Grade, technology: Grade) -> Grade {
        let row = self.cells.get(credit.place()).or(self.cells.last());
        // INVARIANT: every row has a cell for every technology grade.
        row.and_then(|r| r.get(technology.place()).or(r.last()))
            .copied()
            .unwrap_or(self.riskiest())
    }

    /// The last grade of the government scale.
    pub fn riskiest(&self) -> Grade {
        grade_at(self.spec.scale.len().saturating_sub(1))
    }

    /// The grade with this symbol on the government scale.
    pub fn grade_from_symbol(&self, symbol: &str) -> Option<Grade> {
        self.spec.scale.iter().position(|s| s == symbol).map(grade_at)
    }

    /// The symbol of a government grade.
    pub fn symbol(&self, grade: Grade) -> &str {
        self.spec
            .scale
            .get(grade.place())
            .or(self.spec.scale.last())
            .map_or("", String::as_str)
    }

    /// The document.
    pub fn spec(&self) -> &GovernmentSpec {
        &self.spec
    }
}

fn monotone_faults(
    cells: &[Vec<Grade>],
    credit: &MasterScale,
    technology: &TechnologyScale,
    errors: &mut Vec<ScaleError>,
) {
    let name = |row: usize, column: usize| {
        format!(
            "{} with {}",
            credit.symbol(grade_at(row)),
            technology.symbol(grade_at(column))
        )
    };
    let at = |row: usize, column: usize| cells.get(row).and_then(|r| r.get(column)).copied();
    for (row, grades) in cells.iter().enumerate() {
        for (column, grade) in grades.iter().enumerate() {
            for (next_row, next_column) in [(row + 1, column), (row, column + 1)] {
                if at(next_row, next_column).is_some_and(|next| grade.is_riskier_than(next)) {
                    let (better, worse) = (name(row, column), name(next_row, next_column));
                    errors.push(ScaleError::Monotone { better, worse });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{PdBandSpec, TechnologyBandSpec};
    use super::*;

    fn scales() -> (MasterScale, TechnologyScale) {
        let band = |grade: &str, pd_below| PdBandSpec {
            grade: grade.to_owned(),
            pd_below,
        };
        let tech = |grade: &str, at_least| TechnologyBandSpec {
            grade: grade.to_owned(),
            at_least,
        };
        let credit = MasterScale::new(vec![band("A", Some(0.01)), band("BB", None)]).unwrap();
        (
            credit,
            TechnologyScale::new(vec![tech("T1", 60), tech("T2", 0)]).unwrap(),
        )
    }

    fn matrix(rows: &[(&str, &[&str])]) -> Result<Matrix, Vec<ScaleError>> {
        let (credit, technology) = scales();
        let owned = |cells: &[&str]| cells.iter().map(|c| (*c).to_owned()).collect();
        let scale = ["A+", "A", "BB"].map(str::to_owned).to_vec();
        let matrix = rows
            .iter()
            .map(|(row, cells)| ((*row).to_owned(), owned(cells)))
            .collect();
        Matrix::new(GovernmentSpec { scale, matrix }, &credit, &technology)
    }

    /// The published Korean example of the idea: credit BB with strong technology gives A+.
    #[test]
    fn strong_technology_lifts_a_credit_grade() {
        let matrix = matrix(&[("A", &["A+", "A"]), ("BB", &["A+", "BB"])]).unwrap();
        assert_eq!(matrix.symbol(matrix.grade(Grade::at(1), Grade::at(0))), "A+");
        assert_eq!(matrix.symbol(matrix.grade(Grade::at(1), Grade::at(1))), "BB");
    }

    #[test]
    fn everything_that_is_wrong_is_named() {
        let text = |rows: &[(&str, &[&str])]| {
            matrix(rows)
                .unwrap_err()
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n")
        };
        insta::assert_snapshot!(text(&[("A", &["A+"]), ("CC", &["A", "D"])]), @"
        government.matrix.A: expected 2 grades, one a technology grade, got 1
        government.matrix.BB: expected 2 grades, one a technology grade, got 0
        government.matrix.CC: expected a row for a grade of master_scale, got `CC`
        ");
        insta::assert_snapshot!(text(&[("A", &["A", "A"]), ("BB", &["A+", "BB"])]), @"government.matrix: A with T1 gets the riskier grade than BB with T1");
    }
}
