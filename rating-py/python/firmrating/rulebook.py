"""Rulebooks: published evaluations as documents, and what they say of firms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firmrating import _firmrating as _native
from firmrating._days import Day, day_text, plain_day
from firmrating._document import Document
from firmrating._dossier import as_dossier
from firmrating.applications import Applications, check_day, symbols

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from firmrating._firmrating import Dossier, Rating
    from firmrating.records import Records

__all__ = ["Evaluations", "Rulebook"]


class Rulebook(Document[_native.Rulebook]):
    """Published evaluations, dated and with their sources; immutable.

    Made from a document (JSON; its schema is published with the project): :meth:`preset`, :meth:`load`,
    :meth:`from_json`, :meth:`from_dict`. A document that does not hold together raises
    :class:`~firmrating.ModelError`, whose ``errors`` name everything that is wrong with it.
    """

    __slots__ = ()

    _kind = "rulebook"
    _class = _native.Rulebook

    @classmethod
    def preset(cls, id: str = "china") -> Rulebook:
        """A rulebook that comes with the package.

        ``china``: evaluations, clocks and applications transcribed from secondary sources; ``shanghai``: a template of
        that city's regulation; ``regional-templates``: evaluations of regional schemes, a template;
        ``innovation-points-example``: innovation points with weights made up; ``shanxi-example``: applications of a
        rating. The last two are illustrative and not official.
        """
        return cls._shipped(id)

    @property
    def declared(self) -> pl.DataFrame:
        """What no department reports and a user may declare, a row each.

        ``id``, ``en``, ``zh``, and ``words``: the words it is declared in, null for a number.
        """
        import polars as pl

        def row(asked: dict[str, Any]) -> dict[str, Any]:
            words = [word["word"] for word in asked.get("words", ())]
            return {"id": asked["id"], **asked["name"], "words": words or None}

        return pl.DataFrame(
            [row(asked) for asked in self._spec["declared"]],
            schema={"id": pl.String, "en": pl.String, "zh": pl.String, "words": pl.List(pl.String)},
        )

    def evaluate(self, records: Records, as_of: Day, *, declared: Any = None) -> Evaluations:
        """Evaluates every firm of records as it was known on a day.

        ``declared`` is a frame with the column ``firm_id``, a row a firm, and a column for each id of
        :attr:`declared` that something is declared of: numbers, or true and false, or words where it has ``words``.
        What is left out stays open, and so does all of it without a frame. Firms, columns and words that are not
        known raise :class:`~firmrating.InputError`.
        """
        day = day_text(as_of)
        rows, parts = self._native.evaluate(records._native, day, declared)
        return Evaluations(self, plain_day(day), rows, parts)

    def apply(self, records: Records, ratings: Any = None, *, as_of: Day, declared: Any = None) -> Applications:
        """What follows for every firm of records as it was known on a day: incentives, discipline, and how its records
        stand.

        ``ratings`` gives each firm's symbol of the same day: :class:`~firmrating.Ratings`, refused if they are of
        another day; or a frame with the columns ``firm_id`` and ``grade``, or a mapping of firm to symbol, whose day
        nobody can check. Without it, what asks for a rating is ``open``.
        ``declared`` as in :meth:`evaluate`. A measure of discipline that stands on no published list in force on the
        day is ``refused``.
        """
        day = day_text(as_of)
        rows, stands = _native.apply(self._native, records._native, day, declared, symbols(ratings))
        # After the call: whether the day is one is told by the extension.
        check_day(ratings, plain_day(day))
        return Applications(self, plain_day(day), rows, stands)

    def explain(
        self,
        firm: Dossier | str | Mapping[str, Any],
        as_of: Day,
        *,
        lang: str = "en",
        declared: Mapping[str, float | str] | None = None,
        rating: Rating | str | None = None,
    ) -> str:
        """What it says of one firm as it was known on a day, and what follows from it, in words.

        ``firm`` is a :class:`~firmrating.Dossier` or its JSON as text or dictionary, ``lang`` is ``en`` or ``zh``.
        ``declared`` maps ids of :attr:`declared` to what is declared of the firm. ``rating`` is its rating or the
        symbol of its grade: without it, what depends on the rating stays open.
        """
        values = dict(declared or {})
        for id, value in values.items():
            if not isinstance(value, int | float | str):
                message = f"declared `{id}`: expected a number, true or false, or a word, got `{type(value).__name__}`"
                raise _native.InputError(message)
        symbol = rating.grade if isinstance(rating, _native.Rating) else rating
        told = {"lang": lang, "declared": values, "rating": symbol}
        return self._native.explain(as_dossier(firm), day_text(as_of), told)


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
    ``not_in_force``; ``by_policy``, the same if ranges of points that the document leaves to experts are narrowed by
    the policy of the evaluation, null without such ranges; ``admitted`` by ``points`` or by the admission named;
    ``class``, the class that the firm is in for certain, with the number that the document gives it in
    ``class_value``; ``possible_classes``, those that it may be in, separated by blanks; ``points_low`` and
    ``points_high``, the fewest and the most that are possible; ``points`` by policy, if all is known that they depend
    on; ``missing``, what is not known and may decide, separated by blanks; ``document``; ``rulebook``,
    ``rulebook_version``, ``rulebook_hash``.
    """
    parts: pl.DataFrame
    """A row a part of an evaluation of a firm.

    ``firm_id``, ``evaluation``, ``part`` (``condition``, ``block``, ``item``, ``admission``, ``class``), its ``id``;
    ``holds`` (``yes``, ``no``, ``open``) of conditions and admissions, and of classes whether the firm is in them;
    ``value`` or ``word`` of items; ``points_low``, ``points_high`` and ``points`` of blocks and items.
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
