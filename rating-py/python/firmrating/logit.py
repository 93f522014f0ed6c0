"""Logistic regression of default on weights of evidence or measures, and selection of its columns by steps.

::

    ln(bad : good) = intercept + offset + Σ coefficient · column

The positive class is *bad* (1), however few there are: a coefficient above 0 means that more is riskier, and one of a
weight of evidence, ``ln(share of goods / share of bads)``, must not be above 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from firmrating import _firmrating as _native
from firmrating._columns import frame_of, input_error, numbers, rows_of, series, taken_from
from firmrating._progress import Progress, heard

if TYPE_CHECKING:
    import polars as pl

    from firmrating.binning import Binning

    _Sign = Literal["woe", "any", "not_positive", "not_negative"]

__all__ = ["LikelihoodRatio", "Logit", "SignExplanation", "Stepwise", "stepwise"]

_SIGNS = {"woe": -1, "not_positive": -1, "any": 0, "not_negative": 1}


class LikelihoodRatio(NamedTuple):
    """A likelihood-ratio test between two nested regressions."""

    statistic: float
    """Twice the difference of the log-likelihoods."""
    degrees: int
    """Coefficients that the smaller one lacks."""
    p_value: float
    """Probability of so large a statistic if they are 0, of a chi-squared distribution."""


class SignExplanation(NamedTuple):
    """Why a column has not the sign that it has by itself."""

    column: str
    """The column."""
    alone: float
    """Its coefficient if it stood alone beside the intercept."""
    because_of: dict[str, float]
    """The columns that turn it, the strongest first, with their correlations with it (rows weighted by PD · (1 - PD))."""
    beside: float
    """Its coefficient beside those columns."""


class Logit:
    """A logistic regression that is fitted; immutable. Made by :meth:`fit`. Log-odds are bad : good.

    A document: :meth:`to_json` and :meth:`from_json`, ``pickle`` and ``==`` go by it, and it scores and explains its
    signs without the sample that it was made from.
    """

    __slots__ = ("_native",)

    def __init__(self, native: _native.Logit) -> None:
        self._native = native

    @classmethod
    def fit(
        cls,
        X: Any,
        y: Any,
        *,
        weights: Any = None,
        offset: Any = None,
        clusters: Any = None,
        signs: _Sign | Mapping[str, _Sign] = "woe",
        ridge: float = 0.0,
        lasso: float = 0.0,
        likelihood_ratios: bool = False,
        binnings: Mapping[str, Binning] | None = None,
    ) -> Logit:
        """Maximum likelihood by Newton's method, unpenalised unless asked otherwise.

        ``X`` is a frame of polars, pandas, pyarrow or DuckDB, a mapping of columns or a matrix; its columns are numbers,
        all finite: what is missing needs a value of its own (a bin) before it comes here. ``y`` is 1 (bad) or 0
        (good). ``weights`` say how often a row counts, ``offset`` are log-odds bad : good that are given and not
        fitted, rows of equal ``clusters`` (a firm's years) belong together in the standard errors. Each of these may be the
        name of a column of ``X``, which is no column of the regression then.

        ``signs``: columns are taken for weights of evidence (``woe``), so that no coefficient may be above 0; one that
        would be is held at 0, and :meth:`explain_sign` says why. ``any`` for raw measures; a mapping says it column by
        column, the others being weights of evidence.

        Penalties are sums over the coefficients, ``lasso · Σ |b| + ½ · ridge · Σ b²``, without the intercept; the
        ``C`` of scikit-learn is ``1 / ridge``. ``likelihood_ratios`` tests every column by a fit without it.

        ``binnings`` are those whose weights of evidence the columns are: their stamps are kept in the document, and
        :meth:`stale` tells when they are no longer the ones.

        The same bits for any number of threads. Raises :class:`~firmrating.SeparationError`, which names the columns
        that part bads from goods, and :class:`~firmrating.InputError` for cells that are not finite (with their
        ``row``), one class only, and columns that are constant or follow from others.

        >>> import firmrating as fr
        >>> x, y = {"cash": [1, 1, 1, 1, 3, 3, 3, 3]}, [1, 1, 0, 0, 1, 0, 0, 0]
        >>> fitted = fr.Logit.fit(x, y, signs="any")
        >>> round(fitted.coefficients["cash"], 6)   # odds of 1 become 1/3 over two units: -ln(3) / 2
        -0.549306

        Source: Hosmer, Lemeshow, Sturdivant (2013), Applied Logistic Regression.
        """
        frame, rows = _sample(X, y=y, weights=weights, offset=offset, clusters=clusters)
        asked = {**_asked(frame.columns, signs, ridge, lasso), "stamps": _stamps(frame.columns, binnings)}
        return cls(_native.Logit.fit(rows, frame.columns, asked, likelihood_ratios))

    @classmethod
    def from_json(cls, text: str) -> Logit:
        """Reads and checks a document, as :meth:`to_json` gives it.

        Raises :class:`~firmrating.ModelError` for what is not one.

        >>> import firmrating as fr
        >>> fitted = fr.Logit.fit({"cash": [1, 1, 1, 3, 3, 3]}, [1, 1, 0, 1, 0, 0])
        >>> fr.Logit.from_json(fitted.to_json()) == fitted
        True
        """
        return cls(_native.Logit.from_json(text))

    def to_json(self) -> str:
        """The document as JSON text: the way there and back changes no bit."""
        return self._native.to_json()

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return self._native.names

    @property
    def stamps(self) -> dict[str, str]:
        """Stamps of the bins whose weights of evidence its columns are, by column, as far as a fit was told of them."""
        return dict(self._native.stamps)

    def stale(self, binnings: Mapping[str, Binning]) -> list[str]:
        """Columns whose bins are no longer those that it was fitted on, as far as it knows them: see :attr:`stamps`."""
        stamps = self.stamps
        return [name for name in self.names if name in binnings and stamps.get(name, "") not in ("", binnings[name].stamp)]

    @property
    def intercept(self) -> float:
        """Log-odds bad : good where every column is 0."""
        return self._native.intercept

    @property
    def coefficients(self) -> dict[str, float]:
        """Log-odds bad : good that one unit of each column adds."""
        return dict(zip(self.names, self._native.coefficients, strict=True))

    @property
    def covariance(self) -> list[list[float]] | None:
        """Covariance of intercept and coefficients, by rows; none in a penalised fit."""
        return self._native.covariance()

    @property
    def log_likelihood(self) -> float:
        """Log-likelihood of the sample, without penalty."""
        return self._native.log_likelihood

    @property
    def null_log_likelihood(self) -> float:
        """Log-likelihood with the intercept (and the offset) alone."""
        return self._native.null_log_likelihood

    @property
    def aic(self) -> float | None:
        """Akaike's criterion; lower is better. None in a penalised fit."""
        return self._native.aic

    @property
    def bic(self) -> float | None:
        """Schwarz's criterion, rows by weight; lower is better. None in a penalised fit."""
        return self._native.bic

    @property
    def steps(self) -> int:
        """Newton steps over all rows."""
        return self._native.steps

    def summary(self) -> pl.DataFrame:
        """A row a term, the intercept first.

        ``term``, ``coefficient``, ``standard_error``, ``z`` (Wald) and its two-sided ``p_value``; ``held``, whether its
        sign or a lasso holds it at 0; with ``likelihood_ratios``, ``lr`` and ``lr_p_value`` of the test against the
        fit without the column. Standard errors are null in a penalised fit and where a coefficient is held; with
        clusters they allow for them.
        """
        import polars as pl

        return pl.DataFrame(self._native.terms())

    def test(self, smaller: Logit | None = None) -> LikelihoodRatio:
        """Likelihood-ratio test against a fit to the same rows with fewer columns; without one, that all are 0."""
        tested = self._native.against_null() if smaller is None else self._native.against(smaller._native)
        return LikelihoodRatio(*tested)

    def explain_sign(self, column: str) -> SignExplanation:
        """Names the columns because of which a column turns its sign, or would turn it if it were not held at 0.

        Raises :class:`~firmrating.InputError` for a column that is not in the regression.
        """
        alone, beside, because_of = self._native.explain_sign(column)
        return SignExplanation(column, alone, dict(because_of), beside)

    def pd(self, X: Any) -> pl.Series:
        """Probabilities of default of rows, fractions, without offset; a missing cell gives NaN.

        Raises :class:`~firmrating.InputError` for a column that is not there.
        """
        return self._predicted(X, log_odds=False)

    def log_odds(self, X: Any) -> pl.Series:
        """Log-odds bad : good of rows, without offset; a missing cell gives NaN."""
        return self._predicted(X, log_odds=True)

    def _predicted(self, X: Any, *, log_odds: bool) -> pl.Series:
        import polars as pl

        rows = _matrix(picked(frame_of(X, "X"), self.names))
        made = pl.DataFrame(self._native.predict(rows, log_odds)).to_series()
        return made.alias("log_odds" if log_odds else "pd")

    def __eq__(self, other: object) -> bool:
        """Equal documents are equal."""
        return isinstance(other, Logit) and self._native == other._native

    def __hash__(self) -> int:
        """Hash of the document."""
        return hash(self.to_json())

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled by the document."""
        return Logit.from_json, (self.to_json(),)

    def __repr__(self) -> str:
        held = self.summary()["held"].sum()
        told = f", {held} held at 0" if held else ""
        return f"Logit of {len(self.names)} columns, log-likelihood {self.log_likelihood:.4f}{told}"


class Stepwise(NamedTuple):
    """What a selection by steps chose. Made by :func:`firmrating.stepwise`."""

    logit: Logit
    """The regression of the columns that stayed."""
    steps: pl.DataFrame
    """The steps, in order.

    ``variable``, ``entered`` (else it left), ``reason``, ``value``, ``because_of``, the test ``lr`` and its ``p_value``,
    ``aic`` and ``bic`` afterwards. Reasons: ``criterion``, by which alone variables enter; ``sign`` (which turned),
    ``source`` (``because_of``, which had more than it may), ``vif`` (``value``, so large).
    """
    refused: pl.DataFrame
    """Every column that is not in it: ``variable``, ``reason``, ``value``, ``because_of``.

    Reasons: ``not_wanted`` by the criterion (the p-value), ``sign`` (which would turn), ``vif`` (so large), ``source``
    (which has as many as it may), ``not_fitted`` (why).
    """


def stepwise(
    X: Any,
    y: Any,
    *,
    criterion: Literal["aic", "bic", "p_value"] = "aic",
    enter: float = 0.05,
    leave: float = 0.10,
    direction: Literal["both", "forward", "backward"] = "both",
    max_vif: float = 5.0,
    sources: Mapping[str, str] | None = None,
    max_of_source: int | None = None,
    weights: Any = None,
    offset: Any = None,
    clusters: Any = None,
    signs: _Sign | Mapping[str, _Sign] = "woe",
    binnings: Mapping[str, Binning] | None = None,
    progress: Progress = False,
) -> Stepwise:
    """Builds a regression one column at a time, each step the best that keeps to the rules; of equals the first column.

    A column enters or leaves when ``criterion`` falls, or by the p-value of the likelihood-ratio test: it enters below
    ``enter`` and leaves above ``leave``. An addition may not turn a sign, inflate a variance beyond ``max_vif``, or give a
    source (``sources`` maps columns to departments; a column that it leaves out is a source of its own) more than
    ``max_of_source`` columns; the two go together. ``backward`` starts from all
    columns and takes away first what breaks these rules: turned signs, then columns of a source that has too many, then
    those inflated too far; of those that a rule points at, the one that costs least by the criterion. So the end keeps to
    the rules whatever the direction.

    ``y``, ``weights``, ``offset`` and ``clusters`` may name columns of ``X``, which are not selected from then. ``signs``,
    one for all columns or column by column, ``binnings`` and the rest as in :meth:`Logit.fit <firmrating.Logit.fit>`, whose
    errors it raises.

    ``progress`` shows a bar (with the package ``rich``), or calls a function after each step with the columns that have
    entered or left so far and all of them; at the end with all. How many steps there will be is not known before.

    >>> import firmrating as fr
    >>> x = {"matters": [row % 4 for row in range(400)], "idle": [row % 7 for row in range(400)]}
    >>> y = [(row * 31) % 10 > 4 + 2 * (row % 4) for row in range(400)]
    >>> fr.stepwise(x, y, criterion="bic").logit.names
    ['matters']

    Source: Hosmer, Lemeshow, Sturdivant (2013), Applied Logistic Regression, on stepwise selection.
    """
    for name, given, wanted in (
        ("criterion", criterion, ("aic", "bic", "p_value")),
        ("direction", direction, ("both", "forward", "backward")),
    ):
        if given not in wanted:
            told = ", ".join(f"`{word}`" for word in wanted)
            raise input_error(f"`{name}` must be one of {told}, got `{given}`", field=name, value=given)
    frame, rows = _sample(X, y=y, weights=weights, offset=offset, clusters=clusters)
    _check_sources(frame.columns, sources, max_of_source)
    rules = {
        "criterion": (enter, leave) if criterion == "p_value" else None,
        "schwarz": criterion == "bic",
        "direction": direction,
        "most_vif": max_vif,
        "sources": [sources.get(name, name) for name in frame.columns] if sources else [],
        "most_of_source": len(frame.columns) if max_of_source is None else max_of_source,
    }
    asked = {**_asked(frame.columns, signs, 0.0, 0.0), "stamps": _stamps(frame.columns, binnings)}
    with heard(progress, "selection", len(frame.columns)) as hear:
        logit, steps, refused = _native.stepwise(rows, frame.columns, asked, rules, hear)
        if hear is not None:
            hear(len(frame.columns))
    import polars as pl

    return Stepwise(Logit(logit), pl.DataFrame(steps), pl.DataFrame(refused))


def _stamps(names: Sequence[str], binnings: Mapping[str, Binning] | None) -> dict[str, str]:
    """Stamps of the bins of columns; bins have to be told of every column or of none."""
    if binnings is None:
        return {}
    absent = [name for name in names if name not in binnings]
    if absent:
        raise input_error(f"`binnings` must have bins of every column, got none of `{absent[0]}`", field="binnings")
    return {name: binnings[name].stamp for name in names}


def _check_sources(names: Sequence[str], sources: Mapping[str, str] | None, most: int | None) -> None:
    """Refuses a limit of sources without sources, sources without a limit, and sources of columns that are not there."""
    for name, given, other, lacks in (
        ("max_of_source", most, "sources", sources is None),
        ("sources", sources, "max_of_source", most is None),
    ):
        if given is not None and lacks:
            raise input_error(f"`{name}` changes nothing without `{other}`, got `{given}`", field=name, value=given)
    if most is not None and (isinstance(most, bool) or most != int(most) or most < 1):
        message = f"`max_of_source` must be a whole number from 1, got `{most}`"
        raise input_error(message, field="max_of_source", value=most)
    unknown = [name for name in sources or {} if name not in names]
    if unknown:
        message = f"`sources` must map columns of `X` to their sources, got `{unknown[0]}`, which is no column of it"
        raise input_error(message, field="sources", value=unknown[0])


def picked(frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Columns of a frame by name; every one has to be there."""
    held = set(frame.columns)
    absent = [name for name in names if name not in held]
    if absent:
        told = ", ".join(f"`{name}`" for name in absent)
        raise input_error(f"expected the columns {told}, which the frame does not have", field=absent[0])
    # `select` would plan a query: milliseconds, where a single row takes microseconds.
    return frame[list(names)]


def _matrix(frame: pl.DataFrame) -> pl.DataFrame:
    """Its columns as doubles under the names of their places."""
    return rows_of(**{f"v{at}": numbers(frame[name], name) for at, name in enumerate(frame.columns)})


def _sample(X: Any, **given: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The columns of a regression, and its rows as the core takes them: with outcomes, weights, offset and clusters."""
    whole = frame_of(X, "X")
    taken, names = taken_from(whole, "X", **given)
    frame = whole[names]
    columns: dict[str, pl.Series | None] = {f"v{at}": numbers(frame[name], name) for at, name in enumerate(names)}
    columns |= {
        name: None if taken[name] is None and name != "y" else numbers(taken[name], name)
        for name in ("y", "weights", "offset")
    }
    columns["clusters"] = None if taken["clusters"] is None else _numbered(taken["clusters"], "clusters")
    return frame, rows_of(**columns)


def _numbered(values: Any, name: str) -> pl.Series:
    """Groups of rows as numbers from 1."""
    import polars as pl

    column = series(values, name)
    if column.null_count():
        row = column.is_null().arg_max()
        raise input_error(f"`{name}` must name a group for every row, got nothing in row `{row}`", field=name, row=row)
    return column.rank("dense").cast(pl.Float64)


def _asked(names: Sequence[str], signs: _Sign | Mapping[str, _Sign], ridge: float, lasso: float) -> dict[str, Any]:
    by_name = signs if isinstance(signs, Mapping) else dict.fromkeys(names, signs)
    for name, sign in by_name.items():
        if sign not in _SIGNS or name not in names:
            wanted = ", ".join(f"`{word}`" for word in _SIGNS)
            message = f"`signs` must be one of {wanted}, by column of `X` if at all, got `{sign}` for `{name}`"
            raise input_error(message, field="signs", value=sign)
    return {"signs": [_SIGNS[by_name.get(name, "woe")] for name in names], "ridge": ridge, "lasso": lasso}
