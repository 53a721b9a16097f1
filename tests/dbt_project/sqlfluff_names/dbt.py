"""dbt's cross-database macros for sqlfluff: some expression of the right kind."""


def generate_series(upper_bound: int) -> str:
    """Stand for the numbers from 1 on."""
    return f"select {upper_bound} as generated_number"


def dateadd(part: str, interval: str, moment: str) -> str:
    """Stand for a moment so much later."""
    return f"dateadd_{part}({interval}, {moment})"


def datediff(first: str, second: str, part: str) -> str:
    """Stand for the number of parts between two moments."""
    return f"datediff_{part}({first}, {second})"


def date_trunc(part: str, moment: str) -> str:
    """Stand for the beginning of a part of time."""
    return f"date_trunc_{part}({moment})"


def listagg(measure: str, delimiter: str, order: str) -> str:
    """Stand for values joined in an order."""
    return f"string_agg({measure}, {delimiter} {order})"
