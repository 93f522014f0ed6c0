"""What a run publishes: all that the records say, the same bytes each time."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from nights import Night, bytes_of
from polars.testing import assert_frame_equal

import firmrating as fr
from firmrating.nightly.published import PublishedRun


@pytest.fixture(scope="module")
def whole(delivery: Path) -> fr.Records:
    return fr.Records.read(delivery)


@pytest.fixture
def published(night: Night) -> PublishedRun:
    return night.run(rulebook="china")


def all_of(run: PublishedRun, table: str) -> pl.DataFrame:
    return run.scan(table).collect()


def test_partitions_say_what_one_rating_of_all_records_says(published: PublishedRun, whole: fr.Records) -> None:
    ratings = fr.RatingModel.preset().rate(whole, "2025-06-30")
    found = fr.Rulebook.preset().evaluate(whole, "2025-06-30")
    follows = fr.Rulebook.preset().apply(whole, ratings, as_of="2025-06-30")
    expected = {
        "ratings": ratings.frame,
        "contributions": ratings.contributions,
        "rules": ratings.rules.filter(pl.col("since").is_not_null()),
        "evaluations": found.frame,
        "evaluation_parts": found.parts,
        "rule_applications": follows.frame,
        "record_clocks": follows.records,
    }
    for table, frame in expected.items():
        assert_frame_equal(all_of(published, table).sort("firm_id", maintain_order=True), frame)
    assert_frame_equal(all_of(published, "counts"), whole.counts)


def test_what_is_not_written_of_rules_and_coverage_stands_in_the_ratings(published: PublishedRun, whole: fr.Records) -> None:
    ratings = fr.RatingModel.preset().rate(whole, "2025-06-30")
    rows = all_of(published, "ratings").sort("firm_id")
    days = rows.unpivot(pl.selectors.starts_with("answered_"), index="firm_id", variable_name="department", value_name="answered_on")
    told = days.with_columns(pl.col("department").str.strip_prefix("answered_")).sort("firm_id", maintain_order=True)
    assert_frame_equal(told, ratings.coverage.drop("age_days"))
    unanswered = rows.select("firm_id", rule=pl.col("rules_no_data").str.split(" ")).drop_nulls().explode("rule")
    assert unanswered.height > 0
    assert_frame_equal(unanswered, ratings.rules.filter(finding="no_data").select("firm_id", "rule"))


def test_rejects_name_rows_by_their_place_in_the_delivery(published: PublishedRun, whole: fr.Records) -> None:
    order = ["table", "row", "field", "rule"]
    found = all_of(published, "rejects").drop("firm_id").sort(order)
    assert found.filter(pl.col("rule").is_in(["repeated", "conflict"])).height > 0
    assert_frame_equal(found, whole.rejects.sort(order))


def test_every_partition_holds_its_firms_in_order(published: PublishedRun) -> None:
    firms = [published.partition("ratings", at)["firm_id"] for at in range(3)]
    assert all(one.is_sorted() and one.len() > 0 for one in firms)
    assert pl.concat(firms).is_unique().all()


def test_the_same_inputs_give_the_same_bytes(night: Night) -> None:
    first, second = night.run(out="one"), night.run(out="two")
    assert bytes_of(first) == bytes_of(second)
    assert first.content_hash == second.content_hash
    assert first.folder.name == second.folder.name


def test_a_run_that_is_published_is_not_done_again(night: Night) -> None:
    first = night.run()
    before = (first.folder / "manifest.json").stat().st_mtime_ns
    assert (night.run().folder / "manifest.json").stat().st_mtime_ns == before


def test_the_manifest_tells_every_file_with_its_hash(published: PublishedRun) -> None:
    manifest = published.manifest
    assert {file["file"]: file["sha256"] for file in manifest["outputs"]} == bytes_of(published)
    assert all(one["rows_in"] == one["used"] + one["rejected"] for one in manifest["counts"])
    rows = {one["table"]: one["rows"] for one in manifest["inputs"]}
    assert rows == {one["table"]: one["rows_in"] for one in manifest["counts"]}
    assert manifest["firms"]["all"] == sum(count for name, count in manifest["firms"].items() if name != "all")
    assert manifest["performance"]["peak_memory_bytes"] > 0


def test_the_manifest_tells_every_standing_also_of_no_firm(published: PublishedRun) -> None:
    assert list(published.manifest["firms"]) == ["all", "in_default", "not_enough_information", "rated", "withdrawn"]
    standings = all_of(published, "ratings")["standing"].to_list()
    for name in ("in_default", "not_enough_information", "rated", "withdrawn"):
        assert published.manifest["firms"][name] == standings.count(name), name


def test_the_manifest_tells_the_run_document_and_its_triggers(night: Night) -> None:
    from hashlib import sha256

    watch = [{"id": "fell-two", "kind": "downgrade", "notches": 2}]
    first = night.run("first", compare_with="latest", watch=watch)
    assert first.manifest["watch"] == [{"id": "fell-two", "kind": "downgrade", "notches": 2, "firms": None}]
    assert first.manifest["run_document"] == {"sha256": sha256((night.folder / "first.toml").read_bytes()).hexdigest()}
    second = night.run("second", as_of="2025-07-31", compare_with="latest", watch=watch, threads=1)
    two = second.scan("watch").collect().height
    assert second.manifest["watch"][0]["firms"] == two


def test_timings_are_no_part_of_the_content_hash(published: PublishedRun) -> None:
    from hashlib import sha256

    from firmrating.nightly.plan import canonical_json

    told = {name: value for name, value in published.manifest.items() if name not in {"performance", "content_hash", "run_document"}}
    assert sha256(canonical_json(told).encode()).hexdigest() == published.content_hash


def test_nothing_but_runs_is_left_in_the_folder(night: Night) -> None:
    night.run()
    assert sorted(path.name for path in night.out.iterdir()) == [".lock", "latest", "runs"]


def test_latest_leads_to_the_last_run(night: Night) -> None:
    night.run(as_of="2025-05-31")
    last = night.run(as_of="2025-06-30")
    assert (night.out / "latest").resolve() == last.folder.resolve()
    assert len(night.published()) == 2


def test_any_number_of_partitions_says_the_same(night: Night) -> None:
    runs = [night.run(partitions=partitions, out=f"out-{partitions}") for partitions in (1, 2, 7)]
    for table in ("ratings", "contributions", "rules", "fingerprints"):
        frames = [all_of(run, table).sort("firm_id", maintain_order=True) for run in runs]
        assert_frame_equal(frames[0], frames[1])
        assert_frame_equal(frames[0], frames[2])
    rejects = [all_of(run, "rejects").sort("table", "row", "field", "rule") for run in runs]
    assert_frame_equal(rejects[0], rejects[2])


def test_more_partitions_than_firms_are_no_trouble(night: Night) -> None:
    run = night.run(partitions=512, rulebook="china")
    assert all_of(run, "ratings").height == run.manifest["firms"]["all"]


def test_a_table_may_lie_in_several_files(night: Night) -> None:
    whole = night.run(out="whole")
    path = night.records / "invoices.parquet"
    rows = pl.read_parquet(path)
    (night.records / "invoices").mkdir()
    rows.head(1000).write_parquet(night.records / "invoices" / "1.parquet")
    rows.slice(1000).write_parquet(night.records / "invoices" / "2.parquet")
    path.unlink()
    split = night.run(out="split")
    assert_frame_equal(all_of(whole, "ratings"), all_of(split, "ratings"))
    assert_frame_equal(all_of(whole, "rejects"), all_of(split, "rejects"))
    files = [one for one in split.manifest["inputs"] if one["table"] == "invoices"]
    assert [(one["file"], one["first_row"]) for one in files] == [
        ("records/invoices/1.parquet", 1),
        ("records/invoices/2.parquet", 1001),
    ]


def test_csv_says_the_same_as_parquet(night: Night) -> None:
    parquet = night.run(out="parquet")
    for path in night.records.glob("*.parquet"):
        pl.read_parquet(path).write_csv(path.with_suffix(".csv"))
        path.unlink()
    csv = night.run(out="csv")
    for table in ("ratings", "contributions", "rejects"):
        assert_frame_equal(all_of(parquet, table), all_of(csv, table))


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz"])
def test_csv_in_another_encoding_is_read(night: Night, suffix: str) -> None:
    import gzip

    plain = night.run(out="plain")
    path = night.records / "registrations.parquet"
    content = pl.read_parquet(path).write_csv().encode("gb18030")
    path.with_suffix(suffix).write_bytes(gzip.compress(content) if suffix.endswith("gz") else content)
    path.unlink()
    sources = {one.name.split(".")[0]: f"records/{one.name}" for one in sorted(night.records.iterdir())}
    file = sources.pop("registrations")
    encoded = night.run(records=None, sources={**sources, "registrations": {"files": file, "encoding": "gb18030"}})
    for table in ("ratings", "contributions", "rejects"):
        assert_frame_equal(all_of(plain, table), all_of(encoded, table))


def test_headers_in_chinese_and_typed_columns_are_read(night: Night) -> None:
    plain = night.run(out="plain")
    night.rewrite("registrations", lambda rows: rows.rename({"firm_id": "统一社会信用代码", "name": "企业名称"}))
    night.rewrite("answers", lambda rows: rows.cast({"firm_id": pl.Categorical}))
    renamed = night.run(out="renamed")
    assert_frame_equal(all_of(plain, "ratings"), all_of(renamed, "ratings"))


def test_columns_that_the_schema_does_not_have_are_refused_or_ignored(night: Night) -> None:
    from firmrating.nightly.errors import SourceError

    plain = night.run(out="plain")
    night.rewrite("patents", lambda rows: rows.with_columns(colour=pl.lit("red")))
    with pytest.raises(SourceError, match="unknown columns `colour`"):
        night.run()
    assert_frame_equal(all_of(plain, "ratings"), all_of(night.run(extra_columns="ignore"), "ratings"))


def test_contributions_and_fingerprints_may_be_left_out(night: Night) -> None:
    run = night.run(outputs={"contributions": False, "fingerprints": False})
    assert run.names == ["ratings", "rules", "rejects", "counts"]


def test_a_firm_with_very_many_rows_and_firms_with_none_are_rated(night: Night) -> None:
    def many(rows: pl.DataFrame) -> pl.DataFrame:
        first = rows.head(1)
        numbers = pl.Series("number", [f"{at:08d}" for at in range(200_000)])
        return pl.concat([rows, first.drop("number").join(numbers.to_frame(), how="cross").select(rows.columns)])

    night.rewrite("invoices", many)
    run = night.run()
    assert run.manifest["firms"]["all"] == 150


def test_a_moved_folder_gives_the_same_run(night: Night, tmp_path_factory: pytest.TempPathFactory) -> None:
    first = night.run()
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "moved"
    shutil.copytree(night.folder, elsewhere, ignore=shutil.ignore_patterns("out"))
    second = Night(elsewhere).run()
    assert json.dumps(first.manifest["inputs"]) == json.dumps(second.manifest["inputs"])
    assert first.content_hash == second.content_hash
