"""The work of the comparison: the data, and how each library does it. Every library gets frames of its own kind."""

from __future__ import annotations

import contextlib
import io
import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

SEED = 20201123
BINS = 6
LEAST_SHARE = 0.05


@dataclass(frozen=True)
class Data:
    """One sample in the kinds of frame that the libraries take."""

    matrix: np.ndarray
    y: np.ndarray
    names: list[str]

    def polars(self) -> Any:
        """For firmrating."""
        import polars as pl

        return pl.DataFrame({name: self.matrix[:, at] for at, name in enumerate(self.names)})

    def pandas(self) -> Any:
        """For the others."""
        import pandas as pd

        return pd.DataFrame(self.matrix, columns=self.names)

    def first(self, variables: int) -> Data:
        """The first variables only."""
        return Data(np.asfortranarray(self.matrix[:, :variables]), self.y, self.names[:variables])


def sample(rows: int, variables: int = 30) -> Data:
    """Numbers without gaps: correlated, a third of them with a peak or a valley of risk, some without risk at all."""
    random = np.random.default_rng(SEED)
    common = random.standard_normal(rows)
    matrix = np.empty((rows, variables), order="F")
    log_odds = np.full(rows, -2.2)
    for at in range(variables):
        x = 0.3 * common + random.standard_normal(rows)
        strength = 0.35 * math.cos(1.7 * at) / (1.0 + at / 12.0)
        log_odds += strength * (x if at % 3 else np.abs(x) - 0.8)
        matrix[:, at] = np.exp(x) if at % 5 == 0 else x
    y = (random.random(rows) < 1.0 / (1.0 + np.exp(-log_odds))).astype(np.float64)
    return Data(matrix, y, [f"x{at}" for at in range(variables)])


Splits = dict[str, list[float]]


def bin_ours(data: Data, frame: Any, trend: str = "auto", **more: Any) -> Splits:
    """At most 6 bins of at least 5 %; the objective alone decides between trends, as with optbinning."""
    import firmrating as fr

    options = {"trend": trend, "max_bins": BINS, "min_share": LEAST_SHARE, **more}
    if trend == "auto":
        options["turn_penalty"] = 0.0
    return {name: made.splits for name, made in fr.bin_all(frame, data.y, **options).items()}


def bin_ours_free(data: Data, frame: Any) -> Splits:
    """What toad is asked for: no trend, edges among a hundred quantiles."""
    return bin_ours(data, frame, "none", pre_bins="quantile", max_pre_bins=100)


def bin_optbinning(data: Data, frame: Any) -> Splits:
    """Trend `auto` is its default for a process of many variables; pre-bins and shares are too."""
    with quiet():
        from optbinning import BinningProcess

        parameters = {name: {"monotonic_trend": "auto"} for name in data.names}
        process = BinningProcess(data.names, max_n_bins=BINS, min_bin_size=LEAST_SHARE, binning_fit_params=parameters)
        process.fit(frame, data.y)
        return {name: [float(edge) for edge in process.get_binned_variable(name).splits] for name in data.names}


def bin_toad(data: Data, frame: Any) -> Splits:
    """Its own method, ChiMerge; it knows no trend."""
    with quiet():
        import toad

        combiner = toad.transform.Combiner()
        combiner.fit(frame, data.y, method="chi", n_bins=BINS, min_samples=LEAST_SHARE, constraint_mode="all")
        return {name: [float(edge) for edge in edges] for name, edges in combiner.export().items()}


def bin_toad_default(data: Data, frame: Any) -> Splits:
    """The same as it comes: it stops merging once any one of the limits is met, so the others may not be."""
    with quiet():
        import toad

        combiner = toad.transform.Combiner()
        combiner.fit(frame, data.y, method="chi", n_bins=BINS, min_samples=LEAST_SHARE)
        return {name: [float(edge) for edge in edges] for name, edges in combiner.export().items()}


def bin_scorecardpy(data: Data, frame: Any) -> Splits:
    """Its tree. It knows a bad only as the whole number 1: of `1.0` it makes a good."""
    with quiet():
        import scorecardpy

        with_y = frame.assign(y=data.y.astype(np.int64))
        bins = scorecardpy.woebin(with_y, y="y", bin_num_limit=BINS, count_distr_limit=LEAST_SHARE)
        edges = {name: [float(edge) for edge in table["breaks"]] for name, table in bins.items()}
        return {name: [edge for edge in found if math.isfinite(edge)] for name, found in edges.items()}


@dataclass(frozen=True)
class Judged:
    """The bins `[a, b)` of one variable, counted by one function for all libraries."""

    iv: float
    """Information value, half a row for a cell without any."""
    bins: int
    least_share: float
    """Share of the rows in the smallest bin."""
    trend: bool
    """Whether bad rates run one way, or turn once."""

    def holds(self, trend: bool) -> bool:
        """Whether the limits that were asked for are kept, and the trend if one was."""
        return self.bins <= BINS and self.least_share >= LEAST_SHARE - 1e-4 and (self.trend or not trend)


def judged(data: Data, splits: Splits) -> dict[str, Judged]:
    """The bins of each variable: what they are worth, and what they keep to."""
    return {name: judged_one(data.matrix[:, data.names.index(name)], data.y, edges) for name, edges in splits.items()}


def judged_one(x: np.ndarray, y: np.ndarray, edges: list[float]) -> Judged:
    """The same of one variable."""
    place = np.searchsorted(np.asarray(edges), x, side="right")
    rows = np.bincount(place, minlength=len(edges) + 1)
    bads = np.bincount(place, weights=y, minlength=len(edges) + 1)
    goods, rates = rows - bads, bads[rows > 0] / rows[rows > 0]
    steps = np.sign(np.where(np.abs(np.diff(rates)) <= 1e-12, 0.0, np.diff(rates)))
    turns = np.count_nonzero(np.diff(steps[steps != 0]))
    goods, bads = np.where(goods == 0, 0.5, goods), np.where(bads == 0, 0.5, bads)
    goods, bads = goods / (len(y) - y.sum()), bads / y.sum()
    iv = float(((goods - bads) * np.log(goods / bads)).sum())
    return Judged(iv, len(edges) + 1, float(rows.min()) / len(y), bool(turns <= 1))


def bin_ours_among(data: Data, theirs: Splits, trend: str) -> Splits:
    """Ours among a hundred quantiles and the edges of another library: what it found is then one of our choices."""
    each = {}
    for at, name in enumerate(data.names):
        quantiles = np.quantile(data.matrix[:, at], np.arange(1, 100) / 100)
        each[name] = {"candidates": sorted({*quantiles.tolist(), *theirs[name]})}
    return bin_ours(data, data.polars(), trend, each=each)


def regress_ours(data: Data, frame: Any) -> np.ndarray:
    """Unpenalised, without signs."""
    import firmrating as fr

    fitted = fr.Logit.fit(frame, data.y, signs="any")
    return np.array([fitted.intercept, *fitted.coefficients.values()])


def regress_sklearn(solver: str, tolerance: float) -> Callable[[Data, Any], np.ndarray]:
    """Unpenalised, by one of its solvers."""

    def fit(data: Data, matrix: Any) -> np.ndarray:
        from sklearn.linear_model import LogisticRegression

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = LogisticRegression(C=np.inf, solver=solver, tol=tolerance, max_iter=500).fit(matrix, data.y)
        return np.array([*model.intercept_, *model.coef_[0]])

    return fit


def card_ours(data: Data) -> Callable[[Any], Any]:
    """Scores of frames of polars."""
    import firmrating as fr

    return fr.Scorecard.fit(data.polars(), data.y, max_bins=BINS, min_share=LEAST_SHARE).score


def card_optbinning(data: Data) -> Callable[[Any], Any]:
    """Scores of frames of pandas."""
    with quiet():
        from optbinning import BinningProcess, Scorecard
        from sklearn.linear_model import LogisticRegression

        process = BinningProcess(data.names, max_n_bins=BINS, min_bin_size=LEAST_SHARE)
        scaling = {"pdo": 20, "odds": 50, "scorecard_points": 600}
        card = Scorecard(process, LogisticRegression(), scaling_method="pdo_odds", scaling_method_params=scaling)
        card.fit(data.pandas(), data.y)
        return card.score


def card_toad(data: Data) -> Callable[[Any], Any]:
    """Scores of frames of pandas."""
    with quiet():
        import toad

        frame = data.pandas()
        combiner = toad.transform.Combiner()
        combiner.fit(frame, data.y, method="chi", n_bins=BINS, min_samples=LEAST_SHARE)
        transformer = toad.transform.WOETransformer()
        woe = transformer.fit_transform(combiner.transform(frame), data.y)
        card = toad.ScoreCard(combiner=combiner, transer=transformer, base_score=600, pdo=20, rate=2, base_odds=50)
        card.fit(woe, data.y)
        return card.predict


@contextlib.contextmanager
def quiet() -> Any:
    """Without what libraries print and warn."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


BINNING = {"firmrating": bin_ours, "optbinning": bin_optbinning, "toad": bin_toad, "toad, default mode": bin_toad_default, "scorecardpy": bin_scorecardpy}
CARDS = {"firmrating": card_ours, "optbinning": card_optbinning, "toad": card_toad}
