"""What a run tells, to whom, and what it never tells: words of a row."""

from __future__ import annotations

import gzip
import json
import os
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


def shelled(night: Night, line: str, *, document: Path) -> tuple[int, str]:
    """Runs a line of the shell in which `RUN` is the command; the exit code is that of the command."""
    command = f"{sys.executable} -c 'from firmrating.cli import main; main()' nightly {document}"
    line = line.replace("RUN", command) + '; echo "code ${PIPESTATUS[0]}"'
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False, cwd=night.folder)
    return int(done.stdout.rsplit("code ", 1)[1]), done.stdout + done.stderr


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("RUN | true", None),
        ("RUN > /dev/full", "warning: the run is published, but its summary cannot be written: no space left on device"),
        ("RUN 2>&1 >/dev/null | head -1", None),
        ("RUN 2>/dev/full", None),
        ("RUN 2>&- >/dev/null", None),
    ],
)
def test_a_log_or_a_summary_that_nobody_reads_ends_no_night(night: Night, line: str, said: str | None) -> None:
    code, told = shelled(night, line, document=night.document())
    assert code == 0, told
    assert len(night.published()) == 1
    assert "Traceback" not in told
    assert "Exception ignored" not in told
    assert said is None or said in told


def test_a_refusal_keeps_its_code_when_nobody_reads_it(night: Night) -> None:
    document = night.document(gates=[{"measure": "reject_share", "at_most": 0.0}])
    assert shelled(night, "RUN 2>/dev/full", document=document)[0] == 4
    assert shelled(night, "RUN 2>&1 >/dev/null | true", document=document)[0] == 4


def test_a_reporter_that_fails_ends_no_night(night: Night) -> None:
    class Broken:
        def tell(self, event: str, **of: object) -> None:
            raise OSError("gone")

        def close(self) -> None:
            raise OSError("gone")

    assert night.run(reporter=Broken()).manifest["firms"]["all"] == 150


def test_commands_that_read_end_quietly_when_nobody_reads_on(night: Night) -> None:
    night.run()
    assert shelled(night, "RUN | true", document=Path(f"status {night.out} --json"))[0] == 0
    code, told = shelled(night, "RUN > /dev/full", document=Path(f"status {night.out}"))
    assert code == 6
    assert "error: no space left on device" in told


def test_signs_that_the_terminal_does_not_have_are_escaped(night: Night) -> None:
    words = [sys.executable, "-c", "from firmrating.cli import main; main()", "nightly"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([*words, str(night.document(out="夜"))], capture_output=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["folder"].startswith(str(night.folder / "夜"))
    told = subprocess.run([*words, "status", str(night.folder / "夜")], capture_output=True, check=False, env=environment)
    assert told.returncode == 0, told.stderr


def test_peak_memory_is_that_of_the_run_and_not_of_who_started_it(night: Night) -> None:
    """A program takes over the peak that getrusage tells of the process that started it."""
    code = (
        "import subprocess, sys\n"
        "held = bytearray(1_500 * 2**20)\n"
        "held[::4096] = bytes(len(held[::4096])).replace(b'\\0', b'1')\n"
        "words = [sys.executable, '-c', 'from firmrating.cli import main; main()', 'nightly', sys.argv[1]]\n"
        "print(subprocess.run(words, capture_output=True, text=True).stdout)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(night.document())], capture_output=True, text=True, check=False)
    assert 30 * 2**20 < json.loads(done.stdout)["performance"]["peak_memory_bytes"] < 1_000 * 2**20
    code = (
        "import sys\nfrom firmrating.nightly import run\n"
        "held = bytearray(1_500 * 2**20)\n"
        "held[::4096] = bytes(len(held[::4096])).replace(b'\\0', b'1')\n"
        "del held\n"
        "print(run(sys.argv[1]).manifest['performance']['peak_memory_bytes'])\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(night.document(out="second"))], capture_output=True, text=True, check=False)
    assert 30 * 2**20 < int(done.stdout) < 1_000 * 2**20
