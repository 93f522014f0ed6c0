"""Statistics on columns of any library."""

import math

import numpy as np
import pandas as pd
import polars as pl
import pytest

import firmrating as fr

# Bads score 1 and 2, goods 2 and 3: of four pairs three are in order and one is a tie.
SCORES = [1.0, 2.0, 2.0, 3.0]
BAD = [True, True, False, False]


@pytest.mark.parametrize("column", [list, tuple, np.array, pl.Series, pd.Series, lambda values: pd.Series(values, index=[9, 8, 7, 6])])
def test_a_tie_counts_as_half_in_columns_of_any_library(column):
    auc = fr.validation.auc(column(SCORES), column(BAD))
    assert auc.value == 3.5 / 4
    assert auc.gini == 0.75
    # Up to a score of 1 half of the bads and none of the goods; up to 2 all of the bads and half of the goods.
    assert auc.ks == 0.5


def test_outcomes_may_be_ones_and_noughts_and_scores_whole_numbers():
    assert fr.validation.auc([1, 2, 2, 3], [1, 1, 0, 0]) == fr.validation.auc(SCORES, BAD)


def test_the_interval_is_the_value_and_so_many_standard_errors():
    # The shares of goods above each bad are 1 and 3/4, those of bads below each good 3/4 and 1: each has the variance
    # 1/32, so the variance of the area is 1/32/2 + 1/32/2 = 1/32.
    auc = fr.validation.auc(SCORES, BAD)
    assert auc.standard_error == pytest.approx(math.sqrt(1 / 32), rel=1e-15)
    lower, upper = auc.interval(90)
    assert lower == pytest.approx(0.875 - 1.6448536269514727 * math.sqrt(1 / 32), rel=1e-14)
    assert upper == 1.0
    lower, upper = auc.interval(scale="logit")
    assert 0 < lower < 0.875 < upper < 1
    assert repr(auc) == "Auc(0.8750, 95 % interval 0.5285 to 1.0000, gini 0.7500, ks 0.5000)"


def test_perfect_separation_claims_no_interval():
    auc = fr.validation.auc([1, 2, 3, 4], BAD)
    assert (auc.value, auc.interval()) == (1.0, None)
    assert repr(auc) == "Auc(1.0000, no interval, gini 1.0000, ks 1.0000)"


@pytest.mark.parametrize(
    ("scores", "bad", "message"),
    [
        ([1, None], [1, 0], "`scores` must be numbers, got `null` in row `1` (counted from 0)"),
        ([1, math.nan], [1, 0], "`scores` must be numbers, got `NaN` in row `1` (counted from 0)"),
        (["a", "b"], [1, 0], "`scores` must be numbers, got `a` in row `0` (counted from 0)"),
        (object(), [1, 0], "`scores` must be a column of numbers, got `object`"),
        ([1, 2], [0, 2], "`bad` must be true or false, 1 or 0, got `2` in row `1` (counted from 0)"),
        ([1, 2], [0, None], "`bad` must be numbers, got `null` in row `1` (counted from 0)"),
        ([], [], "`bad` must hold at least one good and one bad firm, got no good firm in `0` rows"),
        ([None, None], [0, 1], "`scores` must be numbers, got `null` in row `0` (counted from 0)"),
        ([1, 2], [0, 0], "`bad` must hold at least one good and one bad firm, got no bad firm in `2` rows"),
        ([1, 2, 3], [0, 1], "`scores` and `bad` must have the same length, got `3` and `2`"),
    ],
)
def test_what_cannot_be_judged_is_said_with_its_place(scores, bad, message):
    with pytest.raises(fr.InputError) as caught:
        fr.validation.auc(scores, bad)
    assert str(caught.value) == message


def test_levels_and_scales_are_the_customary_ones():
    auc = fr.validation.auc(SCORES, BAD)
    with pytest.raises(fr.InputError, match="^`level` must be 90, 95 or 99 \\(percent\\), got `80`$"):
        auc.interval(80)  # type: ignore[arg-type]
    with pytest.raises(fr.InputError, match="^`scale` must be `plain` or `logit`, got `log`$"):
        auc.interval(scale="log")  # type: ignore[arg-type]


@pytest.mark.parametrize("column", [list, tuple, np.array, pl.Series, pd.Series, lambda values: pd.Series(values, index=[9, 8])])
def test_the_brier_score_is_the_mean_squared_distance_in_columns_of_any_library(column):
    # (0.25² + 0.5²) / 2 = 0.3125 / 2
    assert fr.validation.brier(column([0.25, 0.5]), column([False, True])) == 0.15625


def test_the_default_rate_for_everyone_scores_its_own_variance():
    # BCBS Working Paper 14: the trivial forecast p scores p · (1 - p); here p = 1/4.
    assert fr.validation.brier([0.25] * 4, [1, 0, 0, 0]) == 0.1875


def test_brier_scores_of_certainty_are_nought_or_one():
    assert fr.validation.brier([0, 1], [0, 1]) == 0.0
    assert fr.validation.brier([0, 1], [1, 0]) == 1.0


@pytest.mark.parametrize(
    ("pds", "bad", "message", "place"),
    [
        ([0.1, 1.5], [1, 0], "`pd`: probability must lie in [0, 1], got `1.5` in row `1` (counted from 0)", ("pd", 1, "1.5")),
        ([-0.1, 0.5], [1, 0], "`pd`: probability must lie in [0, 1], got `-0.1` in row `0` (counted from 0)", ("pd", 0, "-0.1")),
        ([0.1, math.nan], [1, 0], "`pd`: probability must lie in [0, 1], got `NaN` in row `1` (counted from 0)", ("pd", 1, "NaN")),
        ([0.1, math.inf], [1, 0], "`pd`: probability must lie in [0, 1], got `inf` in row `1` (counted from 0)", ("pd", 1, "inf")),
        ([0.1, None], [1, 0], "`pd` must be numbers, got `null` in row `1` (counted from 0)", ("pd", 1, "null")),
        ([0.1, 0.2], [0, 2], "`bad` must be true or false, 1 or 0, got `2` in row `1` (counted from 0)", ("bad", 1, "2")),
        ([0.1, 0.2], [0, None], "`bad` must be numbers, got `null` in row `1` (counted from 0)", ("bad", 1, "null")),
        ([0.1], [0, 1], "`pd` and `bad` must have the same length, got `1` and `2`", (None, None, None)),
        ([], [], "`pd` must hold at least one firm, got none", ("pd", None, None)),
        (0.1, [1], "`pd` must be a column of numbers, got `float`", ("pd", None, None)),
    ],
)
def test_what_has_no_brier_score_is_said_with_its_place(pds, bad, message, place):
    with pytest.raises(fr.InputError) as caught:
        fr.validation.brier(pds, bad)
    assert str(caught.value) == message
    assert (caught.value.field, caught.value.row, caught.value.value) == place


@pytest.mark.parametrize("column", [list, tuple, np.array, pl.Series, pd.Series])
def test_the_stability_index_of_counts_in_columns_of_any_library(column):
    # Halves become 1/4 and 3/4: -1/4 · ln(1/2) + 1/4 · ln(3/2) = 1/4 · ln 3.
    moved = fr.validation.psi(column([50, 50]), column([25, 75]), zero_cells="refuse")
    assert moved == pytest.approx(math.log(3) / 4, rel=1e-15)


def test_counts_may_be_whole_numbers_of_any_type():
    # A join of frames makes floats of counts; 10, 40 and 50 % become 20, 40 and 40 %, and the empty band adds nothing:
    # 0.1 · ln 2 - 0.1 · ln 0.8 = 0.1 · ln 2.5.
    expected = pl.Series([10.0, 0.0, 40.0, 50.0])
    actual = pl.Series([40, 0, 80, 80], dtype=pl.UInt32)
    assert fr.validation.psi(expected, actual, zero_cells="refuse") == pytest.approx(0.1 * math.log(2.5), rel=1e-14)


@pytest.mark.parametrize("firms", [0.5, np.float64(0.5), np.float32(0.5)])
def test_added_firms_make_an_empty_band_finite(firms):
    # Shares of 3/4, 1/4 become 1/4, 3/4: twice 1/2 · ln 3.
    assert fr.validation.psi([1, 0], [0, 1], zero_cells=firms) == pytest.approx(math.log(3), rel=1e-15)
    # A whole firm: 2/3, 1/3 become 1/3, 2/3: twice 1/3 · ln 2.
    assert fr.validation.psi([1, 0], [0, 1], zero_cells=1) == pytest.approx(2 / 3 * math.log(2), rel=1e-15)


COUNT = "count must be a whole number in [0, 2^53)"
ADDED = "firms to add to each band must be finite and above zero"
TREATMENT = "`zero_cells` must be `refuse` or the number of firms to add to each band"


@pytest.mark.parametrize(
    ("expected", "actual", "zero_cells", "message", "place"),
    [
        ([1], [1, 2], "refuse", "`expected_counts` and `actual_counts` must have the same length, got `1` and `2`", (None, None, None)),
        ([], [], "refuse", "`expected_counts` must hold at least one firm, got none", ("expected_counts", None, None)),
        ([3, 4], [0, 0], 0.5, "`actual_counts` must hold at least one firm, got none", ("actual_counts", None, None)),
        (
            [3, 0],
            [3, 4],
            "refuse",
            "`expected_counts` must not be `0` in band `1` (counted from 0) where the other side is `4`",
            ("expected_counts", 1, "0"),
        ),
        (
            [3, 4],
            [0, 4],
            "refuse",
            "`actual_counts` must not be `0` in band `0` (counted from 0) where the other side is `3`",
            ("actual_counts", 0, "0"),
        ),
        ([3, -1], [3, 4], 0.5, f"`expected_counts`: {COUNT}, got `-1` in row `1` (counted from 0)", ("expected_counts", 1, "-1")),
        ([3, 4], [3, 1.5], 0.5, f"`actual_counts`: {COUNT}, got `1.5` in row `1` (counted from 0)", ("actual_counts", 1, "1.5")),
        ([math.nan], [3], 0.5, f"`expected_counts`: {COUNT}, got `NaN` in row `0` (counted from 0)", ("expected_counts", 0, "NaN")),
        ([3], [1e300], 0.5, f"`actual_counts`: {COUNT}, got `1e300` in row `0` (counted from 0)", ("actual_counts", 0, "1e300")),
        ([3, None], [3, 4], 0.5, "`expected_counts` must be numbers, got `null` in row `1` (counted from 0)", ("expected_counts", 1, "null")),
        ([3], [3], 0, f"`zero_cells`: {ADDED}, got `0`", ("zero_cells", None, "0")),
        ([3], [3], math.nan, f"`zero_cells`: {ADDED}, got `NaN`", ("zero_cells", None, "NaN")),
        ([3], [3], "drop", f"{TREATMENT}, got `drop`", ("zero_cells", None, "drop")),
        ([3], [3], True, f"{TREATMENT}, got `True`", ("zero_cells", None, "True")),
        ([3], [3], None, f"{TREATMENT}, got `None`", ("zero_cells", None, "None")),
    ],
)
def test_what_has_no_stability_index_is_said_with_its_place(expected, actual, zero_cells, message, place):
    with pytest.raises(fr.InputError) as caught:
        fr.validation.psi(expected, actual, zero_cells=zero_cells)
    assert str(caught.value) == message
    assert (caught.value.field, caught.value.row, caught.value.value) == place


def test_how_to_treat_empty_bands_has_no_default():
    with pytest.raises(TypeError, match="zero_cells"):
        fr.validation.psi([3], [3])  # type: ignore[call-arg]


def test_the_jeffreys_test_of_a_single_survivor_agrees_with_the_closed_form():
    # With x = sin²θ the integral of √((1-x)/x) is θ + sin θ · cos θ, over its total π/2; at 1/4 θ is π/6.
    p = fr.validation.jeffreys(0.25, 0, 1)
    assert p == pytest.approx(1 / 3 + math.sqrt(3) / (2 * math.pi), rel=1e-14)


@pytest.mark.parametrize(
    ("defaults", "expected"), [(0, 0.844_259_279_835_694), (1, 0.428_636_074_261_298), (3, 0.039_324_504_739_555_51)]
)
def test_jeffreys_p_values_of_a_hundred_obligors_at_one_percent(defaults, expected):
    # Computed with mpmath (`betainc`) at 40 digits.
    assert fr.validation.jeffreys(0.01, defaults, 100) == pytest.approx(expected, rel=1e-7)
    # Numbers as frames of other libraries hold them.
    same = fr.validation.jeffreys(np.float64(0.01), np.int64(defaults), np.float64(100))  # type: ignore[arg-type]
    assert same == fr.validation.jeffreys(0.01, defaults, 100)


@pytest.mark.parametrize(
    ("grade", "message", "place"),
    [
        ((1.5, 3, 100), "`pd`: probability must lie in [0, 1], got `1.5`", ("pd", "1.5")),
        ((math.nan, 3, 100), "`pd`: probability must lie in [0, 1], got `NaN`", ("pd", "NaN")),
        ((None, 3, 100), "`pd` must be a number, got `None`", ("pd", "None")),
        ((0.02, "many", 100), "`defaults` must be a number, got `many`", ("defaults", "many")),
        ((0.02, -1, 100), f"`defaults`: {COUNT}, got `-1`", ("defaults", "-1")),
        ((0.02, 3, 99.5), f"`obligors`: {COUNT}, got `99.5`", ("obligors", "99.5")),
        ((0.02, 3, 10**400), f"`obligors` must be a number, got `1{'0' * 39}…`", ("obligors", f"1{'0' * 39}…")),
        ((0.02, 0, 0), "a grade must hold at least one obligor, got none", ("obligors", "0")),
        ((0.02, 3, 2), "defaults must not exceed the `2` obligors of the grade, got `3`", ("defaults", "3")),
        (
            (0.02, 20_000, 1_000_000),
            "counts must not exceed `10000000` obligors and `10000` of the fewer of defaults and survivors, "
            "got `20000` defaults of `1000000`",
            (None, None),
        ),
    ],
)
def test_what_cannot_be_tested_is_said(grade, message, place):
    with pytest.raises(fr.InputError) as caught:
        fr.validation.jeffreys(*grade)
    assert str(caught.value) == message
    assert (caught.value.field, caught.value.row, caught.value.value) == (place[0], None, place[1])
