"""Who bears which part of a loss: structures of loss sharing as documents, settlements, and a fund in many futures."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from firmrating import _firmrating as _native
from firmrating._days import Day, day_text
from firmrating._document import Document
from firmrating._files import read_document
from firmrating._frames import typed
from firmrating._money import Amount, amount_text, amount_texts
from firmrating._places import checked
from firmrating._write import write_whole

if TYPE_CHECKING:
    import polars as pl

__all__ = ["FundOutlook", "LossSharing", "Settlement"]


class LossSharing(Document[_native.LossSharing]):
    """A structure of loss sharing: parties, layers that a loss runs through, caps, what counts; immutable.

    Made from a document (JSON or TOML) and from what the issuing document leaves open, its inputs. A document that
    does not hold together, an input that is missing and one outside the limits that the document gives raise
    :class:`~firmrating.ModelError`, whose ``errors`` name every place::

        import firmrating as fr

        fr.LossSharing.inputs("shandong-2023")                  # what it leaves open
        sharing = fr.LossSharing.preset("shandong-2023")
        settled = sharing.settle(losses)                        # a frame in
        settled.frame                                           # a row a loss: paid_province, paid_city, paid_bank
        settled.payments, settled.bounds, settled.rejects

    Amounts go in as text, decimals, whole numbers or floats of whole fen, and come out as decimals of two places. Payments and
    what nobody pays sum to the loss to the fen.
    """

    __slots__ = ("_amounts", "_shares")

    _kind = "structure of loss sharing"
    _class = _native.LossSharing
    _shares: dict[str, float]
    _amounts: dict[str, str]

    def __init__(
        self,
        document: str | Mapping[str, Any],
        *,
        shares: Mapping[str, float] | None = None,
        amounts: Mapping[str, Amount] | None = None,
        kind: str | None = None,
    ) -> None:
        """Checks a document with what it leaves open: ``shares`` as fractions and ``amounts`` in yuan, by input.

        ``kind`` is the kind of firm that it is used for, one of :meth:`kinds`, where the largest share goes by it; without one a
        share must be allowed for every kind.
        """
        self._shares = {str(id): float(share) for id, share in (shares or {}).items()}
        self._amounts = amount_texts("amounts", amounts or {})
        given = {"shares": self._shares, "amounts": self._amounts, "kind": kind}
        self._take(checked(lambda text: _native.LossSharing(text, given), self._kind, document))

    @classmethod
    def preset(
        cls,
        id: str,
        *,
        shares: Mapping[str, float] | None = None,
        amounts: Mapping[str, Amount] | None = None,
        kind: str | None = None,
    ) -> Self:
        """A structure that comes with the package, one of :meth:`presets`, with what it leaves open."""
        return cls(_native.LossSharing.template(id), shares=shares, amounts=amounts, kind=kind)

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        *,
        shares: Mapping[str, float] | None = None,
        amounts: Mapping[str, Amount] | None = None,
        kind: str | None = None,
    ) -> Self:
        """Reads and checks the document in a file: JSON, or TOML if its name ends so."""
        return cls(read_document(cls._kind, path), shares=shares, amounts=amounts, kind=kind)

    @staticmethod
    def presets() -> list[str]:
        """Ids of the structures that come with the package."""
        return _native.LossSharing.presets()

    @staticmethod
    def template(id: str) -> dict[str, Any]:
        """The document of a structure that comes with the package, to read or to start one's own from."""
        import json

        document: dict[str, Any] = json.loads(_native.LossSharing.template(id))
        return document

    @classmethod
    def inputs(cls, id: str) -> pl.DataFrame:
        """What a structure that comes with the package leaves open.

        A row an input: ``id``, ``en``, ``zh``, and the least and the largest share that the document allows,
        ``at_least`` and ``at_most``, null where it sets none.
        """
        import polars as pl

        rows = [
            {"id": asked["id"], **asked["name"], "at_least": asked.get("at_least"), "at_most": asked.get("at_most")}
            for asked in cls.template(id).get("inputs", ())
        ]
        texts = dict.fromkeys(("id", "en", "zh"), pl.String)
        return pl.DataFrame(rows, schema={**texts, "at_least": pl.Float64, "at_most": pl.Float64})

    @classmethod
    def kinds(cls, id: str) -> pl.DataFrame:
        """Kinds of firm by which a structure that comes with the package limits a share.

        A row an input and kind: ``input``, ``kind``, ``en``, ``zh``, and the largest share for it, ``at_most``.
        """
        import polars as pl

        rows = [
            {"input": asked["id"], "kind": of["kind"], **of["name"], "at_most": of["at_most"]}
            for asked in cls.template(id).get("inputs", ())
            for of in asked.get("by_kind", ())
        ]
        return pl.DataFrame(rows, schema={**dict.fromkeys(("input", "kind", "en", "zh"), pl.String), "at_most": pl.Float64})

    @property
    def kind(self) -> str | None:
        """The kind of firm that it is used for; ``None``: any."""
        kind: str | None = self._spec.get("kind")
        return kind

    @property
    def shares(self) -> dict[str, float]:
        """Shares that were given for inputs."""
        return dict(self._shares)

    @property
    def amounts(self) -> dict[str, Decimal]:
        """Amounts in yuan that were given for inputs."""
        return {id: Decimal(amount) for id, amount in self._amounts.items()}

    @property
    def parties(self) -> list[str]:
        """Ids of the parties, in the order of the document."""
        return [party["id"] for party in self._spec["parties"]]

    @property
    def notice(self) -> dict[str, str]:
        """Where its numbers come from, by language: ``en`` and ``zh``."""
        basis = self._spec["basis"]
        return {"en": basis["en"], "zh": basis["zh"]}

    def __eq__(self, other: object) -> bool:
        """Equal documents with equal inputs are equal."""
        if not isinstance(other, LossSharing):
            return False
        return super().__eq__(other) and (self.shares, self.amounts) == (other.shares, other.amounts)

    def __hash__(self) -> int:
        """Hash of the content hash."""
        return super().__hash__()

    def settle(
        self,
        losses: Any,
        *,
        pool_loans: Mapping[int, Amount] | None = None,
        open_until: Day | None = None,
    ) -> Settlement:
        """Settles losses that share yearly caps, caps of firms and balances.

        ``losses`` is a frame, a row a loss: ``loan_id``, ``firm_id``, ``lent_on``, ``defaulted_on``, ``claimed_on``
        (yearly caps count by it), ``principal``; and as far as they are known ``interest``, ``recorded_on`` (missing:
        never), ``is_eligible`` (missing: yes), ``traits`` (``first_loan``, ``pure_credit``, ``ip_pledge``,
        ``receivable_pledge``, ``inventory_pledge``, separated by blanks). Other columns are refused.
        ``pool_loans`` are the loans of the pool by calendar year, which structures with a cap on a share of them need;
        ``open_until`` is the last day before the breaker opened.

        The order of the rows changes nothing: shared caps are used up in the order of the days of the claims.

        Several rows of one loan are claims for parts of what was lost on it, and a cap of a loan holds over all of them. A row
        that is the same in everything as one before it is rejected: it was delivered twice. A claim that came too soon
        (``waits``) is delivered again with its later day in place of the first, not beside it.
        """
        pool = {
            "loans": amount_texts("pool_loans", pool_loans or {}),
            "open_until": None if open_until is None else day_text(open_until),
        }
        return Settlement(self, self._native.settle(typed(losses), pool))

    def breaker(self, *, non_performing: Amount, pool: Amount) -> Literal["closed", "warned", "open"]:
        """Whether the structure still takes loans, when so much of a pool does not perform; amounts in yuan.

        ``warned`` from the share on at which it warns, ``open`` from the one at which it stops; without a breaker, and of an
        empty pool, always ``closed``::

            hubei.breaker(non_performing=50, pool=1_000)    # "warned": 5 %; from 8 % on "open"
        """
        state: Literal["closed", "warned", "open"] = self._native.breaker(
            amount_text("non_performing", non_performing), amount_text("pool", pool)
        )
        return state

    def simulate(
        self,
        loans: Any,
        *,
        party: str,
        start: Day,
        months: int,
        correlation: float,
        futures: int = 10_000,
        seed: int = 0,
    ) -> FundOutlook:
        """Lets loans run through many futures of a one-factor model and settles every loss.

        ``loans`` is a frame, a row a loan: ``loan_id``, ``firm_id``, ``principal``, ``pd`` of twelve months, ``lgd``; and
        ``traits`` separated by blanks, as in :meth:`settle`, where shares of the structure depend on them; all lent on ``start`` and looked at for ``months``. ``correlation``, of all firms with one factor, lies in [0, 1);
        ``party`` is the one that is looked at. The same ``seed`` gives the same answer on every machine.

        A loan that the structure does not take, since its firm would have more than it may or a party would stand for more than
        its balance allows, is left out and named in :attr:`FundOutlook.not_taken`. How long loans run and at which rate is not
        known here, so that limits on these are not looked at. A ``start`` on which the structure is not in force is refused.
        """
        question = {
            "party": party,
            "start": day_text(start),
            "months": months,
            "correlation": correlation,
            "futures": futures,
            "seed": seed,
        }
        return FundOutlook(self._native.simulate(typed(loans), question))


class Settlement:
    """Who pays what of many losses. Made by :meth:`LossSharing.settle`."""

    __slots__ = ("_frames", "_native", "sharing")

    sharing: LossSharing
    """The structure that settled."""

    def __init__(self, sharing: LossSharing, native: _native.Settlement) -> None:
        self.sharing, self._native = sharing, native
        self._frames: dict[str, pl.DataFrame] = {}

    @property
    def frame(self) -> pl.DataFrame:
        """A row a loss, in the order of the rows that were read.

        ``loan_id``, ``firm_id``, ``claimed_on``; ``settled``: ``paid``, ``waits`` or ``excluded``, ``because``
        (``waiting_days``, ``not_eligible``, ``not_in_force``, ``after_breaker``, ``recorded_late``, ``pool_unknown``) and
        ``payable_on`` of what waits; ``loss``, what of it is ``counted``, ``paid`` by all, ``unpaid``: the rest, which
        stays with the lender; ``paid_*`` by party. ``loss = paid + unpaid``, to the fen.
        """
        return self._table("frame")

    @property
    def payments(self) -> pl.DataFrame:
        """A row a payment: ``loan_id``, ``firm_id``, ``claimed_on``, ``layer`` (from 0), ``party``, ``amount``."""
        return self._table("payments")

    @property
    def bounds(self) -> pl.DataFrame:
        """A row a cap that bound.

        ``loan_id``, ``firm_id``, ``claimed_on``, ``layer`` (from 0), ``party`` (null: it bounds what comes into the
        layer), ``scope`` (``loan``, ``firm``, ``firm_year``, ``year``, ``pool_share``, ``balance``), ``cut``: what it cut
        off, which runs on to the next layer.
        """
        return self._table("bounds")

    @property
    def rejects(self) -> pl.DataFrame:
        """Rows that could not be read, a line a fault: ``table``, ``row`` (from 1), ``field``, ``rule``, ``value``, ``message``,
        ``content``."""
        return self._table("rejects")

    @property
    def counts(self) -> dict[str, int]:
        """``rows_in``, ``used`` and ``rejected``; the first is the sum of the others."""
        return dict(zip(("rows_in", "used", "rejected"), self._native.counts(), strict=True))

    @property
    def totals(self) -> pl.DataFrame:
        """A row a party, and one for what nobody pays: ``party`` (null for the last), ``amount``, ``share`` of the loss."""
        import polars as pl

        parties = self.sharing.parties
        sums = self.frame.select(pl.col("loss", "unpaid", *(f"paid_{party}" for party in parties)).sum()).row(0)
        lost, unpaid, *paid = sums
        rows = pl.DataFrame({"party": [*parties, None]}, schema={"party": pl.String})
        amounts = pl.Series("amount", [*paid, unpaid], dtype=self.frame.schema["loss"])
        share = amounts.cast(pl.Float64) / float(lost) if lost else pl.Series([None], dtype=pl.Float64)
        return rows.with_columns(amounts, share.alias("share"))

    def explain(self, loan_id: str, lang: Literal["en", "zh"] = "en") -> str:
        """How the loss on one loan was settled, in words, in English or Chinese."""
        return self._native.explain(loan_id, lang)

    def recover(self, recoveries: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Gives recoveries back in the proportions in which the losses were borne, and says which rows could not be.

        ``recoveries`` is a frame, a row a loan: ``loan_id``, ``recovered`` so far, ``cost`` of it so far (missing: none). What
        was recovered on a loan of several claims goes back in the proportions in which all of them were borne together.
        The first answer is a row a loan: ``loan_id``, ``recovered``, ``cost``, ``net``, ``returned_*`` by party,
        ``to_lender`` for what nobody paid, ``surplus`` once every loss is made good; the second is like :attr:`rejects`.
        ``net = returned + to_lender + surplus``, to the fen, and nobody gets back more than it paid.
        """
        import polars as pl

        rows, rejects = self._native.recover(typed(recoveries))
        return pl.DataFrame(rows), pl.DataFrame(rejects)

    def write(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Writes ``settlements``, ``payments``, ``bounds`` and ``rejects`` as Parquet files into a folder, each whole or not there."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        tables = {"settlements": self.frame, "payments": self.payments, "bounds": self.bounds, "rejects": self.rejects}
        return [write_whole(folder / f"{name}.parquet", frame.write_parquet) for name, frame in tables.items()]

    def __len__(self) -> int:
        """How many losses there are."""
        return self._native.counts()[1]

    def __repr__(self) -> str:
        used, rejected = self._native.counts()[1:]
        return f"Settlement of {used:,} losses by {self.sharing!r}, {rejected:,} rows rejected"

    def _table(self, name: str) -> pl.DataFrame:
        if name not in self._frames:
            import polars as pl

            self._frames[name] = pl.DataFrame(getattr(self._native, name)())
        return self._frames[name]


class FundOutlook:
    """What a party pays in many futures, in yuan. Made by :meth:`LossSharing.simulate`."""

    __slots__ = ("_native",)

    def __init__(self, native: _native.FundOutlook) -> None:
        self._native = native

    @property
    def lent(self) -> float:
        """Loans that the structure takes."""
        return self._native.lent

    @property
    def expected(self) -> float:
        """What it pays on average."""
        return self._native.expected

    @property
    def multiplier(self) -> float | None:
        """Loans for each yuan that it is expected to pay; ``None`` if it pays nothing."""
        return self._native.multiplier

    @property
    def breaker_opens(self) -> float:
        """The share of the futures in which the breaker opens."""
        return self._native.breaker_opens

    @property
    def breaker_warns(self) -> float:
        """The share of the futures in which the warning comes, a stop that comes at once among them."""
        return self._native.breaker_warns

    @property
    def not_taken(self) -> pl.DataFrame:
        """Loans that the structure does not take, which are no part of anything else here.

        A row a loan: ``loan_id``, ``firm_id``, ``because`` (``firm_loans`` or ``leverage``).
        """
        import polars as pl

        return pl.DataFrame(self._native.not_taken())

    @property
    def paid(self) -> pl.Series:
        """What it pays in each future, ascending."""
        import polars as pl

        return pl.DataFrame(self._native.paid()).to_series()

    @property
    def months_to_warning(self) -> pl.Series:
        """Months to the warning, in the futures in which it comes, ascending."""
        import polars as pl

        return pl.DataFrame(self._native.months_to_warning()).to_series()

    @property
    def months_to_breaker(self) -> pl.Series:
        """Months to the breaker, in the futures in which it opens, ascending."""
        import polars as pl

        return pl.DataFrame(self._native.months_to_breaker()).to_series()

    def quantile(self, level: float) -> float:
        """What it pays at most in a share of the futures, such as 0.99."""
        return self._native.quantile(level)

    def explain(self, lang: Literal["en", "zh"] = "en") -> str:
        """The outlook in words, in English or Chinese."""
        return self._native.explain(lang)

    def __repr__(self) -> str:
        return f"FundOutlook of {self.lent:,.0f} yuan of loans: {self.expected:,.0f} expected, {self.quantile(0.99):,.0f} at 99 %"
