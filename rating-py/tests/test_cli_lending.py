"""``firmrating offer`` and ``settle``, as a shell sees them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import firmrating as fr

COMMAND = [sys.executable, "-c", "from firmrating.cli import main; main()"]
APPLICATIONS = "application_id,firm_id,on,months,amount\nA1,F1,2025-07-01,12,500000\nA2,F1,2025-07-01,12,2000000\nA3,F9,2025-07-01,12,1\n"
RATINGS = "firm_id,grade,pd,stage,sales_12m\nF1,A,0.01,growth,5000000\n"
LOSSES = "loan_id,firm_id,lent_on,defaulted_on,claimed_on,principal\nL1,F1,2024-01-01,2024-06-01,2024-07-01,100.01\nL2,F2,2024-01-01,2024-06-01,x,5\n"


def run(*arguments: object, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "120", "NO_COLOR": "1"}
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "applications.csv").write_text(APPLICATIONS, encoding="utf-8")
    (tmp_path / "ratings.csv").write_text(RATINGS, encoding="utf-8")
    (tmp_path / "losses.csv").write_text(LOSSES, encoding="utf-8")
    return tmp_path


OFFER = ("offer", "applications.csv", "--policy", "example", "--ratings", "ratings.csv")
SETTLE = ("settle", "losses.csv", "--structure", "shandong-2023")


def test_offer_writes_tables_and_tells_rows_in_as_offers_and_rejects(folder):
    shown = run(*OFFER, "--out", "out", folder=folder)
    assert shown.returncode == 0, shown.stderr
    assert "3 rows in = 2 used + 1 rejected" in shown.stdout and "approve" in shown.stdout
    assert pl.read_parquet(folder / "out" / "offers.parquet")["decision"].to_list() == ["approve", "approve"]
    assert pl.read_parquet(folder / "out" / "rejects.parquet")["row"].to_list() == [3]
    assert "1 rejected: `applications`" in shown.stdout
    in_json = json.loads(run(*OFFER, "--json", folder=folder).stdout)
    assert in_json["applications"] == {"rows_in": 3, "used": 2, "rejected": 1}
    assert in_json["policy"]["hash"] == fr.LendingPolicy.preset("example").hash
    assert "转人工" in run(*OFFER, "--lang", "zh", folder=folder).stdout


@pytest.mark.parametrize("name", ["offers.csv", "offers.json", "offers.parquet"])
def test_offer_writes_one_file_of_the_form_that_its_name_says(name, folder):
    assert run(*OFFER, "--out", name, folder=folder).returncode == 0
    read = {"csv": pl.read_csv, "json": pl.read_json, "parquet": pl.read_parquet}[name.rpartition(".")[2]]
    frame = read(folder / name)
    assert frame["application_id"].to_list() == ["A1", "A2"]
    assert [float(amount) for amount in frame["amount"]] == [500_000, 1_500_000]


def test_offer_prints_the_page_of_one_application(folder):
    assert "CNY 500,000" in run(*OFFER, "--application", "A1", folder=folder).stdout
    assert "500,000元" in run(*OFFER, "--application", "A1", "--lang", "zh", folder=folder).stdout
    page = json.loads(run(*OFFER, "--application", "A1", "--json", folder=folder).stdout)["page"]
    assert "CNY 500,000" in page


def test_offer_rates_records_itself(folder):
    sample = fr.datasets.write_sample(folder / "records")
    firm = fr.datasets.sample().firms[0]
    (folder / "one.csv").write_text(f"application_id,firm_id,on,months\nA1,{firm},2025-07-01,12\n", encoding="utf-8")
    call = ("offer", "one.csv", "--policy", "example", "--records", sample, "--as-of", "2025-06-30", "--json")
    answer = json.loads(run(*call, folder=folder).stdout)
    assert answer["applications"]["used"] == 1


def test_settle_writes_payments_and_tells_who_bears_what(folder):
    shown = run(*SETTLE, "--out", "out", folder=folder)
    assert shown.returncode == 0, shown.stderr
    assert "2 rows in = 1 used + 1 rejected" in shown.stdout and "Province" in shown.stdout
    payments = pl.read_parquet(folder / "out" / "payments.parquet")
    assert payments["amount"].sum() == pl.Series(["100.01"]).cast(pl.Decimal(18, 2))[0]
    assert "省级财政" in run(*SETTLE, "--lang", "zh", folder=folder).stdout
    page = run(*SETTLE, "--loan", "L1", folder=folder)
    assert page.returncode == 0 and "Province" in page.stdout
    answer = json.loads(run(*SETTLE, "--json", folder=folder).stdout)
    assert [party["party"] for party in answer["parties"]] == ["province", "city", "bank", None]


def test_settle_takes_what_a_structure_leaves_open(folder):
    # 40 % is illustrative.
    call = ("settle", "losses.csv", "--structure", "hubei-2025", "--share", "pool_share=0.4", "--amount", "pool_balance=1000000")
    assert run(*call, folder=folder).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("offer", "applications.csv", "--policy", "example"), "expected either `--records` or `--ratings`, got neither"),
        (("offer", "applications.csv", "--policy", "example", "--records", "."), "`--records` needs `--as-of`"),
        (("offer", "nowhere.csv", "--policy", "example", "--ratings", "ratings.csv"), "cannot open `nowhere.csv`: no such file or directory"),
        (("offer", "ratings.csv", "--policy", "example", "--ratings", "ratings.csv"), "needs the columns `application_id`"),
        ((*OFFER, "--application", "A9"), "`application_id` must be an application that was answered, got `A9`"),
        (("settle", "losses.csv", "--structure", "hubei-2025"), "expected a value for the input"),
        ((*SETTLE, "--share", "x"), "`--share` takes `name=value`, got `x`"),
        ((*SETTLE, "--share", "x=y"), "`--share` takes fractions"),
        (("settle", "losses.csv", "--structure", "nothing.json"), "cannot read the structure of loss sharing document `nothing.json`"),
        ((*SETTLE, "--loan", "L9"), "`loan_id` must be a loan with a settled loss, got `L9`"),
    ],
)
def test_what_cannot_be_done_is_told_on_a_line_with_code_2(arguments, message, folder):
    shown = run(*arguments, folder=folder)
    assert shown.returncode == 2, shown.stdout
    assert message in shown.stderr and "Traceback" not in shown.stderr


def test_check_knows_a_policy_and_a_catalogue(folder):
    fr.LendingPolicy.preset("example").save(folder / "policy.json")
    fr.Catalogue.preset().save(folder / "catalogue.json")
    assert "a lending policy that holds together: example" in run("check", "policy.json", folder=folder).stdout
    told = run("check", "catalogue.json", folder=folder).stdout
    assert "a catalogue of products that holds together: shanxi-2018" in told
    assert "follows a draft of September 2021" in " ".join(told.split())
    spec = fr.LendingPolicy.preset("example").spec
    spec["reference"] = []
    (folder / "bad.json").write_text(json.dumps(spec), encoding="utf-8")
    bad = run("check", "bad.json", folder=folder)
    assert bad.returncode == 1 and "reference: expected at least one reference rate, got `none`" in bad.stdout


def test_offer_reads_who_stands_for_a_loan(folder):
    (folder / "g.csv").write_text(
        "application_id,guarantor,share,pd,fee,net_assets,liability\nA1,G1,0.8,0.001,0.01,100000000,0\n", encoding="utf-8"
    )
    (folder / "i.csv").write_text(
        "application_id,line,insured,share,limit,premium_rate\nA1,loan_guarantee,500000,0.5,100000,0.02\n", encoding="utf-8"
    )
    (folder / "s.csv").write_text("application_id,subsidy,had\nA2,shanxi-2023,190000\n", encoding="utf-8")
    beside = ("--guarantees", "g.csv", "--insurance", "i.csv", "--subsidised", "s.csv", "--out", "out")
    assert run(*OFFER, *beside, folder=folder).returncode == 0
    offers = pl.read_parquet(folder / "out" / "offers.parquet")
    assert offers["guarantor"].to_list() == ["G1", None]
    assert [float(amount) for amount in offers["fees"]] == [14_000, 0]
    # The first is no pure credit loan; of the second 10,000 are left of the year.
    assert [float(amount) for amount in offers["subsidy"]] == [0, 10_000]
    assert pl.read_parquet(folder / "out" / "insurance.parquet").height == 1


def test_check_knows_loss_sharing_and_scenarios(folder):
    fr.LossSharing.preset("shandong-2023").save(folder / "sharing.json")
    fr.Stress.preset().save(folder / "stress.json")
    assert "a structure of loss sharing that holds together: shandong-2023" in run("check", "sharing.json", folder=folder).stdout
    assert "a stress document that holds together: example" in run("check", "stress.json", folder=folder).stdout
    (folder / "open.json").write_text(json.dumps(fr.LossSharing.template("hubei-2025")), encoding="utf-8")
    shown = run("check", "open.json", folder=folder)
    assert shown.returncode == 0 and "got `none for pool_share`" in shown.stdout
    told = json.loads(run("check", "open.json", "--json", folder=folder).stdout)
    assert told["faults"] == [] and len(told["open"]) == 2


def test_check_tells_the_faults_of_a_structure_of_loss_sharing(folder):
    document = fr.LossSharing.template("hubei-2025") | {"layers": []}
    (folder / "sharing.json").write_text(json.dumps(document), encoding="utf-8")
    shown = run("check", "sharing.json", folder=folder)
    assert shown.returncode == 1 and "layers" in shown.stdout
