"""Kernels over every kind of memory, against NumPy, to strides and flags."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from test_native_support import F4, F8, I4, I8, REASON, C, Plan, elementwise, native, same

rng = np.random.default_rng(5)


def grid(*shape: int) -> np.ndarray:
    return rng.normal(size=shape)


def arrays_2d() -> dict[str, np.ndarray]:
    big = grid(40, 60)
    return {
        "c": grid(6, 10),
        "f": np.asfortranarray(grid(6, 10)),
        "rows": grid(12, 10)[::2],
        "columns": grid(6, 20)[:, ::2],
        "reversed": grid(6, 10)[::-1],
        "both_reversed": grid(6, 10)[::-1, ::-1],
        "transposed": grid(10, 6).T,
        "window": big[3:9, 7:17],
        "row": grid(1, 10),
        "column": grid(6, 1),
        "spread": np.broadcast_to(grid(10), (6, 10)),
        "tall": np.broadcast_to(grid(6, 1), (6, 10)),
    }


PAIRS = list(itertools.product(arrays_2d(), repeat=2))


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_layouts(first: str, second: str) -> None:
    a, b = arrays_2d()[first], arrays_2d()[second]
    same(elementwise("add", 2).region()(a, b), a + b)


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_layouts_of_what_may_stay_in_a_row(first: str, second: str) -> None:
    a, b = arrays_2d()[first], arrays_2d()[second]
    same(elementwise("add_row", 2).region()(a, b), a + b)


def test_unknown_order_is_left_to_numpy() -> None:
    plan = Plan(1, direct=True)
    x, out = plan.input(plan.array(2), 0), plan.array(2)
    plan.apply("copy", x, out, orders=[])
    plan.leave(out)
    region = plan.region()
    same(region(a := grid(3, 4)), a)
    assert region(grid(3, 4).T) is None
    assert region.last_reason == REASON["layout"]


SHAPES = [
    (),
    (1,),
    (0,),
    (5,),
    (3, 5),
    (1, 5),
    (3, 1),
    (1, 1),
    (0, 5),
    (3, 0),
    (2, 3, 5),
    (2, 1, 5),
    (1, 3, 1),
    (2, 0, 5),
]


@pytest.mark.parametrize(("first", "second"), list(itertools.product(SHAPES, repeat=2)))
def test_broadcasting(first: tuple[int, ...], second: tuple[int, ...]) -> None:
    a, b = grid(*first), grid(*second)
    mode = "NEW" if first or second else "SCALAR"
    region = elementwise("add", ranks=[len(first), len(second)], mode=mode).region()
    got = region(np.asarray(a), np.asarray(b))
    try:
        expected = np.asarray(a) + np.asarray(b)
    except ValueError:
        assert got is None
        assert region.reasons() == {REASON["shape"]: 1}
        return
    same(got, expected)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_axis_orders(order: tuple[int, ...]) -> None:
    a = grid(4, 5, 6).transpose(order)
    b = grid(4, 5, 6).transpose(order)
    same(elementwise("add", 3).region()(a, b), a + b)


@pytest.mark.parametrize("n", [1, 7, 1023, 1024, 1025, 5000])
def test_tiles(n: int) -> None:
    a, b = grid(2 * n)[::2], grid(3 * n)[::-3]
    same(elementwise("add").region()(a, b), a + b)
    wide, narrow = grid(n, 3), grid(3)
    same(elementwise("add", ranks=[2, 1]).region()(wide, narrow), wide + narrow)
    long, column = grid(3, n), grid(3, 1)
    same(elementwise("add", 2).region()(long, column), long + column)


@pytest.mark.parametrize(("name", "dtype"), [("add_f4", "f4"), ("add_i8", "i8"), ("add_i4", "i4")])
def test_types(name: str, dtype: str) -> None:
    a, b = (rng.integers(-100, 100, size=(7, 9)).astype(dtype) for _ in range(2))
    region = elementwise(name, 2).region()
    same(region(a, b), a + b)
    same(region(a[::2], b[::2]), a[::2] + b[::2])
    same(region(a[:, :1], b), a[:, :1] + b)


def test_bool_results() -> None:
    a, b = grid(40), grid(40)
    region = elementwise("less").region()
    same(region(a, b), a < b)
    same(region(a[::-2], b[::2]), a[::-2] < b[::2])


def test_several_results() -> None:
    plan = Plan(2)
    a, b = plan.input(plan.array(), 0), plan.input(plan.array(), 1)
    total, difference = plan.array(), plan.array()
    plan.apply("both", a, b, total, difference)
    plan.leave(difference, total)
    x, y = grid(2000)[::2], grid(1000)
    got = plan.region()(x, y)
    same(got[0], x - y)
    same(got[1], x + y)


def chain(mode: str, reuse: bool = False, rank: int = 1) -> Plan:
    """(a + b) + c through a temporary, reused for the doubled sum."""
    plan = Plan(3, direct=True)
    a, b, c = (plan.input(plan.array(rank), i) for i in range(3))
    t, u, out = plan.array(rank), plan.array(rank), plan.array(rank)
    plan.apply("add", a, b, t, mode=mode)
    plan.apply("twice", t, u, mode=mode, reuse=[-1, t] if reuse else [], drops=[t])
    plan.apply("add", u, c, out, drops=[u])
    plan.leave(out)
    return plan


@pytest.mark.parametrize("reuse", [False, True])
def test_temporaries(reuse: bool) -> None:
    region = chain("TEMP", reuse).region()
    for n in (0, 1, 100, 5000, 300000):
        a, b, c = grid(n), grid(2 * n)[::2], grid(n)
        same(region(a, b, c), (a + b) * 2 + c)


def test_temporaries_keep_fortran_order() -> None:
    a, b, c = (np.asfortranarray(grid(5, 7)) for _ in range(3))
    same(chain("TEMP", True, 2).region()(a, b, c), (a + b) * 2 + c)
    same(chain("NEW", False, 2).region()(a, b, c), (a + b) * 2 + c)


def test_empty_fortran() -> None:
    a, b = np.asfortranarray(grid(0, 5)), np.asfortranarray(grid(3, 0))
    region = elementwise("add", 2).region()
    same(region(a, a), a + a)
    same(region(b, b), b + b)


# Stores into existing memory


def into(name: str = "twice", rank: int = 1, target_rank: int | None = None) -> Plan:
    """target[...] = f(a): arguments are the source and the target."""
    plan = Plan(2)
    a = plan.input(plan.array(rank), 0)
    t = plan.input(plan.array(target_rank or rank), 1, writable=True)
    plan.apply(name, a, t, mode="INTO")
    plan.leave()
    return plan


@pytest.mark.parametrize("name", ["twice", "copy"])
def test_store(name: str) -> None:
    factor = 2 if name == "twice" else 1
    region = into(name, 2).region()
    for source, target in [
        (grid(6, 8), grid(6, 8)),
        (grid(6, 8).T, grid(8, 6)),
        (grid(6, 8), np.asfortranarray(grid(6, 8))),
        (grid(1, 8), grid(6, 8)),
        (grid(6, 8), grid(12, 8)[::2]),
        (grid(6, 8), grid(6, 8)[::-1, ::-1]),
        (grid(0, 8), grid(0, 8)),
        (grid(3000, 2), grid(3000, 4)[:, ::2]),
    ]:
        assert region(source, target) is True
        assert np.array_equal(target, np.broadcast_to(source * factor, target.shape))
    assert region(grid(6, 8), grid(1, 8)) is None
    assert region.last_reason == REASON["shape"]


def test_store_broadcasts_to_higher_rank() -> None:
    source, target = grid(8), grid(3, 8)
    assert into("twice", 1, 2).region()(source, target) is True
    assert np.array_equal(target, np.broadcast_to(source * 2, (3, 8)))


def windows(n: int) -> list[tuple[Any, Any]]:
    """(source, target) within one array."""
    flat, square = np.arange(float(n * n)), np.arange(float(n * n)).reshape(n, n)
    pairs = [
        (flat[1:], flat[:-1]),
        (flat[:-1], flat[1:]),
        (flat[::-1], flat),
        (flat[: n // 2], flat[: 2 * (n // 2) : 2]),
        (flat, flat),
        (flat[: n // 2], flat[n // 2 : 2 * (n // 2)]),
    ]
    squares = [(square.T, square), (square[1:, :-1], square[:-1, 1:]), (square[:1], square)]
    return pairs + squares


@pytest.mark.parametrize("n", [4, 70])
@pytest.mark.parametrize("name", ["twice", "copy"])
def test_overlap(name: str, n: int) -> None:
    """What is read elsewhere than where it is stored is computed first, as NumPy does."""
    factor = 2 if name == "twice" else 1
    for (source, target), (its_source, its_target) in zip(windows(n), windows(n), strict=True):
        region = into(name, target.ndim).region()
        assert region(source, target) is True
        its_target[...] = its_source * factor
        assert np.array_equal(target, its_target)
        assert np.array_equal(source, its_source)


def test_store_into_itself_and_readonly() -> None:
    region = into("copy", 2).region()
    base = np.zeros((2, 4))
    wide = np.lib.stride_tricks.as_strided(base, (2, 4), (0, 8))
    tangled = np.lib.stride_tricks.as_strided(base, (2, 3), (8, 8))
    assert region(grid(2, 4), wide) is None
    assert region(grid(2, 3), tangled) is None
    assert region.reasons() == {REASON["overlap"]: 2}
    assert not base.any()
    base.flags.writeable = False
    assert region(grid(2, 4), base) is None
    assert region.last_reason == REASON["guard"]


def test_store_into_readonly_view() -> None:
    plan = Plan(2)
    a, t = plan.input(plan.array(), 0), plan.input(plan.array(), 1)
    view = plan.array()
    plan.task("view", [t], view, index=[slice(1, None)])
    plan.apply("copy", a, view, mode="INTO")
    plan.leave()
    target = np.zeros(5)
    region = plan.region()
    assert region(np.ones(4), target) is True
    assert target.tolist() == [0, 1, 1, 1, 1]
    target.flags.writeable = False
    assert region(np.zeros(4), target) is None
    assert region.last_reason == REASON["readonly"]


def test_store_does_not_stand_when_a_flag_is_raised() -> None:
    target = np.arange(4.0)
    region = into("twice").region()
    assert region(np.array([1, 2, 1e308, 4]), target) is None
    assert region.last_reason == REASON["fpflags"]
    assert target.tolist() == [0, 1, 2, 3]


def test_a_store_comes_after_the_flags_before_it() -> None:
    plan = Plan(3)
    a, b = plan.input(plan.array(), 0), plan.input(plan.array(), 1)
    t = plan.input(plan.array(), 2, writable=True)
    out = plan.array()
    plan.apply("twice", a, out)
    plan.apply("copy", b, t, mode="INTO")
    plan.leave(out)
    target = np.zeros(3)
    assert plan.region()(np.full(3, 1e308), np.ones(3), target) is None
    assert not target.any()


def test_numpy_loop_and_negative_strides() -> None:
    plan = Plan(1, direct=True)
    a, out = plan.input(plan.array(), 0), plan.array()
    plan.apply("numpy_loop", a, out, loops=[native.loop(np.exp, "d->d")])
    plan.leave(out)
    region = plan.region()
    x = grid(5000)
    same(region(x), np.exp(x))
    same(region(x[::2]), np.exp(x[::2]))
    same(region(x[::-1]), np.exp(x[::-1]))


def test_loop_look_up() -> None:
    assert native.loop(np.exp, "f->f") != native.loop(np.exp, "d->d")
    assert native.loop(np.add, "dd->d")[0]
    assert native.loop(np.exp, "l->l") is None
    assert native.loop(np.exp, "dd->d") is None
    with pytest.raises(TypeError):
        native.loop(len, "d->d")


# Scalars


def scaled(name: str, kind: str, type: int = F8) -> Plan:
    plan = Plan(2, direct=True)
    array_type = {"scale": F8, "scale_f4": F4, "scale_i4": I4, "scale_i8": I8}[name]
    a = plan.input(plan.array(1, array_type), 0)
    s = plan.input(plan.value(kind, type), 1)
    out = plan.array(1, array_type)
    plan.apply(name, a, s, out)
    plan.leave(out)
    return plan


@pytest.mark.parametrize(
    ("name", "dtype", "kind", "type", "scalar"),
    [
        ("scale", "f8", "pyfloat", F8, 1.1),
        ("scale", "f8", "pyint", I8, 3),
        ("scale", "f8", "pyint", I8, 2**60 + 2**7 + 1),
        ("scale", "f8", "pybool", C["BOOL"], True),
        ("scale", "f8", "npscalar", F8, np.float64(1.3)),
        ("scale_f4", "f4", "pyfloat", F8, 1.1),
        ("scale_f4", "f4", "pyint", I8, 2**60 + 2**36 + 1),
        ("scale_f4", "f4", "npscalar", F4, np.float32(1.3)),
        ("scale_i4", "i4", "pyint", I8, -7),
        ("scale_i4", "i4", "pybool", C["BOOL"], True),
        ("scale_i8", "i8", "npscalar", I8, np.int64(9)),
        ("scale_i4", "i4", "npscalar", I4, np.int32(9)),
    ],
)
def test_scalars(name: str, dtype: str, kind: str, type: int, scalar: object) -> None:
    a = np.arange(-5, 6).astype(dtype)
    same(scaled(name, kind, type).region()(a, scalar), a * scalar)


def test_scalars_out_of_range() -> None:
    ints = scaled("scale_i4", "pyint", I8).region()
    assert ints(np.arange(3, dtype="i4"), 2**31) is None
    assert ints.last_reason == REASON["range"]
    floats = scaled("scale_f4", "pyfloat", F8).region()
    assert floats(np.ones(3, "f4"), 1e39) is None
    assert floats.last_reason == REASON["range"]
    same(floats(np.ones(3, "f4"), float("inf")), np.ones(3, "f4") * float("inf"))
    big = scaled("scale", "pyint", I8).region()
    assert big(np.ones(3), 2**63) is None
    assert big.last_reason == REASON["guard"]


def test_scalar_given_for_an_array_parameter() -> None:
    plan = Plan(2, direct=True)
    a, s = plan.input(plan.array(2), 0), plan.input(plan.value("pyint", I8), 1)
    out = plan.array(2)
    plan.apply("add", a, s, out)
    plan.leave(out)
    for x in (grid(4, 5), grid(4, 5)[:, ::2], grid(1, 1), grid(0, 3)):
        same(plan.region()(x, 3), x + 3)


def test_scalar_results() -> None:
    plan = Plan(2, direct=True)
    a, b = (plan.input(plan.value("pyfloat", F8), i) for i in range(2))
    out = plan.value("pyfloat", F8)
    plan.apply("add", a, b, out, mode="SCALAR")
    plan.leave(out)
    same(plan.region()(1.5, 2.0), 3.5)


# Views


INDEXES = [
    [],
    [slice(None)],
    [slice(1, 4)],
    [slice(None, None, -1)],
    [slice(-2, None)],
    [slice(100, None), slice(3, 2)],
    [slice(-100, 100, 2), slice(None, None, -3)],
    [2],
    [-1],
    [slice(None), 1],
    [None, slice(None), None, slice(1, 3)],
    [slice(5, 1, -2), -1],
    [slice(3, 3, -1)],
]


@pytest.mark.parametrize("index", INDEXES)
def test_views(index: list) -> None:
    key = tuple(index)
    for a in (grid(6, 8), grid(8, 6).T, grid(12, 8)[::-2]):
        expected = a[key]
        plan = Plan(1)
        x, view = plan.input(plan.array(2), 0), plan.array(expected.ndim)
        out = plan.array(expected.ndim)
        plan.task("view", [x], view, index=index)
        plan.apply("copy", view, out)
        plan.leave(view, out, x)
        region = plan.region()
        got = region(a)
        if got is None:
            assert region.last_reason == REASON["layout"]
            continue
        same(got[0], expected)
        assert got[0].base is expected.base
        assert got[0].__array_interface__["data"] == expected.__array_interface__["data"]
        same(got[1], expected * 1.0)
        assert got[2] is a


def test_transpose_and_view_of_view() -> None:
    plan = Plan(1, direct=True)
    x, t, view = plan.input(plan.array(3), 0), plan.array(3), plan.array(2)
    plan.task("transpose", [x], t, drops=[x])
    plan.task("view", [t], view, index=[1, slice(None, None, 2)], drops=[t])
    plan.leave(view)
    a = grid(3, 4, 5)
    got = plan.region()(a)
    same(got, a.T[1, ::2])
    assert got.base is a
    a.flags.writeable = False
    assert not plan.region()(a).flags.writeable


def test_view_of_a_new_array_and_of_scratch() -> None:
    for mode, result in (("NEW", True), ("TEMP", False)):
        plan = Plan(1, direct=True)
        x, t, view, out = plan.input(plan.array(), 0), plan.array(), plan.array(), plan.array()
        plan.apply("twice", x, t, mode=mode)
        plan.task("view", [t], view, index=[slice(1, None, 2)], drops=[t])
        plan.apply("copy", view, out)
        plan.leave(view if result else out)
        a = grid(9)
        got = plan.region()(a)
        assert np.array_equal(got, (a * 2)[1::2])
        assert (got.base is not None) is result


def test_index_values_and_range() -> None:
    plan = Plan(2, direct=True)
    x, i = plan.input(plan.array(), 0), plan.input(plan.value("pyint", I8), 1)
    item, out = plan.array(0), plan.value("npscalar", F8)
    plan.task("view", [x], item, index=[("v", i)])
    plan.task("load", [item], out)
    plan.leave(out)
    region, a = plan.region(), grid(5)
    for k in (0, 4, -1, -5):
        same(region(a, k), a[k])
    for k in (5, -6, 2**62):
        assert region(a, k) is None
        assert region.last_reason == REASON["index"]


def test_zero_step() -> None:
    plan = Plan(2, direct=True)
    x, i = plan.input(plan.array(), 0), plan.input(plan.value("pyint", I8), 1)
    view = plan.array()
    plan.task("view", [x], view, index=[slice(None, None, ("v", i))])
    plan.leave(view)
    region, a = plan.region(), grid(5)
    assert region(a, 0) is None
    same(region(a, -2), a[::-2])
    same(region(a, -(2**63)), a[:: -(2**63)])


def test_dimensions() -> None:
    plan = Plan(1)
    x = plan.input(plan.array(2), 0)
    sizes = [plan.value("pyint", I8) for _ in range(3)]
    for axis, v in zip((0, 1, -1), sizes, strict=True):
        plan.task("dim", [x], v, axis=axis)
    plan.leave(*sizes)
    assert plan.region()(grid(3, 7)) == (3, 7, 21)
