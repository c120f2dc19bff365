"""Attributes and items of objects: inputs of regions, read without a side effect."""

from __future__ import annotations

import functools
import sys
import types
from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from differential.equal import Snapshot, differences, exception_facts
from differential.run import hits
from slipstream import _native, jit

Pair = namedtuple("Pair", "a b")


class Plain:
    """Attributes of the instance, of the class, and methods."""

    gain = 2.0

    def __init__(self, x: Any = None, k: float = 1.5) -> None:
        self.x = np.arange(4.0) if x is None else x
        self.k = k
        self.inner: Any = types.SimpleNamespace(y=np.ones(4), flag=True)

    def scaled(self, by: float = 1.0) -> Any:
        return self.x * self.k * by

    def both(self, v: Any) -> Any:
        return self.scaled(2.0) + self.inner.y * v


class Slotted:
    __slots__ = ("k", "x")

    def __init__(self) -> None:
        self.x, self.k = np.arange(3.0), 2.5


@dataclass
class Data:
    x: Any
    k: float = 0.5


class Property:
    def __init__(self) -> None:
        self.reads = 0

    @property
    def x(self) -> Any:
        self.reads += 1
        return np.arange(3.0) + self.reads


class Lazy:
    def __init__(self) -> None:
        self.reads = 0

    def __getattr__(self, name: str) -> Any:
        self.reads += 1
        return np.arange(3.0) + self.reads


def one(o: Any) -> Any:
    return o.x * o.k + 1


def methods(o: Any) -> Any:
    r = o.scaled() * o.gain
    return r + o.both(o.k), o.inner.y - r


def updated(o: Any) -> Any:
    o.x += 1
    o.x = o.x * o.k
    o.x[1:] *= 2
    o.k = float(o.x.sum())
    return o.x - o.k


def container(d: Any) -> Any:
    return d["x"] * d["k"] + len(d["list"]) * d["list"][1]


def unpacked(p: Any) -> Any:
    a, b = p
    return a * b + len(p), p[0] - a


def by_get(d: Any) -> Any:
    if not d or "none" in d:
        return np.zeros(1)
    return d.get("x", 1.0) * d.get("no", 2.0) + len(d)


def updated_items(d: Any) -> Any:
    d["x"] += d["k"]
    d["x"] *= 2
    return d["x"] - d["k"], len(d)


def handed(pair: Any) -> Any:
    a, b = pair
    return a * b + len(pair), pair, pair[1:]


def handed_on(parts: Any) -> Any:
    return np.multiply(*parts) + 1, [*parts]


def called(p: Any) -> Any:
    return p(np.arange(3.0), to=2.0) * 2


def added(x: Any, y: Any, by: Any = 1.0, to: Any = 0.0) -> Any:
    return x * by + y * to


def is_none(o: Any) -> Any:
    return np.zeros(3) + 1 if o is None else np.ones(3) * o.k


def observed(f: Any, o: Any) -> dict[str, object]:
    result, error = None, None
    try:
        result = f(o)
    except Exception as e:
        error = e
    facts = {"exception": exception_facts(error, skip=1)}
    content = o if isinstance(o, dict | list | tuple) else [getattr(o, n, None) for n in ("x", "k")]
    facts.update(Snapshot({"result": result, "content": content}).facts)
    return facts


def agree(f: Any, make: Callable[[], Any]) -> Any:
    """Compare calls with two objects made alike."""
    fast, left, right = jit(f), make(), make()
    for turn in range(4):
        found = differences(observed(f, left), observed(fast, right))
        assert not found, (turn, found[0])
    assert not fast._slipstream.bug
    return fast


#: A function, its object, and whether it runs natively as a whole.
ROWS: list[tuple[Any, Callable[[], Any], bool]] = [
    (one, Plain, True),
    (one, Slotted, True),
    (one, lambda: Data(np.arange(5.0)), True),
    (one, lambda: types.SimpleNamespace(x=np.ones(3), k=2), True),
    (one, lambda: Plain(np.float64(2.0)), False),
    (methods, Plain, True),
    (updated, Plain, False),
    (updated, lambda: Data(np.arange(5.0)), False),
    (container, lambda: {"x": np.arange(3.0), "k": 2.0, "list": [1, 2.5, "c"]}, True),
    (unpacked, lambda: (np.arange(3.0), np.ones(3)), True),
    (unpacked, lambda: [np.arange(3.0), 2.0], True),
    (unpacked, lambda: Pair(np.arange(3.0), 2.0), False),
    (is_none, Slotted, True),
    (by_get, lambda: {"x": np.arange(3.0)}, True),
    (by_get, lambda: {"no": np.arange(3.0), "y": 1}, True),
    (by_get, lambda: {"none": 1}, False),
    (updated_items, lambda: {"x": np.arange(3.0), "k": 2.0}, False),
    (handed, lambda: (np.arange(3.0), 2.0), True),
    (handed, lambda: (1.5, 2.0), False),
    (handed_on, lambda: (np.arange(3.0), np.ones(3)), True),
    (handed_on, lambda: [np.arange(3.0), 0.5], True),
    (called, lambda: functools.partial(added, 2.0), True),
    (called, lambda: functools.partial(added, y=2.0, to=9), True),
    (called, lambda: functools.partial(np.add, 2.0), False),
]


@pytest.mark.parametrize("literal", [(1.5, 2), ("a", None, 2.5), "text"])
def test_what_enters_is_handed_back(literal: Any) -> None:
    """The very object, of an argument and of a name."""
    space: dict[str, Any] = {"T": literal}
    exec("def f(x, t):\n    y = x * 2 + 1\n    z = t\n    return y, t, z, T", space)
    fast, passed = jit(space["f"]), eval(repr(literal))
    for turn in range(4):
        _, t, z, T = fast(np.arange(3.0), passed)
        assert [x is y for x, y in ((t, passed), (z, passed), (T, literal))] == [True] * 3, turn
    assert fast.stats().native == 4


def test_literal_tuples_differ() -> None:
    """Numbers in tuples are no guards, their types and number are."""
    fast = jit(handed)
    for t in (
        (2.0, 3.0),
        (np.arange(3.0), 3.0),
        (np.arange(2.0), 3),
        (np.arange(2.0), 5.0, 1),
        (np.ones(2), 4.0),
    ):
        for _ in range(2):
            assert not differences(observed(handed, t), observed(fast, t))
    assert fast.stats().native >= 4


PARTIAL_CHANGES: tuple[Callable[[Any], Any], ...] = (
    lambda p: p.keywords.update(by=7.0),
    lambda p: p.keywords.update(to=7.0),
    lambda p: p.keywords.clear(),
    lambda p: p.__setstate__((added, (1.0,), {"by": 3}, None)),
    lambda p: p.__setstate__((np.subtract, (1.0,), {}, None)),
)


@pytest.mark.parametrize("change", PARTIAL_CHANGES)
def test_changes_of_a_partial_function(change: Callable[[Any], Any]) -> None:
    left, right = (functools.partial(added, 2.0, by=3.0) for _ in range(2))
    changing(called, left, right, lambda n: change((left, right)[n]))


def named(**options: Any) -> Any:
    return np.arange(3.0) * options.get("a", 2.0) + 1, collected(**options)


def collected(**options: Any) -> Any:
    return options


def test_the_order_of_keywords() -> None:
    fast = jit(named)
    for _ in range(3):
        for given in ({"a": 1.0, "b": 2.0}, {"b": 2.0, "a": 1.0}, {}, {"b": 2.0}):
            assert list(fast(**given)[1]) == list(given)
    assert fast.stats().native > 3


@pytest.mark.parametrize(("f", "make", "whole"), ROWS)
def test_parts(f: Any, make: Callable[[], Any], whole: bool) -> None:
    fast = agree(f, make)
    assert not whole or fast.stats().native == 4


def test_an_update_is_native() -> None:
    assert agree(updated, Plain).stats().native >= 3
    assert agree(updated_items, lambda: {"x": np.arange(3.0), "k": 2.0}).stats().native >= 3


def test_a_global_object() -> None:
    space: dict[str, Any] = {"np": np, "settings": Plain(), "Plain": Plain}
    exec("def f(v):\n    return v * settings.k + settings.inner.y", space)
    fast, v = jit(space["f"]), np.arange(4.0)
    changes = (
        "settings.k = 3",
        "settings = Plain(k=9.0)",
        "settings.inner.y = np.ones(4, 'f4')",
        "settings.k = 2.5",
    )
    for change in ("", *changes):
        exec(change, space)
        for _ in range(2):
            assert fast(v).tolist() == space["f"](v).tolist()
    assert fast.stats().native == 10


CHANGES: dict[str, Callable[[Any], Any]] = {
    "another value": lambda o: setattr(o, "k", 7.0),
    "another type": lambda o: setattr(o, "k", 7),
    "another array": lambda o: setattr(o, "x", np.ones(9, "f4")),
    "gone": lambda o: delattr(o, "k"),
    "none": lambda o: setattr(o, "x", None),
    "through the dict": lambda o: o.__dict__.update(k=3.0),
    "another dict": lambda o: setattr(o, "__dict__", {"x": np.ones(2), "k": 1.0, "inner": o.inner}),
    "another class": lambda o: setattr(o, "__class__", type("Sub", (Plain,), {"k": property(lambda s: 5.0)})),
    "a method on the object": lambda o: setattr(o, "scaled", lambda by=1.0: o.x - by),
    "a class attribute hidden": lambda o: setattr(o, "gain", 3),
}


def changing(f: Any, left: Any, right: Any, change: Callable[[int], Any]) -> None:
    fast = jit(f)
    for turn in range(6):
        if turn == 3:
            assert hits(fast)
            change(0), change(1)
        found = differences(observed(f, left), observed(fast, right))
        assert not found, (turn, found[0])
    assert not fast._slipstream.bug


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("f", [one, methods])
def test_changes_of_the_object(f: Any, name: str) -> None:
    both = Plain(), Plain()
    changing(f, *both, lambda n: CHANGES[name](both[n]))


def hiding(self: Any, name: str) -> Any:
    return object.__getattribute__(self, name) if name != "k" else 4.0


CLASS_CHANGES: dict[str, Callable[[Any], Any]] = {
    "a property": lambda c: setattr(c, "k", property(lambda s: 5.0, lambda s, v: None)),
    "another method": lambda c: setattr(c, "scaled", lambda s, by=1.0: s.x - by),
    "another value": lambda c: setattr(c, "gain", np.arange(4.0)),
    "getattribute": lambda c: setattr(c, "__getattribute__", hiding),
    "a static method": lambda c: setattr(c, "scaled", staticmethod(lambda by=1.0: np.ones(4) * by)),
}


@pytest.mark.parametrize("name", CLASS_CHANGES)
@pytest.mark.parametrize("f", [one, methods])
def test_changes_of_the_class(f: Any, name: str) -> None:
    classes = [type("Mine", (Plain,), {}) for _ in range(2)]
    changing(f, classes[0](), classes[1](), lambda n: CLASS_CHANGES[name](classes[n]))


def test_a_method_with_other_code() -> None:
    class Mine(Plain):
        pass

    space: dict[str, Any] = {}
    exec("def scaled(self, by=1.0):\n    return self.x * by", space)
    Mine.scaled = space["scaled"]  # type: ignore[method-assign]
    fast, o = jit(methods), Mine()
    for _ in range(3):
        fast(o)
    assert hits(fast)
    Mine.scaled.__code__ = (lambda self, by=1.0: self.x + by).__code__
    assert not differences(observed(methods, o), observed(fast, o))


@pytest.mark.parametrize("kind", [Property, Lazy])
def test_reading_has_no_side_effect(kind: Any) -> None:
    def f(o: Any, v: Any) -> Any:
        return v * 2 + o.x

    left, right, fast, v = kind(), kind(), jit(f), np.ones(3)
    for n in range(5):
        assert f(left, v).tolist() == fast(right, v).tolist()
        assert left.reads == right.reads == n + 1


def test_what_is_read() -> None:
    o = Plain()
    assert _native.part(o, "k") == (1.5,)
    assert _native.part(o, "gain") == (2.0,)
    assert _native.part(Slotted(), "k") == (2.5,)
    assert _native.part(Pair(1, 2), "b") == (2,)
    assert _native.part((1, 2), 1) == (2,)
    assert _native.part([1, 2], None) == (2,)
    assert _native.part({"k": 1}, "k") == (1,)
    assert _native.part({"k": 1}, None) == (1,)
    assert _native.part({"k": 1, "l": 2}, ("k", "l")) == (True,)
    for names in (("l", "k"), ("k",), (), ("k", "m")):
        assert _native.part({"k": 1, "l": 2}, names) == (False,)
    for of, key in (
        (Property(), "x"),
        (Lazy(), "x"),
        ({}, "get"),
        ((1,), 1),
        ((1,), -1),
        ((1,), "count"),
        (o, "no"),
    ):
        assert _native.part(of, key) is None
    for of, key in ((np.ones(2), "T"), (np, "pi"), (Plain, "__name__"), (1.0, "real"), (o, 1)):
        assert _native.part(of, key) is None


def test_nothing_is_kept() -> None:
    o, fast = Plain(), jit(methods)
    for _ in range(5):
        fast(o)
    counts = [sys.getrefcount(x) for x in (o, o.x, o.inner, o.inner.y, Plain.scaled)]
    for _ in range(100):
        fast(o)
    assert counts == [sys.getrefcount(x) for x in (o, o.x, o.inner, o.inner.y, Plain.scaled)]
