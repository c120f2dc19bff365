"""The conversation with the Go compiler, and the settings both sides share."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import threading
from typing import Any

import numpy as np

from . import _load
from ._answers import Job
from ._errors import CompilerBug, Refused

_lock = threading.Lock()
_ready = False


def request(op: str, **fields: Any) -> Any:
    """Ask the compiler for something that needs no answers from us."""
    return _result(_core().pyext_Start(json.dumps({"op": op, **fields})), None)


def converse(op: str, job: Job, **fields: Any) -> Any:
    """Ask for a compilation and answer its questions until it is done."""
    return _result(_core().pyext_Start(json.dumps({"op": op, **fields})), job)


def _result(text: str, job: Job | None) -> Any:
    reply = json.loads(text)
    while "question" in reply:
        assert job is not None
        reply = json.loads(_core().pyext_Answer(reply["job"], _answer(job, reply)))
    if "bug" in reply:
        raise CompilerBug(reply["bug"] + "\n" + reply.get("stack", ""))
    if "refused" in reply:
        raise Refused(reply["refused"])
    return reply["result"]


def _answer(job: Job, reply: dict[str, Any]) -> str:
    try:
        return json.dumps(job.answer(reply["question"]))
    except BaseException:  # an interrupt: what waits for the answer would keep its locks
        _core().pyext_Close(reply["job"])
        raise


def _core() -> Any:
    global _ready
    core = _load.core()
    if core is None:
        raise Refused({"reason": 1901, "detail": _load.reason()})
    if not _ready:
        with _lock:
            if not _ready:
                _ready = True
                reply = json.loads(core.pyext_Start(json.dumps({"op": "configure", "config": _settings()})))
                if "refused" in reply:
                    _ready = False
                    raise Refused(reply["refused"])
    return core


def reconfigure() -> None:
    """Hand the settings to the compiler again before its next work."""
    global _ready
    _ready = False


def _settings() -> dict[str, Any]:
    from . import _config

    folder = _folder("llvmlite")
    return {
        "llvm": os.path.join(folder, "binding", "libllvmlite.so") if folder else "",
        "llvm_version": _version("llvmlite", folder),
        "cache_dir": _config.cache_dir(),
        "numpy": np.__version__,
        "level": _level(),
    }


def _level() -> int | None:
    """LLVM's level of code generation, 0 to 3, where the environment names one; for long suites."""
    text = os.environ.get("SLIPSTREAM_LLVM_LEVEL", "")
    return int(text) if text in {"0", "1", "2", "3"} else None


def fewest_lanes() -> int:
    """How few rounds of loops are done side by side, where the environment names it; for suites."""
    text = os.environ.get("SLIPSTREAM_FEWEST_LANES", "")
    return int(text) if text.isdecimal() else 0


def _folder(package: str) -> str:
    """Where an installed package lies, without importing it; empty if it is not installed."""
    spec = importlib.util.find_spec(package)
    return os.path.dirname(spec.origin) if spec is not None and spec.origin is not None else ""


def _version(package: str, folder: str) -> str:
    """The version of an installed package, by the folder that names it beside the package's own.

    importlib.metadata, which takes as long to import as all else that is done
    before the first compilation, is asked only where that is not one folder.
    """
    beside = os.listdir(os.path.dirname(folder)) if folder else []
    named = [m[1] for name in beside if (m := re.fullmatch(rf"{package}-([^-]+)\.dist-info", name))]
    if len(named) == 1:
        return named[0]
    import importlib.metadata

    return importlib.metadata.version(package)
