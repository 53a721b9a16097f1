"""May the next build go on from what the former left? Only from two files of one whole build.

A build keeps tables of its own in the warehouse and the marts in the candidate. Both files say,
once the build has ended well, which build they are of and by which rules; a build that begins takes
both words back first. One that is killed or fails, a rebuilt warehouse, a restored candidate,
another policy: each leaves words that are missing or differ, and everything is built anew.
"""

from datetime import UTC, datetime
from pathlib import Path

import duckdb

from include.warehouse.connection import attached, open_memory
from include.warehouse.errors import WarehouseUnreadable
from include.warehouse.files import PortalFiles

# What a definition says that the marts of unchanged tickets depend on: labels of options may change
# daily, the type of a property may not. What a partial run saw made or removed after the moment of
# the marts counts only once that moment has passed it, though the definition is the same then.
_DEFINITIONS = """
    with whole as (
        select max(data_as_of) as moment from stored.raw.loads where coalesce(is_whole, true)
    ), said as (
        select 'account' as kind, [portal_id, time_zone] as words,
            null::timestamp as created_at, null::timestamp as removed_at
        from stored.raw.account
        union all
        select 'pipeline', [id, label], created_at, removed_at from stored.raw.pipelines
        union all
        select 'stage', [pipeline_id, id, label, display_order::varchar, ticket_state,
            is_closed::varchar, archived::varchar], created_at, removed_at
        from stored.raw.stages
        union all
        select 'property', [name, type, field_type, calculated::varchar, hubspot_defined::varchar,
            modification_metadata::varchar], null, removed_at
        from stored.raw.properties where object_type = 'tickets'
        union all
        select 'owner', [id, user_id], null, null from stored.raw.owners where user_id is not null
    )
    select kind, words, removed_at, created_at <= moment, removed_at <= moment
    from said cross join whole
"""


def definitions(files: PortalFiles) -> str:
    """Give a text that changes when a pipeline, stage, property, owner or the time zone does.

    Raises:
        WarehouseBusy: Another process writes the warehouse.
    """
    with open_memory() as memory, attached(memory, files.warehouse, "stored"):
        rows = memory.execute(f"select * from ({_DEFINITIONS}) order by all").fetchall()  # noqa: S608
    return repr(rows)


def may_go_on(files: PortalFiles, rules: str, as_of: datetime) -> bool:
    """Tell whether warehouse and candidate stand as one whole build by these rules left them.

    Args:
        files: The portal's files.
        rules: Whatever makes equal rows come out equal: code, policies, definitions.
        as_of: The moment of the build to come; one before the former's cannot go on from it.
    """
    if not (files.candidate.exists() and files.warehouse.exists()):
        return False
    words = [_word(files.warehouse), _word(files.candidate)]
    if words[0] is None or words[0] != words[1]:
        return False
    _, former_rules, former_as_of = words[0]
    return former_rules == rules and former_as_of <= as_of.astimezone(UTC).replace(tzinfo=None)


def _word(path: Path) -> tuple[str, str, datetime] | None:
    try:
        with open_memory() as memory, attached(memory, path, "stored"):
            return memory.execute("select build_id, rules, as_of from stored.meta.build").fetchone()
    except (WarehouseUnreadable, duckdb.CatalogException, duckdb.BinderException):
        # no such table, or one from before builds had rules
        return None
