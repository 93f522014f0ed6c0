//! Named arguments of an expression, as polars hands them over: a pickled dictionary.
//!
//! Ours are text only, so of the format (protocol 5) the few codes that a dictionary of texts is made of are read
//! and anything else is refused; nothing is ever executed.

/// The texts of a dictionary, name and value in turn.
#[derive(Debug, PartialEq)]
pub(super) struct Arguments<'a>(Vec<&'a str>);

impl<'a> Arguments<'a> {
    /// Reads a pickled dictionary of texts; none if it is anything else.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut rest = Rest(bytes);
        let mut texts = Vec::new();
        loop {
            match rest.take(1)? {
                // A protocol and its number; a frame and its length.
                [0x80] => rest.take(1).map(drop)?,
                [0x95] => rest.take(8).map(drop)?,
                // The dictionary, the mark before its items, their end; and notes for later, which nothing asks for.
                [b'}' | b'(' | b'u' | b's' | 0x94] => {}
                // Text and its length in one, four or eight bytes.
                [0x8c] => texts.push(rest.text::<1>()?),
                [b'X'] => texts.push(rest.text::<4>()?),
                [0x8d] => texts.push(rest.text::<8>()?),
                [b'.'] => return texts.len().is_multiple_of(2).then_some(Self(texts)),
                _ => return None,
            }
        }
    }

    /// The value of a name.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        let (pairs, _) = self.0.as_chunks();
        pairs
            .iter()
            .find(|[found, _]| *found == name)
            .map(|[_, value]| *value)
    }
}

/// What has not been read yet.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// Text after its length, a number of `N` bytes, the lowest first.
    fn text<const N: usize>(&mut self) -> Option<&'a str> {
        let digits = self.take(N)?.iter().rev();
        let length = digits.fold(0_u64, |length, digit| length << 8 | u64::from(*digit));
        std::str::from_utf8(self.take(usize::try_from(length).ok()?)?).ok()
    }
}
