//! What all documents have in common: how they are read, and what their content hash is.

use crate::num::shown;
use crate::record::Distinct;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Reads a document; the error says the line and column of what is not JSON, is unknown, is missing, or stands twice.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let refused = |error: serde_json::Error| shortened(&error.to_string());
    // A value that stands twice is a mistake, not a way to overwrite the first.
    let document: Distinct = serde_json::from_str(text).map_err(refused)?;
    if let Some(kind) = document.other_than_object() {
        return Err(format!("expected an object, got {kind}"));
    }
    serde_json::from_str(text).map_err(refused)
}

/// SHA-256, in hexadecimal, of a document as compact JSON in field order. Layout and the order of keys in a file do
/// not change it.
pub(crate) fn content_hash(document: &impl Serialize) -> String {
    let compact = serde_json::to_string(document).unwrap_or_default();
    let digest = Sha256::digest(compact.as_bytes());
    digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A message of the JSON reader, which repeats what it met at any length: its beginning and its end, where the line
/// and the column stand.
fn shortened(message: &str) -> String {
    const HEAD: usize = 160;
    const TAIL: usize = 100;
    let length = message.chars().count();
    if length <= HEAD + TAIL {
        return message.to_owned();
    }
    let tail: String = message.chars().skip(length - TAIL).collect();
    format!("{}{tail}", shown(message, HEAD))
}
