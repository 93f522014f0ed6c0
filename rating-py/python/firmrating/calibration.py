"""Calibrations: PDs of scores, of other PDs and of grades; fitted, bounded, moved and kept."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from firmrating import _firmrating as _native
from firmrating._files import read_document
from firmrating._firmrating import Calibration as _Curve
from firmrating._places import checked
from firmrating._write import write_whole
from firmrating.validation import _frame, calibration_table

if TYPE_CHECKING:
    import polars as pl

    from firmrating.model import RatingModel
    from firmrating.scorecard import Scorecard

__all__ = ["Calibration", "accuracy_ratio", "pluto_tasche", "posterior_pd"]


class Calibration:
    """Makes PDs; immutable. Equal documents are equal, and a pickle is the document.

    ======================================  ==========  ====================================================
    made by                                 of          what it is
    ======================================  ==========  ====================================================
    :meth:`fit`, ``method="logistic"``      scores      a line of log-odds, by greatest likelihood
    :meth:`fit`, ``method="platt"``         scores      the same line from smoothed outcomes
    :meth:`fit`, ``method="isotonic"``      scores      a staircase that only falls
    :meth:`fit`, ``method="beta"``          PDs         a curve that bends at either end
    :meth:`anchor`, :meth:`prior_correction`  PDs       a shift of log-odds
    :meth:`moments`                         grades      quasi-moment matching
    :meth:`pluto_tasche`, :meth:`bayes`     grades      bounds where defaults are few or none
    ======================================  ==========  ====================================================

    What follows the curve is the same for all::

        pd = max(floor, min(1, σ(logit curve(x) + shift) + A + B + C))

    What a margin or a fitted curve makes stops at the greatest number below 1. A model and a scorecard take a line, a
    staircase, or a curve over the PDs of their line, each with its margin and floor (:meth:`for_model`). The PDs by grade
    are bounds, and help to choose a central tendency.

    >>> import firmrating as fr
    >>> scores = [500] * 100 + [600] * 100                    # 60 of 100 default, then 20 of 100
    >>> bad = [i < 60 or 100 <= i < 120 for i in range(200)]
    >>> calibration = fr.Calibration.fit(scores, bad)
    >>> [round(pd, 6) for pd in calibration.pd([500, 600])]
    [0.6, 0.2]
    >>> fr.Calibration.from_json(calibration.to_json()) == calibration
    True
    """

    __slots__ = ("_native",)

    _native: _Curve

    def __init__(self, document: str | Mapping[str, Any]) -> None:
        self._native = checked(_native.Calibration, "calibration document", document)

    @classmethod
    def _made(cls, native: _Curve) -> Calibration:
        made = cls.__new__(cls)
        made._native = native
        return made

    @classmethod
    def fit(
        cls,
        x: Any,
        bad: Any,
        *,
        method: Literal["logistic", "platt", "isotonic", "beta"] = "logistic",
        central_tendency: float | None = None,
        pd_floor: float = 0.0003,
        base_score: float = 600.0,
        min_of_each: int = 20,
        card: Scorecard | None = None,
    ) -> Calibration:
        """Fits PDs to outcomes.

        ``x`` are whole scores, higher is safer; for ``beta`` they are PDs, both ends excluded, such as those of a
        challenger. ``bad`` is true or false, 1 or 0. What is missing is refused with its row. Every firm counts once.

        ``central_tendency`` moves log-odds so that the mean PD of the sample, before floor and margin, is that rate;
        without one it stays what the sample says. A sample drawn by outcome needs it. ``base_score`` is where the odds of
        a line are stated, which changes no PD. ``min_of_each`` is the least number of defaults, and of other firms.

        ``card`` is the scorecard whose scores ``x`` are: its stamp is kept in the document, and
        :meth:`Scorecard.calibrate <firmrating.Scorecard.calibrate>` refuses the calibration for a card with other bins or
        points.

        Raises :class:`~firmrating.InputError`: too few firms of a kind, one score for all, scores that part the bads
        from the goods (``platt`` takes them), PDs that would rise with the score.

        >>> import firmrating as fr
        >>> scores, bad = [500] * 50 + [600] * 50, [i % 50 < (30 if i < 50 else 10) for i in range(100)]
        >>> staircase = fr.Calibration.fit(scores, bad, method="isotonic", central_tendency=0.1)
        >>> round(staircase.pd(scores).mean(), 12)
        0.1
        """
        chosen = {
            "base_score": base_score,
            "central_tendency": central_tendency,
            "pd_floor": pd_floor,
            "least_of_each": min_of_each,
            "card": None if card is None else card.stamp,
        }
        return cls._made(_native.Calibration.fit(_frame(x=x, bad=bad), method, chosen))

    @classmethod
    def anchor(cls, pd: Any, central_tendency: float) -> Calibration:
        """Moves PDs so that their mean is a central tendency, without changing any order.

        >>> import firmrating as fr
        >>> moved = fr.Calibration.anchor([0.01, 0.04], 0.05)
        >>> round(moved.pd([0.01, 0.04]).mean(), 12)
        0.05
        """
        return cls._made(_native.Calibration.anchor(_frame(pd=pd), central_tendency))

    @classmethod
    def prior_correction(cls, sample_rate: float, population_rate: float) -> Calibration:
        """Moves PDs that were fitted to a sample drawn by outcome to the default rate of the population.

        >>> import firmrating as fr
        >>> round(fr.Calibration.prior_correction(0.20, 0.05).pd([0.30]).item(), 6)
        0.082759
        """
        return cls._made(_native.Calibration.prior_correction(sample_rate, population_rate))

    @classmethod
    def moments(
        cls, obligors: Any, *, central_tendency: float, accuracy_ratio: float, grades: Sequence[str] | None = None
    ) -> Calibration:
        """Quasi-moment matching: PDs by grade whose mean and accuracy ratio are given.

        ``obligors`` are counts by grade, least risk first; ``grades`` their symbols, ``1``, ``2`` … if not given.

        >>> import firmrating as fr
        >>> by_grade = fr.Calibration.moments([100, 400, 300, 200], central_tendency=0.02, accuracy_ratio=0.5)
        >>> by_grade.pd(["1", "2", "3", "4"]).is_sorted()
        True

        Source: Tasche (2013), The art of probability-of-default curve calibration, Journal of Credit Risk 9(4).
        """
        frame = _by_grade(grades, obligors=obligors)
        return cls._made(_native.Calibration.moments(frame, central_tendency, accuracy_ratio))

    @classmethod
    def pluto_tasche(
        cls,
        obligors: Any,
        defaults: Any,
        *,
        confidence: float,
        correlation: float = 0.0,
        grades: Sequence[str] | None = None,
    ) -> Calibration:
        """Most-prudent bounds of the PD of each grade: :func:`pluto_tasche`, kept as a calibration.

        >>> import firmrating as fr
        >>> bounds = fr.Calibration.pluto_tasche([100, 400, 300], [0, 0, 0], confidence=0.95, grades=["A", "B", "C"])
        >>> [round(pd, 4) for pd in bounds.pd(["A", "C"])]
        [0.0037, 0.0099]
        """
        frame = _by_grade(grades, obligors=obligors, defaults=defaults)
        return cls._made(_native.Calibration.pluto_tasche(frame, confidence, correlation))

    @classmethod
    def bayes(
        cls,
        obligors: Any,
        defaults: Any,
        *,
        prior: Literal["neutral", "conservative"] = "neutral",
        quantile: float | None = None,
        grades: Sequence[str] | None = None,
    ) -> Calibration:
        """The Bayesian PD of each grade by itself: :func:`posterior_pd`, kept as a calibration.

        Grades are not pooled, so PDs need not rise from one to the next.

        >>> import firmrating as fr
        >>> fr.Calibration.bayes([98, 198], [0, 3]).pd(["1", "2"]).to_list()
        [0.01, 0.02]
        """
        frame = _by_grade(grades, obligors=obligors, defaults=defaults)
        return cls._made(_native.Calibration.bayes(frame, prior, quantile))

    @classmethod
    def of_model(cls, model: RatingModel) -> Calibration:
        """The calibration of a rating model: the same PDs of whole scores to the last bit.

        >>> import firmrating as fr
        >>> calibration = fr.Calibration.of_model(fr.RatingModel.preset("tech-firm"))
        >>> calibration.input, calibration.method
        ('scores', 'given')
        """
        told = model.spec["calibration"]
        if "pdo" not in told:
            return cls({"method": "given", "curve": {"model": told}})
        margin = told.pop("conservatism", None)
        document = {"method": "given", "curve": {"line": told}}
        return cls(document if margin is None else document | {"conservatism": margin})

    @classmethod
    def from_json(cls, text: str) -> Calibration:
        """Checks a document given as JSON text. Raises :class:`~firmrating.ModelError`."""
        return cls(text)

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Calibration:
        """Checks a document given as nested dictionaries, as :attr:`spec` gives it."""
        return cls(document)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Calibration:
        """Reads and checks the document in a file: JSON, or TOML if its name ends so."""
        return cls(read_document("calibration document", path))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the document to a file, whole or not at all, and returns its path."""
        return write_whole(path, lambda part: part.write_text(self.to_json() + "\n", encoding="utf-8"))

    @property
    def card(self) -> str | None:
        """Stamp of the scorecard whose scores it was fitted to, if :meth:`fit` was told of it."""
        stamp: str | None = self.spec.get("card")
        return stamp

    def to_json(self) -> str:
        """The document as JSON text."""
        return self._native.to_json()

    @property
    def spec(self) -> dict[str, Any]:
        """The document as nested dictionaries: ``method``, ``curve``, ``shift``, ``conservatism``, ``pd_floor``, ``sample``."""
        spec: dict[str, Any] = json.loads(self.to_json())
        return spec

    @property
    def method(self) -> str:
        """How it was made."""
        return str(self.spec["method"])

    @property
    def input(self) -> Literal["scores", "pds", "grades"]:
        """What it makes PDs of."""
        return self._native.input

    def pd(self, x: Any) -> pl.Series:
        """The PD of each score, PD or symbol of a grade, whichever :attr:`input` says; a fraction, twelve months.

        Nulls, NaN, scores that are no whole points and unknown grades are refused with their row.
        """
        import polars as pl

        return pl.DataFrame(self._native.pd(_frame(x=x))).to_series()

    def table(self, x: Any, bad: Any, *, groups: int = 10, level: Literal[90, 95, 99] = 95) -> pl.DataFrame:
        """PDs against outcomes by group: :func:`firmrating.validation.calibration_table` of :meth:`pd`.

        >>> import firmrating as fr
        >>> moved = fr.Calibration.prior_correction(0.5, 0.5)
        >>> moved.table([0.1] * 10 + [0.3] * 10, [1] + [0] * 9 + [1] * 3 + [0] * 7, groups=2)["default_rate"].to_list()
        [0.1, 0.3]
        """
        _frame(x=x, bad=bad)  # Lengths are told by the names that the caller knows.
        return calibration_table(self.pd(x), bad, groups=groups, level=level)

    def anchored(self, x: Any, central_tendency: float) -> Calibration:
        """The same curve moved so that its mean PD over ``x``, before floor and margin, is a central tendency.

        >>> import firmrating as fr
        >>> model = fr.Calibration.of_model(fr.RatingModel.preset("tech-firm"))
        >>> scores = list(range(500, 700))
        >>> abs(model.anchored(scores, 0.03).pd(scores).mean() - 0.03) < 1e-4   # the floor of the model lifts the best
        True
        """
        return self._made(self._native.anchored(_frame(x=x), central_tendency))

    def with_conservatism(self, *, a: float = 0.0, b: float = 0.0, c: float = 0.0) -> Calibration:
        """The same curve with a margin of conservatism in place of its own; the parts are added to the PD and stay apart.

        ``a``: deficiencies of data and methods. ``b``: changes since the data. ``c``: the general error of the estimate.

        >>> import firmrating as fr
        >>> careful = fr.Calibration.prior_correction(0.5, 0.5).with_conservatism(a=0.002, b=0.001, c=0.0005)
        >>> round(careful.pd([0.02]).item(), 6)
        0.0235

        Source: EBA (2017), Guidelines on PD estimation, LGD estimation and the treatment of defaulted exposures
        (EBA/GL/2017/16): categories A, B and C.
        """
        return self._made(self._native.with_margin(a, b, c))

    def with_floor(self, pd_floor: float) -> Calibration:
        """The same curve with a least PD, after the margin. A line keeps the floor of its own: the greater holds, after the
        margin too.
        """
        return self._made(self._native.with_floor(pd_floor))

    def for_model(self, of: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What the document of a model takes as its ``calibration``: the same PDs to the last bit, margin and floor included.

        A line becomes ``base_score``, ``base_odds``, ``pdo``, ``central_tendency``, ``model_tendency`` and ``pd_floor``, the
        greater of its floors; a staircase the table ``isotonic`` of least scores and their PDs, anchored, with ``pd_floor``:
        a step holds up to the next, the first also below it. ``conservatism`` stands beside them if there is a margin.

        A curve over PDs needs ``of``, the calibration of the card or model whose PDs it was made for, which must be a line:
        ``beta`` becomes one document of both; a shift alone moves the tendency of the line, the same PDs but for rounding.
        Without a margin of its own it keeps that of the line; the greater of both floors holds.

        >>> import firmrating as fr
        >>> scores = [500] * 100 + [600] * 100
        >>> fitted = fr.Calibration.fit(scores, [i < 60 or 100 <= i < 120 for i in range(200)])
        >>> preset = fr.RatingModel.preset("tech-firm").spec
        >>> model = fr.RatingModel.from_dict(preset | {"calibration": fitted.for_model()})
        >>> fr.Calibration.of_model(model).pd(scores).equals(fitted.pd(scores))
        True
        >>> fr.Calibration.prior_correction(0.5, 0.2).for_model(of=fitted.for_model())["central_tendency"]   # was 0.4
        0.14285714285714288

        Raises :class:`~firmrating.InputError` for PDs by grade, for a curve over PDs without a line, and for a staircase
        that ends at a PD of 0 without a floor once a card or model takes it.
        """
        told: dict[str, Any] = json.loads(self._native.for_model(None if of is None else json.dumps(dict(of))))
        return told

    def __eq__(self, other: object) -> bool:
        """Equal documents are equal."""
        return isinstance(other, Calibration) and self._native == other._native

    def __hash__(self) -> int:
        """Hash of the document."""
        return hash(self.to_json())

    def __reduce__(self) -> tuple[type[Calibration], tuple[str]]:
        """A pickle is the document."""
        return (type(self), (self.to_json(),))

    def __repr__(self) -> str:
        return f"Calibration({self.method} of {self.input})"


def pluto_tasche(obligors: Any, defaults: Any, *, confidence: float, correlation: float = 0.0) -> pl.Series:
    """The most-prudent bound for the PD of each grade, least risk first.

    A grade is not riskier than those after it, so its PD is bounded by what the pool of itself and all riskier grades
    allows: the PD at which so few defaults as were seen have a probability of ``1 - confidence``. ``correlation`` is that
    of the assets of two obligors, from 0 to below 1.

    >>> from firmrating.calibration import pluto_tasche
    >>> [round(bound, 4) for bound in pluto_tasche([100, 400, 300], [0, 0, 0], confidence=0.95)]
    [0.0037, 0.0043, 0.0099]

    Raises :class:`~firmrating.InputError`: a grade with more defaults than obligors, a pool without obligors, more than
    10,000 of both defaults and survivors.

    Source: Pluto, Tasche (2005), Estimating probabilities of default for low default portfolios.
    """
    import polars as pl

    frame = _frame(obligors=obligors, defaults=defaults)
    return pl.Series("bound", _native.pluto_tasche(frame, confidence, correlation))


def posterior_pd(
    obligors: int,
    defaults: int,
    *,
    prior: Literal["neutral", "conservative"] = "neutral",
    quantile: float | None = None,
) -> float:
    """A Bayesian PD of one pool of obligors that default independently.

    With the ``neutral`` prior every PD was equally likely before; the ``conservative`` one favours high PDs and gives the
    bound of :func:`pluto_tasche` for one pool. ``quantile`` asks for that quantile of the PD, none for its mean, which only
    the neutral prior has here: ``(defaults + 1) / (obligors + 2)``.

    >>> from firmrating.calibration import posterior_pd
    >>> posterior_pd(98, 0)
    0.01
    >>> round(posterior_pd(50, 0, prior="conservative", quantile=0.9), 6)    # 1 - 0.1 ** (1 / 50)
    0.045007

    Source: Tasche (2013), Bayesian estimation of probabilities of default for low default portfolios, Journal of Risk
    Management in Financial Institutions; arXiv 1112.5550.
    """
    return _native.posterior_pd(obligors, defaults, prior, quantile)


def accuracy_ratio(shares: Any, pd: Any) -> float:
    """The accuracy ratio that PDs by grade imply; grades least risk first, with their shares of the obligors.

    >>> from firmrating.calibration import accuracy_ratio
    >>> accuracy_ratio([0.5, 0.5], [0.0, 1.0])
    1.0

    NaN where the mean PD is 0 or 1. Source: Tasche (2009), Estimating discriminatory power and PD curves when the number
    of defaults is small.
    """
    return _native.accuracy_ratio(_frame(shares=shares, pd=pd))


def _by_grade(grades: Sequence[str] | None, **columns: Any) -> pl.DataFrame:
    import polars as pl

    frame = _frame(**columns)
    names = [str(place) for place in range(1, frame.height + 1)] if grades is None else [str(grade) for grade in grades]
    if len(names) != frame.height:
        raise _native.InputError(f"`grades` and `obligors` must have the same length, got `{len(names)}` and `{frame.height}`")
    return frame.insert_column(0, pl.Series("grade", names, dtype=pl.String))
