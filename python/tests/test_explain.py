"""Explanations: compiled without running, and complete."""

from __future__ import annotations

import json

import numpy as np
import pytest
import slipstream
from slipstream import jit
from test_config import child

X = np.arange(8.0)


def make():
    ran = []

    @jit
    def f(x, w=2.0, *rest, k=1.0, **more):
        y = x * w + k
        ran.append(y)
        z = y * y
        return z + 1.0

    return f, ran


def test_nothing_runs_and_the_next_call_is_native() -> None:
    f, ran = make()
    e = f.explain(X, k=3.0)
    assert ran == []
    assert f.stats().compiles >= 1
    f(X, k=3.0)
    assert f.stats().exits >= 1
    assert not e.native
    assert "in part" in e.verdict


def test_lines_say_what_runs_them() -> None:
    f, _ = make()
    f(X)
    f(X)
    labels = {line.source.strip(): line.label for line in f.explain(X).lines}
    assert labels["y = x * w + k"] == "native 0"
    assert labels["ran.append(y)"].startswith("SL1")
    assert labels["z = y * y"].startswith("native ")
    assert labels["@jit"] == ""


def test_reasons_have_place_and_hint() -> None:
    f, _ = make()
    (reason,) = f.explain(X).reasons
    assert reason.code.startswith("SL1")
    assert reason.line == f.__wrapped__.__code__.co_firstlineno + 3
    assert reason.file == __file__
    assert reason.column > 0
    assert "^" in reason.text
    assert reason.hint in str(f.explain(X))


def test_a_native_function_is_called_so() -> None:
    f = jit(lambda x: x * 2.0 + 1.0)
    e = f.explain(X)
    assert e.native
    assert e.reasons == []
    assert "whole" in str(e)
    assert "guard: local x" in str(e)


def test_explaining_twice_compiles_once() -> None:
    f = jit(lambda x: x * 2.0 + 1.0)
    f(X)
    f.explain(X)
    f.explain(X)
    assert f.stats().compiles == 1
    f.explain(X.astype(np.float32))
    assert f.stats().compiles == 2


def test_other_forms() -> None:
    f, _ = make()
    e = f.explain(X)
    data = json.loads(e.json())
    assert data == json.loads(json.dumps(e.asdict()))
    assert data["reasons"][0]["code"] == e.reasons[0].code
    assert "<table>" in e._repr_html_()
    assert "plan" in e.stages
    assert "mul" in e.stages["plan"]


def test_plain_functions_can_be_explained() -> None:
    def f(x):
        return x * 2.0

    assert slipstream.explain(f, X).native
    with pytest.raises(TypeError):
        slipstream.explain(len, X)


def test_wrong_arguments_are_pythons_error() -> None:
    f, _ = make()
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
        f.explain()


def test_what_is_refused_as_a_whole_is_explained() -> None:
    @jit
    def f(x):
        return [str(v) for v in x]

    e = f.explain(X)
    assert not e.native
    assert e.verdict == "Runs in Python."
    assert e.reasons


def test_options_that_keep_a_function_in_python_are_named() -> None:
    e = jit(mode="eager")(lambda x: x * 2.0).explain(X)
    assert e.verdict == "Stays in Python with mode='eager'; without: Runs natively as a whole."


def test_switched_off_nothing_is_loaded() -> None:
    code = """
import sys, slipstream
print(slipstream.jit(lambda x: x * 2.0).explain(1.0).verdict, "slipstream._core" in sys.modules)
"""
    done = child(code, SLIPSTREAM_DISABLE="1")
    assert done.stdout == "slipstream is switched off. Runs in Python. False\n"


def test_closures_and_methods() -> None:
    w = np.float64(3.0)

    class Model:
        @jit
        def run(self, x):
            return x * w

    assert Model.run.explain(Model(), X).native
