"""Binning and scorecards as scikit-learn estimators, for pipelines, searches and cross-validation.

Needs scikit-learn: ``pip install firmrating[sklearn]``. ``import firmrating`` does not load it::

    from firmrating.sklearn import BinningTransformer, ScorecardClassifier

    search = GridSearchCV(ScorecardClassifier(), {"max_bins": [3, 5, 8]}, scoring="roc_auc").fit(x, y)
    search.best_estimator_.card_.save("card.json")

``X`` is a frame of polars, pandas or pyarrow, whose columns of text and categories are binned as words, or a matrix of
numbers. NaN, nulls and infinities are values like others, each with its points. A fitted estimator is pickled by the
documents of its bins and its card.

Which class is bad: of labels 0 and 1 (or false and true) 1 is; of others say so by ``bad``. Unless it is said, it is
the last of the sorted classes, the positive one of scikit-learn, and a warning names it. ``bad_`` says what was taken.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils import ClassifierTags, assert_all_finite, column_or_1d
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import (
    _check_sample_weight,
    check_consistent_length,
    check_is_fitted,
    validate_data,
)

from firmrating._card_variables import constants
from firmrating._columns import frame_of, input_error
from firmrating._firmrating import FirmRatingError, InputError, SeparationError
from firmrating.binnings import Binnings, bin_all
from firmrating.logit import Logit
from firmrating.scorecard import Scorecard

if TYPE_CHECKING:
    import polars as pl

__all__ = ["BinningTransformer", "ScorecardClassifier"]

_MOST_REPEATED = 10
"""Whole weights become rows up to so many times the rows (or the rows below, if these are more)."""
_ALWAYS_REPEATED = 100_000
_ASKED = {"base", "clusters", "criterion", "direction", "enter", "leave", "max_of_source", "other", "penalty", "periods", "sources"}
"""Arguments of which an error is a fault of what was asked, which no penalty mends."""


class _Binned(BaseEstimator):  # type: ignore[misc]
    """What both estimators do with ``X``, ``y`` and weights, and how they bin."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.target_tags.required = True
        return tags

    def _features(self, X: Any, *, reset: bool) -> pl.DataFrame:
        """The columns under the names that they were fitted by."""
        if hasattr(X, "__arrow_c_stream__") or hasattr(X, "__dataframe__"):
            # A frame keeps its types: an array would make objects of words.
            validate_data(self, X, reset=reset, skip_check_array=True)
            frame = frame_of(X, "X")
            if not frame.height or not frame.width:
                raise ValueError(
                    f"Found array with {frame.height} sample(s) and {frame.width} feature(s) "
                    f"while a minimum of 1 is required by {type(self).__name__}."
                )
        else:
            frame = frame_of(validate_data(self, X, reset=reset, dtype="numeric", ensure_all_finite=False), "X")
        if reset:
            self._names = frame.columns
        frame.columns = self._names
        return frame

    def _sample(self, X: Any, y: Any, sample_weight: Any) -> tuple[pl.DataFrame, np.ndarray, np.ndarray | None]:
        """Columns, outcomes (1 is bad) and weights; also takes note of the classes."""
        if y is None:
            raise ValueError(f"{type(self).__name__} requires y to be passed, but the target y is None")
        frame = self._features(X, reset=True)
        y = column_or_1d(y, warn=True)
        assert_all_finite(y, input_name="y")
        check_consistent_length(X, y)
        self._learn_classes(y)
        rows = np.arange(frame.height)
        if sample_weight is not None:
            shape = np.empty((frame.height, 1))
            sample_weight = _check_sample_weight(sample_weight, shape, dtype=np.float64, ensure_non_negative=True)
            rows, sample_weight = _rows_of_weights(sample_weight)
        bad = (y[rows] == self.bad_).astype(np.float64)
        if not 0 < bad.sum() < len(bad):
            raise ValueError(f"expected two classes in y, got 1 class in {len(bad)} rows with a weight")
        return frame[rows], bad, sample_weight

    def _learn_classes(self, y: np.ndarray) -> None:
        check_classification_targets(y)
        self.classes_ = np.unique(y)
        if len(self.classes_) > 2:
            kind = type_of_target(y, input_name="y")
            raise ValueError(f"Only binary classification is supported. The type of the target is {kind}.")
        if len(self.classes_) < 2:
            raise ValueError(f"expected two classes in y, got 1 class: {self.classes_[0]!r}")
        if self.bad is not None:
            if self.bad not in self.classes_.tolist():
                raise ValueError(f"`bad` must be one of the classes {self.classes_.tolist()}, got `{self.bad}`")
            self.bad_ = self.classes_[self.classes_.tolist().index(self.bad)]
            return
        self.bad_ = self.classes_[1]
        if self.classes_.tolist() not in ([0, 1], [False, True]):
            warnings.warn(f"`{self.bad_}` was taken for the bad class; say so by `bad`", UserWarning, stacklevel=4)

    def _bin(self, frame: pl.DataFrame, bad: np.ndarray, weights: np.ndarray | None) -> Binnings:
        return bin_all(frame, bad, weights=weights, each=self.each, **self._options())

    def _options(self) -> dict[str, Any]:
        named = ("trend", "min_bins", "max_bins", "min_share", "special", "missing")
        return {**{name: getattr(self, name) for name in named}, **(self.options or {})}


class BinningTransformer(OneToOneFeatureMixin, TransformerMixin, _Binned):  # type: ignore[misc]
    """Bins each column against the outcome and replaces its values by their weights of evidence.

    Parameters
    ----------
    trend, min_bins, max_bins, min_share, special, missing
        As in :meth:`Binning.fit <firmrating.Binning.fit>`, for every column.
    options
        Any other option of it, by name. ``periods`` may name a column of ``X``, which is not binned then.
    each
        Options of single columns, by name (``x0``, ``x1``, … in a matrix): ``{"age": {"trend": "ascending"}}``.
    output
        ``"woe"``: weight of evidence, higher for safer values; ``"place"``: the line of the table, counted from 0;
        ``"bin"``: its name.
    bad
        The class that is bad; see the module.

    Attributes
    ----------
    binnings_
        The binning of each column: :class:`firmrating.Binnings`.
    classes_, bad_
        The classes, sorted, and the one that is bad.
    n_features_in_, feature_names_in_
        Columns, and their names if they had any.

    Raises :class:`~firmrating.InputError` and :class:`~firmrating.InfeasibleError` as :meth:`Binning.fit
    <firmrating.Binning.fit>` does, for the first column that cannot be binned.
    """

    def __init__(
        self,
        *,
        trend: str = "auto",
        min_bins: int | None = None,
        max_bins: int | None = None,
        min_share: float | None = None,
        special: Any = None,
        missing: str | int = "own",
        options: Mapping[str, Any] | None = None,
        each: Mapping[str, Mapping[str, Any]] | None = None,
        output: Literal["woe", "place", "bin"] = "woe",
        bad: Any = None,
    ) -> None:
        self.trend = trend
        self.min_bins = min_bins
        self.max_bins = max_bins
        self.min_share = min_share
        self.special = special
        self.missing = missing
        self.options = options
        self.each = each
        self.output = output
        self.bad = bad

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        # It is no classifier, but needs a target of two classes.
        tags.classifier_tags = ClassifierTags(multi_class=False)
        return tags

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Bins every column. Whole weights are that many rows; of others, shares count rows and rates the weights."""
        if self.output not in ("woe", "place", "bin"):
            raise ValueError(f"`output` must be `woe`, `place` or `bin`, got `{self.output}`")
        binnings = self._bin(*self._sample(X, y, sample_weight))
        for error in binnings.failed.values():
            raise error
        self.binnings_ = binnings
        return self

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Names of the columns that come out: those that were binned, in order."""
        names: np.ndarray = super().get_feature_names_out(input_features)
        return names[[name in self.binnings_ for name in self._names]]

    def transform(self, X: Any) -> np.ndarray:
        """The weight of evidence, place or bin of every value; never an error for a value, whatever it is."""
        check_is_fitted(self)
        frame = self._features(X, reset=False)
        made = [binning.transform(frame[name], to=self.output) for name, binning in self.binnings_.items()]
        return np.column_stack([column.to_numpy() for column in made])


class ScorecardClassifier(ClassifierMixin, _Binned):  # type: ignore[misc]
    """A scorecard as a classifier: bins, a signed regression on their weights of evidence, whole points, PDs.

    What it gives is what :meth:`Scorecard.fit <firmrating.Scorecard.fit>` gives for the same columns and options; a PD
    is a function of the whole score. Where that fails for what a search may well meet, it goes on and warns: with a
    penalty, if bins part goods from bads or one column follows from others; with the default rate for every row, if no
    column stays on the card.

    Parameters
    ----------
    trend, min_bins, max_bins, min_share, special, missing, options, each, bad
        As in :class:`BinningTransformer`. A column that cannot be binned is left out of the card.
    pdo, base_score, base_odds, base, default_rate, pd_floor
        Points and the level of PDs, as in :meth:`Scorecard.fit <firmrating.Scorecard.fit>`.
    point_range
        The fewest and the most points that a row can have, in place of ``pdo``, ``base_score`` and ``base_odds``: the
        option ``points`` there.
    screening
        Whether columns are screened; or options of :func:`firmrating.screen`, whose ``other`` is a frame as ``X`` is.
    selection
        Whether columns are selected by steps; or options of :func:`firmrating.stepwise`.
    ridge, lasso
        Penalties of the regression, ``½ · ridge · Σ b²`` and ``lasso · Σ |b|``; none by default. The ``C`` of scikit-learn
        is ``1 / ridge``.
    clusters
        Name of a column of ``X`` whose equal rows belong together in the standard errors, such as a firm's years. It is
        not binned, and not asked for when rows are scored by the card.

    Attributes
    ----------
    card_
        The scorecard: :class:`firmrating.Scorecard`. Its scores are higher for safer rows.
    dropped_
        Why a column is not on the card, by name.
    classes_, bad_
        The classes, sorted, and the one that is bad.
    n_features_in_, feature_names_in_
        Columns, and their names if they had any.
    """

    def __init__(
        self,
        *,
        trend: str = "auto",
        min_bins: int | None = None,
        max_bins: int | None = None,
        min_share: float | None = None,
        special: Any = None,
        missing: str | int = "own",
        options: Mapping[str, Any] | None = None,
        each: Mapping[str, Mapping[str, Any]] | None = None,
        pdo: float = 20.0,
        base_score: float = 600.0,
        base_odds: float = 50.0,
        point_range: tuple[int, int] | None = None,
        base: Literal["apart", "spread"] = "apart",
        default_rate: float | None = None,
        pd_floor: float = 0.0,
        screening: bool | Mapping[str, Any] = False,
        selection: bool | Mapping[str, Any] = False,
        ridge: float = 0.0,
        lasso: float = 0.0,
        clusters: str | None = None,
        bad: Any = None,
    ) -> None:
        self.trend = trend
        self.min_bins = min_bins
        self.max_bins = max_bins
        self.min_share = min_share
        self.special = special
        self.missing = missing
        self.options = options
        self.each = each
        self.pdo = pdo
        self.base_score = base_score
        self.base_odds = base_odds
        self.point_range = point_range
        self.base = base
        self.default_rate = default_rate
        self.pd_floor = pd_floor
        self.screening = screening
        self.selection = selection
        self.ridge = ridge
        self.lasso = lasso
        self.clusters = clusters
        self.bad = bad

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fits a card. Whole weights are that many rows; of others, shares count rows and the rest the weights."""
        frame, bad, weights = self._sample(X, y, sample_weight)
        if self.clusters is not None and self.clusters not in frame.columns:
            message = f"`clusters` must name a column of `X`, got `{self.clusters}`"
            raise input_error(message, field="clusters", value=self.clusters)
        binnings = self._bin(frame if self.clusters is None else frame.drop(self.clusters), bad, weights)
        if not binnings:
            raise next(iter(binnings.failed.values()))
        failed = {name: str(error) for name, error in binnings.failed.items()}
        self.card_, dropped = self._card(frame, bad, weights, binnings)
        self.dropped_ = failed | dropped
        return self

    def _card(
        self, frame: pl.DataFrame, bad: np.ndarray, weights: np.ndarray | None, binnings: Binnings
    ) -> tuple[Scorecard, dict[str, str]]:
        named = ("screening", "selection", "clusters", "ridge", "lasso")
        told: dict[str, Any] = {**self._scale(), **{name: getattr(self, name) for name in named}, "weights": weights}
        try:
            card = Scorecard.fit(frame, bad, binnings=binnings, **told)
        except (SeparationError, InputError) as error:
            if error.field in _ASKED:
                raise
            # No fault of the other options, as the way below shows: it would meet that too.
            reason = str(error)
        else:
            return card, card.dropped
        warnings.warn(f"fitted with a penalty of ridge={self.ridge or 1:g}: {reason}", UserWarning, stacklevel=3)
        woe = binnings.transform(frame)
        dropped = constants(binnings, woe)
        woe = woe.drop(list(dropped))
        coefficients: dict[str, float] = {}
        intercept = 0.0
        if woe.width:
            logit = Logit.fit(woe, bad, weights=weights, ridge=self.ridge or 1.0, lasso=self.lasso)
            intercept = logit.intercept
            coefficients = {name: value for name, value in logit.coefficients.items() if value < 0.0}
            dropped |= {name: "sign" for name in woe.columns if name not in coefficients}
        if not coefficients:
            warnings.warn("no column stays on the card: every row gets the default rate", UserWarning, stacklevel=3)
            rate = float(np.average(bad, weights=weights))
            coefficients, intercept = {next(iter(binnings)): 0.0}, float(np.log(rate / (1.0 - rate)))
        card = Scorecard.from_coefficients(binnings, coefficients, intercept, **self._scale())
        return card, dropped

    def _scale(self) -> dict[str, Any]:
        named = ("pdo", "base_score", "base_odds", "base", "default_rate", "pd_floor")
        return {"points": self.point_range, **{name: getattr(self, name) for name in named}}

    def predict_proba(self, X: Any) -> np.ndarray:
        """Probabilities of the classes, in the order of ``classes_``: that of ``bad_`` is the PD."""
        check_is_fitted(self)
        pd = self.card_.pd(self._features(X, reset=False)).to_numpy()
        both = [1.0 - pd, pd] if self.bad_ == self.classes_[1] else [pd, 1.0 - pd]
        return np.column_stack(both)

    def decision_function(self, X: Any) -> np.ndarray:
        """Log-odds of the last of ``classes_``."""
        least = np.finfo(np.float64).tiny
        first, last = np.clip(self.predict_proba(X), least, 1.0).T
        log_odds: np.ndarray = np.log(last) - np.log(first)
        return log_odds

    def predict(self, X: Any) -> np.ndarray:
        """The class whose probability is above one half. For another cut-off: ``TunedThresholdClassifierCV``."""
        last = self.predict_proba(X)[:, 1] > 0.5
        classes: np.ndarray = self.classes_
        return classes[last.astype(np.intp)]

    def points(self, X: Any) -> np.ndarray:
        """The whole score of every row, higher for safer ones."""
        check_is_fitted(self)
        return self.card_.score(self._features(X, reset=False)).to_numpy()


def _rows_of_weights(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    """Rows that count, each as often as it does where all weights are whole; and the weights, where they are not."""
    kept = np.flatnonzero(weights)
    if not len(kept):
        raise ValueError("Sample weights must contain at least one non-zero number.")
    total = weights.sum()
    if (weights == np.floor(weights)).all() and total <= max(_MOST_REPEATED * len(weights), _ALWAYS_REPEATED):
        return np.repeat(np.arange(len(weights)), weights.astype(np.intp)), None
    return kept, weights[kept]
