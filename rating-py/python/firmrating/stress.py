"""Scenarios as documents, and what they change for firms that asked for loans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firmrating import _firmrating as _native
from firmrating._document import Document
from firmrating._frames import typed
from firmrating.offers import Offers

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Stress", "StressedOffers"]


class Stress(Document[_native.Stress]):
    """Scenarios that shift PD and sales by industry; immutable.

    Made from a document (JSON or TOML): :meth:`preset`, :meth:`load`, :meth:`from_json`, :meth:`from_dict`::

        import firmrating as fr

        stress = fr.Stress.preset("example")               # illustrative: replace every number before use
        stressed = stress.run(offers, "contact_services")  # offers: fr.Offers, before
        stressed.frame.filter(change="drops_out")          # who drops out, and why: `because`
    """

    __slots__ = ()

    _kind = "stress"
    _class = _native.Stress

    @classmethod
    def preset(cls, id: str = "example") -> Stress:
        """Scenarios that come with the package. ``example`` is illustrative; all its numbers are made up."""
        return cls(_native.Stress.template(id))

    @property
    def notice(self) -> dict[str, str]:
        """Where its numbers come from, by language: ``en`` and ``zh``."""
        basis = self._spec["basis"]
        return {"en": basis["en"], "zh": basis["zh"]}

    @property
    def scenarios(self) -> list[str]:
        """Ids of the scenarios, in the order of the document."""
        return [str(scenario["id"]) for scenario in self._spec["scenarios"]]

    def run(self, offers: Offers, scenario: str, *, industries: Any = None) -> StressedOffers:
        """Answers the same applications again by the same policy, with the firms as they are in a scenario.

        The PD moves, and with it the grade where the offers were made to :class:`~firmrating.Ratings`; of firms of a frame
        the grade stays. Sales, invoices and tax move together. A firm takes the shock with the longest code that its
        industry begins with, else the one without industries.

        The industry is the registered one of the records. ``industries`` is a frame that says otherwise, or what firms of
        a frame do: ``firm_id`` and ``industry`` by GB/T 4754 (null: not known); a row that cannot be read is refused.
        """
        return StressedOffers(self, scenario, self._native.run(offers._native, scenario, typed(industries)))


    def shocked(self, firms: Any, scenario: str) -> pl.DataFrame:
        """Firms as they are in a scenario, for a budget before and after (:func:`firmrating.stress_budget`).

        ``firms`` is a frame, a row a firm: ``firm_id``, ``pd``, and as far as they are known ``industry`` by GB/T 4754 and ``sales`` in
        yuan; it may hold more, which is not read, and a row that cannot be read is refused. The answer has a row each in the
        same order: ``firm_id``, the ``shock`` that the firm took (its place in the scenario, from 0; null: none), ``pd``,
        ``sales`` (null: not known).
        """
        import polars as pl

        return pl.DataFrame(self._native.shocked(typed(firms), scenario))


class StressedOffers:
    """Offers before and after a scenario. Made by :meth:`Stress.run`."""

    __slots__ = ("frame", "scenario", "stress")

    stress: Stress
    """The document."""
    scenario: str
    """The scenario of it."""
    frame: pl.DataFrame
    """A row an application, in the order of the offers.

    ``application_id``, ``firm_id``, ``industry``, the ``shock`` that the firm took (its place in the scenario, from 0; null:
    none); ``change``: ``drops_out`` (it is declined and was not), ``referred`` (it was approved), ``cut``, ``dearer``,
    ``unchanged`` or ``eased``; ``decision``, ``amount``, ``limit`` (the one that binds), ``rate``, ``pd`` and ``grade``, each with
    ``_before`` and ``_after``; ``because``: kinds of reason that are new or speak of another limit than before, and
    ``amount_cut`` of an offer that is cut.
    """

    def __init__(self, stress: Stress, scenario: str, rows: Any) -> None:
        import polars as pl

        self.stress, self.scenario, self.frame = stress, scenario, pl.DataFrame(rows)

    @property
    def summary(self) -> pl.DataFrame:
        """A row a change, gravest first: ``change``, ``applications``, ``amount_before``, ``amount_after``."""
        import polars as pl

        told = self.frame.group_by("change").agg(
            pl.len().alias("applications"), pl.col("amount_before").sum(), pl.col("amount_after").sum()
        )
        order = pl.DataFrame({"change": ["drops_out", "referred", "cut", "dearer", "unchanged", "eased"]})
        return order.join(told, on="change", how="left", maintain_order="left").with_columns(pl.exclude("change").fill_null(0))

    def __repr__(self) -> str:
        counted = (f"{count:,} {change}" for change, count in self.summary.select("change", "applications").iter_rows() if count)
        return f"Offers in `{self.scenario}` of {self.stress!r}: {', '.join(counted) or 'none'}"
