"""Premiums, what insurers pay, who pays part of a premium, and the fee of a re-guarantor."""

from decimal import Decimal

import pytest

import firmrating as fr

CONTRACT = {
    "line": "loan_guarantee",
    "insured": "1000",
    "deductible": "100",
    "share": 0.8,
    "limit": "500",
    "premium_rate": 0.02,
}


def test_premium_and_payment_are_those_by_hand():
    assert fr.lending.insurance_premium(CONTRACT) == Decimal("20.00")
    # 80 % of 500 above the deductible; 500 less 200 that were paid; nothing below the deductible.
    assert fr.lending.insurance_pays(CONTRACT, 600) == Decimal("400.00")
    assert fr.lending.insurance_pays(CONTRACT, 600, paid_in_year=200) == Decimal("300.00")
    assert fr.lending.insurance_pays(CONTRACT, "99.99") == 0
    with pytest.raises(fr.InputError, match="limit: expected an amount not above `insured`, got `2000.00`"):
        fr.lending.insurance_premium(CONTRACT | {"limit": "2000"})
    with pytest.raises(fr.ModelError, match="unknown field `premium`"):
        fr.lending.insurance_premium(CONTRACT | {"premium": "1"})


def test_shaanxi_pays_part_of_a_premium_up_to_the_most_of_a_firm_and_year():
    # Export credit 40 %, guarantee of loans 50 %, at most 200,000 a firm and year.
    pays = fr.lending.premium_subsidy
    assert pays("shaanxi-2012", "export_credit", 100_000, on="2025-07-01") == 40_000
    assert pays("shaanxi-2012", "loan_guarantee", 100_000, on="2025-07-01") == 50_000
    assert pays("shaanxi-2012", "loan_guarantee", 1_000_000, on="2025-07-01") == 200_000
    assert pays("shaanxi-2012", "loan_guarantee", 1_000_000, on="2025-07-01", had_in_year=150_000) == 50_000
    assert pays("shaanxi-2012", "patent_enforcement", 100_000, on="2025-07-01") == 0
    document = fr.lending.policy_part("premium_subsidy", "shaanxi-2012")
    assert pays(document, "export_credit", 100_000, on="1999-01-01") == 0
    with pytest.raises(fr.InputError, match="line"):
        pays(document, "fire", 1, on="2025-07-01")


def test_the_fee_of_a_re_guarantor_rises_above_five_million():
    # 0.3 % of 5,000,000; 0.5 % of 6,000,000.
    assert fr.lending.most_re_guarantee_fee(5_000_000) == Decimal("15000.00")
    assert fr.lending.most_re_guarantee_fee(6_000_000) == Decimal("30000.00")
