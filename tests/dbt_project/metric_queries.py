"""The SQL of a metric, made from the compiled semantic manifest, as MetricFlow would.

MetricFlow itself cannot be installed beside this dbt (DECISIONLOG.md): what is defined once is read
from where it was compiled to, not from the files.
"""

import json
import re
from pathlib import Path
from typing import Any

_AGGREGATES = {"sum": "sum({})", "median": "median({})", "count_distinct": "count(distinct {})"}


class SemanticManifest:
    """What `dbt parse` compiled of semantic models and metrics."""

    def __init__(self, path: Path) -> None:
        compiled = json.loads(path.read_text("utf-8"))
        self.metrics: dict[str, Any] = {metric["name"]: metric for metric in compiled["metrics"]}
        self.models: list[dict[str, Any]] = compiled["semantic_models"]

    def query(self, metric: str, dimensions: tuple[str, ...] = ()) -> str:
        """Give a query of a metric's value, by dimensions of its semantic model.

        Args:
            metric: a simple metric, or a ratio of two simple ones of one semantic model.
            dimensions: names of categorical dimensions.
        """
        found = self.metrics[metric]
        if found["type"] == "ratio":
            sides = [found["type_params"][side]["name"] for side in ("numerator", "denominator")]
            parts = [self.metrics[side] for side in sides]
            (table, above), (_, below) = (self._measure(part) for part in parts)
            value = f"{above} / nullif({below}, 0)"
        else:
            parts = [found]
            table, value = self._measure(found)
        columns = ", ".join(self._expression(table, name) for name in dimensions)
        grouped = f" group by {columns}" if columns else ""
        head = f"select {columns + ', ' if columns else ''}{value} from marts.{table}"
        return head + self._filtered(table, parts) + grouped

    def _filtered(self, table: str, parts: list[dict[str, Any]]) -> str:
        """Give the where clause of a query: the parts of a ratio have to have the same filter."""
        (filters,) = {
            tuple(f["where_sql_template"] for f in (part["filter"] or {}).get("where_filters", ()))
            for part in parts
        }
        written = [
            re.sub(
                r"\{\{ Dimension\('\w+?__(\w+)'\) \}\}",
                lambda named: self._expression(table, named[1]),
                one,
            )
            for one in filters
        ]
        return f" where {' and '.join(written)}" if written else ""

    def _measure(self, metric: dict[str, Any]) -> tuple[str, str]:
        name = metric["type_params"]["measure"]["name"]
        for model in self.models:
            for measure in model["measures"]:
                if measure["name"] == name:
                    value = _AGGREGATES[measure["agg"]].format(measure["expr"])
                    return model["node_relation"]["alias"], value
        raise KeyError(name)

    def _expression(self, table: str, dimension: str) -> str:
        for model in self.models:
            if model["node_relation"]["alias"] == table:
                for found in model["dimensions"]:
                    if found["name"] == dimension:
                        return found["expr"] or dimension
        raise KeyError(dimension)
