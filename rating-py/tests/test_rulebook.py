"""Rulebooks: published evaluations of the sample and of single firms."""

import datetime as dt
import json

import polars as pl
import pytest

import firmrating as fr

AS_OF = "2025-06-30"


@pytest.fixture(scope="module")
def book() -> fr.Rulebook:
    return fr.Rulebook.preset()


@pytest.fixture(scope="module")
def found(book, sample) -> fr.Evaluations:
    return book.evaluate(sample, AS_OF)


def test_every_firm_has_every_evaluation(book, sample, found):
    evaluations = [evaluation["id"] for evaluation in book.spec["evaluations"]]
    assert found.frame.height == len(sample) * len(evaluations)
    assert found.frame["evaluation"].to_list() == evaluations * len(sample)
    assert found.frame["rulebook_hash"].unique().to_list() == [book.hash]


def test_a_verdict_follows_from_its_parts(book, found):
    """A referee: the verdict again from the printed parts, by the rules that the document states."""
    marks = {evaluation["id"]: evaluation for evaluation in book.spec["evaluations"]}
    order = {"no": 0, "open": 1, "yes": 2}
    parts = found.parts.partition_by("firm_id", "evaluation", as_dict=True)
    for row in found.frame.head(600).iter_rows(named=True):
        part = parts[row["firm_id"], row["evaluation"]]
        spec = marks[row["evaluation"]]
        if row["verdict"] == "not_in_force":
            assert not spec["valid_from"] <= AS_OF <= spec.get("valid_to", AS_OF)
            continue
        blocks = {r["id"]: (r["points_low"], r["points_high"]) for r in part.filter(part="block").iter_rows(named=True)}

        def reaches(ids, least, blocks=blocks):
            low, high = (round(sum(blocks[block][end] for block in ids), 2) for end in (0, 1))
            return 2 if low >= least else 1 if high >= least else 0

        by_points = 2
        if "pass" in spec:
            groups = [reaches(group["blocks"], group["points"]) for group in spec["pass"].get("least", [])]
            by_points = min([reaches(blocks, spec["pass"]["total"]), *groups])
        admissions = [order[truth] for truth in part.filter(part="admission")["holds"]]
        conditions = [order[truth] for truth in part.filter(part="condition")["holds"]]
        classes = [order[truth] for truth in part.filter(part="class")["holds"]]
        verdict = max(classes) if classes else min([max([by_points, *admissions]), *conditions])
        assert row["verdict"] == ("failed", "open", "passed")[verdict], row
        assert (row["missing"] is not None) == (row["verdict"] == "open")


def test_what_is_declared_closes_what_was_open(book, sample, found):
    values = {row["id"]: row["words"][0] if row["words"] else 0.0 for row in book.declared.iter_rows(named=True)}
    declared = sample.firms.to_frame().with_columns(pl.lit(value).alias(column) for column, value in values.items())
    closed = book.evaluate(sample, AS_OF, declared=declared.with_columns(equity_financing_3y=pl.lit(0)))
    before, after = (e.frame.filter(pl.col("verdict") == "open").height for e in (found, closed))
    assert after < before
    missing = set(closed.frame["missing"].drop_nulls().str.split(" ").explode())
    assert missing.isdisjoint(book.declared["id"])
    joined = found.frame.join(closed.frame, on=["firm_id", "evaluation"], suffix="_after")
    decided = joined.filter(pl.col("verdict") != "open")
    assert decided.filter(pl.col("verdict") != pl.col("verdict_after")).is_empty()


def test_declared_frames_of_other_libraries_are_taken(book, sample):
    declared = pl.DataFrame({"firm_id": sample.firms.head(3), "research_body": [True, False, None]})
    ways = [book.evaluate(sample, AS_OF, declared=frame) for frame in (declared, declared.to_arrow())]
    assert ways[0].frame.equals(ways[1].frame)
    holds = ways[0].parts.filter(part="admission", id="research_body", evaluation="technology_sme")["holds"]
    assert holds.head(4).to_list() == ["yes", "no", "open", "open"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"research_body": [1]}, "what is declared needs the column `firm_id`"),
        ({"firm_id": ["F-9"], "research_body": [1]}, "no firm `F-9` among the records"),
        ({"firm_id": ["FIRST"], "height": [1]}, "declared `height`: expected one of `prohibited_business`, "),
        ({"firm_id": ["FIRST"], "research_body": ["x"]}, "declared `research_body`: expected a number, true or false, or nothing, got `x` in row `0` (counted from 0)"),
        ({"firm_id": ["FIRST"], "research_body": [float("nan")]}, "declared `research_body`: expected a finite number, got `NaN`"),
        ({"firm_id": ["FIRST", "FIRST"], "research_body": [1, 1]}, "declared twice for firm `FIRST`, the second time in row `1` (counted from 0)"),
        ({"firm_id": [7], "research_body": [1]}, "`firm_id` must be text, got `7` in row `0` (counted from 0)"),
    ],
)
def test_what_cannot_be_declared_is_refused(book, sample, columns, message):
    first = sample.firms[0]
    frame = pl.DataFrame(columns)
    if frame.schema.get("firm_id") == pl.String:
        frame = frame.with_columns(pl.col("firm_id").replace("FIRST", first))
    with pytest.raises(fr.InputError) as caught:
        book.evaluate(sample, AS_OF, declared=frame)
    assert str(caught.value).startswith(message.replace("FIRST", first))


WORDS = [{"word": word, "name": {"en": word, "zh": word}} for word in ("start_up", "growth")]
POINTS = {"words": {"start_up": 2.4, "growth": [1, 3]}}


@pytest.fixture(scope="module")
def staged(book) -> fr.Rulebook:
    """One evaluation: points by a declared word, a policy, and classes by points."""
    name = {"en": "name", "zh": "名称"}
    item = {"id": "stage", "name": name, "input": "stage", "points": POINTS}
    classes = [
        {"id": "more", "name": name, "value": 0.4, "test": {"points": {"at_least": 2.5}}},
        {"id": "less", "name": name, "value": 0.3},
    ]
    evaluation = {
        "id": "staged",
        "name": name,
        "basis": book.spec["evaluations"][0]["basis"],
        "valid_from": "2020-01-01",
        "blocks": [{"id": "all", "name": name, "most": 3, "take": "sum", "items": [item]}],
        "in_band": "mid",
        "classes": classes,
    }
    declared = [{"id": "stage", "name": name, "words": WORDS}]
    return fr.Rulebook.from_dict(book.spec | {"declared": declared, "evaluations": [evaluation]})


def test_words_are_declared_and_give_points_and_classes(staged, sample):
    assert staged.declared["words"].to_list() == [["start_up", "growth"]]
    declared = pl.DataFrame({"firm_id": sample.firms.head(3), "stage": ["start_up", "growth", None]})
    found = staged.evaluate(sample, AS_OF, declared=declared)
    columns = ["verdict", "by_policy", "class", "class_value", "possible_classes", "points_low", "points_high", "points", "missing"]
    assert found.frame.head(3).select(columns).rows() == [
        ("passed", "passed", "less", 0.3, "less", 2.4, 2.4, 2.4, None),
        ("open", "passed", None, None, "more less", 1.0, 3.0, 2.0, "experts"),
        ("open", "passed", None, None, "more less", 1.0, 3.0, None, "stage"),
    ]
    words = found.parts.filter(part="item").head(3)["word"].to_list()
    assert words == ["start_up", "growth", None]


@pytest.mark.parametrize(
    ("stage", "message"),
    [
        (["old"], "declared `stage`: expected one of `start_up`, `growth`, got `old`"),
        ([1], "declared `stage`: expected a word or nothing, got `1` in row `0` (counted from 0)"),
    ],
)
def test_other_words_are_refused(staged, sample, stage, message):
    declared = pl.DataFrame({"firm_id": sample.firms.head(1), "stage": stage})
    with pytest.raises(fr.InputError) as caught:
        staged.evaluate(sample, AS_OF, declared=declared)
    assert str(caught.value) == message


def test_a_rulebook_round_trips_and_a_bad_one_is_told(book, tmp_path):
    assert fr.Rulebook.load(book.save(tmp_path / "book.json")) == book
    spec = book.spec
    spec["evaluations"][0]["blocks"][0]["items"][0]["input"] = "height"
    with pytest.raises(fr.ModelError) as caught:
        fr.Rulebook.from_dict(spec)
    assert [str(error) for error in caught.value.errors] == [
        "evaluations[0].blocks[0].items[0].input: expected the id of a measure or of something declared, got `height`"
    ]
    with pytest.raises(fr.InputError, match="expected a rulebook, one of `china`, .*, got `mars`"):
        fr.Rulebook.preset("mars")


def test_no_firm_gives_tables_with_the_same_columns(book, found):
    empty = pl.DataFrame(schema=dict.fromkeys(["firm_id", "name", "established_on", "status"], pl.String))
    nobody = book.evaluate(fr.Records(registrations=empty), AS_OF)
    assert nobody.frame.schema == found.frame.schema
    assert nobody.parts.schema == found.parts.schema


@pytest.fixture(scope="module")
def firm(sample) -> fr.Dossier:
    return sample.dossier(sample.firms[0])


def test_one_firm_is_told_in_english_and_chinese(book, firm):
    english, chinese = book.explain(firm, AS_OF), book.explain(firm, AS_OF, lang="zh")
    for title in ("PUBLISHED EVALUATIONS", "INCENTIVES", "DISCIPLINE", "RECORDS"):
        assert title in english
    for title in ("公开评价规则", "守信激励", "失信惩戒", "记录状态"):
        assert title in chinese
    # A long name is wrapped: blanks do not count.
    letters = ["".join(text.split()) for text in (english, chinese)]
    for name in (evaluation["name"] for evaluation in book.spec["evaluations"]):
        assert "".join(name["en"].split()) in letters[0] and "".join(name["zh"].split()) in letters[1]
    # A dossier is taken in each of its forms.
    assert english == book.explain(firm.to_json(), AS_OF) == book.explain(json.loads(firm.to_json()), dt.date(2025, 6, 30))


def test_a_declared_word_closes_what_was_open_in_the_words_too(staged, firm):
    open_, growth = staged.explain(firm, AS_OF), staged.explain(firm, AS_OF, declared={"stage": "growth"})
    start_up = staged.explain(firm, AS_OF, declared={"stage": "start_up"})
    assert "Not known: name" in open_
    assert "experts" in growth and "Not known: name" not in growth
    # 2.4 points of 3, less than 2.5: the class is certain and nothing is open.
    assert "2.4" in start_up and "Not known" not in start_up


def test_a_rating_closes_what_asks_for_one(sample):
    book = fr.Rulebook.preset("shanxi-example")
    ratings = fr.RatingModel.preset("tech-firm").rate(sample, as_of=AS_OF)
    firm_id = ratings.frame.filter(pl.col("grade") == "AAA")["firm_id"][0]
    firm = sample.dossier(firm_id)
    without, with_rating = book.explain(firm, AS_OF), book.explain(firm, AS_OF, rating=ratings[firm_id])
    assert "Not known: the rating" in without and "the rating" in with_rating
    assert "Not known: the rating" not in with_rating
    assert with_rating == book.explain(firm, AS_OF, rating="AAA") != book.explain(firm, AS_OF, rating="CCC")


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"declared": {"stage": "old"}}, "declared `stage`: expected one of `start_up`, `growth`, got `old`"),
        ({"declared": {"height": 1}}, "declared `height`: expected one of `stage`, got `1`"),
        ({"declared": {"stage": None}}, "declared `stage`: expected a number, true or false, or a word, got `NoneType`"),
        ({"declared": {"stage": ["growth"]}}, "declared `stage`: expected a number, true or false, or a word, got `list`"),
        ({"declared": {"stage": 1.0}}, "declared `stage`: expected one of `start_up`, `growth`, got `1`"),
        ({"lang": "fr"}, "`lang` must be `en` or `zh`, got `fr`"),
    ],
)
def test_what_cannot_be_told_of_one_firm_is_refused(staged, firm, told, message):
    with pytest.raises(fr.InputError) as caught:
        staged.explain(firm, AS_OF, **told)
    assert str(caught.value).startswith(message)


def test_a_number_declared_of_one_firm_must_be_finite(book, firm):
    with pytest.raises(fr.InputError, match="declared `research_body`: expected a finite number, got `NaN`"):
        book.explain(firm, AS_OF, declared={"research_body": float("nan")})
