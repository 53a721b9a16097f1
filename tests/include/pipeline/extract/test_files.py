import pytest

from include.pipeline.extract.files import file_ids


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        (None, []),
        ("", []),
        ("7", ["7"]),
        ("7;8; 9;", ["7", "8", "9"]),
        ("https://files.example.com/123/a.pdf;10", ["10"]),
        ("-1;1.5;\u0664", []),
    ],
)
def test_ids_are_told_from_addresses_and_all_else(value, ids):
    assert file_ids(value) == ids
