"""``firmrating offer`` and ``settle``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import firmrating as fr
from firmrating._files import read_file
from firmrating._write import write_whole
from firmrating.cli.given import is_file, read_model, read_records
from firmrating.cli.options import ENCODING, EXTRA, JSON, LANG, MODEL, ExtraColumns, Lang
from firmrating.cli.summary import SUMMARY
from firmrating.cli.terminal import in_columns, on_terminal, refuse, say, say_json

if TYPE_CHECKING:
    import polars as pl

__all__ = ["offer", "settle"]

_OUT = typer.Option("--out", help="Folder for what is written, made if need be; or one file: .parquet, .csv or .json.")
_ROWS = {Lang.en: "{:,} rows in = {:,} used + {:,} rejected", Lang.zh: "{:,}行读入 = {:,}使用 + {:,}剔除"}
_REJECTED = {Lang.en: "{:,} rejected: `{}`, the first in row {}: {}", Lang.zh: "剔除{:,}行：`{}`，首个在第{}行：{}"}
_OFFERED = {
    Lang.en: ("decision", "applications", "amount, yuan", "mean rate"),
    Lang.zh: ("决定", "申请数", "金额（元）", "平均利率"),
}
_DECISIONS = {"approve": "同意", "refer": "转人工", "decline": "不同意"}
_BORNE = {Lang.en: ("party", "amount, yuan", "share"), Lang.zh: ("承担方", "金额（元）", "占比")}
_UNPAID = {Lang.en: "unpaid", Lang.zh: "未获分担"}


def offer(
    applications: Annotated[Path, typer.Argument(help="Table of applications (Parquet, CSV, NDJSON).")],
    policy: Annotated[str, typer.Option("--policy", help="A lending policy (JSON or TOML file) or the id of a preset.")],
    records: Annotated[Path | None, typer.Option("--records", help="Folder of records; the firms are rated.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Day of the rating; needed with `--records`.")] = None,
    ratings: Annotated[Path | None, typer.Option("--ratings", help="Table of rated firms with their sales, in place of `--records`.")] = None,
    assets: Annotated[Path | None, typer.Option("--assets", help="Table of collateral.")] = None,
    guarantees: Annotated[Path | None, typer.Option("--guarantees", help="Table of guarantees.")] = None,
    insurance: Annotated[Path | None, typer.Option("--insurance", help="Table of contracts of insurance.")] = None,
    covered: Annotated[
        Path | None, typer.Option("--covered", help="Table of loans that parties of loss sharing already cover.")
    ] = None,
    subsidised: Annotated[Path | None, typer.Option("--subsidised", help="Table of subsidies had in the year.")] = None,
    figures: Annotated[Path | None, typer.Option("--figures", help="Table of figures of the need of working capital.")] = None,
    out: Annotated[Path | None, _OUT] = None,
    application: Annotated[str | None, typer.Option("--application", help="Print the page of one application.")] = None,
    model: Annotated[str, MODEL] = "tech-firm",
    extra_columns: Annotated[ExtraColumns, EXTRA] = ExtraColumns.refuse,
    encoding: Annotated[str | None, ENCODING] = None,
    lang: Annotated[Lang, LANG] = Lang.en,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Answer applications for loans by a lending policy.

    Writes offers, reasons, limits, assets, insurance, sharing, subsidies, sensitivity and rejects as Parquet files into a folder, or the
    offers alone into one file. `--application` prints one of them on a page.

    What a limit of the policy needs and `--ratings` does not hold (`sales_12m`, `tax_12m`, `invoiced_12m`) refers an application to a
    person, with the reason `not_known`: without sales that is most of them. With `--records` these come from the records.
    """
    if (records is None) == (ratings is None):
        refuse(f"expected either `--records` or `--ratings`, got {'neither' if records is None else 'both'}")
    if records is not None and as_of is None:
        refuse("`--records` needs `--as-of`")
    loaded = fr.LendingPolicy.load(policy) if is_file(policy) else fr.LendingPolicy.preset(policy)
    files_beside = {
        "assets": assets,
        "guarantees": guarantees,
        "insurance": insurance,
        "covered": covered,
        "subsidised": subsidised,
        "figures": figures,
    }
    asked = _table(applications, encoding)
    beside = {name: _table(path, encoding) for name, path in files_beside.items() if path is not None}
    firms: Any
    if ratings is not None:
        firms = _table(ratings, encoding)
    else:
        # INVARIANT: both are given, by what was refused above.
        assert records is not None and as_of is not None
        read = read_records(records, extra_columns, encoding)
        firms = read_model(model).rate(read, as_of=as_of, progress=on_terminal())
    offers = loaded.offer(asked, firms, **beside)
    files = [] if out is None else _write(out, offers.frame, offers.write)
    told = {
        "policy": {"id": loaded.id, "version": loaded.version, "hash": loaded.hash},
        "applications": offers.counts,
        "decisions": offers.summary.to_dicts(),
        "rejects": offers.rejects.to_dicts(),
        "files": [str(path) for path in files],
    }
    if application is not None:
        page = offers.explain(application, lang.value)
        if as_json:
            say_json(told | {"page": page})
        else:
            say(page)
        return
    if as_json:
        say_json(told)
        return
    rows = [
        (_DECISIONS[decision] if lang is Lang.zh else decision, f"{count:,}", f"{amount:,}", "" if rate is None else f"{rate:.3%}")
        for decision, count, amount, rate in offers.summary.iter_rows()
    ]
    _say_counts(offers.counts, in_columns([_OFFERED[lang], *rows]), files, lang)
    _say_rejects(offers.rejects, lang)
    say(loaded.notice[lang.value])


def settle(
    losses: Annotated[Path, typer.Argument(help="Table of losses (Parquet, CSV, NDJSON).")],
    structure: Annotated[
        str, typer.Option("--structure", help="A structure of loss sharing (JSON or TOML file) or the id of a preset.")
    ],
    share: Annotated[list[str] | None, typer.Option("--share", help="A share that it leaves open, such as `pool_share=0.4`.")] = None,
    amount: Annotated[
        list[str] | None, typer.Option("--amount", help="An amount that it leaves open, such as `pool_balance=1000000`.")
    ] = None,
    pool: Annotated[list[str] | None, typer.Option("--pool", help="Loans of the pool in a year, such as `2025=50000000`.")] = None,
    open_until: Annotated[str | None, typer.Option("--open-until", help="Last day before the breaker opened.")] = None,
    out: Annotated[Path | None, _OUT] = None,
    loan: Annotated[str | None, typer.Option("--loan", help="Print how the loss on one loan is settled.")] = None,
    encoding: Annotated[str | None, ENCODING] = None,
    lang: Annotated[Lang, LANG] = Lang.en,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Settle losses by a structure of loss sharing.

    Writes settlements, payments, bounds and rejects as Parquet files into a folder, or the settlements alone into one
    file: what each party pays, and which cap bound.
    """
    try:
        shares = {id: float(value) for id, value in _pairs("--share", share).items()}
        years = {int(year): value for year, value in _pairs("--pool", pool).items()}
    except ValueError as error:
        refuse(f"`--share` takes fractions and `--pool` years: {error}")
    make = fr.LossSharing.load if is_file(structure) else fr.LossSharing.preset
    sharing = make(structure, shares=shares, amounts=_pairs("--amount", amount))
    settled = sharing.settle(_table(losses, encoding), pool_loans=years, open_until=open_until)
    files = [] if out is None else _write(out, settled.frame, settled.write)
    totals = settled.totals
    if loan is not None and not as_json:
        say(settled.explain(loan, lang.value))
        return
    if as_json:
        page = {} if loan is None else {"page": settled.explain(loan, lang.value)}
        told = {
            "structure": {"id": sharing.id, "version": sharing.version, "hash": sharing.hash},
            "losses": settled.counts,
            "parties": totals.to_dicts(),
            "rejects": settled.rejects.to_dicts(),
            "files": [str(path) for path in files],
        }
        say_json(told | page)
        return
    names = {party["id"]: party["name"][lang.value] for party in sharing.spec["parties"]}
    rows = [
        (names[party] if party is not None else _UNPAID[lang], f"{paid:,}", "" if part is None else f"{part:.2%}")
        for party, paid, part in totals.iter_rows()
    ]
    _say_counts(settled.counts, in_columns([_BORNE[lang], *rows]), files, lang)
    _say_rejects(settled.rejects, lang)
    say(sharing.notice[lang.value])


def _table(path: Path, encoding: str | None) -> pl.DataFrame:
    """A table that is none of records."""
    return read_file(path.name.split(".")[0], path, encoding)


def _pairs(option: str, given: list[str] | None) -> dict[str, str]:
    """Values by name, each given as `name=value`."""
    pairs = {}
    for pair in given or ():
        name, equals, value = pair.partition("=")
        if not (name and equals and value):
            refuse(f"`{option}` takes `name=value`, got `{pair}`")
        pairs[name.strip()] = value.strip()
    return pairs


def _write(out: Path, frame: pl.DataFrame, write: Any) -> list[Path]:
    """Writes all tables into a folder, or the main one into a file of the form that its name says."""
    suffix = out.suffix.lower()
    if suffix not in {".parquet", ".csv", ".json"}:
        return list(write(out))
    out.parent.mkdir(parents=True, exist_ok=True)
    if suffix == ".parquet":
        return [write_whole(out, frame.write_parquet)]
    if suffix == ".json":
        return [write_whole(out, frame.write_json)]
    return [write_whole(out, _flat(frame).write_csv)]


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Lists as words separated by blanks, since CSV has none."""
    import polars as pl

    lists = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
    return frame.with_columns(pl.col(lists).list.join(" "))


def _say_counts(counts: dict[str, int], table: str, files: list[Path], lang: Lang) -> None:
    say(f"{_ROWS[lang].format(*counts.values())}\n\n{table}")
    if files:
        say("\n".join([SUMMARY[lang][1], *(f"  {path}" for path in files)]))


def _say_rejects(rejects: pl.DataFrame, lang: Lang) -> None:
    """A line a table: how many rows of it were rejected, those of tables beside the main one as well, and why the first."""
    import polars as pl

    first = pl.col("row", "message").first()
    told = rejects.group_by("table", maintain_order=True).agg(pl.col("row").n_unique().alias("rows"), first)
    for table, rows, row, message in told.iter_rows():
        say(_REJECTED[lang].format(rows, table, row, message))
