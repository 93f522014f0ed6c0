"""What the border between Python and the core costs: `import firmrating`, and the rating of one firm.

Run with the package built for release: ``.venv/bin/python benches/python/border.py``.
"""

import statistics
import sys
import timeit

import firmrating as fr

AS_OF = "2025-06-30"


def main() -> None:
    """Prints each figure as the least and the median of several runs."""
    print_figure("import firmrating", "s", [import_seconds() for _ in range(9)])
    records, model = fr.datasets.sample(), fr.RatingModel.preset()
    firm = max((records.dossier(firm_id) for firm_id in records.firms.head(200)), key=lambda d: len(d.to_json()))
    calls = timeit.repeat(lambda: model.rate_firm(firm, AS_OF), number=2_000, repeat=9)
    print_figure(f"rate_firm, {firm!r}", "µs", [seconds / 2_000 * 1e6 for seconds in calls])
    batches = timeit.repeat(lambda: model.rate(records, as_of=AS_OF), number=1, repeat=9)
    print_figure(f"rate, {len(records):,} firms to a frame", "µs a firm", [s / len(records) * 1e6 for s in batches])


def import_seconds() -> float:
    """Seconds that an interpreter with the package takes longer than one without."""
    start = "import subprocess, sys; subprocess.run([sys.executable, '-c', {!r}], check=True)"
    with_package, without = (timeit.timeit(start.format(code), number=1) for code in ("import firmrating", "pass"))
    return with_package - without


def print_figure(what: str, unit: str, runs: list[float]) -> None:
    """One line a figure."""
    print(f"{what}: least {min(runs):.3g} {unit}, median {statistics.median(runs):.3g} {unit}")


if __name__ == "__main__":
    sys.exit(main())
