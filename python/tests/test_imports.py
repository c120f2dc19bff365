"""Import statements inside functions: a look-up while nobody has changed what they mean."""

from __future__ import annotations

import builtins
import math
import sys
import types
from typing import Any

import numpy as np
import pytest
from differential.run import whole_calls
from slipstream import jit


def constant(a: Any) -> Any:
    import math

    return np.sqrt(a) * math.pi


def name(a: Any) -> Any:
    from numpy import hypot as length

    y = a * 2
    return length(y, a)


def submodule(a: Any) -> Any:
    from numpy.linalg import norm

    return a / norm(a)


def array() -> np.ndarray:
    return np.arange(1.0, 9.0)


def warmed(f: Any) -> Any:
    fast = jit(f)
    for _ in range(3):
        assert fast(array()).tobytes() == f(array()).tobytes()
    return fast


@pytest.mark.parametrize("f", [constant, name])
def test_no_python_step(f: Any) -> None:
    assert whole_calls(warmed(f)) >= 2


def test_a_submodule_by_its_full_name() -> None:
    warmed(submodule)


def test_another_module_under_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    fast = warmed(constant)
    other = types.ModuleType("math")
    vars(other)["pi"] = 2.0
    monkeypatch.setitem(sys.modules, "math", other)
    for _ in range(3):
        assert fast(array()).tobytes() == (np.sqrt(array()) * 2.0).tobytes()
    monkeypatch.undo()
    assert fast(array()).tobytes() == (np.sqrt(array()) * math.pi).tobytes()


def test_a_module_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    fast = warmed(constant)
    monkeypatch.setitem(sys.modules, "math", None)  # type: ignore[arg-type]
    with pytest.raises(ModuleNotFoundError):
        fast(array())


def test_another_import_function(monkeypatch: pytest.MonkeyPatch) -> None:
    fast, asked = warmed(name), []
    original = builtins.__import__

    def watched(name: str, *rest: Any, **more: Any) -> Any:
        asked.append(name)
        return original(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", watched)
    fast(array())
    monkeypatch.undo()
    assert "numpy" in asked


def test_another_attribute(monkeypatch: pytest.MonkeyPatch) -> None:
    fast = warmed(name)
    monkeypatch.setattr(np, "hypot", np.add)
    assert fast(array()).tobytes() == (array() * 2 + array()).tobytes()


def test_a_module_that_is_half_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """The statement waits for the thread that imports it."""
    monkeypatch.setattr(math.__spec__, "_initializing", True, raising=False)
    fast = jit(constant)
    for _ in range(3):
        assert fast(array()).tobytes() == constant(array()).tobytes()
    assert not whole_calls(fast)
