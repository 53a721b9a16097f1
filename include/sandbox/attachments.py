"""The files that engagements and messages name: they exist though nobody uploaded them."""

from include.sandbox.portal import Portal
from include.sandbox.store import ENGAGEMENTS, record_id_of


def attach_files(portal: Portal) -> None:
    """Let the files exist that engagements and messages name as attachments."""
    for object_type in ENGAGEMENTS:
        store = portal.stores[object_type]
        code = store.definitions.codes.get("hs_attachment_ids", -1)
        for record in store.records.values():
            value = record.value(code, record.visible)
            if value is not None:
                _attach(portal, portal.texts.text[value], record.created)
    for thread in portal.conversations.threads.values():
        for message in thread.visible(portal.horizon):
            _attach(portal, message.attachments, message.when)


def _attach(portal: Portal, names: str, born: int) -> None:
    for name in filter(None, names.split(";")):
        if number := record_id_of(name.strip()):
            portal.files.attached(number, born)
