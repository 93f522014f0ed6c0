"""Repayment schedules, stress by industry, and what would change an answer."""

import datetime as dt
import json
import signal
import threading
from decimal import Decimal

import pandas as pd
import polars as pl
import pytest

import firmrating as fr

DAY = "2025-06-30"


@pytest.fixture(scope="module")
def policy() -> fr.LendingPolicy:
    return fr.LendingPolicy.preset("example")


@pytest.fixture(scope="module")
def stress() -> fr.Stress:
    return fr.Stress.preset("example")


def firms(*ids: str, **columns: object) -> pl.DataFrame:
    known = {"grade": "A", "pd": 0.01, "stage": "growth", "sales_12m": 5_000_000} | columns
    return pl.DataFrame([{"firm_id": id, **known} for id in ids])


def asks(*firm_ids: str, amount: int = 500_000, **columns: object) -> pl.DataFrame:
    rows = [
        {"application_id": f"A{at}", "firm_id": firm, "on": "2025-07-01", "months": 12, "amount": amount, **columns}
        for at, firm in enumerate(firm_ids)
    ]
    return pl.DataFrame(rows)


def test_a_schedule_sums_to_the_loan_to_the_fen():
    # The published table of monthly payments: 12 % in twelve instalments is 8.884879 % of the loan a month.
    plan = fr.lending.schedule("120000", 0.12, "2025-01-31", 12)
    assert plan["payment"][0] == Decimal("10661.85") and plan["due_on"][0] == dt.date(2025, 2, 28)
    assert plan["principal"].sum() == 120_000 and plan["balance"][-1] == 0
    assert (plan["payment"] == plan["principal"] + plan["interest"]).all()
    # Interest alone: 1 % a month; 90 days of 360 at 12 % are 3 %.
    only = fr.lending.schedule(120_000, 0.12, dt.date(2025, 1, 1), 3, repayment="interest_only")
    assert only["payment"].to_list() == [Decimal("1200.00")] * 2 + [Decimal("121200.00")]
    single = fr.lending.schedule(120_000, 0.12, "2025-01-01", 3, repayment="single_payment", day_count="actual360")
    assert single.select("days", "interest").rows() == [(90, Decimal("3600.00"))]
    principal = fr.lending.schedule(120_000, 0.12, "2025-01-01", 12, every_months=3, repayment="equal_principal")
    assert principal["principal"].to_list() == [Decimal("30000.00")] * 4
    assert principal["interest"].to_list() == [Decimal(f"{interest}.00") for interest in (3600, 2700, 1800, 900)]


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"months": 0}, "months: expected 1 to 600 months, got `0`"),
        ({"principal": "-1"}, "principal: expected an amount above zero"),
        ({"principal": "ten"}, "`principal` must be an amount in yuan such as `1234.50`, got `ten`"),
        ({"rate": 12}, "`rate` must be an annual fraction from 0 to 1 with at most six decimals, got `12`"),
        ({"drawn_on": "soon"}, "soon"),
        ({"repayment": "balloon"}, "`repayment` must be `equal_instalment`"),
        ({"day_count": "30/360"}, "`day_count` must be `months`"),
    ],
)
def test_terms_outside_their_domain_are_refused_by_name(terms, message):
    given = {"principal": "1000", "rate": 0.05, "drawn_on": DAY, "months": 12} | terms
    with pytest.raises(fr.InputError) as raised:
        fr.lending.schedule(**given)
    assert message in str(raised.value)


def test_offers_are_paid_back_by_their_own_terms(policy):
    offers = policy.offer(asks("F1", "F2"), pl.concat([firms("F1"), firms("F2", grade="C")]))
    plan = offers.schedule()
    assert plan["application_id"].unique().to_list() == ["A0"]  # the other is declined
    offer = offers.frame.row(0, named=True)
    assert plan["principal"].sum() == offer["amount"] and plan.height == offer["months"]
    by_hand = fr.lending.schedule(offer["amount"], round(offer["rate"], 6), offer["on"], offer["months"])
    assert plan.drop("application_id").equals(by_hand)
    assert offers.schedule("single_payment").height == 1
    with pytest.raises(fr.InputError, match="`repayment` must be"):
        offers.schedule("balloon")


def test_a_scenario_moves_pd_and_sales_by_industry(policy, stress):
    offers = policy.offer(asks("F1", "F2", "F3", amount=1_500_000), firms("F1", "F2", "F3"))
    industries = pl.DataFrame({"firm_id": ["F1", "F2"], "industry": ["C3911", "I6510"]})
    assert stress.scenarios == ["contact_services", "export_demand"]
    stressed = stress.run(offers, "export_demand", industries=industries)
    hit, other, unknown = stressed.frame.rows(named=True)
    # Of C39 the PD doubles and sales fall by 30 %: 30 % of 3.5 million may be lent.
    assert (hit["shock"], hit["pd_after"], hit["amount_after"]) == (1, 0.02, Decimal("1050000.00"))
    assert (hit["change"], hit["because"]) == ("cut", ["amount_cut"])
    assert hit["rate_after"] > hit["rate_before"] and hit["grade_after"] == hit["grade_before"] == "A"
    assert [row["change"] for row in (other, unknown)] == ["unchanged"] * 2 and unknown["shock"] is None
    assert stressed.summary.row(2) == ("cut", 1, Decimal("1500000.00"), Decimal("1050000.00"))
    assert "1 cut" in repr(stressed)


def test_a_limit_that_another_takes_the_place_of_is_named(policy, stress):
    # 5 million asked for: 30 % of sales of 12 million are 3.6 million, above the 3 million of the grade; half of it is below.
    offers = policy.offer(asks("F1", amount=5_000_000), firms("F1", sales_12m=12_000_000, pd=0.001))
    said = pl.DataFrame({"firm_id": ["F1"], "industry": ["H61"]})
    one = stress.run(offers, "contact_services", industries=said).frame.row(0, named=True)
    assert (one["limit_before"], one["limit_after"]) == ("grade", "sales")
    assert (one["amount_before"], one["amount_after"]) == (Decimal("3000000.00"), Decimal("1800000.00"))
    assert "amount_cut" in one["because"]


def test_firms_of_a_frame_are_shocked_by_industry(stress):
    given = pl.DataFrame(
        {"firm_id": ["F1", "F2", "F3"], "pd": [0.01, 0.01, 0.01], "industry": ["C3911", "I6510", None], "sales": [100, 100, None], "x": 1}
    )
    # Of C39 the PD doubles and sales fall by 30 %; of others nothing happens.
    found = stress.shocked(given, "export_demand")
    assert found.rows() == [("F1", 1, 0.02, Decimal("70.00")), ("F2", None, 0.01, Decimal("100.00")), ("F3", None, 0.01, None)]
    with pytest.raises(fr.InputError, match=r"`pd`: probability must lie in \[0, 1\], got `2`"):
        stress.shocked(given.with_columns(pd=pl.lit(2.0)), "export_demand")
    with pytest.raises(fr.InputError, match="`scenario` must be a scenario, one of `contact_services`"):
        stress.shocked(given, "flood")


def test_who_drops_out_is_told_why(policy, stress):
    # Log-odds of -1.2 make a PD of 6 % one of 17.5 %, above the 15 % up to which the example lends.
    offers = policy.offer(asks("F1"), firms("F1", pd=0.06))
    one = stress.run(offers, "contact_services", industries=pd.DataFrame({"firm_id": ["F1"], "industry": ["H61"]})).frame.row(0, named=True)
    assert one["pd_after"] == pytest.approx(1 / (1 + 0.94 / 0.06 / 2.718281828459045**1.2))
    assert (one["change"], one["decision_after"], one["amount_after"]) == ("drops_out", "decline", 0)
    assert "pd_declined" in one["because"]


def test_ratings_bring_industries_and_the_grade_follows_the_pd(policy, stress):
    ratings = fr.RatingModel.preset().rate(fr.datasets.sample(), as_of=DAY)
    offers = policy.offer(asks(*ratings.frame["firm_id"]), ratings)
    frame = stress.run(offers, "contact_services").frame
    assert frame.height == len(offers) and frame["industry"].is_not_null().any()
    assert frame["decision_before"].equals(offers.frame["decision"].rename("decision_before"))
    assert frame.filter(pl.col("grade_before") != pl.col("grade_after")).height > 0
    worse = frame.filter(pl.col("change") == "drops_out")
    assert (worse["because"].list.len() > 0).all()


def test_a_scenario_and_an_industry_that_are_not_known_are_refused(policy, stress, tmp_path):
    offers = policy.offer(asks("F1"), firms("F1"))
    with pytest.raises(fr.InputError, match="`scenario` must be a scenario, one of `contact_services`, `export_demand`, got `x`"):
        stress.run(offers, "x")
    with pytest.raises(fr.InputError, match="industry"):
        stress.run(offers, "export_demand", industries=pl.DataFrame({"firm_id": ["F1"], "industry": ["Z99"]}))
    spec = stress.spec
    spec["scenarios"][0]["shocks"][0]["sales"] = -2
    with pytest.raises(fr.ModelError, match="expected a change from -1 to 10"):
        fr.Stress.from_dict(spec)
    assert fr.Stress.load(stress.save(tmp_path / "stress.json")) == stress
    with pytest.raises(fr.InputError, match="expected scenarios, one of `example`"):
        fr.Stress.preset("other")


def test_an_industry_that_is_said_twice_is_refused(policy, stress):
    offers = policy.offer(asks("F1"), firms("F1"))
    twice = pl.DataFrame({"firm_id": ["F1", "F1"], "industry": ["I65", "H62"]})
    with pytest.raises(fr.InputError, match="expected each firm once, got `F1` again"):
        stress.run(offers, stress.scenarios[0], industries=twice)


def test_a_long_stress_can_be_interrupted(policy, stress):
    ids = [f"F{at}" for at in range(20_000)]
    offers = policy.offer(asks(*ids), firms(*ids))
    timer = threading.Timer(0.2, signal.raise_signal, [signal.SIGINT])
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            # However fast one is, the interrupt meets one of them.
            while True:
                stress.run(offers, stress.scenarios[0])
    finally:
        timer.cancel()


def test_what_would_change_an_answer_really_changes_it(policy):
    # Of at most 30 % of sales of five million, 1,500,000; 100,000 is the least loan.
    offers = policy.offer(asks("F1", owes=1_450_000), firms("F1"))
    assert offers.frame["decision"].to_list() == ["decline"]
    first = offers.nearest("A0").row(0, named=True)
    assert (first["change"], first["to"], first["value"], first["is_actionable"]) == ("owes", "at_most", 1_400_000.0, True)
    again = policy.offer(asks("F1", owes=1_400_000), firms("F1")).frame.row(0, named=True)
    assert (again["decision"], again["amount"]) == (first["decision"], first["amount"])
    assert offers.nearest("A0").height > 0 and policy.offer(asks("F1"), firms("F1")).nearest("A0").height == 0
    with pytest.raises(fr.InputError, match="an application that was answered, got `A9`"):
        offers.nearest("A9")


def test_ratings_are_told_measures_as_well(policy):
    ratings = fr.RatingModel.preset().rate(fr.datasets.sample(), as_of=DAY)
    offers = policy.offer(asks(*ratings.frame["firm_id"]), ratings)
    held = offers.frame.filter(pl.col("decision") != "approve")["application_id"]
    found = pl.concat([offers.nearest(application) for application in held])
    measures = found.filter(change="measure")
    known = set(policy.spec["actionable"])
    assert measures.height > 0 and set(measures["of"]) <= known
    assert set(measures["to"]) <= {"at_least", "below", "one_of"}
    assert json.loads(measures.write_json())
