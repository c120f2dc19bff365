"""The ledger of random programs: rows are kept, and programs are not counted twice."""

from __future__ import annotations

import pathlib

from differential import ledger
from differential.campaign import Failure, Summary


def test_rows_are_kept_and_summed(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "LEDGER.md"
    assert ledger.rows(path) == []
    assert ledger.following(path) == 0
    first = ledger.row(Summary(programs=300, native=200), 100)
    second = ledger.row(Summary(programs=100, native=100, failures=[Failure(7, "", [])]), 500)
    ledger.enter(first, path)
    ledger.enter(second, path)
    assert ledger.rows(path) == [first, second]
    assert ledger.following(path) == 600
    assert path.read_text().endswith("400 programs, 75.0% ran natively, 1 differed.\n")


def test_a_campaign_that_goes_on_is_one_row(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "LEDGER.md"
    for first in (100, 300, 800):
        ledger.enter(ledger.row(Summary(programs=200, native=150), first), path)
    assert [(r.first, r.programs, r.native) for r in ledger.rows(path)] == [(100, 400, 300), (800, 200, 150)]
