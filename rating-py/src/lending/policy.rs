//! A lending policy in, offers out.

use super::answers::Answers;
use super::applicants::Applicants;
use super::applications::{APPLICATIONS, applications};
use super::beside::{Beside, Frames, Given};
use super::fault::LendingFault;
use super::offers::PyOffers;
use crate::columns::Delivered;
use crate::error::{FirmRatingError, Result};
use crate::long_work;
use crate::ratings::PyRatings;
use pyo3::prelude::*;
use rating_core::lending::{LendingPolicy, LendingPolicySpec};
use std::collections::BTreeSet;

/// A lending policy that holds together.
#[pyclass(frozen, name = "LendingPolicy", module = "firmrating._firmrating")]
pub(crate) struct PyLendingPolicy {
    core: LendingPolicy,
}

#[pymethods]
impl PyLendingPolicy {
    /// Reads and checks a document.
    #[new]
    fn new(text: &str) -> Result<Self> {
        let spec = LendingPolicySpec::from_json(text).map_err(|error| LendingFault::Document(vec![error]))?;
        let core = spec.check().map_err(LendingFault::Document)?;
        Ok(Self { core })
    }

    /// The document of a policy that comes with the package, as JSON.
    #[staticmethod]
    fn template(id: &str) -> Result<String> {
        let spec = LendingPolicySpec::example().filter(|spec| spec.id == id);
        let absent = || LendingFault::Preset {
            what: "a lending policy",
            known: &["example"],
            id: id.to_owned(),
        };
        Ok(spec.ok_or_else(absent)?.to_json())
    }

    #[getter]
    fn hash(&self) -> &str {
        self.core.hash()
    }

    /// The document as JSON.
    fn to_json(&self) -> String {
        self.core.spec().to_json()
    }

    /// Answers applications: a frame of applications, the firms, as ratings or as a frame, and frames beside them.
    fn offer(
        &self,
        py: Python<'_>,
        applications: &Bound<'_, PyAny>,
        firms: &Bound<'_, PyAny>,
        beside: Given<'_>,
    ) -> Result<PyOffers> {
        let frame = Delivered::take(APPLICATIONS.table.to_owned(), applications)?;
        let beside = beside.take()?;
        let policy = self.core.clone();
        let firms = Firms::of(firms)?;
        long_work::listening(py, move || answer(policy, &frame, &beside, firms))
    }
}

/// Firms as they came over the border.
enum Firms {
    Rated(Applicants),
    Listed(Delivered),
}

impl Firms {
    fn of(firms: &Bound<'_, PyAny>) -> Result<Self> {
        match firms.cast::<PyRatings>() {
            Ok(ratings) => {
                let (intake, model, as_of) = ratings.get().parts();
                Ok(Firms::Rated(Applicants::Rated { intake, model, as_of }))
            }
            Err(_) => Ok(Firms::Listed(Delivered::take("firms".to_owned(), firms)?)),
        }
    }
}

fn answer(
    policy: LendingPolicy,
    frame: &Delivered,
    beside: &Frames,
    firms: Firms,
) -> std::result::Result<PyOffers, FirmRatingError> {
    let applicants = match firms {
        Firms::Rated(applicants) => applicants,
        Firms::Listed(frame) => Applicants::listed(&frame)?,
    };
    let mut rejects = applicants.left_out().to_vec();
    let mut joined = Beside::read(beside, &policy)?;
    let posed = applications(frame, &applicants, &mut joined)?;
    let answered: BTreeSet<&str> = posed.used.iter().map(|posed| posed.id.as_str()).collect();
    rejects.extend(joined.left_over(beside, &answered)?);
    Ok(PyOffers::new(Answers::new(policy, posed, (applicants, rejects))))
}
