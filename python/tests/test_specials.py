"""Special values: every ordered pair, each operation, most dtypes. ``make specials`` runs all."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from differential import table
from differential.run import hits
from differential.special import TEXTS, VALUES, check, same
from slipstream import jit

#: Types that share their code with others: not each with each operation.
SIBLINGS = ("i1", "u1", "i2", "u2", "u4", "u8", "f2", "c8", "c16")


def cases() -> list[tuple[str, str]]:
    """Operations and types."""
    return [(t, d) for t in TEXTS for d in VALUES if d not in SIBLINGS or Random(t + d).random() < 0.25]


@pytest.mark.parametrize(("text", "dtype"), cases())
def test_every_pair(text: str, dtype: str) -> None:
    check(text, dtype)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("name", ["sum", "mean", "max", "min"])
def test_reductions_of_special_values(name: str, dtype: str) -> None:
    f = table.function(f"(a + b).{name}()")
    fast, rng = jit(f), Random(name)
    for n in (1, 2, 3, 7, 8, 9, 16, 100, 127, 128, 129, 1000, 5000):
        for tame in (True, False):
            pool = [0.1, 0.5, -2.5, 1e-3, -0.0] if tame else VALUES[dtype]
            a = np.array([rng.choice(pool) for _ in range(n)], dtype)
            same(f, fast, a, np.zeros(1, dtype))
            same(f, fast, a[::-1], np.zeros(n, dtype))
            same(f, fast, np.full(n, -0.0, dtype), np.full(1, -0.0, dtype))
    assert hits(fast) > 0
