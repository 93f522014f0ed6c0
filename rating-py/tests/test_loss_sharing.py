"""Who bears which part of a loss: settlements, recoveries and outlooks."""

import json
from decimal import Decimal

import pandas as pd
import polars as pl
import pytest

import firmrating as fr


def waterfall() -> dict:
    """Lender's first loss 2, then a guarantor of 80 % up to 5 and the lender again."""
    document = fr.LossSharing.template("shandong-2023")
    name = {"en": "x", "zh": "x"}
    document["parties"] = [{"id": "bank", "role": "bank", "name": name}, {"id": "guarantor", "role": "guarantor", "name": name}]
    document["layers"] = [
        {"size": {"loan": "2"}, "takers": [{"party": "bank", "share": 1}]},
        {"takers": [{"party": "guarantor", "share": 0.8, "cap": {"loan": "5"}}, {"party": "bank", "share": 0.2}]},
        {"takers": [{"party": "bank", "share": 1}]},
    ]
    return document


def losses(*principals: object) -> pl.DataFrame:
    rows = [
        {
            "loan_id": f"L{at}",
            "firm_id": f"F{at}",
            "lent_on": "2024-01-01",
            "defaulted_on": "2024-06-01",
            "claimed_on": "2024-07-01",
            "principal": str(principal),
        }
        for at, principal in enumerate(principals)
    ]
    return pl.DataFrame(rows)


def test_the_cells_of_a_first_loss_with_a_capped_guarantor_are_met():
    # Pool 100, lender first loss 2, guarantor 80 % of the remainder capped at 5: 3 -> (2, .8, .2), 8 -> (2, 4.8, 1.2),
    # 12 -> (2, 5, 5); the first and the last are the lender's.
    settled = fr.LossSharing(waterfall()).settle(losses(3, 8, 12))
    assert settled.frame["paid_bank"].to_list() == [Decimal("2.20"), Decimal("3.20"), Decimal("7.00")]
    assert settled.frame["paid_guarantor"].to_list() == [Decimal("0.80"), Decimal("4.80"), Decimal("5.00")]
    assert settled.bounds.filter(party="guarantor").select("loan_id", "scope", "cut").rows() == [("L2", "loan", Decimal("3.00"))]


def test_payments_and_what_nobody_pays_sum_to_the_loss_to_the_fen():
    settled = fr.LossSharing.preset("shandong-2023").settle(losses("0.01", "100.01", "333333.33", "999999999.99"))
    frame = settled.frame
    assert (frame["loss"] == frame["paid"] + frame["unpaid"]).all()
    assert frame.schema["loss"] == pl.Decimal(18, 2)
    by_loan = settled.payments.group_by("loan_id").agg(pl.col("amount").sum())
    assert dict(by_loan.iter_rows()) == dict(frame.select("loan_id", "paid").iter_rows())
    totals = settled.totals
    assert totals["amount"].sum() == frame["loss"].sum() and totals["party"].to_list() == ["province", "city", "bank", None]


def test_rows_in_are_rows_used_and_rows_rejected_each_with_every_fault():
    given = losses(5, 6, 7, 8).with_columns(
        interest=pl.Series(["0.5", "-1", "0.005", None]),
        claimed_on=pl.Series(["2024-07-01", "2024-07-01", "someday", None]),
        traits=pl.Series(["first_loan pure_credit", None, None, "last_loan"]),
    )
    settled = fr.LossSharing.preset("shandong-2023").settle(given)
    assert settled.counts == {"rows_in": 4, "used": 1, "rejected": 3}
    assert len(settled) == settled.frame.height == 1
    told = settled.rejects.select("row", "field", "rule").rows()
    assert told == [
        (2, "principal", "amount"),
        (3, "claimed_on", "date"),
        (3, "interest", "amount"),
        (4, "claimed_on", "required"),
        (4, "traits", "code"),
    ]
    assert "unknown variant `last_loan`, expected one of `first_loan`" in settled.rejects["message"][4]
    assert json.loads(settled.rejects["content"][0])["loan_id"] == "L1"


def test_a_frame_of_other_columns_is_refused():
    sharing = fr.LossSharing.preset("shandong-2023")
    with pytest.raises(fr.InputError, match="needs the columns `principal` and has the columns `prinzipal`, which are not known") as told:
        sharing.settle(losses(1).rename({"principal": "prinzipal"}))
    assert (told.value.table, told.value.field) == ("losses", "principal")
    with pytest.raises(fr.InputError, match="expected a frame"):
        sharing.settle(7)


def test_a_pandas_frame_settles_like_one_of_polars():
    sharing = fr.LossSharing.preset("shandong-2023")
    given = losses(1, 2.5)
    assert sharing.settle(pd.DataFrame(given.to_dicts())).frame.equals(sharing.settle(given).frame)


def test_what_a_document_leaves_open_has_to_be_said():
    assert fr.LossSharing.inputs("hubei-2025")["id"].to_list() == ["pool_share", "pool_balance"]
    with pytest.raises(fr.ModelError) as told:
        fr.LossSharing.preset("hubei-2025", shares={"pool_share": 1.5})
    assert "input `pool_share`: expected a fraction from 0 to 1" in str(told.value)
    with pytest.raises(fr.ModelError) as told:
        fr.LossSharing.preset("hubei-2025", shares={"pool_share": 0.4}, amounts={"balance": 5})
    fields = [error.field for error in told.value.errors]
    assert fields == ["input `balance`", "parties[0].balance"]
    with pytest.raises(fr.InputError, match="must be an amount in yuan, got `bool`"):
        fr.LossSharing.preset("hubei-2025", amounts={"pool_balance": True})
    # 40 % is illustrative.
    sharing = fr.LossSharing.preset("hubei-2025", shares={"pool_share": 0.4}, amounts={"pool_balance": Decimal("1000000.50")})
    assert sharing.shares == {"pool_share": 0.4} and sharing.amounts == {"pool_balance": Decimal("1000000.50")}
    assert sharing != fr.LossSharing.preset("hubei-2025", shares={"pool_share": 0.4}, amounts={"pool_balance": 1})


def test_every_structure_that_comes_along_can_be_made_once_its_inputs_are_said():
    for id in fr.LossSharing.presets():
        open = fr.LossSharing.inputs(id)
        shares = {row["id"]: row["at_most"] or row["at_least"] or 0.2 for row in open.to_dicts() if "balance" not in row["id"]}
        amounts = {name: 1_000_000 for name in open["id"] if "balance" in name}
        kinds = fr.LossSharing.kinds(id).sort("at_most", descending=True)
        kind = kinds["kind"][0] if kinds.height else None
        try:
            sharing = fr.LossSharing.preset(id, shares=shares, amounts=amounts, kind=kind)
        except fr.ModelError as error:
            pytest.fail(f"{id}: {error}")
        assert sharing.id == id and set(sharing.notice) == {"en", "zh"}
    with pytest.raises(fr.InputError, match="expected a structure of loss sharing, one of `shanxi-2018-insurance`"):
        fr.LossSharing.preset("elsewhere")


def test_the_share_of_the_national_fund_goes_by_the_kind_of_firm():
    kinds = fr.LossSharing.kinds("national-2024-guarantee")
    # 财金〔2024〕60号: 40, 35 and 30 %.
    assert sorted(kinds["at_most"].unique()) == [0.3, 0.35, 0.4] and set(kinds["input"]) == {"national_share"}
    shares = {"bank_share": 0.2, "national_share": 0.4, "re_guarantor_share": 0.2}
    sharing = fr.LossSharing.preset("national-2024-guarantee", shares=shares, kind="little_giant")
    assert sharing.kind == "little_giant"
    with pytest.raises(fr.ModelError, match="expected a share that the document allows for the kind of firm, got `0.4, at most 0.3`"):
        fr.LossSharing.preset("national-2024-guarantee", shares=shares, kind="technology_sme")
    with pytest.raises(fr.ModelError, match="or a `kind` for which it allows it"):
        fr.LossSharing.preset("national-2024-guarantee", shares=shares)
    with pytest.raises(fr.ModelError, match="kind: expected a kind of firm by which an input has a limit, got `bank`"):
        fr.LossSharing.preset("shandong-2023", kind="bank")


def test_a_breaker_warns_before_it_stops_and_an_outlook_tells_it():
    sharing = fr.LossSharing.preset("hubei-2025", shares={"pool_share": 0.4}, amounts={"pool_balance": 10**9})
    # Hubei: a warning from 5 %, a stop from 8 %.
    states = [sharing.breaker(non_performing=bad, pool=1_000) for bad in ("49.99", 50, "79.99", 80)]
    assert states == ["closed", "warned", "warned", "open"]
    # Of 20 loans one surely defaults: 5 % of the pool. Two loans of one firm are 11 million, above its 10.
    loans = pl.DataFrame(
        {
            "loan_id": [f"L{at}" for at in range(21)],
            "firm_id": [f"F{at}" for at in range(20)] + ["F0"],
            "principal": [1_000_000] * 20 + [10_000_000],
            "pd": [0.0] * 19 + [1.0, 1.0],
            "lgd": [0.5] * 21,
        }
    )
    ask = {"party": "pool", "months": 12, "correlation": 0.0, "futures": 20}
    outlook = sharing.simulate(loans, start="2025-07-01", **ask)
    assert (outlook.breaker_warns, outlook.breaker_opens) == (1.0, 0.0)
    assert outlook.months_to_warning.to_list() == [1] * 20
    assert outlook.not_taken.rows() == [("L20", "F0", "firm_loans")]
    # Half of a million is lost, 40 % of it the pool's.
    assert outlook.lent == 20e6 and outlook.expected == pytest.approx(200_000)
    assert "The warning at 5% of non-performing loans comes in 100.000% of the futures" in outlook.explain()
    assert "1 loan is not taken: more than CNY 10,000,000 for one firm" in outlook.explain()
    assert "不良率达到8%触发叫停" in outlook.explain("zh")
    with pytest.raises(fr.InputError, match="start: expected a day on which loans can be lent under the structure, got `2025-01-01"):
        sharing.simulate(loans, start="2025-01-01", **ask)


def test_public_money_bears_no_more_over_all_layers_than_the_document_allows():
    document = waterfall() | {"public_most": 0.8}
    document["parties"].append({"id": "fund", "role": "compensation_fund", "name": {"en": "x", "zh": "x"}})
    document["layers"] = [
        {"takers": [{"party": "fund", "share": 0.6}]},
        {"takers": [{"party": "fund", "share": 0.8}, {"party": "bank", "share": 0.2}]},
    ]
    # 0.6 + 0.4 * 0.8
    with pytest.raises(fr.ModelError, match="got `0.920000 of a loss`"):
        fr.LossSharing(document)


def test_a_fault_of_a_document_is_told_by_its_place(tmp_path):
    document = waterfall()
    document["layers"][1]["takers"][0]["party"] = "nobody"
    document["layers"][1]["takers"][1]["share"] = 0.3
    with pytest.raises(fr.ModelError) as told:
        fr.LossSharing(document)
    assert [error.field for error in told.value.errors] == ["layers[1].takers[0].party", "layers[1].takers"]
    text = 'id = "x"\nversion = "1"\ncounts = "all"\n'
    (tmp_path / "bad.toml").write_text(text, encoding="utf-8")
    with pytest.raises(fr.ModelError, match="counts: unknown variant `all`"):
        fr.LossSharing.load(tmp_path / "bad.toml")
    saved = fr.LossSharing(waterfall())
    assert fr.LossSharing.load(saved.save(tmp_path / "good.json")) == saved


def test_what_is_recovered_goes_back_in_the_original_proportions():
    settled = fr.LossSharing.preset("shandong-2023").settle(losses(100, 200))
    given = pl.DataFrame({"loan_id": ["L0", "L1", "L9", "L0"], "recovered": ["60", "300", "1", "1"], "cost": ["10", None, None, None]})
    back, rejects = settled.recover(given)
    # 50 net: 35 %, 35 %, 30 %. 300 of 200: all is made good, 100 is left.
    assert back.filter(loan_id="L0").select("net", "returned_province", "returned_city", "returned_bank").row(0) == (
        Decimal("50.00"),
        Decimal("17.50"),
        Decimal("17.50"),
        Decimal("15.00"),
    )
    assert back["surplus"].to_list() == [Decimal("0.00"), Decimal("100.00")]
    returned = pl.sum_horizontal(pl.col("^returned_.*$"), "to_lender", "surplus")
    assert back.select((pl.col("net") == returned).all()).item()
    assert rejects.select("row", "rule").rows() == [(3, "consistency"), (4, "consistency")]


def test_a_cap_of_a_loan_holds_over_its_claims_and_a_row_delivered_twice_is_rejected():
    # The guarantor of the waterfall pays at most 5 of a loan: 80 % of 8 - 2 in the first claim, 0.2 in the second.
    claims = losses(8, 8, 3).with_columns(
        loan_id=pl.lit("L0"), firm_id=pl.lit("F0"), claimed_on=pl.Series(["2024-07-01", "2024-08-01", "2024-08-01"])
    )
    settled = fr.LossSharing(waterfall()).settle(pl.concat([claims[:2], claims[:1]]))
    assert settled.frame["paid_guarantor"].to_list() == [Decimal("4.80"), Decimal("0.20")]
    assert settled.counts == {"rows_in": 3, "used": 2, "rejected": 1}
    assert settled.rejects.select("row", "field", "rule", "value").rows() == [(3, "loan_id", "consistency", "L0")]
    # 11 of 16 stay with the bank, 5 with the guarantor: of 8 that come back 5.5 and 2.5.
    back, rejects = settled.recover(pl.DataFrame({"loan_id": ["L0"], "recovered": [8]}))
    assert rejects.is_empty() and back.select("returned_bank", "returned_guarantor").row(0) == (Decimal("5.50"), Decimal("2.50"))


def test_the_order_of_the_rows_changes_nothing():
    document = waterfall()
    document["layers"][1]["takers"][0]["cap"] = {"year": "6"}
    sharing = fr.LossSharing(document)
    given = losses(8, 8, 8).with_columns(claimed_on=pl.Series(["2024-07-03", "2024-07-01", "2025-07-02"]))
    one, other = sharing.settle(given), sharing.settle(given.reverse())
    assert one.frame.equals(other.frame.reverse())
    assert one.frame["paid_guarantor"].to_list() == [Decimal("1.20"), Decimal("4.80"), Decimal("4.80")]


def test_a_fund_in_many_futures_is_reproducible_and_near_the_large_pool():
    # PD 2 %, LGD 50 %, 40 % of the loss (illustrative): 0.4 % of the loans are expected.
    sharing = fr.LossSharing.preset("hubei-2025", shares={"pool_share": 0.4}, amounts={"pool_balance": 10**9})
    count = 200
    loans = pl.DataFrame(
        {
            "loan_id": [f"L{at}" for at in range(count)],
            "firm_id": [f"F{at}" for at in range(count)],
            "principal": [1_000_000] * count,
            "pd": [0.02] * count,
            "lgd": [0.5] * count,
        }
    )
    ask = {"party": sharing.parties[0], "start": "2025-07-01", "months": 12, "correlation": 0.15, "futures": 1_000}
    outlook = sharing.simulate(loans, **ask)
    assert outlook.lent == 200e6
    assert outlook.expected == pytest.approx(800_000, rel=0.15)
    assert outlook.multiplier == pytest.approx(outlook.lent / outlook.expected)
    assert outlook.paid.len() == 1_000 and outlook.paid.is_sorted()
    assert outlook.quantile(0.5) <= outlook.quantile(0.99) <= outlook.paid[-1]
    assert outlook.months_to_breaker.len() == round(outlook.breaker_opens * 1_000)
    assert sharing.simulate(loans, **ask).paid.equals(outlook.paid)
    assert not sharing.simulate(loans, **ask, seed=1).paid.equals(outlook.paid)
    with pytest.raises(fr.InputError, match="`party` must be a party of the structure, one of `pool`"):
        sharing.simulate(loans, **(ask | {"party": "nobody"}))
    with pytest.raises(fr.InputError, match=r"row 1: `pd`: probability must lie in \[0, 1\], got `2` .* and 197 more rows") as told:
        sharing.simulate(loans.with_columns(pd=pl.lit(2.0)), **ask)
    assert len(told.value.rejects) == count
    with pytest.raises(fr.InputError, match="correlation: expected a number from 0 to below 1"):
        sharing.simulate(loans, **(ask | {"correlation": 1.0}))


def test_a_trait_of_the_loans_raises_what_the_pool_bears():
    # Anhui: 30 % of a direct loan, 35 % of a pure credit loan.
    sharing = fr.LossSharing.preset("anhui-direct")
    loans = pl.DataFrame({"loan_id": ["L1"], "firm_id": ["F1"], "principal": [1_000_000], "pd": [0.5], "lgd": [1.0]})
    ask = {"party": "pool", "start": "2025-07-01", "months": 12, "correlation": 0.0, "futures": 50}
    plain = sharing.simulate(loans, **ask)
    credit = sharing.simulate(loans.with_columns(traits=pl.lit("pure_credit")), **ask)
    assert plain.paid.max() == 300_000 and credit.paid.max() == 350_000
    assert credit.expected == pytest.approx(plain.expected * 35 / 30)
    with pytest.raises(fr.InputError, match="row 1: `traits`"):
        sharing.simulate(loans.with_columns(traits=pl.lit("last_loan")), **ask)
