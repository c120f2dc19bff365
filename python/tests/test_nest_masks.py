"""Masks, arrays of places and NumPy's own functions in loops that run natively as a whole."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from slipstream import jit
from test_nest_arrays import LAYOUTS, _resident, compare

Function = Callable[..., Any]


def compressed(a, m, n):
    total, b = 0.0, a
    for i in range(n):
        b = a[a > m]
        total += b.sum() + len(b)
        a[a > m + 1] = m - 0.25 * i
    return total, b


def updated(a, m, n):
    for i in range(n):
        a[a < m] += i
        a[(a > m) & (a < 3)] *= 2
        a[~(a > m) | (a > 4)] = a[~(a > m) | (a > 4)] - 1
    return a


def counted(a, m, n):
    total, some, every, below = 0, False, False, a < m
    for i in range(n):
        below = np.logical_and(a < m, a > -i)
        np.logical_not(below, below)
        total += below.sum() + np.count_nonzero(a > i)
        some = (a > i).any() or some
        every = below.all()
        if np.any(a > 9):
            total += 100
    return total, some, every, below


def chosen_between(a, m, n):
    c = d = a
    for i in range(n):
        c = np.where(a > m, a, -a)
        d = np.where(c > i, i, c)
        a = a + np.where(d, 1, 0.5)
        c[:] = np.where(d < m, m, d)
    return a, c, d


def placed(a, m, n):
    places = np.array([0, 1, 1, 0])
    b = a
    for i in range(n):
        a[places] += i
        b = a[places] * 2
        a[places] = b[::-1]
        a[places[:2]] = m
        places = 1 - places
        b = a[[0, -1]]
    return b, places


def found(a, m, n):
    k = p = q = np.arange(0)
    for i in range(n):
        (k,) = np.nonzero(a > m)
        p = np.where(a > i)[0]
        q = np.flatnonzero(a)
        a[k] = a[k][::-1]
        a[p] += len(q)
    return k, p, q


def ordered(a, m, n):
    b, c, d = a, a, a
    for i in range(n):
        s = np.argsort(a)
        b = a[s]
        c = np.sort(a * 2)
        d = np.repeat(np.unique(a), 2)
        m += a.argsort()[0] + np.searchsorted(c, i)
    return b, c, d, m


def summed(a, m, n):
    b, c, d = a, a, a
    for i in range(n):
        b = np.cumsum(a) + i
        c = np.concatenate((a, b))
        d = np.roll(c, i)
        m += np.linalg.norm(d)
    return b, c, d, m


def reshaped(a, m, n):
    b = c = a
    for i in range(n):
        b = a.reshape(1, -1) + i
        c = np.ravel(a) * b
        a.reshape(-1)[0] = m
        m += np.reshape(b, (-1, 1)).sum()
    return b, c, m


def put_into(a, m, n):
    b = a * 1
    for i in range(n):
        np.add(a, i, out=b)
        np.multiply(b, a, b)
        np.maximum(a, b, out=a)
    return b


def shrinking(a, m, n):
    work, at, done = a * 1, np.arange(len(a)), np.zeros(len(a), a.dtype)
    for i in range(n):
        if not len(work):
            break
        stays = abs(work) < m + i
        done[at[~stays]] = work[~stays]
        work, at = work[stays], at[stays]
        work = work * 2 + 0.25
    return work, at, done


def squared(a, m, n):
    for _ in range(n):
        inside = np.less(abs(a), 4)
        a[inside] = a[inside] ** 2 + m
    return a


def rows_chosen(a, m, n):
    b = c = a
    for i in range(n):
        b = a[a[:, 0] > m]
        c = a[np.array([0, 1, 0])]
        a[a > m + i] = i
        a[np.array([0, 1]), np.array([1, 0])] += 1
        a[a[:, 1] < m] = b.sum(axis=0)
        a[i % len(a)][a[0] > i] -= 1
    return b, c


def made_of_rows(a, m, n):
    b = c = a
    for i in range(n):
        b = np.triu(a @ a.T)
        c = np.outer(a[0], a[1])
        h, e = np.histogram(a, 4)
        m += h[i % 4] + e[0]
    return b, c, m


def written_by_functions(a, m, n):
    counts = np.zeros(6, int)
    for i in range(n):
        a.sort()
        a[2:].fill(m + i)
        np.add.at(a, np.array([0, 1, 1, 0]), 0.5)
        np.add.at(counts, np.array([0, 5, i, i]), 1)
        np.copyto(a[:2], a[-2:])
        a[1:].partition(1)
        np.put(a, [0, 1], 0.25)
        counts[1:].sort()
    return a, counts


VECTORS = [
    compressed,
    updated,
    counted,
    chosen_between,
    placed,
    found,
    ordered,
    summed,
    reshaped,
    put_into,
    shrinking,
    squared,
    written_by_functions,
]
MATRICES = [rows_chosen, made_of_rows]
FORMS: dict[str, tuple[Function, Callable[[], tuple[Any, ...]]]] = {
    **{f.__name__: (f, lambda: (np.linspace(-2, 3, 9), 0.4, 4)) for f in VECTORS},
    **{f.__name__: (f, lambda: (np.linspace(-2, 3, 12).reshape(4, 3) ** 3, 0.4, 4)) for f in MATRICES},
}


def hits(fast: Any) -> int:
    return sum(r.hits for r in fast._slipstream.regions.values())


@pytest.mark.parametrize("name", FORMS)
def test_forms_run_whole(name: str) -> None:
    f, make = FORMS[name]
    fast = jit(f)
    for _ in range(3):
        compare(f, fast, make)
    before = hits(fast)
    compare(f, fast, make)
    assert hits(fast) == before + 1, fast.explain(*make())


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_and_values(name: str, layout: str) -> None:
    f, make = FORMS[name]
    fast, laid = jit(f), LAYOUTS[layout]

    def operands() -> tuple[Any, ...]:
        a, m, n = make()
        return laid(a), m, n

    for _ in range(3):
        compare(f, fast, operands)
    compare(f, fast, make)
    assert not fast._slipstream.bug


def test_working_sets_of_complex_numbers() -> None:
    def f(c, n):
        z, at = np.zeros(len(c), np.complex128), np.arange(len(c))
        steps, last = np.zeros(len(c), int), np.zeros(len(c), complex)
        for i in range(n):
            if not len(z):
                break
            np.multiply(z, z, z)
            np.add(z, c, z)
            out = abs(z) > 2.0
            steps[at[out]] = i + 1
            last[at[out]] = z[out]
            np.logical_not(out, out)
            z, c, at = z[out], c[out], at[out]
        return steps, last, z

    fast = jit(f)
    c = (np.linspace(-2, 1, 9)[:, None] + 1j * np.linspace(-1, 1, 5)).ravel()
    for _ in range(3):
        compare(f, fast, lambda: (c.copy(), 12))
    before = hits(fast)
    compare(f, fast, lambda: (c.copy(), 30))
    assert hits(fast) == before + 1


def test_what_raises_is_raised_by_the_statement() -> None:
    def f(a, key, value):
        b = a
        for i in range(3):
            a[0] = i
            b = a[key]
            a[key] = value
        return b

    fast = jit(f)
    keys = (np.array([0, 2]), np.array([0, 7]), np.array([-5, 1]), np.array([True, False, True, True]))
    odd = (np.array([True, False]), np.zeros(5, bool), np.zeros((2, 2), bool), np.array([[0], [1]]))
    for key in keys + odd:
        for value in (1.5, np.ones(2), np.ones(3), np.ones((3, 1)), 7, np.arange(2)):
            for _ in range(2):
                compare(f, fast, lambda k=key, v=value: (np.arange(4.0), k, v))


def test_numbers_that_do_not_fit_are_left_to_python() -> None:
    def f(a, value):
        for _ in range(3):
            a[a > 2] = value
        return a

    fast = jit(f)
    for dtype in ("u1", "i2", "f4", "?", "c8"):
        for value in (300, -1, 0.5, 1e300, True, 1j, np.float64(2.5), np.int64(9)):
            for _ in range(2):
                compare(f, fast, lambda d=dtype, v=value: (np.arange(5).astype(d), v))


def test_reports_come_as_numpys() -> None:
    def f(a, n):
        b = a
        for i in range(n):
            b = a[a > i]
            a[a > i] *= 1e200
            b = np.cumsum(a * 2)
            a[0] = b.mean() + a[a > 1e300].mean()
        return a, b

    fast = jit(f)
    for scale in (1.0, 1e150, 1e300, np.nan, -1.0):
        for _ in range(3):
            compare(f, fast, lambda s=scale: (np.linspace(0, 3, 7) * s, 3))


def test_what_overflows_before_a_call_is_reported() -> None:
    def f(a, x):
        for _ in range(3):
            x = x * x
            b = np.sort(a[a < x])
        return b, x

    fast = jit(f)
    for x in (2.0, 1e100, np.float64(1e100), np.float64(1e300)):
        for _ in range(3):
            compare(f, fast, lambda x=x: (np.arange(4.0), x))


def test_results_are_the_arrays_that_numpy_made() -> None:
    def f(a, log):
        kept = a
        for i in range(5):
            kept = a[a > i]
            (places,) = np.nonzero(a)
            same = kept
            if i % 2:
                log.append((kept, places, same))
            kept[:1] = -i
        return kept, same, places

    fast = jit(f)
    for _ in range(3):
        compare(f, fast, lambda: (np.arange(6.0), []))
    kept, same, _places = fast(np.arange(6.0), [])
    assert kept is same
    assert kept.flags.owndata


def test_arrays_that_nobody_holds_are_freed() -> None:
    def f(a, n):
        b = a
        for i in range(n):
            b = a[a > 0.5]
            c = np.sort(b)
            b = c[:2] + i
        return b

    fast = jit(f)
    a = np.linspace(0, 1, 1 << 16)
    fast(a, 3)
    before = _resident()
    fast(a, 400)
    assert _resident() - before < 32 << 20
    assert hits(fast) >= 2


def test_parts_of_results_are_views_of_them() -> None:
    def f(a, log):
        whole, part = a, a
        for i in range(6):
            before = part
            whole = np.sort(a) + i
            part = whole[1:-1]
            turned = whole.reshape(2, -1).T
            part[0] -= 100
            if i % 2:
                log.append((whole, part, turned, before))
            last = turned[0]
            for x in part:
                last += x
        return part, last, before

    fast = jit(f)
    for size in (6, 8, 40000):
        for _ in range(3):
            compare(f, fast, lambda n=size: (np.arange(float(n)) % 7, []))
    log: list[Any] = []
    part, last, _before = fast(np.arange(6.0), log)
    assert log[0][1].base is log[0][0]
    assert log[0][2].base is log[0][0]
    assert np.shares_memory(part, last)
    assert not part.flags.owndata


def test_working_sets_that_are_cut() -> None:
    def f(a, k):
        x, rounds = a * 1.0, 0
        while len(x) > 1:
            rounds += 1
            pivot = x[0]
            low, high = x[x < pivot], x[x > pivot]
            if k < len(low):
                x = low
            elif k >= len(x) - len(high):
                k -= len(x) - len(high)
                x = high
            else:
                x = x[:1]
        return x, rounds

    fast = jit(f)
    rng = np.random.default_rng(3)
    for k in range(6):
        a = rng.integers(0, 9, 12)
        compare(f, fast, lambda a=a, k=k: (a.copy(), k))


def test_stores_into_what_is_read() -> None:
    def f(a, places, n):
        for _ in range(n):
            a[places] = a[: len(places)]
            a[1:][a[:-1] > 2] = a[-1]
            a[places] = a[places][::-1]
            places[places > 1] = places[:1].sum()
        return a

    fast = jit(f)
    for start in range(3):
        for _ in range(2):
            compare(f, fast, lambda s=start: (np.arange(8.0), np.array([3, 1, 1, s]), 3))
            compare(f, fast, lambda s=start: (np.arange(8), np.arange(s, s + 4), 3))


def test_read_only_arrays_are_left_to_python() -> None:
    fast = jit(updated)
    a = np.linspace(-2, 3, 9)
    for _ in range(3):
        compare(updated, fast, lambda: (a.copy(), 0.4, 2))
    a.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        fast(a, 0.4, 2)


def test_functions_that_were_replaced_are_called(monkeypatch: pytest.MonkeyPatch) -> None:
    def f(a, n):
        for _ in range(n):
            a = np.sort(a)
        return a

    fast = jit(f)
    for _ in range(3):
        compare(f, fast, lambda: (np.arange(5.0)[::-1], 3))
    monkeypatch.setattr(np, "sort", lambda a: a + 1)
    compare(f, fast, lambda: (np.arange(5.0)[::-1], 3))


def test_masks_whose_bytes_are_no_truth_values() -> None:
    def f(a, m):
        for i in range(3):
            a[m] += 1
            a[m] = i + a[m].sum()
        return a

    odd = np.array([0, 2, 1, 255] * 40, "u1").view(bool)
    fast = jit(f)
    for m in (odd, odd[::2], odd == 1, np.resize(odd, 3)):
        for _ in range(2):
            compare(f, fast, lambda m=m: (np.arange(float(len(m))), m.copy()))


def test_masks_of_other_shapes_raise() -> None:
    def f(a, m, v):
        for i in range(2):
            a[m] = v[i:]
        return a

    fast = jit(f)
    for shape, length in itertools.product([(2, 3), (3, 2), (2,), (2, 3, 1)], [2, 3, 4, 5, 8]):
        m = np.ones(shape, bool)
        m.flat[0] = length == 5
        compare(f, fast, lambda m=m, length=length: (np.zeros((2, 3)), m.copy(), np.arange(float(length))))
    assert not fast._slipstream.bug
