"""A published run: its manifest and its tables, as they lie in its folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from firmrating.nightly.errors import DocumentError, first_line
from firmrating.nightly.firm_key import firm_key, partition_of
from firmrating.nightly.part import hash_of

if TYPE_CHECKING:
    import polars as pl

__all__ = ["FORMAT", "LATEST", "MANIFEST", "RUNS", "PublishedRun"]

FORMAT = 5
"""Version of what is written; raised when a column, the layout or the hash of a firm changes."""
MANIFEST, RUNS, LATEST = "manifest.json", "runs", "latest"


# What is asked of any manifest, and of the entries of its lists.
_KINDS: dict[str, type] = {
    "format": int,
    "as_of": str,
    "versions": dict,
    "documents": dict,
    "options": dict,
    "partitions": int,
    "inputs": list,
    "counts": list,
    "firms": dict,
    "gates": list,
    "outputs": list,
    "content_hash": str,
}
_ENTRIES = {
    "inputs": {"table", "rows"},
    "counts": {"table", "rows_in", "used", "rejected"},
    "gates": {"measure", "outcome"},
    "outputs": {"table", "file", "rows", "sha256"},
}


class PublishedRun:
    """A run as it was published; never changed again."""

    __slots__ = ("folder", "manifest")

    folder: Path
    """Where it lies."""
    manifest: dict[str, Any]
    """What it says of itself (docs/nightly.md)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise DocumentError(f"`{folder}` is no published run: {first_line(error)}") from error
        if faults := _faults(self.manifest):
            raise DocumentError(f"`{folder}` is no published run, or one of another version: its manifest {faults}")

    @classmethod
    def find(cls, folder: Path) -> PublishedRun:
        """The run in a folder, or the latest of a folder of runs."""
        return cls((folder if (folder / MANIFEST).exists() else folder / LATEST).resolve())

    @property
    def partitions(self) -> int:
        """How many partitions it has."""
        return int(self.manifest["partitions"])

    @property
    def content_hash(self) -> str:
        """Hash of all that it says."""
        return str(self.manifest["content_hash"])

    @property
    def names(self) -> list[str]:
        """Its tables."""
        return list(dict.fromkeys(str(file["table"]) for file in self.manifest["outputs"]))

    @property
    def reports(self) -> dict[str, Path]:
        """The pages that tell of it, by name, such as ``report.en.html``; none of a run that a cluster published."""
        return {str(file["file"]): self.folder / file["file"] for file in self.manifest.get("reports", [])}

    def files(self, table: str) -> list[Path]:
        """The files of a table, in order of the partitions."""
        return [self.folder / file["file"] for file in self.manifest["outputs"] if file["table"] == table]

    def check(self, table: str, partition: int | None = None) -> None:
        """Raises :class:`DocumentError` if a file of a table is not what the manifest says of it."""
        listed = [file for file in self.manifest["outputs"] if file["table"] == table]
        for file in listed if partition is None else [listed[partition]]:
            try:
                is_sound = hash_of(self.folder / file["file"]) == file["sha256"]
            except OSError as error:
                raise DocumentError(f"run `{self.folder.name}`: file `{file['file']}`: {first_line(error)}") from error
            if not is_sound:
                raise DocumentError(f"run `{self.folder.name}`: file `{file['file']}` is not what its manifest says")

    def scan(self, table: str) -> pl.LazyFrame:
        """The rows of a table as a query."""
        import polars as pl

        return pl.scan_parquet(self._there(self.files(table)), glob=False)

    def partition(self, table: str, partition: int) -> pl.DataFrame:
        """The rows of one partition of a table, after its file was checked."""
        import polars as pl

        self.check(table, partition)
        return pl.read_parquet(self.files(table)[partition], glob=False)

    def of_firm(self, table: str, firm_id: str) -> pl.DataFrame:
        """The rows of one firm, from the one file that can hold them."""
        import polars as pl

        if table not in self.names:
            return pl.DataFrame()
        key, at = self._place(firm_id)
        # Runs of other formats have other hashes of firms, so another partition may hold it.
        files = [self.files(table)[at]] if self.manifest["format"] == FORMAT else self.files(table)
        return pl.scan_parquet(self._there(files), glob=False).filter(firm_id=key).collect()

    def _there(self, files: list[Path]) -> list[Path]:
        """The files, if they are there."""
        gone = [f"run `{self.folder.name}`: no file `{file.relative_to(self.folder)}`" for file in files if not file.is_file()]
        if gone:
            raise DocumentError(gone)
        return files

    def _place(self, firm_id: str) -> tuple[str, int]:
        import polars as pl

        given = pl.lit(firm_id)
        found, at = pl.select(firm_key(given), partition_of(given, self.partitions).alias("at")).row(0)
        return str(found), int(at)


def _faults(manifest: Any) -> str | None:
    """What a manifest lacks to be read as one."""
    if not isinstance(manifest, dict):
        return "is no object"
    lacking = [name for name, kind in _KINDS.items() if not isinstance(manifest.get(name), kind)]
    lacking += [
        f"{name}.{key}"
        for name, keys in _ENTRIES.items()
        if name not in lacking
        for key in sorted(keys)
        if not all(isinstance(entry, dict) and key in entry for entry in manifest[name])
    ]
    return f"lacks {', '.join(f'`{name}`' for name in lacking)}" if lacking else None
