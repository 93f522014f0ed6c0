"""What `Records` tells: counts, firms, measures, and the catalogues."""

import datetime as dt

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import firmrating as fr


def test_nothing_is_lost(sample):
    counts = sample.counts
    assert counts.schema == {"table": pl.String, "rows_in": pl.UInt64, "used": pl.UInt64, "rejected": pl.UInt64}
    assert counts.filter(pl.col("rows_in") != pl.col("used") + pl.col("rejected")).is_empty()
    rejected = sample.rejects.group_by("table").agg(pl.struct("row").n_unique().cast(pl.UInt64).alias("rejected"))
    expected = counts.filter(pl.col("rejected") > 0).select("table", "rejected")
    assert_frame_equal(rejected, expected, check_row_order=False)


def test_records_print_how_their_rows_were_used(arrears):
    records = fr.Records(tax_arrears=arrears.with_columns(amount=pl.Series(["1", "x"])))
    assert repr(records) == (
        "Records of 2 firms\n"
        "  tax_arrears  2 rows in = 1 used + 1 rejected\n"
        "  all tables   2 rows in = 1 used + 1 rejected"
    )


def test_measures_are_one_row_a_firm_and_one_column_a_measure(sample):
    measured = sample.measure("2025-06-30")
    assert measured.columns == ["firm_id", *fr.measures()["id"]]
    assert set(measured.dtypes[1:]) == {pl.Float64}
    assert measured["firm_id"].to_list() == sample.firms.to_list()
    assert sample.firms.is_sorted()
    assert len(sample) == measured.height == 2000


def test_a_measure_has_a_value_or_a_reason(sample):
    measured = sample.measure(dt.date(2025, 6, 30), reasons=True)
    assert_frame_equal(measured.select("firm_id", *fr.measures()["id"]), sample.measure("2025-06-30"))
    for measure in fr.measures()["id"]:
        value, reason = measured[measure], measured[f"{measure}__missing"].cast(pl.String)
        assert (value.is_null() == reason.is_not_null()).all(), measure
        assert set(reason.drop_nulls()) <= {"not_reported", "not_applicable", "too_short"}


def test_days_may_be_written_in_many_ways(arrears):
    records = fr.Records(tax_arrears=arrears)
    for day in (dt.date(2025, 6, 30), dt.datetime(2025, 6, 30, 12), "2025/6/30", "20250630", "2025年6月30日"):
        assert_frame_equal(records.measure(day), records.measure("2025-06-30"))


def test_the_catalogue_of_measures_is_complete():
    catalogue = fr.measures()
    assert catalogue["id"].is_unique().all()
    assert catalogue.height >= 70
    assert set(catalogue["family"]) == {"trade", "tax", "registry", "technology", "credit", "finance"}
    assert set(catalogue["direction"]) == {"safer", "riskier", "unordered"}
    assert (catalogue["low"] < catalogue["high"]).all()
    assert catalogue.filter((pl.col("unit") == "category") != (pl.col("words").list.len() > 0)).is_empty()


def test_the_schema_tells_what_can_be_read():
    tables = fr.tables()
    arrears = tables.filter(pl.col("table") == "tax_arrears")
    assert arrears["column"].to_list() == ["firm_id", "kind", "since", "amount", "cleared_on", "known_on"]
    assert arrears["required"].to_list() == [True, True, True, True, False, False]
    assert arrears["zh"].unique().to_list() == ["欠税信息"]
    assert arrears.filter(pl.col("kind") == "amount")["unit"].to_list() == ["yuan"]
    assert "vat" in arrears.filter(pl.col("kind") == "code")["words"].item().to_list()
    assert tables["doc"].str.len_chars().min() > 0


def test_the_sample_written_out_is_the_sample(sample, tmp_path):
    assert fr.datasets.write_sample(tmp_path / "new" / "folder") == tmp_path / "new" / "folder"
    read = fr.Records.read(tmp_path / "new" / "folder")
    assert_frame_equal(read.counts, sample.counts)
    assert_frame_equal(read.rejects, sample.rejects)


def test_outcomes_are_known_for_every_firm_of_the_sample(sample):
    outcomes = fr.datasets.sample_outcomes()
    assert outcomes["defaulted"].dtype == pl.Boolean
    assert outcomes.height == 2000
    assert outcomes["firm_id"].is_in(sample.firms.implode()).all()


def test_importing_does_not_import_polars():
    """An import of the package costs next to nothing; polars is loaded when a frame is first wanted."""
    import subprocess
    import sys

    code = "import sys, firmrating; sys.exit('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_records_cannot_be_made_by_position(arrears):
    with pytest.raises(TypeError):
        fr.Records(arrears)  # type: ignore[misc]


@pytest.mark.parametrize("spelling", ["73873719-9", "738737199", " 73873719-9 "])
def test_a_firm_is_found_by_any_spelling_that_its_records_may_use(arrears, spelling):
    records = fr.Records(tax_arrears=arrears.with_columns(firm_id=pl.Series(["F-1", "73873719-9"])))
    assert records.dossier(spelling).firm_id == "738737199"
    ratings = fr.RatingModel.preset().rate(records, as_of="2025-06-30")
    assert ratings[spelling].firm_id == "738737199"
