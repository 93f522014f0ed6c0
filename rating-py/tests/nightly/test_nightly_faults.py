"""Faults of sources, of the disk and of documents: a clear error, an exit code, nothing published."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from nights import Night, bytes_of
from polars.testing import assert_frame_equal
from typer.testing import CliRunner

import firmrating as fr
from firmrating.cli import app
from firmrating.nightly.errors import DocumentError, RunError, SourceError, UnwritableError


def refused(night: Night, kind: type[RunError], **keys: object) -> list[str]:
    with pytest.raises(kind) as raised:
        night.run(**keys)
    assert night.published() == []
    return list(raised.value.faults)


def test_a_truncated_parquet_file_is_named(night: Night) -> None:
    path = night.records / "invoices.parquet"
    for share in (0.0, 0.1, 0.5, 0.9, 0.999):
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])
        faults = refused(night, SourceError)
        assert len(faults) == 1
        assert "table `invoices`: cannot read file `records/invoices.parquet`" in faults[0]
        path.write_bytes(content)
    assert night.run().manifest["firms"]["all"] == 150


def test_a_corrupt_row_group_is_refused(night: Night) -> None:
    path = night.records / "invoices.parquet"
    content = bytearray(path.read_bytes())
    content[1000:3000] = bytes(2000)
    path.write_bytes(content)
    faults = refused(night, SourceError)
    assert faults[0].startswith("table `invoices`")


def test_a_byte_that_flipped_is_refused_or_cannot_be_seen(night: Night) -> None:
    """Parquet has no checksum of its own here: a flip inside a value reads as another value. Never a traceback."""
    path = night.records / "statements.parquet"
    content = path.read_bytes()
    chance = random.Random(7)
    told = 0
    for at in range(20):
        broken = bytearray(content)
        broken[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(broken)
        try:
            night.run(out=f"out-{at}")
        except SourceError:
            told += 1
            assert not (night.folder / f"out-{at}" / "runs").exists()
    assert told > 0


def test_text_in_another_encoding_than_said_is_refused(night: Night) -> None:
    (night.records / "patents.parquet").unlink()
    (night.records / "patents.csv").write_bytes("申请号,法律状态\n".encode("gb18030") + b"\xff\xff")
    faults = refused(night, SourceError, records=None, sources={"patents": {"files": "records/patents.csv", "encoding": "ascii"}})
    assert faults == ["table `patents`: file `records/patents.csv` is not `ascii`, or not CSV"]


def test_a_missing_table_is_named_with_its_place(night: Night) -> None:
    sources = {"invoices": "records/invoices.parquet", "patents": "records/gone.parquet", "filings": "nowhere/*.parquet"}
    assert refused(night, DocumentError, records=None, sources=sources) == [
        "`sources.patents`: no file `records/gone.parquet`",
        "`sources.filings`: no file `nowhere/*.parquet`",
    ]


def test_an_unreadable_file_is_refused(night: Night) -> None:
    path = night.records / "invoices.parquet"
    path.unlink()
    path.symlink_to("/proc/self/mem")
    assert "table `invoices`" in refused(night, SourceError)[0]


def test_missing_columns_of_all_tables_are_told_at_once(night: Night) -> None:
    night.rewrite("invoices", lambda rows: rows.drop("amount"))
    night.rewrite("patents", lambda rows: rows.drop("number"))
    faults = refused(night, SourceError)
    assert faults == [
        "file `records/invoices.parquet`: table `invoices` lacks the required columns `amount`",
        "file `records/patents.parquet`: table `patents` lacks the required columns `number`",
    ]


def test_a_delivery_that_came_twice_changes_no_rating(night: Night) -> None:
    once = night.run(out="once")
    for table in ("invoices", "filings", "patents"):
        path = night.records / f"{table}.parquet"
        (night.records / table).mkdir()
        shutil.move(path, night.records / table / "1.parquet")
        shutil.copy(night.records / table / "1.parquet", night.records / table / "2.parquet")
    twice = night.run(out="twice")
    for table in ("ratings", "contributions", "rules"):
        assert_frame_equal(once.scan(table).collect(), twice.scan(table).collect())
    before, after = ({one["table"]: one for one in run.manifest["counts"]} for run in (once, twice))
    for table in ("invoices", "filings", "patents"):
        assert after[table]["rows_in"] == 2 * before[table]["rows_in"]
        assert after[table]["used"] == before[table]["used"]


def change_while_read(night: Night, change: Callable[[Path], object]) -> list[str]:
    """Changes a file when the first table has been split."""
    path = night.records / "invoices.parquet"

    class Meddler:
        done = False

        def tell(self, event: str, **of: object) -> None:
            if event == "split" and not self.done:
                self.done = True
                change(path)

        def close(self) -> None:
            pass

    with pytest.raises(SourceError) as raised:
        night.run(reporter=Meddler())
    assert night.published() == []
    return list(raised.value.faults)


def rewritten_in_the_dark(path: Path) -> None:
    """Another content of the same size and time."""
    before = path.stat()
    content = bytearray(path.read_bytes())
    # In the first page: a name of a column, which no reader of the other tables sees.
    content[-200] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_bytes(path.read_bytes() + b"0"),
        lambda path: pl.read_parquet(path).head(10).write_parquet(path),
        lambda path: path.unlink(),
        lambda path: os.utime(path, (1, 1)),
        rewritten_in_the_dark,
    ],
    ids=["longer", "other-rows", "gone", "other-time", "same-size-and-time"],
)
def test_a_source_that_changes_while_it_is_read_publishes_nothing(night: Night, change: Callable[[Path], object]) -> None:
    faults = change_while_read(night, change)
    assert "invoices" in faults[0]


def test_a_clock_that_jumps_changes_no_byte(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = bytes_of(night.run(out="undisturbed"))
    moments = iter(range(4_000_000_000, 0, -100_000_000))
    monkeypatch.setattr(time, "time", lambda: float(next(moments, -1)))
    for path in night.records.iterdir():
        os.utime(path, (7_000_000_000, 7_000_000_000))
    assert bytes_of(night.run()) == expected


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
sys.argv = ["firmrating", "nightly", sys.argv[1]]
from firmrating.cli import main
main()
"""


@pytest.mark.parametrize("most", [0, 4_000, 12_000, 20_000])
def test_files_that_cannot_grow_end_in_code_6_and_the_next_start_ends_well(night: Night, most: int) -> None:
    document = night.document()
    done = subprocess.run([sys.executable, "-c", LIMITED, str(document), str(most)], capture_output=True, check=False)
    assert done.returncode == 6, done.stderr.decode()
    assert "cannot write" in done.stderr.decode() or "file too large" in done.stderr.decode()
    assert night.published() == []
    assert bytes_of(night.run()) == bytes_of(night.run(out="undisturbed"))


def mounted(folder: Path, size: str) -> bool:
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    return shutil.which("mount") is not None and subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("size", ["64k", "400k", "900k"])
def test_a_full_disk_publishes_nothing_and_says_so(night: Night, size: str) -> None:
    if not mounted(night.out, size):
        pytest.skip("needs the right to mount a file system")
    try:
        with pytest.raises(UnwritableError, match="no space left on device"):
            night.run()
        assert night.published() == []
        subprocess.run(["mount", "-o", "remount,size=64m", str(night.out)], check=True)
        assert bytes_of(night.run()) == bytes_of(night.run(out="elsewhere"))
    finally:
        subprocess.run(["umount", str(night.out)], check=True)


def test_a_folder_that_cannot_be_written_is_told(night: Night) -> None:
    night.out.write_text("a file stands in the way")
    with pytest.raises(UnwritableError):
        night.run()


def test_a_model_that_does_not_hold_together_is_refused_with_every_fault(night: Night) -> None:
    spec = fr.RatingModel.preset().spec
    spec["government"]["scale"] = []
    (night.folder / "model.json").write_text(json.dumps(spec))
    (night.folder / "book.toml").write_text("id = ")
    faults = refused(night, DocumentError, model="model.json", rulebook="book.toml")
    assert any(fault.startswith("`model`: ") for fault in faults)
    assert any(fault.startswith("`rulebook`: ") for fault in faults)


def test_a_model_of_another_hash_is_refused(night: Night) -> None:
    right = fr.RatingModel.preset().hash
    assert night.run(out="right", model={"preset": "tech-firm", "sha256": right}).manifest["documents"]["model"]["hash"] == right
    assert refused(night, DocumentError, model={"preset": "tech-firm", "sha256": "0" * 64}) == [
        f"`model.sha256`: expected the hash `{'0' * 64}`, got `{right}`"
    ]


def test_no_name_or_identifier_of_a_firm_stands_in_the_log(night: Night) -> None:
    rows = pl.read_parquet(night.records / "registrations.parquet")
    words = {*rows["firm_id"].drop_nulls(), *rows["name"].drop_nulls()}
    for change, code in ((None, 0), ("truncate", 3)):
        path = night.records / "invoices.parquet"
        if change:
            path.write_bytes(path.read_bytes()[:-100])
        done = CliRunner().invoke(app, ["nightly", str(night.document(as_of="2025-05-31" if change else "2025-06-30"))])
        assert done.exit_code == code
        assert not [word for word in words if word in done.output]


def test_a_file_without_headers_is_told_without_its_first_row(night: Night) -> None:
    path = night.records / "registrations.parquet"
    rows = pl.read_parquet(path)
    rows.write_csv(path.with_suffix(".csv"), include_header=False)
    path.unlink()
    assert refused(night, SourceError) == [
        f"table `registrations`: file `records/registrations.csv`: none of its {rows.width} columns is known; has it a row of headers?"
    ]
    path.with_suffix(".csv").unlink()
    (night.folder / "asked.csv").write_text("A-1,91149900322262492K,2025-06-30,1000000,12\n", encoding="utf-8")
    (fault,) = refused(night, SourceError, lending="example", loans={"applications": "asked.csv"})
    assert "91149900322262492K" not in fault
