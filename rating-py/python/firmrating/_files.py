"""Files to frames: which file is which table, and how its bytes become text columns. No record is judged here."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from firmrating._firmrating import InputError, ModelError, RecordError, table_name, table_names

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Iterator

    import polars as pl

__all__ = ["read_document", "read_file", "read_table", "tables_in", "text_cell"]

_READABLE = (".parquet", ".csv", ".csv.gz", ".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz")
# Tables that someone will expect to be read; passing over them in silence would lose rows.
_UNREADABLE = (".xls", ".xlsx", ".xlsm", ".ods", ".json", ".zip", ".7z", ".gz", ".xz", ".zst", ".bz2", ".tsv", ".txt")
_UTF_8_MARK = b"\xef\xbb\xbf"


def tables_in(folder: str | os.PathLike[str]) -> dict[str, Path]:
    """The tables of a folder: canonical name to file, in order of the names. Sub-folders are passed over."""
    folder = Path(folder)
    found: dict[str, Path] = {}
    unknown: list[str] = []
    for path in _files_of(folder):
        stem, suffix = _split(path)
        table = table_name(stem)
        if suffix not in _READABLE:
            if table is not None and suffix in _UNREADABLE:
                message = f"table `{table}`: cannot read `{path.name}`; expected one of {_quoted(_READABLE)}"
                raise _record_error(message, table=table, value=path.name)
        elif table is None:
            unknown.append(path.name)
        elif table in found:
            message = f"table `{table}` is in two files: {_quoted([found[table].name, path.name])}"
            raise _record_error(message, table=table, value=path.name)
        else:
            found[table] = path
    if unknown:
        message = f"files {_quoted(unknown)} name no table; the tables are {_quoted(table_names())}"
        raise _record_error(message, value=unknown[0])
    if not found:
        message = f"folder `{folder}` holds no table; expected files such as `registrations.csv`, one a table"
        raise _record_error(message, value=str(folder))
    return found


def read_file(table: str, path: str | os.PathLike[str], encoding: str | None) -> pl.DataFrame:
    """The frame of one file. CSV and NDJSON come as text, so that no reader guesses a type."""
    path = Path(path)
    _, suffix = _split(path)
    if suffix not in _READABLE:
        message = f"table `{table}`: cannot read `{path.name}`; expected one of {_quoted(_READABLE)}"
        raise _input_error(message, table=table, value=path.name)
    if suffix == ".parquet":
        return _read_parquet(table, path)
    content = _text(table, path, encoding)
    if not content.strip():
        message = f"table `{table}`: file `{path.name}` is empty"
        wanted = "a header line" if suffix.startswith(".csv") else "a JSON object a line"
        raise _record_error(f"{message}, expected {wanted}", table=table, value=path.name)
    if suffix.startswith(".csv"):
        return _read_csv(table, path, content)
    return _read_ndjson(table, path, content)


def read_table(path: str | os.PathLike[str], *, words: Collection[str] = ()) -> pl.DataFrame:
    """The frame of a file that is no table of records: its columns are numbers, but for those of words."""
    import polars as pl

    path = Path(path)
    frame = read_file(path.stem, path, None)
    numbers = [name for name, kind in frame.schema.items() if kind == pl.String and name not in ("firm_id", *words)]
    try:
        return frame.with_columns(pl.col(numbers).cast(pl.Float64))
    except pl.exceptions.PolarsError as error:
        reason = str(error).splitlines()[0]
        raise _input_error(f"`{path}`: expected numbers, got {reason}", value=str(path)) from error


def read_document(what: str, path: str | os.PathLike[str]) -> str | dict[str, Any]:
    """A document, such as a model: the text of a JSON file, or what a TOML file holds."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise _input_error(f"cannot read the {what} document `{path}`: {reason}", value=str(path)) from error
    return _toml(what, path, text) if path.suffix.lower() == ".toml" else text


def _toml(what: str, path: Path, text: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _model_error(f"not a {what}: the file is not TOML: {str(error)[:1].lower()}{str(error)[1:]}", path) from error


def _files_of(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise _input_error(f"expected a folder of tables, but `{folder}` {what}", value=str(folder))
    for path in sorted(folder.iterdir()):
        if path.is_file() and not path.name.startswith("."):
            yield path


def _split(path: Path) -> tuple[str, str]:
    """Stem and suffix: `patents.csv.gz` is `patents` and `.csv.gz`."""
    name = path.name
    for suffix in sorted(_READABLE + _UNREADABLE, key=len, reverse=True):
        if name.lower().endswith(suffix):
            return name[: -len(suffix)], suffix
    return path.stem, path.suffix.lower()


def _read_parquet(table: str, path: Path) -> pl.DataFrame:
    import polars as pl

    try:
        return pl.read_parquet(path)
    except OSError as error:
        raise _unopened(table, path, error) from error
    except pl.exceptions.PolarsError as error:
        raise _malformed(table, path, "Parquet", error) from error


def _read_csv(table: str, path: Path, content: bytes) -> pl.DataFrame:
    import csv

    import polars as pl

    try:
        header = next(_csv_lines(content))
    except csv.Error as error:
        raise _malformed(table, path, "CSV", error) from error
    repeated = [name for at, name in enumerate(header) if name in header[:at]]
    if repeated:
        message = f"table `{table}`: file `{path.name}` has the header {_quoted(repeated)} twice"
        raise _record_error(message, table=table, value=path.name)
    try:
        return pl.read_csv(content, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        # The second reader only looks for the row; what it stumbles over itself is not the fault to tell.
        with contextlib.suppress(csv.Error):
            for row, fields in enumerate(_csv_lines(content)):
                if len(fields) > len(header):
                    message = f"table `{table}`: file `{path.name}`, row {row} has {len(fields)} fields, the header {len(header)}"
                    raise _record_error(message, table=table, row=row, value=path.name) from error
        raise _malformed(table, path, "CSV", error) from error


def _csv_lines(content: bytes) -> Iterator[list[str]]:
    import csv
    import io

    return csv.reader(io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline=""))


def _read_ndjson(table: str, path: Path, content: bytes) -> pl.DataFrame:
    """Reads numbers as they are written: no digit of an amount or a code is lost."""
    import polars as pl

    columns: dict[str, list[str | None]] = {}
    rows = 0
    # Not `splitlines`, which also breaks at characters that may stand inside a JSON text.
    for number, line in enumerate(content.decode().split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line, parse_float=str, parse_int=str, parse_constant=str)
        except ValueError as error:
            message = f"table `{table}`: file `{path.name}`, line {number} is no JSON: {error}"
            raise _record_error(message, table=table, row=number, value=path.name) from error
        if not isinstance(row, dict):
            message = f"table `{table}`: file `{path.name}`, line {number}: expected a JSON object, got `{line.strip()[:60]}`"
            raise _record_error(message, table=table, row=number, value=path.name)
        for key, value in row.items():
            columns.setdefault(key, []).extend([None] * (rows - len(columns[key])))
            columns[key].append(text_cell(value))
        rows += 1
    for cells in columns.values():
        cells.extend([None] * (rows - len(cells)))
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def text_cell(value: Any) -> str | None:
    """What stands in a JSON row, as text."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _text(table: str, path: Path, encoding: str | None) -> bytes:
    """The file as UTF-8: taken as it is, or else read as GB18030, which every older Chinese encoding is a part of."""
    content = _bytes(table, path)
    if encoding is None:
        content = content.removeprefix(_UTF_8_MARK)
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            encoding = "gb18030"
        else:
            return content
    try:
        return content.decode(encoding).removeprefix("\ufeff").encode()
    except UnicodeDecodeError as error:
        tried = "UTF-8 nor GB18030" if encoding == "gb18030" else f"`{encoding}`"
        neither = "neither " if encoding == "gb18030" else "not "
        message = f"table `{table}`: file `{path.name}` is {neither}{tried} (at byte {error.start})"
        raise _input_error(message, table=table, value=path.name) from error
    except LookupError as error:
        message = f"`encoding` must name an encoding such as `utf-8` or `gb18030`, got `{encoding}`"
        raise _input_error(message, field="encoding", value=encoding) from error


def _bytes(table: str, path: Path) -> bytes:
    import gzip
    import zlib

    try:
        content = path.read_bytes()
        return gzip.decompress(content) if path.name.lower().endswith(".gz") else content
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise _malformed(table, path, "gzip", error) from error
    except OSError as error:
        raise _unopened(table, path, error) from error


def _unopened(table: str, path: Path, error: OSError) -> InputError:
    reason = (error.strerror or str(error)).lower()
    return _input_error(f"table `{table}`: cannot open `{path}`: {reason}", table=table, value=str(path))


def _malformed(table: str, path: Path, form: str, error: Exception) -> RecordError:
    reason = (str(error).splitlines() or [""])[0].rstrip(".")
    message = f"table `{table}`: file `{path.name}` is not well-formed {form}: {reason}"
    return _record_error(message, table=table, value=path.name)


def _quoted(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _input_error(
    message: str, *, table: str | None = None, field: str | None = None, value: str | None = None
) -> InputError:
    error = InputError(message)
    error.table, error.field, error.value = table, field, value
    return error


def _record_error(
    message: str, *, table: str | None = None, row: int | None = None, value: str | None = None
) -> RecordError:
    error = RecordError(message)
    error.table, error.row, error.value = table, row, value
    error.errors = [error]
    return error


def _model_error(message: str, path: Path) -> ModelError:
    error = ModelError(message)
    error.value = str(path)
    error.errors = [error]
    return error
