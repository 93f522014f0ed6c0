//! What a policy answers to many applications.

use super::applicants::Applicants;
use super::applications::Posed;
use super::fault::LendingFault;
use super::sheet::Rows;
use crate::error::Result;
use rating_core::lending::{Counterfactual, LendingPolicy, Offer};
use rating_core::record::Reject;

/// Applications that were answered, with their answers, and rows that could not be used.
pub(super) struct Answers {
    pub(super) policy: LendingPolicy,
    pub(super) applicants: Applicants,
    pub(super) rejects: Vec<Reject>,
    /// Applications in, answered and rejected.
    pub(super) counts: (usize, usize, usize),
    each: Vec<(Posed, Offer)>,
}

impl Answers {
    /// Answers each application; `rejects` are rows of the frames beside them.
    pub(super) fn new(
        policy: LendingPolicy,
        posed: Rows<Posed>,
        (applicants, mut rejects): (Applicants, Vec<Reject>),
    ) -> Self {
        let counts = (posed.delivered, posed.used.len(), posed.rejects.len());
        let each = posed.used.into_iter().map(|posed| {
            let offer = policy.offer(&posed.application, &posed.applicant);
            (posed, offer)
        });
        let each = each.collect();
        rejects.extend(posed.rejects);
        Self {
            policy,
            applicants,
            rejects,
            counts,
            each,
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.each.len()
    }

    /// The applications that were answered, with their answers.
    pub(super) fn each(&self) -> impl Iterator<Item = (&Posed, &Offer)> {
        self.each.iter().map(|(posed, offer)| (posed, offer))
    }

    /// One application by its id.
    pub(super) fn one(&self, application_id: &str) -> Result<&(Posed, Offer)> {
        let found = self.each.iter().find(|(posed, _)| posed.id == application_id);
        let absent = || LendingFault::Argument {
            name: "application_id",
            wanted: "an application that was answered".to_owned(),
            got: application_id.to_owned(),
        };
        Ok(found.ok_or_else(absent)?)
    }

    /// What would change an answer: the terms first, then the measures.
    pub(super) fn counterfactuals(&self, posed: &Posed) -> Vec<Counterfactual> {
        let mut nearest = self.policy.nearest(&posed.application, &posed.applicant);
        nearest.extend(self.applicants.nearest(&self.policy, posed));
        nearest
    }
}
