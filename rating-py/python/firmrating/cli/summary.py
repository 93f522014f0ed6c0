"""What a command tells of many firms: counts of records, of grades, of verdicts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import firmrating as fr
from firmrating._report.words import department
from firmrating._write import write_whole
from firmrating.cli.options import Lang
from firmrating.cli.terminal import in_columns

if TYPE_CHECKING:
    import polars as pl

__all__ = ["SUMMARY", "found_text", "records_text", "summary_text", "write_rejects", "write_tables"]

_RECORDS = {
    Lang.en: ("Records of {} firms", "rows in", "used", "rejected", "all tables"),
    Lang.zh: ("{}家企业的记录", "行读入", "使用", "剔除", "合计"),
}
SUMMARY = {
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


def records_text(records: fr.Records, lang: Lang = Lang.en) -> str:
    """Rows in, used and rejected, by table."""
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
    return f"{firms.format(f'{len(records):,}')}\n{in_columns(rows)}"


def summary_text(ratings: fr.Ratings, lang: Lang = Lang.en) -> str:
    """Firms by grade, and what departments answered."""
    most = max(*ratings.summary["firms"], 1)
    rows = [(*_GRADES[lang], "")]
    for grade, firms, share, pd in ratings.summary.iter_rows():
        bar = "█" * round(40 * firms / most)
        rows.append((grade, f"{firms:,}", f"{share:.1%}", "" if pd is None else f"{pd:.2%}", bar))
    title = SUMMARY[lang][0].format(f"{len(ratings):,}", ratings.as_of, ratings.model.id, ratings.model.version)
    return f"{title}\n\n{in_columns(rows)}\n\n{in_columns([_ANSWERS[lang], *_answered(ratings.coverage, lang)])}"


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


def found_text(book: fr.Rulebook, summary: pl.DataFrame, as_of: str, lang: Lang) -> str:
    """The counts of a summary. In Chinese by name, in English by id, which is how the files have it."""
    words = _FOUND_BY[lang]
    parts = [*book.spec["evaluations"], *book.spec.get("applications", ())] if lang is Lang.zh else []
    names = {part["id"]: part["name"]["zh"] for part in parts}
    counts = [(names.get(id, id), *(f"{count:,}" for count in counted)) for id, *counted in summary.iter_rows()]
    header = tuple(words.get(column, column) for column in summary.columns)
    return f"{words['as_of'].format(book.id, book.version, as_of)}\n\n{in_columns([header, *counts])}"


def write_tables(out: Path, tables: dict[str, pl.DataFrame]) -> list[Path]:
    """Writes tables as Parquet files of their names into a folder that is made if need be."""
    out.mkdir(parents=True, exist_ok=True)
    return [write_whole(out / f"{name}.parquet", frame.write_parquet) for name, frame in tables.items()]


def write_rejects(records: fr.Records, out: Path) -> Path:
    """Writes the rejects of records into a folder."""
    return write_whole(out / "rejects.parquet", records.rejects.write_parquet)
