"""A budget over many firms."""

import itertools
import random
import signal
import threading
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

import firmrating as fr


def choices(count: int, seed: int) -> pl.DataFrame:
    draw = random.Random(seed)
    rows = [
        {"firm_id": f"F{firm}", "amount": 100 * size, "rate": 0.05, "value": draw.uniform(1, 10) * size**0.7}
        for firm in range(count)
        for size in (1, 2, 3)
    ]
    return pl.DataFrame(rows)


def brute_force(frame: pl.DataFrame, budget: int) -> float:
    by_firm = [[(0, 0.0), *group.select("amount", "value").rows()] for _, group in frame.group_by("firm_id")]
    return max(
        sum(value for _, value in picked)
        for picked in itertools.product(*by_firm)
        if sum(amount for amount, _ in picked) <= budget
    )


@pytest.mark.parametrize("seed", range(5))
def test_an_exact_allocation_is_the_best_of_all(seed):
    frame = choices(6, seed)
    found = fr.allocate(frame, 900)
    assert found.method == "exact" and found.gap == 0.0
    assert found.value == pytest.approx(brute_force(frame, 900))
    funded = found.funded
    assert found.used == funded["amount"].sum() <= 900 and found.left == Decimal(900) - found.used
    assert funded["value"].sum() == pytest.approx(found.value)
    assert found.frame["firm_id"].to_list() == [f"F{at}" for at in range(6)]


def test_caps_hold_and_the_gap_is_stated():
    frame = choices(40, 1)
    groups = pl.DataFrame({"firm_id": [f"F{at}" for at in range(40)], "industry": ["a", "b"] * 20})
    found = fr.allocate(frame, 6_000, firms=groups, caps={"industry": {"a": 500}})
    by_industry = dict(found.funded.join(groups, on="firm_id").group_by("industry").agg(pl.col("amount").sum()).iter_rows())
    assert by_industry["a"] <= 500
    assert found.method == "exact" and found.gap == 0.0
    assert found.caps.select("cap", "most").rows() == [("industry=a", Decimal("500.00"))] and found.caps["price"][0] > 0
    assert fr.allocate(frame, 6_000).value > found.value
    with pytest.raises(fr.InputError, match="`caps` by `grade` need `firms` with the columns `firm_id` and `grade`"):
        fr.allocate(frame, 6_000, firms=groups, caps={"grade": {"A": 1}})


def test_a_cap_that_cannot_bind_costs_nothing_and_small_cases_of_any_caps_are_the_best():
    frame = choices(6, 3)
    groups = pl.DataFrame({"firm_id": [f"F{at}" for at in range(6)], "grade": ["A", "B"] * 3, "industry": ["a", "a", "b"] * 2})
    free = fr.allocate(frame, 900)
    ample = fr.allocate(frame, 900, firms=groups, caps={"grade": {"A": 10**6}, "industry": {"b": 10**6}})
    assert (ample.method, ample.value) == ("exact", free.value) and ample.caps["price"].to_list() == [0.0, 0.0]
    # Two kinds of cap that bind: the best of all that keep both.
    caps = {"grade": {"A": 300, "B": 400}, "industry": {"a": 300, "b": 300}}
    found = fr.allocate(frame, 900, firms=groups, caps=caps)
    by_firm = [[(0, 0.0), *of.select("amount", "value").rows()] for _, of in frame.group_by("firm_id", maintain_order=True)]
    grades, industries = groups["grade"].to_list(), groups["industry"].to_list()

    def is_kept(picked) -> bool:
        sums = {}
        for (amount, _), grade, industry in zip(picked, grades, industries):
            sums[grade] = sums.get(grade, 0) + amount
            sums[industry] = sums.get(industry, 0) + amount
        most = {**caps["grade"], **caps["industry"]}
        return all(sums[name] <= most[name] for name in sums) and sum(amount for amount, _ in picked) <= 900

    best = max(sum(value for _, value in picked) for picked in itertools.product(*by_firm) if is_kept(picked))
    assert found.method == "exact" and found.value == pytest.approx(best)


def test_what_is_not_exact_states_its_gap():
    # Every loan is worth its amount, an even one, and the caps are odd: nothing proves quickly that they cannot be filled.
    firms = [f"F{at}" for at in range(60)]
    amounts = [2 * (100_000 + at * 7_919 % 50_021) for at in range(60)]
    frame = pl.DataFrame({"firm_id": firms, "amount": amounts, "value": [float(amount) for amount in amounts]})
    groups = pl.DataFrame({"firm_id": firms, "one": [at % 3 != 1 for at in range(60)], "other": [at % 3 != 2 for at in range(60)]})
    found = fr.allocate(frame, 5_000_001, firms=groups, caps={"one": {True: 2_000_001}, "other": {True: 2_000_001}})
    assert found.method == "priced" and 0 < found.gap < 0.01 * found.value
    assert found.bound == pytest.approx(found.value + found.gap)


def test_the_price_is_that_of_loans_that_can_be_divided():
    # 400 reach the second firm, 24 for 300; could the second be divided, it would take what the first leaves, 0.08 a yuan.
    frame = pl.DataFrame({"firm_id": ["a", "b"], "amount": [200, 300], "value": [20.0, 24.0]})
    found = fr.allocate(frame, 400)
    assert found.value == 24.0 and found.price == pytest.approx(0.08)


def test_an_allocation_is_told_in_words():
    frame = pl.DataFrame({"firm_id": ["E1", "E2"], "amount": [100_000, 100_000], "value": [900.0, 100.0], "rate": [0.05, 0.06]})
    found = fr.allocate(frame, 150_000)
    assert "Budget CNY 150,000: CNY 100,000 lent to 1 of 2 firms, worth CNY 900" in found.explain()
    assert "预算150,000元：向2家企业中的1家放款100,000元" in found.explain("zh")


def test_who_drops_out_of_a_budget_is_worth_nothing_or_displaced():
    # By hand: 300 go to both; after, the second earns nothing and the first gets more; a third joins with what is left.
    before = pl.DataFrame({"firm_id": ["a", "a", "b"], "amount": [100, 200, 200], "value": [9.0, 12.0, 14.0], "rate": [0.05] * 3})
    after = pl.DataFrame({"firm_id": ["c", "a", "a"], "amount": [100, 100, 200], "value": [1.0, 9.0, 12.0], "rate": [0.06] * 3})
    told = fr.stress_budget(before, after, 300)
    assert told.frame.select("firm_id", "change").rows() == [("a", "more"), ("b", "no_value"), ("c", "joins")]
    row = told.frame.row(0, named=True)
    assert (row["amount_before"], row["amount_after"], row["rate_after"]) == (Decimal("100.00"), Decimal("200.00"), 0.06)
    assert told.before.value == 23.0 and told.after.value == 13.0
    assert dict(told.summary.select("change", "firms").iter_rows())["no_value"] == 1
    # The better of two gets all, and the other way round after.
    one = pl.DataFrame({"firm_id": ["a", "b"], "amount": [200, 200], "value": [10.0, 9.0]})
    other = one.with_columns(value=pl.Series([8.0, 9.0]))
    assert fr.stress_budget(one, other, 200).frame["change"].to_list() == ["displaced", "joins"]


def test_rows_that_cannot_be_read_are_rejected_and_the_rest_is_used():
    frame = choices(2, 0).with_columns(pl.col("amount").cast(pl.String))
    spoilt = frame.with_columns(amount=pl.Series(["100", "0", "x", "100", "200", "300"]))
    found = fr.allocate(spoilt, "400")
    assert found.counts == {"rows_in": 6, "used": 4, "rejected": 2}
    assert found.rejects.select("row", "field").rows() == [(2, "amount"), (3, "amount")]
    with pytest.raises(fr.InputError, match="expected amounts from 0, got `-1.00`"):
        fr.allocate(frame, -1)
    assert fr.allocate(frame.clear(), 100).frame.height == 0


def test_a_firm_of_which_nobody_says_the_caps_is_rejected_and_a_null_is_under_none():
    frame = choices(4, 1)
    groups = pl.DataFrame({"firm_id": ["F0", "F1", "F2"], "industry": ["a", "a", None]})
    found = fr.allocate(frame, 6_000, firms=groups, caps={"industry": {"a": 100}})
    assert found.counts == {"rows_in": 12, "used": 9, "rejected": 3}
    assert found.rejects.select("table", "field", "rule", "value").unique().rows() == [("choices", "firm_id", "consistency", "F3")]
    assert dict(found.frame.select("firm_id", "amount").iter_rows())["F2"] > 100
    # A firm that stands twice falls under the cap once.
    again = fr.allocate(frame, 6_000, firms=pl.concat([groups, groups]), caps={"industry": {"a": 100}})
    assert again.value == found.value
    with pytest.raises(fr.InputError, match="need `firms` with the columns `firm_id` and `industry`"):
        fr.allocate(frame, 1, firms=groups.drop("firm_id"), caps={"industry": {"a": 1}})


def test_a_loss_curve_is_smoothed_and_its_best_rate_is_the_one_by_hand():
    assert fr.LossCurve([0.04, 0.05, 0.06], [0.0, 0.3, 0.1]).knots["lost"].to_list() == [0.0, 0.2, 0.2]
    # Nobody is lost at 4 %, all at 8 %: (2 - 25r)(r - 0.03) has its top at 5.5 %.
    curve = fr.LossCurve([0.04, 0.08], [0.0, 1.0])
    assert curve.best_rate(keeps=1.0, cost=0.03, least=0.0, most=1.0) == pytest.approx((0.055, 0.625 * 0.025))
    with pytest.raises(fr.InputError, match=r"\[0\]\.lost: expected a fraction from 0 to 1, got `2`"):
        fr.LossCurve([0.04], [2.0])


def test_a_menu_takes_the_best_rate_at_each_amount_within_what_a_firm_may_have():
    curve = fr.LossCurve([0.04, 0.08], [0.0, 1.0])
    firms = pl.DataFrame({"firm_id": ["F1", "F2", "F3"], "pd": [0.0, 0.0, 0.9], "most": [200, None, None]})
    rates = [0.04, 0.05, 0.06]
    found, rejects = fr.menu(firms, amounts=[100, 200, 300], rates=rates, curves=curve, lgd=0.5, funding=0.03)
    assert found.group_by("firm_id", maintain_order=True).len().rows() == [("F1", 2), ("F2", 3)]
    # (1 - lost) * (r - 0.03): 0.01, 0.015, 0.015; of equals the first.
    assert found["rate"].unique().to_list() == [0.05]
    assert found["value"][0] == pytest.approx(100 * 0.75 * 0.02)
    assert rejects.height == 0
    named, rejects = fr.menu(
        firms.with_columns(curve=pl.Series(["A", "A", "Z"])), amounts=[100], rates=rates, curves={"A": curve}, lgd=0.5, funding=0.03
    )
    assert named.height == 2 and rejects["message"].to_list() == ["expected the name of a loss curve, got `Z`"]


def test_a_long_allocation_can_be_interrupted():
    frame = pl.concat([choices(3_000, seed).with_columns(pl.col("firm_id") + f"-{seed}") for seed in range(10)])
    members = frame.select("firm_id").unique().with_columns(group=pl.col("firm_id").str.slice(-1))
    caps = {"group": {str(at): 10_000 for at in range(10)}}
    timer = threading.Timer(0.2, signal.raise_signal, [signal.SIGINT])
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            # However fast one is, the interrupt meets one of them.
            while True:
                fr.allocate(frame, 100_000, firms=members, caps=caps)
    finally:
        timer.cancel()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (pl.Series([True, False]), True),
        (pl.Series([1.0, 2.0]), 1),
        (pl.Series([1, 2]), 1),
        (pl.Series([Decimal("1.50"), Decimal("2.50")]), Decimal("1.5")),
        (pl.Series(["2025-07-01", "2025-07-02"]).str.to_date(), date(2025, 7, 1)),
        (pl.Series(["a", "b"], dtype=pl.Categorical), "a"),
    ],
    ids=str,
)
def test_a_cap_on_a_value_of_any_type_binds(column, value):
    frame = pl.DataFrame({"firm_id": ["F0", "F1"], "amount": [100, 100], "value": [1.0, 1.0]})
    firms = pl.DataFrame({"firm_id": ["F0", "F1"], "group": column})
    found = fr.allocate(frame, 200, firms=firms, caps={"group": {value: 50}})
    assert found.funded["firm_id"].to_list() == ["F1"]


@pytest.mark.parametrize("value", ["1", "trade", 3, None, 1.5])
def test_a_cap_that_could_never_bind_is_refused(value):
    frame = pl.DataFrame({"firm_id": ["F0"], "amount": [100], "value": [1.0]})
    firms = pl.DataFrame({"firm_id": ["F0"], "group": [1]})
    with pytest.raises(fr.InputError, match="`caps` by `group` must name values that a row of `firms` has") as told:
        fr.allocate(frame, 200, firms=firms, caps={"group": {value: 50}})
    assert (told.value.field, told.value.value) == ("group", str(value))


def test_a_menu_rejects_a_pd_and_an_lgd_that_are_no_fractions():
    curve = fr.LossCurve([0.04, 0.08], [0.0, 1.0])
    firms = pl.DataFrame(
        {
            "firm_id": ["F1", "F2", "F3", "F4", "F5", "F6"],
            "pd": ["0.01", "-0.5", "3.0", "high", None, "0.01"],
            "lgd": [None, "0.5", "0.5", "0.5", "0.5", "2"],
        }
    )
    asked = {"amounts": [100], "rates": [0.05], "curves": curve, "funding": 0.03}
    found, rejects = fr.menu(firms, **asked, lgd=0.5)
    # (1 - 0.25) * (0.05 * 0.99 - 0.03 - 0.01 * 0.5)
    assert found["firm_id"].to_list() == ["F1"] and found["value"][0] == pytest.approx(100 * 0.75 * 0.0145)
    assert rejects.select("row", "field", "rule", "value").rows() == [
        (2, "pd", "fraction", "-0.5"),
        (3, "pd", "fraction", "3.0"),
        (4, "pd", "number", "high"),
        (5, "pd", "required", ""),
        (6, "lgd", "fraction", "2"),
    ]
    with pytest.raises(fr.InputError, match="`lgd` must be a fraction from 0 to 1, got `1.5`"):
        fr.menu(firms, **asked, lgd=1.5)
    with pytest.raises(fr.InputError, match="table `firms` needs the columns `pd`"):
        fr.menu(firms.drop("pd"), **asked, lgd=0.5)
