"""The decorator."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ._function import Accelerated
from ._options import Options, parse

if TYPE_CHECKING:
    from . import _stats
    from ._explain import Explanation

F = TypeVar("F")

_GENERATES = 0x20 | 0x80 | 0x200  # generator, coroutine, asynchronous generator


@overload
def jit(function: F, /, **options: Any) -> F: ...
@overload
def jit(function: None = None, /, **options: Any) -> Callable[[F], F]: ...
def jit(function: Any = None, /, **options: Any) -> Any:
    """Run a function's NumPy code as native code, with NumPy's own results.

    Parameters
    ----------
    function : function
        What to decorate. Without it, a decorator with these options is
        returned.
    numerics : {'exact', 'stable', 'fast'}, optional
        ``'exact'`` gives NumPy's bits. The others permit rewrites that are
        more accurate, or that may change last digits. The default is
        ``slipstream.config.numerics``.
    device : {'cpu', 'auto'}, optional
        Where to compute.
    threads : int, optional
        Workers for this function; None takes ``slipstream.config.threads``.
    strict : bool, optional
        Raise `FallbackError` where the function would run (partly) in
        Python. For tests.
    cache : bool, optional
        Keep compiled code on disk.
    mode : {'normal', 'verify', 'eager'}, optional
        ``'verify'`` runs NumPy too, compares to the last bit, logs every
        difference as an error and gives NumPy's result; other effects of the
        function happen twice. ``'eager'`` never compiles.

    Returns
    -------
    function
        A function that behaves like the given one, with ``stats()``,
        ``explain(...)``, ``entries()`` and ``clear()``. The given one is its
        ``__wrapped__``. Generators, coroutines and classes are returned as
        they are.

    Raises
    ------
    TypeError
        For an unknown option, and for what is not a Python function.
    ValueError
        For the value of an option that is not supported.

    Examples
    --------
    >>> import numpy as np
    >>> from slipstream import jit
    >>> @jit
    ... def scaled(x, w):
    ...     return np.sqrt(x * x + 1.0) * w
    >>> scaled(np.array([0.0, 1.0]), 2.0)
    array([2.        , 2.82842712])
    """
    checked = parse(options)
    if function is None:
        return lambda f: _decorate(f, checked)
    return _decorate(function, checked)


def _decorate(function: Any, options: Options) -> Any:
    kind = type(function)
    if kind is types.FunctionType:
        return _accelerate(function, options)
    if kind in (staticmethod, classmethod):
        return kind(_decorate(function.__func__, options))
    if kind is property:
        return _property(function, options)
    if isinstance(function, type):
        _leave(function.__qualname__, _first_code(function), "a class; decorate its methods")
        return function
    raise TypeError(_remedy(function))


def _accelerate(function: types.FunctionType, options: Options) -> types.FunctionType:
    known = accelerated(function)
    if known is not None:
        return function
    code = function.__code__
    if code.co_flags & _GENERATES:
        _leave(function.__qualname__, code, "generators and coroutines run in Python")
        return function
    state = Accelerated(function, options)
    f = state.function
    f.__dict__.update(
        _slipstream=state,
        stats=_Stats(state),
        entries=_Entries(state),
        explain=_Explain(state),
        clear=_Clear(state),
    )
    return f


def accelerated(function: object) -> Accelerated | None:
    """What slipstream knows of a decorated function; None for any other object."""
    state = getattr(function, "__dict__", {}).get("_slipstream")
    # functools.wraps copies the attribute to functions that are not ours.
    return state if isinstance(state, Accelerated) and state.function is function else None


class _Tool:
    """An attribute of decorated functions that can be called."""

    __slots__ = ("_state",)

    def __init__(self, state: Accelerated) -> None:
        self._state = state

    def __repr__(self) -> str:
        return f"<{type(self).__name__.strip('_').lower()} of {self._state.original.__qualname__}>"


class _Stats(_Tool):
    """Return how the function ran so far, as `Stats`."""

    def __call__(self) -> _stats.Stats:
        from . import _stats

        return _stats.stats(self._state)


class _Entries(_Tool):
    """Return the compiled versions in use, one `Entry` each."""

    def __call__(self) -> list[_stats.Version]:
        from . import _stats

        return _stats.versions(self._state)


class _Explain(_Tool):
    """Compile for these arguments without running, and return an `Explanation`."""

    def __call__(self, /, *args: Any, **kwargs: Any) -> Explanation:
        from ._explain import explain_accelerated

        return explain_accelerated(self._state, args, kwargs)


class _Clear(_Tool):
    """Drop all compiled code; the next call compiles again."""

    def __call__(self) -> None:
        self._state.clear()


def _property(p: property, options: Options) -> property:
    def part(f: Any) -> Any:
        return _decorate(f, options) if type(f) is types.FunctionType else f

    return property(part(p.fget), part(p.fset), part(p.fdel), p.__doc__)


def _leave(name: str, code: types.CodeType | None, detail: str) -> None:
    if code is not None:
        from . import _log

        reason = 1004 if code.co_flags & _GENERATES else 1005
        _log.left_out(code, name, {"reason": reason, "detail": detail, "line": code.co_firstlineno})


def _first_code(cls: type) -> types.CodeType | None:
    codes = [f.__code__ for f in vars(cls).values() if isinstance(f, types.FunctionType)]
    return min(codes, key=lambda c: c.co_firstlineno, default=None)


_CALLER = "decorate the Python function that calls it"


def _remedy(value: Any) -> str:
    """Why something cannot be decorated, and what to do."""
    kind = type(value)
    name = getattr(value, "__name__", None) or kind.__name__
    if kind is types.MethodType:
        return f"jit cannot decorate the bound method {name!r}: decorate the method in its class"
    if kind in (types.BuiltinFunctionType, types.WrapperDescriptorType, types.MethodDescriptorType):
        return f"jit cannot decorate the builtin {name!r}: {_CALLER}"
    if f"{kind.__module__}.{kind.__qualname__}" == "numpy.ufunc":
        return f"jit cannot decorate the ufunc {name!r}, which is native: {_CALLER}"
    if callable(value):
        what = f"an object of type {kind.__module__}.{kind.__qualname__}"
        return f"jit cannot decorate {what}: put @jit directly above the function it is made from"
    return f"jit needs a Python function, not an object of type {kind.__name__}; options go by keyword"
