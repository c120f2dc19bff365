"""What the compiler asks about live objects runs none of the user's code."""

from __future__ import annotations

import pathlib
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.run import hits
from slipstream import _answers, _trials, jit

asked: list[str] = []


class _Meta(type):
    def __getattribute__(cls, name: str) -> Any:
        asked.append(f"class {name}")
        return super().__getattribute__(name)


class Attributes:
    def __getattr__(self, name: str) -> Any:
        asked.append(name)
        raise RecursionError(name)


class AllAttributes:
    def __getattribute__(self, name: str) -> Any:
        asked.append(name)
        return object.__getattribute__(self, name)


class Proxy:
    """As lazy objects do, it says that it is something else."""

    @property
    def __class__(self) -> Any:
        asked.append("__class__")
        return np.ndarray

    @__class__.setter
    def __class__(self, value: Any) -> None: ...


class OfMeta(metaclass=_Meta):
    pass


class Named:
    __module__ = "numpy"

    @property
    def __name__(self) -> str:
        asked.append("__name__")
        return "add"


OBJECTS = [Attributes, AllAttributes, Proxy, OfMeta, Named]


@pytest.mark.parametrize("kind", OBJECTS)
def test_arguments_that_are_only_passed_on(kind: Any) -> None:
    def f(x: Any, o: Any) -> Any:
        y = x * 2 + 1
        z = y - x
        return z, o

    fast, o, x = jit(f), kind(), np.arange(4.0)
    del asked[:]
    for _ in range(3):
        assert fast(x, o)[1] is o
    assert not asked
    assert not fast._slipstream.bug


@pytest.mark.parametrize("kind", OBJECTS)
def test_names_and_cells(kind: Any) -> None:
    o = kind()

    def f(x: Any) -> Any:
        y = x * 2 + 1
        z = y - x
        return z, o, GLOBAL

    f.__globals__["GLOBAL"] = o
    fast, x = jit(f), np.arange(4.0)
    del asked[:]
    for _ in range(3):
        assert fast(x)[1] is o
    assert not asked
    assert not fast._slipstream.bug


def test_classes_of_a_metaclass() -> None:
    def f(x: Any, kind: Any) -> Any:
        return x * 2 + 1, kind

    fast = jit(f)
    del asked[:]
    for _ in range(3):
        fast(np.ones(3), OfMeta)
    assert not asked


GLOBAL: Any = None


def test_near_the_limit_of_recursion_nothing_is_compiled() -> None:
    def f(x: Any) -> Any:
        return x * x + 1.0

    def deep(fast: Any, n: int) -> Any:
        return fast(x) if n == 0 else deep(fast, n - 1)

    def fits(n: int) -> bool:
        try:
            deep(f, n)
        except RecursionError:
            return False
        return True

    def room() -> int:
        """Calls that are left: CPython 3.11 counts some of C, too."""
        return max(n for n in range(sys.getrecursionlimit()) if fits(n))

    fast, x = jit(f), np.arange(3.0)
    limit = room()
    for left in (250, 120, 30, 12, 4, 1, 0):
        assert deep(jit(f), limit - left).tolist() == [1.0, 2.0, 5.0]
        assert deep(fast, limit - left).tolist() == [1.0, 2.0, 5.0]
        assert not fast._slipstream.bug
    fast(x)
    before = hits(fast)
    assert deep(fast, limit - 20).tolist() == [1.0, 2.0, 5.0]
    assert hits(fast) == before + 1
    assert deep(fast, limit - 20)[:1].dtype == "f8"
    assert fast(x.astype("f4")).dtype == "f4"
    assert not fast._slipstream.bug


WARN = (
    ("np.array(a, 'f4')", lambda: np.ones(3, complex)),
    ("np.gradient(a.real, a)", lambda: np.array([1 + 2j, 0.5, -1j, 1, 3, 0])),
    ("np.fft.fftn(a, a.shape)", lambda: np.ones((2, 2), complex)),
)


@pytest.mark.parametrize(("text", "make"), WARN)
def test_calls_that_warn_are_left_to_python(text: str, make: Callable[[], np.ndarray]) -> None:
    """Finding out what a call gives warns of nothing, and its own warnings name its line."""

    def told(wrap: Callable[..., Any]) -> list[list[tuple[object, ...]]]:
        space: dict[str, Any] = {"np": np}
        exec(
            compile(f"def f(a):\n    x = a * 2\n    y = {text}\n    return x, y\n", "<warns>", "exec"), space
        )
        f, found = wrap(space["f"]), []
        for _ in range(4):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                f(make())
            found.append([(w.category, str(w.message), w.filename, w.lineno) for w in caught])
        return found

    expected = told(lambda f: f)
    assert expected[0]
    assert told(jit) == expected


def test_a_trial_is_no_matter_of_other_threads() -> None:
    before = list(warnings.filters)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with _trials.warnings_raised():
            with pytest.raises(UserWarning, match="here"):
                warnings.warn("here", stacklevel=1)
            other = threading.Thread(target=lambda: warnings.warn("there", stacklevel=1))
            other.start()
            other.join()
    assert [str(w.message) for w in caught] == ["there"]
    assert list(warnings.filters) == before


def test_an_interrupted_compilation_lets_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is compiled next for the same function does not wait for it."""

    @jit
    def f(a: Any) -> Any:
        return np.sin(a) * 2

    def interrupted(*_: Any) -> Any:
        raise KeyboardInterrupt

    f(np.ones(3))
    with monkeypatch.context() as patch:
        patch.setattr(_answers.Job, "answer", interrupted)
        with pytest.raises(KeyboardInterrupt):
            f._slipstream.prepare((np.ones((3, 3)),))
    f._slipstream.prepare((np.ones((2, 3, 3)),))
    assert len(f.entries()) == 2


def test_modules_that_numpy_imports_when_asked_are_found_at_once(tmp_path: pathlib.Path) -> None:
    program = """
import sys
import numpy as np
from slipstream import jit

def f(x):
    return np.fft.rfft(x * 2 + 1) * 2

assert "numpy.fft" not in sys.modules
fast = jit(f)
fast(np.ones(8))
fast(np.ones(8))
print(fast.stats().native)
"""
    script = tmp_path / "program.py"
    script.write_text(program)
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 0
