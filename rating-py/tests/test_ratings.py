"""Ratings of the embedded sample."""

import datetime as dt
import gzip
import signal
from pathlib import Path

import polars as pl
import pytest

import firmrating as fr
from firmrating import _firmrating as _native
from firmrating._write import write_whole

AS_OF = dt.date(2025, 6, 30)


@pytest.fixture(scope="module")
def ratings(sample) -> fr.Ratings:
    return fr.RatingModel.preset("tech-firm").rate(sample, as_of=AS_OF)


def test_every_firm_has_one_rating(sample, ratings):
    assert len(ratings) == len(sample) == ratings.frame.height
    assert ratings.frame["firm_id"].equals(sample.firms)
    assert ratings.summary["firms"].sum() == len(sample)
    assert ratings.frame["as_of"].unique().to_list() == [AS_OF]


@pytest.mark.parametrize("day", ["2025-06-30", "2025/6/30", "20250630", "2025年6月30日", dt.datetime(2025, 6, 30, 9)])
def test_the_day_reads_the_same_however_it_was_written(sample, day):
    ratings = fr.RatingModel.preset("tech-firm").rate(sample, as_of=day)
    assert ratings.as_of == "2025-06-30"
    assert "as of 2025-06-30" in repr(ratings)


def test_the_contributions_add_up_to_the_score(ratings):
    """Base points and the printed points of the credit pillars are the printed score, firm by firm."""
    base = ratings.model.spec["base_points"]
    credit = ratings.contributions.filter(pl.col("pillar") != "technology")
    summed = credit.group_by("firm_id").agg((pl.col("points").sum() + base).alias("summed"))
    joined = ratings.frame.join(summed, on="firm_id", validate="1:1")
    assert joined.height == len(ratings)
    assert joined.filter(pl.col("score") != pl.col("summed")).is_empty()


def test_technology_points_weigh_up_to_the_technology_score(ratings):
    technology = ratings.contributions.filter(pl.col("pillar") == "technology")
    weighed = technology.group_by("firm_id").agg((pl.col("points") * pl.col("weight")).sum().alias("hundredths"))
    joined = ratings.frame.join(weighed, on="firm_id", validate="1:1")
    assert joined.filter((pl.col("technology_score") * 100 - pl.col("hundredths")).abs() > 1e-6).is_empty()
    assert joined.height == len(ratings)


def test_points_are_those_of_the_card(ratings):
    card = ratings.model.card.select("measure", "attribute", card_points="points")
    joined = ratings.contributions.join(card, on=["measure", "attribute"], how="left", validate="m:1")
    assert joined.filter(pl.col("card_points").is_null() | (pl.col("points") != pl.col("card_points"))).is_empty()


def test_a_pd_is_a_function_of_the_score_and_falls_with_it(ratings):
    by_score = ratings.frame.group_by("score").agg(pl.col("pd").n_unique().alias("pds"), pl.col("pd").first())
    assert by_score["pds"].max() == 1
    assert by_score.sort("score")["pd"].is_sorted(descending=True)


def test_a_cap_is_never_exceeded(ratings):
    scale = ratings.model.spec["government"]["scale"]
    rated = ratings.frame.filter(standing="rated").with_columns(
        place=pl.col("grade").replace_strict(scale, list(range(len(scale))), return_dtype=pl.Int64),
        before=pl.col("matrix_grade").replace_strict(scale, list(range(len(scale))), return_dtype=pl.Int64),
        bound=pl.col("cap").replace_strict(scale, list(range(len(scale))), default=None, return_dtype=pl.Int64),
    )
    assert rated.filter(pl.col("place") < pl.col("before")).is_empty()
    assert rated.filter(pl.col("place") < pl.col("bound")).is_empty()
    assert rated.filter(pl.col("place") != pl.max_horizontal("before", "bound")).is_empty()
    assert rated["cap"].is_not_null().any()


def test_one_firm_is_told_as_in_the_tables(ratings):
    firm_id, grade, score, pd = ratings.frame.select("firm_id", "grade", "score", "pd").row(7)
    rating = ratings[firm_id]
    assert (rating.firm_id, rating.grade, rating.score, rating.pd) == (firm_id, grade, score, pd)
    assert repr(rating) == f"Rating({firm_id}, {grade}, as of 2025-06-30)"


@pytest.mark.parametrize(("lang", "words"), [("en", "Government credit rating"), ("zh", "评级")])
def test_a_page_explains_one_firm(ratings, lang, words):
    page = ratings.explain(ratings.frame["firm_id"][0], lang=lang)
    assert words in page
    assert ratings.frame["firm_id"][0] in page
    assert ratings.model.hash[:12] in page


def test_what_is_not_there_is_refused(ratings):
    with pytest.raises(fr.InputError, match="no firm `F-999999` among the records"):
        ratings.explain("F-999999")
    with pytest.raises(fr.InputError, match="`lang` must be `en` or `zh`, got `fr`"):
        ratings.explain(ratings.frame["firm_id"][0], lang="fr")


def test_coverage_has_every_department_of_every_firm(ratings):
    departments = ratings.coverage["department"].n_unique()
    assert ratings.coverage.height == departments * len(ratings)
    answered = ratings.coverage.filter(pl.col("answered_on").is_not_null())
    assert answered.filter(pl.col("age_days") != (pl.lit(AS_OF) - pl.col("answered_on")).dt.total_days()).is_empty()


def test_what_became_known_later_changes_nothing(sample):
    """Rating the sample a year earlier, with and without the rows that became known since, gives the same."""
    model = fr.RatingModel.preset("tech-firm")
    early = dt.date(2024, 6, 30)
    kept = {}
    for name, content in _native.sample_files():
        if name.startswith("truth/"):
            continue
        frame = pl.read_csv(gzip.decompress(content), infer_schema=False)
        if "known_on" in frame.columns:
            known = pl.col("known_on").str.to_date(strict=False)
            frame = frame.filter(known.is_null() | (known <= early))
        kept[name.removesuffix(".csv.gz")] = frame
    before = model.rate(fr.Records.read(kept), as_of=early).frame
    both = model.rate(sample, as_of=early).frame.join(before.select("firm_id"), on="firm_id", how="semi")
    assert before.height > 0.9 * len(sample)
    assert both.equals(before)


def test_the_order_of_rows_changes_nothing(sample, ratings, tmp_path):
    folder = fr.datasets.write_sample(tmp_path)
    shuffled = {}
    for path in sorted(folder.glob("*.csv.gz")):
        frame = pl.read_csv(path, infer_schema=False)
        shuffled[path.name.removesuffix(".csv.gz")] = frame.sample(fraction=1.0, shuffle=True, seed=7)
    again = ratings.model.rate(fr.Records.read(shuffled), as_of=AS_OF)
    assert again.frame.equals(ratings.frame)
    assert again.contributions.equals(ratings.contributions)


def test_files_are_written_whole_and_the_same_each_time(ratings, tmp_path):
    first = ratings.write(tmp_path / "one")
    second = ratings.write(tmp_path / "two")
    assert [path.name for path in first] == ["ratings.parquet", "contributions.parquet", "rules.parquet", "coverage.parquet"]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert pl.read_parquet(first[0]).equals(ratings.frame)
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == sorted(path.name for path in first)


def test_progress_hears_of_every_firm(sample):
    heard = []
    fr.RatingModel.preset().rate(sample, as_of=AS_OF, progress=lambda done, of: heard.append((done, of)))
    assert heard[-1] == (len(sample), len(sample))


def test_an_interrupt_ends_a_rating(sample):
    def interrupt(done: int, of: int) -> None:
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        fr.RatingModel.preset().rate(sample, as_of=AS_OF, progress=interrupt)


def test_a_file_that_cannot_be_written_leaves_nothing_behind(ratings, tmp_path):
    def fails(part: Path) -> None:
        part.write_text("half")
        raise OSError("no room")

    (tmp_path / "kept").write_text("before")
    with pytest.raises(OSError, match="no room"):
        write_whole(tmp_path / "kept", fails)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["before"]


def test_no_firm_gives_tables_with_the_same_columns(ratings):
    empty = fr.Records(registrations=pl.DataFrame(schema=dict.fromkeys(["firm_id", "name", "established_on", "status"], pl.String)))
    rated = ratings.model.rate(empty, as_of=AS_OF)
    assert (len(rated), rated.frame.schema) == (0, ratings.frame.schema)
    assert rated.contributions.schema == ratings.contributions.schema
    assert rated.summary["firms"].sum() == 0


def test_a_score_tells_the_defaults_of_the_sample(ratings):
    """The truth of the generator was never an input. Expert points need not be good, but they must not be blind."""
    outcomes = fr.datasets.sample_outcomes().filter("at_risk")
    joined = ratings.frame.join(outcomes, on="firm_id")
    auc = fr.validation.auc(joined["score"], joined["defaulted"])
    lower, _ = auc.interval(99)
    assert lower > 0.6
