"""The table of reasons: complete, in step with the compiler's, readable."""

from __future__ import annotations

import pathlib
import re

import pytest
import slipstream
from slipstream.reasons import GROUPS, TABLE, lookup, parse

GO = pathlib.Path(__file__).parents[2] / "jit" / "reason" / "reason.go"


@pytest.mark.skipif(not GO.exists(), reason="the sources are not here")
def test_table_equals_the_compilers() -> None:
    found = re.findall(r"^\s+(\w+)\s+Reason = (\d{4})$", GO.read_text(), re.MULTILINE)
    there = {int(number): name.lower() for name, number in found}
    here = {number: reason.slug.replace("-", "") for number, reason in TABLE.items()}
    assert there == here


@pytest.mark.parametrize("reason", slipstream.reasons(), ids=lambda r: r.slug)
def test_texts_are_sentences(reason: slipstream.Reason) -> None:
    assert reason.sentence[0].isupper()
    assert reason.sentence.endswith(".")
    assert reason.hint.endswith(".")
    assert reason.number // 100 in GROUPS
    assert reason.code == f"SL{reason.number}"


def test_slugs_are_distinct() -> None:
    assert len({r.slug for r in slipstream.reasons()}) == len(TABLE)


@pytest.mark.parametrize("text", ["SL1301", "sl1301", "1301", "unknown-call"])
def test_a_code_is_found_by_number_and_slug(text: str) -> None:
    assert parse(text).number == 1301


def test_what_is_no_code_is_an_error() -> None:
    with pytest.raises(KeyError):
        parse("SL9999")


def test_an_unknown_number_still_prints() -> None:
    assert lookup(7777).code == "SL7777"
