"""``firmrating nightly`` as an operator calls it."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from nights import Night, bytes_of

from firmrating.nightly.diff import diff_of
from firmrating.nightly.lock import locked
from firmrating.nightly.published import PublishedRun


def called(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", "from firmrating.cli import main; main()", "nightly", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})


def test_a_run_tells_events_as_json_lines_and_ends_with_a_summary(night: Night) -> None:
    done = called(night.document())
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert [event["stage"] for event in events if event["event"] == "stage"] == ["plan", "split", "rate", "publish", "report"]
    assert [event["partition"] for event in events if event["event"] == "rated"] == [0, 1, 2]
    summary = json.loads(done.stdout)
    assert summary["firms"]["all"] == 150
    assert all(Path(page).is_file() for page in summary["reports"])
    assert summary["content_hash"] == PublishedRun.find(night.out).content_hash


def test_a_dry_run_writes_nothing(night: Night) -> None:
    before = sorted(night.folder.rglob("*"))
    done = called(night.document(partitions=None), "--dry-run")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["partitions"] == 1
    assert sorted([*before, night.folder / "run.toml"]) == sorted(night.folder.rglob("*"))


def test_any_number_of_threads_gives_the_same_bytes(night: Night) -> None:
    for threads in (1, 2, 5):
        done = called(night.document(threads=threads, out=f"out-{threads}", rulebook="china"))
        assert done.returncode == 0, done.stderr
    runs = [PublishedRun.find(night.folder / f"out-{threads}") for threads in (1, 2, 5)]
    assert bytes_of(runs[0]) == bytes_of(runs[1]) == bytes_of(runs[2])
    assert len({run.content_hash for run in runs}) == 1


def test_each_kind_of_fault_has_its_exit_code(night: Night) -> None:
    assert called(night.folder / "nothing.toml").returncode == 2
    assert called(night.document(model="nobody")).returncode == 2
    assert called("--no-such-option", night.document()).returncode == 2
    stopped = called(night.document(gates=[{"measure": "reject_share", "at_most": 0.0}]))
    assert stopped.returncode == 4
    assert stopped.stderr.splitlines()[-1].startswith("error: gate `reject_share`: expected at most 0, got ")
    with locked(night.out):
        assert called(night.document()).returncode == 5
    night.rewrite("invoices", lambda rows: rows.drop("amount"))
    assert called(night.document()).returncode == 3
    assert night.published() == []


def test_an_error_is_a_line_and_no_traceback(night: Night) -> None:
    (night.records / "patents.parquet").write_bytes(b"not Parquet")
    done = called(night.document())
    lines = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert len(lines) == 1
    assert lines[0].startswith("error: table `patents`: cannot read file `records/patents.parquet`")


def test_a_terminal_gets_a_bar_and_nothing_else(night: Night) -> None:
    """A pseudo-terminal as standard error: a bar, no JSON line; a summary on standard output all the same."""
    master, slave = pty.openpty()
    command = [sys.executable, "-c", "from firmrating.cli import main; main()", "nightly", str(night.document())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=slave, text=True) as process:
        os.close(slave)
        seen = b""
        try:
            while piece := os.read(master, 65_536):
                seen += piece
        except OSError:  # the other side has closed
            pass
        assert process.stdout is not None
        summary = json.loads(process.stdout.read())
    os.close(master)
    assert process.returncode == 0
    assert summary["firms"]["all"] == 150
    assert b"rate" in seen
    assert b'{"event"' not in seen


def test_an_interrupt_ends_with_130_and_the_next_start_goes_on(night: Night) -> None:
    expected = bytes_of(night.run(out="undisturbed"))
    document = night.document()
    # A parent that ignores interrupts hands that down.
    words = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from firmrating.cli import main; main()"
    with subprocess.Popen([sys.executable, "-c", words, "nightly", str(document)], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if json.loads(line)["event"] == "split":
                process.send_signal(signal.SIGINT)
                break
        said = process.stderr.read()
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert night.published() == []
    assert bytes_of(night.run()) == expected


@pytest.fixture
def two(night: Night) -> Night:
    night.run(as_of="2024-12-31")
    night.run(compare_with="latest")
    return night


def test_status_tells_what_there_is(two: Night) -> None:
    found = json.loads(called("status", two.out, "--json").stdout)
    assert [run["as_of"] for run in found["runs"]] == ["2024-12-31", "2025-06-30"]
    assert found["latest"] == found["runs"][1]["run"]
    assert (found["running"], found["begun"]) == (False, None)
    assert "2 published" in called("status", two.out).stdout
    with locked(two.out):
        assert "a run is under way" in called("status", two.out).stdout
    assert called("status", two.folder / "nowhere").returncode == 2


def test_explain_finds_a_firm_however_it_is_written(two: Night) -> None:
    run = PublishedRun.find(two.out)
    changed = run.scan("changes").filter(pl.col("change") == "downgrade").collect()
    firm = changed["firm_id"][0]
    page = called("explain", two.out, f" {firm.lower()} ").stdout
    assert f"{firm} as of 2025-06-30" in page
    assert "downgrade" in page
    found = json.loads(called("explain", two.out, firm, "--json").stdout)
    assert found["ratings"][0]["firm_id"] == firm
    assert len(found["contributions"]) == run.scan("contributions").filter(firm_id=firm).collect().height
    assert called("explain", two.out, "F-NOBODY").returncode == 2


def test_explain_finds_a_firm_of_a_run_of_another_format(two: Night) -> None:
    run = PublishedRun.find(two.out)
    firm = run.scan("ratings").collect()["firm_id"][0]
    told = json.loads((run.folder / "manifest.json").read_text())
    told["format"], told["outputs"] = 2, told["outputs"][::-1]
    (run.folder / "manifest.json").write_text(json.dumps(told))
    assert called("explain", two.out, firm).stdout.startswith(f"{firm} as of")


def test_explain_says_of_a_firm_that_is_gone_what_it_was(night: Night) -> None:
    firm = pl.read_parquet(night.records / "registrations.parquet")["firm_id"].drop_nulls()[0]
    first = night.run()
    grade = first.scan("ratings").filter(firm_id=firm).collect()["grade"][0]
    for path in sorted(night.records.glob("*.parquet")):
        night.rewrite(path.stem, lambda rows: rows.filter(pl.col("firm_id") != firm))
    night.run(as_of="2025-07-31", compare_with="latest")
    page = called("explain", night.out, firm).stdout
    assert f"{firm}: not rated, no record speaks of it, run " in page
    assert f"gone: was {grade}" in page
    assert "rejected" not in page and "None" not in page


def test_explain_says_of_an_identifier_that_cannot_be_read_that_its_rows_were_rejected(night: Night) -> None:
    # The last character is a check character, and no other one is right.
    firm = next(one for one in pl.read_parquet(night.records / "registrations.parquet")["firm_id"] if one and one.startswith("91"))
    ruined = firm[:-1] + ("X" if firm[-1] == "W" else "W")
    night.rewrite("registrations", lambda rows: pl.concat([rows, rows.head(1).with_columns(firm_id=pl.lit(ruined))]))
    night.run()
    assert f"{ruined}: not rated, every row was rejected, run " in called("explain", night.out, ruined).stdout


def test_explain_says_of_a_new_firm_what_it_is(night: Night) -> None:
    night.run()
    new = pl.read_parquet(night.records / "registrations.parquet").head(1).with_columns(firm_id=pl.lit("F-NEW-1"))
    night.rewrite("registrations", lambda rows: pl.concat([rows, new]))
    run = night.run(as_of="2025-07-31", compare_with="latest")
    grade = run.scan("ratings").filter(firm_id="F-NEW-1").collect()["grade"][0]
    assert f"  new: {grade}\n" in called("explain", night.out, "F-NEW-1").stdout + "\n"


def test_diff_tells_what_moved_most_firms_in_the_order_of_the_scale(two: Night) -> None:
    first, second = (two.out / "runs" / name for name in two.published())
    found = json.loads(called("diff", first, second, "--json").stdout)
    # What the second run published when it compared itself with the first says the same.
    changes = PublishedRun(second).scan("changes").collect()
    published = Counter(changes.select("change", "reason_kind", "reason").iter_rows())
    assert {(row["change"], row["reason_kind"], row["reason"]): row["firms"] for row in found["changes"]} == dict(published)
    text = called("diff", first, second).stdout.splitlines()
    scale = ["AAA", "AA", "A", "BBB", "BB", "B", "CCC", "CC", "C", "D", "NI", "NR", "gone"]
    header = text[1].split()[3:]
    assert len(header) > 5 and header == [grade for grade in scale if grade in header]
    moved = published.copy()
    for change in [one for one in moved if one[0] in {"new", "gone"}]:
        del moved[change]
    (change, kind, reason), firms = moved.most_common(1)[0]
    at = text.index("what moved most firms")
    assert text[at + 1].startswith(f"  {firms} ")
    assert f"  {firms} {change}: {kind} {reason}" in text[at:]


def test_diff_of_runs_that_are_laid_out_otherwise_says_the_same(night: Night) -> None:
    was = [night.run(as_of="2024-12-31", out=f"was{n}", partitions=n) for n in (3, 4)]
    now = night.run(out="now")
    same, other = (diff_of(one, now) for one in was)
    assert same["migration"] == other["migration"] and same["changes"] == other["changes"]
    assert same["moved"] > 10


def test_diff_tells_who_moved(two: Night) -> None:
    first, second = (two.out / "runs" / name for name in two.published())
    found = json.loads(called("diff", first, second, "--json").stdout)
    assert sum(row["firms"] for row in found["migration"]) == 150
    assert found["migration"] == PublishedRun(second).manifest["migration"]
    assert "as_of" in found["differing"]
    assert json.loads(called("diff", second, second, "--json").stdout)["moved"] == 0
    assert "firms moved" in called("diff", first, second).stdout


@pytest.mark.parametrize(("before", "expected", "warned"), [("", 1, False), ("import polars as pl; pl.thread_pool_size()", 3, True)])
def test_threads_of_the_document_hold_from_python_too_or_are_told_not_to(night: Night, before: str, expected: int, warned: bool) -> None:
    """The threads of a process are fixed when they are first used."""
    code = (
        f"{before}\nimport sys\nfrom firmrating.nightly import run\n"
        "class Heard:\n"
        "    def tell(self, event, **of):\n"
        "        if event == 'warning': print(of['message'])\n"
        "    def close(self): pass\n"
        "run(sys.argv[1], reporter=Heard())\nimport polars as pl\nprint(pl.thread_pool_size())\n"
    )
    environment = {**os.environ, "POLARS_MAX_THREADS": "3"}
    words = [sys.executable, "-c", code, str(night.document(threads=1))]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=environment)
    lines = done.stdout.splitlines()
    assert int(lines[-1]) == expected
    assert lines[:-1] == (["`threads`: 3 threads, not 1: this process had begun to work with them"] if warned else [])


def test_a_run_that_is_ended_by_sigterm_goes_on_at_the_next_start(night: Night) -> None:
    """At once and by the system, as the shell tells it with 143."""
    expected = bytes_of(night.run(out="undisturbed"))
    document = night.document()
    command = [sys.executable, "-c", "from firmrating.cli import main; main()", "nightly", str(document)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if json.loads(line)["event"] == "rated":
                process.terminate()
                break
        said = process.stderr.read()
    assert process.returncode == -signal.SIGTERM
    assert "Traceback" not in said
    assert night.published() == []
    assert bytes_of(night.run()) == expected
