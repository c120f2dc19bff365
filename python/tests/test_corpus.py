"""Numbered small programs that stay for ever: bugs that were found, and what
other compilers are known to get wrong without a word."""

from __future__ import annotations

import pathlib
import re

import pytest
from differential.run import compare

CORPUS = sorted((pathlib.Path(__file__).parent / "corpus").glob("*.py"))

#: Programs that differ today: number to reason. A fixed one must leave this table.
BROKEN: dict[str, str] = {}


def parameters() -> list[object]:
    marks = {n: [pytest.mark.xfail(strict=True, reason=why)] for n, why in BROKEN.items()}
    return [pytest.param(path, id=path.stem, marks=marks.get(path.stem[:4], [])) for path in CORPUS]


@pytest.mark.parametrize("path", parameters())
def test_program(path: pathlib.Path) -> None:
    text = path.read_text()
    more = re.search(r"^TURNS = (\d+)$", text, re.M)  # until regions end where they must
    outcome = compare(text, int(more[1])) if more else compare(text)
    assert not outcome.differences, "\n".join(outcome.differences)
    if "NATIVE = False" not in text:
        assert outcome.native_turns, "nothing ran natively"


def test_numbers_are_unique() -> None:
    numbers = [p.stem[:4] for p in CORPUS]
    assert len(set(numbers)) == len(numbers) > 50
    assert set(BROKEN) <= set(numbers)
