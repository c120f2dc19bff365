"""``python -m slipstream run``: programs run as plain Python runs them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).with_name("scripts")

#: A program that tells whether a function of it was accelerated.
WHO = """
import numpy as np
def f(x):
    return x * 2.0 + 1.0
f(np.ones(3)); f(np.ones(3))
print(f.stats().native if hasattr(f, "stats") else "plain")
"""

SEEN = """'''Text of the module.'''
import os, sys
print(sorted(globals()), __doc__, __name__, __file__, __package__, __cached__, __annotations__)
print(type(__loader__).__name__, getattr(__spec__, "name", None), __builtins__, sys.argv, sys.path[0])
print(sys.modules["__main__"].__dict__ is globals(), os.getcwd())
if __name__ == "__main__":
    print("main")
"""


def python(*arguments: object, cwd: Path, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *map(str, arguments)]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, **options)  # type: ignore[call-overload,no-any-return]


def compare(cwd: Path, *arguments: object, flags: tuple[str, ...] = (), **options: object) -> str:
    """Run a program plainly and through `run`: status and both streams agree. Gives standard output."""
    plain = python(*flags, *arguments, cwd=cwd, **options)
    ours = python(*flags, "-m", "slipstream", "run", *arguments, cwd=cwd, **options)
    assert ours.stderr == plain.stderr
    assert ours.stdout == plain.stdout
    assert ours.returncode == plain.returncode
    return ours.stdout


def script(folder: Path, text: str, name: str = "program.py") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="latin-1")
    return path


def test_functions_are_accelerated(tmp_path: Path) -> None:
    path = script(tmp_path, WHO)
    assert python(path, cwd=tmp_path).stdout == "plain\n"
    assert python("-m", "slipstream", "run", path, cwd=tmp_path).stdout == "2\n"


@pytest.mark.parametrize("name", ["program", "package"])
def test_functions_of_modules_are_accelerated(name: str, tmp_path: Path) -> None:
    script(tmp_path, WHO)
    script(tmp_path, "", "package/__init__.py")
    script(tmp_path, WHO, "package/__main__.py")
    assert python("-m", "slipstream", "run", "-m", name, cwd=tmp_path).stdout == "2\n"


def test_meaning() -> None:
    """Everything that the long program asks, and the traceback it ends with."""
    printed = compare(SCRIPTS, "meaning.py")
    assert "subclass Derived" in printed


@pytest.mark.parametrize("path", ["program.py", "./program.py", "sub/../program.py", "linked.py"])
def test_what_a_script_sees_of_itself(path: str, tmp_path: Path) -> None:
    script(tmp_path, SEEN)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/linked.py").write_text("")
    (tmp_path / "linked.py").symlink_to("program.py")
    compare(tmp_path, path, "-x", "--help", "-m", "a b")


@pytest.mark.parametrize("name", ["program", "package", "package.inner", "-mprogram"])
def test_what_a_module_sees_of_itself(name: str, tmp_path: Path) -> None:
    script(tmp_path, SEEN)
    script(tmp_path, "print('init')", "package/__init__.py")
    script(tmp_path, SEEN, "package/__main__.py")
    script(tmp_path, SEEN + "from . import other", "package/inner.py")
    script(tmp_path, "print(__name__)", "package/other.py")
    compare(tmp_path, *([name] if name.startswith("-m") else ["-m", name]), "-h", "rest")


def test_folders_and_archives(tmp_path: Path) -> None:
    script(tmp_path, SEEN, "folder/__main__.py")
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as archive:
        archive.writestr("__main__.py", SEEN.replace("sorted(globals())", "0"))
    compare(tmp_path, "folder", "x")
    compare(tmp_path, "archive.zip", "x")


@pytest.mark.parametrize(
    "arguments", [["absent.py"], ["-m", "absent"], ["-m", "package"], ["empty"], ["-m", "package.absent.x"]]
)
def test_what_cannot_be_found(arguments: list[str], tmp_path: Path) -> None:
    script(tmp_path, "", "package/__init__.py")
    (tmp_path / "empty").mkdir()
    compare(tmp_path, *arguments)


ENDINGS = {
    "status": "import sys; sys.exit(7)",
    "text": "import sys; sys.exit('said at the end')",
    "nothing": "raise SystemExit",
    "wrong type": "import sys; sys.exit([1, 2])",
    "error": "def f(x):\n    return 1 / x\nf(\n  0)",
    "cause": "try:\n    {}[1]\nexcept KeyError as e:\n    raise ValueError('x') from e",
    "context": "def f():\n    try:\n        [][3]\n    finally:\n        undefined\nf()",
    "group": "raise ExceptionGroup('two', [ValueError(1), TypeError(2)])",
    "note": "e = ValueError('x')\ne.add_note('more')\nraise e",
    "syntax": "x = 1\nif x\n  y = 2",
    "indentation": "if 1:\nx = 2",
    "encoding": "# coding: latin-1\nprint(ascii('\u00e9'))\n'\u00e9'.x",
    "nothing at all": "",
    "stack": "import inspect, sys, traceback, warnings\n"
    "def f():\n    traceback.print_stack()\n    print(len(inspect.stack()), sys._getframe(1).f_back)\n"
    "    warnings.warn('beyond', stacklevel=3)\nf()",
    "limit": "import sys\nsys.setrecursionlimit(200)\ndef f(n):\n    try:\n        return f(n + 1)\n"
    "    except RecursionError:\n        return n\nprint(f(0))",
    "import": "import nothing_of_this_name",
    "module": "import broken",
    "interrupt": "def f():\n    raise KeyboardInterrupt\nf()",
    "killed": "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)",
    "hook": "import sys, traceback\n"
    "sys.excepthook = lambda *a: print('hook', a[0], ''.join(traceback.format_exception(*a)))\n1 / 0",
    "broken pipe": "raise BrokenPipeError",
    "end of file": "input()",
    "at exit": "import atexit, sys\natexit.register(lambda: print('bye', sys.last_value))\n1 / 0",
    "thread": "import threading\nt = threading.Thread(target=lambda: 1 / 0, name='t')\nt.start(); t.join()",
    "recursion": "def f(n):\n    return f(n + 1)\nf(0)",
    "late import": "import sys\nprint([m for m in ('click', 'rich') if m in sys.modules])",
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_endings(ending: str, tmp_path: Path) -> None:
    script(tmp_path, "x = \n", "broken.py")
    script(tmp_path, ENDINGS[ending])
    compare(tmp_path, "program.py", stdin=subprocess.DEVNULL)


def test_an_interrupt_ends_the_process_as_a_signal(tmp_path: Path) -> None:
    script(tmp_path, ENDINGS["interrupt"])
    assert python("-m", "slipstream", "run", "program.py", cwd=tmp_path).returncode == -signal.SIGINT


@pytest.mark.parametrize("flags", [("-P",), ("-O",), ("-OO",), ("-W", "error"), ("-X", "utf8")])
def test_flags_of_the_interpreter(flags: tuple[str, ...], tmp_path: Path) -> None:
    text = SEEN.replace("sys.path[0]", "''") if "-P" in flags else SEEN
    script(tmp_path, text + "def f():\n    'text'\n    assert 0, 'asserted'\nprint(f.__doc__)\nf()\n")
    compare(tmp_path, "program.py", flags=flags)


def test_processes_find_the_program(tmp_path: Path) -> None:
    text = """
import multiprocessing, sys
import numpy as np
def f(n):
    return float((np.arange(n) * 2.0).sum())
if __name__ == "__main__":
    for method in ("spawn", "fork"):
        with multiprocessing.get_context(method).Pool(1) as pool:
            print(method, pool.map(f, [1, 2, 3]))
"""
    script(tmp_path, text)
    compare(tmp_path, "program.py", flags=("-W", "ignore"))
    compare(tmp_path, "-m", "program", flags=("-W", "ignore"))


LOOPS = """'''Text.'''
from __future__ import annotations
import sys, time
import numpy as np
"not the text of anything"
x = np.linspace(0.0, 1.0, 200_000)
total, n = 0.0, len(x)
for i in range(n):
    if x[i] > 0.5:
        total += x[i] * 2.0
        last: float = 1
'not the text, either'
u = np.zeros(50)
for k in range(20_000):
    v = u * 0.5
    u = v + 1.0
    if k % 5000 == 0:
        print(k, u.sum(), i)
print(__doc__, total, i, last, list(globals())[-9:])
"still not"
while total > 1.0:
    total *= 0.99999
print(total, __doc__, __annotations__)
for j in range(n + 1):
    total += (
        x[j] + 1)
"""


def test_loops_at_the_top_level(tmp_path: Path) -> None:
    script(tmp_path, LOOPS)
    compare(tmp_path, "program.py")
    script(tmp_path, LOOPS.replace("last: float = 1", "last = i"))
    assert "IndexError" not in compare(tmp_path, "program.py")


def test_the_command_is_described() -> None:
    done = python("-m", "slipstream", "run", "--help", cwd=SCRIPTS)
    assert done.returncode == 0
    assert "script" in done.stdout.lower()
    assert python("-m", "slipstream", "run", cwd=SCRIPTS).returncode == 2
    assert python("-m", "slipstream", "run", "-q", cwd=SCRIPTS).returncode == 2
