"""The work of a function, counted while its source runs once on arrays that keep a tally.

Arrays are counted by NumPy's own protocols (`__array_ufunc__`, `__array_function__`): each operation runs on
plain arrays and is entered with its elements, bytes and seconds. Python's operators tell nobody of numbers,
and a tracer sees instructions but not their operands; so the operators of a copy of the source are replaced
by calls of functions that look at the operands and then do the same (`Spelled`). The result counts only if
the copy gives what the function gives.
"""

from __future__ import annotations

import ast
import builtins
import operator
import time
import types
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .bits import differing
from .work import ARITHMETIC, PRODUCTS, Counter, TooLong, flat, names, place

#: Seconds that counting may take.
MOST_SECONDS = 10.0
#: Products that take less, in seconds, are timed once more, warm.
AGAIN = 0.05
#: Elements that compiled code hands to a loop of NumPy's at once.
TILE = 1024
#: C methods of arrays that compute or copy; others are views, or end in a ufunc.
METHODS = names(
    "copy astype dot sort argsort argmax argmin partition argpartition take put choose repeat nonzero fill "
    "flatten compress searchsorted tolist tobytes trace byteswap"
)
#: Those that change the array.
IN_PLACE = frozenset({"sort", "partition", "put", "fill"})
#: Functions that change their first argument; others may, where they have ``out=``.
CHANGING = frozenset({"copyto", "put", "place", "putmask", "put_along_axis", "fill_diagonal"})
#: Nodes of operators to the functions that do the same.
BINARY: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.MatMult: operator.matmul,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
IN_PLACE_OF: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    kind: getattr(operator, f"i{function.__name__.rstrip('_')}")
    for kind, function in BINARY.items()
    if issubclass(kind, ast.operator)
}
UNARY: dict[type[ast.AST], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}
#: Builtins that compute, of numbers.
NUMERIC = (abs, min, max, pow, divmod, round)
NUMBER = (int, float, complex, np.generic)
PREFIX = "_counted_"


class NotCounted(Exception):
    """Why the work of a function is not known."""


class Counted(np.ndarray):
    """An array that enters what is done with it. Each run has a subclass with its own `count`."""

    count: Counter
    origin: int | None

    def __array_finalize__(self, base: Any) -> None:
        self.origin = getattr(base, "origin", None)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        outs = kwargs.get("out", ())
        given, named = plain(inputs), plain(kwargs)
        result, seconds = _timed(lambda: getattr(ufunc, method)(*given, **named))
        if ufunc.__name__ in PRODUCTS and not outs and seconds < AGAIN:
            seconds = min(seconds, _timed(lambda: ufunc(*given, **named))[1])
        results = list(result) if isinstance(result, tuple) else [result]
        axis = kwargs.get("axis") if method == "accumulate" else 0
        read = [a for a in given if isinstance(a, np.ndarray)]
        self.count.touch(inputs, inputs[:1] if method == "at" else outs)
        self.count.ufunc(ufunc.__name__, method, axis or 0, read, results, seconds)
        if method == "__call__" and not ufunc.signature and read:
            self.count.tiled(ufunc.__name__, read, results, lambda: rate(ufunc, given))
        if outs:
            results = [new if out is None else out for new, out in zip(results, outs, strict=True)]
            return tuple(results) if isinstance(result, tuple) else results[0]
        return self.wrap(result)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        def run() -> Any:
            return super(Counted, self).__array_function__(function, types, args, kwargs)

        changed = list(args[:1]) if function.__name__ in CHANGING else []
        changed += flat(kwargs.get("out"))
        return self.entered(function.__name__, [args, kwargs], run, changed)

    def entered(self, name: str, given: Any, run: Callable[[], Any], changed: Any = ()) -> Any:
        """Run, and enter it as one operation unless operations inside of it were."""
        before = self.count.leaves
        begin = time.perf_counter()
        result = run()
        seconds = time.perf_counter() - begin
        if self.count.leaves == before:
            arrays = [a for a in flat(given) if not any(a is other for other in changed)]
            results = plain(list(changed)) or _new(plain(result), arrays)
            if results:  # else all are views, and nothing was looked at
                self.count.touch(arrays, changed)
                self.count.leaf(name, plain(arrays), results, seconds)
        return self.wrap(result)

    def wrap(self, value: Any) -> Any:
        """Arrays that are to be counted, too, in place of plain ones, also in tuples and lists."""
        if type(value) is np.ndarray:
            value = value.view(type(self))
            value.origin = None
        elif type(value) in (tuple, list):
            return type(value)(self.wrap(item) for item in value)
        return value

    def __getitem__(self, key: Any) -> Any:
        whole, begin = plain(self), time.perf_counter()
        found = whole[plain(key)]
        if not isinstance(found, np.ndarray):
            self.count.touch([self], ())
            return found
        view = found.view(type(self))
        shared = _basic(key)
        view.origin = self.origin if shared else None
        if not shared:
            self.count.touch([self, *flat(key)], ())
            self.count.leaf("getitem", [found], [found], time.perf_counter() - begin)
        return view

    def __setitem__(self, key: Any, value: Any) -> None:
        whole, place, given = plain(self), plain(key), plain(value)
        begin = time.perf_counter()
        whole[place] = given
        seconds = time.perf_counter() - begin
        self.count.touch(flat(value), [self])
        stored = whole[place]
        if isinstance(stored, np.ndarray) and not _same(stored, given):
            read = [given] if isinstance(given, np.ndarray) else []
            self.count.leaf("setitem", read, [stored], seconds)


def _timed(call: Callable[[], Any]) -> tuple[Any, float]:
    begin = time.perf_counter()
    result = call()
    return result, time.perf_counter() - begin


def rate(ufunc: np.ufunc, given: tuple[Any, ...]) -> float:
    """Seconds an element, on tiles of the operands' first elements, in a near cache."""
    operands = given[: ufunc.nin]
    tiles = [np.resize(a.flat[:TILE], TILE) if isinstance(a, np.ndarray) else a for a in operands]
    with np.errstate(all="ignore"):
        results = ufunc(*tiles)
        return min(_timed(lambda: ufunc(*tiles, out=results))[1] for _ in range(5)) / TILE


def _basic(key: Any) -> bool:
    """Whether an index of this form gives a view."""
    parts = key if type(key) is tuple else (key,)
    return not any(isinstance(part, list | tuple | np.ndarray | bool) for part in parts)


def _same(stored: Any, given: Any) -> bool:
    """Whether an array is stored where it lies, which NumPy skips: what is left of ``a[i] += b``."""
    return isinstance(given, np.ndarray) and stored.shape == given.shape and place(stored) == place(given)


def _method(name: str) -> Any:
    inherited = getattr(np.ndarray, name)

    def counted(self: Counted, *args: Any, **kwargs: Any) -> Any:
        changed = [self] if name in IN_PLACE else ()
        return self.entered(name, [self, args, kwargs], lambda: inherited(self, *args, **kwargs), changed)

    return counted


for _name in METHODS:
    setattr(Counted, _name, _method(_name))


def _new(result: Any, given: list[Any]) -> list[Any]:
    """Arrays of a result that are no views of what was given; its own number where there is no array."""
    arrays = flat(result)
    return [a for a in arrays if not any(np.may_share_memory(a, b) for b in given)] if arrays else [0.0]


def plain(value: Any) -> Any:
    """The same memory as plain arrays, also in tuples, lists and dicts."""
    if isinstance(value, Counted):
        return value.view(np.ndarray)
    kind = type(value)
    if kind is tuple:
        return tuple([plain(item) for item in value])
    if kind is list:
        return [plain(item) for item in value]
    return {key: plain(item) for key, item in value.items()} if kind is dict else value


class Spelled(ast.NodeTransformer):
    """Operators and called names of a source become calls of the functions of `Namespace`.

    The order of evaluation stays. Arithmetic in a subscript stays as it is.
    """

    def __init__(self) -> None:
        self._temporaries = 0

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        node.value = self.visit(node.value)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        self.generic_visit(node)
        return _call(node, type(node.op).__name__, node.left, node.right)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Any:
        self.generic_visit(node)
        if type(node.op) not in UNARY or isinstance(node.operand, ast.Constant):
            return node
        return _call(node, type(node.op).__name__, node.operand)

    def visit_Compare(self, node: ast.Compare) -> Any:
        """``a < b < c`` is ``a < (t := b) and t < c``."""
        self.generic_visit(node)
        if not all(type(op) in BINARY for op in node.ops):
            return node
        parts: list[ast.expr] = []
        left = node.left
        for i, (op, right) in enumerate(zip(node.ops, node.comparators, strict=True)):
            again: ast.expr = right
            if i + 1 < len(node.ops):
                name = self._temporary()
                again = ast.Name(name, ast.Load())
                right = ast.NamedExpr(ast.Name(name, ast.Store()), right)
            parts.append(_call(node, type(op).__name__, left, right))
            left = again
        return parts[0] if len(parts) == 1 else _at(ast.BoolOp(ast.And(), parts), node)

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        """``o[i] += v`` is ``t, u = o, i; t[u] = iadd(t[u], v)``."""
        self.generic_visit(node)
        before, target = self._place(node.target)
        load = ast.parse(ast.unparse(target), mode="eval").body
        value = _call(node, f"I{type(node.op).__name__}", load, node.value)
        return [_at(line, node) for line in [*before, ast.Assign([target], value)]]

    def _place(self, target: Any) -> tuple[list[ast.stmt], Any]:
        if isinstance(target, ast.Name):
            return [], target
        lines = [self._keep(target.value)]
        target.value = ast.Name(lines[0].targets[0].id, ast.Load())  # type: ignore[attr-defined]
        if isinstance(target, ast.Subscript):
            lines.append(self._keep(_key(target.slice)))
            target.slice = ast.Name(lines[1].targets[0].id, ast.Load())  # type: ignore[attr-defined]
        return list(lines), target

    def _keep(self, value: ast.expr) -> ast.Assign:
        return ast.Assign([ast.Name(self._temporary(), ast.Store())], value)

    def _temporary(self) -> str:
        self._temporaries += 1
        return f"{PREFIX}t{self._temporaries}"

    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name | ast.Attribute):
            node.func = _call(node, "called", node.func)
        return node


def _call(place: ast.AST, name: str, *arguments: ast.expr) -> Any:
    return _at(ast.Call(ast.Name(PREFIX + name, ast.Load()), list(arguments), []), place)


def _at(node: Any, place: ast.AST) -> Any:
    return ast.fix_missing_locations(ast.copy_location(node, place))


def _key(node: ast.expr) -> ast.expr:
    """What is between the brackets as an object: ``1:, j`` is ``(slice(1, None, None), j)``."""
    if isinstance(node, ast.Tuple):
        return ast.Tuple([_key(item) for item in node.elts], ast.Load())
    if not isinstance(node, ast.Slice):
        return node
    ends = [end or ast.Constant(None) for end in (node.lower, node.upper, node.step)]
    return ast.Call(ast.Name(PREFIX + "slice", ast.Load()), ends, [])


class Namespace:
    """The functions that a spelled source calls, entering what they do with numbers."""

    def __init__(self, count: Counter) -> None:
        self.count = count
        self.array: type[Counted] = type("Counted", (Counted,), {"count": count})

    def names(self) -> dict[str, Any]:
        """All of them by their names in the source."""
        found: dict[str, Any] = {"called": self.called, "slice": slice}
        for prefix, table in (("", BINARY), ("I", IN_PLACE_OF)):
            found.update((prefix + kind.__name__, self._binary(f)) for kind, f in table.items())
        found.update((kind.__name__, self._unary(f)) for kind, f in UNARY.items())
        return {PREFIX + name: value for name, value in found.items()}

    def counted(self, value: Any) -> Any:
        """Plain arrays, as some functions make them, are counted from here on."""
        return value.view(self.array) if type(value) is np.ndarray else value

    def _binary(self, function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def counted(left: Any, right: Any) -> Any:
            if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
                return function(self.counted(left), self.counted(right))
            if isinstance(left, NUMBER) and isinstance(right, NUMBER):
                self.count.scalar()
            return function(left, right)

        return counted

    def _unary(self, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def counted(value: Any) -> Any:
            if isinstance(value, NUMBER):
                self.count.scalar()
            return function(self.counted(value))

        return counted

    def called(self, function: Any) -> Any:
        """What is called in place of it: functions of NumPy's, of numbers, and methods of plain arrays."""
        owner = getattr(function, "__self__", None)
        if type(owner) is np.ndarray:
            return getattr(self.counted(owner), function.__name__)
        if isinstance(function, np.ufunc) or (isinstance(function, _BUILTINS) and function in NUMERIC):
            return self._computing(function)
        module = getattr(function, "__module__", None) or ""
        if isinstance(module, str) and module.split(".")[0] == "numpy" and not isinstance(owner, np.ndarray):
            return self._of_numpy(function)
        return self._computing(function) if module in ("math", "cmath") else function

    def _computing(self, function: Any) -> Any:
        def counted(*args: Any, **kwargs: Any) -> Any:
            given = [self.counted(value) for value in args]
            if given and all(isinstance(value, NUMBER) for value in given):
                self._of_numbers(function, max(len(given) - 1, 1))
            return function(*given, **{key: self.counted(value) for key, value in kwargs.items()})

        return counted

    def _of_numbers(self, function: Any, count: int) -> None:
        self.count.scalar(count)
        name = function.__name__
        if function not in NUMERIC and name not in ARITHMETIC:
            self.count.unknown.add(name)

    def _of_numpy(self, function: Any) -> Any:
        def counted(*args: Any, **kwargs: Any) -> Any:
            before, begin = self.count.leaves, time.perf_counter()
            given = [self.counted(value) for value in args]
            result = function(*given, **{key: self.counted(value) for key, value in kwargs.items()})
            seconds = time.perf_counter() - begin
            if type(result) is np.ndarray and self.count.leaves == before:
                name = getattr(function, "__name__", "")
                self.count.made(name, [result], seconds)
            return self.array.wrap(np.empty(0).view(self.array), result)

        return counted


_BUILTINS = (types.BuiltinFunctionType,)


def spelled(function: types.FunctionType, count: Counter) -> tuple[Any, Namespace]:
    """The same function of a counted copy of its module."""
    path = Path(function.__code__.co_filename)
    tree = Spelled().visit(ast.parse(path.read_text(), str(path)))
    space = Namespace(count)
    names = {"__name__": function.__module__, "__file__": str(path), "__builtins__": builtins}
    names.update(space.names())
    exec(compile(ast.fix_missing_locations(tree), str(path), "exec"), names)
    return names[function.__name__], space


def counted(
    function: types.FunctionType,
    arguments: Callable[[], Mapping[str, Any]],
    seconds: float = MOST_SECONDS,
) -> dict[str, Any]:
    """The work of a call, as `Work` in a dict.

    Parameters
    ----------
    function : function
        A function at the top level of a file.
    arguments : callable
        Makes new copies of the arguments, by name and in order.
    seconds : float
        What the counting run may take.

    Raises
    ------
    NotCounted
        Where the copy cannot be made or run, takes longer, or gives another
        result than the function.
    """
    given, expected_arguments = list(arguments().values()), list(arguments().values())
    expected = function(*expected_arguments)
    count = Counter(seconds)
    try:
        copy, space = spelled(function, count)
        ours = numbered(space, given)
        count.begin()
        result = copy(*ours)
    except TooLong:
        raise NotCounted(f"counting takes longer than {seconds:g} s") from None
    except Exception as error:
        raise NotCounted(f"{type(error).__name__}: {error}") from error
    if differing([expected, *expected_arguments], plain([result, *ours])):
        raise NotCounted("the counting run gave another result")
    return count.work(flat(given), plain(result))


def numbered(space: Namespace, given: list[Any]) -> list[Any]:
    """The arguments, each array counted and with its place in `flat` of them; other objects themselves."""
    places = {id(a): i for i, a in reversed(list(enumerate(flat(given))))}

    def counted(value: Any) -> Any:
        if type(value) is np.ndarray:
            view: Any = value.view(space.array)
            view.origin = places[id(value)]
            return view
        return type(value)(map(counted, value)) if type(value) in (tuple, list) and flat(value) else value

    return [counted(value) for value in given]
