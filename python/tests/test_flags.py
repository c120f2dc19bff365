"""Floating-point reports: random expressions on special values give the
warnings NumPy gives (category, text, order, line), and raise where it raises."""

from __future__ import annotations

from random import Random

import pytest
from differential.reports import campaign, observed


@pytest.mark.parametrize("action", ["always", "error"])
@pytest.mark.parametrize("seed", range(8))
def test_same_reports(seed: int, action: str) -> None:
    native = campaign(Random(seed), 15, 10, lambda _: lambda f, a, b: observed(f, a, b, action))
    assert native > 20, "hardly anything ran natively"
