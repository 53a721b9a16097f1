"""A business sentence with the query that finds what contradicts it."""

from typing import Any, ClassVar

from great_expectations.compatibility import pydantic
from great_expectations.expectations import UnexpectedRowsExpectation
from great_expectations.expectations.metadata_types import FailureSeverity

MOST_OFFENDING_ROWS = 20
WARNING = FailureSeverity.WARNING


class BusinessExpectation(UnexpectedRowsExpectation):
    """Base of every expectation here: one class per sentence, which its docstring says.

    A subclass gives `contradictions`: a query for the rows that contradict the sentence, **keys
    only** (ids, property names, times), because what it selects is written into reports and logs.
    `severity` is critical (blocks publishing) unless the subclass says warning; README.md says
    how the two are told apart.
    """

    contradictions: ClassVar[str]
    unexpected_rows_query: str = ""

    # One query gives rows and count; Great Expectations' own version runs each query twice.
    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.table",)

    def __init__(self, **fields: Any) -> None:
        """Take the class's query, unless a stored configuration brings it."""
        fields.setdefault("unexpected_rows_query", _counted(self.contradictions))
        super().__init__(**fields)

    @pydantic.validator("unexpected_rows_query")
    def _validate_query(cls, query: str) -> str:  # noqa: N805 - a pydantic v1 validator
        # Replaces a validator that prints to stdout when a query does not use its batch:
        # ours read several tables, and stdout belongs to the command line's --json.
        return query

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict | None = None,  # noqa: ARG002 - the signature is GX's
        execution_engine: object | None = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        rows = [dict(row) for row in metrics["unexpected_rows_query.table"]]
        count = rows[0]["unexpected_count"] if rows else 0
        for row in rows:
            del row["unexpected_count"]
        return {
            "success": count == 0,
            "result": {"observed_value": count, "details": {"unexpected_rows": rows}},
        }


def _counted(contradictions: str) -> str:
    return (
        "select contradiction.*, count(*) over () as unexpected_count "  # noqa: S608 - our text
        f"from ({contradictions}) as contradiction order by all limit {MOST_OFFENDING_ROWS}"
    )


def systematic(contradictions: str, population: str, share: float = 0.01) -> str:
    """Turn a query for single odd rows into one for a systematic fault.

    A record that HubSpot serves oddly must not keep a portal from its marts for ever, however
    small the portal is; many of them at once mean that the read itself went wrong.

    Args:
        contradictions: query for the odd rows.
        population: query that returns the number of all rows.
        share: up to which share of all (0..1) odd ones are still single cases; one always is.
    """
    return (
        f"with odd as ({contradictions}) select * from odd "  # noqa: S608 - our own text
        f"where (select count(*) from odd) > greatest({share} * ({population}), 1)"
    )
