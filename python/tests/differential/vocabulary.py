"""The words random programs are made of."""

BINARY = ("+", "-", "*", "/") * 4 + (
    "//",
    "%",
    "**",
    "&",
    "|",
    "^",
    "<<",
    ">>",
    "<",
    "<=",
    ">",
    ">=",
    "==",
    "!=",
)
UFUNC1 = (
    "sqrt",
    "abs",
    "exp",
    "log",
    "sin",
    "cos",
    "tanh",
    "isnan",
    "absolute",
    "negative",
    "square",
    "floor",
    "rint",
    "sign",
    "expm1",
    "log1p",
    "reciprocal",
    "logical_not",
    "invert",
    "isfinite",
    "fabs",
    "arctan",
    "positive",
    "cbrt",
    "ceil",
    "signbit",
    "conjugate",
    "exp2",
    "isinf",
    "spacing",
    "degrees",
)
UFUNC2 = (
    "maximum",
    "minimum",
    "add",
    "multiply",
    "subtract",
    "divide",
    "power",
    "arctan2",
    "hypot",
    "fmax",
    "fmin",
    "logical_and",
    "logical_or",
    "bitwise_and",
    "left_shift",
    "copysign",
    "fmod",
    "remainder",
    "floor_divide",
    "greater",
    "less_equal",
    "equal",
    "nextafter",
    "true_divide",
    "float_power",
    "logaddexp",
)
REDUCTIONS = ("sum", "mean", "max", "min")
OTHER_CALLS = (
    "np.prod({0})",
    "{0}.copy()",
    "{0}.astype('f4')",
    "np.cumsum({0})",
    "{0}.std()",
    "np.zeros_like({0})",
    "np.argmax({0})",
    "{0}.ravel()",
    "np.dot({0}, {0})",
    "np.any({0})",
    "helper({0})",
    "helper({0})",
    "pair({0})",
    "pair({0}, w=2)",
    "pair({0}, 0.5, scale=2)",
    "scaled({0})",
    "nested({0})",
    "chosen({0}, 'a')",
    "chosen({0})",
    "checked({0})",
    "checked({0}, -9)",
    "product({0}, 2)",
    "closed({0})",
    "{0}.reshape(-1)",
    "np.round({0}, 1)",
    "np.clip({0}, 0, 1)",
    "np.clip({0}, -0.5, {0}.T)",
    "np.clip({0}, None, 0.5)",
    "np.sort({0})",
    "float({0}.sum())",
    "{0}.real",
    "np.add.reduce({0})",
    "np.modf({0})[0]",
    "{0}.item()",
    "{0}[{0} > 1]",
    "(lambda v: v + 1)({0})",
    "{0}[[0, -1]]",
    "{0}[np.argsort({0}, axis=0)]",
    "{0}[..., [1, 0, 1]]",
    "{0}[{0} != {1}]",
    "{0}[np.nonzero({0})]",
    "np.take({0}, [0, 1, -1], 0)",
    "np.compress([True, False], {0}, 0)",
    "np.concatenate([{0}, {1}])",
    "np.concatenate(({0}, {1}), axis=-1)",
    "np.stack([{0}, {1}])",
    "np.vstack(({0}, {0}))",
    "np.hstack([{1}, {0}])",
    "np.array([{0}, {0}])",
    "np.array([1.5, 2, 3])",
    "np.where({0})[0]",
    "np.flatnonzero({0})",
    "np.argwhere({0})",
    "np.add({0}, {1}, dtype='f8')",
    "np.multiply({0}, {1}, casting='unsafe', dtype='f4')",
    "np.subtract({0}, {1}, out=np.zeros(np.shape({0})))",
    "np.divmod({0}, {1})[1]",
    "np.frexp({0})[0]",
    "np.multiply.outer({0}, {1})",
    "np.maximum.accumulate({0})",
    "np.logical_or.reduce({0}, axis=-1)",
    "np.diff({0})",
    "np.flip({0})",
    "np.roll({0}, 1)",
    "np.repeat({0}, 2)",
    "np.tile({0}, 2)",
    "np.tril({0})",
    "np.diag({0})",
    "np.searchsorted(np.ravel({0}), {1})",
    "np.unique({0})",
    "np.median({0})",
    "np.percentile({0}, 30)",
    "np.nansum({0})",
    "np.nanmean({0})",
    "np.nanstd({0}, axis=0)",
    "np.nanmax({0}, -1)",
    "np.average({0}, weights={1})",
    "np.average({0}, 0)",
    "np.allclose({0}, {1}, 0.5)",
    "np.unwrap({0})",
    "np.sinc({0})",
    "np.angle({0})",
    "np.linalg.svd({0})[1]",
    "np.linalg.eigh({0}).eigenvalues",
    "np.linalg.qr({0}).R",
    "np.split({0}, 2)[0]",
    "np.array_split({0}, 3, axis=-1)[1]",
    "np.unique_counts({0}).counts",
    "np.choose({0} > 0, [{0}, {1}])",
    "np.tri(len({0}))",
    "np.tril_indices_from({0})[0]",
    "np.polyadd({0}, {1})",
    "np.around({0}, 1)",
    "np.cumulative_sum({0}, axis=-1)",
    "np.interp({0}, [0, 1, 2], [1, 3, 2.5])",
    "np.gradient({0})",
    "np.gradient({0}, 0.5, axis=-1)",
    "np.cross({0}[..., :3], {1}[..., :3])",
    "np.diff({0}, 2, 0)",
    "np.roll({0}, -2, axis=-1)",
    "np.ptp({0}, axis=-1)",
    "np.outer({0}, {1})",
    "np.linalg.norm({0}, axis=-1)",
    "np.cumsum({0}.ravel())",
    "np.cumprod({0}, axis=0)",
    "np.flip({0}, 0)",
    "np.trapezoid({0})",
    "np.inner({0}, {1})",
    "np.einsum('...i,...i', {0}, {1})",
    "({0} @ {1})",
    "np.linalg.norm({0})",
    "np.fft.fft({0})",
    "np.arange(len({0})) * {0}",
    "np.linspace(0, 1, {0}.size)",
    "np.eye({0}.shape[0])",
    "np.meshgrid({0}, {1})[1]",
    "np.broadcast_to({0}, {0}.shape)",
    "np.moveaxis({0}, 0, -1)",
    "np.squeeze({0}[None], 0)",
    "np.asarray({0}, 'i4')",
    "np.ascontiguousarray({0})",
    "np.select([{0} > 1, {0} < 0], [{0}, {1}])",
    "np.count_nonzero({0})",
    "np.isclose({0}, {1})",
    "np.int16({0})",
    "np.complex64({0})",
    "np.nan_to_num({0})",
    "np.pad({0}, 1)",
    "{0}.imag",
    "{0}.strides",
    "{0}.nbytes",
    "{0}.view()",
    "{0}.diagonal()",
    "{0}.take(0)",
    "np.histogram({0}, 3)[0]",
    "np.insert({0}, 0, 1)",
    "np.delete({0}, -1, 0)",
    "np.partition({0}, 0)",
    "np.fft.fftshift({0})",
    "np.fft.rfftfreq(np.size({0}), 0.5)",
    "np.hanning(len({0}))",
    "np.rot90({0})",
    "np.take_along_axis({0}, np.argsort({0}), -1)",
    "np.atleast_3d({0})",
    "np.asarray({0}, dtype=float)",
    "np.atleast_2d({0})",
    "held.scaled({0})",
    "(held.level * {0})",
    "held.doubled({0})",
    "Held.doubled({0})",
    "further.doubled({0})",
    "held.by_class({0})",
    "Further.by_class({0})",
    "held({0})",
    "(len(held) * {0})",
    "held[0] * {0}",
    "further.scaled({0})",
    "(held.__class__.rate + {0})",
    "type(further).rate * {0}",
    "(2 if isinstance(held, Further) else {0})",
    "(2 if isinstance({0}, (Held, int)) else {0})",
    "(0.5 if type(further) is Further else {0})",
    "({0} * 2 if {0}.flags.c_contiguous else {0} - 1)",
    "({0} + {0}.flags['WRITEABLE'])",
    "(held.weights + {0} * held.rate)",
    "held.options['gain'] * {0}",
    "held.pair.low - {0}",
    "held.pair[1] * {0}",
    "halved({0})",
    "halved({0}, scale=3)",
    "held.bent({0})",
    "(held.options.get('gain', 2) * {0} + held.options.get('no', 0.5))",
    "(getattr(held, 'rate', 1) * {0})",
    "(1.5 if hasattr({0}, 'ndim') else 2)",
    "(held.name.upper() == 'NAME') * {0}",
    "spread({0}, 2, *({1},), k=0.5)",
    "grouped(({0}, 2))",
    "held.pairs[0] * {0}",
    "held.limit({0})",
    "passed({0})",
    "passed({0}, w=2, scale=0.5)",
    "passed(*({0}, {1}))",
    "collected({0}, by={1})",
    "typed({0})",
    "imported({0})",
    "math.sqrt(np.size({0}))",
    "math.floor({0}.max())",
    "max({0}.max(), 1)",
    "min(np.size({0}), {0}.ndim, 2)",
    "({0} ** {1})",
    "({0} ** 2)",
    "np.power({0}, {1})",
    "tuple(map(np.square, ({0}, {1})))[1]",
    "list(map(pair, [{0}], [{1}]))[0]",
    "sum(({0}, {1}, {0}))",
    "sum([{0}, 2.5, {1}])",
    "np.maximum(*map(np.negative, ({0}, {1})))",
    "tuple(zip(({0}, 1), ({1}, 2)))[0][1]",
    "list(enumerate(reversed([{0}, {1}])))[1][1]",
    "(0.5 if {0}.shape == {1}.shape else 2)",
    "(0.5 if {0}.dtype in (np.float64, np.int32) else 2)",
    "(not {0}[:1])",
    "np.squeeze({0})",
    "{0}.squeeze()",
    "({0} + np.finfo({0}.dtype).eps)",
    "np.iinfo({0}.dtype).max",
)
#: Statements that Python ends: a name of the program's own, a new name, two values, a name.
ENDS = (
    "{1} = shown({2})",
    "{1} = shown({2}) * {3}",
    "{1} = {2} * shown({3}) + {0}",
    "{1} = shown({0} if {0} is None else {2})",
    "seen = {{'k': {2}, 'v': [{3}, {0}]}}",
    "print(np.shape({2}), f'{{np.size({3})}}')",
    "print(np.size({0}), np.ndim({2}), sep=',', end=str(np.size({3})))",
    "if np.size({2}) > 3 and np.sum({3}) > 1:\n    {1} = {4}",
    "{1} = {2} if np.any({3}) else {4}",
    "for v in ({2}, {3}):\n    {1} = v",
    "assert np.size({2}) < 10000, {3}",
    "if np.any({0} > {3}):\n    raise ValueError(f'{{np.shape({2})}}')\n{1} = {2}",
    "assert np.sum({2}) < 1e6, 'large'\n{1} = {3}",
    "{1} = {2}\nif np.max({1}) > 50:\n    raise OverflowError\n{1} = {1} * {3}",
    "{1}, *seen = shown({2}), {3}, {4}",
    "keep({0}, {2}, {4}).last = {3}",
    "KEPT['k'], {1} = {2}, {3}",
    "globals()['G'] = {2}",
)
#: Variables whose values tell when they are freed: a name of the program's own, a new name, two values.
LIVES = (
    "w = Ender({0})",
    "w = Ender({0})\n{1} = {2}\nw = {3}",
    "w = [Ender({0})]\n{1} = {2}\ndel w\n{1} = {3}",
    "w = v = Ender({0})\n{1} = {2}\nw, {1} = {3}, {2}\nv = {1}",
    "w = {2}",
    "w = None",
    "{1} = {2}\nr = weakref.ref({1}, gone)",
    "r = weakref.ref({0}, gone)\n{0} = {2}\n{1} = {3} * GONE",
    "{1} = {2}\nr = weakref.ref({1})\n{1} = {3}\nprint(r())",
    "for w in (1, Ender({0})):\n    {1} = {2}\n    w = {3}",
    "{1} = {2} + GONE",
)
#: Blocks of statements under states: the states, a name of the program's own, a new name, two values.
BLOCKS = (
    "with np.errstate({0}):\n    {2} = {3}\n    {1} = {4}",
    "with np.errstate({0}):\n    {2} = {3}\n{1} = {4}",
    "with np.errstate({0}):\n    {2} = {3}\n    with np.errstate(all='raise'):\n"
    "        {1} = {4}\n    {2} = 1",
    "with np.errstate({0}) as u:\n    {1}[...] = {3}",
    "{2} = quiet({1}, {3})",
    "with np.errstate({0}):\n    {2} = {3}\n    print(np.shape({1}))\n    {1} = {4}",
)
#: Statements that write into an array of the program's own: a name, another value, a number.
WRITES = (
    "{0}[{0} > 1] = {2}",
    "{0}[{1} <= {0}] = {2}",
    "{0}[{1} > 0] += 1",
    "{0}[[0, -1]] = {2}",
    "{0}[np.isnan({0})] = 0",
    "{0}[{1} != 1] = {1}",
    "np.add({0}, {1}, out={0})",
    "{0}[1:] = {0}[:-1] * 2",
    "{0}[1:-1] += {0}[2:] - {0}[:-2]",
    "{0}[::-1] = {0} + {1}",
    "{0}[..., :2] = (1.5, 2)",
    "{0}[0] = [{2}] * 1",
    "np.multiply({0}, {2}, {0})",
    "np.subtract({0}, {1}, out={1})",
    "np.sqrt({0}, out={0})",
    "np.cumsum({0}, out={0})",
    "np.less({0}, {1}, out={0})",
    "np.divide({0}, {1}, out={0}, where={0} > 1)",
    "np.add.at({0}, [0, 0], 1)",
    "{0}[{1} > 0] = {1}[{1} > 0]",
    "{0}[{0} > {2}] *= {2}",
    "{0}[[0, -1]] += {1}[[-1, 0]]",
    "{0}[[0, 0]] -= {2}",
    "{0}[np.argsort({1}, axis=0)] = {1}",
    "{0}[..., [1, 0]] = {2}",
    "{0}[[0], :1] = {1}[0]",
    "{0} = {0} + {1}; {0}[0] = {2}; {0}[1:] += {1}[1:]",
    "{0} = {0} * {2}; {0}[[0, -1]] = {1}; {0}[{0} < 0] = 0",
    "t = np.zeros_like({0}); t[1:] = {0}[:-1]; {0} = t - {1}",
    "t = {0} + {2}; u = t[1:]; u[...] = {1}[:-1]; {0} = t",
    "t = np.sqrt({0}); t += {1}; u = t.T; u[0] = {2}; {0} = u * t",
    "np.divide({0}, {1}, out=np.zeros(np.shape({0})), where={1} != 0)",
    "np.multiply({0}, {1}, out={0}, where={0} < {1})",
    "np.add({0}, {1}, out=np.zeros(np.shape({0}), 'f4'))",
    "{0} += np.sum({1}, where={1} > 0, initial=2)",
    "np.copyto({0}, {1})",
    "np.copyto({0}, {2}, where={1} > 0)",
    "np.putmask({0}, {0} > 1, {1})",
    "np.place({0}, {0} > 1, [{2}, 3])",
    "np.put({0}, [0, -1, 2], {2})",
    "np.put_along_axis({0}, np.argsort({0}, axis=-1), {1}, -1)",
    "np.fill_diagonal({0}, {2})",
    "np.add.at({0}, np.array([0, 1, 0]), {2})",
    "np.subtract.at({0}, np.arange(len({0})), {1})",
    "{0}.fill({2})",
    "{0}.sort()",
)
#: Parts of objects that are set, and containers: a name of the program's own, a new name, two values.
PARTS = (
    "held.weights = {2}\n{1} = held.weights + {3}",
    "held.rate = {0}\n{1} = held.scaled({2})",
    "held.weights = {0} * {2}\nheld.rate = {3}\n{1} = held.weights * held.rate",
    "held.rate += 1\n{1} = {2} * held.rate",
    "held.weights += 1\nheld.weights *= 2\n{1} = held.weights + {2}",
    "further.weights = {2}\n{1} = held.rate * {3}\nheld.rate = {0}",
    "further.rate = {2}\n{1} = held.rate * {3}\nfurther.rate = held.rate",
    "held.weights = {2}\nv = held\n{1} = v.weights + further(1) * {3}",
    "held.options['k'] = {2}\n{1} = held.options['k'] * {3}",
    "held.options['gain'] = {2}\n{1} = {3} * 2\nheld.options['gain'] = {0}",
    "KEPT['k'] = {2}\n{1} = {3} + 1\nKEPT['k'] = {0}",
    "held.options['k'] += {2}\n{1} = held.options['k'] * {3}",
    "held.options['gain'] *= 2\n{1} = len(held.options) * {2}",
    "w = {{f'a{{np.ndim({0})}}': {2}}}\n{1} = w",
    "w = ({0}, {2})\n{1} = grouped(w)\nv = w",
    "held.pairs = (2, {2})\n{1} = held.pairs[1] * {3}",
    "u = held\nu.rate = {2}\n{1} = held.rate * {3}\nheld.rate = u.rate",
    "w = [{0}, {2}]\n{1} = w[0] + w[-1]\nw.append({3})",
    "w = {{'a': {0}, 'b': {2}}}\n{1} = w['a'] * w['b']\nw['c'] = {3}",
    "{1}, *w = {0}, {2}, {3}",
    "*w, {1} = ({0}, {2}) + ({3},)",
    "w = ({0}, {2}, 1)[::2]\n{1} = w[0] * w[1]",
    "w = u = [{2}]\n{1} = w is u, w[0] is u[0], {0} is {0}",
    "w = (2,) * np.ndim({0}) + (1,)\n{1} = np.ones(w) * {2}",
    "{1} = np.max({0}) or {2}\nw = np.size({0}) and {3}",
    "w = np.sum({0})\n{1} = {2} if w > 0 else {3}",
    "ROWS.append({2})\n{1} = ROWS[-1] * {3}",
    "ROWS.insert(0, {2} + 1)\n{1} = {3}",
    "w = ROWS\nw.extend(({2}, {3}))\n{1} = {0}",
    "QUEUE.append({2} - {3})\n{1} = {3}",
    "KEPT.update(k={2}, m={0})\n{1} = KEPT['k'] - {3}",
    "held.kept.append({2} * 2)\n{1} = held.kept[-1] + {3}",
)
#: Functions that are made: a name of the program's own, a new name, two values.
FUNCTIONS = (
    "g = lambda v, w=2: v * w + {0}\n{1} = g({2}) - g({3}, 3)",
    "def g(v, *, k=0.5):\n    return v * k + {0}\n{1} = g({2}) + g({3}, k=2)",
    "def g(v: np.ndarray, *rest, by=({0}), **options) -> None:\n    return v - len(rest) * len(options)\n"
    "{1} = g({2}, 1, by=2) + g({3}, k=2)",
    "def g():\n    c = {2}\n    def h(v):\n        nonlocal c\n        c = c * v\n        return c\n"
    "    return h({3}) + h(2)\n{1} = g()",
    "c = {2}\ng = lambda: c\nc = {3}\n{1} = g() * c",
    "c = {2}\ng = lambda v: c + v\n{1} = g({3})\nw = shown(g(2))\nc = {0}\n{1} = g(w)",
    "c = {2}\nKEPT['g'] = lambda: c\nc = {3}\n{1} = c * 2\nw = shown(KEPT['g']())",
    "g = applied(lambda v: v * {0}, {2})\n{1} = g + applied(helper, {3})",
    "g = [lambda v: v + {2}, {0}]\n{1} = g[0]({3})",
    "g = made({2})\n{1} = g(2) + g({3})",
    "g, v = made({2}), {3}\n{1} = g(v)\nkeep(g)\nprint(g.__qualname__, g.__closure__[0].cell_contents is v)",
    "w = {2}\nr = lambda: w\n{0} = {3}\n{1} = r() + {0}\nprint(r.__name__, r.__defaults__)",
    "{1} = (lambda f, v: f(v))(lambda v: v - {0}, {2})",
)
HEADER = """\
import cmath, collections, functools, heapq, itertools, math, weakref
import numpy as np
from numpy import nan, inf, sqrt as root, where, maximum
def helper(v):
    return v * 2
def pair(v, w=3.0, *, scale=1):
    u = v * w
    return u + scale
def stir(v, by):
    for i in range(len(v)):
        v[i] = v[i] + v[i - 1] * by
        v[-1] = v[i] - by
    return v[0]
def mix(v, w, n):
    for k in range(n):
        old = v.copy()
        v[1:] = (old[1:] + old[:-1]) * 0.5
        w[:1] = v[-1:] / 3
        v[0] = w[-1]
def trade(v, w, i):
    v[i], w[0] = w[0], v[i]
    w[i] = v[0]
    return v[i] - w[i]
def climb(v, n, by):
    if n <= 0:
        return v[0] * by
    return climb(v, n - 1, by) * by - v[n % len(v)]
def sink(v, i, n):
    if i < n and i < len(v):
        v[i] = v[i] - v[-1]
        k = sink(v, i + 1, n)
        v[-1] = v[i]
        return k + i
    return i
def halves(v):
    if len(v) < 2:
        return v.sum()
    m = len(v) // 2
    return halves(v[:m]) - halves(v[m:])
def wrapped(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper
@wrapped
def passed(v, w=3.0, *, scale=1):
    return v * w + scale
def collected(v, **options):
    if "by" in options and options:
        return v * options["by"]
    return v
def typed(v):
    if v.dtype.kind == "f" or v.dtype == np.int64:
        return v * 2
    return v
def imported(v):
    import math
    from numpy import add as plus
    return plus(v, math.pi)
GAIN = 2.0
def scaled(v):
    return v * GAIN
def nested(v):
    t = scaled(v=v)
    return pair(t, scale=4) - helper(t)
def chosen(v, how="b"):
    if how == "a":
        return v
    assert how is not None
    return np.abs(v)
product = lambda *v: v[0] * v[1]
def maker(shift):
    def closed(v):
        return v - shift
    def move(by):
        nonlocal shift
        shift = by
    return closed, move
closed, move = maker(0.5)
def applied(f, v):
    return f(v) * f(2)
def made(c):
    def inner(v, *, k=1.5):
        return v * c + k
    return inner
def checked(v, low=-1e3):
    if np.any(v < low):
        raise ValueError(f"below {low}")
    assert not np.all(v == 2), "two"
    return v - low
def emptied(v):
    v[...] = 0
def shown(v):
    print(np.shape(v))
    return v
def quiet(v, w):
    with np.errstate(divide="ignore", invalid="ignore"):
        return v / w
halved = functools.partial(pair, w=0.5)
def spread(v, *more, **options):
    if not more or not options:
        return v
    return pair(v, *more[:1], **{"scale": options.get("k", 2)})
def grouped(p):
    v, by = p
    return v * by if len(p) == 2 else v
KEPT = {}
ROWS, QUEUE = [], collections.deque(maxlen=3)
def keep(*values, kept=[]):
    kept[:] = values
    return keep
class Pair(collections.namedtuple("Pair", "low high")):
    __slots__ = ()
class Held:
    rate = 0.5
    def __init__(self):
        self.weights, self.pair, self.options = np.arange(3.0), Pair(1.0, 2), {"gain": 1.5, "k": np.ones(1)}
        self.limit = lambda v: v
        self.bent, self.name, self.pairs = functools.partial(pair, scale=0.5), "name", (2, np.ones(3))
        self.kept = []
    def scaled(self, v, *, by=1):
        return v * self.rate + by
    @property
    def level(self):
        return self.rate * 2 + self.pair[0]
    @staticmethod
    def doubled(v, by=2):
        return v * by
    @classmethod
    def by_class(cls, v):
        return v * cls.rate + cls.doubled(1)
    def __call__(self, v):
        return v - self.level
    def __len__(self):
        return 3
    def __getitem__(self, i):
        return self.weights[i]
held = Held()
class Further(Held):
    rate = 0.25
    def scaled(self, v, *, by=1):
        return super().scaled(v, by=by) * self.rate
further = Further()
class Tally:
    rate = 0.5
    def __init__(self):
        self.s, self.n, self.v = 0.0, 0, None
    def add(self, x):
        self.s += x
        self.n += 1
        return self.s
    @property
    def twice(self):
        return self.s * 2
class Ender:
    def __init__(self, a):
        self.a = a
    def __del__(self):
        if isinstance(self.a, np.ndarray) and self.a.flags.writeable:
            self.a.flat[:1] = 1
GONE = np.zeros(1)
def gone(r):
    GONE[0] += 1
def report(kind, bits):
    print(kind, bits)
"""
#: What `make` may do to them between calls.
CHANGES = (
    "globals()['GAIN'] = 3",
    "globals()['helper'] = lambda v: v - 1",
    "helper.__code__ = (lambda v: v * 3).__code__",
    "pair.__defaults__ = (0.25,)",
    "pair.__defaults__ = None",
    "pair.__kwdefaults__['scale'] = 0.5",
    "pair.__kwdefaults__ = {'scale': 7}",
    "move(2)",
    "globals()['scaled'] = np.negative",
    "math.pi = np.float32(3)",
    "passed.__kwdefaults__ = None",
    "passed.__closure__[0].cell_contents = pair",
    "collected.__code__ = (lambda v, **o: v - len(o)).__code__",
    "held.rate = 2",
    "held.weights = np.ones(1, 'f4')",
    "held.pair = (2.0, np.ones(2))",
    "held.options['gain'] = np.float32(3)",
    "held.scaled = np.square",
    "held.bent = functools.partial(np.add, 2)",
    "halved.__setstate__((pair, (), {'w': 3.0, 'scale': np.float32(2)}, None))",
    "halved.keywords['scale'] = 2",
    "held.options.pop('gain', 0)",
    "held.options['no'] = 2.0",
    "held.name = 'other'",
    "globals()['ROWS'] = collections.deque(ROWS)",
    "held.kept = collections.deque(held.kept)",
    "held.pairs = (3, 2.0)",
    "held.pairs = (3,)",
    "Held.scaled = lambda self, v: v - self.pair[0]",
    "Held.level = property(lambda self: self.rate)",
    "Held.level = 4",
    "Held.by_class = classmethod(lambda cls, v: v - cls.rate)",
    "Held.doubled = staticmethod(np.negative)",
    "Held.rate = Further.rate = np.float32(3)",
    "Held.__call__ = lambda self, v: v + 1",
    "Held.__len__ = lambda self: 5",
    "held.__class__ = Further",
    "further.__class__ = Held",
    "vars(held)['doubled'] = np.square",
    "Further.__bases__ = (type('Between', (Held,), {'rate': 5, 'scaled': lambda self, v, by: v - by}),)",
    "Held.weights = property(lambda self: 3, lambda self, v: None)",
)
LIMIT = 6000
