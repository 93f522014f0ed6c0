"""``firmrating evaluate`` and ``apply``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import firmrating as fr
from firmrating.cli.given import one_of, read_declared, read_model, read_records, read_rulebook
from firmrating.cli.options import AS_OF, DECLARED, ENCODING, EXTRA, FOLDER, JSON, LANG, RECORDS_IN, RULEBOOK, ExtraColumns, Lang
from firmrating.cli.summary import SUMMARY, found_text, records_text, write_tables
from firmrating.cli.terminal import on_terminal, say, say_json

if TYPE_CHECKING:
    import polars as pl

__all__ = ["apply", "evaluate"]


def evaluate(
    as_of: Annotated[str, AS_OF],
    out: Annotated[Path, typer.Option("--out", help="Folder for the evaluations; made if need be.")],
    folder: Annotated[Path | None, FOLDER] = None,
    records_in: Annotated[Path | None, RECORDS_IN] = None,
    rulebook: Annotated[str, RULEBOOK] = "china",
    declared: Annotated[Path | None, DECLARED] = None,
    extra_columns: Annotated[ExtraColumns, EXTRA] = ExtraColumns.refuse,
    encoding: Annotated[str | None, ENCODING] = None,
    lang: Annotated[Lang, LANG] = Lang.en,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Evaluate every firm of a folder by published rules, such as those of technology SMEs.

    Writes evaluations, their parts and rejects as Parquet files.
    """
    book = read_rulebook(rulebook)
    table = None if declared is None else read_declared(book, declared)
    records = read_records(one_of(folder, records_in), extra_columns, encoding)
    found = book.evaluate(records, as_of, declared=table)
    tables = {"evaluations": found.frame, "evaluation_parts": found.parts, "rejects": records.rejects}
    _tell(book, found.summary, records, write_tables(out, tables), lang, as_of=found.as_of, what="verdicts", as_json=as_json)


def apply(
    as_of: Annotated[str, AS_OF],
    out: Annotated[Path, typer.Option("--out", help="Folder for what follows; made if need be.")],
    folder: Annotated[Path | None, FOLDER] = None,
    records_in: Annotated[Path | None, RECORDS_IN] = None,
    rulebook: Annotated[str, RULEBOOK] = "china",
    model: Annotated[
        str, typer.Option("--model", help="The model that rates: a file, the id of a preset, or `none` for no ratings.")
    ] = "tech-firm",
    declared: Annotated[Path | None, DECLARED] = None,
    extra_columns: Annotated[ExtraColumns, EXTRA] = ExtraColumns.refuse,
    encoding: Annotated[str | None, ENCODING] = None,
    lang: Annotated[Lang, LANG] = Lang.en,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Say what follows for every firm of a folder: incentives, discipline, and how long records count.

    Writes applications, record clocks and rejects as Parquet files. A measure of discipline that no list in force
    publishes is refused.
    """
    book, loaded = read_rulebook(rulebook), None if model == "none" else read_model(model)
    table = None if declared is None else read_declared(book, declared)
    records = read_records(one_of(folder, records_in), extra_columns, encoding)
    ratings = None if loaded is None else loaded.rate(records, as_of=as_of, progress=on_terminal())
    found = book.apply(records, ratings, as_of=as_of, declared=table)
    tables = {"applications": found.frame, "record_clocks": found.records, "rejects": records.rejects}
    _tell(book, found.summary, records, write_tables(out, tables), lang, as_of=found.as_of, what="applications", as_json=as_json)


def _tell(
    book: fr.Rulebook,
    summary: pl.DataFrame,
    records: fr.Records,
    files: list[Path],
    lang: Lang,
    *,
    as_of: str,
    what: str,
    as_json: bool,
) -> None:
    """What a rulebook found in all firms: its summary, under the name `what` in JSON."""
    if as_json:
        say_json(
            {
                "as_of": as_of,
                "rulebook": {"id": book.id, "version": book.version, "hash": book.hash},
                "firms": len(records),
                what: summary.to_dicts(),
                "tables": records.counts.to_dicts(),
                "files": [str(path) for path in files],
            }
        )
        return
    say(records_text(records, lang))
    say(found_text(book, summary, as_of, lang))
    say("\n".join([SUMMARY[lang][1], *(f"  {path}" for path in files)]))
    say(book.notice[lang.value])
