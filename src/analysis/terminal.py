"""What is said while a command runs: text as it is, whatever names and paths hold. Nothing else prints with rich."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, track
from rich.text import Text

from analysis.texts import legible_lines

Item = TypeVar("Item")


def as_it_is(text: str) -> Text:
    r"""Take a text for what it says: a name in brackets is no markup, and a control character is shown, not sent.

    Examples
    --------
    >>> str(as_it_is("[/x] \x1b[31m"))
    '[/x] \\x1b[31m'
    """
    return Text(legible_lines(text))


def tell(text: str, *, aside: bool = False, end: str = "\n") -> None:
    """Print a text as it is; what is said aside is kept out of redirected output."""
    Console(stderr=aside).print(as_it_is(text), soft_wrap=True, end=end)


@contextmanager
def waiting(text: str) -> Iterator[Callable[[str], None]]:
    """Show a text aside while something is going on; the function that is given changes it."""
    with Console(stderr=True).status(as_it_is(text)) as status:
        yield lambda text: status.update(as_it_is(text))


def tracked(done: Iterable[Item], text: str, total: int) -> Iterable[Item]:
    """Show how many of some things are done, where there are several and somebody is looking."""
    console = Console(stderr=True)
    quiet = total < 2 or not console.is_terminal
    return track(done, escape(legible_lines(text)), total, console=console, transient=True, disable=quiet)


def progress_bar() -> Progress:
    """Return a bar whose descriptions are shown as they are."""
    description = TextColumn("{task.description}", markup=False)
    columns = (description, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True))
