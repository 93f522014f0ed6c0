"""Measures the nightly run on generated firms, beside what else could be done with the same files.

    .venv/bin/python benches/nightly/bench.py --firms 2000                    # a smoke test, seconds
    .venv/bin/python benches/nightly/bench.py --folder /data/firms-1m         # what generate.py wrote

Each task runs in a process of its own and tells wall and CPU time, peak memory, and bytes read and written (of the process,
whether or not the disk had to be asked). One task is: decoding all columns; measures as polars expressions; the same with
pandas on one piece; a full run; a delta run after one firm in a hundred changed; the full run on the changed files, whose
ratings the delta run must equal.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

AS_OF = dt.date(2025, 6, 30)
YEAR_BEFORE = dt.date(2024, 6, 30)


def decode(folder: Path, _: Path) -> dict[str, Any]:
    """(a) Decodes every column of every file, and keeps nothing."""
    rows = 0
    for file in sorted(folder.glob("*/*.parquet")):
        rows += pl.read_parquet(file, glob=False).height
    return {"rows": rows}


def expressions(folder: Path, out: Path) -> dict[str, Any]:
    """(b) A dozen of the hundred measures as polars expressions, a row a firm, to one Parquet file."""

    def table(name: str) -> pl.LazyFrame:
        return pl.scan_parquet(folder / name / "*.parquet").filter(pl.col("known_on").is_null() | (pl.col("known_on") <= AS_OF))

    in_year = (pl.col("issued_on") > YEAR_BEFORE) & (pl.col("issued_on") <= AS_OF) & (pl.col("status") == "valid")
    sale = pl.col("direction") == "sale"
    trade = table("invoices").filter(in_year).group_by("firm_id").agg(
        pl.col("amount").filter(sale).sum().alias("sales"),
        pl.col("amount").filter(~sale).sum().alias("purchases"),
        pl.col("counterparty").filter(sale).n_unique().alias("customers"),
        (pl.col("amount").filter(sale) < 0).mean().alias("red_share"),
    )
    due = table("filings").filter(pl.col("due_on") < AS_OF, pl.col("due_on") >= YEAR_BEFORE)
    tax = due.group_by("firm_id").agg(
        pl.len().alias("filings"),
        (pl.col("filed_on") > pl.col("due_on")).sum().alias("late"),
        pl.col("filed_on").is_null().sum().alias("not_filed"),
        pl.col("paid").sum().alias("paid"),
        pl.col("taxable_sales").sum().alias("taxable_sales"),
    )
    level = table("tax_credit_levels").group_by("firm_id").agg(pl.col("level").sort_by("year").last())
    patents = table("patents").filter(pl.col("filed_on") <= AS_OF).group_by("firm_id").agg(
        (pl.col("status") == "granted").sum().alias("granted"), pl.len().alias("patents")
    )
    firms = table("registrations").group_by("firm_id").agg(
        pl.col("established_on").first(), pl.col("registered_capital").first(), pl.col("paid_in_capital").first()
    )
    for part in (trade, tax, level, patents):
        firms = firms.join(part, on="firm_id", how="left")
    firms = firms.with_columns(age=(pl.lit(AS_OF) - pl.col("established_on")).dt.total_days() / 365.25)
    firms.sink_parquet(out / "measures.parquet", engine="streaming")
    return {"rows": pl.scan_parquet(out / "measures.parquet").select(pl.len()).collect().item()}


def with_pandas(folder: Path, _: Path) -> dict[str, Any]:
    """(c) Four of these measures with pandas, on the first piece of each table."""
    import pandas as pd

    def table(name: str) -> pd.DataFrame:
        return pd.read_parquet(sorted((folder / name).glob("*.parquet"))[-1])

    invoices = table("invoices")
    issued = pd.to_datetime(invoices["issued_on"])
    year = invoices[(issued > pd.Timestamp(YEAR_BEFORE)) & (issued <= pd.Timestamp(AS_OF)) & (invoices["status"] == "valid")]
    sales = year[year["direction"] == "sale"]
    amounts = sales["amount"].astype(float).groupby(sales["firm_id"]).sum()
    customers = sales.groupby("firm_id")["counterparty"].nunique()
    filings = table("filings")
    late = pd.to_datetime(filings["filed_on"]) > pd.to_datetime(filings["due_on"])
    lates = late.groupby(filings["firm_id"]).sum()
    levels = table("tax_credit_levels").sort_values("year").groupby("firm_id")["level"].last()
    firms = table("registrations").drop_duplicates("firm_id").set_index("firm_id")
    joined = firms.join(amounts.rename("sales")).join(customers.rename("customers")).join(lates.rename("late")).join(levels)
    return {"rows": len(invoices) + len(filings) + len(levels) + len(firms), "firms": len(joined)}


def night(folder: Path, out: Path, **options: Any) -> dict[str, Any]:
    """A run; what its manifest says of it."""
    from firmrating import nightly

    written = {"as_of": AS_OF, "out": str(out / "ratings"), "records": str(folder), **options}
    outputs = written.pop("outputs")
    lines = [f"{key} = {value if isinstance(value, dt.date | int) else json.dumps(value)}" for key, value in written.items()]
    lines += ["[outputs]", *(f"{key} = {json.dumps(value)}" for key, value in outputs.items())]
    document = out / "run.toml"
    document.write_text("\n".join(lines), encoding="utf-8")
    manifest = nightly.run(document).manifest
    return {
        "rows": sum(count["rows_in"] for count in manifest["counts"]),
        "rejected": sum(count["rejected"] for count in manifest["counts"]),
        "firms": manifest["firms"]["all"],
        "partitions": manifest["partitions"],
        "seconds": manifest["performance"]["seconds"],
        "ratings": [file["sha256"] for file in manifest["outputs"] if file["table"] == "ratings"],
    }


def change(folder: Path, changed: Path) -> None:
    """The same folder with another registered capital for one firm in a hundred; all other files are links."""
    changed.mkdir()
    for table in sorted(path for path in folder.iterdir() if path.is_dir()):
        (changed / table.name).mkdir()
        for file in sorted(table.glob("*.parquet")):
            target = changed / table.name / file.name
            if table.name != "registrations":
                target.symlink_to(file.resolve())
                continue
            frame = pl.read_parquet(file, glob=False)
            one_in_hundred = pl.col("firm_id").hash(7) % 100 == 0
            more = pl.col("registered_capital") + pl.lit(10_000).cast(pl.Decimal(18, 2))
            moved = pl.when(one_in_hundred).then(more).otherwise("registered_capital").cast(pl.Decimal(18, 2))
            frame.with_columns(moved.alias("registered_capital")).write_parquet(target, compression="zstd", compression_level=3)


def measured(task: str, folder: Path, out: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Runs a task in a process of its own."""
    out.mkdir(parents=True, exist_ok=True)
    call = [sys.executable, __file__, "--task", task, "--folder", str(folder), "--out", str(out), "--options", json.dumps(options)]
    done = subprocess.run(call, check=True, stdout=subprocess.PIPE, text=True)
    return {"task": task, **json.loads(done.stdout.splitlines()[-1])}


def in_this_process(task: str, folder: Path, out: Path, options: dict[str, Any]) -> None:
    """Does a task and prints what it took."""
    tasks: dict[str, Callable[..., dict[str, Any]]] = {
        "decode": decode, "expressions": expressions, "pandas": with_pandas, "full": night, "delta": night, "full again": night,
    }
    from firmrating.nightly.memory import peak_memory

    began = time.monotonic()
    found = tasks[task](folder, out, **options)
    used = resource.getrusage(resource.RUSAGE_SELF)
    io = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    figures = {
        "wall": time.monotonic() - began,
        "cpu": used.ru_utime + used.ru_stime,
        # Not what `getrusage` tells: that is also the peak of the process that started this one.
        "peak": peak_memory(),
        "read": int(io["rchar"]),
        "written": int(io["wchar"]),
    }
    print(json.dumps({**found, **figures}))


def bench(folder: Path, scratch: Path, given: argparse.Namespace) -> list[dict[str, Any]]:
    """Every task, one after the other."""
    options = {"memory": given.memory, "outputs": {"contributions": given.contributions, "fingerprints": True}}
    options |= {} if given.rulebook is None else {"rulebook": given.rulebook}
    tasks = [measured(task, folder, scratch / task, {}) for task in ("decode", "expressions", "pandas")]
    full = measured("full", folder, scratch / "night", options)
    tasks.append(full)
    if not given.no_delta:
        changed = scratch / "changed"
        change(folder, changed)
        latest = {**options, "mode": "delta", "compare_with": "latest"}
        delta = measured("delta", changed, scratch / "night", latest)
        again = measured("full again", changed, scratch / "again", {**options, "partitions": full["partitions"]})
        if delta["ratings"] != again["ratings"]:
            raise SystemExit("the delta run has other ratings than the full run")
        tasks += [delta, again]
    return tasks


def told(tasks: list[dict[str, Any]]) -> str:
    """The figures as a table."""
    by_name = {task["task"]: task for task in tasks}
    firms = by_name["full"]["firms"]
    lines = [
        f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}, polars {pl.__version__}",
        f"{firms:,} firms, {by_name['full']['rows']:,} rows ({by_name['full']['rows'] / firms:.1f} a firm), "
        f"{by_name['full']['rejected']:,} rejected, {by_name['full']['partitions']} partitions",
        f"{'task':<12} {'wall s':>8} {'CPU s':>8} {'peak MiB':>9} {'read MB':>9} {'written MB':>10} {'firms/s':>9} {'firms/CPU s':>11}",
    ]
    for task in tasks:
        of = task.get("firms", firms)
        lines.append(
            f"{task['task']:<12} {task['wall']:>8.1f} {task['cpu']:>8.1f} {task['peak'] / 2**20:>9.0f} {task['read'] / 1e6:>9.0f} "
            f"{task['written'] / 1e6:>10.0f} {of / task['wall']:>9,.0f} {of / task['cpu']:>11,.0f}"
        )
    lines += ["", *rows_of_readme(tasks, firms), ""]
    lines.append(f"full run: {by_name['full']['wall'] / by_name['decode']['wall']:.1f} times decoding by the clock, stages {by_name['full']['seconds']}")
    if "delta" in by_name:
        lines.append(f"delta run: {by_name['delta']['wall'] / by_name['full again']['wall']:.0%} of the full run, stages {by_name['delta']['seconds']}")
    return "\n".join(lines)


_NAMES = {
    "decode": "decode all columns with polars",
    "expressions": "twelve measures as polars expressions",
    "pandas": "four measures with pandas",
    "full": "full run",
    "delta": "delta run, one firm in a hundred changed",
    "full again": "the full run on the changed files",
}


def rows_of_readme(tasks: list[dict[str, Any]], firms: int) -> list[str]:
    """The same as Markdown, as README.md has it: MB are 10⁶ bytes, MiB 2²⁰; rates to three digits."""
    lines = [
        "| | firms | seconds | CPU s | peak MiB | read MB | written MB | firms a second | firms a CPU second | |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|---|",
    ]
    for task in tasks:
        of = task.get("firms", firms)
        rates = [f"{float(f'{of / task[clock]:.3g}'):,.0f}" for clock in ("wall", "cpu")]
        sizes = [f"{task['peak'] / 2**20:,.0f}", f"{task['read'] / 1e6:,.0f}", f"{task['written'] / 1e6:,.0f}"]
        cells = [_NAMES[task["task"]], _short(of), f"{task['wall']:.1f}", f"{task['cpu']:.1f}", *sizes, *rates, _remark(task)]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _short(firms: int) -> str:
    return f"{firms / 1e6:g} M" if firms % 10**5 == 0 else f"{firms / 1e3:g} k"


def _remark(task: dict[str, Any]) -> str:
    if task["task"] == "full":
        return f"{task['rows']:,} rows, {task['rejected']:,} rejected, {task['partitions']} partitions"
    return {"expressions": "of 102, without checks, versions, rules or reasons", "full again": "the same ratings"}.get(task["task"], "")


def main() -> None:
    """Reads the call."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--firms", type=int, default=2_000, help="generate so many, without --folder")
    parser.add_argument("--folder", type=Path, help="what generate.py wrote")
    parser.add_argument("--generator", type=Path, help="the program `generate`")
    parser.add_argument("--memory", default="4 GiB")
    parser.add_argument("--contributions", action="store_true", help="write contributions too")
    parser.add_argument("--rulebook", help="evaluate and apply a rulebook too: id of a preset, or a file")
    parser.add_argument("--no-delta", action="store_true")
    parser.add_argument("--json", type=Path, help="append the figures to this file, a line a call")
    parser.add_argument("--scratch", type=Path, help="folder for what is written; a temporary one without it")
    parser.add_argument("--task", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--options", default="{}", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.task:
        in_this_process(given.task, given.folder, given.out, json.loads(given.options))
        return
    with TemporaryDirectory(dir=given.scratch) as scratch:
        folder = given.folder
        if folder is None:
            from generate import GENERATOR, generate

            folder = Path(scratch) / "firms"
            generate(given.firms, folder, generator=given.generator or GENERATOR)
        tasks = bench(folder, Path(scratch), given)
    print(told(tasks))
    if given.json:
        with given.json.open("a", encoding="utf-8") as file:
            print(json.dumps(tasks), file=file)


if __name__ == "__main__":
    main()
