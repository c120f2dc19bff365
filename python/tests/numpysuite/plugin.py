"""Loaded by pytest: accelerates before the tests are collected, notes outcomes as they come.

The environment tells what to do: NUMPYSUITE_OUT names the file that is
written, NUMPYSUITE_PACKAGES the packages to accelerate (none: a plain run),
NUMPYSUITE_TESTS whether their tests are accelerated, too, NUMPYSUITE_ONLY a
file with the names of the only tests to run, NUMPYSUITE_LEAVE where native
runs are left (`differential.faults`). Tests that the written file
speaks of were run before and are left out.
"""

from __future__ import annotations

import faulthandler
import importlib
import json
import os
import pathlib
import sys
from collections.abc import Iterator
from typing import Any

import pytest

_PATIENCE = 300  # seconds a test; then its traceback and the end
_PACKAGES = os.environ.get("NUMPYSUITE_PACKAGES", "").split()
_TESTS = bool(os.environ.get("NUMPYSUITE_TESTS"))

_out: Any = None
_states: list[Any] = []


def pytest_configure(config: pytest.Config) -> None:
    global _out
    _out = pathlib.Path(os.environ["NUMPYSUITE_OUT"]).open("a+")  # noqa: SIM115
    if "NUMPYSUITE_LEAVE" in os.environ:
        from differential import faults

        faults.leave(os.environ["NUMPYSUITE_LEAVE"])
    for name in _PACKAGES:
        importlib.import_module(name)
    _accelerate(tests=False)


def _accelerate(tests: bool) -> None:
    if _PACKAGES:
        from . import inplace

        found = inplace.functions(inplace.folders(_PACKAGES), tests)
        _states.extend(inplace.accelerate(f) for f in list(found))


def _note(**record: object) -> None:
    """At once, so that the last line tells where a crash was."""
    _out.write(json.dumps(record) + "\n")
    _out.flush()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    _out.seek(0)
    done = {json.loads(line).get("begin") for line in _out}
    only = os.environ.get("NUMPYSUITE_ONLY")
    wanted = set(pathlib.Path(only).read_text().splitlines()) if only else None
    items[:] = [i for i in items if name(i.nodeid) not in done and (not wanted or name(i.nodeid) in wanted)]


def pytest_collection_finish() -> None:
    """By now there are the functions of the tests."""
    if _TESTS:
        _accelerate(tests=True)


def name(nodeid: str) -> str:
    """The same for every folder that pytest is started in."""
    return nodeid.rpartition("site-packages/")[2]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    _note(begin=name(item.nodeid))
    faulthandler.dump_traceback_later(_PATIENCE, exit=True, file=sys.__stderr__)
    yield
    faulthandler.cancel_dump_traceback_later()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" or report.outcome != "passed":
        outcome = "x" + report.outcome if hasattr(report, "wasxfail") else report.outcome
        _note(test=name(report.nodeid), outcome=outcome, text=str(report.longrepr or "")[-4000:])


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.failed:
        _note(test=name(report.nodeid), outcome="collection failed", text=str(report.longrepr)[-4000:])


def pytest_sessionfinish() -> None:
    from . import inplace

    for state in _states:
        if state.bug:
            _note(bug=f"{state.original.__qualname__}: {state.bug}")
    _note(finished=inplace.totals(_states))
    _out.close()
