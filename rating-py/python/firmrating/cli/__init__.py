"""The command line: ``firmrating demo``, ``rate``, ``explain``, ``evaluate``, ``apply``, ``offer``, ``settle``,
``measures``, ``check``, ``nightly``.

A file a group of commands; :mod:`firmrating.cli.commands` puts them together.
"""

from firmrating.cli.commands import app, main

__all__ = ["app", "main"]
