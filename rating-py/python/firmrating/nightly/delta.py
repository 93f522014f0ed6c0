"""What a delta run need not do again: tables that were delivered as before, and firms whose records are what they were."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from firmrating._firmrating import table_names
from firmrating.nightly.fingerprint import fingerprints
from firmrating.nightly.firm_key import firm_hash
from firmrating.nightly.loans import APPLICATIONS
from firmrating.nightly.partition import AT_ONCE, read_partition
from firmrating.nightly.source import firm_column

if TYPE_CHECKING:
    import polars as pl

    from firmrating.nightly.plan import Plan
    from firmrating.nightly.work import WorkFolder

__all__ = ["changed_firms", "is_of", "rows_to_read", "still_tables"]

# With more firms than that among all, still tables are split whole: the list of firms would not be small.
_FEW = 0.1


def still_tables(plan: Plan) -> set[str]:
    """Tables of a delta run whose files are those of the run compared with, in the same order: every row has its place.

    Parquet alone: of CSV, the earlier manifest does not tell the encoding. A run that a cluster published from
    elsewhere than files of its machines does not tell their content, so nothing of it is still.
    """
    if plan.document.mode != "delta" or plan.previous is None:
        return set()
    before: dict[str, list[str | None]] = {}
    for file in plan.previous.manifest["inputs"]:
        before.setdefault(file["table"], []).append(file.get("sha256"))
    return {
        table
        for table, files in plan.tables.items()
        if before.get(table) == [file.sha256 for file in files]
        and all(file.name.lower().endswith(".parquet") for file in files)
    }


def changed_firms(plan: Plan, work: WorkFolder, still: set[str]) -> pl.Series:
    """Firms that are rated anew, by the hash of their key; asks for the split of applications and of tables that moved.

    Those with another fingerprint in a table that moved, and those of which a row was rejected there: a reject names
    the place of its row. And those that ask for a loan: applications are all answered anew, because one id may be given
    by several firms, and whose it is depends on all of them. Two firms of one hash count as one, so that both are rated and nothing of them is taken over.
    """
    import polars as pl

    if not work.changed.exists():
        # Rows without an identifier are looked at again.
        found = [pl.select(firm_hash(pl.lit(None, pl.String)).alias("hash"))]
        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            found += pool.map(lambda partition: _changed(plan, work, still, partition), range(plan.partitions))
        part = work.changed.with_suffix(".part")
        part.parent.mkdir(parents=True, exist_ok=True)
        pl.concat(found).unique().sort("hash").write_parquet(part)
        part.rename(work.changed)
    return pl.read_parquet(work.changed, glob=False)["hash"]


def rows_to_read(plan: Plan, rows: pl.LazyFrame, table: str, changed: pl.Series) -> pl.LazyFrame:
    """The rows of a still table that a delta run needs: those of the changed firms, or all where they are many."""
    previous = plan.previous
    if previous is None or changed.len() > _FEW * int(previous.manifest["firms"]["all"]):
        return rows
    return rows.filter(is_of(firm_column(table, rows.collect_schema().names()), changed))


def is_of(column: str, firms: pl.Series) -> pl.Expr:
    """Whether a row speaks of one of some firms, told by their hashes."""
    import polars as pl

    return firm_hash(pl.col(column)).is_in(firms.implode())


def _changed(plan: Plan, work: WorkFolder, still: set[str], partition: int) -> pl.DataFrame:
    import polars as pl

    previous = plan.previous
    assert previous is not None
    frames = {table: read_partition(work.split(table), partition) for table in plan.tables if table not in still}
    moved = [table for table in table_names() if table not in still]
    # Without any row in these tables a firm is not seen there, then or now.
    seen = pl.any_horizontal(pl.col(moved).is_not_null()) if moved else pl.lit(False)
    columns = ["firm_id", *moved]
    now, was = (of.select(columns).filter(seen) for of in (fingerprints(frames), previous.partition("fingerprints", partition)))
    one_sided = [a.join(b, on=columns, how="anti", nulls_equal=True).select("firm_id") for a, b in ((now, was), (was, now))]
    rejected = previous.partition("rejects", partition).filter(pl.col("table").is_in(moved)).select("firm_id")
    asking = [read_partition(work.split(APPLICATIONS), partition).select(pl.col("firm_id").cast(pl.String))] if plan.loans else []
    return pl.concat([*one_sided, rejected, *asking]).select(firm_hash(pl.col("firm_id")).alias("hash"))
