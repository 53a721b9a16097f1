"""Adding, changing and deleting the stages of a pipeline (hubspot-api.md 2.3)."""

from typing import Any

from include.sandbox.errors import InvalidInput, NotFound
from include.sandbox.pipeline_books import PipelineBooks
from include.sandbox.pipeline_checks import (
    MAX_STAGES,
    changed_stage,
    label_of,
    refuse_references,
    refuse_twins,
)
from include.sandbox.pipelines import Pipeline, Stage


class StageWriter(PipelineBooks):
    """Writes to the stages of pipelines; all is checked before anything is changed."""

    def add(self, pipeline: Pipeline, given: dict[str, Any]) -> Stage:
        """Add a stage.

        Raises:
            InvalidInput: it is not valid, or one too many.
            AlreadyExists: its id is taken.
        """
        if len(pipeline.stages) >= MAX_STAGES:
            raise InvalidInput(f"A pipeline takes at most {MAX_STAGES} stages")
        stage = self.new_stage(given)
        refuse_twins([*pipeline.stages, stage])
        pipeline.stages.append(stage)
        self.settle(pipeline, "CREATE", stage.id, stage.body())
        return stage

    def change(
        self, pipeline: Pipeline, stage_id: str, given: dict[str, Any], *, replaces: bool
    ) -> Stage:
        """Change a stage, replace it, or restore a deleted one (`archived`: false).

        Raises:
            NotFound: there is none of that id.
            InvalidInput: the change is not valid.
        """
        stage = next((one for one in pipeline.stages if one.id == stage_id), None)
        restored = pipeline.gone.get(stage_id) if given.get("archived") is False else None
        if stage is None and restored is None:
            raise NotFound(f"Stage {stage_id[:100]!r} does not exist")
        if stage is not None and given.get("archived") is not None:
            raise InvalidInput("archived can only be given to restore an archived stage")
        if not replaces and restored is None and given.get("metadata") is None:
            raise InvalidInput("Invalid input JSON: required fields are missing: metadata")
        old = stage or restored
        assert old is not None  # noqa: S101
        if replaces:
            label_of(given)
        fresh = changed_stage(old, given, self.now)
        others = [one for one in pipeline.stages if one is not stage]
        refuse_twins([*others, fresh])
        pipeline.gone.pop(stage_id, None)
        pipeline.stages = [*others, fresh]
        self.settle(pipeline, "UPDATE", fresh.id, fresh.body())
        return fresh

    def delete(self, pipeline: Pipeline, stage: Stage, *, validate: bool) -> None:
        """Delete a stage; tickets in it keep it.

        Raises:
            InvalidInput: it is the pipeline's last, or (`validate`) tickets stand in it.
        """
        if len(pipeline.stages) == 1:
            raise InvalidInput("The last stage of a pipeline cannot be deleted")
        if validate:
            refuse_references(self.portal, self.pipelines, [stage.id])
        pipeline.stages = [one for one in pipeline.stages if one is not stage]
        self.bury(pipeline, stage)
        self.settle(pipeline, "UPDATE", pipeline.id, pipeline.body())
