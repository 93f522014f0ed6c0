"""Loan applications of a run: split with the firms that ask, and answered by the lending policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from firmrating._frames import typed
from firmrating.nightly.firm_key import firm_key
from firmrating.nightly.source import ROW
from firmrating.offers import Offers

if TYPE_CHECKING:
    import polars as pl

    from firmrating import _firmrating as _native
    from firmrating.lending_policy import LendingPolicy

__all__ = ["APPLICATIONS", "OFFERED", "WHOSE", "Answered", "answer_loans", "assigned", "check_loans", "with_firms"]

APPLICATIONS = "loans.applications"
"""The table of applications, as a run names it. The others stand beside it: ``loans.assets`` and so on."""
WHOSE = "__whose__"
"""Column with the firm that decides into which partition a row goes: that of its application."""
_PLACE = "loans."
_BESIDE = ("assets", "guarantees", "insurance", "covered", "subsidised")
_DETAILS = ("reasons", "limits", "assets", "insurance", "sharing", "subsidies")
OFFERED = ("applications", *(f"offer_{name}" for name in _DETAILS))
"""The tables that answer applications."""
_KEY = "__application__"


class Answered(NamedTuple):
    """What a policy answered to the applications of some firms."""

    tables: dict[str, pl.DataFrame]
    """By the names of :data:`OFFERED`: what :class:`~firmrating.Offers` has, with the firm, in the order of the firms."""
    rejects: pl.DataFrame
    counts: pl.DataFrame


def answer_loans(loans: Mapping[str, pl.DataFrame], policy: LendingPolicy, ratings: _native.Ratings) -> Answered:
    """Answers every application of some firms; ``loans`` must hold every row beside each of them."""
    given = {name.removeprefix(_PLACE): frame for name, frame in loans.items()}
    bare = {name: typed(frame.drop(ROW, WHOSE, strict=False)) for name, frame in given.items()}
    beside = {name: bare.get(name) for name in _BESIDE}
    offers = Offers(policy, policy._native.offer(bare["applications"], ratings, beside))
    firms = offers.frame.select("application_id", "firm_id")
    tables = {"applications": offers.frame}
    for name in _DETAILS:
        rows: pl.DataFrame = getattr(offers, name)
        of_firm = rows.join(firms, on="application_id", maintain_order="left")
        tables[f"offer_{name}"] = of_firm.select("application_id", "firm_id", *rows.columns[1:])
    in_order = {name: frame.sort("firm_id", maintain_order=True) for name, frame in tables.items()}
    return Answered(in_order, _placed(offers.rejects, given), _counts(offers.rejects, given))


def assigned(applications: pl.LazyFrame, policy: LendingPolicy) -> pl.DataFrame:
    """The firm that each application goes with: all rows of one id go with the first firm that can ask by it.

    So an id that was given twice meets itself in one partition, whatever firms name it, and the policy answers the row
    that it would answer among all applications.
    """
    import polars as pl

    keyed = applications.select(_key(), firm_key(pl.col("firm_id")).alias(WHOSE), ROW).filter(pl.col(_KEY).is_not_null())
    whose = pl.col(WHOSE)
    found = keyed.group_by(_KEY).agg(whose.sort_by(ROW).first(), (whose.n_unique() > 1).alias("contested"))
    each = found.collect(engine="streaming")
    contested = each.filter("contested")[_KEY]
    each = each.drop("contested")
    if not contested.len():
        return each
    rows = applications.filter(_key().is_in(contested.implode())).collect(engine="streaming").sort(ROW)
    return each.update(_deciding(rows, policy), on=_KEY)


def with_firms(rows: pl.LazyFrame, firms: pl.DataFrame) -> pl.LazyFrame:
    """The rows with :data:`WHOSE`, empty where no application has the id that they name."""
    import polars as pl

    joined = rows.with_columns(_key()).join(firms.lazy(), on=_KEY, how="left", maintain_order="left")
    return joined.drop(_KEY).with_columns(pl.col(WHOSE).fill_null(""))


def check_loans(table: str, empty: pl.DataFrame, policy: LendingPolicy) -> None:
    """Raises :class:`~firmrating.InputError` for a table whose columns are not those of :meth:`LendingPolicy.offer`."""
    import polars as pl

    name = table.removeprefix(_PLACE)
    of_text = dict.fromkeys(("application_id", "firm_id", "on", "months"), pl.String())
    tables: dict[str, pl.DataFrame] = {"applications": pl.DataFrame(schema=of_text), name: empty}
    policy.offer(tables.pop("applications"), _no_firms(), **tables)


def _deciding(rows: pl.DataFrame, policy: LendingPolicy) -> pl.DataFrame:
    """Of rows that share ids, the firm of the first whose id, firm, day and months can be read: it takes the id."""
    import polars as pl

    rejects = policy.offer(typed(rows.drop(ROW)), _no_firms()).rejects
    needed = pl.col("field").is_in(["application_id", "firm_id", "on", "months"])
    unreadable = rejects.filter(needed & ~pl.col("rule").is_in(["consistency", "repeated"]))["row"]
    readable = rows.with_row_index("__at__", offset=1).filter(~pl.col("__at__").is_in(unreadable.implode()))
    firm = firm_key(pl.col("firm_id")).alias(WHOSE)
    return readable.select(_key(), firm).unique(_KEY, keep="first", maintain_order=True)


def _no_firms() -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(schema={"firm_id": pl.String, "grade": pl.String, "pd": pl.Float64, "stage": pl.String})


def _key() -> pl.Expr:
    """The id of an application as the policy knows it: blanks around it do not count."""
    import polars as pl

    return pl.col("application_id").cast(pl.String).str.strip_chars().alias(_KEY)


def _placed(rejects: pl.DataFrame, given: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Rejects by the place of their row in the delivery, and by the firm that asks; none if no application is known."""
    import polars as pl

    asking = given["applications"].select(_key(), firm_key(pl.col("firm_id")).alias("firm_id")).unique(_KEY, keep="first")
    placed = [rejects.clear().insert_column(0, pl.Series("firm_id", [], pl.String))]
    for part in rejects.partition_by("table", maintain_order=True):
        name = part["table"][0]
        rows = given[name][(part["row"] - 1).cast(pl.Int64)]
        if name == "applications":
            firms = rows.select(firm_key(pl.col("firm_id")).alias("firm_id"))
        elif WHOSE in rows.columns:
            firms = rows.select(pl.col(WHOSE).replace("", None).alias("firm_id"))
        else:
            firms = rows.select(_key()).join(asking, on=_KEY, how="left", maintain_order="left").select("firm_id")
        told = part.with_columns(pl.lit(_PLACE + name).alias("table"))
        if ROW in rows.columns:
            told = told.with_columns(rows[ROW].cast(pl.UInt64).alias("row") + 1)
        placed.append(pl.concat([firms, told], how="horizontal"))
    return pl.concat(placed).sort("table", "row", maintain_order=True)


def _counts(rejects: pl.DataFrame, given: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    import polars as pl

    def row(name: str) -> Sequence[object]:
        rejected = rejects.filter(table=name)["row"].n_unique()
        return (_PLACE + name, given[name].height, given[name].height - rejected, rejected)

    schema = {"table": pl.String, "rows_in": pl.UInt64, "used": pl.UInt64, "rejected": pl.UInt64}
    return pl.DataFrame([row(name) for name in ("applications", *_BESIDE) if name in given], schema=schema, orient="row")
