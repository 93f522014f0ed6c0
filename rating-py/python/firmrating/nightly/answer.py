"""The answers of one partition: rated anew, or in a delta run as far as the records changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firmrating.nightly.comparison import compare, summed_migration
from firmrating.nightly.delta import changed_firms, is_of, still_tables
from firmrating.nightly.fingerprint import fingerprints
from firmrating.nightly.kernel import rate_partition
from firmrating.nightly.loans import OFFERED
from firmrating.nightly.partition import read_partition, split
from firmrating.nightly.published import FORMAT
from firmrating.nightly.source import ROW, firm_column

if TYPE_CHECKING:
    import polars as pl

    from firmrating.nightly.plan import Plan
    from firmrating.nightly.published import PublishedRun
    from firmrating.nightly.work import WorkFolder

__all__ = ["answer", "split_previous"]

# What a comparison reads of the earlier run.
_COMPARED = ("ratings", "contributions", "rules")
_MOVED = "__moved__"


def answer(plan: Plan, work: WorkFolder, partition: int) -> dict[str, pl.DataFrame]:
    """Every table of one partition, those of the comparison included."""
    frames = {table: read_partition(work.split(table), partition, order=ROW) for table in plan.tables}
    loans = {table: read_partition(work.split(table), partition, order=ROW) for table in plan.loans}
    if plan.document.mode == "delta":
        return _delta(plan, work, partition, frames, loans)
    now = _rate(plan, frames, loans)
    if plan.document.outputs.fingerprints:
        now["fingerprints"] = fingerprints(frames)
    if plan.previous is not None:
        now |= _compared(plan, now, {name: _was(plan, plan.previous, work, name, partition) for name in _compared_tables(plan.previous)})
    return now


def split_previous(plan: Plan, work: WorkFolder) -> None:
    """Splits the run compared with as this one is split, if it was laid out otherwise."""
    previous = plan.previous
    if previous is None or _same_layout(plan, previous):
        return
    for name in _compared_tables(previous):
        if not work.was(name).is_dir():
            previous.check(name)
            split(previous.scan(name), "firm_id", plan.partitions, work.was(name))


def _rate(plan: Plan, frames: dict[str, pl.DataFrame], loans: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    document = plan.document
    return rate_partition(
        frames,
        plan.model,
        plan.rulebook,
        document.as_of,
        contributions=document.outputs.contributions,
        extra_columns=document.extra_columns,
        lending=plan.lending,
        loans=loans,
    )


def _delta(
    plan: Plan, work: WorkFolder, partition: int, frames: dict[str, pl.DataFrame], loans: dict[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """Rates the firms whose records changed or that ask for a loan, and takes over the answers of the others."""
    import polars as pl

    previous = plan.previous
    assert previous is not None
    still = still_tables(plan)
    changed = changed_firms(plan, work, still)
    changed = changed.filter(changed % plan.partitions == partition)
    picked = {table: frame.filter(is_of(firm_column(table, frame.columns), changed)) for table, frame in frames.items()}
    now = _rate(plan, picked, loans) | {"fingerprints": fingerprints(picked)}
    moved, held = {}, {}
    for name in now.keys() - {"rejects", "counts", *OFFERED}:
        before = previous.partition(name, partition).with_columns(is_of("firm_id", changed).alias(_MOVED))
        moved[name], held[name] = (before.filter(which).drop(_MOVED) for which in (pl.col(_MOVED), ~pl.col(_MOVED)))
    compared = _compared(plan, now, moved)
    stayed = held["ratings"].group_by(pl.col("grade").alias("from"), pl.col("grade").alias("to")).agg(pl.len().cast(pl.Int64).alias("firms"))
    compared["migration"] = summed_migration([compared["migration"], stayed])
    now |= {name: pl.concat([now[name], rows]).sort("firm_id", maintain_order=True) for name, rows in held.items()}
    is_still = pl.col("table").is_in(still)
    rejects = [now["rejects"].filter(~is_still), previous.partition("rejects", partition).filter(is_still)]
    now["rejects"] = pl.concat(rejects).sort("table", "row", maintain_order=True)
    taken_over = {table: frame.height - picked[table].height for table, frame in frames.items()}
    more = pl.col("rows_in", "used") + pl.col("table").replace_strict(taken_over, default=0, return_dtype=pl.UInt64)
    now["counts"] = pl.concat([now["counts"].filter(~is_still).with_columns(more), _counts_of(previous, still, partition)])
    return now | compared


def _compared(plan: Plan, now: dict[str, pl.DataFrame], was: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The tables of the comparison with the earlier run."""
    found = compare(now, was, plan.model.spec["government"]["scale"], plan.document.watch)
    return {"migration": found.migration, "changes": found.changes, "watch": found.watch}


def _counts_of(previous: PublishedRun, tables: set[str], partition: int) -> pl.DataFrame:
    """Counts of tables that are what they were: all of them with the first partition."""
    import polars as pl

    counts = previous.partition("counts", 0)
    return counts.filter(pl.col("table").is_in(tables) & pl.lit(partition == 0))


def _compared_tables(previous: PublishedRun) -> list[str]:
    return [name for name in _COMPARED if name in previous.names]


def _same_layout(plan: Plan, previous: PublishedRun) -> bool:
    return previous.manifest["format"] == FORMAT and previous.partitions == plan.partitions


def _was(plan: Plan, previous: PublishedRun, work: WorkFolder, name: str, partition: int) -> pl.DataFrame:
    if _same_layout(plan, previous):
        return previous.partition(name, partition)
    return read_partition(work.was(name), partition).sort("firm_id", maintain_order=True)
