"""What `make demo` prints can be used as it stands."""

import io
import json
import shutil
import subprocess

from rich.console import Console

from include.pipeline.settings import PROJECT_ROOT
from local import demo
from local.airflow import LocalAirflow
from local.sandbox import LocalSandbox

ASK = 'printf "%s\\n" "$AIRFLOW_HOME" "$PYTHONPATH" "$AIRFLOW_CONN_HUBSPOT_SANDBOX"'


def test_the_line_for_a_shell_names_home_project_and_connection(tmp_path, monkeypatch):
    printed = io.StringIO()
    monkeypatch.setattr(demo, "console", Console(file=printed, width=80))
    (tmp_path / "simple_auth_manager_passwords.json.generated").write_text('{"admin": "secret"}')
    sandbox = LocalSandbox(tmp_path)
    demo._show_addresses(LocalAirflow(tmp_path), sandbox)
    [line] = [line for line in printed.getvalue().splitlines() if line.startswith("export")]
    told = subprocess.run(
        [shutil.which("sh"), "-c", f"{line}\n{ASK}"], capture_output=True, text=True, check=True
    )
    home, project, connection = told.stdout.splitlines()
    assert (home, project) == (str(demo.HOME), str(PROJECT_ROOT))
    assert json.loads(connection) == json.loads(sandbox.connection)
