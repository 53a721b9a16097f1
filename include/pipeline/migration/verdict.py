"""What a reconciliation found, and whether the migration is faithful."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Level:
    """One level of the reconciliation.

    Attributes:
        level: definitions, population, identity, fields, links, conversations, measures.
        checked: how many comparisons were made.
        equal: the same on both sides.
        mapped: the same by a declared or matching counterpart (stage, owner, option, id).
        expected: not the same, for a reason that is listed.
        unexplained: not the same.
        fidelity: 100 * (checked - unexplained) / checked.
    """

    level: str
    checked: int
    equal: int
    mapped: int
    expected: int
    unexplained: int
    fidelity: float


@dataclass(frozen=True)
class Verdict:
    """The answer of a reconciliation.

    Attributes:
        verdict: `pass` when nothing is unexplained and every expectation held; else `fail`.
        levels: in the order of the contract.
        kinds: unexplained differences by kind.
        report: the page, one self-contained HTML file.
        differences: CSV of every difference.
        summary: one sentence, without any ticket text.
    """

    verdict: str
    levels: tuple[Level, ...]
    kinds: dict[str, int]
    report: Path
    differences: Path
    summary: str

    @property
    def passed(self) -> bool:
        """Whether the migration is faithful."""
        return self.verdict == "pass"

    def as_json(self) -> dict[str, Any]:
        """Plain values, as `migrate reconcile --json` prints them and Airflow hands them on."""
        # a list: what Airflow shows of a tuple is its class and a text
        return asdict(self) | {
            "levels": [asdict(level) for level in self.levels],
            "report": str(self.report),
            "differences": str(self.differences),
        }
