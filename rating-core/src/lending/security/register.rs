//! Patents that are offered as collateral against the register.

use super::asset::{Asset, CollateralKind};
use crate::id::PatentNumber;
use crate::num::{Date, Money};
use crate::record::{TableName, View};

/// Days of a year, on average.
const DAYS_OF_YEAR: f64 = 365.25;

impl Asset {
    /// A patent with what the register says of it; anything else, and a patent where no register was delivered, as it is.
    ///
    /// It is looked up by its id, which has to be its application number. What register and caller say is taken together: it
    /// is pledged, has lapsed or ends if either says so, and it is owned only if both do. A patent that the firm's register
    /// does not list is not the firm's. A pledge that was registered on the very day that the caller gives as that of its
    /// own pledge (`registered_on`) is taken as that one, and not as somebody else's. The register does not say whether a
    /// patent is frozen, what of its fees is paid, or that it was passed on to somebody else: there the caller's word stands.
    ///
    /// ```
    /// use rating_core::{lending::Asset, num::{Date, Money}, record::Dossier};
    /// let dossier: Dossier = r#"{"firm_id": "F-1", "patents": [{"number": "201710601862.3", "filed_on": "2017-07-21",
    ///     "granted_on": "2019-01-01", "status": "lapsed", "status_on": "2025-01-01"}]}"#.parse()?;
    /// let on: Date = "2025-06-30".parse()?;
    /// let mut asset: Asset = serde_json::from_str(r#"{"id": "ZL201710601862.3", "kind": "patent", "value": "100",
    ///     "valued_on": "2025-06-01", "is_owned": true}"#)?;
    /// let checked = asset.clone().checked(&dossier.view(on), on);
    /// assert!(checked.is_owned && checked.has_lapsed);
    /// asset.id = "97101765.4".to_owned();
    /// assert!(!asset.checked(&dossier.view(on), on).is_owned, "not among the patents of the firm");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn checked(mut self, register: &View<'_>, on: Date) -> Self {
        if self.kind != CollateralKind::Patent || register.answered_on(TableName::Patents).is_none() {
            return self;
        }
        let number = PatentNumber::new(&self.id).ok();
        let mut listed = register.patents();
        let Some(patent) = listed.find(|patent| number.as_ref() == Some(&patent.number)) else {
            self.is_owned = false;
            return self;
        };
        let of_register = Asset::of_patent(patent, (self.value, self.valued_on), on);
        let is_own_pledge = self.registered_on.is_some() && self.registered_on == patent.pledged_on;
        self.is_owned &= of_register.is_owned;
        self.is_pledged |= of_register.is_pledged && !is_own_pledge;
        self.has_lapsed |= of_register.has_lapsed;
        self.ends_on = [self.ends_on, of_register.ends_on].into_iter().flatten().min();
        self.acquired_on = self.acquired_on.max(of_register.acquired_on);
        self
    }

    /// The patents of a firm as collateral on a day, in the order of the register, each without a value yet.
    pub fn patents(register: &View<'_>, on: Date) -> Vec<Asset> {
        let patents = register.patents();
        patents
            .map(|patent| Asset::of_patent(patent, (Money::ZERO, on), on))
            .collect()
    }

    /// Years from a day until it ends, in years of 365.25 days; nothing is left of one that has ended, and one that does not
    /// end has none.
    pub fn remaining_years(&self, on: Date) -> Option<f64> {
        self.ends_on
            .map(|last| f64::from(last.days_since(on).max(0)) / DAYS_OF_YEAR)
    }
}

#[cfg(test)]
mod tests {
    use super::super::asset::tests::{day, patent};
    use super::*;
    use crate::record::Dossier;

    fn register(rest: &str) -> Dossier {
        format!(
            r#"{{"firm_id": "F-000001", "patents": [{{"number": "201710601862.3", "filed_on": "2017-07-21",
                "granted_on": "2019-01-01", "status": "in_force"{rest}}}]}}"#
        )
        .parse()
        .unwrap()
    }

    fn checked(register: &Dossier, change: impl Fn(&mut Asset)) -> Asset {
        let on = day("2025-06-30");
        let mut asset = patent(1_000_000);
        asset.id = "201710601862.3".to_owned();
        change(&mut asset);
        asset.checked(&register.view(on), on)
    }

    #[test]
    fn the_register_contradicts_what_is_said() {
        let good = checked(&register(""), |_| {});
        assert!(good.is_owned && !good.is_pledged && !good.has_lapsed);
        // 20 years from the day of application, or what is said if that is earlier.
        assert_eq!(good.ends_on, Some(day("2035-01-01")));
        let longer = checked(&register(""), |asset| asset.ends_on = None);
        assert_eq!(longer.ends_on, Some(day("2037-07-20")));
        // By hand: 4,403 days from 2025-06-30 to 2037-07-20.
        assert!((longer.remaining_years(day("2025-06-30")).unwrap() - 4_403.0 / 365.25).abs() < 1e-12);
        let pledged = register(r#", "pledged_on": "2025-02-02""#);
        assert!(checked(&pledged, |_| {}).is_pledged, "to somebody else");
        let own = checked(&pledged, |asset| asset.registered_on = Some(day("2025-02-02")));
        assert!(!own.is_pledged, "to the lender");
        let later = register(r#", "transferred_in_on": "2025-07-01""#);
        assert!(!checked(&later, |_| {}).is_owned);
        let before = checked(&register(r#", "transferred_in_on": "2025-06-01""#), |_| {});
        assert_eq!(
            (before.is_owned, before.acquired_on),
            (true, Some(day("2025-06-01")))
        );
    }

    #[test]
    fn what_is_said_against_a_patent_stands_beside_the_register() {
        let said = checked(&register(""), |asset| {
            (
                asset.is_owned,
                asset.is_pledged,
                asset.is_frozen,
                asset.has_lapsed,
            ) = (false, true, true, true);
        });
        assert!(!said.is_owned && said.is_pledged && said.is_frozen && said.has_lapsed);
    }

    /// An answer without the patent says that it is not the firm's; no answer says nothing, and of a receivable never.
    #[test]
    fn what_the_register_does_not_list_is_not_owned() {
        let other = register("");
        assert!(!checked(&other, |asset| asset.id = "97101765.4".to_owned()).is_owned);
        assert!(!checked(&other, |asset| asset.id = "P1".to_owned()).is_owned);
        assert!(checked(&other, |asset| asset.kind = CollateralKind::Receivable).is_owned);
        let silent: Dossier = r#"{"firm_id": "F-000001"}"#.parse().unwrap();
        assert!(checked(&silent, |_| {}).is_owned);
    }

    #[test]
    fn the_patents_of_a_firm_are_listed() {
        let on = day("2025-06-30");
        let dossier = register("");
        let listed = Asset::patents(&dossier.view(on), on);
        assert_eq!(listed.len(), 1);
        assert_eq!(
            (listed[0].value, listed[0].ends_on),
            (Money::ZERO, Some(day("2037-07-20")))
        );
        assert_eq!(
            Asset::patents(&dossier.view(day("2017-01-01")), on),
            [],
            "not filed yet"
        );
    }
}
