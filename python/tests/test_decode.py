"""The decoder and the analyses agree with CPython's own ``dis``."""

from __future__ import annotations

import dis
import json
import os
import pathlib
import sys
import sysconfig
from collections.abc import Iterator
from types import CodeType
from typing import Any

import pytest
from _splicing import Refused, _code, dumper, walk

VERSION = sys.version_info[:2]
FULL = os.environ.get("SLIPSTREAM_TEST_FULL") == "1"
LIBRARY = pathlib.Path(sysconfig.get_path("stdlib"))
GROUPED = {"KW_NAMES", "PRECALL"}
# dis gives the effect on the caller's side; inside the frame a value waits for the first POP_TOP.
OWN_EFFECT = {"RETURN_GENERATOR": 1}


def sources(root: pathlib.Path, every: int) -> list[pathlib.Path]:
    """Python files below root, all of them in a full run, else one in `every`."""
    files = sorted(p for p in root.rglob("*.py") if "site-packages" not in p.relative_to(root).parts)
    return files if FULL else files[::every]


def codes(files: list[pathlib.Path]) -> Iterator[CodeType]:
    for path in files:
        try:
            code = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            continue  # files that are wrong on purpose
        yield from walk(code)


def numpy_files() -> list[pathlib.Path]:
    numpy = pytest.importorskip("numpy")
    return sources(pathlib.Path(numpy.__file__).parent, 12)


def check(code: CodeType) -> int:
    """Compare one code object; return the number of its instructions."""
    answer = dumper().ask("analyse", code)
    places: dict[int, list[dict[str, Any]]] = {}
    for place in answer["places"]:
        places.setdefault(place["pc"], []).append(place)
    check_instructions(code, places)
    check_flow(code, answer["places"])
    assert all(b["pc"] in places and not b["pc"] % 2 for b in answer["boundaries"])
    return len(answer["places"])


def check_instructions(code: CodeType, places: dict[int, list[dict[str, Any]]]) -> None:
    """Every instruction of dis is there, with its effect, target and position."""
    start, seen = None, 0
    for one in dis.get_instructions(code):
        if start is None:
            start = one.offset
        if one.opname == "EXTENDED_ARG" or one.opname in GROUPED:
            continue
        group = places[start]
        seen += 1
        for jump in (False, True):
            assert effect(group, jump) == expected_effect(one, jump), (code, one)
        check_target(group[-1], one)
        position = one.positions
        assert position is not None
        expected = [position.lineno, position.end_lineno, position.col_offset, position.end_col_offset]
        assert group[0]["where"] == [-1 if x is None else x for x in expected], (code, one)
        start = None
    assert seen == len(places)


def effect(group: list[dict[str, Any]], jump: bool) -> int:
    return sum(place["jump" if jump else "effect"] for place in group)


def expected_effect(one: dis.Instruction, jump: bool) -> int:
    if one.opname in OWN_EFFECT:
        return OWN_EFFECT[one.opname]
    if jump and one.opname == "FOR_ITER":
        return -1  # the canonical target lies behind END_FOR
    arg = one.arg if one.opcode >= dis.HAVE_ARGUMENT else None
    result = dis.stack_effect(one.opcode, arg, jump=jump)
    if one.opname == "CALL" and VERSION == (3, 11):
        return -1 - (one.arg or 0)  # dis counts the arguments for PRECALL
    return result


def check_target(place: dict[str, Any], one: dis.Instruction) -> None:
    is_jump = one.opcode in dis.hasjrel or one.opcode in dis.hasjabs
    assert (place["target"] >= 0) == is_jump
    if not is_jump:
        return
    skipped = {(3, 11): 0, (3, 12): 2, (3, 13): 4}[VERSION] if one.opname == "FOR_ITER" else 0
    assert place["target"] == one.argval + skipped


def check_flow(code: CodeType, places: list[dict[str, Any]]) -> None:
    """Depths fit the frame, and unchecked loads read bound locals."""
    reached = [place for place in places if place["depth"] >= 0]
    assert max(place["depth"] for place in reached) <= code.co_stacksize
    for place in reached:
        if place["op"] == "LOAD_FAST" and not place.get("mid"):
            assert place["arg"] in place["live"]
            unchecked = VERSION >= (3, 12) and not place.get("check")
            assert not (unchecked and place["arg"] in place["unbound"]), (code, place)


# Some library files are odd on purpose.
@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")
def test_standard_library() -> None:
    count = sum(map(check, codes(sources(LIBRARY, 40))))
    assert count > 20_000


def test_numpy() -> None:
    assert sum(map(check, codes(numpy_files()))) > 10_000


def places_of(source: str) -> list[dict[str, Any]]:
    code = compile(source, "<test>", "exec")
    return dumper().ask("analyse", next(c for c in walk(code) if c.co_name == "f"))["places"]


def test_canonical_names() -> None:
    places = places_of("def f(a, b):\n  a -= b\n  return a < b, a.x, a.m(k=b), G, +a, a in b, f'{a!r:>3}'\n")
    by_op = {place["op"]: place for place in places}
    assert by_op["BINARY_OP"]["name"] == "-="
    assert by_op["COMPARE_OP"]["name"] == "<"
    assert [p["name"] for p in places if p["op"] == "LOAD_ATTR"] == ["x", "m"]
    assert by_op["LOAD_GLOBAL"]["name"] == "G"
    assert "UNARY_POSITIVE" in by_op
    if VERSION < (3, 13):
        assert by_op["CALL"]["kw"] == ["k"]
    else:
        assert "CALL_KW" in by_op


def test_cold_paths_end_in_raise() -> None:
    places = places_of("def f(a):\n  if a:\n    b = a\n    raise ValueError(b)\n  while True:\n    a()\n")
    cold = {place["where"][0] for place in places if place["cold"]}
    assert {3, 4} <= cold
    assert not cold & {2, 5, 6}


def test_handlers_are_no_boundaries() -> None:
    source = "def f(a):\n  try:\n    a()\n  except E:\n    a = 2\n  return a\n"
    code = next(c for c in walk(compile(source, "<test>", "exec")) if c.co_name == "f")
    answer = dumper().ask("analyse", code)
    assert {b["line"] for b in answer["boundaries"]} == {2, 3, 6}
    assert 5 in {p["where"][0] for p in answer["places"] if p["handler"]}


def test_loops_and_statement_starts() -> None:
    source = "def f(n):\n  t = 0\n  for i in n:\n    with n:\n      for j in i:\n        t += j\n  return t\n"
    code = next(c for c in walk(compile(source, "<test>", "exec")) if c.co_name == "f")
    answer = dumper().ask("analyse", code)
    assert answer["loops"] == 2
    starts = {b["line"]: b["depth"] for b in reversed(answer["boundaries"]) if b["statement_start"]}
    assert starts == {2: 0, 3: 0, 4: 1, 5: 2, 6: 3, 7: 0}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"magic": 1}, "unknown-version"),
        ({"version": [3, 99]}, "unknown-version"),
        ({"code": "ff00" * 8}, "unknown-opcode"),
        ({"code": "00"}, "odd length"),
        ({"code": ""}, "out of range"),
        ({"exceptiontable": "ff"}, "malformed-code"),
        ({"linetable": "00"}, "malformed-code"),
        ({"argcount": 9}, "argument count"),
        ({"consts": []}, "malformed-code"),
        ({"names": "text"}, "cannot unmarshal"),
    ],
)
def test_malformed_code_is_refused(change: dict[str, Any], reason: str) -> None:
    text = json.loads(_code.dump(compile("x = 1\ny = x.z", "<test>", "exec")))
    if "code" in change:
        text["linetable"] = ""
    with pytest.raises(Refused, match=reason):
        dumper().ask_text("analyse", {**text, **change})
