//! The document of a structure.

use crate::lending::{LendingError, Share};
use crate::num::{Date, Money};
use crate::rule::document::read;
use crate::rule::{Basis, Wording};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Who bears which part of the loss on a loan, as a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LossSharingSpec {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its name.
    pub name: Wording,
    /// Where it comes from.
    pub basis: Basis,
    /// First day on which a loan can be lent under it.
    pub valid_from: Date,
    /// Last day on which a loan can be lent under it; missing: until further notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// What the issuing document leaves open, so that the caller has to say it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<InputSpec>,
    /// The kind of firm that it is used for, where an input has a limit by kind; missing: any kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Who takes part.
    pub parties: Vec<PartySpec>,
    /// The layers, in the order in which a loss runs through them. What a layer does not pay runs on.
    pub layers: Vec<LayerSpec>,
    /// What of a loss counts.
    pub counts: Counts,
    /// Days from default to the first day on which a claim is paid.
    #[serde(default)]
    pub waiting_days: u16,
    /// Months from lending within which a loan must have been recorded; missing: it need not be recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record_within_months: Option<u16>,
    /// Which loans are taken; missing: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<TermsSpec>,
    /// When the structure stops taking loans.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breaker: Option<BreakerSpec>,
    /// The most of any loss that public parties may bear together, over all layers and whatever other losses have used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_most: Option<Share>,
}

/// Something that the issuing document leaves open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct InputSpec {
    /// Its id.
    pub id: String,
    /// What it is.
    pub name: Wording,
    /// Least share that the document allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<Share>,
    /// Largest share that the document allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<Share>,
    /// Largest share by the kind of firm. For any kind a share must be within the least of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_kind: Vec<KindSpec>,
}

/// The largest share that a document allows for a kind of firm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KindSpec {
    /// The kind, each once.
    pub kind: String,
    /// What it is.
    pub name: Wording,
    /// The share.
    pub at_most: Share,
}

/// Something given, or left to an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Given{T}"))]
#[serde(untagged)]
pub enum Given<T> {
    /// As the document gives it.
    Is(T),
    /// As the caller says.
    Input {
        /// Id of the input.
        input: String,
    },
}

/// What the caller says of the inputs of a structure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// Shares by the id of the input.
    #[serde(default)]
    pub shares: BTreeMap<String, Share>,
    /// Amounts by the id of the input.
    #[serde(default)]
    pub amounts: BTreeMap<String, Money>,
}

/// Who takes part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PartySpec {
    /// Its id.
    pub id: String,
    /// What it is.
    pub role: Role,
    /// Its name.
    pub name: Wording,
    /// All that it can pay, over all years, until it is replenished; missing: without bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance: Option<Given<Money>>,
    /// How many times its balance the loans that it stands for may reach; missing: without bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leverage: Option<u32>,
}

/// What a party is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A public fund that compensates for losses on loans (风险补偿金).
    CompensationFund,
    /// A government budget.
    Government,
    /// A public guarantee fund (国家融资担保基金).
    GuaranteeFund,
    /// A re-guarantor (再担保).
    ReGuarantor,
    /// A guarantor (融资担保).
    Guarantor,
    /// An insurer (保险).
    Insurer,
    /// Insurance money that is lent (保险融资).
    InsuranceLender,
    /// A venture fund (创业投资基金).
    VentureFund,
    /// A bank (银行).
    Bank,
}

impl Role {
    /// Whether it lends: a bank, or insurance money that is lent.
    pub const fn is_lender(self) -> bool {
        matches!(self, Role::Bank | Role::InsuranceLender)
    }

    /// Whether its money is public: a fund, a budget, a public guarantee fund.
    pub const fn is_public(self) -> bool {
        matches!(
            self,
            Role::CompensationFund | Role::Government | Role::GuaranteeFund
        )
    }
}

/// A layer: its size, and who takes which share of what comes into it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LayerSpec {
    /// The most that comes into it; missing: all that is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<LimitSpec>,
    /// Who takes part of it.
    pub takers: Vec<TakerSpec>,
}

/// Who takes which share of a layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TakerSpec {
    /// Id of the party.
    pub party: String,
    /// Its share of what comes into the layer.
    pub share: Given<Share>,
    /// Points on top of the share for some loans.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plus: Option<PlusSpec>,
    /// The most that it pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<LimitSpec>,
}

/// Points on top of a share, once, for a loan with any of some traits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PlusSpec {
    /// The traits.
    pub any_of: Vec<LoanTrait>,
    /// What comes on top.
    pub share: Given<Share>,
}

/// What may be said of a loan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LoanTrait {
    /// The first loan that the firm ever had (首贷).
    FirstLoan,
    /// No collateral and no guarantee (纯信用).
    PureCredit,
    /// Against intellectual property (知识产权质押).
    IpPledge,
    /// Against receivables (应收账款质押).
    ReceivablePledge,
    /// Against stock (存货质押).
    InventoryPledge,
}

impl LoanTrait {
    /// All of them.
    pub const ALL: [LoanTrait; 5] = [
        LoanTrait::FirstLoan,
        LoanTrait::PureCredit,
        LoanTrait::IpPledge,
        LoanTrait::ReceivablePledge,
        LoanTrait::InventoryPledge,
    ];

    /// Whether collateral, guarantee and insurance tell it, so that in an application it is not stated.
    pub const fn follows_from_collateral(self) -> bool {
        match self {
            LoanTrait::FirstLoan => false,
            LoanTrait::PureCredit
            | LoanTrait::IpPledge
            | LoanTrait::ReceivablePledge
            | LoanTrait::InventoryPledge => true,
        }
    }

    /// One word for tables: `first_loan`, `pure_credit`, `ip_pledge`, `receivable_pledge`, `inventory_pledge`.
    pub const fn word(self) -> &'static str {
        match self {
            LoanTrait::FirstLoan => "first_loan",
            LoanTrait::PureCredit => "pure_credit",
            LoanTrait::IpPledge => "ip_pledge",
            LoanTrait::ReceivablePledge => "receivable_pledge",
            LoanTrait::InventoryPledge => "inventory_pledge",
        }
    }
}

/// Upper bounds on a layer or a payment. Each is its own, and the least of them binds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LimitSpec {
    /// For one loan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loan: Option<Given<Money>>,
    /// For all loans of a firm, over all years.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firm: Option<Given<Money>>,
    /// For all loans of a firm in a calendar year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firm_year: Option<Given<Money>>,
    /// For all loans in a calendar year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<Given<Money>>,
    /// For all loans in a calendar year, as a share of the loans of the pool in that year: for a layer of all of
    /// them, for a taker of what its share makes of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year_share_of_pool: Option<Given<Share>>,
}

/// What of a loss counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    /// Principal only.
    Principal,
    /// Principal and interest.
    PrincipalAndInterest,
}

/// Which loans a structure takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TermsSpec {
    /// The most that one firm may have of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firm_most: Option<Money>,
    /// The longest of them, in months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months_most: Option<u16>,
    /// The most that the rate may be above the reference rate, as a fraction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread_most: Option<Share>,
}

/// When a structure warns and stops, by the share of its loans that do not perform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BreakerSpec {
    /// From this share on it warns.
    pub warn: Share,
    /// From this share on it takes no more loans.
    pub stop: Share,
}

impl LossSharingSpec {
    /// Ids of the structures that come with the crate.
    pub const PRESETS: &'static [&'static str] = &[
        "shanxi-2018-insurance",
        "shanxi-2018-guarantee",
        "shanxi-2018-venture-fund",
        "shanxi-2018-insured-financing",
        "shanxi-2023-credit-loans",
        "national-2024-guarantee",
        "shandong-2023",
        "anhui-direct",
        "anhui-guaranteed",
        "hubei-2025",
    ];

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

    /// The structures that come with the crate, by id; none under another id.
    pub fn preset(id: &str) -> Option<Self> {
        let text = match id {
            "shanxi-2018-insurance" => {
                include_str!("../../../lending/loss-sharing/shanxi-2018-insurance.json")
            }
            "shanxi-2018-guarantee" => {
                include_str!("../../../lending/loss-sharing/shanxi-2018-guarantee.json")
            }
            "shanxi-2018-venture-fund" => {
                include_str!("../../../lending/loss-sharing/shanxi-2018-venture-fund.json")
            }
            "shanxi-2018-insured-financing" => {
                include_str!("../../../lending/loss-sharing/shanxi-2018-insured-financing.json")
            }
            "shanxi-2023-credit-loans" => {
                include_str!("../../../lending/loss-sharing/shanxi-2023-credit-loans.json")
            }
            "national-2024-guarantee" => {
                include_str!("../../../lending/loss-sharing/national-2024-guarantee.json")
            }
            "shandong-2023" => include_str!("../../../lending/loss-sharing/shandong-2023.json"),
            "anhui-direct" => include_str!("../../../lending/loss-sharing/anhui-direct.json"),
            "anhui-guaranteed" => include_str!("../../../lending/loss-sharing/anhui-guaranteed.json"),
            "hubei-2025" => include_str!("../../../lending/loss-sharing/hubei-2025.json"),
            _ => return None,
        };
        // INVARIANT: shipped documents parse (a test holds it).
        serde_json::from_str(text).ok()
    }
}
