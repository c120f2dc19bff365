"""Arrays in loops that run natively as a whole: slices, rows, expressions, stores, products."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from slipstream import jit

Function = Callable[..., Any]


def relaxed(a, b, n):
    for _ in range(n):
        b[1:-1] = 0.25 * (a[:-2] + 2 * a[1:-1] + a[2:])
        a[1:-1] = b[1:-1]


def shifted(a, b, n):
    for i in range(n):
        a[i:] += a[: len(a) - i] * b[0]
        a[::-1] = a + b


def cut(a, b, n):
    for i in range(-n, n):
        b[:i] = a[:i] - 1
        b[i:] -= a[-i:].sum()
        b[i::-2] *= 2
        b[i:3:2] = i


def rowwise(a, b, n):
    # CPython 3.11 tells of a variable without a value at another column when the code is warm.
    i, total = -1, 0.0
    for i, row in enumerate(a):
        row[1:] += row[:-1]
        b[i % len(b)] = row * 2 if i % 2 else -row
        total += row.sum()
    return total, i


def columnwise(a, b, n):
    for j in range(a.shape[1]):
        a[:, j] = a[:, j] - a[:, 0] + b[0, j]
        b[..., j] = a[: b.shape[0], j]
    return a.T


def triangular(a, b, n):
    for i in range(a.shape[0]):
        for j in range(i):
            a[i, j] -= np.dot(a[i, :j], a[j, :j])
            a[i, j] -= a[i, :j] @ a[:j, j]
        b[i % len(b), 0] = a[i, : i + 1].dot(np.flip(a[i, : i + 1]))
    return b


def multiplied(a, b, n):
    for i in range(a.shape[0]):
        c = a[:, 0] @ a[:, i:]
        b[0, i:] = c / n
        d = b @ a.T
        b[:, : d.shape[0]] = d[:, : b.shape[1]]
    return c, d


def carried(a, b, n):
    x = a[0] * 1.0
    y = z = x
    for i in range(n):
        z = y
        y = x
        x = x * 0.5 + a[i % len(a)]
        if i == 1:
            y += 1
    return x, y, z, x is y, y is z


def viewed(a, b, n):
    row = a[0]
    for i in range(n):
        last = row
        row = a[i % len(a)]
        part = row[1:]
        part[0] = i
        same = part
    return last, row, part, same is part, part.base is a, row.base is a


def stored_twice(a, b, n):
    for i in range(min(a.shape[0], a.shape[1], n)):
        a[i] = b[0] = a[0] + i
        a[0, i], b[0, i] = b[0, i], a[0, i]
        a[:, i], a[0] = a[:, 0] * 2, a[-1] - 1


def made_anew(a, b, n):
    for _ in range(n):
        old = np.empty_like(a)
        old[:] = a
        zero = np.zeros(a.shape)
        a += np.exp(-old * 0.1) + zero + np.ones_like(b)[0]
        a[...] = np.minimum(a, np.add.outer(a[:, 0], a[0, :]))
    return old


def exponents(a, b, n):
    total = 0.0
    for i in range(n):
        total += np.tanh(a[0, i % a.shape[1]])
        a[0] = a[0] ** 2 * 0.5 + abs(b[0]) ** 0.5
    return total


def powers(a, b, n):
    x = a
    for _ in range(n):
        x = abs(a) ** 1.5 + a**3 + (abs(b[0]) + 1) ** -0.75
        x[x > 1] = x[x > 1] ** -1.5
        a[0] = np.power(b[1], 2) * 0.25 - abs(x[1]) ** np.float64(0.3)
        a[-1] = a[0] ** 0 + (abs(x[-1]) + 1) ** -1
    return x


def whole_powers(a, b, n):
    for i in range(n):
        a[i % len(a)] = b[0] ** 3 - a[0] ** 2 * 0.5
        b[0] = np.power(b[0], 1) * 0.5
    return a


def columns_against_rows(a, b, n):
    d = r = x = a[:, 0:1]
    y = b[:, :1]
    for i in range(n):
        d = x.T - x
        r = d**2 + 0.5 * x
        r[i % len(r) :] = r.sum() + a[:, 1:2].T * x[i % len(x)]
        x = x + r[:, :1] * 0.01
        b[:1] += a[:1] * y[0]
        b[:] = b + y
    return d, r, x


def masked(a, b, n):
    m = kept = a.real > 0
    x = a
    for i in range(n):
        m = a.real > 0.1 * i
        x = a[m]
        a[m] = x * 0.5
        a[~m] = i
        b[b == b[0, 0]] = b[:, ::-1][b.real >= i]
        b[:, 1:][b[:, 1:].real < 0] = -1
        a[m.T.copy().T] = a[:1, :1][m[:1, :1]].sum()
        kept = m[a.real > i]
        m[m] = False
    return m, x, kept


def turned(a, b, n):
    m, total = a.T, 0.0
    for i in range(n):
        m = np.transpose(a, (1, 0))
        c = np.swapaxes(b[None], 1, -1).transpose(2, 1, 0) * 2
        total += (np.reshape(m, -1) * a.reshape(-1)).sum() + b.transpose().ravel()[0] + c.sum()
        b[i % len(b)] = np.reshape(np.transpose(a[:, :, None], axes=(1, 2, 0)), a.shape)[0]
    return m, c, total, m.base is a


def in_another_shape(a, b, n):
    flat = a[0]
    for i in range(n):
        flat = np.reshape(a.T, -1)
        flat[0] = i
        part = a.T.reshape(-1)[1:]
        part += 1
    return flat, part, np.shares_memory(flat, a), np.shares_memory(part, a), part.base is None


def clipped(a, b, n):
    small, k, m, total, low = np.full(9, -7, np.int8), np.arange(7), None, 0.0, 0
    for i in range(n):
        b[0] = np.clip(a[0], -0.5, 0.25 * i)
        a[0] = a[-1].clip(min=0.1) + np.clip(b[0], None, 0.75)
        m = np.clip(k, i - 2, 3) + np.clip(k, 1, None).sum() + small.clip(-128, 5)[i]
        low = np.clip(i * 2, 1, n) + np.clip(np.int8(i), -3, 2)
        total += np.clip(total + 0.25, 0, 0.5) + np.clip(np.float32(i), 1.5, None) + np.clip(k, k - 1, 3)[i]
    return m, low, total


def made_of_indices(a, b, n):
    total = 0.0
    for i in range(1, n):
        x, y = np.mgrid[0:i, 0 : a.shape[1]]
        b[0] += (x * a.shape[1] + y)[-1] + np.r_[0 : a.shape[1]]
        total += np.mgrid[0:1:5j].sum() + np.c_[a, a].sum() + np.r_[b[0], i, 1.5].sum()
    return x, y, total


def smooth(v, w):
    w[1:-1] = (v[:-2] + v[2:]) / 2
    return w


def inlined(a, b, n):
    for i in range(n):
        r = smooth(a[i % len(a)], b[0])
        a[0] -= r
    return r


def while_small(a, b, n):
    rounds = 0
    while np.sum(a[0]) < 100 and rounds < 30:
        a[0] += b[0]
        rounds += 1
    return rounds


def vectors() -> tuple[np.ndarray, np.ndarray, int]:
    return np.linspace(-1, 2, 9), np.linspace(1, 3, 9), 4


def matrices() -> tuple[np.ndarray, np.ndarray, int]:
    rng = np.random.default_rng(3)
    return rng.standard_normal((5, 6)) + 0.5, rng.standard_normal((2, 6)), 5


VECTORS = [relaxed, shifted, cut]
MATRICES = [
    rowwise,
    columnwise,
    multiplied,
    carried,
    viewed,
    stored_twice,
    made_anew,
    exponents,
    powers,
    whole_powers,
    columns_against_rows,
    masked,
    inlined,
    while_small,
    turned,
    in_another_shape,
    clipped,
    made_of_indices,
]
SQUARE = [triangular]
FORMS: dict[str, tuple[Function, Callable[[], tuple[Any, ...]]]] = {
    **{f.__name__: (f, vectors) for f in VECTORS},
    **{f.__name__: (f, matrices) for f in MATRICES},
    **{f.__name__: (f, lambda: (matrices()[0][:, :5].copy(), np.zeros((2, 5)), 5)) for f in SQUARE},
}
LAYOUTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "compact": np.ascontiguousarray,
    "fortran": np.asfortranarray,
    "reversed": lambda a: np.ascontiguousarray(a[..., ::-1])[..., ::-1],
    "apart": lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
    "rows apart": lambda a: np.repeat(a, 3, axis=0)[::3],
    "single": lambda a: a.astype("f4"),
    "integers": lambda a: (a * 9).astype("i8"),
    "small integers": lambda a: (a * 9).astype("i2"),
    "few": lambda a: a[..., :2].copy(),
    "one": lambda a: a[..., :1].copy(),
    "none": lambda a: a[..., :0].copy(),
    "no rows": lambda a: a[:0].copy(),
    "nan": lambda a: np.where(a > a.mean(), np.nan, a),
    "inf": lambda a: np.where(a > a.mean(), np.inf, a),
    "huge": lambda a: np.where(a > 0, 1.5e308, -1e308),
    "tiny": lambda a: a * 1e-308,
    "complex": lambda a: a * (1 - 0.3j),
    "single complex": lambda a: (a * (0.7 + 0.1j)).astype("c8"),
    "complex apart": lambda a: np.repeat(a * 1j - 1, 2, axis=-1)[..., ::2],
    "complex reversed": lambda a: (a + 0.5j * a[..., ::-1])[..., ::-1],
    "few complex": lambda a: a[..., :2] * (2 + 1j),
    "one complex": lambda a: a[..., :1] * (2 + 1j),
    "one of one complex": lambda a: (a * 1.1j)[tuple(slice(1) for _ in a.shape)].copy(),
    "no complex": lambda a: a[..., :0] * 1j,
    "huge complex": lambda a: np.where(a > 0, 1.5e308 - 1e300j, -1e200j),
    "complex nan": lambda a: np.where(a > a.mean(), complex(1, np.nan), a),
}


def compare(f: Function, fast: Function, make: Callable[[], tuple[Any, ...]]) -> None:
    assert differences(outcome(f, *make()), outcome(fast, *make())) == []


@pytest.mark.parametrize("name", FORMS)
def test_forms_run_whole(name: str) -> None:
    f, make = FORMS[name]
    fast = jit(f)
    for _ in range(3):
        compare(f, fast, make)
    hits = sum(r.hits for r in fast._slipstream.regions.values())
    compare(f, fast, make)
    assert sum(r.hits for r in fast._slipstream.regions.values()) == hits + 1, fast.explain(*make())


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_and_values(name: str, layout: str) -> None:
    f, make = FORMS[name]
    fast, laid = jit(f), LAYOUTS[layout]

    def operands() -> tuple[Any, ...]:
        a, b, n = make()
        return laid(a), laid(b), n

    for _ in range(3):
        compare(f, fast, operands)
    compare(f, fast, make)
    assert not fast._slipstream.bug


@pytest.mark.parametrize("name", [f.__name__ for f in VECTORS])
@pytest.mark.parametrize(("start", "step"), [*itertools.product((0, 1, 2), (1, -1, 2))])
def test_arguments_that_share_memory(name: str, start: int, step: int) -> None:
    f, _ = FORMS[name]
    fast = jit(f)

    def overlapping() -> tuple[Any, ...]:
        memory = np.linspace(-1, 2, 30)
        return memory[:9], memory[start : start + 9 * abs(step)][::step], 3

    for _ in range(3):
        compare(f, fast, overlapping)


def test_exits_in_the_middle_hand_over_arrays() -> None:
    def f(a, log):
        x = a[0] * 2
        for i in range(len(a)):
            x = x + a[i]
            view = a[i]
            if i % 3 == 2:
                log.append((x, view, x.sum()))
            view -= 1
        return x, view

    fast = jit(f)
    for _ in range(4):
        compare(f, fast, lambda: (np.arange(24.0).reshape(8, 3), []))
    left, right = np.arange(24.0).reshape(8, 3), []
    fast(left, right)
    assert all(view.base is left or view.base is left.base for _, view, _ in right)
    assert right[0][0] is not right[1][0]


def test_shapes_that_do_not_fit_raise_where_python_does() -> None:
    def f(a, b):
        for i in range(3):
            a[0] = i
            a[i:] += b[i]
        return a

    fast = jit(f)
    for b in (np.ones((3, 1)), np.ones((3, 4)), np.ones(3), np.ones((3, 2))):
        for _ in range(2):
            compare(f, fast, lambda b=b: (np.arange(4.0), b.copy()))


def test_axes_of_one_element_are_repeated_or_not() -> None:
    def f(a, b):
        c = a + b
        for i in range(3):
            c = a * (b - i) + c[:, :1] * 0.5 - b.T.sum()
        return c

    fast = jit(f)
    lengths = [1, 4, 4, 1, 3, 1, 1, 4]
    for m, n in itertools.product(lengths, lengths):
        for rows in ((m, n), (n, n)):
            arrays = np.arange(float(m * n)).reshape(m, n), np.ones((rows[0], rows[1])) * 0.3
            compare(f, fast, lambda arrays=arrays: tuple(x.copy() for x in arrays))
    assert not fast._slipstream.bug


def test_read_only_arrays_are_left_to_python() -> None:
    fast = jit(relaxed)
    a, b, n = vectors()
    b.flags.writeable = False
    for _ in range(3):
        with pytest.raises(ValueError, match="read-only"):
            fast(a.copy(), b, n)


def test_memory_of_results_is_used_again() -> None:
    def f(a, n):
        x = a * 1.0
        for _ in range(n):
            y = x * 0.5
            x = y + a
        return x

    fast = jit(f)
    a = np.ones(1 << 16)
    fast(a, 3)
    assert np.array_equal(f(a, 200), fast(a, 200))
    before = _resident()
    fast(a, 2000)
    assert _resident() - before < 64 << 20
    assert sum(r.hits for r in fast._slipstream.regions.values()) >= 2


def _resident() -> int:
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


# Views of results of the loop's own ---------------------------------------


def rows_of_own(a, n):
    w = np.zeros((4, 5))
    row = col = t = w
    for i in range(n):
        row = w[i]
        row += a[i]
        col = w[:, i]
        col[:] = col * 2 + a[:4]
        t = w.T
        t[i] += row[:4]
    return row, col, w, t


def nobody_holds_the_whole(a, n):
    v = np.zeros(6)[1:]
    u = s = v
    for i in range(n):
        v = v + a[:5]
        u = v[1:4]
        u[0] = i
        s = u[::-1]
    return u, s


def handed_over(a, n):
    w = a * 2
    row = w
    for i in range(n):
        row = w[i:]
        if i == 3:
            note(row, w, row.base is w)
        row -= 1
    return row, w


def gone_over(a, n):
    w = np.ones((3, 2))
    last = w
    for i in range(n):
        for row in w:
            row += a[i]
            last = row
    return last, w, (last, w[1:])


def parts_of_complex(a, n):
    w = a * 1j
    r = m = w.real
    for i in range(n):
        r = w.real
        r[i] = 7
        m = w.imag[::2]
    return r, m, w


def swapped(a, n):
    x, y = a * 1, a * 2
    p = q = x[:2]
    for i in range(n):
        p, q = x[i:], y[: i + 1]
        x, y = y, x
        p[0] += q[0]
    return p, q, x, y


NOTED: list[Any] = []


def note(*values: Any) -> None:
    NOTED.append([np.array(v) if isinstance(v, np.ndarray) else v for v in values])


@pytest.mark.parametrize("n", [0, 1, 4])
@pytest.mark.parametrize(
    "f",
    [rows_of_own, nobody_holds_the_whole, handed_over, gone_over, parts_of_complex, swapped],
    ids=lambda f: f.__name__,
)
def test_views_of_results(f: Function, n: int) -> None:
    """They share memory with what they are views of, wherever the loop is left."""
    fast = jit(f)
    for a in (np.arange(5.0), np.full(5, 1e308), np.arange(5), np.arange(6.0)[::-1]):
        for _ in range(3):
            compare(f, fast, lambda a=a: (a.copy(), n))
    assert not fast._slipstream.bug
    for left, right in itertools.pairwise(NOTED):
        assert len(left) == len(right)
    left, right = f(np.arange(5.0), n), fast(np.arange(5.0), n)
    for i, j in itertools.combinations(range(len(left)), 2):
        if isinstance(left[i], np.ndarray) and isinstance(left[j], np.ndarray):
            assert np.shares_memory(left[i], left[j]) == np.shares_memory(right[i], right[j])
