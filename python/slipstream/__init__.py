"""Runs NumPy-heavy Python functions as native code, with NumPy's own results."""

import sys

from . import _log, _native
from ._config import config, read_environment
from ._errors import FallbackError
from ._explain import Explanation, explain
from ._jit import jit
from ._numpy import configure_native
from ._stats import Stats
from .reasons import Reason, reasons

__all__ = ["Explanation", "FallbackError", "Reason", "Stats", "config", "explain", "jit", "reasons"]
__version__ = "0.1.0"


def _reconfigure(_: object) -> None:
    compiler = sys.modules.get(f"{__name__}._compiler")
    if compiler is not None:
        compiler.reconfigure()


def _start() -> None:

    configure_native()
    config._on_change("log", _log.show)
    config._on_change("enabled", _native.set_enabled)
    config._on_change("cache_dir", _reconfigure)
    for complaint in read_environment(config):
        _log.complain(complaint)


_start()
