"""Every class of guards is needed, and a run may be left anywhere.

In a build with switches in its guards: a program for each class is wrong once
the class is switched off, and no program notices runs that are left at every
place, at every third, or at random ones.
"""

from __future__ import annotations

import re

import pytest
from differential import faults
from differential.campaign import ROOT
from slipstream import _native
from test_corpus import BROKEN

HEADER = ROOT.parents[1] / "pyext" / "native" / "faults.h"
CLASSES = re.findall(r"^    G\((\w+),", HEADER.read_text(), re.M)

#: Loops of NumPy that have other bits on memory that runs backwards exist on some processors only.
ELSEWHERE = ("backwards",)


@pytest.fixture(scope="module", autouse=True)
def _built() -> None:
    faults.environment()


def test_releases_have_no_switches() -> None:
    assert not hasattr(_native, "faults")


def test_every_class_has_a_program() -> None:
    assert len(CLASSES) > 25
    assert {p.stem for p in faults.GUARDS.glob("*.py")} == set(CLASSES)


def test_with_all_guards_all_is_well() -> None:
    status, report = faults.child("off", "")
    assert status == 0
    assert report["found"] == {}
    counts = report["counts"]
    assert isinstance(counts, dict)
    assert not [name for name in CLASSES if not counts[name]], "these guards never failed"


@pytest.mark.parametrize("name", [n for n in CLASSES if n not in ELSEWHERE])
def test_a_guard_that_is_off_is_missed(name: str) -> None:
    """A process that dies of it has noticed it, too."""
    status, report = faults.child("off", name)
    assert status < 0 or report["found"], "nothing noticed that it is off"


@pytest.mark.parametrize("mode", faults.LEAVE)
def test_programs_do_not_notice_that_runs_are_left(mode: str) -> None:
    status, report = faults.child("leave", mode)
    assert status == 0
    found = report["found"]
    assert isinstance(found, dict)
    assert {name for name in found if name[:4] not in BROKEN} == set()
    assert report["counts"]["left"] > 100  # type: ignore[index]
