"""Lending policies, offers, and the columns that a price is made of."""

import json
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
def ratings() -> fr.Ratings:
    return fr.RatingModel.preset().rate(fr.datasets.sample(), as_of=DAY)


def firms(**columns: object) -> pl.DataFrame:
    known = {"firm_id": "F1", "grade": "A", "pd": 0.01, "stage": "growth", "sales_12m": 5_000_000} | columns
    return pl.DataFrame([known])


def asks(*firm_ids: str, amount: object = 500_000) -> pl.DataFrame:
    rows = [
        {"application_id": f"A{at}", "firm_id": firm, "on": "2025-07-01", "months": 12, "amount": amount}
        for at, firm in enumerate(firm_ids)
    ]
    return pl.DataFrame(rows)


def test_a_good_firm_gets_what_it_asks_for_and_the_parts_make_the_rate(policy):
    # 30 % of sales are 1.5 million; the subsidy of pure credit loans is half of the interest.
    offer = policy.offer(asks("F1"), firms()).frame.row(0, named=True)
    assert (offer["decision"], offer["route"], offer["amount"], offer["limit"]) == ("approve", "green", Decimal("500000.00"), "asked")
    parts = sum(offer[part] for part in ("funding", "expected_loss", "capital_charge", "cost", "tilt"))
    assert offer["rate"] == pytest.approx(parts, abs=1e-15)
    assert offer["raroc"] == pytest.approx(0.11, abs=1e-10)
    assert offer["net_rate"] == pytest.approx(offer["rate"] / 2, abs=1e-7)
    assert offer["policy_hash"] == policy.hash
    capital = fr.lending.capital(offer["pd"], offer["lgd"], maturity_years=1, pd_floor=0.0005, lgd_floor=0.1)
    assert capital["requirement"][0] == pytest.approx(offer["capital"], abs=1e-12)


def test_a_firm_that_asks_for_too_much_is_told_which_limit_binds(policy):
    offers = policy.offer(asks("F1", amount="2,000,000"), firms())
    assert offers.frame["amount"].to_list() == [Decimal("1500000.00")]
    assert offers.frame["reasons"].to_list() == [["amount_cut"]]
    assert offers.reasons.row(0) == ("A0", "amount_cut", "approve", "sales")
    binding = offers.limits.filter("binds")
    assert binding.rows() == [("A0", "sales", Decimal("1500000.00"), True)]


def test_collateral_lowers_the_price_and_one_that_is_frozen_is_worth_nothing(policy):
    assets = pl.DataFrame(
        {
            "application_id": ["A1", "A2"],
            "asset_id": ["R1", "R2"],
            "kind": ["receivable"] * 2,
            "value": [400_000] * 2,
            "valued_on": ["2025-06-01"] * 2,
            "is_owned": [True] * 2,
            "is_frozen": [False, True],
            "registered_on": ["2025-06-15"] * 2,
        }
    )
    offers = policy.offer(asks("F1", "F1", "F1"), firms(), assets=assets)
    plain, secured, frozen = offers.frame["rate"]
    assert secured < plain == pytest.approx(frozen)
    assert offers.assets.select("counted", "nothing").rows() == [
        (Decimal("320000.00"), []),
        (Decimal("0.00"), ["frozen"]),
    ]
    spoilt = policy.offer(asks("F1", "F1", "F1"), firms(), assets=assets.with_columns(kind=pl.Series(["receivable", "yacht"])))
    assert spoilt.counts == {"rows_in": 3, "used": 2, "rejected": 1}
    assert spoilt.rejects.select("table", "row", "field").rows() == [("assets", 2, "kind"), ("applications", 3, "application_id")]


def test_rows_in_are_offers_and_rejects(policy):
    given = asks("F1", "F2", "F1", "F1").with_columns(
        months=pl.Series(["12", "12", "a year", "12"]),
        application_id=pl.Series(["A0", "A1", "A2", "A0"]),
        own_share=pl.Series([None, None, None, 1.5]),
    )
    offers = policy.offer(given, firms())
    assert offers.counts == {"rows_in": 4, "used": 1, "rejected": 3}
    assert offers.rejects.select("row", "field", "rule").rows() == [
        (2, "firm_id", "consistency"),
        (3, "months", "count"),
        (4, "application_id", "repeated"),
    ]
    with pytest.raises(fr.InputError, match="has the columns `amout`, which are not known"):
        policy.offer(asks("F1").rename({"amount": "amout"}), firms())
    with pytest.raises(fr.InputError, match="needs the columns `pd`"):
        policy.offer(asks("F1"), firms().drop("pd"))


def test_ratings_bring_their_records_and_no_loan_is_lent_before_they_were_known(policy, ratings):
    ids = ratings.frame["firm_id"].to_list()
    offers = policy.offer(asks(*ids), ratings)
    assert len(offers) == len(ids) == offers.summary["applications"].sum()
    told = offers.frame.join(ratings.frame.select("firm_id", rated=pl.col("pd")), on="firm_id")
    assert (told["pd"] == told["rated"]).all()
    assert offers.frame.filter(pl.col("decision") == "decline")["amount"].sum() == 0
    early = policy.offer(asks(ids[0]).with_columns(on=pl.lit("2025-06-29")), ratings)
    assert early.rejects.select("field", "rule").rows() == [("on", "consistency")]
    assert "not before that of the ratings, `2025-06-30`, got `2025-06-29`" in early.rejects["message"][0]
    # A frame of the same firms gives the same answers.
    sales = fr.datasets.sample().measure(DAY).select(
        "firm_id", sales_12m=pl.coalesce("finance.sales", "trade.sales_12m"), invoiced_12m="trade.sales_12m"
    )
    listed = ratings.frame.join(sales.with_columns(pl.exclude("firm_id").round(2, mode="half_away_from_zero")), on="firm_id")
    columns = ["application_id", "decision", "reasons"]
    same = policy.offer(asks(*ids), listed).frame.select(columns)
    differs = (same["reasons"] != offers.frame["reasons"]).sum()
    assert differs == 0, f"{differs} of {len(ids)}"


def test_a_pandas_frame_and_one_firm_give_the_same_offer(policy):
    of_polars = policy.offer(asks("F1"), firms()).frame
    of_pandas = policy.offer(pd.DataFrame(asks("F1").to_dicts()), pd.DataFrame(firms().to_dicts())).frame
    assert of_polars.equals(of_pandas)
    application = asks("F1").drop("application_id").row(0, named=True)
    one = policy.offer_firm(application, firms().row(0, named=True))
    assert one["rate"] == of_polars["rate"][0]
    with pytest.raises(fr.InputError, match="`firms`: `grade`: expected a value, got nothing"):
        policy.offer_firm(application, firms(grade=None).row(0, named=True))
    assert fr.offer(asks("F1"), firms(), policy).frame.equals(of_polars)


def test_a_column_without_a_value_is_a_column_of_unknowns(policy):
    as_much_as_it_can = policy.offer(asks("F1", amount=None), firms(tax_12m=None)).frame
    assert as_much_as_it_can["asked"].to_list() == [None] and as_much_as_it_can["limit"].to_list() == ["sales"]


def test_an_offer_is_explained_in_both_languages(policy, ratings):
    firm = ratings.frame.filter(standing="rated")["firm_id"][0]
    offers = policy.offer(asks(firm, amount=90_000_000), ratings)
    english, chinese = offers.explain("A0"), offers.explain("A0", lang="zh")
    assert "CNY 90,000,000" in english and "90,000,000元" in chinese
    with pytest.raises(fr.InputError, match="`application_id` must be an application that was answered, got `A9`"):
        offers.explain("A9")
    with pytest.raises(fr.InputError, match="`lang` must be `en` or `zh`"):
        offers.explain("A0", lang="fr")


def test_a_policy_is_a_document(policy, tmp_path):
    assert fr.LendingPolicy.load(policy.save(tmp_path / "policy.json")) == policy
    assert set(policy.notice) == {"en", "zh"}
    spec = policy.spec
    spec["price"]["hurdle"] = 2.0
    spec["reference"] = []
    with pytest.raises(fr.ModelError) as told:
        fr.LendingPolicy(spec)
    assert [error.field for error in told.value.errors] == ["price.hurdle", "reference"]
    spec["limit"]["shares_of_sales"] = 0.3
    with pytest.raises(fr.ModelError, match=r"not a lending document: limit\.shares_of_sales: unknown field"):
        fr.LendingPolicy(spec)
    with pytest.raises(fr.InputError, match="expected a lending policy, one of `example`, got `ours`"):
        fr.LendingPolicy.preset("ours")


def test_offers_are_written_whole(policy, tmp_path):
    offers = policy.offer(asks("F1"), firms())
    names = [path.name for path in offers.write(tmp_path)]
    assert names == [f"{name}.parquet" for name in ("offers", "reasons", "limits", "assets", "insurance", "sharing", "subsidies", "sensitivity", "rejects")]
    assert pl.read_parquet(tmp_path / "offers.parquet").equals(offers.frame)


@pytest.mark.parametrize(("pd", "printed"), [(0.0003, 14.44), (0.0025, 49.47), (0.01, 92.32), (0.05, 149.86), (0.2, 238.23)])
def test_capital_meets_the_published_table(pd, printed):
    # BCBS 2006, annex 5: risk weights in percent for corporates, LGD 45 %, two and a half years.
    found = fr.lending.capital(pd, 0.45, pd_floor=0.0003)["risk_weight"][0] * 100
    assert found == pytest.approx(printed, abs=0.01)


def test_capital_of_a_small_firm_meets_the_published_cell():
    # 72.39 %: sales of 5 million, at or below which the whole adjustment applies.
    small = fr.lending.capital([0.01, 0.01], 0.45, sales=["5000000", None], size=(5_000_000, 50_000_000), pd_floor=0.0003)
    assert (small["risk_weight"] * 100).round(2).to_list() == [72.39, 92.32]


def test_rate_and_return_are_inverse_and_meet_the_published_example():
    # Revenue 50, expected loss 9, capital 80 of 1,000: 51.25 %; at a hurdle of 12 % the rate is 1.86 %.
    assert fr.lending.raroc(0.05, 0.009, 0.08)[0] == pytest.approx(0.5125)
    assert fr.lending.rate(0.12, 0.009, 0.08)[0] == pytest.approx(0.0186)
    rates = [0.01, 0.03, 0.5]
    assert fr.lending.rate(fr.lending.raroc(rates, 0.02, 0.07), 0.02, 0.07).to_list() == pytest.approx(rates, abs=1e-12)
    assert fr.lending.raroc(0.05, 0.01, 0.0).to_list() == [None]


def test_a_column_of_no_row_asks_for_no_row():
    assert fr.lending.capital([], 0.45).height == 0
    with pytest.raises(fr.InputError, match="`pd` must have `2` rows or one, got `0`"):
        fr.lending.capital([], [0.45, 0.5])


def test_expected_credit_loss_by_hand():
    # 1,000 at 2 % and 50 %: 10 in the first year, 98 % of 10 in the second.
    found = fr.lending.expected_credit_loss(0.02, 0.5, 1000, [12, 24], 0.0)
    assert found["lifetime"].to_list() == [Decimal("10.00"), Decimal("19.80")]
    with pytest.raises(fr.InputError, match="row 2: rate: expected a finite fraction above -1, got `-1`"):
        fr.lending.expected_credit_loss(0.02, 0.5, 1000, 12, [0.0, -1.0])
    with pytest.raises(fr.InputError, match="`months` must have `3` rows or one, got `2`"):
        fr.lending.expected_credit_loss([0.1] * 3, 0.5, 1000, [12, 12], 0.0)


def test_need_meets_the_published_example_and_says_what_has_none():
    # 流动资金贷款管理办法, worked example, in units of ten thousand yuan: 7,188.83 and 4,187.61. Growth is that to 36,500, printed 79.66 %.
    figures = {
        "firm_id": "F1",
        "sales": "20315.74",
        "cost": "19178.09",
        "profit": "903.12",
        "expected_growth": 36_500 / 20_315.74 - 1,
        "receivables": "1222.43",
        "inventory": "1029.66",
        "payables": "1.00",
        "prepaid": "1845.39",
        "advances": "79.55",
        "own_funds": "3001.22",
    }
    need, rejects = fr.lending.working_capital_need(pl.DataFrame([figures, figures | {"firm_id": "F2", "sales": "0"}]))
    assert need.select("working_capital", "new_loan").row(0) == (Decimal("7188.83"), Decimal("4187.61"))
    assert rejects["row"].to_list() == [2]
    assert rejects["message"].to_list() == ["sales: expected an amount above zero, got `0.00`"]


def test_the_document_is_json_that_the_core_wrote(policy):
    assert json.loads(policy.to_json()) == policy.spec


def protected(policy: fr.LendingPolicy) -> fr.LendingPolicy:
    """The example with Shandong's structure and an illustrative subsidy of premiums: half, at most 3,000 yuan a firm and year."""
    spec = policy.spec
    spec["sharing"] = {"structure": fr.LossSharing.preset("shandong-2023").spec}
    spec["premium_subsidies"] = [
        {
            "id": "premiums",
            "basis": spec["basis"],
            "valid_from": "2020-01-01",
            "lines": [{"line": "loan_guarantee", "share": 0.5}],
            "firm_year_most": "3000",
        }
    ]
    return fr.LendingPolicy.from_dict(spec)


GUARANTEE = pl.DataFrame(
    {
        "application_id": ["A0"],
        "guarantor": ["G1"],
        "share": [0.8],
        "pd": [0.001],
        "fee": [0.01],
        "net_assets": [100_000_000],
        "liability": [500_000_000],
    }
)
INSURANCE = pl.DataFrame(
    {
        "application_id": ["A0", "A0"],
        "line": ["loan_guarantee", "export_credit"],
        "insured": [500_000, 100_000],
        "deductible": [5_000, 0],
        "share": [0.5, 0.9],
        "limit": [100_000, 100_000],
        "premium_rate": [0.02, 0.001],
    }
)


def test_who_bears_a_loss_comes_from_guarantee_insurance_and_structure(policy):
    # LGD 45 %. The guarantor stands for 400,000; of the rest 45,000 would be lost; insurance pays half of it above 5,000,
    # and of the 25,000 left province and city pay 35 % each, the bank 30 %.
    had = pl.DataFrame({"application_id": ["A0"], "subsidy": ["premiums"], "had": [1_000]})
    offers = protected(policy).offer(asks("F1", "F1"), firms(), guarantees=GUARANTEE, insurance=INSURANCE, subsidised=had)
    offer, plain = offers.frame.rows(named=True)
    told = [str(offer[name]) for name in ("guarantor", "guaranteed", "guarantee_fee", "insured", "premium", "shared")]
    assert told == ["G1", "400000.00", "4000.00", "20000.00", "10100.00", "17500.00"]
    assert offer["guarantee_bound"] is None
    assert offer["own_share"] == pytest.approx(7_500 / 45_000)
    # Of the premium of 10,000 half is subsidised, but 2,000 are left of the year.
    assert offer["fees"] == Decimal("4000.00") + Decimal("10100.00") - Decimal("2000.00")
    assert offers.insurance.rows() == [
        ("A0", "loan_guarantee", Decimal("20000.00"), Decimal("10000.00"), Decimal("2000.00")),
        ("A0", "export_credit", Decimal("0.00"), Decimal("100.00"), Decimal("0.00")),
    ]
    paid = offers.sharing.filter(application_id="A0").select("party", "pays").rows()
    assert paid == [("province", Decimal("8750.00")), ("city", Decimal("8750.00")), ("bank", Decimal("7500.00"))]
    assert {"guarantor", "insurance", "recording"} <= set(offer["documents"])
    assert {"guarantor", "insurance"}.isdisjoint(plain["documents"])
    assert plain["guarantor"] is None and plain["insured"] is None and plain["own_share"] == pytest.approx(0.3)
    assert offer["expected_loss"] < plain["expected_loss"]


def test_a_guarantor_stands_for_no_more_than_its_net_assets_allow(policy):
    # One client: 10 % of net assets, of which 50,000 are used up.
    small = GUARANTEE.with_columns(net_assets=pl.lit(2_000_000), liability=pl.lit(0), client_liability=pl.lit(50_000))
    offer = policy.offer(asks("F1"), firms(), guarantees=small).frame.row(0, named=True)
    assert (offer["guaranteed"], offer["guarantee_bound"]) == (Decimal("150000.00"), "client")
    full = GUARANTEE.with_columns(liability=pl.lit("1,000,000,000"))
    assert policy.offer(asks("F1"), firms(), guarantees=full).frame["guarantor"].to_list() == [None]


def test_a_structure_that_does_not_take_a_loan_says_why(policy):
    given = asks("F1", "F1").with_columns(is_pool_ineligible=pl.Series([True, False]))
    offers = protected(policy).offer(given, firms())
    assert offers.sharing.filter(application_id="A0").rows() == [("A0", None, None, ["not_eligible"])]
    assert offers.frame["shared"].to_list() == [None, Decimal("157500.00")]  # 70 % of 45 % of 500,000
    spec = protected(policy).spec
    spec["sharing"]["structure"]["parties"][0] |= {"balance": "100000", "leverage": 10}
    narrow = fr.LendingPolicy.from_dict(spec)
    covered = pl.DataFrame({"application_id": ["A0"], "party": ["province"], "covered": [900_000]})
    offers = narrow.offer(asks("F1", "F1"), firms(), covered=covered)
    assert offers.sharing["refusals"].to_list() == [["leverage"], [], [], []]


def test_what_stands_beside_an_application_and_cannot_be_read_rejects_it(policy):
    twice = pl.concat([GUARANTEE, GUARANTEE])
    offers = policy.offer(asks("F1", "F1"), firms(), guarantees=twice)
    assert offers.rejects.select("table", "row", "field", "rule").rows() == [
        ("guarantees", 1, "application_id", "consistency"),
        ("guarantees", 2, "application_id", "repeated"),
        ("applications", 1, "application_id", "consistency"),
    ]
    assert "see the rejects of `guarantees`" in offers.rejects["message"][2]
    assert offers.rejects["value"].to_list() == ["A0"] * 3
    above = INSURANCE.with_columns(limit=pl.lit(600_000))
    message = policy.offer(asks("F1"), firms(), insurance=above).rejects["message"][0]
    assert message == "limit: expected an amount not above `insured`, got `600000.00`"
    had = pl.DataFrame({"application_id": ["A0"], "subsidy": ["nobody"], "had": [1]})
    message = policy.offer(asks("F1"), firms(), subsidised=had).rejects["message"][0]
    assert message == "expected an interest or premium subsidy of the policy, got `nobody`"
    had = had.with_columns(subsidy=pl.lit("shanxi-2023"), had=pl.lit(199_000))
    assert policy.offer(asks("F1"), firms(), subsidised=had).frame["subsidy"].to_list() == [Decimal("1000.00")]
    covered = pl.DataFrame({"application_id": ["A0"], "party": ["bank"], "covered": [1]})
    message = policy.offer(asks("F1"), firms(), covered=covered).rejects["message"][0]
    assert message == "expected a party of the policy's structure of loss sharing, got `bank`"
    fee = GUARANTEE.with_columns(fee=pl.lit(1.5))
    assert policy.offer(asks("F1"), firms(), guarantees=fee.to_pandas()).rejects["field"].to_list()[0] == "fee"


def test_what_stands_beside_no_application_is_rejected(policy):
    assets = pl.DataFrame(
        {
            "application_id": ["A0", "A9", "A1"],
            "asset_id": ["P1", "P2", "P3"],
            "kind": ["patent"] * 3,
            "value": [1_000_000] * 3,
            "valued_on": ["2025-06-01"] * 3,
            "is_owned": [True] * 3,
        }
    )
    beside = {
        "assets": assets,
        "guarantees": pl.concat([GUARANTEE, GUARANTEE.with_columns(application_id=pl.lit("A9"))]),
        "insurance": INSURANCE.with_columns(application_id=pl.Series(["A9", "A0"])),
        "covered": pl.DataFrame({"application_id": ["A9"], "party": ["province"], "covered": [1]}),
        "subsidised": pl.DataFrame({"application_id": ["A9", "A0"], "subsidy": ["premiums"] * 2, "had": [1, 1]}),
    }
    # F2 is not rated, so A1 is not answered either.
    offers = protected(policy).offer(asks("F1", "F2"), firms(), **beside)
    told = offers.rejects.filter(field="application_id")
    assert told.select("table", "row", "rule", "value").rows() == [
        ("assets", 2, "consistency", "A9"),
        ("assets", 3, "consistency", "A1"),
        ("guarantees", 2, "consistency", "A9"),
        ("insurance", 1, "consistency", "A9"),
        ("covered", 1, "consistency", "A9"),
        ("subsidised", 1, "consistency", "A9"),
    ]
    assert told["message"][0] == "expected the id of an application that is answered, got `A9`"
    assert json.loads(told["content"][0])["asset_id"] == "P2"
    used = {"assets": offers.assets.height, "insurance": offers.insurance.height, "guarantees": offers.frame["guarantor"].count()}
    for table, rows in used.items():
        assert beside[table].height == rows + offers.rejects.filter(table=table).height
    alone = protected(policy).offer(asks("F1"), firms(), **{name: frame.filter(application_id="A0") for name, frame in beside.items()})
    assert alone.frame.equals(offers.frame)


def test_one_application_needs_no_id_and_refuses_what_it_cannot_use(policy):
    ask = {"firm_id": "F1", "on": "2025-07-01", "months": 12, "amount": 500_000}
    firm = firms().row(0, named=True)
    offer = policy.offer_firm(ask, firm, guarantees=GUARANTEE.drop("application_id"))
    assert offer["guarantor"] == "G1"
    with pytest.raises(fr.InputError, match="expected the id of an application that is answered, got `A0`"):
        policy.offer_firm(ask, firm, guarantees=GUARANTEE)


def test_what_moves_a_rate_is_told_by_lever(policy):
    offers = protected(policy).offer(asks("F1", "F1"), firms(), guarantees=GUARANTEE)
    for offer in offers.frame.rows(named=True):
        moved = dict(offers.sensitivity.filter(application_id=offer["application_id"]).select("lever", "change").iter_rows())
        levers = "reference pd lgd own_share hurdle cost funding_spread fees subsidy tilt maturity size"
        assert list(moved) == levers.split()
        # A hundredth more of the hurdle is a hundredth more of the capital charge, and so for cost.
        assert moved["hurdle"] == pytest.approx(0.01 * offer["capital_charge"], abs=1e-12)
        assert moved["cost"] == pytest.approx(0.01 * offer["cost"], abs=1e-7)
    without = policy.offer(asks("F1", amount=0), firms())
    assert without.sensitivity.height == 0


def test_a_patent_is_valued_by_the_methods_that_are_given():
    # 37,500 a year saved, half a year away at 21 %: divided by 1.1. Cost: half of it obsolete, half of its life left.
    income = {"sales": ["1000000"], "royalty": 0.05, "tax": 0.25, "discount": 0.21, "weight": 1}
    cost = {"cost": "400000", "obsolescence": 0.5, "life_years": 2, "weight": 3}
    found = fr.lending.patent_value({"remaining_years": 1, "income": income, "cost": cost})
    assert found["income"] == Decimal("34090.90") and found["cost"] == Decimal("100000.00") and found["market"] is None
    assert float(found["value"]) == pytest.approx((37_500 / 1.1 + 300_000) / 4, abs=0.02)
    with pytest.raises(fr.InputError, match="royalty"):
        fr.lending.patent_value({"remaining_years": 1, "income": income | {"royalty": 2}})
    with pytest.raises(fr.InputError, match="colour"):
        fr.lending.patent_value({"remaining_years": 1, "colour": "red"})


def test_loans_against_intellectual_property_may_be_three_points_worse():
    all_loans = {"non_performing": 20, "loans": 1_000}
    assert fr.lending.is_within_ip_tolerance(ip_non_performing=5, ip_loans=100, **all_loans)
    assert not fr.lending.is_within_ip_tolerance(ip_non_performing="5.01", ip_loans=100, **all_loans)


def test_a_loan_of_half_a_year_bears_half_of_a_years_interest_and_fees(policy):
    # Half of half a year's interest is subsidised; the rate of a year stays half. The guarantor takes 1 % of 400,000 a year.
    offer = policy.offer(asks("F1").with_columns(months=pl.lit(6)), firms()).frame.row(0, named=True)
    assert float(offer["subsidy"]) == pytest.approx(500_000 * offer["rate"] / 4, abs=0.011)
    assert offer["net_rate"] == pytest.approx(offer["rate"] / 2, abs=1e-7)
    given = asks("F1").with_columns(months=pl.lit(6))
    offer = policy.offer(given, firms(), guarantees=GUARANTEE).frame.row(0, named=True)
    assert offer["guarantee_fee"] == offer["fees"] == Decimal("2000.00")
    assert offer["net_rate"] == pytest.approx(offer["rate"] + 0.008)


def test_the_parts_make_the_rate_where_the_lender_pays_the_fees(policy):
    spec = policy.spec
    spec["price"]["fees"] = "lender"
    offer = fr.LendingPolicy(spec).offer(asks("F1"), firms(), guarantees=GUARANTEE).frame.row(0, named=True)
    assert offer["fee_charge"] == pytest.approx(0.008)
    parts = ("funding", "expected_loss", "capital_charge", "cost", "fee_charge", "tilt")
    assert sum(offer[part] for part in parts) == pytest.approx(offer["rate"], abs=1e-15)


def receivables(**columns: object) -> pl.DataFrame:
    known = {
        "application_id": "A0",
        "asset_id": "R1",
        "kind": "receivable",
        "value": 200_000,
        "valued_on": "2025-06-01",
        "is_owned": True,
        "registered_on": "2025-06-15",
    }
    return pl.DataFrame([known | columns])


def test_what_is_given_twice_is_rejected_and_does_not_count_twice(policy):
    twice = pl.concat([receivables(), receivables()])
    offers = policy.offer(asks("F1", "F1"), firms(), assets=twice)
    assert offers.rejects.select("table", "row", "field", "rule", "value").rows()[1] == ("assets", 2, "asset_id", "repeated", "R1")
    assert offers.frame["application_id"].to_list() == ["A1"]
    one_each = pl.concat([receivables(), receivables(application_id="A1")])
    assert policy.offer(asks("F1", "F1"), firms(), assets=one_each).frame["collateral"].to_list() == [Decimal("160000.00")] * 2
    contracts = pl.concat([INSURANCE, INSURANCE[:1]])
    rejects = policy.offer(asks("F1"), firms(), insurance=contracts).rejects.filter(row=3)
    assert rejects.select("table", "field", "rule").rows() == [("insurance", "application_id", "repeated")]


def test_what_is_below_zero_and_a_loan_of_no_month_are_rejected(policy):
    given = asks("F1", "F1", "F1", "F1").with_columns(
        months=pl.Series([0, 12, 12, 12]), owes=pl.Series([None, -1, None, None]), amount=pl.Series([1, 1, -1, 500_000])
    )
    offers = policy.offer(given, firms())
    assert offers.rejects.select("row", "field", "value").rows() == [(1, "months", "0"), (2, "owes", "-1"), (3, "amount", "-1")]
    assert offers.counts == {"rows_in": 4, "used": 1, "rejected": 3}
    beside = {
        "assets": receivables(value=-1),
        "covered": pl.DataFrame({"application_id": ["A0"], "party": ["province"], "covered": [-1]}),
        "subsidised": pl.DataFrame({"application_id": ["A0"], "subsidy": ["premiums"], "had": [-1]}),
    }
    for table, frame in beside.items():
        rejects = protected(policy).offer(asks("F1"), firms(), **{table: frame}).rejects
        field = {"assets": "value", "covered": "covered", "subsidised": "had"}[table]
        assert rejects.select("table", "field", "value").row(0) == (table, field, "-1")


def test_a_trait_that_collateral_tells_is_not_stated(policy):
    given = asks("F1", "F1").with_columns(traits=pl.Series(["first_loan", "first_loan ip_pledge"]))
    offers = policy.offer(given, firms())
    assert offers.rejects.select("row", "field", "rule", "value").rows() == [(2, "traits", "consistency", "first_loan ip_pledge")]
    assert offers.counts["used"] == 1


def test_a_structure_that_would_not_share_the_loss_says_why(policy):
    spec = policy.spec
    structure = fr.LossSharing.preset("shandong-2023").spec
    structure["layers"][0]["takers"][0]["cap"] = {"year_share_of_pool": 0.1}
    spec["sharing"] = {"structure": structure}
    offers = fr.LendingPolicy(spec).offer(asks("F1", "F1").with_columns(pool_year_loans=pl.Series([None, 10_000_000])), firms())
    assert offers.sharing.rows()[0] == ("A0", None, None, ["pool_unknown"])
    assert offers.sharing.filter(application_id="A1").height == 3
    assert offers.frame["shared"].is_null().to_list() == [True, False]
    assert offers.frame["own_share"][0] == 1.0


def test_the_mean_rate_is_that_of_offers_with_a_rate(policy):
    # Before the first reference rate there is no price; such an offer is for a person to decide, as is a grade of BB.
    given = asks("F1", "F1", "F2").with_columns(on=pl.Series(["2025-07-01", "2019-07-01", "2019-07-01"]))
    both = pl.concat([firms(grade="BB"), firms(firm_id="F2", grade="BB")])
    offers = policy.offer(given, both)
    assert offers.frame["rate"].null_count() == 2
    summary = {row["decision"]: row for row in offers.summary.iter_rows(named=True)}
    assert summary["refer"]["applications"] == 3
    assert summary["refer"]["rate"] == pytest.approx(offers.frame["rate"][0])
    without = policy.offer(given[1:], both).summary.filter(decision="refer")
    assert without["rate"].to_list() == [None] and without["amount"][0] > 0


def test_a_schedule_that_cannot_be_made_names_its_application(policy):
    spec = policy.spec
    del spec["months_most"]
    given = asks("F1", "F1").with_columns(on=pl.lit("2024-01-01"), months=pl.Series([12, 700]))
    offers = fr.LendingPolicy(spec).offer(given, firms())
    with pytest.raises(fr.InputError, match="application `A1`: months: expected 1 to 600 months, got `700`"):
        offers.schedule()


def test_an_id_stands_for_one_subsidy(policy):
    spec = policy.spec
    spec["subsidies"] *= 2
    spec["documents"][-2]["subsidies"] = ["nobody"]
    with pytest.raises(fr.ModelError) as told:
        fr.LendingPolicy(spec)
    fields = [error.field for error in told.value.errors]
    assert fields == ["subsidies[1].id", f"documents[{len(spec['documents']) - 2}].subsidies[0]"]


def test_what_a_guarantor_and_a_loan_may_is_told():
    # Ten times net assets of 200 less 1,995; a tenth of them less 4; 15 % of them less 4 and 24.
    assert fr.lending.guarantee_room(net_assets=200, liability=1_995)["most"] == Decimal("5.00")
    room = fr.lending.guarantee_room(net_assets=200, liability=0, serves_small_firms=True, client_liability=4, affiliate_liability=24)
    assert room == {"leverage": 3_000, "client": 16, "group": 2, "most": 2, "bound": "group"}
    assert fr.lending.longest_months("slow_working_capital", "2024-07-01") == 60
    assert fr.lending.longest_months("fixed_assets", "2024-06-30") is None
    with pytest.raises(fr.InputError, match="`purpose` must be `working_capital`"):
        fr.lending.longest_months("fun", "2024-06-30")


def test_parts_of_a_policy_come_with_the_package(policy):
    spec = policy.spec
    spec["subsidies"].append(fr.lending.policy_part("interest_subsidy", "shandong-2023"))
    spec["premium_subsidies"] = [fr.lending.policy_part("premium_subsidy", "shaanxi-2012")]
    offers = fr.LendingPolicy(spec).offer(asks("F1"), firms())
    # Half of the interest by Shanxi, 40 % by Shandong.
    shanxi, shandong = offers.subsidies["amount"].cast(pl.Float64)
    assert shandong / shanxi == pytest.approx(0.8, abs=1e-5)
    assert len(fr.lending.policy_part("knowledge_value", "hubei-2025")["grades"]) == 5
    with pytest.raises(fr.InputError, match="expected a premium subsidy, one of `shaanxi-2012`, got `ours`"):
        fr.lending.policy_part("premium_subsidy", "ours")


def test_the_return_leaves_the_tilt_out_and_the_test_looks_before_a_discount(policy):
    spec = policy.spec
    for tilt, least, decision in ((-0.005, None, "approve"), (-0.02, None, "approve"), (-0.02, 0.0, "refer"), (0.01, 0.0, "approve")):
        spec["price"] |= {"tilt": {"start_up": tilt, "growth": 0.0, "stable": 0.0}, "least_return": least}
        offers = fr.LendingPolicy.from_dict(spec).offer(asks("F1"), firms(stage="start_up"))
        offer = offers.frame.row(0, named=True)
        earned = offer["rate"] - offer["funding"] - offer["expected_loss"] - offer["cost"] - offer["fee_charge"]
        assert offer["raroc"] == pytest.approx(earned / offer["capital"], abs=1e-12)
        assert offer["raroc"] == pytest.approx(0.11 + tilt / offer["capital"], abs=1e-9)
        assert offer["decision"] == decision


def test_what_a_firm_owes_is_taken_off_limits_that_are_not_of_one_loan(policy):
    spec = policy.spec
    spec["limit"] = {"by_grade": [{"grade": "A", "most": "1000000"}]}
    ask = asks("F1", amount=1_000_000).with_columns(owes=pl.lit(400_000))
    assert fr.LendingPolicy.from_dict(spec).offer(ask, firms()).frame["amount"].to_list() == [Decimal("600000.00")]
    spec["limit"]["per_loan"] = ["grade"]
    assert fr.LendingPolicy.from_dict(spec).offer(ask, firms()).frame["amount"].to_list() == [Decimal("1000000.00")]
    spec["limit"]["by_grade"][0]["grade"] = "a"
    with pytest.raises(fr.ModelError, match=r"limit.by_grade\[0\].grade: expected a grade of the policy"):
        fr.LendingPolicy.from_dict(spec)


def test_a_guarantor_without_room_is_told(policy):
    full = GUARANTEE.with_columns(liability=pl.lit(10_000_000_000))
    offers = policy.offer(asks("F1"), firms(), guarantees=full)
    row = offers.frame.row(0, named=True)
    assert (row["guarantor"], row["reasons"]) == (None, ["guarantor_full"])
    assert "guarantor" not in row["documents"]
    assert offers.reasons.row(0) == ("A0", "guarantor_full", "approve", "leverage")
    assert "has no room left" in offers.explain("A0")


def test_collateral_that_ends_before_the_loan_says_so(policy):
    receivable = {"application_id": "A0", "asset_id": "R", "kind": "receivable", "value": 2_000_000, "valued_on": "2025-06-30"}
    assets = pl.DataFrame([receivable | {"is_owned": True, "registered_on": "2025-06-30", "ends_on": "2025-07-31"}])
    ask = asks("F1").with_columns(months=pl.lit(36))
    offers = policy.offer(ask, firms(), assets=assets)
    assert offers.assets["nothing"].to_list() == [["ends_too_soon"]]
    assert policy.offer(ask, firms(), assets=assets.with_columns(ends_on=pl.lit("2028-07-01"))).assets["nothing"].to_list() == [[]]


def test_counterfactuals_of_amount_length_guarantor_and_pairs(policy):
    spec = policy.spec
    del spec["limit"]["step"]
    spec["limit"]["times_of_tax"] = 8.0
    spec["price"]["ceiling_spread"] = 0.015
    guarantor = {"net_assets": "100000000", "liability": "0", "serves_small_firms": True}
    guarantee = {"share": 0.8, "pd": 0.001, "fee": 0.01}
    spec["guarantors"] = [{"id": "G", "name": {"en": "G", "zh": "G"}, "guarantee": guarantee, "guarantor": guarantor}]
    policy = fr.LendingPolicy.from_dict(spec)
    small = policy.offer(asks("F1", amount=50_000), firms(tax_12m=1_000_000)).nearest("A0")
    # The least loan is 100,000; at the ceiling of 5 % the fixed cost of 1,000 is earned from a on, to the fen:
    # 1,000 / a = 5 % - 2.7 % funding - 0.45 % expected loss - 0.8 % cost - 11 % of the capital.
    requirement = fr.lending.capital(0.01, 0.45, maturity_years=1, pd_floor=0.0005, lgd_floor=0.1)["requirement"][0]
    earned = 1_000 / (0.05 - 0.027 - 0.0045 - 0.008 - 0.11 * requirement)
    amounts = small.filter(change="amount").select("value", "decision").rows()
    assert sorted(amounts) == [(100_000.0, "refer"), (pytest.approx(earned, abs=0.01), "approve")]
    # 30 % of sales and eight times the tax: 2,000,000 / 0.3 and 2,000,000 / 8.
    two = policy.offer(asks("F1", amount=2_000_000), firms(tax_12m=100_000)).nearest("A0")
    assert two.select("nearest", "change", "value").rows() == [(1, "sales_12m", 6_666_666.67), (1, "tax_12m", 250_000.0)]
    offers = policy.offer(asks("F1"), firms(pd=0.03, tax_12m=1_000_000))
    assert offers.nearest("A0").filter(change="guarantee").select("of", "to", "value", "decision").rows() == [("G", "is", 0.8, "approve")]
    assert "a guarantee of G for 80% of the loan" in offers.explain("A0")


def test_losses_of_parts_of_years_and_by_year():
    # 500,000 · (1 - 0.98^t), by hand.
    losses = fr.lending.expected_credit_loss(0.02, 0.5, 1_000_000, [6, 12, 18, 24], 0.0)
    assert losses["lifetime"].to_list() == [Decimal(x) for x in ("5025.25", "10000.00", "14924.75", "19800.00")]
    assert losses["twelve_month"].to_list() == [Decimal(x) for x in ("5025.25", "10000.00", "10000.00", "10000.00")]
    # 0.02 · 0.5 · 1,000 / 1.1 and 0.98 · 0.03 · 0.5 · 600 / 1.21.
    for given in ([[0.02, 0.03]], pl.Series([[0.02, 0.03]])):
        by_year = fr.lending.expected_credit_loss(given, 0.5, [[1_000, 600]], 24, 0.1)
        assert by_year.select("twelve_month", "lifetime").row(0) == (Decimal("9.09"), Decimal("16.38"))
    with pytest.raises(fr.InputError, match="row 1: months: expected a PD for each year, the last of them begun, got `24 months and 3 PDs`"):
        fr.lending.expected_credit_loss([[0.02, 0.03, 0.04]], 0.5, 1_000, 24, 0.1)
    with pytest.raises(fr.InputError, match="`pd` must be given for every year, got null"):
        fr.lending.expected_credit_loss([[0.02, None]], 0.5, 1_000, 24, 0.1)


def test_exposures_by_year_come_from_the_schedule_of_an_offer(policy):
    ask = asks("F1", amount=240_000).with_columns(months=pl.lit(24))
    owed = policy.offer(ask, firms()).owed_by_year("equal_principal")
    # 240,000 down to 130,000 by 10,000, and 120,000 down to 10,000.
    assert owed.rows() == [("A0", 1, Decimal("185000.00")), ("A0", 2, Decimal("65000.00"))]
    lists = owed.group_by("application_id", maintain_order=True).agg("owed")
    loss = fr.lending.expected_credit_loss([[0.02, 0.03]], 0.5, lists["owed"], 24, 0.0)
    # 0.02 · 0.5 · 185,000 and 0.98 · 0.03 · 0.5 · 65,000.
    assert loss["lifetime"].to_list() == [Decimal("2805.50")]


def test_pds_by_year_and_repayment_are_in_the_price(policy):
    ask = asks("F1", amount=1_200_000).with_columns(months=pl.lit(24))
    offers = [
        policy.offer(ask.with_columns(**{name: pl.lit(value) for name, value in more.items()}), firms()).frame["expected_loss"][0]
        for more in ({}, {"later_pds": "0.05"}, {"later_pds": "0.05", "repayment": "equal_principal"})
    ]
    d = [1 / 1.027, 1 / 1.027**2]
    bullet = (0.01 * d[0] + 0.05 * 0.99 * d[1]) / (d[0] + 0.99 * d[1])
    repaid = (0.01 * 925 * d[0] + 0.05 * 0.99 * 325 * d[1]) / (925 * d[0] + 0.99 * 325 * d[1])
    assert offers == pytest.approx([0.45 * 0.01, 0.45 * bullet, 0.45 * repaid], abs=1e-12)


PATENT = {"number": "201710601862.3", "filed_on": "2017-07-21", "granted_on": "2019-01-01", "status": "in_force"}


def patents_of(*rows: dict[str, object]) -> fr.Records:
    registrations = pl.DataFrame(
        [{"firm_id": "F-000001", "name": "甲", "established_on": "2016-03-01", "status": "active"}]
    )
    statements = [
        {"year": 2024, "received_on": "2025-04-01", "assets": 9_000_000, "liabilities": 3_000_000, "sales": 3_600_000,
         "cost": 1_800_000, "profit_before_tax": 360_000, "receivables": 700_000, "inventory": 400_000, "payables": 200_000},
        {"year": 2023, "received_on": "2024-04-01", "assets": 8_000_000, "liabilities": 3_000_000, "sales": 3_000_000,
         "cost": 1_500_000, "profit_before_tax": 300_000, "receivables": 500_000, "inventory": 200_000, "payables": 400_000},
    ]  # fmt: skip
    return fr.Records(
        registrations=registrations,
        patents=pl.DataFrame([{"firm_id": "F-000001"} | row for row in rows]),
        statements=pl.DataFrame([{"firm_id": "F-000001"} | row for row in statements]),
    )


def pledged(policy: fr.LendingPolicy, records: fr.Records, **asset: object) -> list[str]:
    said = {"application_id": "A0", "asset_id": PATENT["number"], "kind": "patent", "value": 2_000_000, "valued_on": "2025-06-30"}
    said |= {"is_owned": True, "registered_on": "2025-06-30"} | asset
    ratings = fr.RatingModel.preset().rate(records, as_of=DAY)
    offers = policy.offer(asks("F-000001"), ratings, assets=pl.DataFrame([said]))
    assert offers.rejects.height == 0
    return offers.assets["nothing"].to_list()[0]


def test_a_patent_is_checked_against_the_register(policy):
    assert pledged(policy, patents_of(PATENT)) == []
    assert pledged(policy, patents_of(PATENT), asset_id="ZL201710601862.3") == []
    assert pledged(policy, patents_of(PATENT | {"status": "lapsed", "status_on": "2025-01-01"})) == ["lapsed"]
    taken = patents_of(PATENT | {"pledged_on": "2025-03-01"})
    assert pledged(policy, taken) == ["pledged"]
    assert pledged(policy, taken, registered_on="2025-03-01") == []
    assert pledged(policy, patents_of(PATENT), asset_id="97101765.4") == ["not_owned"]
    assert pledged(policy, patents_of(PATENT | {"transferred_in_on": "2025-06-01"})) == []
    assert pledged(policy, patents_of(PATENT), is_frozen=True) == ["frozen"]
    # A frame of firms has no register: what is said stands.
    said = pl.DataFrame([{"application_id": "A0", "asset_id": "x", "kind": "patent", "value": 1, "valued_on": "2025-06-30",
                          "is_owned": True, "registered_on": "2025-06-30"}])  # fmt: skip
    assert policy.offer(asks("F1"), firms(), assets=said).assets["nothing"].to_list() == [[]]


def test_patents_of_the_records_are_listed_as_assets(policy):
    records = patents_of(PATENT, PATENT | {"number": "97101765.4", "filed_on": "1997-03-01", "granted_on": "2000-01-01", "status": "expired"})
    patents = fr.lending.patent_assets(records, as_of=DAY)
    listed = {row["asset_id"]: row for row in patents.iter_rows(named=True)}
    mine = listed["201710601862.3"]
    assert (mine["firm_id"], mine["is_owned"], mine["is_pledged"], mine["has_lapsed"]) == ("F-000001", True, False, False)
    # 20 years from filing; 4,403 days from 2025-06-30 to 2037-07-20.
    assert str(mine["ends_on"]) == "2037-07-20"
    assert mine["remaining_years"] == pytest.approx(4_403 / 365.25, abs=1e-12)
    assert listed["97101765.4"]["has_lapsed"]
    assert listed["97101765.4"]["remaining_years"] == 0.0
    assets = patents.filter(asset_id="201710601862.3").drop("firm_id", "remaining_years")
    assets = assets.with_columns(application_id=pl.lit("A0"), value=pl.lit(1_000), valued_on=pl.lit("2025-06-30"), registered_on=pl.lit("2025-06-30"))
    offers = policy.offer(asks("F-000001"), fr.RatingModel.preset().rate(records, as_of=DAY), assets=assets)
    # Half of a thousand, by the haircut of the policy.
    assert offers.assets["counted"].to_list() == [Decimal("500.00")]


def test_the_need_is_reckoned_from_statements_and_what_the_firm_says(policy):
    records = patents_of(PATENT)
    known = fr.lending.need_figures(records, as_of=DAY).row(0, named=True)
    assert (known["year"], known["sales"], known["receivables"]) == (2024, Decimal("3600000.00"), Decimal("600000.00"))
    unknown = ["expected_growth", "prepaid", "advances", "own_funds", "existing_loans", "other_channels"]
    assert known["missing"] == unknown
    ratings = fr.RatingModel.preset().rate(records, as_of=DAY)
    ask = asks("F-000001", amount=1_000_000)
    without = policy.offer(ask, ratings)
    assert without.need.rows() == [("A0", None, None, None, unknown)]
    assert "need" not in without.limits["limit"].to_list()
    said = pl.DataFrame([{"application_id": "A0", "expected_growth": 0.0, "prepaid": 0, "advances": 0, "own_funds": 100_000,
                          "existing_loans": 40_000, "other_channels": 0}])  # fmt: skip
    offers = policy.offer(ask, ratings, figures=said)
    # 60 days of stock and of receivables, 60 of payables: 3,240,000 turn six times, less 140,000.
    assert offers.need.rows() == [("A0", pytest.approx(6.0), Decimal("540000.00"), Decimal("400000.00"), [])]
    assert offers.limits.filter(limit="need")["most"].to_list() == [Decimal("400000.00")]
    both = policy.offer(ask.with_columns(need=pl.lit(1)), ratings, figures=said)
    assert both.rejects.filter(table="applications")["field"].to_list() == ["need"]
    stray = policy.offer(ask, ratings, figures=said.with_columns(application_id=pl.lit("A9")))
    assert stray.rejects.select("table", "value").rows() == [("figures", "A9")]
