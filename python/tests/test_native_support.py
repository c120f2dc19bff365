"""What the tests of ``slipstream._native`` share: kernels compiled by the C
compiler, plans written as Python data, and the check of both."""

from __future__ import annotations

import ctypes
import re
import shutil
import struct
import subprocess
import sysconfig
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

native = pytest.importorskip("slipstream._native")

HEADER = Path(__file__).parents[2] / "pyext" / "native" / "image.h"
C = {m[1]: int(m[2]) for m in re.finditer(r"^\s+SLIP_(\w+) = (-?\d+),", HEADER.read_text(), re.M)}
REASON = {name: number for number, name in enumerate(native.REASONS)}
NONE = -1
F8, F4, I8, I4, B1 = C["F64"], C["F32"], C["I64"], C["I32"], C["BOOL"]
IN, OUT, SCALAR, ROW = C["IN"], C["OUT"], C["SCALAR"], C["ROW"]

SOURCE = r"""
#include <math.h>
#include <stdint.h>
#define KERNEL(name) \
    int64_t name(void **a, int64_t lo, int64_t hi, void *scratch, void **table, int64_t *flags, \
                 const int64_t *rows)
#define MAP(name, to, ...) KERNEL(name) { \
    for (int64_t r = 0; r < rows[0]; r++) for (int64_t i = lo; i < hi; i++) { __VA_ARGS__; } \
    return 0; }
#define AT(T, p) (*(T *)((char *)a[p] + (i & rows[1 + 2 * p]) * sizeof(T) + r * rows[2 + 2 * p]))
#define D(p) AT(double, p)
#define F(p) AT(float, p)
#define L(p) AT(int64_t, p)
#define I(p) AT(int32_t, p)
#define B(p) AT(int8_t, p)
#define S(p) (*(double *)a[p])
MAP(muladd, d, D(3) = D(0) * D(1) + D(2))
MAP(add, d, D(2) = D(0) + D(1))
MAP(add_row, d, D(2) = D(0) + D(1))
MAP(add_f4, f, F(2) = F(0) + F(1))
MAP(add_i8, l, L(2) = L(0) + L(1))
MAP(add_i4, l, I(2) = I(0) + I(1))
MAP(twice, d, D(1) = D(0) * 2)
MAP(copy, d, D(1) = D(0))
MAP(scale, d, D(2) = D(0) * S(1))
MAP(scale_f4, f, F(2) = F(0) * *(float *)a[1])
MAP(scale_i4, l, I(2) = I(0) * *(int32_t *)a[1])
MAP(scale_i8, l, L(2) = L(0) * *(int64_t *)a[1])
MAP(divide, d, D(2) = D(0) / D(1))
MAP(less, b, B(2) = D(0) < D(1))
MAP(both, d, D(2) = D(0) + D(1); D(3) = D(0) - D(1))
MAP(stuck, d, D(1) = D(0); return 7)
KERNEL(numpy_loop)
{
    char *args[] = {(char *)a[0] + 8 * lo, (char *)a[1] + 8 * lo};
    intptr_t n = hi - lo, steps[] = {8, 8};
    ((void (*)(char **, intptr_t *, intptr_t *, void *))table[0])(args, &n, steps, table[1]);
    return 0;
}
/* A loop of NumPy's kind whose result tells which of its steps are negative. */
void tell_steps(char **a, intptr_t *n, intptr_t *s, void *data)
{
    for (intptr_t i = 0; i < *n; i++)
        *(double *)(a[2] + i * s[2]) = *(double *)(a[0] + i * s[0]) + 10 * *(double *)(a[1] + i * s[1])
            + (s[0] < 0 ? 1000 : 0) + (s[1] < 0 ? 2000 : 0) + (s[2] < 0 ? 4000 : 0);
}
#define LEAF(name, type, expr) KERNEL(name) { \
    type s[8], t = -0.0; int64_t i = lo, r = 0, n = hi - lo; \
    if (n < 8) { for (; i < hi; i++) t += expr; } \
    else { for (int k = 0; k < 8; k++, i++) s[k] = expr; \
        for (; i + 8 <= hi;) for (int k = 0; k < 8; k++, i++) s[k] += expr; \
        t = ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7])); \
        for (; i < hi; i++) t += expr; } \
    *(type *)a[OUTPUT] = t; return 0; }
#define OUTPUT 1
LEAF(sum, double, D(0))
LEAF(sum_f4, float, F(0))
#undef OUTPUT
#define OUTPUT 2
LEAF(dot, double, (D(0) * D(1)))
void set_control(unsigned word) { __asm__ volatile("ldmxcsr %0" : : "m"(word)); }
"""


def _compile() -> ctypes.CDLL:
    folder = Path(tempfile.mkdtemp(prefix="slipstream-kernels-"))
    compiler = (
        shutil.which("cc") or shutil.which("gcc") or (sysconfig.get_config_var("CC") or "cc").split()[0]
    )
    source, library = folder / "kernels.c", folder / "kernels.so"
    source.write_text(SOURCE)
    flags = ["-O3", "-shared", "-fPIC", "-ffp-contract=off", "-frounding-math", "-ftrapping-math"]
    try:
        subprocess.run([compiler, *flags, str(source), "-o", str(library)], check=True)
        return ctypes.CDLL(str(library))
    except FileNotFoundError:
        pytest.skip("no C compiler", allow_module_level=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


kernels = _compile()

# name -> (parameters as (kind, type), flags)
RAISES, REDUCE, BARE = C["KF_RAISES"], C["KF_REDUCE"], C["KF_BARE"]


def _same(kind: int, *kinds: int) -> list[tuple[int, int]]:
    return [(k, kind) for k in kinds]


KERNELS: dict[str, tuple[list[tuple[int, int]], int]] = {
    "muladd": (_same(F8, IN, IN, IN, OUT), RAISES),
    "add": (_same(F8, IN, IN, OUT), RAISES),
    "add_row": (_same(F8, IN, ROW, OUT), RAISES),
    "add_f4": (_same(F4, IN, IN, OUT), RAISES),
    "add_i8": (_same(I8, IN, IN, OUT), 0),
    "add_i4": (_same(I4, IN, IN, OUT), 0),
    "twice": (_same(F8, IN, OUT), RAISES),
    "copy": (_same(F8, IN, OUT), 0),
    "scale": (_same(F8, IN, SCALAR, OUT), RAISES),
    "scale_f4": (_same(F4, IN, SCALAR, OUT), RAISES),
    "scale_i4": (_same(I4, IN, SCALAR, OUT), 0),
    "scale_i8": (_same(I8, IN, SCALAR, OUT), 0),
    "divide": (_same(F8, IN, IN, OUT), RAISES),
    "less": ([(IN, F8), (IN, F8), (OUT, B1)], RAISES),
    "both": (_same(F8, IN, IN, OUT, OUT), RAISES),
    "stuck": (_same(F8, IN, OUT), 0),
    "numpy_loop": (_same(F8, IN, OUT), RAISES),
    "sum": (_same(F8, IN, OUT), RAISES | REDUCE | BARE),
    "sum_f4": (_same(F4, IN, OUT), RAISES | REDUCE | BARE),
    "dot": (_same(F8, IN, IN, OUT), RAISES | REDUCE),
}


def address(name: str) -> int:
    return ctypes.cast(getattr(kernels, name), ctypes.c_void_p).value or 0


@dataclass
class Plan:
    """A plan under construction; methods return the numbers of what they add."""

    args: int
    direct: bool = False
    objects: list[Any] = field(default_factory=list)
    loops: list[tuple[int, int]] = field(default_factory=list)
    inputs: list[int] = field(default_factory=list)
    facts: list[int] = field(default_factory=list)
    values: list[int] = field(default_factory=list)
    kernels: list[int] = field(default_factory=list)
    tasks: list[int] = field(default_factory=list)
    exits: list[int] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def _count(self, what: str) -> int:
        self.counts[what] = self.counts.get(what, 0) + 1
        return self.counts[what] - 1

    def object(self, o: Any) -> int:
        self.objects.append(o)
        return len(self.objects) - 1

    def value(self, kind: str, type: int = 0, rank: int = 0) -> int:
        self.values += [C[kind.upper()], type, rank]
        return self._count("values")

    def array(self, rank: int = 1, type: int = F8) -> int:
        return self.value("array", type, rank)

    def input(
        self,
        value: int,
        index: int,
        source: str = "arg",
        writable: bool = False,
        equal: int = NONE,
        key: int = NONE,
        class_: int = NONE,
    ) -> int:
        self.inputs += [value, C["FROM_" + source.upper()], index, int(writable), equal, key, class_]
        self._count("inputs")
        return value

    def fact(self, space: dict, key: str, expect: Any = None, fallback: dict | None = None) -> int:
        dict_, name = self.object(space), self.object(key)
        wanted = NONE if expect is None else self.object(expect)
        second = NONE if fallback is None else self.object(fallback)
        self.facts += [dict_, name, wanted, second]
        return self._count("facts")

    def kernel(self, name: str, loops: Sequence[tuple[int, int]] = (), at: int | None = None) -> int:
        params, flags = KERNELS[name]
        self.kernels += [address(name) if at is None else at, len(params), len(loops), 0, flags, 3, 9]
        for kind, type in params:
            self.kernels += [kind, type]
        self.loops += list(loops)
        return self._count("kernels")

    def task(
        self,
        kind: str,
        src: Sequence[int] = (),
        dst: int = NONE,
        *,
        axis: int = 0,
        kernel: int = NONE,
        callee: int = NONE,
        kwnames: int = NONE,
        operator: int = NONE,
        exit: int = NONE,
        outs: Sequence[int] = (),
        reuse: Sequence[int] = (),
        drops: Sequence[int] = (),
        index: Sequence[Any] = (),
        only_c: bool = False,
        cover: Sequence[int] = (),
        orders: Sequence[tuple[int, ...]] = (),
        order_of: Sequence[int] = (),
        apart: Sequence[int] = (),
    ) -> int:
        self.tasks += [C[kind.upper()], dst, axis, kernel, callee, kwnames, operator, exit, 1]
        sizes = [len(src), len(outs), len(reuse), len(drops), len(index)]
        self.tasks += [*sizes, only_c, len(cover), 0, 0]
        self.tasks += [len(orders), len(apart), *src, *outs, *reuse, *drops, *apart, *cover]
        self.tasks += [*(w for o in orders for w in o), *order_of]
        for item in index:
            self._index(item)
        return self._count("tasks")

    def _index(self, item: Any) -> None:
        """An index item: an int, a slice, None; ("v", value) stands for a value."""
        kind = "INT"
        parts = [item, None, None]
        if item is None:
            kind = "NEWAXIS"
        elif isinstance(item, slice):
            kind, parts = "SLICE", [item.start, item.stop, item.step]
        self.tasks.append(C["INDEX_" + kind])
        for p in parts:
            if isinstance(p, tuple):
                self.tasks += [p[1], 0, 0]
            else:
                self.tasks += [NONE, p or 0, int(p is None)]

    def apply(
        self, name: str, *src: int, mode: str = "NEW", loops: Sequence[tuple[int, int]] = (), **more: Any
    ) -> int:
        """A kernel task; all Out parameters have the same mode."""
        outs = [C["OUT_" + mode] if k == OUT else 0 for k, _ in KERNELS[name][0]]
        kind = "sum" if KERNELS[name][1] & REDUCE else "kernel"
        if "orders" not in more and not KERNELS[name][1] & BARE:
            more |= self._one_operation(outs, src, loops)
        return self.task(kind, src, kernel=self.kernel(name, loops), outs=outs, **more)

    def _one_operation(self, outs: Sequence[int], src: Sequence[int], loops: Any) -> dict[str, Any]:
        """The orders of a kernel that is one ufunc of all its arrays."""
        arrays = [p for p, v in enumerate(src) if not outs[p] and self.values[C["V_ROW"] * v] == C["ARRAY"]]
        if not arrays:
            return {}
        reads = sum((p + 1) << (8 * i) for i, p in enumerate(arrays)) if loops else 0
        order = (C["ORDER_UFUNC"], sum(1 << p for p in arrays), 0, 0, reads)
        return {"orders": [order], "order_of": [0 if o else NONE for o in outs]}

    def exit(self, *values: int) -> int:
        self.exits += [len(values), *values]
        return self._count("exits")

    def leave(self, *values: int) -> int:
        return self.task("leave", exit=self.exit(*values))

    def words(self) -> list[int]:
        n = self.counts.get
        head = [C["MAGIC"], C["FORMAT"], 0, self.args, len(self.objects), n("inputs", 0), n("facts", 0)]
        head += [n("values", 0), n("kernels", 0), n("tasks", 0), n("exits", 0), int(self.direct)]
        head += [0, 0, 0]  # locals that are freed
        head += [0]  # a loop nest
        all = head + self.inputs + self.facts + self.values + self.kernels + self.tasks + self.exits
        all[C["H_WORDS"]] = len(all)
        return all

    def image(self) -> bytes:
        return pack(self.words())

    def add(self, region: Any, exit_map: Sequence[int] | None = None) -> int:
        numbers = exit_map if exit_map is not None else [0] * self.counts.get("exits", 0)
        return region.add(self.image(), tuple(self.objects), tuple(self.loops), tuple(numbers))

    def region(self, exits: int = 1, width: int = 0, exit_map: Sequence[int] | None = None) -> Any:
        region = native.Region("test")
        region.exits, region.width = exits, width
        self.add(region, exit_map)
        return region


def pack(words: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(words)}q", *words)


def elementwise(name: str, rank: int = 1, ranks: Sequence[int] | None = None, mode: str = "NEW") -> Plan:
    """A direct plan of one kernel over its arguments, all of them arrays."""
    params = KERNELS[name][0]
    inputs = [t for k, t in params if k in (IN, ROW)]
    ranks = ranks if ranks is not None else [rank] * len(inputs)
    plan = Plan(len(inputs), direct=True)
    src = [plan.input(plan.array(r, t), i) for i, (r, t) in enumerate(zip(ranks, inputs, strict=True))]
    out = plan.value("npscalar", params[-1][1]) if mode == "SCALAR" else plan.array(max(ranks), params[-1][1])
    plan.apply(name, *src, out, mode=mode)
    plan.leave(out)
    return plan


def relying(space: dict, key: str, fallback: dict | None = None) -> Any:
    """A region of one kernel over what a name means."""
    plan = Plan(0, direct=True)
    fact = plan.fact(space, key, fallback=fallback)
    a, out = plan.input(plan.array(), fact, "fact"), plan.array()
    plan.apply("twice", a, out)
    plan.leave(out)
    return plan.region()


def called(callee: Any, kind: str = "array", type: int = F8, rank: int = 1, names: tuple = ()) -> Plan:
    """A plan of one call, of its first argument and more objects."""
    n = 1 + len(names)
    plan = Plan(n, direct=True)
    src = [plan.input(plan.array(), 0)] + [plan.input(plan.value("object"), i) for i in range(1, n)]
    out = plan.value(kind, type, rank if kind == "array" else 0)
    more = {"kwnames": plan.object(names)} if names else {}
    plan.task("call", src, out, callee=plan.object(callee), **more)
    plan.leave(out)
    return plan


def ones(n: int = 4) -> np.ndarray:
    return np.ones(n)


def same(a: Any, b: Any) -> None:
    """Equal as a program could see it: type, dtype, shape, strides, flags, bytes."""
    assert type(a) is type(b)
    if isinstance(a, np.ndarray):
        assert a.dtype is b.dtype
        assert a.shape == b.shape
        assert a.strides == b.strides
        assert str(a.flags) == str(b.flags)
        assert a.tobytes() == b.tobytes()
    elif isinstance(a, np.generic):
        assert a.dtype is b.dtype
        assert a.tobytes() == b.tobytes()
    elif isinstance(a, float):
        assert struct.pack("d", a) == struct.pack("d", b)
    else:
        assert a == b


def configure() -> None:
    """As the package does: NumPy's default error state, and one that raises."""
    import contextvars

    from numpy._core.umath import _extobj_contextvar as var
    from slipstream._numpy import raising_states

    newer = np.lib.NumpyVersion(np.__version__) >= "2.3.0"
    native.configure(
        small=1 << 40,  # no choice by speed
        errvar=var,
        errdefault=contextvars.Context().run(var.get),
        errraise=raising_states(var),
        errread=True,
        sum_rule=0 if newer else 1,
    )


configure()


def test_kernels_have_addresses() -> None:
    assert all(address(name) for name in KERNELS)


def test_muladd() -> None:
    region = elementwise("muladd").region()
    a, b, c = (np.random.default_rng(i).normal(size=37) for i in range(3))
    same(region(a, b, c), a * b + c)
    assert region.hits == 1
    assert region.misses == 0
