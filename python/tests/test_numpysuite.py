"""A small part of NumPy's own tests with NumPy's functions accelerated; ``make numpy-tests`` runs more."""

from __future__ import annotations

import pathlib

import pytest
from numpysuite.__main__ import PACKAGES
from numpysuite.compare import compare, read

pytest.importorskip("hypothesis")  # NumPy's tests need it

TARGETS = ("numpy.polynomial.tests.test_chebyshev", "numpy.lib.tests.test_stride_tricks")


def test_outcomes_are_the_same(tmp_path: pathlib.Path) -> None:
    plain, fast, found = compare(TARGETS, tmp_path, PACKAGES)
    assert plain.finished
    assert fast.finished
    assert not found
    assert not fast.bugs
    assert len(plain.outcomes) > 50
    assert fast.totals["entered"] >= 10
    assert fast.totals["runs"] >= 1000


def test_a_test_that_ends_its_process_is_noticed(tmp_path: pathlib.Path) -> None:
    notes = tmp_path / "notes"
    notes.write_text('{"begin": "a"}\n{"test": "a", "outcome": "passed", "text": ""}\n{"begin": "b"}\n')
    run = read(notes)
    assert run.outcomes == {"a": "passed", "b": "died"}
    assert not run.finished
