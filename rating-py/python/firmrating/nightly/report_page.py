"""The report of a run as a page: the same sections as HTML and as Markdown. By hand, so that a run needs no template engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources
from typing import Any

from firmrating._report.figures import grade_fills, percent
from firmrating._report.words import department
from firmrating.nightly.grade_order import in_order
from firmrating.nightly.report_words import Words

__all__ = ["html_page", "markdown_page"]

Cell = str | int | None


@dataclass(frozen=True)
class _Section:
    """A table with its heading. Numbers stand to the right; the first column says what a row is about."""

    id: str
    title: str
    caption: str
    headers: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    by_grade: bool = False


def html_page(facts: Mapping[str, Any], spec: dict[str, Any], lang: str) -> str:
    """The page as HTML that needs nothing beside itself: no script, no font, no picture. Every text is escaped."""
    word = Words(spec, lang)
    sections = _sections(facts, word)
    fills = grade_fills(facts["scale"])
    style = (resources.files("firmrating._report") / "report.css").read_text(encoding="utf-8")
    model = facts["documents"]["model"]
    title = f"{word['title']} · {spec['name'][lang]}"
    keys = "".join(f'<div><dt>{escape(name)}</dt><dd class="figure">{firms:,}</dd></div>\n' for name, firms in _keys(facts, word))
    links = " ".join(f'<a href="#{one.id}">{escape(one.title)}</a>' for one in sections)
    return (
        f'<!DOCTYPE html>\n<html lang="{word["lang"]}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)} · {facts['as_of']}</title>\n<style>\n{style}</style>\n</head>\n"
        f'<body id="top">\n<header>\n<p class="over">{escape(word["title"])}</p>\n<h1>{escape(spec["name"][lang])}</h1>\n'
        f'<p class="sub">{escape(_about(facts, word))} · <span class="hash">{model["hash"][:12]}</span></p>\n'
        f'<div class="notice" role="note"><strong>{escape(word["notice"])}</strong>'
        f"<p>{escape(spec['notice'][lang])}</p><p>{escape(word['no_names'])}</p></div>\n"
        f'<dl class="keys">\n{keys}</dl>\n<nav aria-label="{escape(word["contents"])}">{links}</nav>\n</header>\n<main>\n'
        + "".join(_html_section(one, word, fills) for one in sections)
        + f'</main>\n<footer>\n<p>{escape(word["foot_model"].format(model["id"], model["version"]))} '
        f'<span class="hash">{model["hash"]}</span></p>\n<p>{escape(word["foot"])}</p>\n'
        f'<p class="top"><a href="#top">{escape(word["top"])}</a></p>\n</footer>\n</body>\n</html>\n'
    )


def markdown_page(facts: Mapping[str, Any], spec: dict[str, Any], lang: str) -> str:
    """The same as Markdown."""
    word = Words(spec, lang)
    lines = [f"# {word['title']} · {spec['name'][lang]}", "", _about(facts, word), "", f"> {spec['notice'][lang]}", "", word["no_names"], ""]
    for one in _sections(facts, word):
        lines += [f"## {one.title}", "", one.caption, ""]
        if not one.rows:
            lines += [word["nothing"], ""]
            continue
        numeric = _numeric(one)
        lines.append(_markdown_row(one.headers))
        lines.append(_markdown_row(["--:" if at in numeric else "---" for at in range(len(one.headers))]))
        lines += [*(_markdown_row(_text(cell) for cell in row) for row in one.rows), ""]
    return "\n".join(lines)


def _about(facts: Mapping[str, Any], word: Words) -> str:
    model, before = facts["documents"]["model"], facts["compared_with"]
    against = word["alone"] if before is None else word["against"].format(before["run"], before["as_of"])
    return " · ".join([word["as_of"].format(facts["as_of"]), word["model"].format(model["id"], model["version"]), against])


def _keys(facts: Mapping[str, Any], word: Words) -> list[tuple[str, int]]:
    firms = facts["firms"]
    sums = {name: sum(count[name] for count in facts["counts"]) for name in ("rows_in", "rejected")}
    told = [(word["firms"], firms["all"]), (word["rated"], firms["rated"]), (word["rows_in"], sums["rows_in"])]
    return [*told, (word["rows_rejected"], sums["rejected"])]


def _sections(facts: Mapping[str, Any], word: Words) -> list[_Section]:
    made = [_delivered(facts, word), _rejects(facts, word), _standings(facts, word), _grades(facts, word)]
    if facts["migration"] is not None:
        made += [_migration(facts, word), _changes(facts, word), _watch(facts, word)]
    made += [_gates(facts, word), _coverage(facts, word)]
    if facts["applications"] is not None:
        made.append(_applications(facts, word))
    return made


def _delivered(facts: Mapping[str, Any], word: Words) -> _Section:
    rows: list[tuple[Cell, ...]] = [
        (word.table(one["table"]), one["rows_in"], one["used"], one["rejected"], _share(one["rejected"], one["rows_in"]))
        for one in facts["counts"]
    ]
    sums = [sum(one[name] for one in facts["counts"]) for name in ("rows_in", "used", "rejected")]
    rows.append((word["all_tables"], *sums, _share(sums[2], sums[0])))
    headers = (word["table"], word["rows_in"], word["used"], word["rejected"], word["rejected_share"])
    return _Section("delivered", word["delivered"], word["delivered_caption"], headers, rows)


def _rejects(facts: Mapping[str, Any], word: Words) -> _Section:
    rows = [(word.table(one["table"]), one["rule"], one["rows"], one["faults"]) for one in facts["rejects"]]
    headers = (word["table"], word["fault"], word["rows"], word["faults"])
    return _Section("rejects", word["rejects"], word["rejects_caption"], headers, rows)


def _standings(facts: Mapping[str, Any], word: Words) -> _Section:
    every = facts["firms"]["all"]
    rows = [(word.of("standing", name), firms, _share(firms, every)) for name, firms in facts["firms"].items() if name != "all"]
    return _Section("standings", word["standings"], "", (word["standing"], word["number"], word["share"]), rows)


def _grades(facts: Mapping[str, Any], word: Words) -> _Section:
    every = facts["firms"]["all"]
    rows: list[tuple[Cell, ...]] = []
    for one in facts["grades"]:
        before = () if one["was"] is None else (one["was"], _signed(one["firms"] - one["was"]))
        rows.append((one["grade"], one["firms"], _share(one["firms"], every), *before))
    compared = () if facts["compared_with"] is None else (word["was"], word["difference"])
    headers = (word["grade"], word["number"], word["share"], *compared)
    return _Section("grades", word["grades_title"], word["grades_note"], headers, rows, by_grade=True)


def _migration(facts: Mapping[str, Any], word: Words) -> _Section:
    """The matrix in the order of the scale; of grades that no firm had or has, no row and no column."""
    cells = {(one["from"], one["to"]): one["firms"] for one in facts["migration"]}
    before, after = (in_order({pair[side] for pair in cells}, facts["scale"]) for side in (0, 1))
    headers = (word["from_to"], *(grade or word["gone"] for grade in after))
    rows = [(row or word["new"], *(cells.get((row, column), 0) for column in after)) for row in before]
    return _Section("migration", word["migration"], word["migration_caption"], headers, rows, by_grade=True)


def _changes(facts: Mapping[str, Any], word: Words) -> _Section:
    rows = [
        (word.of("change", one["change"]), word.of("kind", one["reason_kind"]), word.reason(one["reason_kind"], one["reason"]), one["firms"])
        for one in facts["changes"]
    ]
    headers = (word["change"], word["kind"], word["reason"], word["number"])
    return _Section("changes", word["changes"], word["changes_caption"], headers, rows)


def _watch(facts: Mapping[str, Any], word: Words) -> _Section:
    def terms(trigger: Mapping[str, Any]) -> str:
        return ", ".join([trigger["kind"], *(f"{key} {value}" for key, value in trigger.items() if key not in {"id", "kind", "firms"})])

    rows = [(one["id"], terms(one), one["firms"]) for one in facts["watch"]]
    return _Section("watch", word["watch"], word["watch_caption"], (word["trigger"], word["terms"], word["number"]), rows)


def _gates(facts: Mapping[str, Any], word: Words) -> _Section:
    rows: list[tuple[Cell, ...]] = []
    for gate in facts["gates"]:
        of = word.table(gate["table"]) if "table" in gate else department(gate.get("department", ""), word.lang)
        figure = " · ".join(filter(None, [word.of("gate", gate["measure"]), of]))
        bounds = ", ".join(word[name].format(gate[name]) for name in ("at_least", "at_most") if name in gate)
        value = None if gate["value"] is None else f"{gate['value']:.6g}"
        rows.append((figure, value, bounds, word[gate["outcome"]]))
    return _Section("gates", word["gates"], word["gates_caption"], (word["figure"], word["value"], word["bounds"], word["outcome"]), rows)


def _coverage(facts: Mapping[str, Any], word: Words) -> _Section:
    every = facts["firms"]["all"]
    rows = [(department(name, word.lang), firms, _share(firms, every)) for name, firms in facts["answered"].items()]
    headers = (word["department"], word["number"], word["share"])
    return _Section("coverage", word["coverage"], word["department_caption"], headers, rows)


def _applications(facts: Mapping[str, Any], word: Words) -> _Section:
    asked = {decision: facts["applications"].get(decision, 0) for decision in ("approve", "refer", "decline")}
    rows = [(word[decision], count) for decision, count in asked.items()]
    return _Section("applications", word["applications"], "", (word["decision"], word["number_of"]), rows)


def _html_section(one: _Section, word: Words, fills: Mapping[str, str]) -> str:
    head = f'<section id="{one.id}" aria-labelledby="{one.id}-h"><h2 id="{one.id}-h">{escape(one.title)}</h2>\n<p class="caption">{escape(one.caption)}</p>\n'
    if not one.rows:
        return f'{head}<p class="empty">{escape(word["nothing"])}</p>\n</section>\n'
    numeric = _numeric(one)
    headers = "".join(f'<th scope="col"{_right(at in numeric)}>{escape(text)}</th>' for at, text in enumerate(one.headers))
    body = []
    for first, *cells in one.rows:
        label = _badge(str(first), fills) if one.by_grade else escape(_text(first))
        rest = "".join(f"<td{_right(at in numeric)}>{escape(_text(cell))}</td>" for at, cell in enumerate(cells, start=1))
        body.append(f'<tr><th scope="row">{label}</th>{rest}</tr>\n')
    table = f'<table class="rows tight"><thead><tr>{headers}</tr></thead><tbody>\n{"".join(body)}</tbody></table>'
    return f'{head}<div class="wide" tabindex="0" role="group" aria-labelledby="{one.id}-h">{table}</div>\n</section>\n'


def _badge(grade: str, fills: Mapping[str, str]) -> str:
    fill = fills.get(grade)
    if fill is None:
        return escape(grade)
    # A pattern has no room behind text.
    is_flat = fill.startswith("#")
    return f'<span class="grade{"" if is_flat else " unrated"}" style="background:{fill if is_flat else "#fff"}">{escape(grade)}</span>'


def _numeric(one: _Section) -> set[int]:
    """Columns whose cells are figures."""
    columns = zip(*(row[1:] for row in one.rows), strict=True)
    return {at for at, column in enumerate(columns, start=1) if all(_is_figure(cell) for cell in column)}


def _is_figure(cell: Cell) -> bool:
    return not isinstance(cell, str) or cell.strip("+−-0123456789.,%e–") == ""


def _right(is_figure: bool) -> str:
    return ' class="n"' if is_figure else ""


def _text(cell: Cell) -> str:
    return "–" if cell is None else f"{cell:,}" if isinstance(cell, int) else cell


def _markdown_row(cells: Iterable[str]) -> str:
    """A row of a table; what would end a cell is written so that it does not."""
    plain = (escape(text, quote=False).replace("|", "\\|").replace("\n", " ") for text in cells)
    return f"| {' | '.join(plain)} |"


def _share(part: int, whole: int) -> str:
    return percent(part / whole if whole else None, 1)


def _signed(number: int) -> str:
    return f"{number:+,}" if number else "0"
