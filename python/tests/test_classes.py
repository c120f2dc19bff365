"""What objects have by their classes: found without a side effect, and looked up anew in each call."""

from __future__ import annotations

import abc
import functools
import types
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from differential.equal import Snapshot, differences, exception_facts
from differential.run import hits
from slipstream import _native, jit


class Base:
    LIMIT = 3.0

    def __init__(self) -> None:
        self._x, self._n, self.w = np.arange(4.0), 3, np.ones(4)

    @property
    def x(self) -> Any:
        return self._x * 2

    @property
    def n(self) -> Any:
        return self._n

    @staticmethod
    def half(v: Any, k: Any = 0.5) -> Any:
        return v * k

    @classmethod
    def limited(cls, v: Any) -> Any:
        return v * cls.LIMIT

    def __call__(self, v: Any) -> Any:
        return v * self.w + self.n

    def __len__(self) -> int:
        return self._n

    def __getitem__(self, i: Any) -> Any:
        return self._x[i]

    def area(self, v: Any) -> Any:
        return v + self._n


class Middle(Base):
    pass


class Derived(Middle):
    def area(self, v: Any) -> Any:
        return super().area(v) * 2

    def twice(self, v: Any) -> Any:
        return super(Middle, self).area(v) * 2


class Other:
    def __init__(self) -> None:
        self.x, self.n = np.ones(4), 2


class Listed(abc.ABC):  # noqa: B024
    LIMIT = 1.5


class OfListed(Listed):
    def __init__(self) -> None:
        self.x, self.n = np.ones(4), 2.0

    @classmethod
    def limited(cls, v: Any) -> Any:
        return v * cls.LIMIT


def properties(o: Any, a: Any) -> Any:
    return o.x + o.n * a


def static(o: Any, a: Any) -> Any:
    return o.half(a) + Base.half(a, 2)


def of_classes(o: Any, a: Any) -> Any:
    return o.limited(a) + Base.limited(a) * Derived.LIMIT


def values(o: Any, a: Any) -> Any:
    return a * o.LIMIT + type(o).LIMIT - o.__class__.LIMIT * Middle.LIMIT


def called(o: Any, a: Any) -> Any:
    return o(a) + 1


def instance(o: Any, a: Any) -> Any:
    if isinstance(o, Base) and not isinstance(a, Base) and isinstance(a, (Other, np.ndarray)):
        a = a * 2
    return a * 3 if isinstance(o, (int, (Other, Middle))) else a + 1


def types_of(o: Any, a: Any) -> Any:
    if type(o) is Derived or type(a) is not np.ndarray:
        a = a * 2
    return a * 4 + (2 if type(o) == Base else 1)  # noqa: E721


def lengths(o: Any, a: Any) -> Any:
    return a * len(o) + o[1] + o[1:2]


def behind(o: Any, a: Any) -> Any:
    return o.area(a) + 1


def behind_another(o: Any, a: Any) -> Any:
    return o.twice(a) + 1


PROGRAMS = (
    properties,
    static,
    of_classes,
    values,
    called,
    instance,
    types_of,
    lengths,
    behind,
    behind_another,
)


def outcome(f: Callable[..., Any], *arguments: Any) -> dict[str, object]:
    result, error = None, None
    try:
        result = f(*arguments)
    except Exception as e:
        error = e
    return Snapshot({"result": result}).facts | {"exception": exception_facts(error, skip=1)}


def same(f: Any, fast: Any, *arguments: Any) -> bool:
    """Whether the call ran natively; its outcome is that of the plain function."""
    before = hits(fast)
    assert not differences(outcome(f, *arguments), outcome(fast, *arguments))
    return bool(hits(fast) > before)


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_they_run_natively(f: Any) -> None:
    fast, o, a = jit(f), Derived(), np.arange(4.0)
    for _ in range(3):
        native = same(f, fast, o, a)
    assert native, fast.explain(o, a)
    for other in (Base(), Other(), OfListed(), Lying(), Derived(), a, 3, Derived):
        for _ in range(3):
            same(f, fast, other, a)
    assert same(f, fast, o, a)
    assert not fast._slipstream.bug


def changed_property() -> None:
    Base.x = property(lambda self: self._x * 5)  # type: ignore[assignment,method-assign]


def changed_getter() -> None:
    vars(Base)["x"].__init__(lambda self: self._x * 7)


def changed_static() -> None:
    Base.half = staticmethod(lambda v, k=4: v * k)  # type: ignore[assignment,method-assign]


def changed_class_method() -> None:
    Base.limited = classmethod(lambda cls, v: v - cls.LIMIT)  # type: ignore[assignment,method-assign]


def changed_value() -> None:
    Base.LIMIT = 4.0


def overridden_value() -> None:
    Derived.LIMIT = np.float32(2)  # type: ignore[assignment]


def overridden_property() -> None:
    Derived.n = 5  # type: ignore[assignment,misc]


def overridden_by_a_method() -> None:
    Middle.limited = lambda self, v: v * 9  # type: ignore[assignment,method-assign]


def changed_call() -> None:
    Base.__call__ = lambda self, v: v - self.w  # type: ignore[method-assign]


def changed_length() -> None:
    Base.__len__ = lambda self: 2  # type: ignore[method-assign]


def negative_length() -> None:
    Base.__len__ = lambda self: -self._n  # type: ignore[method-assign]


def changed_item() -> None:
    Base.__getitem__ = lambda self, i: self.w[i]  # type: ignore[method-assign]


def changed_behind() -> None:
    Base.area = lambda self, v: v - 1  # type: ignore[method-assign]


def in_between() -> None:
    Middle.area = lambda self, v: v - 2  # type: ignore[method-assign]


def other_bases() -> None:
    class Between(Base):
        LIMIT = 8.0
        x = 4  # type: ignore[assignment]

        def area(self, v: Any) -> Any:
            return v * 100

    Middle.__bases__ = (Between,)


def answers_for_itself() -> None:
    Base.__getattribute__ = lambda self, name: 2.0  # type: ignore[method-assign]


CHANGES = tuple(
    f
    for f in list(globals().values())
    if isinstance(f, types.FunctionType)
    and f.__name__.startswith(("changed", "overridden", "negative", "in_", "other", "answers"))
)
CLASSES = (Base, Middle, Derived)


def restore(kept: list[tuple[type, tuple[type, ...], dict[str, Any]]]) -> None:
    for kind, bases, names in kept:
        if kind.__bases__ != bases:
            kind.__bases__ = bases
        for name in set(vars(kind)) - set(names):
            delattr(kind, name)
        for name, value in names.items():
            if vars(kind).get(name) is not value and name != "__dict__":
                setattr(kind, name, value)


@pytest.mark.parametrize("change", CHANGES, ids=lambda f: f.__name__)
@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_a_class_changes(f: Any, change: Any) -> None:
    kept = [(kind, kind.__bases__, dict(vars(kind))) for kind in CLASSES]
    getter = vars(Base)["x"].fget
    fast, o, a = jit(f), Derived(), np.arange(4.0)
    for _ in range(3):
        same(f, fast, o, a)
    try:
        change()
        for _ in range(3):
            same(f, fast, o, a)
    finally:
        restore(kept)
        vars(Base)["x"].__init__(getter)
    assert same(f, fast, o, a)
    assert not fast._slipstream.bug


def shadow(name: str, value: Any) -> Any:
    def give(o: Any) -> None:
        vars(o)[name] = value

    return give


def another_class(o: Any) -> None:
    o.__class__ = Middle


def bound_alike(o: Any) -> None:
    """A function in the place of a class method that is bound to the object."""
    o.limited = types.MethodType(vars(Base)["limited"].__func__, o)
    o.LIMIT = 7.0


@pytest.mark.parametrize(
    "change",
    [
        *(shadow(name, 5.0) for name in ("x", "n", "LIMIT", "__len__", "__call__", "__class__")),
        *(shadow(name, lambda v: v * 11) for name in ("half", "limited", "area", "twice")),
        another_class,
        bound_alike,
    ],
)
@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_an_object_changes(f: Any, change: Any) -> None:
    fast, o, a = jit(f), Derived(), np.arange(4.0)
    for _ in range(3):
        same(f, fast, o, a)
    change(o)
    for _ in range(3):
        same(f, fast, o, a)
    assert same(f, fast, Derived(), a)
    assert not fast._slipstream.bug


class Counted:
    """Whatever is asked of it shows."""

    asked = 0

    def __getattr__(self, name: str) -> Any:
        type(self).asked += 1
        if name != "x":
            raise AttributeError(name)
        return np.ones(4)

    @property
    def n(self) -> Any:
        type(self).asked += 1
        return self.missing


class Lying:
    """It tells another class than its own."""

    @property
    def __class__(self) -> Any:
        return Base

    @__class__.setter
    def __class__(self, _: Any) -> None:
        pass


class Telling(type):
    asked = 0

    def __instancecheck__(cls, o: Any) -> bool:
        Telling.asked += 1
        return Telling.asked % 2 == 0

    def __getattribute__(cls, name: str) -> Any:
        Telling.asked += 1
        return type.__getattribute__(cls, name)


class Told(metaclass=Telling):
    LIMIT = 2.0


def told(o: Any, a: Any) -> Any:
    return a * (2 if isinstance(a, Told) else 3) + (2 if isinstance(o, Told) else 3)


def told_value(o: Any, a: Any) -> Any:
    return a * Told.LIMIT


@pytest.mark.parametrize("f", [told, told_value, properties], ids=lambda f: f.__name__)
def test_what_shows_is_left_to_the_program(f: Any) -> None:
    seen, o, a = [], Base() if f is not properties else Counted(), np.arange(4.0)
    for g in (f, jit(f)):
        Telling.asked = Counted.asked = 0
        seen.append([(outcome(g, o, a), Telling.asked, Counted.asked) for _ in range(4)])
    for plain, ours in zip(*seen, strict=True):
        assert not differences(plain[0], ours[0])
        assert plain[1:] == ours[1:]


class Odd:
    """Wrapped functions that are none."""

    half = staticmethod(np.negative)
    limited = classmethod(functools.partial(np.add, 2))  # type: ignore[arg-type]
    n = property(np.size)  # type: ignore[arg-type]
    x = functools.cached_property(lambda self: np.ones(4))

    def __array__(self, *_: Any, **__: Any) -> Any:
        return np.ones(3)


def test_wrapped_otherwise() -> None:
    a = np.arange(4.0)
    for f in (static, of_classes, properties):
        fast, o = jit(f), Odd()
        for _ in range(4):
            same(f, fast, o, a)
        assert not fast._slipstream.bug


class Slots:
    __slots__ = ("_a", "_b")
    a: Any
    b: Any


Slots.a = vars(Slots)["_a"]
Slots.b = vars(Slots)["_a"]


def alike(o: Any, p: Any, a: Any) -> Any:
    o.b = a * 2
    return p.a * a


def two_objects(o: Any, p: Any, a: Any) -> Any:
    p.y = a * 2
    q = o.w + 1
    o.z = q * p.n
    return p.y + q


def test_a_slot_of_two_names() -> None:
    fast, a = jit(alike), np.arange(3.0)
    for alias in (False, True, True, False, True):
        results = []
        for g in (alike, fast):
            o, p = Slots(), Slots()
            o.a, p.a = a + 1, a - 1
            results.append(repr(g(p if alias else o, p, a)))
        assert results[0] == results[1]


def test_a_part_behind_a_store_into_another_object() -> None:
    fast, a = jit(two_objects), np.arange(4.0)
    for alias in (False, False, True, False, True):
        results = []
        for g in (two_objects, fast):
            o = Base()
            p = o if alias else Derived()
            results.append(repr((g(o, p, a), vars(o), vars(p))))
        assert results[0] == results[1]
    assert fast.stats().native > 0, fast.explain(Base(), Derived(), a)


def test_parts_run_nobodys_code() -> None:
    o, counted = Derived(), Counted()
    assert _native.part(o, ("property", "x")) == (vars(Base)["x"].fget,)
    assert _native.part(o, ("classmethod", "limited")) == (vars(Base)["limited"].__func__,)
    assert _native.part(Derived, ("classmethod", "limited")) == (vars(Base)["limited"].__func__,)
    assert _native.part(o, ("special", "__len__")) == (Base.__len__,)
    assert _native.part(o, (Derived, "area")) == (Base.area,)
    assert _native.part(o, (Other, "area")) is None
    assert _native.part(o, "half") == _native.part(Derived, "half") == (Base.half,)
    assert _native.part(o, "__class__") == (Derived,)
    assert _native.part(o, Base) == (True,)
    assert _native.part(o, Other) == (False,)
    Telling.asked = Counted.asked = 0
    for of in (counted, Told, Counted, Odd(), 3, [1], None):
        for key in ("x", "__name__", ("property", "n"), ("classmethod", "limited"), (1, 2), (), ("?", "x")):
            _native.part(of, key)
        _native.part(of, Told)
    assert Telling.asked == Counted.asked == 0


class Pair(NamedTuple):
    low: Any
    high: Any

    @property
    def width(self) -> Any:
        return self.high - self.low

    def scaled(self, v: Any) -> Any:
        low, high = self
        return v * (high - low) + self[0] * len(self)


class Backwards(Pair):
    def __getitem__(self, i: Any) -> Any:
        return tuple.__getitem__(self, -1 - i)


class Untrue(Pair):
    def __bool__(self) -> bool:
        return False


class Once(Pair):
    def __iter__(self) -> Any:
        return iter((self.low, self.low))


def records(p: Any, a: Any) -> Any:
    low, high = p
    return p.scaled(a) * p.width + p[1] * (2 if p else 3) - low * len(p) + high


def test_tuples_of_a_class_of_their_own() -> None:
    fast, a = jit(records), np.arange(3.0)
    pairs = [kind(low, 4.0) for kind in (Pair, Backwards, Untrue, Once, Pair) for low in (1.0, 2, a)]
    for p in (*pairs, (1.0, 2.0), pairs[0]):
        for _ in range(3):
            native = same(records, fast, p, a)
    assert native, fast.explain(pairs[0], a)
    assert not fast._slipstream.bug
