"""What keeps the rows of one firm together: a normal form of its identifier, in polars, and the partition of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

__all__ = ["firm_key", "partition_of"]

# Any number will do; with another one, no partition of an earlier run fits.
_SEED = 20_250_630


def firm_key(identifier: pl.Expr) -> pl.Expr:
    """The text by which the reader of records will know the firm.

    Follows ``FirmId`` of the core: blanks around it do not count; 9, 15 or 18 letters and digits, and 8 with a hyphen
    and one more, are published codes, whose letter case and hyphen do not count; local codes keep theirs. An
    identifier that the core rejects has some key too, and its row comes to the rejects of that partition.
    """
    import polars as pl

    text = identifier.cast(pl.String).str.strip_chars()
    plain = text.str.len_bytes().is_in([9, 15, 18]) & ~text.str.contains(r"[^A-Za-z0-9]")
    hyphenated = (text.str.len_bytes() == 10) & text.str.contains(r"^[A-Za-z0-9]{8}-[0-9Xx]$")
    return (
        pl.when(hyphenated)
        .then(text.str.replace("-", "", literal=True).str.to_uppercase())
        .when(plain)
        .then(text.str.to_uppercase())
        .otherwise(text)
    )


def partition_of(identifier: pl.Expr, partitions: int) -> pl.Expr:
    """The partition of an identifier, from 0. The same for all tables, runs and machines with one version of polars.

    Made of a coarser form than :func:`firm_key`, which costs less: what has one key has one partition. That `e1` and
    `E1`, which are two firms, share theirs does no harm.
    """
    import polars as pl

    text = identifier.cast(pl.String).str.strip_chars().str.to_uppercase().str.replace_all("-", "", literal=True)
    return (text.hash(_SEED) % partitions).cast(pl.UInt32)
