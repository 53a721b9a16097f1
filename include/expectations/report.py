"""What an audit found: the result of each expectation, one sentence, two files."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from include.expectations.page import render

MOST_KEYS_IN_SENTENCE = 10
LONGEST_VALUE = 80


@dataclass(frozen=True)
class AuditResult:
    """What one expectation found.

    `offending` holds key columns only (ids, property names, times), at most twenty rows.
    `unexpected_count` is None when the expectation could not be checked.
    """

    suite: str
    expectation: str
    sentence: str
    severity: str
    success: bool
    observed: str
    unexpected_count: int | None
    offending: list[dict[str, str | None]]

    @property
    def blocks(self) -> bool:
        """Whether this result keeps the night from being published."""
        return not self.success and self.severity == "critical"


@dataclass(frozen=True)
class AuditReport:
    """What a whole audit found; `success` is whether the staged file may be published."""

    success: bool
    results: list[AuditResult]
    portal_id: str
    run_id: str
    audited_at: datetime
    seconds: float
    json_file: Path
    html_file: Path

    @property
    def failures(self) -> list[AuditResult]:
        """The failed expectations that block publishing."""
        return [result for result in self.results if result.blocks]

    @property
    def warnings(self) -> list[AuditResult]:
        """The failed expectations that are listed and do not block."""
        return [result for result in self.results if not result.success and not result.blocks]

    def summary(self) -> str:
        """Say in one sentence what failed, with up to ten offending keys and no ticket text."""
        if self.failures:
            return (
                f"The audit of run {self.run_id} of portal {self.portal_id} failed: "
                f"{_named(self.failures)}; {self.html_file} lists every result."
            )
        met = f"The audit of run {self.run_id} of portal {self.portal_id} passed"
        held = sum(result.success for result in self.results)
        if self.warnings:
            return f"{met}: {held} expectations met; not blocking: {_named(self.warnings)}."
        return f"{met}: {held} expectations met."

    def as_json(self) -> dict:
        """Return the report as plain values for a JSON file or a command's --json."""
        return {
            "portal_id": self.portal_id,
            "run_id": self.run_id,
            "success": self.success,
            "audited_at": self.audited_at.isoformat(timespec="seconds"),
            "seconds": self.seconds,
            "summary": self.summary(),
            "results": [asdict(result) for result in self.results],
        }

    def write(self) -> None:
        """Write both files, each whole or not at all."""
        content = self.as_json()
        _write(self.json_file, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
        _write(self.html_file, render(content))


def _named(results: list[AuditResult]) -> str:
    keys_left, parts = MOST_KEYS_IN_SENTENCE, []
    for position, result in enumerate(results, start=1):
        # Each failure gets its part of the ten keys, so that none of them goes unnamed.
        share = max(keys_left // (len(results) - position + 1), min(keys_left, 1))
        shown = result.offending[:share]
        keys_left -= len(shown)
        keys = "; ".join(
            ", ".join(f"{name} {_plain(value)}" for name, value in row.items()) for row in shown
        )
        parts.append(f"{result.expectation} ({result.observed}{': ' if keys else ''}{keys})")
    return ", ".join(parts)


def _plain(value: str | None) -> str:
    # An id is text from outside: a line break in it could forge a line in a log.
    if value is None:
        return "none"
    printable = "".join(letter if letter.isprintable() else "?" for letter in value)
    return printable if len(printable) <= LONGEST_VALUE else printable[:LONGEST_VALUE] + "…"


def _write(path: Path, content: str) -> None:
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_text(content, encoding="utf-8")
    os.replace(unfinished, path)  # noqa: PTH105 - says what it does: atomic on every platform
