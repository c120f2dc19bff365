"""Distributions that loops draw from by the functions of NumPy's own module of generators.

Which function a method calls, and with what, is NumPy's affair and may change: before its first use
each is compared with the method, number by number and by the state that is left behind.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from . import _native
from ._checked import Checked

_LARGE = 2**40

#: By method: the row in the extension, and parameters with the method's arguments for these.
ROWS: dict[str, tuple[int, tuple[tuple[float, float, tuple[float, ...]], ...]]] = {
    "standard_normal": (0, ((0.0, 0.0, ()),)),
    "standard_exponential": (1, ((0.0, 0.0, ()),)),
    "exponential": (2, ((2.5, 0.0, (2.5,)),)),
    "standard_gamma": (3, ((0.5, 0.0, (0.5,)), (3.5, 0.0, (3.5,)))),
    "chisquare": (4, ((0.5, 0.0, (0.5,)), (7.0, 0.0, (7.0,)))),
    "normal": (5, ((0.25, 3.0, (0.25, 3.0)),)),
    "uniform": (6, ((-1.5, 4.0, (-1.5, 2.5)),)),
    "gamma": (7, ((0.5, 2.0, (0.5, 2.0)), (3.5, 0.5, (3.5, 0.5)))),
    "beta": (8, ((0.5, 0.25, (0.5, 0.25)), (3.5, 2.0, (3.5, 2.0)))),
    "lognormal": (9, ((0.25, 0.5, (0.25, 0.5)),)),
    "laplace": (10, ((0.25, 3.0, (0.25, 3.0)),)),
    "integers": (11, ((-3, 9, (-3, 7)), (5, 0, (5, 6)), (0, _LARGE - 1, (_LARGE,)))),
    "randint": (12, ((-3, 9, (-3, 7)), (5, 0, (5, 6)), (0, _LARGE - 1, (_LARGE,)))),
    "random": (13, ((0.0, 0.0, ()),)),
}
#: Methods of the class that is only kept for its numbers.
_LEGACY = {"randint"}
_NUMBERS = 200


@functools.cache
def alike(name: str) -> bool:
    """Whether a function gives what NumPy's method gives, to the bit."""
    row, examples = ROWS[name]
    return all(_same(name, row, *example) for example in examples)


def _same(name: str, row: int, a: float, b: float, arguments: tuple[float, ...]) -> bool:
    ours, numpys = np.random.PCG64(5), np.random.PCG64(5)
    kind: Any = np.random.RandomState if name in _LEGACY else np.random.Generator
    method = getattr(kind(numpys), name)
    pairs = [(_native.draw(ours, row, a, b), method(*arguments)) for _ in range(_NUMBERS)]
    return all(x is not NotImplemented and x == y for x, y in pairs) and ours.state == numpys.state


#: The functions that are alike, by name.
checked = Checked(ROWS, alike, lambda _: _native.draw)
