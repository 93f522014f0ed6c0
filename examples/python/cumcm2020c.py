"""Rates 425 real firms from 1.1 million real VAT invoices, and compares the ratings with what a bank knew.

The data are those of problem C of the Chinese mathematical modelling contest of 2020 (CUMCM): every firm is
anonymous (`E1` ... `E425`); for the first 123 a bank gave a rating A to D and said who defaulted. They are not part
of this project. The script looks for them beside the project, in `../shared/data/cumcm2020c`; name another folder as
its argument or in the environment variable `CUMCM2020C`:

    .venv/bin/python examples/python/cumcm2020c.py [FOLDER]

Step by step: read the files as they are, count them, hand them to `firmrating`, rate every firm, and only then open
the bank's file. Neither the bank's rating nor the defaults are ever an input, and nothing is fitted: the shipped model
`tech-firm` is judged as it is.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import polars as pl

import firmrating as fr

AS_OF = "2020-02-29"

# The four files of invoices. The file says which way an invoice went; no column of it does.
SOURCES = {
    "a1 input": ("a1_input_invoices.csv.gz", "purchase"),
    "a1 output": ("a1_output_invoices.csv.gz", "sale"),
    "a2 input": ("a2_input_invoices.csv.gz", "purchase"),
    "a2 output": ("a2_output_invoices.csv.gz", "sale"),
}

# What is known about these files, counted by others, in the order of `SOURCES`. A copy that counts otherwise is not
# the published one.
EXPECTED = {
    "rows": [210_947, 162_484, 395_175, 330_835],
    "valid": [203_339, 151_278, 377_939, 303_280],
    "void": [7_608, 11_159, 17_236, 27_507],
    "void, written with a leading blank": [0, 47, 0, 48],
    "red-letter (amount below zero)": [1_881, 8_556, 3_630, 5_697],
    "red-letter and valid": [1_860, 8_424, 3_552, 5_582],
    "repeats of a whole row": [803, 4_436, 4_681, 1_745],
    "repeats of firm and invoice number": [818, 4_437, 4_718, 3_793],
}

GRADES = ["AAA", "AA", "A", "BBB", "BB", "B", "CCC", "CC", "C"]
BANK_RATINGS = ["A", "B", "C", "D"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs every step and prints what it finds; 1 if a count is not what it should be, else 0."""
    folder = data_folder(arguments)
    if not folder.is_dir():
        print(f"Skipped: the data of CUMCM 2020 C are not in `{folder}`.")
        return 0

    invoices = read_invoices(folder)
    firms = read_firms(folder)
    are_counts_right = print_counts(invoices)

    records = take_in(invoices, firms)
    are_repeats_right = print_intake(records, invoices)

    model = fr.RatingModel.preset("tech-firm")
    ratings = model.rate(records, as_of=AS_OF)
    print_coverage(ratings.coverage)
    print_standing(ratings.frame)

    # From here on the bank's file is open. Everything above was done without it.
    known = ratings.frame.join(read_labels(folder), on="firm_id", how="left", validate="1:1")
    print_grades(known)
    print_discrimination(known.filter(pl.col("bad").is_not_null()))
    return 0 if are_counts_right and are_repeats_right else 1


def data_folder(arguments: Sequence[str] | None) -> Path:
    """The folder of the argument, else of the environment, else beside the project."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "data" / "cumcm2020c"
    parser = argparse.ArgumentParser(description="Rates the 425 firms of CUMCM 2020 C from their invoices.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(os.environ.get("CUMCM2020C") or beside))
    return parser.parse_args(arguments).folder


# ---- Step 1: read the files as they are ----------------------------------------------------------------------------


def read_invoices(folder: Path) -> pl.DataFrame:
    """All invoices in one frame, every cell as it is written.

    `infer_schema=False` keeps text: an amount such as `943.40` is then read exactly, to the fen, by the core, and no
    reader guesses at dates (`2017/7/18`) or numbers.
    """
    frames = []
    for source, (file, direction) in SOURCES.items():
        frame = pl.read_csv(folder / file, infer_schema=False)
        # The other side is 销方 (seller) in purchases and 购方 (buyer) in sales: one column for both.
        frame = frame.rename({"销方单位代号": "对方代号", "购方单位代号": "对方代号"}, strict=False)
        frames.append(frame.with_columns(source=pl.lit(source), 方向=pl.lit(direction)))
    return pl.concat(frames)


def read_firms(folder: Path) -> pl.DataFrame:
    """The firms, without the bank's columns."""
    files = (folder / "a1_firms.csv", folder / "a2_firms.csv")
    return pl.concat(pl.read_csv(file, infer_schema=False).select("企业代号") for file in files)


def read_labels(folder: Path) -> pl.DataFrame:
    """What the bank said of the first 123 firms: its rating, and whether the firm defaulted."""
    labels = pl.read_csv(folder / "a1_firms.csv", infer_schema=False)
    return labels.select(firm_id="企业代号", bank="信誉评级", bad=pl.col("是否违约") == "是")


# ---- Step 2: count what is there -----------------------------------------------------------------------------------


def count(invoices: pl.DataFrame) -> pl.DataFrame:
    """One row a count, one column a file: the counts of `EXPECTED`, made with polars alone."""
    status, is_red = pl.col("发票状态"), pl.col("金额").cast(pl.Float64) < 0
    is_valid = status == "有效发票"
    counts = invoices.group_by("source", maintain_order=True).agg(
        pl.len().alias("rows"),
        is_valid.sum().alias("valid"),
        (status == "作废发票").sum().alias("void"),
        (status == " 作废发票").sum().alias("void, written with a leading blank"),
        is_red.sum().alias("red-letter (amount below zero)"),
        (is_red & is_valid).sum().alias("red-letter and valid"),
        (pl.len() - pl.struct(pl.exclude("source")).n_unique()).alias("repeats of a whole row"),
        (pl.len() - pl.struct("企业代号", "发票号码").n_unique()).alias("repeats of firm and invoice number"),
    )
    return counts.transpose(include_header=True, header_name="count", column_names="source")


def print_counts(invoices: pl.DataFrame) -> bool:
    """Prints the counts; whether they are those of the published files."""
    counts = count(invoices)
    are_right = [numbers == EXPECTED[name] for name, *numbers in counts.iter_rows()]
    total = pl.sum_horizontal(SOURCES.keys()).alias("all")
    show("The invoices as they are", counts.with_columns(total, pl.Series("as known", are_right)))
    return all(are_right)


# ---- Step 3: hand them to firmrating -------------------------------------------------------------------------------


def take_in(invoices: pl.DataFrame, firms: pl.DataFrame) -> fr.Records:
    """Records of the one department that answered: tax.

    `fr.tables()` lists every table and the headers it understands. 企业代号, 开票日期 and the others are among them,
    so nothing is renamed. 价税合计, the sum of amount and tax, is not needed.

    The second table says who answered for what, and up to which day the answer is complete. This is how "no invoice"
    can be told from "not asked": nobody answered for patents or loans here, so they are unknown, not none.
    """
    last_day = invoices["开票日期"].str.to_date("%Y/%m/%d").max()
    answers = firms.with_columns(table=pl.lit("invoices"), answered_on=pl.lit(last_day))
    return fr.Records(invoices=invoices.drop("source", "价税合计"), answers=answers)


def print_intake(records: fr.Records, invoices: pl.DataFrame) -> bool:
    """Prints which rows were used and which were not, by file; whether the repeats are those of step 2.

    What the core does with the special rows:

    - a row that says the same as another is a repeat: one is used, the others are rejects of rule `repeated`;
    - two rows of one invoice (firm, direction, number, day, counterparty, amount, tax) of which one says valid and the
      other void contradict each other: one is used, the other is a reject of rule `conflict`;
    - a void invoice is used, but counts in the rate of void invoices only;
    - a red-letter invoice is used with its sign, in its own month: it takes back an earlier one.
    """
    # Rows of `rejects` are numbered from 1; an invoice has one fault here, so a fault is a row.
    rejects = records.rejects.filter(table="invoices")
    rejects = rejects.select("rule", source=invoices["source"].gather(rejects["row"] - 1))
    rules = ["repeated", "conflict"]
    by_source = rejects.group_by("source").agg((pl.col("rule") == rule).sum().alias(rule) for rule in rules)
    intake = (
        invoices.group_by("source", maintain_order=True)
        .agg(pl.len().alias("rows in"))
        .join(by_source, on="source", how="left", maintain_order="left")
        .with_columns(pl.col(rules).fill_null(0))
        .with_columns(used=pl.col("rows in") - pl.sum_horizontal(rules))
    )
    total = intake.sum().with_columns(source=pl.lit("all"))
    show("What the core used", pl.concat([intake, total]).select("source", "rows in", "used", *rules))
    print(records)

    counted = records.counts.row(by_predicate=pl.col("table") == "invoices", named=True)
    agrees = counted["used"] == total["used"].item() and counted["rejected"] == rejects.height
    return agrees and intake["repeated"].to_list() == EXPECTED["repeats of a whole row"]


# ---- Step 4: rate --------------------------------------------------------------------------------------------------


def print_coverage(coverage: pl.DataFrame) -> None:
    """Prints which departments answered, for how many firms, and how old the answers were on the day."""
    answered = pl.col("answered_on").is_not_null()
    departments = coverage.group_by(pl.col("department").cast(pl.String), maintain_order=True).agg(
        answered.sum().alias("firms answered for"),
        (~answered).sum().alias("firms without an answer"),
        pl.col("answered_on").max().alias("last answer"),
        pl.col("age_days").max().alias("days old"),
    )
    show(f"Who answered, as of {AS_OF}", departments)


def print_standing(ratings: pl.DataFrame) -> None:
    """Prints how many firms got a grade, and the scores behind them."""
    by_standing = ratings.group_by(pl.col("standing").cast(pl.String)).agg(
        pl.len().alias("firms"),
        pl.col("score").min().alias("lowest score"),
        pl.col("score").median().alias("median score"),
        pl.col("score").max().alias("highest score"),
    )
    show("How the firms stand", by_standing.sort("firms", descending=True))
    print("`not_enough_information`: fewer measures have a value than the model asks for. It has a score all the same.")


# ---- Step 5: compare with the bank ---------------------------------------------------------------------------------


def print_grades(known: pl.DataFrame) -> None:
    """Prints the grade against the bank's rating. `not labelled` are the firms of which the bank said nothing."""
    titles = {"grade": "Government grade, after technology and rules", "credit_grade": "Credit grade, by the score"}
    for column, title in titles.items():
        table = known.group_by(grade=pl.col(column).cast(pl.String)).agg(
            *((pl.col("bank") == bank).sum().alias(f"bank {bank}") for bank in BANK_RATINGS),
            pl.col("bank").is_null().sum().alias("not labelled"),
            pl.len().alias("all"),
            pl.col("bad").is_not_null().sum().alias("labelled"),
            pl.col("bad").sum().alias("defaulted"),
        )
        order = pl.col("grade").replace_strict({grade: at for at, grade in enumerate(GRADES)}, default=len(GRADES))
        show(f"{title} (rows) and the bank's rating (columns)", table.sort(order, "grade"))
    print("NI: not enough information.")


def print_discrimination(labelled: pl.DataFrame) -> None:
    """Prints how well the score tells the firms that defaulted from those that did not.

    The score is higher for safer firms, and so is the argument of `auc`: no sign is turned.
    """
    print(f"\nDefaults: {labelled['bad'].sum()} of {labelled.height} labelled firms")
    print_auc("score, all labelled firms", labelled["score"], labelled["bad"])
    rated = labelled.filter(pl.col("standing").cast(pl.String) == "rated")
    print_auc("score, only those with a grade", rated["score"], rated["bad"])
    # For comparison only: people at the bank knew more, and nearly every D is a default.
    bank = labelled["bank"].replace_strict({"A": 4, "B": 3, "C": 2, "D": 1})
    print_auc("the bank's own rating", bank, labelled["bad"])
    print(
        f"Mean PD of the labelled firms {labelled['pd'].mean():.1%}, share that defaulted "
        f"{labelled['bad'].mean():.1%}: the model's level is not that of this sample.\n"
        "The bank does not say when a firm defaulted. Invoices from after a default may be among those read, so this "
        "is how well the score goes with default, not how well it foresees it."
    )


def print_auc(name: str, scores: pl.Series, bad: pl.Series) -> None:
    """One line: the area under the ROC curve with its 95 % confidence interval (DeLong)."""
    auc = fr.validation.auc(scores, bad)
    interval = auc.interval(95)
    error = "unknown" if auc.standard_error is None else f"{auc.standard_error:.3f}"
    between = "no interval" if interval is None else f"95 % interval {interval[0]:.3f} to {interval[1]:.3f}"
    print(f"  AUC {auc.value:.3f}, {between}, standard error {error}, {bad.sum()} of {bad.len()} bad: {name}")


def show(title: str, frame: pl.DataFrame) -> None:
    """Prints a whole table under its title."""
    print(f"\n{title}")
    with pl.Config(
        tbl_formatting="UTF8_BORDERS_ONLY",
        tbl_hide_column_data_types=True,
        tbl_hide_dataframe_shape=True,
        tbl_rows=-1,
        tbl_cols=-1,
        tbl_width_chars=160,
        fmt_str_lengths=60,
        thousands_separator=",",
        tbl_cell_numeric_alignment="RIGHT",
    ):
        print(frame)


if __name__ == "__main__":
    sys.exit(main())
