"""Which variables stay on a card: constants, screening, selection by steps, and the signs of the regression."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from firmrating._columns import frame_of, input_error, taken_from
from firmrating.binnings import Binnings
from firmrating.logit import Logit, Stepwise, stepwise
from firmrating.screening import screen

if TYPE_CHECKING:
    import polars as pl

    from firmrating.binning import Binning

__all__ = ["constants", "regression", "screening_table", "selected"]


def constants(bins: Mapping[str, Binning], woe: pl.DataFrame) -> dict[str, str]:
    """Columns with one weight of evidence for every row, each with the constraint that left it a single bin, if one did."""
    told = {}
    for name in woe.columns:
        if woe[name].n_unique() < 2:
            remark = bins[name].remark or ""
            # What a remark begins with is about binnings that are refused; here one was made.
            because = remark.partition("got none: ")[2] or remark
            told[name] = f"constant, one bin: {because}" if because else "constant"
    return told


def screening_table(
    sample: tuple[pl.DataFrame, Any], bins: Binnings, names: list[str], asked: bool | Mapping[str, Any]
) -> pl.DataFrame:
    """The table of screening of these variables of a frame with outcomes; another sample goes by the same bins."""
    frame, outcome = sample
    chosen = Binnings({name: bins[name] for name in names})
    told: dict[str, Any] = {
        "missing_shares": {name: _missing_share(frame[name]) for name in names},
        "one_bin": {name: not bins[name].splits and len(bins[name].groups) <= 1 for name in names},
    }
    told |= asked if isinstance(asked, Mapping) else {}
    told["periods"] = taken_from(frame, periods=told.get("periods"))[0]["periods"]
    if told.get("other") is not None:
        told["other"] = chosen.transform(frame_of(told["other"], "other"))
    return screen(chosen.transform(frame), outcome, **told)


def selected(woe: pl.DataFrame, outcome: Any, dropped: dict[str, str], asked: Mapping[str, Any]) -> Stepwise:
    """What a selection by steps takes; ``dropped`` hears of the others."""
    told = dict(asked)
    if told.get("sources"):
        # Sources may be told of variables that left before.
        told["sources"] = {name: of for name, of in told["sources"].items() if name not in dropped}
    chosen = stepwise(woe, outcome, **told)
    dropped |= {name: f"selection: {reason}" for name, reason in chosen.refused.select("variable", "reason").iter_rows()}
    return chosen


def regression(woe: pl.DataFrame, outcome: Any, dropped: dict[str, str], asked: Mapping[str, Any]) -> Logit:
    """The regression of the variables whose points do not contradict risk; ``dropped`` hears of the others."""
    if not woe.width:
        told_of = "; ".join(f"`{name}`: {reason}" for name, reason in dropped.items())
        raise input_error(f"expected a variable that stays on the card, got none: {told_of}", field="frame")
    logit = Logit.fit(woe, outcome, **asked)
    held = logit.summary().filter(logit.summary()["held"])["term"].to_list()
    if not held:
        return logit
    dropped |= {name: _why_held(logit, name, is_lasso=asked["lasso"] > 0.0) for name in held}
    # A coefficient at 0 changes no other: this is the same optimum without its column.
    return regression(woe.drop(held), outcome, dropped, asked)


def _why_held(logit: Logit, name: str, *, is_lasso: bool) -> str:
    told = logit.explain_sign(name)
    if is_lasso and told.alone <= 0.0 and told.beside <= 0.0:
        return "lasso"
    told_by = ", ".join(f"`{other}`" for other in told.because_of)
    return f"sign, because of {told_by}" if told_by else "sign"


def _missing_share(column: pl.Series) -> float:
    gaps = column.is_null() | column.is_nan() if column.dtype.is_float() else column.is_null()
    return float(gaps.mean() or 0.0)  # type: ignore[arg-type]
