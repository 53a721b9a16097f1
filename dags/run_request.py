"""From Airflow's words to a run's request: the form, the data interval, the connection."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from airflow.sdk import Connection as AirflowConnection
from airflow.sdk import Param
from airflow.sdk.exceptions import AirflowNotFoundException

from include.pipeline.connections import Connection, address_of, variable_of
from include.pipeline.errors import ConnectionMissing
from include.pipeline.registry import Portal
from include.pipeline.requests import MODES, RunRequest, parse_moment


def form_of(portal: Portal) -> dict[str, Param]:
    """Return the form of a portal's manual run."""
    return {
        "mode": Param(
            "incremental",
            enum=list(MODES),
            description="incremental: what changed since the last run. full: everything again. "
            "window: what changed between the two moments below; the cursor stays. "
            "sweep: prove that nothing is missing.",
        ),
        "window_from": Param(
            None,
            type=["null", "string"],
            format="date-time",
            description="Window's beginning, UTC.",
        ),
        "window_to": Param(
            None, type=["null", "string"], format="date-time", description="Window's end, UTC."
        ),
        "properties": Param(
            None,
            type=["null", "array"],
            items={"type": "string"},
            description="Ticket properties to read, one a line; empty reads all.",
        ),
        "associations": Param(
            list(portal.associations),
            type="array",
            examples=list(portal.associations),
            items={"type": "string", "enum": list(portal.associations)},
            description="Object types whose links to tickets are read.",
        ),
        "spread": Param(
            False,
            type="boolean",
            description="Begin a read that takes more calls than are left today: it stops at the "
            "limit, and the next run goes on with it.",
        ),
    }


def request_of(context: Mapping[str, Any]) -> RunRequest:
    """Return what a DAG run is asked to do.

    A backfill repeats its data interval; a scheduled run reads from the cursor to now, whatever
    its interval; a manual run is what the form says.
    """
    form = context["params"]
    if context["dag_run"].run_type == "backfill":
        mode, window = "window", (context["data_interval_start"], context["data_interval_end"])
    else:
        mode, window = form["mode"], (_moment(form["window_from"]), _moment(form["window_to"]))
    window_from, window_to = (at and _plain(at) for at in window)
    return RunRequest(
        mode=mode,
        window_from=window_from,
        window_to=window_to,
        properties=tuple(form["properties"]) if form["properties"] else None,
        # A sweep reads every link, whatever the form says by default.
        associations=None if mode == "sweep" else tuple(form["associations"]),
        spread=bool(form["spread"]),
    )


def connection_of(portal: Portal) -> Connection:
    """Resolve a portal's connection through Airflow: environment, secrets backend or database.

    Raises:
        ConnectionMissing: Airflow knows no such connection, or it lacks address or token.
    """
    try:
        found = AirflowConnection.get(portal.connection)
    except AirflowNotFoundException:
        raise ConnectionMissing(
            f"Airflow knows no connection '{portal.connection}', which portal '{portal.name}' "
            f"names; add it in Airflow or set {variable_of(portal.connection)}."
        ) from None
    address = address_of(found.host, found.schema, found.port)
    called = f"connection '{portal.connection}' of portal '{portal.name}'"
    return Connection(address, found.password or "", called)


def _moment(text: str | None) -> datetime | None:
    return parse_moment(text) if text else None


def _plain(moment: datetime) -> datetime:
    """Return a plain moment: Airflow's are Pendulum's, whose differences are not timedeltas."""
    return datetime.fromtimestamp(moment.timestamp(), UTC)
