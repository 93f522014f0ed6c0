"""Which files a run reads, and what it says of those that it cannot read."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from nights import Night, bytes_of
from polars.testing import assert_frame_equal

from firmrating.nightly.errors import SourceError
from firmrating.nightly.published import PublishedRun

# Puts foreign rows under the name of a source when the first table was split, then dies before it is weighed again.
REPLACED = """
import os, shutil, signal, sys
from firmrating.nightly import night

def weigh_no_more(files):
    os.kill(os.getpid(), signal.SIGKILL)

class Meddler:
    def tell(self, event, **of):
        if event == "split":
            shutil.copyfile(sys.argv[2], sys.argv[3])
    def close(self):
        pass

night.unchanged = weigh_no_more
night.run(sys.argv[1], reporter=Meddler())
"""


class Meddler:
    """Does something once, when the first table was split."""

    def __init__(self, act: Any) -> None:
        self._act = act

    def tell(self, event: str, **of: Any) -> None:
        if event == "split" and self._act is not None:
            act, self._act = self._act, None
            act()

    def close(self) -> None:
        pass


def foreign(night: Night, table: str) -> pl.DataFrame:
    """The rows of a table with amounts that nobody delivered."""
    return pl.read_parquet(night.records / f"{table}.parquet").with_columns(amount=pl.lit("1.00"))


def test_rows_of_a_file_that_was_replaced_for_a_while_are_not_taken_up(night: Night) -> None:
    """The run is refused; then the deliverer restores the file, and the same document is started again."""
    expected = night.run(out="undisturbed")
    path = night.records / "invoices.parquet"
    original, other = path.read_bytes(), foreign(night, "invoices")
    with pytest.raises(SourceError, match="changed while it was read"):
        night.run(reporter=Meddler(lambda: other.write_parquet(path)))
    path.write_bytes(original)
    again = night.run()
    assert bytes_of(again) == bytes_of(expected)


def test_rows_that_a_killed_run_did_not_weigh_again_are_not_taken_up(night: Night) -> None:
    expected = night.run(out="undisturbed")
    path, other = night.records / "invoices.parquet", night.folder / "other.parquet"
    original = path.read_bytes()
    foreign(night, "invoices").write_parquet(other)
    command = [sys.executable, "-c", REPLACED, str(night.document()), str(other), str(path)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    path.write_bytes(original)
    assert bytes_of(night.run()) == bytes_of(expected)


def test_a_copy_of_text_of_a_file_that_was_replaced_is_not_taken_up(night: Night) -> None:
    """A file in another encoding is copied first, under the hash of what was weighed."""
    path = night.records / "invoices.parquet"
    text = path.with_suffix(".csv")
    rows, other = pl.read_parquet(path), foreign(night, "invoices")
    text.write_bytes(rows.write_csv().encode("gb18030"))
    path.unlink()
    sources = {one.stem: f"records/{one.name}" for one in sorted(night.records.glob("*.parquet"))}
    keys = {"records": None, "sources": {**sources, "invoices": {"files": "records/invoices.csv", "encoding": "gb18030"}}}
    expected = night.run(out="undisturbed", **keys)
    with pytest.raises(SourceError, match="changed while it was read"):
        night.run(reporter=Meddler(lambda: text.write_bytes(other.write_csv().encode("gb18030"))), **keys)
    text.write_bytes(rows.write_csv().encode("gb18030"))
    assert bytes_of(night.run(**keys)) == bytes_of(expected)


def test_a_row_that_got_lost_is_not_lost_again_at_the_next_start(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    from firmrating.nightly import night as night_module

    whole = night_module.split

    def losing(query: pl.LazyFrame, *of: Any, **more: Any) -> None:
        whole(query.head(10) if of[2].name == "patents" else query, *of, **more)

    monkeypatch.setattr(night_module, "split", losing)
    with pytest.raises(SourceError, match="table `patents`: expected"):
        night.run()
    monkeypatch.setattr(night_module, "split", whole)
    assert bytes_of(night.run()) == bytes_of(night.run(out="undisturbed"))
