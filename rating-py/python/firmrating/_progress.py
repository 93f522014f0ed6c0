"""How long work tells how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["Hear", "Progress", "heard"]

Progress = bool | Callable[[int, int], object]
Hear = Callable[[int], object] | None


@contextmanager
def heard(progress: Progress, name: str, total: int) -> Iterator[Hear]:
    """What the extension calls with how much is done: a bar (with the package ``rich``), a function, or nothing."""
    if progress is False:
        yield None
    elif progress is True:
        from rich.console import Console
        from rich.progress import Progress as Bars

        with Bars(console=Console(stderr=True), transient=True) as bars:
            bar = bars.add_task(name, total=total)
            yield lambda done: bars.update(bar, completed=done)
    else:
        yield lambda done: progress(done, total)
