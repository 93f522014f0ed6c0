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
from firmrating.nightly.plan import canonical_json

if TYPE_CHECKING:
    import polars as pl

    from firmrating.nightly.document import PostgresSink, RunDocument
    from firmrating.nightly.published import PublishedRun

__all__ = ["COLUMNS", "extract", "extraction_key", "load"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?")
# Rows of a file of an extraction: bounds the memory.
_ROWS = 250_000
# What a connection string may hold that nobody should read in a log.
_SECRET = re.compile(r"(password=|//[^/@\s:]*:)\S+", re.IGNORECASE)

COLUMNS: dict[str, list[str]] = {
    "ratings": (
        "firm_id as_of standing grade score pd credit_grade technology_score technology_grade stage matrix_grade outcome "
        "cap measured model model_version model_hash"
    ).split(),
    "contributions": "firm_id pillar measure value missing attribute points best_points lost lost_to_reference weight".split(),
    "rules": "firm_id rule finding since until objection_on document".split(),
    "coverage": "firm_id department answered_on age_days".split(),
    "changes": "firm_id change was_grade grade notches reason_kind reason points".split(),
    "watch": "firm_id trigger was is".split(),
    "applications": (
        "application_id firm_id on decision route asked amount months rate net_rate limit rate_bound funding expected_loss "
        "capital_charge cost tilt capital raroc pd lgd collateral lendable subsidy own_share guarantor guaranteed "
        "guarantee_bound guarantee_fee insured premium shared fees documents reasons policy policy_version policy_hash fee_charge"
    ).split(),
}
"""The columns that are loaded, by table: those that do not depend on the model."""


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
                _copy(cursor, query if rows else f"{_select(query)} LIMIT 0", part / table)
    part.rename(folder)


_LOADED = ("ratings", "rules", "coverage", "changes", "watch", "applications")


def load(run: PublishedRun, sink: PostgresSink, tables: tuple[str, ...] = _LOADED) -> bool:
    """Loads a published run in one transaction; nothing of it can be seen before all of it can. Says whether it was new."""
    schema = sink.schema_name
    with _connected(sink.uri_env, "sink", UnwritableError) as connection, connection.cursor() as cursor:
        # One loader at a time; the lock goes with the transaction.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('firmrating.nightly'))")
        cursor.fetchall()
        _migrate(cursor, schema)
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
                    cursor.adbc_ingest(table, _arrow(frame), mode="append", db_schema_name=schema)
        connection.commit()
    return True


def _rows_of(run: PublishedRun, table: str, partition: int) -> pl.DataFrame:
    import polars as pl

    rows = run.partition(table, partition).select(pl.lit(run.folder.name).alias("run"), *COLUMNS[table])
    return rows.with_columns(pl.col(pl.List(pl.String)).list.join(" "))


def _arrow(frame: pl.DataFrame) -> Any:
    """The frame with the text type that the driver knows."""
    import polars as pl

    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())


def _migrate(cursor: Any, schema: str) -> None:
    """Brings the schema to the present: each file of ``migrations`` once, in order of their names."""
    cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    cursor.execute(f"CREATE TABLE IF NOT EXISTS {schema}.migrations (name text PRIMARY KEY, applied_at timestamptz DEFAULT now())")
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
    cursor.execute(_select(query))
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
