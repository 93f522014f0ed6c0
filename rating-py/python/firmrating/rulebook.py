"""Rulebooks: published evaluations as documents, and what they say of firms."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from firmrating import _firmrating as _native
from firmrating._days import Day, day_text
from firmrating._files import read_document
from firmrating._write import write_whole

if TYPE_CHECKING:
    import polars as pl

    from firmrating.records import Records

__all__ = ["Evaluations", "Rulebook"]


class Rulebook:
    """Published evaluations, dated and with their sources; immutable.

    Made from a document (JSON; its schema is published with the project): :meth:`preset`, :meth:`load`,
    :meth:`from_json`, :meth:`from_dict`. A document that does not hold together raises
    :class:`~firmrating.ModelError`, whose ``errors`` name everything that is wrong with it.
    """

    __slots__ = ("_native", "_spec")

    def __init__(self, document: str | Mapping[str, Any]) -> None:
        text = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
        self._take(_native.Rulebook(text))

    def _take(self, native: _native.Rulebook) -> None:
        self._native = native
        self._spec: dict[str, Any] = json.loads(native.to_json())

    @classmethod
    def preset(cls, id: str = "china") -> Rulebook:
        """A rulebook that comes with the package. ``china``: evaluations transcribed from secondary sources."""
        book = cls.__new__(cls)
        book._take(_native.Rulebook.preset(id))
        return book

    @classmethod
    def from_json(cls, text: str) -> Rulebook:
        """Checks a document given as JSON text."""
        return cls(text)

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Rulebook:
        """Checks a document given as nested dictionaries, as :attr:`spec` gives it."""
        return cls(document)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Rulebook:
        """Reads and checks the document in a file."""
        return cls(read_document("rulebook", path))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the document to a file, whole or not at all, and returns its path."""
        return write_whole(path, lambda part: part.write_text(self.to_json() + "\n", encoding="utf-8"))

    def to_json(self) -> str:
        """The document as JSON text."""
        return self._native.to_json()

    @property
    def spec(self) -> dict[str, Any]:
        """The document as nested dictionaries; a copy, so that changing it changes no rulebook."""
        copied: dict[str, Any] = json.loads(self.to_json())
        return copied

    @property
    def id(self) -> str:
        """Its id."""
        return str(self._spec["id"])

    @property
    def version(self) -> str:
        """Its version."""
        return str(self._spec["version"])

    @property
    def hash(self) -> str:
        """Content hash of the document, SHA-256; stands in every answer."""
        return self._native.hash

    @property
    def notice(self) -> dict[str, str]:
        """Where its tables come from, by language: ``en`` and ``zh``."""
        return dict(self._spec["notice"])

    @property
    def declared(self) -> pl.DataFrame:
        """What no department reports and a user may declare: ``id``, ``en``, ``zh``, a row each."""
        import polars as pl

        rows = [{"id": asked["id"], **asked["name"]} for asked in self._spec["declared"]]
        return pl.DataFrame(rows, schema={"id": pl.String, "en": pl.String, "zh": pl.String})

    def evaluate(self, records: Records, as_of: Day, *, declared: Any = None) -> Evaluations:
        """Evaluates every firm of records as it was known on a day.

        ``declared`` is a frame with the column ``firm_id``, a row a firm, and a column for each id of
        :attr:`declared` that something is declared of: numbers, or true and false. What is left out stays open, and
        so does all of it without a frame. Firms and columns that are not known raise
        :class:`~firmrating.InputError`.
        """
        rows, parts = self._native.evaluate(records._native, day_text(as_of), declared)
        return Evaluations(self, day_text(as_of), rows, parts)

    def __eq__(self, other: object) -> bool:
        """Equal documents are equal rulebooks."""
        return isinstance(other, Rulebook) and self.hash == other.hash

    def __hash__(self) -> int:
        """Hash of the content hash."""
        return hash(self.hash)

    def __repr__(self) -> str:
        return f"Rulebook({self.id} {self.version}, {self.hash[:12]})"


class Evaluations:
    """What a rulebook says of all firms of records as of one day. Made by :meth:`Rulebook.evaluate`."""

    __slots__ = ("as_of", "frame", "parts", "rulebook")

    rulebook: Rulebook
    """The rulebook that evaluated."""
    as_of: str
    """The day, such as ``2025-06-30``."""
    frame: pl.DataFrame
    """A row a firm and evaluation.

    ``firm_id``, ``evaluation``; ``verdict``: ``passed``, ``failed``, ``open`` (what is not known decides) or
    ``not_in_force``; ``admitted`` by ``points`` or by the admission named; ``points_low`` and ``points_high``, the
    fewest and the most that are possible; ``missing``, what is not known and may decide, separated by blanks;
    ``document``; ``rulebook``, ``rulebook_version``, ``rulebook_hash``.
    """
    parts: pl.DataFrame
    """A row a part of an evaluation of a firm.

    ``firm_id``, ``evaluation``, ``part`` (``condition``, ``block``, ``item``, ``admission``), its ``id``; ``holds``
    (``yes``, ``no``, ``open``) of conditions and admissions; ``value`` of items; ``points_low`` and ``points_high`` of
    blocks and items.
    """

    def __init__(self, rulebook: Rulebook, as_of: str, rows: Any, parts: Any) -> None:
        import polars as pl

        self.rulebook, self.as_of = rulebook, as_of
        self.frame, self.parts = pl.DataFrame(rows), pl.DataFrame(parts)

    @property
    def summary(self) -> pl.DataFrame:
        """A row an evaluation: firms by verdict, in the columns ``passed``, ``failed``, ``open``, ``not_in_force``."""
        import polars as pl

        verdicts = ("passed", "failed", "open", "not_in_force")
        counts = [(pl.col("verdict") == verdict).sum().alias(verdict) for verdict in verdicts]
        return self.frame.group_by("evaluation", maintain_order=True).agg(counts)

    def __repr__(self) -> str:
        told = "; ".join(
            f"{row['evaluation']}: " + ", ".join(f"{row[verdict]} {verdict}" for verdict in list(row)[1:] if row[verdict])
            for row in self.summary.iter_rows(named=True)
        )
        return f"Evaluations as of {self.as_of} by {self.rulebook!r}: {told}"
