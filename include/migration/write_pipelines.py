"""Pipelines and stages: there, made, or brought back; and the map that tickets are written by.

A pipeline has no key of its own: what was sent without a known outcome is found by its label.
"""

from functools import partial
from typing import Any

from include.hubspot import definitions, reference
from include.hubspot.errors import WriteRefused
from include.migration.entries import Entry, Intent, Outcome, Planned, hash_of
from include.migration.errors import PlanBroken, WriteFailed
from include.migration.making import make_once
from include.migration.run import Run

TICKETS = "tickets"
Pipeline = dict[str, Any]


def enter(run: Run) -> None:
    """Enter the plan's pipelines and stages into the ledger."""
    run.enter(
        "pipelines",
        (
            Planned(source, source, target, action, label=label)
            for source, target, action, label in run.rows(
                "select source_pipeline_id, target_pipeline_id, action, label "
                "from plan.migration.plan_pipelines order by 1"
            )
        ),
    )
    run.enter(
        "stages",
        (
            Planned(_stage_key(pipeline, stage), stage, target, action, label=label)
            for pipeline, stage, target, action, label in run.rows(
                "select source_pipeline_id, source_stage_id, target_stage_id, action, label "
                "from plan.migration.plan_stages order by 1, 2"
            )
        ),
    )


def write(run: Run) -> None:
    """Make the target's pipelines what the plan says, and fill `run.stages`.

    Raises:
        PlanBroken: A pipeline or stage that the plan counts on is gone: plan again.
        WriteFailed: HubSpot refused one.
        HubSpotError: As drawn in its room.
    """
    live = {one["id"]: one for one in reference.pipelines(run.target, TICKETS)}
    entries, stages = run.entries("pipelines"), _stages(run)
    for source_id, label, order in run.rows(
        "select source_pipeline_id, label, display_order from plan.migration.plan_pipelines "
        "order by display_order, source_pipeline_id"
    ):
        wanted = stages.get(source_id, [])
        entry = entries[source_id]
        pipeline = _pipeline(run, entry, label, order, wanted, live)
        standing = run.entries("stages")
        for stage in wanted:
            known = standing[_stage_key(source_id, stage["id"])]
            target = _stage(run, pipeline, known, stage)
            run.stages[source_id, stage["id"]] = (pipeline["id"], target)


def _stages(run: Run) -> dict[str, list[dict[str, Any]]]:
    stages: dict[str, list[dict[str, Any]]] = {}
    for pipeline, stage, label, order, state in run.rows(
        "select source_pipeline_id, source_stage_id, label, display_order, ticket_state "
        "from plan.migration.plan_stages order by 1, display_order, 2"
    ):
        stages.setdefault(pipeline, []).append(
            {"id": stage, "label": label, "displayOrder": order or 0, "state": state}
        )
    return stages


def _pipeline(  # noqa: PLR0913, PLR0917 - a row of the plan and what stands
    run: Run, entry: Entry, label: str, order: int, wanted: list[dict], live: dict[str, Pipeline]
) -> Pipeline:
    if entry.target_id in live:
        return live[entry.target_id]
    if entry.target_id and not entry.is_ours:
        raise PlanBroken(
            f"pipeline {entry.target_id} of the target, which the plan counts on, is gone: no "
            "ticket was written by this run; run `migrate plan` again and approve the new plan."
        )
    if entry.target_id:
        restored = _restored(run, entry)
        if restored:
            return restored
    found = _by_label(live.values(), label)
    if found:
        # after an intent it is ours: no intent is noted while one of that label stands
        outcome = Outcome(entry.key, "confirmed", found["id"], entry.state == "sent")
        run.settle("pipelines", [outcome])
        return found
    return _create(run, entry, label, order, wanted)


def _restored(run: Run, entry: Entry) -> Pipeline | None:
    """Bring a pipeline of ours back that somebody deleted: its stages keep their ids."""
    try:
        restored = definitions.restore_pipeline(run.target, TICKETS, str(entry.target_id))
    except WriteRefused:
        return None  # gone for good: it is made anew, and tickets follow it
    run.report(f"pipelines: brought {entry.target_id} back, which was deleted")
    return restored


def _create(run: Run, entry: Entry, label: str, order: int, wanted: list[dict]) -> Pipeline:
    given = {"label": label, "displayOrder": order or 0, "stages": [_given(s) for s in wanted]}
    run.intend("pipelines", [Intent(entry.key, hash_of(given))])
    try:
        made = make_once(
            partial(definitions.create_pipeline, run.target, TICKETS, given),
            lambda: _by_label(reference.pipelines(run.target, TICKETS), label),
        )
    except WriteRefused as error:
        raise _failed(run, "pipelines", entry.key, error) from error
    run.settle("pipelines", [Outcome(entry.key, "confirmed", made["id"], True)])
    return made


def _stage(run: Run, pipeline: Pipeline, entry: Entry, stage: dict[str, Any]) -> str:
    standing = {one["id"]: one for one in pipeline["stages"]}
    if entry.target_id in standing and entry.state == "confirmed":
        return str(entry.target_id)
    found = _by_label(standing.values(), stage["label"])
    if found is None and entry.action != "create":
        raise PlanBroken(
            f"stage {entry.target_id} of the target, which the plan counts on, is gone: no ticket "
            "was written by this run; run `migrate plan` again and approve the new plan."
        )
    made = found or _create_stage(run, pipeline["id"], entry, stage)
    ours = found is None or entry.state == "sent" or entry.is_ours
    run.settle("stages", [Outcome(entry.key, "confirmed", made["id"], ours)])
    return str(made["id"])


def _create_stage(run: Run, pipeline_id: str, entry: Entry, stage: dict) -> dict[str, Any]:
    given = _given(stage)
    run.intend("stages", [Intent(entry.key, hash_of(given))])

    def find() -> dict[str, Any] | None:
        standing = {one["id"]: one for one in reference.pipelines(run.target, TICKETS)}
        return _by_label(standing.get(pipeline_id, {}).get("stages", []), stage["label"])

    try:
        return make_once(
            partial(definitions.create_stage, run.target, TICKETS, pipeline_id, given), find
        )
    except WriteRefused as error:
        raise _failed(run, "stages", entry.key, error) from error


def _given(stage: dict[str, Any]) -> dict[str, Any]:
    return {
        "label": stage["label"],
        "displayOrder": stage["displayOrder"],
        "metadata": {"ticketState": stage["state"]},
    }


def _by_label(found: Any, label: str) -> dict[str, Any] | None:
    return next((one for one in found if one["label"].lower() == label.lower()), None)


def _stage_key(pipeline_id: str, stage_id: str) -> str:
    return f"{pipeline_id}/{stage_id}"


def _failed(run: Run, kind: str, key: str, error: WriteRefused) -> WriteFailed:
    reason = error.refusal.reason if error.refusal else "refused"
    run.settle(kind, [Outcome(key, "failed", reason=reason)])
    return WriteFailed(
        f"the target refused {kind} {key} of the source ({reason}): no ticket was written by this "
        "run; correct the plan or the target, then run again."
    )
