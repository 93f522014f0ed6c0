//! One firm as JSON: a reader that lends its rows to the one door, and the way back.

use super::columns::{Chunk, Column, ExtraColumns, Intake, TableInput, read_tables};
use super::distinct::kind_of;
use super::{Cell, Distinct, Dossier, RecordError};
use crate::id::FirmId;
use crate::num::{SHOWN, shown};
use serde_json::Value;

/// The values of one key over the objects of an array.
struct JsonColumn<'a> {
    key: &'a str,
    rows: &'a [Value],
}

impl Column for JsonColumn<'_> {
    fn len(&self) -> usize {
        self.rows.len()
    }

    fn cell(&self, row: usize) -> Cell<'_> {
        match self.rows.get(row).and_then(|object| object.get(self.key)) {
            // INVARIANT: `table_of` has refused lists and objects.
            None | Some(Value::Null | Value::Array(_) | Value::Object(_)) => Cell::Null,
            Some(Value::Bool(value)) => Cell::Boolean(*value),
            Some(Value::String(text)) => Cell::Text(text),
            Some(Value::Number(number)) => match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => Cell::Integer(whole),
                (None, Some(float)) => Cell::Float(float),
                (None, None) => Cell::Null,
            },
        }
    }
}

/// A column in which every cell is the same.
struct Constant<'a> {
    text: &'a str,
    rows: usize,
}

impl Column for Constant<'_> {
    fn len(&self) -> usize {
        self.rows
    }

    fn cell(&self, _row: usize) -> Cell<'_> {
        Cell::Text(self.text)
    }
}

impl Dossier {
    /// Reads one firm from a JSON object: `firm_id`, and under each table's name an array of objects with the
    /// columns of that table (canonical or Chinese names; `firm_id` may be left out of them).
    ///
    /// # Errors
    /// [`RecordError`]s of the document as a whole; rows that cannot be used are in [`Intake::rejects`].
    pub fn read_json(text: &str) -> Result<Intake, Vec<RecordError>> {
        let Distinct(value) =
            serde_json::from_str(text).map_err(|e| vec![RecordError::Json(e.to_string())])?;
        let Value::Object(object) = &value else {
            return Err(vec![RecordError::Json(kind_of(&value).to_owned())]);
        };
        let Some(Value::String(firm)) = object.get("firm_id") else {
            return Err(vec![RecordError::NotOneFirm(
                "no text under `firm_id`".to_owned(),
            )]);
        };
        let mut errors = Vec::new();
        let mut tables = Vec::new();
        for (name, rows) in object.iter().filter(|(name, _)| *name != "firm_id") {
            match rows {
                Value::Array(rows) => match table_of(firm, name, rows) {
                    Ok(table) => tables.push(table),
                    Err(error) => errors.push(error),
                },
                other => errors.push(RecordError::Json(format!(
                    "{} under `{}`",
                    kind_of(other),
                    shown(name, SHOWN)
                ))),
            }
        }
        let intake = read_tables(&tables, ExtraColumns::Refuse);
        match intake {
            Ok(intake) if errors.is_empty() => one_firm(intake, firm),
            Ok(_) => Err(errors),
            Err(mut more) => {
                errors.append(&mut more);
                Err(errors)
            }
        }
    }

    /// The dossier as the JSON object that [`Dossier::read_json`] reads.
    pub fn to_json(&self) -> String {
        // INVARIANT: records serialise to objects with text keys, which cannot fail.
        let tables = self.tables_json().unwrap_or_default();
        Value::Object(tables).to_string()
    }
}

/// A document without a row still speaks of its firm: the dossier is empty. One that speaks of another firm as
/// well is refused.
fn one_firm(mut intake: Intake, firm: &str) -> Result<Intake, Vec<RecordError>> {
    let id: FirmId = firm
        .parse()
        .map_err(|e| vec![RecordError::NotOneFirm(format!("`firm_id`: {e}"))])?;
    if let Some(other) = intake.dossiers.iter().find(|d| *d.firm() != id) {
        let got = format!("`{id}` and a row of `{}`", other.firm());
        return Err(vec![RecordError::NotOneFirm(got)]);
    }
    if intake.dossiers.is_empty() {
        intake.dossiers.push(Dossier::empty(id));
    }
    Ok(intake)
}

fn table_of<'a>(firm: &'a str, name: &'a str, rows: &'a [Value]) -> Result<TableInput<'a>, RecordError> {
    let mut keys: Vec<&str> = Vec::new();
    for (row, number) in rows.iter().zip(1_u64..) {
        let Value::Object(object) = row else {
            return Err(RecordError::Json(format!(
                "{} in the array `{}`",
                kind_of(row),
                shown(name, SHOWN)
            )));
        };
        let nested = |v: &&Value| v.is_array() || v.is_object();
        if let Some(value) = object.values().find(nested) {
            let kind = kind_of(value);
            return Err(RecordError::Json(format!(
                "{kind} within row {number} of the array `{}`",
                shown(name, SHOWN)
            )));
        }
        keys.extend(object.keys().map(String::as_str));
    }
    keys.sort_unstable();
    keys.dedup();
    let mut chunk: Chunk<'a> = Vec::new();
    if !keys.contains(&"firm_id") {
        chunk.push((
            "firm_id",
            Box::new(Constant {
                text: firm,
                rows: rows.len(),
            }),
        ));
    }
    for key in keys {
        chunk.push((key, Box::new(JsonColumn { key, rows })));
    }
    // An empty array is a table without rows: nothing to bind, nothing missing.
    if rows.is_empty()
        && let Some(table) = super::TABLES.iter().find(|t| t.is_named(name))
    {
        let empty = |f: &super::Field| -> (&'a str, Box<dyn Column + 'a>) {
            (f.name, Box::new(Constant { text: "", rows: 0 }))
        };
        chunk = table.fields.iter().map(empty).collect();
    }
    Ok(TableInput {
        name,
        chunks: vec![chunk],
    })
}

impl std::str::FromStr for Dossier {
    type Err = RecordError;

    /// Reads one firm and refuses it if any row cannot be used, with every reason.
    fn from_str(text: &str) -> Result<Self, RecordError> {
        let mut intake = Self::read_json(text).map_err(|errors| {
            // INVARIANT: `read_json` fails with at least one error.
            errors
                .into_iter()
                .next()
                .unwrap_or_else(|| RecordError::Json("nothing".to_owned()))
        })?;
        if !intake.rejects.is_empty() {
            return Err(RecordError::Rejected(intake.rejects));
        }
        intake
            .dossiers
            .pop()
            .ok_or_else(|| RecordError::NotOneFirm("none".to_owned()))
    }
}
