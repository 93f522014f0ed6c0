//! What keeps the rows of one firm together: the normal form of its identifier, and a hash of that.

use super::Series;
use crate::columns::borrow;
use crate::fingerprint::text;
use arrow_array::{Array, ArrayRef, StringViewArray, UInt64Array};
use arrow_schema::{DataType, Field};
use rating_core::id::FirmId;
use std::borrow::Cow;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// The normal form of every identifier of a column.
pub(super) fn firm_key(inputs: Vec<Series>, _arguments: &[u8]) -> Result<ArrayRef, String> {
    let mut keys: Vec<Option<String>> = Vec::new();
    each(inputs, |spelling| {
        keys.push(spelling.map(|spelling| FirmId::normal_form(&spelling).into_owned()));
    })?;
    Ok(Arc::new(keys.into_iter().collect::<StringViewArray>()))
}

/// The XXH3 of 64 bits of every normal form; a row without an identifier has that of an empty one.
pub(super) fn firm_hash(inputs: Vec<Series>, _arguments: &[u8]) -> Result<ArrayRef, String> {
    let mut hashes = Vec::new();
    let mut last = (String::new(), xxh3_64(b""));
    each(inputs, |spelling| {
        let spelling = spelling.unwrap_or_default();
        // Rows of one firm mostly stand together.
        if *spelling != last.0 {
            last.1 = xxh3_64(FirmId::normal_form(&spelling).as_bytes());
            last.0.clear();
            last.0.push_str(&spelling);
        }
        hashes.push(last.1);
    })?;
    Ok(Arc::new(UInt64Array::from(hashes)))
}

/// The type of what [`firm_key`] gives.
pub(super) fn firm_key_field(inputs: &[Field], _arguments: &[u8]) -> Result<Field, String> {
    named(inputs, DataType::Utf8View)
}

/// The type of what [`firm_hash`] gives.
pub(super) fn firm_hash_field(inputs: &[Field], _arguments: &[u8]) -> Result<Field, String> {
    named(inputs, DataType::UInt64)
}

fn named(inputs: &[Field], kind: DataType) -> Result<Field, String> {
    match inputs {
        [input] => Ok(Field::new(input.name(), kind, true)),
        _ => Err(format!("expected one column, got `{}`", inputs.len())),
    }
}

/// Shows every identifier of the one column, in order.
fn each(inputs: Vec<Series>, mut see: impl FnMut(Option<Cow<'_, str>>)) -> Result<(), String> {
    for piece in inputs.into_iter().flat_map(|series| series.pieces) {
        let column = borrow(&piece).ok_or_else(|| {
            format!(
                "expected a column of identifiers, got one of `{}`",
                piece.data_type()
            )
        })?;
        for row in 0..piece.len() {
            see(text(column.cell(row)));
        }
    }
    Ok(())
}
