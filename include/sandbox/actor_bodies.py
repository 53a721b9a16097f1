"""Actors of conversations: who speaks, and as what."""

from typing import Any

from include.sandbox.owners import Owner
from include.sandbox.portal import Portal


def actor_body(portal: Portal, actor_id: str) -> dict[str, Any] | None:
    """Return an actor or None: A- user, V- contact, S- system, I- app, L- AI agent, E- e-mail."""
    kind, _, rest = actor_id.partition("-")
    if kind == "A":
        owner = next((o for o in portal.owners if str(o.user_id) == rest), None)
        return None if owner is None else _agent(actor_id, owner)
    if kind == "V":
        return _visitor(portal, actor_id, rest)
    if kind == "S" and rest:
        return {"id": actor_id, "type": "SYSTEM"}
    if kind in ("I", "L") and rest:
        types = {"I": "INTEGRATOR", "L": "LLM"}
        return {"id": actor_id, "type": types[kind], "name": f"{types[kind].title()} {rest}"}
    if kind == "E" and "@" in rest:
        return {"id": actor_id, "type": "EMAIL", "email": rest}
    return None


def _agent(actor_id: str, owner: Owner) -> dict[str, Any]:
    name = f"{owner.first_name} {owner.last_name}".strip()
    return {"id": actor_id, "type": "AGENT", "name": name, "email": owner.email}


def _visitor(portal: Portal, actor_id: str, rest: str) -> dict[str, Any] | None:
    number = int(rest) if rest.isascii() and rest.isdigit() and len(rest) <= 18 else -1
    contact = portal.stores["contacts"].resolve(number)
    if contact is None:
        return None
    reader, now = portal.readers["contacts"], portal.clock.now()
    names = ("firstname", "lastname", "email")
    first, last, email = (reader.value(contact, n, contact.visible, now) or "" for n in names)
    body = {"id": actor_id, "type": "VISITOR", "name": f"{first} {last}".strip()}
    return body | ({"email": email} if email else {})
