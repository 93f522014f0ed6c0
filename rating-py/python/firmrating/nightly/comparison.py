"""Two runs side by side: whose grade moved, how far, and what moved it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from firmrating.nightly.watch import Trigger, watched

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Comparison", "compare", "summed_migration"]


@dataclass(frozen=True)
class Comparison:
    """What differs between two runs, or one partition of them."""

    migration: pl.DataFrame
    """``from``, ``to``, ``firms``: firms by grade in both runs; null ``from`` if new, null ``to`` if gone."""
    changes: pl.DataFrame
    """A row a firm whose grade differs, or that is in one run alone.

    ``firm_id``; ``change`` (``upgrade``, ``downgrade``, ``other`` if a side has no place on the scale, ``new``, ``gone``);
    ``was_grade``, ``grade``, ``notches`` (above zero: riskier); ``reason_kind`` (``model``, ``rule``, ``standing``,
    ``characteristic``, ``pillar``) and the ``reason``; ``points`` by which the reason moved.
    """
    watch: pl.DataFrame
    """The watch list: ``firm_id``, ``trigger``, ``was``, ``is``."""


def compare(
    now: Mapping[str, pl.DataFrame], was: Mapping[str, pl.DataFrame], scale: Sequence[str], triggers: tuple[Trigger, ...]
) -> Comparison:
    """Compares the tables of two runs over the same firms; ``scale`` lists the grades, least risk first."""
    import polars as pl

    earlier = was["ratings"].rename(lambda name: name if name == "firm_id" else f"was_{name}")
    both = now["ratings"].join(earlier, on="firm_id", how="full", coalesce=True).sort("firm_id")
    rank = {grade: at for at, grade in enumerate([*scale, "D"])}
    place = [pl.col(name).replace_strict(rank, default=None, return_dtype=pl.Int64) for name in ("grade", "was_grade")]
    both = both.with_columns(notches=place[0] - place[1])
    migration = both.group_by(pl.col("was_grade").alias("from"), pl.col("grade").alias("to")).agg(
        pl.len().cast(pl.Int64).alias("firms")
    )
    fired = _rules_of(now).join(_rules_of(was), on=["firm_id", "rule"], how="anti", maintain_order="left")
    stayed = both.filter(pl.col("grade").is_not_null(), pl.col("was_grade").is_not_null())
    known = fired.join(stayed, on="firm_id", how="semi", maintain_order="left")
    return Comparison(
        migration=migration.sort("from", "to", nulls_last=True),
        changes=_changes(both, now, was),
        watch=watched(triggers, both.filter(pl.col("grade").is_not_null()), known),
    )


def summed_migration(pieces: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Migrations of different firms added up."""
    import polars as pl

    summed = pl.concat(pieces).group_by("from", "to").agg(pl.col("firms").sum())
    return summed.sort("from", "to", nulls_last=True)


def _rules_of(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    return tables["rules"].filter(finding="fired").select("firm_id", "rule")


def _changes(both: pl.DataFrame, now: Mapping[str, pl.DataFrame], was: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    import polars as pl

    new, gone = pl.col("was_grade").is_null(), pl.col("grade").is_null()
    notches = pl.col("notches")
    change = (
        pl.when(new)
        .then(pl.lit("new"))
        .when(gone)
        .then(pl.lit("gone"))
        .when(notches > 0)
        .then(pl.lit("downgrade"))
        .when(notches < 0)
        .then(pl.lit("upgrade"))
        .otherwise(pl.lit("other"))
    )
    moved = both.filter(new | gone | (pl.col("grade") != pl.col("was_grade"))).with_columns(change=change)
    by_rule, by_points = _rule_that_moved(moved, now, was), _points_that_moved(moved, now, was)
    reasoned = moved.join(by_rule, on="firm_id", how="left").join(by_points, on="firm_id", how="left")
    both_runs = ~pl.col("change").is_in(["new", "gone"])
    held = (pl.col("matrix_grade") == pl.col("was_matrix_grade")) | (pl.col("standing") != pl.col("was_standing"))
    model = both_runs & (pl.col("model_hash") != pl.col("was_model_hash"))
    rule = both_runs & held & pl.col("rule").is_not_null()
    standing = both_runs & (pl.col("standing") != pl.col("was_standing"))
    kind = (
        pl.when(model)
        .then(pl.lit("model"))
        .when(rule)
        .then(pl.lit("rule"))
        .when(standing)
        .then(pl.lit("standing"))
        .when(both_runs)
        .then(pl.col("points_kind"))
    )
    reason = (
        pl.when(model)
        .then(pl.col("model_version"))
        .when(rule)
        .then(pl.col("rule"))
        .when(standing)
        .then(pl.col("standing"))
        .when(both_runs)
        .then(pl.col("points_of"))
    )
    by_points_alone = both_runs & ~model & ~rule & ~standing
    return reasoned.select(
        "firm_id",
        "change",
        "was_grade",
        "grade",
        "notches",
        reason_kind=kind,
        reason=reason,
        points=pl.when(by_points_alone).then(pl.col("points_moved")),
    ).sort("firm_id")


def _rule_that_moved(
    moved: pl.DataFrame, now: Mapping[str, pl.DataFrame], was: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """The first rule, in the order of the model, that fires now and did not, or fired and does not."""
    import polars as pl

    after, before = _rules_of(now), _rules_of(was)
    one_sided = pl.concat(
        [
            after.join(before, on=["firm_id", "rule"], how="anti", maintain_order="left").with_columns(riskier=True),
            before.join(after, on=["firm_id", "rule"], how="anti", maintain_order="left").with_columns(riskier=False),
        ]
    )
    wanted = moved.select("firm_id", wanted=pl.col("change") != "upgrade")
    found = one_sided.join(wanted, on="firm_id", maintain_order="left").filter(pl.col("riskier") == pl.col("wanted"))
    return found.group_by("firm_id", maintain_order=True).agg(pl.col("rule").first())


def _points_that_moved(
    moved: pl.DataFrame, now: Mapping[str, pl.DataFrame], was: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """What moved the most points the way that the grade went: ``points_kind``, ``points_of``, ``points_moved``."""
    import polars as pl

    pieces = _characteristics(moved, now, was) if "contributions" in now and "contributions" in was else _pillars(moved)
    way = moved.select("firm_id", sign=pl.when(pl.col("change") == "upgrade").then(1).otherwise(-1))
    ranked = pieces.join(way, on="firm_id", maintain_order="left").with_columns(
        toward=pl.col("points_moved") * pl.col("sign")
    )
    first = ranked.filter(pl.col("toward") > 0).sort("toward", descending=True, maintain_order=True)
    found = first.group_by("firm_id", maintain_order=True).agg(
        pl.col("points_kind", "points_of", "points_moved").first()
    )
    return found.select("firm_id", "points_kind", "points_of", "points_moved")


def _characteristics(
    moved: pl.DataFrame, now: Mapping[str, pl.DataFrame], was: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    import polars as pl

    # Points of the technology pillar count by the weight of a stage of life, in hundredths.
    weighed = (pl.col("points") * pl.col("weight") / 100).alias("weighed")
    of = ["firm_id", "pillar", "measure"]
    sides = [
        tables["contributions"].join(moved, on="firm_id", how="semi", maintain_order="left").select(*of, weighed)
        for tables in (now, was)
    ]
    joined = sides[0].join(sides[1], on=of, suffix="_was", maintain_order="left")
    return joined.select(
        "firm_id",
        points_kind=pl.lit("characteristic"),
        points_of=pl.col("measure"),
        points_moved=pl.col("weighed") - pl.col("weighed_was"),
    )


def _pillars(moved: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    pillars = [name for name in moved.columns if name.startswith("points_") and f"was_{name}" in moved.columns]
    return pl.concat(
        moved.select(
            "firm_id",
            points_kind=pl.lit("pillar"),
            points_of=pl.lit(name.removeprefix("points_")),
            points_moved=(pl.col(name) - pl.col(f"was_{name}")).cast(pl.Float64),
        )
        for name in pillars
    )
