"""Charts of bins, discrimination, calibration, points and populations, as objects of Altair.

Needs the extra ``plot`` (``pip install "firmrating[plot]"``). Every function returns a chart, which a notebook shows, which
``save`` writes as HTML (or as PNG and SVG, with ``vl-convert-python``), and which can be changed like any other: nothing is
drawn here that ``chart.to_dict()`` does not say. Subtitles state the convention. Labels may be long and of any script; a
picture shows Chinese ones if the machine that makes it has a font for them.

Throughout, a score is higher for a safer firm, and ``bad`` says whether the firm defaulted. ``scores`` is one column, or a
mapping of names to columns for several scores of the same firms.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from firmrating import _firmrating as _native
from firmrating import validation
from firmrating.validation import _column

if TYPE_CHECKING:
    import polars as pl
    from altair import Chart, HConcatChart, LayerChart, VConcatChart

__all__ = ["bins", "calibration", "cap", "ks", "points", "population", "roc"]

_FONT = "Noto Sans, Noto Sans CJK SC, Microsoft YaHei, PingFang SC, WenQuanYi Micro Hei, sans-serif"
_BLUE, _RED, _GREEN, _GREY = "#4c78a8", "#c44e52", "#4c9a6a", "#9a9a9a"
_COLOURS = [_BLUE, "#e08a3c", _GREEN, _RED, "#8064a2", "#5d5d5d"]
_LABEL_PIXELS = 360
_POINTS_A_CURVE = 1_000
"""A curve of more points is thinned: a screen shows no more, and a chart holds 5,000 rows of data."""


def bins(table: Any, *, title: str = "Bins") -> HConcatChart:
    """Bins of one variable: share of the rows, bad rate with its interval, weight of evidence.

    ``table`` is the frame of ``Binning.table()``, or any with the columns ``bin``, ``share``, ``bad_rate`` and ``woe``, and if
    it has them ``bad_rate_lower`` and ``bad_rate_upper``. The line ``total`` is the reference of the bad rates. Bins of
    amounts have ``mean``, ``mean_lower``, ``mean_upper`` and ``explained`` instead: their means, and the squared error that
    each line explains.

    >>> import polars as pl
    >>> from firmrating import plots
    >>> table = pl.DataFrame({"bin": ["< 1", ">= 1"], "share": [0.4, 0.6], "bad_rate": [0.2, 0.05], "woe": [-0.8, 0.7]})
    >>> len(plots.bins(table).to_dict()["hconcat"])
    3
    """
    alt, frame = _altair(), _frame_of(table, ["bin", "share"])
    import polars as pl

    are_amounts = "mean" in frame.columns and "bad_rate" not in frame.columns
    told, worth = ("mean", "explained") if are_amounts else ("bad_rate", "woe")
    frame = _frame_of(frame, ["bin", "share", told, worth])
    is_total = (pl.col("kind") == "total") if "kind" in frame.columns else (pl.col("bin") == "total")
    lines, total = frame.filter(~is_total), frame.filter(is_total)
    order = lines["bin"].to_list()

    def labels(shown: bool) -> Any:
        axis = alt.Axis(labelLimit=_LABEL_PIXELS, title=None) if shown else None
        return alt.Y("bin:N", sort=order, axis=axis)

    of_lines = ("bin", "rows", "share", "goods", "bads", "sum", "bad_rate", "mean", "woe", "iv", "explained")
    tooltip = [name for name in of_lines if name in frame.columns]
    base = alt.Chart(lines.select(c for c in lines.columns if not lines[c].dtype.is_nested()))
    share = base.mark_bar(color=_GREY).encode(
        x=alt.X("share:Q", title="share of rows", axis=alt.Axis(format="%", tickCount=4)), y=labels(True), tooltip=tooltip
    )
    axis = alt.Axis(tickCount=4) if are_amounts else alt.Axis(format="%", tickCount=4)
    rate = alt.X(f"{told}:Q", title=told.replace("_", " "), axis=axis, scale=alt.Scale(zero=True))
    rates = [base.mark_point(filled=True, opacity=1, size=60, color=_RED).encode(x=rate, y=labels(False), tooltip=tooltip)]
    if {f"{told}_lower", f"{told}_upper"} <= set(lines.columns):
        interval = base.mark_rule(color=_RED).encode(x=f"{told}_lower:Q", x2=f"{told}_upper:Q", y=labels(False))
        rates.insert(0, interval)
    if total.height == 1:
        mean = alt.Chart(total.select(told)).mark_rule(color=_GREY, strokeDash=[4, 3]).encode(x=f"{told}:Q")
        rates.insert(0, mean)
    title_of_worth = "squared error explained" if are_amounts else "weight of evidence"
    bars = base.mark_bar().encode(
        x=alt.X(f"{worth}:Q", title=title_of_worth, axis=alt.Axis(tickCount=4)),
        y=labels(False),
        color=alt.condition(f"datum.{worth} < 0", alt.value(_RED), alt.value(_GREEN)),
        tooltip=tooltip,
    )
    height = alt.Step(26)
    subtitle = "weight of evidence = ln(share of goods / share of bads): above 0 is safer; intervals of the bad rate at 95 %"
    if are_amounts:
        subtitle = "mean of the amounts and the squared error that each line explains; intervals of the mean at 95 %"
    panels = [share.properties(width=160, height=height), alt.layer(*rates).properties(width=220, height=height)]
    made: HConcatChart = _styled(alt.hconcat(*panels, bars.properties(width=220, height=height), spacing=12), title, subtitle)
    return made


def roc(scores: Any, bad: Any, *, title: str = "ROC curve") -> LayerChart:
    """ROC curves: share of the bads that are caught against share of the goods that are refused.

    >>> from firmrating import plots
    >>> chart = plots.roc({"champion": [1, 2, 2, 3], "challenger": [1, 2, 3, 4]}, [1, 1, 0, 0])
    >>> chart.to_dict()["title"]["subtitle"][1:]
    ['champion: AUC 0.8750 (95 % 0.5285 to 1.0000)', 'challenger: AUC 1.0000']
    """
    alt = _altair()
    named = _named(scores)
    curves = [_thinned(validation.roc_points(column, bad), name) for name, column in named.items()]
    told = [_told(name, validation.auc(column, bad)) for name, column in named.items()]
    lines = _curves(
        curves,
        alt.X("false_alarm_rate:Q", title="share of the goods refused", axis=alt.Axis(format="%")),
        alt.Y("hit_rate:Q", title="share of the bads refused", axis=alt.Axis(format="%")),
    )
    chart = alt.layer(_diagonal("no information"), lines).properties(width=360, height=360)
    made: LayerChart = _styled(chart, title, ["riskiest score refused first; ties along straight lines", *told])
    return made


def cap(scores: Any, bad: Any, *, title: str = "Cumulative accuracy profile") -> LayerChart:
    """Cumulative accuracy profiles: share of the bads among so many of the riskiest firms.

    >>> from firmrating import plots
    >>> len(plots.cap([1, 2, 3, 4], [1, 0, 1, 0]).to_dict()["layer"])    # chance, the perfect score, the curve
    3
    """
    alt = _altair()
    import polars as pl

    named = _named(scores)
    curves = [_thinned(validation.cap_points(column, bad), name) for name, column in named.items()]
    told = [f"{name}: Gini {validation.gini(column, bad):.4f}" for name, column in named.items()]
    rate = _column(bad, "bad").cast(pl.Float64).mean()
    perfect = pl.DataFrame({"firms": [0.0, rate, 1.0], "bads": [0.0, 1.0, 1.0]})
    best = alt.Chart(perfect).mark_line(color=_GREY, strokeDash=[2, 2]).encode(x="firms:Q", y="bads:Q")
    lines = _curves(
        curves,
        alt.X("firms:Q", title="share of the firms, riskiest first", axis=alt.Axis(format="%")),
        alt.Y("bads:Q", title="share of the bads", axis=alt.Axis(format="%")),
    )
    chart = alt.layer(_diagonal("no information"), best, lines).properties(width=360, height=360)
    made: LayerChart = _styled(chart, title, ["dotted: a score that knows all; dashed: one that knows nothing", *told])
    return made


def ks(scores: Any, bad: Any, *, title: str = "Kolmogorov–Smirnov") -> LayerChart:
    """Shares of goods and of bads up to a score, and the score at which they are widest apart; of one score.

    >>> from firmrating import plots
    >>> plots.ks([1, 2, 2, 3], [1, 1, 0, 0]).to_dict()["title"]["subtitle"]
    ['shares of firms up to a score; widest gap 0.5000 at 1']
    """
    alt = _altair()
    import polars as pl

    found = validation.roc_points(scores, bad).filter(pl.col("score").is_finite())
    gap = (pl.col("hit_rate") - pl.col("false_alarm_rate")).abs()
    widest = found.select("score", "hit_rate", "false_alarm_rate", gap=gap).sort("gap", descending=True, maintain_order=True).head(1)
    long = _thin(found).rename({"hit_rate": "bads", "false_alarm_rate": "goods"}).unpivot(
        ["bads", "goods"], index="score", variable_name="firms", value_name="share"
    )
    colour = alt.Color("firms:N", title=None, scale=alt.Scale(domain=["bads", "goods"], range=[_RED, _GREEN]))
    lines = alt.Chart(long).mark_line(interpolate="step-after").encode(
        x=alt.X("score:Q", title="score (higher is safer)", scale=alt.Scale(zero=False)),
        y=alt.Y("share:Q", title="share up to the score", axis=alt.Axis(format="%")),
        color=colour,
    )
    at = alt.Chart(widest).mark_rule(strokeDash=[4, 3], color="#333333")
    rule = at.encode(x="score:Q", y="hit_rate:Q", y2="false_alarm_rate:Q")
    told = "".join(f"; widest gap {row['gap']:.4f} at {row['score']:g}" for row in widest.iter_rows(named=True))
    chart = alt.layer(lines, rule).properties(width=420, height=300)
    made: LayerChart = _styled(chart, title, [f"shares of firms up to a score{told}"])
    return made


def calibration(pd: Any, bad: Any, *, groups: int = 10, title: str = "Calibration") -> LayerChart:
    """Default rates of groups of about one size against their mean PD, with 95 % Jeffreys intervals.

    >>> from firmrating import plots
    >>> chart = plots.calibration([0.1] * 10 + [0.3] * 10, [1] + [0] * 9 + [1] * 3 + [0] * 7, groups=2)
    >>> len(chart.to_dict()["layer"])    # what was promised, intervals, rates
    3
    """
    alt = _altair()
    import polars as pl

    table = validation.calibration_table(pd, bad, groups=groups)
    most = max(table["mean_pd"].max(), table["default_rate"].max())  # type: ignore[type-var]
    line = pl.DataFrame({"mean_pd": [0.0, most], "default_rate": [0.0, most]})
    x = alt.X("mean_pd:Q", title="mean PD", axis=alt.Axis(format=".1%"))
    y = alt.Y("default_rate:Q", title="default rate", axis=alt.Axis(format=".1%"))
    promised = alt.Chart(line).mark_line(color=_GREY, strokeDash=[4, 3]).encode(x=x, y=y)
    base = alt.Chart(table)
    intervals = base.mark_rule(color=_BLUE).encode(x=x, y=alt.Y("rate_lower:Q", title="default rate"), y2="rate_upper:Q")
    rates = base.mark_point(filled=True, opacity=1, size=60, color=_BLUE).encode(x=x, y=y, tooltip=list(table.columns))
    chart = alt.layer(promised, intervals, rates).properties(width=360, height=360)
    made: LayerChart = _styled(chart, title, ["a point above the dashed line: more defaults than the PD says; 95 % Jeffreys intervals"])
    return made


def points(card: Any, *, title: str = "Points") -> VConcatChart:
    """The points of a scorecard, a panel a variable.

    ``card`` is a fitted :class:`~firmrating.Scorecard` or its ``table()``, with the columns ``variable``, ``bin`` and
    ``points``; or ``RatingModel.card``, with ``measure``, ``attribute`` and ``points``; or a part of either. Lines
    without points, such as totals, are left out; base points stand in the subtitle.

    >>> import firmrating as fr
    >>> card = fr.RatingModel.preset("tech-firm").card.filter(pillar="tax")
    >>> chart = fr.plots.points(card)
    >>> len(chart.to_dict()["vconcat"]) == card["measure"].n_unique()
    True
    """
    alt = _altair()
    import polars as pl

    frame, base_points = _pointed(card)
    least, most = frame.select(pl.min_horizontal(pl.col("points").min(), 0)).item(), frame["points"].max()
    domain = alt.Scale(domain=[least, most], padding=24)
    panels = []
    for measure in frame["measure"].unique(maintain_order=True):
        part = frame.filter(pl.col("measure") == measure).select("attribute", "points")
        y = alt.Y("attribute:N", sort=part["attribute"].to_list(), axis=alt.Axis(labelLimit=_LABEL_PIXELS, title=None))
        base = alt.Chart(part, title=alt.Title(str(measure), anchor="start", fontSize=12))
        bar = base.mark_bar().encode(
            x=alt.X("points:Q", title=None, scale=domain),
            y=y,
            color=alt.condition("datum.points < 0", alt.value(_RED), alt.value(_BLUE)),
        )
        # Beside the bar, on whichever side it ends.
        side, gap = alt.expr("datum.points < 0 ? 'right' : 'left'"), alt.expr("datum.points < 0 ? -3 : 3")
        number = base.mark_text(align=side, dx=gap).encode(x=alt.X("points:Q", scale=domain), y=y, text="points:Q")
        panels.append(alt.layer(bar, number).properties(width=320, height=alt.Step(20)))
    if not panels:
        raise _native.InputError("`card` must hold at least one attribute, got none")
    told = "more points are safer"
    if base_points is not None:
        told += f"; every firm has {base_points} base points"
    made: VConcatChart = _styled(alt.vconcat(*panels, spacing=14), title, [told])
    return made


def population(expected: Any, actual: Any, *, bands: int = 10, title: str = "Population stability") -> Chart:
    """Shares of two populations by bands of a score, with their stability index.

    The bands are quantiles of ``expected``, closed below and open above; scores that are the same stay together, so there
    may be fewer. A band that one side leaves empty counts half a firm on both.

    >>> from firmrating import plots
    >>> chart = plots.population(list(range(100)), list(range(20, 120)), bands=4)
    >>> chart.to_dict()["title"]["subtitle"]
    ['PSI 0.4394; by chance below 0.1563 in 95 of 100 samples of one population']
    """
    alt = _altair()
    import polars as pl

    sides = {"expected": _column(expected, "expected"), "actual": _column(actual, "actual")}
    sides = {name: column.cast(pl.Float64) for name, column in sides.items()}
    for name, column in sides.items():
        if column.is_empty() or column.null_count() or column.is_nan().any():
            raise _native.InputError(f"`{name}` must be a column of numbers without gaps")
    places = [place / bands for place in range(1, bands)]
    found = (sides["expected"].quantile(place, "higher") for place in places)
    edges = sorted({edge for edge in found if edge is not None and edge > sides["expected"].min()})  # type: ignore[operator]
    ends = [f"{edge:g}" for edge in edges]
    labels = [f"< {ends[0]}", *(f"[{a}, {b})" for a, b in zip(ends, ends[1:], strict=False)), f">= {ends[-1]}"] if ends else ["all"]
    counts = {name: _counts(column, edges) for name, column in sides.items()}
    index = validation.psi(counts["expected"], counts["actual"], zero_cells=0.5 if 0 in counts["actual"] else "refuse")
    told = f"PSI {index:.4f}"
    if len(labels) > 1:
        bound = validation.psi_bound(len(labels), len(sides["expected"]), len(sides["actual"])).chi_squared
        told += f"; by chance below {bound:.4f} in 95 of 100 samples of one population"
    rows = [
        {"band": band, "population": name, "share": count / len(sides[name]), "firms": count}
        for name, of in counts.items()
        for band, count in zip(labels, of, strict=True)
    ]
    colour = alt.Color("population:N", title=None, scale=alt.Scale(domain=list(sides), range=[_GREY, _BLUE]))
    chart = alt.Chart(pl.DataFrame(rows)).mark_bar().encode(
        x=alt.X("band:N", sort=labels, title="score", axis=alt.Axis(labelAngle=-40, labelLimit=_LABEL_PIXELS)),
        xOffset=alt.XOffset("population:N", sort=list(sides)),
        y=alt.Y("share:Q", title="share of firms", axis=alt.Axis(format="%")),
        color=colour,
        tooltip=["band", "population", "share", "firms"],
    )
    made: Chart = _styled(chart.properties(width=460, height=280), title, [told])
    return made


def _altair() -> Any:
    try:
        import altair
    except ModuleNotFoundError as error:
        message = 'charts need Altair: pip install "firmrating[plot]"'
        raise ModuleNotFoundError(message, name=error.name) from None
    return altair


def _frame_of(table: Any, wanted: list[str]) -> pl.DataFrame:
    import polars as pl

    frame = table if isinstance(table, pl.DataFrame) else pl.DataFrame(table)
    absent = [name for name in wanted if name not in frame.columns]
    if absent:
        names = ", ".join(f"`{name}`" for name in wanted)
        raise _native.InputError(f"expected a table with the columns {names}, got none called `{absent[0]}`")
    return frame


def _pointed(card: Any) -> tuple[pl.DataFrame, int | None]:
    """Columns ``measure``, ``attribute`` and ``points`` of a card of either kind, and base points that stand apart."""
    import polars as pl

    from firmrating.scorecard import Scorecard

    table = card.table() if isinstance(card, Scorecard) else card
    frame = table if isinstance(table, pl.DataFrame) else pl.DataFrame(table)
    ours, others = ["measure", "attribute", "points"], ["variable", "bin", "points"]
    if not set(ours) <= set(frame.columns):
        if not set(others) <= set(frame.columns):
            wanted = ", or ".join(", ".join(f"`{name}`" for name in names) for names in (ours, others))
            raise _native.InputError(f"expected a table with the columns {wanted}, got neither")
        frame = frame.rename({"variable": "measure", "bin": "attribute"})
    is_base = pl.col("measure").is_null()
    base = frame.filter(is_base)["points"].drop_nulls()
    lines = frame.filter(~is_base, pl.col("points").is_not_null())
    return lines, base.item() if base.len() == 1 else None


def _named(scores: Any) -> Mapping[str, Any]:
    return scores if isinstance(scores, Mapping) else {"score": scores}


def _told(name: str, auc: validation.Auc) -> str:
    interval = auc.interval()
    return f"{name}: AUC {auc.value:.4f}" + (f" (95 % {interval[0]:.4f} to {interval[1]:.4f})" if interval else "")


def _thin(frame: pl.DataFrame) -> pl.DataFrame:
    """At most so many rows, the first and the last among them."""
    if frame.height <= _POINTS_A_CURVE:
        return frame
    last = frame.height - 1
    return frame[[place * last // (_POINTS_A_CURVE - 1) for place in range(_POINTS_A_CURVE)]]


def _thinned(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    import polars as pl

    # JSON knows no infinity, and the score of nobody is minus infinity.
    finite = pl.when(pl.col("score").is_finite()).then(pl.col("score"))
    return _thin(frame).with_columns(score=finite, model=pl.lit(name)).with_row_index("place")


def _curves(curves: list[pl.DataFrame], x: Any, y: Any) -> Any:
    import polars as pl

    alt = _altair()
    names = [str(curve["model"].first()) for curve in curves]
    colour = alt.Color("model:N", title=None, scale=alt.Scale(domain=names, range=_COLOURS))
    return alt.Chart(pl.concat(curves)).mark_line().encode(
        x=x, y=y, color=colour, order="place:Q", tooltip=[field.shorthand for field in (x, y)] + ["score:Q", "model:N"]
    )


def _diagonal(name: str) -> Any:
    import polars as pl

    alt = _altair()
    ends = pl.DataFrame({"from": [0.0], "to": [1.0]})
    line = alt.Chart(ends, name=name.replace(" ", "_")).mark_rule(color=_GREY, strokeDash=[4, 3])
    return line.encode(x=alt.X("from:Q"), y=alt.Y("from:Q"), x2="to:Q", y2="to:Q")


def _counts(column: pl.Series, edges: list[float]) -> list[int]:
    """Values below the first edge, from each edge to the next, and from the last."""
    below = [0, *(int((column < edge).sum()) for edge in edges), column.len()]
    return [upper - lower for lower, upper in zip(below, below[1:], strict=False)]


def _styled(chart: Any, title: str, subtitle: str | list[str]) -> Any:
    alt = _altair()
    lines = [subtitle] if isinstance(subtitle, str) else subtitle
    heading = alt.Title(title, subtitle=lines, anchor="start", subtitleColor="#666666", offset=12)
    return chart.properties(title=heading).configure(font=_FONT).configure_view(stroke=None).configure_axis(grid=False)
