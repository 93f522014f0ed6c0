//! A budget over many firms: whom to lend, how much, at what rate.

mod dual;
mod exact;
mod problem;
#[cfg(test)]
mod tests;

pub use problem::{Allocation, Budget, Choice, FirmChoices, Menu, Method};
