//! A scorecard's document from weights of evidence and coefficients.

use super::woe::WoeCharacteristic;
use super::{PointsError, Scale, whole};
use crate::calibration::LineSpec;
use crate::num::Points;
use crate::scorecard::ScorecardSpec;

/// How log-odds become points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scaling {
    /// By the points that double the odds.
    Doubling {
        /// A score …
        base_score: f64,
        /// … whose odds good : bad are these.
        base_odds: f64,
        /// Points that double the odds.
        pdo: f64,
    },
    /// The riskiest firm that the card can tell has the fewest points, the safest the most, both before rounding.
    Between {
        /// The fewest points.
        least: Points,
        /// The most points.
        most: Points,
    },
}

/// Where the points of the intercept go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// Base points of their own.
    Apart,
    /// An equal share to each characteristic; no base points.
    Spread,
}

/// What of a card is chosen and not fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CardOptions {
    /// How log-odds become points.
    pub scaling: Scaling,
    /// Where the points of the intercept go.
    pub base: Base,
    /// Default rate of the sample, as a fraction: the calibration's tendency, which an anchor may move later.
    pub default_rate: f64,
    /// Least PD that is ever given, as a fraction.
    pub pd_floor: f64,
}

/// A card in whole points, with the line that makes PDs of its scores.
#[derive(Clone, Debug, PartialEq)]
pub struct ScaledCard {
    /// Points that every firm has.
    pub base_points: Points,
    /// The document of the card, which checks.
    pub card: ScorecardSpec,
    /// The document of the calibration of base points and card, which checks from the fewest to the most points.
    pub calibration: LineSpec,
    /// The line from log-odds to the unrounded score.
    pub scale: Scale,
    /// No score lies farther from the unrounded one than this, in points: half a point for each rounded number.
    pub rounding: f64,
}

/// Makes a card of weights of evidence and coefficients.
///
/// # Errors
/// [`PointsError`]: a scale that is none, a card or a calibration that does not check, points beyond bounds.
///
/// ```
/// use rating_core::fit::points::*;
/// use rating_core::measure::Measure;
/// let age = WoeCharacteristic {
///     measure: Measure::RegistryAge,
///     coefficient: -0.9,
///     attributes: WoeAttributes::Bands(vec![
///         WoeBand { below: Some(3.0), woe: -0.6 }, WoeBand { below: None, woe: 0.4 },
///     ]),
///     missing: WoeMissing { not_reported: -0.6, not_applicable: 0.0, too_short: -0.6 },
///     special: vec![],
/// };
/// let options = CardOptions {
///     scaling: Scaling::Doubling { base_score: 600.0, base_odds: 50.0, pdo: 20.0 },
///     base: Base::Apart,
///     default_rate: 0.02,
///     pd_floor: 0.0,
/// };
/// let made = scale_card(-3.9, &[age], options)?;
/// // 487.1 + 28.85 · 3.9 = 599.7; the young lose 28.85 · 0.9 · 0.6 = 15.6 points.
/// assert_eq!(made.base_points, 600);
/// assert_eq!(made.card.clone().check().map_err(|e| e[0].clone())?.bounds(), (-16, 10));
/// assert_eq!(made.rounding, 1.0); // two rounded numbers
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn scale_card(
    intercept: f64,
    characteristics: &[WoeCharacteristic],
    options: CardOptions,
) -> Result<ScaledCard, PointsError> {
    let bounds = characteristics.iter().map(WoeCharacteristic::log_odds_bounds);
    let scale = line(options.scaling, intercept, bounds)?;
    let count = characteristics.len();
    let base = scale.score(-intercept);
    let (base_points, share) = match options.base {
        Base::Spread if count > 0 => (0, base / count as f64),
        _ => (whole(base)?, 0.0),
    };
    let specs: Result<Vec<_>, _> = characteristics.iter().map(|c| c.spec(scale, share)).collect();
    let card = ScorecardSpec {
        characteristics: specs?,
    };
    let bounds = card.clone().check().map_err(PointsError::Card)?.bounds();
    let calibration = calibration(scale, options);
    calibration
        .check(base_points + bounds.0, base_points + bounds.1)
        .map_err(PointsError::Calibration)?;
    let apart = usize::from(options.base == Base::Apart || count == 0);
    Ok(ScaledCard {
        base_points,
        card,
        calibration,
        scale,
        rounding: (count + apart) as f64 / 2.0,
    })
}

/// The line that a scaling asks for, given the least and the most log-odds good : bad that each variable adds.
pub(super) fn line(
    scaling: Scaling,
    intercept: f64,
    bounds: impl Iterator<Item = (f64, f64)>,
) -> Result<Scale, PointsError> {
    match scaling {
        Scaling::Doubling {
            base_score,
            base_odds,
            pdo,
        } => Scale::doubling(base_score, base_odds, pdo),
        Scaling::Between { least, most } => {
            let (from, to) = bounds.fold((-intercept, -intercept), |sum, bounds| {
                (sum.0 + bounds.0, sum.1 + bounds.1)
            });
            Scale::between((least, most), (from, to))
        }
    }
}

/// The line as the document of a calibration states it.
pub(super) fn calibration(scale: Scale, options: CardOptions) -> LineSpec {
    let (base_score, base_odds, pdo) = match options.scaling {
        Scaling::Doubling {
            base_score,
            base_odds,
            pdo,
        } => (base_score, base_odds, pdo),
        Scaling::Between { .. } => (scale.offset(), 1.0, scale.factor() * std::f64::consts::LN_2),
    };
    LineSpec {
        base_score,
        base_odds,
        pdo,
        central_tendency: options.default_rate,
        model_tendency: options.default_rate,
        pd_floor: options.pd_floor,
        conservatism: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::points::{WoeAttributes, WoeBand, WoeCategories, WoeMissing, WoeSet, WoeSpecial};
    use crate::measure::{Measure, Measured, Missing};
    use crate::num::{LogOdds, Pd};
    use proptest::prelude::*;

    const MISSING: WoeMissing = WoeMissing {
        not_reported: -0.9,
        not_applicable: 0.0,
        too_short: -0.3,
    };

    fn bands(measure: Measure, coefficient: f64, woes: &[f64]) -> WoeCharacteristic {
        let last = woes.len() - 1;
        let band = |(at, woe): (usize, &f64)| WoeBand {
            below: (at < last).then_some(at as f64 + 1.0),
            woe: *woe,
        };
        WoeCharacteristic {
            measure,
            coefficient,
            attributes: WoeAttributes::Bands(woes.iter().enumerate().map(band).collect()),
            missing: MISSING,
            special: vec![WoeSpecial {
                value: -1.0,
                woe: 0.2,
            }],
        }
    }

    fn options(scaling: Scaling, base: Base) -> CardOptions {
        CardOptions {
            scaling,
            base,
            default_rate: 0.03,
            pd_floor: 0.0,
        }
    }

    const DOUBLING: Scaling = Scaling::Doubling {
        base_score: 600.0,
        base_odds: 50.0,
        pdo: 20.0,
    };

    #[test]
    fn a_card_from_least_to_most_reaches_both() {
        let two = [
            bands(Measure::RegistryAge, -0.8, &[-1.0, 0.1, 1.2]),
            bands(Measure::TradeVoidRate, -1.1, &[0.5, -0.7]),
        ];
        let made = scale_card(
            -2.0,
            &two,
            options(
                Scaling::Between {
                    least: 300,
                    most: 900,
                },
                Base::Spread,
            ),
        )
        .unwrap();
        let bounds = made.card.check().unwrap().bounds();
        assert_eq!((made.base_points, bounds), (0, (300, 900)));
        assert!((made.rounding - 1.0).abs() < 1e-15);
    }

    #[test]
    fn words_have_points_too() {
        let level = WoeCharacteristic {
            measure: Measure::TaxLevel,
            coefficient: -1.0,
            attributes: WoeAttributes::Categories(WoeCategories {
                sets: vec![WoeSet {
                    words: vec!["A".to_owned(), "B".to_owned()],
                    woe: std::f64::consts::LN_2,
                }],
                unseen: -2.0 * std::f64::consts::LN_2,
            }),
            missing: MISSING,
            special: vec![],
        };
        let card = scale_card(0.0, &[level], options(DOUBLING, Base::Apart))
            .unwrap()
            .card
            .check()
            .unwrap();
        let points = |value: f64| card.characteristics()[0].points(Measured::Value(value));
        assert_eq!([points(0.0), points(3.0)], [20, -40]); // one doubling up, two down
    }

    #[test]
    fn what_makes_no_card_is_said() {
        let one = [bands(Measure::RegistryAge, -0.8, &[0.0, 1.0])];
        let refuse = |scaling| {
            scale_card(0.0, &one, options(scaling, Base::Apart))
                .unwrap_err()
                .to_string()
        };
        let doubling = |base_score, base_odds, pdo| {
            refuse(Scaling::Doubling {
                base_score,
                base_odds,
                pdo,
            })
        };
        insta::assert_snapshot!(doubling(f64::NAN, 50.0, 20.0), @"base_score: expected a finite number, got `NaN`");
        insta::assert_snapshot!(doubling(600.0, 0.0, 20.0), @"base_odds: expected a positive, finite number (good : bad), got `0`");
        insta::assert_snapshot!(doubling(600.0, 50.0, -1.0), @"pdo: expected positive, finite points, got `-1`");
        insta::assert_snapshot!(doubling(600.0, 50.0, 20_000.0), @"expected a card that checks, got `registry.age`: expected points from -10000 to 10000, got `-20775`; `registry.age`: expected points from -10000 to 10000, got `23083`");
        insta::assert_snapshot!(doubling(600.0, 50.0, 1e9), @"expected points from -1,000,000 to 1,000,000, got `-5643855589.774725`");
        insta::assert_snapshot!(refuse(Scaling::Between { least: 5, most: 5 }), @"most: expected points above `least`, got `5`");
        let flat = [bands(Measure::RegistryAge, 0.0, &[0.0, 1.0])];
        let between = options(Scaling::Between { least: 0, most: 100 }, Base::Apart);
        insta::assert_snapshot!(scale_card(0.0, &flat, between).unwrap_err(), @"expected weights of evidence that differ and a coefficient other than 0, got one score for every firm");
        let rate = CardOptions {
            default_rate: 0.0,
            ..options(DOUBLING, Base::Apart)
        };
        insta::assert_snapshot!(scale_card(0.0, &one, rate).unwrap_err(), @"expected a calibration that checks, got central_tendency: expected a default rate between 0 and 1, both excluded, got `0`; model_tendency: expected a default rate between 0 and 1, both excluded, got `0`");
    }

    proptest! {
        /// The stated bound, and that the PD is the line's at the whole score.
        #[test]
        fn a_score_lies_within_its_bound_of_the_unrounded_one(
            intercept in -5.0..1.0,
            cards in prop::collection::vec((-1.5..-0.1_f64, prop::collection::vec(-2.0..2.0_f64, 2..6)), 1..5),
            picks in prop::collection::vec(-2..6_i32, 5),
            pdo in 10.0..60.0,
            apart in any::<bool>(),
        ) {
            let measures = [Measure::RegistryAge, Measure::TradeVoidRate, Measure::TaxArrearsToSales, Measure::FinanceCurrentRatio];
            let all: Vec<_> = measures.into_iter().zip(&cards).map(|(m, (c, w))| bands(m, *c, w)).collect();
            let scaling = Scaling::Doubling { base_score: 600.0, base_odds: 30.0, pdo };
            let base = if apart { Base::Apart } else { Base::Spread };
            let made = scale_card(intercept, &all, options(scaling, base)).unwrap();
            let card = made.card.clone().check().unwrap();
            let (mut log_odds, mut score) = (-intercept, made.base_points);
            for ((characteristic, (coefficient, woes)), pick) in card.characteristics().iter().zip(&cards).zip(&picks) {
                let (outcome, woe) = match pick {
                    -2 => (Measured::Missing(Missing::NotReported), MISSING.not_reported),
                    -1 => (Measured::Value(-1.0), 0.2),
                    place => {
                        let place = usize::try_from(*place).unwrap().min(woes.len() - 1);
                        (Measured::Value(place as f64), woes[place])
                    }
                };
                log_odds -= coefficient * woe;
                score += characteristic.points(outcome);
            }
            let unrounded = made.scale.score(log_odds);
            prop_assert!((f64::from(score) - unrounded).abs() <= made.rounding + 1e-9);
            let (least, most) = card.bounds();
            let pds = made.calibration.check(made.base_points + least, made.base_points + most).unwrap();
            let of_line = Pd::from_log_odds(LogOdds::new((f64::from(score) - made.scale.offset()) / made.scale.factor()).unwrap());
            prop_assert!((pds.pd(score).get() - of_line.get()).abs() < 1e-12);
        }
    }
}
