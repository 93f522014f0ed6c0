"""``firmrating demo``, ``rate`` and ``explain``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import firmrating as fr
from firmrating._dossier import records_of
from firmrating.cli.given import declared_of, one_of, read_declared, read_model, read_records, read_rulebook, values
from firmrating.cli.options import AS_OF, DECLARED, ENCODING, EXTRA, FOLDER, JSON, LANG, MODEL, RECORDS_IN, ExtraColumns, Lang
from firmrating.cli.summary import SUMMARY, records_text, summary_text, write_rejects
from firmrating.cli.terminal import called, on_terminal, say, say_json

if TYPE_CHECKING:
    import polars as pl

__all__ = ["demo", "explain", "rate"]

_SAMPLE_DAY = "2025-06-30"
_SYNTHETIC = {Lang.en: "Every firm here is synthetic.", Lang.zh: "此处企业均为合成数据，并非真实企业。"}


def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for what is written; made if need be.")] = Path("build/demo"),
    lang: Annotated[Lang, LANG] = Lang.en,
) -> None:
    """Rate the embedded sample: 2,000 synthetic firms. Prints a summary, writes ratings and a report."""
    records = fr.datasets.sample()
    model = fr.RatingModel.preset("tech-firm")
    ratings = model.rate(records, as_of=_SAMPLE_DAY, progress=on_terminal())
    explained = _telling(ratings)
    say(records_text(records, lang))
    say(summary_text(ratings, lang))
    for firm_id in explained:
        say(ratings.explain(firm_id, lang=lang.value))
    fr.datasets.write_sample(out / "records")
    files = [*ratings.write(out), write_rejects(records, out)]
    files.append(
        fr.write_html(
            ratings,
            out / "report.html",
            records=records,
            lang=lang.value,
            explained=explained,
            notice=_SYNTHETIC[lang],
        )
    )
    say("\n".join([SUMMARY[lang][1], *(f"  {path}" for path in files)]))
    say(f"{SUMMARY[lang][2]}: {called()} explain {out / 'records'} {explained[0]} --as-of {_SAMPLE_DAY} --lang zh")
    say(f"{_SYNTHETIC[lang]} {model.notice[lang.value]}")


def rate(
    as_of: Annotated[str, AS_OF],
    out: Annotated[Path, typer.Option("--out", help="Folder for the ratings; made if need be.")],
    folder: Annotated[Path | None, FOLDER] = None,
    records_in: Annotated[Path | None, RECORDS_IN] = None,
    model: Annotated[str, MODEL] = "tech-firm",
    extra_columns: Annotated[ExtraColumns, EXTRA] = ExtraColumns.refuse,
    encoding: Annotated[str | None, ENCODING] = None,
    html: Annotated[bool, typer.Option("--html", help="Also write report.html.")] = False,
    lang: Annotated[Lang, LANG] = Lang.en,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Rate every firm of a folder of records.

    Writes ratings, contributions, rules, coverage and rejects as Parquet files. The same records and the same day
    give the same files.
    """
    loaded = read_model(model)
    records = read_records(one_of(folder, records_in), extra_columns, encoding)
    ratings = loaded.rate(records, as_of=as_of, progress=on_terminal())
    files = [*ratings.write(out), write_rejects(records, out)]
    if html:
        files.append(fr.write_html(ratings, out / "report.html", records=records, lang=lang.value))
    if as_json:
        say_json(
            {
                "as_of": ratings.as_of,
                "model": {"id": loaded.id, "version": loaded.version, "hash": loaded.hash},
                "firms": len(ratings),
                "grades": dict(ratings.summary.select("grade", "firms").iter_rows()),
                "tables": records.counts.to_dicts(),
                "files": [str(path) for path in files],
            }
        )
        return
    say(records_text(records, lang))
    say(summary_text(ratings, lang))
    say("\n".join([SUMMARY[lang][1], *(f"  {path}" for path in files)]))
    say(loaded.notice[lang.value])


def explain(
    folder: Annotated[Path, FOLDER],
    firm_id: Annotated[str, typer.Argument(help="The firm, as its records name it.")],
    as_of: Annotated[str, AS_OF],
    model: Annotated[str, MODEL] = "tech-firm",
    rulebook: Annotated[
        str, typer.Option("--rulebook", help="A rulebook (JSON or TOML file), the id of a preset, or `none`.")
    ] = "china",
    declared: Annotated[Path | None, DECLARED] = None,
    extra_columns: Annotated[ExtraColumns, EXTRA] = ExtraColumns.refuse,
    encoding: Annotated[str | None, ENCODING] = None,
    lang: Annotated[Lang, LANG] = Lang.en,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Explain the rating of one firm on one page, then what published rules say of it and what follows.

    `--json` gives the rating, and unless there is no rulebook, rows of `evaluations` and their `evaluation_parts`, of
    `applications` and `record_clocks`.
    """
    loaded = read_model(model)
    book = None if rulebook == "none" else read_rulebook(rulebook)
    stated = None if declared is None or book is None else declared_of(read_declared(book, declared), firm_id)
    records = read_records(folder, extra_columns, encoding)
    firm = records.dossier(firm_id)
    rating = loaded.rate_firm(firm, as_of)
    if as_json:
        say_json(json.loads(rating.to_json()) | ({} if book is None else _found_of(book, firm, rating, stated)))
    else:
        say(rating.explain(lang.value))
        if book is not None:
            say(book.explain(firm, as_of, lang=lang.value, declared=values(stated), rating=rating))
    rows_in, used, rejected = records.counts.select("rows_in", "used", "rejected").sum().row(0)
    if rejected:
        # Not on the page: a rejected row may be of any firm, and what standard output holds is the rating alone.
        text = f"note: {rows_in:,} rows in = {used:,} used + {rejected:,} rejected; `firmrating check {folder}` says why"
        print(text, file=sys.stderr)


def _found_of(book: fr.Rulebook, firm: fr.Dossier, rating: fr.Rating, stated: pl.DataFrame | None) -> dict[str, Any]:
    """What a rulebook says of one firm, and what follows, in the rows of the frames."""
    records = records_of(firm)
    found = book.evaluate(records, rating.as_of, declared=stated)
    follows = book.apply(records, {firm.firm_id: rating.grade}, as_of=rating.as_of, declared=stated)
    frames = {
        "evaluations": found.frame,
        "evaluation_parts": found.parts,
        "applications": follows.frame,
        "record_clocks": follows.records,
    }
    return {name: frame.to_dicts() for name, frame in frames.items()}


def _telling(ratings: fr.Ratings) -> list[str]:
    """Three firms that show what a rating can say: the safest, one in the middle, the safest that a rule holds down."""
    import polars as pl

    rated = ratings.frame.filter(standing="rated").sort("score", "firm_id", descending=True)
    held = pl.col("grade") != pl.col("matrix_grade")
    free, held_down = rated.filter(~held), rated.filter(held)
    return [free["firm_id"][0], free["firm_id"][free.height // 2], *held_down["firm_id"].head(1)]
