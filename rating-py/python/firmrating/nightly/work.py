"""The work folder of a run: what a killed run leaves behind, and what the next start takes up."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from firmrating.nightly.part import Part, read_part

__all__ = ["WORK", "WorkFolder"]

WORK = ".work"
_STATE = "state.json"
_WEIGHED = "weighed"
_BOOT = Path("/proc/sys/kernel/random/boot_id")


class WorkFolder:
    """The folder of one plan below the folder of runs. Everything in it has its final name only when it is whole."""

    __slots__ = ("folder", "resumed")

    folder: Path
    resumed: bool
    """Whether an earlier process had begun."""

    def __init__(self, out: Path, key: str) -> None:
        top = out / WORK
        self.folder = top / key[:32]
        state = {"key": key, "boot": _boot()}
        for stale in top.iterdir() if top.is_dir() else ():
            if stale != self.folder:
                shutil.rmtree(stale)
        self.resumed = self.folder.is_dir()
        # Copies and splits are not forced to the disk: after a power cut they are made anew, the parts are checked anyway.
        # Nor are they taken up if their sources were not weighed after the last row was read: they may hold other rows.
        if self.resumed and (_read(self.folder / _STATE) != state or not (self.folder / _WEIGHED).exists()):
            self.forget_split()
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / _STATE).write_text(json.dumps(state), encoding="utf-8")

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
        shutil.rmtree(self.folder.parent, ignore_errors=True)


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
