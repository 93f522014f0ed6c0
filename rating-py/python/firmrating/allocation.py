"""A budget over many firms: menus of amounts and rates, how many customers a rate keeps, and who gets what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from firmrating import _firmrating as _native
from firmrating._frames import typed
from firmrating._money import Amount, amount_text

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Allocation", "LossCurve", "StressedBudget", "allocate", "menu", "stress_budget"]


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

    The answer is the best for the choices as given (:attr:`Allocation.method` says ``exact``) where amounts have a common step
    that is not too small a part of the budget and no firm falls under two caps that bind, and in small cases of any kind.
    Otherwise the :attr:`Allocation.gap` says how much may be missing to the best. It can be interrupted.
    """
    limits, capped = _limits(budget, caps, firms)
    return Allocation(Decimal(limits["budget"]), _native.allocate(typed(choices), capped, limits))


def stress_budget(
    before: Any,
    after: Any,
    budget: Amount,
    *,
    caps: Mapping[str, Mapping[str, Amount]] | None = None,
    firms: Any = None,
) -> StressedBudget:
    """Lends a budget before and after a shock, and says what becomes of each firm.

    ``before`` and ``after`` are choices as of :func:`allocate`, with the same budget, caps and firms; a firm that has no choice on
    one side gets nothing there. :meth:`Stress.shocked <firmrating.Stress.shocked>` moves PDs and sales, :func:`menu` makes
    choices of them::

        stressed = fr.stress_budget(choices, choices_after, 100_000_000)
        stressed.frame.filter(pl.col("change").is_in(["no_value", "displaced"]))    # who drops out
    """
    limits, capped = _limits(budget, caps, firms)
    one, other, changes = _native.stress_budget((typed(before), typed(after)), capped, limits)
    total = Decimal(limits["budget"])
    return StressedBudget(Allocation(total, one), Allocation(total, other), changes)


def _limits(
    budget: Amount, caps: Mapping[str, Mapping[str, Amount]] | None, firms: Any
) -> tuple[dict[str, Any], pl.DataFrame]:
    """Budget and caps by name, and the caps that each firm falls under."""
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
    return {"budget": amount_text("budget", budget), "caps": amounts}, pl.concat([none, *capped])


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
        """What a further yuan of budget would be worth if the steps from a choice to the next could be divided: its Lagrange price.

        A further loan, which cannot be divided, may bring more or less for each yuan.
        """
        return self._native.price

    @property
    def caps(self) -> pl.DataFrame:
        """A row a cap: ``cap`` (column and value), ``most``, and its ``price`` in the sense of :attr:`price`, beside that."""
        import polars as pl

        return pl.DataFrame(self._native.caps())

    @property
    def method(self) -> str:
        """``exact`` (there is no better one) or ``priced`` (by Lagrange prices and exchanges, within the gap)."""
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

    def explain(self, lang: Literal["en", "zh"] = "en") -> str:
        """The allocation in words, in English or Chinese: what it reaches and is worth, how far from the best, every loan."""
        return self._native.explain(lang)

    def __repr__(self) -> str:
        funded = self.funded.height
        return f"Allocation of {self.used:,} of {self.budget:,} yuan to {funded:,} firms, worth {self.value:,.0f}, {self.method}"


class StressedBudget:
    """A budget before and after a shock. Made by :func:`stress_budget`."""

    __slots__ = ("after", "before", "frame")

    before: Allocation
    """The budget lent before."""
    after: Allocation
    """The budget lent after."""
    frame: pl.DataFrame
    """A row a firm, those of the choices before first.

    ``firm_id``; ``change``: ``no_value`` (it drops out: nothing that may be lent to it is worth anything any more), ``displaced``
    (it drops out: others are worth more), ``less``, ``same`` (nothing either way among them), ``more`` or ``joins``; ``amount``,
    ``rate`` and ``value``, each with ``_before`` and ``_after``, null: nothing.
    """

    def __init__(self, before: Allocation, after: Allocation, changes: Any) -> None:
        import polars as pl

        self.before, self.after = before, after
        # Rows of all three are the same firms in the same order.
        one, other = before.frame, after.frame
        columns = [
            of[name].alias(f"{name}_{at}") for name in ("amount", "rate", "value") for of, at in ((one, "before"), (other, "after"))
        ]
        self.frame = pl.DataFrame(changes).with_columns(columns)

    @property
    def summary(self) -> pl.DataFrame:
        """A row a change: ``change``, ``firms``, ``amount_before``, ``amount_after``."""
        import polars as pl

        told = self.frame.group_by("change").agg(
            pl.len().alias("firms"), pl.col("amount_before").sum(), pl.col("amount_after").sum()
        )
        order = pl.DataFrame({"change": ["no_value", "displaced", "less", "same", "more", "joins"]})
        return order.join(told, on="change", how="left", maintain_order="left").with_columns(pl.exclude("change").fill_null(0))

    def __repr__(self) -> str:
        counted = (f"{count:,} {change}" for change, count in self.summary.select("change", "firms").iter_rows() if count)
        return f"Budget of {self.before.budget:,} yuan before and after: {', '.join(counted) or 'none'}"
