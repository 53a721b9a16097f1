"""Pipelines and stages of tickets and deals. There is no paging here, as at HubSpot."""

from typing import Any

from include.sandbox.errors import NotFound
from include.sandbox.pipelines import Pipeline, Pipelines
from include.sandbox.portal import Portal
from include.sandbox.serving.call import Call
from include.sandbox.serving.endpoint import Endpoint


def list_pipelines(portal: Portal, call: Call) -> dict[str, Any]:
    """List pipelines with their stages; other objects than tickets and deals have none."""
    pipelines = portal.pipelines_of.get(call.path["object_type"])
    if pipelines is None:
        return {"results": []}
    shown = pipelines.gone.values() if call.flag("archived") else pipelines.all
    return {"results": [pipeline.body() for pipeline in shown]}


def get_pipeline(portal: Portal, call: Call) -> dict[str, Any]:
    """Show one pipeline."""
    return pipeline_of(portal, call).body()


def list_stages(portal: Portal, call: Call) -> dict[str, Any]:
    """List a pipeline's stages."""
    return {"results": pipeline_of(portal, call).body()["stages"]}


def get_stage(portal: Portal, call: Call) -> dict[str, Any]:
    """Show one stage."""
    for stage in pipeline_of(portal, call).stages:
        if stage.id == call.path["stage_id"]:
            return stage.body()
    raise NotFound(f"Stage {call.path['stage_id'][:100]!r} does not exist")


def pipelines_of(portal: Portal, call: Call) -> Pipelines:
    """Return the pipelines of the object type that the path names.

    Raises:
        NotFound: it has none.
    """
    pipelines = portal.pipelines_of.get(call.path["object_type"])
    if pipelines is None:
        raise NotFound(f"Objects of type {call.path['object_type']} have no pipelines")
    return pipelines


def pipeline_of(portal: Portal, call: Call) -> Pipeline:
    """Return the pipeline that the path names.

    Raises:
        NotFound: there is none.
    """
    pipeline = pipelines_of(portal, call).by_id.get(call.path["pipeline_id"])
    if pipeline is None:
        raise NotFound(f"Pipeline {call.path['pipeline_id'][:100]!r} does not exist")
    return pipeline


_LEGACY, _DATED = "/crm/v3/pipelines/{object_type}", "/crm/pipelines/{D}/{object_type}"
ENDPOINTS = [
    Endpoint("GET", _LEGACY + rest, _DATED + rest, handler, "schema")
    for rest, handler in (
        ("", list_pipelines),
        ("/{pipeline_id}", get_pipeline),
        ("/{pipeline_id}/stages", list_stages),
        ("/{pipeline_id}/stages/{stage_id}", get_stage),
    )
]
