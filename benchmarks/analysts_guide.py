"""Write the outputs of the analyst's guide: each query of it, run on a file of marts.

python -m benchmarks.analysts_guide data/portals/4980001/published/tickets.duckdb
"""

import re
import sys
from pathlib import Path

import duckdb

GUIDE = Path(__file__).parents[1] / "docs/analysts.md"
_ANSWERED = re.compile(r"```sql\n(?P<query>.*?)```\n\n```text\n.*?```\n", re.DOTALL)


def main() -> None:
    """Replace the text that follows each query of the guide by its output."""
    if len(sys.argv) != 2:
        sys.exit(
            "name the file of marts of the incident log: python -m benchmarks.analysts_guide FILE"
        )
    GUIDE.write_text(answered_guide(Path(sys.argv[1])), encoding="utf-8")


def answered_guide(published: Path) -> str:
    """Give the guide's text with each query's output as a file of marts gives it.

    Args:
        published: marts of the incident log.
    """
    with duckdb.connect(str(published), read_only=True) as marts:
        text = _ANSWERED.sub(
            lambda found: _answered(marts, found["query"]), GUIDE.read_text("utf-8")
        )
    return text.rstrip() + "\n"


def _answered(marts: duckdb.DuckDBPyConnection, query: str) -> str:
    answer = marts.execute(query)
    names = [column[0] for column in answer.description]
    rows = [["" if value is None else str(value) for value in row] for row in answer.fetchall()]
    widths = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (names, ["-" * width for width in widths], *rows)
    ]
    return f"```sql\n{query}```\n\n```text\n" + "\n".join(lines) + "\n```\n"


if __name__ == "__main__":
    main()
