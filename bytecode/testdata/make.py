"""Write the fixtures of this folder for the running CPython.

Run it with each supported version, then ``go test ./bytecode -update`` for
the golden listings. A fixture holds the source and the dumped code object of
its function ``f``; the other sections belong to the Go test.
"""

from __future__ import annotations

import importlib.util
import json
import opcode
import pathlib
import sys
from types import CodeType

HERE = pathlib.Path(__file__).resolve().parent
SOURCES = {
    "arithmetic": "def f(a, b):\n    c = a + b * 2\n    c -= -a\n    return c ** 2 < b, c\n",
    "branch": "def f(a):\n    if a > 0 and a != 3:\n        r = a\n    elif a is None:\n"
    "        raise ValueError('a')\n    else:\n        r = -a\n    return r\n",
    "loop": "def f(n):\n    s = 0.0\n    for i in range(n):\n        for j in range(i):\n"
    "            s += i * j\n        if s > 10:\n            break\n    return s\n",
    "while": "def f(n):\n    while n:\n        n -= 1\n        if n == 5:\n            continue\n"
    "        n //= 2\n    return n\n",
    "calls": "def f(a, g):\n    g(a, k=1)\n    a.m(2, *a)\n    return len(a), a.x.y\n",
    "cells": "def f(a):\n    t = 0\n    def g(x):\n        nonlocal t\n        t += x + a\n"
    "    g(1)\n    return t\n",
    "tryfinally": "def f(a):\n    try:\n        r = a()\n    except KeyError as e:\n        r = str(e)\n"
    "    finally:\n        a.close()\n    return r\n",
    "with": "def f(p):\n    for k in p:\n        with k as q:\n            q.go()\n    return p\n",
    "generator": "def f(n):\n    for i in range(n):\n        got = yield i\n        yield from got\n",
    "coroutine": "async def f(a):\n    async with a as b:\n        async for c in b:\n            await c\n",
    "comprehension": "def f(xs):\n    x = 1\n    ys = [x + 1 for x in xs if x]\n    return ys, x\n",
    "slices": "def f(a, i):\n    a[i] = a[1:i]\n    a[i:] = a[i, ::2]\n    del a[0]\n"
    "    return f'{i!r:>4}{a}'\n",
    "match": "def f(x):\n    match x:\n        case [a, *b]:\n            return a, b\n"
    "        case {'k': v}:\n            return v\n    return None\n",
    "unbound": "def f(c):\n    if c:\n        y = 1\n    del c\n    return y\n",
}


def load_dump() -> object:
    """Load ``_code`` without the package, which needs its built modules."""
    path = HERE.parents[1] / "python" / "slipstream" / "_code.py"
    spec = importlib.util.spec_from_file_location("slipstream_code", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.dump


def find(code: CodeType) -> CodeType:
    return next(c for c in code.co_consts if isinstance(c, CodeType) and c.co_name == "f")


def main() -> None:
    dump = load_dump()
    folder = HERE / f"{sys.version_info[0]}{sys.version_info[1]}"
    folder.mkdir(exist_ok=True)
    for name, source in SOURCES.items():
        code = find(compile(source, f"{name}.py", "exec"))
        text = json.dumps(json.loads(dump(code)), indent=1)
        (folder / f"{name}.txtar").write_text(f"-- source --\n{source}-- code --\n{text}\n")
    opcodes = sorted((number, name) for name, number in opcode.opmap.items() if number < 256)
    (folder / "opcodes.txt").write_text("".join(f"{number} {name}\n" for number, name in opcodes))


if __name__ == "__main__":
    main()
