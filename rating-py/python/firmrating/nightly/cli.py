"""``firmrating nightly``: run, status, explain, diff, load."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from firmrating.nightly.errors import ExitCode, RunError, first_line

if TYPE_CHECKING:
    from firmrating.nightly.published import PublishedRun

__all__ = ["app"]

_HELP = """The nightly run: every firm of the sources of a run document, in bounded memory.

`firmrating nightly run.toml` runs; a run that was killed goes on where it was when it is started again.

Exit codes: 0 published; 2 wrong call, run document, model, rulebook or lending policy; 3 a source cannot be read or changed while it
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
        from firmrating.nightly.document import read_run

        read = read_run(document)
        if read.threads is not None:
            # Both are fixed when they are first used.
            os.environ["POLARS_MAX_THREADS"] = os.environ["RAYON_NUM_THREADS"] = str(read.threads)
        if dry_run:
            _say(_dry(document))
            return
        from firmrating.nightly.reporter import reporter_for
        from firmrating.nightly.night import run as do

        reporter = reporter_for()
        try:
            published = do(document, reporter=reporter)
        finally:
            reporter.close()
        _say(_summary(published))


@app.command()
def status(folder: Annotated[Path, _FOLDER], as_json: Annotated[bool, _JSON] = False) -> None:
    """What there is in a folder: published runs, one that is running, one that was left half done."""
    with _told():
        from firmrating.nightly.status import status_of, status_text

        found = status_of(folder)
        if as_json:
            _say(found)
        else:
            print(status_text(found))


@app.command()
def explain(
    folder: Annotated[Path, _FOLDER],
    firm_id: Annotated[str, typer.Argument(help="The firm, as its records name it.")],
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """What a published run says of one firm, from its tables: grade, points, rules, rejected rows, what changed."""
    with _told():
        from firmrating.nightly.explain import explained, explained_text

        found = explained(_published(folder), firm_id)
        if as_json:
            _say(found)
        else:
            print(explained_text(found))


@app.command()
def diff(
    was: Annotated[Path, typer.Argument(help="Folder of the earlier run.")],
    now: Annotated[Path, typer.Argument(help="Folder of the later run.")],
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """How the grades of two published runs differ: migration, and what moved most firms."""
    with _told():
        from firmrating.nightly.diff import diff_of, diff_text

        found = diff_of(_published(was), _published(now))
        if as_json:
            _say(found)
        else:
            print(diff_text(found))


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
    print(json.dumps(value, ensure_ascii=False, default=str))


@contextmanager
def _told() -> Iterator[None]:
    """Every fault is one line on standard error; the exit code says of what kind."""
    try:
        yield
    except RunError as error:
        for fault in error.faults:
            print(f"error: {fault}", file=sys.stderr)
        raise typer.Exit(int(error.code)) from None
    except KeyboardInterrupt:
        raise
    except OSError as error:
        reason = first_line(error)
        print(f"error: `{error.filename}`: {reason}" if error.filename else f"error: {reason}", file=sys.stderr)
        raise typer.Exit(int(ExitCode.unwritable)) from None
