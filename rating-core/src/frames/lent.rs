//! A column of a frame, lent to the door for tables.

use crate::record::Cell;
use crate::record::columns::Column;
use polars::prelude::{
    BooleanChunked, DataType, Float64Chunked, Int32Chunked, Int64Chunked, Int128Chunked,
    NewChunkedArray as _, PolarsResult, Series, StringChunked, TimeUnit,
};

/// The values of a column in one chunk: no matter how a frame was put together, a cell is found at once.
#[derive(Debug)]
pub(super) enum Lent {
    /// Without values: so many cells.
    Nothing(usize),
    /// Text.
    Text(StringChunked),
    /// Truth values.
    Flags(BooleanChunked),
    /// Whole numbers.
    Whole(Int64Chunked),
    /// Floating-point numbers.
    Numbers(Float64Chunked),
    /// `unscaled · 10^(−scale)`.
    Exact(Int128Chunked, u8),
    /// Days since 1970-01-01.
    Days(Int32Chunked),
    /// Moments without time zone, counted since 1970-01-01, and how many of them make a day.
    Moments(Int64Chunked, i64),
    /// Of a type that no field can be read from: whether there is a value.
    Unread(BooleanChunked),
}

impl Lent {
    pub(super) fn new(series: &Series) -> Self {
        let series = if series.n_chunks() > 1 {
            &series.rechunk()
        } else {
            series
        };
        Self::read(series).unwrap_or_else(|_| Self::Unread(series.is_not_null()))
    }

    fn read(series: &Series) -> PolarsResult<Self> {
        Ok(match series.dtype() {
            DataType::Null => Self::Nothing(series.len()),
            DataType::String => Self::Text(series.str()?.clone()),
            DataType::Boolean => Self::Flags(series.bool()?.clone()),
            dtype if dtype.is_integer() => {
                let whole = series.cast(&DataType::Int64)?;
                // What 64 bits cannot hold is shown as it is, so that the door refuses it with its value.
                if whole.null_count() == series.null_count() {
                    Self::Whole(whole.i64()?.clone())
                } else {
                    Self::Text(series.cast(&DataType::String)?.str()?.clone())
                }
            }
            DataType::Float64 => Self::Numbers(series.f64()?.clone()),
            DataType::Float32 => {
                // The shortest decimal that is this number: 0.1 in single precision means 0.1.
                let shortest = |value: f32| value.to_string().parse().unwrap_or(f64::from(value));
                let numbers = series.f32()?.iter().map(|cell| cell.map(shortest));
                Self::Numbers(Float64Chunked::from_iter_options(series.name().clone(), numbers))
            }
            DataType::Decimal(_, scale) => {
                let scale = u8::try_from(*scale).unwrap_or(u8::MAX);
                Self::Exact(series.decimal()?.physical().clone(), scale)
            }
            DataType::Date => Self::Days(series.date()?.physical().clone()),
            // A moment with a time zone falls on different days in different places: the sender decides, not we.
            DataType::Datetime(unit, None) => {
                let second = match unit {
                    TimeUnit::Nanoseconds => 1_000_000_000,
                    TimeUnit::Microseconds => 1_000_000,
                    TimeUnit::Milliseconds => 1_000,
                };
                Self::Moments(series.to_physical_repr().i64()?.clone(), 86_400 * second)
            }
            // Categories of a polars that was built with them.
            dtype if dtype.is_categorical() || dtype.is_enum() => {
                Self::Text(series.cast(&DataType::String)?.str()?.clone())
            }
            _ => Self::Unread(series.is_not_null()),
        })
    }
}

impl Column for Lent {
    fn len(&self) -> usize {
        match self {
            Self::Nothing(rows) => *rows,
            Self::Text(cells) => cells.len(),
            Self::Flags(cells) | Self::Unread(cells) => cells.len(),
            Self::Whole(cells) | Self::Moments(cells, _) => cells.len(),
            Self::Numbers(cells) => cells.len(),
            Self::Exact(cells, _) => cells.len(),
            Self::Days(cells) => cells.len(),
        }
    }

    fn cell(&self, row: usize) -> Cell<'_> {
        let cell = match self {
            Self::Nothing(_) => None,
            Self::Text(cells) => cells.get(row).map(Cell::Text),
            Self::Flags(cells) => cells.get(row).map(Cell::Boolean),
            Self::Whole(cells) => cells.get(row).map(Cell::Integer),
            Self::Numbers(cells) => cells.get(row).map(Cell::Float),
            Self::Exact(cells, scale) => cells.get(row).map(|unscaled| Cell::Decimal {
                unscaled,
                scale: *scale,
            }),
            Self::Days(cells) => cells.get(row).map(Cell::Date),
            Self::Moments(cells, per_day) => cells.get(row).map(|moment| day(moment.div_euclid(*per_day))),
            Self::Unread(cells) => cells
                .get(row)
                .filter(|there| *there)
                .map(|_| Cell::Text("[not read]")),
        };
        cell.unwrap_or(Cell::Null)
    }
}

/// Out of range stays out of range, so that the door refuses it.
fn day(days: i64) -> Cell<'static> {
    Cell::Date(i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX }))
}
