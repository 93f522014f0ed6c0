"""Documents of every form: the same document, and a fault told by its place in what was written."""

import json
import tomllib
from pathlib import Path

import pytest

import firmrating as fr

OWN = Path(__file__).resolve().parents[2] / "examples" / "data" / "own-rulebook.toml"
IN_BLOCK = "evaluations[0].blocks[0]"
FAULTS = [
    # An unknown key, a wrong type, a missing key, a word that there is not.
    ("most = 7", "most = 7\nmist = 1", f"{IN_BLOCK}.mist", "unknown field `mist`, expected one of `id`, `name`, `most`, "),
    ("most = 7", 'most = "seven"', f"{IN_BLOCK}.most", 'invalid type: string "seven", expected '),
    ("most = 7\n", "", IN_BLOCK, "missing field `most`"),
    ('take = "sum"', 'take = "summ"', f"{IN_BLOCK}.take", "unknown variant `summ`, expected `sum` or `best`"),
    # What is found out only after the value was read.
    ("most = 7", "most = 7.123", f"{IN_BLOCK}.most", "expected points with at most two decimals, got `7.123`"),
    ("valid_from = 2024-01-01", 'valid_from = "2024-13-01"', "evaluations[0].valid_from", "no such day in the calendar: "),
    # In lists, in keys that TOML would quote, and behind characters of more than one byte.
    ("bands = [{ below = 0.0, points = 0 }", "bands = [{ below = 0.0 }", f"{IN_BLOCK}.items[0].points.bands[0]", "missing field `points`"),
    ('{ word = "never",', '{ "old word" = 1, word = "never",', 'declared[0].words[2]."old word"', "unknown field `old word`, "),
    ('zh = "成长与研发"', 'zh = "成长与研发", "说明" = 1', f'{IN_BLOCK}.name."说明"', "unknown field `说明`, "),
    ("most = 7", "most = inf", f"{IN_BLOCK}.most", "a document holds finite numbers, not `inf`"),
]


@pytest.mark.parametrize(("old", "new", "place", "reason"), FAULTS)
def test_a_fault_of_the_schema_names_its_place_in_toml_and_in_dictionaries(tmp_path, old, new, place, reason):
    text = OWN.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "bad.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    for made in (lambda: fr.Rulebook.load(path), lambda: fr.Rulebook.from_dict(tomllib.loads(path.read_text("utf-8")))):
        with pytest.raises(fr.ModelError) as caught:
            made()
        assert str(caught.value).startswith(f"not a rulebook: {place}: {reason}")
        assert " at line " not in str(caught.value)
        assert caught.value.field == place
        assert caught.value.errors == [caught.value]


def test_a_fault_of_the_whole_document_has_no_place():
    spec = fr.Rulebook.load(OWN).spec
    del spec["version"]
    with pytest.raises(fr.ModelError) as caught:
        fr.Rulebook.from_dict(spec)
    assert str(caught.value) == "not a rulebook: missing field `version`"
    assert caught.value.field is None


def test_a_fault_in_json_is_told_by_its_line(tmp_path):
    spec = fr.Rulebook.load(OWN).spec
    spec["evaluations"][0]["blocks"][0]["most"] = "seven"
    (tmp_path / "bad.json").write_text(json.dumps(spec, indent=2), encoding="utf-8")
    line = next(at for at, text in enumerate(json.dumps(spec, indent=2).split("\n"), start=1) if '"seven"' in text)
    with pytest.raises(fr.ModelError, match=f" at line {line} column "):
        fr.Rulebook.load(tmp_path / "bad.json")


def test_models_and_panels_name_the_place_too(arrears):
    spec = fr.RatingModel.preset().spec
    spec["minimum"]["characteristics"] = "many"
    with pytest.raises(fr.ModelError, match="^not a model document: minimum.characteristics: invalid type: "):
        fr.RatingModel.from_dict(spec)
    with pytest.raises(fr.ModelError, match="^not a panel: splits.half: unknown field `half`, "):
        fr.panel(fr.Records(tax_arrears=arrears), observed_on="2025-01-01", known_by="2026-06-30", splits={"half": 2})


def test_a_document_holds_nothing_but_text_numbers_truth_lists_and_dictionaries():
    spec = fr.Rulebook.load(OWN).spec
    spec["evaluations"][0]["full"] = {1, 2}
    with pytest.raises(fr.ModelError) as caught:
        fr.Rulebook.from_dict(spec)
    assert str(caught.value) == "not a rulebook: evaluations[0].full: expected text, a number, true, false or nothing, got `set`"


@pytest.mark.parametrize("preset", ["china", "shanghai", "shanxi-example", "innovation-points-example", "regional-templates"])
def test_every_shipped_rulebook_survives_the_way_through_dictionaries(preset):
    book = fr.Rulebook.preset(preset)
    assert fr.Rulebook.from_dict(book.spec) == book
