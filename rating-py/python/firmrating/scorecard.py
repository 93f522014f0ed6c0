"""Scorecards fitted to data: bins, a regression on their weights of evidence, whole points, and PDs of the points."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from firmrating import _firmrating as _native
from firmrating import _provenance
from firmrating._card_variables import constants, regression, screening_table, selected
from firmrating._columns import chosen_of, frame_of, input_error, numbers, rows_of, taken_from, words
from firmrating._places import checked
from firmrating._write import write_whole
from firmrating.binning import Binning
from firmrating.binnings import Binnings, bin_all
from firmrating.calibration import Calibration
from firmrating.logit import Logit, Stepwise, picked

if TYPE_CHECKING:
    import polars as pl

    from firmrating._expressions import CardOutput
    from firmrating._firmrating import ArrowTable
    from firmrating._progress import Progress
    from firmrating._provenance import Selected
    from firmrating.master_scale import MasterScale
    from firmrating.model import RatingModel

__all__ = ["Scorecard"]


class Scorecard:
    """Whole points by bin that add up to a score, higher for a safer firm; immutable. Made by :meth:`fit`.

    One document: bins, coefficients, points, calibration, and how it came about (:attr:`dropped`, :attr:`screening`,
    :attr:`selection`). :meth:`to_json` and :meth:`from_json`, :meth:`save` and
    :meth:`load`, ``pickle`` and ``==`` go by it, and it gives the same bits afterwards, because points are kept and
    not made again. Every value has points: what is missing, special or unseen those of its own line. A card of
    measures of the catalogue becomes a rating model by :meth:`model_document`.
    """

    __slots__ = ("_are_words", "_native", "logit")

    logit: Logit | None
    """The regression, after a fit; a document of its own, and not part of the card's."""

    def __init__(self, native: _native.Card) -> None:
        self._native = native
        # Asked once: to ask copies the bins, and a single row is to be scored fast.
        self._are_words = [binning.is_words for binning, _, _ in native.characteristics()]
        self.logit = None

    @classmethod
    def fit(
        cls,
        frame: Any,
        y: Any,
        *,
        binnings: Mapping[str, Binning] | None = None,
        columns: list[str] | None = None,
        pdo: float = 20.0,
        base_score: float = 600.0,
        base_odds: float = 50.0,
        points: tuple[int, int] | None = None,
        base: Literal["apart", "spread"] = "apart",
        screening: bool | Mapping[str, Any] = False,
        selection: bool | Mapping[str, Any] = False,
        weights: Any = None,
        clusters: Any = None,
        ridge: float = 0.0,
        lasso: float = 0.0,
        default_rate: float | None = None,
        pd_floor: float = 0.0,
        progress: Progress = False,
        **options: Any,
    ) -> Scorecard:
        """Bins, a regression on their weights of evidence, and whole points.

        ``frame`` and ``y`` (1 is bad; or the name of a column of the frame) as in :func:`firmrating.bin_all`, which
        bins what has no ``binnings``, with its ``options``. ``columns`` are those to use: unless they are given all, but
        for those that ``y``, ``weights``, ``clusters`` or the option ``periods`` name; an empty list is refused.
        ``screening`` and ``selection`` are off, on, or options of :func:`firmrating.screen` and
        :func:`firmrating.stepwise`. The option ``other`` of ``screening`` is a frame of the variables as ``frame`` is, not
        of their weights of evidence: the bins of the card are applied to both. In the regression no coefficient may contradict the risk that the bins show: one
        that would is held at 0, and its variable leaves the card; :attr:`dropped` says so.

        Points: ``base_score`` points at odds of ``base_odds`` good : bad, ``pdo`` more for odds twice as good; or, with
        ``points``, from the fewest to the most that a firm can have. The points of the intercept stand ``apart``, or
        are ``spread`` over the variables. Each is rounded to a whole number, halves away from 0; :attr:`rounding`
        bounds what that does to a score. ``default_rate`` is the tendency that PDs start from, that of the sample
        unless it is given; ``pd_floor`` the least PD that is ever given; both are fractions.

        ``progress`` shows bars (with the package ``rich``), or calls a function with what is done and all of it: first
        the variables that are binned, then the steps of a selection, as :func:`firmrating.stepwise` tells them.

        ``weights`` say how often a row counts; screening does not use them. Rows of equal ``clusters`` belong together
        in the standard errors. ``ridge`` and ``lasso`` penalise the regression as in :meth:`Logit.fit <firmrating.Logit.fit>`,
        though not a selection by steps; a penalised card has no standard errors, and a variable that the lasso holds at 0
        leaves it.

        Raises :class:`~firmrating.InputError` if no variable is left or ``columns`` name the outcome, and what its steps
        raise.

        >>> import firmrating as fr
        >>> x = {"age": [1, 1, 1, 5, 5, 5], "idle": [1, 1, 1, 1, 1, 1]}
        >>> card = fr.Scorecard.fit(x, [1, 1, 0, 1, 0, 0], base_odds=1)
        >>> card.score({"age": [1, 5, None]}).to_list()
        [580, 620, 600]
        >>> card.dropped
        {'idle': 'constant'}

        Source: Siddiqi (2006), Credit Risk Scorecards.
        """
        given = frame_of(frame)
        beside = {"y": y, "weights": weights, "clusters": clusters, "periods": options.pop("periods", None)}
        taken, others = taken_from(given, **beside)
        outcome, rows = taken["y"], {"weights": taken["weights"], "clusters": taken["clusters"]}
        chosen = chosen_of(columns, others, y)
        known = dict(binnings or {})
        if binnings is not None and columns is None:
            chosen = list(known)
        failed = binnings.failed if isinstance(binnings, Binnings) else {}
        dropped: dict[str, str] = {name: str(error) for name, error in failed.items() if columns is None or name in chosen}
        chosen_by: Stepwise | None = None
        missing = [name for name in chosen if name not in known]
        if missing:
            options |= {"weights": taken["weights"], "periods": taken["periods"], "progress": progress}
            made = bin_all(given, outcome, columns=missing, **options)
            known |= made
            dropped = {name: str(error) for name, error in made.failed.items()}
        bins = Binnings({name: known[name] for name in chosen if name in known})
        woe = bins.transform(given)
        dropped |= constants(bins, woe)
        woe = woe.drop([name for name in woe.columns if name in dropped])
        screened = None
        if screening is not False and woe.width:
            screened = screening_table((given, outcome), bins, woe.columns, screening)
            left = screened.filter(~screened["stays"])
            dropped |= {name: f"screened: {verdict}" for name, verdict in left.select("variable", "verdict").iter_rows()}
            woe = woe.drop(left["variable"].to_list())
        rows["binnings"] = bins
        if selection is not False and woe.width:
            of_steps = {"progress": progress, **rows, **(selection if isinstance(selection, Mapping) else {})}
            chosen_by = selected(woe, outcome, dropped, of_steps)
            woe = woe.select(chosen_by.logit.names)
        logit = regression(woe, outcome, dropped, {**rows, "ridge": ridge, "lasso": lasso})
        terms = {row["term"]: (row["coefficient"], row["standard_error"]) for row in logit.summary().iter_rows(named=True)}
        intercept = (logit.intercept, logit.summary()["standard_error"][0])
        scaled = {
            "doubling": (base_score, base_odds, pdo) if points is None else None,
            "between": points,
            "spread": _is_spread(base),
            "default_rate": default_rate,
            "pd_floor": pd_floor,
        }
        variables = [(name, bins[name]._native, terms[name]) for name in logit.names]
        native = _native.Card(intercept, variables, scaled)
        card = cls(native.with_provenance(_provenance.told(dropped, screened, chosen_by)))
        card.logit = logit
        return card

    @classmethod
    def from_coefficients(
        cls,
        binnings: Mapping[str, Binning],
        coefficients: Mapping[str, float] | Logit,
        intercept: float | None = None,
        *,
        pdo: float = 20.0,
        base_score: float = 600.0,
        base_odds: float = 50.0,
        points: tuple[int, int] | None = None,
        base: Literal["apart", "spread"] = "apart",
        default_rate: float | None = None,
        pd_floor: float = 0.0,
    ) -> Scorecard:
        """A card of bins and coefficients (log-odds bad : good) that were found elsewhere; points as in :meth:`fit`.

        ``coefficients`` are numbers by variable, with an ``intercept``; or a :class:`~firmrating.Logit`, which has its own,
        and is refused if it was fitted on other bins (:meth:`Logit.stale <firmrating.Logit.stale>`).

        >>> import firmrating as fr
        >>> age = fr.Binning.fit([1, 1, 1, 5, 5, 5], [1, 1, 0, 1, 0, 0])
        >>> fr.Scorecard.from_coefficients({"age": age}, {"age": -2.0}, 0.0, base_odds=1).score({"age": [1, 5]}).to_list()
        [560, 640]
        """
        scaled = {
            "doubling": (base_score, base_odds, pdo) if points is None else None,
            "between": points,
            "spread": _is_spread(base),
            "default_rate": default_rate,
            "pd_floor": pd_floor,
        }
        base_term, terms = _terms(coefficients, intercept)
        absent = [name for name in terms if name not in binnings]
        if absent:
            raise input_error(f"expected bins of `{absent[0]}`, got none", field="binnings", value=absent[0])
        stale = coefficients.stale(binnings) if isinstance(coefficients, Logit) else []
        if stale:
            message = f"expected the bins that the regression was fitted on, got others of `{stale[0]}`: fit it again"
            raise input_error(message, field="binnings", value=stale[0])
        variables = [(name, binnings[name]._native, term) for name, term in terms.items()]
        card = cls(_native.Card(base_term, variables, scaled))
        card.logit = coefficients if isinstance(coefficients, Logit) else None
        return card

    @classmethod
    def from_json(cls, text: str) -> Scorecard:
        """Reads and checks a document. Raises :class:`~firmrating.ModelError` for what is not one."""
        return cls(_native.Card.from_json(text))

    def to_json(self) -> str:
        """The document as JSON text."""
        return self._native.to_json()

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Scorecard:
        """Reads and checks the document in a file. Raises :class:`~firmrating.ModelError` for what is not one."""
        return cls.from_json(Path(path).read_text(encoding="utf-8"))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the document to a file, whole or not at all, and returns its path."""
        return write_whole(path, lambda part: part.write_text(self.to_json() + "\n", encoding="utf-8"))

    @property
    def stamp(self) -> str:
        """SHA-256 of all that makes a score: base points, bins and points. What was fitted to its scores can keep it.

        A calibration does not change it, nor what is told of how the card came about.
        """
        return self._native.stamp

    @property
    def dropped(self) -> dict[str, str]:
        """Why a variable is not on the card, by name; empty for a card that was not made by :meth:`fit`.

        The error of its binning; ``constant``, with the constraint that left it a single bin if there was one;
        ``screened: `` and ``selection: `` with the verdict; ``sign``, with the variables because of which it turned;
        ``lasso``.
        """
        return {row["variable"]: row["reason"] for row in self._provenance().get("dropped", [])}

    @property
    def screening(self) -> pl.DataFrame | None:
        """The table of :func:`firmrating.screen`; none for a card without screening."""
        return _provenance.screening(self._provenance())

    @property
    def selection(self) -> Selected | None:
        """Steps and refusals of :func:`firmrating.stepwise`; none for a card without selection."""
        return _provenance.selection(self._provenance())

    def _provenance(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self._native.provenance() or "{}")
        return told

    @property
    def names(self) -> list[str]:
        """Names of its variables, in order."""
        return self._native.names

    @property
    def binnings(self) -> Binnings:
        """Its bins by variable."""
        parts = zip(self.names, self._native.characteristics(), strict=True)
        return Binnings({name: Binning(binning, name) for name, (binning, _, _) in parts})

    @property
    def base_points(self) -> int:
        """Points that every row has."""
        return self._native.base_points

    @property
    def intercept(self) -> float:
        """Log-odds bad : good where every weight of evidence is 0."""
        return self._native.intercept[0]

    @property
    def coefficients(self) -> dict[str, float]:
        """Log-odds bad : good for one unit of weight of evidence, by variable."""
        parts = zip(self.names, self._native.characteristics(), strict=True)
        return {name: coefficient[0] for name, (_, coefficient, _) in parts}

    @property
    def rounding(self) -> float:
        """No score lies farther from the unrounded one than this, in points: half a point for each rounded number."""
        return self._native.rounding

    @property
    def bounds(self) -> tuple[int, int]:
        """The fewest and the most points that any row can have."""
        return self._native.bounds

    @property
    def calibration(self) -> dict[str, Any]:
        """What makes PDs of scores, as a rating model has it.

        A line: ``base_score``, ``base_odds``, ``pdo``, ``central_tendency``, ``model_tendency``, ``pd_floor``. After
        :meth:`calibrate` it can be a table ``isotonic``, or ``beta`` with the line ``of`` that it bends; ``conservatism`` is
        there if a margin is added (:meth:`Calibration.for_model <firmrating.Calibration.for_model>`).
        """
        calibration: dict[str, Any] = json.loads(self._native.calibration())
        return calibration

    def calibrate(self, calibration: Mapping[str, Any] | Calibration) -> Scorecard:
        """The same card with another calibration: a mapping as :attr:`calibration`, or a :class:`Calibration`.

        One of scores replaces that of the card. One of PDs (``beta``, an anchor, a prior correction) bends and moves the
        PDs of this card, whose calibration must be a line then. Margin and floor come along.

        Raises :class:`~firmrating.InputError` if it does not hold together, for a calibration that was fitted to scores of
        another card (if :meth:`Calibration.fit <firmrating.Calibration.fit>` was told of its ``card``), for one of grades,
        and as :meth:`Calibration.for_model <firmrating.Calibration.for_model>`.

        >>> import firmrating as fr
        >>> age = fr.Binning.fit([1, 1, 1, 5, 5, 5], [1, 1, 0, 1, 0, 0])
        >>> card = fr.Scorecard.from_coefficients({"age": age}, {"age": -1.0}, 0.0, base_odds=1)
        >>> later = {"age": [1] * 50 + [5] * 50}                  # 30 of 50 young firms default, 10 of 50 old ones
        >>> fitted = fr.Calibration.fit(card.score(later), [i % 50 < (30 if i < 50 else 10) for i in range(100)])
        >>> [round(pd, 6) for pd in card.calibrate(fitted).pd({"age": [1, 5]})]
        [0.6, 0.2]
        """
        if not isinstance(calibration, Mapping | Calibration):
            got = type(calibration).__name__
            message = f"`calibration` must be a `Calibration` of scores or a mapping as `card.calibration`, got `{got}`"
            raise input_error(message, field="calibration", value=got)
        if isinstance(calibration, Calibration) and calibration.card not in (None, self.stamp):
            message = f"expected a calibration of the scores of this card, got one of the card `{calibration.card}`: fit it again"
            raise input_error(message, field="calibration", value=calibration.card)
        document = calibration.for_model(of=self.calibration) if isinstance(calibration, Calibration) else calibration
        card = Scorecard(self._native.calibrated(json.dumps(dict(document))))
        card.logit = self.logit
        return card

    def score(self, frame: Any) -> pl.Series:
        """The score of each row: the base points and the points of its variables. Higher is safer.

        Never an error for a value, whatever it is: see :meth:`Binning.transform <firmrating.Binning.transform>`.
        Raises :class:`~firmrating.InputError` for a column that is not there, and words where numbers are binned.
        """
        return self._scored(frame)["score"]

    def pd(self, frame: Any) -> pl.Series:
        """The PD of each row, a fraction: a function of its score only. Errors as :meth:`score`."""
        return self._scored(frame)["pd"]

    def expr(self, output: CardOutput = "all", *, scale: MasterScale | RatingModel | None = None) -> pl.Expr:
        """The scores of :meth:`score` and :meth:`pd`, and grades, as a lazy expression: the same kernel and bits, in polars.

        ``output``: ``"all"`` gives a struct of ``score`` and ``pd``, and with a ``scale`` of ``credit_grade``, named
        ``rating``; the name of one of them gives that alone. A card has no scale of its own, so grades need one: a
        :class:`~firmrating.MasterScale` or the model that has it. The grade is that of the PD, by
        :meth:`MasterScale.grade <firmrating.MasterScale.grade>`, as text::

            graded = pl.scan_parquet("firms/*.parquet").with_columns(card.expr(scale=scale)).unnest("rating")
            graded.sink_parquet("scored.parquet")

        The expression carries the document and works as :meth:`RatingModel.expr <firmrating.RatingModel.expr>` does.
        Columns are taken as :meth:`score` takes them, but for words that were delivered as floating-point numbers or
        dates, which are refused: cast them to text. An absent column is refused when the schema is asked for, as
        ``polars.exceptions.ComputeError``.
        """
        from firmrating._expressions import of_card, scale_text

        named = list(zip(self.names, self._are_words, strict=True))
        numbers_and_words = [name for name, is_words in named if not is_words], [name for name, is_words in named if is_words]
        return of_card(self.to_json(), numbers_and_words, output, scale_text(scale))

    def points(self, frame: Any) -> pl.DataFrame:
        """The points of each row, a column a variable; with :attr:`base_points` they add up to the score."""
        return self._asked(self._native.points, frame)

    def reasons(
        self, frame: Any, *, most: int = 4, against: Literal["best", "mean"] | Mapping[str, float] = "best"
    ) -> pl.DataFrame:
        """The variables that cost each row the most points, at most ``most`` of them, most first.

        ``against`` says what the points are compared with: the ``best`` that any value of the variable gets (missing
        values and unseen words do not count), as in :attr:`Ratings.contributions
        <firmrating.Ratings.contributions>`; the ``mean`` of the sample that the bins were fitted to; or points by
        variable, such as the means of another population.

        A row a row and reason: ``row``, counted from 0; ``place``, 1 for the one that cost most; ``variable``; the
        ``bin`` that its value fell into, as :meth:`table` names it; ``points``; ``reference_points`` and what is
        ``lost`` against them, above 0. Equals stand in card order. A row that lost nothing has no reasons.

        Errors as :meth:`score`; and :class:`~firmrating.InputError` for a reference that is none.

        >>> import firmrating as fr
        >>> age = fr.Binning.fit([1, 1, 1, 5, 5, 5], [1, 1, 0, 1, 0, 0])
        >>> card = fr.Scorecard.from_coefficients({"age": age}, {"age": -1.0}, 0.0, base_odds=1)
        >>> card.reasons({"age": [5, 1]}).rows()
        [(1, 1, 'age', '< 3', -20, 20.0, 40.0)]
        """
        import polars as pl

        if most < 1:
            raise input_error(f"`most` must be at least 1, got `{most}`", field="most", value=str(most))
        given = frame_of(frame)
        told: list[float] | bool
        if isinstance(against, Mapping):
            told = self._reference(against)
        elif against in ("best", "mean"):
            told = against == "mean"
        else:
            message = f"`against` must be `best`, `mean` or points by variable, got `{against}`"
            raise input_error(message, field="against", value=str(against))
        reasons = self._asked(lambda rows: self._native.reasons(rows, most, told), given)
        # Labels are asked for only of the variables that are reasons.
        parts = []
        for at, (name, binning) in enumerate(self.binnings.items()):
            of = reasons.filter(pl.col("variable") == at)
            if of.height:
                bins = binning.transform(given[name].gather(of["row"]), to="bin")
                parts.append(of.with_columns(variable=pl.lit(name), bin=bins))
        if not parts:
            parts = [reasons.with_columns(variable=pl.lit(""), bin=pl.lit(""))]
        order = ["row", "place", "variable", "bin", "points", "reference_points", "lost"]
        return pl.concat(parts).sort("row", "place").select(order)

    def _reference(self, points: Mapping[str, float]) -> list[float]:
        names = self.names
        odd = [name for name in names if name not in points] + [name for name in points if name not in names]
        if odd:
            message = f"`against`: expected points for each variable of the card and no other, got `{', '.join(points)}`"
            raise input_error(message, field="against", value=odd[0])
        return [float(points[name]) for name in names]

    def table(self, *, beside: tuple[Any, ...] | None = None) -> pl.DataFrame:
        """The card: the base points, then the lines of each variable with their points, and their total.

        ``variable``, ``coefficient`` and its ``standard_error``, ``bin`` and ``kind`` (``base`` for the base points,
        ``total`` for the rows of a variable together, which has no points), ``points``, then the columns of
        :meth:`Binning.table <firmrating.Binning.table>`: counts, shares, bad rates with intervals, weights of evidence,
        information value, and the policy of missing and special values.

        ``beside`` is another sample, ``(frame, y)`` or ``(frame, y, weights)``: what it shows of each line follows with
        ``_beside`` behind the names of the columns, and ``psi``. ``y`` and ``weights`` may name columns of the frame. The
        bins, points and coefficients are those of the card.

        Raises :class:`~firmrating.InputError` for what is no such sample, and a column that is not there.

        >>> import firmrating as fr
        >>> age = fr.Binning.fit([1, 1, 1, 5, 5, 5], [1, 1, 0, 1, 0, 0])
        >>> card = fr.Scorecard.from_coefficients({"age": age}, {"age": -1.0}, 0.0, base_odds=1)
        >>> later = {"age": [1, 5, 5, 5], "bad": [1, 0, 0, 1]}
        >>> card.table(beside=(later, "bad")).select("bin", "points", "rows", "rows_beside", "bads_beside").rows()[1:3]
        [('< 3', -20, 3, 1, 1), ('>= 3', 20, 3, 3, 1)]
        """
        import polars as pl

        others = None if beside is None else _beside(beside, self.names)

        intercept, error = self._native.intercept
        head = {"variable": [None], "coefficient": [intercept], "standard_error": [error], "bin": ["base"]}
        schema = {"variable": pl.String, "coefficient": pl.Float64, "standard_error": pl.Float64, "bin": pl.String}
        tables = [
            pl.DataFrame(head, schema=schema).with_columns(
                kind=pl.lit("base"), points=pl.lit(self.base_points, dtype=pl.Int64)
            )
        ]
        for name, (native, (coefficient, standard_error), points) in zip(
            self.names, self._native.characteristics(), strict=True
        ):
            own = Binning(native, name)
            lines = own.table() if others is None else own.table(beside=others[name])
            # A total has no points.
            worth = pl.Series("points", [*points, *[None] * (lines.height - len(points))], dtype=pl.Int64)
            first = lines.select(
                pl.lit(name).alias("variable"),
                pl.lit(coefficient).alias("coefficient"),
                pl.lit(standard_error, dtype=pl.Float64).alias("standard_error"),
                "bin",
                "kind",
                worth,
            )
            tables.append(pl.concat([first, lines.drop("bin", "kind")], how="horizontal"))
        return pl.concat(tables, how="diagonal_relaxed")

    def plot(self, **options: Any) -> Any:
        """The points as a figure, a panel a variable; see :func:`firmrating.plots.points`."""
        from importlib import import_module

        return import_module("firmrating.plots").points(self, **options)

    def stale(self, binnings: Mapping[str, Binning]) -> list[str]:
        """Variables whose bins are no longer those that the card was made of."""
        own = self.binnings
        return [name for name in own if name in binnings and binnings[name].stamp != own[name].stamp]

    def model_document(
        self,
        *,
        id: str,
        version: str,
        name: Mapping[str, str],
        notice: Mapping[str, str],
        template: RatingModel | str = "tech-firm",
        minimum: int | None = None,
    ) -> RatingModel:
        """A rating model with this card: its variables are measures of the catalogue, a pillar for each family.

        Base points, pillars and calibration are those of the card; scales, the technology pillar, the matrix and the
        rules those of ``template``, a model or the id of a preset. ``name`` and ``notice`` (where its numbers come
        from, shown with every rating) are given in ``en`` and ``zh``. ``minimum`` is the least number of measures with
        a value for a rating, that of the template, or all if the card has fewer. The model scores as the card does,
        bit by bit: a reason for a missing value has the points of missing values.

        Raises :class:`~firmrating.InputError` for a variable that is no measure, :class:`~firmrating.ModelError` for
        a model that does not hold together, such as technology measures in a credit pillar.
        """
        from firmrating.model import RatingModel

        base = RatingModel.preset(template) if isinstance(template, str) else template
        head = {"id": id, "version": version, "name": dict(name), "notice": dict(notice), "minimum": minimum}
        document = checked(lambda told: self._native.model_document(base.to_json(), told), "model document", head)
        return RatingModel.from_json(document)

    def _scored(self, frame: Any) -> pl.DataFrame:
        return self._asked(self._native.score, frame)

    def _asked(self, answer: Callable[[pl.DataFrame], ArrowTable | None], frame: Any) -> pl.DataFrame:
        """What the card answers to rows: as they come if they are doubles, so that one row costs little, else converted."""
        import polars as pl

        given = frame_of(frame)
        # A far wider frame is narrowed first: every column that crosses the border costs a microsecond. A column of nothing
        # but nulls polars hands over in a form that Arrow does not allow.
        is_near = not any(self._are_words) and given.width <= 2 * len(self._are_words) and pl.Null not in given.dtypes
        answered = answer(given) if is_near else None
        if answered is None:
            columns = picked(given, self.names).iter_columns()
            taken = [
                words(column, column.name) if is_words else numbers(column, column.name)
                for column, is_words in zip(columns, self._are_words, strict=True)
            ]
            answered = answer(rows_of(**{column.name: column for column in taken}))
        return pl.DataFrame(answered)

    def __eq__(self, other: object) -> bool:
        """Equal documents are equal."""
        return isinstance(other, Scorecard) and self._native == other._native

    def __hash__(self) -> int:
        """Hash of the document."""
        return hash(self.to_json())

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled by the document."""
        return Scorecard.from_json, (self.to_json(),)

    def __repr__(self) -> str:
        least, most = self.bounds
        return f"Scorecard of {len(self.names)} variables, {least} to {most} points"


def _beside(sample: Any, names: list[str]) -> dict[str, tuple[Any, ...]]:
    """Another sample variable by variable, each as :meth:`Binning.table <firmrating.Binning.table>` takes it."""
    if not isinstance(sample, tuple | list) or not 2 <= len(sample) <= 3:
        message = f"`beside` must be a sample, `(frame, y)` or `(frame, y, weights)`, got `{type(sample).__name__}`"
        raise input_error(message, field="beside")
    frame, y, *more = sample
    given = frame_of(frame, "beside")
    taken, _ = taken_from(given, "beside", y=y, weights=more[0] if more else None)
    columns = picked(given, names)
    return {name: (columns[name], taken["y"], taken["weights"]) for name in names}


def _is_spread(base: str) -> bool:
    if base not in ("apart", "spread"):
        raise input_error(f"`base` must be `apart` or `spread`, got `{base}`", field="base", value=base)
    return base == "spread"


def _terms(
    coefficients: Mapping[str, float] | Logit, intercept: float | None
) -> tuple[tuple[float, float | None], dict[str, tuple[float, float | None]]]:
    """Intercept and coefficients, with the standard errors that are known."""
    if isinstance(coefficients, Logit):
        if intercept is not None:
            message = f"`intercept` must be none beside a regression, which has its own, got `{intercept}`"
            raise input_error(message, field="intercept", value=intercept)
        rows = coefficients.summary().select("coefficient", "standard_error").rows()
        return rows[0], dict(zip(coefficients.names, rows[1:], strict=True))
    if intercept is None:
        raise input_error("`intercept` must be a number beside coefficients by variable, got none", field="intercept")
    return (intercept, None), {name: (value, None) for name, value in coefficients.items()}
