"""The example `cumcm2020c.py`: on made-up files of the same form, and on the real ones where they are."""

import datetime as dt
import gzip
import importlib.util
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import firmrating as fr

SCRIPT = Path(__file__).resolve().parents[2] / "examples" / "python" / "cumcm2020c.py"
FIRST_LABELS = ["A,否", "B,否", "C,是", "D,是"]
OTHER_LABELS = ["D,是", "D,是", "A,否", "B,否"]


@pytest.fixture(scope="module")
def example():
    spec = importlib.util.spec_from_file_location("cumcm2020c", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def made_up(tmp_path):
    """Six firms, four of them labelled, in files of the form of the real ones."""

    def write(labels):
        purchases = [
            f"E{firm},{100 + firm},2019/{month}/7,P{firm},50.00,6.50,56.50,有效发票"
            for firm in (1, 3)
            for month in (5, 8)
        ]
        sales = [
            f"E{firm},{month},2019/{month}/9,Q{month % firm},{firm}000.5,13.00,{firm}013.5,有效发票"
            for firm in range(1, 5)
            for month in range(firm, 13)
        ]
        special = [
            "E1,900,2020/1/5,Q0,-100.00,-13.00,-113.00,有效发票",  # red-letter
            "E1,901,2020/1/6,Q0,-20.00,-2.60,-22.60,作废发票",  # red-letter, then void
            "E1,902,2020/1/6,Q0,20.00,2.60,22.60, 作废发票",  # void, written with a blank
            "E1,903,2020/1/7,Q0,70.00,9.10,79.10,有效发票",
            "E1,903,2020/1/7,Q0,70.00,9.10,79.10,有效发票",  # a repeat
            "E1,903,2020/1/7,Q0,70.00,9.10,79.10,作废发票",  # valid and void at once
        ]
        unlabelled = [f"E{firm},1,2019/6/1,R1,1000.00,30.00,1030.00,有效发票" for firm in (5, 6)]
        header = "企业代号,发票号码,开票日期,{}单位代号,金额,税额,价税合计,发票状态"
        files = {
            "a1_input": ("销方", purchases),
            "a1_output": ("购方", sales + special),
            "a2_input": ("销方", unlabelled),
            "a2_output": ("购方", unlabelled),
        }
        for name, (side, rows) in files.items():
            text = "\n".join([header.format(side), *rows, ""])
            (tmp_path / f"{name}_invoices.csv.gz").write_bytes(gzip.compress(text.encode()))
        firms = [f"E{firm},***公司,{label}" for firm, label in enumerate(labels, start=1)]
        (tmp_path / "a1_firms.csv").write_text("\n".join(["企业代号,企业名称,信誉评级,是否违约", *firms, ""]), "utf-8")
        (tmp_path / "a2_firms.csv").write_text("企业代号,企业名称\nE5,***公司\nE6,***公司\n", "utf-8")
        return tmp_path

    return write


def test_without_the_data_it_says_so_and_is_content(example, tmp_path, capsys):
    folder = tmp_path / "absent"
    assert example.main([str(folder)]) == 0
    assert capsys.readouterr().out == f"Skipped: the data of CUMCM 2020 C are not in `{folder}`.\n"


def test_the_folder_may_be_named_in_the_environment(example, monkeypatch, tmp_path):
    monkeypatch.setenv("CUMCM2020C", str(tmp_path))
    assert example.data_folder([]) == tmp_path
    assert example.data_folder(["elsewhere"]) == Path("elsewhere")


def test_the_counts_of_made_up_files(example, made_up):
    counts = example.count(example.read_invoices(made_up(FIRST_LABELS)))
    # Sales: 12 + 11 + 10 + 9 of four firms and 6 special rows.
    assert dict(counts.select("count", "a1 output").iter_rows()) == {
        "rows": 48,
        "valid": 45,
        "void": 2,
        "void, written with a leading blank": 1,
        "red-letter (amount below zero)": 2,
        "red-letter and valid": 1,
        "repeats of a whole row": 1,
        "repeats of firm and invoice number": 2,
    }


def test_a_repeat_and_a_contradiction_are_told_apart(example, made_up):
    folder = made_up(FIRST_LABELS)
    records = example.take_in(example.read_invoices(folder), example.read_firms(folder))
    assert sorted(records.rejects["rule"]) == ["conflict", "repeated"]
    # Sales of E1 from March to December 2019: 10 of 1,000.50, less 100; invoice 903 counts as void.
    assert records.measure(example.AS_OF).filter(firm_id="E1")["trade.sales_12m"].item() == 10 * 1000.5 - 100


def test_wrong_counts_are_an_error(example, made_up, capsys):
    assert example.main([str(made_up(FIRST_LABELS))]) == 1
    assert "false" in capsys.readouterr().out


def test_the_labels_are_never_an_input(example, made_up, capsys):
    """Turned labels change the comparison at the end and nothing before it."""
    outputs = []
    for labels in (FIRST_LABELS, OTHER_LABELS):
        example.main([str(made_up(labels))])
        outputs.append(capsys.readouterr().out.split("\nGovernment grade"))
    assert outputs[0][0] == outputs[1][0]
    assert outputs[0][1] != outputs[1][1]


@pytest.fixture(scope="module")
def real(example):
    folder = example.data_folder([])
    if not folder.is_dir():
        pytest.skip(f"the data of CUMCM 2020 C are not in `{folder}`")
    invoices = example.read_invoices(folder)
    return invoices, example.take_in(invoices, example.read_firms(folder)), example.read_labels(folder)


def test_every_count_of_the_real_files_is_the_published_one(example, real, capsys):
    invoices, records, _ = real
    assert example.print_counts(invoices)
    assert example.print_intake(records, invoices)
    assert len(records) == 425


def test_measures_of_real_firms_are_what_polars_alone_finds(example, real):
    """Sums over the used rows of the year from 2019-03-01 to 2020-02-29, for every firm."""
    invoices, records, _ = real
    measured = records.measure(example.AS_OF)
    rejected = records.rejects["row"] - 1
    used = invoices.with_row_index().filter(~pl.col("index").is_in(rejected.implode()))
    sales = used.filter(
        pl.col("方向") == "sale", pl.col("开票日期").str.to_date("%Y/%m/%d") > dt.date(2019, 2, 28)
    ).select(
        firm_id="企业代号",
        customer="对方代号",
        fen=pl.col("金额").cast(pl.Decimal(18, 2)).cast(pl.Float64) * 100,
        is_valid=pl.col("发票状态") == "有效发票",
    )
    by_customer = sales.filter("is_valid").group_by("firm_id", "customer").agg(pl.col("fen").round().sum())
    # Where a firm sold nothing, sales are zero and the other two have no value.
    sums = by_customer.group_by("firm_id").agg(pl.col("fen").sum() / 100)
    shares = by_customer.filter(pl.col("fen") > 0).group_by("firm_id")
    shares = shares.agg(share=pl.col("fen").max() / pl.col("fen").sum())
    voids = sales.group_by("firm_id").agg(void=(~pl.col("is_valid")).mean())
    expected = measured.select("firm_id")
    for frame in (sums, shares, voids):
        expected = expected.join(frame, on="firm_id", how="left", maintain_order="left")
    names = ["trade.sales_12m", "trade.top_customer_share", "trade.void_rate"]
    expected = expected.select("firm_id", pl.col("fen").fill_null(0.0), "share", "void")
    expected.columns = ["firm_id", *names]
    assert_frame_equal(measured.select("firm_id", *names), expected, rel_tol=1e-12)


def test_the_auc_of_the_banks_rating_is_the_known_one(real):
    """0.968, as the data are known to give."""
    *_, labels = real
    labels = labels.drop_nulls()
    assert (labels.height, labels["bad"].sum()) == (123, 27)
    bank = labels["bank"].replace_strict({"A": 4, "B": 3, "C": 2, "D": 1})
    assert round(fr.validation.auc(bank, labels["bad"]).value, 3) == 0.968


def test_real_firms_are_rated_and_compared(example, real, capsys):
    _, records, labels = real
    ratings = fr.RatingModel.preset("tech-firm").rate(records, as_of=example.AS_OF).frame
    assert ratings.height == 425
    known = ratings.join(labels, on="firm_id")
    goods = known.filter(~pl.col("bad"))["score"].to_numpy()
    bads = known.filter("bad")["score"].to_numpy()
    pairs = goods[:, None] - bads[None, :]
    by_hand = ((pairs > 0).sum() + (pairs == 0).sum() / 2) / pairs.size
    auc = fr.validation.auc(known["score"], known["bad"])
    assert auc.value == pytest.approx(by_hand, abs=1e-12)
    # The expert points go with default, though nobody fitted them: the interval stays above one half.
    assert auc.interval(95)[0] > 0.5
