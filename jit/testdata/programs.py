"""Functions whose compilation is recorded (see make.py).

``arguments`` gives each one its arguments; each is called a few times, so that
the places behind a refusal are compiled too.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

SCALE = 1.5


def chain(a, b):
    return np.exp(-a * 2.0) + b * SCALE


def statements(a, b):
    c = a + b
    d = c * c - a
    e = np.sqrt(abs(d))
    return e / (c + 1.0)


def integers(i, j):
    return ((i & j) | (i ^ 3)) + (i << 2) - (j >> 1) * ~i


def comparisons(a, b):
    return (a < b) | (a >= 2.0) & (b != 0.5)


def choose(a, b):
    return np.where(a > b, a - b, 0.0)


def powers(a):
    return a**2 + a**-1 + a**0.5 + a**3.0


def foreign(a, b):
    return np.arctan2(a, b) + np.hypot(a, b)


def mixed(f, i):
    return f * 2 + i


def total(a):
    return a.sum() + (a * a).sum() + np.sum(a)


def reductions(a):
    return a.max(), np.min(a, axis=0), a.mean(), a.sum(axis=1, keepdims=True)


def softmax(x):
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def stencil(a):
    return 0.25 * (a[1:-1, :-2] + a[1:-1, 2:] + a[:-2, 1:-1] + a[2:, 1:-1])


def views(a, n):
    x = a[n:, ::2]
    return a.T[0] + 1.0, x[:, None] * 2.0, a[0, -1], a[..., 1]


def lengths(a):
    n = len(a)
    return a / n + a.shape[0]


def store(a, b):
    a[1:] = b[:-1] * 2.0
    a[0] = 1.0
    c = a + b
    return c


def slices(a, b):
    a[:, 0] += b
    a[1:3] *= 0.5
    return a


def in_place(a, b):
    c = a * b
    c += 1.0
    c /= a
    return c


def unpack(a, b):
    x, y = a + b, a - b
    x, y = y, x
    pair = (x, y)
    del x
    return pair[0] * y


def known_branch(a, scale=None):
    if scale is None:
        scale = 2.0
    return a * scale + 1.0


def branch(a, flag):
    b = a * 2.0
    c = b + a
    if flag:
        c = c - 1.0
        c = c * c
    return c * b


def loop(a, n):
    b = a * 2.0 + 1.0
    for _ in range(n):
        b = b * a + 1.0
        b = b - a
    return b


def opaque(a):
    b = a * 2.0 + a
    print(end="")
    c = b * b - a
    return c + math.pi


def handler(a):
    b = a * 2.0 + 1.0
    try:
        b = b / a
    except ValueError:
        b = a
    return b + a


def context(a):
    b = a + 1.0
    with np.errstate(all="ignore"):
        b = b / (a * a)
    return b * 2.0


def closed(a):
    factor = SCALE

    def inner(x):
        return x * factor + x

    return inner(a)


def keywords(a, b):
    return np.add(a, b, out=None) + np.add(a, b, dtype="f4")


def out(a, b):
    np.add(a, b, out=a)
    c = np.multiply(a, b)
    np.negative(c, c)
    return np.divide(a, c, where=a > 1, out=b)


def sequences(a, b):
    c = np.concatenate([a * b, b])
    d, e = np.modf(c + np.array([1.5, 2.5, 3.5]).sum())
    return d, np.stack((c, e)).T


def masks(a, b):
    c = a * b
    c[c > 3.0] = 0
    a[b > 2.0] = 1.0
    return c[c > 1.0] + np.nonzero(a)[0].size


def numbers(a, x, n):
    y = x * 2.0 + n
    return a * y - n // 2


def fancy(a, i):
    b = a * a + 1.0
    c = b[i]
    return c * 2.0 - 1.0


def scalars(a, x):
    return a[0, 0] * x + np.float64(2.0), a * x


def missing(a):
    b = a * 2.0
    return b + nowhere  # noqa: F821


def unary(a, flag):
    rows, cols = a.shape
    wanted = not flag, flag is None
    b = +a * -2.0
    return b * rows + cols, wanted


def captured():
    factor = 2.0

    def inner(a):
        return a * factor + a

    return inner


def generator(a):
    yield a * 2.0


def _f8(*shape: int) -> np.ndarray:
    return np.arange(1.0, 1.0 + math.prod(shape)).reshape(shape) / 7


def _of(*makers: Callable[[], Any]) -> Callable[[], tuple[Any, ...]]:
    return lambda: tuple(m() for m in makers)


def _vector() -> np.ndarray:
    return _f8(1000)


def _matrix() -> np.ndarray:
    return _f8(30, 40)


def _ints() -> np.ndarray:
    return np.arange(1000)


def _shifting(shift):
    def shifted(x):
        return x - shift

    return shifted


_shifted = _shifting(0.5)
_gain = 3.0


def _scaled(x, by=2.0, *, power=1.0):
    y = _shifted(x) * by
    return np.sqrt(y * y) * power if by else y * _gain


def inlined(x):
    y = _scaled(x, power=4.0)
    return y + _scaled(x, by=0.0)


def nested(x):
    y = x * 2.0
    return y - _again(x)


def _again(x, n=2):
    return x * _again(x, n - 1) if n else x


def called(x):
    y = _passed(x, by=2.0) + _passed(*(x, 3.0))
    return _collected(y, power=2)


def _through(function):
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


@_through
def _passed(x, by=1.0):
    return x * by


def _collected(x, **options):
    if "power" in options:
        return _powered(x, **options)
    return x


def _powered(x, *rest, power, **options):
    return _passed(x, *rest, **options) ** power


def handed_on(x, **options):
    y = x * 2.0 + 1.0
    y = _passed(*(y,), **{"by": 2.0}) + _powered(y, *(), by=3.0, power=2)
    return _collected(y, **options)


def imports(x):
    import math

    from numpy import hypot as length

    return length(x, math.pi)


def questions(x, y):
    if x.dtype.kind not in "fc" or x.shape != y.shape:
        return x
    if x.dtype in (np.float32, np.float64) and x.dtype == y.dtype:
        low, high = np.quantile(x, [0.25, 0.75])
        return (y - low) * x / max(high - low, math.sqrt(1e-12))
    return x**y


def edges(image):
    gy, gx = np.gradient(image)
    return np.hypot(gx, gy), np.zeros((*gx.shape, 2))


class State:
    def __init__(self):
        self.count, self.mean, self.sums = 0, _vector(), _vector()

    @property
    def level(self):
        return self.count * 2.0

    def moved(self, v):
        return v + self.level


class Further(State):
    gain = 0.5

    def moved(self, v):
        return v * self.gain

    @classmethod
    def scaled(cls, v):
        return v * cls.gain


def classes(o, x):
    y = super(Further, o).moved(x) * o.scaled(x)
    if isinstance(o, State) and type(o) is Further and x.flags.c_contiguous:
        y = y + o.level * Further.gain
    return y


def momentum(state, x):
    state.count += 1
    state.mean = state.mean + (x - state.mean) / state.count
    state.sums += x
    return state.mean * 2.0


def containers(x):
    low, *rest = x.min(), x.mean(), x.max()
    tail = np.zeros((2,) + x.shape[1:] * 2) + low
    return {"low": low, "rest": rest, "tail": tail}, [tail]


def sets(x):
    y = np.sqrt(x * x + 1.0)
    shapes = {v.shape for v in (x, y)}
    if len(shapes) == 1 and y.ndim in {1, x.ndim}:
        return y * 2.0
    return y


def stored_as(counts, x, p):
    counts[...] = x
    counts[x > 1.0] = p
    counts[0] = 2.5
    counts[1:] = x[None, 1:]
    return counts + 1


def by_scalars(x, p):
    y = x * 2.0 if p > 1 else x
    return y + 1.0 if p else y


def texts(x, kind="Low"):
    name = f"{kind.lower()!s:>5}_{x.ndim}"
    if not name.strip().startswith("low"):
        return x
    return {name: x * 2.0 + getattr(x, "size", 1)}


_shifted = functools.partial(_passed, by=2.0)


def parts_of(pair, *more, **options):
    a, b = pair
    y = _shifted(a) * b + options.get("to", 1.0)
    if "scale" in options and more:
        y = _passed(*more) * options["scale"]
    return y, pair


def _each(*values):
    total = 0.0
    for i, v in enumerate(values):
        if v is None:
            continue
        total = total + v * i
    return total


def written_out(x, y):
    if all(isinstance(v, np.ndarray) for v in (x, y)):
        x = x * 2.0
    scaled = [v * i for i, v in enumerate((x, y, x + y))]
    return _each(*scaled, None), tuple(i for i in range(x.ndim))


def makes(x, y):
    n = x * 2.0

    def inner(v, w=3.0, *, by=1.0):
        nonlocal n
        n = n + v
        return n * w + by

    r = inner(x) - inner(y, by=2.0)
    y[0] = 1.0
    return r, inner, [n, y]


def calls_itself(a, low, high):
    if high - low == 1:
        return a[low] * 2.0
    middle = (low + high) // 2
    return calls_itself(a, low, middle) - calls_itself(a, middle, high)


def _limited(x, low=0.0):
    if x < low:
        return low
    return x


def rounds(a, out, n):
    total = 0
    for k in range(n):
        for i, x in enumerate(a):
            if x > 2:
                continue
            total += _limited(x - k) * 0.5
            out[k, i] = total
        if total > 100:
            raise ValueError(total)
    return total


#: Fresh arguments for every call.
arguments: dict[Callable[..., Any], Callable[[], tuple[Any, ...]]] = {
    chain: _of(_vector, _vector),
    statements: _of(_vector, _vector),
    integers: _of(_ints, _ints),
    comparisons: _of(_vector, _vector),
    choose: _of(_vector, _vector),
    powers: _of(_vector),
    foreign: _of(_vector, _vector),
    mixed: _of(lambda: _vector().astype("f4"), lambda: _ints().astype("i4")),
    total: _of(_vector),
    reductions: _of(_matrix),
    softmax: _of(_matrix),
    stencil: _of(_matrix),
    views: _of(_matrix, lambda: 3),
    lengths: _of(_vector),
    store: _of(_vector, _vector),
    slices: _of(_matrix, lambda: _f8(30)),
    in_place: _of(_vector, _vector),
    unpack: _of(_vector, _vector),
    known_branch: _of(_vector),
    branch: _of(_vector, lambda: True),
    loop: _of(_vector, lambda: 3),
    rounds: _of(_vector, _matrix, lambda: 2),
    opaque: _of(_vector),
    handler: _of(_vector),
    context: _of(_vector),
    closed: _of(_vector),
    keywords: _of(_vector, _vector),
    out: _of(_vector, _vector),
    sequences: _of(_vector, _vector),
    masks: _of(_vector, _vector),
    numbers: _of(_vector, lambda: 1.5, lambda: 7),
    fancy: _of(_vector, lambda: np.array([1, 2, 3])),
    scalars: _of(_matrix, lambda: np.float64(0.5)),
    missing: _of(_vector),
    unary: _of(_matrix, lambda: None),
    captured: _of(_vector),
    generator: _of(_vector),
    inlined: _of(_vector),
    nested: _of(_vector),
    called: _of(_vector),
    handed_on: _of(_vector),
    imports: _of(_vector),
    edges: lambda: (np.arange(12.0).reshape(3, 4),),
    questions: _of(_vector, _vector),
    momentum: _of(State, _vector),
    classes: _of(Further, _vector),
    containers: _of(_vector),
    sets: _of(_vector),
    stored_as: _of(_ints, _vector, lambda: 1.5),
    by_scalars: _of(_vector, lambda: np.float32(1.5)),
    texts: _of(_vector),
    makes: _of(_vector, _vector),
    written_out: _of(_vector, _vector),
    parts_of: _of(lambda: (_vector(), 2.5), _vector),
    calls_itself: _of(_vector, lambda: 0, lambda: 8),
}

#: These make the function that is recorded.
factories = (captured,)

#: Recorded with every CPython; the others with 3.12 only.
everywhere = (
    statements,
    unpack,
    store,
    branch,
    handler,
    closed,
    keywords,
    inlined,
    called,
    handed_on,
    imports,
    texts,
    parts_of,
    makes,
)
