"""What a function does, as a tally of each NumPy operation: calls, elements, operations, bytes, seconds."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np


def names(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Arithmetic whose operations count as such; of other ufuncs an operation an element.
ARITHMETIC = names(
    "add subtract multiply divide floor_divide remainder fmod divmod negative positive absolute fabs square "
    "sqrt reciprocal sign signbit maximum minimum fmax fmin greater greater_equal less less_equal equal "
    "not_equal logical_and logical_or logical_xor logical_not bitwise_and bitwise_or bitwise_xor invert "
    "left_shift right_shift isnan isinf isfinite floor ceil trunc rint copysign conjugate clip"
)
#: Functions that only move elements, or make them.
MOVES = names(
    "getitem setitem copy copyto astype array asarray ascontiguousarray asfortranarray concatenate "
    "stack vstack hstack dstack column_stack block append insert delete repeat tile roll flip fliplr "
    "flipud rot90 take take_along_axis put put_along_axis place putmask compress extract choose select "
    "where diag diagonal diagflat tril triu zeros_like ones_like full_like fill flatten ravel reshape "
    "transpose swapaxes moveaxis rollaxis squeeze expand_dims atleast_1d atleast_2d atleast_3d "
    "broadcast_to broadcast_arrays split hsplit vsplit array_split meshgrid pad resize tolist tobytes "
    "byteswap fill_diagonal"
)
#: Functions that look at no element.
METADATA = names(
    "shape ndim size result_type can_cast common_type min_scalar_type may_share_memory shares_memory "
    "iscomplexobj isrealobj empty empty_like ndarray dtype"
)
#: Floating-point operations of one on complex numbers; of others as of one on real numbers.
COMPLEX = {"add": 2, "subtract": 2, "negative": 2, "multiply": 6, "square": 5, "divide": 11, "absolute": 4}
#: The kinds of operations, by which times are summed up.
KINDS = ("arithmetic", "moves", "products", "functions")


def last(operands: list[Any], result: Any) -> float:
    """A sum of products over the last axis of the first operand, for each element of the result."""
    return 2.0 * int(np.size(result)) * int(operands[0].shape[-1])


def contraction(operands: list[Any], result: Any) -> float:
    """Two operands without axes in common but those summed over: k^2 = (m k)(k n) / (m n)."""
    if len(operands) < 2:
        return float(np.size(result))
    a, b = operands[:2]
    return 2.0 * math.sqrt(float(a.size) * b.size * np.size(result))


def second_moments(operands: list[Any], result: Any) -> float:
    """The product of the deviations with themselves."""
    size = int(np.size(result))
    return 2.0 * size * int(operands[0].size) / max(math.isqrt(size), 1)


def inverse(operands: list[Any], result: Any) -> float:
    return 2.0 * int(operands[0].size) * int(operands[0].shape[-1])


def factorised(operands: list[Any], result: Any) -> float:
    """Cholesky's factors: n^3 / 3."""
    return int(operands[0].size) * int(operands[0].shape[-1]) / 3


def solved(operands: list[Any], result: Any) -> float:
    """LU and two triangles: 2/3 n^3 and 2 n^2 a column."""
    n = int(operands[0].shape[-1])
    return 2 * int(operands[0].size) * n / 3 + 2.0 * int(np.size(result)) * n


#: Functions of BLAS and LAPACK to their operations (G. Golub, C. Van Loon, "Matrix Computations").
PRODUCTS = {
    "matmul": last,
    "vecdot": last,
    "matvec": last,
    "vecmat": last,
    "dot": contraction,
    "vdot": contraction,
    "inner": contraction,
    "tensordot": contraction,
    "outer": lambda operands, result: float(np.size(result)),
    "cov": second_moments,
    "corrcoef": second_moments,
    "inv": inverse,
    "cholesky": factorised,
    "solve": solved,
}


class TooLong(BaseException):
    """Counting takes longer than it may. Not an `Exception`: what is counted must not catch it."""


@dataclasses.dataclass
class Tally:
    """One operation, by name; of a ufunc by type, with the seconds on tiles in a near cache."""

    kind: str
    calls: int = 0
    elements: int = 0
    operations: float = 0.0
    bytes: int = 0
    seconds: float = 0.0
    tiled: float = 0.0


class Counter:
    """The tally of one call. Arguments are known by numbers: which were read, which were written into."""

    def __init__(self, seconds: float) -> None:
        self.rows: dict[str, Tally] = {}
        self.wide = self.narrow = 0.0
        self.scalars = self.leaves = 0
        self.unknown: set[str] = set()
        self._rates: dict[str, float] = {}
        self.read: set[int] = set()
        self.written: set[int] = set()
        self._seconds, self._end = seconds, float("inf")

    def begin(self) -> None:
        """From here on time counts: the processor's, which other programs do not lengthen."""
        self._end = time.process_time() + self._seconds

    def scalar(self, count: int = 1) -> None:
        """Operations on numbers that are no arrays."""
        self.scalars += count
        if not self.scalars & 1023:
            self.look_at_clock()

    def look_at_clock(self) -> None:
        if time.process_time() > self._end:
            raise TooLong

    def touch(self, read: Iterable[Any], written: Iterable[Any]) -> None:
        """Note which arguments these lie in."""
        self.read.update(a.origin for a in read if getattr(a, "origin", None) is not None)
        self.written.update(a.origin for a in written if getattr(a, "origin", None) is not None)

    def ufunc(
        self, name: str, method: str, axis: int, read: list[Any], results: list[Any], seconds: float
    ) -> None:
        """A call of a ufunc or of its method, with the arrays it reads and what came of it."""
        if name in PRODUCTS:
            self.leaf(name, read, results, seconds)
            return
        elements = _elements(method, axis, read, results)
        kind = "arithmetic" if name in ARITHMETIC else "functions"
        work = elements * _weight(name, read)
        if kind == "functions":
            self.unknown.add(name)
        self.enter(typed(name, read), kind, elements, work, read, results, seconds)

    def tiled(self, name: str, read: list[Any], results: list[Any], rate: Callable[[], float]) -> None:
        """The call of a ufunc that was just entered, at its rate on tiles, measured once a type."""
        name = typed(name, read)
        if name not in self._rates:
            self._rates[name] = rate()
        self.rows[name].tiled += self._rates[name] * int(np.size(results[0]))

    def leaf(self, name: str, read: list[Any], results: list[Any], seconds: float) -> None:
        """A function of NumPy's inside of which nothing was counted."""
        moved = max((a.size for a in [*read, *results] if isinstance(a, np.ndarray)), default=0)
        if name in MOVES:
            self.enter(name, "moves", moved, 0.0, read, results, seconds)
        elif name in PRODUCTS:
            weight = 4 if any(a.dtype.kind == "c" for a in read) else 1
            work = weight * PRODUCTS[name](read, results[0])
            self.enter(name, "products", moved, work, read, results, seconds)
        else:
            self.unknown.add(name)
            self.enter(name, "functions", moved, float(moved), read, results, seconds)

    def made(self, name: str, results: list[Any], seconds: float) -> None:
        """A function that makes arrays of no array."""
        if name not in METADATA:
            elements = sum(a.size for a in results)
            self.enter(name, "moves", elements, 0.0, [], results, seconds)

    def enter(
        self,
        name: str,
        kind: str,
        elements: int,
        operations: float,
        read: list[Any],
        results: list[Any],
        seconds: float,
    ) -> None:
        """One more call in the row of `name`."""
        self.leaves += 1
        if not self.leaves & 63:
            self.look_at_clock()
        row = self.rows.setdefault(name, Tally(kind))
        row.calls += 1
        row.elements += elements
        row.operations += operations
        row.bytes += moved_bytes(read, results)
        row.seconds += seconds
        if _narrow(read or results):
            self.narrow += operations
        else:
            self.wide += operations

    def work(self, arguments: Iterable[Any], result: Any) -> dict[str, Any]:
        """All of it as JSON: see `Work`."""
        return dataclasses.asdict(
            Work(
                wide=self.wide + self.scalars,
                narrow=self.narrow,
                scalars=self.scalars,
                compulsory=self.compulsory(list(arguments), result),
                traffic=sum(row.bytes for row in self.rows.values()),
                unknown=sorted(self.unknown),
                rows=self.rows,
            )
        )

    def compulsory(self, arguments: list[Any], result: Any) -> int:
        """Bytes of each argument that is read, of each that is written into, of each array that is new."""
        count = sum(int(arguments[i].nbytes) for group in (self.read, self.written) for i in group)
        new = [a for a in flat(result) if not any(np.may_share_memory(a, b) for b in arguments)]
        return count + sum(int(a.nbytes) for a in new)


@dataclasses.dataclass
class Work:
    """What a call does at the least, and what NumPy does for it.

    Attributes
    ----------
    wide, narrow : float
        Operations on numbers of eight bytes, those on scalars among them, and of
        four and fewer.
    scalars : int
        Operations on numbers that are no arrays. What only computes an index is
        addressing and does not count.
    compulsory : int
        Bytes: each array argument that is read and each result once.
    traffic : int
        Bytes that NumPy's operations read and write one by one.
    unknown : list of str
        Functions whose operations are not known: an operation an element was
        counted, so there is more.
    rows : dict
        Name of an operation to its `Tally`.
    """

    wide: float
    narrow: float
    scalars: int
    compulsory: int
    traffic: int
    unknown: list[str]
    rows: dict[str, Tally]


def typed(name: str, read: list[Any]) -> str:
    """Name and type, as plans tell of loops: ``exp f8``."""
    return f"{name} {read[0].dtype.kind}{read[0].dtype.itemsize}" if read else name


def flat(value: Any) -> list[Any]:
    """The arrays in a result."""
    if isinstance(value, np.ndarray):
        return [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else ()
    return [array for item in items for array in flat(item)]


def moved_bytes(read: list[Any], results: list[Any]) -> int:
    """Distinct operands and results."""
    operands = list({place(a): a for a in read}.values()) if len(read) > 1 else read
    return sum([_lying(a) for a in [*operands, *results] if isinstance(a, np.ndarray)])


def place(a: Any) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    """Where it lies: arrays of one place are the same elements."""
    return int(a.__array_interface__["data"][0]), a.shape, a.strides


def _lying(a: Any) -> int:
    """Bytes of the elements that there are in memory: an axis that is repeated lies there once."""
    if 0 not in a.strides:
        return int(a.nbytes)
    lengths: list[int] = [n for n, stride in zip(a.shape, a.strides, strict=True) if stride or not n]
    return math.prod(lengths) * int(a.itemsize)


def _elements(method: str, axis: int, read: list[Any], results: list[Any]) -> int:
    """Operations of a call; a row of n elements is reduced, or accumulated, by n - 1."""
    if method in ("__call__", "outer"):
        return sum(int(np.size(result)) for result in results)
    if method == "at":
        return max((int(a.size) for a in read[1:]), default=1)
    given = max((int(a.size) for a in read), default=0)
    if method == "reduce":
        return max(given - int(np.size(results[0])), 0)
    rows = given // max(int(read[0].shape[axis]), 1) if method == "accumulate" else 0
    return given - rows


def _weight(name: str, read: list[Any]) -> int:
    return COMPLEX.get(name, 1) if any(a.dtype.kind == "c" for a in read) else 1


def _narrow(arrays: list[Any]) -> bool:
    sizes = [a.itemsize // (2 if a.dtype.kind == "c" else 1) for a in arrays if hasattr(a, "itemsize")]
    return bool(sizes) and max(sizes) <= 4
