"""Counts and quantiles that are gathered chunk by chunk and merge: for frames larger than memory.

::

    sketch = fr.QuantileSketch()
    for chunk in frame.collect_batches():                 # or files, or the parts of a cluster
        sketch.add(chunk["sales"])
    counts = fr.PreBinCounts(sketch.edges(50))
    for chunk in frame.collect_batches():
        counts.add(chunk["sales"], chunk["bad"])
    binning = fr.Binning.from_counts(counts, max_bins=6)

Both travel between machines, by ``pickle`` or as JSON, without losing a bit.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from firmrating import _firmrating as _native
from firmrating._binning_options import edges as edges_of
from firmrating._binning_options import special_groups
from firmrating._columns import numbers, periods_of, rows_of, words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firmrating.binning import _Special

__all__ = ["PreBinCounts", "QuantileSketch"]


class PreBinCounts:
    """Counts of a sample by pre-bin, special group, missing value and period.

    The counts of two parts of a sample merge to those of the whole, bit by bit, in whatever order and however it was
    parted: sums are exact. They travel as JSON (:meth:`to_json`) and by ``pickle``. :meth:`Binning.from_counts <firmrating.Binning.from_counts>` makes bins of them.
    """

    __slots__ = ("_native",)

    def __init__(
        self,
        edges: Iterable[float] | None,
        *,
        special: _Special = None,
        amounts: bool = False,
    ) -> None:
        """Without rows so far. ``edges`` are finite and ascend, pre-bins being ``[a, b)``; ``None`` for words.

        ``special`` as in :meth:`Binning.fit <firmrating.Binning.fit>`; ``amounts`` says that ``y`` will be an amount.
        Raises :class:`~firmrating.InputError` for edges that do not ascend, and special values of the other kind.
        """
        given = None if edges is None else edges_of("edges", edges)
        self._native = _native.PreBinCounts(given, json.dumps(special_groups(special)), amounts)

    @classmethod
    def from_json(cls, text: str) -> PreBinCounts:
        """Reads and checks a document, as :meth:`to_json` gives it.

        Raises :class:`~firmrating.ModelError` for what is not one.

        >>> import firmrating as fr
        >>> part = fr.PreBinCounts([2.5])
        >>> part.add([1, 2, 3], [1, 0, 0])
        >>> whole = fr.PreBinCounts([2.5])
        >>> whole.merge(fr.PreBinCounts.from_json(part.to_json()))
        >>> whole == part
        True
        """
        made = cls.__new__(cls)
        made._native = _native.PreBinCounts.from_json(text)
        return made

    def to_json(self) -> str:
        """The document as JSON text: the way there and back changes no bit."""
        return self._native.to_json()

    def add(self, x: Any, y: Any, *, weights: Any = None, periods: Any = None) -> None:
        """Counts further rows; columns as in :meth:`Binning.fit <firmrating.Binning.fit>`.

        ``periods`` are whole numbers or days, so that those of two chunks are the same. Raises
        :class:`~firmrating.InputError` as there; nothing is counted then.
        """
        rows = rows_of(
            x=words(x, "x") if self._native.edges is None else numbers(x, "x"),
            y=numbers(y, "y"),
            weights=None if weights is None else numbers(weights, "weights"),
            periods=None if periods is None else periods_of(periods, whole=False),
        )
        self._native.add(rows)

    def merge(self, other: PreBinCounts) -> None:
        """Adds the counts of another part of the sample.

        Raises :class:`~firmrating.InputError` unless they are by the same pre-bins and of the same kind of target.
        """
        self._native.merge(other._native)

    @property
    def edges(self) -> list[float] | None:
        """The edges of the pre-bins; ``None`` for words."""
        return self._native.edges

    @property
    def special(self) -> dict[str, list[float]] | dict[str, list[str]]:
        """The special groups by name."""
        return {group["name"]: group["values"] for group in json.loads(self._native.special)}

    def __eq__(self, other: object) -> bool:
        """Equal counts are equal."""
        return isinstance(other, PreBinCounts) and self._native == other._native

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled by the document."""
        return PreBinCounts.from_json, (self.to_json(),)


class QuantileSketch:
    """Quantiles of more numbers than memory holds, with a bound of the error that holds for certain.

    >>> import firmrating as fr
    >>> sketch = fr.QuantileSketch(1000)
    >>> sketch.add(range(800))
    >>> sketch.edges(4), sketch.rank_error
    ([200.0, 400.0, 600.0], 0.0)

    Source: Munro, Paterson (1980); Manku, Rajagopalan, Lindsay (1998).
    """

    __slots__ = ("_native",)

    def __init__(self, capacity: int = 4096) -> None:
        """Without numbers so far; exact up to ``capacity`` of them, an even number from 2 to 1,000,000.

        With 4,096 a rank is off by at most 0.28 % of the rows (or their weight) after a billion. Raises :class:`~firmrating.InputError`
        for another capacity.
        """
        self._native = _native.QuantileSketch(capacity)

    def add(self, x: Any, *, weights: Any = None) -> None:
        """Adds a column of numbers; what is missing is left out. Leave special values out yourself.

        ``weights`` are finite, from 0 to 1e12; what has no weight is left out, and weights of 1 change nothing. With
        them :meth:`edges` and :attr:`rank_error` are about weight, not rows. Raises :class:`~firmrating.InputError` for
        other weights, with their ``row``, and for columns of different lengths; nothing is added then.

        >>> import firmrating as fr
        >>> sketch = fr.QuantileSketch()
        >>> sketch.add([1, 2, 3, 4], weights=[5, 1, 1, 3])
        >>> sketch.edges(2), sketch.weight
        ([2.0], 10.0)
        """
        self._native.add(rows_of(x=numbers(x, "x"), weights=None if weights is None else numbers(weights, "weights")))

    def merge(self, other: QuantileSketch) -> None:
        """Adds what another sketch of the same capacity has seen."""
        self._native.merge(other._native)

    def edges(self, bins: int) -> list[float]:
        """Edges of so many pre-bins of about equal size (by weight), ascending; fewer where many rows share a number."""
        return self._native.edges(bins)

    @classmethod
    def from_json(cls, text: str) -> QuantileSketch:
        """Reads and checks a document, as :meth:`to_json` gives it.

        Raises :class:`~firmrating.ModelError` for what is not one.
        """
        made = cls.__new__(cls)
        made._native = _native.QuantileSketch.from_json(text)
        return made

    def to_json(self) -> str:
        """The document as JSON text: a sketch that is read goes on as if it had never been written."""
        return self._native.to_json()

    @property
    def rows(self) -> int:
        """Numbers seen."""
        return self._native.rows

    @property
    def weight(self) -> float:
        """Weight of the numbers seen; without weights the number of them."""
        return self._native.weight

    @property
    def rank_error(self) -> float:
        """By how many rows, or with weights by how much weight, the rank of an edge can be off at most.

        Beside it the weight below an edge is off by that of the heaviest number, as rows have no parts.
        """
        return self._native.rank_error

    def __eq__(self, other: object) -> bool:
        """Equal if they have seen the same in the same way."""
        return isinstance(other, QuantileSketch) and self._native == other._native

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled by the document."""
        return QuantileSketch.from_json, (self.to_json(),)
