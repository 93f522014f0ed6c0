"""Insurance of technology firms and the fee of a re-guarantor: premium, what is paid, who pays part of the premium."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from firmrating import _firmrating as _native
from firmrating._days import Day, day_text
from firmrating._money import Amount, amount_text

__all__ = ["insurance_pays", "insurance_premium", "most_re_guarantee_fee", "premium_subsidy"]


def insurance_premium(contract: Mapping[str, Any]) -> Decimal:
    """The premium of a year in yuan, ``premium_rate · insured``, rounded down to the fen.

    ``contract`` holds ``line``, ``insured``, ``share``, ``limit``, ``premium_rate`` and as far as there is one ``deductible``; amounts
    are texts of yuan, shares and rates fractions. A limit above the amount insured and an amount below zero raise
    :class:`~firmrating.InputError` with every fault::

        contract = {"line": "loan_guarantee", "insured": "1000", "deductible": "100", "share": 0.8, "limit": "500",
                    "premium_rate": 0.02}
        fr.lending.insurance_premium(contract)        # 20.00
        fr.lending.insurance_pays(contract, 600)      # 400.00
    """
    return Decimal(_native.insurance_premium(_text(contract)))


def insurance_pays(contract: Mapping[str, Any], loss: Amount, *, paid_in_year: Amount = 0) -> Decimal:
    """What the insurer pays for a loss, after what it has paid in the year; yuan, rounded down to the fen::

        min(share · max(loss - deductible, 0), limit - paid in the year)

    ``contract`` is one of :func:`insurance_premium`.
    """
    paid = amount_text("paid_in_year", paid_in_year)
    return Decimal(_native.insurance_pays(_text(contract), amount_text("loss", loss), paid))


def premium_subsidy(
    subsidy: str | Mapping[str, Any], line: str, premium: Amount, *, on: Day, had_in_year: Amount = 0
) -> Decimal:
    """What a subsidy pays of a premium on a day, after what the firm has had in the year; yuan, rounded down to the fen.

    ``subsidy`` is the id of one that comes with the package (``shaanxi-2012``) or a document as of
    :func:`policy_part <firmrating.lending.policy_part>`; a line that it does not name, and a day on which it is not in force, get
    nothing::

        fr.lending.premium_subsidy("shaanxi-2012", "export_credit", 100_000, on="2025-07-01")    # 40000.00
    """
    document = _native.policy_part("premium_subsidy", subsidy) if isinstance(subsidy, str) else _text(subsidy)
    so_far = (day_text(on), amount_text("had_in_year", had_in_year))
    return Decimal(_native.premium_subsidy(document, line, amount_text("premium", premium), so_far))


def most_re_guarantee_fee(loan: Amount) -> Decimal:
    """The highest re-guarantee fee a year on a loan, in yuan: 0.5 % above five million, 0.3 % up to it.

    Source: 财金〔2024〕60号, as secondary sources give it.
    """
    return Decimal(_native.most_re_guarantee_fee(amount_text("loan", loan)))


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(dict(document), default=str)
