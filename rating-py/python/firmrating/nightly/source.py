"""Source files: which there are, what they weigh, and their rows as a query that has not run yet."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from firmrating._firmrating import InputError, RecordError, table_name, table_names, tables
from firmrating.nightly.errors import DocumentError, SourceError, first_line
from firmrating.nightly.firm_key import firm_hash
from firmrating.nightly.place import files_at, is_hidden, name_of
from firmrating.nightly.text import header_of, is_foreign

if TYPE_CHECKING:
    import polars as pl

    from firmrating.nightly.document import RunDocument, Source

__all__ = ["ROW", "SourceFile", "check_columns", "counted", "delivered", "firm_column", "firms_about", "rows_about", "scan", "scan_one", "unchanged", "weighed"]

ROW = "__row__"
"""Column with the place of a row in the delivery of its table, from 0."""
_SUFFIXES = (".parquet", ".csv", ".csv.gz")
# Bytes of a row of CSV, and how much smaller gzip makes it: low and high, so that rows are rather over-estimated.
_CSV_ROW, _GZIP = 48, 8
# Rows from which on firms are counted by a sample of their hashes: a million of them are few.
_COUNTED = 2**20
# Characters of a header at most.
_LONGEST = 200


@dataclass(frozen=True)
class SourceFile:
    """A file of a table."""

    table: str
    """Canonical name of the table."""
    path: Path
    """Where it is."""
    name: str
    """How the run document leads to it; the same wherever the document lies."""
    encoding: str = "utf-8"
    """Encoding of a CSV file."""
    size: int = 0
    """Bytes."""
    modified_ns: int = 0
    """Time of its last change."""
    sha256: str = ""
    """Hash of its content."""
    rows: int | None = field(default=None, compare=False)
    """Rows of a Parquet file, once they are :func:`counted`; of CSV only reading tells them."""


def delivered(document: RunDocument, base: Path, extracted: Path | None = None) -> list[SourceFile]:
    """The files that a run document names, by table and name, and those ``extracted`` from a database.

    What is missing or no table is told, all at once.
    """
    faults: list[str] = []
    found: list[SourceFile] = []
    for table, source, place in _sources(document, base, faults):
        for pattern in source.files:
            try:
                paths = files_at(base, pattern)
                if not paths:
                    faults.append(f"`{place}`: no file `{pattern}`")
            except ValueError as error:
                paths = []
                faults.append(f"`{place}`: cannot read `{pattern}`: {error}")
            except OSError as error:
                raise SourceError(f"`{place}`: cannot read `{pattern}`: {first_line(error)}") from error
            found += [SourceFile(table, path, name_of(path, base), source.encoding) for path in paths]
    if extracted is not None:
        paths = sorted(extracted.glob("*/*.parquet"))
        found += [SourceFile(path.parent.name, path, f"postgres:{path.parent.name}/{path.name}") for path in paths]
    for file in found:
        if not file.name.lower().endswith(_SUFFIXES):
            faults.append(f"`{_place(file.table)}`: cannot read `{file.name}`; expected one of {', '.join(_SUFFIXES)}")
    for table in dict.fromkeys(file.table for file in found):
        files = [file for file in found if file.table == table]
        if len({file.name.lower().endswith(".parquet") for file in files}) > 1:
            faults.append(f"`{_place(table)}`: expected files of one kind, got Parquet and CSV")
        faults += [f"`{_place(table)}`: {fault}" for fault in _read_twice(files)]
    if faults:
        raise DocumentError(faults)
    order = {name: at for at, name in enumerate([*_table_order(), *(document.loans.sources if document.loans else ())])}
    return sorted(found, key=lambda file: (order[file.table], file.name))


def _read_twice(files: Iterable[SourceFile]) -> Iterator[str]:
    """Files that two paths lead to, links followed: each row of them would count twice."""
    named: dict[str, list[str]] = {}
    for file in files:
        named.setdefault(os.path.realpath(file.path), []).append(file.name)
    for names in named.values():
        different = sorted(set(names))
        if len(different) > 1:
            yield f"{' and '.join(f'`{name}`' for name in different)} are one file"
        elif len(names) > 1:
            yield f"file `{names[0]}` is named twice"


def weighed(files: Iterable[SourceFile]) -> list[SourceFile]:
    """The files with size, time and hash."""
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        return list(pool.map(_weigh, files))


def counted(files: Iterable[SourceFile]) -> list[SourceFile]:
    """The files, those of Parquet with their rows."""
    import polars as pl

    def rows(file: SourceFile) -> int:
        return int(scan_one(file).select(pl.len()).collect().item())

    return [replace(file, rows=rows(file)) if file.name.lower().endswith(".parquet") else file for file in files]


def unchanged(files: Iterable[SourceFile]) -> None:
    """Raises :class:`SourceError` if a file is not any more what it was when it was weighed."""
    files = list(files)
    changed = [was for was, now in zip(files, weighed(files), strict=True) if was != now]
    if changed:
        raise SourceError([f"table `{file.table}`: file `{file.name}` changed while it was read" for file in changed])


def scan(files: Sequence[SourceFile]) -> pl.LazyFrame:
    """The rows of the files of one table, in order, with their places in :data:`ROW`. CSV comes as text."""
    import polars as pl

    paths = [file.path for file in files]
    if files[0].name.lower().endswith(".parquet"):
        return pl.scan_parquet(paths, row_index_name=ROW, glob=False)
    return pl.scan_csv(paths, row_index_name=ROW, infer_schema=False, glob=False, encoding="utf8")


def scan_one(file: SourceFile) -> pl.LazyFrame:
    """The rows of one file."""
    return scan([file])


def rows_about(file: SourceFile) -> int:
    """How many rows a file has: as they were counted; of CSV it is guessed from the size."""
    if file.rows is not None:
        return file.rows
    return file.size // (_CSV_ROW // _GZIP if file.name.lower().endswith(".gz") else _CSV_ROW)


def firms_about(files: Sequence[SourceFile]) -> int:
    """About how many firms files speak of: those of one hash among many are counted.

    Reads the identifiers of all rows. Files that cannot be read so are told of when they are split; here they count as
    many firms as rows.
    """
    import polars as pl

    rows = sum(rows_about(file) for file in files)
    if any(is_foreign(file) for file in files):
        return rows
    one_in = max(1, rows // _COUNTED)

    def seen(table: str) -> pl.LazyFrame:
        query = scan([file for file in files if file.table == table])
        hashed = firm_hash(pl.col(firm_column(table, query.collect_schema().names()))).alias("firm")
        return query.select(hashed).filter(pl.col("firm") % one_in == 0).unique()

    try:
        every = pl.concat(seen(table) for table in dict.fromkeys(file.table for file in files))
        found = every.unique().select(pl.len()).collect(engine="streaming").item()
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return rows
    return int(found) * one_in


def check_columns(files: Sequence[SourceFile], judge: Callable[[str, pl.DataFrame], object]) -> list[str]:
    """What is wrong with the files of one table before any row is read: each must open and have the right columns.

    ``judge`` is the door for the table: it is shown the columns without rows, and raises what is wrong with them.
    """
    import polars as pl

    faults: list[str] = []
    first: tuple[str, pl.Schema] | None = None
    for file in files:
        try:
            schema = _schema_of(file)
            if headers := _not_headers(file, schema.names()):
                # What stands in their place is data, which no log shows.
                faults.append(f"table `{file.table}`: file `{file.name}`: {headers}; has it a row of headers?")
                continue
            judge(file.table, schema.to_frame().cast({pl.Null: pl.String}))
        except (RecordError, InputError) as error:
            faults += [f"file `{file.name}`: {one}" for one in error.errors or [error]]
            continue
        except SourceError as error:
            faults += error.faults
            continue
        except (OSError, EOFError, zlib.error, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
            faults.append(f"table `{file.table}`: cannot read file `{file.name}`: {first_line(error)}")
            continue
        if first is None:
            first = (file.name, schema)
        elif schema != first[1]:
            faults.append(f"table `{file.table}`: file `{file.name}` has other columns or types than `{first[0]}`")
    return faults


def firm_column(table: str, headers: Iterable[str]) -> str:
    """The header of the column that names the firm."""
    return next(header for header, column in canonical(table, headers).items() if column == "firm_id")


def canonical(table: str, headers: Iterable[str]) -> dict[str, str]:
    """Header to canonical column, for the headers that the schema has."""
    names = _names(table)
    spelled = ((header, header.strip()) for header in headers)
    known = ((header, names.get(text) or names.get(text.lower())) for header, text in spelled)
    return {header: column for header, column in known if column is not None}


@cache
def _names(table: str) -> dict[str, str]:
    """Every name of a column of a table, canonical and other, with the canonical one."""
    import polars as pl

    names = {}
    for column, aliases in pl.DataFrame(tables()).filter(table=table).select("column", "aliases").iter_rows():
        names[column] = column
        names.update(dict.fromkeys(aliases, column))
    return names


def _not_headers(file: SourceFile, headers: Sequence[str]) -> str | None:
    """Why the first row of a CSV file seems to be data, if it does."""
    if file.name.lower().endswith(".parquet"):
        return None
    known = "application_id" in headers if file.table.startswith("loans.") else bool(canonical(file.table, headers))
    if not known:
        return f"none of its {len(headers)} columns is known"
    # A quote mark that does not close, or line ends of another system, make headers of rows. A line may break in a header.
    odd = [at for at, header in enumerate(headers, 1) if "\r" in header or "\0" in header or len(header) > _LONGEST]
    return f"column {odd[0]} is no header: it is long, or holds an end of a line" if odd else None


def _schema_of(file: SourceFile) -> pl.Schema:
    import polars as pl

    if is_foreign(file):
        return pl.Schema(dict.fromkeys(header_of(file), pl.String()))
    return scan_one(file).drop(ROW).collect_schema()


def _table_order() -> list[str]:
    import polars as pl

    return pl.DataFrame(tables())["table"].unique(maintain_order=True).to_list()


def _sources(document: RunDocument, base: Path, faults: list[str]) -> Iterable[tuple[str, Source, str]]:
    named = [(table, source, _place(table)) for table, source in document.named_sources.items() if source.files]
    return named if document.records is None else [*_of_folder(document, base, faults), *named]


def _place(table: str) -> str:
    """Where a run document names the source of a table."""
    return table if table.startswith("loans.") else f"sources.{table}"


def _of_folder(document: RunDocument, base: Path, faults: list[str]) -> list[tuple[str, Source, str]]:
    from firmrating.nightly.document import Source

    folder = document.records or ""
    top, out = base / folder, os.path.realpath(base / document.out)
    if not top.is_dir():
        faults.append(f"`records`: no folder `{folder}`")
        return []
    found: dict[str, list[str]] = {}
    for path in sorted(top.iterdir()):
        stem = path.name.split(".", 1)[0]
        table = table_name(stem)
        if is_hidden(path.name) or os.path.realpath(path) == out:
            continue
        if table is None:
            near = get_close_matches(stem, table_names(), 1)
            what = "folder" if path.is_dir() else "file"
            faults.append(f"`records`: {what} `{path.name}` names no table" + (f"; did you mean `{near[0]}`" if near else ""))
        else:
            found.setdefault(table, []).append(str(Path(folder) / path.name))
    if not found and not faults:
        faults.append(f"`records`: folder `{folder}` holds no table")
    return [(table, Source(files=tuple(paths)), "records") for table, paths in found.items()]


def _weigh(file: SourceFile) -> SourceFile:
    try:
        before = file.path.stat()
        with file.path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise SourceError(f"table `{file.table}`: cannot read file `{file.name}`: {first_line(error)}") from error
    return replace(file, size=before.st_size, modified_ns=before.st_mtime_ns, sha256=digest)
