"""A real PostgreSQL as source and as sink: one state in, one transaction out, nothing half-written to be seen."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from nights import Night, bytes_of
from polars.testing import assert_frame_equal
from typer.testing import CliRunner

from firmrating import RatingModel, Ratings, Records
from firmrating.nightly import night as night_module
from firmrating.nightly import postgres
from firmrating.nightly.cli import app
from firmrating.nightly.document import read_run
from firmrating.nightly.errors import DocumentError, RunError, SourceError, UnwritableError
from firmrating.nightly.night import plan_of
from firmrating.nightly.night import run as run_night

dbapi = pytest.importorskip("adbc_driver_postgresql.dbapi")
BIN = next(
    (path.parent for path in [Path("/usr/local/bin/initdb"), *sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))] if path.exists()),
    None,
)
pytestmark = pytest.mark.skipif(BIN is None, reason="needs the programs of a PostgreSQL server")
VARIABLE = "FIRMRATING_TEST_PG"
END_OTHERS = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE pid <> pg_backend_pid() AND datname = current_database() AND backend_type = 'client backend'"
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server on loopback that lives as long as these tests."""
    assert BIN is not None
    # A server refuses to run as root, and the folders of the tests are closed to others.
    folder = Path(tempfile.mkdtemp(prefix="firmrating-pg-"))
    user: dict[str, Any] = {}
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        user = {"user": "postgres", "cwd": folder}
    made = [BIN / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "--no-sync"]
    subprocess.run(made, check=True, capture_output=True, **user)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    command = [BIN / "postgres", "-D", folder / "data", "-p", str(port), "-k", folder, "-c", "listen_addresses=127.0.0.1", "-F"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **user) as process:
        deadline = time.monotonic() + 60
        while not answers(address):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield address
        process.terminate()
    shutil.rmtree(folder)


def answers(address: str) -> bool:
    try:
        dbapi.connect(address).close()
    except dbapi.Error:
        return False
    return True


def asked(address: str, query: str) -> list[tuple[Any, ...]]:
    with dbapi.connect(address, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def told(address: str, statement: str) -> None:
    with dbapi.connect(address, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def database(server: str, night: Night, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database of this test alone, with the delivery in its schema ``delivered``."""
    name = f"night_{time.monotonic_ns()}"
    told(server, f"CREATE DATABASE {name}")
    address = server.rsplit("/", 1)[0] + f"/{name}"
    with dbapi.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA delivered")
        for path in sorted(night.records.glob("*.parquet")):
            rows = pl.read_parquet(path).to_arrow(compat_level=pl.CompatLevel.oldest())
            cursor.adbc_ingest(path.stem, rows, mode="create", db_schema_name="delivered")
        connection.commit()
    monkeypatch.setenv(VARIABLE, address)
    return address


def sources(night: Night) -> dict[str, Any]:
    tables = sorted(path.stem for path in night.records.glob("*.parquet"))
    return {table: {"postgres": {"uri_env": VARIABLE, "query": f"delivered.{table}"}} for table in tables}


SINK = {"uri_env": VARIABLE}


def test_a_database_says_the_same_as_files(night: Night, database: str) -> None:
    files = night.run(out="files")
    run = night.run(records=None, sources=sources(night))
    for table in ("ratings", "contributions", "rules"):
        assert_frame_equal(run.scan(table).collect(), files.scan(table).collect())
    assert run.manifest["counts"] == files.manifest["counts"]
    assert sorted(path.name for path in night.out.iterdir()) == [".lock", "latest", "runs"]


def test_a_table_may_be_a_query_and_others_be_files(night: Night, database: str) -> None:
    files = {path.stem: f"records/{path.name}" for path in sorted(night.records.glob("*.parquet"))}
    query = "SELECT firm_id, kind, since, amount, cleared_on, known_on FROM delivered.tax_arrears ORDER BY 1, 2, 3"
    mixed = {**files, "tax_arrears": {"postgres": {"uri_env": VARIABLE, "query": query}}}
    assert_frame_equal(
        night.run(out="mixed", records=None, sources=mixed).scan("ratings").collect(),
        night.run(out="files").scan("ratings").collect(),
    )


def test_columns_of_the_types_of_the_database_are_read(night: Night, database: str) -> None:
    told(database, "CREATE TABLE typed (firm_id char(5), kind text, since date, amount numeric(18, 2), cleared_on timestamp)")
    told(database, "INSERT INTO typed VALUES ('F-1', 'vat', '2025-01-15', 1234567890.12, NULL), ('F-2', 'vat', '2025-02-17', 20, '2025-03-01 10:00')")
    run = night.run(records=None, sources={"tax_arrears": {"postgres": {"uri_env": VARIABLE, "query": "typed"}}})
    assert run.manifest["counts"] == [{"table": "tax_arrears", "rows_in": 2, "used": 2, "rejected": 0}]


def test_a_dry_run_asks_for_the_columns_alone(night: Night, database: str) -> None:
    plan = plan_of(night.document(records=None, sources=sources(night)))
    assert "invoices" in plan.tables
    assert not night.out.exists()


def test_a_run_reads_one_state_of_the_database(night: Night, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that others write while the tables are copied are not seen in any of them."""
    before = asked(database, "SELECT count(*) FROM delivered.tax_penalties")[0][0]
    copy = postgres._copy
    seen: list[str] = []

    def meddling(cursor: Any, query: str, folder: Path) -> None:
        copy(cursor, query, folder)
        if not seen:
            told(database, "INSERT INTO delivered.tax_penalties SELECT * FROM delivered.tax_penalties")
        seen.append(query)

    monkeypatch.setattr(postgres, "_copy", meddling)
    run = night.run(records=None, sources=sources(night))
    rows = {one["table"]: one["rows_in"] for one in run.manifest["counts"]}
    assert rows["tax_penalties"] == before
    assert asked(database, "SELECT count(*) FROM delivered.tax_penalties")[0][0] == 2 * before


def test_a_published_run_is_loaded_whole(night: Night, database: str) -> None:
    night.run(as_of="2024-12-31", sink=SINK)
    run = night.run(compare_with="latest", sink=SINK, watch=[{"id": "fell", "kind": "downgrade"}])
    loaded = asked(database, "SELECT firm_id, grade, pd FROM firmrating.latest_ratings ORDER BY firm_id COLLATE \"C\"")
    expected = run.scan("ratings").select("firm_id", "grade", "pd").sort("firm_id").collect()
    assert loaded == expected.rows()
    for table in ("ratings", "contributions", "rules", "rejects", "changes", "watch"):
        assert run.scan(table).collect().height > 0, table
        count = asked(database, f"SELECT count(*) FROM firmrating.{table} WHERE run = '{run.folder.name}'")
        assert count[0][0] == run.scan(table).collect().height, table
    assert asked(database, "SELECT count(*) FROM firmrating.runs")[0][0] == 2
    assert asked(database, "SELECT manifest ->> 'content_hash' FROM firmrating.runs ORDER BY sequence DESC LIMIT 1")[0][0] == run.content_hash


def test_a_run_is_loaded_once(night: Night, database: str) -> None:
    night.run(sink=SINK)
    night.run(sink=SINK)
    assert asked(database, "SELECT count(*) FROM firmrating.runs")[0][0] == 1
    assert asked(database, "SELECT name FROM firmrating.migrations ORDER BY name") == [
        ("0001_runs.sql",),
        ("0002_applications.sql",),
        ("0003_latest_day.sql",),
        ("0004_fee_charge.sql",),
        ("0005_rejects_and_rulebook.sql",),
        ("0006_answered_and_findings.sql",),
    ]


def test_applications_come_from_a_database_and_go_into_it(night: Night, database: str) -> None:
    firms = pl.read_parquet(night.records / "registrations.parquet")["firm_id"].unique(maintain_order=True).head(30)
    told(database, "CREATE TABLE asked (application_id text, firm_id text, \"on\" date, months int, amount numeric(18, 2))")
    rows = ", ".join(f"('A{at}', '{firm}', '2025-07-01', 12, {100_000 * (at + 1)})" for at, firm in enumerate(firms))
    told(database, f"INSERT INTO asked VALUES {rows}, ('A99', 'F-NOBODY', '2025-07-01', 12, NULL)")
    loans = {"applications": {"postgres": {"uri_env": VARIABLE, "query": "SELECT * FROM asked ORDER BY application_id"}}}
    run = night.run(lending="example", loans=loans, sink=SINK)
    answered = run.scan("applications").collect()
    assert answered.height == 30
    query = "SELECT application_id, amount, rate, reasons, decision FROM firmrating.latest_applications"
    expected = answered.select("application_id", pl.col("amount").cast(pl.String), "rate", pl.col("reasons").list.join(" "), "decision")
    assert sorted(asked(database, query)) == sorted(expected.rows())
    assert {one["table"]: one["rejected"] for one in run.manifest["counts"]}["loans.applications"] == 1


@pytest.mark.parametrize("last", ["0001", "0005"])
def test_a_database_of_an_earlier_version_is_brought_to_the_present(
    night: Night, database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, last: str
) -> None:
    """An earlier version held a row a rule and a row a department; what they said is to be had as before."""
    ratings = RatingModel.preset().rate(read_folder(night.records), "2024-12-31")
    hold_an_old_run(database, ratings, monkeypatch, tmp_path, last)
    run = night.run(sink=SINK)
    assert asked(database, "SELECT count(*) FROM firmrating.applications")[0][0] == 0
    assert asked(database, "SELECT run FROM firmrating.runs ORDER BY as_of") == [("old",), (run.folder.name,)]
    old = {name: asked(database, f"SELECT {columns} FROM firmrating.{name} WHERE run = 'old'") for name, columns in SEEN.items()}
    found = ratings.rules.filter(pl.col("since").is_not_null())
    assert sorted(old["rules"]) == sorted(found.select("firm_id", "rule", "finding").rows())
    assert told_by(old["coverage"]) == told_by(ratings.coverage.rows())
    assert sorted(old["ratings"]) == sorted(ratings.frame.select("firm_id", pl.col("rules_no_data").fill_null("")).rows())
    new = asked(database, f"SELECT {SEEN['coverage']} FROM firmrating.coverage WHERE run = '{run.folder.name}'")
    assert told_by(new) == told_by(RatingModel.preset().rate(read_folder(night.records), "2025-06-30").coverage.rows())


SEEN = {
    "rules": "firm_id, rule, finding",
    "coverage": "firm_id, department, answered_on, age_days",
    "ratings": "firm_id, coalesce(rules_no_data, '')",
}


def told_by(rows: list[tuple[Any, ...]]) -> list[str]:
    """Rows in an order of their own; days may be missing, so that they have none."""
    return sorted(map(str, rows))


def read_folder(records: Path) -> Records:
    return Records.read({path.stem: pl.read_parquet(path) for path in records.glob("*.parquet")})


def hold_an_old_run(database: str, ratings: Ratings, monkeypatch: pytest.MonkeyPatch, folder: Path, last: str) -> None:
    """Fills the schema of an earlier version, by its migrations alone."""
    (folder / "migrations").mkdir()
    for file in sorted(Path(postgres.__file__).parent.glob("migrations/*.sql")):
        if file.name[: len(last)] <= last:
            shutil.copy(file, folder / "migrations")
    with dbapi.connect(database) as connection, connection.cursor() as cursor:
        with monkeypatch.context() as earlier:
            earlier.setattr(postgres.resources, "files", lambda _: folder)
            postgres._migrate(cursor, "firmrating")
        cursor.execute("INSERT INTO firmrating.runs (run, as_of, content_hash, firms, manifest) VALUES ('old', '2024-12-31', '', 0, '{}')")
        frame = ratings.frame.select(pl.exclude("rules_no_data", "^(answered|points|measured)_.*$"))
        for name, rows in (("ratings", frame), ("rules", ratings.rules), ("coverage", ratings.coverage)):
            arrow = rows.select(pl.lit("old").alias("run"), pl.all()).to_arrow(compat_level=pl.CompatLevel.oldest())
            cursor.adbc_ingest(name, arrow, mode="append", db_schema_name="firmrating")
        connection.commit()


def test_a_run_of_another_format_is_not_loaded(night: Night, database: str) -> None:
    run = night.run()
    path = run.folder / "manifest.json"
    path.write_text(json.dumps({**run.manifest, "format": 4}), encoding="utf-8")
    with pytest.raises(DocumentError, match="is of format 4, and only runs of format"):
        postgres.load_published(run.folder, read_run(night.document("sinking", sink=SINK)))


def test_the_latest_ratings_are_those_of_the_latest_day(night: Night, database: str) -> None:
    later = night.run(sink=SINK)
    night.run(as_of="2024-12-31", sink=SINK)
    assert asked(database, "SELECT DISTINCT run FROM firmrating.latest_ratings") == [(later.folder.name,)]
    assert (night.out / "latest").resolve() == later.folder.resolve()


def test_rejects_and_what_a_rulebook_says_are_loaded(night: Night, database: str) -> None:
    run = night.run(sink=SINK, rulebook="china", outputs={"contributions": False})
    for table, columns in (
        ("rejects", ("firm_id", "table", "row", "rule", "message")),
        ("evaluations", ("firm_id", "evaluation", "verdict", "possible_classes")),
        ("rule_applications", ("firm_id", "application", "state", "owner_zh")),
    ):
        frame = run.scan(table).select(columns).collect()
        assert frame.height > 0
        quoted = ", ".join(f'"{column}"' for column in columns)
        found = asked(database, f"SELECT {quoted} FROM firmrating.{table}")
        assert sorted(map(str, found)) == sorted(map(str, frame.rows())), table
    assert asked(database, "SELECT count(*) FROM firmrating.contributions")[0][0] == 0
    # What departments sent stays in the files.
    named = asked(database, "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'firmrating' AND column_name = 'content'")
    assert named[0][0] == 0


def test_a_run_whose_night_could_not_load_it_is_loaded_later(night: Night, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as away:
        away.setenv(VARIABLE, "postgresql://postgres@127.0.0.1:1/none")
        with pytest.raises(UnwritableError):
            night.run("monday", as_of="2025-06-29", sink=SINK)
    (monday,) = (night.out / "runs").iterdir()
    assert not (night.out / "latest").exists()
    tuesday = night.run("tuesday", as_of="2025-06-30", sink=SINK)
    assert asked(database, "SELECT run FROM firmrating.runs") == [(tuesday.folder.name,)]
    call = ["load", str(monday), "--document", str(night.folder / "tuesday.toml")]
    for is_new in (True, False):
        found = CliRunner().invoke(app, call)
        assert (found.exit_code, json.loads(found.stdout)) == (0, {"run": monday.name, "loaded": is_new})
    assert asked(database, "SELECT run FROM firmrating.runs ORDER BY as_of") == [(monday.name,), (tuesday.folder.name,)]
    # A run of an earlier day does not become the latest.
    assert (night.out / "latest").resolve() == tuesday.folder.resolve()
    assert asked(database, "SELECT DISTINCT run FROM firmrating.latest_ratings") == [(tuesday.folder.name,)]
    refused = CliRunner().invoke(app, ["load", str(monday), "--document", str(night.document("files"))])
    assert refused.exit_code == 2
    assert "`sink`: the document names no database to load into" in refused.output


def test_another_document_leaves_the_extraction_of_a_killed_run_alone(night: Night, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = sources(night)
    document = night.document("killed", records=None, sources=wanted)
    with monkeypatch.context() as patched:
        patched.setattr(night_module, "make_plan", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run_night(document)
    (kept,) = (night.out / ".extracted").iterdir()
    night.run("other")
    assert kept.is_dir()
    # What the database says by now is not asked for: the run goes on with what it was told.
    told(database, "DELETE FROM delivered.patents")
    patents = pl.read_parquet(night.records / "patents.parquet").height
    counts = {one["table"]: one["rows_in"] for one in run_night(document).manifest["counts"]}
    assert counts["patents"] == patents
    assert not (night.out / ".extracted").exists()


def test_a_loader_needs_no_right_to_create_what_is_there(night: Night, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    night.run(as_of="2024-12-31", sink=SINK)
    loader = f"loader_{time.monotonic_ns()}"
    told(database, f"CREATE ROLE {loader} LOGIN")
    told(database, f"GRANT USAGE ON SCHEMA firmrating TO {loader}")
    told(database, f"GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA firmrating TO {loader}")
    monkeypatch.setenv(VARIABLE, database.replace("postgres@", f"{loader}@"))
    run = night.run(sink=SINK)
    assert asked(database, "SELECT run FROM firmrating.runs ORDER BY as_of DESC LIMIT 1") == [(run.folder.name,)]


def test_a_schema_may_be_named_by_a_word_of_sql(night: Night, database: str) -> None:
    run = night.run(sink={**SINK, "schema": "user"})
    assert asked(database, 'SELECT count(*) FROM "user".latest_ratings')[0][0] == run.manifest["firms"]["all"]


def test_a_dry_run_takes_queries_with_a_limit_and_tables_with_other_names(night: Night, database: str) -> None:
    told(database, "CREATE TABLE 欠税 AS SELECT * FROM delivered.tax_arrears")
    told(database, 'CREATE SCHEMA "交 付"')
    told(database, 'CREATE TABLE "交 付"."Penalties" AS SELECT * FROM delivered.tax_penalties')
    given = {
        "invoices": "SELECT * FROM delivered.invoices ORDER BY firm_id, number LIMIT 10; ",
        "patents": "SELECT * FROM delivered.patents LIMIT 3 -- the first",
        "tax_arrears": "欠税",
        "tax_penalties": '"交 付"."Penalties"',
    }
    wanted = {table: {"postgres": {"uri_env": VARIABLE, "query": query}} for table, query in given.items()}
    plan = plan_of(night.document(records=None, sources=wanted))
    assert set(plan.tables) == set(given)
    counts = {one["table"]: one["rows_in"] for one in night.run(records=None, sources=wanted).manifest["counts"]}
    assert (counts["invoices"], counts["patents"]) == (10, 3)
    for table in ("tax_arrears", "tax_penalties"):
        assert counts[table] == pl.read_parquet(night.records / f"{table}.parquet").height


@pytest.mark.parametrize("after", [0, 1, 4, 8])
def test_a_connection_that_breaks_midway_leaves_nothing_to_be_seen(
    night: Night, database: str, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    night.run(as_of="2024-12-31", sink=SINK)
    before = asked(database, "SELECT run FROM firmrating.runs")
    with monkeypatch.context() as patched:
        rows_of = postgres._rows_of
        calls = 0

        def cutting(*given: Any) -> pl.DataFrame:
            nonlocal calls
            calls += 1
            if calls == after + 1:
                assert asked(database, END_OTHERS)[0][0] >= 1
            return rows_of(*given)

        patched.setattr(postgres, "_rows_of", cutting)
        with pytest.raises(UnwritableError, match="PostgreSQL"):
            night.run(sink=SINK)
    assert asked(database, "SELECT run FROM firmrating.runs") == before
    for table in ("ratings", "rules"):
        assert asked(database, f"SELECT count(DISTINCT run) FROM firmrating.{table}")[0][0] == 1
    assert (night.out / "latest").resolve().name == before[0][0]
    # The files were published; the next start loads them.
    run = night.run(sink=SINK)
    assert asked(database, "SELECT count(*) FROM firmrating.runs")[0][0] == 2
    assert (night.out / "latest").resolve() == run.folder.resolve()


def test_a_source_that_breaks_off_publishes_nothing(night: Night, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = postgres._copy
    calls = 0

    def cutting(cursor: Any, query: str, folder: Path) -> None:
        nonlocal calls
        calls += 1
        if calls == 5:
            asked(database, END_OTHERS)
        copy(cursor, query, folder)

    with monkeypatch.context() as patched:
        patched.setattr(postgres, "_copy", cutting)
        with pytest.raises(SourceError, match="PostgreSQL"):
            night.run(records=None, sources=sources(night))
    assert night.published() == []
    assert not (night.out / ".extracted").exists()
    files = night.run(out="files")
    run = night.run(records=None, sources=sources(night))
    assert bytes_of(run)["ratings/part-00000.parquet"] == bytes_of(files)["ratings/part-00000.parquet"]


@pytest.mark.parametrize(
    ("query", "said"),
    [("delivered.nothing", "does not exist"), ("SELECT 1 AS one", "lacks the required columns"), ("SELEC 1", "syntax error")],
)
def test_a_query_that_fails_is_told(night: Night, database: str, query: str, said: str) -> None:
    given = {"invoices": {"postgres": {"uri_env": VARIABLE, "query": query}}}
    with pytest.raises(SourceError, match=said):
        night.run(records=None, sources=given)
    assert night.published() == []


def test_a_variable_that_is_not_set_and_a_server_that_is_not_there_are_told(
    night: Night, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"invoices": {"postgres": {"uri_env": "FIRMRATING_NO_SUCH", "query": "t"}}}
    with pytest.raises(DocumentError, match="`FIRMRATING_NO_SUCH` is not set"):
        night.run(records=None, sources=given)
    monkeypatch.setenv("FIRMRATING_NO_SUCH", "postgresql://someone:opensesame@127.0.0.1:1/none")
    with pytest.raises(RunError) as raised:
        night.run(records=None, sources=given)
    assert "opensesame" not in str(raised.value)
