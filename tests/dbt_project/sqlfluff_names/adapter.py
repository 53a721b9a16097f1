"""dbt's `adapter` for sqlfluff: a dispatched macro is some expression."""

from collections.abc import Callable


def dispatch(name: str) -> Callable[..., str]:
    """Give a stand-in for the macro that dbt would choose for the engine."""
    return lambda *arguments: f"{name}({', '.join(map(str, arguments))})"
