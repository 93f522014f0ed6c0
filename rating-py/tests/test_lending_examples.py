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
