"""The examples `cumcm2020c_credit.py` and `sba_guarantee.py`: without the data, and on the real ones where they are."""

import importlib.util
import math
from pathlib import Path

import polars as pl
import pytest

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "python"


def load(name: str):
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def credit():
    return load("cumcm2020c_credit")


@pytest.fixture(scope="module")
def guarantee():
    return load("sba_guarantee")


def test_without_the_data_they_say_so_and_are_content(credit, guarantee, tmp_path, capsys):
    folder = tmp_path / "absent"
    assert credit.main([str(folder)]) == 0 and guarantee.main([str(folder)]) == 0
    told = capsys.readouterr().out
    assert told == (
        f"Skipped: the data of CUMCM 2020 C are not in `{folder}`.\n"
        f"Skipped: the data of the Small Business Administration are not in `{folder}`.\n"
    )


def test_the_regression_meets_its_own_equations(credit):
    scores = pl.Series([float(at % 17 * 10 + 400) for at in range(60)])
    bad = pl.Series([at % 17 < 6 and at % 2 == 0 or at % 13 == 0 for at in range(60)])
    a, b = credit.logistic(scores, bad)
    pds = [1 / (1 + math.exp(-(a + b * s))) for s in scores]
    # At the maximum of the likelihood the residuals sum to nothing, alone and with the score.
    assert sum(pds) == pytest.approx(bad.sum(), abs=1e-8)
    assert sum(p * s for p, s in zip(pds, scores)) == pytest.approx((scores * bad).sum(), rel=1e-8)
    assert b < 0


def test_as_many_firms_fall_into_each_rating_as_the_bank_put_there(credit):
    known = pl.DataFrame({"score": list(range(10)), "bank": ["D"] * 3 + ["C"] * 4 + ["B"] * 1 + ["A"] * 2})
    cut = known.select("score", rating=credit.rating_by_score(known))
    assert cut.sort("score")["rating"].to_list() == known["bank"].to_list()


def small_case(credit):
    """Six firms and curves on which all customers are lost at 15 %; the rest is the task's."""
    given = credit.parse(["absent"])
    rates = [0.04 + 0.11 * at / 28 for at in range(29)]
    curves = {rating: credit.fr.LossCurve(rates, [(rate - 0.04) / 0.11 for rate in rates]) for rating in "ABC"}
    firms = pl.DataFrame(
        {
            "firm_id": ["E1", "E2", "E3", "E4", "E5", "E6"],
            "rating": ["A", "B", "C", "D", "A", "A"],
            "pd": [0.0, 0.0, 0.5, 0.0, 0.0, 0.0],
            "sales": [5e6, 5e6, 5e6, 5e6, 255_555.55, 99_999.0],
            "industry": ["technology", "hospitality and culture", "trade", "trade", "other", "trade"],
        }
    )
    return firms, curves, given


def test_a_loan_is_within_the_bounds_of_the_task(credit):
    firms, curves, given = small_case(credit)
    choices = credit.choices_of(firms, curves, given)
    # No D; E3 earns nothing at a PD of one half (15 % of half the time against a funding of 3 % and 25 % lost); E6 has
    # sales below the least loan. E5 may have what its sales are, in steps of 10,000.
    assert sorted(choices["firm_id"].unique()) == ["E1", "E2", "E5"]
    amounts = choices.group_by("firm_id").agg(least=pl.col("amount").min(), most=pl.col("amount").max(), count=pl.len()).sort("firm_id")
    assert amounts.rows() == [("E1", 100_000, 1_000_000, 91), ("E2", 100_000, 1_000_000, 91), ("E5", 100_000, 250_000, 16)]
    # (1 - (r - 0.04) / 0.11) · (r - 0.03) has its top midway between 3 % and 15 %, at 9 %; 13/28 of the way is 9.107 %.
    assert choices["rate"].unique().to_list() == pytest.approx([0.04 + 0.11 * 13 / 28])
    rate = 0.04 + 0.11 * 13 / 28
    assert choices["value"][0] == pytest.approx(100_000 * (1 - 13 / 28) * (rate - 0.03))


def test_a_shock_moves_pd_and_sales_and_those_who_drop_out_are_named(credit, capsys):
    firms, curves, given = small_case(credit)
    shocks = credit.shock("hospitality and culture=3/-0.99,technology=1/-0.5")
    assert shocks == {"hospitality and culture": (3.0, -0.99), "technology": (1.0, -0.5)}
    risky = firms.with_columns(pd=pl.lit(0.2))
    moved = credit.after_shock(risky, shocks)
    # Odds of 1 : 4 times 3 are 3 : 4, a PD of 3/7.
    assert moved["pd"].to_list() == pytest.approx([0.2, 3 / 7, 0.2, 0.2, 0.2, 0.2])
    assert moved["sales"].to_list() == pytest.approx([2.5e6, 5e4, 5e6, 5e6, 255_555.55, 99_999.0])
    after = credit.after_shock(firms, shocks)
    sides = [credit.choices_of(side, curves, given) for side in (firms, after)]
    credit.print_shock(firms, after, credit.fr.stress_budget(*sides, 2_100_000), shocks)
    told = capsys.readouterr().out
    # Before: a million each to E1 and E2 and 100,000 to E5; after, E2 has sales of 50,000, and E5 gets its 250,000.
    assert "Dropped out, nothing that may be lent to them earns anything: 1: E2 (hospitality and culture, had 1000000)" in told
    assert "Dropped out, others earn more: 0" in told and "1 more" in told
    with pytest.raises(credit.argparse.ArgumentTypeError, match="no industry `mining`"):
        credit.shock("mining=2")


@pytest.fixture(scope="module")
def answered(credit):
    folder = credit.parse([]).folder
    if not folder.is_dir():
        pytest.skip(f"the data of CUMCM 2020 C are not in `{folder}`")
    return credit, folder


def test_the_questions_of_the_contest_are_answered_on_the_real_files(answered, capsys):
    credit, folder = answered
    assert credit.main([str(folder)]) == 0
    told = capsys.readouterr().out
    # 27 A, 38 B with a default, 34 C with two, 24 D, all of which defaulted: 99 may have a loan.
    assert "99 eligible" in told
    # The most that can be earned on the same choices, by `scipy.optimize.milp` of SciPy 1.17.1 (HiGHS, gap 1e-9):
    # 814,926.79 of 50 million, 1,039,752.41 of 100 million with 101 firms. Of equal firms it takes others.
    assert "expected profit 814,927 yuan" in told and "expected profit 1,039,752 yuan" in told
    assert "101 funded" in told
    assert "elastic net, MILP" in told
    assert "Dropped out, nothing that may be lent to them earns anything: " in told
    assert told.count("Every offer (firm, yuan, rate)") == 3
    assert "offered 100,000,000.00, left 0.00 yuan" in told
    assert "method exact, gap 0.00" in told
    assert "Question 3: by industry" in told
    assert "***" not in told and "公司" not in told
    # Who gets a loan is no D, and every rate is within the task's.
    rates = [float(offer.split()[2].rstrip("%")) for line in told.splitlines() if line.startswith("Every offer") for offer in line.split(": ")[1].split("; ")]
    assert rates and all(4 <= rate <= 15 for rate in rates)


def test_losses_on_the_real_loans_are_settled_to_the_cent(guarantee, capsys):
    folder = guarantee.data_folder([])
    if not (folder / guarantee.FILE).is_file():
        pytest.skip(f"the data of the Small Business Administration are not in `{folder}`")
    assert guarantee.main([str(folder)]) == 0
    told = capsys.readouterr().out
    assert "2,101 loans" in told and "parts sum to the loss: True" in told
