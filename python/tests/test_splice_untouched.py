"""A stub that is never taken, or that changes nothing, leaves no trace anyone can see."""

from __future__ import annotations

import builtins
import contextlib
import functools
import importlib.util
import io
import pathlib
import sys
import traceback
import unittest.mock
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from types import CodeType, ModuleType
from typing import Any

import pytest
from _splicing import Builder, dumper, identity, never_taken, splice_deep

HERE = pathlib.Path(__file__).parent
CORPORA = [HERE / "_splicing_corpus.py", HERE / "_splicing_forms.py"]
CASES = [
    pytest.param(corpus, name, id=name)
    for corpus in CORPORA
    for name in compile(corpus.read_bytes(), "corpus", "exec").co_names
    if name.startswith("case_")
]
LAYERS = range(3)


@dataclass
class Outcome:
    """Everything a call shows to the outside."""

    result: str = ""
    error: str = ""
    output: str = ""
    warned: list[tuple[str, str, str, int]] = field(default_factory=list)
    lines: list[tuple[str, int]] = field(default_factory=list)


def observe(call: Callable[[], Any], filename: str) -> Outcome:
    """Run a call and record what it shows."""
    outcome, printed = Outcome(), io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with line_events(filename, outcome.lines):
            try:
                outcome.result = repr(call())
            except Exception as error:
                # The frames of the test itself differ.
                tb = error.__traceback__.tb_next.tb_next
                outcome.error = "".join(traceback.format_exception(type(error), error, tb))
    outcome.output = printed.getvalue()
    outcome.warned = [(str(w.message), w.category.__name__, w.filename, w.lineno) for w in caught]
    return outcome


@contextlib.contextmanager
def line_events(filename: str, lines: list[tuple[str, int]]) -> Any:
    """Record LINE events of one file, as a coverage tool does (3.12 and later)."""
    if sys.version_info < (3, 12):
        yield
        return
    monitoring = sys.monitoring
    last: dict[str, int] = {}

    def on_line(code: CodeType, line: int) -> None:
        if code.co_filename != filename:
            return
        # 3.12 repeats a line when a Python call returns to a jump target, for it
        # takes the caches of the CALL for another line; a moved CALL is followed by a jump.
        if sys.version_info >= (3, 13) or last.get(code.co_qualname) != line:
            lines.append((code.co_qualname, line))
        last[code.co_qualname] = line

    monitoring.use_tool_id(monitoring.COVERAGE_ID, "splice test")
    monitoring.register_callback(monitoring.COVERAGE_ID, monitoring.events.LINE, on_line)
    monitoring.set_events(monitoring.COVERAGE_ID, monitoring.events.LINE)
    try:
        yield
    finally:
        monitoring.set_events(monitoring.COVERAGE_ID, 0)
        monitoring.free_tool_id(monitoring.COVERAGE_ID)


def run_module(code: CodeType, name: str, filename: str) -> ModuleType:
    """Execute module code under a private name."""
    module = ModuleType(name)
    module.__file__ = filename
    module.__dict__["__builtins__"] = builtins
    module.__package__ = name.rpartition(".")[0]
    # Enumerations publish their members in the module they are defined in.
    with unittest.mock.patch.dict(sys.modules, {name: module}):
        exec(code, module.__dict__)
    return module


def loaded(name: str, filename: str, layer: int, build: Builder = never_taken) -> tuple[ModuleType, int]:
    """Load a source file with one layer of stubs; layer -1 has none."""
    code = compile(pathlib.Path(filename).read_bytes(), filename, "exec")
    count = 0
    if layer >= 0:
        code, count = splice_deep(code, layer, build)
    return run_module(code, name, filename), count


# The corpus keeps no state; a module of the library can hold caches, and must be fresh.
loaded_once = functools.cache(loaded)

Load = Callable[[str, str, int], tuple[ModuleType, int]]


def check(load: Load, name: str, filename: str, call: Callable[[ModuleType], Any], layer: int) -> None:
    """Compare a call in the plain module with the same in the spliced one."""
    plain, spliced = load(name, filename, -1)[0], load(name, filename, layer)[0]
    expected = observe(lambda: call(plain), filename)
    assert observe(lambda: call(spliced), filename) == expected


@pytest.mark.parametrize("build", [never_taken, identity], ids=["never", "identity"])
@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize(("corpus", "case"), CASES)
def test_corpus(corpus: pathlib.Path, case: str, layer: int, build: Builder) -> None:
    dumper()

    def load(name: str, filename: str, layer: int) -> tuple[ModuleType, int]:
        return loaded_once(name, filename, layer, build)

    check(load, corpus.stem, str(corpus), lambda module: getattr(module, case)(), layer)


def test_layers_cover_every_boundary() -> None:
    """The first layer is most of it, and the last one is not needed for more."""
    counts = [
        sum(loaded_once(corpus.stem, str(corpus), layer)[1] for corpus in CORPORA)
        for layer in (*LAYERS, len(LAYERS))
    ]
    assert counts[0] > 1000
    assert counts[1] > 300
    assert counts[-1] == 0


def textwrap_(m: Any) -> Any:
    text = "The quick  brown fox-trot jumped over the lazy dogs. " * 3
    return m.fill(text, 20), m.dedent("  a\n    b\n"), m.shorten(text, 30), m.indent("a\n\nb", "> ")


def json_encoder(m: Any) -> Any:
    encode = m.JSONEncoder(indent=2, sort_keys=True).iterencode
    plain = m.py_encode_basestring_ascii('\u00e9\n"\U0001f600')
    return "".join(encode({"b": [1, 2.5, None, {"x": True}], "a": "t"})), plain


def json_decoder(m: Any) -> Any:
    bad = m.JSONDecodeError("no", "ab\ncd", 4)
    text = m.py_scanstring('a\\u00e9\\n\\ud83d\\ude00" tail', 0)
    return (
        bad.lineno,
        bad.colno,
        text,
        m.JSONDecoder().decode(' {"a": [1, -2.5e3, true]} '),
        m.py_scanstring("x", 0),
    )


def fractions_(m: Any) -> Any:
    a, b = m.Fraction("22/7"), m.Fraction(3, -9)
    return (
        str(a + b),
        str(a * b - 1),
        a // b,
        a % b,
        str(a**-2),
        a > b,
        hash(a),
        round(a, 2),
        m.Fraction(1, 0),
    )


def statistics_(m: Any) -> Any:
    data = [1.5, 2, 2, 7.25, -3]
    return (
        m.mean(data),
        m.median(data),
        m.stdev(data),
        m.mode(data),
        m.quantiles(data),
        m.linear_regression([1, 2, 3], [2, 4, 7]),
        m.variance([1]),
    )


def heapq_(m: Any) -> Any:
    heap: list[int] = []
    for x in (5, 1, 4, 1, 3):
        m.heappush(heap, x)
    return (
        m.nsmallest(2, heap),
        m.nlargest(2, heap, key=lambda v: -v),
        list(m.merge([1, 4], [2, 3])),
        [m.heappop(heap) for _ in range(6)],
    )


def bisect_(m: Any) -> Any:
    return m.bisect_left([1, 2, 2, 3], 2), m.bisect([1, 2, 2, 3], 2), m.bisect_right([1, 2], 5, hi=-3, lo=-1)


def colorsys_(m: Any) -> Any:
    return [getattr(m, f)(0.2, 0.4, 0.7) for f in dir(m) if "_to_" in f]


def difflib_(m: Any) -> Any:
    a, b = ["one", "two", "three"], ["one", "tree", "four"]
    return (
        list(m.unified_diff(a, b, "x", "y")),
        list(m.ndiff(a, b)),
        m.get_close_matches("appel", ["ape", "apple"]),
    )


def string_(m: Any) -> Any:
    t = m.Template("$who likes ${what} $$")
    return (
        t.safe_substitute(who="x"),
        m.capwords("a bc d"),
        m.Formatter().format("{0:>{1}}|{a[0]}", 1, 4, a=[2]),
        t.substitute(who=1),
    )


def calendar_(m: Any) -> Any:
    return m.month(2024, 2), m.isleap(1900), m.TextCalendar(6).formatyear(2023)[:200], m.monthrange(2023, 13)


def ast_(m: Any) -> Any:
    return m.unparse(
        m.parse("def f(x, *a, y=1):\n  return [i for i in x if i] or (lambda: y)()")
    ), m.literal_eval("{1: [-2, 'x']}")


LIBRARY = [
    textwrap_,
    json_encoder,
    json_decoder,
    fractions_,
    statistics_,
    heapq_,
    bisect_,
    colorsys_,
    difflib_,
    string_,
    calendar_,
    ast_,
]


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("scenario", LIBRARY, ids=lambda f: f.__name__.rstrip("_"))
def test_standard_library(scenario: Callable[[Any], Any], layer: int) -> None:
    dumper()
    name = scenario.__name__.rstrip("_").replace("json_", "json.")
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    check(loaded, name, spec.origin, scenario, layer)
