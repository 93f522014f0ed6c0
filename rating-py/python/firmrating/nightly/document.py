"""The run document: what a night reads, rates by, checks and writes."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, StrictBool, ValidationError, field_validator, model_validator

from firmrating.nightly.errors import DocumentError, first_line
from firmrating.nightly.gate import Gate, table_named
from firmrating.nightly.size import bytes_of
from firmrating.nightly.watch import Trigger

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

__all__ = ["Loans", "Named", "Outputs", "PostgresSink", "PostgresSource", "RunDocument", "Source", "read_run", "run_schema"]

_FORBID = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
# What splitting a table takes, however large it is (docs/nightly.md).
_LEAST_MEMORY = 3 * 2**29


class PostgresSource(BaseModel):
    """Rows of a PostgreSQL database."""

    model_config = _FORBID

    uri_env: str = Field(description="Name of the environment variable that holds the connection URI; no secret stands in a document.")
    query: str = Field(description="A table name or a query; its columns are named as those of a file.")


class Source(BaseModel):
    """Where the rows of one table come from: files, or a database."""

    model_config = _FORBID

    files: tuple[str, ...] = Field(
        default=(),
        strict=False,
        description="Parquet or CSV files, folders of such, or patterns with `*`; relative to the run document.",
    )
    encoding: str = Field(default="utf-8", description="Encoding of CSV files, such as `gb18030`.")
    postgres: PostgresSource | None = Field(default=None, description="Rows of a PostgreSQL database instead of files.")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, given: Any) -> Any:
        if isinstance(given, str):
            return {"files": (given,)}
        if isinstance(given, list):
            return {"files": tuple(given)}
        if isinstance(given, dict) and isinstance(given.get("files"), str):
            return {**given, "files": (given["files"],)}
        return given

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if bool(self.files) == (self.postgres is not None):
            raise ValueError("expected either `files` or `postgres`")
        return self

    @field_validator("encoding")
    @classmethod
    def _known(cls, encoding: str) -> str:
        import codecs

        try:
            # Of bytes into bytes, such as `base64`, it is no encoding of text.
            "".encode(encoding)
            return codecs.lookup(encoding).name
        except (LookupError, ValueError):
            raise ValueError(f"expected an encoding of text such as `utf-8` or `gb18030`, got `{encoding}`") from None


class Named(BaseModel):
    """A model, a rulebook or a lending policy: the id of a preset or a file, and the hash that it must have."""

    model_config = _FORBID

    preset: str | None = Field(default=None, description="Id of a preset.")
    path: str | None = Field(default=None, description="A JSON or TOML file, relative to the run document.")
    sha256: str | None = Field(
        default=None,
        pattern="^[0-9a-f]{64}$",
        description="The content hash that the document must have, as `firmrating check` tells it.",
    )

    @model_validator(mode="before")
    @classmethod
    def _short(cls, given: Any) -> Any:
        if isinstance(given, str):
            return {"path" if given.lower().endswith((".json", ".toml")) else "preset": given}
        return given

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.preset is None) == (self.path is None):
            raise ValueError("expected either `preset` or `path`")
        return self


class Loans(BaseModel):
    """Applications for loans and what stands beside them, with the columns that ``LendingPolicy.offer`` takes."""

    model_config = _FORBID

    applications: Source = Field(description="A row an application: `application_id`, `firm_id`, `on`, `months`, `amount` and so on.")
    assets: Source | None = Field(default=None, description="A row a piece of collateral.")
    guarantees: Source | None = Field(default=None, description="A row a guarantee, at most one an application.")
    insurance: Source | None = Field(default=None, description="A row a contract of insurance.")
    covered: Source | None = Field(default=None, description="A row a loan that a party of the structure of loss sharing already covers.")
    subsidised: Source | None = Field(default=None, description="A row a subsidy had in the year.")

    @property
    def sources(self) -> dict[str, Source]:
        """The sources by the name that a run gives them; `guarantees` alone would be a table of records."""
        named = {name: getattr(self, name) for name in type(self).model_fields}
        return {f"loans.{name}": source for name, source in named.items() if source is not None}


class Outputs(BaseModel):
    """Which tables are written besides those that always are."""

    model_config = _FORBID

    contributions: StrictBool = Field(default=True, description="A row a firm and characteristic; the largest table.")
    fingerprints: StrictBool = Field(default=True, description="A hash of the records of each firm; a later delta run needs it.")


class PostgresSink(BaseModel):
    """A PostgreSQL database that also gets each published run, in one transaction."""

    model_config = _FORBID

    uri_env: str = Field(description="Name of the environment variable that holds the connection URI.")
    schema_name: str = Field(default="firmrating", alias="schema", pattern="^[a-z_][a-z0-9_]{0,62}$", description="Schema of its tables.")


def _day(given: Any) -> Any:
    if isinstance(given, str):
        try:
            return dt.date.fromisoformat(given)
        except ValueError:
            raise ValueError(f"expected a day such as `2025-06-30`, got `{given}`") from None
    return given


class RunDocument(BaseModel):
    """What one night does."""

    model_config = _FORBID

    as_of: Annotated[dt.date, BeforeValidator(_day)] = Field(
        description="Day of the ratings: what became known later is not seen. Nobody asks for today."
    )
    out: str = Field(description="Folder of the runs, relative to the run document; made if need be.")
    records: str | None = Field(default=None, description="A folder whose files and folders are named after the tables.")
    sources: dict[str, Source] = Field(default_factory=dict, description="Sources by table name, canonical or Chinese.")
    extra_columns: Literal["refuse", "ignore"] = Field(default="refuse", description="What to do with columns that the schema does not have.")
    model: Named = Field(default=Named(preset="tech-firm"), description="The rating model.")
    rulebook: Named | None = Field(default=None, description="Published evaluations to make besides.")
    lending: Named | None = Field(default=None, description="The lending policy that answers the applications of `loans`.")
    loans: Loans | None = Field(default=None, description="Sources of applications for loans; needs `lending`.")
    memory: str = Field(default="4 GiB", description="Bound of the memory, such as `4 GiB`; partitions are made to fit it.")
    threads: int | None = Field(default=None, ge=1, le=1024, description="Threads; without it, all.")
    partitions: int | None = Field(default=None, ge=1, le=4096, description="Partitions; without it, from sizes and memory.")
    mode: Literal["full", "delta"] = Field(
        default="full", description="`delta` rates only firms whose records changed since the run of `compare_with`."
    )
    compare_with: str | None = Field(default=None, description="`latest`, or the folder of a published run.")
    gates: tuple[Gate, ...] = Field(default=(), strict=False, description="What must hold before a run is published.")
    watch: tuple[Annotated[Trigger, Field(discriminator="kind")], ...] = Field(default=(), strict=False, description="What puts a firm on the watch list.")
    outputs: Outputs = Field(default_factory=Outputs, description="Tables that may be left out.")
    sink: PostgresSink | None = Field(default=None, description="A database that also gets the published run.")
    _sha256: str | None = PrivateAttr(default=None)

    @property
    def sha256(self) -> str | None:
        """Hash of the file that it was read from; none if it was not read from a file."""
        return self._sha256

    @field_validator("memory")
    @classmethod
    def _sized(cls, memory: str) -> str:
        if bytes_of(memory) < _LEAST_MEMORY:
            raise ValueError(f"expected at least `1.5 GiB`, got `{memory}`")
        return memory

    @field_validator("sources")
    @classmethod
    def _tables(cls, sources: dict[str, Source]) -> dict[str, Source]:
        named: dict[str, Source] = {}
        for given, source in sources.items():
            table = table_named(given)
            if table in named:
                raise ValueError(f"table `{table}` is named twice")
            named[table] = source
        return named

    @field_validator("watch")
    @classmethod
    def _told_apart(cls, watch: tuple[Trigger, ...]) -> tuple[Trigger, ...]:
        ids = [trigger.id for trigger in watch]
        twice = next((id for at, id in enumerate(ids) if id in ids[:at]), None)
        if twice is not None:
            raise ValueError(f"the id `{twice}` is given twice; the watch list tells triggers apart by it")
        return watch

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if (self.records is None) == (not self.sources):
            raise ValueError("expected either `records`, a folder, or `[sources]`, a table a line")
        if (self.lending is None) != (self.loans is None):
            raise ValueError("expected `lending`, a policy, and `[loans]`, the applications, together")
        for at, gate in enumerate(self.gates):
            if gate.table is not None and gate.table not in self.named_sources and not self._may_deliver(gate.table):
                raise ValueError(f"`gates.{at}.table`: there is no source of `{gate.table}`, so nothing could be measured")
        if self.compare_with is None:
            needy = [gate.measure for gate in self.gates if gate.needs_comparison]
            if self.mode == "delta":
                raise ValueError("`mode = \"delta\"` needs `compare_with`")
            if needy or self.watch:
                what = f"gate `{needy[0]}`" if needy else "`watch`"
                raise ValueError(f"{what} needs `compare_with`")
        return self

    @property
    def named_sources(self) -> dict[str, Source]:
        """The sources that the document names table by table, of records and of loans."""
        return self.sources | (self.loans.sources if self.loans else {})

    def _may_deliver(self, table: str) -> bool:
        """Whether the folder of `records` may hold a table: what is in it is known when it is read."""
        return self.records is not None and not table.startswith("loans.")

    @property
    def memory_bytes(self) -> int:
        """The memory bound."""
        return bytes_of(self.memory)


def read_run(path: Path) -> RunDocument:
    """Reads and checks a run document; :class:`DocumentError` tells every fault with its place."""
    try:
        content = path.read_bytes()
        given = tomllib.loads(content.decode("utf-8-sig"))
    except OSError as error:
        raise DocumentError(f"`{path}`: {first_line(error)}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DocumentError(f"`{path}`: not TOML: {first_line(error)}") from error
    try:
        document = RunDocument.model_validate(given)
    except ValidationError as error:
        raise DocumentError([f"`{path.name}`: {_told(fault)}" for fault in error.errors()]) from None
    document._sha256 = hashlib.sha256(content).hexdigest()
    return document


def run_schema() -> dict[str, Any]:
    """The JSON schema of a run document."""
    schema = RunDocument.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _told(fault: ErrorDetails) -> str:
    place = ".".join(str(part) for part in fault["loc"]) or "document"
    got = fault["input"]
    match fault["type"]:
        case "extra_forbidden":
            return f"`{place}`: unknown key{_meant(fault['loc'])}"
        case "missing":
            return f"`{place}`: the key is missing"
        case "value_error":
            return f"`{place}`: {fault['msg'].removeprefix('Value error, ')}"
        case "literal_error" | "union_tag_invalid":
            wanted = fault.get("ctx", {}).get("expected") or fault.get("ctx", {}).get("expected_tags")
            tag = fault.get("ctx", {}).get("tag", got)
            near = get_close_matches(str(tag), re.findall(r"'([^']+)'", str(wanted)), 1)
            hint = f"; did you mean `{near[0]}`" if near else ""
            return f"`{place}`: expected {str(wanted).replace(chr(39), '`')}, got `{tag}`{hint}"
    said = fault["msg"].replace("Input should be ", "expected ").replace("String should ", "expected text to ")
    shown = f", got `{got}`" if isinstance(got, str | int | float | bool) else ""
    return f"`{place}`: {said[:1].lower()}{said[1:]}{shown}"


_PARTS: dict[str, type[BaseModel]] = {
    "model": Named,
    "rulebook": Named,
    "lending": Named,
    "loans": Loans,
    "outputs": Outputs,
    "sink": PostgresSink,
    "sources": Source,
    "gates": Gate,
}


def _meant(place: tuple[int | str, ...]) -> str:
    of = RunDocument if len(place) == 1 else _PARTS.get(str(place[0]))
    near = get_close_matches(str(place[-1]), [*of.model_fields], 1) if of is not None else []
    return f"; did you mean `{near[0]}`" if near else ""
