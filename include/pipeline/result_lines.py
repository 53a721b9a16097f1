"""What a night's steps and `status` return, in short lines for a person; `--json` has all of it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

Result = Mapping[str, Any]
_STEP = 9  # the longest name of a step, and two blanks
_KINDS = 6  # of rows, on one line
_OF_EVERY_PROOF = ("live", "missing", "stale", "extra")


def night_in_lines(result: Result) -> Iterator[str]:
    """Yield what each step of a night did, as `steps.Night.run` returns it."""
    for step, done in result.items():
        for number, line in enumerate(_STEPS[step](done)):
            yield f"{step if number == 0 else '':<{_STEP}}{line}"


def status_in_lines(result: Result) -> Iterator[str]:
    """Yield how far a portal is, as the command `status` returns it."""
    yield f"portal {result['portal_id']}: {_holder(result['locked_by'])}"
    warehouse = result["warehouse"]
    why = f" ({warehouse['why']})" if warehouse["why"] else ""
    yield f"warehouse: {warehouse['state']}{why}"
    read: dict[str, list[str]] = {}
    for stream, at in (result["cursors"] or {}).items():
        read.setdefault(_moment(at), []).append(stream)
    yield from (f"  read until {at}: {', '.join(streams)}" for at, streams in read.items())
    for load in result["loads"] or []:
        yield f"  loaded {_moment(load['loaded_at'])}: {_load(load)}"
    yield f"nothing missing until: {_moment(result['complete_through'])}"
    if result["last_proof"]:
        yield f"  {_proof(result['last_proof']['proof'])}"
    yield _landings(result)
    yield from _served(result)
    lag = result.get("search_lag")
    if lag:
        yield (
            f"search: {lag['late']:,} changes seen late, {lag['latest_seconds']:g} s at most; the "
            f"cursor is held back {lag['hold_back_minutes']:g} minutes"
        )


def _extract(done: Result) -> Iterator[str]:
    calls = sum(done["calls"].values())
    yield f"run {done['run_id']}, {calls:,} calls: {_counted(done['rows'])}"
    if done["drift"]:
        changes = len(done["drift"])
        yield f"{changes:,} definitions changed: reports/drift-{done['run_id']}.json"
    for stream, why in done.get("skipped", {}).items():
        yield f"skipped {stream}: {why}"
    if done.get("proof"):
        yield f"proof: {_proof(done['proof'])}"


def _load(load: Result) -> str:
    skipped = load["choices"].get("skipped")
    left_out = f"; skipped {', '.join(skipped)}" if skipped else ""
    return f"{load['mode']} {load['run_id']}, {_counted(load['rows'])}{left_out}"


def _loaded(done: Result) -> Iterator[str]:
    yield ", ".join(done["loaded"]) or "nothing waited"


def _built(done: Result) -> Iterator[str]:
    what = "all tickets" if done["is_full"] else "the tickets that changed"
    yield f"{what} in {done['seconds']:.1f} s, dbt's nodes: {_counted(done['nodes'])}"


def _audited(done: Result) -> Iterator[str]:
    yield f"{done['expectations']:,} expectations held or warned"


def _published(done: Result) -> Iterator[str]:
    yield f"version {done['version']}: {done['path']}"


_STEPS = {
    "extract": _extract,
    "load": _loaded,
    "build": _built,
    "audit": _audited,
    "publish": _published,
}


def _landings(result: Result) -> str:
    pending = result["pending_runs"]
    waiting = "?" if pending is None else f"{len(pending):,}"
    unfinished = len(result["unfinished_runs"])
    return (
        f"landings: {result['landed_runs']:,}, {waiting} not loaded yet, {unfinished:,} unfinished"
    )


def _served(result: Result) -> Iterator[str]:
    served = result["published"]
    if result["published_unreadable"]:
        yield f"published: {result['published_unreadable']}"
    elif served is None:
        yield "published: nothing yet"
    else:
        yield (
            f"published: version {served['version']}, data as of "
            f"{_moment(served['data_as_of'])}: {served['path']}"
        )
    kept = [
        f"{one['version']}{' (rolled back)' if one['is_rolled_back'] else ''}"
        for one in result["generations"]
    ]
    if kept:
        yield f"  versions kept: {', '.join(kept)}"


def _holder(holder: Result | None) -> str:
    if not holder:
        return "nobody is at work on it"
    return (
        f"'{holder.get('command')}' is at work on it (process {holder.get('pid')} on "
        f"{holder.get('host')}, since {holder.get('since')})"
    )


def _proof(proof: Mapping[str, int]) -> str:
    """What a sweep found; that nothing is missing is said, other zeros are not."""
    shown = {name: n for name, n in proof.items() if n or name in _OF_EVERY_PROOF}
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in shown.items())


def _counted(counts: Mapping[str, int]) -> str:
    shown = [f"{n:,} {name.replace('_', ' ')}" for name, n in counts.items() if n]
    more = len(shown) - _KINDS
    if more > 1:
        shown[_KINDS:] = [f"{more} kinds more"]
    return ", ".join(shown) or "nothing"


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if at else "not proven yet"
