"""Programs that other compilers are known to get wrong (`rivals`): results, errors, warnings
and arguments are NumPy's here."""

from __future__ import annotations

import pytest
import rivals
from differential.equal import differences, outcome
from differential.run import hits
from slipstream import jit

ROUNDS = 3


@pytest.mark.parametrize("report", rivals.PROGRAMS)
def test_program(report: str) -> None:
    f, arguments = rivals.PROGRAMS[report]
    fast = jit(f)
    for n in range(ROUNDS):
        for i, make in enumerate(arguments):
            found = differences(outcome(f, *make()), outcome(fast, *make()))
            assert not found, f"{report}: call {n}, arguments {i}: {found[0]}"
    assert hits(fast) or report in rivals.IN_PYTHON, fast.explain(*arguments[0]())


@pytest.mark.parametrize("report", rivals.SESSIONS)
def test_session(report: str) -> None:
    f = rivals.SESSIONS[report]
    assert not differences(outcome(f, lambda g: g), outcome(f, jit)), report


def test_there_are_many() -> None:
    assert len(rivals.PROGRAMS) + len(rivals.SESSIONS) > 70
