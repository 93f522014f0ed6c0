"""Runs published rules over eight real tables of Beijing departments, and says how far such tables reach.

The tables are open data as the departments publish them, bytes untouched: names that end in `.csv` but hold Excel
workbooks, GBK beside UTF-8, title rows, codes that a spreadsheet has rounded. They are not part of this project. The
script looks for them beside the project, in `../shared/data/beijing_open`; name another folder as its argument or in the
environment variable `BEIJING_OPEN`:

    .venv/bin/python examples/python/beijing_open.py [FOLDER]

Step by step: open each file for what it is, say what it can tell a rule, hand over what it can, and evaluate. Nothing
that is printed names a firm: counts only. What the tables do not say stays open, and most of it does.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

import polars as pl

import firmrating as fr

# The end of the year of the list of technology SMEs, and of the month of the latest table.
DAYS = ("2018-12-31", "2023-11-30")

TECHNOLOGY_SMES = "科技型中小企业.csv"
HAIDIAN = "海淀区中关村高新技术企业库（截止2023年7月）.csv"
REGISTERED = "内资企业设立登记公告数据 (1).csv"
ARREARS = "企业欠税公告信息.csv"

# Files, rows of titles above the header, and what each can tell a rule.
FILES = {
    TECHNOLOGY_SMES: (0, "certificates: a technology SME of the year, by code"),
    HAIDIAN: (0, "nothing: a title of the science park, not a national certificate"),
    REGISTERED: (0, "registrations: code, name and day of establishment"),
    ARREARS: (0, "tax_arrears: code, kind and amount, but not since when"),
    "瞪羚企业名单信息.csv": (0, "nothing: names without codes"),
    "本市专利数据（企业）.csv": (1, "nothing: totals by name"),
    "企业用户用气缴费信息.csv": (0, "nothing: codes are masked"),
    "政府采购项目采购合同信息表.csv": (2, "nothing: suppliers by name"),
}

# Kinds of tax as the tables of this project have them; whatever is not here is `other`.
KINDS = {"增值税": "vat", "企业所得税": "corporate_income", "个人所得税": "withheld_income"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs every step and prints what it finds."""
    folder = data_folder(arguments)
    if not folder.is_dir():
        print(f"Skipped: the open data of Beijing are not in `{folder}`.")
        return 0

    tables = {file: read_file(folder / file, titles) for file, (titles, _) in FILES.items()}
    for file, (_, tells) in FILES.items():
        print(f"{tables[file].height:>6,} rows  {file}\n              {tells}")
    print_joins(tables[TECHNOLOGY_SMES], tables[HAIDIAN])

    records = take_in(tables)
    print_intake(records)

    book = fr.Rulebook.preset("china")
    print(f"\n{book.notice['en']}")
    for day in DAYS:
        print_evaluations(book.evaluate(records, as_of=day))
    return 0


def data_folder(arguments: Sequence[str] | None) -> Path:
    """The folder of the argument, else of the environment, else beside the project."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "data" / "beijing_open"
    parser = argparse.ArgumentParser(description="Runs published rules over eight open tables of Beijing.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(os.environ.get("BEIJING_OPEN") or beside))
    return parser.parse_args(arguments).folder


# ---- Step 1: open each file for what it is ---------------------------------------------------------------------------


def read_file(path: Path, titles: int) -> pl.DataFrame:
    """The table of a file, every cell as text: a workbook whatever its name says, UTF-8 or else GB18030."""
    content = path.read_bytes()
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):  # .xlsx and .xls
        return pl.read_excel(
            content,
            engine="calamine",
            read_options={"header_row": titles, "dtypes": "string"},
            drop_empty_rows=False,
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    return pl.read_csv(text.encode(), infer_schema=False, skip_lines=titles)


# ---- Step 2: what can be joined --------------------------------------------------------------------------------------


def print_joins(technology: pl.DataFrame, haidian: pl.DataFrame) -> None:
    """How many firms two lists share by code and by name: names alone lose firms."""
    codes = pl.col("统一社会信用代码").str.strip_chars()
    shared = technology.select(codes).unique().join(haidian.select(codes).unique(), on="统一社会信用代码")
    names = [table[column].str.strip_chars().unique() for table, column in ((technology, "企业名称"), (haidian, "法人单位名称"))]
    by_name = names[0].is_in(names[1].implode()).sum()
    print(f"\nThe lists of technology SMEs and of Haidian share {shared.height:,} firms by code, {by_name:,} by name")


# ---- Step 3: hand over what a rule can read --------------------------------------------------------------------------


def take_in(tables: dict[str, pl.DataFrame]) -> fr.Records:
    """What the tables tell, under the names of `docs/records.md`, and where a column had to be supposed."""
    year = pl.col("统计年份").str.strip_suffix("年")
    certificates = tables[TECHNOLOGY_SMES].select(
        firm_id="统一社会信用代码",
        kind=pl.lit("technology_sme"),
        # Supposed: an entry holds for its calendar year. The table gives the year alone.
        valid_from=year + "-01-01",
        valid_to=year + "-12-31",
    )
    registrations = tables[REGISTERED].select(
        firm_id="统一社会信用代码",
        name="企业名称",
        established_on="核准日期",
        # Supposed: a firm whose foundation is announced is in business.
        status=pl.lit("active"),
    )
    arrears = tables[ARREARS].select(
        firm_id="纳税人识别号",
        kind=pl.col("税种").replace_strict(KINDS, default="other"),
        # Supposed: owed since the first of our days. The table does not say since when.
        since=pl.lit(DAYS[0]),
        amount="欠税金额",
    )
    # The table has a row for each local tax; in ours they are one kind, `other`, so that its amounts belong together.
    # Added in whole fen-and-tenths of text, as polars' decimals do it: nothing is rounded.
    arrears = arrears.with_columns(pl.col("amount").cast(pl.Decimal(20, 3)))
    arrears = arrears.group_by("firm_id", "kind", "since", maintain_order=True).agg(pl.col("amount").sum())
    return fr.Records(certificates=certificates, registrations=registrations, tax_arrears=arrears)


def print_intake(records: fr.Records) -> None:
    """Rows in, used and rejected, and why: rules and fields, never a value."""
    print("\nHanded over (rows of arrears are sums by firm and kind of tax)")
    for table, rows_in, used, rejected in records.counts.iter_rows():
        if rows_in:
            print(f"  {table}: {rows_in:,} rows in = {used:,} used + {rejected:,} rejected")
    why = records.rejects.group_by("table", "field", "rule").len().sort("len", descending=True)
    for table, field, rule, faults in why.iter_rows():
        print(f"    {table}.{field}: {faults:,} x {rule}")
    print(f"  {len(records):,} firms")


# ---- Step 4: evaluate ------------------------------------------------------------------------------------------------


def print_evaluations(found: fr.Evaluations) -> None:
    """Firms by verdict, which parts the tables decide and for how many firms, and what is most often missing."""
    print(f"\nAs of {found.as_of}")
    is_known = (pl.col("holds") != "open") | pl.col("value").is_not_null()
    coverage = found.parts.group_by("evaluation", "id", maintain_order=True).agg(is_known.sum().alias("known"))
    missing = pl.col("missing").str.split(" ").explode()
    for row in found.summary.iter_rows(named=True):
        verdicts = ", ".join(f"{row[verdict]:,} {verdict}" for verdict in list(row)[1:] if row[verdict])
        of_evaluation = found.frame.filter(evaluation=row["evaluation"]).select(missing).drop_nulls()
        most = of_evaluation["missing"].value_counts(sort=True).head(4)["missing"].to_list()
        known = coverage.filter(pl.col("known") > 0, evaluation=row["evaluation"])
        decided = [f"{part} {firms:,}" for part, firms in known.select("id", "known").iter_rows()]
        print(f"  {row['evaluation']}: {verdicts}")
        print(f"    decided: {', '.join(decided) or 'nothing'}")
        if most:
            print(f"    most often missing: {', '.join(most)}")


if __name__ == "__main__":
    raise SystemExit(main())
