"""What a pipeline's or a stage's fields must look like."""

from typing import TYPE_CHECKING, Any

from include.sandbox.errors import InvalidInput
from include.sandbox.pipelines import Pipelines, Stage, state_at

if TYPE_CHECKING:
    from include.sandbox.portal import Portal

MAX_STAGES = 100
_SHOWN_REFERENCES = 10
_PROBABILITIES = {text for i in range(11) for text in (str(i / 10), f"{i / 10:.2f}", f"{i / 10:g}")}


def changed_stage(stage: Stage, given: dict[str, Any], now: int) -> Stage:
    """Return a stage as a request changes it.

    Raises:
        InvalidInput: it is not valid.
    """
    state, probability = stage.state, stage.probability
    if given.get("metadata") is not None:
        state, probability = state_of(given, is_deal=bool(probability))
    label, order = label_of(given, stage.label), order_of(given, stage.display_order)
    return Stage(stage.id, label, order, state, stage.created, now, probability=probability)


def label_of(given: dict[str, Any], known: str = "") -> str:
    """Return the label that a request gives, or the one known.

    Raises:
        InvalidInput: it is not valid.
    """
    label = given.get("label", known or None)
    if not isinstance(label, str) or not label.strip():
        raise InvalidInput("Invalid input JSON: required fields are missing: label")
    return label


def order_of(given: dict[str, Any], known: int = 0) -> int:
    """Return the display order that a request gives, or the one known.

    Raises:
        InvalidInput: it is not valid.
    """
    order = given.get("displayOrder", known)
    if isinstance(order, bool) or not isinstance(order, int):
        raise InvalidInput("Invalid input JSON: displayOrder must be a whole number")
    return order


def state_of(given: dict[str, Any], *, is_deal: bool) -> tuple[str, str]:
    """Return the state that a stage's metadata gives, and a deal's probability.

    Raises:
        InvalidInput: it is not valid.
    """
    metadata = given.get("metadata")
    if not isinstance(metadata, dict | None):
        raise InvalidInput("Invalid input JSON: metadata must be an object")
    if is_deal:
        return _certainty((metadata or {}).get("probability"))
    state = (metadata or {}).get("ticketState", "OPEN")
    if state not in ("OPEN", "CLOSED"):
        raise InvalidInput("metadata.ticketState must be OPEN or CLOSED")
    return state, ""


def _certainty(given: Any) -> tuple[str, str]:
    text = str(given)
    if isinstance(given, bool) or text not in _PROBABILITIES:
        raise InvalidInput("metadata.probability must be 0.0, 0.1 … or 1.0 in a deal's stage")
    probability = str(float(text))
    return state_at(probability), probability


def refuse_twins(stages: list[Stage]) -> None:
    """Refuse two stages of one label or one id in a pipeline."""
    if len({stage.label.lower() for stage in stages}) < len(stages):
        raise InvalidInput("Stage labels must be unique within a pipeline")
    if len({stage.id for stage in stages}) < len(stages):
        raise InvalidInput("Stage IDs must be unique")


def refuse_references(portal: "Portal", pipelines: Pipelines, stage_ids: list[str]) -> None:
    """Refuse to delete stages in which live records stand.

    Raises:
        InvalidInput: some do.
    """
    wanted = {portal.texts.code(stage_id) for stage_id in stage_ids}
    store = portal.stores[pipelines.object_type]
    code, holders = store.definitions.codes[pipelines.stage_property], []
    for record_id in store.scanned():
        record = store.records[record_id]
        if record.value(code, record.visible) in wanted:
            holders.append(record)
            if len(holders) == _SHOWN_REFERENCES:
                break
    if not holders:
        return
    text = portal.texts.text
    used = sorted({text[r.value(code, r.visible) or 0] for r in holders})
    ids = ", ".join(str(record.id) for record in holders)
    raise InvalidInput(
        f"Stage IDs: [{', '.join(used)}] are being referenced by object IDs: [{ids}]",
        subCategory="PipelineError.STAGE_ID_IN_USE",
    )
