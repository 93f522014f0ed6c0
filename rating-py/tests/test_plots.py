"""Charts, by what they say: data and encodings."""

import sys

import pandas as pd
import polars as pl
import pytest

import firmrating as fr

pytest.importorskip("altair")

SCORES, BAD = [1, 2, 2, 3], [1, 1, 0, 0]
TABLE = pl.DataFrame(
    {
        "bin": ["纳税信用等级：A", "a very long label " * 12, "missing", "total"],
        "kind": ["words", "words", "missing", "total"],
        "share": [0.5, 0.3, 0.2, 1.0],
        "bad_rate": [0.02, 0.1, 0.06, 0.052],
        "bad_rate_lower": [0.01, 0.08, 0.03, 0.04],
        "bad_rate_upper": [0.03, 0.13, 0.1, 0.06],
        "woe": [1.0, -0.7, -0.1, 0.0],
    }
)


def rows(chart: dict, part: dict) -> list[dict]:
    return chart["datasets"][part["data"]["name"]]


@pytest.mark.parametrize("library", [lambda frame: frame, lambda frame: frame.to_pandas()])
def test_bins_stand_in_their_order_with_rate_interval_and_weight(library):
    chart = fr.plots.bins(library(TABLE)).to_dict()
    share, rates, woe = chart["hconcat"]
    labels = TABLE["bin"].to_list()[:3]
    assert share["encoding"]["y"]["sort"] == woe["encoding"]["y"]["sort"] == labels
    assert [row["bin"] for row in rows(chart, share)] == labels
    mean, interval, rate = rates["layer"]
    assert rows(chart, mean) == [{"bad_rate": 0.052}]
    assert (interval["encoding"]["x"]["field"], interval["encoding"]["x2"]["field"]) == ("bad_rate_lower", "bad_rate_upper")
    assert rate["encoding"]["x"]["field"] == "bad_rate" and woe["encoding"]["x"]["field"] == "woe"
    assert share["encoding"]["y"]["axis"]["labelLimit"] >= 300
    assert chart["title"]["subtitle"][0].startswith("weight of evidence = ln(share of goods / share of bads)")


def test_a_table_without_a_column_is_refused():
    with pytest.raises(fr.InputError, match="^expected a table with the columns `bin`, `share`, `bad_rate`, `woe`, got none called `woe`$"):
        fr.plots.bins(TABLE.drop("woe"))


def test_roc_curves_hold_the_points_of_each_score():
    chart = fr.plots.roc({"冠军": SCORES, "challenger": [1, 2, 3, 4]}, BAD).to_dict()
    chance, curves = chart["layer"]
    points = [(r["model"], r["false_alarm_rate"], r["hit_rate"]) for r in rows(chart, curves)]
    assert points[:4] == [("冠军", 0.0, 0.0), ("冠军", 0.0, 0.5), ("冠军", 0.5, 1.0), ("冠军", 1.0, 1.0)]
    assert rows(chart, curves)[0]["score"] is None
    assert curves["encoding"]["color"]["scale"]["domain"] == ["冠军", "challenger"]
    assert chart["title"]["subtitle"][1:] == ["冠军: AUC 0.8750 (95 % 0.5285 to 1.0000)", "challenger: AUC 1.0000"]


def test_the_cap_shows_the_perfect_score():
    chart = fr.plots.cap(SCORES, BAD).to_dict()
    _, best, curve = chart["layer"]
    assert rows(chart, best) == [{"firms": 0.0, "bads": 0.0}, {"firms": 0.5, "bads": 1.0}, {"firms": 1.0, "bads": 1.0}]
    assert [(r["firms"], r["bads"]) for r in rows(chart, curve)] == [(0, 0), (0.25, 0.5), (0.75, 1), (1, 1)]
    assert chart["title"]["subtitle"][1] == "score: Gini 0.7500"


def test_ks_marks_the_first_of_the_widest_gaps():
    chart = fr.plots.ks(SCORES, BAD).to_dict()
    lines, rule = chart["layer"]
    assert rows(chart, rule) == [{"score": 1.0, "hit_rate": 0.5, "false_alarm_rate": 0.0, "gap": 0.5}]
    assert {(r["score"], r["firms"], r["share"]) for r in rows(chart, lines)} >= {(1.0, "bads", 0.5), (2.0, "goods", 0.5)}


def test_the_calibration_is_that_of_the_table():
    pds, bad = [0.1] * 10 + [0.3] * 10, [1] + [0] * 9 + [1] * 3 + [0] * 7
    chart = fr.plots.calibration(pds, bad, groups=2).to_dict()
    promised, intervals, rates = chart["layer"]
    assert rows(chart, rates) == fr.validation.calibration_table(pds, bad, groups=2).to_dicts()
    assert [r["mean_pd"] for r in rows(chart, promised)] == [0.0, pytest.approx(0.3)]
    assert intervals["encoding"]["y2"]["field"] == "rate_upper"


def test_points_have_a_panel_a_measure_on_one_scale():
    card = fr.RatingModel.preset().card.filter(pillar="tax")
    chart = fr.plots.points(card).to_dict()
    panels = chart["vconcat"]
    assert [panel["layer"][0]["title"]["text"] for panel in panels] == card["measure"].unique(maintain_order=True).to_list()
    assert sum(len(rows(chart, panel)) for panel in panels) == card.height
    assert len({str(panel["layer"][0]["encoding"]["x"]["scale"]) for panel in panels}) == 1


def test_populations_are_counted_in_bands_of_the_expected():
    chart = fr.plots.population(pd.Series(range(100)), list(range(20, 120)), bands=4).to_dict()
    counted = [(r["band"], r["population"], r["firms"]) for r in rows(chart, chart)]
    assert [firms for _, side, firms in counted if side == "expected"] == [25, 25, 25, 25]
    assert [firms for _, side, firms in counted if side == "actual"] == [5, 25, 25, 45]
    assert [band for band, side, _ in counted if side == "actual"] == ["< 25", "[25, 50)", "[50, 75)", ">= 75"]
    # 0.2 · ln 5 + 0.2 · ln 1.8, and 0.02 times the 95 % point of chi-squared with three degrees, 7.815.
    assert chart["title"]["subtitle"] == ["PSI 0.4394; by chance below 0.1563 in 95 of 100 samples of one population"]


def test_a_population_of_one_score_is_one_band():
    chart = fr.plots.population([5, 5, 5], [5, 6], bands=10).to_dict()
    assert [(r["band"], r["firms"]) for r in rows(chart, chart)] == [("all", 3), ("all", 2)]
    with pytest.raises(fr.InputError, match="^`actual` must be a column of numbers without gaps$"):
        fr.plots.population([1, 2], [1, None])


def test_long_curves_are_thinned_and_keep_their_ends():
    scores = list(range(20_000))
    chart = fr.plots.roc({"a": scores, "b": scores}, [i % 3 == 0 for i in scores]).to_dict()
    curve = [r for r in rows(chart, chart["layer"][1]) if r["model"] == "a"]
    assert len(curve) == 1_000
    assert (curve[0]["hit_rate"], curve[-1]["hit_rate"]) == (0.0, 1.0)


def test_without_altair_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(ModuleNotFoundError, match='^charts need Altair: pip install "firmrating\\[plot\\]"$'):
        fr.plots.roc(SCORES, BAD)


def fitted() -> fr.Scorecard:
    x = {"age": [1, 1, 1, 5, 5, 5, None], "town": ["a", "a", "b", "b", "b", "a", "a"]}
    return fr.Scorecard.fit(x, [1, 1, 0, 1, 0, 0, 0], base_odds=1)


def test_a_fitted_card_has_a_panel_a_variable_and_tells_its_base_points():
    card = fitted()
    chart = card.plot(title="Fitted").to_dict()
    assert chart == fr.plots.points(card.table(), title="Fitted").to_dict() == fr.plots.points(card, title="Fitted").to_dict()
    panels = chart["vconcat"]
    assert [panel["layer"][0]["title"]["text"] for panel in panels] == card.names
    for name, panel in zip(card.names, panels, strict=True):
        drawn = [(row["attribute"], row["points"]) for row in rows(chart, panel)]
        lines = card.table().filter(pl.col("variable") == name, pl.col("points").is_not_null())
        assert drawn == lines.select("bin", "points").rows()
        assert "total" not in [label for label, _ in drawn] and "missing" in [label for label, _ in drawn]
    assert chart["title"]["subtitle"] == [f"more points are safer; every firm has {card.base_points} base points"]
    with pytest.raises(fr.InputError, match="^expected a table with the columns `measure`, `attribute`, `points`, or `variable`"):
        fr.plots.points(TABLE)


def test_bins_of_amounts_show_means_and_what_they_explain():
    """Means by hand: 0.1 of the first two, 0.8 of the last two; the total is their mean, 0.45."""
    binning = fr.Binning.fit([1, 2, 3, 4], [0.1, 0.1, 0.7, 0.9], objective="squared_error", candidates=[3])
    chart = binning.plot().to_dict()
    share, means, explained = chart["hconcat"]
    assert [row["bin"] for row in rows(chart, share)] == ["< 3", ">= 3", "missing"]
    mean, interval, values = means["layer"]
    assert rows(chart, mean) == [{"mean": pytest.approx(0.45)}]
    assert (interval["encoding"]["x"]["field"], values["encoding"]["x"]["field"]) == ("mean_lower", "mean")
    assert [row["mean"] for row in rows(chart, values)] == [pytest.approx(0.1), pytest.approx(0.8), None]
    assert explained["encoding"]["x"]["field"] == "explained"
    # Squared error that a bin explains: 2 · (0.1 - 0.45)².
    assert rows(chart, explained)[0]["explained"] == pytest.approx(2 * 0.35**2)
    assert chart["title"]["subtitle"][0].startswith("mean of the amounts")
