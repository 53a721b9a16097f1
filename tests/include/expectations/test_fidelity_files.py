"""A migration's CSV starts nothing in a spreadsheet, and its page nothing in a browser."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from include.expectations.differences_file import safe_cell
from include.expectations.fidelity_page import render_fidelity

texts = st.text(max_size=40)
DIFFERENCE = (
    *("level", "kind", "object_type", "source_id", "target_id", "field"),
    *("source_value", "target_value", "reason"),
)


@given(st.text(alphabet="=+-@\t\r\n 1a\x00\uff1d\uff0b", max_size=8))
def test_no_cell_begins_a_formula(text: str) -> None:
    cell = safe_cell(text)
    assert cell in (text, "'" + text)
    begins = cell.lstrip(" \t\r\n\x00")[:1]
    if begins in {"=", "+", "-", "@", "\uff1d", "\uff0b"}:
        float(cell)  # what is left alone is a plain number
    assert cell[:1] not in {"\t", "\r", "\n"} or cell == ""


def test_numbers_and_plain_text_stay_as_they_are() -> None:
    for plain in ("-5", "+4.25", "12", "a=b", "", "2026-06-01T09:00:00.000Z"):
        assert safe_cell(plain) == plain
    assert safe_cell(None) == ""
    assert safe_cell("=1+1") == "'=1+1"
    assert safe_cell("-2+3+cmd|' /C calc'!A0").startswith("'-")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.add(tag)
        assert not {name for name, _ in attrs} & {"onclick", "onload", "src", "href"}

    def handle_data(self, data: str) -> None:
        self.text += data


def _report(value: str) -> dict:
    level = dict.fromkeys(("checked", "equal", "mapped", "expected"), 1)
    counts = ("source_count", "present_count", "skipped_count", "failed_count", "missing_count")
    expectation = {
        "expectation": value, "success": False, "sentence": value, "observed": value,
    }  # fmt: skip
    return {
        "faithful": False,
        "summary": value,
        "source_portal_id": value,
        "target_portal_id": "2",
        "judged_at": "now",
        "levels": [level | {"level": "fields", "unexplained": 2, "fidelity": 50.0}],
        "unexplained": [dict.fromkeys(DIFFERENCE, value)],
        "expected": [
            dict.fromkeys(("level", "kind", "field", "reason", "example"), value)
            | {"occurrences": 3}
        ],
        "population": [{"dimension": value, "value": value} | dict.fromkeys(counts, 1)],
        "expectations": [expectation],
    }


@given(texts)
def test_whatever_a_ticket_says_is_text_of_the_page(value: str) -> None:
    hostile = f"<script>alert(1)</script><img src=x onerror=alert(1)>{value}"
    page = _Page()
    rendered = render_fidelity(_report(hostile))
    page.feed(rendered)
    assert page.tags <= {
        *("html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "table"),
        *("thead", "tbody", "tr", "th", "td", "b", "br"),
    }
    assert page.text.count("<script>alert(1)</script>") > 5
    assert "http" not in rendered.replace("http-equiv", "").replace(value, "")


def test_the_page_says_how_much_it_does_not_show() -> None:
    assert "2, of which the first 1 are shown" in render_fidelity(_report("x"))
