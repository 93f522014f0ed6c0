"""How two published runs differ."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from firmrating.nightly.comparison import Comparison, compare, summed_migration
from firmrating.nightly.grade_order import by_scale, in_order
from firmrating.nightly.partition import read_partition, split
from firmrating.nightly.published import FORMAT, PublishedRun

if TYPE_CHECKING:
    import polars as pl

__all__ = ["diff_of", "diff_text"]

_TOLD = ("as_of", "versions", "documents", "partitions")
# Reasons that people see; JSON has all.
_MOST = 10


def diff_of(was: PublishedRun, now: PublishedRun) -> dict[str, Any]:
    """Migration of the grades, in the order of the scale, and what moved the firms: by the comparison that a run makes.

    ``moved`` counts firms of both runs whose grade differs. ``changes`` has the firms by ``change``, ``reason_kind`` and
    ``reason``; within a change, what moved most firms comes first. Memory holds one partition, and the moved firms.
    """
    import polars as pl

    scale = _scale(now) or _scale(was)
    with TemporaryDirectory() as scratch:
        found = list(_compared(was, now, scale, Path(scratch)))
    migration = by_scale(summed_migration([one.migration for one in found]), scale)
    by = ("change", "reason_kind", "reason")
    changes = pl.concat(one.changes.select(by) for one in found).group_by(by).agg(pl.len().cast(pl.Int64).alias("firms"))
    return {
        "was": was.folder.name,
        "now": now.folder.name,
        "same_content": was.content_hash == now.content_hash,
        "differing": [name for name in _TOLD if was.manifest[name] != now.manifest[name]],
        "scale": scale,
        "moved": _sum(migration, pl.col("from") != pl.col("to")),
        "new": _sum(migration, pl.col("from").is_null()),
        "gone": _sum(migration, pl.col("to").is_null()),
        "migration": migration.to_dicts(),
        "changes": changes.sort("change", -pl.col("firms"), "reason_kind", "reason", nulls_last=True).to_dicts(),
    }


def diff_text(found: dict[str, Any]) -> str:
    """The same for people: a row a grade before, a column a grade after; then what moved most firms."""
    cells = {(row["from"], row["to"]): row["firms"] for row in found["migration"]}
    before, after = (in_order({pair[side] for pair in cells}, found["scale"]) for side in (0, 1))
    lines = [
        f"{found['was']} to {found['now']}: {found['moved']:,} firms moved, {found['new']:,} new, {found['gone']:,} gone",
        "".join(["from \\ to".ljust(12), *(str(grade or "gone").rjust(10) for grade in after)]),
    ]
    lines += [
        "".join([str(row or "new").ljust(12), *(f"{cells.get((row, column), 0):,}".rjust(10) for column in after)])
        for row in before
    ]
    reasons = [row for row in found["changes"] if row["change"] not in {"new", "gone"}]
    reasons.sort(key=lambda row: -row["firms"])
    lines += ["what moved most firms"] if reasons else []
    lines += [f"  {row['firms']:,} {row['change']}: {_reason(row)}" for row in reasons[:_MOST]]
    return "\n".join(lines)


def _reason(row: dict[str, Any]) -> str:
    return "no reason found" if row["reason"] is None else f"{row['reason_kind']} {row['reason']}"


def _scale(run: PublishedRun) -> list[str]:
    """The scale of the model of a run; of a run that does not tell it, that of the preset if it was rated by that."""
    from firmrating.model import RatingModel

    told = run.manifest.get("scale")
    if told is None:
        preset = RatingModel.preset()
        told = preset.spec["government"]["scale"] if preset.hash == run.manifest["documents"]["model"]["hash"] else []
    return list(told)


def _compared(was: PublishedRun, now: PublishedRun, scale: list[str], scratch: Path) -> Iterator[Comparison]:
    """The comparison of each partition."""
    moved = _moved(was, now)
    # Points are asked of firms that moved alone, and only where both runs tell them by measure.
    names = ["ratings", "rules", *(["contributions"] if all("contributions" in run.names for run in (was, now)) else [])]
    sides = {"was": was, "now": now}
    for side, run in sides.items():
        if not _is_aligned(run, now):
            for name in names:
                split(_rows(run, name, moved), "firm_id", now.partitions, scratch / side / name)

    def tables(side: str, partition: int) -> dict[str, pl.DataFrame]:
        if not _is_aligned(sides[side], now):
            return {name: read_partition(scratch / side / name, partition).sort("firm_id", maintain_order=True) for name in names}
        return {name: _rows(sides[side], name, moved, partition).collect() for name in names}

    for partition in range(now.partitions):
        yield compare(tables("now", partition), tables("was", partition), scale, ())


def _is_aligned(run: PublishedRun, now: PublishedRun) -> bool:
    """Whether a firm is in the partition of a run in which this version looks for it."""
    return run.manifest["format"] == FORMAT and run.partitions == now.partitions


def _moved(was: PublishedRun, now: PublishedRun) -> pl.DataFrame:
    """The firms whose grade differs, or that are in one run alone."""
    import polars as pl

    grades = [run.scan("ratings").select("firm_id", "grade") for run in (was, now)]
    joined = grades[0].join(grades[1], on="firm_id", how="full", coalesce=True, suffix="_now")
    return joined.filter(pl.col("grade").ne_missing(pl.col("grade_now"))).select("firm_id").collect(engine="streaming")


def _rows(run: PublishedRun, name: str, moved: pl.DataFrame, partition: int | None = None) -> pl.LazyFrame:
    import polars as pl

    files = run.files(name)
    rows = pl.scan_parquet(files if partition is None else [files[partition]], glob=False)
    return rows if name != "contributions" else rows.join(moved.lazy(), on="firm_id", how="semi", maintain_order="left")


def _sum(migration: pl.DataFrame, which: pl.Expr) -> int:
    return int(migration.filter(which)["firms"].sum())
