"""Scores as lazy expressions of polars: a plugin of the extension, called by the engine of polars without Python."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from firmrating import _firmrating as _native
from firmrating._columns import input_error

if TYPE_CHECKING:
    import polars as pl

    from firmrating.master_scale import MasterScale
    from firmrating.model import RatingModel

__all__ = ["CardOutput", "Output", "of_card", "of_model", "scale_text"]

Output: TypeAlias = Literal["all", "score", "pd", "credit_grade"]
"""What an expression gives of each row; ``all`` is a struct of the others."""
CardOutput: TypeAlias = Output
"""The same of a scorecard, which has grades only by a scale that is given."""


def of_model(document: str, measures: Sequence[str], output: Output) -> pl.Expr:
    """The expression of a model document that asks for columns of measures."""
    _check(output, get_args(Output))
    return _plugin("model", document, _measured(measures), output)


def of_card(
    document: str, variables: tuple[Sequence[str], Sequence[str]], output: CardOutput, scale: str | None
) -> pl.Expr:
    """The expression of a scorecard document that asks for columns of numbers and of words; grades need a scale."""
    _check(output, get_args(CardOutput))
    if output == "credit_grade" and scale is None:
        message = "`output` of `credit_grade` needs a `scale`, which a scorecard has not, got none"
        raise input_error(message, field="scale")
    return _plugin("scorecard", document, _variables(*variables), output, **({} if scale is None else {"scale": scale}))


def scale_text(scale: MasterScale | RatingModel | None) -> str | None:
    """The document of a scale, or of that of a model."""
    from firmrating.master_scale import MasterScale
    from firmrating.model import RatingModel

    if scale is None:
        return None
    if isinstance(scale, RatingModel):
        scale = MasterScale.of_model(scale)
    if not isinstance(scale, MasterScale):
        got = type(scale).__name__
        raise input_error(f"`scale` must be a `MasterScale` or a `RatingModel`, got `{got}`", field="scale", value=got)
    return scale.to_json()


def _check(output: str, offered: Sequence[str]) -> None:
    if output not in offered:
        message = f"`output` must be one of {', '.join(f'`{name}`' for name in offered)}, got `{output}`"
        raise input_error(message, field="output", value=output)


def _plugin(kind: str, document: str, columns: pl.Expr, output: str, **further: str) -> pl.Expr:
    from polars.plugins import register_plugin_function

    expression = register_plugin_function(
        plugin_path=Path(_native.__file__),
        function_name="firmrating_score",
        args=[columns],
        kwargs={"kind": kind, "document": document, "output": output, **further},
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


def _variables(numbers: Sequence[str], words: Sequence[str]) -> pl.Expr:
    """The columns, as far as the frame has them, as :meth:`firmrating.Scorecard.score` takes them."""
    import polars as pl
    import polars.selectors as cs

    number = cs.by_name(*numbers, require_all=False) if numbers else cs.by_dtype([])
    word = cs.by_name(*words, require_all=False) if words else cs.by_dtype([])
    as_numbers = number & (cs.numeric() | cs.by_dtype(pl.Boolean, pl.Null))
    as_words = word & (cs.integer() | cs.by_dtype(pl.String, pl.Categorical, pl.Enum, pl.Boolean, pl.Null))
    # What is neither is left as it is, and refused.
    rest = (number - as_numbers) | (word - as_words)
    # The literal lets a frame without any of the columns come as far as the plugin, which says so.
    nothing = pl.lit(False).alias(_unused({*numbers, *words}))
    return pl.struct(as_numbers.cast(pl.Float64), as_words.cast(pl.String), rest, nothing)


def _unused(names: set[str]) -> str:
    """A name that is none of these."""
    return next(name for at in range(len(names) + 1) if (name := f"nothing{at}") not in names)
