"""What raw knows of definitions, and since when it can know of what is new there."""

from datetime import UTC, datetime

from include.warehouse.stored import Stored

_READ_UNTIL = """
    select greatest((select max(_extracted_at) from stored.raw.tickets),
        (select max(data_as_of) from stored.raw.loads))
"""


class KnownDefinitions(Stored):
    """Properties and stages, as they were when raw was loaded last."""

    def property_names(self, object_type: str) -> set[str]:
        """Give the properties of this object type that were defined when raw was loaded last."""
        return set(
            self._ids(
                "select name from stored.raw.properties where object_type = $object_type "
                "and removed_at is null and not coalesce(archived, false)",
                "properties",
                object_type=object_type,
            )
        )

    def property_names_ever(self, object_type: str) -> set[str]:
        """Give the properties of this object type that any run listed, archived ones included."""
        return set(
            self._ids(
                "select name from stored.raw.properties where object_type = $object_type",
                "properties",
                object_type=object_type,
            )
        )

    def tickets_read_until(self) -> datetime | None:
        """Give HubSpot's time of the last answer from which raw may hold a ticket, UTC.

        A run that was cut off and gone on with is as of its beginning, and its tickets are later;
        a run that changed no ticket has only its own moment.
        """
        [(latest,)] = self._rows(_READ_UNTIL, "tickets", "loads") or [(None,)]
        return latest and latest.replace(tzinfo=UTC)

    def stage_ids(self) -> set[str]:
        """Give the ids of all stages that there ever were when raw was loaded last."""
        return set(self._ids("select id from stored.raw.stages", "stages"))
