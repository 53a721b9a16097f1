"""Answers a search from the index: narrow by bisection first, then test what is left."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from include.sandbox.errors import InvalidInput
from include.sandbox.reading import Reader
from include.sandbox.search_bounds import HIGHEST, LOWEST, RANGES, Bounds, Test, pick, tighten
from include.sandbox.search_filters import Matches, matcher, reader_of, tokens
from include.sandbox.search_index import SearchIndex
from include.sandbox.search_query import Query
from include.sandbox.store import object_type_of, record_id_of

_SEARCHABLE = ("subject", "content", "email", "firstname", "lastname", "name", "domain", "dealname")


class Search:
    """Runs checked queries over one object type."""

    def __init__(self, index: SearchIndex, reader: Reader, *, strict: bool) -> None:
        self.index = index
        self.reader = reader
        self.strict = strict  # an unknown property is a 400, not an empty answer

    def run(self, query: Query, now: int) -> tuple[int, list[int]]:
        """Return how many records match, and the ids of the page asked for."""
        self.index.drain(now)
        groups = [self._bounds(group, now) for group in query.groups] or [Bounds()]
        if query.text:
            for bounds in groups:
                bounds.tests.append(self._text_test(query.text, now))
        if len(groups) == 1:
            ids, order = self._narrow(groups[0], self._order_name(query.sort))
        else:
            found = [self._narrow(bounds, "id")[0] for bounds in groups]
            ids, order = list({_id(hit) for hits in found for hit in hits}), ""
        if order != self._order_name(query.sort) and not self._same_moment(groups, query.sort):
            ids = self._sorted(ids, query, now)
        elif query.descending:
            ids = ids[::-1]
        return len(ids), [_id(hit) for hit in ids[query.after : query.after + query.limit]]

    def _order_name(self, property_name: str) -> str:
        names = {
            self.reader.store.modified_property: "modified",
            "createdate": "created",
            "hs_createdate": "created",
            "hs_object_id": "id",
        }
        return names.get(property_name, "?")

    def _same_moment(self, groups: list[Bounds], sort: str) -> bool:
        """Whether the ids of one modified moment were asked for in the order of ids."""
        low, high = groups[0].modified
        return len(groups) == 1 and low == high and sort == "hs_object_id"

    def _bounds(self, group: Iterable[dict[str, Any]], now: int) -> Bounds:
        bounds = Bounds()
        for filter_ in group:
            name, operator = filter_["propertyName"], filter_["operator"]
            order = self._order_name(name)
            if order != "?" and operator in RANGES:
                tighten(getattr(bounds, order), filter_)
            elif name.startswith("associations."):
                bounds.choose(self._linked(filter_))
            elif order == "?" or not pick(bounds, order, filter_, self.index):
                bounds.tests.append(self._value_test(filter_, now))
        return bounds

    def _value_test(self, filter_: dict[str, Any], now: int) -> Test:
        name = filter_["propertyName"]
        definition = self.reader.store.definitions.shown(name)
        if definition is None:
            if self.strict:
                raise InvalidInput(f"Unknown property {name!r}")
            return lambda _: False  # HubSpot answers silently empty (airbyte 6.13.2)
        matches = matcher(filter_, definition.type)
        records, value = self.reader.store.records, self.reader.value
        if definition.set_by_hubspot:
            return lambda i: matches(value(records[i], name, records[i].indexed, now))
        return self._stored_test(name, matches)

    def _stored_test(self, name: str, matches: Matches) -> Test:
        """Return a test of what was written, made once for each value and not for each record."""
        code, texts = self.reader.store.definitions.codes[name], self.reader.texts
        records, known = self.reader.store.records, {None: matches(None)}

        def test(record_id: int) -> bool:
            record = records[record_id]
            value = record.value(code, record.indexed)
            if value not in known:
                known[value] = matches(texts[value])
            return known[value]

        return test

    def _linked(self, filter_: dict[str, Any]) -> set[int]:
        """Return the ids of the records that are linked to those which a filter names."""
        other = object_type_of(filter_["propertyName"].partition(".")[2])
        values = filter_.get("values") or [filter_.get("value")]
        if other is None or filter_["operator"] not in ("EQ", "IN"):
            raise InvalidInput(f"Invalid filter on {filter_['propertyName']}")
        wanted = {record_id_of(str(value)) for value in values} - {None}
        here, ends = self.reader.store.object_type, self.reader.stores[other]
        shown = [end for end in wanted if not ends.is_archived(end)]
        return {i for end in shown for i in self.reader.associations.of(other, here, end)}

    def _text_test(self, text: str, now: int) -> Test:
        wanted, records = tokens(text), self.reader.store.records
        names = [name for name in _SEARCHABLE if self.reader.store.definitions.shown(name)]

        def matches(record_id: int) -> bool:
            record = records[record_id]
            values = [self.reader.value(record, n, record.indexed, now) or "" for n in names]
            found = tokens(" ".join(values))
            return all(any(word.startswith(w) for word in found) for w in wanted)

        return matches

    def _narrow(self, bounds: Bounds, preferred: str) -> tuple[Sequence, str]:
        """Return a group's matches and the order in which they come.

        The order with the fewest candidates is taken, the preferred one on a tie. Matches are
        (moment, id) pairs or plain ids, whichever that order holds.
        """
        index = self.index
        if bounds.chosen is not None:
            tests = [*self._bound_tests(bounds, "chosen"), *bounds.tests]
            known = sorted(i for i in bounds.chosen if index.entries.get(i) is not None)
            return [i for i in known if all(test(i) for test in tests)], "id"
        ranges = {
            "modified": index.modified_between(*bounds.modified, *bounds.id),
            "created": index.created_between(*bounds.created),
            "id": index.ids_between(*bounds.id),
        }
        best = min(ranges, key=lambda n: (ranges[n][1] - ranges[n][0], n != preferred))
        orders = {"modified": index.by_modified, "created": index.by_created, "id": index.by_id}
        low, high = ranges[best]
        found: Sequence = orders[best][low : max(low, high)]
        tests = [*bounds.tests, *self._bound_tests(bounds, best)]
        if tests:
            found = [hit for hit in found if all(test(_id(hit)) for test in tests)]
        return found, best

    def _bound_tests(self, bounds: Bounds, best: str) -> list[Test]:
        """Return the tests of those bounds that the chosen order did not apply."""
        entries, tests = self.index.entries, []
        for place, name in enumerate(("modified", "created")):
            low, high = getattr(bounds, name)
            if name != best and (low, high) != (LOWEST, HIGHEST):
                tests.append(lambda i, p=place, a=low, b=high: a <= entries[i][p] <= b)
        low, high = bounds.id
        applied = best == "id" or (best == "modified" and bounds.modified[0] == bounds.modified[1])
        if not applied and (low, high) != (LOWEST, HIGHEST):
            tests.append(lambda i: low <= i <= high)
        return tests

    def _sorted(self, found: Sequence, query: Query, now: int) -> list[int]:
        """Sort matches; records without a value stand first, equal ones in order of creation."""
        ids = [_id(hit) for hit in found]
        order, entries = self._order_name(query.sort), self.index.entries
        ids.sort(key=lambda i: (entries[i][1], i))
        if order == "?":
            ids.sort(key=self._sort_key(query.sort, now), reverse=query.descending)
        else:
            keys = {"modified": lambda i: (entries[i][0], i), "id": lambda i: i,
                    "created": lambda i: (entries[i][1], i)}  # fmt: skip
            ids.sort(key=keys[order], reverse=query.descending)
        return ids

    def _sort_key(self, name: str, now: int) -> Callable[[int], tuple]:
        definition = self.reader.store.definitions.shown(name)
        read = reader_of(definition.type if definition else "string")
        records = self.reader.store.records

        def key(record_id: int) -> tuple:
            record = records[record_id]
            value = self.reader.value(record, name, record.indexed, now)
            try:
                return (1, read(value)) if value else (0,)
            except ValueError:
                return (0,)

        return key


def _id(hit: int | tuple[int, int]) -> int:
    return hit if isinstance(hit, int) else hit[1]
