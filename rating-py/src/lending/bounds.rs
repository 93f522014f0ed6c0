//! How far published rules let a guarantor and a loan go.

use super::fault::LendingFault;
use super::loss_sharing::money;
use crate::error::Result;
use crate::records::day;
use pyo3::prelude::*;
use rating_core::lending::{ClientLiability, GuaranteeBound, Guarantor, Purpose, longest_months as longest};

/// What a guarantor may still stand for; amounts as text.
#[derive(IntoPyObject)]
pub(crate) struct Room {
    leverage: String,
    client: String,
    group: String,
    most: String,
    bound: &'static str,
}

/// What a guarantor may still stand for: its net assets and liability, and what it stands for around a client.
#[pyfunction]
pub(crate) fn guarantee_room(
    own: (&str, &str),
    serves_small_firms: bool,
    stands_for: (&str, &str),
) -> Result<Room> {
    let ((net_assets, liability), (client, affiliates)) = (own, stands_for);
    let guarantor = Guarantor {
        net_assets: money("net_assets", net_assets)?,
        liability: money("liability", liability)?,
        serves_small_firms,
    };
    let room = guarantor.room(ClientLiability {
        client: money("client_liability", client)?,
        affiliates: money("affiliate_liability", affiliates)?,
    });
    Ok(Room {
        leverage: room.leverage.to_string(),
        client: room.client.to_string(),
        group: room.group.to_string(),
        most: room.most.to_string(),
        bound: match room.bound {
            GuaranteeBound::Leverage => "leverage",
            GuaranteeBound::Client => "client",
            GuaranteeBound::Group => "group",
        },
    })
}

/// The longest that a loan for a purpose may run in principle, in months.
#[pyfunction]
pub(crate) fn longest_months(purpose: &str, on: &str) -> Result<Option<u16>> {
    let purpose: Purpose = serde_json::from_value(purpose.into()).map_err(|_| LendingFault::Argument {
        name: "purpose",
        wanted: "`working_capital`, `slow_working_capital` or `fixed_assets`".to_owned(),
        got: purpose.to_owned(),
    })?;
    Ok(longest(purpose, day("on", on)?))
}
