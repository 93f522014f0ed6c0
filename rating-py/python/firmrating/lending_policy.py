"""Lending policies as documents, and what they answer to applications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firmrating import _firmrating as _native
from firmrating._document import Document
from firmrating._frames import typed
from firmrating.offers import Offers
from firmrating.ratings import Ratings

if TYPE_CHECKING:
    import polars as pl

__all__ = ["LendingPolicy", "offer"]

_BESIDE = ("assets", "guarantees", "insurance", "covered", "subsidised", "figures")
"""The frames beside applications, as arguments name them."""


class LendingPolicy(Document[_native.LendingPolicy]):
    """How a lender answers applications: who is admitted, how much, at what price, against what; immutable.

    Made from a document (JSON or TOML): :meth:`preset`, :meth:`load`, :meth:`from_json`, :meth:`from_dict`. A document
    that does not hold together raises :class:`~firmrating.ModelError`, whose ``errors`` name every place::

        import firmrating as fr

        policy = fr.LendingPolicy.preset("example")            # illustrative: replace every number before use
        ratings = fr.RatingModel.preset().rate(records, as_of="2025-06-30")
        offers = policy.offer(applications, ratings)
        offers.frame                                           # a row an application: decision, amount, rate, reasons
        offers.limits, offers.reasons, offers.rejects
    """

    __slots__ = ()

    _kind = "lending policy"
    _class = _native.LendingPolicy

    @classmethod
    def preset(cls, id: str = "example") -> LendingPolicy:
        """A policy that comes with the package. ``example`` is illustrative; all its numbers but a subsidy are made up."""
        return cls(_native.LendingPolicy.template(id))

    @property
    def notice(self) -> dict[str, str]:
        """Where its numbers come from, by language: ``en`` and ``zh``."""
        basis = self._spec["basis"]
        return {"en": basis["en"], "zh": basis["zh"]}

    def offer(
        self,
        applications: Any,
        ratings: Any,
        *,
        assets: Any = None,
        guarantees: Any = None,
        insurance: Any = None,
        covered: Any = None,
        subsidised: Any = None,
        figures: Any = None,
    ) -> Offers:
        """Answers applications.

        ``applications`` is a frame, a row each: ``application_id``, ``firm_id``, ``on`` (the day of lending), ``months``;
        and as far as they are known ``amount`` (missing: as much as the firm can have), ``purpose``
        (``working_capital``, ``slow_working_capital``, ``fixed_assets``), ``product`` of a catalogue, ``need`` of working capital, ``is_secured`` (no
        more than is lent against the collateral), ``own_share`` of a loss that the lender bears, ``traits`` of the loan
        separated by blanks (``first_loan`` alone: what collateral, guarantee and insurance tell is refused), ``knowledge_grade``, ``owes`` and ``group_owes`` to the lender; ``later_pds``, the PD in each
        year after the first, separated by blanks, of which the last holds on (missing: that of the rating in every year), and
        ``repayment`` (``equal_instalment``, ``equal_principal``, ``interest_only``, ``single_payment``), which with them says what is
        owed in each; of the pool under the policy's structure
        of loss sharing ``is_pool_ineligible`` (firm or loan do not meet its conditions), ``pool_firm_loans`` of the firm,
        ``pool_non_performing`` of ``pool_loans``, ``pool_year_loans`` of the calendar year. Other columns are refused.

        ``ratings`` are :class:`~firmrating.Ratings`, of a day that is not after the applications: sales and tax come from
        the records behind them. Or a frame, a row a firm: ``firm_id``, ``grade``, ``pd``, ``stage`` of life, and as far as
        they are known ``standing``, ``sales_12m``, ``tax_12m``, ``invoiced_12m``; further columns are not read.

        ``assets`` is a frame of collateral: ``application_id``, ``asset_id``, ``kind``, ``value``, ``valued_on``,
        ``is_owned``; and ``is_pledged``, ``is_frozen``, ``has_lapsed``, ``ends_on``, ``fees_paid_until``,
        ``registered_on``, ``acquired_on``, ``prior_claims``. An ``asset_id`` stands once for an application. An asset that ends
        before the loan counts only where the policy lets it (``may_end_before``). With ratings, a patent is looked up in the
        records by its ``asset_id``, which then has to be the application number: one that the register does not list is not
        owned, and a pledge (but on the day of ``registered_on``, the lender's own), a lapse or an end of term in the register
        counts whatever is said here. :func:`firmrating.lending.patent_assets` lists them.

        ``guarantees`` is a frame, at most a row an application: ``application_id``, ``guarantor``, the ``share`` of the loan,
        ``pd`` of the guarantor, ``fee`` a year as a fraction of what it guarantees, its ``net_assets`` and ``liability``;
        and ``serves_small_firms``, ``client_liability`` and ``affiliate_liability``, for which it already stands.

        ``insurance`` is a frame, a row a contract: ``application_id``, ``line`` (``loan_guarantee``,
        ``patent_pledge_loan``, ... as :attr:`Offers.insurance <firmrating.Offers.insurance>` has it), ``insured``,
        ``share``, ``limit``, ``premium_rate``; and ``deductible``; a contract has no id, so a row with the same values is the same
        contract again, and rejected. ``covered`` is a frame of loans that parties of the
        structure of loss sharing already stand for: ``application_id``, ``party``, ``covered``. ``subsidised`` is a frame of
        what a firm has ``had`` in the year of a ``subsidy`` of the policy, on interest or on premiums: ``application_id``,
        ``subsidy``, ``had``. ``figures`` is a frame of figures of the need of working capital, at most a row an application:
        ``application_id`` and the columns of :func:`firmrating.lending.working_capital_need` but ``firm_id``. With ratings the
        statements behind them come first, and figures say what those do not; where all are known the need is reckoned and
        limits the loan, where one is missing it limits nothing and :attr:`Offers.need <firmrating.Offers.need>` says which.
        An application with a ``need`` and figures is rejected.

        Amounts are yuan, and shares, PDs, fees and premium rates fractions. What is missing: flags are false, ``own_share`` is 1,
        amounts that are owed, had or covered are none; ``need`` and ``amount`` then set no limit; sales, tax or invoices that a
        limit of the policy needs and nobody knows refer the application to a person.

        Each application is answered by itself: two of one frame do not see each other, so both may use up the same limit of a
        firm, the same collateral (by ``asset_id`` under each) and the same subsidy. Put what the first uses into ``owes``,
        ``had`` and ``covered`` of the next, or ask for one loan.

        Rows in are rows used and rows of :attr:`Offers.rejects <firmrating.Offers.rejects>`, for each of these frames: amounts
        below zero, ``months`` of zero and what stands twice are rejected; an
        application of which a row beside it cannot be read is rejected with it, and a row beside no application that is
        answered is rejected as well.
        """
        given = locals()
        firms = ratings._native if isinstance(ratings, Ratings) else typed(ratings)
        beside = {name: typed(given[name]) for name in _BESIDE}
        return Offers(self, self._native.offer(typed(applications), firms, beside))

    def offer_firm(
        self,
        application: dict[str, Any],
        firm: Any,
        *,
        assets: Any = None,
        guarantees: Any = None,
        insurance: Any = None,
        covered: Any = None,
        subsidised: Any = None,
        figures: Any = None,
    ) -> dict[str, Any]:
        """The answer to one application: the row of :attr:`Offers.frame <firmrating.Offers.frame>`.

        ``application`` holds the columns of :meth:`offer`; ``firm`` is a :class:`~firmrating.Ratings` or a mapping of the columns
        of a frame of firms. ``application_id`` may be left out, in ``application`` and in the frames beside it. What cannot be
        read or used, in any of them, raises :class:`~firmrating.InputError`.
        """
        given = locals()
        import polars as pl

        known = firm if isinstance(firm, Ratings) else pl.DataFrame([dict(firm)])
        one = {"application_id": "1", **application}
        beside = {name: _of_one(given[name], one["application_id"]) for name in _BESIDE}
        offers = self.offer(_one(one), known, **beside)
        if offers.rejects.height:
            raise _refused(offers.rejects)
        return offers.frame.row(0, named=True)


def offer(
    applications: Any,
    ratings: Any,
    policy: LendingPolicy,
    *,
    assets: Any = None,
    guarantees: Any = None,
    insurance: Any = None,
    covered: Any = None,
    subsidised: Any = None,
    figures: Any = None,
) -> Offers:
    """Answers applications by a policy: :meth:`LendingPolicy.offer` as a function."""
    return policy.offer(
        applications,
        ratings,
        assets=assets,
        guarantees=guarantees,
        insurance=insurance,
        covered=covered,
        subsidised=subsidised,
        figures=figures,
    )


def _one(row: dict[str, Any]) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame([{name: value for name, value in row.items() if value is not None}], strict=False)


def _of_one(frame: Any, application_id: str) -> Any:
    """A frame beside the one application, which its rows need not name."""
    import polars as pl

    if frame is None:
        return None
    beside = pl.DataFrame(frame)
    return beside if "application_id" in beside.columns else beside.with_columns(application_id=pl.lit(application_id))


def _refused(rejects: pl.DataFrame) -> _native.InputError:
    told = " | ".join(f"table `{table}`: `{field}`: {message}" for table, field, message in rejects.select("table", "field", "message").rows())
    error = _native.InputError(told)
    error.table, error.field = rejects["table"][0], rejects["field"][0]
    return error
