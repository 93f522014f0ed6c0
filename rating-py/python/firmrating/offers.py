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
        ``rate``, and ``net_rate`` after subsidies; the ``limit`` that binds and what bounds the rate, ``rate_bound``;
        the parts of the rate: ``funding``, ``expected_loss``, ``capital_charge``, ``cost``, ``tilt``; ``capital`` a yuan
        and ``raroc`` on it; ``pd``, ``lgd`` with the ``collateral`` that counts, what is ``lendable`` against it;
        ``subsidy`` of the first year; ``own_share``, what of a loss on what is not guaranteed the lender bears; ``fees`` of
        the first year; ``documents`` that the firm has to bring; ``reasons``; ``policy``, ``policy_version``, ``policy_hash``.
        """
        return self._table("frame")

    @property
    def reasons(self) -> pl.DataFrame:
        """A row a reason: ``application_id``, ``reason``, the ``decision`` that follows from it alone, and the ``detail``
        that it speaks of: a grade, a PD up to which, a limit, a return, months."""
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
    def subsidies(self) -> pl.DataFrame:
        """A row a subsidy: ``application_id``, ``subsidy``, ``amount`` of the first year."""
        return self._table("subsidies")

    @property
    def rejects(self) -> pl.DataFrame:
        """Rows that could not be used, a line a fault: ``table`` (``applications``, ``firms``, ``assets``), ``row`` (from 1),
        ``field``, ``rule``, ``value``, ``message``, ``content``."""
        return self._table("rejects")

    @property
    def counts(self) -> dict[str, int]:
        """Applications: ``rows_in``, ``used`` and ``rejected``; the first is the sum of the others."""
        return dict(zip(("rows_in", "used", "rejected"), self._native.counts(), strict=True))

    @property
    def summary(self) -> pl.DataFrame:
        """A row a decision, mildest first: ``decision``, ``applications``, ``amount``, mean ``rate`` by amount."""
        import polars as pl

        weight = pl.col("amount").cast(pl.Float64)
        told = self.frame.group_by("decision").agg(
            applications=pl.len(), amount=pl.col("amount").sum(), rate=(pl.col("rate") * weight).sum() / weight.sum()
        )
        order = pl.DataFrame({"decision": ["approve", "refer", "decline"]})
        joined = order.join(told, on="decision", how="left", maintain_order="left")
        rate = pl.when(pl.col("rate").is_finite()).then("rate")
        return joined.with_columns(pl.col("applications").fill_null(0), pl.col("amount").fill_null(0), rate)

    def explain(self, application_id: str, lang: Literal["en", "zh"] = "en") -> str:
        """The answer to one application in words, on one page, in English or Chinese: with every limit, the parts of the price,
        and what would change the answer."""
        return self._native.explain(application_id, lang)

    def write(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Writes ``offers``, ``reasons``, ``limits``, ``assets``, ``subsidies`` and ``rejects`` as Parquet files into a folder.

        Each file is whole or not there. The same input gives the same files.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        tables = {
            "offers": self.frame,
            "reasons": self.reasons,
            "limits": self.limits,
            "assets": self.assets,
            "subsidies": self.subsidies,
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
