"""The command line: ``firmrating demo``, ``rate``, ``explain``, ``evaluate``, ``apply``, ``measures``, ``check``, ``nightly``."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.exceptions import TyperException

import firmrating as fr
from firmrating._dossier import records_of
from firmrating._files import read_document, read_table
from firmrating._report.words import department
from firmrating._write import write_whole
from firmrating.nightly.cli import app as _nightly

if TYPE_CHECKING:
    import polars as pl

__all__ = ["app", "main"]

_HELP = """Explained government credit ratings of technology firms.

Records of tax, business registry, patents and credit go in, ratings with reasons come out. Start with
`firmrating demo`, which rates 2,000 synthetic firms.

Exit codes: 0 done; 1 `check` found something; 2 wrong call, or input that cannot be read; 130 interrupted.
"""
_FOUND, _REFUSED = 1, 2
_SAMPLE_DAY = "2025-06-30"

app = typer.Typer(help=_HELP, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
app.add_typer(_nightly, name="nightly")


class Lang(StrEnum):
    """A language of words."""

    en = "en"
    zh = "zh"


_SYNTHETIC = {Lang.en: "Every firm here is synthetic.", Lang.zh: "此处企业均为合成数据，并非真实企业。"}


_RECORDS = {
    Lang.en: ("Records of {} firms", "rows in", "used", "rejected", "all tables"),
    Lang.zh: ("{}家企业的记录", "行读入", "使用", "剔除", "合计"),
}
_SUMMARY = {
    Lang.en: ("{} firms as of {}, model {} {}", "Wrote", "Next"),
    Lang.zh: ("{}家企业，截至{}，模型{} {}", "已写入", "下一步"),
}
_FOUND_BY = {
    Lang.en: {"as_of": "{} {} as of {}"},
    Lang.zh: {
        "as_of": "{} {}，截至{}",
        "evaluation": "公开评价",
        "passed": "符合",
        "failed": "不符合",
        "not_in_force": "当日不在施行期内",
        "application": "措施",
        "applies": "适用",
        "suspended": "中止适用",
        "refused": "不予适用",
        "open": "待定",
    },
}
_GRADES = {Lang.en: ("grade", "firms", "share", "mean PD"), Lang.zh: ("等级", "企业数", "占比", "平均违约概率")}
_ANSWERS = {Lang.en: ("department", "answered", "median age in days"), Lang.zh: ("部门", "已报送", "距评级日天数（中位数）")}


class ExtraColumns(StrEnum):
    """What to do with columns that the schema does not have."""

    refuse = "refuse"
    ignore = "ignore"


_FOLDER = typer.Argument(help="Folder of tables: Parquet, CSV or NDJSON files named after the tables (docs/records.md).")
_RECORDS_IN = typer.Option("--records", help="The folder of tables, in place of the argument.")
_AS_OF = typer.Option("--as-of", help="Day of the rating, such as 2025-06-30; what became known later is not seen.")
_MODEL = typer.Option("--model", help="A model document (JSON or TOML file) or the id of a preset.")
_RULEBOOK = typer.Option("--rulebook", help="A rulebook (JSON or TOML file) or the id of a preset.")
_DECLARED = typer.Option("--declared", help="Table of what firms declare: `firm_id`, a column each (docs/rules).")
_EXTRA = typer.Option("--extra-columns", help="Columns that the schema does not have: refuse the table, or ignore them.")
_ENCODING = typer.Option("--encoding", help="Encoding of text files; without it UTF-8, or else GB18030.")
_LANG = typer.Option("--lang", help="Language of words.")
_JSON = typer.Option("--json", help="Print JSON, for machines.")


def _say_version(asked: bool) -> None:
    if asked:
        _say(f"firmrating {fr.__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.", callback=_say_version, is_eager=True)] = False,
) -> None:
    if context.invoked_subcommand is None:
        _say(context.get_help())
        raise typer.Exit(_REFUSED)


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for what is written; made if need be.")] = Path("build/demo"),
    lang: Annotated[Lang, _LANG] = Lang.en,
) -> None:
    """Rate the embedded sample: 2,000 synthetic firms. Prints a summary, writes ratings and a report."""
    records = fr.datasets.sample()
    model = fr.RatingModel.preset("tech-firm")
    ratings = model.rate(records, as_of=_SAMPLE_DAY, progress=_on_terminal())
    explained = _telling(ratings)
    _say(_records_text(records, lang))
    _say(_summary_text(ratings, lang))
    for firm_id in explained:
        _say(ratings.explain(firm_id, lang=lang.value))
    fr.datasets.write_sample(out / "records")
    files = [*ratings.write(out), _write_rejects(records, out)]
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
    _say("\n".join([_SUMMARY[lang][1], *(f"  {path}" for path in files)]))
    _say(f"{_SUMMARY[lang][2]}: {_called()} explain {out / 'records'} {explained[0]} --as-of {_SAMPLE_DAY} --lang zh")
    _say(f"{_SYNTHETIC[lang]} {model.notice[lang.value]}")


@app.command()
def rate(
    as_of: Annotated[str, _AS_OF],
    out: Annotated[Path, typer.Option("--out", help="Folder for the ratings; made if need be.")],
    folder: Annotated[Path | None, _FOLDER] = None,
    records_in: Annotated[Path | None, _RECORDS_IN] = None,
    model: Annotated[str, _MODEL] = "tech-firm",
    extra_columns: Annotated[ExtraColumns, _EXTRA] = ExtraColumns.refuse,
    encoding: Annotated[str | None, _ENCODING] = None,
    html: Annotated[bool, typer.Option("--html", help="Also write report.html.")] = False,
    lang: Annotated[Lang, _LANG] = Lang.en,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Rate every firm of a folder of records.

    Writes ratings, contributions, rules, coverage and rejects as Parquet files. The same records and the same day
    give the same files.
    """
    loaded = _model(model)
    records = _records(_one_of(folder, records_in), extra_columns, encoding)
    ratings = loaded.rate(records, as_of=as_of, progress=_on_terminal())
    files = [*ratings.write(out), _write_rejects(records, out)]
    if html:
        files.append(fr.write_html(ratings, out / "report.html", records=records, lang=lang.value))
    if as_json:
        _say_json(
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
    _say(_records_text(records, lang))
    _say(_summary_text(ratings, lang))
    _say("\n".join([_SUMMARY[lang][1], *(f"  {path}" for path in files)]))
    _say(loaded.notice[lang.value])


@app.command()
def explain(
    folder: Annotated[Path, _FOLDER],
    firm_id: Annotated[str, typer.Argument(help="The firm, as its records name it.")],
    as_of: Annotated[str, _AS_OF],
    model: Annotated[str, _MODEL] = "tech-firm",
    rulebook: Annotated[
        str, typer.Option("--rulebook", help="A rulebook (JSON or TOML file), the id of a preset, or `none`.")
    ] = "china",
    declared: Annotated[Path | None, _DECLARED] = None,
    extra_columns: Annotated[ExtraColumns, _EXTRA] = ExtraColumns.refuse,
    encoding: Annotated[str | None, _ENCODING] = None,
    lang: Annotated[Lang, _LANG] = Lang.en,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Explain the rating of one firm on one page, then what published rules say of it and what follows.

    `--json` gives the rating, and unless there is no rulebook, rows of `evaluations` and their `evaluation_parts`, of
    `applications` and `record_clocks`.
    """
    loaded = _model(model)
    book = None if rulebook == "none" else _rulebook(rulebook)
    stated = None if declared is None or book is None else _declared_of(_declared(book, declared), firm_id)
    records = _records(folder, extra_columns, encoding)
    firm = records.dossier(firm_id)
    rating = loaded.rate_firm(firm, as_of)
    if as_json:
        _say_json(json.loads(rating.to_json()) | ({} if book is None else _found_of(book, firm, rating, stated)))
    else:
        _say(rating.explain(lang.value))
        if book is not None:
            _say(book.explain(firm, as_of, lang=lang.value, declared=_values(stated), rating=rating))
    rows_in, used, rejected = records.counts.select("rows_in", "used", "rejected").sum().row(0)
    if rejected:
        # Not on the page: a rejected row may be of any firm, and what standard output holds is the rating alone.
        text = f"note: {rows_in:,} rows in = {used:,} used + {rejected:,} rejected; `firmrating check {folder}` says why"
        print(text, file=sys.stderr)


@app.command()
def evaluate(
    as_of: Annotated[str, _AS_OF],
    out: Annotated[Path, typer.Option("--out", help="Folder for the evaluations; made if need be.")],
    folder: Annotated[Path | None, _FOLDER] = None,
    records_in: Annotated[Path | None, _RECORDS_IN] = None,
    rulebook: Annotated[str, _RULEBOOK] = "china",
    declared: Annotated[Path | None, _DECLARED] = None,
    extra_columns: Annotated[ExtraColumns, _EXTRA] = ExtraColumns.refuse,
    encoding: Annotated[str | None, _ENCODING] = None,
    lang: Annotated[Lang, _LANG] = Lang.en,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Evaluate every firm of a folder by published rules, such as those of technology SMEs.

    Writes evaluations, their parts and rejects as Parquet files.
    """
    book = _rulebook(rulebook)
    table = None if declared is None else _declared(book, declared)
    records = _records(_one_of(folder, records_in), extra_columns, encoding)
    found = book.evaluate(records, as_of, declared=table)
    tables = {"evaluations": found.frame, "evaluation_parts": found.parts, "rejects": records.rejects}
    _tell(book, found.summary, records, _write_tables(out, tables), lang, as_of=found.as_of, what="verdicts", as_json=as_json)


@app.command()
def apply(
    as_of: Annotated[str, _AS_OF],
    out: Annotated[Path, typer.Option("--out", help="Folder for what follows; made if need be.")],
    folder: Annotated[Path | None, _FOLDER] = None,
    records_in: Annotated[Path | None, _RECORDS_IN] = None,
    rulebook: Annotated[str, _RULEBOOK] = "china",
    model: Annotated[
        str, typer.Option("--model", help="The model that rates: a file, the id of a preset, or `none` for no ratings.")
    ] = "tech-firm",
    declared: Annotated[Path | None, _DECLARED] = None,
    extra_columns: Annotated[ExtraColumns, _EXTRA] = ExtraColumns.refuse,
    encoding: Annotated[str | None, _ENCODING] = None,
    lang: Annotated[Lang, _LANG] = Lang.en,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Say what follows for every firm of a folder: incentives, discipline, and how long records count.

    Writes applications, record clocks and rejects as Parquet files. A measure of discipline that no list in force
    publishes is refused.
    """
    book, loaded = _rulebook(rulebook), None if model == "none" else _model(model)
    table = None if declared is None else _declared(book, declared)
    records = _records(_one_of(folder, records_in), extra_columns, encoding)
    ratings = None if loaded is None else loaded.rate(records, as_of=as_of, progress=_on_terminal())
    found = book.apply(records, ratings, as_of=as_of, declared=table)
    tables = {"applications": found.frame, "record_clocks": found.records, "rejects": records.rejects}
    _tell(book, found.summary, records, _write_tables(out, tables), lang, as_of=found.as_of, what="applications", as_json=as_json)


@app.command()
def measures(
    folder: Annotated[Path | None, typer.Argument(help="Folder of tables to measure; without it, list the catalogue.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Day of the measures; needed with a folder.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Parquet file for the measures; needed with a folder.")] = None,
    family: Annotated[str | None, typer.Option("--family", help="List one family, such as trade.")] = None,
    extra_columns: Annotated[ExtraColumns, _EXTRA] = ExtraColumns.refuse,
    encoding: Annotated[str | None, _ENCODING] = None,
    lang: Annotated[Lang, _LANG] = Lang.en,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """List the measures, or measure every firm of a folder."""
    if folder is None:
        _say_catalogue(family, lang, as_json=as_json)
        return
    if as_of is None or out is None:
        _refuse("`measures` with a folder needs `--as-of` and `--out`")
    records = _records(folder, extra_columns, encoding)
    frame = records.measure(as_of, reasons=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_whole(out, frame.write_parquet)
    if as_json:
        _say_json({"firms": frame.height, "tables": records.counts.to_dicts(), "files": [str(out)]})
    else:
        _say(f"{_records_text(records, lang)}\n\n{_SUMMARY[lang][1]}\n  {out}")


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="A model or rulebook document (JSON or TOML file), or a folder of records.")],
    extra_columns: Annotated[ExtraColumns, _EXTRA] = ExtraColumns.refuse,
    encoding: Annotated[str | None, _ENCODING] = None,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Find faults of a model, a rulebook or of records.

    Exit code 1 if there is any: a fault of the document, or a row that would be rejected. `--json` gives every fault.
    """
    if not path.exists():
        _refuse(f"expected a document (a model, a rulebook) or a folder of records, but `{path}` does not exist")
    found = _check_records(path, extra_columns, encoding) if path.is_dir() else _check_document(path)
    if as_json:
        _say_json(found)
    else:
        _say(found["text"])
    if found["faults"]:
        raise typer.Exit(_FOUND)


def _check_document(path: Path) -> dict[str, Any]:
    try:
        given = read_document("model or rulebook", path)
    except fr.ModelError as error:
        return _faults_of(path, error)
    # Only a model has pillars; whatever else is wrong is told by the check itself.
    of_a_model = '"pillars"' in given if isinstance(given, str) else "pillars" in given
    kind, of_kind = ("model", fr.RatingModel) if of_a_model else ("rulebook", fr.Rulebook)
    try:
        document = of_kind(given)
    except fr.ModelError as error:
        return _faults_of(path, error)
    told = f"{path}: a {kind} that holds together: {document.id} {document.version}, hash {document.hash}"
    return {"path": str(path), "faults": [], "hash": document.hash, "text": told}


def _faults_of(path: Path, error: fr.ModelError) -> dict[str, Any]:
    faults = [str(one) for one in error.errors]
    listed = "\n".join(f"  {fault}" for fault in faults)
    count = f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'}"
    return {"path": str(path), "faults": faults, "text": f"{path}: {count}\n{listed}"}


def _check_records(path: Path, extra_columns: ExtraColumns, encoding: str | None) -> dict[str, Any]:
    records = _records(path, extra_columns, encoding)
    faults = records.rejects.to_dicts()
    text = _records_text(records)
    if faults:
        text = "\n".join([text, "", "Faults", *_faults_by_rule(records.rejects)])
    return {"path": str(path), "faults": faults, "tables": records.counts.to_dicts(), "text": text}


def _faults_by_rule(rejects: pl.DataFrame) -> list[str]:
    """A line for each table, column and rule: how many faults, and the first of them."""
    import polars as pl

    first = pl.col("row", "message").first()
    counted = rejects.group_by("table", "field", "rule", maintain_order=True).agg(pl.len().alias("faults"), first)
    return [
        f"  {table}.{field}: {faults:,} x {rule}; row {row}: {message}"
        for table, field, rule, faults, row, message in counted.iter_rows()
    ]


def _say_catalogue(family: str | None, lang: Lang, *, as_json: bool) -> None:
    catalogue = fr.measures()
    if family is not None:
        families = catalogue["family"].unique(maintain_order=True).to_list()
        if family not in families:
            _refuse(f"`--family` must be one of {', '.join(f'`{name}`' for name in families)}, got `{family}`")
        catalogue = catalogue.filter(family=family)
    if as_json:
        _say_json(catalogue.to_dicts())
        return
    rows = catalogue.select("id", "unit", "direction", lang.value).rows()
    _say(_columns([("id", "unit", "more of it is", "name"), *rows]))


def _model(given: str) -> fr.RatingModel:
    return fr.RatingModel.load(given) if _is_file(given) else fr.RatingModel.preset(given)


def _rulebook(given: str) -> fr.Rulebook:
    return fr.Rulebook.load(given) if _is_file(given) else fr.Rulebook.preset(given)


def _is_file(given: str) -> bool:
    """Whether a document is given as a file, and not as the id of a preset."""
    path = Path(given)
    return path.suffix.lower() in {".json", ".toml"} or path.exists()


def _declared(book: fr.Rulebook, path: Path) -> pl.DataFrame:
    """The table of what firms declare."""
    words = [asked["id"] for asked in book.spec["declared"] if asked.get("words")]
    return read_table(path, words=words)


def _declared_of(table: pl.DataFrame, firm_id: str) -> pl.DataFrame:
    """What a table declares of one firm: a row, or none."""
    if "firm_id" not in table.columns:
        _refuse("`--declared` needs the column `firm_id`")
    rows = table.filter(firm_id=firm_id)
    if rows.height > 1:
        _refuse(f"`--declared` has {rows.height} rows for firm `{firm_id}`, expected one")
    return rows


def _values(stated: pl.DataFrame | None) -> dict[str, Any]:
    """What is declared of one firm, by id."""
    rows = [] if stated is None else stated.drop("firm_id").to_dicts()
    return {id: value for row in rows for id, value in row.items() if value is not None}


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


def _one_of(folder: Path | None, records_in: Path | None) -> Path:
    """The folder, given as the argument or by its name."""
    given = [path for path in (folder, records_in) if path is not None]
    if len(given) != 1:
        got = "both" if given else "neither"
        _refuse(f"expected a folder of tables, as the argument or with `--records`, got {got}")
    return given[0]


def _records(folder: Path, extra_columns: ExtraColumns, encoding: str | None) -> fr.Records:
    with _spinning("reading the records"):
        return fr.Records.read(folder, extra_columns=extra_columns.value, encoding=encoding)


def _write_tables(out: Path, tables: dict[str, pl.DataFrame]) -> list[Path]:
    out.mkdir(parents=True, exist_ok=True)
    return [write_whole(out / f"{name}.parquet", frame.write_parquet) for name, frame in tables.items()]


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
        _say_json(
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
    _say(_records_text(records, lang))
    _say(_found_text(book, summary, as_of, lang))
    _say("\n".join([_SUMMARY[lang][1], *(f"  {path}" for path in files)]))
    _say(book.notice[lang.value])


def _found_text(book: fr.Rulebook, summary: pl.DataFrame, as_of: str, lang: Lang) -> str:
    """The counts of a summary. In Chinese by name, in English by id, which is how the files have it."""
    words = _FOUND_BY[lang]
    parts = [*book.spec["evaluations"], *book.spec.get("applications", ())] if lang is Lang.zh else []
    names = {part["id"]: part["name"]["zh"] for part in parts}
    counts = [(names.get(id, id), *(f"{count:,}" for count in counted)) for id, *counted in summary.iter_rows()]
    header = tuple(words.get(column, column) for column in summary.columns)
    return f"{words['as_of'].format(book.id, book.version, as_of)}\n\n{_columns([header, *counts])}"


def _write_rejects(records: fr.Records, out: Path) -> Path:
    return write_whole(out / "rejects.parquet", records.rejects.write_parquet)


def _telling(ratings: fr.Ratings) -> list[str]:
    """Three firms that show what a rating can say: the safest, one in the middle, the safest that a rule holds down."""
    import polars as pl

    rated = ratings.frame.filter(standing="rated").sort("score", "firm_id", descending=True)
    held = pl.col("grade") != pl.col("matrix_grade")
    free, held_down = rated.filter(~held), rated.filter(held)
    return [free["firm_id"][0], free["firm_id"][free.height // 2], *held_down["firm_id"].head(1)]


def _records_text(records: fr.Records, lang: Lang = Lang.en) -> str:
    firms, rows_in, used, rejected, total = _RECORDS[lang]
    names = dict(fr.tables().select("table", "zh").unique().iter_rows()) if lang is Lang.zh else {}
    counts = [*records.counts.iter_rows(), (total, *records.counts.select("rows_in", "used", "rejected").sum().row(0))]
    wide = [max(len(f"{count[at]:,}") for count in counts) for at in range(1, 4)]
    rows = [
        (
            names.get(table, table),
            f"{numbers[0]:>{wide[0]},} {rows_in} = {numbers[1]:>{wide[1]},} {used} + {numbers[2]:>{wide[2]},} {rejected}",
        )
        for table, *numbers in counts
    ]
    return f"{firms.format(f'{len(records):,}')}\n{_columns(rows)}"


def _summary_text(ratings: fr.Ratings, lang: Lang = Lang.en) -> str:
    most = max(*ratings.summary["firms"], 1)
    rows = [(*_GRADES[lang], "")]
    for grade, firms, share, pd in ratings.summary.iter_rows():
        bar = "█" * round(40 * firms / most)
        rows.append((grade, f"{firms:,}", f"{share:.1%}", "" if pd is None else f"{pd:.2%}", bar))
    title = _SUMMARY[lang][0].format(f"{len(ratings):,}", ratings.as_of, ratings.model.id, ratings.model.version)
    return f"{title}\n\n{_columns(rows)}\n\n{_columns([_ANSWERS[lang], *_answered(ratings.coverage, lang)])}"


def _answered(coverage: pl.DataFrame, lang: Lang) -> list[tuple[str, str, str]]:
    import polars as pl

    answered = pl.col("answered_on").is_not_null().mean()
    grouped = coverage.group_by("department", maintain_order=True).agg(answered, pl.col("age_days").median())
    return [
        (
            department(name, lang.value) if lang is Lang.zh else name,
            f"{share:.1%}",
            "" if age is None else f"{age:.0f}",
        )
        for name, share, age in grouped.iter_rows()
    ]


def _columns(rows: Sequence[tuple[str, ...]]) -> str:
    """Rows in columns as wide as they must be."""
    widths = [max(_width(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = (
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)) for row in rows
    )
    return "\n".join(f"  {line}".rstrip() for line in lines)


def _width(text: str) -> int:
    """Places that a text takes on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _called() -> str:
    """How to call this command again: by its path if a shell would not find it by its name."""
    called = Path(sys.argv[0])
    return str(called) if called.name == "firmrating" and shutil.which("firmrating") is None else "firmrating"


def _say(text: str) -> None:
    print(text, end="\n\n" if "\n" in text else "\n")


def _say_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, default=str))


def _on_terminal() -> bool:
    return sys.stderr.isatty()


@contextlib.contextmanager
def _spinning(what: str) -> Iterator[None]:
    """A sign of life on a terminal while something runs that cannot say how far it is."""
    if not _on_terminal():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield


def _refuse(message: str) -> NoReturn:
    print(f"error: {message}", file=sys.stderr)
    raise typer.Exit(_REFUSED)


def main() -> None:
    """Runs the command line; every refusal is one line on standard error, never a traceback.

    An interrupt ends in code 130: that is typer's doing.
    """
    try:
        sys.exit(app(standalone_mode=False))
    except TyperException as error:
        context = getattr(error, "ctx", None)
        command = "firmrating" if context is None or context.parent is None else f"firmrating {context.info_name}"
        message = error.format_message().removesuffix(".").replace("Value error, ", "")
        stop = "" if message.endswith("?") else ";"
        print(f"error: {message[:1].lower()}{message[1:]}{stop} see `{command} --help`", file=sys.stderr)
        sys.exit(_REFUSED)
    except fr.FirmRatingError as error:
        for one in error.errors or [error]:
            print(f"error: {one}", file=sys.stderr)
        sys.exit(_REFUSED)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        print(f"error: `{error.filename}`: {reason}", file=sys.stderr)
        sys.exit(_REFUSED)
