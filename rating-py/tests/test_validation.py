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
