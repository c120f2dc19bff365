"""Calls of every row behind a native line, each on one kind of operand; ``make calls`` does all."""

from __future__ import annotations

from random import Random

import pytest
from differential.calls import OPERANDS, check, rows, texts

GROUPS = 16


@pytest.mark.parametrize("group", range(GROUPS))
def test_rows(group: int) -> None:
    native = 0
    for kind, name in rows()[group::GROUPS]:
        rng = Random(name)
        text = rng.choice(list(texts(kind, name)) or ["n"])
        native += check(text, rng.choice(list(OPERANDS)))
    assert native
