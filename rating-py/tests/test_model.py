"""Models: documents in, models that rate out."""

import json

import polars as pl
import pyarrow as pa
import pytest

import firmrating as fr


@pytest.fixture(scope="module")
def model() -> fr.RatingModel:
    return fr.RatingModel.preset("tech-firm")


def test_a_model_round_trips_through_its_document(model, tmp_path):
    again = fr.RatingModel.load(model.save(tmp_path / "model.json"))
    assert again == model
    assert again.hash == model.hash
    assert fr.RatingModel.from_dict(model.spec) == model


def test_changing_the_copy_of_a_document_changes_no_model(model):
    spec = model.spec
    spec["base_points"] = 1
    assert model.spec["base_points"] != 1
    assert fr.RatingModel.from_dict(spec) != model


def test_everything_that_is_wrong_with_a_document_is_told(model):
    spec = model.spec
    spec["minimum"]["characteristics"] = 1000
    spec["rules"][0]["id"] = ""
    with pytest.raises(fr.ModelError) as caught:
        fr.RatingModel.from_dict(spec)
    assert [str(error) for error in caught.value.errors] == [
        "minimum.characteristics: expected at most 41, got `1000`",
        "rules[0].id: expected text, each once, got ``",
    ]
    assert [error.field for error in caught.value.errors] == ["minimum.characteristics", "rules[0].id"]
    assert caught.value.field is None
    assert isinstance(caught.value, ValueError)


def test_the_only_fault_of_a_document_names_its_part(model):
    spec = model.spec
    spec["technology"]["scale"][1]["at_least"] = 101
    with pytest.raises(fr.ModelError) as caught:
        fr.RatingModel.from_dict(spec)
    assert caught.value.field == "technology.scale[1].at_least"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a model document: EOF while parsing a value at line 1 column 0"),
        ("[]", "not a model document: expected an object, got a list"),
        ('{"x": 1}', None),
    ],
)
def test_what_is_no_document_is_refused(text, message):
    with pytest.raises(fr.ModelError) as caught:
        fr.RatingModel.from_json(text)
    assert message is None or str(caught.value) == message


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    missing = tmp_path / "none.json"
    with pytest.raises(fr.InputError) as caught:
        fr.RatingModel.load(missing)
    assert str(caught.value) == f"cannot read the model document `{missing}`: no such file or directory"
    assert caught.value.value == str(missing)


def test_an_unknown_preset_is_refused():
    with pytest.raises(fr.InputError) as caught:
        fr.RatingModel.preset("best")
    assert str(caught.value) == "expected a preset, one of `tech-firm`, got `best`"


def test_the_card_has_a_row_for_every_attribute_with_the_points_of_the_document(model):
    wanted = sum(
        len(characteristic["attributes"].get("bands", []))
        + (len(characteristic["attributes"]["categories"]["sets"]) + 1 if "categories" in characteristic["attributes"] else 0)
        + len(characteristic.get("special", []))
        + 3
        for pillar in [*model.spec["pillars"], model.spec["technology"]]
        for characteristic in pillar["card"]
    )
    assert model.card.height == wanted
    weights = model.card.group_by("measure").first()["weight_growth"].drop_nulls()
    assert weights.sum() == 100


def test_a_measured_frame_scores_as_its_firms_are_rated(model, sample):
    """One scoring path: by column from a frame of measures, by firm from records; the same bits."""
    ratings = model.rate(sample, as_of="2025-06-30")
    measured = model.measure(sample, as_of="2025-06-30", reasons=True)
    scored = model.score(measured)
    assert scored.columns == ["firm_id", "score", "pd", "credit_grade"]
    assert scored.equals(ratings.frame.select("firm_id", "score", "pd", "credit_grade"))
    assert model.score(measured.to_pandas()).equals(scored)
    # A stream can be read only once.
    assert model.score(pa.RecordBatchReader.from_stream(measured)).equals(scored)


def test_a_measure_that_no_firm_has_is_not_reported(model):
    frame = pl.DataFrame({measure: [None] for measure in measures_of(model)})
    assert model.score(frame).equals(model.score(frame.cast(pl.Float64)))


def test_a_measured_frame_without_a_measure_that_the_model_asks_for_is_refused(model):
    frame = pl.DataFrame({characteristic: [1.0] for characteristic in measures_of(model)[1:]})
    with pytest.raises(fr.InputError) as caught:
        model.score(frame)
    absent = measures_of(model)[0]
    assert str(caught.value) == f"the model asks for the columns `{absent}`, which the frame does not have"
    assert caught.value.field == absent


def test_a_frame_without_any_number_scores_as_a_firm_without_reports(model):
    frame = pl.DataFrame({measure: [None] for measure in measures_of(model)})
    unknown = model.rate_firm({"firm_id": "F-1"}, "2025-06-30")
    assert model.score(frame).row(0) == (unknown.score, unknown.pd, unknown.credit_grade)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_measured_frame_holds_finite_numbers_or_reasons(model, value):
    frame = pl.DataFrame({measure: [1.0, value] for measure in measures_of(model)})
    with pytest.raises(fr.InputError, match="expected a finite number, or nothing and a reason beside it, got"):
        model.score(frame)


def test_an_unknown_reason_is_refused(model):
    first = measures_of(model)[0]
    frame = pl.DataFrame({measure: [None] for measure in measures_of(model)}, schema_overrides={})
    frame = frame.cast(pl.Float64).with_columns(pl.lit("unknown").alias(f"{first}__missing"))
    with pytest.raises(fr.InputError) as caught:
        model.score(frame)
    assert "got `unknown` in row `0`" in str(caught.value)


def test_one_firm_is_rated_from_json_text_dictionary_or_dossier(model):
    document = {"firm_id": "F-000001", "answers": [{"table": "listings", "answered_on": "2025-06-01"}]}
    text = json.dumps(document)
    ratings = [model.rate_firm(given, "2025-06-30") for given in (document, text, fr.Dossier(text))]
    assert {rating.to_json() for rating in ratings} == {ratings[0].to_json()}
    rating = ratings[0]
    assert (rating.firm_id, rating.grade, rating.standing) == ("F-000001", "NI", "not_enough_information")
    assert rating.as_of.isoformat() == "2025-06-30"
    assert json.loads(rating.to_json())["model"]["hash"] == model.hash
    dossier = fr.Dossier(text)
    assert fr.Dossier(dossier.to_json()).to_json() == dossier.to_json()


def test_a_firm_that_cannot_be_read_says_why(model):
    with pytest.raises(fr.RecordError) as caught:
        model.rate_firm('{"firm_id": "F-000001", "patents": [{"number": "x"}]}', "2025-06-30")
    assert caught.value.errors


def test_a_day_that_is_none_is_refused(model):
    with pytest.raises(fr.InputError) as caught:
        model.rate_firm({"firm_id": "F-000001"}, "yesterday")
    assert caught.value.field == "as_of"


def measures_of(model: fr.RatingModel) -> list[str]:
    return [characteristic["measure"] for pillar in model.spec["pillars"] for characteristic in pillar["card"]]
