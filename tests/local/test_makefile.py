"""What `make` does to a person's files, in a folder of its own."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from include.pipeline.registry import load_registry
from local.demo import PORTAL

ROOT = Path(__file__).resolve().parents[2]


def make(folder, *words, **variables):
    environment = {k: v for k, v in os.environ.items() if k != "DATA_DIR"} | variables
    command = ["make", "--no-print-directory", "-C", str(folder), *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True)


@pytest.fixture
def folder(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    return tmp_path


@pytest.mark.parametrize("data_dir", ["data", "elsewhere"])
def test_cleaning_forgets_the_demos_portal_and_no_other_ones_landing(folder, data_dir):
    portals = folder / data_dir / "portals"
    demo, other = portals / load_registry()[PORTAL].portal_id, portals / "1"
    for portal in (demo, other):
        (portal / "landing").mkdir(parents=True)
    (folder / ".airflow").mkdir()
    make(folder, "clean", **({} if data_dir == "data" else {"DATA_DIR": data_dir}))
    assert not demo.exists()
    assert not (folder / ".airflow").exists()
    assert (other / "landing").is_dir()


def test_stopping_makes_no_environment_anew(folder):
    python = folder / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$@" >> called\n')
    python.chmod(0o755)
    (folder / "requirements.txt").write_text("newer than .venv")
    make(folder, "down", "PYTHON=false")
    assert (folder / "called").read_text() == "-m local.demo down\n"
