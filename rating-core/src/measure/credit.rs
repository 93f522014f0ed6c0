//! Facilities, guarantees given, enquiries.
//!
//! The credit register reports a facility from reporting day to reporting day; what stands on a day is its latest
//! snapshot, as long as that is fresh. A register that has been silent for longer than a window says nothing of
//! it, which is another thing than "no debt": its measures are too short then.

use super::finance::last_year_ended;
use super::{Measure, Measured, Measures, Missing};
use crate::num::{Date, Money};
use crate::record::{CollateralKind, EnquiryReason, FacilitySnapshot, LoanClass, Statement, TableName, View};

pub(super) fn measure(view: &View<'_>, out: &mut Measures) {
    measure_facilities(view, out);
    if view.answered_on(TableName::Guarantees).is_some() {
        out.set(Measure::CreditGuaranteesToEquity, guarantees_to_equity(view));
    }
    if view.answered_on(TableName::Enquiries).is_some() {
        let (after, as_of) = (view.as_of().plus_months(-6), view.as_of());
        let is_counted = |reason, day| reason == EnquiryReason::Application && day > after && day <= as_of;
        let enquiries = view.enquiries().filter(|e| is_counted(e.reason, e.enquired_on));
        out.set(Measure::CreditEnquiries6m, enquiries.count() as f64);
    }
}

fn fen(amount: Money) -> i128 {
    i128::from(amount.fen())
}

/// What the snapshots of a window say at worst.
struct Past {
    /// The window holds the days after this one.
    after: Date,
    /// When the register last answered.
    answered_on: Date,
    has_snapshots: bool,
    class: Option<LoanClass>,
    days_overdue: Option<u32>,
    overdue_on: Option<Date>,
    is_restructured: bool,
}

impl Past {
    fn new(view: &View<'_>, answered_on: Date, months: i32) -> Self {
        Self {
            after: view.as_of().plus_months(-months),
            answered_on,
            has_snapshots: false,
            class: None,
            days_overdue: None,
            overdue_on: None,
            is_restructured: false,
        }
    }

    /// Takes in a snapshot of the day or earlier.
    fn add(&mut self, snapshot: &FacilitySnapshot) {
        if snapshot.snapshot_on <= self.after {
            return;
        }
        self.has_snapshots = true;
        self.class = self.class.max(snapshot.class);
        self.days_overdue = self.days_overdue.max(snapshot.days_overdue);
        if snapshot.days_overdue.is_some_and(|days| days > 0) {
            self.overdue_on = self.overdue_on.max(Some(snapshot.snapshot_on));
        }
        self.is_restructured |= snapshot.restructured == Some(true);
    }

    /// A value over the window's snapshots, not reported if none states it; a reason if there are no snapshots.
    fn outcome(&self, value: Option<f64>) -> Measured {
        if self.has_snapshots {
            value.map_or(Missing::NotReported.into(), Measured::Value)
        } else if self.answered_on > self.after {
            Missing::NotApplicable.into()
        } else {
            Missing::TooShort.into()
        }
    }

    fn worst_class(&self) -> Measured {
        self.outcome(self.class.map(place))
    }

    fn worst_days(&self) -> Measured {
        self.outcome(self.days_overdue.map(f64::from))
    }

    /// Whole months from the last snapshot overdue; the whole window if none was.
    fn months_since_overdue(&self, as_of: Date, window: f64) -> Measured {
        let months = self.overdue_on.map_or(window, |day| {
            let calendar = as_of.month_index() - day.month_index();
            let is_whole = day.plus_months(calendar) <= as_of;
            f64::from(calendar - i32::from(!is_whole))
        });
        self.outcome(self.days_overdue.map(|_| months))
    }
}

/// A class as the number of its word.
fn place(class: LoanClass) -> f64 {
    f64::from(class as u8)
}

/// What the open facilities add up to, in fen.
#[derive(Default)]
struct Open<'a> {
    lenders: Vec<&'a str>,
    facilities: u32,
    balance: i128,
    limited_balance: i128,
    limit: i128,
    class: Option<LoanClass>,
    days_overdue: Option<u32>,
    overdue: i128,
    overdue_balance: i128,
    states_overdue: bool,
    short_balance: i128,
    dated_balance: i128,
    unsecured_balance: i128,
    secured_balance: i128,
}

/// The days that decide what is open and what is short-term.
struct Border {
    as_of: Date,
    /// A latest snapshot of this day or earlier is stale.
    stale_on: Date,
    /// A maturity up to this day is short-term.
    short_until: Date,
}

impl<'a> Open<'a> {
    /// Takes in the latest snapshot of a facility, if the facility is open.
    fn add(&mut self, latest: &'a FacilitySnapshot, border: &Border) {
        let runs_on = latest.matures_on.is_none_or(|day| day > border.as_of);
        if latest.snapshot_on <= border.stale_on || !(latest.balance > Money::ZERO || runs_on) {
            return;
        }
        let balance = fen(latest.balance);
        self.facilities += 1;
        self.lenders.push(latest.lender.as_str());
        self.balance += balance;
        self.class = self.class.max(latest.class);
        self.days_overdue = self.days_overdue.max(latest.days_overdue);
        if let Some(limit) = latest.limit {
            self.limited_balance += balance;
            self.limit += fen(limit);
        }
        if let Some(overdue) = latest.amount_overdue {
            self.states_overdue = true;
            self.overdue += fen(overdue);
            self.overdue_balance += balance;
        }
        if let Some(matures_on) = latest.matures_on {
            self.dated_balance += balance;
            if matures_on <= border.short_until {
                self.short_balance += balance;
            }
        }
        if let Some(collateral) = latest.collateral {
            self.secured_balance += balance;
            if collateral == CollateralKind::Unsecured {
                self.unsecured_balance += balance;
            }
        }
    }

    /// The worst of the open facilities, not reported if none states it, not applicable if none is open.
    fn worst(&self, stated: Option<f64>) -> Measured {
        match stated {
            Some(worst) => worst.into(),
            None if self.facilities == 0 => Missing::NotApplicable.into(),
            None => Missing::NotReported.into(),
        }
    }

    fn overdue_share(&self) -> Measured {
        if self.facilities > 0 && !self.states_overdue {
            Missing::NotReported.into()
        } else {
            share(self.overdue, self.overdue_balance)
        }
    }

    fn write(mut self, out: &mut Measures) {
        self.lenders.sort_unstable();
        self.lenders.dedup();
        out.set(Measure::CreditFacilities, f64::from(self.facilities));
        out.set(Measure::CreditLenders, self.lenders.len() as f64);
        out.set(Measure::CreditBalance, self.balance as f64 / 100.0);
        out.set(
            Measure::CreditUtilisation,
            share(self.limited_balance, self.limit),
        );
        out.set(Measure::CreditClass, self.worst(self.class.map(place)));
        out.set(
            Measure::CreditDaysOverdue,
            self.worst(self.days_overdue.map(f64::from)),
        );
        out.set(Measure::CreditOverdueShare, self.overdue_share());
        out.set(
            Measure::CreditShortTermShare,
            share(self.short_balance, self.dated_balance),
        );
        out.set(
            Measure::CreditUnsecuredShare,
            share(self.unsecured_balance, self.secured_balance),
        );
    }
}

/// One sum of fen over another.
fn share(part: i128, whole: i128) -> Measured {
    Measured::ratio(part as f64, whole as f64)
}

/// The measures of open facilities.
const OF_OPEN: [Measure; 9] = [
    Measure::CreditFacilities,
    Measure::CreditLenders,
    Measure::CreditBalance,
    Measure::CreditUtilisation,
    Measure::CreditClass,
    Measure::CreditOverdueShare,
    Measure::CreditShortTermShare,
    Measure::CreditUnsecuredShare,
    Measure::CreditDaysOverdue,
];

fn measure_facilities(view: &View<'_>, out: &mut Measures) {
    let Some(answered_on) = view.answered_on(TableName::Facilities) else {
        return;
    };
    let as_of = view.as_of();
    let border = Border {
        as_of,
        stale_on: as_of.plus_months(-3),
        short_until: as_of.plus_months(12),
    };
    let mut year = Past::new(view, answered_on, 12);
    let mut two_years = Past::new(view, answered_on, 24);
    let mut five_years = Past::new(view, answered_on, 60);
    let mut open = Open::default();
    let mut latest: Option<&FacilitySnapshot> = None;
    // INVARIANT: the view is in the order of facility and reporting day, so a facility's last row is its latest.
    for snapshot in view.facilities().filter(|s| s.snapshot_on <= as_of) {
        if let Some(previous) = latest
            && previous.facility != snapshot.facility
        {
            open.add(previous, &border);
        }
        latest = Some(snapshot);
        year.add(snapshot);
        two_years.add(snapshot);
        five_years.add(snapshot);
    }
    if let Some(last) = latest {
        open.add(last, &border);
    }
    if answered_on > border.stale_on {
        open.write(out);
    } else {
        for measure in OF_OPEN {
            out.set(measure, Missing::TooShort);
        }
    }
    out.set(Measure::CreditWorstClass12m, year.worst_class());
    out.set(Measure::CreditWorstClass24m, two_years.worst_class());
    out.set(Measure::CreditDaysOverdue12m, year.worst_days());
    out.set(Measure::CreditDaysOverdue24m, two_years.worst_days());
    out.set(
        Measure::CreditMonthsSinceOverdue,
        five_years.months_since_overdue(as_of, 60.0),
    );
    let restructured = f64::from(u8::from(two_years.is_restructured));
    out.set(
        Measure::CreditRestructured24m,
        two_years.outcome(Some(restructured)),
    );
}

fn guarantees_to_equity(view: &View<'_>) -> Measured {
    let as_of = view.as_of();
    let open = view
        .guarantees()
        .filter(|g| g.given_on <= as_of && g.ends_on.is_none_or(|last| last >= as_of));
    let guaranteed = Money::sum(open.map(|g| g.amount));
    if guaranteed == 0 {
        return 0.0.into();
    }
    let last_ended = last_year_ended(as_of);
    let ended = view.statements().filter(|s| s.year <= last_ended);
    match ended.max_by_key(|s| s.year) {
        None => Missing::NotReported.into(),
        Some(latest) if latest.year < last_ended - 1 => Missing::TooShort.into(),
        Some(Statement {
            assets, liabilities, ..
        }) => share(guaranteed, fen(*assets) - fen(*liabilities)),
    }
}

#[cfg(test)]
mod tests;
