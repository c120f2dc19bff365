"""``make lint``: formatters in checking mode, static analysis and types."""

from __future__ import annotations

from pathlib import Path

from . import environments as env
from .report import Report

PYTHON_FOLDERS = ("buildtools", "python", "benchmarks", "setup.py")


def run_all() -> int:
    """All checks; the exit status."""
    version = max(env.interpreters(), key=env.SUPPORTED.index)
    python = env.environment(env.ROOT / "build" / "lint", version, env.requirements("test", "lint"))
    tools = python.parent
    report = Report()
    report.step("gofmt", [python, "-m", "buildtools.gosteps", "format"])
    for name in ("vet", "staticcheck"):
        report.step(f"go {name}", [python, "-m", "buildtools.gosteps", name])
    report.step("ruff", [tools / "ruff", "check", *present(PYTHON_FOLDERS)])
    report.step("mypy", [tools / "mypy"])
    report.step("clang-format", [tools / "clang-format", "--dry-run", "--Werror", *c_files()])
    return report.close()


def present(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if (env.ROOT / name).exists()]


def c_files() -> list[Path]:
    return sorted(path for folder in ("pyext", "cuda") for path in (env.ROOT / folder).rglob("*.[ch]"))
