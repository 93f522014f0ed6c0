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
            (0.02, 20_000, 1_000_000_001),
            "counts must not exceed `1000000000` obligors, got `20000` defaults of `1000000001`",
            (None, None),
        ),
    ],
)
def test_what_cannot_be_tested_is_said(grade, message, place):
    with pytest.raises(fr.InputError) as caught:
        fr.validation.jeffreys(*grade)
    assert str(caught.value) == message
    assert (caught.value.field, caught.value.row, caught.value.value) == (place[0], None, place[1])


# Three tests of 43 patients, of whom 12 had the outcome: albumin and total protein in tenths, and the K-G score. The data of
# DeLong et al. (1988) as the SAS/STAT User's Guide prints them (The LOGISTIC Procedure, "Comparing Receiver Operating
# Characteristic Curves"), with its four printed digits.
ALBUMIN = [30, 32, 39, 28, 32, 9, 25, 16, 38, 37, 32, 38, 41, 36, 43, 36, 23, 42, 40, 35, 38, 30, 45, 37, 31, 41, 43, 43, 32]
ALBUMIN += [26, 33, 17, 37, 33, 42, 35, 29, 21, 28, 40, 33, 37, 36]
KG = [0, 5, 7, 4, 7, 5, 2, 5, 5, 4, 6, 4, 5, 5, 6, 6, 4, 6, 4, 4, 3, 2, 5, 5, 4, 4, 5, 6, 5, 4, 4, 3, 5, 3, 4, 5, 1, 3, 2, 3, 4]
KG += [5, 5]
OUTCOME = [int(digit) for digit in "1001011000000001011001000000001100001010000"]


@pytest.mark.parametrize("column", [list, np.array, pl.Series, pd.Series])
def test_two_scores_of_the_same_firms_compare_as_published(column):
    compared = fr.validation.compare_auc(column(ALBUMIN), column(KG), column(OUTCOME))
    got = [compared.first, compared.second, compared.difference, compared.standard_error, compared.p_value, *compared.interval()]
    assert [round(value, 4) for value in got] == [0.7366, 0.7258, 0.0108, 0.0953, 0.9102, -0.1761, 0.1976]
    assert round(compared.z**2, 4) == 0.0127
    assert repr(compared) == "AucComparison(0.7366 - 0.7258 = +0.0108, p 0.9102)"


def test_scores_that_rank_alike_leave_nothing_to_test():
    compared = fr.validation.compare_auc(KG, [10 * score for score in KG], OUTCOME)
    assert (compared.difference, compared.standard_error) == (0.0, 0.0)
    assert (compared.z, compared.p_value, compared.interval()) == (None, None, None)
    assert repr(compared) == "AucComparison(0.7258 - 0.7258 = +0.0000, no test)"
    with pytest.raises(fr.InputError, match="^`second` must be numbers, got `NaN` in row `1` \\(counted from 0\\)$"):
        fr.validation.compare_auc([1, 2], [1, math.nan], [1, 0])


def test_reasons_agree_by_their_first_words():
    first = [["tax", "age", "debt"], ["tax", "age"], ["tax"], []]
    second = pl.Series([["tax", "age", "suits"], ["tax", "debt"], ["age"], []])
    agreed = fr.validation.reason_agreement(first, second, most=2)
    # By hand: overlaps 1, 1/2, 0 and, of neither any, 1.
    assert agreed == (4, 0.75, 0.5, 0.625) and agreed.mean_overlap == 0.625
    with pytest.raises(fr.InputError, match="^`first` and `second` must have the same length, got `4` and `1`$"):
        fr.validation.reason_agreement(first, [["tax"]])
    with pytest.raises(fr.InputError, match="^`most` must be at least 1, got `0`$"):
        fr.validation.reason_agreement(first, second, most=0)


def test_frames_of_reasons_are_compared_row_by_row():
    first = pl.DataFrame({"row": [0, 0, 2], "place": [2, 1, 1], "variable": ["age", "tax", "tax"]})
    second = pl.DataFrame({"row": [0, 3], "place": [1, 1], "variable": ["tax", "debt"]})
    by_row = ([["tax", "age"], [], ["tax"], []], [["tax"], [], [], ["debt"]])
    agreed = fr.validation.reason_agreement(first, second, firms=4)
    # By hand: overlaps 1/2, 1, 0 and 0; lists of what the frames name would put the third beside the fourth.
    assert agreed.mean_overlap == 0.375 and agreed == fr.validation.reason_agreement(*by_row)
    assert fr.validation.reason_agreement(first.to_pandas(), by_row[1], firms=4) == agreed
    with pytest.raises(fr.InputError, match="`firms` must say of how many rows `first` has the reasons") as caught:
        fr.validation.reason_agreement(first, second)
    assert caught.value.field == "firms"
    with pytest.raises(fr.InputError, match="`second`: `row` must be a whole number below `firms`, `3`, got `3`") as caught:
        fr.validation.reason_agreement(first, second, firms=3)
    assert (caught.value.field, caught.value.row, caught.value.value) == ("row", 1, "3")
    with pytest.raises(fr.InputError, match="`place`"):
        fr.validation.reason_agreement(first.drop("place"), second, firms=4)
    with pytest.raises(fr.InputError, match="`first` must have a list for each of `4` firms, got `1`"):
        fr.validation.reason_agreement([["tax"]], second, firms=4)


def test_points_of_the_curves_are_frames():
    roc = fr.validation.roc_points(SCORES, BAD)
    assert roc.rows() == [(-math.inf, 0.0, 0.0), (1.0, 0.0, 0.5), (2.0, 0.5, 1.0), (3.0, 1.0, 1.0)]
    cap = fr.validation.cap_points(SCORES, BAD)
    assert cap.rows() == [(-math.inf, 0.0, 0.0), (1.0, 0.25, 0.5), (2.0, 0.75, 1.0), (3.0, 1.0, 1.0)]
    assert (fr.validation.gini(SCORES, BAD), fr.validation.ks(SCORES, BAD)) == (0.75, 0.5)


def test_lift_of_shares():
    lift = fr.validation.lift(SCORES, BAD, np.array([0.25, 0.5, 1.0]))
    assert lift.rows() == [(0.25, 2.0), (0.5, 1.5), (1.0, 1.0)]
    assert fr.validation.lift(SCORES, BAD)["share"].to_list() == [0.01, 0.05, 0.1, 0.2, 0.5]


def test_cut_offs_refuse_what_lies_below():
    frame = fr.validation.confusion(SCORES, BAD, [0, 2, 9])
    counts = frame.select("refused_bads", "refused_goods", "passed_bads", "passed_goods").rows()
    assert counts == [(0, 0, 2, 2), (1, 0, 1, 2), (2, 2, 0, 0)]
    assert frame["precision"].to_list() == [None, 1.0, 0.5]
    assert frame["passed_default_rate"].to_list() == [0.5, pytest.approx(1 / 3), None]


def test_the_log_loss_of_evens_is_the_logarithm_of_two():
    assert fr.validation.log_loss([0.5, 0.5], [0, 1]) == pytest.approx(math.log(2), rel=1e-15)
    assert fr.validation.log_loss([0.0], [1]) == math.inf


def test_groups_keep_firms_of_one_pd_together():
    table = fr.validation.calibration_table([0.1, 0.1, 0.2, 0.4], [0, 0, 1, 0], groups=2)
    assert table.select("firms", "defaults", "mean_pd").rows() == [(2, 0, 0.1), (2, 1, pytest.approx(0.3))]
    # The interval and the test of a group are those of its counts.
    lower, upper = fr.validation.jeffreys_interval(1, 2)
    assert table.row(1)[4:] == (lower, upper, fr.validation.jeffreys(table["mean_pd"][1], 1, 2))
    with pytest.raises(fr.InputError, match="^expected at least one group with firms, got none$"):
        fr.validation.calibration_table([0.1], [0], groups=0)


def test_the_jeffreys_interval_holds_the_quantiles_of_its_test():
    # By definition: P(rate <= bound) is 2.5 % and 97.5 %.
    lower, upper = fr.validation.jeffreys_interval(3, 100)
    assert fr.validation.jeffreys(lower, 3, 100) == pytest.approx(0.025, abs=1e-9)
    assert fr.validation.jeffreys(upper, 3, 100) == pytest.approx(0.975, abs=1e-9)
    assert fr.validation.jeffreys_interval(0, 5)[0] == 0.0 and fr.validation.jeffreys_interval(5, 5)[1] == 1.0
    # scipy 1.17.1: beta.ppf([0.025, 0.975], 20_000.5, 980_000.5).
    assert fr.validation.jeffreys_interval(20_000, 1_000_000) == pytest.approx((0.01972699254224215, 0.020275785980764897), rel=1e-9)
    assert fr.validation.jeffreys_interval(20_000, 1_000_000_001) is None
    with pytest.raises(fr.InputError, match="^a grade must hold at least one obligor, got none$"):
        fr.validation.jeffreys_interval(0, 0)


def test_the_degrees_of_freedom_depend_on_where_the_pds_come_from():
    pds = [0.02] * 100 + [0.1] * 100 + [0.3] * 100
    bad = [i < 4 or 100 <= i < 110 or 200 <= i < 230 for i in range(300)]
    test = fr.validation.hosmer_lemeshow(pds, bad, pds_from="elsewhere", groups=3)
    # Only the first group deviates: (2 − 4)² / 1.96.
    assert test.statistic == pytest.approx(4 / 1.96) and test.degrees == 3
    assert fr.validation.hosmer_lemeshow(pds, bad, pds_from="this_sample", groups=3).degrees == 1
    with pytest.raises(fr.InputError, match="^expected at least `3` groups"):
        fr.validation.hosmer_lemeshow(pds, bad, pds_from="this_sample", groups=2)
    with pytest.raises(fr.InputError, match="^`pds_from` must be one of `elsewhere`, `this_sample`, got `here`$"):
        fr.validation.hosmer_lemeshow(pds, bad, pds_from="here")  # type: ignore[arg-type]


def test_critical_values_of_the_stability_index_shrink_with_the_firms():
    # The tabled 95 % point of chi-squared with nine degrees is 16.919; normal: 0.002 · (9 + 1.644853627 · √18).
    bound = fr.validation.psi_bound(10, 1_000, 1_000)
    assert bound.chi_squared == pytest.approx(0.002 * 16.919, abs=1e-6) and bound.normal == pytest.approx(0.031_957, abs=1e-6)
    with pytest.raises(fr.InputError, match="^expected at least `2` bands, got `1`$") as caught:
        fr.validation.psi_bound(1, 10, 10)
    assert caught.value.field == "bands"
