"""Places of a run document: the files that a path, a folder or a pattern leads to, and what a run calls them."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

__all__ = ["files_at", "is_hidden", "name_of"]

_WILD = ("*", "?")


def files_at(base: Path, given: str) -> list[Path]:
    """The files that a path leads to: itself, all below a folder, or all that a pattern with ``*`` or ``?`` fits.

    Names that begin with ``.`` or ``_`` are passed over at any depth, as Spark's half-written ones must be, unless the
    path itself names them. Links are followed. What exists under a name with such a sign is no pattern, and brackets
    never are. Raises :class:`ValueError` for a link that leads nowhere, to a folder that it lies in, or to what is no
    file, and :class:`OSError` for a folder that cannot be read.
    """
    top = base / given
    if top.is_dir():
        return list(_below(top))
    if top.exists() or top.is_symlink():
        return [_file(top)]
    if not any(sign in given for sign in _WILD):
        return []
    found: list[Path] = []
    for match in _matches(base, given):
        path = base / match
        if not path.is_dir():
            found.append(_file(path))
        elif "**" not in Path(given).parts:
            found += _below(path)
    return sorted(found)


def is_hidden(name: str) -> bool:
    """Whether a file or folder of this name is passed over where nothing names it."""
    return name.startswith((".", "_"))


def name_of(path: Path, base: Path) -> str:
    """What a run calls a file: its way from the run document, the same wherever that lies and whence it is started."""
    if base.is_absolute() or not path.is_absolute():
        try:
            return Path(os.path.normpath(path.relative_to(base))).as_posix()
        except ValueError:
            pass
    place, real = os.path.abspath(path), os.path.realpath(path)
    for inner, outer in ((place, os.path.abspath(base)), (place, os.path.realpath(base)), (real, os.path.realpath(base))):
        if Path(inner).is_relative_to(outer):
            return Path(inner).relative_to(outer).as_posix()
    return Path(place).as_posix()


def _below(folder: Path, above: frozenset[str] = frozenset()) -> Iterator[Path]:
    """All files below a folder, links followed."""
    real = os.path.realpath(folder)
    if real in above:
        raise ValueError(f"`{folder.name}` leads to a folder that it lies in")
    for path in sorted(folder.iterdir()):
        if is_hidden(path.name):
            continue
        if path.is_dir():
            yield from _below(path, above | {real})
        else:
            yield _file(path)


def _file(path: Path) -> Path:
    if not path.is_file():
        raise ValueError(f"`{path.name}` leads nowhere" if path.is_symlink() else f"`{path.name}` is no file")
    return path


def _matches(base: Path, pattern: str) -> Iterator[str]:
    parts = Path(pattern).parts
    fixed = next(at for at, part in enumerate(parts) if any(sign in part for sign in _WILD))
    for match in glob.glob(pattern.replace("[", "[[]"), root_dir=base, recursive=True, include_hidden=True):
        if not _passes_over(Path(match).parts[fixed:], parts[fixed:]):
            yield match


def _passes_over(names: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether one of the names is hidden and the pattern does not begin like it."""
    return any(is_hidden(name) and not any(part.startswith(name[0]) for part in wanted) for name in names)
