"""Regression, screening and selection from Python."""

import json
import math
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest

import firmrating as fr


@pytest.fixture(scope="module")
def rows() -> tuple[pl.DataFrame, np.ndarray]:
    """`strong` and `weak` lower the log-odds of a default, `copy` is `strong` with noise, `turned` raises them."""
    chance = np.random.default_rng(8)
    x = chance.normal(size=(3_000, 4))
    x[:, 2] = x[:, 0] + 0.1 * x[:, 2]
    log_odds = -1 - 1.5 * x[:, 0] - 0.4 * x[:, 1] + 0.6 * x[:, 3]
    y = (chance.random(3_000) < 1 / (1 + np.exp(-log_odds))).astype(int)
    return pl.DataFrame(x, schema=["strong", "weak", "copy", "turned"]), y


def test_odds_of_a_table_are_the_coefficients():
    # Odds bad : good are 10/30 at 0 and 20/20 at 1; rows as counts.
    fitted = fr.Logit.fit({"x": [0, 0, 1, 1]}, [0, 1, 0, 1], weights=[30, 10, 20, 20], signs="any", likelihood_ratios=True)
    assert math.isclose(fitted.coefficients["x"], math.log(3), rel_tol=1e-9)
    assert math.isclose(fitted.intercept, math.log(1 / 3), rel_tol=1e-9)
    # Woolf's variance of a log odds ratio: the sum of the reciprocal counts.
    summary = fitted.summary()
    assert summary["term"].to_list() == ["intercept", "x"]
    error = math.sqrt(1 / 30 + 1 / 10 + 1 / 20 + 1 / 20)
    assert math.isclose(summary["standard_error"][1], error, rel_tol=1e-7)
    assert math.isclose(summary["z"][1], math.log(3) / error, rel_tol=1e-7)
    assert math.isclose(fitted.covariance[1][1], error**2, rel_tol=1e-7)
    whole = 30 * math.log(30 / 40) + 10 * math.log(10 / 40) + 40 * math.log(1 / 2)
    null = 50 * math.log(50 / 80) + 30 * math.log(30 / 80)
    assert math.isclose(fitted.log_likelihood, whole) and math.isclose(fitted.null_log_likelihood, null)
    statistic, degrees, p_value = fitted.test()
    assert math.isclose(statistic, 2 * (whole - null)) and degrees == 1
    assert math.isclose(p_value, math.erfc(math.sqrt(statistic / 2)), rel_tol=1e-9)
    assert math.isclose(summary["lr"][1], statistic) and summary["lr"][0] is None
    assert math.isclose(fitted.aic, 4 - 2 * whole) and math.isclose(fitted.bic, 2 * math.log(80) - 2 * whole)
    assert fitted.pd({"x": [0, 1, None]}).to_list()[:2] == pytest.approx([0.25, 0.5])
    assert math.isnan(fitted.pd({"x": [None]})[0])
    assert fitted.log_odds({"x": [1]})[0] == pytest.approx(0.0)


def test_signs_hold_unless_they_are_free(rows):
    x, y = rows
    held = fr.Logit.fit(x, y)
    assert held.coefficients["turned"] == 0.0 and held.summary().filter("held")["term"].to_list() == ["turned"]
    assert held.summary()["standard_error"][4] is None
    assert "1 held at 0" in repr(held)
    free = fr.Logit.fit(x, y, signs="any")
    assert free.coefficients["turned"] > 0
    one = fr.Logit.fit(x, y, signs={"turned": "not_negative"})
    assert one.coefficients == pytest.approx(free.coefficients) or one.summary().filter("held").height
    smaller = fr.Logit.fit(x.drop("turned"), y, signs="any")
    assert free.test(smaller).degrees == 1 and free.test(smaller).p_value < 1e-6


def test_a_turned_sign_is_explained_by_the_columns_that_turn_it():
    chance = np.random.default_rng(9)
    assets = chance.normal(size=4_000)
    sales = assets + 0.3 * chance.normal(size=4_000)
    y = chance.random(4_000) < 1 / (1 + np.exp(1 + 2 * assets - sales))
    fitted = fr.Logit.fit({"assets": assets, "sales": sales}, y)
    assert fitted.coefficients["sales"] == 0.0
    told = fitted.explain_sign("sales")
    assert told.alone < 0 < told.beside
    assert list(told.because_of) == ["assets"] and told.because_of["assets"] > 0.9
    with pytest.raises(fr.InputError, match="got `none`"):
        fitted.explain_sign("none")


def test_any_library_gives_the_same_regression(rows):
    x, y = rows
    wanted = fr.Logit.fit(x, y, signs="any").coefficients
    assert fr.Logit.fit(x.to_pandas(), pd.Series(y), signs="any").coefficients == wanted
    assert fr.Logit.fit(x.to_arrow(), list(y), signs="any").coefficients == wanted
    assert fr.Logit.fit(x.lazy(), y, signs="any").coefficients == wanted
    assert list(fr.Logit.fit(x.to_numpy(), y, signs="any").coefficients.values()) == list(wanted.values())


def test_an_offset_is_given_and_not_fitted(rows):
    x, y = rows
    free = fr.Logit.fit(x.select("strong", "weak"), y)
    offset = free.coefficients["weak"] * x["weak"]
    assert fr.Logit.fit(x.select("strong"), y, offset=offset).coefficients["strong"] == pytest.approx(free.coefficients["strong"])


def test_rows_of_a_cluster_are_not_independent(rows):
    x, y = rows
    twice = pl.concat([x, x]).select("strong")
    clusters = [f"firm {row}" for row in range(3_000)] * 2
    plain = fr.Logit.fit(x.select("strong"), y).summary()["standard_error"][1]
    doubled = fr.Logit.fit(twice, [*y, *y]).summary()["standard_error"][1]
    clustered = fr.Logit.fit(twice, [*y, *y], clusters=clusters).summary()["standard_error"][1]
    # Every row twice halves the variance; the clusters know better.
    assert doubled == pytest.approx(plain / math.sqrt(2), rel=1e-6)
    assert clustered == pytest.approx(plain, rel=0.05)


def test_penalties_shrink(rows):
    x, y = rows
    free = fr.Logit.fit(x, y, signs="any")
    ridge = fr.Logit.fit(x, y, signs="any", ridge=100.0)
    assert abs(ridge.coefficients["weak"]) < abs(free.coefficients["weak"])
    assert ridge.aic is None and ridge.summary()["standard_error"].null_count() == 5
    lasso = fr.Logit.fit(x, y, signs="any", lasso=500.0)
    assert 0.0 in lasso.coefficients.values()


def test_separation_names_the_columns():
    with pytest.raises(fr.SeparationError, match="complete separation") as caught:
        fr.Logit.fit({"x": [1, 2, 3, 4], "idle": [1, 0, 0, 1]}, [1, 1, 0, 0])
    assert caught.value.columns == ["x"] and caught.value.complete


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"X": {"x": [1, 2, None, 4]}}, "x", "column `x`: expected finite numbers, got `NaN` in row `2`"),
        ({"X": {"x": [1, 1, 1, 1]}}, "x", "values that differ"),
        ({"X": {"x": [1, 2, 3, 4], "twice": [2, 4, 6, 8]}}, "x", "combination"),
        ({"X": {"x": ["a", "b", "a", "b"]}}, "x", "`x` must be a column of numbers"),
        ({"X": 3}, "X", "`X` must be a frame"),
        ({"y": [1, 1, 1, 1]}, "y", "at least one good and one bad"),
        ({"y": [1, 0, 3, 1]}, "y", "got `3` in row `2`"),
        ({"y": [1, 0]}, "y", "`y` must be as long as"),
        ({"weights": [1, 1, -1, 1]}, "weights", "`weights` must be finite and not negative"),
        ({"offset": [1, 1, None, 1]}, "offset", "`offset` must be finite"),
        ({"clusters": [1, 1, 1, 1]}, "clusters", "at least two groups"),
        ({"ridge": -1.0}, "penalty", "a penalty must be finite"),
        ({"signs": "up"}, "signs", "`signs` must be one of"),
        ({"signs": {"none": "any"}}, "signs", "for `none`"),
    ],
)
def test_what_cannot_be_fitted_is_refused_by_argument(change, field, message):
    given = {"X": {"x": [1, 2, 3, 4]}, "y": [1, 0, 1, 0], "signs": "any", **change}
    with pytest.raises(fr.InputError, match=message) as caught:
        fr.Logit.fit(given.pop("X"), given.pop("y"), **given)
    assert field in (caught.value.field, "x") or caught.value.field == "twice"


def test_a_document_survives_and_says_the_same(rows):
    x, y = rows
    asked = [{"likelihood_ratios": True}, {"signs": "any", "clusters": np.arange(len(y)) // 3}, {"ridge": 2.0}]
    for options in asked:
        fitted = fr.Logit.fit(x, y, **options)
        for read in (fr.Logit.from_json(fitted.to_json()), pickle.loads(pickle.dumps(fitted))):
            assert read == fitted and hash(read) == hash(fitted)
            assert read.summary().equals(fitted.summary()) and read.covariance == fitted.covariance
            assert read.pd(x).equals(fitted.pd(x)) and read.explain_sign("turned") == fitted.explain_sign("turned")
    smaller = pickle.loads(pickle.dumps(fr.Logit.fit(x.drop("turned"), y, signs="any")))
    assert smaller != fitted and fr.Logit.fit(x, y, signs="any").test(smaller).degrees == 1
    document = json.loads(fr.Logit.fit(x, y, likelihood_ratios=True).to_json())
    document["likelihood_ratios"].pop()
    with pytest.raises(fr.ModelError, match="expected `likelihood_ratios` of `4` columns, got `3`"):
        fr.Logit.from_json(json.dumps(document))


def test_steps_hold_each_column_to_its_own_sign(rows):
    x, y = rows
    free = fr.stepwise(x, y, signs={"turned": "not_negative"}, criterion="bic")
    assert "turned" in free.logit.names and free.logit.coefficients["turned"] > 0
    assert all(value < 0 for name, value in free.logit.coefficients.items() if name != "turned")
    held = fr.stepwise(x, y, signs={"weak": "not_negative", "turned": "any"}, criterion="bic")
    assert "turned" in held.logit.names and "weak" not in held.logit.names
    reasons = dict(held.refused.select("variable", "reason").iter_rows())
    assert reasons["weak"] == "sign"
    with pytest.raises(fr.InputError, match="`signs` must be one of"):
        fr.stepwise(x, y, signs={"sales": "any"})


def test_steps_take_what_the_rules_allow(rows):
    x, y = rows
    chosen = fr.stepwise(x, y, criterion="bic")
    assert chosen.logit.names in (["strong", "weak"], ["weak", "copy"])
    assert chosen.steps["entered"].all() and chosen.steps.height == 2
    reasons = dict(chosen.refused.select("variable", "reason").iter_rows())
    assert reasons["turned"] == "sign" and "vif" in reasons.values()
    by_p = fr.stepwise(x, y, criterion="p_value", enter=1e-30, leave=1e-30, direction="forward")
    assert len(by_p.logit.names) == 1
    sources = {"strong": "tax", "weak": "tax", "copy": "tax", "turned": "credit"}
    by_source = fr.stepwise(x, y, sources=sources, max_of_source=1)
    assert len(by_source.logit.names) == 1 and "source" in by_source.refused["reason"].to_list()
    with pytest.raises(fr.InputError, match="`criterion` must be one of"):
        fr.stepwise(x, y, criterion="luck")


def test_steps_back_keep_to_the_rules_too(rows):
    x, y = rows
    both = x["strong"], x["copy"]
    assert 1 / (1 - np.corrcoef(*both)[0, 1] ** 2) > 5.0
    chosen = fr.stepwise(x, y, direction="backward")
    assert len({"strong", "copy"} & set(chosen.logit.names)) == 1
    assert chosen.steps["variable"][0] == "turned"
    vif = chosen.steps.row(by_predicate=pl.col("reason") == "vif", named=True)
    assert not vif["entered"] and vif["value"] > 5.0 and vif["because_of"] is None
    sources = {"strong": "tax", "weak": "tax", "copy": "tax", "turned": "credit"}
    by_source = fr.stepwise(x, y, direction="backward", sources=sources, max_of_source=1)
    assert len(by_source.logit.names) == 1
    left = by_source.steps.filter(pl.col("reason") == "source")
    assert left["because_of"].to_list() == ["tax", "tax"]
    forward = fr.stepwise(x, y, direction="forward").steps
    assert forward["reason"].unique().to_list() == ["criterion"]


def test_named_columns_are_no_columns_of_a_regression(rows):
    x, y = rows
    beside = pl.DataFrame({"bad": y, "w": 1.0 + np.arange(len(y)) % 2, "base": 0.1, "firm": np.arange(len(y)) // 3})
    whole = x.with_columns(*beside)
    names = {"weights": "w", "offset": "base", "clusters": "firm"}
    given = {what: beside[name] for what, name in names.items()}
    assert fr.Logit.fit(whole, "bad", **names) == fr.Logit.fit(x, y, **given)
    assert fr.stepwise(whole, "bad", **names).logit == fr.stepwise(x, y, **given).logit
    both = fr.screen(whole.drop("w", "base").rename({"firm": "month"}), "bad", periods="month")
    assert both.equals(fr.screen(x, y, periods=beside["firm"]))
    for made in (fr.Logit.fit, fr.stepwise):
        with pytest.raises(fr.InputError, match="`weights`: `X` has no column `gone`") as caught:
            made(whole, "bad", weights="gone")
        assert caught.value.field == "weights"
    with pytest.raises(fr.InputError, match="`periods`: `woe` has no column `gone`"):
        fr.screen(whole, "bad", periods="gone")


def test_screening_says_of_each_why(rows):
    chance = np.random.default_rng(10)
    x, y = rows
    woe = x.select("strong", "copy", "weak").with_columns(idle=pl.Series(chance.normal(size=3_000)).round(1) * 0.01)
    table = fr.screen(woe.select(pl.all().round(1)), y, max_vif=100.0)
    told = dict(table.select("variable", "verdict").iter_rows())
    assert told["idle"] == "iv" and sorted((told["strong"], told["copy"])) == ["correlated", "stays"]
    left = table.filter(pl.col("verdict") == "correlated").row(0, named=True)
    assert left["correlation"] > 0.9 and left["correlated_with"] in ("strong", "copy")
    missing = fr.screen(woe.select("weak"), y, missing_shares={"weak": 0.99})
    assert missing["verdict"].to_list() == ["missing"] and not missing["stays"].any()
    moved = fr.screen(woe.select(pl.col("weak").round(0)), y, other=woe.select((pl.col("weak") + 3).round(0)))
    assert moved["verdict"].to_list() == ["psi"]
    with pytest.raises(fr.InputError, match="must be finite"):
        fr.screen({"weak": [1.0, None]}, [1, 0])


@pytest.mark.parametrize(
    ("rules", "field", "message"),
    [
        ({"max_of_source": 1}, "max_of_source", "`max_of_source` changes nothing without `sources`, got `1`"),
        ({"sources": {"a": "tax"}}, "sources", "`sources` changes nothing without `max_of_source`"),
        ({"sources": {"c": "tax"}, "max_of_source": 1}, "sources", "got `c`, which is no column of it"),
        ({"sources": {"a": "tax"}, "max_of_source": 0}, "max_of_source", "a whole number from 1, got `0`"),
        ({"sources": {"a": "tax"}, "max_of_source": 1.5}, "max_of_source", "a whole number from 1, got `1.5`"),
    ],
)
def test_sources_that_limit_nothing_are_refused(rules, field, message):
    x = {"a": [1, 1, 1, 3, 3, 3], "b": [1, 2, 3, 1, 2, 3]}
    with pytest.raises(fr.InputError, match=message) as caught:
        fr.stepwise(x, [1, 1, 0, 1, 0, 0], signs="any", **rules)
    assert caught.value.field == field


def test_progress_hears_of_each_step_and_of_the_end():
    x = {"matters": [row % 4 for row in range(400)], "idle": [row % 7 for row in range(400)]}
    y = [(row * 31) % 10 > 4 + 2 * (row % 4) for row in range(400)]
    heard = []
    chosen = fr.stepwise(x, y, criterion="bic", progress=lambda done, of: heard.append((done, of)))
    assert chosen.steps.height == 1 and heard == [(1, 2), (2, 2)]
    with pytest.raises(ZeroDivisionError):
        fr.stepwise(x, y, criterion="bic", progress=lambda done, of: 1 / 0)
