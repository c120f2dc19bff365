"""Loops that run natively as a whole: for and while over numbers and the elements of arrays."""

from __future__ import annotations

import _thread
import math
import signal
import threading
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from slipstream import jit

Function = Callable[..., Any]


def rows() -> np.ndarray:
    return np.arange(1.0, 13.0).reshape(3, 4) / 7


def summed(a):
    s = 0
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            s += a[i, j]
    return s


def scanned(a, out):
    last = 0.0
    for i in range(len(a)):
        last = last * 0.5 + a[i]
        out[i] = last


def backwards(a, out):
    for i in range(len(a) - 1, -1, -2):
        out[i] = a[-i - 1] - i


def searched(a, x):
    for i in range(len(a)):
        if a[i] == x:
            return i
    return -1


def broken(a, x):
    found = -1
    for i in range(len(a)):
        if a[i] < 0:
            continue
        if a[i] > x:
            found = i
            break
    else:
        found = -2
    return found


def collatz(n):
    steps = 0
    while n != 1:
        if n % 2:
            n = 3 * n + 1
        else:
            n //= 2
        steps += 1
    return steps


def numbered(a, out):
    for i, x in enumerate(a):
        out[i] = x * i


def paired(a, b, out):
    n = 0
    for x, y in zip(a, b):  # noqa: B905
        out[n] = x - y
        n += 1
    return n


def counted_down(n, out):
    for k, i in enumerate(reversed(range(0, n, 2))):
        out[k] = i


def clamp(x, low=0.0, high=1.0):
    if x < low:
        return low
    if x > high:
        return high
    return x


def clamped(a, out):
    for i in range(len(a)):
        out[i] = clamp(a[i] * 3, high=2.5)


def chosen(a):
    best = -np.inf
    for i in range(len(a)):
        x = a[i] if a[i] > 0.5 else 1 - a[i]
        if (i % 2 == 0 and x > best) or i == 3:
            best = x
    return best


def bits(n):
    crc = 0xFFFF
    for b in range(n):
        for _ in range(8):
            crc = (crc >> 1) ^ 0x8408 if (crc ^ b) & 1 else crc >> 1
    return ~crc & 0xFFFF


def rounded(a):
    total = 0
    for x in a:
        total += int(x * 10) // 3 + int(abs(x)) % 7 - max(1, int(x))
    return float(total)


def mathematical(n):
    s = 0.0
    for k in range(1, n):
        s += math.sqrt(k) * math.exp(-k / 10) + math.sin(k) ** 2 - math.log(k)
    return s


def swapped(a):
    for i in range(len(a) // 2):
        a[i], a[-i - 1] = a[-i - 1], a[i]
    return a


def divided(a, out):
    for i in range(len(a)):
        out[i] = 1.0 / a[i]
    return out


#: Functions with the arguments of a call, which return without a Python step.
WHOLE: dict[str, tuple[Function, Callable[[], tuple[Any, ...]]]] = {
    "summed": (summed, lambda: (rows(),)),
    "summed ints": (summed, lambda: (np.arange(6).reshape(2, 3),)),
    "summed bytes": (summed, lambda: (np.arange(6, dtype="i1").reshape(2, 3),)),
    "summed singles": (summed, lambda: (rows().astype("f4"),)),
    "summed columns": (summed, lambda: (np.asfortranarray(rows())[::-1, ::2],)),
    "summed bools": (summed, lambda: (rows() > 0.5,)),
    "summed nothing": (summed, lambda: (np.zeros((0, 3)),)),
    "scanned": (scanned, lambda: (rows()[0], np.zeros(4))),
    "scanned overlapping": (scanned, lambda: (lambda a: (a[:-1], a[1:]))(np.linspace(0, 1, 9))),
    "scanned to singles": (scanned, lambda: (rows()[0], np.zeros(4, "f4"))),
    "backwards": (backwards, lambda: (rows()[1], np.zeros(4))),
    "searched": (searched, lambda: (np.arange(9), 7)),
    "searched in vain": (searched, lambda: (np.arange(9), 17)),
    "broken": (broken, lambda: (np.array([-1.0, 2, 3]), 2.5)),
    "not broken": (broken, lambda: (np.array([-1.0, 2, 3]), 5)),
    "collatz": (collatz, lambda: (27,)),
    "numbered": (numbered, lambda: (rows()[2], np.zeros(4))),
    "paired": (paired, lambda: (rows()[0], rows()[1][:3], np.zeros(4))),
    "counted down": (counted_down, lambda: (7, np.zeros(4, int))),
    "counted nothing": (counted_down, lambda: (0, np.zeros(4, int))),
    "nothing to report": (divided, lambda: (np.array([np.nan, np.inf, -np.inf, 4]), np.zeros(4))),
    "clamped": (clamped, lambda: (rows()[2], np.zeros(4))),
    "chosen": (chosen, lambda: (rows()[0],)),
    "bits": (bits, lambda: (20,)),
    "rounded": (rounded, lambda: (rows()[2] * 9,)),
    "mathematical": (mathematical, lambda: (30,)),
    "swapped": (swapped, lambda: (np.arange(5.0),)),
}


def compare(f: Function, fast: Function, make: Callable[[], tuple[Any, ...]]) -> None:
    assert differences(outcome(f, *make()), outcome(fast, *make())) == []


@pytest.mark.parametrize("name", WHOLE)
def test_loops_run_whole(name: str) -> None:
    f, make = WHOLE[name]
    fast = jit(f)
    for _ in range(3):
        compare(f, fast, make)
    before = fast.stats().native
    compare(f, fast, make)
    assert fast.stats().native == before + 1, fast.explain(*make())


@pytest.mark.parametrize("name", WHOLE)
def test_one_function_serves_all_arguments(name: str) -> None:
    f, _ = WHOLE[name]
    fast = jit(f)
    for g, make in [*WHOLE.values()] * 2:
        if g is f:
            compare(f, fast, make)


def at_k(a, out, k):
    for i in range(len(out)):
        out[i] = a[i] / k if i < k else a[i + k]
    return i


def grown(n):
    x = 1
    for _ in range(n):
        x = x * 3 + 1
    return x


def python_divided(n):
    s = 0.0
    for i in range(n):
        s += 1 / (n - 3 - i)
    return s


def wrapped(a):
    s = a[0]
    for i in range(len(a)):
        s = s + a[i]
    return s


def listed(a):
    odd = []
    s = 0.0
    for (i, x), j in zip(enumerate(a), range(0, 99, 3)):  # noqa: B905
        s += x * j
        if s > 2 and len(odd) < 2:
            odd.append(f"{i}")
        s -= 0.25
    return s, odd, i, j


def raised(a):
    s = 0.0
    for i, x in enumerate(a):
        s += x
        if s > 1:
            raise ValueError(f"{s} at {i}")
    return s


def handled(a):
    s = 0.0
    for i in range(9):
        try:
            s += a[i]
        except IndexError:
            s = -s
    return s


#: What leaves a loop: then Python goes on in the middle of it.
LEAVING: dict[str, tuple[Function, Callable[[], tuple[Any, ...]]]] = {
    "index": (at_k, lambda: (np.arange(8.0), np.zeros(8), 3)),
    "large ints": (grown, lambda: (60,)),
    "reports": (divided, lambda: (np.array([1.0, 2, 0, 4, 0]), np.zeros(5))),
    "division": (python_divided, lambda: (9,)),
    "wrapping": (wrapped, lambda: (np.array([100, 20, 20, 3], "i1"),)),
    "overflow": (wrapped, lambda: (np.array([1e308, 8e307, 1.0]),)),
    "lists": (listed, lambda: (rows()[1],)),
    "raise": (raised, lambda: (rows()[2],)),
    "handler": (handled, lambda: (rows()[2],)),
    "read-only": (divided, lambda: (np.ones(3), np.broadcast_to(1.0, 3))),
}


@pytest.mark.parametrize("name", LEAVING)
def test_what_leaves_a_loop_goes_on_in_python(name: str) -> None:
    f, make = LEAVING[name]
    fast = jit(f)
    for _ in range(4):
        compare(f, fast, make)
    assert fast.stats().exits or fast.stats().eager == fast.stats().calls


def test_other_types_make_other_versions() -> None:
    fast = jit(summed)
    for dtype in ("f8", "f4", "i8", "u1", "f8"):
        compare(summed, fast, lambda dtype=dtype: (rows().astype(dtype),))
    assert fast.stats().entries == 4


def test_errors_are_reported_as_the_state_says() -> None:
    fast = jit(divided)
    a = np.array([1.0, 0.0])
    with np.errstate(divide="ignore"):
        assert fast(a, np.zeros(2))[1] == np.inf
        assert fast(a, np.zeros(2))[1] == np.inf
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        fast(a, np.zeros(2))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fast(a, np.zeros(2))
    assert [str(w.message) for w in caught] == ["divide by zero encountered in scalar divide"]


def spin(flag, n):
    rounds = 0
    while flag[0] == 0 and rounds < n:
        rounds += 1
    return rounds


def test_other_threads_run_meanwhile() -> None:
    fast, flag = jit(spin), np.zeros(1, int)
    fast(np.ones(1, int), 1)
    setter = threading.Timer(0.05, lambda: flag.__setitem__(0, 1))
    setter.start()
    rounds = fast(flag, 1 << 40)
    setter.join()
    assert rounds < 1 << 40


def filled(out, n):
    for i in range(n):
        out[i % 1000] = i


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs interval timers")
def test_signals_arrive() -> None:
    fast, out = jit(filled), np.zeros(1000, int)
    fast(out, 10)
    # A process in the background may have been told to ignore interrupts.
    interrupts = signal.signal(signal.SIGINT, signal.default_int_handler)
    before = signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(KeyboardInterrupt):
            fast(out, 1 << 40)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        signal.signal(signal.SIGINT, interrupts)
    assert {*out} == {*range(out.max() - 999, out.max() + 1)}  # the state of some moment


def test_a_handler_that_does_not_raise_runs_in_time() -> None:
    fast, seen = jit(filled), []
    out = np.zeros(1000, int)
    fast(out, 10)
    before = signal.signal(signal.SIGALRM, lambda *_: seen.append(time.monotonic()))
    try:
        begin = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        while not seen and time.monotonic() < begin + 20:
            fast(out, 1 << 20)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert seen


STOP = False


class Switch:
    on = True


def until_stopped(n):
    rounds = 0
    while not STOP and rounds < n:
        rounds += 1
    return rounds


def while_on(switch, n):
    rounds = 0
    while switch.on and rounds < n:
        rounds += 1
    return rounds


def test_names_that_other_threads_change_are_seen() -> None:
    global STOP
    fast, until = jit(while_on), jit(until_stopped)
    switch = Switch()
    switch.on = True
    assert fast(switch, 10) == until(10) == 10

    def stop() -> None:
        global STOP
        STOP, switch.on = True, False

    for call in (lambda: fast(switch, 1 << 40), lambda: until(1 << 40)):
        STOP, switch.on = False, True
        setter = threading.Timer(0.05, stop)
        setter.start()
        rounds = call()
        setter.join()
        assert 10 < rounds < 1 << 40
    STOP = False


def counted_until_interrupted(t, a, n):
    try:
        while True:
            t += 1
            a[0] = t
            if t == n:
                return t
    except KeyboardInterrupt:
        return t


def test_an_interrupt_finds_the_variables_and_the_handler() -> None:
    interrupts = signal.signal(signal.SIGINT, signal.default_int_handler)
    f, a = jit(counted_until_interrupted), np.zeros(1)
    try:
        for _ in range(3):
            f(0, a, 10)  # which compiles
            threading.Timer(0.2, _thread.interrupt_main).start()
            assert f(0, a, 1 << 60) == a[0] > 10
    finally:
        signal.signal(signal.SIGINT, interrupts)
    assert sum(e.hits for e in f.entries()) > 0
