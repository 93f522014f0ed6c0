"""What the price and the amount of an offer are made of, by column: so that an analyst can check them.

Columns are series of polars or pandas, numpy arrays, lists, or one number for all rows. What is missing or out of its
domain is refused with its row, never dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from firmrating import _firmrating as _native
from firmrating._days import Day, day_text
from firmrating._frames import typed
from firmrating._money import Amount, amount_text
from firmrating.insurance import insurance_pays, insurance_premium, most_re_guarantee_fee, premium_subsidy
from firmrating.records import Records

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "capital",
    "expected_credit_loss",
    "guarantee_room",
    "insurance_pays",
    "insurance_premium",
    "is_within_ip_tolerance",
    "longest_months",
    "most_re_guarantee_fee",
    "need_figures",
    "patent_assets",
    "patent_value",
    "policy_part",
    "premium_subsidy",
    "raroc",
    "rate",
    "schedule",
    "working_capital_need",
]


def capital(
    pd: Any,
    lgd: Any,
    *,
    maturity_years: Any = 2.5,
    sales: Any = None,
    pd_floor: float = 0.0005,
    lgd_floor: float = 0.0,
    scaling: float = 1.0,
    size: tuple[Amount, Amount] | None = None,
) -> pl.DataFrame:
    """Capital by the internal-ratings formula for corporates.

    A row a loan: ``correlation``, ``maturity_factor``, ``requirement`` for each yuan of exposure, ``risk_weight``, which is
    12.5 times that. ``size`` are the sales between which a firm's ``sales`` lower the correlation::

        w = (1 - e^(-50·PD)) / (1 - e^(-50))
        R = 0.12·w + 0.24·(1 - w) - 0.04·(1 - (S - low) / (high - low))
        b = (0.11852 - 0.05478·ln PD)²
        K = LGD·(Φ((G(PD) + √R·G(0.999)) / √(1 - R)) - PD) · (1 + (M - 2.5)·b) / (1 - 1.5·b) · scaling

    Source: BCBS, International Convergence of Capital Measurement, June 2006, paragraph 272 and the firm-size adjustment
    after it; CRE31.
    """
    bounds = None if size is None else tuple(amount_text("size", bound) for bound in size)
    rule = {"pd_floor": pd_floor, "lgd_floor": lgd_floor, "scaling": scaling, "size": bounds}
    columns = {"pd": pd, "lgd": lgd, "maturity_years": maturity_years}
    return _table(_native.capital(_columns(columns if sales is None else columns | {"sales": sales}), rule))


def raroc(rate: Any, other: Any, capital: Any) -> pl.Series:
    """What a rate earns on capital: ``(rate - other) / capital``, null without capital.

    ``other`` is what the lender pays or expects to lose: funding, expected loss, cost, fees that it pays, less subsidies. What a
    policy adds or takes off by stage of life (``tilt``) is none of it.
    """
    return _table(_native.returns(_columns({"given": rate, "other": other, "capital": capital}), False)).to_series()


def rate(raroc: Any, other: Any, capital: Any) -> pl.Series:
    """The rate that earns so much on capital: ``other + raroc · capital``, the inverse of :func:`raroc`."""
    return _table(_native.returns(_columns({"given": raroc, "other": other, "capital": capital}), True)).to_series()


def expected_credit_loss(
    pd: Any, lgd: Any, amount: Any, months: Any, rate: Any, *, timing: Literal["middle", "end"] = "end"
) -> pl.DataFrame:
    """Expected credit loss of loans, by IFRS 9.

    A row a loan: ``twelve_month`` and ``lifetime``, in yuan, discounted at the effective ``rate``; ``annual_rate``, which
    makes up for the lifetime loss. ``timing`` says when in a year a loss is taken to happen::

        ECL = Σ Sₜ · qₜ · LGD · EADₜ · (1 + rate)^-(t - 1 + fₜ),   Sₜ = Π(1 - PDₛ), s < t,   qₜ = 1 - (1 - PDₜ)^fₜ

    where ``fₜ`` is the part of year t that the loan runs, 1 but in the last, and ``fₜ / 2`` in the exponent for losses in the
    middle. ``pd`` and ``amount`` are numbers, of every year of a loan that is repaid at its end, or lists by year, as many
    as the loan has years, the last begun (a list of lists, or a column of lists)::

        fr.lending.expected_credit_loss([[0.02, 0.03]], 0.5, [[1_000, 600]], 24, 0.1)["lifetime"]    # 16.38
        owed = offers.owed_by_year("equal_instalment").group_by("application_id", maintain_order=True).agg("owed")

    A PD is that of twelve months, for a firm that has not defaulted before, also in a last year of fewer months.
    Source: IFRS 9, 5.5 and B5.5.44; the split into years is the usual one and not prescribed.
    """
    columns = {"lgd": lgd, "months": months, "rate": rate}
    given = _columns(_by_year("pd", "later_pds", pd) | _by_year("amount", "later_amounts", amount) | columns)
    return _table(_native.expected_credit_loss(given, timing))


def schedule(
    principal: Amount,
    rate: float,
    drawn_on: Day,
    months: int,
    *,
    every_months: int = 1,
    repayment: Literal["equal_instalment", "equal_principal", "interest_only", "single_payment"] = "equal_instalment",
    day_count: Literal["months", "actual360", "actual365"] = "months",
) -> pl.DataFrame:
    """How a loan is paid back, exact to the fen.

    A row an instalment: ``due_on``, ``days`` since the due day before, ``payment``, of which ``principal`` and ``interest``,
    and the ``balance`` still owed. ``rate`` is an annual fraction with at most six decimals; a payment is due every
    ``every_months`` counted from ``drawn_on``. The last payment takes what is left, so that the parts sum to the principal::

        interest    = balance · rate · part of the year, to the nearest fen
        instalment  = principal · i / (1 - (1 + i)^-n)   (equal periods with interest i)

    Conventions differ between lenders; none of those here is a rule of any authority.
    """
    terms = {
        "principal": amount_text("principal", principal),
        "rate": rate,
        "drawn_on": day_text(drawn_on),
        "months": months,
        "every_months": every_months,
        "repayment": repayment,
        "day_count": day_count,
    }
    return _table(_native.schedule(terms))


def working_capital_need(figures: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Need of working capital by the annex of the rules on working-capital loans, and rows that could not be used.

    ``figures`` is a frame, a row a firm, in yuan: ``firm_id``, ``sales``, ``cost``, ``profit`` of the last year;
    ``expected_growth`` as a fraction; averages of ``receivables``, ``inventory``, ``payables``, ``prepaid``, ``advances``;
    ``own_funds``, ``existing_loans``, ``other_channels``; missing ones are none. The first answer has the days of each
    item, ``turns`` (null: others lend the firm its working capital), ``working_capital``, and ``new_loan``::

        turns    = 360 / (inventory + receivable - payable + prepaid - advance days)
        capital  = sales · (1 - profit / sales) · (1 + growth) / turns
        new loan = capital - own funds - existing loans - other channels, at least 0

    Source: 流动资金贷款管理办法, annex.
    """
    rows, rejects = _native.working_capital_need(typed(figures))
    return _table(rows), _table(rejects)


def need_figures(records: Records, as_of: Day) -> pl.DataFrame:
    """What the statements of every firm say of its need of working capital, and what they do not.

    A row a firm: ``firm_id``, the ``year`` of the latest statement, its ``sales``, ``cost`` and ``profit`` before tax; averages of
    ``receivables``, ``inventory`` and ``payables``, half the sum of both balance sheets, null without that of the year before;
    ``missing``, the figures of :func:`working_capital_need` that are not known. No department reports expected growth,
    prepayments, advances from customers, own funds, working-capital loans and other channels: the lender asks the firm, and
    puts the answers beside applications (``figures`` of :meth:`LendingPolicy.offer <firmrating.LendingPolicy.offer>`).
    """
    return _table(_native.need_figures(records._native, day_text(as_of)))


def patent_assets(records: Records, as_of: Day) -> pl.DataFrame:
    """The patents of every firm as collateral on a day, as far as the register says it: a row a patent.

    ``firm_id`` and columns of the frame ``assets`` of :meth:`LendingPolicy.offer <firmrating.LendingPolicy.offer>`: ``asset_id`` (the
    application number), ``kind``, ``is_owned`` (taken over by the day, or the firm's own), ``is_pledged``, ``has_lapsed`` (not in
    force), ``ends_on`` (the last day of its term, 20, 10 or 15 years from filing), ``acquired_on``; and ``remaining_years`` for
    :func:`patent_value`. Join ``application_id``, ``value`` and ``valued_on``, and drop the columns that an offer does not take::

        patents = fr.lending.patent_assets(records, as_of="2025-06-30")
        assets = valuations.join(patents.drop("remaining_years"), on="asset_id").drop("firm_id")
        policy.offer(applications, ratings, assets=assets)

    Whether a patent is frozen, its fees and earlier claims stand in no record: they are the caller's to say.
    """
    return _table(_native.patent_assets(records._native, day_text(as_of)))


def patent_value(valuation: Mapping[str, Any]) -> dict[str, Decimal | None]:
    """What a patent is worth by royalties saved, by cost and by comparison; every number is the valuer's own.

    ``valuation`` holds ``remaining_years`` and at least one of the methods, each with its ``weight``; amounts are texts of yuan:
    ``income`` (``sales`` that the patent protects and annual ``fees``, year by year; ``royalty``, ``tax`` and ``discount`` as
    fractions), ``cost`` (``cost`` of making it again, ``obsolescence`` as a fraction, ``life_years``) and ``market`` (``prices``
    of others like it, ``adjustment`` as a factor)::

        income = Σ (sales · royalty · (1 - tax) - fee) · part of the year · (1 + discount)^-(t - ½)
        cost   = cost · (1 - obsolescence) · min(1, remaining / life)
        market = median of prices · adjustment
        value  = Σ weight · method / Σ weight

        fr.lending.patent_value({"remaining_years": 1, "income": {
            "sales": ["1000000"], "royalty": 0.05, "tax": 0.25, "discount": 0.21, "weight": 1}})["value"]   # 34090.90

    The answer holds ``income``, ``cost`` and ``market``, ``None`` without the method, and ``value``, rounded down to the fen. Whether
    the patent may be pledged at all (owned, in force, fees paid, not pledged or frozen) is judged by the ``assets`` of
    :meth:`LendingPolicy.offer <firmrating.LendingPolicy.offer>`. What is outside its domain raises
    :class:`~firmrating.InputError` with every fault.
    """
    import json

    found = _native.patent_value(json.dumps(dict(valuation), default=str))
    return {method: None if amount is None else Decimal(amount) for method, amount in found.items()}


def is_within_ip_tolerance(*, ip_non_performing: Amount, ip_loans: Amount, non_performing: Amount, loans: Amount) -> bool:
    """Whether loans against intellectual property fail to perform within the tolerance; amounts in yuan.

    At most three percentage points more than all ``loans`` of the bank, the three included::

        ip_non_performing / ip_loans <= non_performing / loans + 0.03

    Without such loans it is. Source: 银保监发〔2019〕34号, as secondary sources give it.
    """
    ip = (amount_text("ip_non_performing", ip_non_performing), amount_text("ip_loans", ip_loans))
    return _native.is_within_ip_tolerance(ip, (amount_text("non_performing", non_performing), amount_text("loans", loans)))


def guarantee_room(
    *,
    net_assets: Amount,
    liability: Amount,
    serves_small_firms: bool = False,
    client_liability: Amount = 0,
    affiliate_liability: Amount = 0,
) -> dict[str, Any]:
    """What a guarantor may still stand for, in yuan: ``leverage``, ``client``, ``group``, the least of them (``most``), and which
    it is (``bound``)::

        leverage = 10 · net assets (15 if it mainly serves small firms and agriculture) - liability
        client   = 10 % of net assets - what it stands for
        group    = 15 % of net assets - what it stands for, affiliates included

        fr.lending.guarantee_room(net_assets=200, liability=1_995)["most"]    # 5.00

    Never below nothing. Source: 融资担保公司监督管理条例 (国务院令第683号).
    """
    own = (amount_text("net_assets", net_assets), amount_text("liability", liability))
    stands_for = (amount_text("client_liability", client_liability), amount_text("affiliate_liability", affiliate_liability))
    room = _native.guarantee_room(own, serves_small_firms, stands_for)
    return {name: text if name == "bound" else Decimal(text) for name, text in room.items()}


def longest_months(purpose: Literal["working_capital", "slow_working_capital", "fixed_assets"], on: Day) -> int | None:
    """The longest that a loan may run in principle, in months, if it is lent on a day; ``None`` before the rules were in force.

    Working capital 36, with slow cash 60, fixed assets 120. Source: 流动资金贷款管理办法 and 固定资产贷款管理办法 of 2024-02-02, in
    force from 2024-07-01, as a secondary source gives them.
    """
    return _native.longest_months(purpose, day_text(on))


def policy_part(kind: Literal["interest_subsidy", "premium_subsidy", "knowledge_value"], id: str) -> dict[str, Any]:
    """A part of a lending policy that comes with the package, as a document to put into one's own.

    ``interest_subsidy``: ``shanxi-2023``, ``shandong-2023``, for the list ``subsidies``; ``premium_subsidy``: ``shaanxi-2012``,
    for ``premium_subsidies``; ``knowledge_value``: ``hubei-2025``, for ``limit``, of which amounts that were not published are
    missing and have to be filled in::

        spec = fr.LendingPolicy.preset("example").spec
        spec["subsidies"].append(fr.lending.policy_part("interest_subsidy", "shandong-2023"))
        policy = fr.LendingPolicy.from_dict(spec)
    """
    import json

    document: dict[str, Any] = json.loads(_native.policy_part(kind, id))
    return document


def _table(native: Any) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(native)


def _columns(given: dict[str, Any]) -> pl.DataFrame:
    """Columns of one length; a single value stands for every row."""
    import polars as pl

    columns = {name: _column(name, values) for name, values in given.items()}
    # A column of no row asks for an answer of no row.
    rows = max((column.len() for column in columns.values() if column.len() != 1), default=1)
    for name, column in columns.items():
        if column.len() not in (1, rows):
            error = _native.InputError(f"`{name}` must have `{rows}` rows or one, got `{column.len()}`")
            error.field = name
            raise error
    whole = [column.new_from_index(0, rows) if column.len() == 1 else column for column in columns.values()]
    return pl.DataFrame(whole).cast({pl.Null: pl.Float64})


def _by_year(first: str, later: str, values: Any) -> dict[str, Any]:
    """A column of numbers, or of lists by year: that of the first year, and those of later years separated by blanks."""
    import polars as pl

    of_lists = isinstance(values, list | tuple) and any(isinstance(value, list | tuple) for value in values)
    column = _column(first, list(values) if of_lists else values)
    if not isinstance(column.dtype, pl.List | pl.Array):
        return {first: column}
    years = column.cast(pl.List(column.dtype.inner))
    texts = years.list.eval(pl.element().cast(pl.String))
    if texts.list.eval(pl.element().is_null()).list.any().any():
        raised = _native.InputError(f"`{first}` must be given for every year, got null")
        raised.field = first
        raise raised
    return {first: years.list.first(), later: texts.list.slice(1).list.join(" ")}


def _column(name: str, values: Any) -> pl.Series:
    import polars as pl

    if hasattr(values, "to_numpy") and not isinstance(values, pl.Series):
        values = values.to_numpy()
    is_one = isinstance(values, str) or not hasattr(values, "__len__")
    try:
        return pl.Series(name, [values] if is_one else values, strict=False)
    except (TypeError, ValueError, pl.exceptions.PolarsError) as error:
        raised = _native.InputError(f"`{name}` must be a column of numbers, got `{type(values).__name__}`")
        raised.field = name
        raise raised from error
