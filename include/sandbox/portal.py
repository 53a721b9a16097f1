"""The portal: everything it is at this moment of its clock, and what moves it on."""

from include.sandbox.associations import Associations
from include.sandbox.clock import Clock
from include.sandbox.contents import Contents, LinkEvent
from include.sandbox.conversations import Conversations
from include.sandbox.errors import ControlRefused
from include.sandbox.files import Files
from include.sandbox.lean import LeanStore
from include.sandbox.lean_associations import LeanAssociations
from include.sandbox.lean_index import LeanIndex
from include.sandbox.limits import Limits
from include.sandbox.merging import merge_records
from include.sandbox.moments import DAY, to_iso
from include.sandbox.pipelines import Pipelines, sales_pipeline
from include.sandbox.reading import Reader
from include.sandbox.schedule import Schedule
from include.sandbox.search import Search
from include.sandbox.search_index import SearchIndex
from include.sandbox.settings import Settings
from include.sandbox.store import ENGAGEMENTS, Store
from include.sandbox.tokens import Tokens
from include.sandbox.unique_values import UniqueValues
from include.sandbox.visibility import hide_from

RECYCLE_BIN = 90 * DAY
_FIRST_IDS = {t: 20_000_000_000 + 10**8 * i for i, t in enumerate(ENGAGEMENTS)}


def _index(store: Store, lag_ms: int) -> SearchIndex:
    return (LeanIndex if isinstance(store, LeanStore) else SearchIndex)(store, lag_ms)


class Portal:
    """A portal at its clock's time.

    `horizon` is the moment up to which its contents' own events have happened: they happen when
    the portal is loaded and when it is advanced, never by themselves while the clock runs on.
    """

    def __init__(self, contents: Contents, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.id = contents.portal_id
        self.name = contents.name
        self.time_zone = contents.time_zone
        self.tokens = Tokens(settings, clock)
        self.limits = Limits(settings, clock, contents.time_zone)
        self.texts, self.sources = contents.texts, contents.sources
        self.stores = contents.stores
        self.pipelines = Pipelines(contents.pipelines)
        sales = Pipelines([sales_pipeline()], "deals")
        sales.define_properties(self.stores["deals"].definitions)
        self.pipelines_of = {"tickets": self.pipelines, "deals": sales}
        self.owners = sorted(contents.owners, key=lambda owner: (len(owner.id), owner.id))
        self.conversations = Conversations(contents.threads, clock)
        self.files = Files(contents.portal_id, settings.token)
        self.associations = LeanAssociations(contents.lean) if contents.lean else Associations()
        for label in contents.labels:
            self.associations.define_label(*label)
        self.readers = {t: self._reader(store, contents) for t, store in self.stores.items()}
        self.indexes = {t: _index(s, settings.index_lag_ms) for t, s in self.stores.items()}
        self.searches = {object_type: self._search(object_type) for object_type in self.stores}
        self.unique = {t: UniqueValues(store, self.texts) for t, store in self.stores.items()}
        self.bin: list[tuple[int, str, int]] = []  # (archived at, type, id) by people and apps
        if settings.createdate_writable:
            for name in ("createdate", "closed_date"):
                self.stores["tickets"].definitions.by_name[name].locked = False
        hide_from(settings.scopes, self.stores)
        self.schedule = Schedule(contents)
        self._last_ids = {
            t: max(records, default=_FIRST_IDS.get(t, 0)) for t, records in contents.records.items()
        }
        if contents.lean:
            self._last_ids["tickets"] = max(self.stores["tickets"].live, default=1_000_000_000)
        for merge in contents.merges:
            last = self._last_ids[merge.object_type]
            self._last_ids[merge.object_type] = max(last, merge.survivor)
        firsts = (record.created for kept in contents.records.values() for record in kept.values())
        self.born = contents.lean.begins if contents.lean else min(firsts, default=clock.now())
        self.horizon = 0
        self._happen(clock.now() if settings.until is None else settings.until)

    def _reader(self, store: Store, contents: Contents) -> Reader:
        pipelines, cap = self.pipelines_of.get(store.object_type), self.settings.history_cap
        return Reader(store, contents, pipelines, self.associations, cap)

    def _search(self, object_type: str) -> Search:
        strict = self.settings.unknown_search_property == "error"
        reader = self.readers[object_type]
        return Search(self.indexes[object_type], reader, strict=strict)

    def advance(self, moment: int) -> dict[str, object]:
        """Move the clock to `moment` and let the contents' events up to it happen.

        Raises:
            ControlRefused: the moment lies before what has happened already.
        """
        if moment < self.horizon:
            raise ControlRefused(
                f"The portal stands at {to_iso(self.horizon)} and cannot go back to"
                f" {to_iso(moment)}; nothing was changed: name a later time, or POST reset."
            )
        self.clock.advance(moment)
        counts = self._happen(moment)
        return {"now": to_iso(self.clock.now()), "until": to_iso(moment), **counts}

    def _happen(self, moment: int) -> dict[str, int]:
        """Let events happen; the four kinds in this order give the same end in any steps."""
        self.horizon = moment
        self._purge(max(moment, self.clock.now()))
        now = max(moment, self.clock.now())
        counts = {"created": 0, "changed": 0}
        for object_type, store in self.stores.items():
            settled = self.schedule.settle(object_type, moment)
            touched = [record for record in settled if record.id not in store.purged]
            created = [r for r in touched if r.id not in store.records]
            store.admit(created)
            moved = [r for r in touched if r.merged_into is None]
            self.indexes[object_type].touch(moved, now)
            self.unique[object_type].forget()
            if object_type == "tickets":
                counts = {"created": len(created), "changed": len(moved) - len(created)}
        links = self.schedule.links.until(moment)
        for event in links:
            self._link(event)
        archives = self.schedule.archives.until(moment)
        for gone in archives:
            self.archive(gone.object_type, gone.id, gone.when)
        merges = self.schedule.merges.until(moment)
        for merge in merges:
            merge_records(self, merge)
        return counts | {"links": len(links), "archived": len(archives), "merged": len(merges)}

    def _link(self, event: LinkEvent) -> None:
        """Apply a link event to the records that its ids mean now, if both are still known."""
        start = self._meant_by(event.from_type, event.from_id)
        end = self._meant_by(event.to_type, event.to_id)
        if start is None or end is None:
            return
        here, there = (event.from_type, start), (event.to_type, end)
        if event.operation == "unlink_all":
            self.associations.unlink_all(*here, *there)
        elif event.operation == "unlink":
            self.associations.unlink(*here, *there, event.type_id)
        else:
            self.associations.link(*here, *there, event.type_id)

    def _meant_by(self, object_type: str, record_id: int) -> int | None:
        """Return the record that an event's id means now; None when it was erased or purged."""
        store = self.stores[object_type]
        record = store.resolve(record_id)
        if record is not None:
            return record.id
        return None if record_id in store.purged or record_id in store.records else record_id

    def archive(self, object_type: str, record_id: int, when: int) -> None:
        """Archive a record at a moment; one that is gone already stays as it is."""
        store = self.stores[object_type]
        record = store.resolve(record_id)
        if record is not None and record.archived_at is None:
            store.archive(record, when)
            self.indexes[object_type].touch([record], max(when, self.clock.now()), left_at=when)

    def bin_record(self, object_type: str, record_id: int, when: int) -> None:
        """Archive a record as people and apps do; 90 days later it is gone for good.

        What a dataset archives stays in the bin: old logs would else have no archived records.
        """
        record = self.stores[object_type].resolve(record_id)
        if record is not None and record.archived_at is None:
            self.archive(object_type, record.id, when)
            self.bin.append((when, object_type, record.id))

    def restore(self, object_type: str, record_id: int) -> bool:
        """Take a record out of the recycle bin; its links come back with it."""
        record = self.stores[object_type].records.get(record_id)
        if record is None or record.archived_at is None or record.merged_into is not None:
            return False
        self.bin = [entry for entry in self.bin if entry[1:] != (object_type, record_id)]
        self.stores[object_type].restore(record)
        self.indexes[object_type].come_back(record, self.clock.now())
        self.unique[object_type].forget()
        return True

    def _purge(self, now: int) -> None:
        """Forget what has lain in the recycle bin for 90 days of the portal's clock."""
        for store in self.stores.values():
            store.definitions.purge(now - RECYCLE_BIN)
        due = [entry for entry in self.bin if entry[0] + RECYCLE_BIN <= now]
        self.bin = [entry for entry in self.bin if entry[0] + RECYCLE_BIN > now]
        for _, object_type, record_id in due:
            record = self.stores[object_type].records.get(record_id)
            if record is not None and record.archived_at is not None:
                # The index may lag behind: what waits for it there is gone too.
                self.indexes[object_type].forget(record_id)
                self.stores[object_type].purge(record)
                self.associations.forget(object_type, record_id)

    def new_id(self, object_type: str) -> int:
        """Return the id of a record created now: ascending, with gaps."""
        self._last_ids[object_type] += 7
        return self._last_ids[object_type]
