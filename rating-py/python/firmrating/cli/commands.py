"""The commands together, and how they end."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from typer.exceptions import TyperException

import firmrating as fr
from firmrating.cli.check import check
from firmrating.cli.lending import offer, settle
from firmrating.cli.measures import measures
from firmrating.cli.rating import demo, explain, rate
from firmrating.cli.rulebook import apply, evaluate
from firmrating.cli.terminal import REFUSED, say
from firmrating.nightly.cli import app as _nightly

__all__ = ["app", "main"]

_HELP = """Explained government credit ratings of technology firms.

Records of tax, business registry, patents and credit go in, ratings with reasons come out. Start with
`firmrating demo`, which rates 2,000 synthetic firms.

Exit codes: 0 done; 1 `check` found something; 2 wrong call, or input that cannot be read; 130 interrupted.
"""

app = typer.Typer(help=_HELP, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
for _command in (demo, rate, explain, evaluate, apply, offer, settle, measures, check):
    app.command()(_command)
app.add_typer(_nightly, name="nightly")


def _say_version(asked: bool) -> None:
    if asked:
        say(f"firmrating {fr.__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.", callback=_say_version, is_eager=True)] = False,
) -> None:
    if context.invoked_subcommand is None:
        say(context.get_help())
        raise typer.Exit(REFUSED)


def main() -> None:
    """Runs the command line; every refusal is one line on standard error, never a traceback.

    An interrupt ends in code 130: that is typer's doing.
    """
    try:
        sys.exit(app(standalone_mode=False))
    except TyperException as error:
        context = getattr(error, "ctx", None)
        command = "firmrating" if context is None or context.parent is None else f"firmrating {context.info_name}"
        message = error.format_message().removesuffix(".").replace("Value error, ", "")
        stop = "" if message.endswith("?") else ";"
        print(f"error: {message[:1].lower()}{message[1:]}{stop} see `{command} --help`", file=sys.stderr)
        sys.exit(REFUSED)
    except fr.FirmRatingError as error:
        for one in error.errors or [error]:
            print(f"error: {one}", file=sys.stderr)
        sys.exit(REFUSED)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        print(f"error: `{error.filename}`: {reason}", file=sys.stderr)
        sys.exit(REFUSED)
