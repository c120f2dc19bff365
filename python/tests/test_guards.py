"""What a compiled region relies on may change between calls: results stay
eager's, and native code runs again when the old situation is back."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from differential.equal import Snapshot, differences, exception_facts
from differential.run import hits
from slipstream import jit

Function = Callable[..., Any]


def outcome(f: Function, args: tuple[Any, ...]) -> dict[str, object]:
    try:
        result, error = f(*args), None
    except Exception as e:
        result, error = None, e
    return {
        "exception": exception_facts(error, skip=1),
        **Snapshot({"result": result, "args": list(args)}).facts,
    }


def same(f: Function, fast: Function, make: Callable[[], tuple[Any, ...]]) -> None:
    assert not differences(outcome(f, make()), outcome(fast, make()))


def warmed(f: Function, make: Callable[[], tuple[Any, ...]]) -> Function:
    """The accelerated function, after it ran natively on these arguments."""
    fast = jit(f)
    for _ in range(3):
        same(f, fast, make)
    assert ran(fast, make), fast._slipstream.refusals
    return fast


def ran(fast: Function, make: Callable[[], tuple[Any, ...]]) -> bool:
    before = hits(fast)
    fast(*make())
    return hits(fast) > before


def check(f: Function, make: Callable[[], tuple[Any, ...]], other: Callable[[], tuple[Any, ...]]) -> None:
    """Warm up with `make`, call with `other`, come back."""
    fast = warmed(f, make)
    for _ in range(3):
        same(f, fast, other)
    same(f, fast, make)
    assert ran(fast, make)
    assert not fast._slipstream.bug


def arithmetic(a: Any, b: Any) -> Any:
    x = a * b + 1.5
    return np.sqrt(np.abs(x)), x > 2


def in_place(a: Any, b: Any) -> Any:
    a += b
    a[1:] = b[:-1] * 2
    return a


def facts(a: Any, b: Any) -> Any:
    x = a + b
    return x, a.ndim, a.shape, a.size, a.dtype, len(a), b.ndim


class Counting(np.ndarray):
    """A subclass that sees every ufunc."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        plain = [np.asarray(i) if isinstance(i, Counting) else i for i in inputs]
        if "out" in kwargs:
            kwargs["out"] = tuple(np.asarray(o) for o in kwargs["out"])
        return ("counted", getattr(ufunc, method)(*plain, **kwargs))


class Reflecting:
    """No array, but takes over operators."""

    __array_ufunc__ = None

    def __radd__(self, other: Any) -> Any:
        return ("radd", np.shape(other))

    __rmul__ = __radd__

    def __iadd__(self, other: Any) -> Any:
        return self


class Lying(float):
    """Equal to a float, computes otherwise."""

    def __mul__(self, other: Any) -> Any:
        return ("lie", other)

    __rmul__ = __mul__


def readonly(a: np.ndarray) -> np.ndarray:
    a.flags.writeable = False
    return a


def misaligned() -> np.ndarray:
    return np.frombuffer(bytearray(33), "u1")[1:].view("f8")


def overlapping() -> tuple[Any, Any]:
    base = np.arange(8.0)
    return base[1:], base[:-1]


def same_twice() -> tuple[Any, Any]:
    a = np.arange(5.0)
    return a, a


NORMAL = lambda: (np.arange(4.0), np.arange(4.0) + 1)  # noqa: E731
OTHERS: dict[str, Callable[[], tuple[Any, ...]]] = {
    "float32": lambda: (np.arange(4, dtype="f4"), np.arange(4, dtype="f4")),
    "one float32": lambda: (np.arange(4.0), np.arange(4, dtype="f4")),
    "int": lambda: (np.arange(4), np.arange(4)),
    "int8": lambda: (np.arange(4, dtype="i1"), np.arange(4, dtype="i1")),
    "bool": lambda: (np.arange(4) > 1, np.arange(4) > 2),
    "longlong": lambda: (np.arange(4, dtype="q"), np.arange(4)),
    "byte order": lambda: (np.arange(4, dtype=">f8"), np.arange(4.0)),
    "dtype metadata": lambda: (np.zeros(4, np.dtype("f8", metadata={"unit": "m"})), np.ones(4)),
    "complex": lambda: (np.arange(4) * 1j, np.arange(4.0)),
    "object": lambda: (np.array([1, 2.5, 3, 4], object), np.arange(4.0)),
    "text": lambda: (np.array(["a", "b", "c", "d"]), np.arange(4.0)),
    "rank 2": lambda: (np.ones((3, 4)), np.arange(4.0)),
    "rank 0": lambda: (np.array(3.0), np.arange(4.0)),
    "both rank 0": lambda: (np.array(3.0), np.array(2.0)),
    "size 1": lambda: (np.ones(1), np.arange(4.0)),
    "empty": lambda: (np.ones(0), np.ones(0)),
    "longer": lambda: (np.arange(5000.0), np.arange(5000.0)),
    "shapes that do not fit": lambda: (np.ones(3), np.ones(4)),
    "Fortran": lambda: (np.asfortranarray(np.ones((3, 4))), np.arange(4.0)),
    "strided": lambda: (np.arange(8.0)[::2], np.arange(4.0)[::-1]),
    "broadcast": lambda: (np.broadcast_to(np.ones(1), (4,)), np.arange(4.0)),
    "read-only": lambda: (readonly(np.arange(4.0)), np.arange(4.0)),
    "misaligned": lambda: (misaligned(), np.arange(4.0)),
    "overlapping": overlapping,
    "same twice": same_twice,
    "matrix": lambda: (np.matrix([[1.0, 2], [3, 4]]), np.matrix([[1.0, 2], [3, 4]])),
    "masked": lambda: (np.ma.masked_greater(np.arange(4.0), 2), np.arange(4.0)),
    "subclass": lambda: (np.arange(4.0).view(Counting), np.arange(4.0)),
    "record": lambda: (np.zeros(4, [("x", "f8")]), np.arange(4.0)),
    "list": lambda: ([1.0, 2.0], np.arange(2.0)),
    "reflecting": lambda: (np.arange(4.0), Reflecting()),
    "float subclass": lambda: (np.arange(4.0), Lying(2)),
    "Python float": lambda: (np.arange(4.0), 2.5),
    "Python int": lambda: (np.arange(4.0), 3),
    "large int": lambda: (np.arange(4), 2**70),
    "bool number": lambda: (np.arange(4.0), True),
    "NumPy float64": lambda: (np.arange(4, dtype="f4"), np.float64(2)),
    "NumPy float32": lambda: (np.arange(4.0), np.float32(2)),
    "None": lambda: (np.arange(4.0), None),
    "nan": lambda: (np.array([np.nan, -0.0, np.inf, 1]), np.arange(4.0)),
    "scalars": lambda: (np.float64(2), np.float64(3)),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("f", [arithmetic, in_place, facts])
def test_other_arguments(f: Function, name: str) -> None:
    check(f, NORMAL, OTHERS[name])


# Names ------------------------------------------------------------------

FACTOR: Any = 2.0
ARRAY: Any = np.arange(4.0)


def uses_global(a: Any) -> Any:
    return a * FACTOR + ARRAY


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    yield monkeypatch
    monkeypatch.undo()


ONE = lambda: (np.arange(4.0) + 1,)  # noqa: E731


@pytest.mark.parametrize(
    "value", [3.0, 2, -0.0, True, np.float32(2), np.arange(4.0), None, "text", 1j, Lying(2)]
)
def test_rebound_global(names: pytest.MonkeyPatch, value: object) -> None:
    fast = warmed(uses_global, ONE)
    names.setitem(globals(), "FACTOR", value)
    for _ in range(3):
        same(uses_global, fast, ONE)
    names.undo()
    same(uses_global, fast, ONE)
    assert ran(fast, ONE)


def test_changed_and_rebound_global_array(names: pytest.MonkeyPatch) -> None:
    fast = warmed(uses_global, ONE)
    ARRAY[1] += 7
    same(uses_global, fast, ONE)
    for other in (np.ones(4, "f4"), np.ones((2, 4)), np.arange(8.0)[::2], np.matrix([1.0, 2, 3, 4])):
        names.setitem(globals(), "ARRAY", other)
        same(uses_global, fast, ONE)
        same(uses_global, fast, ONE)


def test_deleted_global(names: pytest.MonkeyPatch) -> None:
    fast = warmed(uses_global, ONE)
    names.delitem(globals(), "FACTOR")
    same(uses_global, fast, ONE)
    names.undo()
    same(uses_global, fast, ONE)


def test_shadowed_builtins(names: pytest.MonkeyPatch) -> None:
    def f(a: Any) -> Any:
        return abs(a) * len(a)

    fast = warmed(f, ONE)
    names.setitem(globals(), "len", lambda a: 100)
    same(f, fast, ONE)
    names.setitem(globals(), "abs", lambda a: a - 50)
    same(f, fast, ONE)
    names.undo()
    same(f, fast, ONE)


@pytest.mark.parametrize("name", ["add", "sqrt", "where", "sum"])
def test_patched_numpy(names: pytest.MonkeyPatch, name: str) -> None:
    def f(a: Any) -> Any:
        return np.add(a, 1), np.sqrt(a), np.where(a > 1, a, 0), np.sum(a * 2)

    fast = warmed(f, ONE)
    names.setattr(np, name, lambda *args: ("patched", len(args)))
    for _ in range(3):
        same(f, fast, ONE)
    names.undo()
    same(f, fast, ONE)
    assert ran(fast, ONE)


REDUCTIONS = {
    "add": lambda a: np.sum(a + 1, axis=0),
    "multiply": lambda a: np.prod(a + 1, axis=0),
    "maximum": lambda a: np.max(a + 1, axis=0),
    "minimum": lambda a: np.min(a + 1, axis=0),
    "logical_or": lambda a: np.any(a + 1 > 2, axis=0),
    "logical_and": lambda a: np.all(a + 1 > 2, axis=0),
}


@pytest.mark.parametrize("name", REDUCTIONS)
def test_functions_look_ufuncs_up(names: pytest.MonkeyPatch, name: str) -> None:
    class Patched:
        @staticmethod
        def reduce(*args: Any, **kwargs: Any) -> str:
            return "patched"

    def make() -> tuple[Any, ...]:
        return (np.arange(12.0).reshape(3, 4),)

    f = REDUCTIONS[name]
    fast = warmed(f, make)
    names.setattr(np, name, Patched)
    assert f(*make()) == "patched"
    for _ in range(3):
        same(f, fast, make)
    late = jit(lambda a: REDUCTIONS[name](a))
    for _ in range(3):
        same(f, late, make)
    names.undo()
    same(f, fast, make)
    assert ran(fast, make)


def test_methods_keep_their_ufuncs(names: pytest.MonkeyPatch) -> None:
    def f(a: Any) -> Any:
        return (a * 2).sum(), (a * 2).max(axis=0)

    names.setattr(np, "add", np.multiply)
    names.setattr(np, "maximum", np.minimum)
    warmed(f, ONE)


def test_rebound_module(names: pytest.MonkeyPatch) -> None:
    def f(a: Any) -> Any:
        return np.sqrt(a) + 1

    fast = warmed(f, ONE)
    names.setitem(globals(), "np", types.SimpleNamespace(sqrt=lambda a: a * 100))
    result = fast(ONE_ARRAY)
    names.undo()
    assert result[0] == ONE_ARRAY[0] * 100 + 1
    same(f, fast, ONE)


ONE_ARRAY = np.arange(4.0) + 1


# Cells, defaults, code ----------------------------------------------------


def test_rebound_cell() -> None:
    factor: Any = 2.0

    def f(a: Any) -> Any:
        return a * factor + 1

    def rebind(value: object) -> None:
        nonlocal factor
        factor = value

    fast = warmed(f, ONE)
    for value in (3.0, 3, np.float32(2), np.arange(4.0), None, 2.0):
        rebind(value)
        same(f, fast, ONE)
        same(f, fast, ONE)
    assert ran(fast, ONE)


def test_one_code_two_cells() -> None:
    def closure(factor: Any) -> Function:
        def f(a: Any) -> Any:
            return a * factor - 1

        return f

    both = [closure(2.0), closure(np.arange(4.0)), closure(3)]
    fast = [warmed(f, ONE) for f in both]
    for f, g in zip(both, fast, strict=True):
        same(f, g, ONE)


def test_replaced_defaults() -> None:
    def f(a: Any, factor: Any = 2.0, *, term: Any = 1) -> Any:
        return a * factor + term

    fast = warmed(f, ONE)
    for defaults, kwdefaults in (
        ((3.0,), {"term": 2}),
        ((np.arange(4.0),), {"term": 1.5}),
        ((None,), {"term": 1}),
    ):
        f.__defaults__ = fast.__defaults__ = defaults  # type: ignore[attr-defined]
        f.__kwdefaults__ = fast.__kwdefaults__ = kwdefaults  # type: ignore[attr-defined]
        same(f, fast, ONE)
        same(f, fast, ONE)


def test_replaced_code() -> None:
    def f(a: Any) -> Any:
        return a * 2 + 1

    def g(a: Any) -> Any:
        return a - 100

    fast = warmed(f, ONE)
    fast.__code__ = g.__code__  # type: ignore[attr-defined]
    same(g, fast, ONE)
    same(g, fast, ONE)


@pytest.mark.parametrize("args", [(), (1, 2, 3, 4)])
def test_argument_errors(args: tuple[Any, ...]) -> None:
    fast = warmed(arithmetic, NORMAL)
    same(arithmetic, fast, lambda: args)


def test_mutated_argument_types_between_calls() -> None:
    """The same object, another shape and dtype."""
    fast = warmed(uses_global, ONE)
    a, b = np.arange(8.0), np.arange(8.0)
    for shape, dtype in (((2, 4), "f8"), ((4,), "f4"), ((4,), "f8")):
        for array in (a, b):
            array.resize(shape, refcheck=False)
        left, right = a.astype(dtype), b.astype(dtype)
        assert not differences(outcome(uses_global, (left,)), outcome(fast, (right,)))


def squeezed(a: Any) -> Any:
    return np.squeeze(a) * 2.0 - a.squeeze()


@pytest.mark.parametrize("shape", [(1, 2, 3), (2, 3, 1), (2, 2, 3), (1, 1, 3), (1, 1, 1), (0, 1, 3)])
def test_other_axes_have_length_one(shape: tuple[int, ...]) -> None:
    make = lambda: (np.arange(6.0).reshape(2, 1, 3),)  # noqa: E731
    check(squeezed, make, lambda: (np.ones(shape),))


def unpacked(a: Any) -> Any:
    low, high = a * 2.0
    return (a - low) / (high - low + 1.0)


def test_another_number_of_items_to_unpack() -> None:
    check(unpacked, lambda: (np.arange(2.0),), lambda: (np.arange(3.0),))


def same_shapes(a: Any, b: Any) -> Any:
    if a.shape != b.shape:
        raise ValueError("shapes differ")
    return a * b + 1.0


def test_shapes_compare_otherwise() -> None:
    make = lambda: (np.arange(6.0).reshape(2, 3), np.ones((2, 3)))  # noqa: E731
    for shape in ((1, 3), (2, 1), (3,), (2, 3, 1)):
        check(same_shapes, make, lambda shape=shape: (np.arange(6.0).reshape(2, 3), np.ones(shape)))  # type: ignore[misc]
