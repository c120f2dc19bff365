"""Watching every call of a function: `strict` and `mode="verify"`.

The watcher is called with the values of a call before the function's first
statement. What it returns is called with the same values, and its result or
exception is the call's; None lets the original run.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import _log
from ._errors import FallbackError
from ._function import contents
from .reasons import lookup

if TYPE_CHECKING:
    from ._function import Accelerated

Runner = Callable[..., Any]

_PATIENCE = 10.0  # seconds


def watch(f: Accelerated, values: tuple[object, ...]) -> Runner | None:
    """What to call in place of a call of `f` with these values."""
    # Other threads wait for a compilation; the limit is for a finaliser that
    # runs inside of one and calls the function.
    if not f.busy.acquire(timeout=_PATIENCE):
        return None
    try:
        if f.options.strict and f.refusals:
            # Other values may compile as a whole; the same ones are refused again.
            f.drop()
            f.arm()
        f.prepare(values)
        refused = failure(f) if f.options.strict else None
    finally:
        f.busy.release()
    if refused:
        return _raiser(refused)
    return _verified(f) if f.options.mode == "verify" else _checked(f)


def failure(f: Accelerated) -> FallbackError | None:
    """Why the function does not run natively as a whole, if so."""
    if f.bug is not None:
        text = f"{f.original.__qualname__} runs in Python: {lookup(1904).sentence}"
        return FallbackError(text, ("SL1904",))
    if not f.refusals:
        return None
    texts = [_log.describe(f.code, f.original.__qualname__, r) for r in f.refusals]
    codes = tuple(dict.fromkeys(lookup(r["reason"]).code for r in f.refusals))
    return FallbackError(f"{f.original.__qualname__} would run in Python\n" + "\n".join(texts), codes)


def _raiser(error: FallbackError) -> Runner:
    def refuse(*values: object) -> None:
        raise error

    return refuse


def _checked(f: Accelerated) -> Runner:
    """Run the compiled function; raise if a place was refused on the way."""

    def run(*values: object) -> Any:
        args, kwargs = spread(f.code, values)
        result = f.target(*args, **kwargs)
        error = failure(f)
        if error is not None:
            raise error
        return result

    return run


def _verified(f: Accelerated) -> Runner:
    from . import _verify

    def run(*values: object) -> Any:
        args, kwargs = spread(f.code, values)
        return _verify.run_both(f, args, kwargs)

    return run


def spread(code: types.CodeType, values: tuple[object, ...]) -> tuple[list[Any], dict[str, Any]]:
    """The call that gives a frame of `code` these values in its first slots."""
    plain: list[Any] = [contents(v) for v in values]
    positional, keyword = code.co_argcount, code.co_kwonlyargcount
    args = plain[:positional]
    names = code.co_varnames[positional : positional + keyword]
    kwargs = dict(zip(names, plain[positional : positional + keyword], strict=True))
    rest = plain[positional + keyword :]
    if code.co_flags & 4:
        args += rest.pop(0)
    if code.co_flags & 8:
        kwargs.update(rest.pop(0))
    return args, kwargs
