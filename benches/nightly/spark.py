"""Measures ratings on Spark beside the nightly run, on the same files.

    .venv/bin/python benches/nightly/spark.py --folder /data/firms-1m      # what generate.py wrote; PySpark and Java needed

The nightly run first, in a process of its own, then `firmrating.spark` in a session that stands already, twice: Java
compiles what it runs, so a second run shows what a long night would. CPU seconds are those of all processes: driver,
Java and Python workers. The files of both must have the same SHA-256.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import AS_OF, measured

TICKS = os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Prints the rows of a Markdown table, as docs/spark.md has it; fails if the files differ."""
    parser = argparse.ArgumentParser(description="Spark beside the nightly run.")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--heap", default="4g")
    parser.add_argument("--partitions", type=int, default=64)
    asked = parser.parse_args()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    with TemporaryDirectory() as scratch:
        out = Path(scratch)
        outputs = {"contributions": False, "fingerprints": True}
        options = {"outputs": outputs, "partitions": asked.partitions, "memory": "4 GiB"}
        night = measured("full", asked.folder, out / "night", options)
        print("| | wall s | CPU s of all processes | times the nightly run: wall | CPU |\n|---|--:|--:|--:|--:|", flush=True)
        print(f"| nightly run | {night['wall']:.1f} | {night['cpu']:.1f} | | |", flush=True)
        for number in ("first", "second"):
            wall, cpu, hashes = on_spark(asked, out / number)
            name = f"Spark, {number} in the session"
            print(f"| {name} | {wall:.1f} | {cpu:.1f} | {wall / night['wall']:.1f} | {cpu / night['cpu']:.1f} |", flush=True)
            if hashes != night["ratings"]:
                raise SystemExit("the files differ")
    return 0


def on_spark(asked: argparse.Namespace, out: Path) -> tuple[float, float, list[str]]:
    """Seconds, CPU seconds and the hashes of the ratings of a run in the session, which is made if there is none."""
    from pyspark.sql import SparkSession

    import firmrating as fr
    from firmrating import spark as fs

    builder = SparkSession.builder.master(asked.master).config("spark.driver.memory", asked.heap)
    session = builder.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    tables = {path.name: str(path) for path in sorted(asked.folder.iterdir()) if path.is_dir()}
    before, began = cpu_seconds(), time.monotonic()
    found = fs.rate(session, tables, fr.RatingModel.preset(), AS_OF, contributions=False, partitions=asked.partitions)
    outputs = found.write(out).manifest["outputs"]
    wall, cpu = time.monotonic() - began, cpu_seconds() - before
    found.unpersist()
    return wall, cpu, [file["sha256"] for file in outputs if file["table"] == "ratings"]


def cpu_seconds() -> float:
    """CPU time of this process, of all that it started, and of those that these waited for."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:  # gone since
            continue
        parents[int(stat.parent.name)] = int(fields[1])
        ticks[int(stat.parent.name)] = sum(map(int, fields[11:15]))

    def is_ours(pid: int) -> bool:
        return pid == os.getpid() or (pid in parents and is_ours(parents[pid]))

    return sum(count for pid, count in ticks.items() if is_ours(pid)) / TICKS


if __name__ == "__main__":
    sys.exit(main())
