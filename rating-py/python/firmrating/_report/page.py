"""The page: what it says, and how it is laid out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firmrating._report import figures
from firmrating._report.words import words
from firmrating.catalogue import measures, tables

if TYPE_CHECKING:
    import polars as pl

    from firmrating.model import RatingModel
    from firmrating.ratings import Ratings
    from firmrating.records import Records

__all__ = ["facts", "render"]

_MOST_CREDIT, _MOST_TECHNOLOGY = 12, 6
_TECHNOLOGY = "technology"


def facts(ratings: Ratings, records: Records | None, lang: str) -> dict[str, Any]:
    """Everything that stands on the page but the firms explained."""
    import polars as pl

    spec, frame = ratings.model.spec, ratings.frame
    scale: list[str] = spec["government"]["scale"]
    rated = frame.filter(pl.col("standing") == "rated")
    word = words(lang)
    names = dict(measures().select("id", lang).iter_rows())
    pillars = _pillar_names(spec, lang)
    bounds = _bounds(spec)
    low, axis = figures.pd_axis(rated, bounds)
    shares = figures.pillar_shares(rated, _ranges(ratings.model, pillars))
    lines = ratings.contributions.join(rated.select("firm_id"), on="firm_id", how="semi")
    technology = pl.col("pillar") == _TECHNOLOGY
    counts = None if records is None else _counts(records, lang)
    return {
        "word": word,
        "title": spec["name"][lang],
        "as_of": ratings.as_of,
        "model": ratings.model,
        "notices": [spec["notice"][lang]],
        "firms": frame.height,
        "rated": rated.height,
        "key_figures": _key_figures(frame, scale, counts, word),
        "grades": figures.grade_bars(frame, scale, lang),
        "pd_axis": axis,
        "pd": figures.pd_spreads(rated, scale, bounds, low),
        "pillars": figures.pillar_spreads(shares, pillars),
        "pillar_axis": figures.Axis(ticks=tuple((float(at), f"{at}%") for at in (0, 25, 50, 75, 100))),
        "heat_columns": [pillars[family] for family in shares],
        "heat": figures.heat(rated, shares, scale),
        "coverage": figures.coverage(ratings.coverage, frame.height, lang),
        "rules": _rules(ratings, scale, word, lang),
        "lost": [
            (word["lost_credit"], figures.losses(lines.filter(~technology), names, pillars, _MOST_CREDIT)),
            (word["lost_technology"], figures.losses(lines.filter(technology), names, {_TECHNOLOGY: ""}, _MOST_TECHNOLOGY)),
        ],
        "counts": counts,
        "fills": figures.grade_fills(scale),
        "standing": dict(frame.select("firm_id", "grade").iter_rows()),
    }


def render(given: dict[str, Any]) -> str:
    """The page as HTML. Every text is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    pieces = Environment(
        loader=PackageLoader("firmrating", "_report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pieces.filters["commas"] = lambda number: f"{number:,}"
    return pieces.get_template("report.html.jinja").render(given)


def _pillar_names(spec: dict[str, Any], lang: str) -> dict[str, str]:
    names = {pillar["family"]: pillar["name"][lang] for pillar in spec["pillars"]}
    return {**names, _TECHNOLOGY: spec["technology"]["name"][lang]}


def _bounds(spec: dict[str, Any]) -> dict[str, tuple[float, float]]:
    """The PD range of each credit grade; the first begins at 0, the last ends at 1."""
    bounds, below = {}, 0.0
    for step in spec["master_scale"]:
        upper = float(step.get("pd_below") or 1.0)
        bounds[step["grade"]] = (below, upper)
        below = upper
    return bounds


def _ranges(model: RatingModel, pillars: dict[str, str]) -> dict[str, tuple[int, int]]:
    """Worst and best points of each pillar: sums over its characteristics; of technology 0 and 100."""
    import polars as pl

    ends = (
        model.card.group_by("pillar", "measure")
        .agg(worst=pl.col("points").min(), best=pl.col("points").max())
        .group_by("pillar")
        .agg(pl.col("worst").sum(), pl.col("best").sum())
    )
    found = {pillar: (worst, best) for pillar, worst, best in ends.iter_rows()}
    return {family: (0, 100) if family == _TECHNOLOGY else found.get(family, (0, 0)) for family in pillars}


def _key_figures(
    frame: pl.DataFrame, scale: list[str], counts: dict[str, Any] | None, word: dict[str, str]
) -> list[tuple[str, str, str]]:
    """Name, figure and remark of each."""
    import polars as pl

    rated = frame.filter(pl.col("standing") == "rated")
    mean = rated["pd"].mean()
    order = {grade: at for at, grade in enumerate(scale)}
    ranks = sorted(order[grade] for grade in rated["grade"])
    lowered = sum(order[grade] > order[before] for grade, before in rated.select("grade", "matrix_grade").iter_rows())
    found = [
        (word["firms"], f"{frame.height:,}", ""),
        (
            word["rated"],
            f"{rated.height:,}",
            word["of_firms"].format(figures.percent(rated.height / frame.height, 1)) if frame.height else "",
        ),
        (word["mean_pd"], figures.percent(mean if isinstance(mean, float) else None), word["of_rated"]),
        (word["median_grade"], scale[ranks[len(ranks) // 2]] if ranks else "–", word["of_rated"]),
        (word["lowered"], f"{lowered:,}", word["lowered_note"]),
    ]
    if counts is not None:
        rows_in, rejected = counts["total"][1], counts["total"][3]
        found.append((word["rows_rejected"], f"{rejected:,}", word["of_rows"].format(f"{rows_in:,}")))
    return found


def _rules(ratings: Ratings, scale: list[str], word: dict[str, str], lang: str) -> list[dict[str, Any]]:
    """A row a rule of the model, in its order: what it says and how many firms each finding concerns."""
    import polars as pl

    # A rule may find several records of one firm.
    ended = pl.col("finding").replace(["lifted", "expired"], "ended")
    findings = ratings.rules.group_by("rule", ended).agg(firms=pl.col("firm_id").n_unique())
    found = {(rule, finding): firms for rule, finding, firms in findings.iter_rows()}
    fired = ratings.rules.filter(pl.col("finding") == "fired").select("firm_id", "rule").unique()
    before = fired.join(ratings.frame.select("firm_id", "matrix_grade"), on="firm_id")
    order = {grade: at for at, grade in enumerate(scale)}
    rows = []
    for rule in ratings.model.spec["rules"]:
        id, effect = rule["id"], rule["effect"]
        cap = effect.get("cap") if isinstance(effect, dict) else None
        told = ("fired", "frozen", "ended", "no_data", "not_in_force")
        count = {finding: found.get((id, finding), 0) for finding in told}
        lowered = before.filter(pl.col("rule") == id)["matrix_grade"]
        rows.append(
            {
                "text": rule["basis"][lang],
                "document": rule["basis"]["document"],
                "effect": word["cap"].format(cap) if cap else word.get(str(effect), str(effect)),
                "lowered": sum(order[cap] > order[grade] for grade in lowered) if cap in order else lowered.len(),
                **count,
                "asleep": count["not_in_force"] > 0 and count["not_in_force"] == ratings.frame.height,
            }
        )
    return rows


def _counts(records: Records, lang: str) -> dict[str, Any]:
    """Rows in, used and rejected of each table, and of all."""
    names = dict(tables().select("table", "zh").unique().iter_rows()) if lang == "zh" else {}
    rows = [(names.get(table, table), *numbers) for table, *numbers in records.counts.iter_rows()]
    total = tuple(sum(row[at] for row in rows) for at in (1, 2, 3))
    return {
        "rows": [(*row, figures.percent(row[3] / row[1] if row[1] else None, 1)) for row in rows],
        "total": ("", *total, figures.percent(total[2] / total[0] if total[0] else None, 1)),
    }
