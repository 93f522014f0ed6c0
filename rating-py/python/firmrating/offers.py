"""What a lending policy answers to many applications, with everything that explains it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from firmrating import _firmrating as _native
from firmrating._write import write_whole

if TYPE_CHECKING:
    import polars as pl

    from firmrating.lending_policy import LendingPolicy

__all__ = ["Offers"]


class Offers:
    """Answers to applications by one policy. Made by :meth:`LendingPolicy.offer`."""

    __slots__ = ("_frames", "_native", "policy")

    policy: LendingPolicy
    """The policy that answered."""

    def __init__(self, policy: LendingPolicy, native: _native.Offers) -> None:
        self.policy, self._native = policy, native
        self._frames: dict[str, pl.DataFrame] = {}

    @property
    def frame(self) -> pl.DataFrame:
        """A row an application, in the order of the rows that were read.

        ``application_id``, ``firm_id``, ``on``; ``decision`` (``approve``, ``refer``, ``decline``) and ``route``
        (``green``, ``standard``, ``committee``); ``asked``, ``amount`` (nothing where it is declined), ``months``;
        ``rate``, and ``net_rate`` after subsidies and with fees that the firm pays, both a year's; the ``limit`` that binds and
        what bounds the rate, ``rate_bound``; the parts of the rate: ``funding``, ``expected_loss``, ``capital_charge``, ``cost``,
        ``fee_charge`` (guarantor and insurers where the lender pays them), ``tilt``; their sum, less ``lender_subsidy`` (what others
        pay the lender by the policy), is the rate where nothing bounds it; ``capital`` a yuan and ``raroc`` on it; ``pd``, ``lgd`` with the ``collateral`` that counts, what is ``lendable`` against it;
        ``subsidy`` towards the interest of the first year, no more than it; ``own_share``, what of a loss on what is not
        guaranteed the lender bears; the ``guarantor``, the amount that is ``guaranteed``, what bounds it (``guarantee_bound``:
        ``leverage``, ``client``, ``group``) and ``guarantee_fee`` of the
        first year, null without a guarantee; what contracts of insurance pay of the loss in default (``insured``) and their
        ``premium`` of the first year; what parties of the structure of loss sharing pay of it (``shared``, null where none
        shares it); ``fees`` of the first year, premiums less their subsidies among them; ``documents`` that the firm has to
        bring; ``reasons``; ``policy``, ``policy_version``, ``policy_hash``.

        The first year of a loan of fewer than twelve months is its months: interest, fees, premiums and subsidies are what falls
        to them, as if the loan were repaid at its end.
        """
        return self._table("frame")

    @property
    def reasons(self) -> pl.DataFrame:
        """A row a reason: ``application_id``, ``reason``, the ``decision`` that follows from it alone, and the ``detail``
        that it speaks of: a grade, a PD up to which, a limit, a return, months, what bounds a guarantor without room."""
        return self._table("reasons")

    @property
    def limits(self) -> pl.DataFrame:
        """A row a limit: ``application_id``, ``limit``, ``most`` (null: what it needs is not known), ``binds``."""
        return self._table("limits")

    @property
    def assets(self) -> pl.DataFrame:
        """A row a piece of collateral: ``application_id``, ``asset_id``, ``value``, what of it is ``counted`` and
        ``lendable``, and every reason why it is worth ``nothing``."""
        return self._table("assets")

    @property
    def insurance(self) -> pl.DataFrame:
        """A row a contract of insurance: ``application_id``, ``line`` (``first_set_equipment``, ``export_credit``,
        ``patent_enforcement``, ``patent_infringement_liability``, ``patent_pledge_loan``, ``ip_comprehensive_liability``,
        ``loan_guarantee``), what it ``pays`` the lender of the loss in default, ``premium`` of the first year and what of it is
        ``subsidised``."""
        return self._table("insurance")

    @property
    def sharing(self) -> pl.DataFrame:
        """A row a party of the policy's structure of loss sharing: ``application_id``, ``party``, what it ``pays`` of the
        loss in default. Where the structure does not take the loan or would not share its loss, one row without a party and with
        every reason in ``refusals``: ``not_in_force``, ``breaker_open``, ``firm_loans``, ``months``, ``spread``, ``leverage``,
        ``not_eligible``, ``recorded_late``, ``pool_unknown`` (a cap needs ``pool_year_loans``, which the application does not
        say). Empty if the policy names no structure."""
        return self._table("sharing")

    @property
    def subsidies(self) -> pl.DataFrame:
        """A row a subsidy: ``application_id``, ``subsidy``, ``amount`` of the first year."""
        return self._table("subsidies")

    @property
    def sensitivity(self) -> pl.DataFrame:
        """What moves each rate: ``application_id``, ``lever`` (``reference``, ``pd``, ``lgd``, ``own_share``, ``hurdle``,
        ``cost``) and the ``change`` of the rate, an annual fraction, if the lever grows by a hundredth of itself (a PD, an
        LGD and a share to 1 at most); before floor and ceiling. Offers without a price have no row."""
        return self._table("sensitivity")

    @property
    def rejects(self) -> pl.DataFrame:
        """Rows that could not be used, a line a fault: ``table`` (``applications``, ``firms``, ``assets``, ``guarantees``,
        ``insurance``, ``covered``, ``subsidised``), ``row`` (from 1), ``field``, ``rule``, ``value``, ``message``, ``content``.

        A row beside applications whose ``application_id`` is that of no application that was answered is among them."""
        return self._table("rejects")

    @property
    def counts(self) -> dict[str, int]:
        """Applications: ``rows_in``, ``used`` and ``rejected``; the first is the sum of the others."""
        return dict(zip(("rows_in", "used", "rejected"), self._native.counts(), strict=True))

    @property
    def summary(self) -> pl.DataFrame:
        """A row a decision, mildest first: ``decision``, ``applications``, ``amount``, mean ``rate`` by amount of the offers that
        have one (null: none has)."""
        import polars as pl

        weight = pl.when(pl.col("rate").is_not_null()).then(pl.col("amount").cast(pl.Float64))
        told = self.frame.group_by("decision").agg(
            applications=pl.len(), amount=pl.col("amount").sum(), rate=(pl.col("rate") * weight).sum() / weight.sum()
        )
        order = pl.DataFrame({"decision": ["approve", "refer", "decline"]})
        joined = order.join(told, on="decision", how="left", maintain_order="left")
        rate = pl.when(pl.col("rate").is_finite()).then("rate")
        return joined.with_columns(pl.col("applications").fill_null(0), pl.col("amount").fill_null(0), rate)

    def nearest(self, application_id: str) -> pl.DataFrame:
        """What would change the answer to one application; a row a change, empty where nothing does.

        ``nearest`` (from 1; rows of one number are needed together); ``change``: ``amount``, ``months``, ``owes``,
        ``group_owes``, ``asset``, ``guarantee``, ``insurance``, ``need``, ``sales_12m``, ``tax_12m``, ``invoiced_12m``, ``grade``, ``pd``,
        ``rate``, ``score`` or ``measure``; ``of`` which kind of asset, which guarantor or insurer of the policy (their share as
        ``value``), or which measure; ``to``: ``is``, ``at_least``, ``at_most``, ``below`` the
        ``value`` (yuan, a fraction, points, the unit of the measure) or ``one_of`` the ``words``; ``decision`` and ``amount``
        then; ``is_actionable``, whether the firm can bring it about. Scores and measures only for ratings.

        Every number is an offer that was made again and came out better, a rate with the ceiling lifted to it. Where no single
        change does, pairs are tried, of terms or of measures; more than two are not. See :meth:`explain` for the same in words.
        """
        import polars as pl

        return pl.DataFrame(self._native.nearest(application_id))

    def schedule(
        self,
        repayment: Literal["equal_instalment", "equal_principal", "interest_only", "single_payment"] = "equal_instalment",
    ) -> pl.DataFrame:
        """How every offer with an amount and a price is paid back: a row an instalment, monthly from the day of lending, by
        calendar months; ``application_id`` and the columns of :func:`firmrating.lending.schedule`. The rate is that of the
        offer to the nearest millionth.

        An offer of which no schedule can be made (more than 600 months, a rate above 100 %) raises
        :class:`~firmrating.InputError`, which names every such application."""
        import polars as pl

        return pl.DataFrame(self._native.schedule(repayment))

    def owed_by_year(
        self,
        repayment: Literal["equal_instalment", "equal_principal", "interest_only", "single_payment"] = "equal_instalment",
    ) -> pl.DataFrame:
        """What is owed in each year of every offer with an amount and a price, on average over its months, by the schedule of
        :meth:`schedule`: ``application_id``, ``year`` from 1, ``owed``. It is the exposure by year of
        :func:`firmrating.lending.expected_credit_loss`."""
        import polars as pl

        return pl.DataFrame(self._native.owed_by_year(repayment))

    @property
    def need(self) -> pl.DataFrame:
        """A row an application whose need of working capital was reckoned from records and ``figures``, or could not be:
        ``application_id``, ``turns``, ``working_capital``, ``new_loan`` (which limits the loan), and the figures that are ``missing``,
        with which there is no need and no limit by it."""
        return self._table("need")

    def explain(self, application_id: str, lang: Literal["en", "zh"] = "en") -> str:
        """The answer to one application in words, on one page, in English or Chinese: with every limit, the parts of the price,
        and what would change the answer."""
        return self._native.explain(application_id, lang)

    def write(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Writes ``offers``, ``reasons``, ``limits``, ``assets``, ``insurance``, ``sharing``, ``subsidies``, ``sensitivity`` and
        ``rejects`` as Parquet files into a folder.

        Each file is whole or not there. The same input gives the same files.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        tables = {
            "offers": self.frame,
            "reasons": self.reasons,
            "limits": self.limits,
            "assets": self.assets,
            "insurance": self.insurance,
            "sharing": self.sharing,
            "subsidies": self.subsidies,
            "sensitivity": self.sensitivity,
            "rejects": self.rejects,
        }
        return [write_whole(folder / f"{name}.parquet", frame.write_parquet) for name, frame in tables.items()]

    def __len__(self) -> int:
        """How many applications were answered."""
        return len(self._native)

    def __repr__(self) -> str:
        counted = (f"{count:,} {decision}" for decision, count in self.summary.select("decision", "applications").iter_rows())
        return f"Offers to {len(self):,} applications by {self.policy!r}: {', '.join(counted)}"

    def _table(self, name: str) -> pl.DataFrame:
        if name not in self._frames:
            import polars as pl

            self._frames[name] = pl.DataFrame(getattr(self._native, name)())
        return self._frames[name]
