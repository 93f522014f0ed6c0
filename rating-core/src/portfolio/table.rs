//! A table of plain columns.

use crate::num::Date;
use std::borrow::Cow;

/// A table: columns of one length, in order.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Table<'a> {
    columns: Vec<Column<'a>>,
}

/// A named column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column<'a> {
    /// Its name, each once in a table.
    pub name: Cow<'static, str>,
    /// Its cells.
    pub cells: Cells<'a>,
}

/// The cells of a column, all of one type; `None` is an empty cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells<'a> {
    /// Words and texts.
    Text(Vec<Option<Cow<'a, str>>>),
    /// Whole numbers: points, counts, days.
    Integers(Vec<Option<i64>>),
    /// Numbers; finite.
    Numbers(Vec<Option<f64>>),
    /// Days.
    Days(Vec<Option<Date>>),
}

impl Cells<'_> {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Cells::Text(cells) => cells.len(),
            Cells::Integers(cells) => cells.len(),
            Cells::Numbers(cells) => cells.len(),
            Cells::Days(cells) => cells.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<'a> Table<'a> {
    /// The columns, in order.
    pub fn columns(&self) -> &[Column<'a>] {
        &self.columns
    }

    /// The columns, in order, for good.
    pub fn into_columns(self) -> Vec<Column<'a>> {
        self.columns
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.cells.len())
    }

    /// The cells of the column with this name.
    pub fn column(&self, name: &str) -> Option<&Cells<'a>> {
        let found = self.columns.iter().find(|column| column.name == name);
        found.map(|column| &column.cells)
    }

    fn with(mut self, name: impl Into<Cow<'static, str>>, cells: Cells<'a>) -> Self {
        let name = name.into();
        debug_assert!(self.columns.is_empty() || self.rows() == cells.len(), "{name}");
        self.columns.push(Column { name, cells });
        self
    }

    /// Adds a column of text without gaps.
    pub(crate) fn text<S: Into<Cow<'a, str>>>(
        self,
        name: impl Into<Cow<'static, str>>,
        cells: impl Iterator<Item = S>,
    ) -> Self {
        self.some_text(name, cells.map(Some))
    }

    /// Adds a column of text with gaps.
    pub(crate) fn some_text<S: Into<Cow<'a, str>>>(
        self,
        name: impl Into<Cow<'static, str>>,
        cells: impl Iterator<Item = Option<S>>,
    ) -> Self {
        let cells = cells.map(|cell| cell.map(Into::into)).collect();
        self.with(name, Cells::Text(cells))
    }

    /// Adds a column of whole numbers without gaps.
    pub(crate) fn integers<I: Into<i64>>(
        self,
        name: impl Into<Cow<'static, str>>,
        cells: impl Iterator<Item = I>,
    ) -> Self {
        self.some_integers(name, cells.map(Some))
    }

    /// Adds a column of whole numbers with gaps.
    pub(crate) fn some_integers<I: Into<i64>>(
        self,
        name: impl Into<Cow<'static, str>>,
        cells: impl Iterator<Item = Option<I>>,
    ) -> Self {
        let cells = cells.map(|cell| cell.map(Into::into)).collect();
        self.with(name, Cells::Integers(cells))
    }

    /// Adds a column of numbers with gaps.
    pub(crate) fn numbers(
        self,
        name: impl Into<Cow<'static, str>>,
        cells: impl Iterator<Item = Option<f64>>,
    ) -> Self {
        self.with(name, Cells::Numbers(cells.collect()))
    }

    /// Adds a column of days with gaps.
    pub(crate) fn days(
        self,
        name: impl Into<Cow<'static, str>>,
        cells: impl Iterator<Item = Option<Date>>,
    ) -> Self {
        self.with(name, Cells::Days(cells.collect()))
    }
}
