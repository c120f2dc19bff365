"""Programs of which other compilers of NumPy code are known to give wrong results without a word.

Each row names the report and holds what it is about, in NumPy and as small as can be. A
program is a function and the arguments of its calls, or a session that is told
how functions are compiled.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

Arguments = Callable[[], tuple[Any, ...]]
#: By report: the function, and what makes the arguments of each call.
PROGRAMS: dict[str, tuple[Callable[..., Any], tuple[Arguments, ...]]] = {}
#: By report: what is done with functions, given how they are compiled; the results.
SESSIONS: dict[str, Callable[[Any], list[Any]]] = {}
#: Programs that do too little, that report something or store where they read in every call.
IN_PYTHON = {
    *("numba#9929", "numba#9986", "numba#9990", "numba#10025", "numba#10069", "pythran#1730", "numexpr#22"),
    *("numexpr#107", "jax#10540", "numpy#26844", "numba#230", "numba#1960", "numba#6942"),
    *("smallest integer", "conversion out of bounds", "square root of a square"),
}


def program(report: str, *arguments: Arguments) -> Callable[[Any], Any]:
    def add(f: Any) -> Any:
        assert report not in PROGRAMS
        PROGRAMS[report] = f, arguments
        return f

    return add


def session(report: str) -> Callable[[Any], Any]:
    def add(f: Any) -> Any:
        assert report not in SESSIONS
        SESSIONS[report] = f
        return f

    return add


def ints(*values: int, dtype: str = "i8") -> Any:
    return np.array(values, dtype)


def floats(*values: float, dtype: str = "f8") -> Any:
    return np.array(values, dtype)


def grid(rows: int = 3, columns: int = 4, dtype: str = "f8") -> Any:
    return (np.arange(rows * columns).reshape(rows, columns) * 7 % 11 - 3).astype(dtype)


NAN, INF = math.nan, math.inf


# Types: which one a result has, and what happens at its bounds.


@program("numba#9986", lambda: (np.uint8(255),), lambda: (ints(255, 3, dtype="u1"),))
def shifted(a):
    return np.left_shift(a, 1)


@program("numba#9990", lambda: (np.uint64(2**64 - 1),), lambda: (ints(3, 2**63, dtype="u8"),))
def unsigned_and_literal(a):
    return np.add(a, 1), a * 2 + 1


@program("numba#10009", lambda: (np.array([True, False]),))
def sine_of_bools(a):
    return np.sin(a), np.exp(a) + np.sqrt(a)


@program("numba#10010", lambda: (ints(33, 34, dtype="u1"),), lambda: (ints(-33, 34, dtype="i1"),))
def cosine_of_bytes(a):
    return np.cos(a) * 2, np.log1p(abs(a))


@program(
    "numba#10846", *(lambda t=t: (ints(23, 42, dtype=t),) for t in ("u1", "u2", "u4", "u8", "i1", "i4", "b1"))
)
def sums_of_small_types(a):
    return np.sum(a), a.sum() + a, np.cumsum(a), a.max() + np.uint8(1)


@program("numba#9592", lambda: (ints(20, 20, dtype="u1"),), lambda: (ints(20, 20, dtype="i1"),))
def products_of_small_types(a):
    return a.cumprod(), a.prod(), a * a


@program("numba#931", lambda: (np.full(100, 16000, "i2"),), lambda: (np.full(100, 60000.0, "f2"),))
def mean_of_small_types(a):
    return a.mean(), a.std(), (a * 2).mean()


@program("numba#1652", lambda: (np.array([True, False, True]),))
def sum_of_bools(a):
    return a.sum(), (a | ~a).sum() * 2, np.mean(a)


@program("numba#9929", lambda: (ints(3, 250, dtype="u1"), ints(250, 3, dtype="u1")))
def difference_of_bytes(a, b):
    return abs(a - b), abs(a.astype(int) - b), int(a[0]) - int(b[0]) + a


@program("numba#4144", lambda: (np.arange(1, 60, dtype="i4"),), lambda: (np.arange(1, 60, dtype="i8"),))
def product_beyond_the_type(a):
    return a.prod(), (a * a * a * a * a * a).sum()


@program("numba#9992", lambda: (np.array([True]), ints(5)), lambda: (ints(2, 3), floats(0.5)))
def product_of_bool_and_int(a, b):
    return np.kron(a, b), a * b + b, np.outer(a, b)


@program("torch#177630", lambda: (grid(2, 2, "f2"), grid(2, 2, "f4")), lambda: (grid(2, 2, "i4"), grid(2, 2)))
def product_of_two_types(a, b):
    return (a + 1) @ b


@program("numexpr#22", lambda: (ints(1, 7, -7), 2), lambda: (3, 2))
def divided(a, b):
    return a / b, a // b


@program(
    "numexpr#365",
    lambda: (ints(-2, 3, 5), 4),
    lambda: (floats(-2.0, 3.0, -0.0), -4.0),
    lambda: (ints(-7, 7), -3),
)
def remainder_of_negative(a, b):
    return a % b, a // b, np.fmod(a, b)


@program("numexpr#107", lambda: (np.arange(-5, 5),), lambda: (np.arange(-2.0, 3.0),))
def remainder_by_zero(a):
    return a % 0, a // (a - a)


@program("numexpr#428", lambda: (ints(1, 2, 3), -2.0), lambda: (ints(1, 2, 3), -2), lambda: (floats(2.0), -2))
def negative_power(a, p):
    return a**p


@program("pythran#1730", lambda: (12, 5), lambda: (12, -5), lambda: (2.0, -1))
def power_of_numbers(a, b):
    return a**b * np.ones(2)


@program(
    "jax#16836",
    lambda: (np.arange(200) * 3, np.array(128, "u1")),
    lambda: (np.arange(200), ints(200, 1, dtype="u1")),
)
def index_of_a_small_type(a, i):
    return (a + 1)[i]


@program("numba#6949", lambda: (grid(3, 3),), lambda: (grid(3, 3, "i4"),))
def added_to_its_transpose(a):
    a += a.T
    return a


@program("smallest integer", lambda: (ints(-128, 127, dtype="i1"),), lambda: (ints(-(2**63), 2**63 - 1),))
def negated(a):
    return -a, abs(a), a * -1, a // -1


@program("torch#weak scalars", lambda: (floats(1.1, 2.2, dtype="f4"),), lambda: (ints(100, 100, dtype="i1"),))
def literal_does_not_widen(a):
    return a + 1.5, a * 2, a / 3, a + np.float64(1.5)


@program("literal out of bounds", lambda: (ints(1, 2, dtype="u1"),), lambda: (ints(1, 2, dtype="i2"),))
def literal_out_of_bounds(a):
    b = a + 1
    return b + 300


# Values: zeros of both signs, NaN, infinities, reports.


@program("numba#10026", lambda: (floats(NAN, -NAN, INF, -INF, -0.0),))
def sign_bits(a):
    return np.signbit(a), np.copysign(1.0, a), np.signbit(-a)


@program("torch#174172", lambda: (floats(1.5, -2.5, 0.0, dtype="f4"),))
def sign_of_negative_zero(a):
    return np.copysign(a, -0.0), a * -0.0, 0.0 - a, -a + 0.0


@program("numba#10069", lambda: (floats(NAN, 1.0), floats(NAN, 1.0, -0.0)))
def union_of_nan(a, b):
    return np.union1d(a, b), np.unique(a * 1.0)


@program("numba#10025", lambda: (12345.6789,), lambda: (floats(12345.6789, -0.5, 2.5),))
def rounded_to_very_many(a):
    return np.around(a, 308), np.around(a, -2), np.round(a)


@program(
    "numba#9991",
    lambda: (ints(1, 2).reshape(2, 1), ints(3, 4, 5)),
    lambda: (floats(NAN, 9.0), floats(0.0, 5.0)),
)
def clipped_by_an_array(a, b):
    return np.clip(a, 0, b), np.clip(a, b, 1)


@program("minimum of zeros", lambda: (floats(0.0, -0.0, NAN), floats(-0.0, 0.0, 1.0)))
def minimum_of_zeros(a, b):
    return np.minimum(a, b), np.maximum(b, a), np.fmin(a, b), a.min(), b.max()


@program("sum of negative zeros", lambda: (floats(-0.0, -0.0),), lambda: (floats(),))
def sum_of_negative_zeros(a):
    return a.sum(), (a * 1.0).sum(), a.prod(), np.add.reduce(a)


@program("contracted to one rounding", lambda: (floats(0.1, 1 / 3, 1e16 + 2), floats(10.0, 3.0, 1.1)))
def product_and_difference(a, b):
    return a * b - 1.0, a * b + a, (a * b - a * b).sum()


@program("reassociated", lambda: (floats(1e16, 1.0, -1e16, 1.0), floats(0.1, 0.2, 0.3, 0.7)))
def order_of_additions(a, b):
    return (a + b) - a, (a + 1.0) - 1.0, a.sum(), (a * b).sum(), a - a + b


@program("division by a constant", lambda: (floats(1.0, 5.0, 49.0, 5e-324), 3.0))
def divided_by_a_constant(a, b):
    return a / 3.0, a / b, a / 49.0 * 49.0, a / 10


@program("square root of a square", lambda: (floats(-2.0, 1e200, 1e-200, NAN),))
def root_of_square(a):
    return np.sqrt(a * a), a / a, a - a, a * 0.0, np.exp(np.log(abs(a)))


@program("comparison with NaN", lambda: (floats(NAN, 1.0, INF), floats(NAN, NAN, INF)))
def compared_with_nan(a, b):
    return a < b, ~(a >= b), a != a, np.where(a > b, a, b), np.isclose(a, b)


@program("conversion out of bounds", lambda: (floats(1e10, -1.5, NAN, 300.0),))
def converted_out_of_bounds(a):
    return (a * 2).astype("i4"), (a + 1).astype("u1"), (a * 1).astype("i8")


@program("logarithm of zero", lambda: (floats(0.0, -1.0, 1.0),), lambda: (floats(2.0, 3.0),))
def logarithm_of_zero(a):
    return np.log(a), 1 / a, np.sqrt(a)


@program("hidden by where", lambda: (floats(0.0, 1.0, -4.0),), lambda: (floats(1.0, 4.0),))
def both_sides_of_where(a):
    return np.where(a > 0, np.log(a), 0.0), np.where(a != 0, 1 / a, a)


@program("torch#109925", lambda: (np.array([True, False, True]),), lambda: (floats(NAN, 1.0, 2.0),))
def scans(a):
    return np.cumsum(a), np.cumprod(a), np.maximum.accumulate(a)


# Memory: overlap, views, strides, who sees what is written.


@program("numba#230", lambda: (np.arange(10),), lambda: (np.arange(10.0)[::-1],))
def moved_along(a):
    b = a * 2 + 1
    a[1:] = a[:-1]
    a[:-2] = a[2:]
    return a - b


@program("numba#6942", lambda: (np.arange(10).reshape(1, 10), 0, 1, 2, 8))
def moved_in_a_row(a, p, source, target, n):
    b = a * 2 + 1
    a[p, target : target + n] = a[p, source : source + n]
    return a - b


@program("numba#1960", lambda: (grid(5, 3), floats(1.0, 2.0, 3.0)))
def inserted(a, row):
    b = a * 2 + row
    a[2:] = a[1:-1]
    a[1] = row
    return a * 2 - b


@program("updated from a part of itself", lambda: (np.arange(8.0),))
def updated_from_itself(a):
    a[1:] += a[:-1]
    a[:-1] *= a[1:]
    np.add(a[2:], a[:-2], out=a[1:-1])
    return a


def overlapping() -> tuple[Any, Any]:
    base = np.ones(8)
    return base[:4], base[2:6]


@program(
    "torch#139789",
    lambda: (np.ones(4), np.ones(4)),
    overlapping,
    overlapping,
    lambda: (np.ones(4), np.ones(4)),
)
def arguments_that_overlap(x, y):
    x *= 2
    return x + y


@program("torch#138908", lambda: (ints(-10, -10).reshape(1, 2), grid(2, 3)))
def updated_at_the_same_place(x, y):
    x = x + 10
    y[x] += y[x]
    return y


@program("torch#94773", lambda: (grid(2, 3),))
def view_of_all(x):
    y = x[:]
    x += 1
    y *= 2
    return y, x, y.base is x.base


@program("torch#195422", lambda: (floats(1.0, 2.0),), lambda: (ints(1, 2),))
def itself_or_a_copy(x):
    y = np.asarray(x, float)
    y += y
    z = np.ascontiguousarray(x)
    z -= 1
    return y is x, z is x, x * 1


@program("torch#198101", lambda: (np.arange(-12, 12).reshape(4, 6),))
def view_of_another_type(x):
    y = x.view("i4") * 2
    y -= -4
    x[:, 2:5] = 2
    return y.view("i8"), x


@program("torch#152425", lambda: (floats(1.0), 3), lambda: (grid(1, 2), 2))
def written_once_for_all(x, n):
    a = np.lib.stride_tricks.as_strided(x.ravel(), (n,), (0,))
    a[-1] = 3
    return a * 2, x


@program("torch#93363", lambda: (np.arange(8.0)[::2],), lambda: (grid()[:, 1],))
def written_through_a_view(a):
    a += 1.0
    return a.base


@program("torch#126474", lambda: (np.arange(5.0), np.arange(4.0)))
def out_that_overlaps(x, y):
    np.multiply(x[:-1], y, out=x[1:])
    np.subtract(x, x[::-1], out=x)
    return x


@program("numba#214", lambda: (np.zeros((3, 2, 3)),))
def part_of_a_part(a):
    a[2][0] = np.ones(3) * 2
    a[0, 1][1:] += 1
    return a


@program(
    "numba#333",
    lambda: (np.arange(9).reshape(3, 3), ints(1, 2, 3)),
    lambda: (grid().T, floats(1.0, 2.0, 3.0)),
)
def sum_along_and_vector(x, y):
    return np.sum(x, 0) + y if x.shape[1] == 3 else np.sum(x, 1)[:3] + y


@program("result order", lambda: (np.asfortranarray(grid()), grid()), lambda: (grid().T, grid().T[::-1]))
def order_of_results(a, b):
    return (a + 1).strides, (a * b).flags.f_contiguous, np.sqrt(abs(a)), a.T.copy() + b.T


@program("numpy#26844", lambda: (np.arange(10),))
def written_at_its_own_values(a):
    a[2:][a[:-2]] = 3
    return a


# Indices and shapes: bounds, negative ones, nothing at all.


@program("jax#4383", lambda: (grid(10, 2), 10), lambda: (grid(10, 2), -11), lambda: (grid(10, 2), -1))
def index_out_of_bounds(a, i):
    b = a * 2
    return b[i] + 1


@program("jax#3774", lambda: (grid(), [4]), lambda: (grid(), [-1, 0]), lambda: (grid(), [-4]))
def taken_out_of_bounds(a, i):
    return np.take(a + 1, i, axis=0), (a + 1)[i]


@program("jax#10540", lambda: (0, (500_000, 500_000)), lambda: (249_999_999_999, (500_000, 500_000)))
def index_of_many(i, shape):
    return np.unravel_index(i, shape), np.ones(2) * i


@program("hera_sim#311", lambda: (grid(5, 3), grid(5, 5)), lambda: (grid(5, 1), grid(5, 5)))
def shapes_that_do_not_fit(a, b):
    c = a + 1
    return c * b


@program("numba#4075", lambda: (np.ones(10),), lambda: (np.ones(1),), lambda: (np.ones(0),))
def length_of_a_slice(a):
    c = a[1:] * 2
    return len(c), c.shape, c.size + a


@program("numba#10402", lambda: (np.zeros(5), np.ones(4)), lambda: (np.zeros(5), np.ones(1)))
def slice_of_another_length(a, b):
    a[1:4] = b * 2
    return a


@program("empty reductions", lambda: (np.zeros((0, 3)),), lambda: (np.zeros((3, 0)),))
def reductions_of_nothing(a):
    return a.sum(0), a.prod(), a.any(), (a + 1).sum(-1), a.mean(0)


@program("maximum of nothing", lambda: (np.zeros(0),), lambda: (np.ones(2),))
def maximum_of_nothing(a):
    return (a * 2).max()


@program("torch#150165", lambda: (grid(3, 3) + np.eye(3) * 9,))
def inverse(a):
    return np.linalg.inv(a * 2.0)


@program("torch#179575", lambda: (grid(3, 4), grid(4, 3)))
def contraction(a, b):
    return np.einsum("ij,jk->ik", a + 1, b), (a + 1) @ b


# Names, defaults, closures, attributes that change between calls.


@session("torch#108898")
def a_global_function_changes(jit):
    space = {"np": np}
    exec("def g(x): return np.sin(x) + 20\ndef f(x): return g(x) * 2\n", space)
    f, x = jit(space["f"]), np.ones(2)
    seen = [f(x), f(x)]
    space["g"] = lambda x: np.cos(x)
    return [*seen, f(x), f(x)]


@session("torch#178365")
def a_default_changes(jit):
    def g(x, by=1.0):
        return x * by

    f, x = jit(lambda x: g(x + 1) - x), np.arange(3.0)
    seen = [f(x), f(x)]
    g.__defaults__ = (5.0,)
    return [*seen, f(x), f(x)]


@session("torch#93782")
def a_lambda_changes(jit):
    total = lambda x: x.sum()  # noqa: E731
    f, x = jit(lambda x: total(x * 2) + x), np.arange(3.0)
    seen = [f(x), f(x)]
    total = lambda x: x[0]  # noqa: E731
    return [*seen, f(x), f(x)]


@session("torch#120861")
def a_list_changes(jit):
    held = [1.0, 2.0, 3.0]
    f, x = jit(lambda x, values: x * 2 + held[-1] + values[-1]), np.ones(2)
    seen = [f(x, held), f(x, held[::-1]), f(x, [1.0, 2.0])]
    held.append(7.0)
    return [*seen, f(x, held), f(x, [])] if seen is None else [*seen, f(x, held)]


@session("torch#197859")
def an_attribute_is_hidden(jit):
    class Scale:
        by = 2.0

        def apply(self, x):
            return x * self.by

    scale, x = Scale(), np.ones(2)
    f = jit(lambda x: scale.apply(x + 1) + x)
    seen = [f(x), f(x)]
    object.__setattr__(scale, "by", 5.0)
    seen += [f(x), f(x)]
    object.__setattr__(scale, "apply", lambda x: x - 1)
    return [*seen, f(x), f(x)]


@session("torch#196173")
def a_choice_by_identity(jit):
    first, second = [1.0], [1.0]

    def f(x, which):
        y = x * 2
        which.append(float(y.sum()))
        return y + 1 if which is first else y - 1

    f, x = jit(f), np.ones(2)
    return [f(x, first), f(x, second), f(x, first), first, second]


@session("a shape that changes")
def shapes_change(jit):
    f = jit(lambda a, b: (a * b + 1).sum(axis=0))
    shapes = [
        ((3, 2), (2,)),
        ((1, 2), (3, 2)),
        ((3, 1), (1, 2)),
        ((2,), (2,)),
        ((0, 2), (2,)),
        ((3, 2), (3, 1)),
    ]
    return [f(np.ones(s) * 2, np.arange(math.prod(t)).reshape(t)) for s, t in shapes for _ in range(2)]


@session("a type that changes")
def types_change(jit):
    f = jit(lambda a, b: a * b + a)
    kinds = ["f8", "f4", "i4", "b1", "c16", "u1", "f2", "i8"]
    return [f(np.ones(2, s), np.array([1, 0], t)) for s in kinds for t in kinds[:4]]


@session("an array that is resized")
def memory_changes(jit):
    f, a = jit(lambda a: a * 2 + a.size), np.arange(4.0)
    seen = [f(a)]
    a.resize(6, refcheck=False)
    seen.append(f(a))
    a.shape = (2, 3)
    seen.append(f(a))
    a.dtype = "i8"
    return [*seen, f(a)]


@session("an error state that changes")
def error_states_change(jit):
    f, a, seen = jit(lambda a: 1 / (a - 1) + a), np.arange(3.0), []
    for modes in ({}, {"divide": "ignore"}, {"all": "raise"}, {"divide": "ignore"}, {"all": "ignore"}):
        with np.errstate(**modes):
            try:
                seen.append(f(a))
            except FloatingPointError as error:
                seen.append(str(error))
    return seen
