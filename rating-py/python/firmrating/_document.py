"""What a model and a rulebook have in common: each is a checked document."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

from firmrating._files import read_document
from firmrating._places import checked
from firmrating._write import write_whole

__all__ = ["Document"]


class _Checked(Protocol):
    """A document as the extension holds it."""

    @property
    def hash(self) -> str: ...
    def to_json(self) -> str: ...


_Native = TypeVar("_Native", bound=_Checked)


class Document(Generic[_Native]):
    """A document that has been checked; immutable. Equal documents are equal."""

    __slots__ = ("_native", "_spec")

    _kind: ClassVar[str]
    """What it is, in one word."""
    _class: ClassVar[Any]
    """The class of the extension that checks it."""

    _native: _Native
    _spec: dict[str, Any]

    def __init__(self, document: str | Mapping[str, Any]) -> None:
        self._take(checked(self._class, self._kind, document))

    def _take(self, native: _Native) -> None:
        self._native = native
        self._spec = json.loads(native.to_json())

    @classmethod
    def _shipped(cls, id: str) -> Self:
        made = cls.__new__(cls)
        made._take(cls._class.preset(id))
        return made

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Checks a document given as JSON text."""
        return cls(text)

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Self:
        """Checks a document given as nested dictionaries, as :attr:`spec` gives it. A fault names its place in them."""
        return cls(document)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Reads and checks the document in a file: JSON, or TOML if its name ends so.

        A fault of the schema is told by line and column of a JSON file, by its place in a TOML file, such as
        ``evaluations[0].blocks[0].most``.
        """
        return cls(read_document(cls._kind, path))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the document to a file, whole or not at all, and returns its path."""
        return write_whole(path, lambda part: part.write_text(self.to_json() + "\n", encoding="utf-8"))

    def to_json(self) -> str:
        """The document as JSON text."""
        return self._native.to_json()

    @property
    def spec(self) -> dict[str, Any]:
        """The document as nested dictionaries; a copy, so that changing it changes nothing else."""
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

    def __eq__(self, other: object) -> bool:
        """Equal documents of one kind are equal."""
        return isinstance(other, type(self)) and self.hash == other.hash

    def __hash__(self) -> int:
        """Hash of the content hash."""
        return hash(self.hash)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id} {self.version}, {self.hash[:12]})"
