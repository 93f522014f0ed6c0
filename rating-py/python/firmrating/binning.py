"""Bins of variables, chosen exactly: the first step from data to a scorecard.

A bin is ``[a, b)``. ``y`` is 1 for a bad and 0 for a good; weight of evidence is ``ln(share of goods / share of bads)``,
so a higher one is safer. Shares are of the whole sample, missing and special values included. A cell without goods or
without bads counts as half a row of mean weight, and only such a cell, so that without one the information value is
the one of the textbook.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, Literal

from firmrating import _firmrating as _native
from firmrating._binning_options import (
    OPTIONS,
    are_amounts,
    as_document,
    edges,
    policy_of,
    refuse_about_pre_bins,
    refuse_idle,
)
from firmrating._columns import input_error, numbers, periods_of, rows_of, variable, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import polars as pl

    from firmrating.pre_bin_counts import PreBinCounts

    _Trend = Literal["auto", "none", "ascending", "descending", "peak", "valley", "concave", "convex"]
    _Objective = Literal["iv", "jensen_shannon", "hellinger", "squared_error"]
    _PreBins = Literal["tree", "quantile", "equal_width"]
    _Policy = Literal["own", "worst", "best", "neutral", "nearest"] | int | Mapping[str, str]
    _Unseen = Literal["worst", "best", "neutral", "missing"]
    _Values = float | Sequence[float] | str | Sequence[str]
    _Special = Mapping[str, _Values] | _Values | None

__all__ = ["Binning"]


class Binning:
    """Bins of one variable, with all that their table is made of; immutable. Made by :meth:`fit`.

    A document: :meth:`to_json` and :meth:`from_json`, ``pickle`` and ``==`` go by it, and it scores without the sample
    that it was made from.
    """

    __slots__ = ("_native", "name")

    name: str
    """Name of the variable, if the column had one."""

    def __init__(self, native: _native.Binning, name: str = "x") -> None:
        self._native, self.name = native, name

    @classmethod
    def fit(
        cls,
        x: Any,
        y: Any,
        *,
        trend: _Trend = "auto",
        candidates: Iterable[float] | None = None,
        fixed: Iterable[float] | None = None,
        min_bins: int | None = None,
        max_bins: int | None = None,
        min_share: float | None = None,
        max_share: float | None = None,
        min_goods: int | None = None,
        min_bads: int | None = None,
        min_rate_gap: float = 0.0,
        max_p_value: float | None = None,
        weights: Any = None,
        periods: Any = None,
        special: _Special = None,
        missing: _Policy = "own",
        objective: _Objective = "iv",
        special_policy: _Policy = "own",
        unseen: _Unseen = "worst",
        kind: Literal["numbers", "words"] | None = None,
        rare_share: float = 0.0,
        pre_bins: _PreBins = "tree",
        max_pre_bins: int = 20,
        min_pre_bin_share: float = 0.05,
        min_rows: int | None = None,
        max_rows: int | None = None,
        min_weight_share: float | None = None,
        max_weight_share: float | None = None,
        min_weight: float | None = None,
        max_weight: float | None = None,
        p_value_of: Literal["consecutive", "all"] = "consecutive",
        trends: Sequence[_Trend] | None = None,
        turn_penalty: float = 0.05,
    ) -> Binning:
        """The best binning of a variable: exact among all that the pre-bins can make and that meet every constraint.

        Of binnings whose objective is within 1e-12 of the greatest, the one with the fewest bins, then the one with
        the leftmost edges. The same bits whatever the order of the rows and the number of threads.

        ``x`` is a series of polars or pandas, a numpy or pyarrow array or a list: numbers, or words, whose dtype says
        so; ``kind`` overrules it. Null and NaN are missing; infinities fall into the outer bins. ``y`` is 1 (bad) or
        0 (good), nothing missing; with ``objective="squared_error"`` it is an amount, such as a loss given default.
        ``weights`` are finite and not negative.

        Edges: ``candidates`` are those to choose among, else pre-bins are made by ``pre_bins``, at most
        ``max_pre_bins`` (up to 256), in a tree with at least ``min_pre_bin_share`` of the rows each; beside a value that
        alone holds that share, 20 rows are enough if their bad rate differs beyond chance (p-value 0.001), so that a
        rare decisive flag is a bin. ``fixed`` edges are always kept. Words are their own pre-bins, in the order of their bad rate; those with less than
        ``rare_share`` of the rows are one together; at most 256 are left.

        Trend of the bad rate from bin to bin: ``auto`` solves each of ``trends`` (descending, ascending, peak, valley)
        and takes the greatest ``objective · (1 - turn_penalty · turns)``, where peak and valley have one turn;
        :attr:`alternatives` shows them all. Words stand in the order of their bad rate, so they can be ``ascending``
        (as ``auto`` is for them) or ``none``, and no other. ``concave`` and ``convex`` ask for ``max_bins`` with more than
        168 pre-bins (at most 49 bins with 256), so that their table stays within 1 GiB.

        Constraints, all hard: number of bins; shares and counts of rows, and of weight, in a bin, shares being
        fractions of the whole sample; goods and bads in a bin; ``min_rate_gap`` between the bad rates of neighbours;
        ``max_p_value`` of the test that two bins have one bad rate, of neighbours or (``p_value_of="all"``) of all
        pairs, which without a ``max_p_value`` is refused; with ``periods``, a period for each row, one direction in every period.

        Values that fall into no bin have a line of their own in the table. ``special`` names them: a mapping of names
        to values, or values that are one group: numbers of a variable of numbers, words of a variable of words, which
        are then never put together with rare ones. ``missing`` and ``special_policy`` say what they count as: ``own`` (what
        their line shows), the ``worst`` or ``best`` bin, ``neutral`` (0), the bin of the ``nearest`` bad rate, the place of a
        bin counted from 0, or a bin by its label, ``{"bin": "[1, 3)"}``, as the table writes it. ``unseen`` is for words that the sample does not hold.

        A sample of which one bin is the best that the constraints allow gives that bin, and :attr:`remark` says why
        (``min_pre_bin_share``, ``rare_share`` and ``pre_bins`` are named too, where they keep values together);
        ``min_bins=2`` has it refused.

        Raises :class:`~firmrating.InfeasibleError` if nothing meets every constraint, with the ``binding`` constraint
        and its ``nearest`` feasible value; :class:`~firmrating.InputError` for columns of different lengths, outcomes
        that are neither good nor bad (with their ``row``), options outside their domain, options that would change
        nothing (of pre-bins, edges and trends for words, ``rare_share`` and ``unseen`` for numbers, ``pre_bins`` beside
        ``candidates``, ``trends`` beside a ``trend``), special words of a variable of numbers or the reverse, and a sample without goods, bads or values.

        >>> import firmrating as fr
        >>> binning = fr.Binning.fit([1, 2, 3, 4, 5, 6, 7], [1, 0, 1, 1, 0, 0, 0], trend="descending")
        >>> binning.splits
        [4.5]
        >>> answers = ["yes", "no", "yes", "no", "n/a", "?", "refused"]
        >>> special = {"unknown": ["n/a", "?"], "refused": "refused"}
        >>> fr.Binning.fit(answers, [1, 0, 1, 1, 0, 1, 0], special=special).transform(["?", "no"], to="bin").to_list()
        ['unknown', 'no']

        Source of the problem: Navas-Palencia (2020), Optimal binning, arXiv 2001.08025; solved here by dynamic
        programming.
        """
        given = locals()
        options = {name: given[name] for name in OPTIONS}
        column = variable(x, "x", kind)
        refuse_idle(options, is_words=not column.dtype.is_float())
        rows = rows_of(x=column, **_outcomes(y, weights, periods))
        native = _native.Binning.fit(rows, as_document(options), are_amounts(options))
        return cls(native, _name_of(x))

    @classmethod
    def from_counts(cls, counts: PreBinCounts, *, name: str = "x", **options: Any) -> Binning:
        """The best binning of counts that were gathered chunk by chunk or in many places.

        ``options`` are those of :meth:`fit` that are not about pre-bins; ``candidates``, ``pre_bins``, ``max_pre_bins``,
        ``min_pre_bin_share``, ``special`` and ``kind`` are settled by the counts and refused. Raises as :meth:`fit`.

        >>> import firmrating as fr
        >>> counts = fr.PreBinCounts([2.5, 3.5, 4.5])
        >>> for x, y in [([1, 2], [1, 0]), ([3, 4], [1, 0]), ([5, 6], [0, 0])]:
        ...     counts.add(x, y)
        >>> fr.Binning.from_counts(counts).splits
        [3.5]
        """
        refuse_about_pre_bins(options)
        refuse_idle(options, is_words=counts.edges is None, name=name)
        options = {**options, "special": counts.special}
        return cls(_native.Binning.from_counts(counts._native, as_document(options)), name)

    @classmethod
    def from_json(cls, text: str, *, name: str = "x") -> Binning:
        """Reads and checks a document, as :meth:`to_json` gives it.

        Raises :class:`~firmrating.ModelError` for what is not one.
        """
        return cls(_native.Binning.from_json(text), name)

    def to_json(self) -> str:
        """The document as JSON text: everything but the name, so that the way there and back changes no bit."""
        return self._native.to_json()

    @property
    def stamp(self) -> str:
        """SHA-256 of the bins. What was fitted on them keeps it, and is stale when it is no longer the one."""
        return self._native.stamp

    @property
    def splits(self) -> list[float]:
        """The edges between bins, which are closed below and open above; none for words."""
        return self._native.splits

    @property
    def groups(self) -> list[list[str]]:
        """The words of each bin; none for numbers."""
        return self._native.groups

    @property
    def iv(self) -> float:
        """Information value over all lines of the table, missing and special ones included; not below 0.

        For amounts the squared error that the lines explain.
        """
        return self._native.iv

    @property
    def objective(self) -> float:
        """What was made as large as possible, over the bins alone."""
        return self._native.objective

    @property
    def trend(self) -> str:
        """The trend that was asked for or chosen."""
        return self._native.trend

    @property
    def alternatives(self) -> pl.DataFrame:
        """Every trend that was solved: ``trend``, ``bins``, ``objective``, ``penalised``, ``chosen``.

        Null where nothing meets the constraints. The greatest ``penalised`` is chosen; of equals the one with fewer
        turns, then the first.
        """
        import polars as pl

        return pl.DataFrame(self._native.alternatives())

    @property
    def remark(self) -> str | None:
        """Why there is a single bin, where a weaker constraint would allow more."""
        remark = self._native.remark()
        return None if remark is None else remark[0]

    @property
    def revisions(self) -> list[dict[str, Any]]:
        """The edits that led here, the first first: ``before`` (a stamp), ``author``, ``time``, ``reason``, ``change``."""
        revisions: list[dict[str, Any]] = json.loads(self._native.revisions())
        return revisions

    def table(self, beside: Any = None) -> pl.DataFrame:
        """The lines: bins, special groups, ``missing``, for words ``unseen``, and the ``total``.

        ``bin`` and its ``kind`` (``band``, ``words``, ``special``, ``missing``, ``unseen``, ``total``), ``from`` and
        ``to``; ``rows`` and their ``share``; with weights ``weight`` and ``weight_share``; ``goods`` and ``bads`` (by
        weight); ``bad_rate`` with its 95 % interval of Jeffreys, ``bad_rate_lower`` and ``bad_rate_upper``; ``woe`` and
        what the line adds to ``iv``; ``p_value`` of the test that a bin and the one before have one bad rate;
        ``policy`` of a line that is no bin, and the weight of evidence that its values ``counts_as``. Shares and rates
        are fractions. For amounts ``sum``, ``mean`` with its interval and ``explained`` stand for the columns of
        classes.

        ``beside`` is another sample, ``(x, y)`` or ``(x, y, weights)``: its columns follow with ``_beside`` behind
        their names, and ``psi``, what each line adds to the population stability index.
        """
        import polars as pl

        if beside is None:
            return _plain(pl.DataFrame(self._native.table()))
        if not isinstance(beside, tuple | list) or not 2 <= len(beside) <= 3:
            message = f"`beside` must be a sample, `(x, y)` or `(x, y, weights)`, got `{type(beside).__name__}`"
            raise input_error(message, field="beside")
        x, y, *more = beside
        rows = rows_of(x=self._column(x), **_outcomes(y, more[0] if more else None, None))
        return _plain(pl.DataFrame(self._native.beside(rows)))

    def transform(self, x: Any, *, to: Literal["woe", "place", "bin"] = "woe") -> pl.Series:
        """What each value counts as; never an error for a value, whatever it is.

        ``woe``: weight of evidence (the mean, for amounts). ``place``: the line of :meth:`table`, counted from 0.
        ``bin``: its name. Null and NaN are missing, a word that the sample did not hold is unseen, each by its policy;
        infinities fall into the outer bins.

        Raises :class:`~firmrating.InputError` for a column of words where numbers are binned.

        >>> import firmrating as fr
        >>> binning = fr.Binning.fit([1, 2, 3, 4, None], [1, 1, 0, 1, 0], fixed=[2.5], candidates=[])
        >>> binning.transform([0, 2.5, float("nan"), float("inf")], to="bin").to_list()
        ['< 2.5', '>= 2.5', 'missing', '>= 2.5']
        """
        import polars as pl

        if to not in ("woe", "place", "bin"):
            raise input_error(f"`to` must be `woe`, `place` or `bin`, got `{to}`", field="to", value=to)
        rows = rows_of(x=self._column(x))
        native = self._native.transform(rows) if to == "woe" else self._native.places(rows)
        made = pl.DataFrame(native).to_series().alias(_name_of(x, self.name))
        if to == "bin":
            made = self.table()["bin"].gather(made).alias(made.name)
        return made

    def edit(
        self,
        *,
        author: str,
        reason: str,
        time: str | dt.datetime | None = None,
        splits: Iterable[float] | None = None,
        groups: Iterable[Iterable[str]] | None = None,
        missing: _Policy | None = None,
        special_policy: _Policy | None = None,
        unseen: _Unseen | None = None,
        x: Any = None,
        y: Any = None,
        weights: Any = None,
    ) -> Binning:
        """A new binning with one change, which is honoured as given: no limit is checked. This one stays as it is.

        ``splits`` are edges of pre-bins, ``groups`` hold every word once, rare words together; the rest as in :meth:`fit`.
        ``author`` and ``reason`` are not empty; ``time`` is now, in UTC, unless it is given. What was fitted on this one has
        its :attr:`stamp`, and so is stale for the new one.

        With the data that this binning was made from, ``x``, ``y`` and ``weights`` as :meth:`fit` took them, ``splits`` are
        any finite edges, and ``groups`` may part rare words: the rows are counted anew. The data are refused if they are
        others. The pre-bins become finer by the new edges, and the revision says ``recounted``.

        Raises :class:`~firmrating.InputError` for none or several changes, edges or words that are not there, data with
        another change than ``splits`` or ``groups``, ``x`` without ``y`` or the reverse, and data with other rows, bads or
        weight in a pre-bin, a special group or among the missing than this binning has, which it names.

        >>> import firmrating as fr
        >>> x, y = [1, 2, 3, 4], [1, 1, 0, 0]
        >>> binning = fr.Binning.fit(x, y, fixed=[2.5], candidates=[])
        >>> binning.edit(splits=[1.5, 3.5], author="analyst", reason="as the contract has it", x=x, y=y).splits
        [1.5, 3.5]
        """
        changes = {
            "splits": None if splits is None else edges("splits", splits),
            "groups": None if groups is None else [list(group) for group in groups],
            "missing": None if missing is None else policy_of("missing", missing),
            "special": None if special_policy is None else policy_of("special_policy", special_policy),
            "unseen": unseen,
        }
        given = {name: change for name, change in changes.items() if change is not None}
        if len(given) != 1:
            message = f"expected one change of `splits`, `groups`, `missing`, `special_policy`, `unseen`, got `{len(given)}`"
            raise input_error(message)
        if time is None:
            time = dt.datetime.now(dt.UTC)
        when = time if isinstance(time, str) else time.isoformat(timespec="seconds")
        told = (author, when, reason, json.dumps(given))
        if x is None and y is None and weights is None:
            return Binning(self._native.edited(*told), self.name)
        for name, column in (("x", x), ("y", y)):
            if column is None:
                raise input_error(f"`{name}` must be given with the other data of the binning, got none", field=name)
        rows = rows_of(x=self._column(x), **_outcomes(y, weights, None))
        return Binning(self._native.edited_from(rows, *told), self.name)

    def plot(self, **options: Any) -> Any:
        """The bins as a figure: shares, bad rates with their intervals, weights of evidence; see ``plots.bins``.

        Of amounts: means with their intervals, and what each line explains.
        """
        from importlib import import_module

        return import_module("firmrating.plots").bins(self.table(), **options)

    def _column(self, x: Any) -> pl.Series:
        return words(x, "x") if self._native.is_words else numbers(x, "x")

    def __eq__(self, other: object) -> bool:
        """Equal documents are equal."""
        return isinstance(other, Binning) and self._native == other._native

    def __hash__(self) -> int:
        """Hash of the stamp."""
        return hash(self.stamp)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled by the document."""
        return _unpickled, (self.to_json(), self.name)

    def __repr__(self) -> str:
        bins = f"{len(self.groups)} groups" if self._native.is_words else f"splits {self.splits}"
        worth = "explained" if self._native.is_amounts else "iv"
        remark = "" if self.remark is None else f", one bin: {self.remark}"
        return f"Binning({self.name}: {bins}, {self.trend}, {worth} {self.iv:.4f}{remark})"


def _unpickled(text: str, name: str) -> Binning:
    return Binning.from_json(text, name=name)


def _outcomes(y: Any, weights: Any, periods: Any) -> dict[str, pl.Series | None]:
    """The columns beside the variable."""
    return {
        "y": numbers(y, "y"),
        "weights": None if weights is None else numbers(weights, "weights"),
        "periods": None if periods is None else periods_of(periods, whole=True),
    }


def _name_of(x: Any, otherwise: str = "x") -> str:
    """The name of a column, if its library names columns."""
    name = getattr(x, "name", None)
    return str(name) if isinstance(name, str) and name else otherwise


def _plain(table: pl.DataFrame) -> pl.DataFrame:
    """Without columns of weight where no row has one, and then with goods and bads as counts."""
    import polars as pl

    for end in ("", "_beside"):
        if f"weight{end}" in table.columns and (table[f"weight{end}"] == table[f"rows{end}"]).all():
            table = table.drop(f"weight{end}", f"weight_share{end}")
            counts = [name for name in (f"goods{end}", f"bads{end}") if name in table.columns]
            table = table.with_columns(pl.col(counts).cast(pl.UInt64))
    return table
