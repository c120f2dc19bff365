"""Has NumPy take arrays' memory from the C library, which fills it: NumPy keeps small pieces as they were."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

_VOID, _SIZE = ctypes.c_void_p, ctypes.c_size_t
_SET_HANDLER = 304  # PyDataMem_SetHandler, in NumPy's table of functions

_libc = ctypes.CDLL(None)
for _name, _arguments in {
    "malloc": [_SIZE],
    "calloc": [_SIZE, _SIZE],
    "realloc": [_VOID, _SIZE],
    "free": [_VOID],
}.items():
    getattr(_libc, _name).argtypes, getattr(_libc, _name).restype = _arguments, _VOID
_libc.free.restype = None

_FUNCTIONS = [
    ctypes.CFUNCTYPE(_VOID, _VOID, _SIZE)(lambda _, n: _libc.malloc(n)),
    ctypes.CFUNCTYPE(_VOID, _VOID, _SIZE, _SIZE)(lambda _, n, size: _libc.calloc(n, size)),
    ctypes.CFUNCTYPE(_VOID, _VOID, _VOID, _SIZE)(lambda _, at, n: _libc.realloc(at, n)),
    ctypes.CFUNCTYPE(None, _VOID, _VOID, _SIZE)(lambda _, at, __: _libc.free(at)),
]


class _Handler(ctypes.Structure):
    """NumPy's PyDataMem_Handler."""

    _fields_ = (
        ("name", ctypes.c_char * 127),
        ("version", ctypes.c_uint8),
        ("context", _VOID),
        ("functions", _VOID * 4),
    )


_handler = _Handler(b"survey", 1, None, (_VOID * 4)(*[ctypes.cast(f, _VOID).value for f in _FUNCTIONS]))


def filled(byte: int) -> dict[str, str]:
    """The environment of processes in which the C library fills memory with a byte when it takes it
    back, but for its own words in front, and with the complement when it hands it out."""
    return {"MALLOC_PERTURB_": str(byte), "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}


def from_the_library() -> None:
    """From now on, in this thread and those that it starts. This module must outlive the arrays."""
    python = ctypes.pythonapi
    python.PyCapsule_GetPointer.argtypes, python.PyCapsule_GetPointer.restype = (
        [ctypes.py_object, ctypes.c_char_p],
        _VOID,
    )
    python.PyCapsule_New.argtypes, python.PyCapsule_New.restype = (
        [_VOID, ctypes.c_char_p, _VOID],
        ctypes.py_object,
    )
    umath: Any = np._core._multiarray_umath  # type: ignore[attr-defined]
    table = ctypes.cast(python.PyCapsule_GetPointer(umath._ARRAY_API, None), ctypes.POINTER(_VOID))
    capsule = python.PyCapsule_New(ctypes.addressof(_handler), b"mem_handler", None)
    ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object)(table[_SET_HANDLER])(capsule)
