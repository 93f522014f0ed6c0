"""The command line, as a shell sees it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import firmrating as fr
from firmrating import cli

COMMAND = [sys.executable, "-c", "from firmrating.cli import main; main()"]


def run(*arguments: object, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "120", "NO_COLOR": "1"}
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Path:
    return fr.datasets.write_sample(tmp_path_factory.mktemp("records"))


def test_help_names_every_command(tmp_path):
    shown = run("--help", folder=tmp_path)
    assert shown.returncode == 0
    for command in ("demo", "rate", "explain", "evaluate", "apply", "measures", "check"):
        assert command in shown.stdout
        of_command = run(command, "--help", folder=tmp_path)
        assert of_command.returncode == 0, of_command.stderr
        assert "Usage" in of_command.stdout


def test_demo_rates_the_sample_explains_three_firms_and_writes_files(tmp_path):
    shown = run("demo", folder=tmp_path)
    assert shown.returncode == 0, shown.stderr
    out = tmp_path / "build" / "demo"
    ratings = pl.read_parquet(out / "ratings.parquet")
    contributions = pl.read_parquet(out / "contributions.parquet")
    assert contributions["firm_id"].n_unique() == ratings.height
    assert "rows in" in shown.stdout and "rejected" in shown.stdout
    assert shown.stdout.count("Government credit rating of technology firms") == 3
    html = (out / "report.html").read_text(encoding="utf-8")
    assert html.count("<svg") >= 4
    assert "synthetic" in shown.stdout
    # What it proposes next works.
    proposed = next(line for line in shown.stdout.splitlines() if line.startswith("Next: firmrating "))
    following = run(*proposed.removeprefix("Next: firmrating ").split(), folder=tmp_path)
    assert following.returncode == 0, following.stderr
    assert "评级" in following.stdout


def test_rate_writes_the_same_files_each_time_and_json_for_machines(sample, tmp_path):
    first = run("rate", sample, "--as-of", "2025-06-30", "--out", "one", "--json", folder=tmp_path)
    assert first.returncode == 0, first.stderr
    answer = json.loads(first.stdout)
    assert answer["firms"] == sum(answer["grades"].values())
    assert all(table["rows_in"] == table["used"] + table["rejected"] for table in answer["tables"])
    assert answer["model"]["hash"] == fr.RatingModel.preset().hash
    second = run("rate", sample, "--as-of", "2025-06-30", "--out", "two", folder=tmp_path)
    assert second.returncode == 0, second.stderr
    for path in sorted((tmp_path / "one").iterdir()):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_rate_takes_a_model_document(sample, tmp_path):
    spec = fr.RatingModel.preset().spec
    spec["id"] = "ours"
    (tmp_path / "ours.json").write_text(json.dumps(spec), encoding="utf-8")
    shown = run("rate", sample, "--as-of", "2025-06-30", "--out", "out", "--model", "ours.json", "--json", folder=tmp_path)
    assert json.loads(shown.stdout)["model"]["id"] == "ours"


def test_explain_speaks_chinese_english_and_json(sample, tmp_path):
    firm = fr.datasets.sample().firms[3]
    call = ("explain", sample, firm, "--as-of", "2025-06-30")
    assert "Government credit rating" in run(*call, folder=tmp_path).stdout
    assert "评级" in run(*call, "--lang", "zh", folder=tmp_path).stdout
    in_json = run(*call, "--json", folder=tmp_path)
    assert json.loads(in_json.stdout)["firm_id"] == firm
    counts = fr.datasets.sample().counts.select("rows_in", "used", "rejected").sum().row(0)
    told = "note: {:,} rows in = {:,} used + {:,} rejected; `firmrating check".format(*counts)
    assert in_json.stderr.startswith(told)


def test_explain_gives_machines_the_rating_and_the_rows_of_the_rulebook(sample, tmp_path):
    records, book = fr.datasets.sample(), fr.Rulebook.preset()
    firm = records.firms[3]
    call = ("explain", sample, firm, "--as-of", "2025-06-30", "--json")
    answer = json.loads(run(*call, folder=tmp_path).stdout)
    # The same rows as of all firms together.
    ratings = fr.RatingModel.preset().rate(records, as_of="2025-06-30")
    found, follows = book.evaluate(records, "2025-06-30"), book.apply(records, ratings, as_of="2025-06-30")
    names = ("evaluations", "evaluation_parts", "applications", "record_clocks")
    for name, frame in zip(names, (found.frame, found.parts, follows.frame, follows.records), strict=True):
        rows = frame.filter(firm_id=firm).to_dicts()
        assert answer.pop(name) == json.loads(json.dumps(rows, default=str)), name
    without = run(*call, "--rulebook", "none", folder=tmp_path)
    assert json.loads(without.stdout) == answer == json.loads(ratings[firm].to_json())
    (tmp_path / "declared.csv").write_text(f"firm_id,research_body,tax_start_score\n{firm},1,both\n", encoding="utf-8")
    declared = json.loads(run(*call, "--declared", "declared.csv", folder=tmp_path).stdout)
    body = [part["holds"] for part in declared["evaluation_parts"] if part["id"] == "research_body"]
    assert set(body) == {"yes"}
    # A table that declares nothing of the firm.
    (tmp_path / "declared.csv").write_text("firm_id,research_body\nF-9,1\n", encoding="utf-8")
    assert run(*call, "--declared", "declared.csv", folder=tmp_path).returncode == 0


def test_measures_lists_the_catalogue_and_measures_a_folder(sample, tmp_path):
    listed = json.loads(run("measures", "--json", folder=tmp_path).stdout)
    assert [entry["id"] for entry in listed] == fr.measures()["id"].to_list()
    of_family = run("measures", "--family", "trade", folder=tmp_path)
    assert "trade.sales_12m" in of_family.stdout and "tax.level" not in of_family.stdout
    measured = run("measures", sample, "--as-of", "2025-06-30", "--out", "x.parquet", folder=tmp_path)
    assert measured.returncode == 0, measured.stderr
    assert pl.read_parquet(tmp_path / "x.parquet").equals(fr.datasets.sample().measure("2025-06-30", reasons=True))


def test_evaluate_writes_what_the_rulebook_says(sample, tmp_path):
    found = run("evaluate", sample, "--as-of", "2025-06-30", "--out", "out", "--json", folder=tmp_path)
    assert found.returncode == 0, found.stderr
    answer = json.loads(found.stdout)
    frame = pl.read_parquet(tmp_path / "out" / "evaluations.parquet")
    assert frame.height == answer["firms"] * len(answer["verdicts"])
    for verdicts in answer["verdicts"]:
        of_one = frame.filter(evaluation=verdicts.pop("evaluation"))["verdict"]
        assert {verdict: (of_one == verdict).sum() for verdict in verdicts} == verdicts


def test_evaluate_takes_a_table_of_what_firms_declare(sample, tmp_path):
    firm = fr.datasets.sample().firms[0]
    (tmp_path / "declared.csv").write_text(f"firm_id,research_body\n{firm},1\n", encoding="utf-8")
    call = ("evaluate", sample, "--as-of", "2025-06-30", "--out", "out", "--declared", "declared.csv")
    assert run(*call, folder=tmp_path).returncode == 0
    parts = pl.read_parquet(tmp_path / "out" / "evaluation_parts.parquet").filter(part="admission", id="research_body")
    assert parts.filter(firm_id=firm)["holds"].unique().to_list() == ["yes"]
    (tmp_path / "declared.csv").write_text(f"firm_id,research_body\n{firm},yes\n", encoding="utf-8")
    refused = run(*call, folder=tmp_path)
    assert refused.returncode == 2
    assert "expected numbers" in refused.stderr


def test_explain_tells_published_rules_and_what_follows_unless_told_not_to(sample, tmp_path):
    firm = fr.datasets.sample().firms[0]
    call = ("explain", sample, firm, "--as-of", "2025-06-30")
    told = run(*call, folder=tmp_path)
    assert told.returncode == 0, told.stderr
    for title in ("PUBLISHED EVALUATIONS", "INCENTIVES", "DISCIPLINE", "RECORDS"):
        assert title in told.stdout
    assert "公开评价规则" in run(*call, "--lang", "zh", folder=tmp_path).stdout
    (tmp_path / "declared.csv").write_text(f"firm_id,tax_start_score\n{firm},both\n", encoding="utf-8")
    assert run(*call, "--declared", "declared.csv", folder=tmp_path).returncode == 0
    without = run(*call, "--rulebook", "none", folder=tmp_path)
    assert without.returncode == 0
    assert told.stdout.startswith(without.stdout.rstrip()) and "PUBLISHED" not in without.stdout


def test_apply_writes_what_follows(sample, tmp_path):
    call = ("apply", sample, "--as-of", "2025-06-30", "--out", "out")
    found = run(*call, "--json", folder=tmp_path)
    assert found.returncode == 0, found.stderr
    answer = json.loads(found.stdout)
    frame = pl.read_parquet(tmp_path / "out" / "applications.parquet")
    assert frame.height == sum(sum(row[state] for state in list(row)[1:]) for row in answer["applications"])
    assert pl.read_parquet(tmp_path / "out" / "record_clocks.parquet").height > 0
    # With ratings what asks for one is decided; without them it is open.
    of_example = run(*call, "--rulebook", "shanxi-example", folder=tmp_path)
    assert of_example.returncode == 0, of_example.stderr
    assert "applies" in set(pl.read_parquet(tmp_path / "out" / "applications.parquet")["state"])
    assert run(*call, "--rulebook", "shanxi-example", "--model", "none", folder=tmp_path).returncode == 0
    assert "applies" not in set(pl.read_parquet(tmp_path / "out" / "applications.parquet")["state"])


def test_a_rulebook_of_ones_own_may_be_toml_and_check_names_the_place_of_a_fault(sample, tmp_path):
    example = Path(__file__).resolve().parents[2] / "examples" / "data" / "own-rulebook.toml"
    good = run("check", example, folder=tmp_path)
    assert good.returncode == 0 and "a rulebook that holds together: branch-first-look 1.0.0" in good.stdout, good.stdout
    call = ("evaluate", sample, "--as-of", "2025-06-30", "--out", "out", "--rulebook", example)
    assert run(*call, folder=tmp_path).returncode == 0
    assert set(pl.read_parquet(tmp_path / "out" / "evaluations.parquet")["evaluation"]) == {"first_look"}
    text = example.read_text(encoding="utf-8")
    for old, new, fault in (
        ("full = 10", "full = 11", "evaluations[0].full: "),
        ('input = "technology.inventions"', 'input = "technology.invention"', "evaluations[0].blocks[0].items[1].input: "),
        ("most = 7", "most = 7.123", "not a rulebook: "),
        ("most = 7", "most = nan", "a document holds finite numbers"),
        ("[[declared]]", "[[declared]", "not TOML: "),
    ):
        assert old in text
        (tmp_path / "bad.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
        bad = run("check", "bad.toml", folder=tmp_path)
        assert bad.returncode == 1, bad.stdout + bad.stderr
        assert fault in bad.stdout


def test_check_knows_a_rulebook(tmp_path):
    book = fr.Rulebook.preset()
    book.save(tmp_path / "book.json")
    assert "a rulebook that holds together: china" in run("check", "book.json", folder=tmp_path).stdout
    spec = book.spec
    spec["evaluations"][0]["pass"]["total"] = 1000
    (tmp_path / "bad.json").write_text(json.dumps(spec), encoding="utf-8")
    bad = run("check", "bad.json", folder=tmp_path)
    assert bad.returncode == 1
    assert "evaluations[0].pass.total: expected no more than the blocks can give, got `1000`" in bad.stdout


def test_check_finds_faults_of_records_and_says_so_with_code_1(sample, tmp_path):
    found = run("check", sample, "--json", folder=tmp_path)
    assert found.returncode == 1
    assert len(json.loads(found.stdout)["faults"]) == fr.datasets.sample().rejects.height


def test_check_shows_the_first_fault_of_each_kind(tmp_path):
    table = "firm_id,name,established_on,status\nF-1,A,2016-03-01,active\nF-2,B,2016-02-30,active\nF-3,C,2016-02-31,active\n"
    (tmp_path / "registrations.csv").write_text(table, encoding="utf-8")
    found = run("check", ".", folder=tmp_path)
    assert "registrations.established_on: 2 x date; row 2: no such day in the calendar: `2016-02-30`" in found.stdout


def test_without_a_command_the_help_is_shown_and_the_code_is_2(tmp_path):
    shown = run(folder=tmp_path)
    assert shown.returncode == 2
    assert "Commands:" in shown.stdout
    assert shown.stderr == ""


def test_the_version_is_the_one_of_the_package(tmp_path):
    shown = run("--version", folder=tmp_path)
    assert shown.returncode == 0
    assert shown.stdout == f"firmrating {fr.__version__}\n"


def test_rate_speaks_chinese_throughout(sample, tmp_path):
    shown = run("rate", sample, "--as-of", "2025年6月30日", "--out", "out", "--lang", "zh", folder=tmp_path)
    assert shown.returncode == 0, shown.stderr
    for words in ("2,000家企业的记录", "企业登记", "2,000家企业，截至2025-06-30", "平均违约概率", "工商登记", "已写入"):
        assert words in shown.stdout
    for words in ("registrations ", "firms", "Wrote"):
        assert words not in shown.stdout


@pytest.mark.parametrize(
    ("command", "words"),
    [("evaluate", ("公开评价", "符合", "不在施行期内", "科技型中小企业")), ("apply", ("措施", "适用", "中止适用", "不予适用"))],
)
def test_evaluate_and_apply_speak_chinese_throughout(command, words, sample, tmp_path):
    shown = run(command, sample, "--as-of", "2025年6月30日", "--out", "out", "--lang", "zh", folder=tmp_path)
    assert shown.returncode == 0, shown.stderr
    for word in ("2,000家企业的记录", "企业登记", "截至2025-06-30", "待定", "已写入", *words):
        assert word in shown.stdout, word
    for word in ("registrations ", "firms", "Wrote", "open", "passed", "applies", "technology_sme"):
        assert word not in shown.stdout.replace(str(tmp_path), ""), word


@pytest.mark.parametrize("command", ["rate", "evaluate", "apply"])
def test_the_folder_is_an_argument_or_named(command, sample, tmp_path):
    call = (command, "--as-of", "2025-06-30", "--json", "--out")
    by_name, by_argument = run(*call, "one", "--records", sample, folder=tmp_path), run(*call, "two", sample, folder=tmp_path)
    assert by_name.returncode == by_argument.returncode == 0, by_name.stderr
    assert json.loads(by_name.stdout)["tables"] == json.loads(by_argument.stdout)["tables"]
    both, neither = run(*call, "out", sample, "--records", sample, folder=tmp_path), run(*call, "out", folder=tmp_path)
    for refused, got in ((both, "both"), (neither, "neither")):
        assert refused.returncode == 2
        assert refused.stderr == f"error: expected a folder of tables, as the argument or with `--records`, got {got}\n"


def test_check_tells_a_good_model_from_a_bad_one(tmp_path):
    model = fr.RatingModel.preset()
    model.save(tmp_path / "good.json")
    assert run("check", "good.json", folder=tmp_path).returncode == 0
    spec = model.spec
    spec["minimum"]["characteristics"] = 1000
    (tmp_path / "bad.json").write_text(json.dumps(spec), encoding="utf-8")
    bad = run("check", "bad.json", folder=tmp_path)
    assert bad.returncode == 1
    assert "bad.json: 1 fault\n  minimum.characteristics: expected at most 41, got `1000`" in bad.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("rate", "nowhere", "--as-of", "2025-06-30", "--out", "out"), "error: expected a folder of tables, but `nowhere` does not exist"),
        (("explain", "SAMPLE", "F-9", "--as-of", "2025-06-30"), "error: no firm `F-9` among the records"),
        (("explain", "SAMPLE", "F-9", "--as-of", "someday"), "error: "),
        (("rate", "SAMPLE", "--as-of", "2025-06-30", "--out", "out", "--model", "best"), "error: expected a preset, one of `tech-firm`, got `best`"),
        (("rate", "SAMPLE", "--as-of", "2025-06-30", "--out", "out", "--model", "nothing.json"), "error: cannot read the model document `nothing.json`: no such file or directory"),
        (("measures", "--family", "weather"), "error: `--family` must be one of"),
        (("measures", "SAMPLE"), "error: `measures` with a folder needs `--as-of` and `--out`"),
        (("rate", "SAMPLE"), "error: missing option '--as-of'; see `firmrating rate --help`"),
        (("fly",), "error: no such command 'fly'; see `firmrating --help`"),
        (("check", "nowhere"), "error: expected a document (a model, a rulebook) or a folder of records, but `nowhere` does not exist"),
        (("explain", "SAMPLE", "F-9", "--as-of", "2025-06-30", "--lang", "fr"), "'--lang': 'fr' is not one of 'en', 'zh'; see"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_code_2(arguments, message, sample, tmp_path):
    shown = run(*(sample if word == "SAMPLE" else word for word in arguments), folder=tmp_path)
    assert shown.returncode == 2
    assert message in shown.stderr
    assert "Traceback" not in shown.stderr
    assert not (tmp_path / "out").exists()


def test_an_interrupt_ends_with_code_130_and_without_a_traceback(sample, tmp_path, monkeypatch, capsys):
    def interrupted(*_: object, **__: object) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(fr.Records, "read", interrupted)
    monkeypatch.setattr(sys, "argv", ["firmrating", "rate", str(sample), "--as-of", "2025-06-30", "--out", str(tmp_path / "out")])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 130
    assert "Traceback" not in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
