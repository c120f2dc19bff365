"""Guards of regions: inputs and facts."""

from __future__ import annotations

import gc
import sys
import types
import weakref
from typing import Any

import numpy as np
import pytest
from test_native_support import F8, I8, REASON, C, Plan, elementwise, ones, relying, same

# Inputs


class Sub(np.ndarray):
    pass


def misaligned() -> np.ndarray:
    return np.frombuffer(bytearray(33), dtype="f8", offset=1)


OTHERS: dict[str, Any] = {
    "float32": np.ones(4, "f4"),
    "int64": np.ones(4, "i8"),
    "rank 2": np.ones((4, 1)),
    "rank 0": np.array(1.0),
    "subclass": np.ones(4).view(Sub),
    "big endian": np.ones(4, ">f8"),
    "metadata": np.ones(4, np.dtype("f8", metadata={"a": 1})),
    "misaligned": misaligned(),
    "list": [1.0] * 4,
    "float": 1.0,
    "None": None,
}


@pytest.mark.parametrize("name", OTHERS)
def test_array_guards(name: str) -> None:
    region = elementwise("add").region()
    assert region(ones(), OTHERS[name]) is None
    assert region(OTHERS[name], ones()) is None
    assert (region.misses, region.hits, region.last_reason) == (2, 0, REASON["guard"])
    assert region.reasons() == {REASON["guard"]: 2}
    assert region.entries()[0]["misses"] == 2


@pytest.mark.parametrize(
    ("kind", "type", "good", "bad"),
    [
        ("npscalar", F8, np.float64(1), [1.0, np.float32(1), np.array(1.0), None]),
        ("npscalar", I8, np.int64(1), [1, np.longlong(1), np.int32(1), True]),
        ("pyfloat", F8, 1.0, [np.float64(1), 1, type("Float", (float,), {})(1)]),
        ("pyint", I8, 1, [True, 1.0, 2**63, -(2**63) - 1, type("Int", (int,), {})(1), np.int64(1)]),
        ("pybool", C["BOOL"], True, [1, np.True_, None]),
    ],
)
def test_scalar_guards(kind: str, type: int, good: Any, bad: list[Any]) -> None:
    plan = Plan(1, direct=True)
    plan.leave(plan.input(plan.value(kind, type), 0))
    region = plan.region()
    assert region(good) is good
    for other in bad:
        assert region(other) is None


def test_number_of_arguments_and_keywords() -> None:
    region = elementwise("add").region()
    assert region(ones()) is None
    assert region(ones(), ones(), ones()) is None
    with pytest.raises(TypeError):
        region(ones(), b=ones())


NAN, OTHER_NAN = float("nan"), -float("nan")


@pytest.mark.parametrize(
    ("expected", "equal", "different"),
    [
        (3, [3, int("3")], [4, 3.0, True]),
        (10**30, [10**30], [10**30 + 1]),
        (0.0, [0.0, float("0")], [-0.0, 0, NAN]),
        (NAN, [NAN, float("nan")], [1.0, OTHER_NAN]),
        ("some text", ["some text", "".join(["some", " text"])], ["other", b"some text"]),
        (None, [None], [0, False]),
        (True, [True], [1, False]),
        (np.sin, [np.sin], [np.cos]),
    ],
)
def test_values_that_are_guards(expected: Any, equal: list[Any], different: list[Any]) -> None:
    plan = Plan(1)
    plan.input(-1, 0, equal=plan.object(expected))
    plan.leave()
    region = plan.region()
    assert all(region(v) is True for v in equal)
    assert all(region(v) is None for v in different)


def test_cells() -> None:
    plan = Plan(1, direct=True)
    a, out = plan.input(plan.array(), 0, "cell"), plan.array()
    plan.apply("twice", a, out)
    plan.leave(out)
    region, cell = plan.region(), types.CellType(ones())
    same(region(cell), ones() * 2)
    cell.cell_contents = 3
    assert region(cell) is None
    del cell.cell_contents
    assert region(cell) is None
    assert region(ones()) is None


def test_constants() -> None:
    plan = Plan(0, direct=True)
    held = ones()
    a, out = plan.input(plan.array(), plan.object(held), "const"), plan.array()
    plan.apply("twice", a, out)
    plan.leave(out)
    same(plan.region()(), held * 2)


# Facts


def test_rebinding_is_seen() -> None:
    space = {"a": ones(), "other": 1}
    region = relying(space, "a")
    same(region(), ones() * 2)
    space["other"] = 2
    space["new"] = 3
    same(region(), ones() * 2)
    space["a"] = ones() * 5
    same(region(), ones() * 10)
    space["".join(["", "a"])] = ones() * 6
    same(region(), ones() * 12)
    space["a"] = "text"
    assert region() is None
    del space["a"]
    assert region() is None
    space.update(a=ones() * 7)
    same(region(), ones() * 14)
    space.clear()
    assert region() is None
    space |= {"a": ones()}
    same(region(), ones() * 2)


def test_values_of_names_are_not_kept_alive() -> None:
    space = {"a": ones().view()}
    region = relying(space, "a")
    gone = weakref.ref(space["a"])
    assert region() is not None
    space["a"] = ones()
    assert gone() is None
    assert region() is not None


def test_expected_objects_and_fallback() -> None:
    space: dict[str, Any] = {}
    builtins = {"abs": abs}
    plan = Plan(0)
    plan.fact(space, "abs", expect=abs, fallback=builtins)
    plan.leave()
    region = plan.region()
    assert region() is True
    space["abs"] = len
    assert region() is None
    space["abs"] = abs
    assert region() is True
    del space["abs"]
    assert region() is True
    builtins["abs"] = len
    assert region() is None


def test_a_global_of_a_module() -> None:
    module = types.ModuleType("somewhere")
    module.np = np
    plan = Plan(0)
    plan.fact(vars(module), "np", expect=np)
    plan.leave()
    region = plan.region()
    assert region() is True
    module.np = sys
    assert region() is None
    exec("import numpy as np", vars(module))
    assert region() is True


def test_facts_end_with_their_entries() -> None:
    space = {"a": ones()}
    for _ in range(50):
        region = relying(space, "a")
        assert region() is not None
        region.clear()
        space["a"] = ones()
    regions = [relying(space, "a") for _ in range(10)]
    del regions[::2]
    gc.collect()
    space["a"] = ones() * 2
    assert all(r()[0] == 4 for r in regions)


def test_a_name_rebound_during_the_run() -> None:
    space = {"a": ones()}
    plan = Plan(0)
    a = plan.input(plan.array(), plan.fact(space, "a"), "fact")
    done, out = plan.value("object"), plan.array()
    plan.task("call", [], done, callee=plan.object(space.clear))
    plan.apply("twice", a, out)
    plan.leave(out, a)
    region = plan.region()
    assert region()[0].tolist() == [2] * 4
    assert region() is None
