"""Rating models: a document that has been checked, and what it says of firms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from firmrating import _firmrating as _native
from firmrating._days import Day, day_text
from firmrating._document import Document
from firmrating._dossier import as_dossier
from firmrating.ratings import Ratings

if TYPE_CHECKING:
    import polars as pl

    from firmrating._expressions import Output
    from firmrating._firmrating import Dossier, Rating
    from firmrating.records import Records

__all__ = ["RatingModel"]


class RatingModel(Document[_native.Model]):
    """A rating model that holds together; immutable.

    Made from a document (JSON; its schema is published with the project): :meth:`preset`, :meth:`load`,
    :meth:`from_json`, :meth:`from_dict`. A document that does not hold together raises
    :class:`~firmrating.ModelError`, whose ``errors`` name everything that is wrong with it.
    """

    __slots__ = ()

    _kind = "model"
    _class = _native.Model

    @classmethod
    def preset(cls, id: str = "tech-firm") -> RatingModel:
        """A model that comes with the package. ``tech-firm``: expert points, not fitted to data."""
        return cls._shipped(id)

    @property
    def card(self) -> pl.DataFrame:
        """Its scorecards, a row an attribute.

        Columns ``pillar``, ``measure``, ``attribute``, ``points``, and in the technology pillar ``weight_start_up``,
        ``weight_growth``, ``weight_stable`` (hundredths by stage of life).
        """
        import polars as pl

        return pl.DataFrame(self._native.card())

    def rate(
        self, records: Records, as_of: Day, *, progress: bool | Callable[[int, int], object] = False
    ) -> Ratings:
        """Rates every firm of records as it was known on a day.

        ``progress`` shows a bar (with the package ``rich``), or calls a function with the firms done and all firms.
        """
        return Ratings(self, self._native.rate(records._native, day_text(as_of)), day_text(as_of), progress)

    def rate_firm(self, firm: Dossier | str | Mapping[str, Any], as_of: Day) -> Rating:
        """Rates one firm: a :class:`~firmrating.Dossier`, or its JSON as text or dictionary."""
        return self._native.rate_firm(as_dossier(firm), day_text(as_of))

    def measure(self, records: Records, as_of: Day, *, reasons: bool = False) -> pl.DataFrame:
        """Measures every firm as it was known on a day: :meth:`Records.measure <firmrating.Records.measure>`."""
        return records.measure(as_of, reasons=reasons)

    def score(self, measured: Any) -> pl.DataFrame:
        """Scores a measured frame, such as :meth:`measure` gives: the kernel of every rating, by column.

        Columns ``score`` (higher is safer), ``pd`` (twelve months, higher is riskier), ``credit_grade``, with
        ``firm_id`` before them if the frame has it; a row a row. A gap without a reason beside it, in the column
        ``<id>__missing``, counts as not reported. Rules need records and are not asked.
        """
        import polars as pl

        # Taken over first: a stream can be read only once. What is no frame is refused by the extension.
        if hasattr(measured, "__arrow_c_stream__") or hasattr(measured, "__arrow_c_array__"):
            # polars gives a column of nothing but nulls a buffer that Arrow does not allow.
            measured = pl.DataFrame(measured).cast({pl.Null: pl.Float64})
        scored = pl.DataFrame(self._native.score(measured))
        if "firm_id" in measured.columns:
            scored = scored.insert_column(0, measured["firm_id"])
        return scored

    def expr(self, output: Output = "all") -> pl.Expr:
        """The scores of :meth:`score` as a lazy expression: the same kernel and the same bits, in polars itself.

        ``output``: ``"all"`` gives a struct of ``score``, ``pd`` and ``credit_grade``, named ``rating``; the name of
        one of them gives that alone. The frame has the columns that the model asks for, and beside them, where it
        says why there are gaps, ``<id>__missing``::

            measured = pl.scan_parquet("measures/*.parquet")
            measured.with_columns(model.expr()).unnest("rating").sink_parquet("scored.parquet")
            measured.filter(model.expr("pd") < 0.02).collect(engine="streaming")

        The expression carries the document, so a plan works in other threads and processes, and after
        :meth:`polars.LazyFrame.serialize` where the package is installed in the same place. The streaming engine
        scores on all cores, the engine in memory on one.

        What :meth:`score` refuses is refused: an absent column as soon as the schema is asked for, a cell that is no
        number when it is reached; both as ``polars.exceptions.ComputeError`` with the message of :meth:`score`, but
        without the row, of which an expression does not know the place.
        """
        from firmrating._expressions import of_model

        return of_model(self.to_json(), self._native.wanted(), output)
