"""Loops in with blocks and in the bodies of try are entered in the first call, and where a round begins."""

from __future__ import annotations

import contextlib
import signal
import threading

import numpy as np
import pytest
from slipstream import jit

A = np.arange(1, 40.0)
B = np.where(A % 3 == 0, 0.0, A)


class Noted:
    """A context manager that notes what it sees, and may swallow an error."""

    def __init__(self, swallows: bool = False) -> None:
        self.seen: list[object] = []
        self.swallows = swallows

    def __enter__(self):
        self.seen.append("in")
        return self

    def __exit__(self, kind, error, _trace):
        self.seen.append((kind, str(error)))
        return self.swallows


def state(a, b, noted, out):
    s = 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        for i in range(len(a)):
            s = s * 0.5 + a[i] / b[i]
            if i == 20:
                out.append(s)
        s += 1
    return s


def tried(a, b, noted, out):
    s, i = 0.0, 0
    try:
        for i in range(len(a) + 1):
            s += a[i] * 2
            if i % 13 == 12:
                out.append(i)
    except IndexError as error:
        out.append(str(error))
    finally:
        out.append(s)
    return s, i


def managed(a, b, noted, out):
    s = 0.0
    with noted as n, contextlib.suppress(KeyError):
        for x in a:
            for y in b[:4]:
                s += x * y
            if x == 7.0:
                out.append(len(n.seen))
        while s > 1:
            s /= 2
            if 4 < s < 8:
                out.append(s)
        s += a[100]
    return s


def returning(a, b, noted, out):
    s = 0.0
    with noted:
        for x in a:
            s += x
            if s > 100:
                return s
    return -1.0


def inside(a, b, noted, out):
    s = 0.0
    for x in a[:6]:
        with noted:
            for y in a:
                s += x * y
        try:
            for i in range(50):
                s += b[i] * x
        except IndexError:
            out.append(i)
            for i in range(5):
                s -= b[i]
        else:
            s += 1
    return s


def handlers(a, b, noted, out):
    s = 0.0
    for i in range(60):
        try:
            s += a[i]
        except IndexError:
            for j in range(10):
                s += j
            break
        finally:
            for j in range(3):
                s += b[j]
    return s


def outcome(f, swallows: bool) -> tuple[object, ...]:
    noted, out = Noted(swallows), []
    try:
        result = repr(f(A, B, noted, out))
    except Exception as error:
        result = repr(error)
    return result, repr(out), noted.seen


@pytest.mark.parametrize("swallows", [False, True])
@pytest.mark.parametrize("f", [state, tried, managed, returning, inside, handlers])
def test_blocks_see_what_they_would(f, swallows: bool) -> None:
    fast = jit(f)
    for _ in range(6):
        assert outcome(f, swallows) == outcome(fast, swallows)


@pytest.mark.parametrize("f", [state, tried, managed])
def test_the_first_call_runs_natively(f) -> None:
    fast = jit(f)
    outcome(fast, True)
    assert fast.stats().partial + fast.stats().native == 1


def test_an_interrupt_reaches_the_block() -> None:
    def long(noted):
        s = 0
        with noted:
            for i in range(10**12):
                s += i & 3
        return s

    fast, noted = jit(long), Noted(swallows=True)
    timer = threading.Timer(0.3, signal.raise_signal, [signal.SIGINT])
    timer.start()
    result = fast(noted)
    timer.join()
    assert noted.seen == ["in", (KeyboardInterrupt, "")]
    assert result > 0
