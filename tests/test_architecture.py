"""The house: imports point one way, rooms have a README, names say what they are."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
STDLIB = set(sys.stdlib_module_names)

# What each room may import beside the standard library and itself.
ROOMS = {
    "include/hubspot": {"requests", "urllib3", "orjson"},
    "include/warehouse": {"duckdb", "pyarrow", "orjson", "zstandard"},
    "include/expectations": {
        "duckdb",
        "great_expectations",
        "pandas",
        "sqlalchemy",
        "duckdb_engine",
        "orjson",
    },
    "include/migration": {
        "include.hubspot",
        "include.warehouse",
        "duckdb",
        "orjson",
    },
    "include/sandbox": {"starlette", "uvicorn", "uvloop", "orjson", "typer", "rich"},
    "include/pipeline": {
        "include.hubspot",
        "include.warehouse",
        "include.expectations",
        "include.migration",
        "croniter",
        "dbt",
        "yaml",
        "typer",
        "rich",
        "orjson",
    },
    "plugins": {
        "airflow",
        "jinja2",
        "fastapi",
        "starlette",
        "duckdb",
        "include.pipeline.registry",
        "include.pipeline.settings",
        "include.pipeline.errors",
        "include.warehouse.files",
    },
    "dags": {"airflow", "include"},
    "local": {"requests", "duckdb", "rich", "include.pipeline"},
}
# The pipeline's floors: each may import those below it.
FLOORS = ("command_line", "migration", "steps", "sweep", "extract", "reading", "build")
FORBIDDEN_NAMES = {"utils", "helpers", "common"}


def files_of(room: str) -> list[Path]:
    return [path for path in (ROOT / room).rglob("*.py") if "__pycache__" not in path.parts]


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively; say the whole name"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def is_allowed(name: str, room: str) -> bool:
    own = room.replace("/", ".")
    # A plugin's page package is a top-level module to Airflow's loader.
    owned = {own} | ({path.stem for path in files_of(room)} if room == "plugins" else set())
    owned |= {path.name for path in (ROOT / room).iterdir() if room == "plugins"}
    allowed = ROOMS[room] | owned
    return name.split(".", maxsplit=1)[0] in STDLIB or any(
        name == known or name.startswith(f"{known}.") for known in allowed
    )


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_lies_below_it(room):
    files = files_of(room)
    assert files, f"{room} is empty"
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name in sorted(imports_of(path))
        if not is_allowed(name, room)
    ]
    assert not wrong


@pytest.mark.parametrize("floor", FLOORS)
def test_a_floor_of_the_pipeline_imports_only_floors_below_it(floor):
    here = ROOT / "include/pipeline" / floor
    files = [here.with_suffix(".py")] if not here.is_dir() else sorted(here.glob("*.py"))
    above = FLOORS[: FLOORS.index(floor)]
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name in sorted(imports_of(path))
        if any(f"{name}.".startswith(f"include.pipeline.{upper}.") for upper in above)
    ]
    assert not wrong


def test_no_room_reads_the_sandbox():
    users = {
        str(path.relative_to(ROOT))
        for room in set(ROOMS) - {"include/sandbox"}
        for path in files_of(room)
        if any(name.startswith("include.sandbox") for name in imports_of(path))
    }
    assert not users


@pytest.mark.parametrize("room", [*ROOMS, "dbt_project", "tests", "benchmarks"])
def test_every_room_says_what_it_is_for(room):
    lines = (ROOT / room / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) >= 3


def test_no_attic_exists():
    attics = [
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in files_of(room)
        if path.stem in FORBIDDEN_NAMES or FORBIDDEN_NAMES & set(path.parts)
    ]
    assert not attics


def test_tests_mirror_the_rooms():
    strays = [
        str(path.relative_to(ROOT))
        for room in ("include", "dags", "plugins", "local")
        for path in (ROOT / "tests" / room).rglob("*")
        if path.is_dir()
        and path.name != "__pycache__"
        and not (ROOT / path.relative_to(ROOT / "tests")).is_dir()
    ]
    assert not strays
