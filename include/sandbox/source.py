"""Where a portal's contents come from, and a running portal from that source and its journal."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from include.sandbox.administration import require, restore
from include.sandbox.clock import Clock
from include.sandbox.contents import Contents
from include.sandbox.dataset import load_dataset
from include.sandbox.errors import ControlRefused, Refusal
from include.sandbox.generate import generate
from include.sandbox.generate.lean import generate_lean
from include.sandbox.journal import Journal
from include.sandbox.moments import HOUR
from include.sandbox.mutation import mutate
from include.sandbox.portal import Portal
from include.sandbox.settings import Settings

GENERATED_PORTAL = 4_980_000


@dataclass(frozen=True)
class Source:
    """A dataset's folder, or how many tickets to generate from which seed.

    Attributes:
        dataset: the folder; None for a generated portal.
        tickets: so many live ones.
        seed: of the generator.
        engagements: about so many for each ticket.
        threads: so many of a hundred tickets have a conversation.
        lean: tickets are made when they are asked for, without engagements and threads.
    """

    dataset: Path | None = None
    tickets: int = 0
    seed: int = 1
    engagements: int = 0
    threads: int = 0
    lean: bool = False

    def contents(self, reference: int) -> Contents:
        """Read or generate the contents; generated lives are lived around `reference`."""
        if self.dataset is not None:
            return load_dataset(self.dataset)
        if self.lean:
            return generate_lean(self.tickets, self.seed, reference, portal_id=GENERATED_PORTAL)
        return generate(
            self.tickets,
            self.seed,
            reference,
            portal_id=GENERATED_PORTAL,
            engagements=self.engagements,
            threads=self.threads,
        )

    def name(self) -> str:
        """Return what a state file remembers of the source."""
        if self.dataset is None:
            engaged = f", {self.engagements} engagements per ticket" if self.engagements else ""
            if self.lean:
                return f"generated lean: {self.tickets} tickets, seed {self.seed}"
            talked = f", {self.threads} threads per hundred" if self.threads else ""
            return f"generated: {self.tickets} tickets, seed {self.seed}{engaged}{talked}"
        digest = hashlib.sha256()
        for path in sorted(self.dataset.iterdir()) if self.dataset.is_dir() else []:
            if path.name == "manifest.json" or path.name.endswith(".csv.gz"):
                digest.update(f"{path.name}\n{path.stat().st_size}\n".encode())
                digest.update(path.read_bytes())
        return f"dataset: {digest.hexdigest()[:16]}"


class Life:
    """Builds the portal, does again what its journal says, and journals what is done to it.

    `repeat` does a journalled request again: how requests are answered is not this file's to know.
    """

    def __init__(
        self,
        source: Source,
        settings: Settings,
        journal: Journal,
        repeat: Callable[[Portal, dict[str, Any]], None],
    ) -> None:
        self.source = source
        self.settings = settings
        self.journal = journal
        self.repeat = repeat
        self.portal: Portal | None = None

    def start(self) -> Portal:
        """Build the portal, or bring it back as the state file left it.

        Raises:
            BrokenDataset: the dataset cannot be loaded.
            ControlRefused: the state file belongs to another portal.
        """
        head, operations = self.journal.read()
        if head is None:
            return self.reset()
        self._refuse_another(head)
        self.portal = self._build(head["reference"], head["offset"], head["horizon"])
        self.portal.tokens.begin(head["began"])
        for line, operation in enumerate(operations, start=2):
            try:
                self._repeat(operation)
            except (Refusal, ControlRefused, LookupError, TypeError, ValueError) as error:
                raise ControlRefused(
                    f"Line {line} of the state file {self.journal.path} cannot be done again"
                    f" ({type(error).__name__}); nothing was changed: it was written by another"
                    " version of the sandbox or edited, delete the file to begin anew."
                ) from error
        return self.portal

    def _refuse_another(self, head: dict[str, Any]) -> None:
        """Refuse a state file whose portal had other contents, or in which writes did other things.

        Raises:
            ControlRefused: it has another portal's state.
        """
        if head["contents"] != self.source.name() or head["until"] != self.settings.until:
            raise ControlRefused(
                f"The state file {self.journal.path} belongs to another portal"
                f" ({head['contents']}); nothing was changed: name the same dataset, seed and"
                " --until as then, or delete the file to begin anew."
            )
        written, now = head.get("options", {}), self.settings.deciding()
        other = [name for name, value in now.items() if written.get(name, ...) != value]
        if other:
            raise ControlRefused(
                f"The state file {self.journal.path} was written under another"
                f" {', '.join(other)}; nothing was changed: start with the same options as then"
                " (its first line has them), or delete the file to begin anew."
            )

    def reset(self) -> Portal:
        """Build the portal anew and begin its journal anew."""
        reference = self.settings.until
        if reference is None:  # the hour, so that two starts within it are the same portal
            reference = Clock().now() // HOUR * HOUR
        self.portal = self._build(reference)
        if self.journal.path is not None:  # else nobody asks what was loaded
            self.journal.begin(
                {
                    "contents": self.source.name(),
                    "until": self.settings.until,
                    "options": self.settings.deciding(),
                    "reference": reference,
                    "offset": self.portal.clock.offset,
                    "horizon": self.portal.horizon,
                    "began": self.portal.tokens.begin(self.portal.clock.now()),
                }
            )
        return self.portal

    def _build(self, reference: int, offset: int | None = None, horizon: int = 0) -> Portal:
        """Build the portal; one that comes back knows no more than it did at its first start."""
        contents = self.source.contents(reference)
        contents.portal_id = self.settings.portal_id or contents.portal_id
        clock = Clock(self.settings.until)
        if offset is None:
            return Portal(contents, self.settings, clock)
        clock.offset = offset
        with clock.held(horizon):
            return Portal(contents, self.settings, clock)

    def advance(self, moment: int) -> dict[str, Any]:
        """Advance the portal and journal it."""
        assert self.portal is not None  # noqa: S101
        now = max(self.portal.clock.now(), moment)
        with self.portal.clock.held(now):
            done = self.portal.advance(moment)
        offset = self.portal.clock.offset
        self.journal.note({"do": "advance", "moment": moment, "offset": offset, "now": now})
        return done

    def do(self, what: str, wanted: dict[str, Any]) -> dict[str, Any]:
        """Mutate the portal, restore records or require properties, and journal it."""
        assert self.portal is not None  # noqa: S101
        now = self.portal.clock.now()
        with self.portal.clock.held(now):
            done = self._do(what, wanted, now)
        self.journal.note({"do": what, "wanted": wanted, "now": now})
        return done

    def _do(self, what: str, wanted: dict[str, Any], now: int) -> dict[str, Any]:
        assert self.portal is not None  # noqa: S101
        if what == "restore":
            return restore(self.portal, wanted)
        if what == "require":
            return require(self.portal, wanted)
        return mutate(self.portal, wanted, now)

    def _repeat(self, operation: dict[str, Any]) -> None:
        assert self.portal is not None  # noqa: S101
        if operation["do"] == "advance":
            self.portal.clock.offset = operation["offset"]
            with self.portal.clock.held(operation["now"]):
                self.portal.advance(operation["moment"])
        elif operation["do"] == "request":
            self.repeat(self.portal, operation)
        else:
            with self.portal.clock.held(operation["now"]):
                self._do(operation["do"], operation["wanted"], operation["now"])
