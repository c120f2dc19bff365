"""Naps, and processes that fork, end, or have threads."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

BODY = """
import os, sys, threading, warnings
warnings.simplefilter("ignore")
from slipstream import _native, jit

def squares(xs):
    s = 0.0
    for x in xs:
        s += x * x
    return s

fast = jit(squares)
def calls(n):
    for _ in range(n):
        assert fast([1.0, 2.0]) == 5.0
def nap():
    calls(70)
    trial = fast._slipstream.trial
    for what in (2, 3):
        trial.meter.tried = what
        trial.go_on(trial.meter)
    assert fast.__code__ is fast._slipstream.code
nap()
"""

ENDS = {
    "at once": "",
    "in use": "calls(50000)",
    "while others run": """
for _ in range(4):
    threading.Thread(target=calls, args=(20000,), daemon=True).start()
calls(5000)
""",
    "in children": """
for _ in range(20):
    pid = os.fork()
    if pid == 0:
        calls(500)
        sys.exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    _native.wake()
    calls(100)
    fast._slipstream.clear()
    nap()
""",
}


@pytest.mark.parametrize("end", ENDS)
def test_processes_end_as_they_should(end: str) -> None:
    if end == "in children" and not hasattr(os, "fork"):
        pytest.skip("there are no forks here")
    environment = {**os.environ, "SLIPSTREAM_WEIGH": "64"}
    done = subprocess.run(
        [sys.executable, "-c", BODY + ENDS[end]], env=environment, capture_output=True, text=True, timeout=90
    )
    assert (done.returncode, done.stderr) == (0, "")
