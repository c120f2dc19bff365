"""Runs NumPy-heavy Python functions as native code, with NumPy's own results."""

import sys
from typing import TYPE_CHECKING, Any

from . import _native
from ._config import config, read_environment
from ._errors import FallbackError
from ._jit import jit
from ._numpy import configure_native
from ._pickling import register
from .reasons import Reason, reasons

if TYPE_CHECKING:
    from ._explain import Explanation, explain
    from ._stats import Stats

__all__ = ["Explanation", "FallbackError", "Reason", "Stats", "config", "explain", "jit", "reasons"]
__version__ = "0.1.0"

#: What is imported when it is first asked for, and from where.
_LATE = {
    "Explanation": "_explain",
    "explain": "_explain",
    "Stats": "_stats",
    # IPython looks for these two in what `%load_ext` names.
    "load_ipython_extension": "_notebook",
    "unload_ipython_extension": "_notebook",
}


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(f"{__name__}.{_LATE[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATE})


def _show(channels: tuple[str, ...]) -> None:
    from . import _log

    _log.show(channels)


def _reconfigure(_: object) -> None:
    compiler = sys.modules.get(f"{__name__}._compiler")
    if compiler is not None:
        compiler.reconfigure()


def _start() -> None:
    register()
    configure_native()
    config._on_change("log", _show)
    config._on_change("enabled", _native.set_enabled)
    config._on_change("cache_dir", _reconfigure)
    for complaint in read_environment(config):
        from . import _log

        _log.complain(complaint)


_start()
