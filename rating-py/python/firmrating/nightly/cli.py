"""``firmrating nightly``: run, status, explain, diff, load."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from firmrating._firmrating import FirmRatingError
from firmrating.nightly.errors import DocumentError, ExitCode, RunError, first_line
from firmrating.nightly.reporter import Unfailing, discard

if TYPE_CHECKING:
    from firmrating.nightly.published import PublishedRun

__all__ = ["app"]

_HELP = """The nightly run: every firm of the sources of a run document, in bounded memory.

`firmrating nightly run.toml` runs; a run that was killed goes on where it was when it is started again.

Exit codes: 0 published; 1 a fault of the program; 2 wrong call, run document, model, rulebook or lending policy; 3 a source cannot be read or changed while it
was read; 4 a quality gate stopped the run; 5 another run holds the folder; 6 the output cannot be written; 130
interrupted. Only 0 moves `latest`.
"""


class _RunsByDefault(TyperGroup):
    """A first word that is no command is the document of a run."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        words = [word for word in args if not word.startswith("-")]
        if words and words[0] not in self.commands:
            args = ["run", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(help=_HELP, cls=_RunsByDefault, no_args_is_help=True, rich_markup_mode=None)

_FOLDER = typer.Argument(help="Folder of runs, or of one run.")
# Places in the code that are told of a fault of the program.
_FRAMES = 4
_JSON = typer.Option("--json", help="Print JSON, for machines.")


@app.command()
def run(
    document: Annotated[Path, typer.Argument(help="The run document, a TOML file (docs/nightly.md).")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything and say what would be done.")] = False,
) -> None:
    """Do what a run document says: the command itself, `run` may be left out.

    Events go to standard error: a bar on a terminal, JSON lines otherwise. Standard output gets a JSON object of the
    published run.
    """
    with _told():
        if dry_run:
            _say(_dry(document))
            return
        from firmrating.nightly.night import run as do
        from firmrating.nightly.reporter import reporter_for

        reporter = reporter_for()
        try:
            published = do(document, reporter=reporter)
        finally:
            Unfailing(reporter).close()
        try:
            _say(_summary(published))
        except OSError as error:
            discard(sys.stdout)
            _complain(f"warning: the run is published, but its summary cannot be written: {first_line(error)}")


@app.command()
def status(folder: Annotated[Path, _FOLDER], as_json: Annotated[bool, _JSON] = False) -> None:
    """What there is in a folder: published runs, one that is running, one that was left half done."""
    with _told():
        from firmrating.nightly.status import status_of, status_text

        found = status_of(folder)
        if as_json:
            _say(found)
        else:
            _print(status_text(found))


@app.command()
def explain(
    folder: Annotated[Path, _FOLDER],
    firm_id: Annotated[str, typer.Argument(help="The firm, as its records name it.")],
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """What a published run says of one firm, from its tables: grade, points, rules, rejected rows, what changed."""
    with _told():
        from firmrating.nightly.explain import explained, explained_text

        with _readable():
            found = explained(_published(folder), firm_id)
        if as_json:
            _say(found)
        else:
            _print(explained_text(found))


@app.command()
def diff(
    was: Annotated[Path, typer.Argument(help="Folder of the earlier run.")],
    now: Annotated[Path, typer.Argument(help="Folder of the later run.")],
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """How the grades of two published runs differ: migration, and what moved most firms."""
    with _told():
        from firmrating.nightly.diff import diff_of, diff_text

        with _readable():
            found = diff_of(_published(was), _published(now))
        if as_json:
            _say(found)
        else:
            _print(diff_text(found))


@app.command()
def load(
    folder: Annotated[Path, _FOLDER],
    document: Annotated[Path, typer.Option("--document", help="A run document; its `[sink]` says which database.")],
) -> None:
    """Load a published run into the database of a document: one that could not be loaded in its night, or any other.

    A run that is there already is left as it is. `latest` then leads to it, unless it leads to a run of a later day.
    """
    with _told():
        from firmrating.nightly.document import read_run
        from firmrating.nightly.postgres import load_published

        is_new = load_published(folder, read_run(document))
        _say({"run": _published(folder).folder.name, "loaded": is_new})


def _published(folder: Path) -> PublishedRun:
    from firmrating.nightly.published import PublishedRun

    return PublishedRun.find(folder)


def _dry(path: Path) -> dict[str, Any]:
    from firmrating.nightly.night import plan_of
    from firmrating.nightly.postgres import extraction_key

    plan = plan_of(path)
    # Of a database the columns are asked for alone: what it holds decides the name and the partitions.
    is_known = extraction_key(plan.document) is None
    return {
        "run": plan.name if is_known else None,
        "as_of": plan.as_of,
        "mode": plan.document.mode,
        "model": plan.model.hash,
        "rulebook": plan.rulebook and plan.rulebook.hash,
        "lending": plan.lending and plan.lending.hash,
        "tables": {table: [file.name for file in files] for table, files in plan.delivered.items()},
        "bytes": sum(file.size for file in plan.files),
        "partitions": plan.partitions if is_known else plan.document.partitions,
        "compare_with": plan.previous and plan.previous.folder.name,
        "out": plan.out,
    }


def _summary(published: PublishedRun) -> dict[str, Any]:
    manifest = published.manifest
    return {
        "run": published.folder.name,
        "folder": str(published.folder),
        "content_hash": published.content_hash,
        "firms": manifest["firms"],
        "applications": manifest["applications"],
        "gates": manifest["gates"],
        "reports": [str(path) for path in published.reports.values()],
        "performance": manifest["performance"],
    }


def _say(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, default=str)
    # Signs that the terminal does not have are escaped, as JSON has it.
    _print(text if _can_say(text) else json.dumps(value, default=str))


def _can_say(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _print(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    try:
        print(text.encode(encoding, "backslashreplace").decode(encoding), flush=True)
    except BrokenPipeError:
        # Who reads has had enough.
        discard(sys.stdout)


def _complain(text: str) -> None:
    if sys.stderr is None:  # as Python has it of a closed one
        return
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        discard(sys.stderr)


@contextmanager
def _readable() -> Iterator[None]:
    """A published run that cannot be read is a wrong call."""
    import polars as pl

    try:
        yield
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise DocumentError(f"a file of a run cannot be read: {first_line(error)}") from error


@contextmanager
def _told() -> Iterator[None]:
    """Every fault is one line on standard error; the exit code says of what kind."""
    try:
        yield
    except RunError as error:
        for fault in error.faults:
            _complain(f"error: {fault}")
        raise typer.Exit(int(error.code)) from None
    except OSError as error:
        reason = first_line(error)
        discard(sys.stdout)
        _complain(f"error: `{error.filename}`: {reason}" if error.filename else f"error: {reason}")
        raise typer.Exit(int(ExitCode.unwritable)) from None
    except (KeyboardInterrupt, SystemExit, GeneratorExit, FirmRatingError):
        raise
    except BaseException as error:
        # Where it happened, without what it says: that may quote a row. A panic of polars is no `Exception`.
        _complain(f"error: a fault of the program, {type(error).__name__}, in")
        for frame in traceback.extract_tb(error.__traceback__)[-_FRAMES:]:
            _complain(f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}")
        raise typer.Exit(int(ExitCode.fault)) from None
