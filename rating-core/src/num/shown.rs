//! Delivered text in messages.

/// The text as a message repeats it: whole up to `most` characters, else so many and an ellipsis.
pub(crate) fn shown(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The longest piece of a document that a message repeats, in characters.
pub(crate) const SHOWN: usize = 60;

/// The names in backticks, at most twenty of them, with how many more there are.
pub(crate) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const MOST: usize = 20;
    let names: Vec<String> = names.map(|name| format!("`{}`", shown(name, SHOWN))).collect();
    let list = names.get(..MOST).unwrap_or(&names).join(", ");
    match names.len().checked_sub(MOST) {
        None | Some(0) => list,
        Some(more) => format!("{list} and {more} more"),
    }
}
