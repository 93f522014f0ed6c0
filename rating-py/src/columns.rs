//! Arrow ⇄ columns of the core: the only file that knows Arrow.
//!
//! In: any object with the Arrow interface becomes a [`Delivered`] table whose arrays are lent to the core cell by
//! cell, without a copy. Out: a [`Frame`] collects columns and leaves as one Arrow table.

use crate::error::{FirmRatingError, Result};
use arrow_array::builder::{ListBuilder, StringBuilder, StringViewBuilder};
use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, DecimalType, Float16Type,
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, ArrowPrimitiveType, BooleanArray, Date32Array, Float64Array, Int64Array, PrimitiveArray,
    RecordBatch, StringViewArray, StructArray, UInt32Array, UInt64Array,
};
use arrow_buffer::{NullBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use arrow_select::take::{TakeOptions, take};
use pyo3::exceptions::PyException;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use pyo3_arrow::input::AnyRecordBatch;
use rating_core::measure::Missing;
use rating_core::num::{Date, Money};
use rating_core::portfolio::{Cells, Table};
use rating_core::record::columns::{Chunk, Column, TableInput};
use rating_core::record::{Cell, TABLES};
use std::borrow::Cow;
use std::sync::Arc;

/// A column of doubles: lent by whoever made it, or owned.
pub(crate) type Doubles = ScalarBuffer<f64>;

/// A table as it came over the border: a name and record batches.
pub(crate) struct Delivered {
    name: String,
    batches: Vec<RecordBatch>,
}

impl Delivered {
    /// Takes a frame of any library that offers the Arrow interface. Batches stay as they are.
    pub(crate) fn take(name: String, frame: &Bound<'_, PyAny>) -> Result<Self> {
        let py = frame.py();
        let offers = |name| frame.hasattr(name);
        if !offers(intern!(py, "__arrow_c_stream__"))? && !offers(intern!(py, "__arrow_c_array__"))? {
            let got = frame.get_type().name()?.to_string();
            return Err(FirmRatingError::NoFrame { table: name, got });
        }
        // A library refuses its own frame here, for instance if a column mixes types.
        let unreadable = |cause: PyErr| {
            // An interrupt is no fault of the frame.
            if !cause.is_instance_of::<PyException>(py) {
                return FirmRatingError::from(cause);
            }
            FirmRatingError::Unreadable {
                table: name.clone(),
                cause,
            }
        };
        let reader = frame
            .extract::<AnyRecordBatch>()
            .and_then(AnyRecordBatch::into_reader)
            .map_err(unreadable)?;
        let schema = reader.schema();
        // The stream may run a query that itself needs the interpreter.
        let mut batches: Vec<RecordBatch> = py.detach(|| reader.collect::<std::result::Result<_, _>>())?;
        if batches.is_empty() {
            // A table without rows still has columns.
            batches.push(RecordBatch::new_empty(schema));
        }
        Ok(Self { name, batches })
    }

    /// A table that is here already, in batches of one schema.
    pub(crate) fn of(name: String, batches: Vec<RecordBatch>) -> Self {
        Self { name, batches }
    }

    /// How many rows it has.
    pub(crate) fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// Lends the table to the core.
    pub(crate) fn lend(&self) -> Result<TableInput<'_>> {
        let chunks = self
            .batches
            .iter()
            .map(|batch| self.chunk(batch))
            .collect::<Result<_>>()?;
        Ok(TableInput {
            name: &self.name,
            chunks,
        })
    }

    fn chunk<'a>(&self, batch: &'a RecordBatch) -> Result<Chunk<'a>> {
        let table = TABLES.iter().find(|table| table.is_named(&self.name));
        let lend = |(field, array): (&'a Arc<Field>, &'a ArrayRef)| {
            let header: &'a str = field.name();
            let column = match borrow(array) {
                Some(column) => column,
                // A column that the schema does not have is refused or ignored by name, whatever its type.
                None if table.is_some_and(|table| table.field(header).is_none()) => unreadable(array),
                None => {
                    return Err(FirmRatingError::ColumnType {
                        table: self.name.clone(),
                        column: header.to_owned(),
                        kind: array.data_type().to_string(),
                    });
                }
            };
            Ok((header, column))
        };
        // `schema_ref` lives as long as the batch; `schema()` would be a temporary.
        batch
            .schema_ref()
            .fields()
            .iter()
            .zip(batch.columns())
            .map(lend)
            .collect()
    }

    /// Whether it has a column.
    pub(crate) fn has(&self, column: &str) -> bool {
        let batch = self.batches.first();
        batch.is_some_and(|batch| batch.column_by_name(column).is_some())
    }

    /// The names of its columns, in order.
    pub(crate) fn columns(&self) -> Vec<String> {
        let fields = self.batches.first().map(|batch| batch.schema_ref().fields());
        fields
            .into_iter()
            .flatten()
            .map(|field| field.name().clone())
            .collect()
    }

    /// All cells of a column as text; what is none stands as it is shown.
    pub(crate) fn texts(&self, column: &str) -> Result<Vec<std::result::Result<String, String>>> {
        let mut texts = Vec::with_capacity(self.rows());
        for chunk in &self.lend()?.chunks {
            for (_, cells) in chunk.iter().filter(|(header, _)| *header == column) {
                texts.extend((0..cells.len()).map(|row| match cells.cell(row) {
                    Cell::Text(text) => Ok(text.to_owned()),
                    other => Err(other.shown(40)),
                }));
            }
        }
        Ok(texts)
    }

    /// All cells of a column as text or nothing; what is neither stands as it is shown.
    pub(crate) fn some_texts(
        &self,
        column: &str,
    ) -> Result<Vec<std::result::Result<Option<String>, String>>> {
        let mut texts = Vec::with_capacity(self.rows());
        for chunk in &self.lend()?.chunks {
            for (_, cells) in chunk.iter().filter(|(header, _)| *header == column) {
                texts.extend((0..cells.len()).map(|row| match cells.cell(row) {
                    Cell::Null => Ok(None),
                    Cell::Text(text) => Ok(Some(text.to_owned())),
                    other => Err(other.shown(40)),
                }));
            }
        }
        Ok(texts)
    }

    /// All cells of a column as numbers or nothing; what is neither stands as it is shown.
    pub(crate) fn some_numbers(&self, column: &str) -> Result<Vec<std::result::Result<Option<f64>, String>>> {
        let mut numbers = Vec::with_capacity(self.rows());
        for chunk in &self.lend()?.chunks {
            for (_, cells) in chunk.iter().filter(|(header, _)| *header == column) {
                numbers.extend((0..cells.len()).map(|row| match cells.cell(row) {
                    Cell::Null => Ok(None),
                    cell => number(cell).map(Some),
                }));
            }
        }
        Ok(numbers)
    }

    /// A measured column. The reason of a gap stands in the column `ID__missing`; without one a gap is "not
    /// reported".
    pub(crate) fn outcomes(&self, id: &str) -> Result<Outcomes<'_>> {
        if let [batch] = self.batches.as_slice()
            && let Some(lent) = Outcomes::lent(batch, id)
        {
            return Ok(lent);
        }
        let (mut values, mut reasons) = (Vec::with_capacity(self.rows()), Vec::with_capacity(self.rows()));
        let beside = reasons_beside(id);
        for chunk in &self.lend()?.chunks {
            let column = |name: &str| {
                chunk
                    .iter()
                    .find(|(header, _)| *header == name)
                    .map(|(_, cells)| cells)
            };
            let Some(numbers) = column(id) else { continue };
            for row in 0..numbers.len() {
                let reason = column(&beside).map_or(Cell::Null, |cells| cells.cell(row));
                let (value, reason) = outcome(numbers.cell(row), reason).map_err(|value| {
                    let column = id.to_owned();
                    FirmRatingError::NoMeasure {
                        column,
                        row: values.len(),
                        value,
                    }
                })?;
                values.push(value);
                reasons.push(reason);
            }
        }
        let values = Cow::Owned(values);
        Ok(Outcomes { values, reasons })
    }

    /// A column of doubles, NaN where there is none; nothing if it is of another type. Where it lies in one piece and
    /// nothing is missing, it is not copied.
    pub(crate) fn doubles(&self, column: &str) -> Option<Doubles> {
        let array = |batch: &'_ RecordBatch| {
            batch
                .column_by_name(column)?
                .as_primitive_opt::<Float64Type>()
                .cloned()
        };
        let arrays = self.batches.iter().map(array).collect::<Option<Vec<_>>>()?;
        if let [array] = arrays.as_slice()
            && array.null_count() == 0
        {
            return Some(array.values().clone());
        }
        let mut doubles = Vec::with_capacity(self.rows());
        for array in arrays {
            doubles.extend(array.iter().map(|cell| cell.unwrap_or(f64::NAN)));
        }
        Some(doubles.into())
    }

    /// All cells of a column as numbers; what is none stands as it is shown.
    pub(crate) fn numbers(&self, column: &str) -> Result<Vec<std::result::Result<f64, String>>> {
        let mut numbers = Vec::with_capacity(self.rows());
        let table = self.lend()?;
        for chunk in &table.chunks {
            for (_, cells) in chunk.iter().filter(|(header, _)| *header == column) {
                numbers.extend((0..cells.len()).map(|row| number(cells.cell(row))));
            }
        }
        Ok(numbers)
    }
}

/// Numbers, and why there is none: 0 for a number, else the place of the reason from 1. What stands where there is
/// no number means nothing.
pub(crate) struct Outcomes<'a> {
    pub(crate) values: Cow<'a, [f64]>,
    pub(crate) reasons: Vec<u8>,
}

impl<'a> Outcomes<'a> {
    /// A column of doubles as it lies; none if it has another type or anything is wrong, which cell by cell is told.
    fn lent(batch: &'a RecordBatch, id: &str) -> Option<Self> {
        let array = batch.column_by_name(id)?.as_primitive_opt::<Float64Type>()?;
        let values: &[f64] = array.values();
        let reasons = match array.nulls() {
            None => vec![0; values.len()],
            Some(valid) => gaps(valid, batch.column_by_name(&reasons_beside(id)))?,
        };
        let cells = values.iter().zip(&reasons);
        // Without a way out early, so that several values are looked at at once.
        let sound = cells.fold(true, |sound, (value, reason)| {
            sound & (value.is_finite() || *reason != 0)
        });
        let values = Cow::Borrowed(values);
        sound.then_some(Self { values, reasons })
    }
}

/// 0 where there is a value, else the place of the reason; none if a reason is none.
fn gaps(valid: &NullBuffer, beside: Option<&ArrayRef>) -> Option<Vec<u8>> {
    let Some(beside) = beside else {
        return Some(valid.iter().map(|valid| u8::from(!valid)).collect());
    };
    let words = borrow(beside)?;
    let gap = |(row, valid): (usize, bool)| {
        if valid {
            return Some(0);
        }
        outcome(Cell::Null, words.cell(row))
            .ok()
            .map(|(_, reason)| reason)
    };
    valid.iter().enumerate().map(gap).collect()
}

fn reasons_beside(id: &str) -> String {
    format!("{id}__missing")
}

/// A number, or NaN with the place of a reason, from 1.
fn outcome(value: Cell<'_>, reason: Cell<'_>) -> std::result::Result<(f64, u8), String> {
    match (value, reason) {
        (Cell::Null, Cell::Null) => Ok((f64::NAN, 1)),
        (Cell::Null, Cell::Text(word)) => {
            let place = Missing::ALL
                .iter()
                .zip(1..)
                .find(|(reason, _)| reason.word() == word);
            place
                .map(|(_, place)| (f64::NAN, place))
                .ok_or_else(|| word.to_owned())
        }
        (Cell::Null, other) => Err(other.shown(40)),
        (value, _) => match number(value) {
            Ok(number) if number.is_finite() => Ok((number, 0)),
            Ok(number) => Err(number.to_string()),
            Err(shown) => Err(shown),
        },
    }
}

fn number(cell: Cell<'_>) -> std::result::Result<f64, String> {
    match cell {
        Cell::Float(value) => Ok(value),
        Cell::Integer(value) => Ok(value as f64),
        Cell::Boolean(value) => Ok(f64::from(u8::from(value))),
        Cell::Decimal { .. } => cell.shown(40).parse().map_err(|_| cell.shown(40)),
        Cell::Null => Err("null".to_owned()),
        Cell::Text(_) | Cell::Date(_) => Err(cell.shown(40)),
    }
}

/// An array and how one of its values is a cell.
struct Values<A, F> {
    array: A,
    cell: F,
}

impl<A, F> Column for Values<A, F>
where
    A: Array,
    F: for<'a> Fn(&'a A, usize) -> Cell<'a> + Sync,
{
    fn len(&self) -> usize {
        self.array.len()
    }

    fn cell(&self, row: usize) -> Cell<'_> {
        if row < self.array.len() && self.array.is_valid(row) {
            (self.cell)(&self.array, row)
        } else {
            Cell::Null
        }
    }
}

fn values<A, F>(array: &A, cell: F) -> Box<dyn Column>
where
    A: Array + Clone + 'static,
    F: for<'a> Fn(&'a A, usize) -> Cell<'a> + Sync + 'static,
{
    Box::new(Values {
        array: array.clone(),
        cell,
    })
}

fn primitive<T: ArrowPrimitiveType>(
    array: &ArrayRef,
    cell: impl Fn(T::Native) -> Cell<'static> + Sync + 'static,
) -> Box<dyn Column> {
    values(array.as_primitive::<T>(), move |a: &PrimitiveArray<T>, row| {
        cell(a.value(row))
    })
}

fn decimal<T: DecimalType>(array: &ArrayRef, scale: i8) -> Box<dyn Column>
where
    i128: From<T::Native>,
{
    values(array.as_primitive::<T>(), move |a: &PrimitiveArray<T>, row| {
        decimal_cell(i128::from(a.value(row)), scale)
    })
}

fn decimal_cell(unscaled: i128, scale: i8) -> Cell<'static> {
    if let Ok(scale) = u8::try_from(scale) {
        return Cell::Decimal { unscaled, scale };
    }
    let whole = 10_i128
        .checked_pow(u32::from(scale.unsigned_abs()))
        .and_then(|power| unscaled.checked_mul(power));
    whole.map_or_else(
        || {
            // Beyond every bound of the schema: a fault will show it.
            let text = format!("{unscaled}e{}", i32::from(scale).saturating_neg());
            Cell::Float(text.parse().unwrap_or(f64::INFINITY))
        },
        |unscaled| Cell::Decimal { unscaled, scale: 0 },
    )
}

/// The day of a moment without a time zone.
fn day(count: i64, per_day: i64) -> Cell<'static> {
    let days = count.div_euclid(per_day);
    // Out of range stays out of range, so that the schema refuses it.
    Cell::Date(i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX }))
}

/// The array as a column of the core; none if its type is not one that a record can hold.
pub(crate) fn borrow(array: &ArrayRef) -> Option<Box<dyn Column>> {
    let column = match array.data_type() {
        DataType::Null => Box::new(Absent { rows: array.len() }),
        DataType::Utf8 => values(array.as_string::<i32>(), |a, row| Cell::Text(a.value(row))),
        DataType::LargeUtf8 => values(array.as_string::<i64>(), |a, row| Cell::Text(a.value(row))),
        DataType::Utf8View => values(array.as_string_view(), |a, row| Cell::Text(a.value(row))),
        DataType::Boolean => values(array.as_boolean(), |a, row| Cell::Boolean(a.value(row))),
        DataType::Int8 => primitive::<Int8Type>(array, |v| Cell::Integer(i64::from(v))),
        DataType::Int16 => primitive::<Int16Type>(array, |v| Cell::Integer(i64::from(v))),
        DataType::Int32 => primitive::<Int32Type>(array, |v| Cell::Integer(i64::from(v))),
        DataType::Int64 => primitive::<Int64Type>(array, Cell::Integer),
        DataType::UInt8 => primitive::<UInt8Type>(array, |v| Cell::Integer(i64::from(v))),
        DataType::UInt16 => primitive::<UInt16Type>(array, |v| Cell::Integer(i64::from(v))),
        DataType::UInt32 => primitive::<UInt32Type>(array, |v| Cell::Integer(i64::from(v))),
        DataType::UInt64 => primitive::<UInt64Type>(array, |v| {
            i64::try_from(v).map_or(decimal_cell(i128::from(v), 0), Cell::Integer)
        }),
        DataType::Float16 => primitive::<Float16Type>(array, |v| Cell::Float(v.to_f64())),
        DataType::Float32 => primitive::<Float32Type>(array, |v| Cell::Float(shortest(v))),
        DataType::Float64 => primitive::<Float64Type>(array, Cell::Float),
        DataType::Date32 => primitive::<Date32Type>(array, Cell::Date),
        DataType::Date64 => primitive::<Date64Type>(array, |v| day(v, 86_400_000)),
        DataType::Timestamp(unit, None) => timestamp(array, *unit),
        DataType::Decimal32(_, scale) => decimal::<Decimal32Type>(array, *scale),
        DataType::Decimal64(_, scale) => decimal::<Decimal64Type>(array, *scale),
        DataType::Decimal128(_, scale) => decimal::<Decimal128Type>(array, *scale),
        DataType::Dictionary(_, _) => return coded(array),
        // A moment with a time zone falls on different days in different places: the sender decides, not we.
        _ => return None,
    };
    Some(column)
}

fn timestamp(array: &ArrayRef, unit: TimeUnit) -> Box<dyn Column> {
    match unit {
        TimeUnit::Second => primitive::<TimestampSecondType>(array, |v| day(v, 86_400)),
        TimeUnit::Millisecond => primitive::<TimestampMillisecondType>(array, |v| day(v, 86_400_000)),
        TimeUnit::Microsecond => primitive::<TimestampMicrosecondType>(array, |v| day(v, 86_400_000_000)),
        TimeUnit::Nanosecond => primitive::<TimestampNanosecondType>(array, |v| day(v, 86_400_000_000_000)),
    }
}

/// The shortest decimal that is this number: 0.1 as single precision means 0.1, not 0.100000001490116.
fn shortest(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}

/// A dictionary: keys into a column of values.
struct Coded {
    array: ArrayRef,
    keys: Vec<usize>,
    words: Box<dyn Column>,
}

fn coded(array: &ArrayRef) -> Option<Box<dyn Column>> {
    let dictionary = array.as_any_dictionary();
    if dictionary.values().is_empty() {
        return Some(Box::new(Absent { rows: array.len() }));
    }
    Some(Box::new(Coded {
        array: array.clone(),
        keys: dictionary.normalized_keys(),
        words: borrow(dictionary.values())?,
    }))
}

impl Column for Coded {
    fn len(&self) -> usize {
        self.keys.len()
    }

    fn cell(&self, row: usize) -> Cell<'_> {
        match self.keys.get(row) {
            Some(key) if self.array.is_valid(row) => self.words.cell(*key),
            _ => Cell::Null,
        }
    }
}

/// A column without values.
struct Absent {
    rows: usize,
}

impl Column for Absent {
    fn len(&self) -> usize {
        self.rows
    }

    fn cell(&self, _row: usize) -> Cell<'_> {
        Cell::Null
    }
}

/// Stands for a column that will not be read: a rejected row shows that something was there.
fn unreadable(array: &ArrayRef) -> Box<dyn Column> {
    values(array, |a: &ArrayRef, row| {
        if a.is_valid(row) {
            Cell::Text("[not read]")
        } else {
            Cell::Null
        }
    })
}

/// Digits of a column of amounts: more than the bound of [`Money`] needs.
const MONEY_DIGITS: u8 = 18;

/// Columns on their way out.
#[derive(Default)]
pub(crate) struct Frame {
    fields: Vec<Field>,
    arrays: Vec<ArrayRef>,
}

impl Frame {
    fn with(mut self, name: &str, array: impl Array + 'static) -> Self {
        self.fields
            .push(Field::new(name, array.data_type().clone(), true));
        self.arrays.push(Arc::new(array));
        self
    }

    /// A column of text.
    pub(crate) fn text<S: AsRef<str>>(self, name: &str, cells: impl Iterator<Item = S>) -> Self {
        self.with(name, StringViewArray::from_iter_values(cells))
    }

    /// A column of text with gaps.
    pub(crate) fn some_text<S: AsRef<str>>(self, name: &str, cells: impl Iterator<Item = Option<S>>) -> Self {
        self.with(name, cells.collect::<StringViewArray>())
    }

    /// A column of counts.
    pub(crate) fn counts(self, name: &str, cells: impl Iterator<Item = u64>) -> Self {
        self.with(name, UInt64Array::from_iter_values(cells))
    }

    /// A column of whole numbers.
    pub(crate) fn integers(self, name: &str, cells: impl Iterator<Item = i64>) -> Self {
        self.with(name, Int64Array::from_iter_values(cells))
    }

    /// A column of numbers.
    pub(crate) fn numbers(self, name: &str, cells: impl Iterator<Item = f64>) -> Self {
        self.with(name, PrimitiveArray::<Float64Type>::from_iter_values(cells))
    }

    /// A column of amounts in yuan, exact, with gaps.
    pub(crate) fn money(self, name: &str, cells: impl Iterator<Item = Option<Money>>) -> Self {
        let fen = cells.map(|amount| amount.map(|amount| i128::from(amount.fen())));
        let array: PrimitiveArray<Decimal128Type> = fen.collect();
        let typed = array.with_data_type(DataType::Decimal128(MONEY_DIGITS, 2));
        self.with(name, typed)
    }

    /// A column of days with gaps.
    pub(crate) fn days(self, name: &str, cells: impl Iterator<Item = Option<Date>>) -> Self {
        self.with(
            name,
            cells.map(|day| day.map(Date::days)).collect::<Date32Array>(),
        )
    }

    /// A column of numbers with gaps.
    pub(crate) fn some_numbers(self, name: &str, cells: impl Iterator<Item = Option<f64>>) -> Self {
        self.with(name, cells.collect::<Float64Array>())
    }

    /// A column of whole numbers with gaps.
    pub(crate) fn some_integers(self, name: &str, cells: impl Iterator<Item = Option<i64>>) -> Self {
        self.with(name, cells.collect::<Int64Array>())
    }

    /// A column of truth values.
    pub(crate) fn flags(self, name: &str, cells: impl Iterator<Item = bool>) -> Self {
        self.with(name, cells.map(Some).collect::<BooleanArray>())
    }

    pub(crate) fn some_flags(self, name: &str, cells: impl Iterator<Item = Option<bool>>) -> Self {
        self.with(name, cells.collect::<BooleanArray>())
    }

    /// A column of lists of text.
    pub(crate) fn lists<S, L>(self, name: &str, cells: impl Iterator<Item = L>) -> Self
    where
        S: AsRef<str>,
        L: IntoIterator<Item = S>,
    {
        let mut builder = ListBuilder::new(StringBuilder::new());
        for list in cells {
            builder.append_value(list.into_iter().map(Some));
        }
        self.with(name, builder.finish())
    }

    /// The only column, or all of them as a column of structs.
    pub(crate) fn array(self) -> Result<ArrayRef> {
        match <[ArrayRef; 1]>::try_from(self.arrays) {
            Ok([only]) => Ok(only),
            Err(arrays) => Ok(Arc::new(StructArray::try_new(self.fields.into(), arrays, None)?)),
        }
    }

    /// The table, ready to cross the border.
    pub(crate) fn finish(self) -> Result<PyTable> {
        let schema = Arc::new(Schema::new(self.fields));
        let batch = RecordBatch::try_new(schema.clone(), self.arrays)?;
        Ok(PyTable::try_new(vec![batch], schema)?)
    }
}

/// Firms that are worked on between two looks at Ctrl-C.
pub(crate) const ROWS_A_PIECE: usize = 8_192;

/// A table that leaves as several record batches.
#[derive(Default)]
pub(crate) struct Batches(Vec<RecordBatch>);

impl Batches {
    /// A table of the core as one record batch.
    pub(crate) fn batch(table: &Table<'_>) -> Result<RecordBatch> {
        let laid_out = |column: &rating_core::portfolio::Column<'_>| {
            let array = array(&column.cells)?;
            Ok((Field::new(&*column.name, array.data_type().clone(), true), array))
        };
        let columns = table.columns().iter().map(laid_out).collect::<Result<Vec<_>>>()?;
        let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = columns.into_iter().unzip();
        Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?)
    }

    /// Adds a batch; all have the same columns.
    pub(crate) fn push(&mut self, batch: RecordBatch) {
        self.0.push(batch);
    }

    /// The table, ready to cross the border.
    pub(crate) fn finish(self) -> Result<PyTable> {
        let schema = self
            .0
            .first()
            .map_or_else(|| Arc::new(Schema::empty()), RecordBatch::schema);
        Ok(PyTable::try_new(self.0, schema)?)
    }
}

fn array(cells: &Cells<'_>) -> Result<ArrayRef> {
    Ok(match cells {
        Cells::Text(cells) => texts(cells)?,
        Cells::Integers(cells) => Arc::new(cells.iter().copied().collect::<Int64Array>()),
        Cells::Numbers(cells) => Arc::new(cells.iter().copied().collect::<Float64Array>()),
        Cells::Days(cells) => Arc::new(
            cells
                .iter()
                .map(|cell| cell.map(Date::days))
                .collect::<Date32Array>(),
        ),
    })
}

/// Texts that are known again when they come next.
const REMEMBERED: usize = 64;

/// A column of text. Grades, words, hashes and identifiers come again and again, mostly as the very same text in memory:
/// what has just been seen is kept once and known again by its address. A cell then takes the view of a text that was
/// checked before.
fn texts(cells: &[Option<Cow<'_, str>>]) -> Result<ArrayRef> {
    let (mut words, mut count) = (StringViewBuilder::new(), 0_u32);
    let mut seen = [(0_usize, 0_usize, 0_u32); REMEMBERED];
    let mut number = |text: &str| -> u32 {
        let (address, length) = (text.as_ptr() as usize, text.len());
        let known = seen.get_mut((address >> 3) % REMEMBERED);
        if let Some((_, _, number)) = known.as_ref().filter(|k| (k.0, k.1) == (address, length)) {
            return *number;
        }
        let number = count;
        words.append_value(text);
        count = count.saturating_add(1);
        if let Some(known) = known {
            *known = (address, length, number);
        }
        number
    };
    let numbers: UInt32Array = cells
        .iter()
        .map(|cell| cell.as_deref().map(&mut number))
        .collect();
    let options = TakeOptions { check_bounds: true };
    Ok(take(&words.finish(), &numbers, Some(options))?)
}
