"""Sums, results, exits and references of regions; the short way of small plans."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from test_native_support import (
    F4,
    F8,
    I8,
    IN,
    KERNELS,
    NONE,
    REASON,
    C,
    Plan,
    called,
    elementwise,
    native,
    same,
)

rng = np.random.default_rng(6)


# Sums


def summed(name: str, rank: int = 1) -> Plan:
    params = KERNELS[name][0]
    n = len(params) - 1
    plan = Plan(n, direct=True)
    src = [plan.input(plan.array(rank, params[i][1]), i) for i in range(n)]
    out = plan.value("npscalar", params[-1][1])
    plan.apply(name, *src, out, mode="SCALAR")
    plan.leave(out)
    return plan


SIZES = [0, 1, 7, 8, 9, 127, 128, 129, 255, 1000, 1024, 8191, 8192, 8193, 20000, 100001]


@pytest.mark.parametrize("n", SIZES)
def test_sums(n: int) -> None:
    a, b = rng.normal(size=n) * 1e3, rng.normal(size=n)
    region, dot = summed("sum").region(), summed("dot").region()
    same(region(a), a.sum())
    same(region(a[::-1]), a[::-1].sum())
    same(region(np.repeat(a, 2)[::2]), np.repeat(a, 2)[::2].sum())
    same(dot(a, b), (a * b).sum())
    same(dot(a[::-1], b), (a[::-1] * b).sum())
    single = summed("sum_f4").region()
    same(single(a.astype("f4")), a.astype("f4").sum())


@pytest.mark.parametrize("shape", [(3, 5), (100, 200), (64, 128), (1, 9), (9, 1), (0, 4)])
def test_sums_2d(shape: tuple[int, int]) -> None:
    a = rng.normal(size=shape)
    region, dot = summed("sum", 2).region(), summed("dot", 2).region()
    same(region(a), a.sum())
    same(region(a[::2]) if shape[1] == 1 else region(a), a[::2].sum() if shape[1] == 1 else a.sum())
    row = rng.normal(size=(1, shape[1]))
    same(dot(a, row), (a * row).sum())
    wide = np.repeat(a, 2, axis=1)[:, ::2]
    same(dot(wide, a), (wide * a).sum())


def test_sums_left_to_numpy() -> None:
    region = summed("sum", 2).region()
    assert region(rng.normal(size=(6, 7))[:, ::2]) is None
    assert region(np.broadcast_to(rng.normal(size=(6, 1)), (6, 7))) is None
    assert region.reasons() == {REASON["layout"]: 2}


@pytest.mark.parametrize("shape", [(3, 5), (100, 200), (1, 9), (0, 4)])
def test_sums_in_memory_order(shape: tuple[int, int]) -> None:
    a, b = np.asfortranarray(rng.normal(size=shape)), rng.normal(size=shape)
    region, dot = summed("sum", 2).region(), summed("dot", 2).region()
    same(region(a), a.sum())
    same(region(a[::-1, ::-1]), a[::-1, ::-1].sum())
    same(dot(a, a), (a * a).sum())
    same(dot(a, b), (a * b).sum())
    same(dot(b[::-1], a), (b[::-1] * a).sum())


def test_sum_of_negative_zeros() -> None:
    same(summed("sum").region()(np.array([-0.0])), np.array([-0.0]).sum())


def test_sum_raises() -> None:
    region = summed("sum").region()
    assert region(np.array([1e308, 1e308])) is None
    assert region.last_reason == REASON["fpflags"]


# Results


@pytest.mark.parametrize(
    ("kind", "type", "value"),
    [
        ("npscalar", F8, np.float64(1.5)),
        ("npscalar", F4, np.float32(1.5)),
        ("npscalar", I8, np.int64(-3)),
        ("npscalar", C["I32"], np.int32(-3)),
        ("npscalar", C["BOOL"], np.True_),
        ("pyfloat", F8, 2.5),
        ("pyint", I8, 12345678901),
        ("pybool", C["BOOL"], False),
        ("object", 0, "text"),
    ],
)
def test_inputs_come_back_as_the_same_objects(kind: str, type: int, value: Any) -> None:
    plan = Plan(1, direct=True)
    plan.leave(plan.input(plan.value(kind, type), 0))
    assert plan.region()(value) is value


@pytest.mark.parametrize("dtype", ["f8", "f4", "i8", "i4", "?"])
def test_loaded_scalars(dtype: str) -> None:
    type = {"f8": F8, "f4": F4, "i8": I8, "i4": C["I32"], "?": C["BOOL"]}[dtype]
    plan = Plan(1, direct=True)
    x, item = plan.input(plan.array(1, type), 0), plan.array(0, type)
    out = plan.value("npscalar", type)
    plan.task("view", [x], item, index=[1])
    plan.task("load", [item], out)
    plan.leave(out)
    a = np.array([0, 1, 0]).astype(dtype)
    same(plan.region()(a), a[1])


def test_one_exit_is_a_tuple_or_true() -> None:
    plan = Plan(2)
    a, b = plan.input(plan.value("object"), 0), plan.input(plan.value("object"), 1)
    plan.leave(b, a, b)
    assert plan.region()(1, 2) == (2, 1, 2)
    empty = Plan(0)
    empty.leave()
    assert empty.region()() is True


def test_several_exits_are_numbered_and_padded() -> None:
    plan = Plan(1)
    a = plan.input(plan.value("object"), 0)
    plan.leave(a)
    region = plan.region(exits=3, width=2, exit_map=[2])
    assert region("x") == (2, "x", None)
    for numbers in ([3], [-1], [], [0, 0], ["x"]):
        with pytest.raises((ValueError, TypeError), match=r"exit|int"):
            plan.add(region, numbers)
    narrow = native.Region("narrow")
    narrow.exits = 2
    with pytest.raises(ValueError, match="fit the region"):
        plan.add(narrow, [0])


def test_tuples() -> None:
    plan = Plan(2, direct=True)
    a, i = plan.input(plan.array(), 0), plan.input(plan.value("pyint", I8), 1)
    double, pair = plan.array(), plan.value("object")
    plan.apply("twice", a, double)
    plan.task("tuple", [double, i, double], pair)
    plan.leave(pair)
    x = np.ones(3)
    got = plan.region()(x, 7)
    same(got[0], x * 2)
    assert got[0] is got[2]
    assert got[1:2] == (7,)


# Commits


def committed(late: str) -> Plan:
    """target = 2a is stored and committed (exit 0); then something may fail."""
    plan = Plan(3)
    a, t = plan.input(plan.array(), 0), plan.input(plan.array(), 1, writable=True)
    b, out = plan.input(plan.array(), 2), plan.array()
    plan.apply("twice", a, t, mode="INTO")
    plan.task("commit", exit=plan.exit(t))
    plan.apply(late, b, out)
    plan.leave(out, t)
    return plan


@pytest.mark.parametrize("late", ["twice", "stuck"])
def test_failing_after_a_commit(late: str) -> None:
    region = committed(late).region(exits=2, width=2, exit_map=[1, 0])
    a, t = np.ones(3), np.zeros(3)
    bad = np.full(3, 1e308)
    got = region(a, t, bad)
    assert got[0] == 1
    assert got[1] is t
    assert got[2] is None
    assert t.tolist() == [2, 2, 2]
    assert region.last_reason == REASON["fpflags" if late == "twice" else "kernel"]
    if late == "twice":
        number, out, target = region(a, t, a)
        same(out, a * 2)
        assert number == 0
        assert target is t
    assert region(a, t[:2], bad) is None


# References


def test_references_are_exact() -> None:
    """Ten thousand runs on every path leave the counts as they were."""
    ok, tasks = elementwise("muladd").region(), committed("twice").region(exits=2, width=2, exit_map=[1, 0])
    call = called(np.sort).region()
    x, t, bad = np.ones(4), np.zeros(4), np.full(4, 1e308)
    target = np.zeros(4)
    other = np.ones(4, "f4")
    text = "a text of its own"
    watched = [x, t, bad, other, target, text, ok, tasks, call, None, True, np.dtype("f8")]

    def everything() -> None:
        ok(x, x, x)
        ok(x, other, x)
        ok(x, bad, bad)
        ok(x, np.sort, x)
        tasks(x, target, t)
        tasks(x, target, bad)
        call(x)

    everything()
    before = [sys.getrefcount(o) for o in watched]
    for _ in range(10000):
        everything()
    after = [sys.getrefcount(o) for o in watched]
    assert [abs(a - b) < 50 for a, b in zip(after, before, strict=True)] == [True] * len(watched)
    assert before[:9] == after[:9]


# One kernel from arguments to the result: a short way, and the long one


def one_kernel(name: str, direct: bool, rank: int = 1) -> Any:
    """Its region; besides operands it takes a constant and an argument that nothing uses."""
    params = KERNELS[name][0]
    plan, n = Plan(len(params) + 1, direct=direct), len(params) - 1
    src = [
        plan.input(plan.array(rank, t) if kind == IN else plan.value("pyfloat", F8), i)
        for i, (kind, t) in enumerate(params[:-1])
    ]
    plan.input(NONE, n, equal=plan.object("mode"))
    plan.input(plan.array(rank), n + 1)
    out = plan.array(rank, params[-1][1])
    plan.apply(name, *src, out)
    plan.leave(out)
    return plan.region()


WAYS: dict[str, tuple[Any, ...]] = {
    "contiguous": ("add", np.arange(5.0), np.ones(5)),
    "other types": ("add_f4", np.ones(5, "f4"), np.arange(5, dtype="f4")),
    "another type": ("add", np.ones(5), np.ones(5, "f4")),
    "another rank": ("add", np.ones(5), np.ones((5, 1))),
    "comparison": ("less", np.arange(4.0), np.ones(4)),
    "other shapes": ("add", np.ones(5), np.ones(4)),
    "broadcast": ("add", np.ones(5), np.ones(1)),
    "strided": ("add", np.arange(10.0)[::2], np.ones(10)[::-2]),
    "empty": ("add", np.ones(0), np.ones(0)),
    "read-only": ("twice", np.frombuffer(np.arange(3.0).tobytes())),
    "number": ("scale", np.ones(3), 0.1),
    "an int for it": ("scale", np.ones(3), 3),
    "number too large": ("scale_f4", np.ones(3, "f4"), 1e300),
    "report": ("divide", np.ones(3), np.zeros(3)),
    "exit of the kernel": ("stuck", np.ones(3)),
}


@pytest.mark.parametrize("case", WAYS)
def test_short_and_long_way_agree(case: str) -> None:
    name, *operands = WAYS[case]
    short, long = one_kernel(name, direct=True), one_kernel(name, direct=False)
    for rest in (("mode", np.ones(2)), ("other", np.ones(2)), ("mode", np.ones(2, "f4"))):
        a, b = short(*operands, *rest), long(*operands, *rest)
        assert (a is None) == (b is None)
        if b is not None:
            same(a, b[0])
        assert short.reasons() == long.reasons()
        assert (short.hits, short.misses, short.failures) == (long.hits, long.misses, long.failures)


def test_short_way_of_more_axes() -> None:
    for a in (np.ones((2, 3)), np.ones((0, 3)), np.ones((3, 2)).T, np.ones((1, 1))):
        short, long = (one_kernel("twice", direct, rank=2) for direct in (True, False))
        same(short(a, "mode", a), long(a, "mode", a)[0])
