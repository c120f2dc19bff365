"""Programs that a file of tests lists: those that run natively as a whole, and others."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from differential.equal import differences, outcome
from differential.run import whole_calls
from slipstream import jit

Program = tuple[Callable[..., Any], tuple[Any, ...]]


class Programs:
    """Two lists of programs with their arguments, filled by decorators."""

    def __init__(self) -> None:
        self.natively: list[Program] = []
        self.partly: list[Program] = []

    def whole(self, *arguments: Any) -> Callable[[Any], Any]:
        """Decorate a program that needs no Python step."""
        return lambda f: self.natively.append((f, arguments)) or f

    def left(self, *arguments: Any) -> Callable[[Any], Any]:
        """Decorate a program of which something may be left to Python."""
        return lambda f: self.partly.append((f, arguments)) or f

    def tests(self) -> tuple[Callable[..., None], Callable[..., None]]:
        """Two tests for the file: of the ones, and of the others."""

        @cases(self.natively)
        def natively(f: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
            assert whole_calls(check(f, arguments)) == 4

        @cases(self.partly)
        def partly(f: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
            check(f, arguments)

        return natively, partly


def cases(programs: Sequence[Program]) -> Any:
    """A test's parameters ``f`` and ``arguments``."""
    return pytest.mark.parametrize(("f", "arguments"), programs, ids=lambda x: getattr(x, "__name__", ""))


def check(f: Callable[..., Any], arguments: tuple[Any, ...], calls: int = 4) -> Any:
    """Call a function and its accelerated twin several times with copies of the same arguments."""
    fast = jit(f)
    for _ in range(calls):
        expected, got = (outcome(lambda g=g: _called(g, copy.deepcopy(arguments))) for g in (f, fast))
        found = differences(expected, got)
        assert found == [], found
    return fast


def _called(f: Any, arguments: tuple[Any, ...]) -> Any:
    return f(*arguments), arguments
