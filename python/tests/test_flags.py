"""Floating-point reports: random expressions on special values give the
warnings NumPy gives (category, text, order, line), and raise where it raises."""

from __future__ import annotations

import pytest
from differential.reports import same


@pytest.mark.parametrize("action", ["always", "error"])
@pytest.mark.parametrize("seed", range(8))
def test_same_reports(seed: int, action: str) -> None:
    assert same(seed, action, 15, 10) > 20, "hardly anything ran natively"
