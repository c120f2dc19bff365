"""The benchmark cases: one row a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import applications as apps
from . import workloads as w

Generator = np.random.Generator
Maker = Callable[[int, Any, Generator], tuple[Any, ...]]


@dataclass(frozen=True)
class Case:
    """One function and what it is measured on.

    Parameters
    ----------
    name : str
        What is typed on the command line.
    function : callable
        Plain NumPy.
    arguments : callable
        ``arguments(n, dtype, generator)`` gives the arguments for size n.
    floors : mapping
        Size to the ratio to NumPy that is wanted there, on one thread.
    dtypes : tuple of str
        Each is measured at every size.
    mutates : bool
        The first argument is changed by a call. Functions are chosen so that
        any number of calls keeps the values in range.
    numexpr : str
        The same as an expression of numexpr, in the argument names; empty
        where it has none.
    """

    name: str
    function: Callable[..., Any]
    arguments: Maker
    floors: Mapping[int, float]
    dtypes: tuple[str, ...] = ("float64",)
    mutates: bool = False
    numexpr: str = ""

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(self.floors)


def vectors(count: int) -> Maker:
    """`count` vectors of n normal numbers."""

    def make(n: int, dtype: Any, rng: Generator) -> tuple[Any, ...]:
        return tuple(rng.standard_normal(n).astype(dtype) for _ in range(count))

    return make


def options(n: int, dtype: Any, rng: Generator) -> tuple[Any, ...]:
    spot, strike = (rng.uniform(50, 150, n).astype(dtype) for _ in range(2))
    return spot, strike, rng.uniform(0.1, 3, n).astype(dtype), 0.02, 0.3


def square(n: int, dtype: Any, rng: Generator) -> tuple[Any, ...]:
    """One n x n matrix."""
    return (rng.standard_normal((n, n)).astype(dtype),)


def table(n: int, dtype: Any, rng: Generator) -> tuple[Any, ...]:
    """One matrix of n rows and 100 columns."""
    return (rng.standard_normal((n, 100)).astype(dtype),)


def update(n: int, dtype: Any, rng: Generator) -> tuple[Any, ...]:
    # s below one: the first argument converges however often it is updated.
    return (*vectors(3)(n, dtype, rng), 0.5)


def words(n: int, dtype: Any, rng: Generator) -> tuple[Any, ...]:
    texts = np.array(["x" * int(k) for k in rng.integers(1, 20, 8)], dtype=object)
    return texts, np.sort(rng.uniform(0, 20, n)).astype(dtype)


def places(n: int, dtype: Any, rng: Generator) -> tuple[Any, ...]:
    """Latitudes and longitudes of two sets of n points, in degrees."""
    ranges = ((-80, 80), (-180, 180)) * 2
    return tuple(rng.uniform(*r, n).astype(dtype) for r in ranges)


def points(n: int, dtype: Any, rng: Generator) -> tuple[Any, ...]:
    """Two sets of n points in space."""
    return tuple(rng.standard_normal((n, 3)).astype(dtype) for _ in range(2))


def clusters(n: int, dtype: Any, rng: Generator) -> tuple[Any, ...]:
    """n points in the plane, two centres."""
    return rng.standard_normal((n, 2)).astype(dtype), np.array([[-1.0, 0.0], [1.0, 0.5]], dtype)


def colours(n: int, dtype: Any, rng: Generator) -> tuple[Any, ...]:
    """Three channels of n pixels, some of them grey."""
    channels = np.round(rng.uniform(0, 1, (3, n)), 1)
    return tuple(channels.astype(dtype))


def samples(n: int, dtype: Any, rng: Generator) -> tuple[Any, ...]:
    """n values, their means and deviations."""
    x, mean = vectors(2)(n, dtype, rng)
    return x, mean, rng.uniform(0.5, 2, n).astype(dtype)


def series(n: int, dtype: Any, rng: Generator) -> tuple[Any, ...]:
    """n values and the width of a window."""
    return (*vectors(1)(n, dtype, rng), 20)


def body(n: int, dtype: Any, rng: Generator) -> tuple[Any, ...]:
    p, v, axis = (rng.standard_normal(n).astype(dtype) for _ in range(3))
    return p, v, axis, rng.standard_normal((n, n)).astype(dtype), 0.01


def projection(n: int, dtype: Any, rng: Generator) -> tuple[Any, ...]:
    m, k = (np.eye(n) + 0.1 * rng.standard_normal((n, n)) for _ in range(2))
    return m.astype(dtype), k.astype(dtype), np.array([0.3, 0.2, 2.0, 1.0], dtype)


#: Formulas at ten thousand and at a million elements: of vectors, of square
#: matrices, of tables with a hundred columns.
LONG = {10_000: 1.5, 1_000_000: 1.5}
SQUARE = {100: 1.5, 1_000: 1.5}
TALL = {100: 1.5, 10_000: 1.5}

#: One operation gains nothing but must lose nothing either.
NO_HARM = {1: 1.0, 10: 1.0, 100: 1.0, 10_000: 1.0, 1_000_000: 1.0, 10_000_000: 1.0}
BOTH = ("float64", "float32")

CASES: tuple[Case, ...] = (
    Case(
        "muladd",
        w.muladd,
        vectors(3),
        {8: 4.0, 100: 4.0, 10_000: 1.5, 10_000_000: 1.1},
        BOTH,
        numexpr="a * b + c",
    ),
    Case(
        "chain",
        w.chain,
        vectors(3),
        {100: 15.0, 10_000: 6.0, 100_000: 4.0, 10_000_000: 3.0},
        BOTH,
        numexpr="((a + b) * c - a / 3.0) * (b - 0.5) + (c * c - a) * 2.0 + b",
    ),
    Case(
        "where",
        w.choose,
        vectors(3),
        {1_000: 6.0, 1_000_000: 4.0},
        BOTH,
        numexpr="where(a > b, a * c, b - c)",
    ),
    Case("black_scholes", w.black_scholes, options, {100: 15.0, 10_000: 3.0, 1_000_000: 4.0}, BOTH),
    Case("black_scholes_helper", w.black_scholes_helper, options, {100: 12.0, 10_000: 2.5, 1_000_000: 3.0}),
    Case(
        "squared_distance",
        w.squared_distance,
        vectors(2),
        {100: 5.0, 100_000: 2.0, 1_000_000: 3.0},
        BOTH,
        numexpr="sum((a - b) ** 2)",
    ),
    Case("stencil", w.stencil, square, {100: 6.0, 1_000: 4.0}, BOTH),
    Case(
        "transcendental",
        w.transcendental,
        vectors(3),
        {1_000: 1.05, 10_000: 1.05, 100_000: 1.05, 1_000_000: 1.05, 10_000_000: 1.05},
        BOTH,
        numexpr="exp(-a * a) * sin(b) + sqrt(abs(c))",
    ),
    Case(
        "update_in_place",
        w.update_in_place,
        update,
        {100: 3.0, 10_000: 1.5, 100_000: 1.5, 1_000_000: 1.2, 10_000_000: 1.2},
        mutates=True,
    ),
    Case("row_sum", w.row_sum, table, {10: 2.0, 10_000: 1.2}),
    Case("row_mean", w.row_mean, table, {10: 2.0, 10_000: 1.2}),
    Case("column_sum", w.column_sum, table, {10: 2.0, 10_000: 1.2}),
    Case("softmax", w.softmax, table, {10: 3.0, 1_000: 2.0, 10_000: 2.0}, BOTH),
    Case("standardise", w.standardise, table, {10: 2.0, 10_000: 1.5}),
    Case("log_sum_exp", apps.log_sum_exp, table, TALL),
    Case("pairwise_distances", apps.pairwise_distances, points, SQUARE),
    Case("haversine", apps.haversine, places, LONG),
    Case("horner", apps.horner, vectors(1), LONG),
    Case("rgb_to_hsv", apps.rgb_to_hsv, colours, LONG),
    Case("gaussian_log_density", apps.gaussian_log_density, samples, LONG),
    Case("moving_average", apps.moving_average, series, LONG),
    Case("clip_to_quantiles", apps.clip_to_quantiles, vectors(1), LONG),
    Case("gradient_magnitude", apps.gradient_magnitude, square, SQUARE),
    Case("masked_assignment", apps.masked_assignment, vectors(1), {1_000_000: 2.0}),
    Case("boolean_select", apps.boolean_select, vectors(1), {1_000_000: 2.0}),
    Case("nearest_centre", apps.nearest_centre, clusters, {2_000_000: 20.0}),
    Case("rigid_motion", apps.rigid_motion, body, {3: 3.0}),
    Case("camera", apps.camera, projection, {4: 3.0}),
    Case("opaque", w.opaque, words, {1_000: 1.0}),
    Case("add", w.add, vectors(2), NO_HARM, numexpr="a + b"),
    Case(
        "square_root",
        w.square_root,
        lambda n, dtype, rng: (rng.uniform(0, 1, n).astype(dtype),),
        NO_HARM,
        numexpr="sqrt(a)",
    ),
    Case("exponential", w.exponential, vectors(1), NO_HARM, numexpr="exp(a)"),
    Case("greater", w.greater, vectors(2), NO_HARM, numexpr="a > b"),
)


def chosen(names: list[str]) -> list[Case]:
    """The cases of these names, all for none. A name also stands for those that begin with it.

    Raises
    ------
    KeyError
        For a name that no case has.
    """
    for name in names:
        if not any(case.name.startswith(name) for case in CASES):
            raise KeyError(f"no benchmark {name!r}; there are {', '.join(case.name for case in CASES)}")
    return [case for case in CASES if not names or any(case.name.startswith(name) for name in names)]


def arguments(case: Case, size: int, dtype: str) -> tuple[Any, ...]:
    """The same values in every process."""
    return case.arguments(size, np.dtype(dtype), np.random.default_rng(20_240_601))
