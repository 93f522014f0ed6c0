//! The one door for tables: borrowed columns of any memory → typed records and rejects.
//!
//! A caller lends each column as a [`Column`]; an Arrow array, a polars series, a slice and the objects of a
//! JSON text all do. Nothing is lost: rows in = rows used + rows rejected, and a rejected row keeps all its
//! faults and its whole content.

mod firms;
mod take_in;

use super::{Cell, Dossier, Fault, FieldValue, RecordError, Reject, TABLES, Table};
use take_in::take_in;

/// A borrowed column: how many cells, and each of them.
pub trait Column: Sync {
    /// How many cells.
    fn len(&self) -> usize;

    /// The cell of a row below [`Column::len`]; [`Cell::Null`] beyond.
    fn cell(&self, row: usize) -> Cell<'_>;

    /// Whether it has no cells.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Shows every cell in order: [`Column::cell`] row by row, with one call through a pointer for the whole column.
    fn each(&self, see: &mut dyn FnMut(Cell<'_>)) {
        for row in 0..self.len() {
            see(self.cell(row));
        }
    }
}

macro_rules! slice_column {
    ($($type:ty => |$value:ident| $cell:expr;)+) => {$(
        impl Column for [$type] {
            fn len(&self) -> usize {
                <[$type]>::len(self)
            }

            fn cell(&self, row: usize) -> Cell<'_> {
                self.get(row).map_or(Cell::Null, |$value| $cell)
            }
        }
    )+};
}
slice_column! {
    i64 => |v| Cell::Integer(*v);
    Option<i64> => |v| v.map_or(Cell::Null, Cell::Integer);
    f64 => |v| Cell::Float(*v);
    Option<f64> => |v| v.map_or(Cell::Null, Cell::Float);
    bool => |v| Cell::Boolean(*v);
    &str => |v| Cell::Text(v);
    Option<&str> => |v| v.map_or(Cell::Null, Cell::Text);
    String => |v| Cell::Text(v);
    crate::num::Date => |v| Cell::Date(v.days());
    Option<crate::num::Date> => |v| v.map_or(Cell::Null, |d| Cell::Date(d.days()));
}

impl<C: Column + ?Sized> Column for &C {
    fn len(&self) -> usize {
        (**self).len()
    }

    fn cell(&self, row: usize) -> Cell<'_> {
        (**self).cell(row)
    }

    fn each(&self, see: &mut dyn FnMut(Cell<'_>)) {
        (**self).each(see);
    }
}

/// Some rows of a table: headers with columns of one length.
pub type Chunk<'a> = Vec<(&'a str, Box<dyn Column + 'a>)>;

/// One table as delivered: a name (canonical or Chinese) and its chunks in row order.
pub struct TableInput<'a> {
    /// Canonical or Chinese name of the table.
    pub name: &'a str,
    /// Its rows, in one chunk or several.
    pub chunks: Vec<Chunk<'a>>,
}

impl std::fmt::Debug for TableInput<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TableInput")
            .field("name", &self.name)
            .field("chunks", &self.chunks.len())
            .finish()
    }
}

/// What to do with columns that the schema does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtraColumns {
    /// Refuse the table and name them.
    Refuse,
    /// Read the table and name them in [`Intake::ignored`].
    Ignore,
}

/// How the rows of one table were used: `rows_in = used + rejected`, always.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct TableCount {
    /// The canonical table name.
    pub table: &'static str,
    /// Rows delivered.
    pub rows_in: u64,
    /// Rows that stand in a dossier.
    pub used: u64,
    /// Rows in the rejects.
    pub rejected: u64,
}

/// What came through the door.
#[derive(Clone, Debug, PartialEq)]
pub struct Intake {
    /// One dossier a firm, in order of the firms' identifiers.
    pub dossiers: Vec<Dossier>,
    /// Every row that could not be used, by table and row.
    pub rejects: Vec<Reject>,
    /// The count of each delivered table, in schema order.
    pub counts: Vec<TableCount>,
    /// Columns that were not read, as table and header; only with [`ExtraColumns::Ignore`].
    pub ignored: Vec<(&'static str, String)>,
}

/// Reads tables into dossiers.
///
/// Shuffled rows give the same dossiers. Rows that say the same are kept once, the others are rejects of rule
/// `repeated`; rows that contradict each other on the same day leave one and rejects of rule `conflict`.
///
/// # Errors
/// Every [`RecordError`] of the delivery, not only the first: unknown or repeated tables, missing, unknown,
/// repeated or uneven columns.
///
/// ```
/// use rating_core::record::columns::{Column, ExtraColumns, TableInput};
/// use rating_core::record::read_tables;
/// let firms = ["F-1", "F-2"];
/// let amounts = [Some(3), None];
/// let since = ["2025-01-15", "2025-02-17"];
/// let tax = ["vat", "vat"];
/// let chunk: Vec<(&str, Box<dyn Column + '_>)> = vec![
///     ("firm_id", Box::new(&firms[..])),
///     ("kind", Box::new(&tax[..])),
///     ("since", Box::new(&since[..])),
///     ("amount", Box::new(&amounts[..])),
/// ];
/// let arrears = TableInput { name: "欠税信息", chunks: vec![chunk] };
/// let intake = read_tables(&[arrears], ExtraColumns::Refuse).map_err(|e| e[0].clone())?;
/// assert_eq!((intake.counts[0].used, intake.counts[0].rejected), (1, 1));
/// assert_eq!(intake.rejects[0].to_string(), "table `tax_arrears`, row 2: `amount`: expected a value, got nothing");
/// # Ok::<(), rating_core::record::RecordError>(())
/// ```
pub fn read_tables(tables: &[TableInput<'_>], extra: ExtraColumns) -> Result<Intake, Vec<RecordError>> {
    let mut errors = Vec::new();
    let mut bound: Vec<BoundTable<'_, '_>> = Vec::new();
    for input in tables {
        match TABLES
            .iter()
            .enumerate()
            .find(|(_, table)| table.is_named(input.name))
        {
            None => errors.push(RecordError::UnknownTable {
                table: input.name.to_owned(),
            }),
            Some((_, table)) if bound.iter().any(|b| b.table.name == table.name) => {
                errors.push(RecordError::RepeatedTable { table: table.name });
            }
            Some((index, table)) => bound.push(BoundTable::new(index, table, input, &mut errors)),
        }
    }
    bound.sort_by_key(|b| b.index);
    if extra == ExtraColumns::Refuse {
        for table in bound.iter().filter(|b| !b.unknown.is_empty()) {
            errors.push(RecordError::UnknownColumns {
                table: table.table.name,
                unknown: table.unknown.clone(),
            });
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(take_in(&bound))
}

/// A table whose columns have been found in the schema.
struct BoundTable<'a, 'i> {
    index: usize,
    table: &'static Table,
    chunks: Vec<BoundChunk<'a, 'i>>,
    unknown: Vec<String>,
}

/// Some rows with, for each field of the table, the column that holds it.
struct BoundChunk<'a, 'i> {
    first_row: u64,
    rows: usize,
    fields: Vec<Option<&'a (dyn Column + 'i)>>,
    all: &'a Chunk<'i>,
}

impl BoundChunk<'_, '_> {
    fn holds(&self, place: u64) -> bool {
        place >= self.first_row && place - self.first_row < self.rows as u64
    }

    /// The row of the chunk that stands at a place of the table.
    fn offset(&self, place: u64) -> usize {
        usize::try_from(place.saturating_sub(self.first_row)).unwrap_or(usize::MAX)
    }
}

impl<'a, 'i> BoundTable<'a, 'i> {
    fn new(
        index: usize,
        table: &'static Table,
        input: &'a TableInput<'i>,
        errors: &mut Vec<RecordError>,
    ) -> Self {
        let mut bound = Self {
            index,
            table,
            chunks: Vec::new(),
            unknown: Vec::new(),
        };
        let mut first_row = 1;
        for chunk in &input.chunks {
            let rows = chunk.first().map_or(0, |(_, column)| column.len());
            if chunk.iter().any(|(_, column)| column.len() != rows) {
                let lengths = chunk
                    .iter()
                    .map(|(name, column)| ((*name).to_owned(), column.len()))
                    .collect();
                errors.push(RecordError::UnevenColumns {
                    table: table.name,
                    lengths,
                });
            }
            let mut found = Vec::new();
            let fields = bound.bind(chunk, &mut found);
            // Chunks mostly share their headers: what is wrong with all of them is said once.
            found.retain(|error| !errors.contains(error));
            errors.append(&mut found);
            bound.chunks.push(BoundChunk {
                first_row,
                rows,
                fields,
                all: chunk,
            });
            first_row += rows as u64;
        }
        if input.chunks.is_empty() {
            let missing = table
                .fields
                .iter()
                .filter(|f| f.required)
                .map(|f| f.name)
                .collect();
            errors.push(RecordError::MissingColumns {
                table: table.name,
                missing,
            });
        }
        bound
    }

    /// Finds the column of each field; notes unknown headers, and what is missing or there twice.
    fn bind(
        &mut self,
        chunk: &'a Chunk<'i>,
        errors: &mut Vec<RecordError>,
    ) -> Vec<Option<&'a (dyn Column + 'i)>> {
        let mut headers: Vec<Vec<&str>> = vec![Vec::new(); self.table.fields.len()];
        let mut fields: Vec<Option<&'a (dyn Column + 'i)>> = vec![None; self.table.fields.len()];
        for (header, column) in chunk {
            let Some((at, _)) = self.table.field(header) else {
                if !self.unknown.iter().any(|u| u == header) {
                    self.unknown.push((*header).to_owned());
                }
                continue;
            };
            if let (Some(names), Some(field)) = (headers.get_mut(at), fields.get_mut(at)) {
                names.push(header);
                *field = Some(&**column);
            }
        }
        let table = self.table.name;
        let pairs = || self.table.fields.iter().zip(&headers);
        for (field, names) in pairs().filter(|(_, names)| names.len() > 1) {
            let headers = names.iter().map(|name| (*name).to_owned()).collect();
            errors.push(RecordError::RepeatedColumn {
                table,
                field: field.name,
                headers,
            });
        }
        let lacks = |(field, names): &(&super::Field, &Vec<&str>)| field.required && names.is_empty();
        let missing: Vec<&'static str> = pairs().filter(lacks).map(|(field, _)| field.name).collect();
        if !missing.is_empty() {
            errors.push(RecordError::MissingColumns { table, missing });
        }
        fields
    }

    fn rows(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.rows).sum()
    }

    /// The chunk of a row, given by its place from 1.
    fn chunk_of(&self, place: u64) -> Option<&BoundChunk<'a, 'i>> {
        let behind = self.chunks.partition_point(|chunk| chunk.first_row <= place);
        self.chunks.get(behind.checked_sub(1)?)
    }

    /// The whole row, given by its place from 1, as a JSON object of texts.
    fn content(&self, place: u64) -> String {
        let Some(chunk) = self.chunk_of(place) else {
            return String::new();
        };
        let at = chunk.offset(place);
        let mut object = serde_json::Map::new();
        for (header, column) in chunk.all {
            let cell = column.cell(at);
            if !cell.is_missing() {
                object.insert((*header).to_owned(), cell.shown(1000).into());
            }
        }
        serde_json::Value::Object(object).to_string()
    }
}

/// Reads the fields of one row in schema order and collects what is wrong with them.
pub struct RowReader<'a, 'i> {
    table: &'static Table,
    fields: &'a [Option<&'a (dyn Column + 'i)>],
    row: usize,
    next: usize,
    faults: Vec<Fault>,
}

impl std::fmt::Debug for RowReader<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RowReader")
            .field("table", &self.table.name)
            .field("row", &self.row)
            .finish()
    }
}

impl RowReader<'_, '_> {
    /// The next field; none if it has a fault, which is noted.
    pub(crate) fn take<V: FieldValue>(&mut self) -> Option<V> {
        let at = self.next;
        self.next += 1;
        let cell = self
            .fields
            .get(at)
            .copied()
            .flatten()
            .map_or(Cell::Null, |column| column.cell(self.row));
        match V::read(cell) {
            Ok(value) => Some(value),
            Err(fault) => {
                let field = self.table.fields.get(at).map_or("", |f| f.name);
                let value = cell.shown(super::cell::SHOWN_CHARS);
                self.faults.push(Fault {
                    field,
                    rule: fault.rule,
                    value,
                    message: fault.message,
                });
                None
            }
        }
    }

    /// Notes a fault of rule `consistency` unless the fields agree.
    pub(crate) fn check(&mut self, holds: bool, field: &'static str, message: &str) {
        if holds {
            return;
        }
        let at = self
            .table
            .fields
            .iter()
            .position(|f| f.name == field)
            .unwrap_or_default();
        let cell = self
            .fields
            .get(at)
            .copied()
            .flatten()
            .map_or(Cell::Null, |column| column.cell(self.row));
        let value = cell.shown(super::cell::SHOWN_CHARS);
        let message = format!("{message}, got `{value}`");
        self.faults.push(Fault {
            field,
            rule: "consistency",
            value,
            message,
        });
    }

    /// Whether nothing was wrong so far.
    pub(crate) fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }
}
