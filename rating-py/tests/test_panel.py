"""Panels of the sample and of hand-made firms: rows, counts, splits, leaks, and what is refused."""

import datetime as dt
import json

import polars as pl
import pytest

import firmrating as fr

DATES = {"first": "2024-06-30", "last": "2025-06-30", "months": 6}
SPLITS = {"test_from": "2025-06-30", "test_share": 0.3, "folds": 5}


@pytest.fixture(scope="module")
def panel(sample) -> fr.Panel:
    return fr.panel(sample, observed_on=DATES, known_by="2026-06-30", splits=SPLITS)


@pytest.fixture(scope="module")
def borrower() -> fr.Records:
    """A firm that is 90 days overdue on 2024-12-31."""
    return fr.Records(
        registrations=pl.DataFrame({"firm_id": ["F-1"], "name": ["N"], "established_on": [dt.date(2015, 1, 5)], "status": ["active"]}),
        facilities=pl.DataFrame(
            {
                "firm_id": ["F-1"],
                "facility": ["1"],
                "lender": ["A"],
                "snapshot_on": [dt.date(2024, 12, 31)],
                "opened_on": [dt.date(2020, 1, 1)],
                "balance": ["100000"],
                "days_overdue": [90],
                "amount_overdue": ["5000"],
            }
        ),
    )


def outcome(records: fr.Records, **design) -> tuple:
    design = {"observed_on": ["2024-06-30"], "known_by": "2025-12-31", **design}
    frame = fr.panel(records, **design).frame
    return frame.select("outcome", "reason", "event", "first_event_on").row(0)


def test_every_firm_has_every_date_and_every_row_is_counted(panel, sample):
    days = [dt.date(2024, 6, 30), dt.date(2024, 12, 31), dt.date(2025, 6, 30)]
    assert panel.frame["observed_on"].to_list() == days * len(sample)
    assert panel.counts["rows"].sum() == panel.frame.height == 3 * len(sample)
    keys = ["observed_on", "outcome", "reason"]
    counted = panel.frame.group_by(keys).len("rows").with_columns(pl.col("rows").cast(pl.Int64))
    assert counted.sort(keys).equals(panel.counts.sort(keys))
    assert repr(panel).startswith("Panel of 6,000 rows: ")


def test_a_row_is_good_or_bad_or_has_a_reason(panel):
    frame = panel.frame
    used = pl.col("outcome").is_in(["good", "bad"])
    assert frame.filter(used != pl.col("reason").is_null()).is_empty()
    bads = frame.filter(outcome="bad")
    inside = (pl.col("first_event_on") > pl.col("observed_on")) & (pl.col("first_event_on") <= pl.col("window_end"))
    assert bads.height > 50
    assert bads.filter(~inside).is_empty()


def test_the_measures_are_those_of_the_day(panel, sample):
    x = sample.measure("2024-12-31")
    rows = panel.frame.filter(observed_on=dt.date(2024, 12, 31)).select(x.columns)
    assert rows.equals(x)


def test_goods_and_bads_are_ready_to_be_learnt_from(panel):
    assert panel.x.columns == fr.measures()["id"].to_list()
    assert panel.x.height == panel.y.len() == panel.used.height
    assert panel.y.sum() == panel.frame.filter(outcome="bad").height
    assert panel.y.dtype == pl.Int8


def test_no_firm_stands_on_two_sides(panel):
    by_firm = panel.frame.group_by("firm_id").agg(pl.col("split_firm", "fold").n_unique())
    assert by_firm.select("split_firm", "fold").max().row(0) == (1, 1)
    assert sorted(panel.frame["fold"].unique()) == [1, 2, 3, 4, 5]
    train, test = (panel.frame.filter(split_time=side) for side in ("train", "test"))
    assert train["window_end"].max() <= test["observed_on"].min()


def test_the_leak_check_looks_at_every_measure(panel):
    leaks = panel.leaks()
    assert leaks["measure"].to_list() == fr.measures()["id"].to_list()
    assert leaks["rows"].unique().to_list() == [panel.used.height]
    assert leaks.filter(~pl.col("auc").is_between(0.5, 1)).is_empty()
    limit = panel.spec["leaks"]["changed_share"] * panel.used.height
    later = pl.col("signs").fill_null("").str.contains("known_later")
    assert leaks.filter(later != (pl.col("changed") > limit)).is_empty()


def test_a_default_is_what_the_document_says(borrower):
    day = dt.date(2024, 12, 31)
    assert outcome(borrower) == ("bad", None, "overdue", day)
    ninety_one = {"events": [{"overdue": {"days": 91}}]}
    assert outcome(borrower, default=ninety_one) == ("indeterminate", "overdue", "overdue", day)
    followed = {"overdue": None, "followed": []}
    assert outcome(borrower, default=ninety_one, indeterminate=followed) == ("good", None, None, None)
    assert outcome(borrower, outcome_months=5, indeterminate=followed) == ("good", None, None, None)
    assert outcome(borrower, known_by="2025-06-29") == ("indeterminate", "window_not_over", None, None)
    assert outcome(borrower, observed_on="2024-12-31") == ("excluded", "in_default", "overdue", day)
    assert outcome(borrower, exclude={"min_age_months": 120}) == ("excluded", "too_young", None, None)


def test_days_are_taken_as_text_as_dates_and_alone(borrower):
    ways = ["2024-06-30", ["2024-06-30"], dt.date(2024, 6, 30), {"first": dt.date(2024, 6, 30), "last": "2024-07-01", "months": 1}]
    frames = [fr.panel(borrower, observed_on=way, known_by=dt.date(2025, 12, 31)).frame for way in ways]
    assert all(frame.equals(frames[0]) for frame in frames)


def test_a_document_round_trips(borrower, tmp_path):
    made = fr.panel(borrower, observed_on=DATES, known_by="2026-06-30", splits=SPLITS)
    again = fr.Panel(borrower, made.spec)
    assert again.hash == made.hash
    assert again.frame.equals(made.frame)
    path = tmp_path / "panel.json"
    path.write_text(json.dumps(made.spec), encoding="utf-8")
    assert fr.Panel(borrower, path).hash == made.hash


def test_reasons_stand_beside_measures_if_asked_for(borrower):
    frame = fr.panel(borrower, observed_on="2024-06-30", known_by="2025-12-31", reasons=True).frame
    assert frame["tax.level"].to_list() == [None]
    assert frame["tax.level__missing"].to_list() == ["not_reported"]


@pytest.mark.parametrize(
    ("design", "messages"),
    [
        ({"observed_on": []}, ["observed_on.days: expected at least one day, got `none`"]),
        ({"known_by": "2024-01-31"}, ["observed_on.days[0]: expected days not after `known_by`, got `2024-06-30`"]),
        (
            {"outcome_months": 0, "splits": {"folds": 1}},
            ["outcome_months: expected 1 to 240, got `0`", "splits.folds: expected 2 to 1000, got `1`"],
        ),
        ({"default": {"events": []}}, ["default.events: expected at least one, got `none`"]),
    ],
)
def test_what_does_not_hold_together_is_told(borrower, design, messages):
    with pytest.raises(fr.ModelError) as caught:
        outcome(borrower, **design)
    assert [str(error) for error in caught.value.errors] == messages
    assert [error.field for error in caught.value.errors] == [message.split(": ")[0] for message in messages]


@pytest.mark.parametrize("design", [{"splits": {"half": 2}}, {"known_by": "soon"}, {"default": {"events": [{"weather": {}}]}}])
def test_what_is_no_panel_document_is_refused(borrower, design):
    with pytest.raises(fr.ModelError, match="^not a panel: "):
        outcome(borrower, **design)


def test_no_firm_gives_the_same_columns(panel):
    empty = pl.DataFrame(schema=dict.fromkeys(["firm_id", "name", "established_on", "status"], pl.String))
    nobody = fr.panel(fr.Records(registrations=empty), observed_on=DATES, known_by="2026-06-30", splits=SPLITS)
    assert nobody.frame.schema == panel.frame.schema
    assert nobody.counts.schema == panel.counts.schema
    assert nobody.leaks()["rows"].sum() == 0
    assert repr(nobody) == "Panel of 0 rows: no firms"
