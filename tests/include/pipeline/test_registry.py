"""A registry that cannot be is refused in one sentence that names the entry."""

import pytest

from include.pipeline.errors import RegistryError
from include.pipeline.registry import find_portal, load_registry

GOOD = """
portals:
  north: {portal_id: 1, connection: hubspot_north, schedule: "0 2 * * *"}
  south: {portal_id: 2, connection: hubspot_south, schedule: "0 3 * * *", policies: policies/south}
"""


def written(tmp_path, text):
    path = tmp_path / "portals.yaml"
    path.write_text(text)
    return path


def test_portals_are_read_in_order_with_text_ids(tmp_path):
    portals = load_registry(written(tmp_path, GOOD))
    assert list(portals) == ["north", "south"]
    assert portals["north"].portal_id == "1"
    assert portals["south"].policies.parts[-2:] == ("policies", "south")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("portals: [", "cannot be read"),
        ("", "lists no portal"),
        ("portals: {}", "lists no portal"),
        ("portals: {a: 5}", "portal 'a'"),
        ("portals: {a: {portal_id: 1}}", "lacks connection, schedule"),
        (GOOD.replace("portal_id: 2", "portal_id: 1"), "both 'north' and 'south'"),
        (GOOD.replace("portal_id: 2", "portal_id: x2"), "ids are digits"),
        (GOOD.replace("0 3 * * *", "daily"), "five fields"),
        (GOOD.replace("0 3 * * *", "61 3 * * *"), "five fields"),
        (GOOD.replace("policies: policies/south", "associations: [quotes]"), "links to quotes"),
        (GOOD.replace("policies: policies/south", "associations:"), "associations 'None'"),
        (GOOD.replace("policies: policies/south", "associations: notes"), "associations 'notes'"),
        (GOOD.replace("south:", "north:"), "'north' is given twice"),
        (GOOD.replace("policies:", "portal_id:"), "'portal_id' is given twice"),
        (GOOD.replace("south:", "South Pole:"), "'South Pole'"),
        (GOOD.replace("policies:", "policy:"), "unknown settings policy"),
    ],
)
def test_a_broken_registry_is_named(tmp_path, text, said):
    with pytest.raises(RegistryError, match="portal") as error:
        load_registry(written(tmp_path, text))
    assert said in str(error.value)
    assert "nothing was read or written" in str(error.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(RegistryError, match=r"nowhere\.yaml cannot be read"):
        load_registry(tmp_path / "nowhere.yaml")


def test_an_unknown_portal_lists_the_known_ones(tmp_path, monkeypatch):
    monkeypatch.setenv("PORTALS_FILE", str(written(tmp_path, GOOD)))
    with pytest.raises(RegistryError, match="no portal 'east'.*north, south"):
        find_portal("east")


def test_each_portal_owns_a_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    portals = load_registry(written(tmp_path, GOOD))
    assert portals["north"].files.root == tmp_path / "data/portals/1"
