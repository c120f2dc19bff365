"""Loading the Go side: late, once, and only where it can run."""

from __future__ import annotations

import importlib
import os
import resource
import sys
import threading
from types import ModuleType

from . import _native

#: Address space that the Go runtime reserves at its start, with room to spare:
#: below one gigabyte it aborts the process instead of reporting an error.
ADDRESS_SPACE = 2 << 30

_lock = threading.Lock()
_state: list[tuple[ModuleType | None, str]] = []


def core() -> ModuleType | None:
    """The module ``slipstream._core``, or None where it cannot be loaded.

    The first call loads it and hands its C table to ``slipstream._native``;
    later calls give the same answer. `reason` tells why there is none.
    """
    return _outcome()[0]


def reason() -> str:
    """Why `core` returned None, as one sentence; empty if it is loaded."""
    return _outcome()[1]


def loaded() -> bool:
    """Whether the Go side runs in this process. Never loads it."""
    return bool(_state) and _state[0][0] is not None


def _outcome() -> tuple[ModuleType | None, str]:
    if not _state:
        with _lock:
            if not _state:
                _state.append(_load())
    return _state[0]


def _load() -> tuple[ModuleType | None, str]:
    obstacle = preflight()
    if obstacle:
        return None, obstacle
    try:
        module = importlib.import_module("slipstream._core")
        _attach(module)
    except Exception as error:  # whatever it is, the user's code runs on without us
        return None, f"slipstream._core cannot be loaded: {error}"
    return module, ""


def _attach(module: ModuleType) -> None:
    attach = getattr(_native, "attach", None)
    if attach is not None:
        attach(module.pyext_Table())


def preflight() -> str:
    """What would make loading the Go runtime fatal here; empty if nothing would."""
    for check in (_address_space, _musl, _subinterpreter):
        obstacle = check()
        if obstacle:
            return obstacle
    return ""


def _address_space() -> str:
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    if soft == resource.RLIM_INFINITY or soft >= ADDRESS_SPACE:
        return ""
    found, needed = soft >> 20, ADDRESS_SPACE >> 20
    return f"the limit on address space (ulimit -v) is {found} MiB; compiling needs {needed} MiB."


def _musl() -> str:
    # musl gives a library that is loaded late no static thread-local storage.
    if sys.platform != "linux" or _libc().startswith("glibc"):
        return ""
    return "this Python runs on a C library other than glibc."


def _libc() -> str:
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (ValueError, OSError):
        return ""


def _subinterpreter() -> str:
    for name in ("_interpreters", "_xxsubinterpreters"):
        try:
            interpreters = importlib.import_module(name)
        except ImportError:
            continue
        current, main = interpreters.get_current(), interpreters.get_main()
        return "" if _id(current) == _id(main) else "the Go runtime runs in the main interpreter only."
    return ""


def _id(interpreter: object) -> object:
    # 3.13 answers with a tuple (id, origin).
    return interpreter[0] if isinstance(interpreter, tuple) else interpreter
