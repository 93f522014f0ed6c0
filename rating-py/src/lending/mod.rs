//! Lending: who bears a loss, what is offered, and a budget over many firms.

mod allocation;
mod answers;
mod applicants;
mod applications;
mod beside;
mod bounds;
mod collateral;
mod fault;
mod from_records;
mod insurance;
mod loss_curve;
mod loss_sharing;
mod nearest;
mod offer_words;
mod offers;
mod outlook;
mod policy;
mod presets;
mod price;
mod product;
mod schedule;
mod settlement;
mod sheet;
mod stress;

pub(crate) use fault::LendingFault;

use pyo3::prelude::*;

/// Puts what belongs to lending into the module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<loss_sharing::PyLossSharing>()?;
    module.add_class::<settlement::PySettlement>()?;
    module.add_class::<outlook::PyFundOutlook>()?;
    module.add_class::<policy::PyLendingPolicy>()?;
    module.add_class::<offers::PyOffers>()?;
    module.add_class::<stress::PyStress>()?;
    module.add_function(wrap_pyfunction!(schedule::schedule, module)?)?;
    module.add_class::<allocation::PyAllocation>()?;
    module.add_class::<product::PyCatalogue>()?;
    module.add_class::<product::PyMatches>()?;
    module.add_class::<loss_curve::PyLossCurve>()?;
    module.add_function(wrap_pyfunction!(allocation::allocate, module)?)?;
    module.add_function(wrap_pyfunction!(allocation::stress_budget, module)?)?;
    module.add_function(wrap_pyfunction!(allocation::menu, module)?)?;
    module.add_function(wrap_pyfunction!(price::capital, module)?)?;
    module.add_function(wrap_pyfunction!(price::expected_credit_loss, module)?)?;
    module.add_function(wrap_pyfunction!(price::returns, module)?)?;
    module.add_function(wrap_pyfunction!(collateral::patent_value, module)?)?;
    module.add_function(wrap_pyfunction!(collateral::is_within_ip_tolerance, module)?)?;
    module.add_function(wrap_pyfunction!(from_records::patent_assets, module)?)?;
    module.add_function(wrap_pyfunction!(from_records::need_figures, module)?)?;
    module.add_function(wrap_pyfunction!(bounds::guarantee_room, module)?)?;
    module.add_function(wrap_pyfunction!(bounds::longest_months, module)?)?;
    module.add_function(wrap_pyfunction!(insurance::premium, module)?)?;
    module.add_function(wrap_pyfunction!(insurance::pays, module)?)?;
    module.add_function(wrap_pyfunction!(insurance::premium_subsidy, module)?)?;
    module.add_function(wrap_pyfunction!(insurance::most_re_guarantee_fee, module)?)?;
    module.add_function(wrap_pyfunction!(presets::policy_part, module)?)?;
    module.add_function(wrap_pyfunction!(price::working_capital_need, module)?)
}
