"""Functions of scripts and notebooks go to other processes by value."""

from __future__ import annotations

import subprocess
import sys

import pytest

cloudpickle = pytest.importorskip("cloudpickle")

SENDER = """
import sys, cloudpickle, numpy as np
from slipstream import jit

@jit{options}
def f(x, n):
    y = x * 2.0 + 1.0
    return f(y, n - 1) if n else y

for _ in range({calls}):
    f(np.arange(4.0), 1)
sys.stdout.buffer.write(cloudpickle.dumps(f))
"""

RECEIVER = """
import pickle, sys, numpy as np
f = pickle.load(sys.stdin.buffer)
for _ in range(3):
    print(f(np.arange(4.0), 1).tolist(), f._slipstream.function is f, f.stats().compiles > 0)
assert f.explain(np.arange(4.0), 1).lines
f.clear()
print(f.__wrapped__(np.arange(4.0), 0).tolist())
"""


def run(code: str, text: bytes = b"") -> bytes:
    done = subprocess.run([sys.executable, "-c", code], input=text, capture_output=True, check=True)
    return done.stdout


@pytest.mark.parametrize("calls", [0, 3])
@pytest.mark.parametrize("options", ["", "(mode='verify')"])
def test_the_copy_compiles_where_it_is(calls: int, options: str) -> None:
    sent = run(SENDER.format(calls=calls, options=options))
    expected = ["[3.0, 7.0, 11.0, 15.0] True True"] * 3 + ["[1.0, 3.0, 5.0, 7.0]"]
    assert run(RECEIVER, sent).decode().splitlines() == expected
