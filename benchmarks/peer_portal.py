"""The portal that connectors are measured on, a day in its life, and the truth of it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import requests

from benchmarks.rig import PROJECT, TOKEN, Sandbox, sandbox

# HubSpot's limits, and answers that take as long as its own.
AT_THE_LIMITS = ("--latency-ms", "300", "--jitter-ms", "100")
# Of each ticket, what is held against the portal: its version, and all that a day writes.
VERSION = "hs_lastmodifieddate"
COMPARED = (VERSION, "subject", "hs_pipeline_stage", "hs_ticket_priority", "hubspot_owner_id")
MERGED = "hs_merged_object_ids"
ADDED = "bench_severity"  # the property that a day adds
Values = tuple[str, ...]


@dataclass
class Day:
    """What was done to a portal, by ticket id."""

    changed: set[str] = field(default_factory=set)
    archived: set[str] = field(default_factory=set)
    merged: set[str] = field(default_factory=set)  # the ids that are gone
    linked: set[str] = field(default_factory=set)  # whose links changed and nothing else
    added: dict[str, str] = field(default_factory=dict)  # value of a new property


@dataclass
class Truth:
    """What the portal holds."""

    tickets: dict[str, Values]
    contacts: dict[str, frozenset[str]]  # of the tickets asked for


@dataclass(frozen=True)
class PeerPortal:
    """A sandbox that keeps what was done to it in a state file."""

    sandbox: Sandbox
    contents: tuple[str, ...]  # the flags that say what it holds
    state: Path
    code: str  # of the sandbox that runs it

    def live_on(self, seed: int, mutation: dict[str, int], tie: int, added: int) -> Day:
        """Let a day happen: an import that stamps `tie` tickets in one millisecond, then the rest.

        Args:
            seed: the same does the same to the same portal.
            mutation: how many changes, archives, merges and links, as the control plane takes it.
            tie: tickets changed in one millisecond.
            added: tickets that get a value of a property created today.
        """
        control = self.sandbox.control
        day = Day()
        if tie:
            day.changed |= set(control("POST", "mutate", {"seed": seed, "changes": tie})["changed"])
        done = control("POST", "mutate", {"seed": seed + 1, **mutation})
        day.changed |= {*done["changed"], *(merge["survivor"] for merge in done["merged"])}
        day.archived = set(done["archived"])
        day.merged = {m[end] for m in done["merged"] for end in ("primary", "secondary")}
        if added:
            last = control("POST", "mutate", {"seed": seed + 2, "changes": added})["changed"]
            day.changed |= set(last)
            day.added = {
                ticket_id: f"day {seed}, level {n % 4}" for n, ticket_id in enumerate(last)
            }
            self._add_property(f"{ADDED}_{seed}", day.added)
        gone = day.archived | day.merged
        day.changed -= gone
        day.linked = {link["ticket_id"] for link in done["linked"]} - gone - day.changed
        return day

    def _add_property(self, name: str, values: dict[str, str]) -> None:
        """Create a property as an app does, and set it."""
        self._post("/crm/v3/properties/tickets", {
            "name": name, "label": name, "type": "string", "fieldType": "text",
            "groupName": "ticketinformation"})  # fmt: skip
        inputs = [{"id": one, "properties": {name: value}} for one, value in values.items()]
        for start in range(0, len(inputs), 100):
            piece = {"inputs": inputs[start : start + 100]}
            self._post("/crm/v3/objects/tickets/batch/update", piece)

    def _post(self, path: str, body: object) -> dict:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = requests.post(self.sandbox.url + path, json=body, headers=headers, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def truth(self, linked: set[str]) -> Truth:
        """Return what it holds, without a call to it: a twin tells, made from its state file.

        The twin repeats what was done and knows no limits; asking the portal itself would use up
        the window of calls in which the next connector begins.
        """
        if _code() != self.code:
            raise SystemExit(
                "The sandbox's code changed since this portal began, so a twin of it would be"
                " another portal: run again, from a clone that nobody edits."
            )
        copy = self.state.with_suffix(".twin")
        shutil.copyfile(self.state, copy)
        with sandbox(*self.contents, "--state", str(copy), "--limits", "off") as twin:
            kept = PeerPortal(twin, self.contents, copy, self.code)
            tickets = dict(kept._tickets())
            contacts = kept._contacts(sorted(linked & set(tickets)))
        copy.unlink()
        return Truth(tickets, contacts)

    def _tickets(self) -> Iterator[tuple[str, Values]]:
        after = "0"
        while after:
            page = self.sandbox.get("/crm/v3/objects/tickets", limit=100, after=after,
                                    properties=",".join(COMPARED))  # fmt: skip
            for row in page["results"]:
                yield row["id"], compared(row["properties"])
            after = page.get("paging", {}).get("next", {}).get("after")

    def _contacts(self, ticket_ids: list[str]) -> dict[str, frozenset[str]]:
        found = dict.fromkeys(ticket_ids, frozenset[str]())
        if ticket_ids:
            body = {"inputs": [{"id": one} for one in ticket_ids]}
            rows = self._post("/crm/v4/associations/tickets/contacts/batch/read", body)["results"]
            assert not any("paging" in row for row in rows)  # noqa: S101  else the truth is not
            for row in rows:
                ends = frozenset(str(to["toObjectId"]) for to in row["to"])
                found[str(row["from"]["id"])] = ends
        return found


def compared(properties: dict[str, object]) -> Values:
    """Return the values that are held against the portal; moments in one way of writing."""
    values = {name: str(properties.get(name) or "") for name in COMPARED}
    if values[VERSION]:
        moment = datetime.fromisoformat(values[VERSION]).astimezone(UTC)
        values[VERSION] = moment.isoformat(timespec="milliseconds")
    return tuple(values.values())


def _code() -> str:
    """Return a digest of the sandbox's code."""
    digest = hashlib.sha256()
    for path in sorted((PROJECT / "include/sandbox").rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@contextmanager
def peer_portal(folder: Path, tickets: int, moment: datetime) -> Iterator[PeerPortal]:
    """Run a portal of its own for one connector: as of `moment`, then at the present.

    Connectors compare HubSpot's times with this machine's, so the portal's clock has to show it.
    """
    contents = (
        "--generate",
        str(tickets),
        "--seed",
        "3",
        "--until",
        f"{moment:%Y-%m-%dT%H:%M:%SZ}",
    )
    folder.mkdir(parents=True, exist_ok=True)
    state, code = folder / "portal.state", _code()
    with sandbox(*contents, "--state", str(state), *AT_THE_LIMITS) as running:
        running.control("POST", "advance", {"until": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"})
        yield PeerPortal(running, contents, state, code)
