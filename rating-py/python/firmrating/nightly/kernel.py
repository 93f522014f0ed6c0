"""The kernel of a night: the tables of some firms in, every table of answers out. Also what a cluster calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from firmrating._days import day_text
from firmrating.nightly.firm_key import firm_key
from firmrating.nightly.loans import answer_loans
from firmrating.nightly.source import ROW, firm_column
from firmrating.records import Records

if TYPE_CHECKING:
    import polars as pl

    from firmrating._days import Day
    from firmrating.lending_policy import LendingPolicy
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
    lending: LendingPolicy | None = None,
    loans: Mapping[str, Any] | None = None,
) -> dict[str, pl.DataFrame]:
    """Rates all firms of some tables, which must hold every row of each of these firms.

    Gives ``ratings``, ``contributions`` (if asked for), ``rules`` that found something, with a rulebook ``evaluations``,
    ``evaluation_parts``, ``rule_applications`` and ``record_clocks``, then ``rejects`` and ``counts``. With a lending
    policy and ``loans``, which hold ``loans.applications`` of these firms and what stands beside them (``loans.assets``
    and so on), ``applications`` and the tables ``offer_…`` answer them. Firms come in the order of their identifiers. A column
    ``__row__`` of a table, from 0, says where a row stood in its delivery: the rejects are told by it, from 1, and by
    the ``firm_id`` of the row, which may be what was wrong with it.
    """
    import polars as pl

    frames = {name: pl.DataFrame(frame) for name, frame in tables.items()}
    records = Records.read(
        {name: frame.drop(ROW, strict=False) for name, frame in frames.items()}, extra_columns=extra_columns
    )
    # All tables from one rating of each firm: `Ratings` would rate anew for each.
    ratings = model._native.rate(records._native, day_text(as_of))
    answers = {name: pl.DataFrame(table) for name, table in ratings.tables(contributions=contributions)}
    if rulebook is not None:
        found = rulebook.evaluate(records, as_of)
        follows = rulebook.apply(records, answers["ratings"], as_of=as_of)
        answers |= {"evaluations": found.frame, "evaluation_parts": found.parts}
        answers |= {"rule_applications": follows.frame, "record_clocks": follows.records}
    rejects, counts = _placed(records.rejects, frames), records.counts
    if lending is not None and loans:
        asked = {name: pl.DataFrame(frame) for name, frame in loans.items()}
        answered = answer_loans(asked, lending, ratings)
        answers |= answered.tables
        rejects = pl.concat([rejects, answered.rejects]).sort("table", "row", maintain_order=True)
        counts = pl.concat([counts, answered.counts])
    return answers | {"rejects": rejects, "counts": counts}


def _placed(rejects: pl.DataFrame, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Rejects by the place of their row in the delivery, also where the message names another row, and by firm."""
    import polars as pl

    told = pl.col("message").str.extract(r" row (\d+), ").cast(pl.UInt64)
    named = rejects.with_columns(other=pl.when(pl.col("rule").is_in(["repeated", "conflict"])).then(told))
    nothing = named.clear().insert_column(0, pl.Series("whose", [], pl.String))
    tables = named.partition_by("table", maintain_order=True)
    placed = pl.concat([nothing, *(_looked_up(frames[part["table"][0]], part) for part in tables)])
    parts = [pl.col("message").str.extract(pattern) for pattern in (r"^(.* row )\d+, ", r" row \d+(, .*)$")]
    message = pl.when(pl.col("other").is_null()).then("message").otherwise(pl.concat_str(parts[0], "other", parts[1]))
    found = placed.with_columns(firm_key(pl.col("whose")).alias("firm_id"), message.alias("message"))
    return found.select("firm_id", *rejects.columns).sort("table", "row", maintain_order=True)


def _looked_up(frame: pl.DataFrame, rejects: pl.DataFrame) -> pl.DataFrame:
    """Rejects of one table: the rows that are named are looked up in it, no other. Behind ``whose``, the identifier there."""
    import polars as pl

    table = rejects["table"][0]
    at = frame[ROW] if ROW in frame.columns else pl.int_range(frame.height, dtype=pl.UInt64, eager=True)
    row, other = (at.gather(rejects[name] - 1).cast(pl.UInt64) + 1 for name in ("row", "other"))
    whose = frame[firm_column(table, frame.columns)].gather(rejects["row"] - 1).cast(pl.String)
    beside = rejects.drop("row", "other").get_columns()
    of = {column.name: column for column in [whose.alias("whose"), row.alias("row"), other.alias("other"), *beside]}
    return pl.DataFrame([of[name] for name in ("whose", *rejects.columns)])
