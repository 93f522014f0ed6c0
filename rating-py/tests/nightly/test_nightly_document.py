"""The run document: every fault is told with its place, and the published schema is what the code checks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from nights import Night

from firmrating.nightly.document import read_run, run_schema
from firmrating.nightly.errors import DocumentError
from firmrating.nightly.night import plan_of
from firmrating.nightly.partition import partitions_for

SCHEMA = Path(__file__).parents[3] / "docs" / "schema" / "nightly.schema.json"
EXAMPLE = Path(__file__).parents[3] / "docs" / "nightly.md"
LEAST = 'as_of = 2025-06-30\nout = "out"\nrecords = "records"\n'


def faults(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "run.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError) as raised:
        read_run(path)
    return [fault.removeprefix("`run.toml`: ") for fault in raised.value.faults]


def test_the_published_schema_is_that_of_the_code() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == run_schema(), "write it anew: see docs/nightly.md"


def test_the_example_of_the_documentation_is_read(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    path = tmp_path / "run.toml"
    path.write_text(text.split("```toml\n", 1)[1].split("```", 1)[0], encoding="utf-8")
    document = read_run(path)
    assert str(document.as_of) == "2025-06-30"
    assert document.gates
    assert document.watch


def test_days_and_sources_may_be_written_short(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text(
        'as_of = "2025-06-30"\nout = "out"\nmodel = "m.json"\n[sources]\n"专利" = "p.parquet"\ninvoices = ["a.csv", "b.csv"]\n',
        encoding="utf-8",
    )
    document = read_run(path)
    assert {table: source.files for table, source in document.sources.items()} == {
        "patents": ("p.parquet",),
        "invoices": ("a.csv", "b.csv"),
    }
    assert document.model.path == "m.json"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LEAST + 'partitons = 4\n', ["`partitons`: unknown key; did you mean `partitions`"]),
        (LEAST + 'partitions = "4"\n', ["`partitions`: expected a valid integer, got `4`"]),
        (LEAST + 'partitions = 0\n', ["`partitions`: expected greater than or equal to 1, got `0`"]),
        (LEAST + 'memory = "4 GB"\n', ["`memory`: expected a size such as `4 GiB` or `512 MiB`, got `4 GB`"]),
        (LEAST + 'memory = "1 MiB"\n', ["`memory`: expected at least `1.5 GiB`, got `1 MiB`"]),
        (LEAST + 'mode = "fast"\n', ["`mode`: expected `full` or `delta`, got `fast`"]),
        (LEAST + 'mode = "delta"\n', ['`document`: `mode = "delta"` needs `compare_with`']),
        ('out = "out"\nrecords = "r"\nas_of = "30.6.2025"\n', ["`as_of`: expected a day such as `2025-06-30`, got `30.6.2025`"]),
        ('out = "out"\nrecords = "r"\n', ["`as_of`: the key is missing"]),
        ('as_of = 2025-06-30\nout = "out"\n', ["`document`: expected either `records`, a folder, or `[sources]`, a table a line"]),
        (
            'as_of = 2025-06-30\nout = "out"\n[sources]\ninvoice = "i.csv"\n',
            ["`sources`: no table is named `invoice`; did you mean `invoices`"],
        ),
        (
            'as_of = 2025-06-30\nout = "out"\n[sources.invoices]\nfile = "i.csv"\n',
            ["`sources.invoices.file`: unknown key; did you mean `files`"],
        ),
        (
            'as_of = 2025-06-30\nout = "out"\n[sources.invoices]\nfiles = "i.csv"\nencoding = "utf-9"\n',
            ["`sources.invoices.encoding`: expected an encoding of text such as `utf-8` or `gb18030`, got `utf-9`"],
        ),
        (LEAST + '[[gates]]\nmeasure = "coverage"\nat_least = 0.5\n', ["`gates.0`: `coverage` needs a `department`, and nothing else has one"]),
        (
            LEAST + '[[gates]]\nmeasure = "coverage"\ndepartment = "taxx"\nat_least = 0.5\n',
            [
                "`gates.0.department`: expected `registry`, `listing`, `tax`, `patent`, `research`, `credit` or `finance`, got `taxx`; "
                "did you mean `tax`"
            ],
        ),
        (
            LEAST + '[[gates]]\nmeasure = "reject_share"\ntable = "invoicess"\nat_most = 0.5\n',
            ["`gates.0.table`: no table is named `invoicess`; did you mean `invoices`"],
        ),
        (
            LEAST + '[[gates]]\nmeasure = "reject_share"\ntable = "loans.asset"\nat_most = 0.5\n',
            ["`gates.0.table`: no table is named `loans.asset`; did you mean `loans.assets`"],
        ),
        (
            LEAST + '[[gates]]\nmeasure = "reject_share"\ntable = "loans.assets"\nat_most = 0.5\n',
            ["`document`: `gates.0.table`: there is no source of `loans.assets`, so nothing could be measured"],
        ),
        (
            'as_of = 2025-06-30\nout = "out"\n[sources]\ninvoices = "i.csv"\n[[gates]]\nmeasure = "reject_share"\ntable = "patents"\nat_most = 0.5\n',
            ["`document`: `gates.0.table`: there is no source of `patents`, so nothing could be measured"],
        ),
        (
            LEAST + '[[gates]]\nmeasure = "default_share"\nat_least = 0.5\nat_most = 0.25\n',
            ["`gates.0`: `at_least` is above `at_most`, so nothing passes: got `0.5` and `0.25`"],
        ),
        (
            LEAST + 'compare_with = "latest"\n[[watch]]\nid = "a"\nkind = "downgrade"\n[[watch]]\nid = "a"\nkind = "rule_fired"\n',
            ["`watch`: the id `a` is given twice; the watch list tells triggers apart by it"],
        ),
        (LEAST + '[[gates]]\nmeasure = "reject_share"\n', ["`gates.0`: expected `at_most` or `at_least`"]),
        (LEAST + '[[gates]]\nmeasure = "grade_psi"\nat_most = 0.1\n', ["`document`: gate `grade_psi` needs `compare_with`"]),
        (
            LEAST + 'compare_with = "latest"\n[[watch]]\nid = "a"\nkind = "downgrade"\nnotch = 2\n',
            ["`watch.0.downgrade.notch`: unknown key"],
        ),
        (LEAST + 'model = { preset = "a", path = "b" }\n', ["`model`: expected either `preset` or `path`"]),
        (LEAST + 'as_of = 1\n', ["not TOML: cannot overwrite a value (at line 4, column 10)"]),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, text: str, expected: list[str]) -> None:
    told = faults(tmp_path, text)
    if expected[0].startswith("not TOML"):
        assert "not TOML: cannot overwrite a value" in told[0]
    else:
        assert told == expected


@pytest.mark.parametrize(
    ("rows", "memory", "partitions"),
    [
        # 0.6 of what is over half a GiB, for two partitions at a time, by 1,000 bytes a row: 322,122.5472 rows a partition
        # for 1.5 GiB, and 1,319,413,953.3 in the most, which are 4,096.
        (322_122, 3 * 2**29, 1),
        (322_123, 3 * 2**29, 2),
        (1_319_413_953, 3 * 2**29, 4096),
        (1_319_413_954, 3 * 2**29, None),
        (0, 4 * 2**30, 1),
    ],
)
def test_partitions_hold_their_rows_in_the_memory_or_are_told_not_to(rows: int, memory: int, partitions: int | None) -> None:
    assert partitions_for(rows, memory) == partitions


def test_answers_that_go_by_the_firms_make_more_partitions() -> None:
    # As above, 322,122,547 bytes a partition: 0.10 GB of rows, 15,000 bytes a firm for contributions, 36,000 for a rulebook.
    memory = 3 * 2**29
    assert partitions_for(100_000, memory, 10_000) == 1
    assert partitions_for(100_000, memory, 10_000, ["contributions"]) == 1
    assert partitions_for(100_000, memory, 10_000, ["contributions", "rulebook"]) == 2
    assert partitions_for(100_000, memory, 100_000, ["contributions", "rulebook"]) == 32


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    told = faults(tmp_path, LEAST + 'threads = 0\nmodes = "full"\n[outputs]\ncontributions = 1\n')
    assert [fault.split("`")[1] for fault in told] == ["threads", "outputs.contributions", "modes"]


def test_a_gate_takes_the_names_of_tables_that_sources_take(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    gates = [{"measure": "reject_share", "table": "专利", "at_most": 1}, {"measure": "reject_share", "table": "invoices", "at_least": 0.5, "at_most": 0.5}]
    lines = [LEAST, *(line for gate in gates for line in ["[[gates]]", *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in gate.items())])]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert [gate.table for gate in read_run(path).gates] == ["patents", "invoices"]


def test_a_trigger_of_a_rule_that_the_model_lacks_is_refused_before_the_night(night: Night) -> None:
    watch = [{"id": "any", "kind": "rule_fired"}, {"id": "gone", "kind": "rule_fired", "rule": "loan_in_defualt"}]
    document = night.document(compare_with="latest", watch=watch)
    with pytest.raises(DocumentError) as raised:
        plan_of(document)
    assert raised.value.faults == ("`watch.1.rule`: the model has no rule `loan_in_defualt`; did you mean `loan_in_default`",)
    with pytest.raises(DocumentError, match="its rules are ended, loan_in_default,"):
        night.run(compare_with="latest", watch=[{"id": "a", "kind": "rule_fired", "rule": "zzz"}])
    assert night.published() == []
