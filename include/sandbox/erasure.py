"""Erasing a record for good, as a person's right to be forgotten asks (GDPR)."""

from include.sandbox.portal import Portal
from include.sandbox.records import Record


def erase(portal: Portal, object_type: str, record: Record) -> None:
    """Forget a record, its links and its history; nothing of it is archived."""
    portal.archive(object_type, record.id, portal.clock.now())
    portal.indexes[object_type].forget(record.id)
    portal.bin = [entry for entry in portal.bin if entry[1:] != (object_type, record.id)]
    portal.stores[object_type].purge(record)
    portal.associations.forget(object_type, record.id)
    portal.unique[object_type].forget()
