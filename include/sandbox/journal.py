"""The state file: what was done to a portal, line by line, so that a restart does it again.

A portal is a pure function of its contents and of what was done to it, so the file stays small
and a crash can cost no more than the line being written.
"""

import fcntl
import json
from pathlib import Path
from typing import Any, TextIO

from include.sandbox.errors import ControlRefused

# What the first line says; a file of an earlier version says less.
HEAD = {"contents", "until", "options", "reference", "offset", "horizon", "began"}


class Journal:
    """A file of JSON lines: what fills the portal, then every operation."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._held: TextIO | None = None

    def hold(self) -> None:
        """Keep the file for this process, until it ends: two writers would mix their lines.

        Raises:
            ControlRefused: another process has it, or it cannot be written.
        """
        if self.path is None:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._held = self.path.open("a", encoding="utf-8")
        except OSError as error:
            raise ControlRefused(
                f"The state file {self.path} cannot be used ({error.strerror}); nothing was"
                " started: name a file that can be written with --state."
            ) from None
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ControlRefused(
                f"Another sandbox uses the state file {self.path}; nothing was started: stop that"
                " one, or name another file with --state."
            ) from None

    def read(self) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
        """Return the head (None when there is no file yet) and the operations.

        A last line that a crash cut short is left out, and cut off.

        Raises:
            ControlRefused: the file is not a state file.
        """
        if self.path is None or not self.path.exists():
            return None, []
        whole, _, rest = self.path.read_bytes().rpartition(b"\n")
        try:
            lines = [json.loads(line) for line in whole.splitlines()]
            if lines and not (isinstance(lines[0], dict) and lines[0].keys() >= HEAD):
                raise ValueError
        except ValueError:
            raise ControlRefused(
                f"{self.path} is no state file of this version of the sandbox; nothing was"
                " changed: name another with --state, or delete it to begin anew."
            ) from None
        if rest:
            with self.path.open("rb+") as file:
                file.truncate(len(whole) + 1 if whole else 0)
        return (lines[0], lines[1:]) if lines else (None, [])

    def begin(self, head: dict[str, Any]) -> None:
        """Begin the file anew."""
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(json.dumps(head) + "\n", encoding="utf-8")

    def note(self, operation: dict[str, Any]) -> None:
        """Add an operation; it is in the kernel's hands when this returns."""
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(operation) + "\n")
