"""``make test``: Go, the GPU link, and Python on every supported CPython present."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from . import environments as env
from .report import Report

#: As many processes as cores; the closing line still counts all tests.
PYTEST = ("-m", "pytest", "python/tests", "-n", "auto", "--dist", "worksteal")


def run_all() -> int:
    """All tests; the exit status."""
    report = Report()
    present = env.interpreters()
    if not present:
        report.add("python", False, f"none of CPython {', '.join(env.SUPPORTED)} was found")
        return report.close()
    pythons = {version: installed(version, report) for version in present}
    go_tests(report, next((python for python in pythons.values() if python), None))
    for version, python in pythons.items():
        if python:
            report.step(f"pytest {version}", [python, *PYTEST], quiet_environment())
    for version in env.SUPPORTED:
        if version not in present:
            report.lines.append(f"--   CPython {version} is not present: not tested")
    return report.close()


def installed(version: str, report: Report) -> Path | None:
    """The environment ``build/venv-<version>`` with the project as it is now."""
    folder = env.ROOT / "build" / f"venv-{version}"
    python = env.environment(folder, version, env.requirements("test"))
    stamp = folder / "sources.sha256"
    now = env.fingerprint()
    if stamp.is_file() and stamp.read_text() == now:
        report.add(f"install {version}", True, "up to date")
        return python
    # What setuptools copied before may have been deleted since.
    for old in (env.ROOT / "build").glob("lib*"):
        shutil.rmtree(old)
    command: list[str | Path] = [python, "-m", "pip", "install", "--disable-pip-version-check"]
    command += ["--no-build-isolation", "--no-deps"]
    if not report.step(f"install {version}", [*command, "--force-reinstall", "."]):
        return None
    stamp.write_text(now)
    return python


def go_tests(report: Report, python: Path | None) -> None:
    """The Go steps run under an environment's Python: it knows where cuda.h is."""
    if python is None:
        report.add("go", False, "no environment could be installed")
        return
    for name in ("vet", "test", "cuda"):
        report.step(f"go {name}", [python, "-m", "buildtools.gosteps", name])


def quiet_environment() -> dict[str, str]:
    """Without variables that would change what is tested."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("SLIPSTREAM_") and name not in ("PYTHONPATH", "PYTHONHOME")
    }
