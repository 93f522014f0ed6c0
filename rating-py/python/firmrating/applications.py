"""What follows from lists, tax levels, evaluations and a rating: incentives, discipline, and how records stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from firmrating import _firmrating as _native
from firmrating._days import plain_day
from firmrating.ratings import Ratings

if TYPE_CHECKING:
    import polars as pl

    from firmrating.rulebook import Rulebook

__all__ = ["Applications"]


class Applications:
    """What follows for all firms of records as of one day. Made by :meth:`Rulebook.apply`."""

    __slots__ = ("as_of", "frame", "records", "rulebook")

    rulebook: Rulebook
    """The rulebook that was applied."""
    as_of: str
    """The day, such as ``2025-06-30``."""
    frame: pl.DataFrame
    """A row a firm and application that is not out of the question.

    ``firm_id``, ``application``; ``kind``: ``incentive`` or ``discipline``; ``decided``: ``automatic`` or
    ``discretionary``; ``state``: ``applies``, ``suspended`` (an objection is pending), ``refused`` or ``open`` (what is
    not known decides); ``refused``: ``not_published`` or ``list_not_in_force``; ``because``, what it follows from,
    separated by blanks; ``start``, ``end`` and ``earliest_end`` by repair, empty where not fixed or not stated;
    ``objection_on`` and ``answer_due`` of what is suspended; ``missing``, what is not known, separated by blanks;
    ``list`` and ``item`` that publish it, ``list_owner_en`` and ``list_owner_zh`` of that list; ``owner_en``, ``owner_zh``, who applies it; ``ends_en``, ``ends_zh``, how it
    ends; ``document``; ``rulebook``, ``rulebook_version``, ``rulebook_hash``.
    """
    records: pl.DataFrame
    """A row a firm and record that a clock may run for, those that were dropped included.

    ``firm_id``, ``table``, ``kind``, ``reference``, ``started_on``; ``person`` and ``role`` of records of persons;
    ``standing``: ``counts``, ``may_count`` (the severity or the term is not known and decides), ``objected``,
    ``repaired`` or ``expired``; ``since``, the day of the objection or the repair, or the last day; ``answer_due`` and its
    ``deadline``; ``last_from`` and ``last_to``, earliest and latest day that may be the last; ``removable_from``;
    ``clocks``, separated by blanks; ``rulebook``, ``rulebook_version``, ``rulebook_hash``.
    """

    def __init__(self, rulebook: Rulebook, as_of: str, rows: Any, records: Any) -> None:
        import polars as pl

        self.rulebook, self.as_of = rulebook, as_of
        self.frame, self.records = pl.DataFrame(rows), pl.DataFrame(records)

    @property
    def summary(self) -> pl.DataFrame:
        """A row an application: firms by state, in the columns ``applies``, ``suspended``, ``refused``, ``open``."""
        import polars as pl

        states = ("applies", "suspended", "refused", "open")
        counts = [(pl.col("state") == state).sum().alias(state) for state in states]
        return self.frame.group_by("application", maintain_order=True).agg(counts)

    def __repr__(self) -> str:
        counts = {row["state"]: row["len"] for row in self.frame.group_by("state").len().iter_rows(named=True)}
        told = ", ".join(f"{counts[state]} {state}" for state in ("applies", "suspended", "refused", "open") if state in counts)
        return f"Applications as of {self.as_of} by {self.rulebook!r}: {told or 'none'}"


def symbols(ratings: Any) -> dict[str, str]:
    """Symbols of ratings by firm: of ratings, of a frame with the columns ``firm_id`` and ``grade``, or of a mapping."""
    import polars as pl

    if ratings is None:
        return {}
    if isinstance(ratings, Mapping):
        frame = pl.DataFrame({"firm_id": list(ratings.keys()), "grade": list(ratings.values())}, strict=False)
    else:
        frame = ratings.frame if isinstance(ratings, Ratings) else pl.DataFrame(ratings)
    for column in ("firm_id", "grade"):
        if column not in frame.columns:
            raise _input_error(f"ratings need the column `{column}`", column, None)
    given = frame.select("firm_id", "grade").drop_nulls()
    for column in ("firm_id", "grade"):
        kind = given.schema[column]
        if given.height and kind not in (pl.String, pl.Categorical, pl.Enum):
            raise _input_error(f"`{column}` of ratings must be text, got {kind}", column, str(kind))
    twice = given.filter(pl.col("firm_id").is_duplicated())
    if twice.height:
        firm = str(twice["firm_id"][0])
        raise _input_error(f"two ratings of firm `{firm}`", "firm_id", firm)
    return dict(given.cast(pl.String).iter_rows())


def check_day(ratings: Any, day: str) -> None:
    """Refuses ratings of another day. Frames and mappings do not say theirs."""
    if isinstance(ratings, Ratings) and plain_day(ratings.as_of) != day:
        of = plain_day(ratings.as_of)
        raise _input_error(f"expected ratings of the day `{day}`, got ratings of `{of}`", "as_of", of)


def _input_error(message: str, field: str, value: str | None) -> _native.InputError:
    error = _native.InputError(message)
    error.table, error.field, error.row, error.value = "ratings", field, None, value
    return error
