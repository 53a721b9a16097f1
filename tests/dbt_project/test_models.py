"""The project's own rules: short models, everything described, types on every mart."""

from pathlib import Path

import pytest
import yaml

from tests.dbt_project.dbt_run import PROJECT

MODELS = sorted((PROJECT / "models").rglob("*.sql"))
SINGULAR_TESTS = sorted(path for path in (PROJECT / "tests").glob("*/assert_*.sql"))


def _described() -> dict[str, dict]:
    files = (PROJECT / "models").rglob("*.yml")
    documents = [yaml.safe_load(path.read_text("utf-8")) for path in files]
    return {model["name"]: model for document in documents for model in document.get("models", ())}


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_model_is_a_page(path: Path) -> None:
    limit = 60 if path.stem.startswith("stg_") else 120
    assert len(path.read_text("utf-8").splitlines()) <= limit


def test_every_model_and_column_is_described_once() -> None:
    described = _described()
    assert {path.stem for path in MODELS} == set(described)
    bare = [
        f"{name}.{column['name']}"
        for name, model in described.items()
        for column in model["columns"]
        if not column.get("description")
    ]
    assert not bare
    assert all(model["description"] for model in described.values())


def test_every_mart_says_its_grain_and_its_types() -> None:
    marts = [path.stem for path in MODELS if "marts" in path.parts]
    assert len(marts) > 10
    described = _described()
    for name in marts:
        assert described[name]["description"].startswith("One row per"), name
        assert all(column.get("data_type") for column in described[name]["columns"]), name


def test_every_singular_test_is_a_sentence_with_a_reason() -> None:
    assert len(SINGULAR_TESTS) > 10
    for path in SINGULAR_TESTS:
        assert path.stem.count("_") >= 4, path
        first = path.read_text("utf-8").splitlines()[0]
        assert first.startswith("--"), path
