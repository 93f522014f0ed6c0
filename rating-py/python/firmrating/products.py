"""Catalogues of products as documents: products for a firm, and firms for a product."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from firmrating import _firmrating as _native
from firmrating._document import Document
from firmrating._files import read_document
from firmrating._places import checked
from firmrating.rulebook import Rulebook

if TYPE_CHECKING:
    import polars as pl

    from firmrating.ratings import Ratings

__all__ = ["Catalogue", "Matches", "match"]


class Catalogue(Document[_native.Catalogue]):
    """Products to finance firms with, each with conditions, where they come from, and what speaks for it; immutable.

    Its conditions read a rulebook, ``china`` if no other is given. A document that does not hold together raises
    :class:`~firmrating.ModelError`::

        import firmrating as fr

        catalogue = fr.Catalogue.preset("shanxi-2018")
        matches = catalogue.match(ratings)
        matches.frame                                    # a row a firm and product, the best first
        matches.firms_for("patent_pledge_loan")          # the other way round
    """

    __slots__ = ("rulebook",)

    _kind = "catalogue of products"
    _class = _native.Catalogue
    rulebook: Rulebook
    """The rulebook that its conditions read."""

    def __init__(self, document: str | Mapping[str, Any], *, rulebook: Rulebook | None = None) -> None:
        """Checks a document against a rulebook."""
        self.rulebook = book = Rulebook.preset("china") if rulebook is None else rulebook
        self._take(checked(lambda text: _native.Catalogue(text, book._native), self._kind, document))

    @classmethod
    def preset(cls, id: str = "shanxi-2018") -> Catalogue:
        """A catalogue that comes with the package. ``shanxi-2018``: what 晋政办发〔2018〕67号 names; its :attr:`notice` says what of it
        is sourced. Its conditions for the Beijing exchange are those of a draft of September 2021, not of the text in force."""
        return cls(_native.Catalogue.template(id))

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, rulebook: Rulebook | None = None) -> Catalogue:
        """Reads and checks the document in a file: JSON, or TOML if its name ends so."""
        return cls(read_document(cls._kind, path), rulebook=rulebook)

    @property
    def products(self) -> pl.DataFrame:
        """A row a product.

        ``id``, ``kind``, ``en``, ``zh``, ``document``, ``valid_from``, ``valid_to``; ``provenance``, how its text came here and
        what it is to be compared with; and ``not_sourced``, what no source was found for, so that it is left open (both in English).
        """
        import polars as pl

        rows = [
            {
                "id": product["id"],
                "kind": product["kind"],
                **product["name"],
                "document": product["basis"]["document"],
                "valid_from": product["valid_from"],
                "valid_to": product.get("valid_to"),
                "provenance": product["basis"]["provenance"],
                "not_sourced": product.get("not_sourced", {}).get("en"),
            }
            for product in self._spec["products"]
        ]
        names = ("id", "kind", "en", "zh", "document", "valid_from", "valid_to", "provenance", "not_sourced")
        frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String))
        return frame.with_columns(pl.col("valid_from", "valid_to").str.to_date())

    def match(self, ratings: Ratings, *, declared: Any = None) -> Matches:
        """What every product says of every firm of ratings, as of their day.

        ``declared`` is a frame as :meth:`Rulebook.evaluate` takes it, with the ids that the rulebook or the catalogue asks
        for; what is left out stays open.
        """
        return Matches(self, self._native.match(ratings._native, declared))


def match(ratings: Ratings, catalogue: Catalogue, *, declared: Any = None) -> Matches:
    """What every product of a catalogue says of every firm: :meth:`Catalogue.match` as a function."""
    return catalogue.match(ratings, declared=declared)


class Matches:
    """What the products of a catalogue say of firms. Made by :meth:`Catalogue.match`."""

    __slots__ = ("_frame", "_native", "catalogue")

    catalogue: Catalogue
    """The catalogue."""

    def __init__(self, catalogue: Catalogue, native: _native.Matches) -> None:
        self.catalogue, self._native = catalogue, native
        self._frame: pl.DataFrame | None = None

    @property
    def frame(self) -> pl.DataFrame:
        """A row a firm and product, for each firm the best first.

        ``firm_id``, ``rank`` from 1, ``product``, ``kind``; ``verdict``: ``passed``, ``open`` (what is not known decides),
        ``failed``, ``not_in_force``; how the ``stage`` of life goes with it (``meant``, ``not_said``, ``other``); ids of
        the conditions that are ``not_met`` and ``open``, and of what ``speaks_for`` it; ``missing``, what is not known;
        ``catalogue``, ``catalogue_version``, ``catalogue_hash``.
        """
        if self._frame is None:
            import polars as pl

            self._frame = pl.DataFrame(self._native.frame())
        return self._frame

    def firms_for(self, product: str) -> pl.DataFrame:
        """A row a firm for a product, the best first, between equals the one of the lower PD: the columns of :attr:`frame`, with
        ``pd``."""
        import polars as pl

        return pl.DataFrame(self._native.firms_for(product))

    def __len__(self) -> int:
        """How many firms there are."""
        return len(self._native)

    def __repr__(self) -> str:
        return f"Matches of {len(self):,} firms by {self.catalogue!r}"
