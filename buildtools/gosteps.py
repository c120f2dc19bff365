"""``python -m buildtools.gosteps <step>``: the go command with the right environment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from .gopy import ROOT, go_environment
from .gotool import find_go

FOLDERS = ("bytecode", "cuda", "jit", "pyext", "sched")
#: Step, arguments, and whether the tag cuda (and so cu's headers) is needed.
STEPS = {
    "vet": (["vet", "./..."], False),
    "test": (["test", "./..."], False),
    "cuda": (["test", "-tags=cuda", "./cuda/..."], True),
    "staticcheck": (["tool", "staticcheck", "./..."], False),
}


def main(name: str) -> int:
    if name == "format":
        return check_format()
    arguments, cuda = STEPS[name]
    go = find_go()
    environment = go_environment(go) if cuda else plain(go)
    status = subprocess.run([go, *arguments], cwd=ROOT, env=environment).returncode
    print(f"go {' '.join(arguments)}: {'passed' if status == 0 else 'failed'}", flush=True)
    return status


def check_format() -> int:
    """gofmt tells what it would change, but not by its status."""
    command = [str(Path(find_go()).with_name("gofmt")), "-l", *FOLDERS]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    print(found.stdout + found.stderr or "gofmt: nothing to change", flush=True)
    return 1 if found.stdout or found.returncode else 0


def plain(go: str) -> Mapping[str, str]:
    """With this Python first on PATH: the compiler's tests find llvmlite through it."""
    folders = [str(Path(sys.executable).parent), str(Path(go).parent), os.environ.get("PATH", os.defpath)]
    path = os.pathsep.join(folders)
    return {**os.environ, "PATH": path}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
