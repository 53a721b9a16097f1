"""`python -m include.sandbox serve`: a HubSpot portal on this machine."""

import argparse
import gc
import os
import sys
from pathlib import Path

from include.sandbox.errors import BrokenDataset, ControlRefused
from include.sandbox.journal import Journal
from include.sandbox.limits import BURST
from include.sandbox.moments import portal_moment
from include.sandbox.routes import ENDPOINTS
from include.sandbox.serving.router import Router
from include.sandbox.serving.server import PortTaken, application, listen, run
from include.sandbox.serving.writing import Repeater
from include.sandbox.settings import Settings
from include.sandbox.source import Life, Source

MOST_LEAN = 4_000_000  # what the index's eight bytes per ticket have room for
_MANY = 10_000  # tickets from which a start without engagements is worth more than with them
_ENGAGED, _TALKED = 5, 33


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m include.sandbox", description=__doc__)
    serve = parser.add_subparsers(dest="command", required=True).add_parser(
        "serve", help="load or generate a portal and serve it until stopped"
    )
    _add_content(serve.add_argument_group("what the portal holds"))
    _add_access(serve.add_argument_group("who may ask, and how often"))
    _add_behaviour(serve.add_argument_group("how it answers"))
    _add_switches(serve.add_argument_group("what is not established of HubSpot"))
    return parser


def _add_content(group) -> None:
    add = group.add_argument
    filled = group.add_mutually_exclusive_group()
    filled.add_argument("--dataset", type=Path, help="folder of a portal dataset")
    filled.add_argument("--generate", type=_count, metavar="N", help="generate N live tickets")
    add("--seed", type=int, default=1, help="seed of the generated portal (1)")
    add("--engagements-per-ticket", type=_count, metavar="N",
        help="about so many notes, e-mails, calls, meetings and tasks for each generated ticket"
        f" ({_ENGAGED}; none beyond {_MANY} tickets)")  # fmt: skip
    add("--threads-per-hundred", type=_count, metavar="N",
        help="so many of a hundred generated tickets have a conversation"
        f" ({_TALKED}; none beyond {_MANY} tickets)")  # fmt: skip
    add("--lean", action="store_true",
        help="make generated tickets when they are asked for: a million fit")  # fmt: skip
    add("--portal-id", type=_count, help="the dataset's, or 4980000")
    add("--until", type=_moment, metavar="T", help="only what had happened by T")
    add("--state", type=Path, metavar="FILE", help="remember what was done over a restart")


def _add_access(group) -> None:
    add = group.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    port = os.environ.get("SANDBOX_PORT") or "8089"
    add("--port", type=int, default=port, help="port (SANDBOX_PORT, or 8089); 0: any free one")
    add("--token", default="sandbox-token", help="the only token that is accepted")
    add("--token-minutes", type=_count, default=0,
        help="minutes until a token expires, as OAuth's do (0: never)")  # fmt: skip
    add("--scopes", type=_names, help="comma-separated scopes of the token (all)")
    add("--limits", choices=("hubspot", "off"), default="hubspot", help="rate limits")
    add("--burst-limit", type=int, choices=(100, 190, 250), default=BURST,
        help="calls within 10 seconds (190; 250: with HubSpot's add-on)")  # fmt: skip
    add("--association-limit", choices=("own", "shared"), default="own",
        help="whether calls of the Associations API have a 10-second limit of their own"
        " (150; 100 and 200 beside the other burst limits)")  # fmt: skip
    add("--allow-remote-control", action="store_true", help="open the control plane to others")


def _add_behaviour(group) -> None:
    add = group.add_argument
    add("--latency-ms", type=_count, default=0, help="delay of every answer")
    add("--jitter-ms", type=_count, default=0, help="at most so much more delay")
    add("--index-lag-ms", type=_count, default=0, help="search lags by half to all of this")
    add("--history-cap", type=_count, default=0, help="history entries shown per property (0: all)")
    add("--association-page-size", type=_positive, default=500, help="links per page and record")


def _add_switches(group) -> None:
    add = group.add_argument
    add("--unknown-search-property", choices=("empty", "error"), default="empty",
        help="what a filter on an unknown property does")  # fmt: skip
    add("--filter-characters", type=_count, default=0, metavar="N",
        help="most characters of a search's filters and query together (0: any)")  # fmt: skip
    add("--request-line", type=_positive, default=16_200, metavar="N",
        help="most bytes of a request's first line, else a 414 (16200)")  # fmt: skip
    add("--epoch-filters", choices=("answer", "error"), default="answer",
        help="whether a search for what changed since 1970 is answered, or a 500")  # fmt: skip
    add("--partial-status", type=int, choices=(200, 207), default=200,
        help="status of a 2026-09 batch that did not do everything")  # fmt: skip
    add("--no-op-writes", choices=("bump", "ignore"), default="ignore",
        help="whether writing the value at hand moves the modified time")  # fmt: skip
    add("--createdate-writable", choices=("yes", "no"), default="no",
        help="whether a ticket's createdate and closed_date can be written")  # fmt: skip
    add("--validate-deletes", choices=("yes", "no"), default="yes",
        help="whether 2026-09 refuses to delete a stage in use unless told otherwise")  # fmt: skip


def _count(text: str) -> int:
    return _at_least(0, text)


def _positive(text: str) -> int:
    return _at_least(1, text)


def _at_least(least: int, text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
    if number < least:
        raise argparse.ArgumentTypeError(f"{text} is less than {least}")
    return number


def _moment(text: str) -> int:
    try:
        return portal_moment(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _names(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(",") if part.strip())


def _settings(given: argparse.Namespace) -> Settings:
    return Settings(
        portal_id=given.portal_id,
        token=given.token,
        token_minutes=given.token_minutes,
        scopes=given.scopes,
        limits=given.limits,
        burst_limit=given.burst_limit,
        association_limit=given.association_limit,
        latency_ms=given.latency_ms,
        jitter_ms=given.jitter_ms,
        index_lag_ms=given.index_lag_ms,
        until=given.until,
        history_cap=given.history_cap,
        association_page_size=given.association_page_size,
        unknown_search_property=given.unknown_search_property,
        filter_characters=given.filter_characters,
        request_line=given.request_line,
        epoch_filters=given.epoch_filters,
        partial_status_2026_09=given.partial_status,
        no_op_writes=given.no_op_writes,
        createdate_writable=given.createdate_writable == "yes",
        validate_deletes_2026_09=given.validate_deletes == "yes",
        allow_remote_control=given.allow_remote_control,
    )


def _source(given: argparse.Namespace) -> Source:
    if given.dataset is not None:
        return Source(given.dataset)
    tickets = 5_000 if given.generate is None else given.generate
    if given.lean:
        return Source(None, tickets, given.seed, lean=True)
    engagements, threads = given.engagements_per_ticket, given.threads_per_hundred
    if engagements is None:
        engagements = _ENGAGED if tickets <= _MANY else 0
    if threads is None:
        threads = _TALKED if tickets <= _MANY else 0
    return Source(None, tickets, given.seed, engagements, threads)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.lean and (given.dataset is not None or (given.generate or 0) > MOST_LEAN):
        parser.error(f"--lean goes with --generate N, N at most {MOST_LEAN}")
    source = _source(given)
    journal = Journal(given.state)
    life = Life(source, _settings(given), journal, Repeater(Router(ENDPOINTS)))
    try:
        bound = listen(given.host, given.port)
        journal.hold()
        portal = life.start()
    except BrokenDataset as error:
        print(f"The dataset cannot be loaded, and nothing was: {error}.", file=sys.stderr)  # noqa: T201
        return 1
    except (PortTaken, ControlRefused, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    gc.freeze()  # millions of long-lived objects: later collections need not walk them
    gc.set_threshold(100_000, 20, 50)  # one answer is thousands of short-lived objects
    host, port = bound.getsockname()[:2]
    host = f"[{host}]" if ":" in host else host
    tickets = len(portal.stores["tickets"].live)
    print(f"sandbox portal {portal.id} at http://{host}:{port} with {tickets} tickets", flush=True)  # noqa: T201
    run(application(life), bound)
    return 0


if __name__ == "__main__":
    sys.exit(main())
