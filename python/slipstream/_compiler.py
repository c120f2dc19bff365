"""The conversation with the Go compiler, and the settings both sides share."""

from __future__ import annotations

import importlib.util
import json
import pathlib
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
        answer = json.dumps(job.answer(reply["question"]))
        reply = json.loads(_core().pyext_Answer(reply["job"], answer))
    if "bug" in reply:
        raise CompilerBug(reply["bug"] + "\n" + reply.get("stack", ""))
    if "refused" in reply:
        raise Refused(reply["refused"])
    return reply["result"]


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
    import importlib.metadata

    from . import _config

    return {
        "llvm": _library("llvmlite", "binding", "libllvmlite.so"),
        "llvm_version": importlib.metadata.version("llvmlite"),
        "cache_dir": _config.cache_dir(),
        "numpy": np.__version__,
    }


def _library(package: str, *path: str) -> str:
    """The path of a file in an installed package, without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return ""
    return str(pathlib.Path(spec.origin).parent.joinpath(*path))
