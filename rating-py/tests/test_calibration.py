"""Calibrations: curves of PDs, what they make of columns, and how they are kept."""

import json
import math
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest

import firmrating as fr
from firmrating.calibration import accuracy_ratio, pluto_tasche, posterior_pd

# 60 of 100 default at 500 points, 20 of 100 at 600: odds of 2 : 3 and 4 : 1.
SCORES = [500] * 100 + [600] * 100
BAD = [i < 60 or 100 <= i < 120 for i in range(200)]


def grouped(rates: list[tuple[int, int, int]]) -> tuple[list[int], list[int]]:
    """Scores and outcomes of groups: score, defaults, firms."""
    rows = [(score, int(i < defaults)) for score, defaults, firms in rates for i in range(firms)]
    return [score for score, _ in rows], [bad for _, bad in rows]


@pytest.mark.parametrize("column", [list, tuple, np.array, pl.Series, pd.Series])
def test_a_line_through_two_points_meets_both_in_columns_of_any_library(column):
    line = fr.Calibration.fit(column(SCORES), column(BAD))
    assert line.pd(column([500, 600])).to_list() == pytest.approx([0.6, 0.2], abs=1e-7)
    curve = line.spec["curve"]["line"]
    assert curve["base_odds"] == pytest.approx(4.0, rel=1e-6)
    assert curve["pdo"] == pytest.approx(100 * math.log(2) / math.log(6), rel=1e-6)
    # Of a two by two table: the variance of the log-odds ratio is the sum of one over each cell, over 100².
    error = math.sqrt(1 / 40 + 1 / 60 + 1 / 80 + 1 / 20) / 100
    assert line.spec["sample"] == {"firms": 200, "defaults": 80, "slope_standard_error": pytest.approx(error, rel=1e-6)}


def test_platt_draws_outcomes_in_and_so_takes_scores_that_part():
    # By hand: smoothed outcomes are 3/4 and 1/4 with two of each, so log-odds are ln 3 and -ln 3.
    line = fr.Calibration.fit([0, 0, 1, 1], [1, 1, 0, 0], method="platt", min_of_each=1, base_score=0)
    assert line.pd([0, 1]).to_list() == pytest.approx([0.75, 0.25], abs=1e-9)
    with pytest.raises(fr.InputError, match="a score that parts them"):
        fr.Calibration.fit([0, 0, 1, 1], [1, 1, 0, 0], min_of_each=1)


def test_a_staircase_pools_what_stands_the_wrong_way_round():
    stairs = fr.Calibration.fit([1, 2, 3, 3, 4], [1, 0, 1, 0, 0], method="isotonic", min_of_each=1, pd_floor=0.0)
    # 1, 0, 1/2, 0 become 1, 1/3, 1/3, 0; beyond the ends the end holds.
    assert stairs.pd([0, 1, 2, 3, 4, 9]).to_list() == pytest.approx([1, 1, 1 / 3, 1 / 3, 0, 0])


def test_beta_of_pds_that_are_right_changes_nothing():
    pds, bad = grouped([(1, 1, 10), (2, 2, 10), (5, 5, 10)])
    curve = fr.Calibration.fit([p / 10 for p in pds], bad, method="beta", min_of_each=1)
    assert curve.input == "pds"
    assert curve.pd([0.1, 0.2, 0.5]).to_list() == pytest.approx([0.1, 0.2, 0.5], abs=1e-6)


@pytest.mark.parametrize("method", ["logistic", "platt", "isotonic"])
def test_a_central_tendency_is_the_mean_of_the_sample(method):
    moved = fr.Calibration.fit(SCORES, BAD, method=method, central_tendency=0.05)
    assert moved.pd(SCORES).mean() == pytest.approx(0.05, rel=1e-9)
    again = fr.Calibration.fit(SCORES, BAD, method=method).anchored(SCORES, 0.05)
    assert again.pd(SCORES).to_list() == pytest.approx(moved.pd(SCORES).to_list(), rel=1e-9)


def test_anchors_and_priors_are_shifts_of_log_odds():
    moved = fr.Calibration.anchor([0.01, 0.04], 0.05)
    pds = moved.pd([0.01, 0.04]).to_list()
    logit = [math.log(p / (1 - p)) for p in pds]
    assert sum(pds) / 2 == pytest.approx(0.05, abs=1e-14)
    assert logit[1] - logit[0] == pytest.approx(math.log(0.04 / 0.96) - math.log(0.01 / 0.99))
    # King and Zeng: 0.30 · 0.05/0.20 over itself and 0.70 · 0.95/0.80.
    assert fr.Calibration.prior_correction(0.2, 0.05).pd([0.3]).item() == pytest.approx(0.075 / (0.075 + 0.83125))


def test_quasi_moment_matching_meets_both_moments():
    obligors, grades = [100, 400, 300, 200], ["AA", "A", "B", "C"]
    curve = fr.Calibration.moments(obligors, central_tendency=0.02, accuracy_ratio=0.5, grades=grades)
    pds = curve.pd(grades)
    shares = [n / 1000 for n in obligors]
    assert (pl.Series(shares) * pds).sum() == pytest.approx(0.02, rel=1e-9)
    assert accuracy_ratio(shares, pds) == pytest.approx(0.5, abs=1e-8)
    with pytest.raises(fr.InputError, match="^accuracy_ratio: expected an accuracy ratio from 0 to below 1, got `1`$") as caught:
        fr.Calibration.moments(obligors, central_tendency=0.02, accuracy_ratio=1.0)
    assert caught.value.field == "accuracy_ratio"


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
def test_bounds_without_default_have_their_closed_form(confidence):
    # A grade is pooled with the riskier ones: 800, 700 and 300 obligors.
    wanted = [1 - (1 - confidence) ** (1 / n) for n in (800, 700, 300)]
    got = pluto_tasche([100, 400, 300], [0, 0, 0], confidence=confidence)
    assert got.to_list() == pytest.approx(wanted, rel=1e-9)
    kept = fr.Calibration.pluto_tasche([100, 400, 300], [0, 0, 0], confidence=confidence)
    assert kept.pd(["1", "2", "3"]).to_list() == got.to_list()


def test_correlation_lifts_the_bounds():
    # Computed with scipy (`quad` over the common factor, `brentq` for the root).
    plain = pluto_tasche([100, 400, 300], [0, 0, 0], confidence=0.5)
    got = pluto_tasche([100, 400, 300], [0, 0, 0], confidence=0.5, correlation=0.12)
    assert [round(bound, 4) for bound in got] == [0.0015, 0.0017, 0.0037]
    assert all(a > b for a, b in zip(got, plain, strict=True))


def test_bayesian_pds_have_their_closed_forms():
    assert posterior_pd(98, 0) == 0.01
    assert posterior_pd(50, 0, quantile=0.9) == pytest.approx(1 - 0.1 ** (1 / 51), abs=1e-14)
    assert posterior_pd(50, 0, prior="conservative", quantile=0.9) == pytest.approx(1 - 0.1 ** (1 / 50), abs=1e-14)
    by_grade = fr.Calibration.bayes([98, 198], [0, 3], grades=["A", "B"])
    assert by_grade.pd(pl.Series(["B", "A"], dtype=pl.Categorical)).to_list() == [0.02, 0.01]
    with pytest.raises(fr.InputError, match="^the `conservative` prior needs a `quantile`$"):
        posterior_pd(50, 0, prior="conservative")
    with pytest.raises(fr.InputError, match="^`prior` must be one of `neutral`, `conservative`, got `flat`$"):
        posterior_pd(50, 0, prior="flat")  # type: ignore[arg-type]


def test_a_margin_is_added_and_a_floor_comes_last():
    careful = fr.Calibration.prior_correction(0.5, 0.5).with_conservatism(a=0.002, b=0.002, c=0.001).with_floor(0.01)
    assert careful.pd([0.02, 0.001]).to_list() == pytest.approx([0.025, 0.01])
    assert careful.spec["conservatism"] == {"data_and_methods": 0.002, "changes": 0.002, "estimation": 0.001}
    assert careful.with_conservatism().pd([0.02]).item() == pytest.approx(0.02)
    with pytest.raises(fr.InputError, match="^changes: expected a fraction from 0 to 1, got `-1`$"):
        careful.with_conservatism(b=-1)


def calibrations() -> list[fr.Calibration]:
    return [
        fr.Calibration.fit(SCORES, BAD),
        fr.Calibration.fit(SCORES, BAD, method="platt", central_tendency=0.031),
        fr.Calibration.fit(SCORES, BAD, method="isotonic", central_tendency=0.05).with_conservatism(a=0.001),
        fr.Calibration.fit([[0.7, 0.65, 0.3][(i >= 50) + (i >= 100)] for i in range(200)], BAD, method="beta").with_floor(0.002),
        fr.Calibration.prior_correction(0.2, 0.05),
        fr.Calibration.moments([100, 400, 300], central_tendency=0.02, accuracy_ratio=0.5, grades=["甲", "乙", "丙"]),
        fr.Calibration.pluto_tasche([100, 400], [0, 1], confidence=0.75, correlation=0.12),
    ]


@pytest.mark.parametrize("calibration", calibrations(), ids=lambda c: c.method)
def test_a_calibration_is_its_document(calibration, tmp_path):
    again = [
        fr.Calibration.from_json(calibration.to_json()),
        fr.Calibration.from_dict(calibration.spec),
        fr.Calibration.load(calibration.save(tmp_path / "calibration.json")),
        pickle.loads(pickle.dumps(calibration)),
    ]
    column = {"scores": [400, 500, 600, 900], "pds": [0.001, 0.2, 0.9]}.get(calibration.input)
    column = column or [grade["grade"] for grade in calibration.spec["curve"]["grades"]]
    for kept in again:
        assert kept == calibration and hash(kept) == hash(calibration)
        assert kept.pd(column).to_list() == calibration.pd(column).to_list()
    assert calibration != fr.Calibration.prior_correction(0.2, 0.06)


@pytest.mark.parametrize("method", ["logistic", "platt"])
def test_a_line_in_a_model_gives_the_same_bits(method, sample):
    line = fr.Calibration.fit(SCORES, BAD, method=method, central_tendency=0.03)
    model = fr.RatingModel.from_dict(fr.RatingModel.preset().spec | {"calibration": line.for_model()})
    scored = model.score(model.measure(sample, "2025-06-30"))
    assert line.pd(scored["score"]).to_list() == scored["pd"].to_list()
    assert fr.Calibration.of_model(model).pd(scored["score"]).to_list() == scored["pd"].to_list()


@pytest.mark.parametrize("margin", [{}, {"a": 0.002, "c": 0.001}])
@pytest.mark.parametrize("method", ["logistic", "platt", "isotonic"])
def test_a_curve_over_scores_in_a_model_gives_the_same_bits(method, margin, sample, tmp_path):
    curve = fr.Calibration.fit(SCORES, BAD, method=method, central_tendency=0.03, pd_floor=0.004).with_conservatism(**margin)
    made = fr.RatingModel.from_dict(fr.RatingModel.preset().spec | {"calibration": curve.for_model()})
    model = fr.RatingModel.load(made.save(tmp_path / "model.json"))
    assert model == made
    measured = model.measure(sample, "2025-06-30")
    scored = model.score(measured)
    assert curve.pd(scored["score"]).to_list() == scored["pd"].to_list()
    assert fr.Calibration.of_model(model).pd(scored["score"]).to_list() == scored["pd"].to_list()
    assert measured.lazy().select(model.expr("pd")).collect()["pd"].to_list() == scored["pd"].to_list()
    # What a rating tells: one PD, the grade of the master scale, and the margin part by part.
    ratings = model.rate(sample, "2025-06-30")
    told = [json.loads(ratings[firm].to_json())["credit"] for firm in ratings.frame["firm_id"][:20]]
    assert [credit["pd"] for credit in told] == curve.pd([credit["score"] for credit in told]).to_list()
    scale = fr.MasterScale.of_model(model)
    assert [credit["grade"] for credit in told] == scale.grade([credit["pd"] for credit in told]).to_list()
    for credit in told:
        if margin:
            before = credit["conservatism"].pop("pd_before")
            assert credit["pd"] == pytest.approx(max(0.004, before + 0.003), abs=1e-15)
        parts = {"data_and_methods": 0.002, "changes": 0.0, "estimation": 0.001}
        assert credit["conservatism"] == (parts if margin else None)


def test_a_curve_over_pds_bends_the_line_of_a_model(sample):
    preset = fr.RatingModel.preset().spec
    scored = fr.RatingModel.preset().score(fr.RatingModel.preset().measure(sample, "2025-06-30"))
    curve = calibrations()[3].with_conservatism(b=0.01)
    model = fr.RatingModel.from_dict(preset | {"calibration": curve.for_model(of=preset["calibration"])})
    bent = model.score(model.measure(sample, "2025-06-30"))
    assert bent["pd"].to_list() == curve.pd(scored["pd"]).to_list()
    assert fr.Calibration.of_model(model).pd(bent["score"]).to_list() == bent["pd"].to_list()
    # A prior correction is a line again.
    moved = calibrations()[4]
    line = moved.for_model(of=preset["calibration"])
    assert line.keys() == preset["calibration"].keys()
    model = fr.RatingModel.from_dict(preset | {"calibration": line | {"pd_floor": 0.0}})
    unfloored = fr.RatingModel.from_dict(preset | {"calibration": preset["calibration"] | {"pd_floor": 0.0}})
    measured = model.measure(sample, "2025-06-30")
    assert model.score(measured)["pd"].to_list() == pytest.approx(moved.pd(unfloored.score(measured)["pd"]).to_list(), rel=1e-12)


def test_what_a_model_has_no_place_for_is_refused():
    told = []
    for calibration in calibrations()[3:]:
        with pytest.raises(fr.InputError) as caught:
            calibration.for_model()
        told.append(str(caught.value).removeprefix("a model takes a line, a staircase, or a curve over the PDs of a line, got "))
    over_pds = "a curve over PDs without the line whose PDs they are"
    assert told == [over_pds, over_pds, "a PD a grade", "a PD a grade"]
    with pytest.raises(fr.InputError, match="got a curve over PDs that are not those of a line$"):
        calibrations()[3].for_model(of=calibrations()[2].for_model())
    with pytest.raises(fr.InputError, match="^`of`: missing field `base_score`$") as caught:
        calibrations()[3].for_model(of={})
    assert caught.value.field == "of"


def test_a_floor_of_a_line_comes_after_its_margin():
    # 0.0003 as the least PD of the line, and a margin of 0.001 upon the far smaller PD of 2,000 points.
    careful = fr.Calibration.fit(SCORES, BAD, pd_floor=0.0003).with_conservatism(b=0.001)
    assert careful.pd([2_000]).item() == pytest.approx(0.001, abs=1e-9)
    assert fr.Calibration.fit(SCORES, BAD, pd_floor=0.003).with_conservatism(b=0.001).pd([2_000]).item() == 0.003


def test_the_table_lays_pds_beside_outcomes():
    table = fr.Calibration.fit(SCORES, BAD).table(SCORES, BAD, groups=2)
    assert table["firms"].to_list() == [100, 100] and table["defaults"].to_list() == [20, 60]
    assert table["mean_pd"].to_list() == pytest.approx([0.2, 0.6], abs=1e-7)
    assert all(low < rate < high for low, rate, high in table.select("rate_lower", "default_rate", "rate_upper").iter_rows())


@pytest.mark.parametrize(
    ("x", "bad", "message"),
    [
        ([500.5, 600], [1, 0], "`x` must be whole points, as a model's are, got `500.5` in row `0` (counted from 0)"),
        ([500, None], [1, 0], "`x` must be numbers, got `null` in row `1` (counted from 0)"),
        ([500, 600], [1, 2], "`bad` must be true or false, 1 or 0, got `2` in row `1` (counted from 0)"),
        ([500, 600], [1], "`x` and `bad` must have the same length, got `2` and `1`"),
        ([500, 600], [1, 0], "expected at least `20` firms with and without default, got `1` and `1`"),
    ],
)
def test_what_cannot_be_fitted_is_said_with_its_place(x, bad, message):
    with pytest.raises(fr.InputError) as caught:
        fr.Calibration.fit(x, bad)
    assert str(caught.value) == message


def test_scores_of_risk_are_refused():
    for method in ("logistic", "platt"):
        with pytest.raises(fr.InputError, match="log-odds .* rise"):
            fr.Calibration.fit([-score for score in SCORES], BAD, method=method)


def test_methods_are_named():
    with pytest.raises(fr.InputError, match="^`method` must be one of `logistic`, `platt`, `isotonic`, `beta`, got `spline`$"):
        fr.Calibration.fit(SCORES, BAD, method="spline")  # type: ignore[arg-type]


def test_grades_that_are_not_there_are_refused_with_their_row():
    by_grade = calibrations()[5]
    with pytest.raises(fr.InputError, match="^expected a grade of the curve, got `丁` in row `1` \\(counted from 0\\)$") as caught:
        by_grade.pd(["甲", "丁"])
    assert (caught.value.field, caught.value.row) == ("x", 1)
    with pytest.raises(fr.InputError, match="^`grades` and `obligors` must have the same length, got `1` and `2`$"):
        fr.Calibration.bayes([1, 2], [0, 0], grades=["A"])


@pytest.mark.parametrize(
    ("change", "message", "field"),
    [
        ({"pd_floor": 1.0}, "pd_floor: expected a fraction from 0 to below 1, got `1`", "pd_floor"),
        ({"shift": 0.5}, "shift: expected a finite number, 0 for a line, got `0.5`", "shift"),
        ({"curve": {"grades": []}}, "curve.grades[0]: expected a symbol, each once, got ``", "curve.grades[0]"),
        ({"method": "magic"}, "not a calibration document: method: unknown variant `magic`", "method"),
    ],
)
def test_documents_that_do_not_hold_together_are_refused(change, message, field):
    with pytest.raises(fr.ModelError) as caught:
        fr.Calibration.from_dict(calibrations()[0].spec | change)
    assert str(caught.value).startswith(message) and caught.value.field == field
    with pytest.raises(fr.ModelError, match="^not a calibration document: "):
        fr.Calibration.from_json(json.dumps({"method": "given"}))
