"""What serving holds beside the portal."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from include.sandbox.faults import Faults
from include.sandbox.journal import Journal
from include.sandbox.mutator import Mutator
from include.sandbox.portal import Portal
from include.sandbox.request_log import RequestLog
from include.sandbox.settings import Settings


@dataclass
class Service:
    """The portal and what goes on around it; `POST reset` makes all of it anew."""

    portal: Portal
    settings: Settings
    requests: RequestLog
    faults: Faults
    journal: Journal = field(default_factory=lambda: Journal(None))
    do: Callable[[str, dict[str, Any]], dict[str, Any]] | None = None
    mutator: Mutator = field(default_factory=Mutator)
