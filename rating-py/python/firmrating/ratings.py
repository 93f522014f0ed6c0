"""Ratings of many firms, with everything that explains them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from firmrating import _firmrating as _native
from firmrating._progress import heard
from firmrating._write import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from firmrating._firmrating import ArrowTable, Rating
    from firmrating._progress import Hear, Progress
    from firmrating.model import RatingModel

__all__ = ["Ratings"]


class Ratings:
    """Ratings of all firms of records by one model as of one day. Made by :meth:`RatingModel.rate`.

    Each table is laid out when it is first asked for, and kept.
    """

    __slots__ = ("_frames", "_native", "_progress", "as_of", "model")

    model: RatingModel
    """The model that rated."""
    as_of: str
    """The day, such as ``2025-06-30``."""

    def __init__(self, model: RatingModel, native: _native.Ratings, as_of: str, progress: Progress) -> None:
        self.model, self.as_of = model, as_of
        self._native, self._progress = native, progress
        self._frames: dict[str, pl.DataFrame] = {}
        rated = self._table("ratings", native.frame)
        if rated.height:
            # However the caller wrote the day.
            self.as_of = rated["as_of"][0].isoformat()

    @property
    def frame(self) -> pl.DataFrame:
        """A row a firm.

        ``firm_id``, ``as_of``; ``standing`` (``rated``, ``in_default``, ``not_enough_information``, ``withdrawn``);
        ``grade``, the government grade after rules (``D`` in default, ``NI`` not enough information, ``NR``
        withdrawn); ``score`` (higher is safer), ``pd`` of twelve months (higher is riskier) and ``credit_grade``;
        ``technology_score`` (0 to 100), ``technology_grade`` and ``stage`` of life; ``matrix_grade``, the government
        grade before rules; ``outcome`` of the rules and the grade of a ``cap``; ``rules_no_data``, the ids of rules that no data could answer,
        separated by blanks; ``measured`` characteristics;
        ``points_*`` and ``measured_*`` by pillar; ``answered_*``, the day of each department's latest answer;
        ``model``, ``model_version``, ``model_hash``.

        Score, PD and grades stand for every firm; only ``grade`` and ``standing`` say what it is rated.
        """
        return self._table("ratings", self._native.frame)

    @property
    def contributions(self) -> pl.DataFrame:
        """A row a firm and characteristic.

        ``firm_id``, ``pillar``, ``measure``, ``value`` or the reason in ``missing``, the ``attribute`` it fell into,
        ``points``, ``best_points``, points ``lost`` against the best attribute and ``lost_to_reference``, ``weight``
        (hundredths).
        """
        return self._table("contributions", self._native.contributions)

    @property
    def rules(self) -> pl.DataFrame:
        """A row a finding.

        ``firm_id``, ``rule``, ``finding`` (``fired``, ``frozen``, ``lifted``, ``expired``, ``not_fired``,
        ``no_data``, ``not_in_force``), ``since``, ``until``, ``objection_on``, legal ``document``.
        """
        return self._table("rules", self._native.rules)

    @property
    def coverage(self) -> pl.DataFrame:
        """A row a firm and department: ``firm_id``, ``department``, ``answered_on``, ``age_days``."""
        return self._table("coverage", self._native.coverage)

    @property
    def summary(self) -> pl.DataFrame:
        """A row a grade, least risk first, then ``D``, ``NI``, ``NR``: ``grade``, ``firms``, ``share``, ``mean_pd``."""
        import polars as pl

        grades = pl.DataFrame({"grade": [*self.model.spec["government"]["scale"], "D", "NI", "NR"]})
        counted = self.frame.group_by("grade").agg(firms=pl.len(), mean_pd=pl.col("pd").mean())
        joined = grades.join(counted, on="grade", how="left", maintain_order="left")
        firms = pl.col("firms").fill_null(0)
        return joined.select("grade", firms.cast(pl.Int64), (firms / max(len(self), 1)).alias("share"), "mean_pd")

    def rating(self, firm_id: str) -> Rating:
        """The rating of one firm."""
        return self._native.rating(firm_id)

    def __getitem__(self, firm_id: str) -> Rating:
        """The rating of one firm."""
        return self.rating(firm_id)

    def explain(self, firm_id: str, lang: Literal["en", "zh"] = "en") -> str:
        """The rating of one firm in words, on one page, in English or Chinese."""
        return self.rating(firm_id).explain(lang)

    def write(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Writes ``ratings``, ``contributions``, ``rules`` and ``coverage`` as Parquet files into a folder.

        Each file is whole or not there. The same records, model and day give the same files.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        tables = {
            "ratings": self.frame,
            "contributions": self.contributions,
            "rules": self.rules,
            "coverage": self.coverage,
        }
        return [write_whole(folder / f"{name}.parquet", frame.write_parquet) for name, frame in tables.items()]

    def __len__(self) -> int:
        """How many firms there are."""
        return len(self._native)

    def __repr__(self) -> str:
        counted = (f"{grade} {firms}" for grade, firms in self.summary.select("grade", "firms").iter_rows() if firms)
        return f"Ratings of {len(self):,} firms as of {self.as_of} by {self.model!r}: {', '.join(counted)}"

    def _table(self, name: str, lay_out: Callable[[Hear], ArrowTable]) -> pl.DataFrame:
        if name not in self._frames:
            import polars as pl

            with heard(self._progress, name, len(self)) as hear:
                self._frames[name] = pl.DataFrame(lay_out(hear))
        return self._frames[name]
