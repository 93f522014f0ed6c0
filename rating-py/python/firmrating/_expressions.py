"""Scores as lazy expressions of polars: a plugin of the extension, called by the engine of polars without Python."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from firmrating import _firmrating as _native

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Output", "scored"]

Output: TypeAlias = Literal["all", "score", "pd", "credit_grade"]
"""What an expression gives of each row; ``all`` is a struct of the others."""


def scored(document: str, columns: Sequence[str], output: Output) -> pl.Expr:
    """The expression of a model document that asks for columns of measures."""
    from polars.plugins import register_plugin_function

    if output not in get_args(Output):
        raised = _native.InputError(f"`output` must be one of {_quoted(get_args(Output))}, got `{output}`")
        raised.field, raised.value = "output", str(output)
        raise raised
    expression = register_plugin_function(
        plugin_path=Path(_native.__file__),
        function_name="firmrating_score",
        args=[_measured(columns)],
        kwargs={"document": document, "output": output},
        is_elementwise=True,
    )
    return expression.alias("rating" if output == "all" else output)


def _measured(columns: Sequence[str]) -> pl.Expr:
    """The columns, and the reasons beside them, as far as the frame has them; the plugin names what it lacks."""
    import polars as pl
    import polars.selectors as cs

    names = [name for column in columns for name in (column, f"{column}__missing")]
    present = cs.by_name(*names, require_all=False)
    # polars hands a column of nothing but nulls over in a form that Arrow does not allow.
    nothing = present & cs.by_dtype(pl.Null)
    # The literal lets a frame without any of the columns come as far as the plugin, which says so.
    return pl.struct(present - nothing, nothing.cast(pl.Float64), pl.lit(False).alias("measured"))


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
