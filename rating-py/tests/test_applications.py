"""What follows: incentives and discipline of the sample and of single firms, and how their records stand."""

import datetime as dt

import polars as pl
import pytest

import firmrating as fr

AS_OF = "2025-07-01"


@pytest.fixture(scope="module")
def found(sample) -> fr.Applications:
    return fr.Rulebook.preset().apply(sample, as_of=AS_OF)


def firms(**tables) -> fr.Records:
    return fr.Records(**{name: pl.DataFrame(rows) for name, rows in tables.items()})


def test_every_row_says_why_and_where_it_comes_from(found):
    frame = found.frame
    assert frame.height and frame["document"].null_count() == 0
    applies, still_open = frame.filter(state="applies"), frame.filter(state="open")
    # Tests of certificates and levels name their record; what is open names what is missing.
    assert applies["because"].null_count() == 0
    assert still_open["missing"].null_count() == 0
    assert frame.filter(state="suspended")["objection_on"].null_count() == 0
    assert frame.filter(kind="discipline")["list"].null_count() == 0
    assert found.summary.select("applies", "suspended", "refused", "open").sum_horizontal().sum() == frame.height
    assert repr(found).startswith(f"Applications as of {AS_OF} by ")


def test_what_counts_disciplines_and_what_was_dropped_does_not(found):
    """A referee: judgment debtors with an entry that counts are the ones that are disciplined."""
    debtors = found.records.filter((pl.col("kind") == "judgment_debtor") & (pl.col("table") == "listings"))
    counting = set(debtors.filter(standing="counts")["firm_id"])
    credit = found.frame.filter(application="debtor_credit")
    assert set(credit.filter(state="applies")["firm_id"]) == counting


def test_a_record_of_a_person_is_dropped_after_five_years_and_said_so():
    person = {"firm_id": ["F-1", "F-1"], "person": ["P1", "P2"], "role": ["director"] * 2, "kind": ["credit"] * 2}
    rows = person | {
        "started_on": ["2017-01-01"] * 2,
        "ended_on": ["2020-06-30", "2020-07-01"],
        "reference": ["1", "2"],
    }
    clocks = fr.Rulebook.preset().apply(firms(responsible_persons=rows), as_of=AS_OF).records
    assert clocks.select("person", "standing", "clocks").rows() == [
        ("P1", "expired", "responsible_person"),
        ("P2", "counts", "responsible_person"),
    ]
    assert clocks["last_to"].cast(pl.String).to_list() == ["2025-06-30", "2025-07-01"]


def test_a_rating_is_taken_as_ratings_frame_or_mapping(sample):
    book = fr.Rulebook.preset("shanxi-example")
    ratings = fr.RatingModel.preset("tech-firm").rate(sample, as_of=AS_OF)
    by_ratings = book.apply(sample, ratings, as_of=AS_OF).frame
    grades = ratings.frame.select("firm_id", "grade")
    assert by_ratings.equals(book.apply(sample, grades, as_of=AS_OF).frame)
    assert by_ratings.equals(book.apply(sample, dict(grades.iter_rows()), as_of=AS_OF).frame)
    good = set(grades.filter(pl.col("grade").is_in(["AAA", "AA", "A"]))["firm_id"])
    assert set(by_ratings.filter(application="example_green_channel", state="applies")["firm_id"]) == good
    # Nothing of the example is published, so its discipline is refused and never applied.
    discipline = by_ratings.filter(kind="discipline")
    assert set(discipline["state"]) <= {"refused"} and set(discipline["refused"]) <= {"not_published"}
    without = book.apply(sample, as_of=AS_OF).frame
    assert set(without.filter(kind="incentive")["state"]) == {"open"}
    assert set(without["missing"].drop_nulls()) == {"rating"}


@pytest.mark.parametrize(
    ("ratings", "message"),
    [
        ({"F-9": "A"}, "no firm `F-9` among the records"),
        ({"F-1": 3}, "`grade` of ratings must be text, got Int64"),
        ({"firm": ["F-1"], "grade": ["A"]}, "ratings need the column `firm_id`"),
        ({"firm_id": ["F-1", "F-1"], "grade": ["A", "B"]}, "two ratings of firm `F-1`"),
    ],
)
def test_ratings_that_cannot_be_used_are_refused(ratings, message):
    given = pl.DataFrame(ratings) if "grade" in ratings else ratings
    records = firms(tax_credit_levels={"firm_id": ["F-1"], "year": [2024], "level": ["A"]})
    with pytest.raises(fr.InputError) as caught:
        fr.Rulebook.preset("shanxi-example").apply(records, given, as_of=AS_OF)
    assert str(caught.value) == message


def test_ratings_of_another_day_are_refused(sample):
    book, model = fr.Rulebook.preset("shanxi-example"), fr.RatingModel.preset("tech-firm")
    before = model.rate(sample, as_of="2025-06-30")
    with pytest.raises(fr.InputError) as caught:
        book.apply(sample, before, as_of=AS_OF)
    assert str(caught.value) == "expected ratings of the day `2025-07-01`, got ratings of `2025-06-30`"
    assert (caught.value.table, caught.value.field, caught.value.value) == ("ratings", "as_of", "2025-06-30")
    # However the day is written.
    for day in ("2025年6月30日", "20250630", "2025/6/30", dt.date(2025, 6, 30), " 2025-06-30T08:00:00"):
        assert book.apply(sample, before, as_of=day).as_of == "2025-06-30"
    nobody = firms(tax_credit_levels={"firm_id": [], "year": [], "level": []})
    assert book.apply(nobody, model.rate(nobody, as_of="2025/6/30"), as_of="20250630").frame.is_empty()


def test_a_day_that_is_none_is_refused_before_the_ratings_are(sample):
    ratings = fr.RatingModel.preset("tech-firm").rate(sample, as_of="2025-06-30")
    with pytest.raises(fr.InputError, match="expected a date such as .*, got `soon`"):
        fr.Rulebook.preset("shanxi-example").apply(sample, ratings, as_of="soon")


def test_records_without_firms_give_the_same_columns(found):
    columns = {"firm_id": pl.String, "year": pl.Int64, "level": pl.String}
    nothing = fr.Records(tax_credit_levels=pl.DataFrame(schema=columns))
    empty = fr.Rulebook.preset().apply(nothing, as_of=AS_OF)
    assert empty.frame.schema == found.frame.schema and empty.records.schema == found.records.schema
