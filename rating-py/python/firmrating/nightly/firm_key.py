"""What keeps the rows of one firm together: the normal form of its identifier, and the partition of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from firmrating import _firmrating as _native

if TYPE_CHECKING:
    import polars as pl

__all__ = ["firm_hash", "firm_key", "partition_of"]


def firm_key(identifier: pl.Expr) -> pl.Expr:
    """The text by which the reader of records knows the firm, or would if the text were an identifier.

    An identifier that the reader rejects has some key too, and its row comes to the rejects of that partition.
    """
    return _plugin("firmrating_firm_key", identifier)


def firm_hash(identifier: pl.Expr) -> pl.Expr:
    """XXH3 of 64 bits of the :func:`firm_key`; without an identifier, that of an empty text. The same everywhere."""
    return _plugin("firmrating_firm_hash", identifier)


def partition_of(identifier: pl.Expr, partitions: int) -> pl.Expr:
    """The partition of an identifier, from 0. The same for all tables, runs and machines."""
    import polars as pl

    return (firm_hash(identifier) % partitions).cast(pl.UInt32)


def _plugin(name: str, identifier: pl.Expr) -> pl.Expr:
    import polars as pl
    from polars.plugins import register_plugin_function

    return register_plugin_function(
        plugin_path=Path(_native.__file__), function_name=name, args=[identifier.cast(pl.String)], is_elementwise=True
    )
