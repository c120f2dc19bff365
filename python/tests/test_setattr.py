"""Attributes of plain objects that a region sets."""

from __future__ import annotations

import types
import weakref
from typing import Any, ClassVar

import numpy as np
import pytest
from differential.equal import Snapshot, differences, exception_facts
from slipstream import _native, jit


class Plain:
    gain = 2.0

    def __init__(self) -> None:
        self.x, self.k, self.t = np.arange(4.0), 1.5, 0

    def moved(self, by: Any) -> Any:
        self.t += 1
        self.x = self.x + by * self.t
        return self.x * 2


class Slotted:
    __slots__ = ("gain", "k", "t", "x")

    def __init__(self) -> None:
        self.x, self.k, self.t, self.gain = np.arange(4.0), 1.5, 0, 2.0

    moved = Plain.moved


class Checked(Plain):
    """Setting an attribute shows."""

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        object.__setattr__(self, "set", (*vars(self).get("set", ()), name))


class Property(Plain):
    @property
    def x(self) -> Any:
        return self.hidden

    @x.setter
    def x(self, value: Any) -> None:
        self.hidden = value
        self.sets = vars(self).get("sets", 0) + 1


class Shared:
    """All instances have one dict."""

    everything: ClassVar[dict[str, Any]] = {}

    def __init__(self) -> None:
        self.everything.clear()
        self.__dict__ = self.everything
        self.x, self.k, self.t, self.gain = np.arange(4.0), 1.5, 0, 2.0

    moved = Plain.moved


class Named(Plain):
    """Asking for its name shows."""

    @property
    def __name__(self) -> str:
        vars(self)["asked"] = vars(self).get("asked", 0) + 1
        return "name"


CLASSES = (Plain, Slotted, Checked, Property, Shared, Named)


def counts(o: Any, a: Any) -> Any:
    o.t += 1
    o.x = o.x * o.k + a
    o.k = o.x.sum()
    return o.x / o.t


def in_place(o: Any, a: Any) -> Any:
    b = o.x
    o.x += a
    o.x *= 2
    o.x[1:] -= 1
    return b + o.x, o.x is b


def new_ones(o: Any, a: Any) -> Any:
    o.x = a * 2
    o.k = (a.sum(), o.x)
    o.x += 1
    o.gain = None
    return o.x * 2, o.gain


def two(o: Any, a: Any, other: Any = None) -> Any:
    other = o if other is None else other
    o.t = a * 2
    b = other.t + 1
    other.x = b * 2
    return o.x + b


def inlined(o: Any, a: Any) -> Any:
    return o.moved(a) + o.moved(1) * o.t


def of_class(o: Any, a: Any) -> Any:
    o.gain += 1
    o.gain *= a
    return o.gain * 2


def several(o: Any, a: Any) -> Any:
    o.x, o.k = a * 2, a[0]
    o.t = o.y = a + 1
    return o.x + o.k, o.t is o.y


def fails(o: Any, a: Any) -> Any:
    o.t += 1
    o.x = a * 3
    o.k = o.x / np.zeros(4)
    return o.x + o.missing


PROGRAMS = (counts, in_place, new_ones, two, inlined, of_class, several, fails)


def observed(f: Any, o: Any, *arguments: Any) -> dict[str, object]:
    result, error = None, None
    with np.errstate(all="ignore"):
        try:
            result = f(o, *arguments)
        except Exception as e:
            error = e
    held = {n: getattr(o, n, None) for n in ("x", "k", "t", "gain", "y", "set", "sets", "hidden")}
    return Snapshot({"result": result, "held": held}).facts | {"exception": exception_facts(error, skip=1)}


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_programs(f: Any, kind: Any) -> None:
    fast = jit(f)
    plain, ours = [], []
    for objects, g in ((plain, f), (ours, fast)):
        o = kind()
        for turn in range(4):
            objects.append(observed(g, o, np.arange(4.0) + turn))
    for turn in range(4):
        assert not differences(plain[turn], ours[turn]), turn
    assert not fast._slipstream.bug


@pytest.mark.parametrize("kind", [Plain, Slotted])
@pytest.mark.parametrize("f", [counts, in_place, new_ones], ids=lambda f: f.__name__)
def test_they_run_natively(f: Any, kind: Any) -> None:
    fast, o = jit(f), kind()
    for _ in range(3):
        fast(o, np.ones(4))
    assert fast.stats().native > 0, fast.explain(kind(), np.ones(4))


def test_two_names_of_one_object() -> None:
    fast = jit(two)
    for same in (False, False, True, False, True):
        results = []
        for g in (two, fast):
            o = Plain()
            other = o if same else Plain()
            results.append(repr((g(o, np.ones(4), other), vars(o), vars(other))))
        assert results[0] == results[1]


class Telling:
    def __init__(self, told: list[Any]) -> None:
        self.told = told

    def __del__(self) -> None:
        self.told.append(1)


def test_what_the_attribute_held_tells_when_it_is_freed() -> None:
    def f(o: Any, a: Any) -> Any:
        b = a * 2
        o.x = b + 1
        n = len(o.told)
        return b * n

    fast = jit(f)
    for turn in range(6):
        results = []
        for g in (f, fast):
            o: Any = types.SimpleNamespace(told=[])
            o.x = Telling(o.told) if turn % 3 else np.ones(3)
            if turn == 5:
                gone: list[Any] = o.told
                o.x = np.ones(3)
                weakref.finalize(o.x, lambda gone=gone: gone.append(2))
            results.append(repr((g(o, np.ones(3)), o.told)))
        assert results[0] == results[1], turn


SCALE = 2.0


def scaled(a: Any, *, by: float = 1.0) -> Any:
    return a * by


def items(d: Any, a: Any, o: Any = None) -> Any:
    d["x"] = a * 2
    d["n"] += 1
    d["x"] = d["x"] + d["n"]
    b = d["x"] * 2 if o is None else o.x * 2
    d["SCALE"], d["by"] = b.sum(), 3.0
    return scaled(a * SCALE) + b


def one_item(d: Any, a: Any) -> Any:
    d["SCALE"] = 5.0
    return scaled(a * SCALE)


def one_default(d: Any, a: Any) -> Any:
    d["by"] = 5.0
    return scaled(a * SCALE)


def test_items_of_dicts() -> None:
    fast, plain, ours = jit(items), {"n": 0}, {"n": 0}
    for turn in range(4):
        a = np.arange(3.0) + turn
        assert repr(items(plain, a)) == repr(fast(ours, a))
        assert repr(plain) == repr(ours)
    fast = jit(one_item)
    for turn in range(3):
        d = {"x": turn}
        assert repr(fast(d, np.ones(3))) == repr(np.full(3, 2.0))
        assert d == {"x": turn, "SCALE": 5.0}
    assert fast.stats().native > 0


@pytest.mark.parametrize(
    "space", [lambda: (one_item, globals()), lambda: (one_default, scaled.__kwdefaults__)]
)
def test_a_dict_in_which_names_are_looked_up(space: Any) -> None:
    f, dictionary = space()
    before = dict(dictionary)
    results = []
    for g in (f, jit(f)):
        for d in ({}, {}, dictionary, {}, dictionary):
            results.append(repr(g(d, np.ones(3))))
        for name in set(dictionary) - set(before):
            del dictionary[name]
        dictionary.update(before)
    assert results[:5] == results[5:]


def test_a_dict_of_an_object() -> None:
    results = []
    for g in (items, jit(items)):
        o = Plain()
        o.n = 0  # type: ignore[attr-defined]
        other = {"n": 0}
        for d in (other, vars(o), other, vars(o)):
            results.append(repr(g(d, np.ones(4), o)))
    assert results[:4] == results[4:]


def test_an_item_tells_when_it_is_freed() -> None:
    fast, results = jit(one_item), []
    for g in (one_item, fast, fast, fast):
        told: list[Any] = []
        d: Any = {"SCALE": Telling(told)}
        results.append((repr(g(d, np.ones(3))), list(told)))
    assert all(r == results[0] for r in results)


def test_setpart_runs_nobodys_code() -> None:
    o, told = Plain(), []  # type: ignore[var-annotated]
    _native.setpart(o, "x", 3)
    assert o.x == 3
    assert _native.ownpart(o, "x") is True
    with pytest.raises(TypeError):
        _native.ownpart(o, "gain")
    o.x = Telling(told)
    for odd in (Checked(), Property(), o, np, Plain, test_programs):
        with pytest.raises(TypeError):
            _native.setpart(odd, "x", 3)
    assert not told
    space = types.SimpleNamespace()
    space.__name__ = "module"
    with pytest.raises(TypeError):
        _native.setpart(space, "x", 3)
    with pytest.raises(AttributeError):
        _native.setpart(Slotted(), "missing", 3)
