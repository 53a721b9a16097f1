"""Who a generated ticket belongs to: contacts by label, companies, deals; some change."""

from random import Random

from include.sandbox.contents import Contents, LinkEvent
from include.sandbox.generate.catalogue import COPIED, REQUESTER
from include.sandbox.moments import DAY
from include.sandbox.records import Record

CROWD = 520  # more links than one page of associations v4 shows


class Links:
    """Links tickets to people."""

    def __init__(self, contents: Contents, rng: Random) -> None:
        self.rng = rng
        self.links = contents.links
        self.contacts = list(contents.records["contacts"])
        self.companies = list(contents.records["companies"])
        self.deals = list(contents.records["deals"])

    def of(self, ticket: Record) -> None:
        """Link one ticket; one in twenty has no contact."""
        rng, born = self.rng, ticket.created
        if rng.random() < 0.95:
            requester = rng.choice(self.contacts)
            self._link(born, ticket, "contacts", requester, REQUESTER)
            if rng.random() < 0.15:
                copied = rng.choice(self.contacts)
                if copied != requester:
                    self._link(born, ticket, "contacts", copied, COPIED)
            if rng.random() < 0.03:
                self._replace(ticket, requester)
        if rng.random() < 0.85:
            first = rng.choice(self.companies)
            self._link(born, ticket, "companies", first, 26)
            other = rng.choice(self.companies)
            if other != first and rng.random() < 0.06:
                self._link(born + DAY, ticket, "companies", other, 339)
        if rng.random() < 0.08:
            self._link(born, ticket, "deals", rng.choice(self.deals), 28)

    def crowd(self, ticket: Record) -> None:
        """Link one ticket to more contacts than a page holds."""
        for contact in self.contacts[:CROWD]:
            self._link(ticket.created, ticket, "contacts", contact, 16)

    def _link(self, when: int, ticket: Record, to_type: str, to_id: int, type_id: int) -> None:
        self.links.append(LinkEvent(when, "link", "tickets", ticket.id, to_type, to_id, type_id))

    def _replace(self, ticket: Record, requester: int) -> None:
        """Take the requester away after some days and put another in the place."""
        when = ticket.created + int((0.2 + self.rng.random() * 9) * DAY)
        self.links.append(
            LinkEvent(when, "unlink_all", "tickets", ticket.id, "contacts", requester, REQUESTER)
        )
        self._link(when, ticket, "contacts", self.rng.choice(self.contacts), REQUESTER)
