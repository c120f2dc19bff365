"""Record what the compiler asks when it compiles the functions of programs.py.

Run it with each supported CPython that has slipstream installed::

    python jit/testdata/make.py

It writes transcripts/NAME.pyXY.txtar: source, code object, and for every
compilation where it began, for what values, and the answers it got. The
expected texts behind them are written by ``go test ./jit -run Transcripts -update``.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import pathlib
import subprocess
import sys
import types
from typing import Any

import programs

FOLDER = pathlib.Path(__file__).with_name("transcripts")
TAG = f"py{sys.version_info[0]}{sys.version_info[1]}"
CALLS = 4


def load(function: types.FunctionType) -> types.FunctionType:
    """Compile one function alone: lines count from its own first line."""
    name = function.__name__
    space = dict(vars(programs))
    exec(compile(inspect.getsource(function), f"{name}.py", "exec"), space)
    loaded: types.FunctionType = space[name]
    return loaded() if function in programs.factories else loaded


class Recorder:
    """Stands between the compiler and the answers."""

    def __init__(self) -> None:
        from slipstream import _compiler

        self.compilations: list[list[str]] = []
        self._converse = _compiler.converse
        _compiler.converse = self.converse

    def converse(self, op: str, job: Any, **fields: Any) -> Any:
        lines = [json.dumps({"pc": fields["pc"], "args": fields["args"]})]
        self.compilations.append(lines)
        answer = job.answer

        def recorded(question: dict[str, Any]) -> dict[str, Any]:
            given: dict[str, Any] = answer(question)
            if "function" in given:
                code = given["function"]["code"]
                code["filename"] = pathlib.Path(code["filename"]).name
            lines.append(json.dumps({"question": question, "answer": given}))
            return given

        job.answer = recorded
        return self._converse(op, job, **fields)


def fields(record: dict[str, Any]) -> str:
    """JSON with one field a line."""
    return "{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in record.items()) + "\n}\n"


def record(name: str) -> None:
    """Call a function until nothing more is compiled, and write the transcript."""
    import slipstream
    from slipstream import _code

    original = getattr(programs, name)
    recorder = Recorder()
    plain = load(original)
    function = slipstream.jit(plain)
    for _ in range(CALLS):
        with contextlib.suppress(NameError):
            function(*programs.arguments[original]())
    parts = [("source", inspect.getsource(original)), ("code", fields(_code.as_dict(plain.__code__)))]
    parts += [(f"compile {i}", "\n".join(c) + "\n") for i, c in enumerate(recorder.compilations)]
    text = "".join(f"-- {title} --\n{body}" for title, body in parts)
    (FOLDER / f"{name}.{TAG}.txtar").write_text(text)


def main() -> None:
    """Record each function in a process of its own: the compiler remembers answers."""
    if len(sys.argv) > 1:
        record(sys.argv[1])
        return
    FOLDER.mkdir(exist_ok=True)
    for function in programs.arguments if TAG == "py312" else programs.everywhere:
        subprocess.run([sys.executable, __file__, function.__name__], check=True)


if __name__ == "__main__":
    main()
