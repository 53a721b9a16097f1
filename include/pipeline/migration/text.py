"""A plan in words, for whoever is asked to approve it; holds no text of a ticket."""

from collections import Counter
from collections.abc import Mapping
from typing import Any


def plan_in_words(plan: Mapping[str, Any]) -> str:
    """Return a plan as Markdown: what is written where, what it takes, what will not be as it was.

    Args:
        plan: As `migrate.plan` returns it.
    """
    lines = [
        f"Plan **{plan['plan_hash']}**: from portal {plan['source_portal_id']} into portal "
        f"**{plan['target_portal_id']}**, {plan['calls']:,} calls, about {plan['minutes']:g} "
        "minutes at HubSpot's limit.",
        "",
        "| Objects | What happens |",
        "|---|---|",
    ]
    lines += [
        f"| {kind.replace('_', ' ')} | {_counted(actions)} |"
        for kind, actions in plan["counts"].items()
        if actions and kind != "exceptions"
    ]
    found = Counter((one["kind"], one["reason"]) for one in plan["exceptions"]).most_common(20)
    if found:
        lines += ["", "| Exception | Reason | How many |", "|---|---|---|"]
        lines += [f"| {kind} | {_plain(reason)} | {count:,} |" for (kind, reason), count in found]
    lines += [
        "",
        "Workflows, notifications and service levels of the target portal start when tickets are "
        "written: switch off what must not.",
    ]
    return "\n".join(lines)


def _counted(actions: Mapping[str, int]) -> str:
    return ", ".join(
        f"{count:,} to {action.replace('_', ' ')}" for action, count in actions.items()
    )


def _plain(text: str | None) -> str:
    return " ".join(str(text or "").replace("|", "/").split())[:160]
