"""The answers of one partition: rated anew, or in a delta run as far as the records changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firmrating.nightly.comparison import compare
from firmrating.nightly.fingerprint import fingerprints
from firmrating.nightly.firm_key import firm_key
from firmrating.nightly.kernel import rate_partition
from firmrating.nightly.loans import OFFERED, applicants
from firmrating.nightly.partition import read_partition, split
from firmrating.nightly.source import ROW, firm_column

if TYPE_CHECKING:
    import polars as pl

    from firmrating.nightly.plan import Plan
    from firmrating.nightly.published import PublishedRun
    from firmrating.nightly.work import WorkFolder

__all__ = ["answer", "split_previous"]

# What a comparison reads of the earlier run.
_COMPARED = ("ratings", "contributions", "rules")


def answer(plan: Plan, work: WorkFolder, partition: int) -> dict[str, pl.DataFrame]:
    """Every table of one partition, those of the comparison included."""
    frames = {table: read_partition(work.split(table), partition, order=ROW) for table in plan.tables}
    loans = {table: read_partition(work.split(table), partition, order=ROW) for table in plan.loans}
    now = _delta(plan, partition, frames, loans) if plan.document.mode == "delta" else _rate(plan, frames, loans)
    if plan.document.outputs.fingerprints:
        now["fingerprints"] = fingerprints(frames)
    if plan.previous is not None:
        was = {name: _was(plan, plan.previous, work, name, partition) for name in _compared(plan.previous)}
        scale = plan.model.spec["government"]["scale"]
        found = compare(now, was, scale, plan.document.watch)
        now |= {"migration": found.migration, "changes": found.changes, "watch": found.watch}
    return now


def split_previous(plan: Plan, work: WorkFolder) -> None:
    """Splits the run compared with as this one is split, if it was laid out otherwise."""
    previous = plan.previous
    if previous is None or _same_layout(plan, previous):
        return
    for name in _compared(previous):
        if not work.was(name).is_dir():
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
    plan: Plan, partition: int, frames: dict[str, pl.DataFrame], loans: dict[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """Rates the firms whose records changed or that ask for a loan, and takes over the answers of the others."""
    import polars as pl

    previous = plan.previous
    assert previous is not None
    unchanged = _unchanged(previous, partition, frames)
    # Applications are all answered anew, so their firms are rated anew: one id may be given by several firms, and
    # whose it is depends on all of them. Another policy or another application needs nothing else.
    kept = unchanged.filter(~unchanged.is_in(applicants(loans).implode()))
    changed = {table: frame.filter(~_is_of(frame[firm_column(table, frame.columns)], kept)) for table, frame in frames.items()}
    now = _rate(plan, changed, loans)
    for name, fresh in now.items():
        if name in {"rejects", "counts", *OFFERED}:
            continue
        held = previous.partition(name, partition).filter(pl.col("firm_id").is_in(kept.implode()))
        now[name] = pl.concat([fresh, held]).sort("firm_id", maintain_order=True)
    rows = pl.DataFrame(
        [(table, frame.height - changed[table].height) for table, frame in frames.items()],
        schema={"table": pl.String, "kept": pl.UInt64},
        orient="row",
    )
    more = pl.col("rows_in", "used") + pl.col("kept").fill_null(0)
    now["counts"] = now["counts"].join(rows, on="table", how="left", maintain_order="left").with_columns(more).drop("kept")
    return now


def _is_of(identifiers: pl.Series, firms: pl.Series) -> pl.Series:
    """Whether each identifier, however it is written, is one of some firms. Each spelling is looked at once."""
    import polars as pl

    written = identifiers.cast(pl.String)
    spellings = pl.DataFrame({"spelling": written.unique()}).filter(firm_key(pl.col("spelling")).is_in(firms.implode()))
    return written.is_in(spellings["spelling"].implode()).fill_null(value=False)


def _unchanged(previous: PublishedRun, partition: int, frames: dict[str, pl.DataFrame]) -> pl.Series:
    """Firms with the records that they had, none of them rejected: a reject names the place of its row, which moves."""
    before = previous.partition("fingerprints", partition)
    same = fingerprints(frames).join(before, on=before.columns, how="semi", maintain_order="left")
    rejected = previous.partition("rejects", partition)
    return same.join(rejected, on="firm_id", how="anti", maintain_order="left")["firm_id"]


def _compared(previous: PublishedRun) -> list[str]:
    return [name for name in _COMPARED if name in previous.names]


def _same_layout(plan: Plan, previous: PublishedRun) -> bool:
    from firmrating.nightly.plan import versions

    polars = previous.manifest["versions"]["polars"] == versions()["polars"]
    return polars and previous.partitions == plan.partitions


def _was(plan: Plan, previous: PublishedRun, work: WorkFolder, name: str, partition: int) -> pl.DataFrame:
    if _same_layout(plan, previous):
        return previous.partition(name, partition)
    return read_partition(work.was(name), partition).sort("firm_id", maintain_order=True)
