"""Cases generated from the compiler's own tables, so that a new row is tested
without anybody thinking of it."""

from __future__ import annotations

import itertools
import math
import operator
import pathlib
import re
from typing import Any

import numpy as np

TABLES = pathlib.Path(__file__).absolute().parents[3] / "jit" / "npy"


def _names(file: str, variable: str, pattern: str) -> list[str]:
    """The first strings of the rows of a Go table."""
    text = (TABLES / file).read_text()
    start = re.search(rf"^var {variable} = .*{{\n", text, re.M)
    assert start, f"{file} has no table {variable}"
    body = text[start.end() : text.index("\n}", start.end())]
    return re.findall(pattern, body, re.M)


def ufuncs() -> list[str]:
    return _names("ufuncs.go", "ufuncs", r'^\t{"(\w+)"')


def operators() -> list[str]:
    return _names("ufuncs.go", "operators", r'"([^"\w]+)": *"\w+"')


def functions() -> list[str]:
    return _names("functions.go", "functions", r'^\t"([\w.]+)":')


def methods() -> list[str]:
    return _names("functions.go", "methods", r'^\t"(\w+)":')


#: How a function that is no reduction is called; a row without a line here fails the completeness test.
CALLS = {
    "numpy.where": ("np.where(a > 1, a, b)", "np.where(a == b, b, 2)", "(np.where(a > 2), a * b)"),
    "builtins.len": ("a * len(a)",),
    "builtins.abs": ("abs(a)", "abs(a.ndim) + b", "abs(np.sum(a)) + b"),
    "builtins.max": (
        "max(a.max(), b.max()) * a + b",
        "max(a.ndim, 2, len(a)) * a",
        "max(a.max(), 1e-12) * a + b",
    ),
    "builtins.min": ("min(a.min(), b.min()) * a + b", "min(a.size, 3) * a + b", "min(a.min(), 2) * a + b"),
    **{
        f"math.{name}": (f"math.{name}(a.max()) * a + b", f"math.{name}(0.25) * a + b")
        for name in (
            *("sqrt", "exp", "log", "log2", "log10", "log1p", "expm1", "sin", "cos", "tan", "atan"),
            *("sinh", "cosh", "tanh", "fabs", "degrees", "radians", "erf", "erfc", "gamma", "lgamma"),
            *("floor", "ceil", "isnan", "isinf", "isfinite", "asinh", "cbrt", "exp2", "trunc"),
        )
    },
    **{f"math.{name}": (f"math.{name}(1 / len(a)) * a + b",) for name in ("asin", "acos")},
    "math.acosh": ("math.acosh(len(a)) * a + b",),
    "math.isqrt": ("math.isqrt(len(a)) * a + b",),
    **{
        f"math.{name}": (f"math.{name}(a.max(), 2) * a + b", f"math.{name}(len(a), b.min()) * a + b")
        for name in (
            *("atan2", "hypot", "pow", "copysign", "fmod", "gcd", "lcm", "comb", "perm", "ldexp"),
            *("remainder", "nextafter"),
        )
    },
    "numpy.finfo": (
        "a * b + np.finfo(np.float32).eps",
        "a * np.finfo(float).max * 0 + b",
        "a / (b + np.finfo(b.dtype).tiny)",
    ),
    "numpy.iinfo": ("np.minimum(a, np.iinfo(np.int8).max) + b", "a * b + np.iinfo('u1').bits"),
    "builtins.getattr": ("getattr(a, 'T') * b + getattr(np, 'pi')", "a * getattr(b, 'nothing', 2.0)"),
    "builtins.hasattr": ("a + hasattr(a, 'shape') * b + hasattr(b, 'items')",),
    "builtins.callable": ("a * callable(np.sin) + callable(b)",),
    "builtins.map": ("tuple(map(np.negative, (a, b, a + b)))", "[*map(np.add, (a, b), [b, 2, a])]"),
    "builtins.zip": ("tuple(zip((a * b, b), [b, a, 3]))", "[*zip((a + b, b), (a, 2))]"),
    "builtins.enumerate": ("[*enumerate((a * 2, b))]",),
    "builtins.reversed": ("tuple(reversed((a - b, b)))", "[*reversed([a, a * b])]"),
    "builtins.tuple": ("tuple([a * 2, b]), tuple((a, a + b)), tuple()",),
    "builtins.dict": ('dict(v=a * 2)["v"] + b', 'dict({"v": a})["v"] + b'),
    "builtins.list": ("list((a * 2, b)), list(map(np.square, [a, b]))",),
    "builtins.sum": ("sum((a, b, a * b))", "sum([a * 2.5, 1, b])"),
    "builtins.range": ("[a * n for n in range(3)]", "tuple(range(a.ndim, 4)), a * b + a"),
    "builtins.any": ("any((a is b, a is None)) + a * b", "any(v is None for v in (a, b)) * a + b"),
    "builtins.all": ("all((a is b, a is None)) + a * b", "all(v is not None for v in (a, b)) * a + b"),
    "builtins.slice": ("a[slice(1, None)] * 2, b[slice(2)] + 1",),
    "builtins.issubclass": ("a * issubclass(np.float32, np.floating) + b",),
    "numpy.iterable": ("np.iterable(a) * a + b", "a * np.iterable(3.5) + b"),
    "numpy.dtype": ("(a * b).astype(np.dtype('f4')) + 1", "a * np.dtype(a.dtype).itemsize + b"),
    "numpy.isdtype": (
        "a * np.isdtype(a.dtype, 'integral') + b",
        "a + np.isdtype(b.dtype, ('bool', 'numeric'))",
    ),
    "_operator.index": ("operator.index(a.ndim) * a + b", "operator.index(a.max()) + b"),
    "math.prod": ("math.prod(a.shape) * a + b", "math.prod((a.max(), 2.5)) * a"),
    "builtins.isinstance": ("a + isinstance(a, np.ndarray) + isinstance(b, (int, float))",),
    "builtins.type": ("a * b if type(a) is np.ndarray else a", "a + (type(a[0]) == np.float64) + b"),
    "builtins.float": ("float(a.sum()) + b", "float(b.min()) + a"),
    "builtins.int": ("int(a.max()) + b",),
    "builtins.bool": ("bool(a.min()) + b",),
    "numpy.errstate": ("(np.errstate(all='ignore'), a * b + a)[1]",),
    "numpy.unwrap": ("np.unwrap(a * b) + 1",),
    "numpy.ediff1d": ("np.ediff1d(a * b)",),
    "numpy.histogram": ("np.histogram(a * b, 3)", "np.histogram(a * b + a, 4, (0, 1))[0] * a.sum()"),
    "numpy.linalg.pinv": ("np.linalg.pinv(a * b)",),
    "numpy.linalg.matrix_rank": ("np.linalg.matrix_rank(a * b) + a",),
    "numpy.linalg.cond": ("np.linalg.cond(a * b)",),
    **{f"numpy.fft.{name}": (f"np.fft.{name}(a * b) * 2",) for name in ("fft2", "ifft2", "fftn", "ifftn")},
    **{f"numpy.fft.{name}": (f"np.fft.{name}(a * b) + a",) for name in ("fftshift", "ifftshift")},
    **{f"numpy.fft.{name}": (f"np.fft.{name}(len(a), 0.5) * a.sum()",) for name in ("fftfreq", "rfftfreq")},
    "numpy.insert": ("np.insert(a * b, 0, 1)", "np.insert(a, 0, b[0] * b[0], axis=0)"),
    "numpy.delete": ("np.delete(a * b, 0)", "np.delete(a, [0], axis=0) * 2"),
    "numpy.partition": ("np.partition(a * b, 1)",),
    "numpy.argpartition": ("np.argpartition(a * b, 1) + a",),
    "numpy.vander": ("np.vander((a * b + a).ravel(), 3) * 2",),
    "numpy.geomspace": ("np.geomspace(1, 8, a.size) * a.sum()",),
    **{f"numpy.{n}": (f"np.{n}(len(a)) * a.sum()",) for n in ("hanning", "hamming", "blackman", "bartlett")},
    "numpy.diagflat": ("np.diagflat(a * b) + 1",),
    "numpy.take_along_axis": ("np.take_along_axis(a * b, np.argsort(a, axis=-1), -1) * a",),
    "numpy.rot90": ("np.rot90(a * b) + 1",),
    "numpy.rollaxis": ("np.rollaxis(a * b, 1) + 1", "np.rollaxis(a, a.ndim - 1) * 2"),
    "numpy.atleast_3d": ("np.atleast_3d(a * b) + 1",),
    "numpy.ndim": ("np.ndim(a) + b", "np.ndim(b) + a"),
    "numpy.shape": ("(np.shape(a), np.shape(b), a * b)",),
    "numpy.size": ("np.size(a) + b", "np.size(b) + a"),
    "numpy.isscalar": ("a + np.isscalar(b)",),
    "numpy.ma.core.isMaskedArray": ("a + np.ma.isMaskedArray(b)", "a * np.ma.isMA(a)"),
    "numpy.iscomplexobj": ("a + np.iscomplexobj(b)",),
    "numpy.issubdtype": ("a + np.issubdtype(a.dtype, np.floating)", "a * np.issubdtype(b.dtype, np.integer)"),
    "numpy.can_cast": ("a + np.can_cast(a.dtype, b.dtype)", "a * np.can_cast(b.dtype, 'f4', 'same_kind')"),
    "numpy.result_type": (
        "np.zeros(3, np.result_type(a, b)) + np.sqrt(a.sum() + a.max())",
        "(a * b + a).astype(np.result_type(a, np.float32))",
    ),
    "numpy.promote_types": ("(a * b + a).astype(np.promote_types(a.dtype, 'f4'))",),
    "numpy.isrealobj": ("a + np.isrealobj(b)",),
    "numpy.float64": ("np.float64(b) * a", "np.float64(a.sum()) + a"),
    "numpy.float32": ("np.float32(b) * a", "np.float32(a.sum()) + a"),
    "numpy.int64": ("np.int64(b) * a", "np.int64(a.max()) + a"),
    "numpy.int32": ("np.int32(b) * a", "np.int32(a.max()) + a"),
    "numpy.bool": ("np.bool(b) * a", "np.bool(a.max()) + a"),
    "numpy.add.reduce": ("np.add.reduce(a) + b", "np.add.reduce(a, -1)", "np.add.reduce(a, axis=None)"),
    "numpy.maximum.reduce": ("np.maximum.reduce(a) + b", "np.maximum.reduce(a, keepdims=True)"),
    "numpy.minimum.reduce": ("np.minimum.reduce(a) + b", "np.minimum.reduce(a, axis=-1)"),
    **{
        f"numpy.{name}": (f"np.{name}(a + b)", f"np.{name}(a) * b", f"np.{name}(b) * a")
        for name in (
            *("argmax", "argmin", "argsort", "sort", "cumsum", "cumprod", "copy", "round"),
            *("ravel", "transpose", "atleast_1d", "atleast_2d", "asarray"),
            *("zeros_like", "ones_like", "ascontiguousarray", "asfortranarray", "asanyarray"),
            *("nansum", "nanprod", "nancumsum", "real", "imag", "angle", "sinc", "diff", "ptp"),
            *("isposinf", "isneginf", "isreal", "iscomplex", "nan_to_num", "median", "array"),
            *("count_nonzero", "flatnonzero", "argwhere", "unique", "flip", "diag", "trapezoid"),
        )
    },
    **{
        f"numpy.{name}": (f"(np.{name}(b) * a, a * b)", f"np.{name}(a.max()) * a + b")
        for name in (
            *("int8", "int16", "uint8", "uint16", "uint32", "uint64"),
            *("float16", "complex64", "complex128"),
        )
    },
    **{
        f"numpy.{name}": (f"np.{name}(a + b, b)", f"np.{name}(a, b) * a + b")
        for name in (
            *("matmul", "inner", "vdot", "kron", "convolve", "polyval", "isin", "union1d"),
            *("intersect1d", "setdiff1d", "append", "array_equal", "isclose", "allclose", "digitize"),
        )
    },
    **{
        f"numpy.{name}": (f"np.{name}(a + b)", f"(np.{name}(a), a * b)")
        for name in (
            *(
                "around",
                "nancumprod",
                "nanmean",
                "nanvar",
                "nanstd",
                "nanmax",
                "nanmin",
                "nanargmax",
                "nanargmin",
            ),
            *(
                "unique_values",
                "unique_counts",
                "unique_inverse",
                "unique_all",
                "isfortran",
                "i0",
                "sort_complex",
            ),
            *("matrix_transpose", "trim_zeros", "require", "histogram_bin_edges", "polyder", "polyint"),
            *("tril_indices_from", "triu_indices_from", "cumulative_sum", "cumulative_prod"),
            *("linalg.svd", "linalg.svdvals", "linalg.qr", "linalg.matrix_norm", "linalg.vector_norm"),
            *("linalg.matrix_transpose", "linalg.diagonal", "linalg.trace", "fft.rfft2", "fft.irfft2"),
            *("fft.rfftn", "fft.irfftn", "fft.hfft", "fft.ihfft"),
        )
    },
    **{
        f"numpy.{name}": (f"np.{name}(a + b, b)", f"(np.{name}(a, b * 2), a * b)")
        for name in (
            *("polyadd", "polysub", "polymul", "polydiv", "setxor1d", "array_equiv", "histogram2d", "ix_"),
            *("linalg.vecdot", "linalg.outer", "linalg.tensordot", "linalg.matmul"),
        )
    },
    **{
        f"numpy.{name}": (f"np.{name}(len(a))[0] * a.sum()", f"(a + b, np.{name}(3, 1, 4))")
        for name in ("tril_indices", "triu_indices")
    },
    "numpy.average": (
        "np.average(a) + b",
        "np.average(a + b, 0, b * b) * a",
        "np.average(a, weights=b) + b",
    ),
    "numpy.tri": ("np.tri(len(a), 3) + a.sum()", "np.tri(3, k=1) @ (a + b)[:3]"),
    "numpy.mgrid": ("np.mgrid[0:3][:, None] * a[:1] + b[:1]", "np.mgrid[0 : a.ndim, :2] + b.sum()"),
    "numpy.r_": ("np.r_[a.ravel(), 1, 2] * 2", "np.r_[0:3] * a.sum() + b.sum()"),
    "numpy.c_": ("np.c_[a, b] * 2",),
    "numpy.indices": ("np.indices(a.shape) * a", "np.indices((2, 3))[1] * a.sum()"),
    "numpy.kaiser": ("np.kaiser(len(a), 14) * a.sum()",),
    "numpy.block": ("np.block([[a, a + b], [b, b * 2]]) + 1", "np.block([a * b, b])"),
    "numpy.choose": ("np.choose(a > b, [a, b * 2])", "np.choose([0, 1, 0], (a[:3] * 2, b[:3]))"),
    "numpy.ravel_multi_index": (
        "np.ravel_multi_index((a > 1) * 1, (2,) * len(a)) * 2",
        "(a + b, np.ravel_multi_index((1, 2), (3, 4)))",
    ),
    "numpy.unravel_index": (
        "np.unravel_index(np.argmax(a + b), (8, 9, 9))[0] + a",
        "(a * b, np.unravel_index([1, 2], (3, 4)))",
    ),
    "numpy.packbits": ("np.packbits(a > b) * 2", "np.packbits((a > b), axis=-1, bitorder='little') * 2"),
    "numpy.unpackbits": ("np.unpackbits((a + b).astype('u1')) * 2",),
    "numpy.resize": ("np.resize(a + b, (2, 3)) * 2", "np.resize(a, 7) + 1"),
    **{
        f"numpy.{name}": (f"np.{name}(a + b, 2)[1] * 2", f"(np.{name}(a, [1]), a * b)")
        for name in ("split", "array_split", "hsplit", "vsplit", "dsplit")
    },
    "numpy.linalg.eigh": ("np.linalg.eigh(a + b).eigenvectors * 2", "np.linalg.eigh(a[:3, :3] + b[:3, :3])"),
    "numpy.linalg.slogdet": (
        "np.linalg.slogdet(a[:3, :3] * 2 + np.eye(3))",
        "np.linalg.slogdet(a + b)[1] * a",
    ),
    "numpy.linalg.lstsq": ("np.linalg.lstsq(a + b, b[:, 0])[0] * 2",),
    "numpy.linalg.multi_dot": ("np.linalg.multi_dot([a, b + 1, a]) * 2", "np.linalg.multi_dot((a * 2, b))"),
    "numpy.linalg.tensorinv": ("np.linalg.tensorinv(a[:3, :3] + np.eye(3) * 4, 1) * 2",),
    "numpy.linalg.tensorsolve": ("np.linalg.tensorsolve(a[:3, :3] + np.eye(3) * 4, b[:3, 0]) * 2",),
    "numpy.dot": ("np.dot(a, b) + a", "np.dot(a * 2, 3)"),
    "numpy.outer": ("np.outer(a, b) * 2",),
    "numpy.clip": (
        "np.clip(a + b, 0, 3)",
        "np.clip(a, 1, b) + b",
        "np.clip(a, None, 255) * 2",
        "np.clip(a, a.min(), 1) + b",
        "np.clip(a, len(b), 2) + b",
    ),
    "numpy.full_like": ("np.full_like(a, 2) + b",),
    "numpy.empty_like": ("np.empty_like(a + b).shape", "np.multiply(a, b, out=np.empty_like(a))"),
    "numpy.empty": ("(np.empty(a.shape).strides, a * b)", "np.multiply(a, b, out=np.empty(a.shape))"),
    "numpy.zeros": ("np.zeros(a.shape) + a", "np.zeros(a.size, 'f4') + b"),
    "numpy.ones": ("np.ones(a.shape) + a", "np.ones(3) + b"),
    "numpy.full": ("np.full(a.shape, 1.5) + a",),
    "numpy.reshape": ("np.reshape(a + b, -1)", "np.reshape(a, (-1, 1)) + b"),
    "numpy.swapaxes": ("np.swapaxes(a, 0, -1) + b",),
    "numpy.moveaxis": ("np.moveaxis(a, 0, -1) + b", "np.moveaxis(a + b, -1, 0)"),
    "numpy.expand_dims": ("np.expand_dims(a + b, 0)", "np.expand_dims(a, -1) * b"),
    "numpy.squeeze": ("np.squeeze(a[None] * b, 0)", "np.squeeze((a + b)[..., None], axis=-1)"),
    "numpy.fliplr": ("np.fliplr(a[None] + b)",),
    "numpy.flipud": ("np.flipud(a + b)",),
    "numpy.asarray_chkfinite": ("np.asarray_chkfinite(a + b) * 2", "np.asarray_chkfinite(b) + a"),
    "numpy.broadcast_shapes": ("np.zeros(np.broadcast_shapes(a.shape, b.shape)) + a * b",),
    "numpy.lib.stride_tricks.as_strided": (
        "np.lib.stride_tricks.as_strided(a * 2, (2, 1), (0, a.itemsize)) + b[:1]",
    ),
    "numpy.polynomial.polynomial.polyval": ("np.polynomial.polynomial.polyval(a, b.ravel()[:3]) + a",),
    "numpy.broadcast_to": ("np.broadcast_to(a + b, (2, a.size))", "np.broadcast_to(b, a.shape) * a"),
    "numpy.nonzero": ("(np.nonzero(a), a + b)", "np.nonzero(a + b)[0]", "len(np.nonzero(b)) + a * b"),
    "numpy.searchsorted": (
        "np.searchsorted(a.ravel(), b) + a",
        "np.searchsorted(np.sort(a + b), 3, 'right')",
    ),
    "numpy.lexsort": ("np.lexsort((a, a + b))", "np.lexsort([a, b]) + a * b"),
    "numpy.bincount": (
        "np.bincount(a) * 2",
        "np.bincount(abs(a), a * b)",
        "np.bincount(b, minlength=20) + 1",
    ),
    "numpy.take": ("np.take(a + b, 0, axis=0)", "np.take(a * b, [0, -1], -1)", "np.take(a, b) + a"),
    "numpy.compress": ("np.compress([True], a + b, 0)", "np.compress(a > 2, a + b)"),
    "numpy.extract": ("np.extract(a > b, a + b)",),
    "numpy.tensordot": ("np.tensordot(a, b + 1, 1)", "np.tensordot(a + b, b, 0)"),
    "numpy.interp": ("np.interp(a, b, b) + a", "np.interp(a + b, [1, 2, 4], (0.5, 1.5, 9))"),
    "numpy.correlate": ("np.correlate(a + b, b)", "np.correlate(a, b, 'full') + 1"),
    "numpy.einsum": (
        "np.einsum('...i,...i->...', a, b + 1)",
        "np.einsum('i,j', a, b) + 1",
        "np.einsum('ii->i', a[:3, :3] + b[:3, :3])",
    ),
    "numpy.gradient": (
        "np.gradient(a * b)",
        "np.gradient(a, axis=-1) + b",
        "np.gradient(a + b, 0.5)",
        "np.gradient(a, 2, axis=0) * b",
    ),
    "numpy.cross": ("np.cross(a[..., :3], b[..., :3]) * 2", "np.cross(a + 1, b)"),
    "numpy.trace": ("np.trace(a + b)", "np.trace(a[None] * b)"),
    "numpy.percentile": ("np.percentile(a + b, 40)", "np.percentile(a, (10, 90.5), axis=-1).sum() + a * b"),
    "numpy.quantile": ("np.quantile(a + b, 0.5)", "np.quantile(a, 0.25, axis=0) + a * b"),
    "numpy.linalg.norm": (
        "np.linalg.norm(a + b)",
        "np.linalg.norm(a, axis=-1) * 2 + a",
        "a / np.linalg.norm(a, axis=0, keepdims=True)",
    ),
    "numpy.linalg.det": ("np.linalg.det(a[:3, :3] + b[:3, :3])",),
    "numpy.linalg.inv": ("np.linalg.inv(a[:3, :3] + np.eye(3)) * 2",),
    "numpy.linalg.solve": ("np.linalg.solve(a[:3, :3] + np.eye(3), b[:3, :1] * 2)",),
    "numpy.linalg.matrix_power": ("np.linalg.matrix_power(a[:3, :3] + b[:3, :3], 3)",),
    "numpy.linalg.cholesky": ("np.linalg.cholesky(a[:3, :3] * 0 + np.eye(3) * 4)",),
    "numpy.linalg.eigvalsh": ("np.linalg.eigvalsh(a[:3, :3] + b[:3, :3])",),
    **{f"numpy.fft.{name}": (f"np.fft.{name}(a + b)",) for name in ("fft", "ifft", "rfft", "irfft")},
    "numpy.ufunc.outer": ("np.multiply.outer(a + 1, b)", "np.less.outer(a, b) * 2"),
    "numpy.ufunc.reduce": ("np.multiply.reduce(a + b)", "np.logical_or.reduce(a, axis=-1) + a * b"),
    "numpy.ufunc.accumulate": ("np.maximum.accumulate(a + b)", "np.add.accumulate(a, -1) * b"),
    "numpy.ufunc.reduceat": ("np.add.reduceat(a + b, [0, 2])",),
    "numpy.arange": (
        "np.arange(a.size) + a.ravel() * 2",
        "np.arange(0, 1, 0.25) + 1",
        "np.arange(len(a), dtype='f4') * a.T + b.T",
    ),
    "numpy.eye": ("np.eye(3) + a", "np.eye(len(a), 4, 1, 'i4') * 2 + b"),
    "numpy.identity": ("np.identity(len(a)) + 1",),
    "numpy.linspace": ("np.linspace(0, 1, a.size) * 2 + a.ravel()", "np.linspace(0, b, 5) * 2 + a"),
    "numpy.logspace": ("np.logspace(0, 1, 4) + 1", "np.logspace(0, b, 4) + a * 2"),
    "numpy.meshgrid": ("np.meshgrid(a, b)[0] + 1", "(np.meshgrid(a + 1, b, indexing='ij'), a + b)"),
    "numpy.tril": ("np.tril(a + b)", "np.tril(a, -1) * b"),
    "numpy.triu": ("np.triu(a + b)", "np.triu(a, k=1) * b"),
    "numpy.roll": ("np.roll(a, 1) + b", "np.roll(a + b, -2, axis=0)", "np.roll(a, len(b), -1) * b"),
    "numpy.repeat": ("np.repeat(a, 2) + 1", "np.repeat(a + b, 3, axis=0)"),
    "numpy.tile": ("np.tile(a, 2) + 1", "np.tile(a + b, (2, 1))"),
    "numpy.pad": ("np.pad(a, 1) * 2", "np.pad(a + b, 2, 'edge')"),
    "numpy.select": ("np.select([a > 1, a < b], [a + b, b], 9)",),
    "numpy.concatenate": (
        "np.concatenate([a, a + b])",
        "np.concatenate((a * b, b), axis=-1)",
        "np.concatenate((a, b), dtype='f4', casting='unsafe') * 2",
    ),
    "numpy.copyto": (
        "np.copyto(a, b + 1)",
        "np.copyto(a, b * 2, where=b > 2)",
        "np.copyto(a, 2, where=a < b)",
    ),
    "numpy.putmask": ("np.putmask(a, a < b + 1, b * 2)", "np.putmask(a, b * 2 > 3, 5)"),
    "numpy.place": ("np.place(a, a < b + 1, b * 2)", "np.place(a, b * 2 > 3, [1, 2, 3])"),
    "numpy.fill_diagonal": ("np.fill_diagonal(a[:2, :2], b[0] + 1)", "np.fill_diagonal(c := a + b, 3)"),
    "numpy.put_along_axis": (
        "np.put_along_axis(a, np.argmax(b + a, 0)[None], 3, 0)",
        "np.put_along_axis(a, np.argsort(a + b, -1), a * b, axis=-1)",
    ),
    "numpy.put": ("np.put(a, [0, -1], b.ravel()[:2] + 1)", "np.put(a, np.arange(a.size), (b + b) * 2)"),
    "numpy.add.at": (
        "np.add.at(c := (a + b).ravel(), np.arange(c.size), c * 2)",
        "np.add.at(a, [0, 0], b + 1)",
    ),
    "numpy.subtract.at": ("np.subtract.at(c := (a + b).ravel(), np.zeros(c.size, int), c * 2)",),
    **{
        f"numpy.{name}": (f"np.{name}([a, a + b])", f"np.{name}((a * b, b)) + 1")
        for name in ("stack", "vstack", "hstack", "dstack", "column_stack")
    },
}
#: How a method that is no reduction is called.
METHODS = {
    "fill": ("(a + b, a.fill(3))", "(c := a + b).fill(2.5)"),
    "put": ("a.put([1, 0], (a.ravel()[:2] + b.ravel()[:2]) * 2)",),
    "sort": ("(c := a + b).sort()", "(a * b, a.sort(axis=0))"),
    "partition": ("(c := a + b).partition(0)", "(a * b, a.partition(1, axis=0))"),
    "argpartition": ("(a + b).argpartition(0) * 2",),
    "choose": ("(a > b).choose([a * 2, b])", "(a > b).choose((a, b)) + a"),
    "squeeze": ("(a + b)[None].squeeze(0)",),
    "diagonal": ("(a + b).diagonal()", "a.diagonal(0) * 2 + a"),
    "view": ("(a + b).view()", "a.view('i1') + 1"),
    "take": ("(a + b).take(0, axis=0)", "a.take([0, -1]).sum() + b * 2"),
    "compress": ("(a + b).compress([True], 0)",),
    "repeat": ("(a + b).repeat(2)", "a.repeat(2, 0) * 2"),
    "nonzero": ("((a + b).nonzero(), a)", "a.nonzero()[0] * 2"),
    "searchsorted": ("a.searchsorted(b) + a",),
    "trace": ("(a + b).trace()",),
    "astype": ("(a + b).astype('f4')", "a.astype('i8') + b", "a.astype(np.float64, copy=False) * b"),
    "copy": ("a.copy() + b", "(a * b).copy()"),
    "item": ("a.sum().item() * b", "a.item() + b"),
    "clip": ("(a + b).clip(0, 3)",),
    "dot": ("a.dot(b) + a",),
    "reshape": ("(a + b).reshape(-1)", "a.reshape(-1, 1) + b", "a.reshape((1, a.size)) + b"),
    "swapaxes": ("a.swapaxes(0, -1) + b",),
    **{
        name: (f"(a + b).{name}()", f"a.{name}() * b")
        for name in (
            *("argmax", "argmin", "argsort", "cumsum", "cumprod", "flatten", "round"),
            *("ravel", "transpose", "conj", "conjugate"),
        )
    },
}
REDUCTIONS = ("sum", "max", "min", "amax", "amin", "mean", "prod", "any", "all", "var", "std")
#: Reductions that NumPy's own code computes: alone they are not worth a region.
CALLED = ("var", "std")
#: Their loops give bools, so that alone they are NumPy's; only of bools they are not.
OF_BOOLS = ("any", "all")
OPTIONS = ("", "axis=0", "axis=-1", "axis=None, keepdims=True", "axis=0, keepdims=True")


#: Other forms of operations, by what is special about them.
FORMS = {
    "squeezed": "np.squeeze((a * b)[None]) + 1",
    "squeezed, of an argument": "a.squeeze() * 2 + b",
    "integer powers": "a ** b + a",
    "integer powers in place": "a **= b",
    "a power in place of our own": "c = a + b\n    c **= b\n    return c",
    "a ** 2": "a ** 2 + b",
    "a **= 2": "a **= 2",
    "np.power of integers": "np.power(a, b) + a",
    "a number as a truth": "np.logical_and(a > 1, len(b)) * a",
    "truth of one element": "(not a[:1]) * a + b",
    "truth of no elements": "c = a * b + a\n    return c, not c[:0]",
    "truth of many": "(not a) * a + b",
    "types compared": "a * 2 + b if a.dtype == np.float64 else a + b",
    "types compared with a text": "a * 2 + b if a.dtype != 'f4' else a + b",
    "a type among others": "a * 2 + b if a.dtype in (np.float32, np.int64) else a + b",
    "kind of a type": "a * 2 + b if a.dtype.kind == 'f' else a + b",
    "kind among others": "a * 2 + b if a.dtype.kind in 'iu' else a + b",
    "shapes compared": "a * 2 + b if a.shape == b.shape else a + b",
    "a shape compared": "a * 2 + b if a.shape != (3, 4) else a + b",
    "rank among others": "a * 2 + b if a.ndim in (1, 3) else a + b",
    "rows unpacked": "c, d = a[:2] * 2\n    return c + d + b",
    "too many to unpack": "c = a * b + a\n    d, e = c[:1]\n    return d + e",
    "a list unpacked": "c, d = [a * 2, b + 1]\n    return c * d",
    "bools counted": "np.histogram(a > 1, 3)[0] * 2",
    "out": "np.add(a, b, out=a)",
    "out, by position": "np.multiply(a[1:], b[:-1], a[:-1])",
    "out, of another type": "np.sqrt(a, out=b)",
    "out, a tuple": "np.maximum(a, 2, out=(b,))",
    "out is None": "np.add(a, b, out=None)",
    "out of our own": "np.negative(c := a + b, out=c)",
    "out where others are": "np.add(a, b, out=np.zeros((3, 4)))",
    "dtype": "np.add(a, b, dtype='f8') + a",
    "casting": "np.add(a, b, dtype='f4', casting='unsafe') + a",
    "two results": "np.modf(a + b)",
    "two results, one used": "np.divmod(a, b)[1] * 2 + a",
    "frexp": "(np.frexp(a + 1)[0] + b, np.frexp(a * b))",
    "mask": "a[a > 2] + 1",
    "mask of rows": "(a * b)[a.ravel()[: len(a)] > 2]",
    "places": "(a + b)[[0, -1]]",
    "places and slices": "(a + b)[np.array([0, 1]), 1:] * 2",
    "places of an argument": "a[b] + 1",
    "places out of range": "(a + b)[[2]]",
    "attributes": "(a.real + b, a.imag + b, a.nbytes, a.strides, (a * b).strides)",
    "matmul": "(a + 1) @ b",
    "differences": "(np.diff(a * b, 2), np.diff(a, axis=0) * 2)",
    "an integral": "np.trapezoid(a.ravel(), b.ravel()) + np.trapezoid(a, dx=0.5)",
    "ends": "np.ptp(a + b, axis=0) + np.ptp(a)",
    "converted": "((a + b).astype('f4'), (a * b).ravel().astype('i4') + 1)",
    "converted, of an argument": "a.ravel().astype('f8') * b.ravel()",
    "converted, of three axes": "(a[None] + b).astype(dtype=np.float32) + a",
    "reversed": "(np.flip(a, 0) + b, np.flip(a * b, axis=-1), np.fliplr(a[None]))",
    "standardised": "(a - a.mean(axis=0)) / a.std(axis=0) + b",
    "standardised, computed": "c = a * b\n    return c - c.mean(axis=-1)[..., None], c.std(axis=-1)",
    "standardised, one axis": "c = a.ravel()\n    return (c - c.mean()) / c.std(), c.var() - c.mean()",
    "standardised, axes kept": "(a - a.mean(axis=0, keepdims=True)) / a.std(axis=0, keepdims=True) + b",
    "standardised, all": "c = a * b\n    return (c - c.mean()) / c.std() + (a - a.mean()).max() / a.std()",
    "means and another state": (
        "c = a * 1e308\n    with np.errstate(over='ignore'):\n        m = c.mean(axis=0), c.mean()\n"
        "    return m, c.std(axis=0), c.std()"
    ),
    "a mean of what changes": "c = a * b\n    m = c.mean()\n    c[0] = 1\n    return m, c.std()",
    "a mean that changes": "m = a.mean(axis=0)\n    m += 1\n    return m, a.std(axis=0), a.mean(axis=0)",
    "a mean that is stored into": "m = a.mean(axis=0)\n    m[...] = 3\n    return m, a.std(axis=0)",
    "what means are of changes": "m = a.mean(axis=0)\n    a[0] = b[0]\n    return m, a.std(axis=0)",
    "a mean that was used": "s = a.mean(0), a.std(0)\n    s[0][...] = 1\n    return s, a.std(0)",
    "sums so far": "(a.ravel() * 2).cumsum() + np.cumprod(b.ravel(), 0)",
    "a list of numbers": "np.array([1.5, 2.5, 3.5]).sum() * a + b",
    "out, converted": "np.add(a, b, out=np.zeros((3, 4), 'f4'))",
    "out and where": "np.divide(a, b, out=np.zeros((3, 4)), where=b > 1)",
    "out of an argument, and where": "np.subtract(a, b, out=a, where=b > 1)",
    "sum where": "np.sum(a + b, where=a > 1) + (a * b).max(initial=3)",
    "sum of a type": "np.sum(a + b, dtype='f8') * a",
    "store at a mask": "a[a > 2] = 1",
    "store of an array at a mask": "a[a > 2] = b[a > 2] * 2",
    "update at a mask": "a[b > 2] += b[b > 2]",
    "store at a mask of rows": "a[a[..., 0] > 2] = b[0] + b[1]",
    "store at places": "a[[0, -1]] = b[:2] + a[:2]",
    "update at places": "a[[0, 0, -1]] += b[0] * 2",
    "store at places and slices": "a[np.array([0, 1]), 1:] = b[:2, 1:] * 2",
    "store at places, of our own": "c = a + b\n    c[[0, 1]] = b[0]\n    c[c > 3] -= 1\n    return c",
    "store into our own": "c = a + b\n    c[0] = b[1]\n    c[..., 1:] *= 2\n    return c",
    "store into a view of our own": "c = a * b\n    d = c[1:]\n    c[0] = 2\n    d[0] = 3\n    return c, d",
    "store at a mask, of a number": "a[a > 2] = b.max()",
    "store at another mask": "a[b > 2] = 0.5",
    "store at a mask, of our own": "c = a + b\n    c[b < 3] = 2\n    return c",
}


def expressions() -> dict[str, str]:
    """Every operation as an expression of the arrays a and b."""
    found = dict(FORMS)
    for name in ufuncs():
        nin = getattr(np, name).nin
        found[f"np.{name}"] = f"np.{name}({', '.join('ab'[:nin])})"
    for op in operators():
        found[f"a {op} b"] = f"a {op} b"
    for op in "-~+":
        found[f"{op}a"] = f"{op}a"
    for name in functions():
        for i, text in enumerate(calls(name)):
            found[f"{name} {i}"] = text
    for name in methods():
        if name in METHODS:
            found |= {f"a.{name} {i}": text for i, text in enumerate(METHODS[name])}
            continue
        for i, options in enumerate(OPTIONS):
            sole = name not in (*CALLED, *OF_BOOLS) and i % 2 == 0
            found[f"a.{name} {i}"] = f"a.{name}({options})" if sole else f"(a + b).{name}({options})"
    return found


def others() -> dict[str, str]:
    """NumPy's other elementwise functions: their inner loops are called."""
    known, found = set(ufuncs()), {}
    for name in dir(np):
        ufunc = getattr(np, name)
        if isinstance(ufunc, np.ufunc) and ufunc.__name__ not in known and ufunc.signature is None:
            found[f"np.{name}"] = f"np.{name}({', '.join('aba'[: ufunc.nin])})"
    for name, options in itertools.product(OF_BOOLS, OPTIONS):
        found[f"a.{name} {options}"] = f"a.{name}({options})"
    return found


def calls(name: str) -> tuple[str, ...]:
    short = name.partition(".")[2]
    if short in REDUCTIONS:
        a = "a + b" if short in CALLED else "a"
        return tuple(f"np.{short}({a}{', ' + o if o else ''})" for o in OPTIONS)
    return CALLS[name]


def function(text: str) -> Any:
    """The function that returns an expression of a and b, or runs a statement and returns a."""
    try:
        compile(text, "", "eval")
        body = f"return {text}"
    except SyntaxError:
        body = f"{text}\n    return a"
    space: dict[str, Any] = {"np": np, "math": math, "operator": operator}
    exec(f"def f(a, b):\n    {body}\n", space)
    return space["f"]
