"""The kernel of a night: the tables of some firms in, every table of answers out. Also what a cluster calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from firmrating.nightly.firm_key import firm_key
from firmrating.nightly.source import ROW, firm_column
from firmrating.records import Records

if TYPE_CHECKING:
    import polars as pl

    from firmrating._days import Day
    from firmrating.model import RatingModel
    from firmrating.rulebook import Rulebook

__all__ = ["rate_partition"]


def rate_partition(
    tables: Mapping[str, Any],
    model: RatingModel,
    rulebook: Rulebook | None,
    as_of: Day,
    *,
    contributions: bool = True,
    extra_columns: Literal["refuse", "ignore"] = "refuse",
) -> dict[str, pl.DataFrame]:
    """Rates all firms of some tables, which must hold every row of each of these firms.

    Gives ``ratings``, ``contributions`` (if asked for), ``rules``, ``coverage``, with a rulebook ``evaluations`` and
    ``evaluation_parts``, then ``rejects`` and ``counts``. Firms come in the order of their identifiers. A column
    ``__row__`` of a table, from 0, says where a row stood in its delivery: the rejects are told by it, from 1, and by
    the ``firm_id`` of the row, which may be what was wrong with it.
    """
    import polars as pl

    frames = {name: pl.DataFrame(frame) for name, frame in tables.items()}
    places = {name: _places(name, frame) for name, frame in frames.items()}
    records = Records.read(
        {name: frame.drop(ROW, strict=False) for name, frame in frames.items()}, extra_columns=extra_columns
    )
    ratings = model.rate(records, as_of)
    answers = {"ratings": ratings.frame}
    if contributions:
        answers["contributions"] = ratings.contributions
    answers |= {"rules": ratings.rules, "coverage": ratings.coverage}
    if rulebook is not None:
        found = rulebook.evaluate(records, as_of)
        answers |= {"evaluations": found.frame, "evaluation_parts": found.parts}
    return answers | {"rejects": _placed(records.rejects, places), "counts": records.counts}


def _places(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Where each row of a table stood in its delivery, and whose it is."""
    import polars as pl

    row = pl.int_range(1, pl.len() + 1, dtype=pl.UInt64)
    place = pl.col(ROW).cast(pl.UInt64) + 1 if ROW in frame.columns else row
    whose = firm_key(pl.col(firm_column(table, frame.columns)))
    return frame.select(table=pl.lit(table), row=row, place=place, firm_id=whose)


def _placed(rejects: pl.DataFrame, places: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Rejects by the place of their row in the delivery, also where the message names another row."""
    import polars as pl

    rows = pl.concat(places.values())
    others = rows.select("table", other="row", other_place="place")
    named = pl.col("message").str.extract(r" row (\d+), ").cast(pl.UInt64)
    moved = (
        rejects.with_columns(other=pl.when(pl.col("rule").is_in(["repeated", "conflict"])).then(named))
        .join(rows, on=["table", "row"], how="left", maintain_order="left")
        .join(others, on=["table", "other"], how="left", maintain_order="left")
    )
    parts = [pl.col("message").str.extract(pattern) for pattern in (r"^(.* row )\d+, ", r" row \d+(, .*)$")]
    message = pl.when(pl.col("other_place").is_null()).then("message")
    placed = moved.with_columns(
        row=pl.col("place"), message=message.otherwise(pl.concat_str(parts[0], "other_place", parts[1]))
    )
    return placed.select("firm_id", *rejects.columns).sort("table", "row", maintain_order=True)
