"""A budget over many firms: menus of amounts and rates, how many customers a rate keeps, and who gets what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from firmrating import _firmrating as _native
from firmrating._frames import typed
from firmrating._money import Amount, amount_text

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Allocation", "LossCurve", "allocate", "menu"]


class LossCurve:
    """The share of customers that is lost at a rate: a higher rate never loses fewer; immutable.

    Observed pairs are smoothed to the nearest monotone ones by least squares, linear between them, flat outside::

        curve = fr.LossCurve([0.04, 0.05, 0.06], [0.0, 0.3, 0.1])
        curve.lost(0.05)    # 0.2: 0.3 and 0.1 are pooled
    """

    __slots__ = ("_native",)

    def __init__(self, rates: Iterable[float], lost: Iterable[float]) -> None:
        """Smooths the shares ``lost`` at ``rates`` that ascend; both are fractions."""
        self._native = _native.LossCurve(list(zip(rates, lost, strict=True)))

    @property
    def knots(self) -> pl.DataFrame:
        """A row a knot: ``rate``, and the smoothed share of customers ``lost``."""
        import polars as pl

        return pl.DataFrame(self._native.knots())

    def lost(self, rate: float) -> float:
        """The share of customers lost at a rate."""
        return self._native.lost(rate)

    def best_rate(self, *, keeps: float, cost: float, least: float, most: float) -> tuple[float, float]:
        """The rate from ``least`` to ``most`` that earns the most, and what it earns for each yuan offered.

        ``keeps`` is the share of the interest that is expected to be paid, ``cost`` what a yuan lent costs a year. The
        profit is ``(1 - lost(rate)) · (rate · keeps - cost)``.
        """
        return self._native.best_rate((keeps, cost), (least, most))


def menu(
    firms: Any,
    *,
    amounts: Iterable[Amount],
    rates: Iterable[float],
    curves: LossCurve | Mapping[str, LossCurve],
    lgd: float,
    funding: float,
    operating: float = 0.0,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What may be lent to firms: at each amount the rate that is worth the most, and the rows that could not be read.

    ``firms`` is a frame, a row a firm: ``firm_id``, ``pd``; and as far as they apply ``curve``, the name of its loss curve
    among ``curves``, ``lgd`` in place of the argument (null: the argument), and the ``least`` and the ``most`` it may have. A
    ``pd`` or ``lgd`` that is no fraction from 0 to 1 rejects its row. The worth is the expected profit of a year, in yuan;
    rates, ``lgd``, ``funding`` and ``operating`` are fractions, those of money a year::

        value = amount · (1 - lost(rate)) · (rate · (1 - pd) - funding - operating - pd · lgd)

    The answer has a row a choice: ``firm_id``, ``amount``, ``rate``, ``value``, ready for :func:`allocate`. Amounts at
    which nothing is earned are left out, and so is a firm that earns nothing at all: it is read, and has no choice.
    """
    import polars as pl

    frame = pl.DataFrame(firms)
    if isinstance(curves, LossCurve):
        curves = {"": curves}
        frame = frame.drop("curve", strict=False)
    offered = {
        "amounts": [amount_text("amounts", amount) for amount in amounts],
        "rates": [float(rate) for rate in rates],
        "curves": [(name, curve._native) for name, curve in curves.items()],
        "lgd": float(lgd),
        "costs": float(funding) + float(operating),
    }
    choices, rejects = _native.menu(typed(frame), offered)
    return pl.DataFrame(choices), pl.DataFrame(rejects)


def allocate(
    choices: Any,
    budget: Amount,
    *,
    caps: Mapping[str, Mapping[str, Amount]] | None = None,
    firms: Any = None,
) -> Allocation:
    """Chooses firms, amounts and rates that are worth the most within a budget.

    ``choices`` is a frame, a row a choice: ``firm_id``, ``amount``, ``value`` (expected profit in yuan, or 1 where firms
    reached are to be counted) and ``rate``, which is carried along; of each firm one is taken or none. :func:`menu` makes
    such a frame. Amounts are yuan. ``caps`` bound what goes to some firms: a mapping of columns of ``firms`` to a mapping of
    values to amounts; a value that is not named is not bounded, and neither is a firm whose value is null. ``firms`` is a frame
    with ``firm_id`` and these columns; choices of a firm that it does not hold are rejected when there are caps, since nobody
    knows under which they fall. A value is meant as its column has it (a number in a column of numbers, a day in one of days);
    one that no row of ``firms`` has raises :class:`~firmrating.InputError`, since its cap could never bind::

        fr.allocate(choices, 100_000_000, firms=firms, caps={"industry": {"trade": 20_000_000}})

    Without caps, and where amounts have a common step that is not too small a part of the budget, the answer is exact.
    Otherwise the :attr:`Allocation.gap` says how much may be missing to the best. It can be interrupted.
    """
    import polars as pl

    capped, amounts = [], []
    held = None if firms is None else pl.DataFrame(firms)
    for column, by_value in (caps or {}).items():
        if held is None or not {"firm_id", column} <= set(held.columns):
            error = _native.InputError(f"`caps` by `{column}` need `firms` with the columns `firm_id` and `{column}`")
            error.field = "firms"
            raise error
        there = held[column].cast(pl.String)
        amounts += [(f"{column}={_capped(there, held[column], value)}", amount_text("caps", most)) for value, most in by_value.items()]
        name = pl.concat_str(pl.lit(f"{column}="), pl.col(column).cast(pl.String))
        capped.append(held.select(pl.col("firm_id").cast(pl.String), cap=name))
    none = pl.DataFrame(schema={"firm_id": pl.String, "cap": pl.String})
    limits = {"budget": amount_text("budget", budget), "caps": amounts}
    return Allocation(Decimal(amount_text("budget", budget)), _native.allocate(typed(choices), pl.concat([none, *capped]), limits))


def _capped(there: pl.Series, column: pl.Series, value: Any) -> str:
    """A value under a cap as the text that its column makes of it; refused where no row has it."""
    import polars as pl

    try:
        text = pl.Series([value], dtype=column.dtype).cast(pl.String)[0]
    except (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError):
        text = None
    if text is None or text not in there:
        message = f"`caps` by `{column.name}` must name values that a row of `firms` has (`{column.dtype}`), got `{value}`"
        error = _native.InputError(message)
        error.field, error.value = column.name, str(value)
        raise error
    return str(text)


class Allocation:
    """Who gets what of a budget. Made by :func:`allocate`."""

    __slots__ = ("_native", "budget")

    budget: Decimal
    """The budget."""

    def __init__(self, budget: Decimal, native: _native.Allocation) -> None:
        self.budget, self._native = budget, native

    @property
    def frame(self) -> pl.DataFrame:
        """A row a firm, as they first stand among the choices: ``firm_id``, ``amount``, ``rate``, ``value``; null: nothing."""
        import polars as pl

        return pl.DataFrame(self._native.frame())

    @property
    def funded(self) -> pl.DataFrame:
        """The rows of :attr:`frame` of firms that get something."""
        return self.frame.drop_nulls("amount")

    @property
    def used(self) -> Decimal:
        """What is lent, exactly."""
        return Decimal(self._native.used)

    @property
    def left(self) -> Decimal:
        """What is left of the budget."""
        return self.budget - self.used

    @property
    def value(self) -> float:
        """What it is worth in all."""
        return self._native.value

    @property
    def bound(self) -> float:
        """What no allocation is worth more than."""
        return self._native.bound

    @property
    def gap(self) -> float:
        """What may be missing to the best: ``bound - value``; 0 where the answer is exact."""
        return self._native.gap

    @property
    def price(self) -> float:
        """What a further yuan of budget is worth, about."""
        return self._native.price

    @property
    def method(self) -> str:
        """``exact`` (dynamic programming) or ``priced`` (Lagrange prices)."""
        return self._native.method

    @property
    def rejects(self) -> pl.DataFrame:
        """Rows of choices that could not be used, a line a fault: ``table``, ``row`` (from 1), ``field``, ``rule``, ``value``,
        ``message``, ``content``."""
        import polars as pl

        return pl.DataFrame(self._native.rejects())

    @property
    def counts(self) -> dict[str, int]:
        """Rows of choices: ``rows_in``, ``used`` and ``rejected``; the first is the sum of the others."""
        return dict(zip(("rows_in", "used", "rejected"), self._native.counts(), strict=True))

    def __repr__(self) -> str:
        funded = self.funded.height
        return f"Allocation of {self.used:,} of {self.budget:,} yuan to {funded:,} firms, worth {self.value:,.0f}, {self.method}"
