"""The folder of runs: who holds it, what is left in it, which run is the latest, and what is no run."""

from __future__ import annotations

import fcntl
import json
import os
import threading
from typing import Any

import polars as pl
import pytest
from nights import Night
from typer.testing import CliRunner

from firmrating.cli import app
from firmrating.nightly.errors import BusyError, DocumentError
from firmrating.nightly.lock import is_locked, locked


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
