"""A decorated function is a function: what tools look at stays as it was."""

from __future__ import annotations

import asyncio
import copy
import doctest
import functools
import gc
import inspect
import pickle
import types
import typing
import weakref

import numpy as np
import pytest
import slipstream
from slipstream import jit


def plain(x: np.ndarray, w: float = 2.0, *rest: int, k: int = 1, **more: int) -> np.ndarray:
    """Scale.

    >>> decorated(np.ones(2))
    array([3., 3.])
    """
    return x * w + k


decorated = jit(plain)


@jit
def at_module_level(x: np.ndarray) -> np.ndarray:
    return x * 2.0


class Model:
    @jit
    def method(self, x: np.ndarray) -> np.ndarray:
        return x * 2.0 + 1.0

    @staticmethod
    @jit
    def static(x: np.ndarray) -> np.ndarray:
        return x * 3.0 + 1.0

    @jit
    @staticmethod
    def static_inside(x: np.ndarray) -> np.ndarray:
        return x * 3.0 + 1.0

    @jit
    @classmethod
    def of_class(cls, x: np.ndarray) -> np.ndarray:
        return x * 4.0 + 1.0

    @jit
    @property
    def value(self) -> np.ndarray:
        """Doc."""
        return np.ones(3) * 5.0


NAMES = (
    "__name__",
    "__qualname__",
    "__module__",
    "__doc__",
    "__defaults__",
    "__kwdefaults__",
    "__annotations__",
)


@pytest.mark.parametrize("name", NAMES)
def test_attributes_are_the_functions(name: str) -> None:
    assert getattr(decorated, name) == getattr(plain, name)


def test_it_is_a_function_around_the_given_one() -> None:
    assert type(decorated) is types.FunctionType
    assert decorated.__wrapped__ is plain
    assert decorated.__globals__ is plain.__globals__
    assert inspect.signature(decorated) == inspect.signature(plain)
    assert inspect.getsource(decorated) == inspect.getsource(plain)
    assert typing.get_type_hints(decorated) == typing.get_type_hints(plain)
    assert inspect.getfullargspec(decorated) == inspect.getfullargspec(plain)


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy, lambda f: pickle.loads(pickle.dumps(f))])
def test_copies_and_pickles_are_the_same_object(make: typing.Any) -> None:
    at_module_level(np.ones(3))
    assert make(at_module_level) is at_module_level


def test_a_lambda_pickles_as_little_as_before() -> None:
    with pytest.raises(Exception, match="lambda"):
        pickle.dumps(jit(lambda x: x))


def test_it_can_be_referred_to_weakly_and_dies() -> None:
    f = jit(lambda x: x * 2.0)
    f(np.ones(3))
    there = weakref.ref(f)
    del f
    gc.collect()
    assert there() is None


def test_doctests_are_found() -> None:
    finder = doctest.DocTestFinder()
    tests = finder.find(decorated, globs=globals())
    assert [bool(t.examples) for t in tests] == [True]
    assert doctest.DocTestRunner(verbose=False).run(tests[0]).failed == 0


def test_methods_bind() -> None:
    x = np.arange(3.0)
    for _ in range(3):
        np.testing.assert_array_equal(Model().method(x), x * 2 + 1)
        np.testing.assert_array_equal(Model.static(x), x * 3 + 1)
        np.testing.assert_array_equal(Model().static_inside(x), x * 3 + 1)
        np.testing.assert_array_equal(Model.of_class(x), x * 4 + 1)
        np.testing.assert_array_equal(Model().value, np.full(3, 5.0))
    assert Model.value.__doc__ == "Doc."
    assert Model.__dict__["static_inside"].__func__.stats().calls == 3


def test_the_three_spellings() -> None:
    @jit
    def a(x):
        return x

    @jit()
    def b(x):
        return x

    @jit(numerics="fast", threads=2)
    def c(x):
        return x

    assert a(1) == b(1) == c(1) == 1
    assert all(isinstance(f.stats(), slipstream.Stats) for f in (a, b, c))


def test_jit_of_a_jitted_function_is_it() -> None:
    assert jit(decorated) is decorated
    assert jit(strict=True)(decorated) is decorated


def test_a_wrapper_is_decorated_anew() -> None:
    @functools.wraps(decorated)
    def wrapper(*args):
        return decorated(*args)

    assert jit(wrapper) is not wrapper
    assert jit(wrapper).stats() != decorated.stats() or decorated.stats().calls == 0


def test_what_python_drives_stays_untouched() -> None:
    def generator():
        yield 1

    async def coroutine():
        return 1

    async def both():
        yield 1

    class Class:
        pass

    for thing in (generator, coroutine, both, Class):
        assert jit(thing) is thing
    assert asyncio.run(coroutine()) == 1


@pytest.mark.parametrize(
    ("thing", "remedy"),
    [
        (len, "Python function that calls it"),
        (np.sin, "Python function that calls it"),
        (np.add.reduce, "Python function that calls it"),
        (Model().method, "in its class"),
        (functools.partial(plain), "directly above"),
        (functools.lru_cache(plain), "directly above"),
        (3, "keyword"),
    ],
)
def test_the_error_names_the_remedy(thing: object, remedy: str) -> None:
    with pytest.raises(TypeError, match=remedy):
        jit(thing)


def test_errors_of_calls_are_pythons() -> None:
    def message(f):
        with pytest.raises(TypeError) as caught:
            f()
        return str(caught.value)

    assert message(decorated) == message(plain)


def test_later_defaults_and_code_are_honoured() -> None:
    @jit
    def f(x, w=1.0, *, k=0.0):
        return x * w + k

    x = np.arange(4.0)
    f(x)
    f.__defaults__ = (3.0,)
    f.__kwdefaults__ = {"k": 1.0}
    for _ in range(2):
        np.testing.assert_array_equal(f(x), x * 3 + 1)
    f.__code__ = (lambda x, w, *, k: "other").__code__
    assert f(x) == "other"
    f.clear()
    assert f(x) == "other"


def test_wraps_partial_and_dispatch_work() -> None:
    x = np.arange(3.0)
    assert functools.partial(decorated, w=3.0)(x)[1] == 4.0
    dispatch = functools.singledispatch(decorated)
    dispatch.register(str, lambda s: s)
    assert dispatch("a") == "a"
    np.testing.assert_array_equal(dispatch(x), x * 2 + 1)


def test_the_original_gets_other_code_later() -> None:
    """Versions are made from the code that was decorated."""

    def f(x: np.ndarray) -> np.ndarray:
        y = x * 2.0 + 1.0
        print(end="")
        return y - x

    def other(x: np.ndarray) -> np.ndarray:
        return x

    fast, x = jit(f), np.arange(3.0)
    assert fast(x).tolist() == [1.0, 2.0, 3.0]
    f.__code__ = other.__code__
    for a in (x, x.astype("f4"), x.reshape(3, 1), np.full(3, 1e308)):
        with np.errstate(all="ignore"):
            expected = a * 2.0 + 1.0 - a
            assert all((fast(a) == expected).all() for _ in range(4))
    fast.clear()
    assert fast(x).tolist() == fast(x).tolist() == [1.0, 2.0, 3.0]
    assert not fast._slipstream.bug


def test_code_of_a_decorated_function_decorated_again() -> None:
    """Before the first call it holds the boot, behind it the regions."""

    def f(x: np.ndarray) -> np.ndarray:
        y = x * 2.0 + 1.0
        return y - x

    x = np.arange(3.0)
    fast = jit(f)
    for _ in range(3):
        again = jit(types.FunctionType(fast.__code__, fast.__globals__))
        for _ in range(3):
            assert again(x).tolist() == [1.0, 2.0, 3.0]
            assert again(x.astype("f4")).dtype == "f4"
        assert not again._slipstream.bug
        fast(x)
