"""The work folder of a run: what a killed run leaves behind, and what the next start takes up."""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from pathlib import Path

from firmrating.nightly.part import Part, read_part

__all__ = ["WORK", "WorkFolder", "clear", "remove", "whose"]

WORK = ".work"
_STATE = "state.json"
_WEIGHED = "weighed"
_WHOSE = "document"
_PUBLISHING = "publishing"
_BOOT = Path("/proc/sys/kernel/random/boot_id")


class WorkFolder:
    """The folder of one plan below the folder of runs. Everything in it has its final name only when it is whole."""

    __slots__ = ("folder", "left", "resumed")

    folder: Path
    resumed: bool
    """Whether an earlier process had begun."""
    left: list[str]
    """Other documents that were left half done in this folder of runs: their work stays."""

    def __init__(self, out: Path, key: str, document: str = "") -> None:
        self.folder = _folder(out, key)
        state = {"key": key, "boot": _boot()}
        self.left = clear(self.folder, document or key)
        self.resumed = self.folder.is_dir()
        # Copies and splits are not forced to the disk: after a power cut they are made anew, the parts are checked anyway.
        # Nor are they taken up if their sources were not weighed after the last row was read: they may hold other rows.
        if self.resumed and (_read(self.folder / _STATE) != state or not (self.folder / _WEIGHED).exists()):
            self.forget_split()
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / _STATE).write_text(json.dumps(state), encoding="utf-8")
        (self.folder / _WHOSE).write_text(document or key, encoding="utf-8")

    @staticmethod
    def is_unsettled(out: Path, key: str, run: str) -> bool:
        """Whether a run was published from this work, and what follows a publication was cut short."""
        return _text(_folder(out, key) / _PUBLISHING) == run

    def publishing(self, run: str) -> None:
        """Says that a run of this name is about to become visible."""
        (self.folder / _PUBLISHING).write_text(run, encoding="utf-8")

    @property
    def text(self) -> Path:
        """Where CSV files of another encoding are copied to."""
        return self.folder / "text"

    def split(self, table: str) -> Path:
        """Where the partitions of a source table are."""
        return self.folder / "split" / table

    def seal(self) -> None:
        """Says that the sources were, after the last row was read, what they were before the first: the splits hold."""
        (self.folder / _WEIGHED).touch()

    def forget_split(self) -> None:
        """Takes away what was read of the sources; answers made from sealed splits stay."""
        (self.folder / _WEIGHED).unlink(missing_ok=True)
        for stale in (self.text, self.folder / "split", self.folder / "was"):
            shutil.rmtree(stale, ignore_errors=True)

    @property
    def changed(self) -> Path:
        """Where a delta run lists the firms that it rates anew."""
        return self.folder / "split" / ".changed.parquet"

    def was(self, table: str) -> Path:
        """Where the partitions of a table of the run compared with are, if that was laid out otherwise."""
        return self.folder / "was" / table

    def part(self, partition: int) -> Path:
        """Where the answers of a partition are."""
        return self.folder / "parts" / f"{partition:05d}"

    def done(self, partition: int) -> Part | None:
        """The answers of a partition that an earlier process finished."""
        return read_part(self.part(partition)) if self.part(partition).is_dir() else None

    @property
    def publish(self) -> Path:
        """Where the run is put together."""
        return self.folder / "publish"

    def remove(self) -> None:
        """Takes everything away."""
        remove(self.folder)

    @staticmethod
    def remove_of(out: Path, key: str) -> None:
        """Takes away what there is of a key."""
        remove(_folder(out, key))


def clear(folder: Path, document: str) -> list[str]:
    """Takes away what a document left beside its folder, and what nobody owns. Gives the documents whose folders stay."""
    left = []
    for other in sorted(folder.parent.iterdir()) if folder.parent.is_dir() else ():
        if other == folder:
            continue
        owner = whose(other)
        if owner in {None, document}:
            shutil.rmtree(other)
        else:
            left.append(str(owner))
    return left


def whose(folder: Path) -> str | None:
    """The run document that a folder was left by, as the folder of runs leads to it."""
    return _text(folder / _WHOSE)


def remove(folder: Path) -> None:
    """Takes a folder away, and the one that it lies in if nothing else does."""
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        folder.parent.rmdir()


def _folder(out: Path, key: str) -> Path:
    return out / WORK / key[:32]


def _boot() -> str:
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _read(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
