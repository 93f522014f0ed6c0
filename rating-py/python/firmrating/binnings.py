"""Bins of many variables at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from firmrating import _firmrating as _native
from firmrating._binning_options import OPTIONS, are_amounts, as_document, for_one, refuse_idle
from firmrating._columns import chosen_of, frame_of, input_error, numbers, periods_of, rows_of, taken_from, variable
from firmrating._progress import Progress, heard
from firmrating.binning import Binning

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Binnings", "bin_all"]


class Binnings(Mapping[str, Binning]):
    """Binnings by name of the variable, in order. Made by :func:`firmrating.bin_all`, or of binnings by name."""

    __slots__ = ("_binnings", "failed")

    failed: dict[str, _native.FirmRatingError]
    """Why a variable has none, by name."""

    def __init__(
        self, binnings: Mapping[str, Binning], failed: Mapping[str, _native.FirmRatingError] | None = None
    ) -> None:
        self._binnings = {name: Binning(binning._native, name) for name, binning in binnings.items()}
        self.failed = dict(failed or {})

    def __getitem__(self, name: str) -> Binning:
        """The binning of a variable."""
        return self._binnings[name]

    def __iter__(self) -> Iterator[str]:
        """Names, in order."""
        return iter(self._binnings)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._binnings)

    @property
    def summary(self) -> pl.DataFrame:
        """A row a variable: ``variable``, ``bins``, ``trend``, ``iv``, ``missing_share``, ``remark`` and ``error``.

        ``remark`` says which constraint left a single bin (:attr:`Binning.remark <firmrating.Binning.remark>`); ``error``
        why a variable has no bins at all.
        """
        import polars as pl

        def row(name: str, binning: Binning) -> dict[str, Any]:
            table = binning.table()
            missing = table.filter(pl.col("kind") == "missing")["share"].sum()
            bins = table["kind"].is_in(["band", "words"]).sum()
            made = {"variable": name, "bins": bins, "trend": binning.trend, "iv": binning.iv}
            return {**made, "missing_share": missing, "remark": binning.remark, "error": None}

        rows = [row(name, binning) for name, binning in self.items()]
        rows += [{"variable": name, "error": str(error)} for name, error in self.failed.items()]
        schema = {"variable": pl.String, "bins": pl.Int64, "trend": pl.String, "iv": pl.Float64}
        return pl.DataFrame(rows, schema={**schema, "missing_share": pl.Float64, "remark": pl.String, "error": pl.String})

    def table(self) -> pl.DataFrame:
        """The tables of all, with the column ``variable`` first; see :meth:`Binning.table <firmrating.Binning.table>`."""
        import polars as pl

        tables = [
            binning.table().insert_column(0, pl.lit(name).alias("variable")) for name, binning in self.items()
        ]
        return pl.concat(tables, how="diagonal_relaxed") if tables else pl.DataFrame()

    def transform(self, frame: Any) -> pl.DataFrame:
        """Weights of evidence of the columns that the binnings name, in their order.

        Raises :class:`~firmrating.InputError` for a column that the frame does not have.
        """
        import polars as pl

        given = frame_of(frame)
        absent = [name for name in self if name not in given.columns]
        if absent:
            names = ", ".join(f"`{name}`" for name in absent)
            raise input_error(f"expected the columns {names}, which the frame does not have", field=absent[0])
        return pl.DataFrame([binning.transform(given[name]) for name, binning in self.items()])

    def to_json(self) -> str:
        """The documents as JSON text, by name."""
        return json.dumps({name: json.loads(binning.to_json()) for name, binning in self.items()}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Binnings:
        """Reads and checks what :meth:`to_json` gives. Raises :class:`~firmrating.ModelError` for what is not one."""
        try:
            documents = json.loads(text).items()
        except (ValueError, AttributeError) as error:
            raise _native.ModelError("not binnings: expected a JSON object of binnings by name") from error
        return cls({name: Binning.from_json(json.dumps(document), name=name) for name, document in documents})

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled by the documents."""
        return Binnings.from_json, (self.to_json(),)

    def __repr__(self) -> str:
        failed = f", {len(self.failed)} without" if self.failed else ""
        single = sum(binning.remark is not None for binning in self.values())
        held = f", {single} held to one bin by a constraint (see summary)" if single else ""
        return f"Binnings of {len(self)} variables{failed}{held}"


def bin_all(
    frame: Any,
    y: Any,
    *,
    columns: Iterable[str] | None = None,
    each: Mapping[str, Mapping[str, Any]] | None = None,
    weights: Any = None,
    periods: Any = None,
    progress: Progress = False,
    **options: Any,
) -> Binnings:
    """The best binning of each of many columns, on all cores; the same bits as one by one.

    ``frame`` is a frame of polars, pandas, pyarrow or DuckDB, a mapping of columns, or a matrix; ``y``, ``weights``,
    ``periods`` and ``options`` as in :meth:`Binning.fit <firmrating.Binning.fit>`. ``columns`` are those to bin, all
    unless they are given, and not an empty list; ``each`` has options of single variables: ``{"age": {"trend": "ascending"}}``. Of what is given
    for all, edges, pre-bins and trends are for the variables of numbers, ``rare_share`` and ``unseen`` for those of words,
    and each group of ``special`` for those of its kind, numbers or words; given for a single variable of the other kind they are refused. ``y``,
    ``weights`` and ``periods`` may name columns of the frame, which are not binned then.

    ``progress`` shows a bar (with the package ``rich``), or calls a function with the variables done and all of them.

    A variable that cannot be binned does not stop the others: :attr:`Binnings.failed` has its error. Raises
    :class:`~firmrating.InputError` for what is wrong with all of them.

    >>> import firmrating as fr
    >>> x = {"age": [1, 2, 3, 4, 5, 6], "town": ["a", "a", "b", "b", "b", "a"]}
    >>> made = fr.bin_all(x, [1, 1, 0, 1, 0, 0], each={"age": {"trend": "descending"}})
    >>> list(made), made["age"].splits
    (['age', 'town'], [2.5])
    """
    given = frame_of(frame)
    taken, others = taken_from(given, y=y, weights=weights, periods=periods)
    chosen = chosen_of(columns, others, y)
    unknown = [name for name in (*(each or {}), *chosen) if name not in given.columns]
    if unknown:
        raise input_error(f"the frame has no column `{unknown[0]}`", field="columns", value=unknown[0])
    if any("objective" in own for own in (each or {}).values()):
        raise input_error("`objective` is the same for all variables", field="objective")
    rows: dict[str, pl.Series] = {}
    documents: list[str] = []
    failed: dict[str, _native.FirmRatingError] = {}
    for name in chosen:
        own = (each or {}).get(name, {})
        try:
            rows[name] = variable(given[name], name, own.get("kind", options.get("kind")))
        except _native.InputError as error:
            failed[name] = error
            continue
        is_words = not rows[name].dtype.is_float()
        asked_of_one = for_one(options, own, is_words=is_words)
        refuse_idle(asked_of_one, is_words=is_words, name=name)
        documents.append(as_document(asked_of_one))
    # Named by their places, so that no variable is taken for the outcome.
    places = {f"v{at}": column for at, column in enumerate(rows.values())}
    outcomes = rows_of(
        **places,
        y=numbers(taken["y"], "y"),
        weights=None if weights is None else numbers(taken["weights"], "weights"),
        periods=None if periods is None else periods_of(taken["periods"], whole=True),
    )
    asked = list(zip(places, documents, strict=True))
    with heard(progress, "binning", len(asked)) as hear:
        made = _native.fit_all(outcomes, asked, are_amounts({**OPTIONS, **options}), hear)
    found = dict(zip(rows, made, strict=True))
    failed |= {name: made for name, made in found.items() if isinstance(made, _native.FirmRatingError)}
    binnings = {name: Binning(made, name) for name, made in found.items() if isinstance(made, _native.Binning)}
    return Binnings(binnings, {name: failed[name] for name in chosen if name in failed})
