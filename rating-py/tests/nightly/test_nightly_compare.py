"""The comparison with an earlier run: migration, reasons, the watch list; and the gates on it."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from nights import Night

from firmrating.nightly.comparison import compare
from firmrating.nightly.diff import diff_of
from firmrating.nightly.document import RunDocument
from firmrating.nightly.errors import GateError
from firmrating.nightly.gate import Gate, Tallies, pass_gates
from firmrating.nightly.published import PublishedRun
from firmrating.nightly.status import status_of
from firmrating.nightly.watch import Trigger

SCALE = ["AAA", "AA", "A", "BBB"]


def side(**firms: tuple[str, str, int, dict[str, int], list[str]]) -> dict[str, pl.DataFrame]:
    """Tables of a run: firm to grade, grade before rules, score, points by measure, rules that fired."""
    ratings = [
        {
            "firm_id": firm,
            "as_of": None,
            "standing": "in_default" if grade == "D" else "rated",
            "grade": grade,
            "matrix_grade": matrix,
            "score": score,
            "pd": 1 / score,
            "model_hash": "m",
            "model_version": "1",
            "points_tax": sum(points.values()),
        }
        for firm, (grade, matrix, score, points, _) in firms.items()
    ]
    contributions = [
        {"firm_id": firm, "pillar": "tax", "measure": measure, "points": given, "weight": 100}
        for firm, (_, _, _, points, _) in firms.items()
        for measure, given in points.items()
    ]
    rules = [
        {"firm_id": firm, "rule": rule, "finding": "fired"} for firm, (_, _, _, _, fired) in firms.items() for rule in fired
    ]
    return {
        "ratings": pl.DataFrame(ratings),
        "contributions": pl.DataFrame(contributions),
        "rules": pl.DataFrame(rules, schema={"firm_id": pl.String, "rule": pl.String, "finding": pl.String}),
    }


WAS = side(
    stays=("A", "A", 600, {"tax.a": 10, "tax.b": 5}, []),
    falls=("A", "A", 600, {"tax.a": 10, "tax.b": 5}, []),
    rises=("BBB", "BBB", 500, {"tax.a": 0, "tax.b": 5}, []),
    capped=("AA", "AA", 650, {"tax.a": 20, "tax.b": 5}, []),
    freed=("BBB", "A", 600, {"tax.a": 10, "tax.b": 5}, ["cap"]),
    defaults=("A", "A", 600, {"tax.a": 10, "tax.b": 5}, []),
    gone=("A", "A", 600, {"tax.a": 10, "tax.b": 5}, []),
)
NOW = side(
    stays=("A", "A", 601, {"tax.a": 11, "tax.b": 5}, []),
    falls=("BBB", "BBB", 500, {"tax.a": 2, "tax.b": 6}, []),
    rises=("A", "A", 600, {"tax.a": 10, "tax.b": 1}, []),
    capped=("BBB", "AA", 650, {"tax.a": 20, "tax.b": 5}, ["cap"]),
    freed=("A", "A", 600, {"tax.a": 10, "tax.b": 5}, []),
    defaults=("D", "A", 600, {"tax.a": 10, "tax.b": 5}, []),
    new=("AA", "AA", 650, {"tax.a": 20, "tax.b": 5}, []),
)


def triggers(*given: dict[str, object]) -> tuple[Trigger, ...]:
    document = {"as_of": "2025-06-30", "out": "o", "records": "r", "compare_with": "latest", "watch": list(given)}
    return RunDocument.model_validate(document).watch


def test_each_firm_that_moved_has_the_reason_that_moved_it() -> None:
    changes = compare(NOW, WAS, SCALE, ()).changes
    assert changes.rows() == [
        ("capped", "downgrade", "AA", "BBB", 2, "rule", "cap", None),
        ("defaults", "downgrade", "A", "D", 2, "standing", "in_default", None),
        ("falls", "downgrade", "A", "BBB", 1, "characteristic", "tax.a", -8.0),
        ("freed", "upgrade", "BBB", "A", -1, "rule", "cap", None),
        ("gone", "gone", "A", None, None, None, None, None),
        ("new", "new", None, "AA", None, None, None, None),
        ("rises", "upgrade", "BBB", "A", -1, "characteristic", "tax.a", 10.0),
    ]


def test_without_contributions_the_reason_is_a_pillar() -> None:
    now = {name: frame for name, frame in NOW.items() if name != "contributions"}
    changes = compare(now, WAS, SCALE, ()).changes.filter(firm_id="falls")
    assert changes.select("reason_kind", "reason", "points").rows() == [("pillar", "tax", -7.0)]


def test_the_migration_counts_every_firm_of_both_runs_once() -> None:
    migration = compare(NOW, WAS, SCALE, ()).migration
    assert migration["firms"].sum() == 8
    assert migration.filter(pl.col("from").is_null())["to"].to_list() == ["AA"]
    assert migration.filter(pl.col("to").is_null())["from"].to_list() == ["A"]


def test_a_new_firm_is_watched_for_its_standing_and_for_nothing_that_needs_a_before() -> None:
    now = side(
        born=("D", "BBB", 500, {"tax.a": 0, "tax.b": 0}, ["cap"]),
        new=("AA", "AA", 650, {"tax.a": 20, "tax.b": 5}, []),
        stays=("D", "A", 600, {"tax.a": 10, "tax.b": 5}, []),
    )
    was = side(
        stays=("D", "A", 600, {"tax.a": 10, "tax.b": 5}, []),
        gone=("D", "A", 600, {"tax.a": 10, "tax.b": 5}, []),
    )
    given = triggers(
        {"id": "one-notch", "kind": "downgrade", "notches": 1},
        {"id": "riskier", "kind": "pd_ratio", "at_least": 1.1},
        {"id": "fewer-points", "kind": "score_drop", "points": 1},
        {"id": "capped", "kind": "rule_fired"},
        {"id": "defaulted", "kind": "standing", "standing": "in_default"},
    )
    assert compare(now, was, SCALE, given).watch.rows() == [("born", "defaulted", None, "in_default")]


def test_triggers_put_firms_on_the_watch_list() -> None:
    watch = compare(
        NOW,
        WAS,
        SCALE,
        triggers(
            {"id": "two-notches", "kind": "downgrade", "notches": 2},
            {"id": "riskier", "kind": "pd_ratio", "at_least": 1.1},
            {"id": "fewer-points", "kind": "score_drop", "points": 100},
            {"id": "capped", "kind": "rule_fired", "rule": "cap"},
            {"id": "defaulted", "kind": "standing", "standing": "in_default"},
        ),
    ).watch
    assert watch.select("firm_id", "trigger").rows() == [
        ("capped", "capped"),
        ("capped", "two-notches"),
        ("defaults", "defaulted"),
        ("defaults", "two-notches"),
        ("falls", "fewer-points"),
        ("falls", "riskier"),
    ]


def test_a_firm_that_is_what_it_was_is_never_watched() -> None:
    """A delta run does not look at such firms: whatever the triggers, nothing may follow for them."""
    given = triggers(
        {"id": "a", "kind": "downgrade", "notches": 1},
        {"id": "b", "kind": "pd_ratio", "at_least": 1.000001},
        {"id": "c", "kind": "score_drop", "points": 1},
        {"id": "d", "kind": "rule_fired"},
        *({"id": f"e-{at}", "kind": "standing", "standing": name} for at, name in enumerate(("in_default", "not_enough_information", "withdrawn"))),
        {"id": "f", "kind": "coverage_lost", "department": "tax", "older_than_days": 1},
    )
    day = dt.date(2025, 6, 30)
    for side in (WAS, NOW):
        answered = pl.Series([day, None, day - dt.timedelta(400)] * 3).head(side["ratings"].height)
        ratings = side["ratings"].with_columns(as_of=pl.lit(day), answered_tax=answered)
        for pd in (pl.col("pd"), pl.lit(0.0)):
            same = {**side, "ratings": ratings.with_columns(pd.alias("pd"))}
            found = compare(same, same, SCALE, given)
            assert found.watch.height == found.changes.height == 0
            assert found.migration.filter(pl.col("from") != pl.col("to")).height == 0


def tallies(migration: list[tuple[str | None, str | None, int]]) -> Tallies:
    return Tallies(
        counts=pl.DataFrame({"table": ["filings", "invoices"], "rows_in": [90, 10], "used": [88, 5], "rejected": [2, 5]}),
        standings={"rated": 80, "in_default": 5, "not_enough_information": 15},
        answered={"tax": 60},
        migration=pl.DataFrame(migration, schema={"from": pl.String, "to": pl.String, "firms": pl.Int64}, orient="row"),
    )


@pytest.mark.parametrize(
    ("gate", "value"),
    [
        ({"measure": "reject_share"}, 0.07),
        ({"measure": "reject_share", "table": "invoices"}, 0.5),
        ({"measure": "reject_share", "table": "patents"}, None),
        ({"measure": "coverage", "department": "tax"}, 0.6),
        ({"measure": "coverage", "department": "credit"}, 0.0),
        ({"measure": "not_enough_share"}, 0.15),
        ({"measure": "default_share"}, 0.05),
        ({"measure": "migration_share"}, 0.25),
        ({"measure": "new_share"}, 0.1),
        ({"measure": "gone_share"}, 0.2),
    ],
)
def test_a_gate_measures_what_it_says(gate: dict[str, object], value: float | None) -> None:
    # 100 firms before: 80 in both, 20 of them moved, 20 gone; 10 new.
    found = tallies([("A", "A", 60), ("A", "B", 15), ("B", "A", 5), ("B", None, 20), (None, "A", 10)])
    (passage,) = pass_gates((Gate.model_validate({**gate, "at_most": 1}),), found)
    assert passage.value == (None if value is None else pytest.approx(value))
    assert passage.outcome == ("stopped" if value is None else "passed")


def test_the_psi_of_grades_is_that_of_half_a_firm_in_each_band() -> None:
    # Shares with half a firm added: 50.5 of 101 and 50.5; 90.5 and 10.5. By hand:
    # (90.5 - 50.5)/101 ln(90.5/50.5) + (10.5 - 50.5)/101 ln(10.5/50.5) = 0.23103 + 0.62204.
    found = tallies([("A", "A", 50), ("B", "A", 40), ("B", "B", 10)])
    (passage,) = pass_gates((Gate.model_validate({"measure": "grade_psi", "at_most": 0.25}),), found)
    assert passage.value == pytest.approx(0.8531, abs=5e-4)
    assert passage.outcome == "stopped"


@pytest.fixture
def two_runs(night: Night) -> tuple[PublishedRun, PublishedRun]:
    first = night.run(as_of="2024-12-31")
    second = night.run(
        compare_with="latest",
        watch=[{"id": "downgraded", "kind": "downgrade", "notches": 1}],
        gates=[{"measure": "migration_share", "at_most": 0.0, "action": "warn"}],
    )
    return first, second


def test_a_run_compares_itself_with_the_latest(two_runs: tuple[PublishedRun, PublishedRun]) -> None:
    first, second = two_runs
    changes = second.scan("changes").collect()
    joined = second.scan("ratings").join(first.scan("ratings"), on="firm_id", how="full", suffix="_was").collect()
    moved = joined.filter(pl.col("grade").ne_missing(pl.col("grade_was")))
    assert sorted(changes["firm_id"]) == sorted(moved.select(pl.coalesce("firm_id", "firm_id_was")).to_series())
    graded = changes.filter(pl.col("change").is_in(["upgrade", "downgrade"]))
    assert graded.height > 10
    assert graded["reason"].null_count() == 0
    assert second.manifest["migration"] == diff_of(first, second)["migration"]
    downgraded = changes.filter(change="downgrade")["firm_id"]
    assert sorted(second.scan("watch").collect()["firm_id"]) == sorted(downgraded)


def test_a_gate_that_warns_is_told_in_the_manifest(two_runs: tuple[PublishedRun, PublishedRun]) -> None:
    (gate,) = two_runs[1].manifest["gates"]
    assert gate["outcome"] == "warned"
    assert gate["value"] > 0


def test_a_gate_that_stops_publishes_nothing_and_names_its_figure(night: Night) -> None:
    with pytest.raises(GateError) as raised:
        night.run(gates=[{"measure": "reject_share", "at_most": 0.0001}, {"measure": "coverage", "department": "tax", "at_least": 2}])
    assert [fault.split(",")[0] for fault in raised.value.faults] == [
        "gate `reject_share`: expected at most 0.0001",
        "gate `coverage of tax`: expected at least 2",
    ]
    assert night.published() == []
    # What was rated stays, for whoever looks for the reason and for a run with another gate.
    assert status_of(night.out)["begun"] == {"tables_split": 18, "partitions_done": 3}


def test_a_second_start_finds_the_run_though_latest_leads_to_it_by_now(night: Night) -> None:
    night.run(as_of="2024-12-31", compare_with="latest")
    second = night.run(compare_with="latest")
    names = night.published()
    again = night.run(compare_with="latest")
    assert (again.folder, night.published()) == (second.folder, names)
    night.rewrite("patents", lambda rows: rows.head(10))
    third = night.run(compare_with="latest")
    assert third.manifest["compared_with"]["run"] == second.folder.name
    assert len(night.published()) == 3


def test_the_latest_run_is_never_of_an_earlier_day(night: Night) -> None:
    monday, tuesday = night.run(as_of="2025-06-29"), night.run()
    assert night.run(as_of="2025-06-29").folder == monday.folder
    assert PublishedRun.find(night.out).folder == tuesday.folder
    night.run(as_of="2025-06-28")
    assert PublishedRun.find(night.out).folder == tuesday.folder


def test_the_first_night_has_nothing_to_compare_with(night: Night) -> None:
    run = night.run(compare_with="latest", gates=[{"measure": "grade_psi", "at_most": 0.1}])
    assert run.manifest["gates"][0]["outcome"] == "not_asked"
    assert "changes" not in run.names
    assert run.manifest["compared_with"] is None


def test_another_number_of_partitions_compares_the_same(night: Night) -> None:
    night.run(as_of="2024-12-31", out="before")
    same = night.run(compare_with="before", out="same", watch=[{"id": "any", "kind": "rule_fired"}])
    other = night.run(compare_with="before", out="other", partitions=5, watch=[{"id": "any", "kind": "rule_fired"}])
    for table in ("changes", "watch"):
        assert same.scan(table).collect().sort("firm_id").equals(other.scan(table).collect().sort("firm_id"))
    assert same.manifest["migration"] == other.manifest["migration"]


def test_a_rejected_migration_of_all_firms_is_stopped(night: Night) -> None:
    night.run(as_of="2024-12-31")
    with pytest.raises(GateError, match="migration_share"):
        night.run(compare_with="latest", gates=[{"measure": "migration_share", "at_most": 0.001}])
    assert len(night.published()) == 1
