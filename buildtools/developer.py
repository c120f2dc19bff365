"""What the Makefile calls: ``python -m buildtools.developer <command> [version]``."""

from __future__ import annotations

import sys
from collections.abc import Callable

from . import environments as env


def dev(version: str) -> None:
    """Editable environment with both modules up to date."""
    python = env.editable(version)
    env.build_in_place(python)
    print(python)


def native(version: str) -> None:
    env.build_in_place(env.editable(version), "native")


def core(version: str) -> None:
    env.build_in_place(env.editable(version), "core")


COMMANDS: dict[str, Callable[[str], None]] = {command.__name__: command for command in (dev, native, core)}


def main(arguments: list[str]) -> int:
    command, *rest = arguments
    COMMANDS[command](*rest)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
