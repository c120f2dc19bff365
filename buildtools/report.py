"""Running many steps to the end and telling at the end how each one went."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .environments import ROOT


@dataclass
class Report:
    """Steps run so far. A failing step does not keep the next ones from running."""

    lines: list[str] = field(default_factory=list)
    failed: bool = False

    def step(self, name: str, command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> bool:
        """Run one step, showing its output; whether it succeeded."""
        words = [str(word) for word in command]
        print(f"\n== {name}: {' '.join(words)}", flush=True)
        begin = time.monotonic()
        status, closing = stream(words, env or os.environ)
        self.add(name, status == 0, f"{closing}  [{time.monotonic() - begin:.0f} s]")
        return status == 0

    def add(self, name: str, good: bool, closing: str) -> None:
        self.failed = self.failed or not good
        self.lines.append(f"{'ok  ' if good else 'FAIL'} {name}: {closing}")

    def close(self) -> int:
        """Print the closing lines; the exit status."""
        print("\n== Summary")
        print("\n".join(self.lines), flush=True)
        return 1 if self.failed else 0


def stream(command: Sequence[str], env: Mapping[str, str]) -> tuple[int, str]:
    """Status of a command, and its last line that is not empty."""
    closing = "no output"
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=env,
        text=True,
        errors="replace",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        for line in process.stdout or ():
            sys.stdout.write(line)
            closing = line.strip() or closing
    return process.returncode, closing
