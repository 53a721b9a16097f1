"""Writes to records, checked and not yet done: a batch changes all or nothing."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from include.sandbox.errors import Conflict, InvalidInput
from include.sandbox.records import Record
from include.sandbox.store import SINGULAR, TYPE_IDS, record_id_of
from include.sandbox.unique_values import is_unique
from include.sandbox.write_checks import checked_values

if TYPE_CHECKING:
    from include.sandbox.portal import Portal


class Link(NamedTuple):
    """An association that a new record is born with."""

    to_type: str
    to_id: int
    type_id: int


@dataclass
class Draft:
    """A checked write: a new record, or values for one that is there."""

    object_type: str
    record: Record | None
    values: dict[str, str]
    links: list[Link] = field(default_factory=list)


class Drafts:
    """Checks the writes of one request; a value that one of them claims is taken for the next."""

    def __init__(self, portal: "Portal", object_type: str, family: str) -> None:
        self.portal = portal
        self.object_type = object_type
        self.family = family
        self._claims: dict[tuple[str, str], int] = {}
        self._number = 0

    def draft(self, given: dict[str, Any], record: Record | None) -> Draft:
        """Check a write.

        Raises:
            InvalidInput: a value, a link or the request itself is not valid.
            Conflict: a unique value is taken.
        """
        portal, object_type = self.portal, self.object_type
        values = checked_values(portal, object_type, given.get("properties"), record, self.family)
        links = [] if record is not None else self._links(given.get("associations"))
        self._number += 1
        me = record.id if record is not None else -self._number
        claims = []
        for name, value in values.items():
            if value and is_unique(portal.stores[object_type], name):
                self._refuse_taken(name, value, me)
                claims.append((name, value.lower()))
        self._claims |= dict.fromkeys(claims, me)
        return Draft(object_type, record, values, links)

    def _refuse_taken(self, name: str, value: str, me: int) -> None:
        holder = self.portal.unique[self.object_type].holder(name, value)
        other = self._claims.get((name, value.lower()), me)
        if holder is not None and holder.id != me:
            other = holder.id
        if other == me:
            return
        kind = SINGULAR[self.object_type].capitalize()
        held = "" if self.object_type == "contacts" else f" with {name} = {value[:200]}"
        existing = f"Existing ID: {other}" if other > 0 else "It stands twice in this batch"
        raise Conflict(f"{kind} already exists{held}. {existing}")

    def _links(self, given: Any) -> list[Link]:
        if given is None:
            return []
        if not isinstance(given, list):
            raise InvalidInput("Invalid input JSON: associations must be a list")
        return [link for item in given for link in self._links_of(item)]

    def _links_of(self, item: Any) -> list[Link]:
        to = item.get("to") if isinstance(item, dict) else None
        types = item.get("types") if isinstance(item, dict) else None
        if not isinstance(to, dict) or not isinstance(types, list) or not types:
            raise InvalidInput("Invalid input JSON: an association needs to.id and types")
        to_id = record_id_of(str(to.get("id")))
        links = []
        for kind in types:
            type_id = kind.get("associationTypeId") if isinstance(kind, dict) else None
            number = record_id_of(str(type_id))
            category = kind.get("associationCategory") if isinstance(kind, dict) else None
            to_type = None if number is None else self._target(number, category, to_id)
            if to_id is None or number is None or to_type is None:
                raise InvalidInput(
                    f"Invalid association: type {str(type_id)[:20]} from {self.object_type} to"
                    f" {str(to.get('id'))[:20]} does not exist"
                )
            links.append(Link(to_type, to_id, number))
        return links

    def _target(self, type_id: int, category: Any, to_id: int | None) -> str | None:
        """Return the object type that an association type leads to, when such a record lives."""
        labels = self.portal.associations.labels
        for to_type in TYPE_IDS:
            if type_id not in labels.all_types(self.object_type, to_type):
                continue
            known, _ = labels.category_and_label(self.object_type, to_type, type_id)
            if known != (category or "HUBSPOT_DEFINED"):
                continue
            if to_id is not None and self.portal.stores[to_type].find(to_id) is not None:
                return to_type
        return None
