"""What a request may do to links: which records, which types, how many (hubspot-api.md 2.4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from include.sandbox.association_types import unlabelled
from include.sandbox.errors import InvalidInput
from include.sandbox.portal import Portal
from include.sandbox.store import SINGULAR, record_id_of

CATEGORIES = ("HUBSPOT_DEFINED", "USER_DEFINED", "INTEGRATOR_DEFINED")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records between which a link is asked for."""

    from_type: str
    from_id: int
    to_type: str
    to_id: int

    @property
    def ends(self) -> tuple[str, int, str, int]:
        """Return the pair in the order in which `Associations` takes it."""
        return self.from_type, self.from_id, self.to_type, self.to_id


class Refused(Exception):
    """A pair that cannot be linked, as an entry of a batch answer's `errors`."""

    def __init__(self, category: str, sub: str, message: str, context: dict[str, list]) -> None:
        super().__init__(message)
        self.entry = {
            "status": "error",
            "category": category,
            "subCategory": f"crm.associations.{sub}",
            "message": message,
            "context": context,
        }


def object_id(given: Any) -> int:
    """Return the id that a request names, a number or a string.

    Raises:
        InvalidInput: it is none.
    """
    number = None if isinstance(given, bool) else record_id_of(str(given))
    if number is None or not isinstance(given, int | str):
        raise InvalidInput(f"Invalid input JSON: {str(given)[:40]!r} is not an object id")
    return number


def checked_types(portal: Portal, here: str, there: str, given: Any) -> list[int]:
    """Return the type ids of a request's types.

    Raises:
        InvalidInput: one of them does not exist between these objects.
    """
    if not isinstance(given, list) or not given:
        raise InvalidInput("Invalid input JSON: types must be a list with at least one type")
    found = []
    for item in given:
        type_id = item.get("associationTypeId") if isinstance(item, dict) else None
        if not isinstance(type_id, int) or isinstance(type_id, bool):
            raise InvalidInput("Invalid input JSON: every type needs its associationTypeId")
        category = item.get("associationCategory") or "HUBSPOT_DEFINED"
        if not isinstance(category, str) or category not in CATEGORIES:
            raise InvalidInput(f"Invalid input JSON: {str(category)[:40]!r} is no category")
        labels = portal.associations.labels
        is_known = type_id in labels.all_types(here, there)
        if not is_known or labels.category_and_label(here, there, type_id)[0] != category:
            raise InvalidInput(
                f"Association type id {type_id} with category {category} does not exist from"
                f" {here} to {there}",
                subCategory="crm.associations.INVALID_ASSOCIATION_TYPE",
            )
        found.append(type_id)
    return found


def plain_type(here: str, there: str) -> int:
    """Return the unlabelled type between two objects.

    Raises:
        InvalidInput: they cannot be linked without a label.
    """
    plain = unlabelled(here, there)
    if plain is None:
        raise InvalidInput(f"There is no default association from {here} to {there}")
    return plain


def refuse_absent(portal: Portal, pair: Pair) -> None:
    """Refuse a pair of which one is unknown, archived or merged away.

    Raises:
        Refused: it is.
    """
    for side, object_type, record_id in (
        ("FROM", pair.from_type, pair.from_id),
        ("TO", pair.to_type, pair.to_id),
    ):
        record = portal.stores[object_type].find(record_id)
        if record is None or record.id != record_id:
            name = SINGULAR[object_type].upper()
            raise Refused(
                "OBJECT_NOT_FOUND",
                f"{side}_OBJECT_NOT_FOUND",
                f"{name}={record_id} is not valid",
                {f"{side.lower()}ObjectId": [str(record_id)]},
            )


def refuse_over_limit(portal: Portal, pair: Pair, types: Iterable[int]) -> None:
    """Refuse a link that would exceed the portal's own limit (`definitions/configurations`).

    Each end has its own: a link stands on both sides.

    Raises:
        Refused: it would.
    """
    inverse = portal.associations.labels.inverse
    back = Pair(pair.to_type, pair.to_id, pair.from_type, pair.from_id)
    for type_id in types:
        _refuse_one_more(portal, pair, type_id)
        _refuse_one_more(portal, back, inverse(pair.from_type, pair.to_type, type_id))


def _refuse_one_more(portal: Portal, pair: Pair, type_id: int) -> None:
    most = portal.associations.labels.limits.get((pair.from_type, pair.to_type, type_id))
    if most is None:
        return
    edges = portal.associations.of(pair.from_type, pair.to_type, pair.from_id)
    others = [other for other, kinds in edges.items() if type_id in kinds]
    if pair.to_id not in others and len(others) >= most:
        raise Refused(
            "VALIDATION_ERROR",
            "ASSOCIATION_LIMIT_EXCEEDED",
            f"{SINGULAR[pair.from_type]} {pair.from_id} has {len(others)} associations of type"
            f" {type_id}, the configured maximum is {most}",
            {"fromObjectId": [str(pair.from_id)], "limit": [str(most)]},
        )


def link(portal: Portal, pair: Pair, types: list[int]) -> dict[str, Any]:
    """Give a pair these labels in the place of those it has; return HubSpot's answer to it.

    No record's modified time moves. Linking again changes nothing.

    Raises:
        Refused: a record is absent, or a limit would be exceeded.
    """
    refuse_absent(portal, pair)
    plain = unlabelled(pair.from_type, pair.to_type)
    wanted = {*types} | ({plain} if plain is not None else set())
    refuse_over_limit(portal, pair, wanted)
    portal.associations.replace(*pair.ends, types)
    return labels_between(portal, pair, types)


def link_plainly(portal: Portal, pair: Pair) -> None:
    """Link a pair without a label; the labels it has stay.

    Raises:
        Refused: a record is absent, or a limit would be exceeded.
    """
    refuse_absent(portal, pair)
    plain = plain_type(pair.from_type, pair.to_type)
    refuse_over_limit(portal, pair, [plain])
    portal.associations.link(*pair.ends, plain)


def labels_between(portal: Portal, pair: Pair, types: list[int]) -> dict[str, Any]:
    """Return `LabelsBetweenObjectPair` without the ids, whose type depends on the version."""
    known = portal.associations.labels
    labels = [known.category_and_label(pair.from_type, pair.to_type, t)[1] for t in types]
    return {"labels": [label for label in labels if label is not None]}


def unlink_types(portal: Portal, pair: Pair, types: list[int]) -> None:
    """Take types from a pair; the unlabelled one takes all others with it."""
    plain = unlabelled(pair.from_type, pair.to_type)
    if plain in types:
        portal.associations.unlink_all(*pair.ends)
        return
    for type_id in types:
        portal.associations.unlink(*pair.ends, type_id)
