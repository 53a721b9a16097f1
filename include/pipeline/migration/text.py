"""A migration's steps in words, for people; holds no text of a ticket."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from include.pipeline.migration.exceptions import EXAMPLES, grouped

_LONGEST = 200
_ACTIONS = {
    "create": "to create",
    "update": "to update",
    "patch_options": "to get options",
    "archive": "to take away",
    "equal": "equal already",
    "match": "there already",
    "skip": "skipped",
    "list": "listed only",
    "conflict": "in conflict",
}
_SWITCH_OFF = (
    "Workflows, notifications and service levels of the target portal start when tickets are "
    "written: switch off what must not."
)


def plan_in_words(plan: Mapping[str, Any]) -> str:
    """Return a plan as Markdown: what is written where, what it takes, what will not be as it was.

    Args:
        plan: As `migrate.plan` returns it.
    """
    lines = [
        f"Plan **{plan['plan_hash']}**: from portal {plan['source_portal_id']} into portal "
        f"**{plan['target_portal_id']}**, {_cost(plan)}.",
        "",
        "| Objects | What happens |",
        "|---|---|",
    ]
    lines += [f"| {kind} | {what} |" for kind, what in _rows(plan)]
    groups = list(grouped(plan["exceptions"]))
    if groups:
        lines += ["", "What will not be as it was:", ""]
        lines += ["| Kind | How many | Why | For example | What to do |", "|---|---|---|---|---|"]
    lines += [
        f"| {_plain(one.kind)} | {one.count:,} | {_plain(one.reason)} "
        f"| {_plain('; '.join(one.examples))} | {_plain(one.what_to_do)} |"
        for one in groups
    ]
    return "\n".join([*lines, "", _SWITCH_OFF])


def plan_in_lines(plan: Mapping[str, Any]) -> Iterator[str]:
    """Yield a plan as short lines, for a terminal."""
    yield (
        f"plan {plan['plan_hash']}: from portal {plan['source_portal_id']} into portal "
        f"{plan['target_portal_id']}, {_cost(plan)}"
    )
    for kind, what in _rows(plan):
        yield f"  {kind}: {what}"
    groups = list(grouped(plan["exceptions"]))
    if groups:
        yield "what will not be as it was:"
    for one in groups:
        yield f"  {one.count:,} {one.kind.replace('_', ' ')}: {_plain(one.reason)}"
        if one.examples:
            yield f"    for example {_plain('; '.join(one.examples))}"
        yield f"    what to do: {one.what_to_do}"
    yield _SWITCH_OFF
    yield f"nothing was written; `migrate write … --plan {plan['plan_hash']}` approves it"


def outcome_in_lines(outcome: Mapping[str, Any]) -> Iterator[str]:
    """Yield what `migrate write` or `migrate undo` did as short lines."""
    yield f"migration {outcome['plan_hash']}: {outcome['state']}, {outcome['calls']:,} calls"
    for kind, states in outcome["counts"].items():
        yield f"  {kind.replace('_', ' ')}: {_counted(states)}"
    for one in outcome["failures"]:
        yield f"  failed: {one['count']:,} {one['object'].replace('_', ' ')}: {one['reason']}"
        shown = [
            f"{found['source_id']} (at the target: {found['target_id'] or 'nowhere'})"
            for found in outcome["examples"]
            if (found["object"], found["reason"]) == (one["object"], one["reason"])
        ]
        if shown:
            yield f"    {'; '.join(shown[:EXAMPLES])}"


def verdict_in_lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield what `migrate reconcile` found as short lines."""
    yield f"verdict: {found['verdict']}"
    yield str(found["summary"])
    for one in found["levels"]:
        yield (
            f"  {one['level']}: {one['checked']:,} compared, {one['unexplained']:,} without a "
            f"reason ({one['fidelity']:g} %)"
        )
    for kind, count in found["kinds"].items():
        yield f"  {count:,} {kind.replace('_', ' ')}"
    yield f"report: {found['report']}"
    yield f"differences: {found['differences']}"


def _cost(plan: Mapping[str, Any]) -> str:
    return (
        f"{plan['calls']:,} calls, about {plan['minutes']:g} minutes at HubSpot's limit (reading "
        "the target again afterwards not counted)"
    )


def _rows(plan: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for kind, actions in plan["counts"].items():
        if actions and kind != "exceptions":
            what = {_ACTIONS.get(name, name): count for name, count in actions.items()}
            yield kind.replace("_", " "), _counted(what)


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())


def _plain(text: str | None) -> str:
    return " ".join(str(text or "").replace("|", "/").split())[:_LONGEST]
