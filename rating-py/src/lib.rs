//! Python extension; filled in the next commits.
