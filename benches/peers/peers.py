"""firmrating beside optbinning, toad, scorecardpy and scikit-learn: the same data and settings, alternating, medians.

    python benches/peers/peers.py            # some twenty minutes on two quiet cores; writes result.json and the README
    python benches/peers/peers.py --quick    # a minute, to see that it runs; writes nothing
    python benches/peers/peers.py --render   # measures nothing; writes the README again from result.json
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata as metadata
import json
import math
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import work

FOLDER = Path(__file__).resolve().parent
RESULT = FOLDER / "result.json"
LIBRARIES = ["firmrating", "optbinning", "toad", "scorecardpy", "scikit-learn"]
MODULES = {"scikit-learn": "sklearn"}
SOLVERS = [("lbfgs", 1e-6), ("lbfgs", 1e-8), ("newton-cholesky", 1e-4), ("newton-cholesky", 1e-8)]
UNDECLARED = {"toad": ["numpy", "pandas", "scikit-learn", "scipy", "joblib"]}
"""What a library imports and its metadata may not say."""
Row = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs all that was asked for, prints it, and records it unless it was a quick run."""
    asked = parsed(arguments)
    if asked.child:
        print(json.dumps(peak_of(*asked.child)))
        return 0
    if asked.render:
        render(json.loads(RESULT.read_text(encoding="utf-8")))
        return 0
    parts: dict[str, Callable[[argparse.Namespace], Iterator[Row]]] = {
        "binning": binning,
        "regression": regression,
        "scoring": scoring,
        "memory": memory,
        "import": imports,
        "size": sizes,
    }
    rows = {name: list[Row]() for name in parts}
    for name in asked.parts or parts:
        began = time.perf_counter()
        for row in parts[name](asked):
            rows[name].append(row)
            print(line(row), flush=True)
        print(f"<!-- {name}: {time.perf_counter() - began:.0f} s -->", flush=True)
        if not asked.quick:
            record(rows)
    return 0


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Sizes and repeats."""
    parser = argparse.ArgumentParser(description="firmrating beside its peers.")
    parser.add_argument("--rows", type=int, nargs="*", default=[10_000, 100_000, 1_000_000], help="sizes of the binning")
    parser.add_argument("--logit-rows", type=int, default=1_000_000)
    parser.add_argument("--score-rows", type=int, nargs="*", default=[1, 1_000, 1_000_000])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=60.0, help="most that a peer gets for the binning of one size, or little more")
    parser.add_argument("--parts", nargs="*", default=[], help="some only; what was recorded of the others is kept")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--render", action="store_true", help="write the README from what is recorded, and measure nothing")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.quick:
        asked.rows, asked.logit_rows, asked.score_rows, asked.repeats = [5_000], 50_000, [1, 1_000, 10_000], 1
    return asked


def alternating(ways: dict[str, Callable[[], Any]], repeats: int, most: float = float("inf")) -> dict[str, tuple[float, Any]]:
    """Median seconds of each way, and its last answer; they take turns, and a way that took `most` seconds is not run again.

    A way that fails has no seconds, and its error for an answer.
    """
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    answers: dict[str, Any] = {}
    for _ in range(repeats):
        for name, way in ways.items():
            if isinstance(answers.get(name), Exception) or sum(seconds[name]) >= most:
                continue
            began = time.perf_counter()
            try:
                answers[name] = way()
            except Exception as error:  # whatever a peer raises is its result
                answers[name] = error
            seconds[name].append(time.perf_counter() - began)
    failed = {name for name, answer in answers.items() if isinstance(answer, Exception)}
    return {name: (float("nan") if name in failed else statistics.median(seconds[name]), answers[name]) for name in ways}


def row_of(what: str, name: str, value: float, ours: float, note: str = "", unit: str = "s") -> Row:
    """One figure, and how many times ours it is."""
    return {"what": what, "library": name, "value": value, "unit": unit, "times ours": value / ours, "note": note}


# ---- Binning ---------------------------------------------------------------------------------------------------------


def binning(asked: argparse.Namespace) -> Iterator[Row]:
    """30 variables, trend auto, at most 6 bins; a peer that is too slow gets fewer variables, or none."""
    paces: dict[str, list[tuple[int, float]]] = {name: [] for name in work.BINNING}
    small = work.sample(500).first(1)
    for name, way in work.BINNING.items():
        with contextlib.suppress(Exception):  # takes the libraries in, before any clock runs
            way(small, small.polars() if name == "firmrating" else small.pandas())
    for size in asked.rows:
        data, what = work.sample(size), f"binning, {size:,} rows × 30"
        ways: dict[str, Callable[[], Any]] = {}
        used: dict[str, int] = {}
        for name, way in work.BINNING.items():
            if (likely := expected(paces[name], size)) > asked.seconds:
                at, seconds = paces[name][-1]
                told = f"not run: one variable took {seconds:.0f} s with {at:,} rows, and would take {likely:,.0f} s"
                yield row_of(what, name, float("nan"), 1.0, told)
                continue
            used[name] = affordable(way, data, asked.seconds) if name != "firmrating" else 30
            part = data.first(used[name])
            frame = part.polars() if name == "firmrating" else part.pandas()
            ways[name] = lambda way=way, part=part, frame=frame: way(part, frame)
        frame = data.polars()
        ways["firmrating, no trend"] = lambda data=data, frame=frame: work.bin_ours_free(data, frame)
        made = alternating(ways, asked.repeats, asked.seconds)
        for name, (seconds, splits) in made.items():
            if isinstance(splits, Exception):
                yield row_of(what, name, float("nan"), 1.0, f"does not run: {shortened(splits)}")
                continue
            variables = used.get(name, 30)
            paces.setdefault(name, []).append((size, seconds / variables))
            note, each = compared(data.first(variables), name, splits, made)
            yield row_of(what, name, seconds * 30 / variables, made["firmrating"][0], note) | ({"variables": each} if each else {})


def expected(pace: list[tuple[int, float]], size: int) -> float:
    """Seconds that a variable of so many rows is likely to take, by the growth between the last two sizes; 0 if not known."""
    if len(pace) < 2:
        return 0.0
    (rows, before), (more_rows, after) = pace[-2:]
    growth = math.log(after / before) / math.log(more_rows / rows)
    return after * (size / more_rows) ** growth


def affordable(way: Callable[[Any, Any], Any], data: work.Data, seconds: float) -> int:
    """Variables that a library bins in so many seconds, by how long it takes for one."""
    one = data.first(1)
    frame = one.pandas()
    began = time.perf_counter()
    with contextlib.suppress(Exception):  # it is told when the clock runs
        way(one, frame)
    return max(1, min(30, int(seconds / (time.perf_counter() - began))))


def compared(part: work.Data, name: str, splits: work.Splits, made: dict[str, tuple[float, Any]]) -> tuple[str, Row]:
    """The information value beside ours over the variables whose bins keep the limits, and of each variable all of it.

    optbinning was asked for a trend; toad and scorecardpy know none. Ours stands there twice: as it was timed, and with
    the edges of the other library among the candidates, where an exact search cannot be lower.
    """
    theirs = work.judged(part, splits)
    if name.startswith("firmrating"):
        return f"IV {sum(each.iv for each in theirs.values()):.4f}", {}
    trend = name == "optbinning"
    own = work.judged(part, {of: made["firmrating" if trend else "firmrating, no trend"][1][of] for of in part.names})
    among = work.judged(part, work.bin_ours_among(part, splits, "auto" if trend else "none"))
    each = {
        of: {
            "bins": found.bins,
            "least share": found.least_share,
            "keeps the limits": found.holds(trend),
            "IV": found.iv,
            "ours": own[of].iv,
            "ours among its edges": among[of].iv,
        }
        for of, found in theirs.items()
    }
    kept = [row for row in each.values() if row["keeps the limits"]]
    note = f"{len(kept)} of {len(each)} variables keep the limits"
    if len(kept) < len(each):
        least, most = min(found.least_share for found in theirs.values()), max(found.bins for found in theirs.values())
        note += f" (smallest bin {least:.2%}, most bins {most})"
    if kept:
        total = {what: sum(row[what] for row in kept) for what in ("IV", "ours")}
        note += f"; of these IV {total['IV']:.4f}, ours {total['ours']:.4f}"
        note += f" ({'not lower' if total['ours'] >= total['IV'] * (1 - 1e-9) else 'lower'})"
        below = sum(row["ours among its edges"] < row["IV"] * (1 - 1e-9) for row in kept)
        note += f", with its edges among ours lower in {below}"
    scaled = "" if len(part.names) == 30 else f"; {len(part.names)} variables, time scaled to 30"
    return note + scaled, each


# ---- Regression ------------------------------------------------------------------------------------------------------


def regression(asked: argparse.Namespace) -> Iterator[Row]:
    """Unpenalised logistic regression; a solver counts if no coefficient is farther than 1e-6 from the strictest one's."""
    data = work.sample(asked.logit_rows)
    matrix, frame = np.ascontiguousarray(data.matrix), data.polars()
    exact = work.regress_sklearn("newton-cholesky", 1e-13)(data, matrix)
    ways: dict[str, Callable[[], Any]] = {"firmrating": lambda: work.regress_ours(data, frame)}
    for solver, tolerance in SOLVERS:
        fit = work.regress_sklearn(solver, tolerance)
        ways[f"scikit-learn {solver}, tol {tolerance:g}"] = lambda fit=fit: fit(data, matrix)
    made = alternating(ways, asked.repeats)
    for name, (seconds, coefficients) in made.items():
        distance = float(np.abs(coefficients - exact).max())
        note = f"coefficients within {distance:.1e}" + ("" if distance <= 1e-6 else ": too far to count")
        yield row_of(f"regression, {asked.logit_rows:,} × 30", name, seconds, made["firmrating"][0], note)


# ---- Scoring ---------------------------------------------------------------------------------------------------------


def scoring(asked: argparse.Namespace) -> Iterator[Row]:
    """Scores of cards of 30 variables; frames are made before the clock starts."""
    small = work.sample(10_000)
    scores = {name: make(small) for name, make in work.CARDS.items()}
    for size in asked.score_rows:
        data = work.sample(size)
        calls = max(1, min(200, 2_000 // size)) if size <= 1_000 else 1
        ways: dict[str, Callable[[], Any]] = {}
        for name, score in scores.items():
            frame = data.polars() if name == "firmrating" else data.pandas()
            ways[name] = lambda score=score, frame=frame, calls=calls, name=name: repeated(score, frame, calls if name == "firmrating" else min(calls, 20))
        made = alternating(ways, asked.repeats)
        ours = made["firmrating"][1]
        for name, (_, answer) in made.items():
            if isinstance(answer, Exception):
                yield row_of(f"scoring, {size:,} rows", name, float("nan"), 1.0, f"does not run: {shortened(answer)}")
            else:
                yield row_of(f"scoring, {size:,} rows", name, answer, ours)


def repeated(score: Callable[[Any], Any], frame: Any, calls: int) -> float:
    """Seconds of a call."""
    with work.quiet():
        score(frame)
        began = time.perf_counter()
        for _ in range(calls):
            score(frame)
        return (time.perf_counter() - began) / calls


# ---- Memory, import, size --------------------------------------------------------------------------------------------


def memory(asked: argparse.Namespace) -> Iterator[Row]:
    """Peak memory of a process that bins, and of that what it had not before the work: one process a figure."""
    size = max(size for size in asked.rows if size <= 100_000)
    made = {name: in_child("binning", name, size) for name in ("firmrating", "optbinning", "scorecardpy")}
    made_of = {name: in_child("regression", name, asked.logit_rows) for name in ("firmrating", "scikit-learn")}
    for what, found in ((f"memory, binning {size:,} × 30", made), (f"memory, regression {asked.logit_rows:,} × 30", made_of)):
        for name, (peak, grown) in found.items():
            yield row_of(what, name, peak, found["firmrating"][0], f"{grown:,.0f} MB of it by the work", unit="MB")


def in_child(part: str, name: str, size: int) -> tuple[float, float]:
    """The answer of `peak_of` in a process of its own."""
    command = [sys.executable, __file__, "--child", part, name, str(size)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    if told.returncode:
        return float("nan"), float("nan")
    peak, grown = json.loads(told.stdout.splitlines()[-1])
    return peak, grown


def peak_of(part: str, name: str, size: str) -> tuple[float, float]:
    """Peak memory of this process in MB, and by how much the work raised it."""
    data = work.sample(int(size))
    if part == "binning":
        frame = data.polars() if name == "firmrating" else data.pandas()
        before = peak()
        work.BINNING[name](data, frame)
    else:
        frame = data.polars() if name == "firmrating" else np.ascontiguousarray(data.matrix)
        before = peak()
        (work.regress_ours if name == "firmrating" else work.regress_sklearn("newton-cholesky", 1e-8))(data, frame)
    return peak(), peak() - before


def peak() -> float:
    """Most memory that was resident so far, in MB; `getrusage` would tell that of the parent, if it had more."""
    status = Path("/proc/self/status")
    if status.exists():
        return float(re.findall(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8"))[0]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1.0 if sys.platform == "darwin" else 1024.0) / 1e6


def imports(asked: argparse.Namespace) -> Iterator[Row]:
    """Seconds that an interpreter with the import takes longer than one without."""
    ways: dict[str, Callable[[], Any]] = {"nothing": lambda: subprocess.run([sys.executable, "-c", "pass"], check=True)}
    for name in LIBRARIES:
        code = f"import {MODULES.get(name, name)}"
        ways[name] = lambda code=code: subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    made = alternating(ways, max(asked.repeats, 1 if asked.quick else 5))
    nothing = made.pop("nothing")[0]
    for name, (seconds, _) in made.items():
        yield row_of("import", name, seconds - nothing, made["firmrating"][0] - nothing)


def sizes(_: argparse.Namespace) -> Iterator[Row]:
    """Bytes of a library and of all that it requires, as they lie installed here; without extras."""
    found = {name: closure(name) for name in LIBRARIES}
    megabytes = {name: sum(files.values()) / 1e6 for name, files in found.items()}
    absent = {name: ", ".join(other for other, size in files.items() if not size) for name, files in found.items()}
    notes = {name: f"not installed here and not counted: {others}" if others else "" for name, others in absent.items()}
    ours = megabytes["firmrating"]
    for name, size in megabytes.items():
        yield row_of("installation", name, size, ours, notes[name], unit="MB")


def closure(name: str, seen: dict[str, float] | None = None) -> dict[str, float]:
    """Bytes of a distribution and of those that it requires, by name."""
    seen = {} if seen is None else seen
    if name in seen:
        return seen
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        if name != "firmrating":
            seen[name] = 0.0
            return seen
        import firmrating

        files = [file for file in Path(firmrating.__file__).parent.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
        seen[name] = float(sum(file.stat().st_size for file in files))
        project = (FOLDER.parents[1] / "rating-py" / "pyproject.toml").read_text(encoding="utf-8")
        required = re.findall(r'"([^"]+)"', next(line for line in project.splitlines() if line.startswith("dependencies")))
    else:
        located = [Path(str(distribution.locate_file(file))) for file in distribution.files or []]
        seen[name] = float(sum(file.stat().st_size for file in located if file.is_file() and file.suffix != ".pyc"))
        declared = distribution.requires or UNDECLARED.get(name, [])
        required = [text for text in declared if "extra ==" not in text and "win32" not in text.lower()]
    for text in required:
        closure(re.split(r"[\s<>=!~;\[(]", text, maxsplit=1)[0].lower().replace("_", "-"), seen)
    return seen


# ---- The record ------------------------------------------------------------------------------------------------------


def shortened(error: Exception) -> str:
    """An error as one line of a table."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:90].replace("|", "/")


def line(row: Row) -> str:
    """A figure as a row of the table."""
    is_measured = row["value"] is not None and row["value"] == row["value"]
    value = figure(row["value"], row["unit"]) if is_measured else "–"
    times = f"{row['times ours']:,.3g}" if is_measured and row["library"] != "firmrating" else ""
    return f"| {row['what']} | {row['library']} | {value} | {times} | {row['note']} |"


def figure(value: float, unit: str) -> str:
    """Three digits in a unit that fits."""
    if unit == "MB":
        return f"{value:,.0f} MB"
    scale, name = next((each for each in ((1.0, "s"), (1e-3, "ms")) if value >= each[0]), (1e-6, "µs"))
    return f"{value / scale:,.3g} {name}"


def versions() -> dict[str, str]:
    """What it was run with."""
    import firmrating

    others = {name: metadata.version(name) for name in [*LIBRARIES[1:], "numpy", "pandas", "polars"]}
    return {"python": platform.python_version(), "firmrating": firmrating.__version__, **others, "cores": str(os.cpu_count())}


def record(rows: dict[str, list[Row]]) -> None:
    """`result.json`, and the table between the markers of the README; parts that were not run stay, if the versions do."""
    told = versions()
    before = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.exists() else {}
    kept = before["rows"] if before.get("versions") == told else {}
    found = {name: [plain(row) for row in part] or kept.get(name, []) for name, part in rows.items()}
    document = {"versions": told, "rows": found}
    RESULT.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    render(document)


def render(document: dict[str, Any]) -> None:
    """What is recorded, and how it stands to the bars, as the tables of the README."""
    found = {name: [{of: math.nan if value is None else value for of, value in row.items()} for row in part] for name, part in document["rows"].items()}
    begin, end = "<!-- result: begin -->", "<!-- result: end -->"
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    head, _, rest = page.partition(begin)
    table = ["| work | library | median | times ours | |", "|---|---|--:|--:|---|", *(line(row) for part in found.values() for row in part)]
    used = ", ".join(f"{name} {version}" for name, version in document["versions"].items())
    text = "\n".join([begin, *bars(found), "", *table, "", f"{used}.", end])
    (FOLDER / "README.md").write_text(head + text + rest.partition(end)[2], encoding="utf-8")


def bars(found: dict[str, list[Row]]) -> list[str]:
    """What was to be reached, and whether it is: a row a bar and size."""
    rows = ["| bar | of | asked | measured | |", "|---|---|--:|--:|---|"]
    for library, asked in (("optbinning", 50.0), ("toad", 10.0)):
        for row in found["binning"]:
            if row["library"] == library:
                rows.append(barred(f"times as fast as {library}", row["what"], asked, row["times ours"]))
    rows += [lower(library, found["binning"]) for library in ("optbinning", "toad", "scorecardpy")]
    equal = [row["times ours"] for row in found["regression"] if row["library"] != "firmrating" and "too far" not in row["note"]]
    if equal:
        what = found["regression"][0]["what"]
        rows.append(barred("times as fast as the fastest solver of scikit-learn at equal coefficients", what, 5.0, min(equal)))
    for row in found["scoring"]:
        size = int(row["what"].removeprefix("scoring, ").removesuffix(" rows").replace(",", ""))
        asked = {1: 100.0, 1_000_000: 20.0}.get(size)
        if row["library"] == "optbinning" and asked is not None:
            rows.append(barred("times as fast as optbinning", row["what"], asked, row["times ours"]))
    return rows


def barred(bar: str, of: str, asked: float, measured: float) -> str:
    """One bar of speed."""
    if math.isnan(measured):
        return f"| {bar} | {of} | {asked:g} | – | not measured |"
    return f"| {bar} | {of} | {asked:g} | {measured:,.3g} | {'reached' if measured >= asked else 'missed'} |"


def lower(library: str, binning: Sequence[Row]) -> str:
    """The bar of the information value: over all variables that keep the limits, with the same edges to choose among."""
    of_library = (row for row in binning if row["library"] == library)
    kept = [each for row in of_library for each in row.get("variables", {}).values() if each["keeps the limits"]]
    below = {what: sum(each[what] < each["IV"] * (1 - 1e-9) for each in kept) for what in ("ours", "ours among its edges")}
    told = f"{below['ours among its edges']} of {len(kept)}; {below['ours']} with edges of our own"
    verdict = "reached" if kept and below["ours among its edges"] == 0 else "missed" if kept else "not measured"
    return f"| variables of lower information value than {library}, with its edges to choose among | all sizes | 0 | {told} | {verdict} |"


def plain(row: Row) -> Row:
    """JSON knows no NaN."""
    return {name: None if value != value else value for name, value in row.items()}


if __name__ == "__main__":
    sys.exit(main())
