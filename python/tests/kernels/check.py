"""An accelerated kernel against the plain one, on all variants of its inputs."""

from __future__ import annotations

import contextlib
import dataclasses
import sys
import warnings
from collections.abc import Callable
from typing import Any

import slipstream
from differential.equal import differences, outcome
from differential.run import hits, soil, whole_calls

from . import variants
from .table import Arguments, Kernel

#: Calls of each decorated function.
CALLS = 3

#: Calls on the original inputs until the places inside loops are compiled: each is seen from the
#: one around it.
WARM = 8

#: Lines that a plain call may run: loops that NaN keeps from ending are left out. Lines are
#: counted, not seconds, so that the same inputs are compared on a busy machine.
PATIENCE = 10_000

Make = Callable[[], Arguments]
Wrap = Callable[[Any], Any]


class TooLongError(BaseException):
    """The plain call did not end in time."""


def ends(f: Callable[..., Any], args: Arguments) -> bool:
    """Whether a plain call runs few lines; what it raises is none of our business."""
    left = PATIENCE

    def count(frame: Any, event: str, arg: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise TooLongError
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        quietly(f, args)
    except TooLongError:
        return False
    finally:
        sys.settrace(before)
    return True


def quietly(f: Callable[..., Any], args: Arguments) -> None:
    """Call f, whatever it warns of or raises."""
    with warnings.catch_warnings(), contextlib.suppress(Exception):
        warnings.simplefilter("ignore")
        f(*args)


@dataclasses.dataclass
class Found:
    """What came of a kernel's variants: those compared and left out, and how the calls differ."""

    compared: list[str] = dataclasses.field(default_factory=list)
    left_out: list[str] = dataclasses.field(default_factory=list)
    differ: list[str] = dataclasses.field(default_factory=list)


def kernel(row: Kernel, warm: int = 0, wrap: Wrap = slipstream.jit) -> Found:
    """Compare all variants, each in a decorated function of its own that was called so often on the
    original inputs, and all of them in one function after the other variants."""
    found, common = Found(), warmed(row, WARM, wrap)
    for name, make in variants.of(row):
        if not ends(row.function, make()):
            found.left_out.append(name)
            continue
        found.compared.append(name)
        expected = outcome(row.function, *make())
        fast = warmed(row, warm, wrap)
        for call in range(CALLS):
            _compare(found, row.function, f"{name}, call {call}", make, expected, fast)
        _compare(found, row.function, f"{name} behind others", make, expected, common)
        _finish(found, row, fast)
    _finish(found, row, common)
    return found


def warmed(row: Kernel, calls: int, wrap: Wrap = slipstream.jit) -> Any:
    """The kernel decorated, and called so often."""
    fast = wrap(row.function)
    for _ in range(calls):
        quietly(fast, variants.original(row))
    return fast


def _compare(found: Found, f: Any, name: str, make: Make, expected: dict[str, object], fast: Any) -> None:
    lines = differences(expected, outcome(fast, *make()))
    if lines and repeats(f, make):
        found.differ.append(f"{f.__name__}, {name}: {lines[0]}")


def repeats(f: Callable[..., Any], make: Make) -> bool:
    """Whether plain calls agree: a loop that raises half-way may show memory that nobody wrote."""
    seen = []
    for n in range(3):
        soil(n)
        seen.append(outcome(f, *make()))
    return not any(differences(seen[0], facts) for facts in seen[1:])


def _finish(found: Found, row: Kernel, fast: Any) -> None:
    state = fast._slipstream
    if state.bug:
        found.differ.append(f"{row.name}: bug: {state.bug[:2000]}")
    state.clear()


@dataclasses.dataclass(frozen=True)
class Share:
    """How far a warm kernel runs natively on its original inputs: runs of regions in a call,
    and whether the call had no Python step."""

    runs: int
    whole: bool


def share(row: Kernel) -> Share:
    """The share of one more call of a warm kernel."""
    fast = warmed(row, WARM)
    runs, whole = hits(fast), whole_calls(fast)
    quietly(fast, variants.original(row))
    told = Share(hits(fast) - runs, whole_calls(fast) > whole)
    fast._slipstream.clear()
    return told
