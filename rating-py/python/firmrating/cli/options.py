"""Arguments and options that several commands take."""

from __future__ import annotations

from enum import StrEnum

import typer

__all__ = [
    "AS_OF",
    "DECLARED",
    "ENCODING",
    "EXTRA",
    "FOLDER",
    "JSON",
    "LANG",
    "MODEL",
    "RECORDS_IN",
    "RULEBOOK",
    "ExtraColumns",
    "Lang",
]


class Lang(StrEnum):
    """A language of words."""

    en = "en"
    zh = "zh"


class ExtraColumns(StrEnum):
    """What to do with columns that the schema does not have."""

    refuse = "refuse"
    ignore = "ignore"


FOLDER = typer.Argument(help="Folder of tables: Parquet, CSV or NDJSON files named after the tables (docs/records.md).")
RECORDS_IN = typer.Option("--records", help="The folder of tables, in place of the argument.")
AS_OF = typer.Option("--as-of", help="Day of the rating, such as 2025-06-30; what became known later is not seen.")
MODEL = typer.Option("--model", help="A model document (JSON or TOML file) or the id of a preset.")
RULEBOOK = typer.Option("--rulebook", help="A rulebook (JSON or TOML file) or the id of a preset.")
DECLARED = typer.Option("--declared", help="Table of what firms declare: `firm_id`, a column each (docs/rules).")
EXTRA = typer.Option("--extra-columns", help="Columns that the schema does not have: refuse the table, or ignore them.")
ENCODING = typer.Option("--encoding", help="Encoding of text files; without it UTF-8, or else GB18030.")
LANG = typer.Option("--lang", help="Language of words.")
JSON = typer.Option("--json", help="Print JSON, for machines.")
