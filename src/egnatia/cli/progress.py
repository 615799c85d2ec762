"""A progress bar on standard error, for long work that a person watches."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress_bar(doing: str, total: int, worth: int) -> Iterator[Callable[[int], None]]:
    """Show how far the work is; gives the function that is told how much is done.

    Args:
        doing: what is done, as one word.
        total: how much there is.
        worth: below this much nothing is shown, for it is over before it is read.
    """
    if total < worth or not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(doing, total=total)
        yield lambda done: bar.update(task, completed=done)
