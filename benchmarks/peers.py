"""The libraries slipstream is measured against, each where it is installed."""

from __future__ import annotations

import importlib
import importlib.util
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .cases import Case

Arguments = tuple[Any, ...]


class CannotExpress(Exception):
    """The library has no way to say what the case does."""


@dataclass(frozen=True)
class Prepared:
    """A call ready to be timed: ``call(*arguments)``.

    `values` turns its result into what NumPy can compare.
    """

    call: Callable[..., Any]
    arguments: Arguments
    values: Callable[[Any], Any] = lambda result: result


def slipstream(case: Case, arguments: Arguments) -> Prepared:
    from slipstream import jit

    return Prepared(jit(case.function), arguments)


def numba(case: Case, arguments: Arguments) -> Prepared:
    library: Any = importlib.import_module("numba")

    return Prepared(library.njit(with_module(case.function, None, library.njit)), arguments)


def jax(case: Case, arguments: Arguments) -> Prepared:
    """Arrays are handed over before the time runs; a call ends when its result is there."""
    if case.mutates:
        raise CannotExpress("arrays cannot be changed")
    library: Any = importlib.import_module("jax")

    library.config.update("jax_enable_x64", True)
    compiled = library.jit(with_module(case.function, library.numpy, None))
    own = tuple(library.numpy.asarray(a) if hasattr(a, "dtype") else a for a in arguments)
    return Prepared(lambda *a: library.block_until_ready(compiled(*a)), own)


def torch(case: Case, arguments: Arguments) -> Prepared:
    """torch.compile takes NumPy functions as they are."""
    library: Any = importlib.import_module("torch")

    library.set_num_threads(1)
    return Prepared(library.compile(case.function), arguments)


def numexpr(case: Case, arguments: Arguments) -> Prepared:
    if not case.numexpr:
        raise CannotExpress("no expression")
    library: Any = importlib.import_module("numexpr")

    library.set_num_threads(1)
    names = case.function.__code__.co_varnames
    own = dict(zip(names, arguments, strict=False))
    return Prepared(lambda *_: library.evaluate(case.numexpr, local_dict=own), arguments)


#: Name to the function that prepares a case for it.
PEERS: dict[str, Callable[[Case, Arguments], Prepared]] = {
    "slipstream": slipstream,
    "numba": numba,
    "jax": jax,
    "torch": torch,
    "numexpr": numexpr,
}


def installed() -> list[str]:
    """Those that can be imported; slipstream always comes first."""
    return [name for name in PEERS if name == "slipstream" or importlib.util.find_spec(name)]


def with_module(
    function: types.FunctionType | Callable[..., Any], module: Any, compiler: Callable[..., Any] | None
) -> Any:
    """The function with `np` standing for another module, and its helpers likewise.

    Helpers are wrapped by `compiler` where the library asks for that.
    """
    assert isinstance(function, types.FunctionType)
    names = dict(function.__globals__)
    if module is not None:
        names["np"] = module
    for name in function.__code__.co_names:
        helper = names.get(name)
        if isinstance(helper, types.FunctionType):
            moved = with_module(helper, module, compiler)
            names[name] = compiler(moved) if compiler else moved
    return types.FunctionType(function.__code__, names, function.__name__, function.__defaults__)
