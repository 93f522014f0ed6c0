//! What must hold for a document to be a structure.

use super::spec::{
    Given, InputSpec, Inputs, KindSpec, LayerSpec, LimitSpec, LoanTrait, LossSharingSpec, TakerSpec,
};
use super::structure::{Layer, Limit, LossSharing, Party, Plus, Taker};
use crate::lending::fault::Faults;
use crate::lending::{LendingError, Share};
use crate::num::Money;
use crate::rule::document::content_hash;

/// More layers than any structure needs.
const MOST_LAYERS: usize = 20;

impl LossSharingSpec {
    /// Makes a structure of the document and of what it leaves open.
    ///
    /// # Errors
    /// Everything that is wrong with the document or with the inputs, each with its place, what was expected and
    /// what came.
    pub fn check(self, inputs: &Inputs) -> Result<LossSharing, Vec<LendingError>> {
        let mut check = Check {
            spec: &self,
            inputs,
            faults: Faults::default(),
            meters: 0,
        };
        check.head();
        check.inputs();
        let parties: Vec<Party> = check.parties();
        let each = self.layers.iter().enumerate();
        let layers: Vec<Layer> = each.map(|(at, layer)| check.layer(at, layer)).collect();
        check.public(&layers);
        let (faults, meters) = (check.faults, check.meters);
        let hash = content_hash(&self);
        faults.or(|| LossSharing::new(self, hash, (parties, layers), meters))
    }
}

/// A check on its way.
struct Check<'a> {
    spec: &'a LossSharingSpec,
    inputs: &'a Inputs,
    faults: Faults,
    /// Limits met so far: each has a meter of what has been used of it.
    meters: usize,
}

impl Check<'_> {
    fn head(&mut self) {
        let spec = self.spec;
        self.faults.text("id", &spec.id);
        self.faults.text("version", &spec.version);
        self.faults.wording("name", &spec.name);
        self.faults.basis(&spec.basis);
        self.faults.days("valid_to", spec.valid_from, spec.valid_to);
        if spec.layers.is_empty() || spec.layers.len() > MOST_LAYERS {
            let got = spec.layers.len().to_string();
            self.faults.add("layers", "1 to 20 layers", &got);
        }
        if let Some(breaker) = spec.breaker.filter(|b| b.warn > b.stop) {
            let wanted = "a share not above `breaker.stop`";
            self.faults
                .add("breaker.warn", wanted, &breaker.warn.get().to_string());
        }
        let months = spec.terms.as_ref().and_then(|terms| terms.months_most);
        if months == Some(0) {
            self.faults.add("terms.months_most", "at least one month", "0");
        }
        let most = spec.terms.as_ref().and_then(|terms| terms.firm_most);
        self.amount("terms.firm_most", most.unwrap_or(Money::ZERO));
    }

    fn amount(&mut self, place: &str, amount: Money) {
        if amount < Money::ZERO {
            self.faults.add(place, "an amount from 0", &amount.to_string());
        }
    }

    /// Every input is named, asked for somewhere in the document, and said by the caller; and no other.
    fn inputs(&mut self) {
        let spec = self.spec;
        self.faults
            .ids("inputs", spec.inputs.iter().map(|i| i.id.as_str()));
        let text = spec.to_json();
        for (at, input) in spec.inputs.iter().enumerate() {
            self.faults.wording(&format!("inputs[{at}].name"), &input.name);
            if !text.contains(&format!("\"input\": {:?}", input.id)) {
                let wanted = "an input that a part of the document refers to";
                self.faults.add(format!("inputs[{at}].id"), wanted, &input.id);
            }
            self.kinds(&format!("inputs[{at}].by_kind"), &input.by_kind);
            if let Some(share) = self.inputs.shares.get(&input.id) {
                self.limits(input, *share);
            }
        }
        let kinds = || spec.inputs.iter().flat_map(|input| &input.by_kind);
        if let Some(kind) = spec
            .kind
            .as_ref()
            .filter(|kind| kinds().all(|own| own.kind != **kind))
        {
            self.faults
                .add("kind", "a kind of firm by which an input has a limit", kind);
        }
        let given = self.inputs.shares.keys().chain(self.inputs.amounts.keys());
        for id in given.filter(|id| spec.inputs.iter().all(|i| i.id != **id)) {
            self.faults.add(
                format!("input `{id}`"),
                "an input of the document",
                "none of this id",
            );
        }
    }

    fn kinds(&mut self, place: &str, kinds: &[KindSpec]) {
        self.faults.ids(place, kinds.iter().map(|own| own.kind.as_str()));
        for (at, own) in kinds.iter().enumerate() {
            self.faults.wording(&format!("{place}[{at}].name"), &own.name);
        }
    }

    /// That a share is within the limits of its input: where they go by the kind of firm, within that of the kind, and
    /// within the least of them if the kind is not said.
    fn limits(&mut self, input: &InputSpec, share: Share) {
        let of_kind = self.spec.kind.as_ref();
        let own = input
            .by_kind
            .iter()
            .filter(|own| of_kind.is_none_or(|kind| own.kind == *kind));
        let by_kind = own.map(|own| own.at_most).min();
        let least = input.at_least.unwrap_or(Share::ZERO);
        let most = input.at_most.unwrap_or(Share::ALL);
        let place = format!("input `{}`", input.id);
        let got = share.get().to_string();
        if share < least || share > most {
            let wanted = "a share within the limits that the document gives";
            self.faults.add(place, wanted, &got);
        } else if by_kind.is_some_and(|most| share > most) {
            let wanted = if of_kind.is_some() {
                "a share that the document allows for the kind of firm"
            } else {
                "a share that the document allows for every kind of firm, or a `kind` for which it allows it"
            };
            let most = by_kind.unwrap_or_default().get();
            self.faults.add(place, wanted, &format!("{got}, at most {most}"));
        }
    }

    fn parties(&mut self) -> Vec<Party> {
        let spec = self.spec;
        self.faults
            .ids("parties", spec.parties.iter().map(|p| p.id.as_str()));
        let mut parties = Vec::new();
        for (at, party) in spec.parties.iter().enumerate() {
            let place = format!("parties[{at}]");
            self.faults.wording(&format!("{place}.name"), &party.name);
            if party.leverage.is_some() && party.balance.is_none() {
                self.faults.add(
                    format!("{place}.leverage"),
                    "a balance that it multiplies",
                    "none",
                );
            }
            if party.leverage == Some(0) {
                self.faults
                    .add(format!("{place}.leverage"), "a multiple from 1", "0");
            }
            let balance = party.balance.as_ref();
            let balance = balance.map(|b| self.money(&format!("{place}.balance"), b));
            parties.push(Party {
                balance,
                leverage: party.leverage,
            });
        }
        parties
    }

    fn layer(&mut self, at: usize, layer: &LayerSpec) -> Layer {
        let place = format!("layers[{at}]");
        if layer.takers.is_empty() {
            self.faults.add(format!("{place}.takers"), "at least one", "none");
        }
        let size = layer.size.as_ref();
        let size = size.map_or_else(Limit::default, |size| self.limit(&format!("{place}.size"), size));
        let mut takers = Vec::new();
        for (at, taker) in layer.takers.iter().enumerate() {
            takers.push(self.taker(&format!("{place}.takers[{at}]"), taker));
        }
        let most =
            |t: &Taker| t.share.millionths() + t.plus.as_ref().map_or(0, |plus| plus.share.millionths());
        let all: u32 = takers.iter().map(most).sum();
        if all > Share::ALL.millionths() {
            let wanted = "shares, with what may come on top, of 1 in sum or less";
            let got = (f64::from(all) / 1e6).to_string();
            self.faults.add(format!("{place}.takers"), wanted, &got);
        }
        Layer { size, takers }
    }

    /// That public parties bear no more of any loss than the document allows.
    fn public(&mut self, layers: &[Layer]) {
        let Some(most) = self.spec.public_most else {
            return;
        };
        // Of every set of traits, since points on top may raise the share of any party.
        let sets = 0..1_u32 << LoanTrait::ALL.len();
        let of_set = |set: u32| {
            let has = |at: &usize| set & (1 << at) != 0;
            let traits = LoanTrait::ALL.iter().enumerate().filter(|(at, _)| has(at));
            self.public_share(layers, &traits.map(|(_, t)| *t).collect::<Vec<_>>())
        };
        let worst = sets.map(of_set).fold(0.0, f64::max);
        // Shares are millionths; what is off by less is noise of the products.
        if worst > most.get() + 1e-9 {
            let wanted = "layers by which public parties bear `public_most` of every loss or less";
            self.faults
                .add("layers", wanted, &format!("{worst:.6} of a loss"));
        }
    }

    /// The most of a loss on a loan with some traits that public parties may bear, whatever other losses have used.
    ///
    /// ```text
    /// v(last + 1) = 0
    /// v(k)        = max over f of   f · (Σ public shares + (1 - Σ shares that are surely paid) · v(k + 1)) + (1 - f) · v(k + 1)
    /// ```
    /// where `f` is the part of what is left that comes into layer `k`: 1, or from 0 to 1 where the layer has a size. A share of a party that is not public is surely paid if neither a cap nor a balance bounds it: what is
    /// bounded may have been used up by other losses or be small against this one, and all of it runs on.
    fn public_share(&self, layers: &[Layer], traits: &[LoanTrait]) -> f64 {
        layers.iter().rev().fold(0.0_f64, |behind, layer| {
            let (mut public, mut sure) = (0.0_f64, 0.0_f64);
            for taker in &layer.takers {
                let share = taker.share_with(traits).get();
                let party = self.spec.parties.get(taker.party);
                if party.is_some_and(|party| party.role.is_public()) {
                    public += share;
                    sure += share;
                } else if !taker.cap.bounds() && party.is_none_or(|party| party.balance.is_none()) {
                    sure += share;
                }
            }
            let inside = public + (1.0 - sure).max(0.0) * behind;
            if layer.size.bounds() {
                inside.max(behind)
            } else {
                inside
            }
        })
    }

    fn taker(&mut self, place: &str, taker: &TakerSpec) -> Taker {
        let party = self.spec.parties.iter().position(|p| p.id == taker.party);
        if party.is_none() {
            self.faults
                .add(format!("{place}.party"), "the id of a party", &taker.party);
        }
        let share = self.share(&format!("{place}.share"), &taker.share);
        let plus = taker.plus.as_ref().map(|plus| Plus {
            any_of: plus.any_of.clone(),
            share: self.share(&format!("{place}.plus.share"), &plus.share),
        });
        let cap = taker.cap.as_ref();
        let cap = cap.map_or_else(Limit::default, |cap| self.limit(&format!("{place}.cap"), cap));
        Taker {
            party: party.unwrap_or_default(),
            share,
            plus,
            cap,
        }
    }

    fn limit(&mut self, place: &str, limit: &LimitSpec) -> Limit {
        let mut money = |name: &str, given: Option<&Given<Money>>| {
            given.map(|given| self.money(&format!("{place}.{name}"), given).fen())
        };
        let loan = money("loan", limit.loan.as_ref());
        let firm = money("firm", limit.firm.as_ref());
        let firm_year = money("firm_year", limit.firm_year.as_ref());
        let year = money("year", limit.year.as_ref());
        let share = limit.year_share_of_pool.as_ref();
        let pool_share = share.map(|s| self.share(&format!("{place}.year_share_of_pool"), s));
        let meter = self.meters;
        self.meters += 1;
        Limit {
            loan,
            firm,
            firm_year,
            year,
            pool_share,
            meter,
        }
    }

    fn money(&mut self, place: &str, given: &Given<Money>) -> Money {
        let amount = match given {
            Given::Is(amount) => Some(*amount),
            Given::Input { input } => self.said(place, input, self.inputs.amounts.get(input).copied()),
        };
        let amount = amount.unwrap_or(Money::ZERO);
        self.amount(place, amount);
        amount
    }

    fn share(&mut self, place: &str, given: &Given<Share>) -> Share {
        let share = match given {
            Given::Is(share) => Some(*share),
            Given::Input { input } => self.said(place, input, self.inputs.shares.get(input).copied()),
        };
        share.unwrap_or(Share::ZERO)
    }

    /// What the caller said of an input, or the fault that nothing was said or that there is no such input.
    fn said<T>(&mut self, place: &str, input: &str, value: Option<T>) -> Option<T> {
        if self.spec.inputs.iter().all(|i| i.id != input) {
            self.faults
                .add(place, "the id of an input of the document", input);
        } else if value.is_none() {
            let wanted = "a value for the input, which the issuing document leaves open";
            self.faults.add(place, wanted, &format!("none for {input}"));
        }
        value
    }
}
