"""One portal and its warehouse for all tests of extraction: each adds to it what it looks for."""

import pytest

from tests.conftest import start_sandbox
from tests.include.pipeline.portals import Synced


@pytest.fixture(scope="package")
def synced(tmp_path_factory):
    """A portal of 60 tickets after its first night."""
    sandbox = start_sandbox(generate=60, seed=5, limits="off")
    made = Synced(sandbox, tmp_path_factory.mktemp("data"))
    made.sync()
    yield made
    sandbox.stop()
