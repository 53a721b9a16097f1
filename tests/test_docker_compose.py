"""docker-compose.yaml and .env.example agree with each other and with the project.

Without an engine: the file is interpolated as Docker Compose does it, held against the rules of the
Compose specification that it uses, and everything it names (files, volumes, services, commands,
Airflow settings, variables) must exist.
"""

import argparse
import ast
import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[1]
TEXT = (PROJECT / "docker-compose.yaml").read_text()
VARIABLE = re.compile(r"\$\$|\$\{(?P<name>\w+)(?P<kind>:\?|:-)?(?P<argument>[^}]*)\}")
SERVICE_KEYS = {
    *("build", "image", "init", "restart", "environment", "env_file", "volumes", "depends_on"),
    *("command", "ports", "healthcheck", "profiles", "stop_grace_period"),
}
REQUIRED = {
    "POSTGRES_PASSWORD": "p" * 32,
    "AIRFLOW_JWT_SECRET": "j" * 64,
    "AIRFLOW_SECRET_KEY": "s" * 64,
    "AIRFLOW_FERNET_KEY": "f" * 43 + "=",
}
DURATION = re.compile(r"(\d+(h|m|s|ms))+")


class MissingVariable(Exception):
    """What Docker Compose ends with when a required variable is not set."""


def interpolated(environment: dict[str, str]) -> dict[str, Any]:
    """Return the document as Docker Compose sees it with these variables."""

    def value(match: re.Match) -> str:
        if match[0] == "$$":
            return "$"
        given = environment.get(match["name"])
        if given:
            return given
        if match["kind"] == ":?":
            raise MissingVariable(match["argument"])
        return match["argument"] if match["kind"] == ":-" else ""

    def walk(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: walk(child) for key, child in node.items()}
        if isinstance(node, list):
            return [walk(child) for child in node]
        return VARIABLE.sub(value, node) if isinstance(node, str) else node

    return walk(yaml.safe_load(TEXT))


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return interpolated(REQUIRED)


@pytest.fixture(scope="module")
def services(compose) -> dict[str, dict[str, Any]]:
    return compose["services"]


def test_the_services_are_those_of_airflow_its_database_and_the_sandbox(services):
    assert set(services) == {
        *("database", "setup", "api-server", "scheduler", "dag-processor", "sandbox")
    }
    assert services["database"]["image"] == "postgres:17-alpine"


def test_only_keys_of_the_specification_are_used(compose, services):
    extensions = {key for key in compose if key.startswith("x-")}
    assert set(compose) - extensions == {"name", "services", "volumes"}
    for name, service in services.items():
        assert set(service) <= SERVICE_KEYS, name
        assert isinstance(service.get("environment", {}), dict), name
        for variable, value in service.get("environment", {}).items():
            # YAML would read a bare True or 4 as such, which Docker Compose refuses or rewrites.
            assert isinstance(value, str), f"{name}: {variable}"
        assert all(isinstance(part, str) for part in service.get("command", [])), name
        assert service.get("restart") in ("unless-stopped", "no"), name


def test_services_wait_for_services_that_can_satisfy_them(services):
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in services, f"{name} waits for {other}"
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[other]
            else:
                assert how["condition"] == "service_completed_successfully"
                assert services[other]["restart"] == "no"
    assert services["scheduler"]["depends_on"]["setup"]
    assert services["setup"]["depends_on"]["database"]


def test_every_lasting_service_has_a_whole_healthcheck(services):
    for name, service in services.items():
        if service["restart"] == "no":
            continue
        check = service["healthcheck"]
        assert check["test"][0] == "CMD", name
        assert all(DURATION.fullmatch(check[key]) for key in ("interval", "timeout")), name
        assert check["retries"] > 1, name
        if check["test"][1] == "python":
            ast.parse(check["test"][3])


def test_volumes_are_declared_used_and_mounted_at_absolute_paths(compose, services):
    used = set()
    for name, service in services.items():
        for volume in service.get("volumes", []):
            source, target, *mode = volume.split(":")
            assert target.startswith("/"), f"{name}: {volume}"
            assert mode in ([], ["ro"]), f"{name}: {volume}"
            if source.startswith("."):
                assert (PROJECT / source).exists(), f"{name}: {source}"
            else:
                used.add(source)
    assert used == set(compose["volumes"])


def test_data_survive_and_the_page_cannot_write_them(services):
    assert "data:/data" in services["scheduler"]["volumes"]
    assert "data:/data:ro" in services["api-server"]["volumes"]
    assert "database:/var/lib/postgresql/data" in services["database"]["volumes"]


def test_every_port_is_published_on_loopback_only(services):
    ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert ports == {
        "api-server": ["127.0.0.1:8080:8080"],
        "sandbox": ["127.0.0.1:8089:8089"],
    }


def test_the_sandbox_is_started_on_request_and_gets_no_secrets(services):
    assert [name for name, service in services.items() if "profiles" in service] == ["sandbox"]
    sandbox = services["sandbox"]
    assert sandbox["environment"] == {"PYTHONPATH": "/opt/project"}
    assert not sandbox["env_file"]
    assert not any(volume.startswith("data:") for volume in sandbox["volumes"])


@pytest.mark.parametrize("missing", REQUIRED)
def test_a_secret_that_is_not_set_is_asked_for_by_name(missing):
    with pytest.raises(MissingVariable, match=rf"set {missing} in \.env"):
        interpolated({name: value for name, value in REQUIRED.items() if name != missing})


def test_secrets_have_no_defaults_and_are_not_written_down():
    for match in VARIABLE.finditer(TEXT):
        if match["name"] and re.search("PASSWORD|SECRET|KEY|TOKEN", match["name"]):
            assert match["kind"] == ":?", match["name"]
    written = re.findall(r'"password": "([^"]+)"', TEXT)
    assert written == ["sandbox-token"]


def test_every_variable_is_documented_and_every_documented_one_is_used():
    used = {match["name"]: match for match in VARIABLE.finditer(TEXT) if match["name"]}
    lines = (PROJECT / ".env.example").read_text().splitlines()
    documented = {}
    for number, line in enumerate(lines):
        entry = re.fullmatch(r"(?P<comment>#?)(?P<name>[A-Z_]+)=(?P<value>.*)", line)
        # An example inside a comment begins with "# ".
        if entry:
            documented[entry["name"]] = (entry["comment"] == "#", entry["value"])
            assert lines[number - 1].startswith("#"), f"{entry['name']} has no explanation"
    assert set(documented) == set(used)
    for name, (is_optional, value) in documented.items():
        assert is_optional is (used[name]["kind"] == ":-"), name
        assert value == (used[name]["argument"] if is_optional else ""), name


def test_airflow_settings_exist_in_this_version_of_airflow(services):
    spec = importlib.util.find_spec("airflow")
    folder = Path(spec.submodule_search_locations[0]) / "config_templates" / "config.yml"
    sections = yaml.safe_load(folder.read_text())
    settings = [
        name
        for service in services.values()
        for name in service.get("environment", {})
        if name.startswith("AIRFLOW__")
    ]
    assert len(settings) > 10
    for setting in settings:
        _, section, option = setting.split("__")
        assert option.lower() in sections[section.lower()]["options"], setting


def test_airflow_services_share_one_environment(services):
    airflow = [services[name] for name in ("setup", "api-server", "scheduler", "dag-processor")]
    assert all(service["environment"] == airflow[0]["environment"] for service in airflow)
    environment = airflow[0]["environment"]
    assert environment["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert "@database:5432/" in environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
    assert environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"].startswith("http://api-server:")


def test_a_connection_to_the_sandbox_is_one_that_the_pipeline_reads(services, monkeypatch):
    from include.pipeline.connections import connection_from_environment  # noqa: PLC0415

    name = "AIRFLOW_CONN_HUBSPOT_SANDBOX"
    monkeypatch.setenv(name, services["scheduler"]["environment"][name])
    connection = connection_from_environment("hubspot_sandbox")
    token = next(
        (part.split("=")[1] for part in services["sandbox"]["command"] if "--token=" in part),
        "sandbox-token",
    )
    assert (connection.host, connection.token) == ("http://sandbox:8089", token)


@pytest.fixture(scope="module")
def airflow_commands(tmp_path_factory) -> set[str]:
    """Return Airflow's commands and sub-commands, as its own command line lists them."""
    code = (
        "from airflow.cli.cli_parser import airflow_commands\n"
        "for c in airflow_commands:\n"
        "    print('COMMAND', c.name)\n"
        "    for s in getattr(c, 'subcommands', []): print('COMMAND', c.name, s.name)\n"
    )
    home = tmp_path_factory.mktemp("airflow")
    listed = subprocess.run(
        [sys.executable, "-c", code],
        env={"AIRFLOW_HOME": str(home), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = listed.stdout.splitlines()
    return {line.removeprefix("COMMAND ") for line in lines if line.startswith("COMMAND ")}


def test_every_command_exists(services, airflow_commands):
    commands = [service["command"] for service in services.values() if "command" in service]
    checks = [service["healthcheck"]["test"][1:] for service in services.values()
              if "healthcheck" in service]  # fmt: skip
    assert len(commands) == 5
    for command in [*commands, *checks]:
        lines = command[-1].splitlines() if command[0] == "bash" else [" ".join(command)]
        assert lines
        for line in lines:
            _assert_exists(line.split(), airflow_commands)


def _assert_exists(words: list[str], airflow_commands: set[str]) -> None:
    if words[0] == "airflow":
        assert words[1] in airflow_commands
        has_subcommands = any(name.startswith(f"{words[1]} ") for name in airflow_commands)
        assert not has_subcommands or " ".join(words[1:3]) in airflow_commands
    elif words[:2] == ["python", "-m"]:
        spec = importlib.util.find_spec(words[2])
        assert spec, words[2]
        assert not spec.submodule_search_locations or importlib.util.find_spec(
            f"{words[2]}.__main__"
        )
    else:
        assert words[:2] == ["python", "-c"] or words[0] == "pg_isready", words


def test_the_sandbox_accepts_its_arguments(services):
    from include.sandbox.__main__ import _parser  # noqa: PLC0415

    given = _parser().parse_args(services["sandbox"]["command"][3:])
    assert isinstance(given, argparse.Namespace)
    assert (given.host, given.port, given.generate) == ("0.0.0.0", 8089, 5000)  # noqa: S104
