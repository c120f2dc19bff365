"""What the compiler is told of a live object: its kind, its number, its type.

Nothing here runs code of the user's: an object's class is asked, not the object.
"""

from __future__ import annotations

import abc
import contextlib
import functools
import sys
import types
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import _native
from ._code import _const as dump_const
from ._code import written

#: Element types the compiler handles, by NumPy's type number.
_NAMES = ("b1", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8", "f2", "c8", "c16")
DTYPES: dict[int, str] = {np.dtype(t).num: t for t in _NAMES}
SINGLE = {num: np.dtype(t) for num, t in DTYPES.items()}
_OF_OBJECTS = np.dtype("O")
CHARS = {t: np.dtype(t).char for t in _NAMES}
SCALARS = {np.dtype(t).type: t for t in CHARS}
_LITERALS = (int, float, complex, bool, str, type(None), type(Ellipsis))
#: Names under which a ufunc also goes in NumPy, and the one in the compiler's table.
_CANONICAL = {
    "true_divide": "divide",
    "mod": "remainder",
    "abs": "absolute",
    "bitwise_not": "invert",
    "pow": "power",
}
#: Of these the compiler reads items, of other objects attributes.
_CONTAINERS: dict[type, str] = {
    dict: "dict",
    list: "sequence",
    tuple: "tuple",
    functools.partial: "partial",
}
_LRU = type(functools.lru_cache(len))
#: How metaclasses look for instances without a program's code: enumerations' do as `type`.
_KNOWN_CHECKS = (type.__instancecheck__, abc.ABCMeta.__instancecheck__)
#: Of longer dicts the compiler does not learn the keys.
_FEW = 16

Description = dict[str, Any]


class Objects:
    """The objects one compilation talks about, by number."""

    def __init__(self) -> None:
        self.objects: list[object] = []
        self._numbers: dict[int, int] = {}

    def number(self, value: object) -> int:
        """The number of an object in this job."""
        key = id(value)
        if key not in self._numbers:
            self._numbers[key] = len(self.objects)
            self.objects.append(value)
        return self._numbers[key]

    def describe(self, value: Any) -> Description:
        """What the compiler may know of a value."""
        kind = type(value)
        if kind is np.ndarray:
            return self._array(value)
        if kind in SCALARS:
            d = {"k": "npscalar", "id": -1, "dtype": SCALARS[kind]}
            return d if issubclass(kind, np.complexfloating) else d | {"value": dump_const(value.item())}
        if kind in _LITERALS and written(value):
            return {"k": "const", "id": self.number(value), "const": dump_const(value)}
        if kind is tuple and _literal(value):
            d = {"k": "const", "id": self.number(value), "const": dump_const(value)}
            return d | {"class": self.number(tuple)}
        if issubclass(kind, np.dtype) and value is SINGLE.get(value.num, _OF_OBJECTS):
            return {"k": "dtype", "id": self.number(value), "name": DTYPES.get(value.num, "O")}
        if kind is types.CellType:
            return {"k": "missing", "id": -1, "why": "unbound"}
        if kind is types.ModuleType:
            return {"k": "module", "id": self.number(value), "name": value.__name__}
        if kind is np.ufunc:
            return self._ufunc(value)
        if kind is types.FunctionType and not published(value):
            return {"k": "python", "id": self.number(value), "name": value.__qualname__}
        if kind is _LRU:
            return {"k": "cached", "id": self.number(value), "why": _CLASS_NAME(kind), **_local(value)}
        if issubclass(kind, type) and not published(value):
            return self._class(value)
        return self._function(value)

    def _class(self, value: type) -> Description:
        """A class; its own class, where that is not `type`, may have a say in what it is asked."""
        d = {"k": "class", "id": self.number(value), "name": _CLASS_NAME(value)}
        kind = type(value)
        if kind is type:
            return d
        asked = type.__getattribute__(kind, "__instancecheck__") in _KNOWN_CHECKS
        return d | {"why": "an abstract class" if asked else f"a class of {_CLASS_NAME(kind)}"}

    def _array(self, value: np.ndarray) -> Description:
        d: Description = {"k": "array", "id": -1, "dims": list(value.shape)}
        dtype = value.dtype
        if dtype.num in DTYPES and dtype.isnative and dtype.metadata is None and value.flags.aligned:
            d["dtype"] = DTYPES[dtype.num]
            with contextlib.suppress(TypeError):  # NumPy warns when some are asked for their flags
                d["flags"] = "".join(letter for letter in "CFW" if _native.flag(value, letter))
        else:
            d["why"] = f"an array of dtype {dtype}" + ("" if value.flags.aligned else ", unaligned")
        return d

    def _ufunc(self, value: np.ufunc) -> Description:
        d: Description = {"k": "ufunc", "id": self.number(value), "nin": value.nin, "nout": value.nout}
        name = value.__name__
        if value.signature is not None:
            if vars(np).get(name) is value:
                return {"k": "function", "id": self.number(value), "name": f"numpy.{name}"}
            return {"k": "other", "id": self.number(value), "why": f"the generalised ufunc {name}"}
        if vars(np).get(name) is value:
            d["name"] = f"numpy.{_CANONICAL.get(name, name)}"
        else:
            # Two foreign ufuncs may share a name; the number tells them apart.
            d["name"] = f"other_{d['id']}_{''.join(c for c in name if c.isalnum())}"
        return d

    def _function(self, value: object) -> Description:
        if id(value) in _INDEXED:
            return {"k": "indexed", "id": self.number(value), "name": _INDEXED[id(value)]}
        name = published(value) or _choice(value)
        if name:
            return {"k": "function", "id": self.number(value), "name": name}
        kind = type(value)
        why = f"an object of type {_CLASS_MODULE(kind)}.{_CLASS_NAME(kind)}"
        if issubclass(kind, np.ndarray):
            why = f"an array of the subclass {_CLASS_NAME(kind)}"
        d = {"k": "other", "id": self.number(value), "why": why, "class": self.number(kind)}
        if type(value) is dict and len(value) <= _FEW and all(type(key) is str for key in value):
            d["keys"] = list(value)
        if _draws(value):
            return d | {"name": _draws(value)}
        if issubclass(kind, tuple) and kind is not tuple and _native.part(value, None):
            return d | {"name": "record"}
        return d | {"name": _CONTAINERS[kind]} if kind in _CONTAINERS else d


#: Generators of random numbers, by their classes, and where they have what makes their bits.
_GENERATORS = {
    "numpy.random._generator.Generator": ("Generator", "bit_generator"),
    "numpy.random.mtrand.RandomState": ("RandomState", "_bit_generator"),
}
#: Those whose state lies where nests look for it: see pyext/native/nestdraw.c.
_BIT_GENERATORS = (
    "numpy.random._pcg64.PCG64",
    "numpy.random._pcg64.PCG64DXSM",
    "numpy.random._mt19937.MT19937",
)


def _draws(value: Any) -> str:
    """The name of a class of generators of random numbers whose state compiled code can put back."""
    name, bits = _GENERATORS.get(_full_name(type(value)), ("", ""))
    return name if name and _full_name(type(getattr(value, bits))) in _BIT_GENERATORS else ""


def _full_name(kind: type) -> str:
    return f"{_CLASS_MODULE(kind)}.{_CLASS_NAME(kind)}"


def _local(wrapper: Any) -> dict[str, str]:
    """The name of a cached function that was made while another one ran."""
    name = wrapper.__dict__.get("__qualname__", "<locals>")
    return {"name": name} if "<locals>" in name else {}


#: Objects that make arrays of an index. Of `np.ogrid` the lengths of one would not show.
_INDEXED = {id(getattr(np, name)): f"numpy.{name}" for name in ("mgrid", "r_", "c_")}


def _choice(value: object) -> str:
    """The name of an enumeration's member with which NumPy's functions are told what to do."""
    if type(value) is not np._CopyMode:
        return ""
    return f"numpy._CopyMode.{value.name}"


#: A class's own names: a metaclass may answer for it with code of the user's.
_CLASS_MODULE: Callable[[type], object] = vars(type)["__module__"].__get__
_CLASS_NAME: Callable[[type], object] = vars(type)["__qualname__"].__get__
_NAMED = (types.FunctionType, types.BuiltinFunctionType, type, type(np.dtype), type(np.sum))


def _named(value: Any) -> bool:
    """Whether asking for its name runs nobody's code, as `__getattr__` would."""
    if type(value) is types.MethodType:
        value = value.__func__
    return type(value) in _NAMED or _CLASS_NAME(type(value)) == "cython_function_or_method"


_PUBLISHED = ("numpy", "builtins", "math", "cmath", "_operator", "itertools")
#: Of other modules what loops know.
_OF_OTHERS = {
    "collections": ("Counter", "defaultdict", "deque"),
    "_heapq": ("heapify", "heappop", "heappush"),
    "_bisect": ("bisect_left", "bisect_right", "insort_left", "insort_right"),
}


def published(value: Any) -> str:
    """The qualified name under which NumPy or a module of Python's own publishes a function."""
    if not _named(value):
        return ""
    module, name = getattr(value, "__module__", None), getattr(value, "__name__", None)
    if type(module) is not str or type(name) is not str:
        return ""
    looked_at = module.partition(".")[0] in _PUBLISHED or name in _OF_OTHERS.get(module, ())
    home = sys.modules.get(module) if looked_at else None
    known = isinstance(home, types.ModuleType) and vars(home).get(name) is value
    return f"{module}.{name}" if known else ""


def is_record(value: Any) -> bool:
    """Whether it is one of NumPy's named tuples, which is unpacked and indexed as a tuple."""
    kind = type(value)
    if not issubclass(kind, tuple) or kind.__module__.partition(".")[0] != "numpy":
        return False
    own = (kind.__iter__, kind.__getitem__) != (tuple.__iter__, tuple.__getitem__)
    return hasattr(kind, "_fields") and not own


def _literal(value: tuple[Any, ...]) -> bool:
    return all(_literal(v) if type(v) is tuple else type(v) in _LITERALS and written(v) for v in value)


def loop_types(sig: Sequence[str], nin: int) -> str:
    """NumPy's text for the operand types of an inner loop: ``dd->d``."""
    chars = "".join(CHARS[t] for t in sig)
    return chars[:nin] + "->" + chars[nin:]
