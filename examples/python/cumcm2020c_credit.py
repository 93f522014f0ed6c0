"""Answers the three questions of problem C of the Chinese mathematical modelling contest of 2020 on the real files.

1. 123 firms with a credit record: how risky are they, and whom to lend how much at which rate?
2. 302 firms without one: the same with a budget of 100 million yuan.
3. A shock that hits industries differently: who drops out?

A loan is 100,000 to 1,000,000 yuan for one year at 4 % to 15 %; a firm rated D gets none; the higher the rate, the more
customers are lost (annex 3). The data are not part of this project; the script looks for them like `cumcm2020c.py`, from
which it takes the reading of the files:

    .venv/bin/python examples/python/cumcm2020c_credit.py [FOLDER] [--lgd 0.5] [--funding 0.03] ...

What the task does not say is an argument: LGD, cost of funding, what share of its sales a firm may borrow, the budget of
the first question, the shock. Their defaults are illustrative.

The 302 firms have no rating and no record. The shipped model `tech-firm`, which is not fitted to them, scores all 425 from
their invoices; a logistic regression of the 27 defaults among the 123 on this one score turns it into a PD; and the score
is cut into A to D so that the 123 have as many firms of each rating as the bank gave.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import polars as pl

import firmrating as fr

sys.path.insert(0, str(Path(__file__).resolve().parent))
from cumcm2020c import AS_OF, BANK_RATINGS, read_firms, read_invoices, read_labels, show, take_in

LEAST, MOST, STEP = 100_000, 1_000_000, 10_000

# What is in a name: nothing else is known of the industry. The first that fits counts.
INDUSTRIES = {
    "household": "个体",
    "construction": "建筑|建设|工程|劳务|装饰|建材|园林|安装",
    "technology": "科技|技术|信息|软件|网络|电子|智能",
    "transport": "运输|物流|快递|货运|航",
    "hospitality and culture": "餐饮|酒店|旅游|文化|传媒|广告|影|娱乐|体育|艺术",
    "health": "医|药|卫生|健康",
    "trade": "贸易|销售|商贸|经营|超市|商行|商店|批发|零售|店",
    "services": "服务|咨询|管理|事务所|律师|设计|代理|租赁|物业|人力",
}
# Their sections of GB/T 4754, by which a scenario names them; a household business, of which the name tells no trade, stands
# under residents' services.
SECTIONS = {
    "household": "O",
    "construction": "E",
    "technology": "I",
    "transport": "G",
    "hospitality and culture": "H",
    "health": "Q",
    "trade": "F",
    "services": "L",
}
# What a shock like that of 2020 multiplies the odds of default by, and the change of sales. Illustrative.
SHOCK = {
    "household": (2.0, -0.3),
    "hospitality and culture": (3.0, -0.5),
    "transport": (2.0, -0.3),
    "trade": (1.5, -0.2),
    "construction": (1.3, -0.1),
    "health": (0.7, 0.1),
}

# Results for the 302 firms that others published (yuan in millions), as read on their public pages.
PUBLISHED = [
    ("elastic net, MILP", "164", "100", "1.038 net, 21.23 taken up", "LGD 50 %, funding 3 %, loans of 0.5 or 1"),
    ("logistic, 39 features", "14", "100", "3.52", "spent on the best firms"),
    ("weighted risk score", "37", "36.4 of 50", "0.346 interest", "mean rate 5.17 %"),
    ("C227, outstanding paper", "268 eligible", "", "", "A 63, B 103, C 102; 34 high-risk"),
]


def main(arguments: Sequence[str] | None = None) -> int:
    """Answers the questions one after the other."""
    given = parse(arguments)
    if not given.folder.is_dir():
        print(f"Skipped: the data of CUMCM 2020 C are not in `{given.folder}`.")
        return 0
    curves = loss_curves(given.folder)
    firms = scored(given.folder)
    known, unknown = firms.filter(pl.col("bad").is_not_null()), firms.filter(pl.col("bad").is_null())
    print_assumptions(given)

    known = known.with_columns(rating="bank").join(pd_by_rating(known), on="rating")
    print_risk(known, "Question 1: the 123 firms with a record, PD by the bank's rating (defaults + ½ of firms + 1)")
    lend(known, given.first_budget, curves, given, "Question 1: whom to lend")

    intercept, slope = logistic(known["score"], known["bad"])
    print(f"\nPD of the others = 1 / (1 + exp({-intercept:.3f} + {-slope:.5f} · score)), from {known['bad'].sum()} defaults")
    pd = 1 / (1 + (-(intercept + slope * pl.col("score"))).exp())
    unknown = unknown.with_columns(pd=pd, rating=rating_by_score(known))
    print_risk(unknown, "Question 2: the 302 firms without a record")
    before = lend(unknown, given.budget, curves, given, "Question 2: whom to lend")
    print_published()

    shocked = after_shock(unknown, given.shock)
    after = lend(shocked, given.budget, curves, given, "Question 3: the same after the shock")
    choices = (choices_of(firms, curves, given) for firms in (unknown, shocked))
    print_shock(unknown, shocked, fr.stress_budget(*choices, given.budget), given.shock)
    print(f"Expected profit {before.value:,.0f} -> {after.value:,.0f} yuan ({after.value - before.value:+,.0f}).")
    return 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The folder of the data, and what the task does not say."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "data" / "cumcm2020c"
    parser = argparse.ArgumentParser(description="Answers the three questions of CUMCM 2020 C.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(os.environ.get("CUMCM2020C") or beside))
    parser.add_argument("--lgd", type=float, default=0.5, help="share of a loan that is lost in default")
    parser.add_argument("--funding", type=float, default=0.03, help="what a yuan lent costs the bank a year")
    parser.add_argument("--share-of-sales", type=float, default=1.0, help="most of its sales of a year that a firm borrows")
    parser.add_argument("--budget", type=int, default=100_000_000, help="budget of questions 2 and 3, yuan")
    parser.add_argument("--first-budget", type=int, default=50_000_000, help="budget of question 1, which the task leaves open")
    parser.add_argument("--shock", type=shock, default=SHOCK, help="factor on the odds of default, and change of sales: trade=1.5/-0.2,health=0.7/0.1")
    return parser.parse_args(arguments)


def shock(text: str) -> dict[str, tuple[float, float]]:
    """Factor on the odds and change of sales by industry; without a change sales stay."""
    shocks = {}
    for pair in text.split(","):
        name, _, moves = pair.partition("=")
        odds, _, sales = moves.partition("/")
        shocks[name.strip()] = (float(odds), float(sales or 0))
    absent = [name for name in shocks if name not in {*INDUSTRIES, "other"}]
    if absent:
        raise argparse.ArgumentTypeError(f"no industry `{absent[0]}`; expected {', '.join(INDUSTRIES)} or other")
    return shocks


def scenario(shocks: dict[str, tuple[float, float]]) -> fr.Stress:
    """The shock as a document of scenarios: log-odds of good : bad fall by the logarithm of the factor."""
    document = fr.Stress.preset("example").spec
    move = lambda odds, sales: {"pd": {"log_odds": -math.log(odds)}, "sales": sales}
    named = [{"industries": [SECTIONS[name]]} | move(*moves) for name, moves in shocks.items() if name != "other"]
    rest = [move(*shocks["other"])] if "other" in shocks else []
    one = {"id": "shock", "name": {"en": "A shock by industry", "zh": "分行业冲击"}, "shocks": named + rest}
    return fr.Stress.from_dict(document | {"id": "cumcm", "scenarios": [one]})


def after_shock(firms: pl.DataFrame, shocks: dict[str, tuple[float, float]]) -> pl.DataFrame:
    """The firms with the PD and the sales that they have after the shock; score and rating stay."""
    section = pl.col("industry").replace_strict(SECTIONS, default=None, return_dtype=pl.String)
    asked = firms.select("firm_id", "pd", industry=section, sales=pl.col("sales").round(2))
    moved = scenario(shocks).shocked(asked, "shock")
    return firms.with_columns(moved["pd"], moved["sales"].cast(pl.Float64))


# ---- What is known of the firms -----------------------------------------------------------------------------------


def loss_curves(folder: Path) -> dict[str, fr.LossCurve]:
    """The share of customers lost by rate for the ratings A, B and C, smoothed so that a higher rate never loses fewer."""
    table = pl.read_csv(folder / "a3_rate_churn.csv")
    return {rating: fr.LossCurve(table["年利率"], table[f"流失率_{rating}"]) for rating in "ABC"}


def scored(folder: Path) -> pl.DataFrame:
    """A row a firm: score of the shipped model on its invoices, sales of a year, industry, and the bank's labels."""
    records = take_in(read_invoices(folder), read_firms(folder))
    scores = fr.RatingModel.preset("tech-firm").rate(records, as_of=AS_OF).frame.select("firm_id", "score")
    sales = records.measure(AS_OF).select("firm_id", sales=pl.col("trade.sales_12m").fill_null(0.0))
    firms = scores.join(sales, on="firm_id").join(industries(folder), on="firm_id")
    return firms.join(read_labels(folder), on="firm_id", how="left")


def industries(folder: Path) -> pl.DataFrame:
    """The industry that the name of a firm tells."""
    files = (folder / "a1_firms.csv", folder / "a2_firms.csv")
    names = pl.concat(pl.read_csv(file, infer_schema=False).select("企业代号", "企业名称") for file in files)
    industry = pl.lit("other")
    for name, words in reversed(INDUSTRIES.items()):
        industry = pl.when(pl.col("企业名称").str.contains(words)).then(pl.lit(name)).otherwise(industry)
    return names.select(firm_id="企业代号", industry=industry)


def pd_by_rating(known: pl.DataFrame) -> pl.DataFrame:
    """The share that defaulted by the bank's rating, with half a default and one firm added: no share is 0 or 1."""
    counts = known.group_by(rating="bank").agg(pl.col("bad").sum(), pl.len().alias("firms"))
    return counts.select("rating", pd=(pl.col("bad") + 0.5) / (pl.col("firms") + 1))


def logistic(scores: pl.Series, bad: pl.Series) -> tuple[float, float]:
    """Intercept and slope of the logistic regression of defaults on the score, by Newton's method."""
    x, y = scores.cast(pl.Float64).to_list(), bad.cast(pl.Float64).to_list()
    middle = sum(x) / len(x)
    a, b = math.log(sum(y) / (len(y) - sum(y))), 0.0
    for _ in range(50):
        p = [1 / (1 + math.exp(-(a + b * (s - middle)))) for s in x]
        w = [q * (1 - q) for q in p]
        g0, g1 = sum(t - q for t, q in zip(y, p)), sum((t - q) * (s - middle) for t, q, s in zip(y, p, x))
        h0, h1, h2 = sum(w), sum(v * (s - middle) for v, s in zip(w, x)), sum(v * (s - middle) ** 2 for v, s in zip(w, x))
        det = h0 * h2 - h1 * h1
        step = ((h2 * g0 - h1 * g1) / det, (h0 * g1 - h1 * g0) / det)
        a, b = a + step[0], b + step[1]
        if max(map(abs, step)) < 1e-10:
            break
    return a - b * middle, b


def rating_by_score(known: pl.DataFrame) -> pl.Expr:
    """A to D by score, cut so that of the firms with a record as many fall into each as the bank put there."""
    best_first = known["score"].sort(descending=True)
    rating, placed = pl.lit("D"), known.height
    for name in reversed(BANK_RATINGS[:-1]):
        placed -= known.filter(bank=BANK_RATINGS[BANK_RATINGS.index(name) + 1]).height
        if placed:
            rating = pl.when(pl.col("score") >= best_first[placed - 1]).then(pl.lit(name)).otherwise(rating)
    return rating


# ---- Lending -------------------------------------------------------------------------------------------------------


def choices_of(firms: pl.DataFrame, curves: dict[str, fr.LossCurve], given: argparse.Namespace) -> pl.DataFrame:
    """What may be lent to firms that are not rated D, up to a share of their sales: at each amount the rate that earns most."""
    within = (pl.col("sales") * given.share_of_sales).clip(0, MOST).floor()
    eligible = firms.filter(pl.col("rating") != "D").with_columns(curve="rating", most=within)
    rates = pl.Series(curves["A"].knots["rate"])
    choices, rejects = fr.menu(
        eligible, amounts=range(LEAST, MOST + 1, STEP), rates=rates, curves=curves, lgd=given.lgd, funding=given.funding
    )
    if rejects.height:
        raise SystemExit(f"{rejects.height} firms could not be read: {rejects['message'][0]}")
    return choices


def lend(
    firms: pl.DataFrame, budget: int, curves: dict[str, fr.LossCurve], given: argparse.Namespace, title: str
) -> fr.Allocation:
    """Spends a budget on firms and prints how."""
    eligible, choices = firms.filter(pl.col("rating") != "D"), choices_of(firms, curves, given)
    allocation = fr.allocate(choices, budget)
    funded = allocation.funded.join(firms, on="firm_id", how="left", maintain_order="left")
    amount = pl.col("amount").cast(pl.Float64)
    kept = pl.struct("rating", "rate").map_elements(lambda of: 1 - curves[of["rating"]].lost(of["rate"]), return_dtype=pl.Float64)
    funded = funded.with_columns(kept=kept)
    expected = funded.select((amount * pl.col("kept")).sum()).item()
    print(f"\n{title}")
    print(f"  {eligible.height} eligible, {choices['firm_id'].n_unique()} worth lending to, {funded.height} funded")
    print(f"  budget {budget:,}, offered {allocation.used:,}, left {allocation.left:,} yuan")
    print(f"  expected to be taken up {expected:,.0f} yuan, expected profit {allocation.value:,.0f} yuan a year")
    print(f"  method {allocation.method}, gap {allocation.gap:,.2f}; a yuan more, could loans be divided, would earn {allocation.price:.5f}")
    if funded.height:
        by_rating = funded.group_by("rating").agg(
            firms=pl.len(),
            offered=pl.col("amount").sum(),
            lowest=pl.col("rate").min(),
            mean=(pl.col("rate") * amount).sum() / amount.sum(),
            highest=pl.col("rate").max(),
            profit=pl.col("value").sum().round(2),
        )
        show("By rating: firms, yuan offered, rates", by_rating.sort("rating"))
        columns = ["firm_id", "rating", "pd", "amount", "rate", "value"]
        best = funded.sort("value", "firm_id", descending=[True, False]).select(columns)
        show("The ten that earn the most", best.head(10).with_columns(pl.col("pd").round(4), pl.col("value").round(2)))
        listed = funded.select(pl.format("{} {} {}%", "firm_id", pl.col("amount").cast(pl.Int64), (pl.col("rate") * 100).round(2)))
        print("Every offer (firm, yuan, rate): " + "; ".join(listed.to_series()))
    return allocation


def print_assumptions(given: argparse.Namespace) -> None:
    """Prints what the task does not say."""
    print(
        f"Assumed: LGD {given.lgd:.0%}, funding {given.funding:.1%}, no running cost; a loan of at most "
        f"{given.share_of_sales:.0%} of the sales of a year.\nA firm that defaults pays no interest. The amount offered "
        "counts against the budget, whether or not the firm takes it.\nexpected profit = offered · (1 - lost) · "
        "(rate · (1 - PD) - funding - PD · LGD)"
    )


def print_risk(firms: pl.DataFrame, title: str) -> None:
    """Prints firms, defaults and PDs by rating."""
    table = firms.group_by("rating").agg(
        pl.len().alias("firms"),
        pl.col("bad").sum().alias("defaulted"),
        pl.col("pd").mean().round(4).alias("mean PD"),
        pl.col("score").min().alias("lowest score"),
        pl.col("score").max().alias("highest score"),
    )
    show(title, table.sort("rating"))


def print_published() -> None:
    """Prints what others published, and why it differs."""
    table = pl.DataFrame(PUBLISHED, schema=["who", "firms", "lent", "return", "how"], orient="row")
    show("What others published for the 302 firms", table)
    print(
        "Why they differ: profit is linear in the amount, so without a limit on the share of a firm the best firms get the "
        "most they may, and how many\nare funded follows from that limit, not from risk. What is expected to be taken up depends "
        "on reading the annex as refusals. Who is D depends on the\ncut of the score: here as many as the bank gave to the firms "
        "it knew. LGD and funding move the profit one for one: try --lgd 1 or --funding 0.\nA PD from 27 defaults by an unfitted "
        "score is a rough one; the default is of no stated year and is read here as that of one year."
    )


def print_shock(
    firms: pl.DataFrame, shocked: pl.DataFrame, stressed: fr.StressedBudget, shocks: dict[str, tuple[float, float]]
) -> None:
    """Prints by industry who drops out and who comes in, and every firm that drops out with the cause."""
    after = shocked.select("firm_id", after_pd="pd", after_sales="sales")
    joined = firms.join(after, on="firm_id").join(stressed.frame, on="firm_id", how="left", maintain_order="left")
    drops = pl.col("change").is_in(["no_value", "displaced"])
    counted = joined.group_by("industry").agg(
        pl.len().alias("firms"),
        pl.col("pd").mean().round(4).alias("mean PD"),
        pl.col("after_pd").mean().round(4).alias("after"),
        pl.col("amount_before").count().alias("funded"),
        pl.col("amount_after").count().alias("funded after"),
        drops.sum().alias("drop out"),
        (pl.col("change") == "joins").sum().alias("come in"),
        (pl.col("amount_after").sum() - pl.col("amount_before").sum()).alias("change, yuan"),
    )
    moves = [pl.col("industry").replace_strict({name: of[at] for name, of in shocks.items()}, default=1.0 - at) for at in (0, 1)]
    show("Question 3: by industry", counted.with_columns(odds=moves[0], sales=moves[1]).sort("change, yuan", "industry"))
    out = joined.filter(drops)
    for change, cause in (("no_value", "nothing that may be lent to them earns anything"), ("displaced", "others earn more")):
        of = out.filter(change=change)
        told = of.select(pl.format("{} ({}, had {})", "firm_id", "industry", pl.col("amount_before").cast(pl.Int64))).to_series()
        print(f"Dropped out, {cause}: {of.height}" + (f": {'; '.join(told)}" if of.height else ""))
    moved = joined.filter(pl.col("change").is_in(["less", "more", "joins"]))
    print("; ".join(f"{count} {change}" for change, count in sorted(moved["change"].value_counts().iter_rows())) or "nobody else moves")


if __name__ == "__main__":
    sys.exit(main())
