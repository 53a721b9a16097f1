"""Properties, groups, pipelines, stages and association labels: defined, changed, taken away.

None of these can be asked for twice without a trace: a second creation is refused, or makes a
second one. So none is repeated once HubSpot may have done it: the caller reads back.
"""

from collections.abc import Mapping
from typing import Any

from include.hubspot.errors import WriteRefused
from include.hubspot.paging import results
from include.hubspot.session import HubSpotSession
from include.hubspot.write_paths import WritePaths
from include.hubspot.writing import WritingSession

Definition = Mapping[str, Any]


def association_labels(
    session: HubSpotSession, from_type: str, to_type: str
) -> list[dict[str, Any]]:
    """Read the types that links between two object types can have: category, typeId, label.

    Raises:
        HubSpotError: As drawn in `errors`.
    """
    path = WritePaths(session.paths).labels(from_type, to_type)
    return results(session.get(path), path)


def create_property(session: WritingSession, object_type: str, given: Definition) -> dict[str, Any]:
    """Define a property; the name of an archived one brings that one back as it was.

    Raises:
        WriteRefused: The definition is not valid, or the name is taken.
        WriteUncertain: It may be there now.
        HubSpotError: As drawn in `errors`.
    """
    path = session.paths.properties(object_type)
    return session.write("POST", path, given, repeatable=False).json


def change_property(
    session: WritingSession, object_type: str, name: str, given: Definition
) -> dict[str, Any]:
    """Change a definition; `options` replaces the whole list.

    Raises:
        HubSpotError: As drawn in `errors`.
    """
    return session.write("PATCH", session.write_paths.property(object_type, name), given).json


def archive_property(session: WritingSession, object_type: str, name: str) -> None:
    """Archive a property; gone already is fine.

    Raises:
        HubSpotError: As drawn in `errors`.
    """
    _delete(session, session.write_paths.property(object_type, name))


def create_group(session: WritingSession, object_type: str, given: Definition) -> dict[str, Any]:
    """Define a property group; errors as `create_property`."""
    path = session.paths.property_groups(object_type)
    return session.write("POST", path, given, repeatable=False).json


def archive_group(session: WritingSession, object_type: str, name: str) -> None:
    """Remove a property group without properties; gone already is fine.

    Raises:
        HubSpotError: As drawn in `errors`.
    """
    _delete(session, session.write_paths.group(object_type, name))


def create_pipeline(session: WritingSession, object_type: str, given: Definition) -> dict[str, Any]:
    """Create a pipeline with its stages; errors as `create_property`."""
    path = session.paths.pipelines(object_type)
    return session.write("POST", path, given, repeatable=False).json


def restore_pipeline(session: WritingSession, object_type: str, pipeline_id: str) -> dict[str, Any]:
    """Bring a deleted pipeline back, with its stages and their ids.

    Raises:
        WriteRefused: There is none to bring back.
        HubSpotError: As drawn in `errors`.
    """
    path = session.write_paths.pipeline(object_type, pipeline_id)
    return session.write("PATCH", path, {"archived": False}).json


def delete_pipeline(session: WritingSession, object_type: str, pipeline_id: str) -> None:
    """Delete a pipeline in which no record stands; gone already is fine.

    Raises:
        WriteRefused: Records stand in it.
        HubSpotError: As drawn in `errors`.
    """
    path = session.write_paths.pipeline(object_type, pipeline_id)
    _delete(session, path, {"validateReferencesBeforeDelete": "true"})


def create_stage(
    session: WritingSession, object_type: str, pipeline_id: str, given: Definition
) -> dict[str, Any]:
    """Add a stage to a pipeline; errors as `create_property`."""
    path = session.write_paths.stages(object_type, pipeline_id)
    return session.write("POST", path, given, repeatable=False).json


def delete_stage(
    session: WritingSession, object_type: str, pipeline_id: str, stage_id: str
) -> None:
    """Delete a stage in which no record stands; errors as `delete_pipeline`."""
    path = session.write_paths.stage(object_type, pipeline_id, stage_id)
    _delete(session, path, {"validateReferencesBeforeDelete": "true"})


def create_label(
    session: WritingSession, from_type: str, to_type: str, given: Definition
) -> list[dict[str, Any]]:
    """Define a label; returns its type in both directions. Errors as `create_property`."""
    path = session.write_paths.labels(from_type, to_type)
    return results(session.write("POST", path, given, repeatable=False), path)


def delete_label(session: WritingSession, from_type: str, to_type: str, type_id: int) -> None:
    """Forget a label; gone already is fine.

    Raises:
        HubSpotError: As drawn in `errors`.
    """
    _delete(session, f"{session.write_paths.labels(from_type, to_type)}/{type_id}")


def _delete(session: WritingSession, path: str, params: Mapping[str, str] | None = None) -> None:
    try:
        session.write("DELETE", path, params=params)
    except WriteRefused as error:
        if error.status != 404:
            raise
