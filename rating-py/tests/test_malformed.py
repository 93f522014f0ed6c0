"""Malformed rows and deliveries: each is refused or rejected with these very words."""

import datetime as dt

import polars as pl
import pytest

import firmrating as fr

UNKNOWN = pl.DataFrame({"firm_id": ["F-1"]})
TABLES = ", ".join(f"`{name}`" for name in fr.tables()["table"].unique(maintain_order=True))


def faults(records: fr.Records) -> list[tuple[int, str, str, str]]:
    return records.rejects.select("row", "field", "rule", "message").rows()


def refused(**tables) -> fr.FirmRatingError:
    with pytest.raises(fr.FirmRatingError) as caught:
        fr.Records(**tables)
    return caught.value


@pytest.mark.parametrize(
    ("amount", "message"),
    [
        (float("nan"), "expected an amount in yuan such as `1234.50`, got `NaN`"),
        (float("inf"), "expected an amount in yuan such as `1234.50`, got `inf`"),
        (float("-inf"), "expected an amount in yuan such as `1234.50`, got `-inf`"),
        (1e300, "expected an amount of at most 1,000,000,000,000 yuan either way, got `1e300`"),
        (2.0**63, "expected an amount of at most 1,000,000,000,000 yuan either way, got `9.223372036854776e18`"),
        (0.001, "expected an amount in whole fen (two decimals), got `0.001`"),
        ("1,000万", "expected an amount in yuan such as `1234.50`, got `1,000万`"),
        (True, "expected an amount in yuan such as `1234.50`, got `true`"),
        (dt.date(2025, 1, 1), "expected an amount in yuan such as `1234.50`, got `2025-01-01`"),
    ],
)
def test_amounts_that_are_none(arrears, amount, message):
    records = fr.Records(tax_arrears=arrears.with_columns(amount=pl.lit(amount)).head(1))
    assert faults(records) == [(1, "amount", "amount", message)]


def test_a_whole_number_beyond_64_bits_is_refused_not_wrapped(arrears):
    amount = pl.Series([2**64 - 1, 0], dtype=pl.UInt64)
    records = fr.Records(tax_arrears=arrears.with_columns(amount=amount))
    message = "expected an amount of at most 1,000,000,000,000 yuan either way, got `18446744073709551615`"
    assert faults(records) == [(1, "amount", "amount", message)]


@pytest.mark.parametrize(
    ("since", "message"),
    [
        ("1899-12-31", "expected a date from 1900-01-01 to 2199-12-31, got `1899-12-31`"),
        (dt.date(1899, 12, 31), "expected a date from 1900-01-01 to 2199-12-31, got `day -25568 since 1970-01-01`"),
        (dt.datetime(1, 1, 1), "expected a date from 1900-01-01 to 2199-12-31, got `day -719162 since 1970-01-01`"),
        ("2025-02-30", "no such day in the calendar: `2025-02-30`"),
        ("昨天", "expected a date such as `2026-06-30`, `2026/6/30`, `20260630` or `2026年6月30日`, got `昨天`"),
        (45_000.0, "expected a date such as `2026-06-30`, `2026/6/30`, `20260630` or `2026年6月30日`, got `45000`"),
    ],
)
def test_days_that_are_none(arrears, since, message):
    records = fr.Records(tax_arrears=arrears.with_columns(since=pl.lit(since)).head(1))
    assert faults(records) == [(1, "since", "date", message)]


def registration(**changed: str) -> pl.DataFrame:
    firm = {"firm_id": "F-1", "name": "甲科技", "established_on": "2016-03-01", "status": "active"}
    return pl.DataFrame([firm | changed])


def test_a_name_of_ten_thousand_characters_is_rejected_and_shown_in_part():
    records = fr.Records(registrations=registration(name="科" * 10_000))
    assert faults(records) == [
        (1, "name", "text", "expected text of at most 200 characters, got 10000 characters"),
    ]
    assert records.rejects["value"].item() == "科" * 60 + "…"


def test_a_firm_that_stands_twice_is_kept_once():
    twice = pl.concat([registration(), registration()])
    records = fr.Records(registrations=twice)
    assert len(records) == 1
    assert faults(records) == [(2, "firm_id", "repeated", "the same as row 1, which is kept")]


def test_two_registrations_that_contradict_each_other_leave_one():
    records = fr.Records(registrations=pl.concat([registration(), registration(name="乙科技")]))
    assert [(field, rule) for _, field, rule, _ in faults(records)] == [("firm_id", "conflict")]
    assert records.counts.rows() == [("registrations", 2, 1, 1)]


def test_every_fault_of_a_row_is_told_with_the_whole_row():
    records = fr.Records(registrations=registration(firm_id="91350100M000100Y40", established_on="soon", status="?"))
    assert [field for _, field, _, _ in faults(records)] == ["firm_id", "established_on", "status"]
    content = records.rejects["content"].unique().to_list()
    assert content == ['{"established_on":"soon","firm_id":"91350100M000100Y40","name":"甲科技","status":"?"}']


def test_unknown_columns_are_refused_by_name(arrears):
    error = refused(tax_arrears=arrears.with_columns(x=1, y=pl.lit([1])))
    assert isinstance(error, fr.RecordError)
    assert str(error) == (
        "table `tax_arrears` has unknown columns `x`, `y`; its columns are `firm_id`, `kind`, `since`, `amount`, "
        "`cleared_on`, `known_on`"
    )
    assert (error.table, error.field) == ("tax_arrears", "x")


def test_unknown_columns_are_ignored_on_request_and_listed(arrears):
    records = fr.Records(tax_arrears=arrears.with_columns(x=1, y=pl.lit([1])), extra_columns="ignore")
    assert records.ignored.rows() == [("tax_arrears", "x"), ("tax_arrears", "y")]
    assert records.counts.rows() == [("tax_arrears", 2, 2, 0)]


def test_missing_columns_are_refused_by_name(arrears):
    error = refused(tax_arrears=arrears.drop("kind", "amount"))
    assert str(error) == "table `tax_arrears` lacks the required columns `kind`, `amount`"


def test_an_unknown_table_is_refused_with_the_list(arrears):
    error = refused(cats=arrears)
    assert str(error) == f"unknown table `cats`; the tables are {TABLES}"
    assert error.table == "cats"


def test_a_table_under_both_its_names_is_refused(arrears):
    assert str(refused(tax_arrears=arrears, 欠税信息=arrears)) == "table `tax_arrears` was delivered twice"


def test_two_headers_for_one_column_are_refused(arrears):
    error = refused(tax_arrears=arrears.with_columns(欠税余额=1))
    assert str(error) == "table `tax_arrears` has two columns for `amount`: `amount`, `欠税余额`"


def test_all_errors_of_a_delivery_are_told_at_once(arrears):
    error = refused(cats=arrears, tax_arrears=arrears.drop("kind"))
    parts = [f"unknown table `cats`; the tables are {TABLES}", "table `tax_arrears` lacks the required columns `kind`"]
    assert str(error) == " | ".join(parts)
    assert [str(part) for part in error.errors] == parts
    assert [(part.table, part.field) for part in error.errors] == [("cats", None), ("tax_arrears", "kind")]
    assert all(isinstance(part, fr.RecordError) for part in error.errors)


@pytest.mark.parametrize(
    ("since", "kind"),
    [
        ([[dt.date(2025, 1, 1)]] * 2, "LargeList(Date32)"),
        ([dt.time(12)] * 2, "Time64(ns)"),
        ([dt.timedelta(1)] * 2, "Duration(µs)"),
        ([b"2025-01-01"] * 2, "BinaryView"),
        ([dt.datetime(2025, 1, 1, tzinfo=dt.UTC)] * 2, 'Timestamp(µs, "UTC")'),
    ],
)
def test_a_column_of_a_type_that_no_record_holds_is_an_input_error(arrears, since, kind):
    error = refused(tax_arrears=arrears.with_columns(since=pl.Series(since)))
    assert isinstance(error, fr.InputError)
    assert str(error) == (
        f"table `tax_arrears`: column `since` has the type `{kind}`; expected text, numbers, truth values or dates "
        "without a time zone"
    )
    assert (error.table, error.field) == ("tax_arrears", "since")


def test_what_is_no_frame_is_an_input_error():
    error = refused(tax_arrears=3)
    assert isinstance(error, fr.InputError)
    assert str(error) == "table `tax_arrears`: expected a frame (polars, pandas, pyarrow, DuckDB) or a path, got `int`"


def test_a_frame_that_its_own_library_cannot_hand_over_is_an_input_error(arrears):
    frame = arrears.to_pandas().astype({"firm_id": object})
    frame.loc[1, "firm_id"] = 3
    error = refused(tax_arrears=frame)
    assert isinstance(error, fr.InputError)
    assert str(error) == (
        "table `tax_arrears`: the frame cannot be handed over as Arrow: Expected bytes, got a 'int' object; "
        "Conversion failed for column firm_id with type object"
    )
    assert error.__cause__ is not None


def test_no_table_at_all_is_an_input_error():
    assert str(refused()) == "expected at least one table, got none"
    with pytest.raises(fr.InputError):
        fr.Records.read({})


def test_an_unknown_choice_is_an_input_error(arrears):
    error = refused(tax_arrears=arrears, extra_columns="drop")
    assert str(error) == "`extra_columns` must be `refuse` or `ignore`, got `drop`"
    assert (error.field, error.value) == ("extra_columns", "drop")


@pytest.mark.parametrize(
    ("as_of", "message"),
    [
        ("2025-13-01", "`as_of`: no such day in the calendar: `2025-13-01`"),
        (
            "today",
            "`as_of`: expected a date such as `2026-06-30`, `2026/6/30`, `20260630` or `2026年6月30日`, got `today`",
        ),
        (dt.date(1066, 10, 14), "`as_of`: expected a date from 1900-01-01 to 2199-12-31, got `1066-10-14`"),
    ],
)
def test_a_day_that_is_none_is_an_input_error(arrears, as_of, message):
    with pytest.raises(fr.InputError) as caught:
        fr.Records(tax_arrears=arrears).measure(as_of)
    assert str(caught.value) == message
    assert (caught.value.field, caught.value.value) == ("as_of", str(as_of))


def test_the_exceptions_are_one_tree_and_all_have_the_attributes():
    for kind in (fr.ModelError, fr.RecordError, fr.InputError):
        assert issubclass(kind, fr.FirmRatingError)
        error = kind("x")
        assert (error.table, error.field, error.row, error.value) == (None, None, None, None)
        assert (list(error.errors), list(error.rejects)) == ([], [])
    assert issubclass(fr.FirmRatingError, ValueError)
