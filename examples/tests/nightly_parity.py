"""The example `nightly` beside `firmrating nightly`, over the same folder: every table must be the same, row by row.

    .venv/bin/python examples/tests/nightly_parity.py target/debug/nightly

Run by `make test-polars`. Two programs, two versions of polars, two ways of laying rows out; one kernel.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import firmrating as fr
import polars as pl
from firmrating import nightly
from polars.testing import assert_frame_equal

AS_OF = "2025-06-30"
BY_FIRM = ("ratings", "contributions", "rules", "evaluations", "evaluation_parts", "rule_applications", "record_clocks")
PLACE = ("table", "row", "field", "rule", "value")


def main() -> None:
    """Fails with the difference, or says how many rows were compared."""
    program = Path(sys.argv[1])
    with TemporaryDirectory() as scratch:
        top = Path(scratch)
        records = delivered(top)
        subprocess.run([program, records, top / "example", AS_OF, "tech-firm", "china"], check=True, stdout=subprocess.DEVNULL)
        document = top / "run.toml"
        lines = [f"as_of = {AS_OF}", 'out = "night"', 'records = "records"', 'rulebook = "china"', "partitions = 1"]
        document.write_text("\n".join(lines), encoding="utf-8")
        run = nightly.run(document)
        rows = sum(same(top / "example", run, table) for table in (*BY_FIRM, "rejects", "counts"))
        told = json.loads((top / "example" / "manifest.json").read_text(encoding="utf-8"))
        assert told["model"] == run.manifest["documents"]["model"]
        assert told["rulebook"] == run.manifest["documents"]["rulebook"]
        counts = [{one["table"]: one for one in manifest["counts"]} for manifest in (told, run.manifest)]
        assert counts[0] == counts[1]
        assert {**dict.fromkeys(run.manifest["firms"], 0), **told["firms"], "all": sum(told["firms"].values())} == run.manifest["firms"]
        hashes = [{one["table"]: one["sha256"] for one in manifest["inputs"]} for manifest in (told, run.manifest)]
        assert hashes[0] == hashes[1]
    print(f"{rows:,} rows of {len(BY_FIRM) + 2} tables are the same")


def delivered(top: Path) -> Path:
    """The sample with its faulty rows, a Parquet file a table."""
    records = top / "records"
    records.mkdir()
    for path in sorted(fr.datasets.write_sample(top / "sample").glob("*.csv.gz")):
        pl.read_csv(path, infer_schema=False).write_parquet(records / f"{path.name.removesuffix('.csv.gz')}.parquet")
    return records


def same(example: Path, run: nightly.PublishedRun, table: str) -> int:
    """Rows of a table of both; an `AssertionError` tells the first difference."""
    ours, theirs = pl.read_parquet(example / f"{table}.parquet"), run.scan(table).collect()
    if table == "rejects":
        # Of a row whose identifier cannot be read, the run tells the identifier all the same; the example tells the place alone.
        theirs = theirs.drop("firm_id")
    # Places and counts of rows have no sign in Arrow, and one in frames of Rust.
    theirs = theirs.cast({pl.UInt64: pl.Int64})
    by = {"rejects": PLACE, "counts": ("table",)}.get(table, ("firm_id",))
    assert theirs.height > 0, table
    assert_frame_equal(ours.sort(by, maintain_order=True), theirs.sort(by, maintain_order=True), check_exact=True)
    return ours.height


if __name__ == "__main__":
    main()
