//! A budget over many firms.

use super::fault::LendingFault;
use super::loss_curve::PyLossCurve;
use super::loss_sharing::money;
use super::sheet::{Form, Rows, Sheet, fault, lgd, number, pd, reject_frame};
use crate::columns::{Delivered, Frame};
use crate::error::Result;
use crate::long_work;
use crate::rating::language;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use rating_core::lending::{
    Allocation, Budget, BudgetChange, Choice, FirmChoices, LendingError, LossCurve, Menu, Method,
    stress_budget as stressed,
};
use rating_core::num::{Lgd, Money};
use rating_core::record::{CellValue as _, Reject, Text};
use rating_core::report;
use std::collections::{BTreeMap, BTreeSet};

/// What a frame of choices holds.
static CHOICES: Form = Form {
    table: "choices",
    needs: &["firm_id", "amount", "value"],
    may_have: &["rate"],
};

/// What a frame of the firms under caps holds.
static CAPPED: Form = Form {
    table: "firms",
    needs: &["firm_id"],
    may_have: &["cap"],
};

/// What a frame of firms for a menu holds; it may hold more.
static FIRMS: Form = Form {
    table: "firms",
    needs: &["firm_id", "pd"],
    may_have: &["curve", "lgd", "least", "most"],
};

/// What may be lent in all: the budget, and caps by name.
#[derive(FromPyObject)]
pub(crate) struct Limits {
    #[pyo3(item)]
    budget: String,
    #[pyo3(item)]
    caps: Vec<(String, String)>,
}

/// Who gets what.
#[pyclass(frozen, name = "Allocation", module = "firmrating._firmrating")]
pub(crate) struct PyAllocation {
    asked: Asked,
    found: Allocation,
}

/// What may be lent to whom.
struct Asked {
    firms: Vec<String>,
    choices: Vec<FirmChoices>,
    budget: Budget,
    /// Names of the caps.
    caps: Vec<String>,
    rejects: Vec<Reject>,
    /// Rows of choices in, used and rejected.
    counts: (usize, usize, usize),
}

#[pymethods]
impl PyAllocation {
    /// Rows of choices in, used and rejected.
    fn counts(&self) -> (usize, usize, usize) {
        self.asked.counts
    }

    /// A row a firm, in the order in which firms first stand among the choices.
    fn frame(&self) -> Result<PyTable> {
        let picked = || {
            let each = self.asked.choices.iter().zip(&self.found.chosen);
            each.map(|(firm, at)| at.and_then(|at| firm.choices.get(at)))
        };
        Frame::default()
            .text("firm_id", self.asked.firms.iter())
            .money("amount", picked().map(|choice| choice.map(|c| c.amount)))
            .some_numbers("rate", picked().map(|choice| choice.map(|c| c.rate)))
            .some_numbers("value", picked().map(|choice| choice.map(|c| c.value)))
            .finish()
    }

    /// What is lent, in yuan with two decimals.
    #[getter]
    fn used(&self) -> String {
        self.found.used.to_string()
    }

    #[getter]
    fn value(&self) -> f64 {
        self.found.value
    }

    #[getter]
    fn bound(&self) -> f64 {
        self.found.bound
    }

    #[getter]
    fn gap(&self) -> f64 {
        self.found.gap()
    }

    #[getter]
    fn price(&self) -> f64 {
        self.found.price
    }

    /// A row a cap.
    fn caps(&self) -> Result<PyTable> {
        let caps = self.asked.budget.caps.iter();
        Frame::default()
            .text("cap", self.asked.caps.iter())
            .money("most", caps.map(|most| Some(*most)))
            .numbers("price", self.found.cap_prices.iter().copied())
            .finish()
    }

    /// The allocation in words.
    fn explain(&self, lang: &str) -> Result<String> {
        let names: Vec<&str> = self.asked.firms.iter().map(String::as_str).collect();
        let firms = (self.asked.choices.as_slice(), names.as_slice());
        Ok(report::allocation(
            &self.asked.budget,
            firms,
            &self.found,
            language(lang)?,
        ))
    }

    #[getter]
    fn method(&self) -> &'static str {
        match self.found.method {
            Method::Exact => "exact",
            Method::Priced => "priced",
        }
    }

    fn rejects(&self) -> Result<PyTable> {
        reject_frame(&self.asked.rejects)
    }
}

/// Chooses at most one row a firm, so that the sum of values is the largest within budget and caps.
#[pyfunction]
pub(crate) fn allocate(
    py: Python<'_>,
    choices: &Bound<'_, PyAny>,
    capped: &Bound<'_, PyAny>,
    limits: Limits,
) -> Result<PyAllocation> {
    let choices = Delivered::take(CHOICES.table.to_owned(), choices)?;
    let capped = Delivered::take(CAPPED.table.to_owned(), capped)?;
    long_work::listening(py, move || {
        let asked = asked(&choices, &capped, &limits)?;
        let found = asked.budget.allocate(&asked.choices);
        let found = found.map_err(|errors| of_firms(errors, &asked.firms))?;
        Ok(PyAllocation { asked, found })
    })
}

/// A budget before and after: both allocations, and a row a firm with what becomes of it.
#[pyfunction]
#[expect(
    clippy::needless_pass_by_value,
    reason = "Python's tuple of frames comes as one value"
)]
pub(crate) fn stress_budget(
    py: Python<'_>,
    sides: (Bound<'_, PyAny>, Bound<'_, PyAny>),
    capped: &Bound<'_, PyAny>,
    limits: Limits,
) -> Result<(PyAllocation, PyAllocation, PyTable)> {
    let before = Delivered::take("before".to_owned(), &sides.0)?;
    let after = Delivered::take("after".to_owned(), &sides.1)?;
    let capped = Delivered::take(CAPPED.table.to_owned(), capped)?;
    long_work::listening(py, move || {
        let (mut before, mut after) = (
            asked(&before, &capped, &limits)?,
            asked(&after, &capped, &limits)?,
        );
        // Every firm stands on both sides: one without choices on one of them gets nothing there.
        after.follow(&before);
        before.follow(&after);
        after.arrange(&before.firms);
        let found = stressed(&before.budget, &before.choices, &after.choices);
        let found = found.map_err(|errors| of_firms(errors, &before.firms))?;
        let changes = changes(&before.firms, &found.changes)?;
        let before = PyAllocation {
            asked: before,
            found: found.before,
        };
        let after = PyAllocation {
            asked: after,
            found: found.after,
        };
        Ok((before, after, changes))
    })
}

fn changes(firms: &[String], changes: &[BudgetChange]) -> Result<PyTable> {
    Frame::default()
        .text("firm_id", firms.iter())
        .text("change", changes.iter().map(|change| change.word()))
        .finish()
}

fn of_firms(errors: Vec<LendingError>, firms: &[String]) -> LendingFault {
    LendingFault::Arguments(errors.into_iter().map(|error| named(error, firms)).collect())
}

impl Asked {
    /// Adds firms of another side, without choices, which this one lacks.
    fn follow(&mut self, other: &Asked) {
        let own: BTreeSet<&String> = self.firms.iter().collect();
        let lacks: Vec<String> = other
            .firms
            .iter()
            .filter(|firm| !own.contains(firm))
            .cloned()
            .collect();
        for firm in lacks {
            self.firms.push(firm);
            self.choices.push(FirmChoices::default());
        }
    }

    /// Puts firms into an order that names each of them.
    fn arrange(&mut self, order: &[String]) {
        let firms = std::mem::take(&mut self.firms);
        let choices = std::mem::take(&mut self.choices);
        let mut of: BTreeMap<String, FirmChoices> = firms.into_iter().zip(choices).collect();
        self.choices = order
            .iter()
            .map(|firm| of.remove(firm).unwrap_or_default())
            .collect();
        self.firms = order.to_vec();
    }
}

fn asked(choices: &Delivered, capped: &Delivered, limits: &Limits) -> Result<Asked> {
    let capped = pairs(capped)?;
    let known: BTreeSet<&str> = capped.iter().map(|(firm, _)| firm.as_str()).collect();
    let rows = read(choices, (!limits.caps.is_empty()).then_some(&known))?;
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let (mut firms, mut all): (Vec<String>, Vec<FirmChoices>) = (Vec::new(), Vec::new());
    for (firm, choice) in rows.used {
        let at = *places.entry(firm.clone()).or_insert_with(|| {
            firms.push(firm);
            all.push(FirmChoices::default());
            all.len() - 1
        });
        if let Some(of_firm) = all.get_mut(at) {
            of_firm.choices.push(choice);
        }
    }
    let mut budget = Budget {
        total: money("budget", &limits.budget)?,
        caps: Vec::new(),
    };
    let mut caps: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, most) in &limits.caps {
        caps.insert(name, budget.caps.len());
        budget.caps.push(money("caps", most)?);
    }
    for (firm, cap) in &capped {
        let of_firm = places.get(firm).and_then(|at| all.get_mut(*at));
        let cap = cap.as_ref().and_then(|cap| caps.get(cap.as_str()));
        if let (Some(of_firm), Some(cap)) = (of_firm, cap)
            && !of_firm.caps.contains(cap)
        {
            of_firm.caps.push(*cap);
        }
    }
    Ok(Asked {
        counts: (
            rows.delivered,
            rows.delivered - rows.rejects.len(),
            rows.rejects.len(),
        ),
        firms,
        choices: all,
        budget,
        caps: limits.caps.iter().map(|(name, _)| name.clone()).collect(),
        rejects: rows.rejects,
    })
}

/// An error that names its firm in place of the firm's place.
fn named(error: LendingError, firms: &[String]) -> LendingError {
    match error {
        LendingError::Fault { place, wanted, got } => {
            let of_firm = place
                .strip_prefix("firms[")
                .and_then(|rest| rest.split_once("]."));
            let firm = of_firm.and_then(|(at, part)| Some((firms.get(at.parse::<usize>().ok()?)?, part)));
            let place = firm.map_or_else(|| place.clone(), |(firm, part)| format!("firm `{firm}`: {part}"));
            LendingError::Fault { place, wanted, got }
        }
        document @ LendingError::Document(_) => document,
    }
}

/// Choices; `known` are the firms of which it is known under which caps they fall, where there are caps.
fn read(frame: &Delivered, known: Option<&BTreeSet<&str>>) -> Result<Rows<(String, Choice)>> {
    let mut sheet = Sheet::new(&CHOICES, frame)?;
    let mut firm = sheet.need("firm_id", Text::from_cell);
    let mut amount = sheet.need("amount", Money::from_cell);
    let mut value = sheet.need("value", number);
    let mut rate = sheet.some("rate", number);
    Ok(sheet.rows(|row| {
        let gap = || fault("firm_id", "required", &"expected a value, got nothing");
        let firm = firm.at(row).ok_or_else(gap)?.as_str().to_owned();
        let amount = amount.at(row).ok_or_else(gap)?;
        if amount <= Money::ZERO {
            let message = format!("expected an amount above zero, got `{amount}`");
            return Err(fault("amount", "amount", &message));
        }
        if known.is_some_and(|known| !known.contains(firm.as_str())) {
            let message =
                format!("expected a firm of `firms`, which says under which caps it falls, got `{firm}`");
            return Err(fault("firm_id", "consistency", &message));
        }
        let choice = Choice {
            amount,
            rate: rate.at(row).unwrap_or(0.0),
            value: value.at(row).ok_or_else(gap)?,
        };
        Ok((firm, choice))
    }))
}

/// Firms, each with a cap that it falls under.
fn pairs(frame: &Delivered) -> Result<Vec<(String, Option<String>)>> {
    let mut sheet = Sheet::new(&CAPPED, frame)?;
    let mut firm = sheet.need("firm_id", Text::from_cell);
    let mut cap = sheet.some("cap", Text::from_cell);
    sheet.all(|row| {
        Some((
            firm.at(row)?.as_str().to_owned(),
            cap.at(row).map(|cap| cap.as_str().to_owned()),
        ))
    })
}

/// Amounts and rates on offer, and how many customers a rate keeps, by name.
#[derive(FromPyObject)]
pub(crate) struct OnOffer {
    #[pyo3(item)]
    amounts: Vec<String>,
    #[pyo3(item)]
    rates: Vec<f64>,
    #[pyo3(item)]
    curves: Vec<(String, Py<PyLossCurve>)>,
    /// LGD of firms of which the frame says none.
    #[pyo3(item)]
    lgd: f64,
    /// What a yuan lent costs a year: funding and operating.
    #[pyo3(item)]
    costs: f64,
}

/// What a loan costs: LGD where a firm has none of its own, and what a yuan lent costs a year.
#[derive(Clone, Copy)]
struct Costs {
    lgd: Lgd,
    running: f64,
}

impl OnOffer {
    fn costs(&self) -> Result<Costs> {
        let wrong = |name: &'static str, wanted: &str, got: f64| LendingFault::Argument {
            name,
            wanted: wanted.to_owned(),
            got: got.to_string(),
        };
        let lgd = Lgd::new(self.lgd).map_err(|_| wrong("lgd", "a fraction from 0 to 1", self.lgd))?;
        if !self.costs.is_finite() {
            return Err(wrong("funding", "with `operating` a finite number", self.costs).into());
        }
        let running = self.costs;
        Ok(Costs { lgd, running })
    }
}

/// The choices of a menu for firms: for each firm and amount the rate that is worth the most, and rejects.
#[pyfunction]
pub(crate) fn menu(py: Python<'_>, firms: &Bound<'_, PyAny>, offered: OnOffer) -> Result<(PyTable, PyTable)> {
    let frame = Delivered::take(FIRMS.table.to_owned(), firms)?;
    let curves = offered.curves.iter();
    let curves: BTreeMap<String, LossCurve> = curves
        .map(|(name, curve)| (name.clone(), curve.get().core().clone()))
        .collect();
    let costs = offered.costs()?;
    let amounts = offered.amounts.iter().map(|amount| money("amounts", amount));
    let menu = Menu {
        amounts: amounts.collect::<Result<_>>()?,
        rates: offered.rates,
    };
    long_work::listening(py, move || choices(&frame, (&menu, costs), &curves))
}

fn choices(
    frame: &Delivered,
    (menu, costs): (&Menu, Costs),
    curves: &BTreeMap<String, LossCurve>,
) -> Result<(PyTable, PyTable)> {
    let mut sheet = Sheet::among(&FIRMS, frame)?;
    let mut firm = sheet.need("firm_id", Text::from_cell);
    let (mut pd, mut lgd) = (sheet.need("pd", pd), sheet.some("lgd", lgd));
    let mut curve = sheet.some("curve", Text::from_cell);
    let mut bounds = ["least", "most"].map(|name| sheet.some(name, Money::from_cell));
    let rows = sheet.rows(|row| {
        let gap = || fault("firm_id", "required", &"expected a value, got nothing");
        let firm = firm.at(row).ok_or_else(gap)?.as_str().to_owned();
        let name = curve
            .at(row)
            .map(|name| name.as_str().to_owned())
            .unwrap_or_default();
        let curve = curves.get(&name).ok_or_else(|| {
            let message = format!("expected the name of a loss curve, got `{name}`");
            fault("curve", "code", &message)
        })?;
        let [least, most] = bounds.each_mut().map(|bound| bound.at(row));
        let is_within = |amount: Money| {
            least.is_none_or(|least| amount >= least) && most.is_none_or(|most| amount <= most)
        };
        let own = Menu {
            amounts: menu
                .amounts
                .iter()
                .copied()
                .filter(|amount| is_within(*amount))
                .collect(),
            rates: menu.rates.clone(),
        };
        let risk = (pd.at(row).ok_or_else(gap)?, lgd.at(row).unwrap_or(costs.lgd));
        Ok((
            firm,
            FirmChoices::of_risk(&own, curve, (risk, costs.running)).choices,
        ))
    });
    let each = || {
        rows.used
            .iter()
            .flat_map(|(firm, choices)| choices.iter().map(move |c| (firm, c)))
    };
    let table = Frame::default()
        .text("firm_id", each().map(|(firm, _)| firm))
        .money("amount", each().map(|(_, choice)| Some(choice.amount)))
        .numbers("rate", each().map(|(_, choice)| choice.rate))
        .numbers("value", each().map(|(_, choice)| choice.value))
        .finish()?;
    Ok((table, reject_frame(&rows.rejects)?))
}
