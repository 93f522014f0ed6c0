"""Scores as lazy expressions: what a frame is scored by, asked from inside polars."""

import math
import random
import re
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest
from polars.plugins import register_plugin_function

import firmrating as fr
from firmrating import _firmrating

ROOT = Path(__file__).parents[1]


def call(**arguments: str) -> dict[str, str]:
    return {"kind": "model", "document": "{}", "output": "pd"} | arguments

ENGINES = ["streaming", "in-memory"]
SCALE = '{"master_scale": [{"grade": "A", "pd_below": 0.01}, {"grade": "B"}]}'


@pytest.fixture(scope="module")
def model() -> fr.RatingModel:
    return fr.RatingModel.preset("tech-firm")


@pytest.fixture(scope="module")
def measured(model, sample) -> pl.DataFrame:
    return model.measure(sample, as_of="2025-06-30", reasons=True)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("reasons", [True, False])
def test_an_expression_gives_the_bits_of_the_frame(model, sample, engine, reasons):
    measured = model.measure(sample, as_of="2025-06-30", reasons=reasons)
    lazy = measured.lazy().select("firm_id", model.expr()).unnest("rating")
    scored = lazy.collect(engine=engine)
    assert scored.equals(model.score(measured))
    assert scored.schema == lazy.collect_schema() == model.score(measured).schema


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("output", ["score", "pd", "credit_grade"])
def test_one_output_is_a_column_of_its_name(model, measured, output, engine):
    scored = measured.lazy().select(model.expr(output)).collect(engine=engine)
    assert scored.equals(model.score(measured).select(output))


def test_every_end_of_every_band_and_its_neighbours_score_as_in_a_frame(model):
    frame = at_the_ends(model)
    assert frame.height > 300
    want = model.score(frame)
    for engine in ENGINES:
        assert frame.lazy().select(model.expr()).unnest("rating").collect(engine=engine).equals(want)


def test_columns_of_any_type_that_holds_numbers_score_as_in_a_frame(model):
    frame = pl.DataFrame({measure: [0, 1, None, 3] for measure in model_measures(model)})
    for kind in (pl.Int8, pl.UInt32, pl.Int64, pl.Float32, pl.Float64, pl.Decimal(20, 3), pl.Boolean):
        cast = frame.cast(kind)
        assert cast.select(model.expr()).unnest("rating").equals(model.score(cast)), kind
    nothing = pl.DataFrame({measure: [None, None] for measure in model_measures(model)})
    assert nothing.select(model.expr()).unnest("rating").equals(model.score(nothing))


def test_reasons_of_gaps_may_be_words_of_any_type(model, measured):
    reasons = [name for name in measured.columns if name.endswith("__missing")]
    for kind in (pl.Categorical, pl.String):
        cast = measured.cast(dict.fromkeys(reasons, kind))
        assert cast.select(model.expr("score")).equals(model.score(measured).select("score"))


def test_frames_in_pieces_sliced_empty_or_of_one_row_score_alike(model, measured):
    want = model.score(measured)
    chunks = pl.concat([measured.slice(7, 100), measured.slice(0, 7), measured.slice(107)], rechunk=False)
    assert chunks.n_chunks() == 3
    assert chunks.select(model.expr("pd")).sort("pd").equals(want.select("pd").sort("pd"))
    assert measured.select(model.expr("pd")).slice(13, 5).equals(want.select("pd").slice(13, 5))
    assert measured.slice(13, 5).select(model.expr("pd")).equals(want.select("pd").slice(13, 5))
    empty = measured.clear().select(model.expr()).unnest("rating")
    assert empty.height == 0
    assert empty.schema == want.drop("firm_id").schema
    assert measured.head(1).select(model.expr("score")).item() == want["score"][0]


def test_an_expression_is_one_among_others(model, measured):
    """Filters, groups and further expressions treat it as any function of the row."""
    want = model.score(measured).with_columns(measured["registry.age"] < 5)
    safe = measured.lazy().filter(model.expr("pd") < 0.02).select("firm_id").collect(engine="streaming")
    assert safe.equals(want.filter(pl.col("pd") < 0.02).select("firm_id"))
    young = (pl.col("registry.age") < 5).alias("registry.age")
    groups = measured.group_by(young).agg(model.expr("score").max()).sort("registry.age")
    assert groups.equals(want.group_by("registry.age").agg(pl.col("score").max()).sort("registry.age"))
    # A literal is a column of one value.
    as_if = measured.with_columns(pl.lit(3.0).alias("registry.age"))
    literal = measured.lazy().with_columns(pl.lit(3.0).alias("registry.age")).select(model.expr("score")).collect()
    assert literal.equals(model.score(as_if).select("score"))


def test_many_models_in_one_plan_are_not_confused(model, measured):
    models = [fr.RatingModel.from_dict(model.spec | {"base_points": 500 + more}) for more in range(20)]
    plan = measured.lazy().select(a_model.expr("score").alias(str(at)) for at, a_model in enumerate(models))
    for _ in range(2):
        scored = plan.collect(engine="streaming")
        assert all((scored[str(at)] - scored["0"] == at).all() for at in range(20))


def test_a_plan_may_be_collected_on_many_threads_at_once(model, measured):
    want = model.score(measured)
    plan = measured.lazy().select("firm_id", model.expr()).unnest("rating")
    with ThreadPoolExecutor(8) as pool:
        for scored in pool.map(lambda _: plan.collect(engine="streaming"), range(24)):
            assert scored.equals(want)


def test_a_plan_that_was_written_down_scores_in_another_process(model, measured, tmp_path):
    measured.write_parquet(tmp_path / "measured.parquet")
    plan = pl.scan_parquet(tmp_path / "measured.parquet").select("firm_id", model.expr()).unnest("rating")
    (tmp_path / "plan").write_bytes(plan.serialize())
    # That process knows polars only.
    program = (
        "import sys, polars as pl; from pathlib import Path; there = Path(sys.argv[1]);"
        "pl.LazyFrame.deserialize(there / 'plan').sink_parquet(there / 'scored.parquet');"
        "assert 'firmrating' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True)
    assert pl.read_parquet(tmp_path / "scored.parquet").equals(model.score(measured))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_what_is_no_finite_number_is_refused_as_in_a_frame(model, measured, value, engine):
    frame = measured.with_columns(pl.lit(value).alias("registry.age"))
    with pytest.raises(pl.exceptions.ComputeError) as caught:
        frame.lazy().select(model.expr("pd")).collect(engine=engine)
    shown = {math.inf: "inf", -math.inf: "-inf"}.get(value, "NaN")
    told = f"column `registry.age`: expected a finite number, or nothing and a reason beside it, got `{shown}`"
    assert told in str(caught.value)
    with pytest.raises(fr.InputError) as raised:
        model.score(frame)
    assert str(raised.value) == f"{told} in row `0` (counted from 0)"


def test_an_unknown_reason_is_refused(model, measured):
    frame = measured.with_columns(
        pl.lit(None, pl.Float64).alias("registry.age"), pl.lit("lost").alias("registry.age__missing")
    )
    with pytest.raises(pl.exceptions.ComputeError, match="column `registry.age`: expected a finite number.*got `lost`"):
        frame.select(model.expr("pd"))


def test_absent_columns_are_named_before_anything_is_read(model, measured):
    with pytest.raises(pl.exceptions.ComputeError) as caught:
        measured.lazy().drop("registry.age").select(model.expr()).collect_schema()
    assert "the model asks for the columns `registry.age`, which the frame does not have" in str(caught.value)
    with pytest.raises(pl.exceptions.ComputeError, match="the model asks for the columns `trade.sales_12m`, "):
        pl.LazyFrame({"a": [1]}).select(model.expr()).collect_schema()


def test_a_column_that_cannot_hold_numbers_is_refused(model, measured):
    frame = measured.with_columns(pl.lit([1]).alias("registry.age"))
    with pytest.raises(pl.exceptions.ComputeError, match="column `registry.age` has the type `LargeList"):
        frame.lazy().select(model.expr()).collect_schema()


def test_an_output_that_is_none_is_refused(model):
    with pytest.raises(fr.InputError) as caught:
        model.expr("grade")
    assert str(caught.value) == "`output` must be one of `all`, `score`, `pd`, `credit_grade`, got `grade`"
    assert (caught.value.field, caught.value.value) == ("output", "grade")


@pytest.mark.parametrize(
    ("column", "arguments", "told"),
    [
        (pl.struct("a"), None, "expected the arguments `kind`, `document` and `output`, all text"),
        (pl.struct("a"), {"document": "{}"}, "expected the arguments `kind`, `document` and `output`, all text"),
        (pl.struct("a"), {"kind": 1, "document": 2}, "expected the arguments `kind`, `document` and `output`, all text"),
        (pl.struct("a"), call(output="x"), "expected `all`, `score`, `pd` or `credit_grade`, got `x`"),
        (pl.struct("a"), call(kind="x"), "expected a `model` or a `scorecard`, got `x`"),
        (pl.struct("a"), call(kind="master_scale", document=SCALE), "expected a `model` or a `scorecard`, got `master_scale`"),
        (pl.struct("a"), {**call(document="preset"), "scale": SCALE}, "a model has a scale of its own; expected no `scale`"),
        (pl.struct("a"), {**call(document="preset"), "scale": "{"}, "not a master scale document"),
        (pl.struct("a"), call(document="{"), "not a model document: EOF while parsing an object"),
        (pl.struct("a"), call(kind="scorecard"), "not a scorecard: missing field `format`"),
        (pl.col("a"), "preset", "expected a column of structs, got one of `Int64`"),
    ],
)
def test_calls_that_no_expression_of_ours_makes_are_refused(model, column, arguments, told):
    if arguments == "preset":
        arguments = call(document=model.to_json())
    elif arguments and arguments.get("document") == "preset":
        arguments["document"] = model.to_json()
    with pytest.raises(pl.exceptions.ComputeError, match=re.escape(told)):
        pl.DataFrame({"a": [1]}).select(plugin(column, arguments))


def test_unsafe_code_stands_in_one_file_and_the_lints_are_those_of_the_workspace():
    """Cargo cannot take over the lints of the workspace but for one, so the list is written twice."""
    naming = {path.name for path in (ROOT / "src").rglob("*.rs") if re.search(r"\bunsafe (\{|fn|impl|extern)", path.read_text("utf-8"))}
    assert naming == {"ffi.rs"}
    ours = tomllib.loads((ROOT / "Cargo.toml").read_text("utf-8"))["lints"]
    theirs = tomllib.loads((ROOT.parent / "Cargo.toml").read_text("utf-8"))["workspace"]["lints"]
    assert theirs["rust"]["unsafe_code"] == "forbid"
    theirs["rust"]["unsafe_code"] = "deny"
    assert ours == theirs


@pytest.fixture(scope="module")
def firms() -> pl.DataFrame:
    """Made up: numbers and words, each with gaps and a special value."""
    rng = random.Random(3)
    age = [None if rng.random() < 0.1 else rng.choice([-1.0, rng.gammavariate(2, 4)]) for _ in range(2000)]
    town = [rng.choice(["north", "south", "west", "?", None]) for _ in range(2000)]
    risk = [0.5 - 0.02 * (value or 0) + (0.2 if word == "west" else 0) for value, word in zip(age, town, strict=True)]
    return pl.DataFrame({"age": age, "town": town, "bad": [int(rng.random() < share) for share in risk]})


@pytest.fixture(scope="module")
def card(firms) -> fr.Scorecard:
    return fr.Scorecard.fit(firms, "bad", each={"age": {"special": {"unknown": -1.0}}, "town": {"special": {"unknown": ["?", "n/a"]}}})


@pytest.mark.parametrize("engine", ENGINES)
def test_the_expression_of_a_card_gives_its_bits(card, firms, engine):
    odd = pl.DataFrame(
        {
            "age": [math.nan, math.inf, -math.inf, None, -1.0, 0.0, -0.0, 1e300, *card.binnings["age"].splits],
            "town": ["east", "?", None, "n/a", "", None] + ["west"] * (2 + len(card.binnings["age"].splits)),
        }
    )
    for frame in (firms, odd, odd.clear(), odd.with_columns(pl.col("town").cast(pl.Categorical))):
        scored = frame.lazy().select(card.expr()).unnest("rating").collect(engine=engine)
        assert scored["score"].equals(card.score(frame))
        assert scored["pd"].equals(card.pd(frame))
        assert frame.lazy().select(card.expr("pd")).collect(engine=engine)["pd"].equals(card.pd(frame))
    whole = firms.with_columns(pl.col("age").cast(pl.Float32))
    assert whole.select(card.expr("score"))["score"].equals(card.score(whole))
    whole = firms.with_columns(pl.col("age").cast(pl.Int16))
    assert whole.select(card.expr("score"))["score"].equals(card.score(whole))
    nothing = firms.with_columns(pl.lit(None).alias("age"), pl.lit(None).alias("town"))
    assert nothing.select(card.expr("score"))["score"].equals(card.score(nothing))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_card_gives_grades_by_a_scale(card, firms, engine):
    """The grade of the PD, to the bit; a PD that is the end of a band belongs to the riskier one."""
    of_model = fr.MasterScale.of_model(fr.RatingModel.preset())
    ends = card.pd(firms).unique().sort().to_list()[1::3]
    at_ends = fr.MasterScale.given(ends, [f"G{at}" for at in range(len(ends) + 1)])
    for scale in (of_model, at_ends):
        scored = firms.lazy().select(card.expr(scale=scale)).unnest("rating")
        assert scored.collect_schema() == {"score": pl.Int64, "pd": pl.Float64, "credit_grade": pl.String}
        scored = scored.collect(engine=engine)
        assert scored["score"].equals(card.score(firms)) and scored["pd"].equals(card.pd(firms))
        assert scored["credit_grade"].to_list() == scale.grade(card.pd(firms)).to_list()
        alone = firms.lazy().select(card.expr("credit_grade", scale=scale)).collect(engine=engine)
        assert alone.columns == ["credit_grade"] and alone["credit_grade"].equals(scored["credit_grade"])
        assert firms.select(card.expr("pd", scale=scale))["pd"].equals(card.pd(firms))
    assert firms.select(card.expr(scale=of_model)).equals(firms.select(card.expr(scale=fr.RatingModel.preset())))
    # Beside one another in one plan, after it was written down, and with calibrated PDs.
    plan = firms.lazy().select(card.expr("credit_grade", scale=scale).alias(str(at)) for at, scale in enumerate((of_model, at_ends)))
    told = pl.LazyFrame.deserialize(plan.serialize()).collect(engine=engine)
    assert told["0"].to_list() == of_model.grade(card.pd(firms)).to_list()
    assert told["1"].to_list() == at_ends.grade(card.pd(firms)).to_list()
    riskier = card.calibrate({**card.calibration, "central_tendency": 0.6})
    assert firms.select(riskier.expr("credit_grade", scale=of_model)).to_series().to_list() == of_model.grade(riskier.pd(firms)).to_list()


def test_grades_of_a_card_need_a_scale(card, firms):
    with pytest.raises(fr.InputError, match="`output` of `credit_grade` needs a `scale`") as caught:
        card.expr("credit_grade")
    assert caught.value.field == "scale"
    with pytest.raises(fr.InputError, match="`scale` must be a `MasterScale` or a `RatingModel`, got `str`"):
        card.expr(scale="tech-firm")
    assert firms.select(card.expr()).unnest("rating").columns == ["score", "pd"]


def test_what_a_card_cannot_score_is_refused(card, firms):
    with pytest.raises(pl.exceptions.ComputeError, match="the scorecard asks for the columns `age`, which the frame"):
        firms.lazy().drop("age").select(card.expr()).collect_schema()
    with pytest.raises(pl.exceptions.ComputeError, match="`age` must be a column of numbers"):
        firms.with_columns(age=pl.lit("x")).lazy().select(card.expr()).collect_schema()
    with pytest.raises(pl.exceptions.ComputeError, match="`town` must be a column of words, got `1.5`"):
        firms.with_columns(town=pl.lit(1.5)).select(card.expr())
    with pytest.raises(fr.InputError, match="`output` must be one of `all`, `score`, `pd`, `credit_grade`, got `grade`"):
        card.expr("grade")


def test_a_card_of_measures_and_its_model_score_alike_as_expressions(sample, model):
    measured = model.measure(sample, as_of="2025-06-30")
    bad = measured["registry.age"].fill_null(0.0).rank("random", seed=1) % 7 < 2
    made = fr.Scorecard.fit(measured, bad, columns=["registry.age", "trade.void_rate"], max_bins=3)
    document = {"id": "x", "version": "1", "name": {"en": "x", "zh": "x"}, "notice": {"en": "x", "zh": "x"}}
    scores = measured.lazy().select(made.expr("score"), made.model_document(**document).expr("score").alias("model"))
    scores = scores.collect(engine="streaming")
    assert scores["score"].equals(scores["model"], check_names=False)


def plugin(column: pl.Expr, arguments: dict[str, object] | None) -> pl.Expr:
    return register_plugin_function(
        plugin_path=Path(_firmrating.__file__),
        function_name="firmrating_score",
        args=[column],
        kwargs=arguments,
        is_elementwise=True,
    )


def characteristics(model: fr.RatingModel) -> list[dict]:
    return [characteristic for pillar in model.spec["pillars"] for characteristic in pillar["card"]]


def model_measures(model: fr.RatingModel) -> list[str]:
    return [characteristic["measure"] for characteristic in characteristics(model)]


def at_the_ends(model: fr.RatingModel) -> pl.DataFrame:
    """A row for every end of a band, its two neighbours and every special value, all else missing for a reason."""
    words = ["not_reported", "not_applicable", "too_short"]
    rows = [{f"{measure}__missing": word for measure in model_measures(model)} for word in words]
    for characteristic in characteristics(model):
        measure = characteristic["measure"]
        ends = [band["below"] for band in characteristic["attributes"].get("bands", []) if "below" in band]
        values = [near for end in ends for near in (math.nextafter(end, -math.inf), end, math.nextafter(end, math.inf))]
        values += [special["value"] for special in characteristic.get("special", [])]
        # Words of a category stand as their numbers; 99 is none.
        values += [0.0, -0.0, 1.0, 2.0, 3.0, 4.0, 99.0, 1e300, -1e300]
        rows += [{measure: value, f"{measure}__missing": None} for value in values]
    schema = {name: kind for m in model_measures(model) for name, kind in ((m, pl.Float64), (f"{m}__missing", pl.String))}
    return pl.DataFrame(rows, schema=schema)
