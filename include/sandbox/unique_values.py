"""Who holds which value of a unique property: looked up by every upsert."""

from include.sandbox.records import Record, Texts
from include.sandbox.store import Store


def is_unique(store: Store, name: str) -> bool:
    """Whether a property's values name a record: unique ones, and a contact's e-mail address."""
    definition = store.definitions.live(name)
    if definition is None:
        return False
    return definition.unique or (store.object_type == "contacts" and name == "email")


class UniqueValues:
    """Finds a store's live records by unique value, whatever its case.

    The table of a property is made when it is first asked for and kept up by writes; whatever else
    changes records (time, merges) calls `forget`. What it says is checked against the record.
    """

    def __init__(self, store: Store, texts: Texts) -> None:
        self.store = store
        self.texts = texts
        self._tables: dict[str, dict[str, int]] = {}

    def forget(self) -> None:
        """Make the tables anew when they are next asked for."""
        self._tables.clear()

    def note(self, name: str, value: str, record: Record) -> None:
        """Take notice of a written value."""
        if name in self._tables and value:
            self._tables[name][value.lower()] = record.id

    def holder(self, name: str, value: str, *, archived: bool = False) -> Record | None:
        """Return the record that has this value: a live one, or the newest in the bin."""
        if archived:
            binned = (self.store.records[i] for i in reversed(self.store.archived))
            same = (r for r in binned if self._value(r, name).lower() == value.lower())
            return next(same, None) if value else None
        if name not in self._tables:
            self._tables[name] = self._table(name)
        record_id = self._tables[name].get(value.lower())
        record = None if record_id is None else self.store.records.get(record_id)
        if record is None or record.archived_at is not None or record.merged_into is not None:
            return None
        return record if self._value(record, name).lower() == value.lower() else None

    def _table(self, name: str) -> dict[str, int]:
        records = self.store.records
        found = ((self._value(records[i], name), i) for i in self.store.scanned())
        return {value.lower(): i for value, i in found if value}

    def _value(self, record: Record, name: str) -> str:
        code = record.value(self.store.definitions.codes[name], record.visible)
        return "" if code is None else self.texts.text[code]
