"""A run that was killed goes on, and ends with the bytes of an undisturbed one."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from nights import Night, bytes_of

from firmrating.nightly import night as night_module
from firmrating.nightly.errors import BusyError, SourceError, UnwritableError
from firmrating.nightly.lock import locked
from firmrating.nightly.published import PublishedRun
from firmrating.nightly.status import status_of

KILLS = 20
# Kills its own process, from inside the run, when the event of this number is told.
KILLED_AT = """
import os, signal, sys
from firmrating.nightly.night import run

class Killer:
    def __init__(self, at):
        self.left = at
    def tell(self, event, **of):
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1
    def close(self):
        pass

run(sys.argv[1], reporter=Killer(int(sys.argv[2])))
"""


class Heard:
    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []

    def tell(self, event: str, **of: Any) -> None:
        self.events.append((event, of))

    def close(self) -> None:
        pass


def started(document: Path, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", "from firmrating.cli import main; main()", "nightly", str(document), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def stage_of(said: str) -> str:
    """The stage that a process told last; the line that a kill cut off is none."""
    told = [line for line in said.splitlines() if line.startswith('{"event": "stage"') and line.endswith("}")]
    return str(json.loads(told[-1])["stage"]) if told else "start"


def assert_nothing_half(night: Night) -> None:
    for name in night.published():
        run = PublishedRun(night.out / "runs" / name)
        assert {file["file"]: file["sha256"] for file in run.manifest["outputs"]} == bytes_of(run)


def test_killed_at_twenty_random_moments_it_ends_with_the_same_bytes(night: Night) -> None:
    """How many moments fell into which stage is printed; of one pass, docs/reliability.md tells it."""
    document = night.document()
    began = time.monotonic()
    started(document).communicate()
    took = time.monotonic() - began
    undisturbed = PublishedRun.find(night.out)
    expected, content = bytes_of(undisturbed), undisturbed.content_hash
    chance = random.Random(20_250_630)
    stages: Counter[str] = Counter()
    for _ in range(3 * KILLS):
        killed = stages.total()
        if killed == KILLS:
            break
        night.out.rename(night.folder / f"done-{killed}-{time.monotonic_ns()}")
        process = started(document)
        time.sleep(chance.uniform(0.1, 1.0) * took)
        process.kill()
        said = process.communicate()[1].decode()
        if process.returncode == -signal.SIGKILL:
            stages[stage_of(said)] += 1
        assert_nothing_half(night)
        again = night.run()
        assert bytes_of(again) == expected
        assert again.content_hash == content
        assert sorted(path.name for path in night.out.iterdir()) == [".lock", "latest", "runs"]
    print(dict(stages))
    assert stages.total() == KILLS
    # All in one stage would say little.
    assert len(stages) > 1


def test_killed_at_every_stage_in_turn_the_same_run_ends(night: Night) -> None:
    heard = Heard()
    expected = bytes_of(night.run(out="undisturbed", reporter=heard))
    document = night.document()
    for at in range(0, len(heard.events), 3):
        command = [sys.executable, "-c", KILLED_AT, str(document), str(at)]
        assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
        assert_nothing_half(night)
    assert bytes_of(night.run()) == expected


def test_finished_partitions_are_not_rated_again(night: Night) -> None:
    heard = Heard()
    night.run(out="undisturbed", reporter=heard)
    rated = [at for at, (event, _) in enumerate(heard.events) if event == "rated"]
    document = night.document()
    subprocess.run([sys.executable, "-c", KILLED_AT, str(document), str(rated[1])], check=False)
    done = sorted((night.out / ".work").glob("*/parts/0*"))
    assert [path.name for path in done] == ["00000", "00001"]
    assert status_of(night.out)["begun"] == {"tables_split": 18, "partitions_done": 2}
    again = Heard()
    linked = [(path / "ratings.parquet").stat().st_ino for path in done]
    run = night.run(reporter=again)
    assert [path.stat().st_ino for path in run.files("ratings")[:2]] == linked
    assert "resumed" in [event for event, _ in again.events]
    assert run.manifest["performance"]["resumed"]


def test_a_part_that_was_damaged_since_is_rated_again(night: Night) -> None:
    heard = Heard()
    expected = bytes_of(night.run(out="undisturbed", reporter=heard))
    rated = [at for at, (event, _) in enumerate(heard.events) if event == "rated"]
    subprocess.run([sys.executable, "-c", KILLED_AT, str(night.document()), str(rated[-1])], check=False)
    part = next((night.out / ".work").glob("*/parts/00000/ratings.parquet"))
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)
    assert bytes_of(night.run()) == expected


def test_after_a_power_cut_tables_are_split_again(night: Night) -> None:
    heard = Heard()
    expected = bytes_of(night.run(out="undisturbed", reporter=heard))
    rated = [at for at, (event, _) in enumerate(heard.events) if event == "rated"]
    subprocess.run([sys.executable, "-c", KILLED_AT, str(night.document()), str(rated[0])], check=False)
    state = next((night.out / ".work").glob("*/state.json"))
    state.write_text(json.dumps({**json.loads(state.read_text()), "boot": "another"}))
    for path in (night.out / ".work").glob("*/split/*/*/*.ipc"):
        path.write_bytes(b"")
    assert bytes_of(night.run()) == expected


def test_after_a_power_cut_text_is_copied_again(night: Night) -> None:
    """A copy in UTF-8 that a power cut shortened, at the end of a row."""
    path = night.records / "patents.parquet"
    path.with_suffix(".csv").write_bytes(pl.read_parquet(path).write_csv().encode("gb18030"))
    path.unlink()
    sources = {one.stem: f"records/{one.name}" for one in sorted(night.records.glob("*.parquet"))}
    keys = {"records": None, "sources": {**sources, "patents": {"files": "records/patents.csv", "encoding": "gb18030"}}}
    heard = Heard()
    expected = bytes_of(night.run(out="undisturbed", reporter=heard, **keys))
    split = [at for at, (event, _) in enumerate(heard.events) if event == "split"]
    subprocess.run([sys.executable, "-c", KILLED_AT, str(night.document(**keys)), str(split[-1])], check=False)
    (copy,) = (night.out / ".work").glob("*/text/patents-*.csv")
    lines = copy.read_text(encoding="utf-8").splitlines(keepends=True)
    copy.write_text("".join(lines[: len(lines) // 2]), encoding="utf-8")
    state = next((night.out / ".work").glob("*/state.json"))
    state.write_text(json.dumps({**json.loads(state.read_text()), "boot": "another"}))
    assert bytes_of(night.run(**keys)) == expected


def test_a_row_that_got_lost_on_the_way_is_missed(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = night_module.split
    rows = pl.read_parquet(night.records / "patents.parquet").height

    def losing(query: pl.LazyFrame, column: str, partitions: int, folder: Path, *, compressed: bool) -> None:
        whole(query.head(rows - 1) if folder.name == "patents" else query, column, partitions, folder, compressed=compressed)

    monkeypatch.setattr(night_module, "split", losing)
    with pytest.raises(SourceError, match=f"table `patents`: expected `{rows}` rows, as they were delivered, got `{rows - 1}`"):
        night.run()
    assert night.published() == []


def test_a_run_that_cannot_be_loaded_keeps_what_it_extracted(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next start loads the run that is published, and does not ask the database again."""
    asked: list[Path] = []
    patents = night.records / "patents.parquet"

    def extract(_: object, folder: Path) -> None:
        asked.append(folder)
        (folder / "patents").mkdir(parents=True)
        patents.rename(folder / "patents" / "00000.parquet")

    def fail(*_: object) -> bool:
        raise UnwritableError("PostgreSQL: gone")

    monkeypatch.setattr(night_module, "extraction_key", lambda _: "key")
    monkeypatch.setattr(night_module, "extract", extract)
    monkeypatch.setattr(night_module, "load", fail)
    keys = {"sink": {"uri_env": "FIRMRATING_TEST_NONE"}}
    with pytest.raises(UnwritableError, match="gone"):
        night.run(**keys)
    (name,) = night.published()
    monkeypatch.setattr(night_module, "load", lambda *_: True)
    assert night.run(**keys).folder.name == name
    assert len(asked) == 1
    assert sorted(path.name for path in night.out.iterdir()) == [".lock", "latest", "runs"]


def test_what_another_delivery_left_behind_is_cleared_away(night: Night) -> None:
    heard = Heard()
    night.run(out="undisturbed", reporter=heard)
    subprocess.run([sys.executable, "-c", KILLED_AT, str(night.document()), "10"], check=False)
    night.rewrite("patents", lambda rows: rows.head(10))
    night.run()
    assert not (night.out / ".work").exists()
    assert len(night.published()) == 1


def test_two_runs_into_one_folder_cannot_be_at_once(night: Night) -> None:
    with locked(night.out), pytest.raises(BusyError, match="another run holds"):
        night.run()
    assert status_of(night.out)["running"] is False
    night.run()


def test_of_two_processes_one_publishes_and_the_other_says_that_it_is_busy(night: Night) -> None:
    document = night.document()
    with locked(night.out):
        refused = started(document)
        said = refused.communicate()[1].decode()
    assert refused.returncode == 5
    assert "another run holds" in said
    both = [started(document), started(document)]
    codes = sorted((process.communicate(), process.returncode)[1] for process in both)
    assert codes in ([0, 0], [0, 5])
    assert_nothing_half(night)
    assert len(night.published()) == 1


def test_a_lock_goes_with_its_process(night: Night) -> None:
    process = started(night.document())
    deadline = time.monotonic() + 30
    while not (night.out / ".lock").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    night.run()
