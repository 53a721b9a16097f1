"""How far a read has come: done, total, rate, time left, calls left, and what holds it up."""

import re
import time
from collections import Counter

import pytest

from include.hubspot.allowance import Allowance
from include.hubspot.limits import ROLLING, SEARCH
from include.hubspot.session import HubSpotSession
from include.pipeline.reading.progress import Progress, duration


@pytest.fixture
def session():
    with HubSpotSession("http://127.0.0.1:9", "t0ken") as opened:
        yield opened


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr("include.pipeline.reading.progress.SECONDS_BETWEEN_LINES", 0.05)


def line_of(progress, said):
    with progress:
        deadline = time.monotonic() + 5
        while not said and time.monotonic() < deadline:
            time.sleep(0.01)
    return said[0]


def test_a_line_tells_done_total_rate_time_left_calls_left_and_the_limit(session, quick):
    said = []
    progress = Progress(said.append, session)
    session.allowance = Allowance(19.0, 624_000)
    session.calls["/crm/v3/objects/tickets/batch/read", "POST", 200] = 1_234
    session.waits[ROLLING] = 50.0
    progress.foresee("tickets", 100_000)
    progress.expect("tickets", 600)
    progress.landed("tickets", 500)
    line = line_of(progress, said)
    assert re.fullmatch(
        r"tickets: 500 of 100,000, [\d,]+/s, [\d hmins]+ left; 1,234 calls, "
        r"624,000 left today, bound by HubSpot's limit of calls in 10 seconds",
        line,
    )


@pytest.mark.parametrize(
    ("waits", "binding"),
    [
        ({}, "HubSpot's answers"),
        ({ROLLING: 0.001}, "HubSpot's answers"),
        ({SEARCH: 9.0, ROLLING: 1.0}, "HubSpot's limit of searches"),
    ],
)
def test_the_limit_that_calls_waited_for_most_is_named(session, quick, waits, binding):
    said = []
    progress = Progress(said.append, session)
    session.waits = Counter(waits)
    assert line_of(progress, said).endswith(f"bound by {binding}")


def test_a_read_that_waits_says_so_too(session, quick):
    said = []
    assert line_of(Progress(said.append, session), said).startswith("nothing landed yet; 0 calls")


def test_a_terminal_has_bars_and_a_note_instead_of_lines(session, monkeypatch):
    monkeypatch.setattr("include.pipeline.reading.progress.SECONDS_BETWEEN_BARS", 0.02)

    class Terminal:
        has_bars = True

        def __init__(self):
            self.lines, self.bars, self.notes = [], [], []

        def __call__(self, line):
            self.lines.append(line)

        def advance(self, *bar):
            self.bars.append(bar)

        def note(self, line):
            self.notes.append(line)

    terminal = Terminal()
    progress = Progress(terminal, session)
    progress.foresee("tickets", 10)
    progress.landed("tickets", 4)
    assert line_of(progress, terminal.notes).startswith("0 calls, bound by")
    assert terminal.bars == [("tickets", 4, 10)]
    assert terminal.lines == []


def test_the_end_tells_the_totals(session):
    said = []
    progress = Progress(said.append, session)
    progress.landed("tickets", 1_200)
    progress.landed("links", 0)
    progress.finish()
    assert re.fullmatch(r"extracted 1,200 tickets in [\d.]+ s with 0 calls", said[0])


SAID = {
    0.4: "0 s",
    59.4: "59 s",
    59.6: "1 min 00 s",
    3_599: "59 min 59 s",
    3_600: "1 h 00 min",
    90_061: "25 h 01 min",
}


@pytest.mark.parametrize("seconds", SAID)
def test_a_duration_is_said_in_the_two_units_that_matter(seconds):
    assert duration(seconds) == SAID[seconds]
