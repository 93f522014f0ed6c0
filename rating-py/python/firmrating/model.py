"""Rating models: a document that has been checked, and what it says of firms."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from firmrating import _firmrating as _native
from firmrating._days import Day, day_text
from firmrating._files import read_document
from firmrating._write import write_whole
from firmrating.ratings import Ratings

if TYPE_CHECKING:
    import polars as pl

    from firmrating._firmrating import Dossier, Rating
    from firmrating.records import Records

__all__ = ["RatingModel"]


class RatingModel:
    """A rating model that holds together; immutable.

    Made from a document (JSON; its schema is published with the project): :meth:`preset`, :meth:`load`,
    :meth:`from_json`, :meth:`from_dict`. A document that does not hold together raises
    :class:`~firmrating.ModelError`, whose ``errors`` name everything that is wrong with it.
    """

    __slots__ = ("_native", "_spec")

    def __init__(self, document: str | Mapping[str, Any]) -> None:
        text = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
        self._take(_native.Model(text))

    def _take(self, native: _native.Model) -> None:
        self._native = native
        self._spec: dict[str, Any] = json.loads(native.to_json())

    @classmethod
    def preset(cls, id: str = "tech-firm") -> RatingModel:
        """A model that comes with the package. ``tech-firm``: expert points, not fitted to data."""
        model = cls.__new__(cls)
        model._take(_native.Model.preset(id))
        return model

    @classmethod
    def from_json(cls, text: str) -> RatingModel:
        """Checks a document given as JSON text."""
        return cls(text)

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> RatingModel:
        """Checks a document given as nested dictionaries, as :attr:`spec` gives it."""
        return cls(document)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> RatingModel:
        """Reads and checks the document in a file."""
        return cls(read_document("model", path))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the document to a file, whole or not at all, and returns its path."""
        return write_whole(path, lambda part: part.write_text(self.to_json() + "\n", encoding="utf-8"))

    def to_json(self) -> str:
        """The document as JSON text."""
        return self._native.to_json()

    @property
    def spec(self) -> dict[str, Any]:
        """The document as nested dictionaries; a copy, so that changing it changes no model."""
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
        """Where its numbers come from, by language: ``en`` and ``zh``."""
        return dict(self._spec["notice"])

    @property
    def card(self) -> pl.DataFrame:
        """Its scorecards, a row an attribute.

        Columns ``pillar``, ``measure``, ``attribute``, ``points``, and in the technology pillar ``weight_start_up``,
        ``weight_growth``, ``weight_stable`` (hundredths by stage of life).
        """
        import polars as pl

        return pl.DataFrame(self._native.card())

    def rate(
        self, records: Records, as_of: Day, *, progress: bool | Callable[[int, int], object] = False
    ) -> Ratings:
        """Rates every firm of records as it was known on a day.

        ``progress`` shows a bar (with the package ``rich``), or calls a function with the firms done and all firms.
        """
        return Ratings(self, self._native.rate(records._native, day_text(as_of)), day_text(as_of), progress)

    def rate_firm(self, firm: Dossier | str | Mapping[str, Any], as_of: Day) -> Rating:
        """Rates one firm: a :class:`~firmrating.Dossier`, or its JSON as text or dictionary."""
        if isinstance(firm, Mapping):
            firm = json.dumps(firm, ensure_ascii=False, default=str)
        if isinstance(firm, str):
            firm = _native.Dossier(firm)
        return self._native.rate_firm(firm, day_text(as_of))

    def measure(self, records: Records, as_of: Day, *, reasons: bool = False) -> pl.DataFrame:
        """Measures every firm as it was known on a day: :meth:`Records.measure <firmrating.Records.measure>`."""
        return records.measure(as_of, reasons=reasons)

    def score(self, measured: Any) -> pl.DataFrame:
        """Scores a measured frame, such as :meth:`measure` gives: the kernel of every rating, by column.

        Columns ``score`` (higher is safer), ``pd`` (twelve months, higher is riskier), ``credit_grade``, with
        ``firm_id`` before them if the frame has it; a row a row. A gap without a reason beside it, in the column
        ``<id>__missing``, counts as not reported. Rules need records and are not asked.
        """
        import polars as pl

        # Taken over first: a stream can be read only once. What is no frame is refused by the extension.
        if hasattr(measured, "__arrow_c_stream__") or hasattr(measured, "__arrow_c_array__"):
            # polars gives a column of nothing but nulls a buffer that Arrow does not allow.
            measured = pl.DataFrame(measured).cast({pl.Null: pl.Float64})
        scored = pl.DataFrame(self._native.score(measured))
        if "firm_id" in measured.columns:
            scored = scored.insert_column(0, measured["firm_id"])
        return scored

    def __eq__(self, other: object) -> bool:
        """Equal documents are equal models."""
        return isinstance(other, RatingModel) and self.hash == other.hash

    def __hash__(self) -> int:
        """Hash of the content hash."""
        return hash(self.hash)

    def __repr__(self) -> str:
        return f"RatingModel({self.id} {self.version}, {self.hash[:12]})"
