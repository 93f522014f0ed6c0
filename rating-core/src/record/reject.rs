//! Rows that could not be used.

use serde::Serialize;

/// One thing wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fault {
    /// The canonical column name.
    pub field: &'static str,
    /// The rule that was broken, one word: `required`, `date`, `amount`, `count`, `year`, `flag`, `code`,
    /// `text`, `identifier`, `consistency`, `repeated`, `conflict`.
    pub rule: &'static str,
    /// The value, cut to 60 characters.
    pub value: String,
    /// What was expected and what was got.
    pub message: String,
}

/// A row that could not be used, with everything that is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Reject {
    /// The canonical table name.
    pub table: &'static str,
    /// Row of the table as delivered, from 1, headers not counted.
    pub row: u64,
    /// Every fault, in column order; never empty.
    pub faults: Vec<Fault>,
    /// The whole row as a JSON object of texts, header to value.
    pub content: String,
}

impl std::fmt::Display for Reject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "table `{}`, row {}: ", self.table, self.row)?;
        for (at, fault) in self.faults.iter().enumerate() {
            let separator = if at == 0 { "" } else { "; " };
            write!(f, "{separator}`{}`: {}", fault.field, fault.message)?;
        }
        Ok(())
    }
}
