"""Documentation can fail: what a person can set, run or query is written down."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import yaml

ROOT = Path(__file__).resolve().parents[1]
DOCS = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")}
SOURCES = [
    path
    for room in ("include", "dags", "plugins", "local", "benchmarks", "dbt_project")
    for path in (ROOT / room).rglob("*")
    if path.suffix in (".py", ".yml", ".sql") and "__pycache__" not in path.parts
]


def help_of(*words):
    finished = subprocess.run(
        [sys.executable, "-m", *words, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT), "COLUMNS": "200", "TERM": "dumb", "PATH": ""},
    )
    return finished.stdout


def names(page, option):
    return re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", page)


def commands():
    from include.pipeline.command_line import app  # noqa: PLC0415 - after the path is set

    return [command.callback.__name__ for command in app.registered_commands]


@pytest.mark.parametrize("command", commands())
def test_every_command_and_option_is_documented(command):
    page = DOCS["commands.md"]
    assert f"| `{command}` |" in page
    options = set(re.findall(r"(--[a-z-]+)", help_of("include", command)))
    assert options
    assert not [option for option in sorted(options) if not names(page, option)]


def test_every_command_of_a_migration_is_documented():
    from include.pipeline.migration.commands import app  # noqa: PLC0415 - after the path is set

    page = DOCS["commands.md"]
    commands = typer.main.get_command(app).commands
    assert {"plan", "write", "reconcile", "undo"} <= set(commands)
    for name, command in commands.items():
        assert f"| `migrate {name}` |" in page
        options = [option for one in command.params for option in one.opts]
        assert not [option for option in options if not names(page, option)]


def test_every_make_target_is_documented():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.M).group(1).split()
    assert targets
    assert not [target for target in targets if f"`make {target}`" not in DOCS["commands.md"]]


def test_every_option_of_the_sandbox_is_documented():
    page = DOCS["commands.md"]
    options = set(re.findall(r"(--[a-z0-9-]+)", help_of("include.sandbox", "serve"))) - {"--help"}
    assert len(options) > 10
    assert not [option for option in sorted(options) if not names(page, option)]


def test_every_setting_is_documented():
    read = re.compile(r"""(?:environ(?:\.get)?[\[(]|getenv\(|env_var\()\s*f?["']([A-Z_]+)""")
    named = {name for path in SOURCES for name in read.findall(path.read_text(encoding="utf-8"))}
    named -= {"PATH", "PYTHONPATH"}
    assert {"DATA_DIR", "PORTALS_FILE", "HOLD_BACK_MINUTES"} <= named
    assert not [name for name in sorted(named) if f"`{name}" not in DOCS["settings.md"]]


def test_what_operations_says_that_errors_say_is_what_they_say():
    table = DOCS["operations.md"].partition("| It says |")[2].partition("\n\n")[0]
    cells = re.findall(r"^\| ([^|-][^|]*) \|", table, re.M)
    assert len(cells) > 8
    # a sentence stands in pieces, line by line
    sentences = [
        re.sub(r'"\s*f?"', "", path.read_text(encoding="utf-8"))
        for path in (ROOT / "include").rglob("*.py")
    ]
    said = {part.strip(" ,") for cell in cells for part in cell.split("…")} - {""}
    assert not [part for part in sorted(said) if not any(part in text for text in sentences)]


def test_every_dependency_has_its_reason():
    lines = (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
    chosen = {re.split(r"[=<>\[ ]", line)[0] for line in lines if line and line[0] != "#"}
    assert "apache-airflow" in chosen
    listed = re.findall(r"^\| ([^|]+) \|", DOCS["dependencies.md"], re.M)
    named = {name.strip() for row in listed for name in row.split(",")}
    assert not sorted(chosen - named)
    assert not sorted(named - chosen - {"Library", "---"})


def test_every_locked_requirement_is_pinned_and_hashed():
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", text)
    assert len(entries) > 150
    assert not [entry[:40] for entry in entries if "==" not in entry or "--hash=" not in entry]
    assert "://" not in text


def documented_models():
    found = {}
    for path in (ROOT / "dbt_project/models").rglob("*.yml"):
        for model in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models", []):
            found[model["name"]] = model
    return found


def test_every_model_is_described():
    described = documented_models()
    models = {path.stem for path in (ROOT / "dbt_project/models").rglob("*.sql")}
    assert len(models) > 15
    assert not sorted(
        models - {name for name, model in described.items() if model.get("description")}
    )


def test_every_column_of_a_mart_is_described():
    described = documented_models()
    marts = [path.stem for path in (ROOT / "dbt_project/models/marts").rglob("*.sql")]
    assert "ticket_slas" in marts
    for mart in marts:
        columns = described[mart].get("columns", [])
        assert columns, mart
        assert not [column["name"] for column in columns if not column.get("description")], mart


def test_the_hooks_of_pre_commit_are_those_of_make_lint():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    entries = " ".join(hook["entry"] for repo in config["repos"] for hook in repo["hooks"])
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for tool in ("ruff check", "ruff format", "sqlfluff lint"):
        assert tool in entries
        assert tool in makefile


def test_links_between_pages_lead_somewhere():
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *ROOT.glob("*/README.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not broken


def test_the_registry_that_is_shipped_is_the_demos():
    registry = yaml.safe_load((ROOT / "include/portals.yaml").read_text(encoding="utf-8"))
    assert json.dumps(registry["portals"]["sandbox"]["portal_id"]) == "4980000"
