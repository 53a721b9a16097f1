"""Pipelines and stages: create, replace, change, delete, and who did what."""

from typing import Any

from include.sandbox.errors import InvalidInput, NotFound
from include.sandbox.pipeline_writes import PipelineWriter
from include.sandbox.pipelines import Stage
from include.sandbox.portal import Portal
from include.sandbox.routes.pipelines import pipeline_of, pipelines_of
from include.sandbox.serving.call import Call
from include.sandbox.serving.endpoint import Endpoint
from include.sandbox.serving.wire import Answer, created_answer
from include.sandbox.stage_writes import StageWriter


def create(portal: Portal, call: Call) -> Answer:
    """Create a pipeline."""
    if call.path["object_type"] not in portal.pipelines_of:
        raise InvalidInput(f"Objects of type {call.path['object_type']} have no pipelines")
    made = _writer(portal, call).create(call.body())
    return created_answer(call.url, made.id, made.body())


def replace(portal: Portal, call: Call) -> dict[str, Any]:
    """Replace a pipeline."""
    pipeline, validate = pipeline_of(portal, call), _validates(portal, call)
    return _writer(portal, call).replace(pipeline, call.body(), validate=validate).body()


def update(portal: Portal, call: Call) -> dict[str, Any]:
    """Change a pipeline."""
    return _writer(portal, call).change(call.path["pipeline_id"], call.body()).body()


def delete(portal: Portal, call: Call) -> tuple[int, None]:
    """Delete a pipeline."""
    pipeline, validate = pipeline_of(portal, call), _validates(portal, call)
    _writer(portal, call).delete(pipeline, validate=validate)
    return 204, None


def create_stage(portal: Portal, call: Call) -> Answer:
    """Add a stage."""
    pipeline = pipeline_of(portal, call)
    made = StageWriter(portal, pipelines_of(portal, call)).add(pipeline, call.body())
    return created_answer(call.url, made.id, made.body())


def replace_stage(portal: Portal, call: Call) -> dict[str, Any]:
    """Replace a stage."""
    return _change_stage(portal, call, replaces=True)


def update_stage(portal: Portal, call: Call) -> dict[str, Any]:
    """Change a stage."""
    return _change_stage(portal, call, replaces=False)


def _change_stage(portal: Portal, call: Call, *, replaces: bool) -> dict[str, Any]:
    pipeline, stage_id = pipeline_of(portal, call), call.path["stage_id"]
    writer = StageWriter(portal, pipelines_of(portal, call))
    return writer.change(pipeline, stage_id, call.body(), replaces=replaces).body()


def delete_stage(portal: Portal, call: Call) -> tuple[int, None]:
    """Delete a stage."""
    pipeline, validate = pipeline_of(portal, call), _validates(portal, call)
    stage = _stage(portal, call)
    StageWriter(portal, pipelines_of(portal, call)).delete(pipeline, stage, validate=validate)
    return 204, None


def audit(portal: Portal, call: Call) -> dict[str, Any]:
    """Show what was done to a pipeline, newest first; also to one that was deleted."""
    if call.path["pipeline_id"] not in pipelines_of(portal, call).gone:
        pipeline_of(portal, call)
    return {"results": pipelines_of(portal, call).audits.get(call.path["pipeline_id"], [])}


def stage_audit(portal: Portal, call: Call) -> dict[str, Any]:
    """Show what was done to a stage, newest first."""
    if call.path["stage_id"] not in pipeline_of(portal, call).gone:
        _stage(portal, call)
    return {"results": pipelines_of(portal, call).audits.get(call.path["stage_id"], [])}


def _writer(portal: Portal, call: Call) -> PipelineWriter:
    return PipelineWriter(portal, pipelines_of(portal, call))


def _stage(portal: Portal, call: Call) -> Stage:
    for stage in pipeline_of(portal, call).stages:
        if stage.id == call.path["stage_id"]:
            return stage
    raise NotFound(f"Stage {call.path['stage_id'][:100]!r} does not exist")


def _validates(portal: Portal, call: Call) -> bool:
    """Whether a stage in use stops a deletion: by default in 2026-09, as its changelog says."""
    default = call.family == "2026-09" and portal.settings.validate_deletes_2026_09
    flags = ("validateReferencesBeforeDelete", "validateDealStageUsagesBeforeDelete")
    given = [call.flag(name) for name in flags if call.text(name)]
    return any(given) if given else default


_LEGACY, _DATED = "/crm/v3/pipelines/{object_type}", "/crm/pipelines/{D}/{object_type}"
_ONE, _STAGES = "/{pipeline_id}", "/{pipeline_id}/stages"
_STAGE = f"{_STAGES}/{{stage_id}}"
ENDPOINTS = [
    Endpoint("GET", _LEGACY + rest, _DATED + rest, handler, "schema")
    for rest, handler in ((f"{_ONE}/audit", audit), (f"{_STAGE}/audit", stage_audit))
] + [
    Endpoint(method, _LEGACY + rest, _DATED + rest, handler, "schema", writes=True)
    for method, rest, handler in (
        ("POST", "", create),
        ("PUT", _ONE, replace),
        ("PATCH", _ONE, update),
        ("DELETE", _ONE, delete),
        ("POST", _STAGES, create_stage),
        ("PUT", _STAGE, replace_stage),
        ("PATCH", _STAGE, update_stage),
        ("DELETE", _STAGE, delete_stage),
    )
]
