"""Binning and scorecards as scikit-learn estimators."""

import pickle
import subprocess
import sys

import numpy as np
import polars as pl
import pytest

import firmrating as fr

pytest.importorskip("sklearn")

from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from firmrating.sklearn import BinningTransformer, ScorecardClassifier

# The checks bring samples of labels 1 and 2, of a single row, that part: the estimators warn and go on.
quiet = pytest.mark.filterwarnings("ignore")


@quiet
@parametrize_with_checks([BinningTransformer(), ScorecardClassifier()])
def test_every_check_of_scikit_learn_passes(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def firms() -> tuple[pl.DataFrame, np.ndarray]:
    """Made up: two numbers, one with gaps, and a word, all of which tell of risk."""
    rng = np.random.default_rng(7)
    age, debt, town = rng.gamma(2.0, 4.0, 3000), rng.normal(size=3000), rng.integers(0, 3, 3000)
    log_odds = -1.0 - 0.15 * age + 0.8 * debt + np.array([0.0, 0.5, 1.2])[town]
    y = (rng.random(3000) < 1 / (1 + np.exp(-log_odds))).astype(int)
    towns = np.array(["north", "south", "west"])[town]
    frame = pl.DataFrame({"age": age, "debt": debt, "town": towns})
    return frame.with_columns(pl.when(pl.col("age") > 0.5).then("age")), y


def test_the_package_does_not_load_scikit_learn():
    program = "import sys, firmrating; assert 'sklearn' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_classifier_has_the_card_and_the_pds_of_the_scorecard(firms):
    frame, y = firms
    fitted = ScorecardClassifier(max_bins=4, pdo=30).fit(frame, y)
    card = fr.Scorecard.fit(frame, y, max_bins=4, pdo=30)
    assert fitted.card_ == card
    assert fitted.predict_proba(frame)[:, 1].tolist() == card.pd(frame).to_list()
    assert fitted.points(frame).tolist() == card.score(frame).to_list()
    assert np.allclose(fitted.decision_function(frame), np.log(card.pd(frame) / (1 - card.pd(frame))))
    assert fitted.feature_names_in_.tolist() == frame.columns
    assert fitted.n_features_in_ == 3


@pytest.mark.parametrize("method", ["isotonic", "beta"])
def test_the_card_of_a_classifier_takes_any_calibration(firms, method):
    frame, y = firms
    fitted = ScorecardClassifier(max_bins=4, bad=1).fit(frame, y)
    x = fitted.card_.score(frame) if method == "isotonic" else fitted.card_.pd(frame)
    calibration = fr.Calibration.fit(x, y, method=method).with_conservatism(c=0.01)
    fitted.card_ = fitted.card_.calibrate(calibration)
    pd = calibration.pd(x).to_numpy()
    for made in (fitted, pickle.loads(pickle.dumps(fitted))):
        assert made.predict_proba(frame).tolist() == np.column_stack([1.0 - pd, pd]).tolist()
        assert np.isfinite(made.decision_function(frame)).all()


def test_a_transformer_gives_what_the_binnings_give(firms):
    frame, y = firms
    made = fr.bin_all(frame, y, max_bins=4)
    for output in ("woe", "place", "bin"):
        fitted = BinningTransformer(max_bins=4, output=output).fit(frame, y)
        want = [binning.transform(frame[name], to=output).to_list() for name, binning in made.items()]
        assert fitted.transform(frame).T.tolist() == want
        assert fitted.get_feature_names_out().tolist() == frame.columns


def test_frames_of_pandas_and_polars_fit_alike(firms):
    frame, y = firms
    pandas = frame.to_pandas().astype({"town": "category"})
    left, right = ScorecardClassifier().fit(frame, y), ScorecardClassifier().fit(pandas, y)
    assert left.card_ == right.card_
    assert left.predict_proba(frame).tolist() == right.predict_proba(pandas).tolist()
    categories = frame.with_columns(pl.col("town").cast(pl.Categorical))
    assert ScorecardClassifier().fit(categories, y).card_ == left.card_


def test_outputs_are_set_as_of_any_transformer(firms):
    frame, y = firms
    transformer = BinningTransformer().fit(frame, y)
    assert isinstance(transformer.transform(frame), np.ndarray)
    named = transformer.set_output(transform="polars").transform(frame)
    assert isinstance(named, pl.DataFrame)
    assert named.columns == frame.columns
    assert transformer.set_output(transform="pandas").transform(frame).columns.tolist() == frame.columns


def test_estimators_work_in_pipelines_searches_and_column_transformers(firms):
    frame, y = firms
    search = GridSearchCV(ScorecardClassifier(), {"max_bins": [2, 5]}, scoring="roc_auc", cv=3).fit(frame, y)
    assert search.best_score_ > 0.7
    assert search.best_params_ == {"max_bins": 5}
    pipeline = make_pipeline(BinningTransformer(max_bins=5), LogisticRegression())
    pds = cross_val_predict(pipeline, frame, y, cv=3, method="predict_proba")[:, 1]
    assert 1 - fr.validation.auc(pds, y).value > 0.7
    parts = ColumnTransformer([("bins", BinningTransformer(), ["age", "town"]), ("scaled", StandardScaler(), ["debt"])])
    both = make_pipeline(parts, LogisticRegression()).fit(frame, y)
    assert both[0].get_feature_names_out().tolist() == ["bins__age", "bins__town", "scaled__debt"]


def test_the_bad_class_is_stated_and_checked(firms):
    frame, y = firms
    words = np.array(["repaid", "defaulted"])[y]
    fitted = ScorecardClassifier(bad="defaulted").fit(frame, words)
    numbers = ScorecardClassifier().fit(frame, y)
    assert fitted.classes_.tolist() == ["defaulted", "repaid"]
    assert (fitted.bad_, numbers.bad_) == ("defaulted", 1)
    assert fitted.card_ == numbers.card_
    assert fitted.predict_proba(frame)[:, 0].tolist() == numbers.predict_proba(frame)[:, 1].tolist()
    assert (fitted.predict(frame) == np.array(["repaid", "defaulted"])[numbers.predict(frame)]).all()
    with pytest.warns(UserWarning, match="`repaid` was taken for the bad class; say so by `bad`"):
        ScorecardClassifier().fit(frame, words)
    with pytest.raises(ValueError, match=r"`bad` must be one of the classes \['defaulted', 'repaid'\], got `1`"):
        ScorecardClassifier(bad=1).fit(frame, words)


def test_weights_count_rows_or_weigh_them(firms):
    frame, y = firms
    frame, y = frame.head(500), y[:500]
    whole = np.arange(500) % 3
    repeated = ScorecardClassifier().fit(frame[np.repeat(np.arange(500), whole)], np.repeat(y, whole))
    assert ScorecardClassifier().fit(frame, y, sample_weight=whole).card_ == repeated.card_
    weighed = ScorecardClassifier().fit(frame, y, sample_weight=whole + 0.5)
    assert weighed.card_ == fr.Scorecard.fit(frame, y, weights=whole + 0.5)


def test_a_fitted_estimator_is_pickled_by_its_documents_and_cloned_without(firms):
    frame, y = firms
    for estimator, method in [(BinningTransformer(), "transform"), (ScorecardClassifier(), "predict_proba")]:
        fitted = estimator.fit(frame, y)
        text = pickle.dumps(fitted)
        assert b'"bin' in text
        assert (getattr(pickle.loads(text), method)(frame) == getattr(fitted, method)(frame)).all()
        assert not hasattr(clone(fitted), "classes_")


def test_whatever_the_value_there_is_an_answer(firms):
    frame, y = firms
    fitted = ScorecardClassifier().fit(frame, y)
    odd = pl.DataFrame({"age": [None, float("nan"), float("inf")], "debt": [-1e300, 0.0, None], "town": ["east", None, ""]})
    assert np.isfinite(fitted.predict_proba(odd)).all()


def test_bins_that_part_goods_from_bads_are_fitted_with_a_penalty():
    x, y = np.arange(100.0)[:, None], (np.arange(100) < 50).astype(int)
    with pytest.warns(UserWarning, match="fitted with a penalty of ridge=1: "):
        fitted = ScorecardClassifier().fit(x, y)
    assert (fitted.predict(x) == y).all()


def test_a_penalty_leaves_selection_and_named_periods_as_they_are(firms):
    frame, y = firms
    told = {"ridge": 3.0, "selection": {"criterion": "bic"}}
    fitted = ScorecardClassifier(max_bins=4, **told).fit(frame, y)
    assert fitted.card_ == fr.Scorecard.fit(frame, y, max_bins=4, **told)
    dated = frame.with_columns(year=pl.Series(np.arange(frame.height) % 2))
    by_year = BinningTransformer(max_bins=4, options={"periods": "year"}).fit(dated, y)
    assert list(by_year.binnings_) == frame.columns == by_year.get_feature_names_out().tolist()
    assert by_year.transform(dated).shape == frame.shape
    card = ScorecardClassifier(max_bins=4, options={"periods": "year"}).fit(dated, y).card_
    assert "year" not in card.names and card == fr.Scorecard.fit(dated, y, max_bins=4, periods="year")


@quiet
def test_without_a_column_that_tells_anything_every_row_gets_the_default_rate():
    x, y = np.ones((100, 2)), (np.arange(100) < 20).astype(int)
    fitted = ScorecardClassifier().fit(x, y)
    assert fitted.predict_proba(x)[:, 1] == pytest.approx(np.full(100, 0.2), abs=0.005)
    assert fitted.dropped_ == {"x0": "constant", "x1": "constant"}


def test_a_classifier_has_what_a_fit_of_a_card_has(firms):
    """Each option gives the card that it gives there, and survives clone, search and pickle."""
    frame, y = firms
    rng = np.random.default_rng(8)
    frame = frame.with_columns(idle=pl.Series(rng.normal(size=3000)), firm=pl.Series(np.arange(3000) // 3).cast(pl.Float64))
    variables = frame.drop("firm")
    told = [
        ({"screening": {"min_iv": 0.1}}, {"screening": {"min_iv": 0.1}}),
        ({"screening": {"other": variables.head(500), "max_psi": 9.0}}, {"screening": {"other": variables.head(500), "max_psi": 9.0}}),
        ({"lasso": 20.0}, {"lasso": 20.0}),
        ({"point_range": (300, 900), "base": "spread"}, {"points": (300, 900), "base": "spread"}),
        ({"default_rate": 0.03, "pd_floor": 0.001}, {"default_rate": 0.03, "pd_floor": 0.001}),
    ]
    for given, asked in told:
        fitted = ScorecardClassifier(max_bins=3, **given).fit(variables, y)
        card = fr.Scorecard.fit(variables, y, max_bins=3, **asked)
        assert fitted.card_ == card and fitted.dropped_ == card.dropped
        again = pickle.loads(pickle.dumps(fitted))
        assert again.card_ == card and again.points(variables).tolist() == card.score(variables).to_list()
        assert clone(fitted).fit(variables, y).card_ == card
    clustered = ScorecardClassifier(max_bins=3, clusters="firm").fit(frame, y)
    wanted = fr.Scorecard.fit(frame, y, max_bins=3, clusters="firm")
    assert clustered.card_ == wanted and "firm" not in clustered.card_.names
    assert clustered.card_ != ScorecardClassifier(max_bins=3).fit(variables, y).card_  # other standard errors
    assert clustered.predict_proba(frame)[:, 1].tolist() == wanted.pd(frame).to_list()
    in_matrix = ScorecardClassifier(max_bins=3, clusters="x2").fit(frame.select("age", "debt", "firm").to_numpy(), y)
    assert in_matrix.card_.names == ["x0", "x1"]


def test_what_was_asked_wrongly_is_no_reason_for_a_penalty(firms):
    frame, y = firms
    for given, field in (
        ({"clusters": "gone"}, "clusters"),
        ({"selection": {"criterion": "gini"}}, "criterion"),
        ({"selection": {"sources": {"gone": "tax"}, "max_of_source": 1}}, "sources"),
        ({"lasso": -1.0}, "penalty"),
        ({"base": "none"}, "base"),
    ):
        with pytest.raises(fr.InputError) as caught:
            ScorecardClassifier(max_bins=3, **given).fit(frame, y)
        assert caught.value.field == field
