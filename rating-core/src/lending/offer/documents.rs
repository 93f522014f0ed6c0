//! What a firm has to bring.

use super::answer::{OfferedSubsidy, Route};
use super::application::LoanApplication;
use crate::lending::{CollateralKind, InterestSubsidy};
use crate::rule::Wording;
use serde::{Deserialize, Serialize};

/// A document that a firm has to bring. It is needed where everything that is said below holds; what is not said does
/// not matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DocumentSpec {
    /// Its id.
    pub id: String,
    /// What it is.
    pub name: Wording,
    /// Where the demand for it comes from: the document that makes it, or that it is the lender's own.
    pub source: String,
    /// Routes on which it is needed; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<Route>,
    /// Kinds of collateral, one of which is offered; empty: whatever is offered, and also without collateral.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub collateral: Vec<CollateralKind>,
    /// Only with something of the application; missing: with and without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<ComesWith>,
    /// Ids of interest subsidies, one of which the offer holds; empty: with and without.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subsidies: Vec<String>,
    /// Ids of products of the catalogue, one of which is applied for; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<String>,
}

/// What a document belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ComesWith {
    /// Collateral of any kind.
    Collateral,
    /// A guarantee of a guarantor that has room for it.
    Guarantee,
    /// Insurance.
    Insurance,
    /// A structure of loss sharing that takes the loan.
    Sharing,
}

/// What a document may depend on in an offer.
pub(super) struct Terms<'a> {
    pub(super) application: &'a LoanApplication,
    pub(super) route: Route,
    pub(super) subsidies: &'a [OfferedSubsidy],
    pub(super) is_guaranteed: bool,
    pub(super) is_shared: bool,
}

impl DocumentSpec {
    /// Whether it is needed; the interest subsidies are those of the policy.
    pub(super) fn is_needed(&self, policy: &[InterestSubsidy], terms: &Terms<'_>) -> bool {
        let application = terms.application;
        let of_kind = |kind: &CollateralKind| application.assets.iter().any(|asset| asset.kind == *kind);
        let comes_with = |with: ComesWith| match with {
            ComesWith::Collateral => !application.assets.is_empty(),
            ComesWith::Guarantee => terms.is_guaranteed,
            ComesWith::Insurance => !application.insurance.is_empty(),
            ComesWith::Sharing => terms.is_shared,
        };
        let is_product = |id: &String| application.product.as_ref() == Some(id);
        let subsidised = |id: &String| {
            let mut offered = terms.subsidies.iter().filter_map(|s| policy.get(s.subsidy));
            offered.any(|subsidy| subsidy.id == *id)
        };
        (self.routes.is_empty() || self.routes.contains(&terms.route))
            && (self.collateral.is_empty() || self.collateral.iter().any(of_kind))
            && self.with.is_none_or(comes_with)
            && (self.subsidies.is_empty() || self.subsidies.iter().any(subsidised))
            && (self.products.is_empty() || self.products.iter().any(is_product))
    }
}
