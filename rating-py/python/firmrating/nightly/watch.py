"""The watch list: early-warning triggers, as data of the run document."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from firmrating.nightly.gate import Department

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Trigger", "unknown_rules", "watched"]


class _Trigger(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    id: str = Field(pattern="^[a-z][a-z0-9_-]{0,63}$", description="How the watch list names it.")


class Downgrade(_Trigger):
    """A grade so many notches riskier than in the run compared with."""

    kind: Literal["downgrade"]
    notches: int = Field(default=1, ge=1, description="The fewest notches.")


class PdRatio(_Trigger):
    """A PD so many times that of the run compared with."""

    kind: Literal["pd_ratio"]
    at_least: float = Field(gt=1, strict=False, description="The least ratio.")


class ScoreDrop(_Trigger):
    """A score so many points lower than in the run compared with."""

    kind: Literal["score_drop"]
    points: int = Field(ge=1, description="The fewest points.")


class RuleFired(_Trigger):
    """A rule that fires now and did not in the run compared with."""

    kind: Literal["rule_fired"]
    rule: str | None = Field(default=None, description="The id of the rule; without it, any.")


class Standing(_Trigger):
    """A standing that the firm did not have in the run compared with, or that a new firm has."""

    kind: Literal["standing"]
    standing: Literal["in_default", "not_enough_information", "withdrawn"] = Field(description="The new standing.")


class CoverageLost(_Trigger):
    """A department that answered in the run compared with, and whose latest answer is now older than so many days."""

    kind: Literal["coverage_lost"]
    department: Department = Field(description="The department.")
    older_than_days: int = Field(default=92, ge=1, description="The most days that pass.")


Trigger = Downgrade | PdRatio | ScoreDrop | RuleFired | Standing | CoverageLost
"""One reason to watch a firm."""


def unknown_rules(triggers: tuple[Trigger, ...], rules: Sequence[str]) -> list[str]:
    """What is wrong with triggers of rules that a model does not have: each would never put a firm on the list."""
    faults = []
    for at, trigger in enumerate(triggers):
        if isinstance(trigger, RuleFired) and trigger.rule is not None and trigger.rule not in rules:
            near = get_close_matches(trigger.rule, rules, 1)
            hint = f"did you mean `{near[0]}`" if near else f"its rules are {', '.join(rules) or 'none'}"
            faults.append(f"`watch.{at}.rule`: the model has no rule `{trigger.rule}`; {hint}")
    return faults


def watched(triggers: tuple[Trigger, ...], present: pl.DataFrame, fired: pl.DataFrame) -> pl.DataFrame:
    """A row a firm and trigger: ``firm_id``, ``trigger``, ``was``, ``is``.

    ``present`` has a row a firm of this run, with the columns of ``ratings``, those of the earlier run under ``was_`` (null
    for new firms), and ``notches`` (above zero: riskier). ``fired`` has a row a rule that fires now and did not: ``firm_id``, ``rule``.
    """
    import polars as pl

    schema = {"firm_id": pl.String, "trigger": pl.String, "was": pl.String, "is": pl.String}
    found = [_found(trigger, present, fired) for trigger in triggers]
    listed = [pl.DataFrame(schema=schema), *(rows.cast(pl.String).select(*schema) for rows in found)]
    return pl.concat(listed).sort("firm_id", "trigger", "is", maintain_order=True)


def _found(trigger: Trigger, present: pl.DataFrame, fired: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    if isinstance(trigger, RuleFired):
        rows = fired if trigger.rule is None else fired.filter(rule=trigger.rule)
        return rows.select("firm_id", trigger=pl.lit(trigger.id), was=pl.lit(None), **{"is": pl.col("rule")})
    match trigger:
        case Downgrade():
            which, of = pl.col("notches") >= trigger.notches, "grade"
        case PdRatio():
            # Of a PD of zero, any number of times is zero.
            now, before = pl.col("pd"), pl.col("was_pd")
            which, of = (now >= before * trigger.at_least) & (now > before), "pd"
        case ScoreDrop():
            which, of = pl.col("score") <= pl.col("was_score") - trigger.points, "score"
        case Standing():
            now, before = pl.col("standing"), pl.col("was_standing")
            which, of = (now == trigger.standing) & before.ne_missing(trigger.standing), "standing"
        case CoverageLost():
            of = f"answered_{trigger.department}"
            late = pl.col(of).is_null() | ((pl.col("as_of") - pl.col(of)).dt.total_days() > trigger.older_than_days)
            before_late = (pl.col("was_as_of") - pl.col(f"was_{of}")).dt.total_days() > trigger.older_than_days
            which = late & pl.col(f"was_{of}").is_not_null() & ~before_late
    return present.filter(which).select(
        "firm_id", trigger=pl.lit(trigger.id), was=pl.col(f"was_{of}"), **{"is": pl.col(of)}
    )
