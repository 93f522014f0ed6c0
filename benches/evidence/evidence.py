"""How well scorecards made with this package tell bads from goods on real data, beside two learners of scikit-learn.

    python benches/evidence/evidence.py [--data ../shared/data] [--repeats 5] [--large-repeats 1] [--only german sba ...]

On the same folds of repeated stratified cross-validation: a scorecard of `firmrating` (bins, screening, signed
regression and whole points, all fitted inside the fold), logistic regression of scikit-learn on the same columns
(imputed, scaled, words as indicators), and its histogram gradient boosting. The tables go into `docs/evidence.md`,
between its markers. The data are not part of this project; sets that are not there are left out, and without any the
script says so and exits with 0.
"""

from __future__ import annotations

import argparse
import gzip
import math
import platform
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import sklearn
from scipy.stats import t as student
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RepeatedStratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

import firmrating as fr

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "evidence.md"
SEED = 20201123
FOLDS = 5
LARGE = ("polish", "uci_credit_taiwan")
CUMCM_DAYS = ("2020-02-29", "2019-02-28", "2018-02-28")


@dataclass(frozen=True)
class Sample:
    """One set of data, and how its card is fitted."""

    name: str
    frame: pl.DataFrame
    bad: np.ndarray
    options: dict[str, Any]
    each: dict[str, dict[str, Any]] = field(default_factory=dict)
    ridge: float = 0.0
    min_iv: float = 0.02
    bar: str = ""


Fit = Callable[[Sample, np.ndarray, np.ndarray], np.ndarray]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures what is there, prints it and writes the page."""
    asked = parsed(arguments)
    if not asked.data.is_dir():
        print(f"Skipped: the data are not in `{asked.data}`.")
        return 0
    parts = []
    readers = {"german": german, "polish": polish, "uci_credit_taiwan": taiwan, "cumcm2020c": cumcm}
    rows = []
    for name, read in readers.items():
        folder = asked.data / name
        if asked.only and name not in asked.only:
            continue
        if not folder.is_dir():
            print(f"Skipped: `{folder}` is not there.")
            continue
        repeats = asked.large_repeats if name in LARGE else asked.repeats
        rows.append(compared(read(folder), repeats))
        told = {way: cell(rows[-1][way]) for way in WAYS}
        print(f"{rows[-1]['sample'].name}: {told}, {cell(rows[-1]['to boosting'], signed=True)}", flush=True)
    if rows:
        parts.append(table(rows))
    if (asked.data / "sba").is_dir() and (not asked.only or "sba" in asked.only):
        parts.append(sba(asked.data / "sba"))
        print(parts[-1])
    if parts and not asked.no_write:
        write("\n\n".join([*parts, versions()]))
    return 0


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The arguments."""
    parser = argparse.ArgumentParser(description="Scorecards on real data, beside learners of scikit-learn.")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--repeats", type=int, default=5, help="repeats of the cross-validation of the small sets")
    parser.add_argument("--large-repeats", type=int, default=1, help=f"the same of the large ones: {', '.join(LARGE)}")
    parser.add_argument("--only", nargs="*", default=[], help="names of folders")
    parser.add_argument("--no-write", action="store_true")
    return parser.parse_args(arguments)


# ---- The data ------------------------------------------------------------------------------------------------------


def german(folder: Path) -> Sample:
    """German credit: 1,000 loans, 300 bad."""
    frame = pl.read_csv(folder / "germancredit.csv")
    bad = (frame["creditability"] == "bad").to_numpy().astype(float)
    monotone = {"trends": ["ascending", "descending"], "max_bins": 6, "rare_share": 0.03, "min_share": 0.05}
    return Sample("German credit", frame.drop("creditability"), bad, monotone, bar="within 0.02 of boosting")


def polish(folder: Path) -> Sample:
    """Financial ratios of Polish firms a year before: 271 of 7,027 bankrupt."""
    lines = gzip.decompress((folder / "1year.arff.gz").read_bytes()).decode().splitlines()
    rows = [line.split(",") for line in lines[[line.strip().lower() for line in lines].index("@data") + 1 :] if line.strip()]
    cells = [[None if cell == "?" else float(cell) for cell in row] for row in rows]
    frame = pl.DataFrame(cells, schema=[f"ratio {at}" for at in range(1, 65)] + ["bad"], orient="row")
    monotone = {"trends": ["ascending", "descending"], "max_bins": 6, "min_share": 0.03, "min_bads": 3}
    return Sample("Polish firms, year 1", frame.drop("bad"), frame["bad"].to_numpy(), monotone)


def taiwan(folder: Path) -> Sample:
    """Card accounts of Taiwan: 6,636 of 30,000 bad. Codes that no document explains are special values."""
    frame = pl.read_csv(gzip.decompress((folder / "UCI_Credit_Card.csv.gz").read_bytes()), infer_schema=False)
    frame = frame.cast(pl.Float64)
    bad = frame["class"].to_numpy()
    monotone = {"trends": ["ascending", "descending"], "max_bins": 8, "min_share": 0.02, "min_pre_bin_share": 0.02}
    each = {"EDUCATION": {"special": {"undocumented": [0, 5, 6]}}, "MARRIAGE": {"special": {"undocumented": [0]}}}
    return Sample("UCI Taiwan", frame.drop("ID", "class"), bad, monotone, each, bar="within 0.03 of boosting")


def cumcm(folder: Path) -> Sample:
    """123 firms of CUMCM 2020 C, 27 of which defaulted: measures of their invoices, and nothing else.

    Every measure of the family `trade` that the catalogue gives a direction, as of the end of the invoices and one and
    two years before, as the mean of the days on which it has a value. The trend of its bins is the one that the
    catalogue declares, so only the edges are learned from the firms. A firm is a row, so no firm is on both sides.
    """
    sys.path.insert(0, str(ROOT / "examples" / "python"))
    import cumcm2020c as files

    invoices = files.read_invoices(folder).filter(pl.col("source").str.starts_with("a1"))
    labels = files.read_labels(folder)
    records = files.take_in(invoices, labels.select(企业代号="firm_id"))
    model = fr.RatingModel.preset("tech-firm")
    measured = pl.concat(model.measure(records, as_of=day) for day in CUMCM_DAYS)
    directions = {"safer": "descending", "riskier": "ascending"}
    catalogue = fr.measures().filter(pl.col("family").cast(pl.String) == "trade")
    declared = {id: directions[of] for id, of in catalogue.select("id", pl.col("direction").cast(pl.String)).iter_rows() if of in directions}
    means = measured.group_by("firm_id").agg(pl.col(id).cast(pl.Float64).mean() for id in declared if id in measured.columns)
    joined = labels.join(means, on="firm_id", how="left", validate="1:1", maintain_order="left")
    known = [id for id in declared if id in joined.columns and joined[id].null_count() < joined.height / 2]
    options = {"pre_bins": "quantile", "max_pre_bins": 10, "max_bins": 5, "min_share": 0.1, "min_bads": 2}
    each = {id: {"trend": declared[id]} for id in known}
    bad = joined["bad"].to_numpy().astype(float)
    return Sample("CUMCM 2020 C", joined.select(known), bad, options, each, ridge=5.0, min_iv=0.1, bar="at least 0.88")


# ---- The three ways ------------------------------------------------------------------------------------------------


def scorecard(sample: Sample, train: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Scores (higher is safer) of the other firms by a card that saw only those of `train`.

    Bins; variables below the least information value leave; then, without a penalty, selection by steps (AIC, signs,
    variance inflation), else all that stay under a ridge. Whole points, as the card prints them.
    """
    x, y = sample.frame[train], sample.bad[train]
    binnings = fr.bin_all(x, y, each=sample.each, **sample.options)
    binnings = fr.Binnings({name: bins for name, bins in binnings.items() if bins.iv >= sample.min_iv})
    if sample.ridge == 0.0:
        return fr.Scorecard.fit(x, y, binnings=binnings, selection={"max_vif": 10.0}).score(sample.frame[test]).to_numpy()
    woe = binnings.transform(x)
    woe = woe.select(name for name in woe.columns if woe[name].n_unique() > 1)
    logit = fr.Logit.fit(woe, y, ridge=sample.ridge)
    coefficients = {name: value for name, value in logit.coefficients.items() if value < 0.0}
    card = fr.Scorecard.from_coefficients(binnings, coefficients, logit.intercept)
    return card.score(sample.frame[test]).to_numpy()


def regression(sample: Sample, train: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Log-odds good : bad by logistic regression on the columns as they are."""
    words = [name for name, kind in sample.frame.schema.items() if kind == pl.String]
    numbers = [name for name in sample.frame.columns if name not in words]
    columns = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
            ("words", OneHotEncoder(handle_unknown="ignore"), words),
        ]
    )
    model = make_pipeline(columns, LogisticRegression(max_iter=2_000))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(sample.frame[train].to_pandas(), sample.bad[train])
        return -model.decision_function(sample.frame[test].to_pandas())


def boosting(sample: Sample, train: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Log-odds good : bad by histogram gradient boosting, as scikit-learn sets it, words as categories."""
    words = [name for name, kind in sample.frame.schema.items() if kind == pl.String]
    numbers = [name for name in sample.frame.columns if name not in words]
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
    columns = ColumnTransformer([("words", codes, words), ("numbers", "passthrough", numbers)])
    trees = HistGradientBoostingClassifier(categorical_features=list(range(len(words))) or None, random_state=SEED)
    model = make_pipeline(columns, trees)
    model.fit(sample.frame[train].to_pandas(), sample.bad[train])
    return -model.decision_function(sample.frame[test].to_pandas())


WAYS: dict[str, Fit] = {"scorecard": scorecard, "regression": regression, "boosting": boosting}


# ---- The comparison ------------------------------------------------------------------------------------------------


def compared(sample: Sample, repeats: int) -> dict[str, Any]:
    """AUC of each way over the same folds, and of the differences, with intervals."""
    folds = list(RepeatedStratifiedKFold(n_splits=FOLDS, n_repeats=repeats, random_state=SEED).split(sample.bad, sample.bad))
    areas: dict[str, list[float]] = {way: [] for way in WAYS}
    for train, test in folds:
        for way, fit in WAYS.items():
            areas[way].append(fr.validation.auc(fit(sample, train, test), sample.bad[test]).value)
    made = {way: np.array(values) for way, values in areas.items()}
    return {
        "sample": sample,
        "repeats": repeats,
        **{way: resampled(values) for way, values in made.items()},
        "to regression": resampled(made["scorecard"] - made["regression"]),
        "to boosting": resampled(made["scorecard"] - made["boosting"]),
    }


def resampled(values: np.ndarray) -> tuple[float, float, float]:
    """Mean over the folds and its 95 % interval by the corrected resampled t-test.

    ```text
    variance = (1/k + share tested / share trained) · s²,   k - 1 degrees of freedom
    ```

    Folds share rows, so 1/k alone would be too sure. Source: Nadeau, Bengio (2003), Machine Learning 52, 239–281.
    """
    count = len(values)
    error = math.sqrt((1 / count + 1 / (FOLDS - 1)) * values.var(ddof=1))
    half = float(student.ppf(0.975, count - 1)) * error
    return float(values.mean()), float(values.mean()) - half, float(values.mean()) + half


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The comparison as a table of the page."""
    lines = [
        "| data | rows, bads | folds | scorecard | logistic regression | boosting | scorecard − boosting | bar | |",
        "|---|--:|--:|--:|--:|--:|--:|---|---|",
    ]
    for row in rows:
        sample, ways = row["sample"], [cell(row[way]) for way in WAYS]
        size = f"{sample.frame.height:,}, {int(sample.bad.sum()):,}"
        folds = f"{FOLDS} × {row['repeats']}"
        lines.append(
            f"| {sample.name} | {size} | {folds} | {' | '.join(ways)} | {cell(row['to boosting'], signed=True)} "
            f"| {sample.bar or '–'} | {verdict(sample.bar, row)} |"
        )
    return "\n".join(lines)


def verdict(bar: str, row: dict[str, Any]) -> str:
    """Whether the bar is reached, or by how much it is missed."""
    if not bar:
        return ""
    short = 0.88 - row["scorecard"][0] if "least" in bar else -row["to boosting"][0] - float(bar.split()[1])
    return "reached" if short <= 0 else f"missed by {short:.3f}"


def cell(of: tuple[float, float, float], *, signed: bool = False) -> str:
    """A mean with its interval."""
    mean, low, high = of
    high = high if signed else min(high, 1.0)
    return f"{mean:+.3f} ({low:+.3f} to {high:+.3f})" if signed else f"{mean:.3f} ({low:.3f} to {high:.3f})"


# ---- Table 8 of Li, Mickel, Taylor (2018) ----------------------------------------------------------------------------

PUBLISHED = {
    "intercept": (1.3931, 0.3216),
    "RealEstate": (-2.1282, 0.3450),
    "Portion": (-2.9875, 0.5393),
    "Recession": (0.5041, 0.2412),
}
CONFUSION = (681, 14, 324, 31)
LOANS = {"on real estate": (1.0, 0.75, 0.0, 0.05), "without": (0.0, 0.40, 0.0, 0.55)}
"""The two applications of the paper, neither in a recession: 1,000,000 dollars of which 750,000 are guaranteed, secured by real
estate; and 100,000 of which 40,000 are, unsecured. Its three columns, and the PD that it gives."""


def sba(folder: Path) -> str:
    """The regression of a published paper, term by term, and its confusion matrix."""
    loans = pl.read_csv(folder / "SBAcase.11.13.17.csv", infer_schema_length=None, ignore_errors=True)
    names = list(PUBLISHED)[1:]
    fitted = fr.Logit.fit(loans.filter(Selected=1).select(names), loans.filter(Selected=1)["Default"], signs="any")
    lines = ["| term | published | here | standard error published | here |", "|---|--:|--:|--:|--:|"]
    for term, here, error in fitted.summary().select("term", "coefficient", "standard_error").iter_rows():
        known, known_error = PUBLISHED["intercept" if term not in names else term]
        lines.append(f"| {term} | {known:.4f} | {here:.4f} | {known_error:.4f} | {error:.4f} |")
    others = loans.filter(Selected=0)
    beyond, bad = (fitted.pd(others.select(names)) > 0.5).to_numpy(), others["Default"].to_numpy() == 1
    counts = [int(n.sum()) for n in (~beyond & ~bad, beyond & ~bad, ~beyond & bad, beyond & bad)]
    told = "as published" if tuple(counts) == CONFUSION else f"published: {CONFUSION}"
    right, false, missed, caught = counts
    matrix = f"Of the {others.height:,} other loans at a cut-off of 0.5: {right} goods and {caught} bads told, {false} goods refused, {missed} bads missed ({told})."
    of_loans = fitted.pd({name: [loan[at] for loan in LOANS.values()] for at, name in enumerate(names)})
    two = ", ".join(
        f"{name} {pd:.2f} (published {loan[-1]:.2f})" for (name, loan), pd in zip(LOANS.items(), of_loans, strict=True)
    )
    return "\n".join(lines) + f"\n\nPDs of the two loans of the paper: {two}.\n\n{matrix}"


# ---- The page ------------------------------------------------------------------------------------------------------


def versions() -> str:
    """What it was run with."""
    used = {"firmrating": fr.__version__, "scikit-learn": sklearn.__version__, "numpy": np.__version__, "polars": pl.__version__}
    told = ", ".join(f"{name} {version}" for name, version in used.items())
    return f"Run with Python {platform.python_version()}, {told}; seed {SEED}."


def write(text: str) -> None:
    """Puts the tables between the markers of the page."""
    begin, end = "<!-- evidence: begin -->", "<!-- evidence: end -->"
    page = PAGE.read_text(encoding="utf-8")
    head, _, rest = page.partition(begin)
    _, _, tail = rest.partition(end)
    PAGE.write_text(f"{head}{begin}\n{text}\n{end}{tail}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
