"""HubSpot's association type ids (hubspot-api.md 2.4), the same in every portal."""

# (from, to, unlabelled there, unlabelled back)
_PLAIN = (
    ("tickets", "contacts", 16, 15),
    ("tickets", "companies", 339, 340),
    ("tickets", "deals", 28, 27),
    ("tickets", "tickets", 452, 452),
    ("tickets", "calls", 219, 220),
    ("tickets", "emails", 223, 224),
    ("tickets", "meetings", 225, 226),
    ("tickets", "notes", 227, 228),
    ("tickets", "tasks", 229, 230),
    ("tickets", "communications", 84, 83),
    ("contacts", "companies", 279, 280),
    ("contacts", "contacts", 449, 449),
    ("contacts", "deals", 4, 3),
    ("contacts", "calls", 193, 194),
    ("contacts", "emails", 197, 198),
    ("contacts", "meetings", 199, 200),
    ("contacts", "notes", 201, 202),
    ("contacts", "tasks", 203, 204),
    ("contacts", "communications", 82, 81),
    ("companies", "companies", 450, 450),
    ("companies", "deals", 342, 341),
    ("companies", "calls", 181, 182),
    ("companies", "emails", 185, 186),
    ("companies", "meetings", 187, 188),
    ("companies", "notes", 189, 190),
    ("companies", "tasks", 191, 192),
    ("companies", "communications", 88, 87),
    ("deals", "deals", 451, 451),
    ("deals", "calls", 205, 206),
    ("deals", "emails", 209, 210),
    ("deals", "meetings", 211, 212),
    ("deals", "notes", 213, 214),
    ("deals", "tasks", 215, 216),
    ("deals", "communications", 86, 85),
)
# The primary company of a record: a record has one, a company is it for many records.
_PRIMARY = (
    ("tickets", "companies", 26, 25),
    ("contacts", "companies", 1, 2),
    ("deals", "companies", 5, 6),
)
EXCLUSIVE = frozenset(there for _, _, there, _ in _PRIMARY)
PRIMARY = EXCLUSIVE | {back for _, _, _, back in _PRIMARY}


def _defined() -> dict[tuple[str, str], dict[int, str | None]]:
    defined: dict[tuple[str, str], dict[int, str | None]] = {}
    for label, pairs in ((None, _PLAIN), ("Primary", _PRIMARY)):
        for here, there, type_id, back in pairs:
            defined.setdefault((here, there), {})[type_id] = label
            defined.setdefault((there, here), {})[back] = label
    return defined


# (from, to) -> {type id: label}; None is the unlabelled type.
HUBSPOT_DEFINED = _defined()
INVERSE = {there: back for *_, there, back in (*_PLAIN, *_PRIMARY)}
INVERSE |= {back: there for there, back in INVERSE.items()}


def unlabelled(from_type: str, to_type: str) -> int | None:
    """Return the unlabelled type id between two object types, or None when they have none."""
    types = HUBSPOT_DEFINED.get((from_type, to_type), {})
    return next((type_id for type_id, label in types.items() if label is None), None)


def is_hubspot_defined(from_type: str, to_type: str, type_id: int) -> bool:
    """Whether the type id is HubSpot's own, not a portal's label."""
    return type_id in HUBSPOT_DEFINED.get((from_type, to_type), {})


def _pair_name(from_type: str, to_type: str) -> str:
    singular = {"companies": "company"}
    here = singular.get(from_type, from_type.rstrip("s"))
    there = singular.get(to_type, to_type.rstrip("s"))
    return f"{here}_to_{there}"


def v3_name(from_type: str, to_type: str, type_id: int) -> str:
    """Return the type's name as v3's inline associations show it.

    A primary company shows both `ticket_to_company` and `ticket_to_company_unlabeled`
    (airbyte#14390).
    """
    name = _pair_name(from_type, to_type)
    if not is_hubspot_defined(from_type, to_type, type_id):
        return f"{name}_{type_id}"
    has_primary = len(HUBSPOT_DEFINED[(from_type, to_type)]) > 1
    is_plain = HUBSPOT_DEFINED[(from_type, to_type)][type_id] is None
    return f"{name}_unlabeled" if has_primary and is_plain else name


def type_of_v3_name(from_type: str, to_type: str, name: str) -> int | None:
    """Return the type id that v3 means by a name or by a number, or None when it means none."""
    for type_id in HUBSPOT_DEFINED.get((from_type, to_type), {}):
        if name in (str(type_id), v3_name(from_type, to_type, type_id)):
            return type_id
    number = name.removeprefix(f"{_pair_name(from_type, to_type)}_")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None
