"""The log: which lines, where, and how often."""

from __future__ import annotations

import logging

import numpy as np
import pytest
from slipstream import config, jit
from test_config import child

X = np.arange(4.0)

PROGRAM = """
import numpy as np, logging, slipstream
{setup}
@slipstream.jit
def f(x, seen):
    y = x * 2.0
    seen.append(1)
    return y + 1.0
for _ in range(3):
    f(np.ones(4), [])
"""


def errors(setup: str = "", **environment: str) -> str:
    return child(PROGRAM.format(setup=setup), **environment).stderr


def test_it_is_silent_unless_asked() -> None:
    assert errors() == ""


def test_a_fallback_names_code_place_reason_and_hint_once() -> None:
    text = errors(SLIPSTREAM_LOG="fallback")
    assert text.count("slipstream SL1") == 1
    assert "<string>:7:5: f: " in text
    assert "hint: " in text
    assert "kernels" not in text


def test_exactly_the_channels_asked_for_are_printed() -> None:
    text = errors(SLIPSTREAM_LOG="compile")
    assert "kernels" in text
    assert "SL1" not in text
    assert "guard" in errors(SLIPSTREAM_LOG="guards")
    assert "kernel k0" in errors(SLIPSTREAM_LOG="plan")


def test_nothing_is_printed_twice() -> None:
    text = errors("logging.basicConfig(level=logging.INFO)", SLIPSTREAM_LOG="fallback")
    assert text.count("SL1") == 1


def test_the_caret_is_below_the_call(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    @jit
    def f(x, seen):
        y = x * 2.0
        größe = seen.append(1)  # columns are not bytes
        return y, größe

    with config(log="fallback"):
        f(X, [])
    lines = capsys.readouterr().err.splitlines()
    assert lines[1].strip().startswith("größe = seen.append(1)")
    assert lines[1][lines[2].index("^") : lines[2].rindex("^") + 1] in ("seen.append(1)", "seen.append")
    assert "SL1" in caplog.text


def test_handlers_of_the_program_get_the_records(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "slipstream.fallback"):

        @jit
        def generator():
            yield 1

        @jit
        class Class:
            def method(self):
                pass

    codes = [record.getMessage().split()[0] for record in caplog.records]
    assert codes == ["SL1004", "SL1005"]
