"""Each fault, at the first, a middle and the last call: nothing is lost, or one sentence says so.

The warehouse ends as if there had been none: at once, or after the next run where the fault ended
the read with a sentence.
"""

import pytest

from tests.conftest import start_sandbox
from tests.faults.matrix import OF_PAGING, calls_of, cases, kinds, small_and_quick, strike
from tests.faults.nights import night_of


class Matrix:
    """A portal, what a read of it calls, and what the warehouse holds after one."""

    def __init__(self, portal, folders) -> None:
        self.portal, self._folders = portal, folders
        self.portal.control("DELETE", "requests")
        self.expected = self._undisturbed()
        self.calls = calls_of(portal)
        self.cases = cases(self.calls)

    def _undisturbed(self):
        night = night_of(self.portal, self._folders.mktemp("undisturbed"))
        night.read()
        return night.load()

    def check(self, case) -> str:
        """Strike, compare; returns what the read said when the fault ended it."""
        night, said = strike(self.portal, case, self.calls, self._folders.mktemp("struck"))
        if said == "unmet":
            return said
        if case.mutates:
            self.expected = self._undisturbed()
        told = night.load()
        wrong = [name for name, rows in self.expected.items() if _differ(case, name, rows, told)]
        assert not wrong, f"{case}: {wrong} differ"
        assert "\n" not in said
        assert not said or "safe to run again" in said, f"{case}: {said}"
        return said


@pytest.fixture(scope="module")
def matrix(tmp_path_factory):
    portal = start_sandbox(
        generate=24, engagements_per_ticket=2, seed=6, limits="off", association_page_size=1
    )
    with small_and_quick():
        yield Matrix(portal, tmp_path_factory)
    portal.stop()


def _differ(case, table, expected, told) -> bool:
    """Whether a table is not as expected.

    A read before a ticket was archived knows its links and where they led; one after it does not.
    """
    if case.mutates and table not in {"tickets", "ticket_property_history"}:
        return not set(expected) <= set(told[table])
    return told[table] != expected


# One of each way to end: repeated, given up, met in the middle of an answer, or of a list.
SAMPLE = ("401", "429 DAILY", "477", "524", "expired_cursor", "html", "reset inside")
SAMPLE += ("archive_between_pages",)


def sample(matrix, name: str):
    """One case of a kind: another route and position for each kind."""
    # what strikes between pages needs a list that has them
    part = "/tickets/contacts/" if name in OF_PAGING else "/objects/"
    of_kind = [case for case in matrix.cases if case.name == name and part in case.route]
    return of_kind[7 * SAMPLE.index(name) % len(of_kind)]


def test_the_matrix_reaches_every_kind_of_call_at_three_places(matrix):
    routes = {case.route for case in matrix.cases}
    for part in ("search", "tickets/batch/read", "associations", "owners", "pipelines", "details"):
        assert any(part in route for route in routes), part
    for route in ("/crm/v3/objects/tickets/search", "/crm/v3/objects/tickets/batch/read"):
        struck = {case.position for case in matrix.cases if case.route == route}
        assert struck == {"first", "middle", "last"}
    assert {case.name for case in matrix.cases} == set(kinds())


@pytest.mark.parametrize("name", SAMPLE)
def test_a_fault_loses_nothing(matrix, name):
    assert matrix.check(sample(matrix, name)) != "unmet"


@pytest.mark.slow
@pytest.mark.parametrize("name", kinds())
def test_no_fault_anywhere_loses_anything(matrix, name):
    said = [matrix.check(case) for case in matrix.cases if case.name == name]
    assert set(said) != {"unmet"}
