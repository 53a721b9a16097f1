"""What every write to a pipeline does in the end: new ids, order, properties of stages, audit."""

from typing import TYPE_CHECKING, Any

import orjson

from include.sandbox.errors import AlreadyExists, InvalidInput
from include.sandbox.moments import to_iso
from include.sandbox.pipeline_checks import label_of, order_of, state_of
from include.sandbox.pipelines import Pipeline, Pipelines, Stage

if TYPE_CHECKING:
    from include.sandbox.portal import Portal

MAX_ID = 100


class PipelineBooks:
    """Keeps the books of one write to the pipelines of an object type."""

    def __init__(self, portal: "Portal", pipelines: Pipelines) -> None:
        self.portal = portal
        self.pipelines = pipelines
        self.now = portal.clock.now()
        self._last_id = pipelines.last_id  # kept once the write is done, not when refused

    def bury(self, pipeline: Pipeline, stage: Stage) -> None:
        """Delete a stage; it can be restored."""
        stage.archived_at = self.now
        pipeline.gone[stage.id] = stage
        self.audit("DELETE", stage.id, stage.body())

    def settle(self, pipeline: Pipeline, action: str, identifier: str, body: dict) -> None:
        """Let a write be done: its order, its ids, the properties of its stages, its audit."""
        pipeline.stages.sort(key=lambda stage: stage.display_order)
        self.pipelines.last_id = self._last_id
        self.pipelines.refresh()
        self.pipelines.define_properties(self.portal.stores[self.pipelines.object_type].definitions)
        self.audit(action, identifier, body)

    def audit(self, action: str, identifier: str, body: dict[str, Any]) -> None:
        """Note who did what, newest first."""
        entry = {
            "portalId": self.portal.id,
            "identifier": identifier,
            "action": action,
            "timestamp": to_iso(self.now),
            "message": f"{action} {identifier}",
            "rawObject": orjson.dumps(body).decode(),  # a string in practice
            "fromUserId": None,
        }
        self.pipelines.audits.setdefault(identifier, []).insert(0, entry)

    def new_stage(self, given: dict[str, Any]) -> Stage:
        """Return the stage that a request describes.

        Raises:
            InvalidInput: it is not valid.
            AlreadyExists: its id is taken.
        """
        stage_id = self.new_id(given.get("stageId"), "stageId")
        taken = {s.id for p in (*self.pipelines.all, *self.pipelines.gone.values())
                 for s in (*p.stages, *p.gone.values())}  # fmt: skip
        if stage_id in taken:
            raise AlreadyExists(f"A stage with the id {stage_id} already exists.")
        is_deal = self.pipelines.object_type == "deals"
        state, probability = state_of(given, is_deal=is_deal)
        label, order = label_of(given), order_of(given)
        return Stage(stage_id, label, order, state, self.now, self.now, probability=probability)

    def new_id(self, given: Any, field: str) -> str:
        """Return the id that a request gives, or the next one.

        Raises:
            InvalidInput: it is no id.
        """
        if given is None or given == "":
            self._last_id += 7
            return str(self._last_id)
        if not isinstance(given, str) or len(given) > MAX_ID or "/" in given:
            raise InvalidInput(f"Invalid input JSON: {field} must be a short string")
        if field == "stageId" and given != given.lower():
            raise InvalidInput(
                f"Property name must be lowercase, but given: hs_date_entered_{given}"
            )
        return given
