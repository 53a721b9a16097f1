"""A candidate file as a build leaves it, with a view as dbt writes them."""

import duckdb

from include.warehouse.files import PortalFiles


def build(files: PortalFiles, value: str) -> None:
    """Write marts whose table and view both show `value`."""
    files.ensure()
    with duckdb.connect(str(files.candidate)) as candidate:
        candidate.execute("drop schema if exists marts cascade")
        candidate.execute("create schema marts")
        candidate.execute("create table marts.tickets (ticket_id varchar not null, value varchar)")
        candidate.execute("insert into marts.tickets values ('1', ?)", [value])
        candidate.execute("create view marts.timeline as select * from marts.tickets")
