//! Lending: who bears a loss, what is offered, and a budget over many firms.

mod fault;
mod loss_sharing;
mod outlook;
mod settlement;
mod sheet;

pub(crate) use fault::LendingFault;
pub(crate) use loss_sharing::PyLossSharing;
pub(crate) use outlook::PyFundOutlook;
pub(crate) use settlement::PySettlement;
