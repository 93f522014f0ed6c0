"""Amounts as callers write them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeVar

from firmrating._firmrating import InputError

__all__ = ["Amount", "amount_text", "amount_texts"]

Amount = str | int | float | Decimal
"""An amount in yuan: text such as ``1234.50``, a whole number, a decimal, or a float that stands for whole fen."""

_Key = TypeVar("_Key")


def amount_text(name: str, amount: Amount) -> str:
    """The amount as text; whether it is one is left to the one parser of amounts."""
    if isinstance(amount, bool) or not isinstance(amount, str | int | float | Decimal):
        error = InputError(f"`{name}` must be an amount in yuan, got `{type(amount).__name__}`")
        error.field = name
        raise error
    return f"{amount:f}" if isinstance(amount, Decimal) else str(amount)


def amount_texts(name: str, amounts: Mapping[_Key, Amount]) -> dict[_Key, str]:
    """Amounts by key as text."""
    return {key: amount_text(f"{name}[{key}]", amount) for key, amount in amounts.items()}
