"""A published regression: Li, Mickel, Taylor, "Should This Loan be Approved or Denied?", J. Statistics Education 26(1), 2018.

The expected figures are those that the paper prints: Table 8 and the two applications that it decides, whose amounts
are 1,000,000 and 100,000 dollars with 750,000 and 40,000 guaranteed, the first secured by real estate, both outside a
recession. doi:10.1080/10691898.2018.1434342
"""

from pathlib import Path

import polars as pl
import pytest

import firmrating as fr

FILE = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "sba" / "SBAcase.11.13.17.csv"
COLUMNS = ["RealEstate", "Portion", "Recession"]
TABLE_8 = {
    "intercept": (1.3931, 0.3216),
    "RealEstate": (-2.1282, 0.3450),
    "Portion": (-2.9875, 0.5393),
    "Recession": (0.5041, 0.2412),
}
APPLICATIONS = {"RealEstate": [1.0, 0.0], "Portion": [750_000 / 1_000_000, 40_000 / 100_000], "Recession": [0.0, 0.0]}


@pytest.fixture(scope="module")
def loans() -> pl.DataFrame:
    if not FILE.exists():
        pytest.skip(f"`{FILE}` is not there")
    return pl.read_csv(FILE, columns=["Selected", *COLUMNS, "Default"])


@pytest.fixture(scope="module")
def fitted(loans) -> fr.Logit:
    chosen = loans.filter(pl.col("Selected") == 1)
    return fr.Logit.fit(chosen.select(COLUMNS), chosen["Default"], signs="any")


def test_the_two_halves_are_those_of_the_paper(loans):
    assert (loans.height, loans["Selected"].sum()) == (2_101, 1_051)


def test_terms_and_standard_errors_are_those_of_table_8(fitted):
    table = fitted.summary()
    assert table["term"].to_list() == list(TABLE_8)
    for term, coefficient, error in table.select("term", "coefficient", "standard_error").iter_rows():
        assert (round(coefficient, 4), round(error, 4)) == TABLE_8[term]


def test_the_two_applications_have_the_pds_of_the_paper(fitted):
    assert [round(pd, 2) for pd in fitted.pd(APPLICATIONS)] == [0.05, 0.55]


def test_the_other_loans_are_told_apart_as_in_the_paper(loans, fitted):
    others = loans.filter(pl.col("Selected") == 0)
    bad, refused = others["Default"] == 1, fitted.pd(others.select(COLUMNS)) > 0.5
    told = [int(rows.sum()) for rows in (~bad & ~refused, ~bad & refused, bad & ~refused, bad & refused)]
    assert told == [681, 14, 324, 31]
