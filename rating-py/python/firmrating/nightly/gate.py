"""Quality gates: what must hold before a run is published. The gates are data of the run document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from firmrating._firmrating import table_name, table_names

if TYPE_CHECKING:
    import polars as pl

__all__ = ["LOAN_TABLES", "Department", "Gate", "Passage", "Tallies", "pass_gates", "table_named"]

Department = Literal["registry", "listing", "tax", "patent", "research", "credit", "finance"]
"""Who sends records."""
_COMPARED = frozenset({"grade_psi", "migration_share", "new_share", "gone_share"})


LOAN_TABLES = tuple(f"loans.{name}" for name in ("applications", "assets", "guarantees", "insurance", "covered", "subsidised"))
"""Tables of loans, as a run names them."""


def table_named(given: str, besides: Sequence[str] = ()) -> str:
    """The canonical name of a table, given so or in Chinese; :class:`ValueError` tells what was meant, or all there are."""
    found = given if given in besides else table_name(given)
    if found is None:
        near = get_close_matches(given, [*table_names(), *besides], 1)
        hint = f"; did you mean `{near[0]}`" if near else f"; the tables are {', '.join([*table_names(), *besides])}"
        raise ValueError(f"no table is named `{given}`{hint}")
    return found


class Gate(BaseModel):
    """One figure of the run and its bounds."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    measure: Literal[
        "reject_share", "coverage", "not_enough_share", "default_share", "grade_psi", "migration_share", "new_share", "gone_share"
    ] = Field(
        description="`reject_share`: rejected rows of all (of `table`); `coverage`: firms that `department` answered for; "
        "`not_enough_share`, `default_share`: firms that stand so; `grade_psi`: stability index of the grades against the "
        "run compared with; `migration_share`: firms in both runs whose grade differs; `new_share`, `gone_share`: "
        "firms in one run alone, as a share of the run compared with."
    )
    table: str | None = Field(default=None, description="Of `reject_share`: one table, canonical or Chinese, or one of loans (`loans.assets`); without it, all.")
    department: Department | None = Field(default=None, description="Of `coverage`: the department.")
    at_most: float | None = Field(default=None, ge=0, strict=False, description="The most that passes.")
    at_least: float | None = Field(default=None, ge=0, strict=False, description="The least that passes.")
    action: Literal["warn", "stop"] = Field(default="stop", description="What happens if it does not pass.")

    @field_validator("table")
    @classmethod
    def _known(cls, given: str | None) -> str | None:
        return None if given is None else table_named(given, LOAN_TABLES)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.at_most is None and self.at_least is None:
            raise ValueError("expected `at_most` or `at_least`")
        if self.at_most is not None and self.at_least is not None and self.at_least > self.at_most:
            raise ValueError(f"`at_least` is above `at_most`, so nothing passes: got `{self.at_least:g}` and `{self.at_most:g}`")
        if self.table is not None and self.measure != "reject_share":
            raise ValueError("only `reject_share` is asked of a `table`")
        if (self.department is not None) != (self.measure == "coverage"):
            raise ValueError("`coverage` needs a `department`, and nothing else has one")
        return self

    @property
    def needs_comparison(self) -> bool:
        """Whether it is a figure of two runs."""
        return self.measure in _COMPARED

    @property
    def name(self) -> str:
        """Its figure and of what, such as ``coverage of tax``."""
        of = self.table or self.department
        return self.measure if of is None else f"{self.measure} of {of}"


@dataclass(frozen=True)
class Passage:
    """What a gate found."""

    gate: Gate
    value: float | None
    """The figure; none where it cannot be had, such as a share of nothing. Then the gate does not pass."""
    asked: bool = True
    """Whether it could be asked: on the first night there is no run to compare with."""

    @property
    def passed(self) -> bool:
        """Whether the figure is within the bounds."""
        low, high = self.gate.at_least, self.gate.at_most
        return self.value is not None and (low is None or self.value >= low) and (high is None or self.value <= high)

    @property
    def outcome(self) -> Literal["passed", "warned", "stopped", "not_asked"]:
        """What follows."""
        if not self.asked:
            return "not_asked"
        if self.passed:
            return "passed"
        return "warned" if self.gate.action == "warn" else "stopped"

    def as_dict(self) -> dict[str, Any]:
        """The gate, its figure and what follows, as the manifest has it."""
        return {**self.gate.model_dump(exclude_none=True), "value": self.value, "outcome": self.outcome}

    def told(self) -> str:
        """The finding in a line."""
        bounds = [
            f"{word} {bound:g}"
            for word, bound in (("at least", self.gate.at_least), ("at most", self.gate.at_most))
            if bound is not None
        ]
        got = "nothing to measure" if self.value is None else f"{self.value:.6g}"
        return f"gate `{self.gate.name}`: expected {' and '.join(bounds)}, got {got}"


@dataclass(frozen=True)
class Tallies:
    """The counts of a run that gates are asked of."""

    counts: pl.DataFrame
    """``table``, ``rows_in``, ``used``, ``rejected``."""
    standings: dict[str, int]
    """Firms by standing."""
    answered: dict[str, int]
    """Firms by department that answered."""
    migration: pl.DataFrame | None
    """``from``, ``to``, ``firms``; null ``from`` for new firms, null ``to`` for gone ones."""
    decisions: dict[str, int] | None = None
    """Applications by decision; none without a lending policy."""
    grades: dict[str, int] = field(default_factory=dict)
    """Firms by grade."""
    rejects: pl.DataFrame | None = None
    """``table``, ``rule``, ``rows``, ``faults``."""
    changes: pl.DataFrame | None = None
    """``change``, ``reason_kind``, ``reason``, ``firms``; none without a run to compare with."""
    watched: dict[str, int] = field(default_factory=dict)
    """Firms by trigger that put them on the watch list."""

    @property
    def firms(self) -> int:
        """All firms of the run."""
        return sum(self.standings.values())


def pass_gates(gates: tuple[Gate, ...], tallies: Tallies) -> list[Passage]:
    """What every gate finds, in the order of the document."""
    alone = tallies.migration is None
    return [Passage(gate, _value(gate, tallies), asked=not (alone and gate.needs_comparison)) for gate in gates]


def _value(gate: Gate, of: Tallies) -> float | None:
    match gate.measure:
        case "reject_share":
            counts = of.counts if gate.table is None else of.counts.filter(table=gate.table)
            return _share(int(counts["rejected"].sum()), int(counts["rows_in"].sum()))
        case "coverage":
            return _share(of.answered.get(gate.department or "", 0), of.firms)
        case "not_enough_share":
            return _share(of.standings.get("not_enough_information", 0), of.firms)
        case "default_share":
            return _share(of.standings.get("in_default", 0), of.firms)
    return None if of.migration is None else _moved(gate, of.migration)


def _moved(gate: Gate, migration: pl.DataFrame) -> float | None:
    import polars as pl

    before, after = pl.col("from"), pl.col("to")
    both = before.is_not_null() & after.is_not_null()
    match gate.measure:
        case "migration_share":
            return _share(_firms(migration, both & (before != after)), _firms(migration, both))
        case "new_share":
            return _share(_firms(migration, before.is_null()), _firms(migration, before.is_not_null()))
        case "gone_share":
            return _share(_firms(migration, after.is_null()), _firms(migration, before.is_not_null()))
    return _grade_psi(migration)


def _firms(migration: pl.DataFrame, which: pl.Expr) -> int:
    return int(migration.filter(which)["firms"].sum())


def _grade_psi(migration: pl.DataFrame) -> float | None:
    from firmrating.validation import psi

    was, now = _by_grade(migration, "from"), _by_grade(migration, "to")
    bands = was.join(now, on="grade", how="full", coalesce=True, suffix="_now").sort("grade").fill_null(0)
    if not bands["firms"].sum() or not bands["firms_now"].sum():
        return None
    # A grade that is empty on one side must not make the index infinite; half a firm a grade is customary.
    return psi(bands["firms"], bands["firms_now"], zero_cells=0.5)


def _by_grade(migration: pl.DataFrame, side: str) -> pl.DataFrame:
    import polars as pl

    present = migration.filter(pl.col(side).is_not_null())
    return present.group_by(pl.col(side).alias("grade")).agg(pl.col("firms").sum())


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
