"""Many programs in a child process, so that a crash is a finding, too."""

from __future__ import annotations

import contextlib
import dataclasses
import faulthandler
import gc
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator

from . import programs
from .run import Outcome, compare
from .shrink import shrink
from .straight import straight_line

ROOT = pathlib.Path(__file__).absolute().parents[1]

#: Seconds after which a program counts as hanging, which is reported like a crash; when
#: it is tried once more, on a machine that may be busy.
PATIENCE, LONGER = 20, 180

#: Seconds after which a smaller program counts as one whose loop has lost its end.
ENDLESS = 5.0


@dataclasses.dataclass
class Failure:
    """A program with unequal runs."""

    seed: int
    text: str
    lines: list[str]

    @property
    def kind(self) -> str:
        return category(self.lines)


@dataclasses.dataclass
class Summary:
    """Counts of a campaign."""

    programs: int = 0
    native: int = 0
    raised: int = 0
    lines: int = 0
    native_lines: int = 0
    straight: int = 0
    whole: int = 0
    idle: int = 0  # straight ones that do too little for a region
    #: What stopped the other straight ones, and their numbers.
    stopped: dict[str, list[int]] = dataclasses.field(default_factory=dict)
    seconds: float = 0.0
    died: bool = False  # the last child, by a signal
    failures: list[Failure] = dataclasses.field(default_factory=list)

    @property
    def share(self) -> float:
        """Of the programs, those that native code was entered in."""
        return self.native / max(1, self.programs)

    @property
    def line_share(self) -> float:
        """Of the source lines, those that were part of native code."""
        return self.native_lines / max(1, self.lines)

    @property
    def whole_share(self) -> float:
        """Of the straight-line programs, those with a call that took no Python step."""
        return self.whole / max(1, self.straight)

    def ranking(self, rows: int = 60) -> str:
        """What stops straight-line programs, the most frequent first."""
        ranked = sorted(self.stopped.items(), key=lambda item: -len(item[1]))[:rows]
        return "\n".join(f"{len(seeds):5} {what} (such as {seeds[:3]})" for what, seeds in ranked)

    def report(self) -> str:
        rate = self.programs / max(self.seconds, 1e-9)
        native = f"{self.share:.1%} ran natively, {self.line_share:.1%} of lines native"
        native += f", {self.whole_share:.1%} of {self.straight} straight-line ones wholly ({self.idle} idle)"
        outcome = f"{self.raised} raised, {len(self.failures)} differ"
        return f"{self.programs} programs, {rate:.1f}/s, {native}, {outcome}"


def category(lines: list[str]) -> str:
    """The first difference without the turn and the values."""
    first = lines[0].partition(" eager ")[0] if lines else ""
    return re.split(r"[\d\n]", first.partition(" ")[2])[0][:60]


def category_of(reasons: list[str]) -> str:
    """The first reason without names and numbers of the program's own."""
    text = next(iter(reasons), "no reason told")
    code, _, detail = re.sub(r"^(\d+ )in \w+, line \d+: ", r"\1", text).partition(" ")
    return f"{code} " + re.sub(r'"\w+"', '"..."', detail)


def campaign(seeds: Iterable[int], budget: float = 1e9) -> Summary:
    """Run the programs with these numbers, restarting the child after crashes."""
    todo, summary, start = list(seeds), Summary(), time.monotonic()
    while todo and time.monotonic() - start < budget:
        done = _batch(todo, summary, budget - (time.monotonic() - start))
        if done < len(todo) and time.monotonic() - start < budget:
            text = _generated(todo[done])
            # A machine that is busy enough lets anything hang once.
            if text is not None and (summary.died or _crashes(text)):
                summary.failures.append(Failure(todo[done], text, ["- crash: the process died or hung"]))
            done += 1
        todo = todo[done:]
    summary.seconds = time.monotonic() - start
    return summary


def _generated(seed: int) -> str | None:
    """The program with a number, or None where NumPy itself ends the process that makes it.

    Statements are tried while a program is made; an object array that holds itself is more than NumPy
    can print or compare.
    """
    with _child([seed], text_only=True) as process:
        text, _ = process.communicate()
    return None if process.returncode else text


def _batch(seeds: list[int], summary: Summary, budget: float) -> int:
    """How many programs were done before the child ended."""
    end, done = time.monotonic() + budget, 0
    with _child(seeds) as child:
        assert child.stdout is not None
        for line in child.stdout:
            _count(summary, json.loads(line))
            done += 1
            if time.monotonic() > end:
                child.kill()
                break
    summary.died = child.returncode < 0 and child.returncode != -signal.SIGALRM
    return done


def _child(seeds: list[int], program: str = "", *, text_only: bool = False) -> subprocess.Popen[str]:
    """A child that finds the installed package, whatever folder this was started in."""
    command = [sys.executable, "-P", "-X", "faulthandler", "-m", __package__.rpartition(".")[2]]
    command.append("--text" if text_only else "--child")
    path = os.environ["PYTHONPATH"] if "DIFFERENTIAL_LEAVE" in os.environ else str(ROOT)
    environment = dict(os.environ, DIFFERENTIAL_PROGRAM=program, PYTHONPATH=path)
    environment["DIFFERENTIAL_PATIENCE"] = str(LONGER if program else PATIENCE)
    return subprocess.Popen(
        [*command, *map(str, seeds)], cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment
    )


def _count(summary: Summary, record: dict[str, object]) -> None:
    summary.programs += 1
    summary.native += bool(record["native"])
    summary.raised += bool(record["raised"])
    summary.lines += int(record["lines"])  # type: ignore[call-overload]
    summary.native_lines += int(record["native_lines"])  # type: ignore[call-overload]
    if record["straight"]:
        summary.straight += 1
        summary.whole += bool(record["whole"])
        summary.idle += str(record["stopped"]).startswith("1903")
        if not record["whole"]:
            summary.stopped.setdefault(str(record["stopped"]), []).append(int(record["seed"]))  # type: ignore[call-overload]
    if record["differences"]:
        seed = int(record["seed"])  # type: ignore[call-overload]
        summary.failures.append(Failure(seed, programs.generate(seed), list(record["differences"])))  # type: ignore[call-overload]
        print(f"seed {seed}: {summary.failures[-1].kind}", file=sys.stderr, flush=True)  # long before the end


def child(seeds: list[int]) -> None:
    """The child: one line of JSON a program on the real standard output."""
    with programs.bounded_memory():
        _report(seeds)


def _report(seeds: list[int]) -> None:
    patience = float(os.environ.get("DIFFERENTIAL_PATIENCE", PATIENCE))
    # Not `dump_traceback_later`, which starts and joins a thread for each program.
    faulthandler.register(signal.SIGALRM, chain=True)
    gc.freeze()  # what was imported need not be looked through for each program's garbage
    for text, seed in _texts(seeds):
        signal.setitimer(signal.ITIMER_REAL, patience)
        o = _guarded(text)
        signal.setitimer(signal.ITIMER_REAL, 0)
        record = {
            "seed": seed,
            "native": o.native_turns,
            "raised": o.raised,
            "differences": o.differences,
            "lines": len(o.lines),
            "native_lines": len(o.native_lines),
            "straight": o.quiet_turns > 0 and straight_line(text),
            "whole": o.whole_turns,
            "stopped": "" if o.whole_turns else category_of(o.reasons),
        }
        print(json.dumps(record), flush=True)


def _guarded(text: str) -> Outcome:
    """An error of the harness itself is no crash of the product."""
    try:
        return compare(text)
    except Exception as error:
        return Outcome([f"- harness: {type(error).__name__}: {error}"])


def _texts(seeds: list[int]) -> Iterator[tuple[str, int]]:
    path = os.environ.get("DIFFERENTIAL_PROGRAM")
    if path:
        yield pathlib.Path(path).read_text(), -1
    for seed in seeds:
        yield programs.generate(seed), seed


def minimal(failure: Failure, seconds: float = 30.0) -> str:
    """The failure's program made small; crashes are tried in child processes."""
    wanted = failure.kind
    return shrink(failure.text, lambda text: _fails(text, wanted), seconds)


def _fails(text: str, wanted: str) -> bool:
    if wanted.startswith("crash"):
        return _crashes(text)
    with contextlib.suppress(TooLongError), _alarm(ENDLESS):
        return category(compare(text).differences) == wanted
    return False


class TooLongError(BaseException):
    """A smaller program does not end: its counter has gone."""


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def end(*_: object) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _crashes(text: str) -> bool:
    path = pathlib.Path(os.environ.get("TMPDIR", "/tmp")) / f"differential-{os.getpid()}.py"
    path.write_text(text)
    with _child([], str(path)) as process:
        process.communicate()
    path.unlink()
    return process.returncode != 0
