"""Numbers to places on a picture. Places are percent of the width of the drawing, from the left."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from firmrating._report.words import department, grade_name, words

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "Axis",
    "Bar",
    "Cell",
    "Coverage",
    "Heat",
    "Loss",
    "Spread",
    "coverage",
    "grade_bars",
    "heat",
    "losses",
    "pd_axis",
    "pd_spreads",
    "percent",
    "pillar_shares",
    "pillar_spreads",
]

# Blue, slate, rust: told apart by every kind of colour vision, and each at least 4 to 1 against white.
_SAFE, _MIDDLE, _RISKY = (0x1C, 0x5A, 0x9E), (0x66, 0x74, 0x82), (0xB0, 0x47, 0x12)
_DEFAULT = "#7a1f1f"
_UNRATED = "url(#hatch)"
# Dark ink stands at least 4.5 to 1 against both ends.
_PALE, _DEEP = (0xF6, 0xF9, 0xFC), (0x5A, 0x98, 0xD2)
# Percentiles of a spread: ends, middle half, median.
_CUTS = (0.05, 0.25, 0.5, 0.75, 0.95)
# Days of about three and twelve months: the steps of staleness.
_FRESH, _YEAR = 92, 366


@dataclass(frozen=True)
class Bar:
    """One bar: how many firms have a grade."""

    label: str
    name: str
    firms: int
    share: str
    width: float
    fill: str


@dataclass(frozen=True)
class Axis:
    """Ticks of a scale: place and text."""

    ticks: tuple[tuple[float, str], ...]
    grid: tuple[float, ...] = ()


@dataclass(frozen=True)
class Spread:
    """How the firms of a row spread: five percentiles, and the range they are held against."""

    label: str
    firms: int
    places: tuple[float, ...]
    middle: str
    fill: str
    band: tuple[float, float] | None = None

    @property
    def drawn(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self.places)


@dataclass(frozen=True)
class Cell:
    """One cell of a heat map."""

    text: str
    fill: str


@dataclass(frozen=True)
class Heat:
    """One row of a heat map."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Coverage:
    """One department: parts of all firms by age of its latest answer."""

    label: str
    answered: str
    age: str
    parts: tuple[tuple[str, float, float], ...]
    spoken: str


@dataclass(frozen=True)
class Loss:
    """One measure: the mean points that firms lose by a value and for want of one."""

    label: str
    pillar: str
    mean: str
    firms: str
    by_value: float
    by_gap: float
    spoken: str


def percent(share: float | None, digits: int | None = None) -> str:
    """A share as a percentage: to a digit, or to two significant digits below 10% (for small PDs)."""
    if share is None:
        return "–"
    if digits is not None:
        return f"{share:.{digits}%}"
    if share <= 0:
        return "0%"
    return f"{100 * share:.{max(0, 1 - math.floor(math.log10(100 * share)))}f}%"


def grade_fills(scale: Sequence[str]) -> dict[str, str]:
    """The colour of each grade, least risk first, and of the symbols beside the grades."""
    fills = {}
    for at, grade in enumerate(scale):
        along = 2 * at / max(len(scale) - 1, 1)
        fills[grade] = _mix(_SAFE, _MIDDLE, along) if along <= 1 else _mix(_MIDDLE, _RISKY, along - 1)
    return {**fills, "D": _DEFAULT, "NI": _UNRATED, "NR": _UNRATED}


def grade_bars(frame: pl.DataFrame, scale: Sequence[str], lang: str) -> list[Bar]:
    """Firms by grade, every grade in order, then ``D``, ``NI``, ``NR``; the longest bar fills the width."""
    counted = dict(frame.group_by("grade").len().iter_rows())
    fills = grade_fills(scale)
    most = max(counted.values(), default=1)
    if max((firms for grade, firms in counted.items() if grade_name(grade, lang)), default=0) > most / 2:
        # The names of D, NI and NR stand behind their bars and need room.
        most *= 2
    return [
        Bar(
            label=grade,
            name=grade_name(grade, lang),
            firms=(firms := int(counted.get(grade, 0))),
            share=percent(firms / max(frame.height, 1), 1),
            width=_place(firms / most),
            fill=fill,
        )
        for grade, fill in fills.items()
    ]


def pd_axis(frame: pl.DataFrame, bounds: Mapping[str, tuple[float, float]]) -> tuple[float, Axis]:
    """The lower end of a logarithmic scale up to 1, as a power of ten, and its ticks."""
    seen = [float(pd) for pd in (frame["pd"].min(),) if isinstance(pd, float) and pd > 0]
    edges = [high for _, high in bounds.values() if high > 0]
    least = min([*seen, *(edge / 2 for edge in edges), 0.1])
    low = max(math.floor(math.log10(least)), -8)
    decades = range(low, 1)
    ticks = tuple((_log_place(10.0**n, low), f"{10.0 ** (n + 2):g}%") for n in decades)
    grid = tuple(_log_place(k * 10.0**n, low) for n in decades if n < 0 for k in (2, 5))
    return low, Axis(ticks=ticks, grid=grid)


def pd_spreads(
    rated: pl.DataFrame, scale: Sequence[str], bounds: Mapping[str, tuple[float, float]], low: float
) -> list[Spread]:
    """PD of the firms of each grade, against the PD range of the credit grade of the same name."""
    fills = grade_fills(scale)
    spreads = []
    for grade in scale:
        cuts = _cuts(rated.filter(_is("grade", grade))["pd"])
        band = bounds.get(grade)
        spreads.append(
            Spread(
                label=grade,
                firms=rated.filter(_is("grade", grade)).height,
                places=tuple(_log_place(cut, low) for cut in cuts),
                middle=percent(cuts[2]) if cuts else "–",
                fill=fills[grade],
                band=(_log_place(band[0], low), _log_place(band[1], low)) if band else None,
            )
        )
    return spreads


def pillar_shares(
    rated: pl.DataFrame, ranges: Mapping[str, tuple[int, int]]
) -> dict[str, tuple[pl.Series, pl.Series]]:
    """Of each pillar: grades of the firms with a value in it, and their place between its worst and best points."""
    shares = {}
    for family, (worst, best) in ranges.items():
        points, measured = f"points_{family}", f"measured_{family}"
        if points not in rated.columns:
            continue
        some = rated.filter(rated[measured].fill_null(0) > 0, rated[points].is_not_null())
        place = (some[points] - worst) / max(best - worst, 1)
        shares[family] = (some["grade"], place.clip(0.0, 1.0))
    return shares


def pillar_spreads(shares: Mapping[str, tuple[pl.Series, pl.Series]], names: Mapping[str, str]) -> list[Spread]:
    """How the firms spread between the worst and the best points of each pillar."""
    spreads = []
    for family, (_, place) in shares.items():
        cuts = _cuts(place)
        spreads.append(
            Spread(
                label=names.get(family, family),
                firms=place.len(),
                places=tuple(_place(cut) for cut in cuts),
                middle=percent(cuts[2], 0) if cuts else "–",
                fill=_hex(_SAFE),
            )
        )
    return spreads


def heat(
    rated: pl.DataFrame, shares: Mapping[str, tuple[pl.Series, pl.Series]], scale: Sequence[str]
) -> list[Heat]:
    """Median place of the firms of a grade in each pillar, for the grades that firms have."""
    rows = []
    for grade in scale:
        if rated.filter(_is("grade", grade)).is_empty():
            continue
        medians = [place.filter(grades == grade).median() for grades, place in shares.values()]
        cells = tuple(_cell(median if isinstance(median, float) else None) for median in medians)
        rows.append(Heat(label=grade, cells=cells))
    return rows


def coverage(table: pl.DataFrame, firms: int, lang: str) -> list[Coverage]:
    """Firms by the age of each department's latest answer, departments in the order of the table."""
    word = words(lang)
    rows = []
    for name in table["department"].unique(maintain_order=True):
        age = table.filter(_is("department", name))["age_days"].drop_nulls()
        fresh, year = int((age <= _FRESH).sum()), int((age <= _YEAR).sum())
        counts = {"fresh": fresh, "year": year - fresh, "stale": age.len() - year, "nothing": firms - age.len()}
        median = age.median()
        rows.append(
            Coverage(
                label=department(name, lang),
                answered=percent(age.len() / max(firms, 1), 1),
                age=_days(median, word) if isinstance(median, int | float) else "–",
                parts=_stacked(counts, firms),
                spoken=_listed([f"{word[part]} {count:,}" for part, count in counts.items()], lang),
            )
        )
    return rows


def losses(contributions: pl.DataFrame, names: Mapping[str, str], pillars: Mapping[str, str], most: int) -> list[Loss]:
    """The measures at which firms lose most points on average, most first."""
    import polars as pl

    firms = max(contributions["firm_id"].n_unique(), 1)
    lost = pl.col("lost") * pl.col("weight") / 100
    of_gaps = lost.filter(pl.col("missing").is_not_null())
    table = (
        contributions.group_by("pillar", "measure")
        .agg(
            mean=(lost.sum() / firms).round(9),
            by_gap=(of_gaps.sum() / firms).round(9),
            losing=(pl.col("lost") > 0).sum(),
        )
        .filter(pl.col("mean") > 0)
        .sort("mean", "measure", descending=[True, False])
        .head(most)
    )
    longest = max(table["mean"].to_list(), default=1.0)
    return [_loss(row, firms, longest, names, pillars) for row in table.iter_rows(named=True)]


def _loss(
    row: Mapping[str, Any], firms: int, longest: float, names: Mapping[str, str], pillars: Mapping[str, str]
) -> Loss:
    mean, by_gap = float(row["mean"]), float(row["by_gap"])
    return Loss(
        label=names.get(row["measure"], row["measure"]),
        pillar=pillars.get(row["pillar"], row["pillar"]),
        mean=f"{mean:.1f}",
        firms=percent(row["losing"] / firms, 0),
        by_value=_place((mean - by_gap) / longest),
        by_gap=_place(by_gap / longest),
        spoken=f"{mean - by_gap:.1f} + {by_gap:.1f}",
    )


def _days(days: float, word: Mapping[str, str]) -> str:
    whole = round(days)
    return word["day"] if whole == 1 else word["days"].format(f"{whole:,}")


def _listed(members: Sequence[str], lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(members)


def _stacked(counts: Mapping[str, int], firms: int) -> tuple[tuple[str, float, float], ...]:
    parts, so_far = [], 0
    for part, count in counts.items():
        if count > 0:
            parts.append((part, _place(so_far / max(firms, 1)), _place(count / max(firms, 1))))
        so_far += count
    return tuple(parts)


def _cell(share: float | None) -> Cell:
    if share is None:
        return Cell(text="–", fill="none")
    return Cell(text=f"{100 * share:.0f}", fill=_mix(_PALE, _DEEP, share))


def _cuts(values: pl.Series) -> list[float]:
    if values.len() == 0:
        return []
    return [float(cut) for at in _CUTS if (cut := values.quantile(at, "linear")) is not None]


def _is(column: str, value: str) -> pl.Expr:
    import polars as pl

    return pl.col(column) == value


def _log_place(value: float, low: float) -> float:
    return _place((math.log10(value) - low) / -low) if value > 0 else 0.0


def _place(share: float) -> float:
    return round(100 * min(max(share, 0.0), 1.0), 2)


def _mix(start: tuple[int, int, int], end: tuple[int, int, int], share: float) -> str:
    return _hex([round(a + (b - a) * share) for a, b in zip(start, end, strict=True)])


def _hex(colour: Sequence[int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
