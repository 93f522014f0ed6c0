"""Applications for loans in a nightly run: answered as the lending policy answers them all at once, none lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from nights import Night, bytes_of
from polars.testing import assert_frame_equal

import firmrating as fr
from firmrating.nightly.errors import DocumentError, SourceError
from firmrating.nightly.published import PublishedRun

DAY = "2025-06-30"
SIDES = ("assets", "guarantees", "insurance", "subsidised")
DETAILS = ("reasons", "limits", "assets", "insurance", "sharing", "subsidies")
NOT_RATED = "91110000MA01ABCD52"


def firms_of(night: Night) -> list[str]:
    return pl.read_parquet(night.records / "registrations.parquet")["firm_id"].unique(maintain_order=True).to_list()


def application(at: int, firm: str | None, **other: Any) -> dict[str, Any]:
    asked = {"application_id": f"A{at:03d}", "firm_id": firm, "on": "2025-07-01", "months": "12", "amount": "500000"}
    return asked | other


def delivered(firms: list[str]) -> dict[str, pl.DataFrame]:
    """Applications of 40 firms, some twice, with every kind of row that a policy rejects, and what stands beside them."""
    rows = [application(at, firm) for at, firm in enumerate(firms[:40])]
    rows += [application(100 + at, firm, amount=None, months="36") for at, firm in enumerate(firms[:10])]
    rows += [
        application(200, firms[1], months="a year"),
        application(201, NOT_RATED),
        application(202, None),
        application(203, firms[2], on="2025-06-29"),
        application(204, f" {firms[3].lower()} "),
        application(0, firms[5]),  # an id of another firm, which is very likely in another partition
        application(1, firms[1]),
        # The first row of this id cannot be read, so the second has it; the third is a repetition.
        application(205, firms[6], on="someday"),
        application(205, firms[7]),
        application(205, firms[8]),
        {**application(0, firms[9]), "application_id": None},
    ]
    assets = [
        {"application_id": f"A{at:03d}", "asset_id": f"R{at}", "kind": "receivable", "value": "400000", "valued_on": "2025-06-01", "is_owned": "true", "registered_on": "2025-06-15"}
        for at in range(0, 40, 3)
    ]
    assets += [{**assets[0], "application_id": "A001", "kind": "yacht"}, {**assets[0], "application_id": "A002", "asset_id": "R-more"}]
    guarantees = [
        {"application_id": " A005 ", "guarantor": "G1", "share": "0.5", "pd": "0.001", "fee": "0.01", "net_assets": "100000000", "liability": "0"},
        {"application_id": "A205", "guarantor": "G2", "share": "0.5", "pd": "0.001", "fee": "0.01", "net_assets": "100000000", "liability": "0"},
    ]
    insurance = [{"application_id": "A006", "line": "loan_guarantee", "insured": "300000", "share": "0.5", "limit": "300000", "premium_rate": "0.01"}]
    subsidised = [{"application_id": "A007", "subsidy": "shanxi-2023", "had": "199000"}]
    tables = {"applications": rows, "assets": assets, "guarantees": guarantees, "insurance": insurance, "subsidised": subsidised}
    return {name: pl.DataFrame(given, infer_schema_length=None) for name, given in tables.items()}


@pytest.fixture
def lender(night: Night) -> Night:
    (night.folder / "loans").mkdir()
    for name, frame in delivered(firms_of(night)).items():
        frame.write_parquet(night.folder / "loans" / f"{name}.parquet")
    return night


def asking(night: Night, **keys: Any) -> dict[str, Any]:
    """The keys of a run that answers the applications of the folder."""
    found = {path.stem: f"loans/{path.name}" for path in sorted((night.folder / "loans").iterdir())}
    return {"lending": "example", "loans": found, **keys}


def rewritten(night: Night, table: str, frame: pl.DataFrame) -> None:
    frame.write_parquet(night.folder / "loans" / f"{table}.parquet")


def read(night: Night) -> dict[str, pl.DataFrame]:
    return {path.stem: pl.read_parquet(path) for path in sorted((night.folder / "loans").iterdir())}


def at_once(night: Night) -> fr.Offers:
    """What the policy answers to all applications, outside any run."""
    tables = read(night)
    ratings = fr.RatingModel.preset().rate(fr.Records.read(night.records), DAY)
    return fr.LendingPolicy.preset().offer(tables.pop("applications"), ratings, **tables)


def all_of(run: PublishedRun, table: str) -> pl.DataFrame:
    return run.scan(table).collect()


@pytest.mark.parametrize("partitions", [1, 3, 16])
def test_a_run_answers_what_the_policy_answers_to_all_at_once(lender: Night, partitions: int) -> None:
    run, offers = lender.run(**asking(lender, partitions=partitions)), at_once(lender)
    answered = all_of(run, "applications").sort("application_id")
    assert_frame_equal(answered, offers.frame.sort("application_id"))
    assert set(answered["decision"]) == {"approve", "refer", "decline"}
    assert answered.filter(application_id="A205")["firm_id"].to_list() == [firms_of(lender)[7]]
    for name in DETAILS:
        detail = all_of(run, f"offer_{name}")
        firms = detail.select("application_id", "firm_id").unique().join(offers.frame, on=["application_id", "firm_id"], how="anti")
        assert firms.height == 0
        expected = getattr(offers, name)
        assert_frame_equal(detail.drop("firm_id"), expected, check_row_order=False)
    for name in ("assets", "subsidies"):
        assert all_of(run, f"offer_{name}").height > 0


@pytest.mark.parametrize("partitions", [1, 16])
def test_rows_in_are_used_and_rejected_by_their_place_in_the_delivery(lender: Night, partitions: int) -> None:
    run, offers = lender.run(**asking(lender, partitions=partitions)), at_once(lender)
    order = ["table", "row", "field", "rule"]
    found = all_of(run, "rejects").filter(pl.col("table").str.starts_with("loans.")).drop("firm_id")
    expected = offers.rejects.with_columns(table=pl.concat_str(pl.lit("loans."), "table"))
    assert_frame_equal(found.sort(order), expected.sort(order))
    counts = {one["table"]: one for one in run.manifest["counts"]}
    assert all(one["rows_in"] == one["used"] + one["rejected"] for one in counts.values())
    asked = counts["loans.applications"]
    assert {name: asked[name] for name in ("rows_in", "used", "rejected")} == offers.counts
    assert counts["loans.assets"]["rows_in"] == read(lender)["assets"].height
    assert run.manifest["applications"] == dict(sorted(offers.frame.group_by("decision").len().iter_rows()))
    assert counts["loans.guarantees"]["rejected"] == 0


def test_what_stands_beside_no_application_is_rejected(lender: Night) -> None:
    stray = read(lender)["assets"].head(2).with_columns(application_id=pl.Series(["A999", None]))
    rewritten(lender, "assets", pl.concat([stray, read(lender)["assets"]]))
    run = lender.run(**asking(lender))
    rejects = all_of(run, "rejects").filter(table="loans.assets", field="application_id")
    assert rejects.sort("row").select("firm_id", "row", "rule").rows() == [(None, 1, "consistency"), (None, 2, "required")]
    assert "expected the id of an application that is answered, got `A999`" in rejects.sort("row")["message"][0]


def test_rejects_of_loans_name_the_firm_that_asks(lender: Night) -> None:
    run, firms = lender.run(**asking(lender)), firms_of(lender)
    rejects = all_of(run, "rejects").filter(pl.col("table").str.starts_with("loans."))
    whose = dict(rejects.select(pl.format("{} {}", "table", "row"), "firm_id").iter_rows())
    assert whose["loans.applications 51"] == firms[1]
    assert whose["loans.applications 52"] == NOT_RATED
    assert whose["loans.applications 53"] is None
    assert whose["loans.assets 15"] == firms[1]


def test_loans_change_no_rating_and_the_same_inputs_give_the_same_bytes(lender: Night) -> None:
    plain = bytes_of(lender.run(out="plain"))
    first, second = (lender.run(**asking(lender, out=out)) for out in ("one", "two"))
    assert bytes_of(first) == bytes_of(second)
    assert first.content_hash == second.content_hash
    changed = {"counts.parquet", *(f"rejects/part-{at:05d}.parquet" for at in range(3))}
    assert {name: one for name, one in bytes_of(first).items() if name in plain and name not in changed} == {
        name: one for name, one in plain.items() if name not in changed
    }


def test_the_manifest_names_the_policy_and_every_file_of_loans(lender: Night) -> None:
    manifest = lender.run(**asking(lender)).manifest
    policy = fr.LendingPolicy.preset()
    assert manifest["documents"]["lending"] == {"id": "example", "version": policy.version, "hash": policy.hash}
    rows = {one["table"]: one["rows"] for one in manifest["inputs"] if one["table"].startswith("loans.")}
    assert rows == {f"loans.{name}": frame.height for name, frame in read(lender).items()}
    assert {one["table"] for one in manifest["outputs"]} >= {"applications", *(f"offer_{name}" for name in DETAILS)}
    other = policy.spec
    other["version"] = "another"
    fr.LendingPolicy.from_dict(other).save(lender.folder / "policy.json")
    keys = asking(lender, lending="policy.json")
    assert lender.run(**keys).manifest["documents"]["lending"]["version"] == "another"
    assert len(lender.published()) == 2


def test_csv_and_several_files_say_the_same(lender: Night) -> None:
    whole = lender.run(**asking(lender, out="whole"))
    rows = read(lender)["applications"]
    (lender.folder / "more").mkdir()
    rows.head(20).write_csv(lender.folder / "more" / "1.csv")
    rows.slice(20).write_csv(lender.folder / "more" / "2.csv")
    keys = asking(lender, out="split")
    keys["loans"] = {**keys["loans"], "applications": "more/*.csv"}
    split = lender.run(**keys)
    for table in ("applications", "offer_limits", "rejects"):
        assert_frame_equal(all_of(split, table), all_of(whole, table))


CHANGES = {
    "nothing": lambda rows: rows,
    "withdrawn": lambda rows: rows.slice(12),
    "another-amount": lambda rows: rows.with_columns(amount=pl.lit("700000")),
    "another-firm-first": lambda rows: rows.reverse(),
    "ids-moved": lambda rows: rows.with_columns(pl.col("application_id").shift(1)),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("records", ["same", "corrected"])
def test_delta_publishes_what_a_full_run_publishes(lender: Night, change: str, records: str) -> None:
    lender.run(**asking(lender, out="before", rulebook="china"))
    rewritten(lender, "applications", CHANGES[change](read(lender)["applications"]))
    if records == "corrected":
        lender.rewrite("invoices", lambda rows: rows.with_row_index().filter(pl.col("index") % 97 != 0).drop("index"))
    keys = asking(lender, compare_with="before", rulebook="china")
    full, delta = lender.run(**{**keys, "out": "full"}), lender.run(**{**keys, "out": "delta", "mode": "delta"})
    assert bytes_of(delta) == bytes_of(full)
    assert delta.content_hash == full.content_hash


@pytest.mark.parametrize("before", ["without-loans", "another-policy"])
def test_a_delta_run_may_answer_by_another_policy(lender: Night, before: str) -> None:
    other = fr.LendingPolicy.preset().spec
    other["version"] = "another"
    fr.LendingPolicy.from_dict(other).save(lender.folder / "policy.json")
    lender.run(**({"out": "before"} if before == "without-loans" else asking(lender, out="before", lending="policy.json")))
    keys = asking(lender, compare_with="before")
    full, delta = lender.run(**{**keys, "out": "full"}), lender.run(**{**keys, "out": "delta", "mode": "delta"})
    assert bytes_of(delta) == bytes_of(full)


def test_explain_shows_what_a_firm_was_offered(lender: Night) -> None:
    from firmrating.nightly.explain import explained, explained_text

    run, firm = lender.run(**asking(lender)), firms_of(lender)[0]
    found = explained(run, firm.lower())
    offered = all_of(run, "applications").filter(firm_id=firm)
    assert [one["application_id"] for one in found["applications"]] == ["A000", "A100"]
    page = explained_text(found)
    for row in offered.iter_rows(named=True):
        assert f"{row['application_id']} on 2025-07-01" in page
        assert row["decision"] in page
    assert json.loads(json.dumps(found, default=str))["offer_reasons"] is not None


def test_a_firm_without_records_that_asks_is_told_in_the_rejects(lender: Night) -> None:
    run = lender.run(**asking(lender))
    rejects = run.of_firm("rejects", NOT_RATED)
    assert rejects["message"][0] == f"expected a firm that is rated, got `{NOT_RATED}`"


def test_no_application_at_all_is_answered_by_empty_tables(lender: Night) -> None:
    rewritten(lender, "applications", read(lender)["applications"].clear())
    keys = asking(lender)
    keys["loans"] = {"applications": keys["loans"]["applications"]}
    run = lender.run(**keys)
    assert all_of(run, "applications").height == 0
    assert run.manifest["applications"] == {}


def test_a_gate_can_be_asked_of_applications(lender: Night) -> None:
    from firmrating.nightly.errors import GateError

    gate = {"measure": "reject_share", "table": "loans.applications", "at_most": 0.01}
    with pytest.raises(GateError, match="`reject_share of loans.applications`"):
        lender.run(**asking(lender, gates=[gate]))


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"loans": None}, "expected `lending`, a policy, and `[loans]`, the applications, together"),
        ({"lending": None}, "expected `lending`, a policy, and `[loans]`, the applications, together"),
        ({"loans": {"assets": "loans/assets.parquet"}}, "`loans.applications`: the key is missing"),
        ({"loans": {"application": "x.parquet"}}, "`loans.application`: unknown key; did you mean `applications`"),
        ({"loans": {"applications": "nowhere.parquet"}}, "`loans.applications`: no file `nowhere.parquet`"),
        ({"loans": {"applications": "run.toml"}}, "`loans.applications`: cannot read `run.toml`"),
        ({"lending": "nobody"}, "`lending`: expected a lending policy, one of `example`, got `nobody`"),
        ({"lending": {"preset": "example", "sha256": "0" * 64}}, "`lending.sha256`: expected the hash"),
    ],
)
def test_a_fault_of_the_document_is_told_with_its_place(lender: Night, keys: dict[str, Any], expected: str) -> None:
    with pytest.raises(DocumentError) as raised:
        lender.run(**asking(lender, **keys))
    assert any(expected in fault for fault in raised.value.faults), raised.value.faults
    assert lender.published() == []


def test_wrong_columns_are_told_before_anything_is_read(lender: Night) -> None:
    tables = read(lender)
    rewritten(lender, "applications", tables["applications"].rename({"amount": "amout"}))
    rewritten(lender, "assets", tables["assets"].drop("kind"))
    with pytest.raises(SourceError) as raised:
        lender.run(**asking(lender))
    assert len(raised.value.faults) == 2
    assert "file `loans/applications.parquet`: table `applications` has the columns `amout`, which are not known" in raised.value.faults[0]
    assert "file `loans/assets.parquet`: table `assets` needs the columns `kind`" in raised.value.faults[1]


def test_a_file_of_applications_that_changes_publishes_nothing(lender: Night) -> None:
    class Changer:
        def tell(self, event: str, **of: Any) -> None:
            if event == "split" and of["table"] == "loans.assets":
                rewritten(lender, "applications", delivered(firms_of(lender))["applications"].head(3))

        def close(self) -> None:
            pass

    with pytest.raises(SourceError, match="table `loans.applications`: file `loans/applications.parquet` changed while it was read"):
        lender.run(**asking(lender), reporter=Changer())
    assert lender.published() == []


def test_a_table_of_records_keeps_its_name(lender: Night, delivery: Path) -> None:
    """`guarantees` of records are those that the firm gave; `loans.guarantees` stand for its loan."""
    run = lender.run(**asking(lender))
    tables = [one["table"] for one in run.manifest["counts"]]
    assert "guarantees" in tables
    assert "loans.guarantees" in tables
    plain = lender.run(out="plain")
    assert_frame_equal(all_of(run, "ratings"), all_of(plain, "ratings"))


def test_killed_at_every_stage_a_run_with_loans_ends_with_the_same_bytes(lender: Night) -> None:
    from test_nightly_restart import KILLED_AT, Heard, assert_nothing_half

    heard = Heard()
    expected = bytes_of(lender.run(**asking(lender, out="undisturbed"), reporter=heard))
    document = lender.document(**asking(lender))
    splits = [at for at, (event, of) in enumerate(heard.events) if event == "split" and of["table"].startswith("loans.")]
    rated = [at for at, (event, _) in enumerate(heard.events) if event == "rated"]
    for at in (splits[0], splits[-1], rated[0], rated[-1], len(heard.events) - 1):
        command = [sys.executable, "-c", KILLED_AT, str(document), str(at)]
        assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
        assert_nothing_half(lender)
    assert bytes_of(lender.run(**asking(lender))) == expected


def test_any_number_of_threads_gives_the_same_bytes_and_a_dry_run_writes_nothing(lender: Night) -> None:
    def called(document: Path, *more: str) -> str:
        command = [sys.executable, "-c", "from firmrating.cli import main; main()", "nightly", str(document), *more]
        return subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ)).stdout

    dry = json.loads(called(lender.document(**asking(lender)), "--dry-run"))
    assert dry["lending"] == fr.LendingPolicy.preset().hash
    assert dry["tables"]["loans.applications"] == ["loans/applications.parquet"]
    assert not lender.out.exists()
    for threads in (1, 3):
        told = json.loads(called(lender.document(**asking(lender, threads=threads, out=f"out-{threads}"))))
        assert sum(told["applications"].values()) == at_once(lender).counts["used"]
    runs = [PublishedRun.find(lender.folder / f"out-{threads}") for threads in (1, 3)]
    assert bytes_of(runs[0]) == bytes_of(runs[1])


def test_a_delta_run_rates_firms_that_ask_and_firms_that_changed_alone(lender: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    from firmrating.nightly import answer

    before = lender.run(**asking(lender, out="before"))
    faulty = set(all_of(before, "rejects")["firm_id"].drop_nulls())
    rated: list[str] = []
    inner = answer.rate_partition

    def listening(*given: Any, **more: Any) -> dict[str, pl.DataFrame]:
        found = inner(*given, **more)
        rated.extend(found["ratings"]["firm_id"])
        return found

    monkeypatch.setattr(answer, "rate_partition", listening)
    lender.run(**asking(lender, out="delta", mode="delta", compare_with="before"))
    asked = set(firms_of(lender)[:40])
    assert asked <= set(rated) <= asked | faulty
    assert len(rated) < 150
