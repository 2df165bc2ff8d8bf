"""Progress for people: bars on a terminal, plain lines elsewhere; always on standard error."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import IO, Any, Protocol, cast

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)


class Task(Protocol):
    """One running piece of work."""

    def advance(self, steps: int, note: str | None = None) -> None:
        """Move forward by `steps` of the task's total; `note` is a short state, such as a loss."""


class _Unbreakable:
    """A stream that ignores write errors: a closed terminal must not end the work."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _Line:
    """A task where there is no terminal: only its start is said."""

    def advance(self, steps: int, note: str | None = None) -> None:
        """Print nothing: thousands of lines would help nobody."""


class _Bar:
    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def advance(self, steps: int, note: str | None = None) -> None:
        if note is None:
            self._progress.update(self._task, advance=steps)
        else:
            self._progress.update(self._task, advance=steps, note=note)


class Reporter:
    """Prints what goes on. Standard output stays free for results."""

    def __init__(self, stream: IO[str] | None = None, *, quiet: bool = False) -> None:
        file = cast("IO[str]", _Unbreakable(stream or sys.stderr))
        self._console = Console(file=file, quiet=quiet, highlight=False)

    def __reduce__(self) -> tuple[Callable[[], "Reporter"], tuple[()]]:
        # a copy in another process prints there
        return partial(Reporter, quiet=self._console.quiet), ()

    def say(self, line: str) -> None:
        """Print one line of plain text, above any running bar."""
        self._console.print(line, markup=False, soft_wrap=True)

    @contextmanager
    def task(self, title: str, total: int | None) -> Iterator[Task]:
        """Show `title` while its `total` steps are done; None where nobody knows how many."""
        if not self._console.is_terminal:
            self.say(title)
            yield _Line()
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}"),
        )
        with Progress(*columns, console=self._console, transient=True) as progress:
            yield _Bar(progress, progress.add_task(title, total=total, note=""))
