"""Ratings on Spark: on two executors of their own, or where those cannot start in two threads."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import firmrating as fr
from firmrating.nightly import PublishedRun, rate_partition
from firmrating.nightly.errors import SourceError
from firmrating.nightly.night import run as run_night

pytest.importorskip("pyspark", reason="PySpark is not installed: `make test-spark` installs it")
pytest.importorskip("pyarrow", reason="pyarrow is not installed")
if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
    pytest.skip("no Java runtime was found: Spark needs version 17 or later", allow_module_level=True)

from pyspark.sql import SparkSession  # noqa: E402

from firmrating import spark as fs  # noqa: E402
from firmrating.spark import input_file, job, worker  # noqa: E402
from firmrating.spark.stretch import shared_out, stretches  # noqa: E402
from firmrating.spark.tables import Table  # noqa: E402

# PySpark's own: what it says of the versions of others, and sockets that it leaves to the collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

AS_OF = "2025-06-30"
PARTITIONS = 3
ORDER = ["table", "row", "field", "rule"]


# A few small jobs: quick to start counts, not quick in the long run.
JAVA = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"


def _session(master: str) -> SparkSession:
    path = os.pathsep.join([str(Path(fr.__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    builder = SparkSession.builder.master(master).appName("firmrating-tests")
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "512m",
        "spark.driver.extraJavaOptions": JAVA,
        "spark.executor.extraJavaOptions": JAVA,
        "spark.executorEnv.PYTHONPATH": path,
        "spark.sql.shuffle.partitions": "2",
    }.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session


CLUSTER, THREADS = "local-cluster[2,1,1024]", "local[2]"


def _started() -> tuple[SparkSession, str]:
    """A session whose executors are processes of their own, or two threads where they do not start; and which of them."""
    try:
        session = _session(CLUSTER)
    except Exception as error:  # Whatever keeps a cluster from starting, two threads will do; why is told.
        return _session(THREADS), f"{THREADS}, because {CLUSTER} did not start: {(str(error).splitlines() or [repr(error)])[0]}"
    last = time.monotonic() + 120
    while time.monotonic() < last:
        if session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() > 1:
            return session, CLUSTER
        time.sleep(0.2)
    session.stop()
    return _session(THREADS), f"{THREADS}, because no executor of {CLUSTER} came within two minutes"


@pytest.fixture(scope="module")
def spark(request: pytest.FixtureRequest) -> Iterator[SparkSession]:
    patch = pytest.MonkeyPatch()
    patch.setenv("PYSPARK_PYTHON", sys.executable)
    patch.setenv("PYSPARK_DRIVER_PYTHON", sys.executable)
    patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    # Workers of `local[2]` and of a cluster on this machine take the variable over.
    patch.setenv("PYTHONPATH", os.pathsep.join([str(Path(fr.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]))
    session, which = _started()
    # Whoever reads the figures of the tests should know what they ran on.
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\nSpark {session.version} on {which}")
    yield session
    session.stop()
    patch.undo()


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's 2,000 firms as Parquet, faulty rows included; one table in three files, the largest last."""
    folder = tmp_path_factory.mktemp("spark") / "records"
    folder.mkdir()
    for path in sorted(fr.datasets.write_sample(folder.parent / "sample").glob("*.csv.gz")):
        frame, table = pl.read_csv(path, infer_schema=False), path.name.removesuffix(".csv.gz")
        if table != "filings":
            frame.write_parquet(folder / f"{table}.parquet")
            continue
        (folder / table).mkdir()
        for at, (first, last) in enumerate([(0, 100), (100, 5_000), (5_000, frame.height)]):
            frame[first:last].write_parquet(folder / table / f"part-{at}.parquet")
    return folder


@pytest.fixture(scope="module")
def night(delivery: Path) -> PublishedRun:
    document = delivery.parent / "run.toml"
    lines = [f"as_of = {AS_OF}", 'out = "night"', 'records = "records"', f"partitions = {PARTITIONS}", 'rulebook = "china"']
    document.write_text("\n".join(lines), encoding="utf-8")
    return run_night(document)


@pytest.fixture(scope="module")
def found(spark: SparkSession, delivery: Path) -> fs.SparkRatings:
    tables = {path.name.removesuffix(".parquet"): str(path) for path in delivery.iterdir()}
    return fs.rate(spark, tables, fr.RatingModel.preset(), AS_OF, rulebook=fr.Rulebook.preset(), partitions=PARTITIONS)


def collected(found: fs.SparkRatings, name: str) -> pl.DataFrame:
    return pl.DataFrame(found.frame(name).toArrow())


def hashes_of(run: PublishedRun) -> dict[str, str]:
    return {one["file"]: one["sha256"] for one in run.manifest["outputs"]}


def test_a_cluster_writes_the_bytes_of_a_nightly_run(found: fs.SparkRatings, night: PublishedRun, tmp_path: Path) -> None:
    written = found.write(tmp_path / "out")
    assert written.names == night.names
    assert hashes_of(written) == hashes_of(night)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [".lock", "latest", "runs"]
    assert PublishedRun.find(tmp_path / "out").content_hash == written.content_hash
    assert found.write(tmp_path / "out").folder == written.folder


@pytest.mark.parametrize("name", ["ratings", "contributions", "rules", "rejects", "evaluations"])
def test_data_frames_hold_the_bits_of_a_nightly_run(found: fs.SparkRatings, night: PublishedRun, name: str) -> None:
    frame = collected(found, name)
    expected = night.scan(name).cast(frame.schema).collect()
    assert expected.height > 0
    by = ORDER if name == "rejects" else ["firm_id"]
    sort: dict[str, Any] = {"by": by, "maintain_order": True, "nulls_last": True}
    assert_frame_equal(frame.sort(**sort), expected.sort(**sort), check_exact=True)


def test_answers_that_spark_keeps_are_written_from_there(
    found: fs.SparkRatings, night: PublishedRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collected(found, "counts")
    monkeypatch.setattr(worker, "rate_and_write", lambda *_: pytest.fail("rated again"))
    written = found.write(tmp_path / "out")
    assert hashes_of(written) == hashes_of(night)


def test_files_that_spark_alone_can_read_give_the_same_bytes(
    spark: SparkSession, delivery: Path, night: PublishedRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of HDFS or an object store: their rows pass through Spark, and their places are counted by it."""
    monkeypatch.setattr(Table, "is_read_by_workers", False)
    tables = {path.name.removesuffix(".parquet"): str(path) for path in delivery.iterdir()}
    found = fs.rate(spark, tables, fr.RatingModel.preset(), AS_OF, rulebook=fr.Rulebook.preset(), partitions=PARTITIONS)
    assert hashes_of(found.write(tmp_path / "runs")) == hashes_of(night)


def test_the_manifest_counts_every_row(found: fs.SparkRatings, night: PublishedRun) -> None:
    told = found.manifest()
    for same in ("as_of", "versions", "documents", "options", "partitions", "counts", "firms", "answered"):
        assert told[same] == night.manifest[same], same
    assert all(one["rows_in"] == one["used"] + one["rejected"] for one in told["counts"])
    # Files come in the order of their names, each with the place of its first row.
    assert [one["rows"] for one in told["inputs"]] == [one["rows"] for one in night.manifest["inputs"]]
    assert [one["first_row"] for one in told["inputs"]] == [one["first_row"] for one in night.manifest["inputs"]]


    # Files weigh what they weigh on one machine.
    assert [one["sha256"] for one in told["inputs"]] == [one["sha256"] for one in night.manifest["inputs"]]
    assert [one["bytes"] for one in told["inputs"]] == [one["bytes"] for one in night.manifest["inputs"]]
    assert [one["file"] for one in told["inputs"]] == [one["file"].removeprefix("records/") for one in night.manifest["inputs"]]
    assert set(told["performance"]["seconds"]) >= {"weigh", "count"}


def delivered(folder: Path, arrears: pl.DataFrame) -> dict[str, str]:
    """Arrears in three files, one of them without rows, and a table without any."""
    table = folder / "tax_arrears"
    table.mkdir(parents=True)
    for at, rows in enumerate((arrears.head(1), arrears.clear(), arrears.tail(1))):
        rows.write_parquet(table / f"part-{at}.parquet")
    empty = pl.DataFrame(schema=dict.fromkeys(["firm_id", "level"], pl.String) | {"year": pl.Int64})
    empty.write_parquet(folder / "tax_credit_levels.parquet")
    return {"tax_arrears": str(table), "tax_credit_levels": str(folder / "tax_credit_levels.parquet")}


def test_files_are_told_whole_wherever_the_delivery_lies(spark: SparkSession, arrears: pl.DataFrame, tmp_path: Path) -> None:
    told = []
    for place in ("here", "another place/税务 100%"):
        tables = delivered(tmp_path / place, arrears)
        found = fs.rate(spark, tables, fr.RatingModel.preset(), AS_OF, partitions=1)
        told.append(found.manifest())
        assert [one["table"] for one in told[-1]["counts"]] == ["tax_credit_levels", "tax_arrears"]
        found.unpersist()
    one, other = told
    assert one["inputs"] == other["inputs"]
    assert one["content_hash"] == other["content_hash"]
    rows = [(file["file"], file["rows"], file["first_row"]) for file in one["inputs"]]
    assert rows == [
        ("tax_credit_levels.parquet", 0, 1),
        ("tax_arrears/part-0.parquet", 1, 1),
        ("tax_arrears/part-1.parquet", 0, 2),
        ("tax_arrears/part-2.parquet", 1, 2),
    ]
    for file in one["inputs"]:
        content = (tmp_path / "here" / file["file"]).read_bytes()
        assert (file["bytes"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())


def test_a_folder_that_is_a_column_is_read_by_spark(spark: SparkSession, arrears: pl.DataFrame, tmp_path: Path) -> None:
    for kind, rows in (("vat", arrears.head(1)), ("other", arrears.tail(1))):
        folder = tmp_path / "tax_arrears" / f"kind={kind}"
        folder.mkdir(parents=True)
        rows.drop("kind").write_parquet(folder / "part.parquet")
    found = fs.rate(spark, {"tax_arrears": str(tmp_path / "tax_arrears")}, fr.RatingModel.preset(), AS_OF, partitions=1)
    assert found.manifest()["counts"] == [{"table": "tax_arrears", "rows_in": 2, "used": 2, "rejected": 0}]


def test_a_damaged_file_is_named(spark: SparkSession, arrears: pl.DataFrame, tmp_path: Path) -> None:
    tables = delivered(tmp_path, arrears)
    path = tmp_path / "tax_arrears" / "part-2.parquet"
    content = bytearray(path.read_bytes())
    content[4:40] = bytes(36)
    path.write_bytes(content)
    found = fs.rate(spark, tables, fr.RatingModel.preset(), AS_OF, partitions=1)
    with pytest.raises(SourceError, match="table `tax_arrears`: file `tax_arrears/part-2.parquet`: "):
        found.manifest()


def test_files_are_shared_out_in_stretches_that_leave_no_row_out() -> None:
    lengths = [3, 0, 2**18, 2**18 + 1, 700_000, 1]
    files = [input_file.InputFile(f"file:///{at}", str(at), 0, "", (), 0, rows) for at, rows in enumerate(lengths)]
    every = list(stretches(Table("filings", None, from_files=True, files=files)))  # type: ignore[arg-type]
    assert [one.place for one in every] == [sum(one.rows for one in every[:at]) for at in range(len(every))]
    assert all(0 < one.rows <= 2**18 for one in every)
    for file in files:
        assert sum(one.rows for one in every if one.uri == file.uri) == file.rows
    for tasks in (1, 2, 5, 100):
        groups = shared_out(every, tasks)
        assert [one for group in groups for one in group] == every
        assert all(groups)
        assert len(groups) <= tasks + 1


def test_a_data_frame_has_no_files(spark: SparkSession, arrears: pl.DataFrame) -> None:
    found = fs.rate(spark, {"tax_arrears": spark.createDataFrame(arrears.to_arrow())}, fr.RatingModel.preset(), AS_OF, partitions=1)
    assert found.manifest()["inputs"] == [
        {"table": "tax_arrears", "file": None, "bytes": None, "sha256": None, "rows": 2, "first_row": 1}
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows.with_columns(note=pl.lit("x")), "it has `note` besides"),
        (lambda rows: rows.drop("amount"), "it lacks `amount`"),
        (lambda rows: rows.with_columns(pl.col("amount").cast(pl.Float32)), "`amount` is `FLOAT`, not `DOUBLE`"),
    ],
)
@pytest.mark.parametrize("extra_columns", ["refuse", "ignore"])
def test_every_file_is_looked_into(
    spark: SparkSession, arrears: pl.DataFrame, tmp_path: Path, change: Any, said: str, extra_columns: Any
) -> None:
    tables = delivered(tmp_path, arrears)
    change(arrears).write_parquet(tmp_path / "tax_arrears" / "part-2.parquet")
    with pytest.raises(SourceError) as raised:
        fs.rate(spark, tables, fr.RatingModel.preset(), AS_OF, extra_columns=extra_columns)
    expected = f"table `tax_arrears`: file `tax_arrears/part-2.parquet` has other columns or types than `tax_arrears/part-0.parquet`: {said}"
    assert raised.value.faults == (expected,)


def test_files_that_are_no_files_of_the_machines_are_looked_into_by_spark(spark: SparkSession, arrears: pl.DataFrame, tmp_path: Path) -> None:
    columns = []
    for name, rows in (("one", arrears), ("two", arrears.drop("amount"))):
        path = tmp_path / f"{name}.parquet"
        rows.write_parquet(path)
        columns.append(input_file.columns_by_spark(spark, path.as_uri()))
    assert columns == [
        (("amount", "double"), ("firm_id", "string"), ("kind", "string"), ("since", "date")),
        (("firm_id", "string"), ("kind", "string"), ("since", "date")),
    ]


def test_a_file_that_changes_while_it_is_read_is_refused(spark: SparkSession, arrears: pl.DataFrame, tmp_path: Path) -> None:
    found = fs.rate(spark, delivered(tmp_path, arrears), fr.RatingModel.preset(), AS_OF, partitions=1)
    os.utime(tmp_path / "tax_arrears" / "part-0.parquet", (1, 1))
    with pytest.raises(SourceError, match="table `tax_arrears`: file `tax_arrears/part-0.parquet` changed while it was read"):
        found.manifest()


def test_a_delta_run_over_a_run_of_a_cluster_is_a_full_run(spark: SparkSession, arrears: pl.DataFrame, tmp_path: Path) -> None:
    tables = delivered(tmp_path / "records", arrears)
    fs.rate(spark, tables, fr.RatingModel.preset(), AS_OF, partitions=1).write(tmp_path / "before")
    levels = pl.DataFrame({"firm_id": ["F-2", "F-3"], "level": ["A", "B"], "year": [2024, 2024]})
    levels.write_parquet(tmp_path / "records" / "tax_credit_levels.parquet")
    runs = []
    for mode in ("full", "delta"):
        lines = [f"as_of = {AS_OF}", f'out = "{mode}"', 'records = "records"', "partitions = 1", f'mode = "{mode}"', 'compare_with = "before"']
        (tmp_path / f"{mode}.toml").write_text("\n".join(lines), encoding="utf-8")
        runs.append(run_night(tmp_path / f"{mode}.toml"))
    assert runs[0].content_hash == runs[1].content_hash
    assert runs[0].manifest["outputs"] == runs[1].manifest["outputs"]


GIANT, ABSENT = "91149900001049674L", "F-silent"
"""A firm with most of all rows, and one that only the register knows."""
INVOICES = 150_000


@pytest.fixture(scope="module")
def lopsided() -> dict[str, pl.DataFrame]:
    """A giant firm, written in two ways, beside firms without rows in most tables; one row cannot be read."""
    firms = [GIANT, ABSENT, *(f"F-{at}" for at in range(50))]
    registrations = pl.DataFrame({"firm_id": firms, "name": firms, "established_on": "2015-03-02", "status": "active"})
    at = pl.int_range(INVOICES, eager=True)
    spelling = pl.when(at % 2 == 0).then(pl.lit(GIANT)).otherwise(pl.lit(f" {GIANT.lower()}"))
    invoices = pl.select(
        firm_id=spelling,
        number=pl.format("N{}", at),
        issued_on=pl.lit(dt.date(2024, 7, 1)) + pl.duration(days=at % 360),
        direction=pl.when(at % 3 == 0).then(pl.lit("purchase")).otherwise(pl.lit("sale")),
        counterparty=pl.format("C-{}", at % 97),
        amount=pl.when(at == 77_777).then(pl.lit("much")).otherwise((at % 1000 + 1).cast(pl.String)),
        tax=pl.lit("0"),
        status=pl.lit("valid"),
    )
    return {"registrations": registrations, "invoices": invoices}


def test_a_giant_firm_and_silent_ones_are_rated_as_on_one_machine(spark: SparkSession, lopsided: dict[str, pl.DataFrame]) -> None:
    model = fr.RatingModel.preset()
    # From data frames: rows are numbered by the order that those have, over all their Spark partitions.
    tables = {name: spark.createDataFrame(frame.to_arrow(compat_level=pl.CompatLevel.oldest())) for name, frame in lopsided.items()}
    assert tables["invoices"].rdd.getNumPartitions() > 1
    found = fs.rate(spark, tables, model, AS_OF, partitions=4)
    expected = rate_partition(lopsided, model, None, AS_OF)
    for name in ("ratings", "contributions", "rejects"):
        frame = collected(found, name)
        by = ORDER if name == "rejects" else ["firm_id"]
        assert_frame_equal(
            frame.sort(by, maintain_order=True), expected[name].cast(frame.schema).sort(by, maintain_order=True), check_exact=True
        )
    assert collected(found, "rejects").select("table", "row", "field").rows() == [("invoices", 77_778, "amount")]
    assert found.manifest()["counts"][1] == {"table": "invoices", "rows_in": INVOICES, "used": INVOICES - 1, "rejected": 1}
    found.unpersist()


def test_a_wrong_column_is_told_as_on_one_machine(spark: SparkSession) -> None:
    frame = pl.DataFrame({"firm_id": ["F-1"], "kinds": ["vat"], "since": ["2025-01-15"], "amount": ["1"]})
    with pytest.raises(fr.RecordError) as here:
        fr.Records(tax_arrears=frame)
    with pytest.raises(fr.RecordError) as there:
        fs.rate(spark, {"tax_arrears": spark.createDataFrame(frame.to_arrow())}, fr.RatingModel.preset(), AS_OF)
    assert str(there.value) == str(here.value)
    assert "kinds" in str(there.value)


def test_what_is_no_table_is_refused(spark: SparkSession) -> None:
    model = fr.RatingModel.preset()
    with pytest.raises(fr.InputError, match="expected a Spark data frame or paths of Parquet, got `int`"):
        fs.rate(spark, {"tax_arrears": 7}, model, AS_OF)
    with pytest.raises(fr.InputError, match="expected at least one table, got none"):
        fs.rate(spark, {}, model, AS_OF)
    with pytest.raises(fr.InputError, match="`partitions`: expected 1 to 4096, got `0`"):
        fs.rate(spark, {}, model, AS_OF, partitions=0)


def test_a_worker_of_another_version_is_refused(spark: SparkSession, arrears: pl.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "versions", lambda: {"firmrating": "0.0.0"})
    found = fs.rate(spark, {"tax_arrears": spark.createDataFrame(arrears.to_arrow())}, fr.RatingModel.preset(), AS_OF, partitions=1)
    with pytest.raises(fr.InputError, match="the versions of a worker are .*, expected those of the driver, `{'firmrating': '0.0.0'}`"):
        found.manifest()


def test_other_content_under_the_same_names_is_another_run(spark: SparkSession, arrears: pl.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "tax_arrears.parquet"
    written = []
    for amount in ("1", "1", "2"):
        arrears.with_columns(amount=pl.lit(amount)).write_parquet(path)
        spark.catalog.clearCache()
        found = fs.rate(spark, {"tax_arrears": str(path)}, fr.RatingModel.preset(), AS_OF, partitions=1)
        written.append(found.write(tmp_path / "out"))
        found.unpersist()
    first, same, other = written
    assert first.folder == same.folder != other.folder
    assert first.content_hash != other.content_hash
    assert PublishedRun.find(tmp_path / "out").folder == other.folder
    fingerprints = [run.scan("fingerprints").collect()["tax_arrears"].to_list() for run in (first, other)]
    assert fingerprints[0] != fingerprints[1]


def test_a_table_that_changes_after_it_was_counted_is_refused(arrears: pl.DataFrame) -> None:
    numbered = arrears.with_columns(pl.Series("__row__", [0, 1])).to_arrow(compat_level=pl.CompatLevel.oldest())
    packing = worker.Packing("tax_arrears", "firm_id", 2, rows=(1,), versions=job.versions())
    with pytest.raises(SourceError, match="table `tax_arrears`: it had other rows when they were counted"):
        list(worker.pack(packing)(numbered.to_batches()))


def test_the_package_does_not_take_in_spark() -> None:
    code = "import sys, firmrating, firmrating.nightly; sys.exit('pyspark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
