"""Frames of every library with the Arrow interface say the same, and every column type that a record can hold is read."""

import datetime as dt
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from polars.testing import assert_frame_equal

import firmrating as fr

DAY = "2025-06-30"


def stored(records: fr.Records) -> pl.DataFrame:
    """What the records hold, as far as measures tell."""
    return records.measure(DAY, reasons=True)


@pytest.mark.parametrize("library", ["pandas", "pyarrow table", "pyarrow batch", "pyarrow stream", "DuckDB", "polars query"])
def test_frames_of_every_library_give_the_same_records(arrears, library):
    table = arrears.to_arrow()
    frame = {
        "pandas": lambda: arrears.to_pandas(),
        "pyarrow table": lambda: table,
        "pyarrow batch": lambda: table.combine_chunks().to_batches()[0],
        "pyarrow stream": lambda: pa.RecordBatchReader.from_batches(table.schema, table.to_batches()),
        "DuckDB": lambda: duckdb.from_arrow(table),
        "polars query": lambda: arrears.lazy(),
    }[library]()
    records = fr.Records(tax_arrears=frame)
    assert records.rejects.is_empty()
    assert_frame_equal(stored(records), stored(fr.Records(tax_arrears=arrears)))


def test_answers_pass_on_to_other_libraries_unchanged(sample):
    measured = sample.measure(DAY)
    assert_frame_equal(pl.from_pandas(measured.to_pandas()), measured)
    assert_frame_equal(pl.DataFrame(pa.table(measured)), measured)
    assert_frame_equal(duckdb.sql("select * from measured").pl(), measured)


@pytest.mark.parametrize(
    "amount",
    [
        pl.Series([7, 7], dtype=pl.Int8),
        pl.Series([7, 7], dtype=pl.Int16),
        pl.Series([7, 7], dtype=pl.Int32),
        pl.Series([7, 7], dtype=pl.Int64),
        pl.Series([7, 7], dtype=pl.UInt8),
        pl.Series([7, 7], dtype=pl.UInt16),
        pl.Series([7, 7], dtype=pl.UInt32),
        pl.Series([7, 7], dtype=pl.UInt64),
        pl.Series([7, 7], dtype=pl.Float32),
        pl.Series([7, 7], dtype=pl.Float64),
        pl.Series([Decimal("7.00")] * 2, dtype=pl.Decimal(18, 2)),
        pl.Series(["7.00"] * 2),
        pl.Series(["7"] * 2, dtype=pl.Categorical),
        pl.Series(["7"] * 2, dtype=pl.Enum(["7", "8"])),
        pa.array(["7", "7"], pa.large_string()),
        pa.array(["7", "7"], pa.string()),
        pa.array([7, 7], pa.decimal128(9, 0)),
        pa.array([7, 7], pa.decimal64(9, 0)),
        pa.array([7, 7], pa.decimal32(9, 0)),
        pa.array([7, 7], pa.float16()),
        pa.array([7, 7], pa.int64()).dictionary_encode(),
    ],
    ids=lambda column: str(getattr(column, "dtype", None) or column.type),
)
def test_amounts_of_every_type_are_the_same(arrears, amount):
    table = arrears.drop("amount").to_arrow().append_column("amount", pa.array(amount))
    records = fr.Records(tax_arrears=table)
    assert records.rejects.is_empty()
    expected = fr.Records(tax_arrears=arrears.with_columns(amount=7.0))
    assert_frame_equal(stored(records), stored(expected))


@pytest.mark.parametrize(
    "since",
    [
        pl.Series(["2025-01-15", "2025-02-17"]),
        pl.Series([dt.datetime(2025, 1, 15, 23, 59), dt.datetime(2025, 2, 17)], dtype=pl.Datetime("ms")),
        pl.Series([dt.datetime(2025, 1, 15, 23, 59), dt.datetime(2025, 2, 17)], dtype=pl.Datetime("us")),
        pl.Series([dt.datetime(2025, 1, 15, 23, 59), dt.datetime(2025, 2, 17)], dtype=pl.Datetime("ns")),
        pa.array([20_103 * 86_400, 20_136 * 86_400], pa.timestamp("s")),
        pa.array([dt.date(2025, 1, 15), dt.date(2025, 2, 17)], pa.date64()),
        pa.array([20_250_115, 20_250_217], pa.int32()),
    ],
    ids=lambda column: str(getattr(column, "dtype", None) or column.type),
)
def test_days_of_every_type_are_the_same(arrears, since):
    table = arrears.drop("since").to_arrow().append_column("since", pa.array(since))
    records = fr.Records(tax_arrears=table)
    assert records.rejects.is_empty()
    assert_frame_equal(stored(records), stored(fr.Records(tax_arrears=arrears)))


def test_a_moment_before_1970_falls_on_its_own_day():
    established = pl.Series([dt.datetime(1969, 12, 31, 23, 0)])
    frame = pl.DataFrame({"firm_id": ["F-1"], "name": ["甲"], "established_on": established, "status": ["active"]})
    as_date = frame.with_columns(pl.col("established_on").dt.date())
    assert_frame_equal(stored(fr.Records(registrations=frame)), stored(fr.Records(registrations=as_date)))


def test_single_precision_means_the_shortest_decimal(arrears):
    """123456.78 as single precision is 123456.78125, which would be no whole fen."""
    amount = pl.Series([0.1, 123456.78], dtype=pl.Float32)
    records = fr.Records(tax_arrears=arrears.with_columns(amount=amount))
    assert records.rejects.is_empty()


def test_missing_values_of_pandas_are_missing(arrears):
    frame = arrears.to_pandas()
    frame.loc[1, "amount"] = np.nan
    rejects = fr.Records(tax_arrears=frame).rejects
    assert rejects.select("row", "message").rows() == [(2, "expected a value, got nothing")]


def test_columns_without_any_value_are_missing(arrears):
    frame = arrears.with_columns(cleared_on=pl.lit(None), known_on=pl.lit(None, dtype=pl.Categorical))
    records = fr.Records(tax_arrears=frame)
    assert_frame_equal(stored(records), stored(fr.Records(tax_arrears=arrears)))


def test_a_thousand_chunks_count_their_rows_on(arrears):
    wrong = arrears.with_columns(amount=pl.lit("x"))
    chunks = pl.concat([arrears.with_columns(amount=pl.lit("1"))] * 999 + [wrong], rechunk=False)
    assert chunks.n_chunks() == 1000
    rejects = fr.Records(tax_arrears=chunks).rejects.filter(pl.col("rule") == "amount")
    assert rejects["row"].to_list() == [1999, 2000]


def test_chinese_tables_and_headers_are_read(arrears):
    chinese = arrears.rename({"firm_id": "统一社会信用代码", "kind": "税种", "since": "欠税日期", "amount": "欠税余额"})
    chinese = chinese.with_columns(pl.lit("增值税").alias("税种"))
    records = fr.Records(欠税信息=chinese)
    assert records.counts.rows() == [("tax_arrears", 2, 2, 0)]
    assert_frame_equal(stored(records), stored(fr.Records(tax_arrears=arrears)))


def test_a_table_without_rows_is_a_table(arrears):
    records = fr.Records(tax_arrears=arrears.clear())
    assert records.counts.rows() == [("tax_arrears", 0, 0, 0)]
    assert len(records) == 0
    assert records.firms.to_list() == []
    assert records.measure(DAY).height == 0


def test_the_order_of_rows_changes_nothing(sample, tmp_path):
    """Rows stand for themselves: shuffled, they give equal frames. Only row numbers of rejects differ."""
    folder = fr.datasets.write_sample(tmp_path)
    shuffled = {
        path.name.removesuffix(".csv.gz"): pl.read_csv(path, infer_schema=False).sample(fraction=1, shuffle=True, seed=7)
        for path in sorted(folder.glob("*.csv.gz"))
    }
    records = fr.Records.read(shuffled)
    assert_frame_equal(records.counts, sample.counts)
    assert_frame_equal(stored(records), stored(sample))


def test_pandas_extension_types_are_read(arrears):
    frame = arrears.to_pandas().convert_dtypes()
    frame["kind"] = frame["kind"].astype("category")
    assert isinstance(frame["kind"].dtype, pd.CategoricalDtype)
    assert fr.Records(tax_arrears=frame).rejects.is_empty()


def test_an_interrupt_while_a_frame_is_handed_over_stays_an_interrupt():
    class Slow:
        def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fr.Records(registrations=Slow())
