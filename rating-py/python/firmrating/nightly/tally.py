"""The sums over all partitions of a run: what gates, manifest and report are made of. No row a firm."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from firmrating.nightly.gate import Department, Tallies
from firmrating.nightly.grade_order import by_scale

if TYPE_CHECKING:
    import polars as pl

    from firmrating.nightly.part import Part
    from firmrating.nightly.plan import Plan

__all__ = ["answered_by", "tallied"]


def tallied(plan: Plan, parts: list[Part]) -> Tallies:
    """Adds up the tables of all partitions, which stay on the disk."""
    standings = _counted(parts, "ratings", "standing", "grade")
    is_compared = plan.previous is not None
    scale = plan.model.spec["government"]["scale"]
    return Tallies(
        counts=_counts(plan, parts),
        standings=_firms_by(standings, "standing"),
        answered=answered_by(_scanned(parts, "ratings")),
        migration=by_scale(_migration(parts), scale) if is_compared else None,
        decisions=None if plan.lending is None else _firms_by(_counted(parts, "applications", "decision"), "decision"),
        grades=_firms_by(standings, "grade"),
        rejects=_rejects(plan, parts),
        changes=_counted(parts, "changes", "change", "reason_kind", "reason") if is_compared else None,
        watched=_firms_by(_watched(parts), "trigger") if is_compared else {},
    )


def answered_by(ratings: pl.LazyFrame) -> dict[str, int]:
    """Firms by department that answered for them, of those that did for any; by name."""
    import polars as pl

    counted = ratings.select(pl.col(f"answered_{name}").count().alias(name) for name in sorted(get_args(Department)))
    return {name: firms for name, firms in counted.collect(engine="streaming").row(0, named=True).items() if firms}


def _scanned(parts: list[Part], table: str) -> pl.LazyFrame:
    import polars as pl

    return pl.scan_parquet([part.path(table) for part in parts], glob=False)


def _counted(parts: list[Part], table: str, *by: str) -> pl.DataFrame:
    """``firms``: how many rows of a table are alike in some columns."""
    import polars as pl

    return _scanned(parts, table).group_by(*by).agg(pl.len().cast(pl.Int64).alias("firms")).collect(engine="streaming").sort(*by, nulls_last=True)


def _firms_by(counted: pl.DataFrame, column: str) -> dict[str, int]:
    import polars as pl

    summed = counted.group_by(column).agg(pl.col("firms").sum())
    return dict(sorted(summed.iter_rows()))


def _counts(plan: Plan, parts: list[Part]) -> pl.DataFrame:
    import polars as pl

    order = {table: at for at, table in enumerate(plan.delivered)}
    counts = _scanned(parts, "counts").group_by("table").agg(pl.col("rows_in", "used", "rejected").sum()).collect()
    return counts.sort(pl.col("table").replace_strict(order))


def _migration(parts: list[Part]) -> pl.DataFrame:
    import polars as pl

    return _scanned(parts, "migration").group_by("from", "to").agg(pl.col("firms").sum()).collect()


def _rejects(plan: Plan, parts: list[Part]) -> pl.DataFrame:
    """``table``, ``rule``, ``rows`` with such a fault, ``faults``; in order of the schema, the most frequent first."""
    import polars as pl

    # Every row is in one partition, so its rows can be counted there and added up.
    by = ("table", "rule")
    counting = (pl.col("row").n_unique().cast(pl.Int64).alias("rows"), pl.len().cast(pl.Int64).alias("faults"))
    each = [pl.scan_parquet(part.path("rejects"), glob=False).group_by(*by).agg(*counting).collect() for part in parts]
    summed = pl.concat(each).group_by(*by).agg(pl.col("rows", "faults").sum())
    order = {table: at for at, table in enumerate(plan.delivered)}
    place = pl.col("table").replace_strict(order, default=len(order), return_dtype=pl.Int64)
    return summed.sort(place, -pl.col("rows"), "rule")


def _watched(parts: list[Part]) -> pl.DataFrame:
    """Firms by trigger; a firm that several rules put there counts once."""
    import polars as pl

    each = [
        pl.scan_parquet(part.path("watch"), glob=False).group_by("trigger").agg(pl.col("firm_id").n_unique().cast(pl.Int64).alias("firms"))
        for part in parts
    ]
    return pl.concat([one.collect() for one in each])
