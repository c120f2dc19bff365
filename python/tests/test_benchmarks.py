"""Each benchmark case once at its smallest size: bits are compared, nothing is timed."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import numpy as np
import pytest
from slipstream import jit
from slipstream._benchmarks import bits, cases, npbench, ops, report, session

ROOT = Path(__file__).resolve().parents[2]
SMALLEST = [(case, dtype) for case in cases.CASES for dtype in case.dtypes]
#: More calls than a function needs to settle.
CALLS = 4


@pytest.mark.parametrize(
    ("case", "dtype"), SMALLEST, ids=[f"{case.name}-{dtype}" for case, dtype in SMALLEST]
)
def test_case_has_numpys_bits(case: cases.Case, dtype: str) -> None:
    given = cases.arguments(case, min(case.sizes), dtype)
    ours = copy.deepcopy(given)
    function = jit(case.function)
    for _ in range(CALLS):
        expected, got = case.function(*given), function(*ours)
        assert bits.differing(expected, got) == 0 if expected is not None else got is None
        assert all(bits.differing(e, g) == 0 for e, g in zip(given, ours, strict=True))


def test_names_are_unique() -> None:
    names = [case.name for case in cases.CASES]
    assert len(names) == len(set(names))


def test_unknown_name_is_refused() -> None:
    with pytest.raises(KeyError, match="no benchmark 'nothing'"):
        cases.chosen(["nothing"])


@pytest.mark.parametrize(
    ("expected", "got", "count"),
    [
        (np.zeros(3), np.zeros(3), 0),
        (np.zeros(3), -np.zeros(3), 3),
        (np.array([np.nan, 1.0]), np.array([-np.nan, 1.0]), 0),
        (np.zeros(3), np.zeros(3, "f4"), bits.ANOTHER_KIND),
        (np.zeros(3), np.zeros((3, 1)), bits.ANOTHER_KIND),
        (np.float64(1), 1.0, bits.ANOTHER_KIND),
        ([np.zeros(3), np.ones(2)], [np.zeros(3), -np.ones(2)], 2),
        ([np.zeros(3)], (np.zeros(3),), bits.ANOTHER_KIND),
        ({"k": np.zeros(2)}, {"k": -np.zeros(2)}, 2),
        ({"k": 1.0}, {"j": 1.0}, 1),
        (slice(np.ones(2), 3), slice(np.ones(2), 3), 0),
    ],
)
def test_differing(expected: object, got: object, count: int) -> None:
    assert bits.differing(expected, got) == count


def test_every_row_of_the_compilers_tables_is_measured() -> None:
    forms, unknown = ops.all_forms()
    assert not unknown
    assert {form.row for form in forms} >= {"add", "numpy.sort", "numpy.where", "ndarray.sum", "<"}


@pytest.mark.parametrize("text", ["a + b", "np.sqrt((a + b))"])
def test_row_of_operations(text: str) -> None:
    found = ops.row(ops.Form("x", text, True), 10, "float32")
    assert (found["path"], found["differing"], found["size"]) == ("native", 0, 10)


def test_rows_of_integers_and_of_one_element() -> None:
    """Every row of a type has arrays of that type, and what takes one element is measured at it."""
    found, _ = ops.all_forms(["add", "numpy.sort", "numpy.take"], "int64")
    assert {form.row for form in found} >= {"add", "numpy.sort", "numpy.take"}
    assert ops.arrays(4, "int64")["a"].dtype == np.dtype("int64")
    assert ops.reachable(ops.Form("x", "a + b", False), ops.EVERY_SIZE[:4], "int64") == [1, 10, 100, 10_000]
    assert ops.reachable(ops.Form("x", "np.take(a, [0, 2])", False), (1, 10), "float64") == [10]


def test_rows_below_the_law_are_counted_by_size() -> None:
    measured = (("a", 1, 0.5), ("b", 1, 1.0), ("a", 9, 1.0))
    done = [{"row": r, "dtype": "f8", "size": n, "ratio": x} for r, n, x in measured]
    counted = [line.split(":")[1].split()[:3] for line in ops.below(done)]
    assert counted == [["1", "of", "2"], ["0", "of", "1"]]


def test_operations_that_grow_faster_are_measured_at_small_sizes_only() -> None:
    assert ops.reachable(ops.Form("x", "np.add.outer(a, b)", False), (10, 1_000_000), "float64") == [10]


def test_report_names_the_worst_and_the_best() -> None:
    row = {
        "case": "add",
        "dtype": "float64",
        "size": 1,
        "floor": 1.0,
        "path": "native",
        "not_run": {},
        "differing": {"slipstream": 0, "numba": 2},
        "times": {"numpy": {"median": 2e-6}, "slipstream": {"median": 1e-6}, "numba": {"median": 4e-6}},
    }
    slow = {**row, "size": 10, "times": {"numpy": {"median": 1e-6}, "slipstream": {"median": 2e-6}}}
    machine = {"cpu": "x", "cores": 1, "system": "y", "load": 0.0}
    result = {
        "rows": [row, slow],
        "warm_allocator": [],
        "first_call": None,
        "machine": machine,
        "versions": {"numpy": "2", "blas": "openblas"},
        "date": "today",
    }
    text = report.markdown(json.loads(json.dumps(result)))
    assert "worst: add float64 10: 0.50" in text
    assert "best: add float64 1: 2.00" in text
    assert "0.50*" in text
    assert "1 of 2 rows are below the ratio wanted" in text


def test_summary_of_first_calls() -> None:
    calls = {
        "start": 0.02,
        "cases": [{"case": "a", "first": 0.1, "settled": 0.2}, {"case": "b", "first": 0.3, "settled": 0.4}],
    }
    assert session.summary(calls)["first"] == {"median": 0.2, "worst": 0.3, "worst_case": "b"}


KERNEL = """
def total(a, n):
    s = 0.0
    for i in range(n):
        s += a[i]
    a[0] = s
    return a[:2]
"""


def test_kernels_of_a_checkout_are_measured_and_compared(tmp_path: Path) -> None:
    """Such a folder as NPBench has: what is needed of it, and nothing else."""
    info = {
        "short_name": "total",
        "relative_path": "own/total",
        "module_name": "total",
        "func_name": "total",
        "parameters": {"S": {"N": 9}},
        "init": {"func_name": "initialize", "input_args": ["N"], "output_args": ["a"]},
        "input_args": ["a", "N"],
    }
    (tmp_path / "bench_info").mkdir()
    (tmp_path / "bench_info" / "total.json").write_text(json.dumps({"benchmark": info}))
    folder = tmp_path / "npbench" / "benchmarks" / "own" / "total"
    folder.mkdir(parents=True)
    (folder / "total.py").write_text(
        "import numpy as np\n\ndef initialize(n):\n    return np.arange(float(n))\n"
    )
    (folder / "total_numpy.py").write_text(KERNEL)
    [(name, found)] = npbench.kernels(tmp_path, [], "S")
    row = npbench.measure(npbench.load(tmp_path, found, "S"), 0.01)
    assert name == row["kernel"] == "total"
    assert row["differing"] == []
    assert row["ratio"] > 0


def test_every_difference_of_a_result_is_told() -> None:
    a = np.arange(6.0).reshape(2, 3).copy()
    for other in (a.astype("f4"), a.T, a.copy("F"), a + 1, a[:1], [a]):
        assert npbench.differences(a, other)
    assert npbench.differences((a, 1), (a.copy(), 1)) == []
