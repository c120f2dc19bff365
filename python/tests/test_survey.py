"""The survey of library code, of a package of two functions; ``make survey`` takes SciPy and scikit-learn."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest
from survey import memory, record, report
from survey.__main__ import beyond
from survey.runs import Run, differing, read, run

SOURCE = '''
import numpy as np
import os

__all__ = ["scaled", "told", "Box"]


def scaled(x, by=2.0):
    """Scale.

    >>> import numpy as np
    >>> from little.parts import scaled
    >>> y = scaled(np.arange(4.0))
    >>> y
    >>> scaled("text")
    """
    y = np.asarray(x) * by
    y = y + y * y
    return y / (1.0 + y)


def told(x):
    """Tell.

    >>> import numpy as np
    >>> from little.parts import told
    >>> told(np.ones(3))
    """
    y = x * 2.0 + x
    print(y.sum(), file=None)
    z = y * y - x
    return z / (1.0 + z)


class Box:
    def sized(self):
        """Nothing.

        >>> 1 + 1
        """
'''
NAMES = ["little.parts:scaled", "little.parts:told", "little.parts:Box.sized"]


@pytest.fixture
def package(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "little").mkdir()
    (tmp_path / "little" / "__init__.py").touch()
    (tmp_path / "little" / "parts.py").write_text(SOURCE)
    monkeypatch.setattr("survey.runs.EXTRA", str(tmp_path))
    return "little"


def test_a_survey(package: str, tmp_path: pathlib.Path) -> None:
    found = run([package], "names", [package], tmp_path / "out")
    listed = found.examples[package]
    assert listed
    assert listed["names"] == NAMES
    plain, fast, operations = (
        run([package], mode, NAMES, tmp_path / "out") for mode in ("plain", "fast", "operations")
    )
    assert not differing(plain, fast)
    assert not fast.died
    told = plain.examples["little.parts:scaled"]
    assert told
    assert (told["statements"], told["raised"]) == (5, 1)
    paths = {p.example: p for p in report.paths(fast, operations)}
    assert [p.operations for p in paths.values()] == [6, 7]
    if sys.version_info >= (3, 12):
        assert len(paths["little.parts:scaled"].python) == 1  # of the text
        assert len(paths["little.parts:told"].python) == 1
        assert [p.working for p in paths.values()] == [1, 1]
    page = report.text(plain, fast, operations, report.Verdicts([], [], []))
    assert "| identical | 3 |" in page


def test_a_crash_is_noticed(tmp_path: pathlib.Path) -> None:
    notes = tmp_path / "notes"
    notes.write_text('{"begin": "a"}\n{"name": "a", "results": []}\n{"begin": "b"}\n')
    assert read(notes, "fast").died == ["b"]


def test_what_differs() -> None:
    def of(results: list[str]) -> Run:
        return Run("plain", {"a": {"results": [results]}, "b": {"results": [["1"]]}})

    assert differing(of(["1", "2"]), of(["1", "3"])) == ["a"]


def test_bits_attributes_and_memory_are_compared() -> None:
    class Holder:
        def __init__(self, *arrays: np.ndarray) -> None:
            self.arrays = arrays
            self.me = self

    a = np.arange(4.0)
    same = record.Values({"x": Holder(a, a[1:])}).facts
    assert record.digest(same) == record.digest(record.Values({"x": Holder(a, a[1:])}).facts)
    for other in (
        (a, a[1:].copy()),
        (a, a[::-1][1:]),
        (a + 1e-16, a[1:]),
        (-a, a[1:]),
        (a.astype("f4"), a[1:]),
    ):
        assert record.digest(record.Values({"x": Holder(*other)}).facts) != record.digest(same)


def test_what_differs_among_plain_runs_hides_nothing_else(tmp_path: pathlib.Path) -> None:
    def of(*facts: dict[str, str]) -> Run:
        return Run("plain", {"a": {"results": [list(facts)]}})

    plain = of({"x": "0"}, {"y": "1", "memory.base:bytes": "5"}, {"z": "2"})
    twin = of({"x": "0"}, {"y": "1", "memory.base:bytes": "6"}, {"z": "2"})
    for other, differs in (
        (of({"x": "0"}, {"y": "1", "memory.base:bytes": "7"}, {"z": "2"}), False),
        (of({"x": "0"}, {"y": "1", "memory.more": "7"}, {"z": "2"}), False),
        (of({"x": "0"}, {"y": "1", "memory.base:bytes": "5"}, {"z": "3"}), False),  # may follow from it
        (of({"x": "1"}, {"y": "1", "memory.base:bytes": "7"}, {"z": "2"}), True),
        (of({"x": "0"}, {"y": "2", "memory.base:bytes": "7"}, {"z": "2"}), True),
        (of({"x": "0"}, {"y": "1", "memory.base:bytes": "7", "more": "1"}, {"z": "2"}), True),
        (of({"x": "0"}, {"y": "1", "memory.base:bytes": "7"}), True),
        (Run("fast", {"a": None}), True),
    ):
        assert beyond(plain, twin, other, "a") == differs


FILLED = """
import os
import numpy as np
from survey import memory

memory.from_the_library()
kept = [np.full(n, 3, "u1") for n in (72, 900, 5000) for _ in range(20)]
del kept
for n in (72, 900, 5000):
    print(set(np.empty(n, "u1")[16:].tolist()) <= {37, 218})  # the library's own words are in front
grown = np.ones(7)
grown.resize(900, refcheck=False)
print(grown.sum(), np.zeros(900).sum(), np.arange(5).sum(), flush=True)
os._exit(0)
"""


def test_arrays_have_memory_that_the_c_library_fills() -> None:
    place = {**os.environ, **memory.filled(37), "PYTHONPATH": str(pathlib.Path(__file__).parent)}
    told = subprocess.run(
        [sys.executable, "-c", FILLED], env=place, capture_output=True, text=True, check=True
    )
    assert told.stdout.splitlines() == ["True"] * 3 + ["7.0 0.0 10"]
