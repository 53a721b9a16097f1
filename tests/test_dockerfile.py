"""The image holds what docker-compose.yaml runs, and nothing that must not leave this machine."""

import re
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parents[1]


def test_the_image_holds_what_the_services_run():
    lines = re.sub(r"\\\n\s*", "", (PROJECT / "Dockerfile").read_text()).splitlines()
    instructions = [line.split(maxsplit=1) for line in lines if re.match(r"[A-Z]+ ", line)]
    copied = [argument.split()[0] for name, argument in instructions if name == "COPY"]
    assert set(copied) == {"requirements.txt", "dags/", "dbt_project/", "include/", "plugins/"}
    assert all((PROJECT / source).exists() for source in copied)
    assert [name for name, _ in instructions].count("FROM") == 1
    assert dict(instructions)["USER"] == "airflow"
    install = next(argument for name, argument in instructions if "pip install" in argument)
    assert "--require-hashes" in install
    assert "--only-binary :all:" in install


def test_the_image_has_a_python_that_the_project_supports():
    image = re.search(r"^FROM python:3\.(\d+)-slim", (PROJECT / "Dockerfile").read_text(), re.M)
    lowest, below = re.search(
        r'requires-python = ">=3\.(\d+),<3\.(\d+)"', (PROJECT / "pyproject.toml").read_text()
    ).groups()
    assert int(lowest) <= int(image[1]) < int(below)


def test_the_folders_under_volumes_belong_to_the_images_user():
    services = yaml.safe_load((PROJECT / "docker-compose.yaml").read_text())["services"]
    made = re.search(
        r"install --directory --owner airflow (.*?)\n\n",
        (PROJECT / "Dockerfile").read_text(),
        re.DOTALL,
    )[1]
    folders = set(made.replace("\\", " ").split())
    for name, service in services.items():
        for volume in service.get("volumes", []):
            # What begins with a variable is a file of the host.
            if name != "database" and not volume.startswith("$"):
                assert volume.split(":")[1] in folders, volume


def test_nothing_but_what_is_copied_goes_to_the_engine():
    rules = [
        line
        for line in (PROJECT / ".dockerignore").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    assert rules[0] == "*"
    allowed = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    assert allowed == {"requirements.txt", "dags/", "dbt_project/", "include/", "plugins/"}
