"""Bars on a terminal, lines elsewhere, and stdout is the result's alone."""

import os
import pty
import subprocess
import sys

import pytest

from include.pipeline.terminal import print_result

CODE = """
import sys
from include.pipeline.terminal import TerminalReport
with TerminalReport(quiet={quiet}) as report:
    report("a line")
    for done in (1, 2):
        report.advance("tickets", done, 2)
sys.stdout.write("result")
"""


@pytest.mark.parametrize(
    ("as_json", "said"),
    [
        (True, '{"a":null,"b":[1,2],"c":{"d":3,"e":4},"f":[]}\n'),
        (False, "a: –\nb: 1, 2\nc: d 3, e 4\nf: none\n"),
    ],
)
def test_a_result_says_what_is_none_in_every_command(as_json, said, capsys):
    print_result({"a": None, "b": [1, 2], "c": {"d": 3, "e": 4}, "f": []}, as_json)
    assert capsys.readouterr().out == said


def run_on_a_terminal(code):
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=follower, text=True
    ) as process:
        os.close(follower)
        shown = b""
        while True:
            try:
                chunk = os.read(leader, 4096)
            except OSError:
                break
            if not chunk:
                break
            shown += chunk
        said = process.stdout.read()
    return said, shown.decode(errors="replace")


def test_a_terminal_shows_a_bar_and_the_lines():
    said, shown = run_on_a_terminal(CODE.format(quiet=False))
    assert said == "result"
    assert "a line" in shown
    assert "2/2" in shown


def test_elsewhere_there_are_lines_alone():
    finished = subprocess.run(
        [sys.executable, "-c", CODE.format(quiet=False)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert (finished.stdout, finished.stderr) == ("result", "a line\n")


def test_beside_json_there_is_nothing():
    finished = subprocess.run(
        [sys.executable, "-c", CODE.format(quiet=True)], capture_output=True, text=True, check=True
    )
    assert (finished.stdout, finished.stderr) == ("result", "")
