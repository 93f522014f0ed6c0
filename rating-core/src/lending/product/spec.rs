//! The document of a catalogue.

use crate::lending::{CollateralKind, InsuranceLine, LendingError, LifeStage};
use crate::num::Date;
use crate::rule::document::read;
use crate::rule::rulebook::{DeclaredSpec, Test};
use crate::rule::{Basis, Wording};
use serde::{Deserialize, Serialize};

/// Products to finance firms with, as a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CatalogueSpec {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its name.
    pub name: Wording,
    /// Where it comes from and what has been compared with what; shown with every answer.
    pub notice: Wording,
    /// Id of the rulebook whose evaluations and declared inputs its conditions read.
    pub rulebook: String,
    /// What no department reports and the rulebook does not ask for: whoever asks may declare it, else it stays open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub declared: Vec<DeclaredSpec>,
    /// The products.
    pub products: Vec<ProductSpec>,
}

/// A product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ProductSpec {
    /// Its id, each once in a catalogue.
    pub id: String,
    /// Its name.
    pub name: Wording,
    /// Other names under which documents speak of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<AliasSpec>,
    /// What it is.
    pub kind: ProductKind,
    /// Where it comes from: the document with the place in it, and what it says there.
    pub basis: Basis,
    /// First day on which it is in force.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date")))]
    pub valid_from: Date,
    /// Last day on which it is in force; missing: until further notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>", extend("format" = "date")))]
    pub valid_to: Option<Date>,
    /// The stages of life that its document means it for; none where the document does not say. A firm of another
    /// stage is not excluded, but other products come before this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<LifeStage>,
    /// What stands against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collateral: Option<CollateralKind>,
    /// The line of insurance that it is or that goes with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub insurance: Option<InsuranceLine>,
    /// Id of the structure by which losses on it are shared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss_sharing: Option<String>,
    /// Conditions, all of which must hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<ProductConditionSpec>,
    /// What speaks for it besides; none of it excludes a firm.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fits: Vec<ProductConditionSpec>,
    /// What it asks the firm for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<Wording>,
    /// What its document leaves open, so that nothing here stands for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_sourced: Option<Wording>,
}

/// Another name of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AliasSpec {
    /// The name.
    pub name: Wording,
    /// Where it stands, and why it is taken for this product.
    pub source: String,
}

/// A condition of a product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ProductConditionSpec {
    /// Its id, each once in a product.
    pub id: String,
    /// Its name.
    pub name: Wording,
    /// What must be true.
    pub test: Test,
    /// Whether a document gives it.
    pub origin: Origin,
    /// Where it stands there, or why it was chosen.
    pub source: String,
}

/// Where a condition comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A document gives it.
    Document,
    /// The authors of the catalogue chose it; illustrative.
    Illustrative,
}

impl Origin {
    /// One word for tables: `document`, `illustrative`.
    pub const fn word(self) -> &'static str {
        match self {
            Origin::Document => "document",
            Origin::Illustrative => "illustrative",
        }
    }
}

/// What a product is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProductKind {
    /// A loan without collateral, or with whatever a lender asks for.
    Loan,
    /// A loan against something that is pledged.
    PledgeLoan,
    /// Finance along a chain of industry.
    ChainFinance,
    /// A loan whose loss others share.
    SharedLoan,
    /// Insurance.
    Insurance,
    /// A guarantee.
    Guarantee,
    /// Finance by leasing equipment or other property.
    Leasing,
    /// A bond of one issuer.
    Bond,
    /// A bond of several issuers, or with its credit enhanced together.
    CollectiveBond,
    /// Money of insurers as equity, fund, debt or asset-backed plan.
    InsuranceCapital,
    /// A fund that takes equity.
    EquityFund,
    /// Equity together with a loan.
    EquityWithLoan,
    /// Merger and acquisition.
    Merger,
    /// Listing or quotation on a market.
    Listing,
}

impl ProductKind {
    /// One word for tables, in snake case.
    pub const fn word(self) -> &'static str {
        match self {
            ProductKind::Loan => "loan",
            ProductKind::PledgeLoan => "pledge_loan",
            ProductKind::ChainFinance => "chain_finance",
            ProductKind::SharedLoan => "shared_loan",
            ProductKind::Insurance => "insurance",
            ProductKind::Guarantee => "guarantee",
            ProductKind::Leasing => "leasing",
            ProductKind::Bond => "bond",
            ProductKind::CollectiveBond => "collective_bond",
            ProductKind::InsuranceCapital => "insurance_capital",
            ProductKind::EquityFund => "equity_fund",
            ProductKind::EquityWithLoan => "equity_with_loan",
            ProductKind::Merger => "merger",
            ProductKind::Listing => "listing",
        }
    }
}

impl CatalogueSpec {
    /// Ids of the catalogues that come with the crate.
    pub const PRESETS: &'static [&'static str] = &["shanxi-2018"];

    /// Reads a document. It is not checked yet.
    ///
    /// # Errors
    /// The line and column of what is not JSON, is unknown, is missing, or stands twice.
    pub fn from_json(text: &str) -> Result<Self, LendingError> {
        read(text).map_err(LendingError::Document)
    }

    /// The document as JSON, two blanks a level.
    pub fn to_json(&self) -> String {
        // INVARIANT: the document serialises to objects with text keys, which cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The catalogues that come with the crate, by id; none under another id.
    pub fn preset(id: &str) -> Option<Self> {
        let text = match id {
            "shanxi-2018" => include_str!("../../../products/shanxi-2018.json"),
            _ => return None,
        };
        // INVARIANT: shipped documents parse (a test holds it).
        serde_json::from_str(text).ok()
    }
}
