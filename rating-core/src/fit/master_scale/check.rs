//! Whether the grades of a scale hold up on firms whose outcomes are known.

use super::MasterScaleError;
use crate::num::Pd;
use crate::scale::MasterScale;

/// What a scale is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScaleRules {
    /// Least defaults in every grade.
    pub least_defaults: u64,
    /// Greatest share of the firms in one grade, as a fraction.
    pub most_share: f64,
    /// Greatest concentration index, from 0 (even) to 1 (one grade).
    pub most_concentration: f64,
}

/// The firms of one grade.
#[derive(Clone, Debug, PartialEq)]
pub struct GradeOutcome {
    /// Its symbol.
    pub grade: String,
    /// Firms.
    pub firms: u64,
    /// Defaults among them.
    pub defaults: u64,
    /// Mean of their PDs; none without firms.
    pub mean_pd: Option<f64>,
}

impl GradeOutcome {
    /// Share of the firms that defaulted; none without firms.
    pub fn default_rate(&self) -> Option<f64> {
        (self.firms > 0).then(|| self.defaults as f64 / self.firms as f64)
    }
}

/// What speaks against a scale.
#[derive(Clone, Debug, PartialEq)]
pub enum ScaleFault {
    /// A riskier grade defaulted less than the grade with firms before it.
    NotMonotone {
        /// The safer grade.
        safer: String,
        /// The riskier grade.
        riskier: String,
    },
    /// A grade with fewer defaults than asked for.
    FewDefaults {
        /// The grade.
        grade: String,
        /// Its defaults.
        defaults: u64,
    },
    /// A grade with a greater share of the firms than asked for.
    LargeShare {
        /// The grade.
        grade: String,
        /// Its share, as a fraction.
        share: f64,
    },
    /// Too few grades hold too many of the firms.
    Concentrated {
        /// The concentration index.
        index: f64,
    },
}

/// A scale on firms whose outcomes are known.
#[derive(Clone, Debug, PartialEq)]
pub struct ScaleReport {
    /// One line a grade, least risk first.
    pub grades: Vec<GradeOutcome>,
    /// Concentration of the firms, from 0 (even) to 1 (one grade); none with a single grade or without firms.
    pub concentration: Option<f64>,
    /// Everything that speaks against it, by grade.
    pub faults: Vec<ScaleFault>,
}

/// Grades firms by their PDs and compares the outcomes with the rules.
///
/// ```text
/// concentration = 1 + ln((CV² + 1) / K) / ln K        CV = √(K · Σ (Rᵢ − 1/K)²)
/// ```
/// with the shares `R` of `K` grades.
///
/// # Errors
/// [`MasterScaleError::LengthsDiffer`].
///
/// ```
/// use rating_core::{fit::master_scale::*, num::Pd};
/// let scale = master_scale(&[0.05], &["A", "B"])?;
/// let pds = [0.01, 0.02, 0.1, 0.2].map(Pd::new).into_iter().collect::<Result<Vec<_>, _>>()?;
/// let rules = ScaleRules { least_defaults: 1, most_share: 0.6, most_concentration: 0.5 };
/// let report = scale_report(&scale, (&pds, &[true, false, false, false]), rules)?;
/// assert_eq!(report.faults.len(), 2); // B defaulted less than A, and not once
/// assert_eq!(report.concentration, Some(0.0)); // two and two
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Source of the concentration index: ECB, Instructions for reporting the validation results of internal models (2019).
pub fn scale_report(
    scale: &MasterScale,
    (pds, bad): (&[Pd], &[bool]),
    rules: ScaleRules,
) -> Result<ScaleReport, MasterScaleError> {
    if pds.len() != bad.len() {
        return Err(MasterScaleError::LengthsDiffer {
            pds: pds.len(),
            bad: bad.len(),
        });
    }
    let count = scale.bands().len();
    let mut sums = vec![(0_u64, 0_u64, 0.0_f64); count];
    for (pd, bad) in pds.iter().zip(bad) {
        if let Some(sum) = sums.get_mut(scale.grade_from_pd(*pd).place()) {
            sum.0 += 1;
            sum.1 += u64::from(*bad);
            sum.2 += pd.get();
        }
    }
    let grades: Vec<GradeOutcome> = scale
        .bands()
        .iter()
        .zip(sums)
        .map(|(band, (firms, defaults, pd))| GradeOutcome {
            grade: band.grade.clone(),
            firms,
            defaults,
            mean_pd: (firms > 0).then(|| pd / firms as f64),
        })
        .collect();
    let concentration = concentration(&grades);
    let faults = faults(&grades, concentration, rules);
    Ok(ScaleReport {
        grades,
        concentration,
        faults,
    })
}

fn concentration(grades: &[GradeOutcome]) -> Option<f64> {
    let firms: u64 = grades.iter().map(|g| g.firms).sum();
    let count = grades.len() as f64;
    if grades.len() < 2 || firms == 0 {
        return None;
    }
    let apart = |g: &GradeOutcome| (g.firms as f64 / firms as f64 - 1.0 / count).powi(2);
    let squared = count * grades.iter().map(apart).sum::<f64>();
    Some(1.0 + ((squared + 1.0) / count).ln() / count.ln())
}

fn faults(grades: &[GradeOutcome], concentration: Option<f64>, rules: ScaleRules) -> Vec<ScaleFault> {
    let firms: u64 = grades.iter().map(|g| g.firms).sum();
    let mut faults = Vec::new();
    let mut before: Option<&GradeOutcome> = None;
    for grade in grades {
        let share = grade.firms as f64 / firms.max(1) as f64;
        if share > rules.most_share {
            let grade = grade.grade.clone();
            faults.push(ScaleFault::LargeShare { grade, share });
        }
        if grade.defaults < rules.least_defaults {
            faults.push(ScaleFault::FewDefaults {
                grade: grade.grade.clone(),
                defaults: grade.defaults,
            });
        }
        if grade.firms == 0 {
            continue;
        }
        // Rates are compared in whole numbers.
        let product = |a: u64, b: u64| u128::from(a) * u128::from(b);
        if let Some(safer) = before
            && product(grade.defaults, safer.firms) < product(safer.defaults, grade.firms)
        {
            faults.push(ScaleFault::NotMonotone {
                safer: safer.grade.clone(),
                riskier: grade.grade.clone(),
            });
        }
        before = Some(grade);
    }
    if let Some(index) = concentration.filter(|index| *index > rules.most_concentration) {
        faults.push(ScaleFault::Concentrated { index });
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::master_scale::master_scale;

    fn pds(values: &[f64]) -> Vec<Pd> {
        values.iter().map(|v| Pd::new(*v).unwrap()).collect()
    }

    const RULES: ScaleRules = ScaleRules {
        least_defaults: 0,
        most_share: 0.7,
        most_concentration: 0.5,
    };

    /// All firms in one of three grades: the index is 1. Shares of 3/4 and 1/4 in two grades by hand:
    /// CV² = 2 · (1/16 + 1/16) = 1/4, 1 + ln(5/8) / ln 2 = 0.3219.
    #[test]
    fn concentration_runs_from_even_to_one_grade() {
        let three = master_scale(&[0.1, 0.2], &["A", "B", "C"]).unwrap();
        let one = scale_report(&three, (&pds(&[0.01; 5]), &[false; 5]), RULES).unwrap();
        assert!((one.concentration.unwrap() - 1.0).abs() < 1e-12);
        assert_eq!(one.faults.len(), 2, "{one:?}"); // a large share, concentrated
        let two = master_scale(&[0.1], &["A", "B"]).unwrap();
        let uneven = scale_report(&two, (&pds(&[0.01, 0.02, 0.03, 0.3]), &[false; 4]), RULES).unwrap();
        assert!((uneven.concentration.unwrap() - 0.321_928).abs() < 1e-6);
    }

    #[test]
    fn an_empty_grade_is_passed_over_when_rates_are_compared() {
        let three = master_scale(&[0.1, 0.2], &["A", "B", "C"]).unwrap();
        let report = scale_report(&three, (&pds(&[0.05, 0.05, 0.5]), &[true, false, false]), RULES).unwrap();
        let wanted = ScaleFault::NotMonotone {
            safer: "A".to_owned(),
            riskier: "C".to_owned(),
        };
        assert_eq!(report.faults, [wanted]);
        assert_eq!(report.grades[1].default_rate(), None);
    }

    #[test]
    fn what_makes_no_scale_is_said() {
        insta::assert_snapshot!(master_scale(&[0.1], &["A"]).unwrap_err(), @"expected `2` symbols, one more than ends of bands, got `1`");
        let scale = master_scale(&[0.1], &["A", "B"]).unwrap();
        insta::assert_snapshot!(scale_report(&scale, (&pds(&[0.1]), &[]), RULES).unwrap_err(), @"`pds` and `bad` must have the same length, got `1` and `0`");
        assert!(matches!(
            master_scale(&[0.2, 0.1], &["A", "B", "C"]),
            Err(MasterScaleError::Scale(_))
        ));
    }
}
