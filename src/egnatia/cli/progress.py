"""A progress bar on standard error, for long work that a person watches."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Show(Protocol):
    """Told how much is done, and how much there is where only the work itself finds that out."""

    def __call__(self, done: int, total: int | None = None, /) -> None:
        """Show it."""


@contextmanager
def progress_bar(doing: str, total: int | None = None, worth: int = 0) -> Iterator[Show]:
    """Show how far the work is, where somebody watches.

    Args:
        doing: what is done, as one word.
        total: how much there is, where that is known from the beginning.
        worth: below this much nothing is shown, for it is over before it is read.
    """
    if (total is not None and total < worth) or not sys.stderr.isatty():
        yield lambda _done, _total=None: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(doing, total=total)
        yield lambda done, total=None: bar.update(task, completed=done, total=total)
