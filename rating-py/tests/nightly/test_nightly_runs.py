"""The folder of runs: who holds it, what is left in it, which run is the latest, and what is no run."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from nights import Night, bytes_of
from polars.testing import assert_frame_equal
from typer.testing import CliRunner

from firmrating.cli import app
from firmrating.nightly import night as night_module
from firmrating.nightly import plan as plan_module
from firmrating.nightly.errors import BusyError, DocumentError, GateError, UnwritableError
from firmrating.nightly.lock import is_locked, locked
from firmrating.nightly.night import run
from firmrating.nightly.published import PublishedRun
from firmrating.nightly.status import status_of


def called(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["nightly", *map(str, words)])
    return done.exit_code, done.output


def test_who_asks_whether_a_folder_is_held_stops_no_run(night: Night) -> None:
    """Who asks has the lock for a moment, here for a tenth of a second."""
    night.out.mkdir()
    with locked(night.out):
        assert is_locked(night.out)
    assert not is_locked(night.out)
    handle = os.open(night.out / ".lock", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_SH)
    timer = threading.Timer(0.1, os.close, [handle])
    timer.start()
    with locked(night.out):
        assert is_locked(night.out)
    timer.join()
    with locked(night.out), pytest.raises(BusyError), locked(night.out):
        pass


FOREIGN: list[Any] = [{}, [], 1, {"format": 1}, "lacking", "other-kind", "lacking-in-a-list"]


@pytest.mark.parametrize("manifest", FOREIGN)
def test_a_manifest_of_something_else_is_told(night: Night, manifest: Any) -> None:
    run = night.run(as_of="2024-12-31")
    firm = run.scan("ratings").collect()["firm_id"][0]
    if manifest == "lacking":
        manifest = {name: value for name, value in run.manifest.items() if name != "counts"}
    if manifest == "other-kind":
        manifest = {**run.manifest, "outputs": "none"}
    if manifest == "lacking-in-a-list":
        manifest = {**run.manifest, "outputs": [{"file": "x"}]}
    folder = night.folder / "foreign"
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps(manifest))
    for words in (["status", folder], ["explain", folder, firm], ["diff", folder, run.folder], ["diff", run.folder, folder]):
        code, told = called(*words)
        assert code == 2
        assert told.startswith(f"error: `{folder}` is no published run")
        assert len(told.splitlines()) == 1
    code, told = called(night.document(compare_with="foreign", out="second"))
    assert code == 2
    assert f"`{folder}` is no published run" in told.splitlines()[-1]


def test_files_of_a_run_that_are_gone_or_damaged_are_a_wrong_call(night: Night) -> None:
    run = night.run()
    firm = run.scan("ratings").collect()["firm_id"][0]
    path = next(path for path in run.files("ratings") if firm in pl.read_parquet(path)["firm_id"])
    content = path.read_bytes()
    for damage, said in ((None, f"no file `ratings/{path.name}`"), (content[:-200], "a file of a run cannot be read: not Parquet, or damaged")):
        path.unlink(missing_ok=True)
        if damage is not None:
            path.write_bytes(damage)
        for words in (["diff", run.folder, run.folder], ["explain", run.folder, firm]):
            code, told = called(*words)
            assert (code, len(told.splitlines())) == (2, 1), told
            assert said in told


def test_an_encoding_that_is_not_of_text_is_refused(night: Night) -> None:
    (night.folder / "r.csv").write_text("firm_id,name\nF-1,x\n", encoding="utf-8")
    for encoding in ("base64", "rot13", "zip", "utf-9"):
        with pytest.raises(DocumentError, match=f"expected an encoding of text such as `utf-8` or `gb18030`, got `{encoding}`"):
            night.run(records=None, sources={"registrations": {"files": "r.csv", "encoding": encoding}})


class Heard:
    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []

    def tell(self, event: str, **of: Any) -> None:
        self.events.append((event, of))

    def close(self) -> None:
        pass


def killed(document: Path, event: str) -> None:
    """Runs a document until it tells an event, and ends there by SIGKILL."""
    code = (
        "import os, signal, sys\nfrom firmrating.nightly.night import run\n"
        "class Killer:\n"
        "    def tell(self, event, **of):\n"
        "        if event == sys.argv[2]: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    def close(self): pass\n"
        "run(sys.argv[1], reporter=Killer())\n"
    )
    assert subprocess.run([sys.executable, "-c", code, str(document), event], check=False).returncode == -signal.SIGKILL


def works(night: Night) -> list[Path]:
    return sorted((night.out / ".work").glob("*"))


STRICT = {"gates": [{"measure": "reject_share", "at_most": 0.0}]}


def test_a_run_that_a_gate_stopped_goes_on_with_another_gate(night: Night) -> None:
    expected = night.run(out="undisturbed", gates=[{"measure": "reject_share", "at_most": 1}])
    heard = Heard()
    for _ in range(2):
        with pytest.raises(GateError):
            night.run(reporter=heard, **STRICT)
    assert night.published() == []
    (told,) = {of["message"] for event, of in heard.events if event == "stopped"}
    (work,) = works(night)
    assert f"`{work / 'publish'}`" in told
    rejects = pl.read_parquet(sorted((work / "publish" / "rejects").glob("*.parquet")))
    assert_frame_equal(rejects, expected.scan("rejects").collect())
    made = [path.stat().st_ino for path in sorted((work / "parts").glob("*/ratings.parquet"))]
    run = night.run(gates=[{"measure": "reject_share", "at_most": 1}])
    assert [path.stat().st_ino for path in run.files("ratings")] == made
    assert bytes_of(run) == bytes_of(expected)
    assert run.content_hash == expected.content_hash
    assert sorted(path.name for path in night.out.iterdir()) == [".lock", "latest", "runs"]


def test_a_run_that_a_gate_stopped_is_cleared_away_by_another_delivery(night: Night) -> None:
    with pytest.raises(GateError):
        night.run(**STRICT)
    night.rewrite("patents", lambda rows: rows.head(10))
    with pytest.raises(GateError):
        night.run(**STRICT)
    assert len(works(night)) == 1


def test_gates_are_part_of_the_name_of_a_run(night: Night) -> None:
    names = {night.run(gates=[{"measure": "reject_share", "at_most": most}]).folder.name for most in (0.9, 1)}
    assert len(names) == 2


def test_what_another_document_left_half_done_stays(night: Night) -> None:
    expected = bytes_of(night.run(out="undisturbed"))
    document = night.document("first")
    killed(document, "rated")
    (left,) = works(night)
    made = [path.stat().st_ino for path in sorted((left / "parts").glob("0*/ratings.parquet"))]
    assert made
    heard = Heard()
    night.run("second", as_of="2024-12-31", reporter=heard)
    assert ("left", {"message": "left half done in this folder by other documents: `../first.toml`"}) in heard.events
    assert works(night) == [left]
    assert status_of(night.out)["left"] == ["../first.toml"]
    assert "left half done: `../first.toml`" in called("status", night.out)[1]
    first = run(document)
    assert [path.stat().st_ino for path in first.files("ratings")][: len(made)] == made
    assert bytes_of(first) == expected
    assert works(night) == []


def test_what_another_document_extracted_stays(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def extract(document: Any, folder: Path) -> None:
        asked.append(str(document.as_of))
        (folder / "patents").mkdir(parents=True)
        shutil.copy(night.folder / "patents.parquet", folder / "patents" / "00000.parquet")

    def fail(*_: object) -> bool:
        raise UnwritableError("PostgreSQL: gone")

    (night.records / "patents.parquet").rename(night.folder / "patents.parquet")
    monkeypatch.setattr(night_module, "extraction_key", lambda document: str(document.as_of))
    monkeypatch.setattr(night_module, "extract", extract)
    monkeypatch.setattr(night_module, "load", fail)
    sink = {"sink": {"uri_env": "FIRMRATING_TEST_NONE"}}
    with pytest.raises(UnwritableError):
        night.run("first", **sink)
    night.run("second", as_of="2024-12-31")
    monkeypatch.setattr(night_module, "load", lambda *_: True)
    night.run("first", **sink)
    assert asked == ["2025-06-30", "2024-12-31"]
    assert sorted(path.name for path in night.out.iterdir()) == [".lock", "latest", "runs"]


def test_of_one_day_the_run_that_was_published_last_is_the_latest(night: Night) -> None:
    first, second = night.document("first"), night.document("second", extra_columns="ignore")
    run(first)
    last = run(second).folder
    for document in (first, second, first):
        run(document)
        assert PublishedRun.find(night.out).folder == last.resolve()
    (night.out / "latest").unlink()
    again = run(first)
    assert PublishedRun.find(night.out).folder == again.folder.resolve()


def test_a_run_that_was_published_and_not_pointed_at_is_the_latest_at_the_next_start(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    night.run("first", extra_columns="ignore")

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(night_module, "point_at", interrupted)
        with pytest.raises(KeyboardInterrupt):
            night.run("second")
    second = night.run("second")
    assert PublishedRun.find(night.out).folder == second.folder.resolve()
    assert len(night.published()) == 2


def test_of_one_day_the_run_that_was_loaded_last_is_the_latest(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    """The view `latest_ratings` shows the run that the database got last; `latest` leads to the same."""
    first = night.run("first")
    night.run("second", extra_columns="ignore")
    monkeypatch.setattr(night_module, "load", lambda *_: True)
    night.run("first", sink={"uri_env": "FIRMRATING_TEST_NONE"})
    assert PublishedRun.find(night.out).folder == first.folder.resolve()


def test_a_folder_where_the_link_should_be_is_told_before_anything_is_rated(night: Night) -> None:
    (night.out / "latest").mkdir(parents=True)
    with pytest.raises(DocumentError, match="`out`: `latest` in `out` is no link, and must become one; move it away"):
        night.run()
    assert called(night.document(), "--dry-run")[0] == 2
    assert night.published() == []


def test_a_bound_that_no_layout_holds_is_refused(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    """18 files of 100 million rows each are more than 4,096 partitions hold in 1.5 GiB; who names partitions has them."""
    monkeypatch.setattr(plan_module, "rows_about", lambda _: 100_000_000)
    with pytest.raises(DocumentError, match="`memory`: 1.5 GiB is too little for about 1,800,000,000 rows"):
        night.run(partitions=None, memory="1.5 GiB")
    assert night.run(memory="1.5 GiB").manifest["partitions"] == 3
