//! A budget over many firms: whom to lend, how much, at what rate.

mod dual;
mod exact;
mod fill;
mod problem;
mod room;
mod search;
#[cfg(test)]
mod tests;

pub use problem::{Allocation, Budget, Choice, FirmChoices, Menu, Method};
