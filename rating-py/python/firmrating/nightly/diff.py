"""How two published runs differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firmrating.nightly.published import PublishedRun

if TYPE_CHECKING:
    import polars as pl

__all__ = ["diff_of", "diff_text"]


def diff_of(was: PublishedRun, now: PublishedRun) -> dict[str, Any]:
    """Migration of the grades and how many firms moved, in one pass over two columns of each run."""
    import polars as pl

    before = was.scan("ratings").select("firm_id", pl.col("grade").alias("from"))
    after = now.scan("ratings").select("firm_id", pl.col("grade").alias("to"))
    joined = before.join(after, on="firm_id", how="full", coalesce=True)
    counted = joined.group_by("from", "to").agg(pl.len().alias("firms")).collect(engine="streaming")
    migration = counted.sort("from", "to", nulls_last=True)
    told = ("as_of", "versions", "documents", "partitions")
    return {
        "was": was.folder.name,
        "now": now.folder.name,
        "same_content": was.content_hash == now.content_hash,
        "differing": [name for name in told if was.manifest[name] != now.manifest[name]],
        "moved": _sum(migration, pl.col("from") != pl.col("to")),
        "new": _sum(migration, pl.col("from").is_null()),
        "gone": _sum(migration, pl.col("to").is_null()),
        "migration": migration.to_dicts(),
    }


def diff_text(found: dict[str, Any]) -> str:
    """The same for people: a row a grade before, a column a grade after."""
    rows = found["migration"]
    before = sorted({row["from"] for row in rows}, key=lambda grade: (grade is None, grade))
    after = sorted({row["to"] for row in rows}, key=lambda grade: (grade is None, grade))
    cells = {(row["from"], row["to"]): row["firms"] for row in rows}
    lines = [
        f"{found['was']} to {found['now']}: {found['moved']:,} firms moved, {found['new']:,} new, {found['gone']:,} gone",
        "".join(["from \\ to".ljust(12), *(str(grade or "gone").rjust(10) for grade in after)]),
    ]
    lines += [
        "".join([str(row or "new").ljust(12), *(f"{cells.get((row, column), 0):,}".rjust(10) for column in after)])
        for row in before
    ]
    return "\n".join(lines)


def _sum(migration: pl.DataFrame, which: pl.Expr) -> int:
    return int(migration.filter(which)["firms"].sum())
