"""Writes the listings in how-it-works.md anew: ``python docs/make_dumps.py``, in the editable
environment of CPython 3.12. With ``--check`` it only says whether they are what the code gives."""

from __future__ import annotations

import contextlib
import dis
import io
import json
import pathlib
import re
import subprocess
import sys
import warnings

import examples
import numpy as np
import slipstream
from slipstream import _answers, _code

HERE = pathlib.Path(__file__).parent
PAGE = HERE / "how-it-works.md"
X = np.linspace(0.0, 2.0, 1000)


def conversation() -> str:
    """The questions of the first compilation and their answers, by a call of damped."""
    lines, answer = [], _answers.Job.answer

    def listen(job: _answers.Job, q: dict) -> dict:
        a = answer(job, q)
        lines.append(f"{json.dumps(q)}\n    {json.dumps(a)}")
        return a

    _answers.Job.answer = listen
    examples.damped(X, 0.5)
    _answers.Job.answer = answer
    return "\n".join(lines)


def spliced(function: object) -> str:
    out = io.StringIO()
    dis.dis(function, file=out)
    return out.getvalue()


def failures() -> str:
    """What the counters say after calls that leave early."""
    f = examples.damped
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        f(np.array([1.0, 1e200]), 0.5)
    reasons = f._slipstream.regions[0].reasons()
    lines = [f"{w.category.__name__}: {w.message}" for w in caught]
    lines += [f"{slipstream._native.REASONS[n]}: {count}" for n, count in reasons.items()]
    f(X.astype("f4"), 0.5)
    guards = "; ".join(v.guards.splitlines()[0] for v in f.entries())
    return "\n".join([*lines, f"versions: {guards}", str(f.stats())])


def dumps() -> dict[str, str]:
    u, code = X.copy(), _code.as_dict(examples.damped.__wrapped__.__code__)
    found = {"questions": conversation()}
    stages = examples.damped.explain(X, 0.5).stages
    text = json.dumps({"code": code, "kernel": "kernel " + stages["plan"].partition("k0: kernel ")[2]})
    command = ["go", "run", "./docs/_texts"]
    go = subprocess.run(command, input=text, text=True, check=True, cwd=HERE.parent, stdout=-1)
    found["bytecode"], ir = go.stdout.split("\f")
    found["ir"] = ir[ir.index("body0:") : ir.index("rest0:")]
    found |= {"front": stages["front"], "plan": stages["plan"], "spliced": spliced(examples.damped)}
    found |= {"explain": str(examples.damped.explain(X, 0.5)), "failures": failures()}
    for _ in range(3):
        examples.logged(X, X)
    found |= {"logged": str(examples.logged.explain(X, X)), "logged-code": spliced(examples.logged)}
    found["relax"] = examples.relax.explain(u, u[1:-1], 0.1).stages["plan"]
    stub = spliced(examples.relax).partition("PUSH_NULL")
    found["relax-code"] = "            ... " + "".join(stub[1:])
    found["accumulate"] = examples.accumulate.explain(u, X, 0.1).stages["plan"]
    return found


def stable(text: str) -> str:
    """Without the folder and the times of this run, and what NumPy's loops give on this processor."""
    text = re.sub(r"[\d.]+ ms", "N ms", text.replace(f"{HERE.parent}/", ""))
    text = re.sub(r'"texts": \["[0-9a-f]+"\]', '"texts": ["..."]', text)
    return re.sub(r"compile_seconds=[\d.]+", "compile_seconds=...", text).strip("\n")


def main() -> int:
    assert sys.version_info[:2] == (3, 12), "the listings are CPython 3.12's"
    page = new = PAGE.read_text()
    with contextlib.chdir(HERE.parent), slipstream.config(cache_dir=None):
        found = dumps()
    for name, text in found.items():
        block = f"<!-- {name} -->\n```text\n{stable(text)}\n```\n"
        new = re.sub(rf"<!-- {name} -->\n```text\n.*?```\n", lambda _, b=block: b, new, flags=re.S)
    if "--check" not in sys.argv:
        PAGE.write_text(new)
    return int("--check" in sys.argv and page != new)


if __name__ == "__main__":
    sys.exit(main())
