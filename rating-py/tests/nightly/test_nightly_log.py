"""What a run tells, to whom, and what it never tells: words of a row."""

from __future__ import annotations

import gzip
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from nights import Night
from typer.testing import CliRunner

from firmrating.cli import app
from firmrating.nightly import night as night_module

_ROW = 20


def _cells(line: str, change: Callable[[list[str]], list[str]]) -> str:
    return ",".join(change(line.split(",")))


def _changed(lines: list[str], change: Callable[[list[str]], list[str]]) -> bytes:
    return "\n".join([*lines[:_ROW], _cells(lines[_ROW], change), *lines[_ROW + 1 :], ""]).encode()


# Each makes text out of the lines of a table, and says what the one line of the error holds.
MALFORMED: dict[str, tuple[Callable[[list[str]], bytes], str]] = {
    "an-open-quote": (lambda lines: _changed(lines, lambda cells: [cells[0], f'"{cells[1]}', *cells[2:]]), "quote mark"),
    "an-open-quote-at-the-front": (lambda lines: _changed(lines, lambda cells: [f'"{cells[0]}', *cells[1:]]), "quote mark"),
    "text-after-a-quote": (lambda lines: _changed(lines, lambda cells: [cells[0], f'"{cells[1]}"x', *cells[2:]]), "quote mark"),
    "too-many-cells": (lambda lines: _changed(lines, lambda cells: [*cells, *cells]), "more cells than there are headers"),
    "an-open-quote-in-the-headers": (
        lambda lines: "\n".join([lines[0].replace(",", ',"', 1), *lines[1:], ""]).encode(),
        "row of headers",
    ),
    "no-headers": (lambda lines: "\n".join(lines[1:]).encode(), "row of headers"),
    "old-line-ends": (lambda lines: "\r".join(lines).encode(), "row of headers"),
    "utf-16": (lambda lines: "\n".join(lines).encode("utf-16"), ""),
    "gb18030-as-utf-8": (lambda lines: "\n".join([*lines, "F-1,某某公司"]).encode("gb18030"), "UTF-8"),
    "other-separators": (lambda lines: "\n".join(line.replace(",", ";") for line in lines).encode(), "row of headers"),
}


def _words(rows: pl.DataFrame) -> set[str]:
    return {*rows["firm_id"].drop_nulls(), *rows["name"].drop_nulls()}


def _told(night: Night, **keys: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["nightly", str(night.document(**keys))])
    return done.exit_code, done.output


@pytest.mark.parametrize("kind", MALFORMED)
def test_no_word_of_a_malformed_csv_file_stands_in_the_log(night: Night, kind: str) -> None:
    path = night.records / "registrations.parquet"
    rows = pl.read_parquet(path)
    path.unlink()
    make, expected = MALFORMED[kind]
    path.with_suffix(".csv").write_bytes(make(rows.write_csv().splitlines()))
    code, output = _told(night)
    assert code == 3
    assert night.published() == []
    assert not [word for word in _words(rows) if word in output]
    assert expected in output
    errors = [line for line in output.splitlines() if not line.startswith("{")]
    assert len(errors) == 1
    assert "table `registrations`" in errors[0]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_no_word_of_a_damaged_gzip_file_stands_in_the_log(night: Night, encoding: str) -> None:
    path = night.records / "registrations.parquet"
    rows = pl.read_parquet(path)
    whole = gzip.compress(rows.write_csv().encode(encoding))
    sources = {one.stem: f"records/{one.name}" for one in sorted(night.records.glob("*.parquet"))}
    sources = {**sources, "registrations": {"files": "records/r.csv.gz", "encoding": encoding}}
    for content in (whole[: len(whole) // 2], whole[:400] + bytes(40) + whole[440:], whole[:-6] + bytes(6)):
        (night.records / "r.csv.gz").write_bytes(content)
        code, output = _told(night, records=None, sources=sources)
        assert code == 3
        assert not [word for word in _words(rows) if word in output]


def test_no_word_of_a_damaged_parquet_file_stands_in_the_log(night: Night) -> None:
    path = night.records / "registrations.parquet"
    rows = pl.read_parquet(path)
    rows.write_parquet(path, compression="uncompressed")
    content, chance, refused = path.read_bytes(), random.Random(11), 0
    for at in range(20):
        broken = bytearray(content)
        for _ in range(8):
            broken[chance.randrange(len(content) - 4000, len(content)) if at % 2 else chance.randrange(len(content))] ^= 255
        path.write_bytes(broken)
        code, output = _told(night, out=f"out-{at}")
        assert code in {0, 3}
        refused += code == 3
        assert not [word for word in _words(rows) if word in output]
    assert refused > 5


def test_a_fault_of_the_program_is_told_without_what_it_says(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("F-1 is called Secret")

    monkeypatch.setattr(night_module, "answer", fail)
    code, output = _told(night)
    assert code == 1
    assert "Secret" not in output
    assert "ValueError" in output
    assert "fail" in output
