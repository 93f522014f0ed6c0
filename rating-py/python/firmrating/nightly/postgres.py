"""PostgreSQL as source and as sink, over ADBC: Arrow and COPY, no Python object a row."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from firmrating.nightly.errors import DocumentError, RunError, SourceError, UnwritableError
from firmrating.nightly.lock import locked
from firmrating.nightly.plan import canonical_json
from firmrating.nightly.publish import point_at
from firmrating.nightly.published import FORMAT, RUNS, PublishedRun

if TYPE_CHECKING:
    import polars as pl

    from firmrating.nightly.document import PostgresSink, RunDocument

__all__ = ["COLUMNS", "extract", "extraction_key", "load", "load_published"]

# A name of a table, with a schema or not, in any script or in double quotes.
_PART = r'(?:[^\W\d][\w$]*|"(?:[^"]|"")+")'
_NAME = re.compile(rf"{_PART}(\.{_PART})?")
# Rows of a file of an extraction: bounds the memory.
_ROWS = 250_000
# What a connection string may hold that nobody should read in a log.
_SECRET = re.compile(r"(password=|//[^/@\s:]*:)\S+", re.IGNORECASE)

COLUMNS: dict[str, list[str]] = {
    "ratings": (
        "firm_id as_of standing grade score pd credit_grade technology_score technology_grade stage matrix_grade outcome "
        "cap measured model model_version model_hash rules_no_data "
        "answered_registry answered_listing answered_tax answered_patent answered_research answered_credit answered_finance"
    ).split(),
    "contributions": "firm_id pillar measure value missing attribute points best_points lost lost_to_reference weight".split(),
    "rejects": "firm_id table row field rule value message".split(),
    "evaluations": (
        "firm_id evaluation verdict by_policy admitted class class_value possible_classes points_low points_high points missing "
        "document rulebook rulebook_version rulebook_hash"
    ).split(),
    "rule_applications": (
        "firm_id application kind decided state refused because start end earliest_end objection_on answer_due missing list item "
        "list_owner_en list_owner_zh owner_en owner_zh ends_en ends_zh document rulebook rulebook_version rulebook_hash"
    ).split(),
    "rules": "firm_id rule finding since until objection_on document".split(),
    "changes": "firm_id change was_grade grade notches reason_kind reason points".split(),
    "watch": "firm_id trigger was is".split(),
    "applications": (
        "application_id firm_id on decision route asked amount months rate net_rate limit rate_bound funding expected_loss "
        "capital_charge cost tilt capital raroc pd lgd collateral lendable subsidy own_share guarantor guaranteed "
        "guarantee_bound guarantee_fee insured premium shared fees documents reasons policy policy_version policy_hash fee_charge"
    ).split(),
}
"""The columns that are loaded, by table: those that do not depend on the model, and of rejects not the row itself."""


def extraction_key(document: RunDocument) -> str | None:
    """What decides an extraction; none if no source is a database."""
    sources = {table: source.postgres for table, source in document.named_sources.items() if source.postgres}
    # The variable may lead to another database tomorrow; only a hash of where it leads is kept.
    asked = {
        "as_of": str(document.as_of),
        "sources": {table: source.model_dump() for table, source in sources.items()},
        "databases": {source.uri_env: os.environ.get(source.uri_env) for source in sources.values()},
    }
    return hashlib.sha256(canonical_json(asked).encode()).hexdigest()[:32] if sources else None


def extract(document: RunDocument, folder: Path, *, rows: bool = True) -> None:
    """Copies the rows of all sources of one database as of one moment into Parquet files; whole or not there.

    One transaction a database that sees one state of it, whatever is written meanwhile. Without ``rows``, the columns
    alone.
    """
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    by_database: dict[str, list[tuple[str, str]]] = {}
    for table, source in document.named_sources.items():
        if source.postgres is not None:
            by_database.setdefault(source.postgres.uri_env, []).append((table, source.postgres.query))
    for variable, wanted in by_database.items():
        with _connected(variable, "sources", SourceError) as connection, connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            for table, query in wanted:
                _copy(cursor, query if rows else f"SELECT * FROM (\n{_select(query)}\n) AS asked LIMIT 0", part / table)
    part.rename(folder)


_LOADED = (
    "ratings", "contributions", "rules", "rejects", "changes", "watch", "evaluations", "rule_applications", "applications",
)  # fmt: skip


def load(run: PublishedRun, sink: PostgresSink, tables: tuple[str, ...] = _LOADED) -> bool:
    """Loads a published run in one transaction; nothing of it can be seen before all of it can. Says whether it was new.

    :class:`DocumentError` for a run of another format, whose tables have other columns.
    """
    if run.manifest["format"] != FORMAT:
        raise DocumentError(f"run `{run.folder.name}` is of format {run.manifest['format']}, and only runs of format {FORMAT} are loaded")
    schema = _quoted(sink.schema_name)
    with _connected(sink.uri_env, "sink", UnwritableError) as connection, connection.cursor() as cursor:
        # One loader at a time; the lock goes with the transaction.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('firmrating.nightly'))")
        cursor.fetchall()
        _migrate(cursor, sink.schema_name)
        cursor.execute(f"SELECT count(*) FROM {schema}.runs WHERE run = $1", (run.folder.name,))
        if cursor.fetchall()[0][0]:
            return False
        manifest = run.manifest
        cursor.execute(
            f"INSERT INTO {schema}.runs (run, as_of, content_hash, firms, manifest) "
            "VALUES ($1, CAST(CAST($2 AS text) AS date), $3, $4, CAST(CAST($5 AS text) AS jsonb))",
            (run.folder.name, manifest["as_of"], run.content_hash, manifest["firms"]["all"], json.dumps(manifest)),
        )
        for table in tables:
            for at in range(run.partitions if table in run.names else 0):
                frame = _rows_of(run, table, at)
                if frame.height:
                    cursor.adbc_ingest(table, _arrow(frame), mode="append", db_schema_name=sink.schema_name)
        connection.commit()
    return True


def load_published(folder: Path, document: RunDocument) -> bool:
    """Loads the run of a folder into the sink of a document, then lets ``latest`` lead to it if it is of the latest day.

    For a run that was published when its database could not be loaded, or was published without a sink, such as one of a
    cluster. Says whether it was new to the database.
    """
    if document.sink is None:
        raise DocumentError("`sink`: the document names no database to load into")
    run = PublishedRun.find(folder)
    out = run.folder.parents[1]
    if run.folder.parent.name != RUNS:
        # A copy beside all folders of runs.
        return load(run, document.sink)
    with locked(out):
        is_new = load(run, document.sink)
        point_at(out, run.folder, again=not is_new)
    return is_new


def _rows_of(run: PublishedRun, table: str, partition: int) -> pl.DataFrame:
    import polars as pl

    rows = run.partition(table, partition).select(pl.lit(run.folder.name).alias("run"), *COLUMNS[table])
    # The database has no whole numbers without a sign.
    return rows.with_columns(pl.col(pl.List(pl.String)).list.join(" "), pl.col(pl.UInt64, pl.UInt32).cast(pl.Int64))


def _arrow(frame: pl.DataFrame) -> Any:
    """The frame with the text type that the driver knows."""
    import polars as pl

    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())


def _quoted(name: str) -> str:
    """A name as SQL takes it, also one that is a word of SQL, such as `user`."""
    return f'"{name}"'


def _migrate(cursor: Any, name: str) -> None:
    """Brings the schema to the present: each file of ``migrations`` once, in order of their names.

    Asks before it makes anything: a loader of a schema that is up to date needs no right to create.
    """
    schema = _quoted(name)
    cursor.execute("SELECT count(*) FROM pg_catalog.pg_namespace WHERE nspname = $1", (name,))
    if not cursor.fetchall()[0][0]:
        cursor.execute(f"CREATE SCHEMA {schema}")
    cursor.execute("SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = $1 AND tablename = 'migrations'", (name,))
    if not cursor.fetchall()[0][0]:
        cursor.execute(f"CREATE TABLE {schema}.migrations (name text PRIMARY KEY, applied_at timestamptz DEFAULT now())")
    cursor.execute(f"SELECT name FROM {schema}.migrations")
    done = {name for (name,) in cursor.fetchall()}
    folder = resources.files("firmrating.nightly") / "migrations"
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".sql") and file.name not in done:
            text = re.sub(r"--[^\n]*", "", file.read_text(encoding="utf-8")).replace("{schema}", schema)
            for statement in filter(str.strip, text.split(";")):
                cursor.execute(statement)
            cursor.execute(f"INSERT INTO {schema}.migrations (name) VALUES ($1)", (file.name,))


def _copy(cursor: Any, query: str, folder: Path) -> None:
    import polars as pl

    folder.mkdir()
    # The driver puts what stands here between brackets: a comment at the end must not swallow the closing one.
    cursor.execute(f"{_select(query)}\n")
    held: list[pl.DataFrame] = []
    number = 0
    batches = cursor.fetch_record_batch()
    for batch in batches:
        held.append(pl.DataFrame(batch))
        if sum(frame.height for frame in held) >= _ROWS:
            pl.concat(held).write_parquet(folder / f"{number:05d}.parquet")
            held, number = [], number + 1
    if held or number == 0:
        frame = pl.concat(held) if held else pl.DataFrame(batches.schema.empty_table())
        frame.write_parquet(folder / f"{number:05d}.parquet")


def _select(query: str) -> str:
    """A table name as a query; a query as it is."""
    return f"SELECT * FROM {query}" if _NAME.fullmatch(query.strip()) else query.strip().rstrip(";")


@contextmanager
def _connected(variable: str, place: str, kind: type[RunError]) -> Iterator[Any]:
    try:
        # An extra without types: named at run time, so that nobody needs it to check the rest.
        dbapi: Any = import_module("adbc_driver_postgresql.dbapi")
    except ModuleNotFoundError:
        raise DocumentError(f"`{place}`: PostgreSQL needs its driver: install `firmrating[postgres]`") from None
    uri = os.environ.get(variable)
    if uri is None:
        raise DocumentError(f"`{place}`: the environment variable `{variable}` is not set")
    try:
        with dbapi.connect(uri) as connection:
            yield connection
    except dbapi.Error as error:
        reason = _SECRET.sub(r"\1…", (str(error).splitlines() or [""])[0])
        raise kind(f"PostgreSQL: {reason}") from None
