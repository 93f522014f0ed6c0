//! What is not known, and may decide.

use super::spec::RulebookSpec;
use crate::measure::Measure;
use crate::record::{CertificateKind, ListKind};
use std::borrow::Cow;

/// Something that is not known of a firm and may decide an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unknown {
    /// A measure.
    Measure(Measure),
    /// What is declared, by its place in the rulebook.
    Declared(usize),
    /// Whether the firm stands on a list: nobody answered for lists.
    Listed(ListKind),
    /// Whether it holds a certificate: nobody answered for certificates.
    Certificate(CertificateKind),
    /// Its industry, or more digits of its code.
    Industry,
    /// Its rating.
    Rating,
    /// How grave an entry on a list is.
    Severity,
    /// For how long an entry on a list counts: its kind has no fixed term in part.
    Term,
    /// Its tax credit level of the day.
    TaxLevel,
    /// Points within ranges that the document leaves to experts.
    Experts,
}

impl Unknown {
    /// Its name for tables: the id of the measure or of what is declared, `listed:LIST`, `certificate:KIND`,
    /// `industry`, `rating`, `severity`, `term`, `tax_level`, `experts`.
    pub fn id(self, spec: &RulebookSpec) -> Cow<'_, str> {
        match self {
            Unknown::Measure(measure) => measure.id().into(),
            Unknown::Declared(at) => spec
                .declared
                .get(at)
                .map_or(Cow::Borrowed(""), |d| d.id.as_str().into()),
            Unknown::Listed(list) => format!("listed:{}", list.word()).into(),
            Unknown::Certificate(kind) => format!("certificate:{}", kind.word()).into(),
            Unknown::Industry => "industry".into(),
            Unknown::Rating => "rating".into(),
            Unknown::Severity => "severity".into(),
            Unknown::Term => "term".into(),
            Unknown::TaxLevel => "tax_level".into(),
            Unknown::Experts => "experts".into(),
        }
    }
}
