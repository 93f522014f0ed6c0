//! polars frames in and out, for Rust programs that hold them (feature `polars`).
//!
//! [`read_records`] lends the columns of frames to the one door for tables, [`record::columns`](crate::record::columns);
//! [`frame`] makes a frame of any table of [`portfolio`](crate::portfolio). There is no other way from a frame to a
//! rating, so frames, JSON and Python give the same bits.

mod lent;

use crate::portfolio::{Cells, Table};
use crate::record::columns::{ExtraColumns, Intake, TableInput};
use crate::record::{Fault, RecordError, Reject, TABLES, read_tables};
use lent::Lent;
use polars::prelude::{
    Column, DataFrame, Float64Chunked, Int32Chunked, Int64Chunked, IntoColumn as _, NewChunkedArray as _,
    PlSmallStr, PolarsResult, StringChunked,
};

/// Why frames cannot be read as records. Faults of single rows are in [`Intake::rejects`] instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// A column of a type that no field can be read from.
    #[error(
        "table `{table}`, column `{column}`: expected text, numbers, truth values, days or moments without time zone, got `{dtype}`"
    )]
    Type {
        /// The canonical name of the table.
        table: &'static str,
        /// The header.
        column: String,
        /// The type as polars calls it.
        dtype: String,
    },
    /// The delivery does not hold together.
    #[error(transparent)]
    Records(#[from] RecordError),
}

/// Reads frames, each with the name of its table (canonical or Chinese), into dossiers.
///
/// Whole numbers, floating-point numbers, decimals, text, truth values and days are read as they are; a moment
/// without time zone counts as its day. A column in several chunks is copied into one, others are lent.
///
/// # Errors
/// Every [`FrameError`] of the delivery, not only the first.
///
/// ```
/// use polars::prelude::{Column, DataFrame};
/// use rating_core::frames::read_records;
/// use rating_core::record::columns::ExtraColumns;
/// let arrears = DataFrame::new_infer_height(vec![
///     Column::new("firm_id".into(), ["F-1", "F-2"]),
///     Column::new("kind".into(), ["vat", "vat"]),
///     Column::new("since".into(), ["2025-01-15", "2025-02-17"]),
///     Column::new("amount".into(), [Some(3.5), None]),
/// ])?;
/// let intake = read_records(&[("tax_arrears", arrears)], ExtraColumns::Refuse).map_err(|e| e[0].clone())?;
/// assert_eq!((intake.counts[0].used, intake.counts[0].rejected), (1, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_records(tables: &[(&str, DataFrame)], extra: ExtraColumns) -> Result<Intake, Vec<FrameError>> {
    let mut errors = Vec::new();
    let lent: Vec<Vec<Lent>> = tables
        .iter()
        .map(|(name, frame)| lend(name, frame, &mut errors))
        .collect();
    let inputs: Vec<TableInput<'_>> = tables
        .iter()
        .zip(&lent)
        .map(|((name, frame), columns)| input(name, frame, columns))
        .collect();
    match read_tables(&inputs, extra) {
        Ok(intake) if errors.is_empty() => Ok(intake),
        Ok(_) => Err(errors),
        Err(more) => {
            errors.extend(more.into_iter().map(FrameError::Records));
            Err(errors)
        }
    }
}

/// The columns of a frame; notes those that a field cannot be read from.
fn lend(name: &str, frame: &DataFrame, errors: &mut Vec<FrameError>) -> Vec<Lent> {
    let table = TABLES.iter().find(|table| table.is_named(name));
    let lent = |column: &Column| {
        let series = column.as_materialized_series();
        let lent = Lent::new(series);
        // A column that the schema does not have is refused or ignored by the door, whatever its type.
        if let (Lent::Unread(_), Some(table)) = (&lent, table)
            && table.field(column.name()).is_some()
        {
            errors.push(FrameError::Type {
                table: table.name,
                column: column.name().to_string(),
                dtype: series.dtype().to_string(),
            });
        }
        lent
    };
    frame.columns().iter().map(lent).collect()
}

fn input<'a>(name: &'a str, frame: &'a DataFrame, columns: &'a [Lent]) -> TableInput<'a> {
    let headers = frame.columns().iter().map(|column| column.name().as_str());
    let column =
        |(header, lent): (&'a str, &'a Lent)| -> (&'a str, Box<dyn crate::record::columns::Column + 'a>) {
            (header, Box::new(lent))
        };
    TableInput {
        name,
        chunks: vec![headers.zip(columns).map(column).collect()],
    }
}

/// A table of [`portfolio`](crate::portfolio) as a frame: text, 64-bit whole numbers, 64-bit floating-point numbers and
/// days; an empty cell is null.
///
/// # Errors
/// What polars reports; the tables of `portfolio` have columns of one length and distinct names, so nothing is expected.
///
/// ```
/// use rating_core::{frames, portfolio, rating::ModelSpec, record::Dossier};
/// let model = ModelSpec::preset("tech-firm").and_then(|spec| spec.check().ok()).ok_or("no such model")?;
/// let firm: Dossier = r#"{"firm_id": "F-000001"}"#.parse()?;
/// let ratings = [model.rate(&firm, "2025-06-30".parse()?)];
/// let frame = frames::frame(&portfolio::ratings(&model, &ratings))?;
/// assert_eq!(frame.height(), 1);
/// assert_eq!(frame.column("grade")?.str()?.get(0), Some("NI"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn frame(table: &Table<'_>) -> PolarsResult<DataFrame> {
    let columns = table
        .columns()
        .iter()
        .map(|column| filled(PlSmallStr::from(&*column.name), &column.cells));
    DataFrame::new(table.rows(), columns.collect())
}

fn filled(name: PlSmallStr, cells: &Cells<'_>) -> Column {
    match cells {
        Cells::Text(cells) => {
            StringChunked::from_iter_options(name, cells.iter().map(Option::as_deref)).into_column()
        }
        Cells::Integers(cells) => Int64Chunked::from_slice_options(name, cells).into_column(),
        Cells::Numbers(cells) => Float64Chunked::from_slice_options(name, cells).into_column(),
        Cells::Days(cells) => {
            let days = cells.iter().map(|day| day.map(crate::num::Date::days));
            Int32Chunked::from_iter_options(name, days)
                .into_date()
                .into_column()
        }
    }
}

/// What could not be used, a row a fault: `table`, `row` (from 1), `field`, `rule`, `value`, `message`, `content` (the
/// whole row as a JSON object).
///
/// # Errors
/// What polars reports; nothing is expected.
pub fn rejects(intake: &Intake) -> PolarsResult<DataFrame> {
    let faults = || {
        let of = |reject| move |fault| (reject, fault);
        intake
            .rejects
            .iter()
            .flat_map(move |r: &Reject| r.faults.iter().map(of(r)))
    };
    let text = |name: &str, of: for<'a> fn((&'a Reject, &'a Fault)) -> &'a str| {
        StringChunked::from_iter_options(name.into(), faults().map(|f| Some(of(f)))).into_column()
    };
    let row = Int64Chunked::from_iter_values("row".into(), faults().map(|(r, _)| r.row.cast_signed()));
    let columns = vec![
        text("table", |(r, _)| r.table),
        row.into_column(),
        text("field", |(_, f)| f.field),
        text("rule", |(_, f)| f.rule),
        text("value", |(_, f)| &f.value),
        text("message", |(_, f)| &f.message),
        text("content", |(r, _)| &r.content),
    ];
    DataFrame::new_infer_height(columns)
}

/// How the rows of each table were used: `table`, `rows_in`, `used`, `rejected`; rows in = used + rejected.
///
/// # Errors
/// What polars reports; nothing is expected.
pub fn counts(intake: &Intake) -> PolarsResult<DataFrame> {
    let all = || intake.counts.iter();
    let number = |name: &str, of: fn(&crate::record::columns::TableCount) -> u64| {
        Int64Chunked::from_iter_values(name.into(), all().map(|c| of(c).cast_signed())).into_column()
    };
    let columns = vec![
        StringChunked::from_iter_options("table".into(), all().map(|c| Some(c.table))).into_column(),
        number("rows_in", |c| c.rows_in),
        number("used", |c| c.used),
        number("rejected", |c| c.rejected),
    ];
    DataFrame::new_infer_height(columns)
}

#[cfg(test)]
mod tests;
