"""What a command is given: documents and tables, read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import firmrating as fr
from firmrating._files import read_table
from firmrating.cli.options import ExtraColumns
from firmrating.cli.terminal import refuse, spinning

if TYPE_CHECKING:
    import polars as pl

__all__ = ["declared_of", "is_file", "one_of", "read_declared", "read_model", "read_records", "read_rulebook", "values"]


def read_model(given: str) -> fr.RatingModel:
    """A model, by its file or the id of a preset."""
    return fr.RatingModel.load(given) if is_file(given) else fr.RatingModel.preset(given)


def read_rulebook(given: str) -> fr.Rulebook:
    """A rulebook, by its file or the id of a preset."""
    return fr.Rulebook.load(given) if is_file(given) else fr.Rulebook.preset(given)


def is_file(given: str) -> bool:
    """Whether a document is given as a file, and not as the id of a preset."""
    path = Path(given)
    return path.suffix.lower() in {".json", ".toml"} or path.exists()


def read_declared(book: fr.Rulebook, path: Path) -> pl.DataFrame:
    """The table of what firms declare."""
    words = [asked["id"] for asked in book.spec["declared"] if asked.get("words")]
    return read_table(path, words=words)


def declared_of(table: pl.DataFrame, firm_id: str) -> pl.DataFrame:
    """What a table declares of one firm: a row, or none."""
    if "firm_id" not in table.columns:
        refuse("`--declared` needs the column `firm_id`")
    rows = table.filter(firm_id=firm_id)
    if rows.height > 1:
        refuse(f"`--declared` has {rows.height} rows for firm `{firm_id}`, expected one")
    return rows


def values(stated: pl.DataFrame | None) -> dict[str, Any]:
    """What is declared of one firm, by id."""
    rows = [] if stated is None else stated.drop("firm_id").to_dicts()
    return {id: value for row in rows for id, value in row.items() if value is not None}


def one_of(folder: Path | None, records_in: Path | None) -> Path:
    """The folder, given as the argument or by its name."""
    given = [path for path in (folder, records_in) if path is not None]
    if len(given) != 1:
        got = "both" if given else "neither"
        refuse(f"expected a folder of tables, as the argument or with `--records`, got {got}")
    return given[0]


def read_records(folder: Path, extra_columns: ExtraColumns, encoding: str | None) -> fr.Records:
    """The records of a folder."""
    with spinning("reading the records"):
        return fr.Records.read(folder, extra_columns=extra_columns.value, encoding=encoding)
