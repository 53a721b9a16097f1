"""Great Expectations speaks to our open DuckDB connection.

Great Expectations closes a connection before it has fetched from it, unless its dialect is on a
private list on which DuckDB does not stand; every expectation would then fail with "list index
out of range". An execution engine that holds the connection open is the public way around it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import duckdb
import duckdb_engine
import great_expectations as gx
from great_expectations.core.batch import Batch
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
)
from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from sqlalchemy import Connection
from sqlalchemy.pool import StaticPool


class HeldConnectionEngine(SqlAlchemyExecutionEngine):
    """Keeps one connection for all queries; a query that fails does not spoil the next one."""

    def close(self) -> None:
        """Give the held connection back; SQLAlchemy would roll it back after its end otherwise."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        super().close()

    @contextmanager
    def get_connection(self) -> Iterator[Connection]:
        """Lend the held connection."""
        if self._connection is None:
            self._connection = self.engine.connect()
        try:
            yield self._connection
        except Exception:
            # DuckDB refuses everything in a transaction after an error until it is rolled back.
            self._connection.rollback()
            raise


class AttachedFilesDatasource(SQLDatasource):
    """The files of an audit, behind a connection that the audit opened and will close."""

    type: Literal["attached_files"] = "attached_files"

    @property
    def execution_engine_type(self) -> "type[SqlAlchemyExecutionEngine]":  # `type` is a field here
        """The engine that holds its connection."""
        return HeldConnectionEngine


@contextmanager
def batches(
    connection: duckdb.DuckDBPyConnection, assets: dict[str, str]
) -> Iterator[dict[str, Batch]]:
    """Make one Great Expectations batch per suite over the given connection.

    Args:
        connection: open, read-only where it matters; the caller closes it after this.
        assets: suite name -> the query whose rows the suite is about.
    """
    # Without a documentation site: Data Docs would write cell values unescaped.
    in_memory = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    context = gx.get_context(
        mode="ephemeral", project_config=DataContextConfig(store_backend_defaults=in_memory)
    )
    context.enable_analytics(False)
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_attached_files(
        "audited",
        connection_string="duckdb:///:memory:",
        kwargs={
            "creator": lambda: duckdb_engine.ConnectionWrapper(connection),
            "poolclass": StaticPool,
        },
    )
    try:
        yield {
            suite: source.add_query_asset(suite, query=query)
            .add_batch_definition_whole_table("whole")
            .get_batch()
            for suite, query in assets.items()
        }
    finally:
        source.get_execution_engine().close()
