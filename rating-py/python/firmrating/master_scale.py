"""Master scales: grades of PDs, made from data and checked on outcomes."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from firmrating import _firmrating as _native
from firmrating._files import read_document
from firmrating._firmrating import MasterScale as _Bands
from firmrating._places import checked
from firmrating._write import write_whole
from firmrating.validation import _frame

if TYPE_CHECKING:
    import polars as pl

    from firmrating.model import RatingModel

__all__ = ["MasterScale", "ScaleReport"]


class MasterScale:
    """Grades by bands of PDs, least risk first; immutable. Equal scales are equal, and a pickle is the document.

    Bands are closed below and open above, the first from 0 and the last to 1, so that every PD has one grade.

    >>> import firmrating as fr
    >>> scale = fr.MasterScale.given([0.01, 0.05], ["A", "B", "C"])
    >>> scale.grade([0.0, 0.01, 0.2]).to_list()
    ['A', 'B', 'C']
    """

    __slots__ = ("_native",)

    _native: _Bands

    def __init__(self, document: str | Mapping[str, Any]) -> None:
        self._native = checked(_native.MasterScale, "master scale document", document)

    @classmethod
    def _made(cls, native: _Bands) -> MasterScale:
        made = cls.__new__(cls)
        made._native = native
        return made

    @classmethod
    def given(cls, ends: Sequence[float], grades: Sequence[str]) -> MasterScale:
        """A scale of given ends of bands: one grade more than ends, the last open above.

        Raises :class:`~firmrating.ModelError`, whose ``errors`` name everything that is wrong.
        """
        open_above: list[float | None] = [*ends, None]
        if len(open_above) != len(grades):
            got = f"`{len(grades)}` grades and `{len(ends)}` ends"
            raise _native.InputError(f"expected one grade more than ends of bands, got {got}")
        bands = [
            {"grade": grade} | ({} if end is None else {"pd_below": end})
            for grade, end in zip(grades, open_above, strict=True)
        ]
        return cls({"master_scale": bands})

    @classmethod
    def geometric(cls, least: float, most: float, grades: int | Sequence[str]) -> MasterScale:
        """A scale of bands equally wide in ln PD; the first band ends at ``least``, the last begins at ``most``.

        ``grades`` are symbols, or a number of grades that are called ``1``, ``2`` …

        >>> import firmrating as fr
        >>> [round(end, 6) for _, end in fr.MasterScale.geometric(0.001, 0.1, 4).bands if end is not None]
        [0.001, 0.01, 0.1]
        """
        return cls._made(_native.MasterScale.geometric(least, most, _symbols(grades)))

    @classmethod
    def clustered(cls, pd: Any, grades: int | Sequence[str]) -> MasterScale:
        """A scale whose bands keep the log-odds of these PDs as near to the mean of their grade as any bands can.

        The exact solution of k-means in one dimension. PDs of 0 and 1 have no log-odds and are refused.

        >>> import firmrating as fr
        >>> pds = [0.001, 0.0012, 0.02, 0.021, 0.3]
        >>> fr.MasterScale.clustered(pds, ["A", "B", "C"]).grade(pds).to_list()
        ['A', 'A', 'B', 'B', 'C']

        Source: Wang, Song (2011), Ckmeans.1d.dp: optimal k-means clustering in one dimension, The R Journal 3(2).
        """
        return cls._made(_native.MasterScale.clustered(_frame(pd=pd), _symbols(grades)))

    @classmethod
    def benchmark(cls) -> MasterScale:
        """The scale of the benchmark PDs 0.10, 0.40, 1.0 and 1.5 %, to lay others beside: :meth:`mapping`.

        0.10 % and 0.40 % are the Eurosystem's benchmarks of credit quality steps 2 and 3 over one year, as its guideline
        states them. 1.0 % and 1.5 % are known as those of steps 4 and 5 in its temporary frameworks; they were not checked
        against a published text. A PD that is a mark belongs to the riskier band.
        """
        return cls._made(_native.MasterScale.benchmark())

    @classmethod
    def of_model(cls, model: RatingModel) -> MasterScale:
        """The master scale of a rating model.

        >>> import firmrating as fr
        >>> fr.MasterScale.of_model(fr.RatingModel.preset("tech-firm")).grades[0]
        'AAA'
        """
        return cls({"master_scale": model.spec["master_scale"]})

    @classmethod
    def from_json(cls, text: str) -> MasterScale:
        """Checks a document given as JSON text. Raises :class:`~firmrating.ModelError`."""
        return cls(text)

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> MasterScale:
        """Checks a document given as nested dictionaries, as :attr:`spec` gives it."""
        return cls(document)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> MasterScale:
        """Reads and checks the document in a file: JSON, or TOML if its name ends so."""
        return cls(read_document("master scale document", path))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the document to a file, whole or not at all, and returns its path."""
        return write_whole(path, lambda part: part.write_text(self.to_json() + "\n", encoding="utf-8"))

    def to_json(self) -> str:
        """The document as JSON text."""
        return self._native.to_json()

    @property
    def spec(self) -> dict[str, Any]:
        """The document as nested dictionaries: ``master_scale``, by which name a model holds it.

        So ``fr.RatingModel.from_dict(model.spec | scale.spec)`` is the model on another scale. Its matrix names grades,
        so the scale needs the same symbols or the matrix must change with it.
        """
        spec: dict[str, Any] = json.loads(self.to_json())
        return spec

    @property
    def bands(self) -> list[tuple[str, float | None]]:
        """Symbol and end of each band, least risk first; the last has no end."""
        return self._native.bands

    @property
    def grades(self) -> list[str]:
        """Its symbols, least risk first."""
        return [grade for grade, _ in self.bands]

    def grade(self, pd: Any) -> pl.Series:
        """The grade of each PD: an enumeration in the order of the scale, so that sorting sorts by risk."""
        import polars as pl

        graded = pl.DataFrame(self._native.grade(_frame(pd=pd)))
        return graded["grade"].cast(pl.Enum(self.grades))

    def rank(self, pd: Any) -> pl.Series:
        """The rank of the grade of each PD: 1 for the least risk."""
        import polars as pl

        return pl.DataFrame(self._native.grade(_frame(pd=pd)))["rank"]

    def check(
        self, pd: Any, bad: Any, *, min_defaults: int = 1, max_share: float = 0.3, max_concentration: float = 0.2
    ) -> ScaleReport:
        """Grades firms whose outcomes are known, and says what speaks against the scale.

        Asked for: default rates that do not fall from one grade to the next, ``min_defaults`` in each grade, at most
        ``max_share`` of the firms in one, and a concentration of at most ``max_concentration``::

            concentration = 1 + ln((CV² + 1) / K) / ln K        CV = √(K · Σ (Rᵢ − 1/K)²)

        with the shares ``R`` of ``K`` grades: 0 is even, 1 is one grade. The bounds are customary choices of this package,
        not rules of a supervisor.

        >>> import firmrating as fr
        >>> scale = fr.MasterScale.given([0.05], ["A", "B"])
        >>> report = scale.check([0.01, 0.02, 0.1, 0.2], [1, 0, 0, 0], max_share=0.6)
        >>> report.ok, report.faults["fault"].to_list()
        (False, ['few_defaults', 'not_monotone'])

        Source of the concentration index: ECB, Instructions for reporting the validation results of internal models
        (2019).
        """
        import polars as pl

        rules = {"min_defaults": min_defaults, "max_share": max_share, "max_concentration": max_concentration}
        frame, faults, concentration = self._native.check(_frame(pd=pd, bad=bad), rules)
        return ScaleReport(pl.DataFrame(frame), pl.DataFrame(faults), concentration)

    def mapping(self, onto: MasterScale | None = None) -> pl.DataFrame:
        """Its grades by the grades of another scale, the :meth:`benchmark` if none is given; a row a grade.

        Columns ``grade``, ``pd_from``, ``pd_below`` (null for the last), ``safest`` and ``riskiest``: the other scale's
        grades of the least and of the greatest PD in the band. Where they differ, prudence takes the riskiest.

        >>> import firmrating as fr
        >>> fr.MasterScale.given([0.001, 0.006], ["A", "B", "C"]).mapping()["riskiest"].to_list()
        ['<0.10%', '<1.0%', '>=1.5%']
        """
        import polars as pl

        other = MasterScale.benchmark() if onto is None else onto
        return pl.DataFrame(self._native.mapping(other._native))

    def __eq__(self, other: object) -> bool:
        """Equal bands are equal."""
        return isinstance(other, MasterScale) and self._native == other._native

    def __hash__(self) -> int:
        """Hash of the document."""
        return hash(self.to_json())

    def __reduce__(self) -> tuple[type[MasterScale], tuple[str]]:
        """A pickle is the document."""
        return (type(self), (self.to_json(),))

    def __len__(self) -> int:
        """How many grades there are."""
        return len(self.bands)

    def __repr__(self) -> str:
        ends = [f"{grade} < {end:.4%}" if end is not None else grade for grade, end in self.bands]
        return f"MasterScale({', '.join(ends)})"


@dataclass(frozen=True, eq=False)
class ScaleReport:
    """What outcomes say of a master scale. Made by :meth:`MasterScale.check`."""

    frame: pl.DataFrame
    """A row a grade: ``grade``, ``firms``, ``defaults``, ``mean_pd``, ``default_rate``, its 95 % Jeffreys interval
    ``rate_lower`` and ``rate_upper``, and ``p_value`` of the Jeffreys test that the mean PD is not too low. Null without
    firms."""
    faults: pl.DataFrame
    """A row a fault: ``fault`` (``not_monotone``, ``few_defaults``, ``large_share``, ``concentrated``), ``grade``,
    ``safer_grade`` that it defaulted less than, ``defaults``, ``value`` (share or index)."""
    concentration: float | None
    """From 0 (even) to 1 (one grade); none with one grade or without firms."""

    @property
    def ok(self) -> bool:
        """Whether nothing speaks against the scale."""
        return self.faults.is_empty()


def _symbols(grades: int | Sequence[str]) -> list[str]:
    if isinstance(grades, int):
        return [str(place) for place in range(1, grades + 1)]
    return [str(grade) for grade in grades]
