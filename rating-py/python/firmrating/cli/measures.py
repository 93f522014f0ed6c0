"""``firmrating measures``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import firmrating as fr
from firmrating._write import write_whole
from firmrating.cli.given import read_records
from firmrating.cli.options import ENCODING, EXTRA, JSON, LANG, ExtraColumns, Lang
from firmrating.cli.summary import SUMMARY, records_text
from firmrating.cli.terminal import in_columns, refuse, say, say_json

__all__ = ["measures"]


def measures(
    folder: Annotated[Path | None, typer.Argument(help="Folder of tables to measure; without it, list the catalogue.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Day of the measures; needed with a folder.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Parquet file for the measures; needed with a folder.")] = None,
    family: Annotated[str | None, typer.Option("--family", help="List one family, such as trade.")] = None,
    extra_columns: Annotated[ExtraColumns, EXTRA] = ExtraColumns.refuse,
    encoding: Annotated[str | None, ENCODING] = None,
    lang: Annotated[Lang, LANG] = Lang.en,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List the measures, or measure every firm of a folder."""
    if folder is None:
        _say_catalogue(family, lang, as_json=as_json)
        return
    if as_of is None or out is None:
        refuse("`measures` with a folder needs `--as-of` and `--out`")
    records = read_records(folder, extra_columns, encoding)
    frame = records.measure(as_of, reasons=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_whole(out, frame.write_parquet)
    if as_json:
        say_json({"firms": frame.height, "tables": records.counts.to_dicts(), "files": [str(out)]})
    else:
        say(f"{records_text(records, lang)}\n\n{SUMMARY[lang][1]}\n  {out}")


def _say_catalogue(family: str | None, lang: Lang, *, as_json: bool) -> None:
    catalogue = fr.measures()
    if family is not None:
        families = catalogue["family"].unique(maintain_order=True).to_list()
        if family not in families:
            refuse(f"`--family` must be one of {', '.join(f'`{name}`' for name in families)}, got `{family}`")
        catalogue = catalogue.filter(family=family)
    if as_json:
        say_json(catalogue.to_dicts())
        return
    rows = catalogue.select("id", "unit", "direction", lang.value).rows()
    say(in_columns([("id", "unit", "more of it is", "name"), *rows]))
