import pytest

from include.warehouse.files import PortalFiles


def test_everything_of_a_portal_lies_in_its_own_folder(tmp_path):
    files = PortalFiles(tmp_path, "42").ensure()
    paths = [getattr(files, name) for name in dir(PortalFiles) if name in _PATHS]
    assert len(paths) == len(_PATHS)
    assert all(path.is_relative_to(tmp_path / "portals" / "42") for path in paths)


def test_ensure_is_safe_to_repeat(tmp_path):
    files = PortalFiles(tmp_path, "42")
    assert files.ensure().ensure() == files
    assert files.landing.is_dir()
    assert files.generations.is_dir()


@pytest.mark.parametrize("portal_id", ["", "..", "../43", "4/3", "4 3"])
def test_a_portal_id_cannot_name_another_folder(tmp_path, portal_id):
    with pytest.raises(ValueError, match="is not a portal id"):
        PortalFiles(tmp_path, portal_id)


_PATHS = {
    "root",
    "landing",
    "warehouse",
    "candidate",
    "published",
    "staged",
    "generations",
    "reports",
    "lock",
}
