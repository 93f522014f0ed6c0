"""Panels: the sample that a model is built from, firms on observation dates with what became of them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from firmrating import _firmrating as _native
from firmrating._days import Day, day_text
from firmrating._files import read_document
from firmrating._places import checked

if TYPE_CHECKING:
    import polars as pl

    from firmrating.records import Records

__all__ = ["Panel", "panel"]


def panel(
    records: Records,
    *,
    observed_on: Day | Iterable[Day] | Mapping[str, Any],
    known_by: Day,
    outcome_months: int = 12,
    default: Mapping[str, Any] | None = None,
    indeterminate: Mapping[str, Any] | None = None,
    exclude: Mapping[str, Any] | None = None,
    splits: Mapping[str, Any] | None = None,
    leaks: Mapping[str, Any] | None = None,
    reasons: bool = False,
) -> Panel:
    """Observes every firm of records on every date: measures as known then, and what became of the firm.

    ``observed_on`` are days, or ``{"first": ..., "last": ..., "months": 6}``. ``known_by`` is the end of the data: an
    outcome sees what is known by it. A default counts if it lies after the date and not after the same day
    ``outcome_months`` later.

    What is not given stands as shipped; ``fr.Panel.spec`` shows it, ``docs/panel.md`` explains it. ``default`` is given
    whole::

        default={"events": [{"overdue": {"days": 90, "amount": "1000", "share": 0.01}},
                            {"non_performing": {"from": "substandard"}},
                            {"registration": {"any_of": ["revoked", "cancelled"]}},
                            {"listing": {"list": "judgment_debtor"}}],
                 "cure_months": 0}

    Of the others each field stands by itself: ``indeterminate={"overdue": {"days": 30}, "left": ["moved_out"],
    "followed": ["facilities"]}``, ``exclude={"min_age_months": 24, "reported": ["registrations"]}``,
    ``splits={"test_from": "2025-06-30", "test_share": 0.3, "folds": 5, "seed": "1"}``, ``leaks={"auc": 0.9,
    "changed_share": 0.05, "unique_share": 0.95}``. Amounts are text, in yuan.

    With ``reasons``, a column ``<id>__missing`` follows each measure and says why it has no value.

    Raises :class:`~firmrating.ModelError`, whose ``errors`` name everything that does not hold together.
    """
    document: dict[str, Any] = {
        "observed_on": _dates(observed_on),
        "outcome_months": outcome_months,
        "known_by": day_text(known_by),
    }
    parts = {"default": default, "indeterminate": indeterminate, "exclude": exclude, "splits": splits, "leaks": leaks}
    document.update({name: dict(part) for name, part in parts.items() if part is not None})
    return Panel(records, document, reasons=reasons)


class Panel:
    """Firms on observation dates, with what became of them; immutable. Made by :func:`firmrating.panel`.

    Or from a whole document: a dictionary as :attr:`spec` gives it, or the path of a JSON or TOML file.
    """

    __slots__ = ("_native", "_records", "counts", "frame")

    frame: pl.DataFrame
    """A row a firm and observation date, firm by firm.

    ``firm_id``, ``observed_on``, ``window_end`` (the last day on which a default counts); ``outcome``: ``good``,
    ``bad``, ``indeterminate`` or ``excluded``; ``reason``, why it is neither good nor bad; ``event`` and
    ``first_event_on``, what decided it and when; ``split_time`` (``train``, ``gap``, ``test``), ``split_firm``
    (``train``, ``test``) and ``fold`` (from 1) if they are asked for; then a column a measure, null where there is no
    value.
    """
    counts: pl.DataFrame
    """Columns ``observed_on``, ``outcome``, ``reason``, ``rows``; they add up to firms × dates."""

    def __init__(
        self, records: Records, document: Mapping[str, Any] | str | os.PathLike[str], *, reasons: bool = False
    ) -> None:
        import polars as pl

        given = document if isinstance(document, Mapping) else read_document("panel", document)
        self._native, self._records = checked(_native.PanelDesign, "panel", given), records
        rows, counts = self._native.observe(records._native, reasons=reasons)
        self.frame, self.counts = pl.DataFrame(rows), pl.DataFrame(counts)

    @property
    def spec(self) -> dict[str, Any]:
        """The whole document, with what was not given as it stands."""
        spec: dict[str, Any] = json.loads(self._native.to_json())
        return spec

    @property
    def hash(self) -> str:
        """Content hash of the document, SHA-256."""
        return self._native.hash

    @property
    def used(self) -> pl.DataFrame:
        """The rows of goods and bads, with all columns of :attr:`frame`."""
        import polars as pl

        return self.frame.filter(pl.col("outcome").is_in(["good", "bad"]))

    @property
    def x(self) -> pl.DataFrame:
        """The measures of goods and bads, a column each."""
        from firmrating.catalogue import measures

        return self.used.select(measures()["id"].to_list())

    @property
    def y(self) -> pl.Series:
        """1 for a bad, 0 for a good, in the order of :attr:`x`."""
        import polars as pl

        return self.used.select((pl.col("outcome") == "bad").cast(pl.Int8).alias("bad")).to_series()

    def leaks(self) -> pl.DataFrame:
        """Looks for measures that know too much, over the goods and bads; a row a measure.

        ``measure``, ``rows``, ``values``; ``auc``, ``auc_lower``, ``auc_upper``: how well the value alone tells goods
        from bads, at least one half, with DeLong's 95 % interval; ``auc_missing``, how well "has a value" does;
        ``changed``, rows that differ when made of the records known by the end; ``distinct`` values; ``signs``, what
        is suspicious, separated by blanks: ``auc``, ``missing_auc``, ``known_later``, ``identifier``.
        """
        import polars as pl

        return pl.DataFrame(self._native.leaks(self._records._native))

    def __repr__(self) -> str:
        rows: dict[str, int] = {}
        for outcome, count in self.counts.select("outcome", "rows").iter_rows():
            rows[outcome] = rows.get(outcome, 0) + count
        told = ", ".join(f"{count:,} {outcome}" for outcome, count in rows.items())
        return f"Panel of {self.frame.height:,} rows: {told or 'no firms'}"


def _dates(observed_on: Day | Iterable[Day] | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(observed_on, Mapping):
        every = {name: value if name == "months" else day_text(value) for name, value in observed_on.items()}
        return {"every": every}
    if isinstance(observed_on, str) or not isinstance(observed_on, Iterable):
        observed_on = [observed_on]
    return {"days": [day_text(day) for day in observed_on]}
