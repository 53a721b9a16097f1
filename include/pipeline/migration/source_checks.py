"""What a token could not read was never landed: it would be missed by nobody."""

from typing import Any

from include.pipeline.errors import BadRequest
from include.pipeline.registry import Portal
from include.warehouse.owed import owed


def require_whole(source: Portal) -> None:
    """See that the source's syncs read every kind of object that its registry entry names.

    Raises:
        BadRequest: A sync skipped some for a missing scope, and none has caught up with them.
        WarehouseError: The source's warehouse cannot be read.
    """
    left_out = sorted(owed(source.files) & set(source.associations))
    if left_out:
        raise BadRequest(
            f"the token for portal {source.portal_id} may not read {', '.join(left_out)}, so they "
            "would not be brought over: nothing was written; add the scopes to the app in HubSpot "
            f"and run `sync --portal {source.name}`, or leave them out in its registry entry "
            "(associations), then run `migrate plan` again."
        )


def require_files(source: Portal, plan: Any) -> None:
    """See that files which the source's token may not read are not taken for files that are gone.

    Args:
        source: The portal that is left.
        plan: An open DuckDB connection, the plan's tables in its schema `migration`.

    Raises:
        BadRequest: The plan's engagements carry some, and a sync skipped them.
        WarehouseError: The source's warehouse cannot be read.
    """
    found = plan.execute("select count(*) from migration.plan_files where action = 'list'")
    (unknown,) = found.fetchone() or (0,)
    if unknown and "files" in owed(source.files):
        raise BadRequest(
            f"the token for portal {source.portal_id} may not read files, so {unknown:,} "
            "attachments would not be brought over: nothing was written; add the scope files to "
            f"the app in HubSpot and run `sync --portal {source.name}`, then run `migrate plan` "
            "again."
        )


def require_files_of_both(source: Portal, target: Portal) -> None:
    """See that attachments of both sides can be compared: what was not read is no difference.

    Raises:
        BadRequest: A sync of one of them skipped files for a missing scope.
        WarehouseError: A warehouse cannot be read.
    """
    unread = [portal for portal in (source, target) if "files" in owed(portal.files)]
    if unread:
        names = " and ".join(portal.portal_id for portal in unread)
        syncs = " and ".join(f"`sync --portal {portal.name}`" for portal in unread)
        raise BadRequest(
            f"the token for portal {names} may not read files, so attachments cannot be compared: "
            "no report was written, and nothing was changed in HubSpot; add the scope files to the "
            f"app in HubSpot and run {syncs}, then run `migrate reconcile` again."
        )
