"""What the Makefile calls: ``python -m buildtools.developer <command> [version]``."""

from __future__ import annotations

import sys
from collections.abc import Callable

from . import environments as env
from . import linting, testing
from . import wheels as release


def dev(version: str) -> None:
    """Editable environment with both modules up to date."""
    python = env.editable(version)
    env.build_in_place(python)
    print(python)


def native(version: str) -> None:
    env.build_in_place(env.editable(version), "native")


def core(version: str) -> None:
    env.build_in_place(env.editable(version), "core")


def survey(version: str) -> None:
    """The examples of SciPy and scikit-learn, in an environment of their own; then the report."""
    dev(version)
    wanted = env.requirements("survey")
    python = env.linked(env.ROOT / "build" / f"survey-{version}", version, wanted)
    env.run([python, "-m", "survey"], cwd=env.ROOT / "python" / "tests")


def test() -> int:
    return testing.run_all()


def lint() -> int:
    return linting.run_all()


def wheels() -> int:
    return release.build_all()


def sdist() -> None:
    """Source distribution in ``dist/``."""
    python = env.editable(max(env.interpreters(), key=env.SUPPORTED.index))
    env.run([python, "setup.py", "-q", "sdist"])


def demo() -> None:
    """Environment in ``.venv`` with the project installed as a user would; then the example."""
    version = max(env.interpreters(), key=env.SUPPORTED.index, default=env.SUPPORTED[-1])
    folder = env.ROOT / ".venv"
    python = env.environment(folder, version, [])
    stamp = folder / "sources.sha256"
    if not (stamp.is_file() and stamp.read_text() == env.fingerprint()):
        env.run([python, "-m", "pip", "install", "--disable-pip-version-check", ".[demo]"])
        stamp.write_text(env.fingerprint())
    env.run([python, "benchmarks/demo.py"])


COMMANDS: dict[str, Callable[..., int | None]] = {
    command.__name__: command for command in (dev, native, core, survey, test, lint, wheels, sdist, demo)
}


def main(arguments: list[str]) -> int:
    command, *rest = arguments
    return COMMANDS[command](*rest) or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
