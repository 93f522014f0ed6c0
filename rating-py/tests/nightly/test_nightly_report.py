"""The report of a run: whole, self-contained, in both languages, right in its figures, and without a firm's name."""

from __future__ import annotations

import json
import re
from collections import Counter
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import polars as pl
import pytest
from nights import Night

from firmrating.nightly.grade_order import by_scale, in_order
from firmrating.nightly.published import PublishedRun
from firmrating.nightly.report_page import html_page, markdown_page

FILES = ["report.json", "report.en.html", "report.en.md", "report.zh.html", "report.zh.md"]
WATCH = [{"id": "fell", "kind": "downgrade"}, {"id": "never", "kind": "pd_ratio", "at_least": 1e9}]
GATES = [{"measure": "reject_share", "table": "invoices", "at_most": 0.5}, {"measure": "grade_psi", "at_most": 0.0, "action": "warn"}]


@pytest.fixture
def compared(night: Night) -> PublishedRun:
    night.run(as_of="2024-12-31", out="before")
    return night.run(compare_with="before", watch=WATCH, gates=GATES, rulebook="china")


class Balanced(HTMLParser):
    """Checks that elements close in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in {"script", "img", "link", "iframe"}
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, self.getpos()


def facts_of(run: PublishedRun) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run.reports["report.json"].read_text(encoding="utf-8"))
    return found


def test_every_report_is_listed_with_its_hash(compared: PublishedRun) -> None:
    assert [one["file"] for one in compared.manifest["reports"]] == FILES
    for one in compared.manifest["reports"]:
        content = (compared.folder / one["file"]).read_bytes()
        assert (one["bytes"], one["sha256"]) == (len(content), sha256(content).hexdigest())
    assert compared.manifest["performance"]["seconds"]["report"] >= 0


def test_figures_are_those_of_the_tables(compared: PublishedRun) -> None:
    facts = facts_of(compared)
    ratings = compared.scan("ratings").collect()
    grades = Counter(ratings["grade"])
    assert {one["grade"]: one["firms"] for one in facts["grades"] if one["firms"]} == dict(grades)
    before = PublishedRun.find(compared.folder.parents[2] / "before").scan("ratings").collect()
    assert {one["grade"]: one["was"] for one in facts["grades"] if one["was"]} == dict(Counter(before["grade"]))
    changes = compared.scan("changes").collect()
    expected = Counter(changes.select("change", "reason_kind", "reason").iter_rows())
    assert {(one["change"], one["reason_kind"], one["reason"]): one["firms"] for one in facts["changes"]} == dict(expected)
    rejects = compared.scan("rejects").collect()
    assert {(one["table"], one["rule"]): one["faults"] for one in facts["rejects"]} == dict(Counter(rejects.select("table", "rule").iter_rows()))
    rows = Counter(rejects.select("table", "rule", "row").unique().select("table", "rule").iter_rows())
    assert {(one["table"], one["rule"]): one["rows"] for one in facts["rejects"]} == dict(rows)
    fell = changes.filter(change="downgrade").height
    assert [(one["id"], one["firms"]) for one in facts["watch"]] == [("fell", fell), ("never", 0)]
    answered = compared.scan("ratings").select(pl.col("^answered_.*$").name.map(lambda name: name.removeprefix("answered_"))).collect()
    assert facts["answered"] == {column.name: column.drop_nulls().len() for column in answered}


def test_pages_are_whole_and_say_the_figures(compared: PublishedRun) -> None:
    facts = facts_of(compared)
    for lang, downgrade in (("en", "downgrade"), ("zh", "下调")):
        page = compared.reports[f"report.{lang}.html"].read_text(encoding="utf-8")
        Balanced(page)
        text = re.sub(r"<[^>]+>", " ", page)
        plain = compared.reports[f"report.{lang}.md"].read_text(encoding="utf-8")
        for one in facts["counts"]:
            figures = [f"{one[name]:,}" for name in ("rows_in", "used", "rejected")]
            assert " | ".join(figures) in plain
            assert re.search(r"\s+".join(figures), text), one
        first = next(one for one in facts["changes"] if one["change"] == "downgrade")
        assert downgrade in text and re.search(rf"\| {downgrade} \| .* \| {first['firms']} \|", plain)
    assert "本次" not in compared.reports["report.en.html"].read_text(encoding="utf-8").split("</style>")[1]


def test_no_firm_is_named(compared: PublishedRun, night: Night) -> None:
    names = pl.read_parquet(night.records / "registrations.parquet").select("firm_id", "name").drop_nulls()
    for path in compared.reports.values():
        text = path.read_text(encoding="utf-8")
        assert not [one for one in [*names["firm_id"], *names["name"]] if one and one in text]


def test_the_same_answers_have_the_same_report(night: Night) -> None:
    night.run(as_of="2025-06-30", out="before")
    night.rewrite("patents", lambda rows: rows.head(20))
    runs = [
        night.run(out="full", compare_with="before", watch=WATCH),
        night.run(out="again", compare_with="before", watch=WATCH, threads=1, memory="3 GiB"),
        night.run(out="delta", compare_with="before", watch=WATCH, mode="delta"),
    ]
    assert [run.manifest["reports"] for run in runs[1:]] == [runs[0].manifest["reports"]] * 2
    assert len({run.content_hash for run in runs}) == 1


def test_a_first_night_has_a_report_without_a_comparison(night: Night) -> None:
    run = night.run(compare_with="latest", gates=GATES)
    facts = facts_of(run)
    assert (facts["migration"], facts["changes"], facts["watch"]) == (None, None, None)
    page = run.reports["report.zh.html"].read_text(encoding="utf-8")
    Balanced(page)
    assert "无对比批次" in page and 'id="migration"' not in page
    assert "未检查" in page


FACTS: dict[str, Any] = {
    "as_of": "2025-06-30",
    "documents": {"model": {"id": "m", "version": "1", "hash": "0" * 64}},
    "compared_with": {"run": "r", "as_of": "2025-05-31"},
    "scale": ["AAA", "AA", "A"],
    "firms": {"all": 4, "rated": 4, "in_default": 0},
    "counts": [],
    "rejects": [{"table": "invoices", "rule": "<b>|", "rows": 1, "faults": 1}],
    "grades": [{"grade": "AAA", "firms": 3, "was": 1}],
    "answered": {"tax": 1},
    "migration": [{"from": None, "to": "A", "firms": 1}, {"from": "AA", "to": "AAA", "firms": 2}, {"from": "A", "to": None, "firms": 1}],
    "changes": [],
    "watch": [],
    "gates": [],
    "applications": {"approve": 2},
}
SPEC: dict[str, Any] = {
    "name": {"en": "N <i>", "zh": "N"}, "notice": {"en": "note", "zh": "注"}, "pillars": [], "technology": {"name": {"en": "T", "zh": "T"}}, "rules": [],
}


def test_a_matrix_is_in_the_order_of_the_scale_and_text_stays_text() -> None:
    plain = markdown_page(FACTS, SPEC, "en")
    # AAA before AA before A, not by the alphabet; new firms and gone ones last.
    assert "| from \\ to | AAA | A | gone |\n| --- | --: | --: | --: |\n| AA | 2 | 0 | 0 |\n| A | 0 | 0 | 1 |\n| new | 0 | 1 | 0 |\n" in plain
    assert "| AAA | 3 | 75.0% | 1 | +2 |" in plain
    assert "&lt;b&gt;\\|" in plain
    assert "| approve | 2 |\n| refer | 0 |\n| decline | 0 |" in plain
    page = html_page(FACTS, SPEC, "en")
    Balanced(page)
    assert "N &lt;i&gt;" in page and "&lt;b&gt;|" in page


def test_grades_are_sorted_by_the_scale() -> None:
    assert in_order(["NI", "A", None, "D", "AAA", "X", "AA"], ["AAA", "AA", "A"]) == ["AAA", "AA", "A", "D", "NI", "X", None]
    pairs = [("A", None), (None, "A"), ("A", "AAA"), ("AAA", "A"), ("A", "AA"), ("A", "D")]
    frame = pl.DataFrame(pairs, schema={"from": pl.String, "to": pl.String}, orient="row")
    assert by_scale(frame, ["AAA", "AA", "A"]).rows() == [("AAA", "A"), ("A", "AAA"), ("A", "AA"), ("A", "D"), ("A", None), (None, "A")]
