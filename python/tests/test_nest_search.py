"""Places of numbers among sorted ones, and interpolation for one number, in loops."""

from __future__ import annotations

import bisect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.run import whole_calls
from programs import Programs, cases, check
from slipstream import _searches

PROGRAMS = Programs()
whole, left = PROGRAMS.whole, PROGRAMS.left

_RNG = np.random.default_rng(3)
TIMES = np.linspace(0.0, 3.0, 31)
VALUES = np.sin(TIMES)
KEYS = np.round(_RNG.standard_normal(60), 1)

#: Other places for the same programs: something of these may be left.
PLACES = {
    "one": np.array([1.0]),
    "two": np.array([1.0, 2.0]),
    "four": np.array([0.0, 1.0, 1.0, 2.0]),
    "equal": np.full(9, 1.0),
    "unsorted": _RNG.standard_normal(40),
    "falling": TIMES[::-1],
    "every other": np.repeat(TIMES, 2)[::2],
    "special": np.array([-np.inf, -1.0, 0.0, 1.0, np.inf, np.nan, np.nan]),
    "ints": np.arange(-20, 20, 3),
    "small ints": np.arange(-20, 20, 3, dtype="i2"),
    "single": TIMES.astype("f4"),
    "empty": np.zeros(0),
    "table": TIMES.reshape(1, -1),
    "list": TIMES.tolist(),
}
NUMBERS = [-0.0, 0.5, 1.0, 2.9999, 3.0, 17.0, -5.5, np.nan, np.inf, -np.inf]


@whole(TIMES, VALUES, 50)
def driven(ts, us, n):
    x = 0.0
    for k in range(n):
        x = x + 0.07 * (np.interp(k * 0.07, ts, us) - x)
    return x


@whole(TIMES, VALUES, 50)
def with_values_outside(ts, us, n):
    out = np.empty(n)
    for k in range(n):
        out[k] = np.interp(k * 0.1 - 1, ts, us, left=-1, right=np.nan)
    return out


@whole(TIMES, np.arange(31), 50)
def types(ts, us, n):
    last = None
    for k in range(n):
        last = np.interp(k, ts, us, None, 7)
    return last, type(last)


@whole(TIMES, VALUES, 50)
def from_short_lists(ts, us, n):
    s = 0.0
    for k in range(n):
        s += np.interp(k * 0.3, [0, 1, 4, 9], [0.0, 1.0, 2.0, 3.0])
    return s


@left(TIMES, VALUES, 20)
def of_a_period(ts, us, n):
    s = 0.0
    for k in range(n):
        s += np.interp(k * 0.3, ts, us, period=2.0)
    return s


@left(TIMES, VALUES[:-1], 5)
def of_other_lengths(ts, us, n):
    s = 0.0
    for k in range(n):
        s += np.interp(k * 0.3, ts, us)
    return s


@left(TIMES, VALUES + 1j, 5)
def of_complex_values(ts, us, n):
    s = 0.0
    for k in range(n):
        s += np.interp(k * 0.3, ts, us)
    return s


@whole(TIMES, VALUES, 31)
def places(ts, us, n):
    out = []
    for k in range(n):
        out.append((np.searchsorted(ts, us[k]), ts.searchsorted(us[k], side="right"), np.searchsorted(ts, k)))
    return out


@left(TIMES, VALUES, 20)
def places_of_many(ts, us, n):
    out = []
    for k in range(n):
        out.append(np.searchsorted(ts, us[:k]))
    return out


@left(TIMES, VALUES, 20)
def wrong_side(ts, us, n):
    for k in range(n):
        np.searchsorted(ts, us[k], "middle")


@whole(TIMES, VALUES, 31)
def bisected(ts, us, n):
    s = 0
    for k in range(n):
        s += bisect.bisect(ts, us[k]) - 2 * bisect.bisect_left(ts, us[k], 1)
        s += bisect.bisect_right(ts, us[k], lo=1, hi=len(ts) - 1)
    return s


@left(TIMES, VALUES, 31)
def bisected_outside(ts, us, n):
    s = 0
    for k in range(n):
        s += bisect.bisect(ts, us[k], 0, k + 20)
    return s


@whole(KEYS)
def longest_rising_part(a):
    tails = []
    for i in range(len(a)):
        x = float(a[i])
        at = bisect.bisect_left(tails, x)
        if at == len(tails):
            tails.append(x)
        else:
            tails[at] = x
    return tails


@whole(KEYS)
def kept_sorted(a):
    ordered = []
    for i in range(len(a)):
        bisect.insort(ordered, float(a[i]))
    return ordered


@whole(40)
def kept_sorted_ints(n):
    ordered, behind = [], [5]
    for i in range(n):
        bisect.insort_left(ordered, i * 17 % 23)
        bisect.insort_right(behind, i * 7 % 5)
    return ordered, behind, bisect.bisect(behind, 3, 2, 20)


@left(KEYS)
def sorted_tuples(a):
    ordered = []
    for i in range(len(a)):
        bisect.insort(ordered, (float(a[i]), i))
    return ordered


@left(KEYS)
def sorted_otherwise(a):
    ordered = []
    for i in range(len(a)):
        bisect.insort(ordered, float(a[i]), key=lambda x: -x)
    return ordered


test_nothing_is_left_to_python, test_what_is_left_gives_the_same = PROGRAMS.tests()


@pytest.mark.parametrize("of", PLACES)
@cases(PROGRAMS.natively + PROGRAMS.partly)
def test_other_places(f: Callable[..., Any], arguments: tuple[Any, ...], of: str) -> None:
    ts = PLACES[of]
    if len(arguments) == 3:
        check(f, (ts, np.resize(arguments[1], len(ts)), min(arguments[2], len(ts))), 2)
    elif type(arguments[0]) is not int:
        check(f, (ts,), 2)


@pytest.mark.parametrize("of", PLACES)
def test_special_numbers(of: str) -> None:
    def f(ts, us, xs):
        out = []
        for x in xs:
            out.append(
                (np.interp(x, ts, us), np.interp(x, us, ts), np.searchsorted(ts, x), bisect.bisect(us, x))
            )
        return out

    ts = PLACES[of]
    check(f, (ts, np.roll(ts, 1), np.array(NUMBERS)))
    check(f, (ts, np.roll(ts, 1) * 1e300, np.array(NUMBERS)))


def test_algorithms_that_differ_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    _searches.alike.cache_clear()
    monkeypatch.setattr(_searches._native, "search", lambda *arguments: 2)
    assert not any(map(_searches.alike, _searches._SAME))
    _searches.alike.cache_clear()
    monkeypatch.undo()
    assert _searches.alike("interp")
    assert _searches.alike("searchsorted") != _searches.alike("searchsorted_by_halves")


def test_insertion_and_removal_in_the_middle() -> None:
    def f(n):
        a, pairs, rows = [], [], []
        for i in range(n):
            a.insert(i // 2, i)
            a.insert(-1, 0.5)
            pairs.insert(0, (i, i * 0.5))
            rows.insert(i // 3, [i, i + 1])
            if i % 4 == 3:
                a.insert(len(a), i + 1)
                x = pairs.pop(2)
                pairs.insert(100, (x[0] + 1, x[1]))
                row = rows.pop(-2)
                rows.insert(1, row)
                row.insert(1, 7)
        return a, pairs, rows

    assert whole_calls(check(f, (30,))) == 4
