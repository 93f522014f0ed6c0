//! A structure of loss sharing in, settlements and outlooks out.

use super::fault::LendingFault;
use super::outlook::{self, PyFundOutlook, Question};
use super::settlement::{self, PySettlement};
use crate::columns::Delivered;
use crate::error::Result;
use crate::long_work;
use crate::records::day;
use pyo3::prelude::*;
use rating_core::lending::loss_sharing::{Inputs, LossSharing, LossSharingSpec, Pool};
use rating_core::lending::{LendingError, Share};
use rating_core::num::Money;
use std::collections::BTreeMap;

/// A structure that holds together.
#[pyclass(frozen, name = "LossSharing", module = "firmrating._firmrating")]
pub(crate) struct PyLossSharing {
    core: LossSharing,
}

/// What the caller says of what a document leaves open: shares, and amounts as text.
#[derive(FromPyObject)]
struct Given {
    #[pyo3(item)]
    shares: BTreeMap<String, f64>,
    #[pyo3(item)]
    amounts: BTreeMap<String, String>,
    /// The kind of firm; none: as the document says.
    #[pyo3(item)]
    kind: Option<String>,
}

/// What is known of the pool of loans.
#[derive(FromPyObject)]
struct PoolOf {
    #[pyo3(item)]
    loans: BTreeMap<i16, String>,
    #[pyo3(item)]
    open_until: Option<String>,
}

#[pymethods]
impl PyLossSharing {
    /// Reads and checks a document, with what it leaves open.
    #[new]
    fn new(text: &str, given: Given) -> Result<Self> {
        let mut spec =
            LossSharingSpec::from_json(text).map_err(|error| LendingFault::Document(vec![error]))?;
        spec.kind = given.kind.clone().or(spec.kind);
        let inputs = given.inputs()?;
        let core = spec.check(&inputs).map_err(LendingFault::Document)?;
        Ok(Self { core })
    }

    /// The document of a structure that comes with the package, as JSON.
    #[staticmethod]
    fn template(id: &str) -> Result<String> {
        let spec = LossSharingSpec::preset(id).ok_or_else(|| LendingFault::Preset {
            what: "a structure of loss sharing",
            known: LossSharingSpec::PRESETS,
            id: id.to_owned(),
        })?;
        Ok(spec.to_json())
    }

    /// Ids of the structures that come with the package.
    #[staticmethod]
    fn presets() -> Vec<&'static str> {
        LossSharingSpec::PRESETS.to_vec()
    }

    #[getter]
    fn hash(&self) -> &str {
        self.core.hash()
    }

    /// The document as JSON.
    fn to_json(&self) -> String {
        self.core.spec().to_json()
    }

    /// Settles losses, a row each.
    fn settle(&self, py: Python<'_>, losses: &Bound<'_, PyAny>, pool: PoolOf) -> Result<PySettlement> {
        let frame = Delivered::take(settlement::LOSSES.table.to_owned(), losses)?;
        let (structure, pool) = (self.core.clone(), pool.known()?);
        long_work::listening(py, move || {
            let losses = settlement::losses(&frame)?;
            Ok(PySettlement::new(structure, losses, &pool))
        })
    }

    /// Whether the structure takes loans when so much of a pool does not perform.
    fn breaker(&self, non_performing: &str, pool: &str) -> Result<&'static str> {
        let state = self
            .core
            .breaker(money("non_performing", non_performing)?, money("pool", pool)?);
        Ok(state.word())
    }

    /// Lets loans run through many futures.
    fn simulate(
        &self,
        py: Python<'_>,
        loans: &Bound<'_, PyAny>,
        question: Question,
    ) -> Result<PyFundOutlook> {
        let frame = Delivered::take(outlook::LOANS.table.to_owned(), loans)?;
        let structure = self.core.clone();
        long_work::listening(py, move || outlook::simulate(&structure, &frame, &question))
    }
}

impl Given {
    fn inputs(self) -> Result<Inputs> {
        let mut faults = Vec::new();
        let mut inputs = Inputs::default();
        let fault = |id: &str, wanted: &'static str, got: &dyn ToString| LendingError::Fault {
            place: format!("input `{id}`"),
            wanted: wanted.into(),
            got: got.to_string(),
        };
        for (id, share) in self.shares {
            match Share::new(share) {
                Ok(share) => {
                    inputs.shares.insert(id, share);
                }
                Err(_) => faults.push(fault(
                    &id,
                    "a fraction from 0 to 1 with at most six decimals",
                    &share,
                )),
            }
        }
        for (id, amount) in self.amounts {
            match amount.parse::<Money>() {
                Ok(amount) => {
                    inputs.amounts.insert(id, amount);
                }
                Err(_) => faults.push(fault(&id, "an amount in yuan such as `1234.50`", &amount)),
            }
        }
        if faults.is_empty() {
            Ok(inputs)
        } else {
            Err(LendingFault::Document(faults).into())
        }
    }
}

impl PoolOf {
    fn known(self) -> Result<Pool> {
        let mut loans = BTreeMap::new();
        for (year, text) in self.loans {
            loans.insert(year, money("pool_loans", &text)?);
        }
        let open_until = self.open_until.as_deref().map(|text| day("open_until", text));
        Ok(Pool {
            loans,
            open_until: open_until.transpose()?,
        })
    }
}

/// An amount given as text.
pub(super) fn money(name: &'static str, text: &str) -> Result<Money> {
    text.parse().map_err(|_| {
        LendingFault::Argument {
            name,
            wanted: "an amount in yuan such as `1234.50`".to_owned(),
            got: text.to_owned(),
        }
        .into()
    })
}
