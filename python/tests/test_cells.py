"""Sessions: one function, operands of many types by turns; how cells are run. ``make sessions`` runs all."""

from __future__ import annotations

import pathlib
import time
from random import Random

import pytest
from differential import cells, sessions

SAMPLE = Random(5).sample(sorted(sessions.cells()), 48)


@pytest.mark.parametrize("some", [SAMPLE[i::8] for i in range(8)], ids=lambda s: s[0][:30])
def test_sessions(some: list[str]) -> None:
    known = sessions.cells()
    assert sum(known[name]() for name in some) > 20, "hardly anything ran natively"


def test_cells_are_done_once(tmp_path: pathlib.Path) -> None:
    """Also those whose names have lines; a process that dies is a finding."""
    notes = tmp_path / "notes.jsonl"
    names = [n for n in sessions.cells() if "\n" in n][:2]
    cells.run("sessions", notes, names, time.time() + 1000)
    done = cells.records(notes)
    assert list(done) == names
    assert not any("difference" in record for record in done.values())
    size = notes.stat().st_size
    cells.run("sessions", notes, names, time.time() + 1000)
    assert notes.stat().st_size == size
    with notes.open("a") as out:
        out.write('{"begin": "last"}\n')
    assert cells.records(notes)["last"]["difference"]
