"""Bins: against figures that others published, and what is asked of every door of Python."""

import datetime as dt
import json
import math
import pickle
import signal
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from polars.testing import assert_frame_equal
from scipy.stats import beta

import firmrating as fr

PUBLISHED = Path(__file__).resolve().parents[2] / "rating-core" / "tests" / "data" / "binning_breast_cancer.json"


def published() -> list[dict]:
    """All of the cases: 15 variables, each by five trends and by none."""
    cases = json.loads(PUBLISHED.read_text())["cases"]
    assert len(cases) == 90
    return cases


def rows(case: dict) -> tuple[list[float], list[int]]:
    """Rows with the counts of a case: one value in each pre-bin."""
    values = [case["prebin_splits"][0] - 1, *case["prebin_splits"]]
    x, y = [], []
    for value, goods, bads in zip(values, case["prebin_nonevent"], case["prebin_event"], strict=True):
        x += [value] * int(goods + bads)
        y += [0] * int(goods) + [1] * int(bads)
    return x, y


@pytest.fixture(scope="module")
def made_up() -> tuple[np.ndarray, np.ndarray]:
    """A risk that falls, one value in fifty missing."""
    chance = np.random.default_rng(4)
    x = chance.normal(size=4_000).round(2)
    y = (chance.random(4_000) < 1 / (1 + np.exp(x + 2))).astype(int)
    x[::50] = np.nan
    return x, y


@pytest.mark.parametrize("case", published(), ids=lambda case: f"{case['variable']}, {case['monotonic_trend']}")
def test_the_published_binnings_are_found(case):
    x, y = rows(case)
    binning = fr.Binning.fit(x, y, candidates=case["prebin_splits"], trend=case["trend_used"] or "none")
    assert math.isclose(binning.iv, case["dp_iv"], rel_tol=1e-9, abs_tol=1e-21)
    assert math.isclose(binning.iv, case["iv"], rel_tol=1e-9, abs_tol=1e-21)
    if case["dp_same_splits"]:
        assert binning.splits == case["splits"]
    else:
        # A tie: neighbours of one bad rate, which the fewest bins merge.
        assert set(binning.splits) < set(case["splits"])


def test_any_library_gives_the_same_bins(made_up):
    x, y = made_up
    wanted = fr.Binning.fit(x, y, max_bins=5)
    gaps = [None if math.isnan(value) else float(value) for value in x]
    for given in (
        gaps,
        tuple(gaps),
        pl.Series("x", gaps),
        pl.Series(x),
        pd.Series(x),
        pd.Series(gaps, dtype="Float64"),
        pa.array(gaps),
        pa.chunked_array([gaps[:1_500], gaps[1_500:]]),
    ):
        assert fr.Binning.fit(given, pl.Series(y).cast(pl.Boolean), max_bins=5) == wanted, type(given)
    order = np.random.default_rng(5).permutation(len(x))
    assert fr.Binning.fit(x[order], y[order], max_bins=5) == wanted
    words = ["abc"[int(value > 0) + int(value > 1)] if value == value else None for value in x]
    wanted = fr.Binning.fit(words, y)
    for given in (
        pl.Series(words, dtype=pl.Categorical),
        pl.Series(words, dtype=pl.Enum(["c", "b", "a"])),
        pd.Series(words),
        pd.Series(words, dtype="category"),
        np.array(words, dtype=object),
        pa.array(words).dictionary_encode(),
    ):
        assert fr.Binning.fit(given, y) == wanted, type(given)
    assert sorted(sum(wanted.groups, [])) == ["a", "b", "c"]


def test_the_table_adds_up_to_the_sample(made_up):
    x, y = made_up
    binning = fr.Binning.fit(x, y, max_bins=4, special={"refused": [0.0], "odd": [1.0, -1.0]})
    table = binning.table()
    assert table["kind"].to_list() == ["band"] * 4 + ["special", "special", "missing", "total"]
    lines, total = table.filter(pl.col("kind") != "total"), table.row(-1, named=True)
    assert lines["rows"].sum() == total["rows"] == 4_000
    assert lines["goods"].sum() == total["goods"] == 4_000 - y.sum()
    assert lines["bads"].sum() == total["bads"] == y.sum()
    assert math.isclose(lines["iv"].sum(), binning.iv) and math.isclose(total["iv"], binning.iv)
    # The textbook, where no cell is empty.
    first = table.row(0, named=True)
    woe = math.log((first["goods"] / total["goods"]) / (first["bads"] / total["bads"]))
    assert math.isclose(first["woe"], woe) and first["counts_as"] == first["woe"]
    missing = table.row(6, named=True)
    assert missing["rows"] == 80 and missing["policy"] == "own"


def test_bad_rates_have_the_interval_of_jeffreys(made_up):
    """Against the quantiles of the beta distribution in SciPy; at no bads from 0, at no goods to 1."""
    x, y = made_up
    table = fr.Binning.fit(x, y, max_bins=4).table().filter(pl.col("kind") != "total")
    assert table.height == 5
    for goods, bads, lower, upper in table.select("goods", "bads", "bad_rate_lower", "bad_rate_upper").iter_rows():
        wanted = beta.ppf([0.025, 0.975], bads + 0.5, goods + 0.5)
        assert [lower, upper] == pytest.approx(list(wanted), rel=1e-9)
    pure = fr.Binning.fit([1, 1, 1, 2, 2, 2], [1, 1, 1, 0, 0, 0], fixed=[1.5], candidates=[]).table()
    ends = pure.select("bad_rate_lower", "bad_rate_upper").rows()
    assert ends[0] == (pytest.approx(beta.ppf(0.025, 3.5, 0.5)), 1.0)
    assert ends[1] == (0.0, pytest.approx(beta.ppf(0.975, 0.5, 3.5)))


def test_another_sample_stands_beside(made_up):
    x, y = made_up
    binning = fr.Binning.fit(x, y, max_bins=4)
    table = binning.table(beside=(x, y))
    assert (table["rows"] == table["rows_beside"]).all()
    assert table["psi"].to_list() == [0.0] * table.height
    moved = binning.table(beside=(x[:100], y[:100]))
    assert moved["rows_beside"][-1] == 100 and moved["psi"][-1] > 0
    with pytest.raises(fr.InputError, match="must be a sample"):
        binning.table(beside=x)


def test_a_zero_cell_is_smoothed_by_a_half_and_only_there():
    # Below 2 no bad: ln((4/6) / (0.5/4)); above, the plain ln((2/6) / (4/4)).
    binning = fr.Binning.fit([1] * 4 + [3] * 6, [0] * 4 + [1] * 4 + [0] * 2, candidates=[2])
    first, second = binning.table()["woe"][:2]
    assert math.isclose(first, math.log((4 / 6) / (0.5 / 4)))
    assert math.isclose(second, math.log((2 / 6) / 1))


def test_values_that_fall_nowhere_count_by_their_policy(made_up):
    x, y = made_up
    asked = [float("nan"), None, float("inf"), float("-inf"), 0.0, -0.0]
    own = fr.Binning.fit(x, y, max_bins=3, special=0.0)
    table = own.table()
    worth = dict(zip(table["bin"], table["counts_as"], strict=True))
    told = own.transform(pl.Series("asked", asked))
    assert told.name == "asked"
    places = own.transform(asked, to="place").to_list()
    assert places == [4, 4, 2, 0, 3, 3]
    assert told.to_list() == [table["counts_as"][place] for place in places]
    assert own.transform(asked, to="bin").to_list()[-1] == "special"
    band = table.filter(pl.col("kind") == "band")["counts_as"]
    for policy, wanted in (("worst", band.min()), ("best", band.max()), ("neutral", 0.0), (1, band[1])):
        assert fr.Binning.fit(x, y, max_bins=3, special=0.0, missing=policy).transform([None])[0] == wanted
    assert worth["missing"] == told[0]
    with pytest.raises(fr.InputError, match="`missing` must be one of"):
        fr.Binning.fit(x, y, missing="other")


def test_words_that_are_rare_or_unseen_have_a_line():
    x = ["a"] * 40 + ["b"] * 40 + ["c"] * 3 + ["d"] * 2
    y = [0, 1, 0, 0] * 10 + [1, 1, 1, 0] * 10 + [0, 1, 0, 0, 1]
    binning = fr.Binning.fit(x, y, rare_share=0.05)
    assert [sorted(group) for group in binning.groups][0] == ["a"]
    assert any({"c", "d"} <= set(group) for group in binning.groups)
    assert binning.transform(["e", None], to="bin").to_list() == ["unseen", "missing"]
    assert binning.transform(["e"])[0] == binning.table().filter(pl.col("kind") == "words")["counts_as"].min()
    # Codes stay words where a gap made floats of them.
    codes = fr.Binning.fit([1, 2, 1, 2, 1], [1, 0, 1, 0, 0], kind="words")
    assert codes.groups == [["2"], ["1"]]
    assert codes.transform(pd.Series([1, None, 2])).to_list() == codes.transform(["1", None, "2"]).to_list()


def test_amounts_are_binned_by_their_means():
    binning = fr.Binning.fit([1, 2, 3, 4], [0.1, 0.1, 0.7, 0.9], objective="squared_error", candidates=[2, 3, 4], max_bins=2)
    assert binning.splits == [3.0]
    assert binning.table()["mean"].to_list()[:2] == [0.1, 0.8]
    assert "bad_rate" not in binning.table().columns
    assert "explained" in repr(binning)


def test_what_nothing_meets_is_told_by_constraint_and_nearest(made_up):
    x, y = made_up
    with pytest.raises(fr.InfeasibleError) as caught:
        fr.Binning.fit(x, y, min_bins=5, min_rate_gap=0.3)
    error = caught.value
    assert isinstance(error, fr.FirmRatingError)
    assert (error.binding, error.asked, error.field) == ("min_bins", 5.0, "min_bins")
    assert len(error.relaxations) == 2
    assert "`min_bins` of `5` binds, nearest feasible" in str(error)
    nearest = int(error.nearest)
    assert len(fr.Binning.fit(x, y, min_bins=nearest, min_rate_gap=0.3).splits) == nearest - 1
    with pytest.raises(fr.InfeasibleError):
        fr.Binning.fit(x, y, min_bins=nearest + 1, min_rate_gap=0.3)


def test_one_bin_says_why(made_up):
    x, y = made_up
    binning = fr.Binning.fit(x, y, min_goods=3_000)
    assert binning.splits == []
    assert "`min_goods` of `3000`" in binning.remark
    assert fr.Binning.fit(x, y).remark is None


def test_the_automatic_trend_shows_its_alternatives():
    chance = np.random.default_rng(6)
    x = chance.uniform(-2, 2, 3_000)
    y = chance.random(3_000) < 0.05 + 0.1 * x * x
    binning = fr.Binning.fit(x, y)
    told = binning.alternatives
    assert told["trend"].to_list() == ["descending", "ascending", "peak", "valley"]
    assert binning.trend == "valley" == told.filter("chosen")["trend"].item()
    assert told.filter("chosen")["penalised"].item() == told["penalised"].max()
    only = fr.Binning.fit(x, y, trends=["ascending", "descending"])
    assert only.trend in ("ascending", "descending") and only.alternatives.height == 2


def test_periods_hold_one_direction_in_each():
    # Together falling, in the second period rising between 2 and 3.
    x = [1] * 20 + [2] * 20 + [3] * 20
    early = [1] * 15 + [0] * 5, [1] * 10 + [0] * 10, [1] * 2 + [0] * 18
    late = [1] * 15 + [0] * 5, [1] * 5 + [0] * 15, [1] * 8 + [0] * 12
    y = sum(early, []) + sum(late, [])
    free = fr.Binning.fit(x * 2, y, candidates=[2, 3], trend="descending")
    assert free.splits == [2.0, 3.0]
    for periods in ([1] * 60 + [2] * 60, ["2023"] * 60 + ["2024"] * 60, [dt.date(2023, 1, 1)] * 60 + [dt.date(2024, 1, 1)] * 60):
        held = fr.Binning.fit(x * 2, y, candidates=[2, 3], trend="descending", periods=periods)
        assert held.splits == [2.0]


def test_weights_count_as_rows_in_shares_of_weight(made_up):
    x, y = made_up
    weights = np.where(y == 1, 2.0, 0.5)
    table = fr.Binning.fit(x, y, weights=weights, fixed=[0.0], candidates=[]).table()
    assert table["bads"][-1] == 2.0 * y.sum() and table["weight"][-1] == weights.sum()
    assert {"weight", "weight_share"} <= set(table.columns)


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"y": [1, 0, 2, 0]}, "y", "`y` must be 1 .bad. or 0 .good., got `2` in row `2`"),
        ({"y": [1, 0, None, 0]}, "y", "got `nothing` in row `2`"),
        ({"y": [1, 0]}, "y", "`y` must be as long as `x`, expected `4` rows, got `2`"),
        ({"y": [0, 0, 0, 0]}, "y", "expected weight on goods and on bads"),
        ({"y": ["a", "b", "a", "b"]}, "y", "`y` must be a column of numbers"),
        ({"x": [None] * 4}, "x", "expected rows with a value"),
        ({"x": {"a": 1}}, "x", "`x` must be a column"),
        ({"x": [dt.date(2024, 1, 1)] * 4}, "x", "`x` must be a column of numbers, got one of `Date`"),
        ({"weights": [1, 1, -1, 1]}, "weights", "must be finite and not negative"),
        ({"weights": [1, 1, None, 1]}, "weights", "in row `2`"),
        ({"periods": [1, 1, None, 1]}, "periods", "got nothing in row `2`"),
        ({"periods": [1.0, 1.0, float("nan"), 1.0]}, "periods", "got nothing in row `2`"),
        ({"periods": [1.0, 1.0, 1.5, 1.0]}, "periods", "got `1.5` in row `2`"),
        ({"candidates": [2, 1]}, "candidates", "finite edges"),
        ({"fixed": [math.inf]}, "fixed", "`fixed` must be finite"),
        ({"trend": "up"}, "trend", "`trend` must be one of"),
        ({"objective": "gini"}, "objective", "`objective` must be one of"),
        ({"min_bins": -1}, "min_bins", "`min_bins` must be a whole number"),
        ({"max_bins": 2.5}, "max_bins", "got `2.5`"),
        ({"max_pre_bins": 1_000}, "candidates", "1 to 256 pre-bins"),
        ({"special": [1, 1]}, "special", "each once"),
        ({"missing": 7}, "missing", "the place of a bin"),
        ({"kind": "text"}, "kind", "`kind` must be"),
    ],
)
def test_what_cannot_be_binned_is_refused_by_argument(change, field, message):
    given = {"x": [1.0, 2.0, 3.0, 4.0], "y": [1, 0, 1, 0], **change}
    with pytest.raises(fr.InputError, match=message) as caught:
        fr.Binning.fit(given.pop("x"), given.pop("y"), **given)
    assert caught.value.field == field


WORDS = {"x": ["a", "b", "a", "b"], "y": [1, 0, 1, 0]}


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({**WORDS, "candidates": [1]}, "candidates", "`candidates` is an option of numbers, and `x` is of words, got `.1.`"),
        ({**WORDS, "pre_bins": "quantile"}, "pre_bins", "option of numbers, and `x` is of words, got `quantile`"),
        ({**WORDS, "max_pre_bins": 7}, "max_pre_bins", "option of numbers, and `x` is of words, got `7`"),
        ({**WORDS, "min_pre_bin_share": 0.1}, "min_pre_bin_share", "option of numbers"),
        ({**WORDS, "trends": ["ascending"]}, "trends", "option of numbers"),
        ({**WORDS, "fixed": [1]}, "fixed", "no fixed edges for words"),
        ({**WORDS, "special": [1]}, "special", "groups of words for a variable of words, got `special: .1.0.`"),
        ({"special": {"refused": "?"}}, "special", "groups of numbers for a variable of numbers, got `refused: ..\\?..`"),
        ({"special": {"refused": [-9, "?"]}}, "special", "must be of numbers or of words, got `-9`, `'\\?'`"),
        ({**WORDS, "special": {"a": "?", "b": ["?"]}}, "special", "each once"),
        ({**WORDS, "special": {"a": []}}, "special", "groups of words"),
        ({**WORDS, "trend": "peak"}, "trend", "`trend` must be one of `auto`, `none`, `ascending`, got `peak`"),
        ({**WORDS, "trend": "descending"}, "trend", "ascending order of their bad rate, .* got `descending`"),
        ({"rare_share": 0.1}, "rare_share", "`rare_share` is an option of words, and `x` is of numbers, got `0.1`"),
        ({"unseen": "best"}, "unseen", "option of words"),
        ({"candidates": [2], "pre_bins": "quantile"}, "pre_bins", "`pre_bins` changes nothing beside `candidates` of `.2.`"),
        ({"candidates": [2], "max_pre_bins": 9}, "max_pre_bins", "changes nothing beside `candidates`"),
        ({"pre_bins": "quantile", "min_pre_bin_share": 0.1}, "min_pre_bin_share", "beside `pre_bins` of `quantile`, got `0.1`"),
        ({"trend": "peak", "trends": ["peak"]}, "trends", "`trends` changes nothing beside `trend` of `peak`"),
        ({"trend": "none", "turn_penalty": 0.2}, "turn_penalty", "changes nothing beside `trend` of `none`"),
    ],
)
def test_what_would_change_nothing_is_refused(change, field, message):
    given = {"x": [1.0, 2.0, 3.0, 4.0], "y": [1, 0, 1, 0], **change}
    with pytest.raises(fr.InputError, match=message) as caught:
        fr.Binning.fit(given.pop("x"), given.pop("y"), **given)
    assert caught.value.field == field


def test_the_trends_that_words_can_have_hold(made_up):
    """In the order of their bad rate, which is ascending, whatever of these is asked for."""
    x, y = made_up
    words = ["abc"[int(value > 0) + int(value > 1)] if value == value else None for value in x]
    rates = {word: np.mean([bad for own, bad in zip(words, y, strict=True) if own == word]) for word in "abc"}
    for trend in ("auto", "ascending", "none"):
        binning = fr.Binning.fit(words, y, trend=trend)
        assert sum(binning.groups, []) == sorted("abc", key=rates.__getitem__)
        assert binning.trend == ("none" if trend == "none" else "ascending")


def test_too_many_words_name_the_option_that_helps():
    words = [f"w{row % 1_000}" for row in range(2_000)] + ["often"] * 2_000
    y = [row % 3 == 0 for row in range(4_000)]
    with pytest.raises(fr.InputError, match="at most `256` words that are not rare, got `1001`: a `rare_share`") as caught:
        fr.Binning.fit(words, y)
    assert caught.value.field == "rare_share"
    assert len(fr.Binning.fit(words, y, rare_share=0.01).groups) <= 2


def test_special_words_are_lines_of_their_own():
    """By hand: A holds 3 of 8 goods and 1 of 7 bads, B 1 and 3, the unknown 1 and 2, the refused 2 and 1."""
    x = ["A"] * 4 + ["B"] * 4 + ["n/a", "n/a", "?"] + ["refused"] * 3 + [None]
    y = [1, 0, 0, 0] + [1, 1, 1, 0] + [1, 0, 1] + [1, 0, 0] + [0]
    special = {"unknown": ["n/a", "?"], "refused": "refused"}
    binning = fr.Binning.fit(x, y, special=special, rare_share=0.25)
    table = binning.table()
    assert table["bin"].to_list() == ["A", "B", "unknown", "refused", "missing", "unseen", "total"]
    assert table["kind"].to_list() == ["words", "words", "special", "special", "missing", "unseen", "total"]
    assert table["rows"].to_list() == [4, 4, 3, 3, 1, 0, 15]
    wanted = [math.log(odds) for odds in (21 / 8, 7 / 24, 7 / 16, 7 / 16, 7 / 4)]
    asked = ["A", "B", "?", "n/a", "refused"]
    assert binning.transform(asked).to_list() == pytest.approx(wanted, abs=1e-12)
    assert binning.transform(asked, to="place").to_list() == [0, 1, 2, 2, 3]
    assert fr.Binning.from_json(binning.to_json()) == binning
    best = fr.Binning.fit(x, y, special=special, rare_share=0.25, special_policy="best")
    assert best.transform(["?", "refused"]).to_list() == pytest.approx([math.log(21 / 8)] * 2, abs=1e-12)
    counts = [fr.PreBinCounts(None, special=special) for _ in range(2)]
    for part, rows in zip(counts, (slice(0, 9), slice(9, 15)), strict=True):
        part.add(x[rows], y[rows])
    whole = travelled(counts[0])
    whole.merge(counts[1])
    assert whole.special == {"unknown": ["n/a", "?"], "refused": ["refused"]}
    assert fr.Binning.from_counts(whole, rare_share=0.25) == binning


def test_special_groups_for_all_are_for_the_variables_of_their_kind():
    frame = pl.DataFrame({"age": [1.0, 2.0, -9.0, 3.0, 4.0, -9.0], "town": ["a", "b", "?", "a", "b", "?"]})
    y = [1, 0, 1, 0, 0, 1]
    made = fr.bin_all(frame, y, special={"none": -9, "unknown": "?"}, min_pre_bin_share=0.0)
    assert made["age"] == fr.Binning.fit(frame["age"], y, special={"none": -9}, min_pre_bin_share=0.0)
    assert made["town"] == fr.Binning.fit(frame["town"], y, special={"unknown": "?"})
    only = fr.bin_all(frame, y, special="?", min_pre_bin_share=0.0)
    assert only["age"] == fr.Binning.fit(frame["age"], y, min_pre_bin_share=0.0)
    own = fr.bin_all(frame, y, special={"none": -9}, each={"town": {"special": "?"}}, min_pre_bin_share=0.0)
    assert own["town"].transform(["?"], to="bin").to_list() == ["special"]


def test_options_of_counts_that_were_settled_are_refused():
    counts = fr.PreBinCounts([2.5], special=9.0)
    counts.add([1, 2, 3, 9], [1, 0, 0, 1])
    for option, value in (("pre_bins", "quantile"), ("candidates", [1]), ("max_pre_bins", 5), ("special", 9.0), ("kind", "words")):
        with pytest.raises(fr.InputError, match=f"`{option}` is settled by the counts") as caught:
            fr.Binning.from_counts(counts, **{option: value})
        assert caught.value.field == option
    with pytest.raises(fr.InputError, match="`rare_share` is an option of words, and `sales` is of numbers"):
        fr.Binning.from_counts(counts, name="sales", rare_share=0.1)


def test_options_for_all_are_for_the_variables_of_their_kind(made_up):
    x, y = made_up
    town = np.where(np.nan_to_num(x) > 0, "east", "west")
    each = {"age": {"trend": "descending"}, "sales": {"candidates": [0.0]}}
    frame = {"age": x, "sales": x, "town": town}
    of_all = {"max_pre_bins": 9, "trends": ["ascending", "descending"], "rare_share": 0.01, "unseen": "best"}
    made = fr.bin_all(frame, y, each=each, **of_all)
    assert made["age"] == fr.Binning.fit(x, y, trend="descending", max_pre_bins=9)
    assert made["sales"] == fr.Binning.fit(x, y, candidates=[0.0], trends=["ascending", "descending"])
    assert made["town"] == fr.Binning.fit(town, y, rare_share=0.01, unseen="best")
    assert fr.bin_all(frame, y, trend="peak")["town"] == fr.Binning.fit(town, y)
    with pytest.raises(fr.InputError, match="`max_pre_bins` is an option of numbers, and `town` is of words"):
        fr.bin_all(frame, y, each={"town": {"max_pre_bins": 5}})


def test_a_document_survives_and_gives_the_same_bits(made_up):
    x, y = made_up
    binning = fr.Binning.fit(pl.Series("sales", x), y, max_bins=5, special={"zero": 0.0}, missing="nearest")
    loaded, pickled = fr.Binning.from_json(binning.to_json()), pickle.loads(pickle.dumps(binning))
    assert binning == loaded == pickled and hash(binning) == hash(loaded)
    assert pickled.name == "sales" and binning.stamp == loaded.stamp
    asked = np.concatenate([x, binning.splits, np.nextafter(binning.splits, -np.inf), [np.nan, np.inf, -np.inf, 0.0]])
    assert binning.transform(asked).to_list() == loaded.transform(asked).to_list()
    assert_frame_equal(binning.table(), loaded.table())
    assert binning != fr.Binning.fit(x, y, max_bins=4) and binning != "binning"
    for text in ("{}", "", binning.to_json().replace('"format":1', '"format":2')):
        with pytest.raises(fr.ModelError, match="not a binning"):
            fr.Binning.from_json(text)


def test_an_edit_is_another_binning_with_its_author(made_up):
    x, y = made_up
    binning = fr.Binning.fit(x, y, candidates=[-1, 0, 1], trend="descending")
    edited = binning.edit(splits=[0], author="analyst", time="2026-01-05", reason="one edge is enough")
    assert edited.splits == [0.0] and binning.splits == [-1.0, 0.0, 1.0]
    told = edited.revisions
    assert [revision["author"] for revision in told] == ["analyst"]
    assert told[0]["before"] == binning.stamp != edited.stamp
    assert told[0]["change"] == {"splits": [0.0]}
    again = edited.edit(missing="worst", author="analyst", reason="prudence")
    assert again.transform([None])[0] == again.table()["counts_as"][0]
    assert len(again.revisions) == 2 and again.revisions[1]["time"].endswith("+00:00")
    assert fr.Binning.from_json(again.to_json()) == again
    for wrong in ({"splits": [0.5]}, {"splits": [0], "missing": "worst"}, {}, {"groups": [["a"]]}):
        with pytest.raises(fr.InputError):
            binning.edit(**wrong, author="analyst", reason="none")
    with pytest.raises(fr.InputError, match="expected a reason"):
        binning.edit(splits=[0], author="analyst", reason=" ")


@pytest.mark.parametrize("weighted", [False, True])
def test_an_edit_with_its_data_takes_any_edge(made_up, weighted):
    """Referee: the same edges fixed in a fit of the same data."""
    x, y = made_up
    x = np.where(np.arange(len(x)) % 17 == 0, np.nan, x)
    weights = np.arange(len(x)) % 5 * 0.7 if weighted else None
    binning = fr.Binning.fit(x, y, weights=weights, special={"zero": 0.0}, max_bins=4)
    splits = [-1.25, -0.015625, 0.3, 7.0]
    assert not set(splits) & set(binning.splits)
    why = {"author": "analyst", "reason": "as the contract has it", "time": "2026-01-05"}
    edited = binning.edit(splits=splits, **why, x=x, y=y, weights=weights)
    wanted = fr.Binning.fit(x, y, weights=weights, special={"zero": 0.0}, candidates=[], fixed=splits, trend="none")
    assert edited.splits == splits and edited.trend == wanted.trend or wanted.trend == "none"
    assert_frame_equal(edited.table(), wanted.table(), rel_tol=1e-9)
    assert edited.revisions[0]["recounted"] and edited.revisions[0]["before"] == binning.stamp
    assert fr.Binning.from_json(edited.to_json()) == edited
    # Without the data only the edges of pre-bins, among which the new ones are now.
    assert edited.edit(splits=[0.3], **why).splits == [0.3]
    with pytest.raises(fr.InputError, match="expected edges of pre-bins, unless the data are given again, got `0.3`"):
        binning.edit(splits=[0.3], **why)


def test_data_of_an_edit_are_those_of_the_binning(made_up):
    x, y = made_up
    binning = fr.Binning.fit(x, y, candidates=[], fixed=[0.0])
    why = {"author": "analyst", "reason": "as the contract has it"}
    low = int(np.flatnonzero(np.asarray(x) < 0)[0])
    moved, turned = np.array(x, dtype=float), np.array(y)
    moved[low], turned[low] = 3.0, 1 - turned[low]
    rows, bads = binning.table().select("rows", "bads").row(0)
    cases = [
        ({"x": moved, "y": y}, f"`{rows}` rows in `< 0`, got `{rows - 1}`$", "x"),
        ({"x": x, "y": turned}, f"`{bads}` bad rows in `< 0`, got `{bads + 2 * int(turned[low]) - 1}`$", "x"),
        ({"x": x, "y": y, "weights": np.full(len(y), 2.0)}, "`80` weight in `missing`, got `160`$", "x"),
        ({"x": x}, "^`y` must be given with the other data of the binning, got none$", "y"),
        ({"weights": y}, "^`x` must be given with the other data of the binning, got none$", "x"),
        ({"x": x[1:], "y": y}, "as long as|same length", None),
    ]
    for data, message, field in cases:
        with pytest.raises(fr.InputError, match=message) as caught:
            binning.edit(splits=[0.1], **why, **data)
        assert field is None or caught.value.field == field
    with pytest.raises(fr.InputError, match="expected splits or groups, for which data are counted"):
        binning.edit(missing="worst", **why, x=x, y=y)


def test_a_policy_names_a_bin_by_its_label(made_up):
    x, y = made_up
    x = np.where(np.arange(len(x)) % 17 == 0, np.nan, x)
    named = fr.Binning.fit(x, y, candidates=[], fixed=[-1, 0.5], missing={"bin": "[-1, 0.5)"})
    assert named.transform([None]).item() == named.transform([0.0]).item()
    assert named.table().filter(kind="missing")["policy"].item() == "into [-1, 0.5)"
    why = {"author": "analyst", "reason": "prudence"}
    assert named.edit(missing={"bin": "< -1"}, **why).transform([None]).item() == named.transform([-2.0]).item()
    with pytest.raises(fr.InputError, match="expected the label of a bin, got `< 9`, with the bins `< -1`, `") as caught:
        named.edit(special_policy={"bin": "< 9"}, **why)
    assert caught.value.field == "special_policy"
    with pytest.raises(fr.InputError, match="`missing` must name a bin as"):
        fr.Binning.fit(x, y, missing={"place": 1})
    with pytest.raises(fr.InputError, match="`missing` must be one of"):
        fr.Binning.fit(x, y, missing="[-1, 0.5)")
    words = fr.Binning.fit(["a", "a", "b", "b", "b", None], [1, 1, 0, 1, 0, 0], min_bins=2, missing={"bin": "a"})
    assert words.transform([None]).item() == words.transform(["a"]).item()


def test_settings_that_change_nothing_are_refused(made_up):
    x, y = made_up
    with pytest.raises(fr.InputError, match="`p_value_of` changes nothing beside `max_p_value` of `None`, got `all`") as caught:
        fr.Binning.fit(x, y, p_value_of="all")
    assert caught.value.field == "p_value_of"
    with pytest.raises(fr.InputError, match="`p_value_of` changes nothing"):
        fr.bin_all({"x": x}, y, p_value_of="all")
    with pytest.raises(fr.InputError, match=r"special: expected values in every group .*, got `refused: \[\]` as group `1`") as caught:
        fr.Binning.fit(x, y, special={"none": -9, "refused": []})
    assert caught.value.field == "special"


def test_chunks_give_the_bins_of_the_whole(made_up):
    x, y = made_up
    sketch = fr.QuantileSketch()
    parts = [slice(0, 1_000), slice(1_000, 1_001), slice(1_001, 4_000)]
    for part in parts:
        sketch.add(x[part])
    assert sketch.rows == np.isfinite(x).sum() and sketch.rank_error == 0.0
    edges = sketch.edges(20)
    whole, merged = fr.PreBinCounts(edges, special=0.5), fr.PreBinCounts(edges, special=0.5)
    whole.add(x, y, weights=np.full(len(x), 0.1))
    for part in reversed(parts):
        counts = fr.PreBinCounts(edges, special=0.5)
        counts.add(x[part], y[part], weights=np.full(len(x[part]), 0.1))
        merged.merge(counts)
    assert whole == merged and whole.special == {"special": [0.5]}
    binning = fr.Binning.from_counts(merged, max_bins=5, name="sales")
    wanted = fr.Binning.fit(x, y, candidates=edges, max_bins=5, special=0.5, weights=np.full(len(x), 0.1))
    assert binning.splits == wanted.splits and binning.iv == wanted.iv and binning.name == "sales"
    with pytest.raises(fr.InputError, match="`pre-bins`"):
        merged.merge(fr.PreBinCounts([1.0]))
    words = fr.PreBinCounts(None)
    words.add(["a", "b", "a"], [1, 0, 1])
    assert fr.Binning.from_counts(words).groups == [["b"], ["a"]]
    with pytest.raises(fr.InputError, match="even number"):
        fr.QuantileSketch(3)


def travelled(part):
    """By both ways between machines."""
    return type(part).from_json(pickle.loads(pickle.dumps(part)).to_json())


def test_parts_of_a_cluster_travel_and_merge_to_the_whole(made_up):
    x, y = np.append(made_up[0][:-2], [np.inf, -np.inf]), made_up[1]
    weights = np.linspace(0.1, 3.0, len(x))
    whole, merged = (fr.PreBinCounts([-1.0, 0.0, 0.7], special=0.5) for _ in range(2))
    sketch, gathered = fr.QuantileSketch(64), fr.QuantileSketch(64)
    for rows in np.array_split(np.arange(len(x)), 7):
        part, seen = fr.PreBinCounts(whole.edges, special=0.5), fr.QuantileSketch(64)
        for counts in (part, whole):
            counts.add(x[rows], y[rows], weights=weights[rows], periods=rows % 3)
        seen.add(x[rows])
        merged.merge(travelled(part))
        merged = travelled(merged)
        sketch.merge(seen)
        gathered.merge(travelled(seen))
        gathered = travelled(gathered)
    assert merged == whole and merged.special == whole.special
    assert gathered == sketch and gathered.edges(9) == sketch.edges(9) and gathered.rows == np.sum(~np.isnan(x))
    assert fr.Binning.from_counts(merged) == fr.Binning.from_counts(whole)


def test_weighted_sketches_keep_their_bound():
    """Against the weight below each edge, summed over all rows."""
    rng = np.random.default_rng(7)
    x, weights = rng.permutation(30_000.0 + np.arange(30_000)), rng.lognormal(0, 2, 30_000)
    sketch = fr.QuantileSketch(256)
    for rows in np.array_split(np.arange(len(x)), 5):
        part = fr.QuantileSketch(256)
        part.add(x[rows], weights=weights[rows])
        sketch.merge(travelled(part))
    assert sketch.rows == 30_000 and sketch.weight == pytest.approx(weights.sum(), rel=1e-12)
    edges = sketch.edges(20)
    assert len(edges) == 19 and 0 < sketch.rank_error < 0.03 * weights.sum()
    for part, edge in enumerate(edges, start=1):
        error = abs(weights[x < edge].sum() - weights.sum() * part / 20)
        assert error <= sketch.rank_error + weights.max()
    plain, ones = fr.QuantileSketch(64), fr.QuantileSketch(64)
    plain.add(x)
    ones.add(x, weights=np.ones(len(x)))
    assert plain == ones and plain.weight == 30_000
    for wrong, message in (([1.0, -1.0], "`weights` must be finite, from 0 to 1e12, got `-1` in row `1`"), ([1.0], "weights")):
        with pytest.raises(fr.InputError, match=message):
            plain.add([1, 2], weights=wrong)
    assert plain == ones


def test_counts_without_rows_keep_what_they_wait_for():
    losses = travelled(fr.PreBinCounts([0.5], amounts=True))
    losses.add([0, 1], [0.25, 0.75])
    with pytest.raises(fr.InputError):
        losses.merge(fr.PreBinCounts([0.5]))
    words = fr.PreBinCounts(None)
    words.add(["税", None, "tax"], [1, 0, 0])
    assert travelled(words) == words != fr.PreBinCounts(None)


@pytest.mark.parametrize("kind", [fr.PreBinCounts, fr.QuantileSketch, fr.Logit])
@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"format":1}'])
def test_what_is_no_document_is_refused(kind, text):
    with pytest.raises(fr.ModelError, match=r"not a document of (counts|a sketch|a regression)"):
        kind.from_json(text)


def test_all_columns_give_what_each_gives_alone(made_up):
    x, y = made_up
    frame = pl.DataFrame({"y": x, "town": ["a", "b", "c", None] * 1_000, "flat": [1.0] * 4_000, "day": [dt.date(2024, 1, 1)] * 4_000, "bad": y})
    heard = []
    made = fr.bin_all(frame, "bad", max_bins=4, each={"y": {"trend": "descending"}}, progress=lambda done, all: heard.append((done, all)))
    assert list(made) == ["y", "town", "flat"] and list(made.failed) == ["day"]
    assert made["y"] == fr.Binning.fit(x, y, max_bins=4, trend="descending")
    assert made["town"] == fr.Binning.fit(frame["town"], y, max_bins=4)
    assert heard == [(3, 3)]
    assert made.summary["variable"].to_list() == ["y", "town", "flat", "day"]
    assert made.summary["error"].null_count() == 3
    woe = made.transform(frame)
    assert woe.columns == list(made) and woe["y"].to_list() == made["y"].transform(x).to_list()
    again = fr.Binnings.from_json(made.to_json())
    assert dict(again) == dict(made) == dict(pickle.loads(pickle.dumps(made)))
    assert made.table()["variable"].unique(maintain_order=True).to_list() == list(made)
    assert dict(fr.bin_all(frame.drop("day").to_pandas(), "bad", max_bins=4, each={"y": {"trend": "descending"}})) == dict(made)
    for wrong, message in (
        ({"each": {"none": {}}}, "no column `none`"),
        ({"columns": ["none"]}, "no column `none`"),
        ({"min_bin": 3}, "got `min_bin`"),
        ({"weights": "none"}, "no column `none`"),
    ):
        with pytest.raises(fr.InputError, match=message):
            fr.bin_all(frame, "bad", **wrong)


def test_infeasible_variables_do_not_stop_the_others(made_up):
    x, y = made_up
    made = fr.bin_all({"sales": x, "idle": [1.0, 2.0] * 2_000}, y, min_rate_gap=0.05, min_bins=2)
    assert list(made) == ["sales"]
    assert isinstance(made.failed["idle"], fr.InfeasibleError) and made.failed["idle"].binding


@pytest.mark.skipif(threading.current_thread() is not threading.main_thread(), reason="signals are heard by the main thread")
def test_an_interrupt_ends_fits():
    x = np.random.default_rng(7).normal(size=(20_000, 4))
    y = x[:, 0] > 1
    timer = threading.Timer(0.3, signal.raise_signal, [signal.SIGINT])
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        # However fast one is, the interrupt meets one of them; what is left undone is little.
        while True:
            fr.bin_all(x, y)
    timer.join()


def test_a_rare_decisive_flag_is_a_bin_and_one_that_is_not_is_named():
    # 400 of 10,000 rows, 160 of them bad, and 288 of the others.
    flag = np.r_[np.ones(400), np.zeros(9_600)]
    bad = np.r_[np.ones(160), np.zeros(240), np.ones(288), np.zeros(9_312)].astype(int)
    binning = fr.Binning.fit(flag, bad)
    assert binning.splits == [0.5] and binning.remark is None
    few = np.r_[np.ones(15), np.zeros(9_985)]
    single = fr.Binning.fit(few, bad)
    assert single.splits == [] and "`min_pre_bin_share` of `0.05` binds, nearest feasible: `0.0015`" in single.remark
    card = fr.Scorecard.fit({"flag": flag, "few": few}, bad)
    assert card.names == ["flag"] and card.dropped["few"] == "constant, one bin: `min_pre_bin_share` of `0.05` binds, nearest feasible: `0.0015`"


def test_a_curve_over_many_pre_bins_says_how_many_bins_it_takes() -> None:
    # By the docs: a number for each three of 257 edges, eight bytes, within 1 GiB: (2**30 // (8 · C(257, 3))) + 1 bins.
    most = 2**30 // (8 * math.comb(257, 3)) + 1
    assert most == 49
    x = np.arange(2_560.0)
    edges = list(np.arange(10.0, 2_560.0, 10.0))
    y = (x % 10 < 1 + 4 * np.sin(np.pi * x / 2_560)).astype(int)
    for asked in (None, most + 1):
        with pytest.raises(fr.InputError, match="`max_bins` of at most `49` for the trend `concave` over `256` pre-bins") as caught:
            fr.Binning.fit(x, y, trend="concave", candidates=edges, max_bins=asked)
        assert caught.value.field == "max_bins"
    bins = fr.Binning.fit(x, y, trend="concave", candidates=edges, max_bins=4)
    cut = [0, *np.searchsorted(x, bins.splits), len(x)]
    rates = [y[a:b].mean() for a, b in zip(cut, cut[1:], strict=False)]
    assert len(rates) > 2
    assert all(second <= 1e-9 for second in np.diff(rates, 2))
