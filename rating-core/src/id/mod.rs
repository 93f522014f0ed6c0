//! Identifiers, each a newtype with one checked constructor.
