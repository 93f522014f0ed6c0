"""Writes a population of firms as typed Parquet tables, piece by piece: the input of the nightly benchmark.

The rows come from the seeded generator (``rating-datasets``, ``--all-firms``: every enterprise of a region, about 17 records
a firm), with its faults. Pieces do not depend on each other, so they are made side by side, and memory holds a piece a worker.
The same seed, firms and piece give the same rows. A date that no calendar has becomes an empty cell.

    cargo build --release -p rating-datasets --features cli
    .venv/bin/python benches/nightly/generate.py 1000000 /data/firms-1m
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from firmrating._firmrating import tables

GENERATOR = Path(os.environ.get("CARGO_TARGET_DIR", "target")) / "release" / "generate"
PIECE = 50_000
GIANT_SHARE, GIANT_MOST = 3, 2_000_000
"""The first firm has a third as many invoices as there are firms, at most two million: among six million firms and more."""
_KINDS = {"date": pl.Date(), "amount": pl.Decimal(18, 2), "count": pl.Int32(), "year": pl.Int32(), "flag": pl.Boolean()}


def generate(firms: int, folder: Path, *, generator: Path = GENERATOR, piece: int = PIECE, workers: int = 2) -> None:
    """Writes ``folder/TABLE/part-NNNNN.parquet`` for every record table; the folder appears when it is whole."""
    if folder.exists():
        raise SystemExit(f"`{folder}` is there already")
    scratch = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    starts = range(0, firms, piece)
    with ThreadPoolExecutor(max_workers=workers) as pool:
        jobs = [pool.submit(_piece, scratch, at, (start, min(start + piece, firms), firms), generator) for at, start in enumerate(starts)]
        for job in jobs:
            job.result()
    scratch.rename(folder)


def _piece(folder: Path, at: int, bounds: tuple[int, int, int], generator: Path) -> None:
    first, end, firms = bounds
    giant = min(firms // GIANT_SHARE, GIANT_MOST) if first == 0 else 0
    with TemporaryDirectory(dir=folder) as scratch:
        text = Path(scratch) / "text"
        call = [generator, "--all-firms", "--first", first, "--firms", end, "--giant-invoices", giant, "--out", text]
        subprocess.run([str(word) for word in call], check=True, stdout=subprocess.DEVNULL)
        for file in sorted(text.glob("*.csv")):
            target = folder / file.stem
            target.mkdir(exist_ok=True)
            typed(file).write_parquet(target / f"part-{at:05d}.parquet", compression="zstd", compression_level=3)
            file.unlink()


def typed(file: Path) -> pl.DataFrame:
    """A table of text with the types that a department's own Parquet would have."""
    kinds = dict(pl.DataFrame(tables()).filter(table=file.stem).select("column", "kind").iter_rows())
    frame = pl.read_csv(file, infer_schema=False)
    return frame.with_columns(_as_kind(column, _KINDS.get(kinds[column])) for column in frame.columns)


def _as_kind(column: str, kind: pl.DataType | None) -> pl.Expr:
    cells = pl.col(column)
    if kind is None:
        return cells
    if kind == pl.Date:
        forms = ("%Y-%m-%d", "%Y/%m/%d")
        return pl.coalesce(cells.str.to_date(form, strict=False) for form in forms).alias(column)
    if kind == pl.Boolean:
        return cells.replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean)
    return cells.cast(kind, strict=False)


def main() -> None:
    """Generates and says how long it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("firms", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--generator", type=Path, default=GENERATOR)
    parser.add_argument("--piece", type=int, default=PIECE)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    began = time.monotonic()
    generate(given.firms, given.folder, generator=given.generator, piece=given.piece, workers=given.workers)
    files = list(given.folder.glob("*/*.parquet"))
    rows = sum(pl.scan_parquet(file).select(pl.len()).collect().item() for file in files)
    size = sum(file.stat().st_size for file in files)
    print(f"{given.firms:,} firms, {rows:,} rows, {size:,} bytes in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
