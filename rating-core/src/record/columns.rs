//! The one door for tables: borrowed columns of any memory → typed records and rejects.
//!
//! A caller lends each column as a [`Column`]; an Arrow array, a polars series, a slice and the objects of a
//! JSON text all do. Nothing is lost: rows in = rows used + rows rejected, and a rejected row keeps all its
//! faults and its whole content.

use super::dossier::FirmRows;
use super::{
    AnnualReport, Answer, Certificate, Enquiry, FacilitySnapshot, Filing, GuaranteeGiven,
    IntellectualProperty, Invoice, Listing, Patent, PersonRecord, Registration, RegistryChange, ResearchYear,
    Statement, TaxArrear, TaxCreditLevel, TaxPenalty,
};
use super::{Cell, Dossier, Fault, FieldValue, Record, RecordError, Reject, TABLES, Table, for_each_table};
use crate::id::FirmId;
use crate::parallel;
use std::collections::HashMap;

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

    fn rows_in(&self) -> u64 {
        self.chunks.iter().map(|chunk| chunk.rows as u64).sum()
    }

    /// The whole row as a JSON object of texts.
    fn content(&self, row: u64) -> String {
        let Some(chunk) = self.chunks.iter().rev().find(|chunk| chunk.first_row <= row) else {
            return String::new();
        };
        let at = usize::try_from(row - chunk.first_row).unwrap_or(usize::MAX);
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

/// Firms met so far: every text of an identifier to the number of its firm.
#[derive(Default)]
struct Firms {
    by_spelling: HashMap<Box<str>, Result<u32, Fault>>,
    by_id: HashMap<FirmId, u32>,
    ids: Vec<FirmId>,
}

impl Firms {
    fn number(&mut self, cell: Cell<'_>) -> Result<u32, Fault> {
        // Text only: a number that is shown like a text need not be read like it.
        let Cell::Text(spelling) = cell else {
            return self.read(cell);
        };
        if let Some(known) = self.by_spelling.get(spelling) {
            return known.clone();
        }
        let number = self.read(cell);
        self.by_spelling.insert(spelling.into(), number.clone());
        number
    }

    fn read(&mut self, cell: Cell<'_>) -> Result<u32, Fault> {
        let id = FirmId::read(cell).map_err(|fault| Fault {
            field: "firm_id",
            rule: fault.rule,
            value: cell.shown(super::cell::SHOWN_CHARS),
            message: fault.message,
        })?;
        let next = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        Ok(*self.by_id.entry(id.clone()).or_insert_with(|| {
            self.ids.push(id);
            next
        }))
    }
}

/// The rows of one table: typed ones with firm and row number, and rejects.
struct ReadRows<T> {
    rows: Vec<(u32, u64, T)>,
    rejects: Vec<Reject>,
}

/// Rows that one task reads: enough to pay for a thread, few enough to share out evenly.
const ROWS_A_TASK: usize = 16_384;

fn read_rows<T: Record + Send>(table: &BoundTable<'_, '_>, firms: &mut Firms) -> ReadRows<T> {
    let mut tasks = Vec::new();
    for chunk in &table.chunks {
        let firm_column = chunk.fields.first().copied().flatten();
        let mut number = |row: usize| firms.number(firm_column.map_or(Cell::Null, |column| column.cell(row)));
        for start in (0..chunk.rows).step_by(ROWS_A_TASK) {
            let rows = start..chunk.rows.min(start + ROWS_A_TASK);
            // A vector a task, not one split up: a part that is split off leaves the room of the whole behind.
            let numbers: Vec<Result<u32, Fault>> = rows.map(&mut number).collect();
            tasks.push((chunk, start, numbers));
        }
    }
    let parts = parallel::map(tasks, |(chunk, start, firms)| {
        read_block::<T>(table, chunk, start, firms)
    });
    let mut all = ReadRows {
        rows: Vec::new(),
        rejects: Vec::new(),
    };
    for mut part in parts {
        all.rows.append(&mut part.rows);
        all.rejects.append(&mut part.rejects);
    }
    all
}

fn read_block<T: Record>(
    table: &BoundTable<'_, '_>,
    chunk: &BoundChunk<'_, '_>,
    start: usize,
    firms: Vec<Result<u32, Fault>>,
) -> ReadRows<T> {
    let mut read = ReadRows {
        rows: Vec::with_capacity(firms.len()),
        rejects: Vec::new(),
    };
    for (offset, firm) in firms.into_iter().enumerate() {
        let row = start + offset;
        let number = chunk.first_row + row as u64;
        let mut reader = RowReader {
            table: table.table,
            fields: &chunk.fields,
            row,
            next: 1,
            faults: Vec::new(),
        };
        let record = T::read(&mut reader);
        match (firm, record) {
            (Ok(firm), Some(record)) => read.rows.push((firm, number, record)),
            (firm, _) => {
                let faults = firm.err().into_iter().chain(reader.faults).collect();
                let content = table.content(number);
                read.rejects.push(Reject {
                    table: table.table.name,
                    row: number,
                    faults,
                    content,
                });
            }
        }
    }
    read
}

macro_rules! define_take_in {
    ($($name:ident: $record:ident,)+) => {
        /// Reads every bound table and sorts the rows by firm.
        fn rows_by_firm(bound: &[BoundTable<'_, '_>], firms: &mut Firms) -> (Vec<FirmRows>, Vec<Reject>) {
            let mut by_firm: Vec<FirmRows> = Vec::new();
            let mut rejects = Vec::new();
            $(
                for table in bound.iter().filter(|b| b.table.name == stringify!($name)) {
                    let mut read = read_rows::<$record>(table, firms);
                    rejects.append(&mut read.rejects);
                    by_firm.resize_with(firms.ids.len(), FirmRows::new);
                    for (firm, row, record) in read.rows {
                        if let Some(rows) = by_firm.get_mut(firm as usize) {
                            rows.$name.push((record, row));
                        }
                    }
                }
            )+
            (by_firm, rejects)
        }
    };
}
for_each_table!(define_take_in);

fn take_in(bound: &[BoundTable<'_, '_>]) -> Intake {
    let mut firms = Firms::default();
    let (by_firm, mut rejects) = rows_by_firm(bound, &mut firms);
    // A firm of which every row was rejected still has a dossier: an empty one. Nothing is lost.
    let mut named: Vec<(FirmId, FirmRows)> = firms.ids.into_iter().zip(by_firm).collect();
    named.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    let built = parallel::map(named, |(firm, rows)| {
        let mut dropped = Vec::new();
        let dossier = Dossier::new(firm, rows, |table, left_out| dropped.push((table, left_out)));
        (dossier, dropped)
    });
    let mut dossiers = Vec::with_capacity(built.len());
    for (dossier, dropped) in built {
        dossiers.push(dossier);
        for (index, left_out) in dropped {
            let Some(table) = bound.iter().find(|b| b.index == index) else {
                continue;
            };
            rejects.extend(left_out.into_iter().map(|d| reject_dropped(table, &d)));
        }
    }
    rejects.sort_unstable();
    let counts = bound.iter().map(|table| count(table, &rejects)).collect();
    let ignored = bound
        .iter()
        .flat_map(|b| b.unknown.iter().map(|u| (b.table.name, u.clone())))
        .collect();
    Intake {
        dossiers,
        rejects,
        counts,
        ignored,
    }
}

fn reject_dropped(table: &BoundTable<'_, '_>, dropped: &super::shelf::Dropped) -> Reject {
    let (rule, what) = if dropped.is_repeat {
        ("repeated", "the same as")
    } else {
        ("conflict", "contradicted by")
    };
    let is_kept = if dropped.other_is_kept {
        "which is kept"
    } else {
        "which is not kept either"
    };
    let message = format!("{what} row {}, {is_kept}", dropped.other);
    let fault = Fault {
        field: "firm_id",
        rule,
        value: String::new(),
        message,
    };
    let content = table.content(dropped.row);
    Reject {
        table: table.table.name,
        row: dropped.row,
        faults: vec![fault],
        content,
    }
}

fn count(table: &BoundTable<'_, '_>, rejects: &[Reject]) -> TableCount {
    let rows_in = table.rows_in();
    let rejected = rejects.iter().filter(|r| r.table == table.table.name).count() as u64;
    TableCount {
        table: table.table.name,
        rows_in,
        used: rows_in - rejected,
        rejected,
    }
}
