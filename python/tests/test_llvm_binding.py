"""Compiling through llvmlite's Python binding, where its library is unknown."""

import subprocess
import sys

PROGRAM = """
import numpy as np
from slipstream import _compiler, jit

settings = _compiler._settings
_compiler._settings = lambda: settings() | {"llvm": "/nowhere/libllvmlite.so", "cache_dir": ""}

@jit(strict=True)
def f(a, b):
    return np.exp(a) * b + np.where(a > b, a, 2.0)

a, b = np.linspace(0, 1, 37), np.linspace(1, 0, 37)
for _ in range(2):
    assert f(a, b).tobytes() == f.__wrapped__(a, b).tobytes()
assert f.stats().native == 2, f.stats()
"""


def test_unknown_library() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True, timeout=120)
