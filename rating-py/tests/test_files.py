"""Files of every form, and what is said of those that cannot be read."""

import gzip

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import firmrating as fr

HEADER = "firm_id,kind,since,amount\n"
ROWS = "F-1,vat,2025-01-15,1500.5\nF-2,vat,2025-02-17,20\n"
CHINESE = "统一社会信用代码,税种,欠税日期,欠税余额\nF-1,增值税,2025年1月15日,1500.5\nF-2,增值税,2025/2/17,20\n"
JSON = (
    '{"firm_id": "F-1", "kind": "vat", "since": "2025-01-15", "amount": 1500.5}\n'
    '{"amount": 20, "firm_id": "F-2", "kind": "vat", "since": "2025-02-17", "cleared_on": null}\n'
)


def refused(folder, name, content):
    """The message of the error that a file of this content raises."""
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(fr.FirmRatingError) as caught:
        fr.Records.read(folder)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tax_arrears.csv", (HEADER + ROWS).encode()),
        ("tax_arrears.csv", b"\xef\xbb\xbf" + (HEADER + ROWS).encode()),
        ("tax_arrears.csv", (HEADER + ROWS).replace("\n", "\r\n").encode()),
        ("tax_arrears.csv.gz", gzip.compress((HEADER + ROWS).encode())),
        ("TAX_ARREARS.CSV", (HEADER + ROWS).encode()),
        ("欠税信息.csv", CHINESE.encode()),
        ("欠税信息.csv", CHINESE.encode("utf-8-sig")),
        ("欠税信息.csv", CHINESE.encode("gb18030")),
        ("欠税信息.csv.gz", gzip.compress(CHINESE.encode("gbk"))),
        ("tax_arrears.ndjson", JSON.encode()),
        ("tax_arrears.jsonl", b"\xef\xbb\xbf" + JSON.encode()),
        ("tax_arrears.ndjson.gz", gzip.compress(JSON.encode())),
    ],
)
def test_files_of_every_form_give_the_same_records(arrears, tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    records = fr.Records.read(tmp_path)
    assert records.rejects.is_empty()
    assert_frame_equal(records.measure("2025-06-30"), fr.Records(tax_arrears=arrears).measure("2025-06-30"))


def test_parquet_is_read(arrears, tmp_path):
    arrears.write_parquet(tmp_path / "tax_arrears.parquet")
    assert fr.Records.read(str(tmp_path)).counts.rows() == [("tax_arrears", 2, 2, 0)]


def test_a_mapping_may_mix_files_and_frames(tmp_path):
    path = tmp_path / "delivered-in-june.csv"
    path.write_text(HEADER + ROWS)
    penalties = pl.DataFrame({"firm_id": ["F-3"], "decided_on": ["2025-01-01"], "amount": ["100"]})
    records = fr.Records.read({"欠税信息": path, "tax_penalties": penalties})
    assert records.counts["table"].to_list() == ["tax_arrears", "tax_penalties"]


def test_another_encoding_can_be_named(tmp_path):
    (tmp_path / "欠税信息.csv").write_bytes(CHINESE.encode("utf-16"))
    assert len(fr.Records.read(tmp_path, encoding="utf-16")) == 2


def test_sub_folders_hidden_files_and_notes_are_passed_over(tmp_path):
    (tmp_path / "tax_arrears.csv").write_text(HEADER + ROWS)
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth" / "outcomes.csv").write_text("x")
    (tmp_path / ".tax_penalties.csv").write_text("x")
    (tmp_path / "README.md").write_text("x")
    assert len(fr.Records.read(tmp_path)) == 2


def test_no_digit_of_a_json_number_is_lost(tmp_path):
    line = '{"firm_id": "F-1", "kind": "vat", "since": "2025-01-15", "amount": 12345678901234567890.12}'
    (tmp_path / "tax_arrears.jsonl").write_text(line)
    assert fr.Records.read(tmp_path).rejects["message"].to_list() == [
        "expected an amount of at most 1,000,000,000,000 yuan either way, got `12345678901234567890.12`"
    ]


def test_empty_files_say_so(tmp_path):
    assert refused(tmp_path, "tax_arrears.csv", "") == (
        "table `tax_arrears`: file `tax_arrears.csv` is empty, expected a header line"
    )
    (tmp_path / "tax_arrears.csv").unlink()
    assert refused(tmp_path, "tax_arrears.ndjson", "\n \n") == (
        "table `tax_arrears`: file `tax_arrears.ndjson` is empty, expected a JSON object a line"
    )
    (tmp_path / "tax_arrears.ndjson").unlink()
    assert refused(tmp_path, "tax_arrears.parquet", "").startswith(
        "table `tax_arrears`: file `tax_arrears.parquet` is not well-formed Parquet: "
    )


def test_a_file_with_nothing_but_a_header_is_a_table_without_rows(tmp_path):
    (tmp_path / "tax_arrears.csv").write_text(HEADER)
    assert fr.Records.read(tmp_path).counts.rows() == [("tax_arrears", 0, 0, 0)]


def test_blank_and_short_lines_are_rejected_rows(tmp_path):
    (tmp_path / "tax_arrears.csv").write_text(HEADER + "F-1,vat,2025-01-15,1\n\nF-2,vat,2025-02-17\n")
    records = fr.Records.read(tmp_path)
    assert records.counts.rows() == [("tax_arrears", 3, 1, 2)]
    assert records.rejects.select("row", "field").rows() == [
        (2, "firm_id"),
        (2, "kind"),
        (2, "since"),
        (2, "amount"),
        (3, "amount"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "tax_arrears.csv",
            HEADER + "F-1,vat,2025-01-15,1\nF-1,vat,2025-01-15,1,9\n",
            "table `tax_arrears`: file `tax_arrears.csv`, row 2 has 5 fields, the header 4",
        ),
        (
            "tax_arrears.csv",
            "x" * 200_000 + "\n",
            "table `tax_arrears`: file `tax_arrears.csv` is not well-formed CSV: field larger than field limit (131072)",
        ),
        (
            "tax_arrears.csv",
            "firm_id,kind,since,amount,since\n",
            "table `tax_arrears`: file `tax_arrears.csv` has the header `since` twice",
        ),
        (
            "tax_arrears.csv",
            b"\xff\xff\n\x81",
            "table `tax_arrears`: file `tax_arrears.csv` is neither UTF-8 nor GB18030 (at byte 0)",
        ),
        (
            "tax_arrears.csv.gz",
            "no gzip",
            "table `tax_arrears`: file `tax_arrears.csv.gz` is not well-formed gzip: Not a gzipped file (b'no')",
        ),
        (
            "tax_arrears.jsonl",
            JSON + '{"firm_id"\n',
            "table `tax_arrears`: file `tax_arrears.jsonl`, line 3 is no JSON: Expecting ':' delimiter: line 1 column 11 (char 10)",
        ),
        (
            "tax_arrears.jsonl",
            "[1]",
            "table `tax_arrears`: file `tax_arrears.jsonl`, line 1: expected a JSON object, got `[1]`",
        ),
        (
            "tax_arrears.xlsx",
            "x",
            "table `tax_arrears`: cannot read `tax_arrears.xlsx`; expected one of `.parquet`, `.csv`, `.csv.gz`, `.ndjson`, "
            "`.jsonl`, `.ndjson.gz`, `.jsonl.gz`",
        ),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(tmp_path, name, content, message):
    assert refused(tmp_path, name, content) == message


def test_files_that_name_no_table_are_listed(tmp_path):
    (tmp_path / "tax_arrears.csv").write_text(HEADER)
    (tmp_path / "cats.csv").write_text("x")
    message = refused(tmp_path, "dogs.parquet", "x")
    assert message.startswith("files `cats.csv`, `dogs.parquet` name no table; the tables are `registrations`, ")


def test_a_table_in_two_files_is_refused(tmp_path):
    (tmp_path / "欠税信息.csv").write_text(HEADER)
    assert refused(tmp_path, "tax_arrears.csv", HEADER) == "table `tax_arrears` is in two files: `tax_arrears.csv`, `欠税信息.csv`"


def test_a_folder_must_be_one_and_hold_a_table(tmp_path):
    for source, what in [(tmp_path / "none", "does not exist"), (tmp_path / "file", "is a file")]:
        (tmp_path / "file").touch()
        with pytest.raises(fr.InputError) as caught:
            fr.Records.read(source)
        assert str(caught.value) == f"expected a folder of tables, but `{source}` {what}"
    (tmp_path / "file").unlink()
    with pytest.raises(fr.RecordError) as caught:
        fr.Records.read(tmp_path)
    assert str(caught.value) == (
        f"folder `{tmp_path}` holds no table; expected files such as `registrations.csv`, one a table"
    )


def test_a_file_that_is_not_there_is_an_input_error(tmp_path):
    path = tmp_path / "x.csv"
    with pytest.raises(fr.InputError) as caught:
        fr.Records.read({"tax_arrears": path})
    assert str(caught.value) == f"table `tax_arrears`: cannot open `{path}`: no such file or directory"


def test_an_encoding_that_does_not_exist_is_refused(tmp_path):
    (tmp_path / "tax_arrears.csv").write_text(HEADER)
    with pytest.raises(fr.InputError) as caught:
        fr.Records.read(tmp_path, encoding="klingon")
    assert str(caught.value) == "`encoding` must name an encoding such as `utf-8` or `gb18030`, got `klingon`"
    assert (caught.value.field, caught.value.value) == ("encoding", "klingon")


def test_a_line_that_no_reader_can_read_is_one_error_of_the_tree(tmp_path):
    (tmp_path / "tax_arrears.csv").write_text(HEADER + f'F-1,"{"x" * 200_000}",2025-01-15,1,9\n')
    with pytest.raises(fr.RecordError, match="file `tax_arrears.csv` is not well-formed CSV"):
        fr.Records.read(tmp_path)
