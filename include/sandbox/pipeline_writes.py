"""Making, changing and deleting pipelines (hubspot-api.md 2.3)."""

from typing import Any

from include.sandbox.errors import AlreadyExists, InvalidInput, NotFound
from include.sandbox.pipeline_books import PipelineBooks
from include.sandbox.pipeline_checks import (
    MAX_STAGES,
    changed_stage,
    label_of,
    order_of,
    refuse_references,
    refuse_twins,
)
from include.sandbox.pipelines import Pipeline


class PipelineWriter(PipelineBooks):
    """Writes to the pipelines of an object type; all is checked before anything is changed."""

    def create(self, given: dict[str, Any]) -> Pipeline:
        """Create a pipeline with its stages.

        Raises:
            InvalidInput: it is not valid.
            AlreadyExists: its id, or a stage's, is taken.
        """
        stages = self._listed(given)
        pipeline = Pipeline(self.new_id(given.get("pipelineId"), "pipelineId"), label_of(given),
                            order_of(given), created=self.now, updated=self.now)  # fmt: skip
        taken = {*self.pipelines.by_id, *self.pipelines.gone}
        if pipeline.id in taken:
            raise AlreadyExists(f"A pipeline with the id {pipeline.id} already exists.")
        self._refuse_label(pipeline)
        made = [self.new_stage(item) for item in stages]
        refuse_twins(made)
        pipeline.stages = made
        self.pipelines.all.append(pipeline)
        self.settle(pipeline, "CREATE", pipeline.id, pipeline.body())
        for stage in made:
            self.audit("CREATE", stage.id, stage.body())
        return pipeline

    def replace(self, pipeline: Pipeline, given: dict[str, Any], *, validate: bool) -> Pipeline:
        """Replace a pipeline: stages that are not named are deleted.

        Raises:
            InvalidInput: it is not valid, or tickets stand in a stage that would be deleted.
        """
        changed = Pipeline(pipeline.id, label_of(given), order_of(given))
        self._refuse_label(changed)
        known = {stage.id: stage for stage in pipeline.stages}
        made = []
        for item in self._listed(given):
            stage_id = item.get("stageId") or item.get("id")
            if isinstance(stage_id, str) and stage_id in known:
                made.append(changed_stage(known[stage_id], item, self.now))
            else:
                made.append(self.new_stage(item))
        refuse_twins(made)
        dropped = [stage_id for stage_id in known if stage_id not in {s.id for s in made}]
        if validate:
            refuse_references(self.portal, self.pipelines, dropped)
        for stage_id in dropped:
            self.bury(pipeline, known[stage_id])
        pipeline.stages, pipeline.updated = made, self.now
        pipeline.label, pipeline.display_order = changed.label, changed.display_order
        self.settle(pipeline, "UPDATE", pipeline.id, pipeline.body())
        return pipeline

    def change(self, pipeline_id: str, given: dict[str, Any]) -> Pipeline:
        """Change a pipeline's label or place, or restore a deleted one (`archived`: false).

        Raises:
            NotFound: there is none of that id.
            InvalidInput: the change is not valid.
        """
        pipeline = self.pipelines.by_id.get(pipeline_id)
        restores = given.get("archived") is False and pipeline_id in self.pipelines.gone
        if restores:
            pipeline = self.pipelines.gone[pipeline_id]
        elif pipeline is None:
            raise NotFound(f"Pipeline {pipeline_id[:100]!r} does not exist")
        elif given.get("archived") is not None:
            raise InvalidInput("archived can only be given to restore an archived pipeline")
        changed = Pipeline(pipeline.id, label_of(given, pipeline.label),
                           order_of(given, pipeline.display_order))  # fmt: skip
        self._refuse_label(changed)
        pipeline.label, pipeline.display_order = changed.label, changed.display_order
        pipeline.updated, pipeline.archived_at = self.now, None
        if restores:
            self.pipelines.all.append(self.pipelines.gone.pop(pipeline_id))
        self.settle(pipeline, "UPDATE", pipeline.id, pipeline.body())
        return pipeline

    def delete(self, pipeline: Pipeline, *, validate: bool) -> None:
        """Delete a pipeline; tickets in it keep their stage.

        Raises:
            InvalidInput: it is the last one, or (`validate`) tickets stand in it.
        """
        if len(self.pipelines.all) == 1:
            raise InvalidInput("The last pipeline of an object type cannot be deleted")
        if validate:
            refuse_references(self.portal, self.pipelines, [stage.id for stage in pipeline.stages])
        pipeline.archived_at = self.now
        self.pipelines.all.remove(pipeline)
        self.pipelines.gone[pipeline.id] = pipeline
        self.settle(pipeline, "DELETE", pipeline.id, pipeline.body())

    def _refuse_label(self, pipeline: Pipeline) -> None:
        for other in self.pipelines.all:
            if other.id != pipeline.id and other.label.lower() == pipeline.label.lower():
                raise InvalidInput(
                    f"A pipeline with the label {pipeline.label[:200]} already exists"
                )

    def _listed(self, given: dict[str, Any]) -> list[dict[str, Any]]:
        stages = given.get("stages")
        if not isinstance(stages, list) or not stages:
            raise InvalidInput("Invalid input JSON: required fields are missing: stages")
        if not all(isinstance(item, dict) for item in stages):
            raise InvalidInput("Invalid input JSON: stages must be a list of objects")
        if len(stages) > MAX_STAGES:
            raise InvalidInput(f"A pipeline takes at most {MAX_STAGES} stages")
        return stages
