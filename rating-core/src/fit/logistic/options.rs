//! What is chosen of a logistic regression and not fitted.

/// Which signs a coefficient may have. It is one of log-odds bad : good, so above 0 means: more is riskier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Either.
    Any,
    /// 0 or below: more is safer, as with weight of evidence.
    NotPositive,
    /// 0 or above: more is riskier.
    NotNegative,
}

impl Sign {
    /// Whether a coefficient may be this number.
    pub(crate) fn admits(self, coefficient: f64) -> bool {
        match self {
            Self::Any => true,
            Self::NotPositive => coefficient <= 0.0,
            Self::NotNegative => coefficient >= 0.0,
        }
    }
}

/// What is taken off the log-likelihood. The intercept is never penalised; coefficients are penalised on the scale of
/// their columns, so that scaling a column changes the fit.
///
/// ```text
/// log-likelihood − lasso · Σ |b| − ½ · ridge · Σ b²
/// ```
/// Both are sums and not means over rows: scikit-learn's `C` is `1 / ridge`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Penalty {
    /// Nothing: coefficients are those of greatest likelihood.
    None,
    /// Squares of the coefficients.
    Ridge(f64),
    /// Absolute values of the coefficients; some become 0.
    Lasso(f64),
    /// Both.
    ElasticNet {
        /// Factor of the absolute values.
        lasso: f64,
        /// Factor of the squares.
        ridge: f64,
    },
}

impl Penalty {
    /// Factor of the absolute values, and of the squares.
    pub(super) fn factors(self) -> (f64, f64) {
        match self {
            Self::None => (0.0, 0.0),
            Self::Ridge(ridge) => (0.0, ridge),
            Self::Lasso(lasso) => (lasso, 0.0),
            Self::ElasticNet { lasso, ridge } => (lasso, ridge),
        }
    }
}
