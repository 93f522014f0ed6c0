"""Who bore the loss on 2,101 real loans with a public guarantee: guaranteed share, loss and settlement.

The loans are those of Li, Mickel and Taylor, "Should This Loan be Approved or Denied?", Journal of Statistics Education
26(1), 2018 (CC BY 4.0): small firms in California, real estate and leasing, guaranteed in part by the Small Business
Administration of the United States. They are not part of this project. The script looks for them beside the project, in
`../shared/data/sba`; name another folder as its argument or in the environment variable `SBA`:

    .venv/bin/python examples/python/sba_guarantee.py [FOLDER]

The guarantor bears its share of every loss alongside the bank, from the first dollar (pari passu); each loan has a share of
its own. A loss is what was charged off, also on the 11 loans that were charged off and later paid in full. What comes
back later is not in the data. Amounts are dollars: `firmrating` counts in one currency and does not
ask which.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import polars as pl

import firmrating as fr

FILE = "SBAcase.11.13.17.csv"
# Days of the file are counted from 1960-01-01.
DAYS_TO_1970 = 3_653


def main(arguments: Sequence[str] | None = None) -> int:
    """Settles every loss and prints who bore what; 1 if a sum does not come out, else 0."""
    folder = data_folder(arguments)
    if not (folder / FILE).is_file():
        print(f"Skipped: the data of the Small Business Administration are not in `{folder}`.")
        return 0
    loans = read(folder)
    print_loans(loans)
    settled = settle(loans.filter(pl.col("lost") > 0))
    is_right = print_settled(loans, settled)
    print_by_kind(loans, settled)
    return 0 if is_right else 1


def data_folder(arguments: Sequence[str] | None) -> Path:
    """The folder of the argument, else of the environment, else beside the project."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "data" / "sba"
    parser = argparse.ArgumentParser(description="Settles the losses on 2,101 loans with a public guarantee.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(os.environ.get("SBA") or beside))
    return parser.parse_args(arguments).folder


def read(folder: Path) -> pl.DataFrame:
    """A row a loan: what was lent and guaranteed, and what was charged off, without names."""
    raw = pl.read_csv(folder / FILE, encoding="utf8-lossy")
    day = lambda name: (pl.col(name) - DAYS_TO_1970).cast(pl.Int32).cast(pl.Date)
    return raw.select(
        loan_id=pl.col("LoanNr_ChkDgt").cast(pl.String),
        lent_on=day("ApprovalDate"),
        charged_off_on=day("ChgOffDate"),
        approved=pl.col("GrAppv"),
        guaranteed=pl.col("SBA_Appv"),
        # Shares are whole millionths.
        share=(pl.col("SBA_Appv") / pl.col("GrAppv")).round(6),
        lent=pl.col("DisbursementGross"),
        lost=pl.col("ChgOffPrinGr"),
        is_default=pl.col("Default") == 1,
        kind=pl.when(pl.col("RealEstate") == 1).then(pl.lit("real estate")).otherwise(pl.lit("no real estate")),
        time=pl.when(pl.col("Recession") == 1).then(pl.lit("recession")).otherwise(pl.lit("other years")),
    )


def structure(share: float) -> fr.LossSharing:
    """Guarantor and bank side by side, with the guaranteed share of a loan."""
    name = lambda text: {"en": text, "zh": text}
    part = lambda party, of: {"party": party, "share": of}
    document = {
        "id": "sba-pari-passu",
        "version": "1.0.0",
        "name": name("Guarantor and bank side by side"),
        "basis": {
            "document": "Li, Mickel, Taylor, Journal of Statistics Education 26(1), 2018",
            **name("The guarantor bears the guaranteed share of a loss, the bank the rest."),
            "provenance": "The shares are those of each loan in the data.",
        },
        "valid_from": "1980-01-01",
        "parties": [
            {"id": "guarantor", "role": "guarantor", "name": name("Small Business Administration")},
            {"id": "bank", "role": "bank", "name": name("Bank")},
        ],
        "layers": [{"takers": [part("guarantor", share), part("bank", round(1 - share, 6))]}],
        "counts": "principal",
    }
    return fr.LossSharing(document)


def settle(lost: pl.DataFrame) -> pl.DataFrame:
    """Settles the losses, those of one guaranteed share together."""
    frames = []
    for (share,), group in lost.group_by("share", maintain_order=True):
        # The day of default is not in the data, only that of the charge-off.
        losses = group.select(
            "loan_id",
            "lent_on",
            firm_id="loan_id",
            defaulted_on=pl.coalesce("charged_off_on", "lent_on"),
            claimed_on=pl.coalesce("charged_off_on", "lent_on"),
            principal="lost",
        )
        settlement = structure(share).settle(losses)
        if settlement.rejects.height:
            raise SystemExit(f"{settlement.rejects.height} losses could not be read")
        frames.append(settlement.frame)
    return pl.concat(frames)


def print_loans(loans: pl.DataFrame) -> None:
    """Prints what is there."""
    guaranteed, approved = loans["guaranteed"].sum(), loans["approved"].sum()
    print(f"{loans.height:,} loans, {approved:,} dollars approved, {guaranteed:,} guaranteed ({guaranteed / approved:.1%})")
    by_share = loans.group_by(share=(pl.col("share") * 100).round(0)).agg(
        pl.len().alias("loans"),
        pl.col("approved").sum(),
        pl.col("is_default").sum().alias("defaulted"),
        pl.col("is_default").mean().round(3).alias("default rate"),
        pl.col("lost").sum(),
    )
    show("By guaranteed share, percent", by_share.filter(pl.col("loans") >= 10).sort("share"))


def print_settled(loans: pl.DataFrame, settled: pl.DataFrame) -> bool:
    """Prints who paid, and whether it is what shares and losses say."""
    lost, paid = settled["loss"].sum(), settled["paid_guarantor"].sum()
    rest = settled["paid_bank"].sum()
    print(f"\n{settled.height:,} losses of {lost:,} dollars: guarantor {paid:,}, bank {rest:,}, nobody {settled['unpaid'].sum():,}")
    lent, guaranteed = loans["lent"].sum(), loans["guaranteed"].sum()
    print(f"  {float(lost) / lent:.2%} of what was lent was lost; the guarantor bore {float(paid) / float(lost):.1%} of it")
    print(f"  and paid {float(paid) / guaranteed:.2%} of what it guaranteed: what a fee over the life of a loan would have had to earn")
    by_hand = loans.select((pl.col("lost") * pl.col("share")).sum()).item()
    sums = lost == paid + rest == loans["lost"].sum()
    print(f"  parts sum to the loss: {sums}; share by share in floating point the guarantor pays {by_hand:,.2f}")
    return bool(sums) and abs(by_hand - float(paid)) < settled.height * 0.01


def print_by_kind(loans: pl.DataFrame, settled: pl.DataFrame) -> None:
    """Prints where the losses came from."""
    joined = loans.join(settled.select("loan_id", "paid_guarantor"), on="loan_id", how="left")
    table = joined.group_by("kind", "time").agg(
        pl.len().alias("loans"),
        pl.col("is_default").mean().round(3).alias("default rate"),
        (pl.col("lost").filter("is_default").sum() / pl.col("lent").filter("is_default").sum()).round(3).alias("loss given default"),
        pl.col("lost").sum(),
        pl.col("paid_guarantor").sum().alias("guarantor"),
        (pl.col("paid_guarantor").sum().cast(pl.Float64) / pl.col("guaranteed").sum()).round(4).alias("of guaranteed"),
    )
    show("Where the losses came from", table.sort("kind", "time"))


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
        thousands_separator=",",
        tbl_cell_numeric_alignment="RIGHT",
    ):
        print(frame)


if __name__ == "__main__":
    sys.exit(main())
