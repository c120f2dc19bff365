"""What a program may ask of its functions, classes and names."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import doctest
import enum
import functools
import inspect
import pickle
import sys
import traceback
import typing
import warnings

import numpy as np

SCALE = 2.0


def scaled(x, k: float = 1.5, *rest, shift=0.0, **options):
    """Scale an array.

    >>> scaled(np.arange(3.0))
    array([0., 3., 6.])
    """
    return x * k * SCALE + shift


x = np.arange(5.0)
print(scaled(x), scaled(x, 2.0, shift=1), scaled(x, *[1, 2, 3], a=4))
SCALE = 3.0
print(scaled(x), scaled.__defaults__, scaled.__kwdefaults__, scaled.__annotations__)
SCALE = x
print(scaled(x), inspect.signature(scaled), typing.get_type_hints(scaled))
print(inspect.getsource(scaled), inspect.getsourcelines(scaled)[1], scaled.__doc__)
SCALE = 2.0
print(doctest.testmod(), scaled.__module__, scaled.__qualname__, scaled.__name__)
print(pickle.loads(pickle.dumps(scaled)) is scaled, copy.deepcopy(scaled) is scaled)


def counted(function):
    @functools.wraps(function)
    def wrapper(*args, **kw):
        wrapper.calls += 1
        return function(*args, **kw)

    wrapper.calls = 0
    return wrapper


@counted
def norm(v):
    return np.sqrt((v * v).sum())


print(norm(x), norm(x + 1), norm.calls, norm.__name__, norm.__wrapped__(x))


@functools.lru_cache(maxsize=None)
def table(n):
    return np.cumsum(np.arange(n) * 0.5)


print(table(4) is table(4), table.cache_info())


@contextlib.contextmanager
def scope(value):
    print("enter", value * 2)
    try:
        yield value + 1
    finally:
        print("leave")


with scope(x) as y:
    print(y)


@functools.singledispatch
def kind(value):
    return "other"


@kind.register
def _(value: int):
    return "int"


@kind.register(np.ndarray)
def _(value):
    return value * 2


print(kind("a"), kind(3), kind(x))


class Base:
    count = 0

    def __init__(self, n, data=None):
        type(self).count += 1
        self.n, self._data = n, data

    def __init_subclass__(cls, **options):
        super().__init_subclass__()
        print("subclass", cls.__name__, options)

    def __new__(cls, *args, **kw):
        return super().__new__(cls)

    def __class_getitem__(cls, item):
        return f"{cls.__name__}[{item}]"

    @property
    def data(self):
        return self._data * self.n

    @data.setter
    def data(self, value):
        self._data = value / self.n

    @functools.cached_property
    def total(self):
        return self.data.sum()

    @staticmethod
    def half(a):
        return a / 2

    @classmethod
    def of(cls, a):
        return cls(2, a)

    def __call__(self, a):
        return a + self.__private(a)

    def __private(self, a):
        return a * self.n

    def __eq__(self, other):
        return self.n == other.n

    __hash__ = None


class Derived(Base, option=1):
    def __init__(self, n, data=None):
        super().__init__(n + 1, data)

    def __call__(self, a):
        return super().__call__(a) * 10 + len(__class__.__name__)


d = Derived.of(x)
print(d.data, d.total, d.half(x), d(x), Base.count, Derived.count, Base[int], d == Derived(2))
d.data = x * 9
print(d.data, Derived.__call__.__qualname__, sorted(k for k in vars(Base) if not k.startswith("__")))


@dataclasses.dataclass(order=True)
class Point:
    x: float
    y: float = 2.0

    def __post_init__(self):
        self.r = np.hypot(self.x, self.y)

    def moved(self, by):
        return dataclasses.replace(self, x=self.x + by)


print(Point(3.0), Point(1.0).moved(4.0).r, Point(1.0) < Point(2.0), inspect.signature(Point))


class Colour(enum.Enum):
    RED = 1
    BLUE = 2

    def mixed(self, other):
        return self.value * 10 + other.value

    @classmethod
    def first(cls):
        return next(iter(cls))


print(list(Colour), Colour.RED.mixed(Colour.BLUE), Colour.first())


class Row(typing.NamedTuple):
    a: float
    b: float = 1.0

    def total(self):
        return self.a + self.b


print(Row(3.0).total(), Row._fields)


def adder(n):
    def add(v):
        nonlocal n
        n += 1
        return v + n

    return add


add = adder(1)
print(add(x), add(x), [adder(i)(1.0) for i in range(3)], add.__closure__[0].cell_contents)


def generator(n):
    for i in range(n):
        yield x * i


async def later():
    return x


print([g.sum() for g in generator(3)], inspect.isgeneratorfunction(generator))
print(inspect.iscoroutinefunction(later), (lambda v: v * 2)(x))


def helper(v):
    return v + 1


def caller(v):
    return helper(v) * 2


print(caller(x))
_helper = helper


def helper(v):
    return _helper(v) * 100


print(caller(x))
caller.__defaults__ = (np.ones(2),)
print(caller(), inspect.signature(caller), inspect.unwrap(norm) is norm.__wrapped__, hasattr(caller, "__wrapped__"))
helper = np.negative
print(caller(x))
del helper
try:
    caller(x)
except NameError:
    traceback.print_exc()


def reported(v):
    w = v / (v - v)
    return np.log(w - np.inf)


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(reported(x))
for w in caught:
    print(w.category.__name__, w.message, w.lineno, w.filename == __file__)
reported(x)


def recursive(n):
    return 1 if n == 0 else n * recursive(n - 1)


print(recursive(20), sorted(k for k in globals() if "slip" in k.lower()))


def where(depth):
    return sys._getframe(depth).f_code.co_name, sys._getframe(depth).f_lineno


def told():
    warnings.warn("told", stacklevel=2)


print(where(0), where(1))
told()


def raises(v, n):
    w = v * 2 + 1
    return (w[
        n] + 1)


raises(x,
       17)
