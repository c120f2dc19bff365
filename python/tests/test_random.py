"""Random programs: accelerated runs equal eager ones, and enough of them run natively."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import numpy as np
import pytest
from differential import programs
from differential.campaign import Summary, _fails, campaign, category, minimal
from differential.run import compare
from differential.shrink import shrink
from differential.straight import straight_line
from slipstream import jit

FLOOR = json.loads(pathlib.Path(__file__).with_name("floor.json").read_text())
COUNT, LOOPS, BUDGET = 300, 60, 50.0


@pytest.fixture(scope="module")
def summary() -> Summary:
    return campaign(range(COUNT), BUDGET)


def test_programs_agree(summary: Summary) -> None:
    texts = [f"seed {f.seed}\n{f.lines[0][:500]}\n{minimal(f, 5.0)}" for f in summary.failures[:3]]
    assert not texts, f"{len(summary.failures)} programs differ:\n" + "\n".join(texts)


def test_enough_ran_natively(summary: Summary) -> None:
    assert summary.programs >= COUNT // 3, "too few programs in the time"
    assert summary.share >= FLOOR["random programs"], summary.report()
    assert summary.line_share >= FLOOR["random lines"], summary.report()
    assert summary.whole_share >= FLOOR["straight-line programs"], f"{summary.report()}\n{summary.ranking()}"


def test_programs_with_loops_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(programs.LOOPS, "1")
    found = campaign(range(LOOPS), BUDGET)
    texts = [f"seed {f.seed}\n{f.lines[0][:500]}\n{f.text}" for f in found.failures[:3]]
    assert not texts, f"{len(found.failures)} programs differ:\n" + "\n".join(texts)
    assert found.raised < found.programs / 2  # else too much is never reached


def test_loops_are_of_every_kind() -> None:
    bodies = [programs.Program(seed, True).text().removeprefix(programs.HEADER) for seed in range(80)]
    for form in (
        "range(",
        "enumerate(",
        "zip(",
        "reversed(",
        "while ",
        "break",
        "continue",
        "elif ",
        "else:",
    ):
        assert sum(form in body for body in bodies) > 2, form
    assert not any("for v0" in programs.generate(seed) for seed in range(40))
    assert programs.Program(3, True).text() == programs.Program(3, True).text()


def test_smaller_programs_that_do_not_end_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("differential.campaign.ENDLESS", 0.2)
    text = "def make(turn):\n    return (), {}\ndef f():\n    while True:\n        pass\n"
    assert not _fails(text, "turn0 result:bytes:")


def test_which_programs_are_straight_lines() -> None:
    def told(body: str) -> bool:
        return straight_line(f"def f(a, p):\n    {body}\n    return a\n")

    assert told("b = a + 1")
    assert told("b = a if a.ndim == 1 and p is None else p")
    assert told("if p == 2:\n        a = a + 1")
    assert not told("for i in a:\n        b = i")
    assert not told("if a.sum() > 1:\n        a = a + 1")
    assert not told("b = shown(a)")


def test_same_seed_same_program() -> None:
    assert programs.generate(11) == programs.generate(11)


def test_a_wrong_function_is_noticed_and_made_small() -> None:
    """The harness itself: what it is given instead of `jit` computes something else."""

    def fails(text: str) -> bool:
        return bool(compare(text, wrap=_rounding).differences)

    text = (
        "import numpy as np\ndef make(turn):\n    a = np.array([1.25, 2.5])\n    return (a,), {}\n"
        "def f(a):\n    b = np.floor(a)\n    c = a * 2 + 1\n    return c, b\n"
    )
    assert not compare(text).differences
    assert fails(text)
    assert "floor" not in shrink(text, fails, 5.0)
    assert category(["turn0 result:bytes: eager 1, accelerated 2"]) == "result:bytes:"


def _rounding(f: Any) -> Any:
    """A function like f whose first result is off in the last place."""

    def wrong(*args: Any, **kwargs: Any) -> Any:
        result = f(*args, **kwargs)
        first = np.asarray(result[0] if isinstance(result, tuple) else result)
        first[...] = np.nextafter(first, np.inf)
        return result

    wrong._slipstream = jit(f)._slipstream  # type: ignore[attr-defined]
    return wrong
