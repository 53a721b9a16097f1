"""How a command reports: bars on a terminal, plain lines elsewhere, nothing beside --json."""

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Self

import orjson
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)


def print_result(
    result: dict[str, Any],
    as_json: bool,
    in_lines: Callable[[dict[str, Any]], Iterable[str]] | None = None,
) -> None:
    """Print a command's result to stdout, as one JSON object or in short lines.

    Args:
        result: What the command returns.
        as_json: For a script.
        in_lines: How it reads to a person; each of its values on a line if None.
    """
    if as_json:
        sys.stdout.write(orjson.dumps(result, default=str).decode() + "\n")
        return
    shown = in_lines or _value_by_value
    sys.stdout.writelines(f"{line}\n" for line in shown(result))


def _value_by_value(result: dict[str, Any]) -> Iterator[str]:
    return (f"{name}: {_plain(value)}" for name, value in result.items())


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(one)}" for name, one in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain, value)) or "none"
    return "–" if value is None else str(value)


class TerminalReport:
    """Reports to stderr, so that stdout is the result's alone.

    Called with a line, it prints the line; told how far a read has come, it moves a bar, but on a
    terminal only.

    Args:
        quiet: print nothing at all.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = Console(
            stderr=True, highlight=False, markup=False, soft_wrap=True, quiet=quiet
        )
        self._bars: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._noted: TaskID | None = None
        self.has_bars = sys.stderr.isatty() and not quiet

    def __enter__(self) -> Self:
        if self.has_bars:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            self._bars = Progress(
                *columns, TimeRemainingColumn(), console=self._console, transient=True
            )
            self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bars:
            self._bars.stop()

    def __call__(self, line: str) -> None:
        """Print a line."""
        self._console.print(line)

    def advance(self, what: str, done: int, expected: int) -> None:
        """Move the bar of a kind of row; the total grows while the read finds more."""
        if not self._bars:
            return
        if what not in self._tasks:
            self._tasks[what] = self._bars.add_task(what, total=None)
        self._bars.update(self._tasks[what], completed=done, total=expected or None)

    def note(self, line: str) -> None:
        """Show a line below the bars, in the place of the former one."""
        if not self._bars:
            return
        if self._noted is None:
            self._noted = self._bars.add_task(line, total=None)
        self._bars.update(self._noted, description=line)
