"""The report over a checkout of NPBench: work counted exactly, one limit for each kernel, sums of classes."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import string
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from slipstream._benchmarks import countedarray, counting, limits, npbench, npreport, roofline, spelling, work

LEVELS = (roofline.Level("L1", 1 << 15, 4e11), roofline.Level("memory", 0, 1e10))
MACHINE = roofline.Machine(LEVELS, 1e11, 2e11, 3e-7)

KERNELS = """
import numpy as np

def added(a, b):
    return a + b

def updated(a, b):
    a += b

def product(a, b):
    return a @ b

def dotted(a, b):
    return np.dot(a, b)

def total(a):
    return a.sum()

def running(a):
    return np.cumsum(a, axis=0)

def rooted(a):
    return np.exp(np.sqrt(a))

def copied(a, b):
    a[1:] = b[:-1]

def gathered(a, i):
    return a[i]

def summed(n):
    s = 0.0
    for _ in range(n):
        s += 0.5
    return s

def sorted_in_place(a):
    a.sort()

def fresh(n):
    z = np.zeros(n)
    return z * 2.0

def between(a, n):
    return sum(1 for i in range(n) if 2 <= i < 7)

def element(a):
    for i in range(1, a.shape[0]):
        a[i] += a[i - 1]

def copied_to(a, b):
    np.copyto(a, b)

def into(a, b):
    np.multiply(a, b, out=a)

def chosen(a):
    return np.where(a > 3.0, a, 0.0)

def viewed(a):
    return np.transpose(a).reshape(-1)[::2]

def once(a, log):
    def at():
        log.append(len(log))
        return 1
    a[at()] += 2.0
    a[at()], a[0] = 1.0, 2.0
    return log

def first_largest(a):
    return np.maximum(a, a)[np.argmax(a)]

def told(a):
    return "plain" if type(a) is np.ndarray else "counted"

def refused(a):
    if type(a) is not np.ndarray:
        raise TypeError("only plain arrays")
    return a

def unending(n):
    i = 0
    while i < n:
        i += 1
    return i
"""


@pytest.fixture(scope="module")
def kernels(tmp_path_factory: pytest.TempPathFactory) -> types.ModuleType:
    path = tmp_path_factory.mktemp("kernels") / "kernels.py"
    path.write_text(KERNELS)
    spec = importlib.util.spec_from_file_location("kernels_counted", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def f8(*shape: int) -> Any:
    return np.arange(1.0, 1.0 + np.prod(shape)).reshape(shape)


#: Kernel, arguments, operations, compulsory bytes, bytes that NumPy moves.
COUNTS: list[tuple[str, Callable[[], tuple[Any, ...]], float, int, int]] = [
    ("added", lambda: (f8(10), f8(10)), 10, 240, 240),
    ("added", lambda: (f8(10, 1), f8(4)), 40, 80 + 32 + 320, 80 + 32 + 320),
    ("added", lambda: (f8(10) * 1j, f8(10)), 20, 400, 400),
    ("updated", lambda: (f8(10), f8(10)), 10, 240, 240),
    ("product", lambda: (f8(3, 4), f8(4, 5)), 2 * 3 * 4 * 5, 8 * (12 + 20 + 15), 8 * (12 + 20 + 15)),
    ("product", lambda: (f8(7), f8(7)), 14, 112, 112),
    ("dotted", lambda: (f8(7), f8(7)), 14, 112, 112),
    ("dotted", lambda: (f8(3, 4), f8(4)), 24, 8 * 19, 8 * 19),
    ("total", lambda: (f8(3, 4),), 11, 96, 96),
    ("running", lambda: (f8(3, 4),), 8, 192, 192),
    ("rooted", lambda: (f8(10),), 20, 160, 320),
    ("copied", lambda: (f8(10), f8(10)), 0, 160, 144),
    ("gathered", lambda: (f8(10), np.array([1, 2])), 0, 80 + 16 + 16, 32),
    ("summed", lambda: (1000,), 1000, 0, 0),
    ("sorted_in_place", lambda: (f8(10),), 10, 80, 80),
    ("fresh", lambda: (10,), 10, 80, 80 + 160),
    ("between", lambda: (f8(1), 10), 10 + 8, 0, 0),
    ("copied_to", lambda: (f8(10), f8(10)), 0, 160, 160),
    ("into", lambda: (f8(10), f8(10)), 10, 240, 240),
    ("chosen", lambda: (f8(10),), 10, 160, 90 + 170),
    ("viewed", lambda: (f8(10),), 0, 0, 0),
    ("element", lambda: (f8(5),), 4, 80, 0),
]


def counted(function: Any, make: Callable[[], tuple[Any, ...]], seconds: float = 60.0) -> dict[str, Any]:
    return counting.counted(function, lambda: dict(enumerate(make())), seconds)


@pytest.mark.parametrize(("name", "make", "operations", "compulsory", "traffic"), COUNTS)
def test_work_is_counted_exactly(
    kernels: types.ModuleType, name: str, make: Any, operations: float, compulsory: int, traffic: int
) -> None:
    found = counted(getattr(kernels, name), make)
    assert found["wide"] + found["narrow"] == pytest.approx(operations)
    assert (found["compulsory"], found["traffic"]) == (compulsory, traffic)
    json.dumps(found)


def test_operations_on_short_numbers_are_a_sum_of_their_own(kernels: types.ModuleType) -> None:
    found = counted(kernels.added, lambda: (f8(10).astype("f4"), f8(10).astype("f4")))
    assert (found["wide"], found["narrow"]) == (0, 10)


def test_kinds_of_operations_and_functions_of_unknown_work(kernels: types.ModuleType) -> None:
    rows = counted(kernels.rooted, lambda: (f8(10),))["rows"]
    assert {name: row["kind"] for name, row in rows.items()} == {
        "exp f8": "functions",
        "sqrt f8": "arithmetic",
    }
    found = counted(kernels.first_largest, lambda: (f8(10),))
    assert found["unknown"] == ["argmax"]
    assert {row["kind"] for row in found["rows"].values()} <= set(work.KINDS)


def test_targets_are_evaluated_once_and_in_order(kernels: types.ModuleType) -> None:
    """Counting compares the log of a function with side effects in a subscript."""
    assert counted(kernels.once, lambda: (f8(4), []))["scalars"] == 1


@pytest.mark.parametrize(
    ("name", "make", "why"),
    [
        ("refused", lambda: (f8(3),), "TypeError: only plain arrays"),
        ("told", lambda: (f8(3),), "another result"),
        ("unending", lambda: (100_000,), "longer than"),
    ],
)
def test_what_cannot_be_counted_says_so(kernels: types.ModuleType, name: str, make: Any, why: str) -> None:
    seconds = 0.0 if name == "unending" else 60.0
    with pytest.raises(counting.NotCounted, match=why):
        counted(getattr(kernels, name), make, seconds)


def test_every_operator_is_spelled() -> None:
    """Each binary operator and comparison of Python's, but identity and membership."""
    import ast

    operators = set(ast.operator.__subclasses__())
    comparisons = set(ast.cmpop.__subclasses__()) - {ast.Is, ast.IsNot, ast.In, ast.NotIn}
    assert set(spelling.BINARY) == operators | comparisons
    assert set(spelling.IN_PLACE_OF) == operators
    assert set(spelling.UNARY) == set(ast.unaryop.__subclasses__()) - {ast.Not}


def test_names_of_operations_stand_in_one_table() -> None:
    tables = [work.ARITHMETIC, work.MOVES, work.METADATA, frozenset(work.PRODUCTS)]
    assert len(frozenset().union(*tables)) == sum(map(len, tables))
    assert all(hasattr(np.ndarray, name) for name in countedarray.METHODS)
    assert countedarray.IN_PLACE <= countedarray.METHODS
    assert set(work.COMPLEX) <= work.ARITHMETIC


def test_the_machine_is_measured_and_bounds_follow() -> None:
    assert roofline.Machine.of(json.loads(json.dumps(dataclasses.asdict(MACHINE)))) == MACHINE
    assert MACHINE.level((1 << 15) - 1).name == "L1"
    assert MACHINE.level(1 << 15).name == "memory"
    assert MACHINE.memory_seconds(10**10) == 1
    assert MACHINE.arithmetic_seconds(1e11, 2e11) == 2
    assert roofline.bandwidth(1 << 14, 0.0) > 0
    assert list(roofline.capacities()) == sorted(roofline.capacities())


#: Facts that each limit is found from, the others left as they are in the first line.
KNOWN = limits.Facts(ours=1.0, numpy=2.0, native=1.0, exits=0.0, level="L2")
FOUND = {
    "memory": {"memory": 0.6},
    "arithmetic": {"arithmetic": 0.7, "memory": 0.6},
    "products": {"products": 0.8, "native": 0.0, "places": ("SL1301 ...",)},
    "Python": {"native": 0.0, "places": ("SL1301 ...",), "hints": ("Do.",)},
    "exits": {"native": 0.0, "exits": 1.0},
    "not counted": {"uncounted": "no file"},
    "functions": {"functions": 0.5, "function": "exp"},
    "scalar steps": {"scalars": 1000.0, "steps": 3.0},
    "passes": {"steps": 10.0, "traffic": 0.6, "repeats": 4.0},
    "small steps": {"steps": 1e6, "overhead": 0.6},
    "kernels": {"steps": 2.0, "memory": 0.1},
}


def test_each_limit_is_found_from_its_facts() -> None:
    assert list(FOUND) == [limit.name for limit in limits.LIMITS]
    for name, given in FOUND.items():
        assert limits.limit_of(dataclasses.replace(KNOWN, **given)).name == name


def test_texts_of_limits_name_facts_alone() -> None:
    known = {field.name for field in dataclasses.fields(limits.Facts)} | {"each", "place", "hint"}
    for limit in limits.LIMITS:
        parts = [part for text in (limit.text, limit.step) for part in string.Formatter().parse(text)]
        used = [name for _, name, _, _ in parts if name]
        assert {name.removeprefix("f.") for name in used} <= known


def test_functions_that_plans_call() -> None:
    plans = [
        "k0: kernel (in f8) loops [exp f8->f8; hypot f8,f8->f8]",
        "  t0: v1: object = call object 3 (v0)",
    ]
    assert limits.callouts(plans) == ["exp f8", "hypot f8", limits.ANY]
    assert limits.callouts(["k0: kernel (in f8) loops []"]) == []


def checkout(folder: Path, kernels: dict[str, str]) -> Path:
    """Such a folder as NPBench has, with a kernel ``def NAME(a, n)`` for each body."""
    (folder / "bench_info").mkdir()
    for name, body in kernels.items():
        info = {
            "short_name": name,
            "relative_path": name,
            "module_name": name,
            "func_name": name,
            "parameters": {"S": {"N": 9}, "M": {"N": 99}},
            "init": {"func_name": "initialize", "input_args": ["N"], "output_args": ["a"]},
            "input_args": ["a", "N"],
        }
        (folder / "bench_info" / f"{name}.json").write_text(json.dumps({"benchmark": info}))
        place = folder / "npbench" / "benchmarks" / name
        place.mkdir(parents=True)
        (place / f"{name}.py").write_text("import numpy as np\ndef initialize(n): return np.ones(n)\n")
        (place / f"{name}_numpy.py").write_text(f"import numpy as np\ndef {name}(a, n):\n    {body}\n")
    return folder


def rows_of(folder: Path, preset: str) -> list[dict[str, Any]]:
    """As a process of its own measures them, with a machine that is always the same."""
    rows = [
        npbench.measure(npbench.load(folder, info, preset), 0.01)
        for _, info in npbench.kernels(folder, [], preset)
    ]
    return [limits.judged(row | {"cached": row["first"]}, MACHINE) for row in json.loads(json.dumps(rows))]


@pytest.mark.parametrize("preset", ["S", "M"])
def test_the_report_has_a_line_for_each_kernel(
    tmp_path: Path, preset: str, capsys: pytest.CaptureFixture[str]
) -> None:
    bodies = {
        "clipping": "return a * 2.0 + 1.0",
        "crc16": "return sum(a[i] * 0.5 for i in range(n))",
        "gemm": "return a.tolist() if type(a) is np.ndarray else None",
    }
    rows = rows_of(checkout(tmp_path, bodies), preset)
    length = {"S": 9, "M": 99}[preset]
    named = {row["kernel"]: row for row in rows}
    assert named["clipping"]["work"]["wide"] == 2 * length
    assert named["gemm"]["uncounted"] == "the counting run gave another result"
    assert named["gemm"]["bound"] is None
    assert {row["limit"] for row in rows} <= {limit.name for limit in limits.LIMITS}
    npreport.show([*rows, {"kernel": "spmv", "error": "ImportError: scipy"}], MACHINE, preset)
    text = capsys.readouterr().out
    for word in (*bodies, "next steps", "spmv: not measured: ImportError", "empty cache", "filled cache"):
        assert word in text
    wanted = npreport.WANTED[preset]["whole-array"]
    assert f"over 1 of 6 kernels, wanted {wanted:g}x" in text


def test_classes_and_what_is_wanted_are_complete() -> None:
    members = [name for names in npreport.CLASSES.values() for name in names.split()]
    assert len(members) == len(set(members))
    for wanted in npreport.WANTED.values():
        assert set(wanted) == {*npreport.CLASSES, "all"}
    assert set(npreport.FIRST_WANTED) == set(npreport.FIRST_NAMES)


def test_what_is_below_is_marked() -> None:
    assert npreport.against(3.4, 3.5).endswith(npreport.BELOW)
    assert not npreport.against(3.5, 3.5).endswith(npreport.BELOW)
    assert npreport.against(3.5, None) == ""
    assert "ABOVE" in npreport.late(0.02, 0.01)
    assert "ABOVE" not in npreport.late(0.01, 0.02)
    assert npreport.ninetieth([1.0, 2.0, 3.0]) == 3.0
    assert npreport.ninetieth(list(map(float, range(1, 11)))) == 9.0


def tally(kind: str, calls: int, seconds: float, tiled: float = 0.0) -> dict[str, Any]:
    return {"kind": kind, "calls": calls, "seconds": seconds, "tiled": tiled}


def row_of(rows: dict[str, Any], callouts: list[str], ours: float = 1.0) -> dict[str, Any]:
    """A row as `npbench.measure` makes one."""
    counted = {"wide": 1.0, "narrow": 0.0, "scalars": 0, "compulsory": 100, "traffic": 100, "rows": rows}
    known = {"numpy": 1.0, "slipstream": ours, "native": 1.0, "exits": 0.0, "places": [], "hints": []}
    return {"kernel": "k", "work": counted, "callouts": callouts, **known}


def test_times_of_functions_follow_from_what_compiled_code_calls() -> None:
    rows = {
        "exp f8": tally("functions", 1, 0.3, 0.7),
        "add c16": tally("arithmetic", 1, 0.1, 0.2),
        "sort": tally("functions", 1, 0.5),
    }
    for called, seconds, first in (
        (["exp f8"], 0.7, "exp f8"),
        (["add c16"], 0.2, "add c16"),
        ([limits.ANY], 1.2, "exp f8"),
        ([], 0.0, ""),
    ):
        facts = limits.facts(row_of(rows, called), MACHINE)
        assert facts.functions == pytest.approx(seconds, abs=1e-6)
        assert facts.function == first


def test_products_take_no_longer_than_numpy_in_all_and_count_where_they_are_long() -> None:
    rows = {"matmul": tally("products", 1, 3.0), "add f8": tally("arithmetic", 1, 1.0)}
    assert limits.facts(row_of(rows, []), MACHINE).products == pytest.approx(0.75, abs=1e-6)
    short = {"matmul": tally("products", 10_000, 10_000 * 1e-6)}
    assert limits.facts(row_of(short, []), MACHINE).products == 0
    judged = limits.judged(row_of(rows, []), MACHINE)
    assert (judged["limit"], judged["attained"]) == ("products", pytest.approx(100 / 4e11))
