"""The words of loops in random programs."""

#: Locals that hold arrays, which loops view and compute anew.
VECTORS = ("xv", "xw")
SLICES = (
    "1:",
    ":-1",
    ":{0}",
    "{0}:",
    "{0}:{0} + 2",
    "-{0}:",
    "::2",
    "::-1",
    "{0}::-1",
    "{0}",
    "{0}, :",
    ":, {0}",
    "{0}, 1:",
    "..., :{0}",
    "None, {0}",
    "1:, :-1",
    ":, 0:1",
    ":1",
    ":",
)
UFUNCS = (
    "np.sqrt({0})",
    "np.exp({0})",
    "abs({0})",
    "-{0}",
    "np.maximum({0}, {1})",
    "{0} ** 2",
    "{0}.copy()",
    "np.tanh({0})",
    "{0}.T",
    "np.flip({0})",
    "np.zeros_like({0})",
    "np.minimum({0}, 1)",
    "np.ones(2) * {0}",
    "{0} ** 3",
    "abs({0}) ** 1.5",
    "(abs({0}) + 1) ** -0.5",
    "np.power({0}, 2)",
    "np.clip({0}, -1, {1})",
    "{0}.clip(0, 5)",
    "np.clip({0}, {1}, None)",
    "{0}[:1] - {0}",
    "np.add.outer({0}, {0})[0]",
)

#: Accumulators; statements behind the nest see them as locals of the program.
ACCUMULATORS = ("xs", "xt", "xn")
STARTS = ("0", "0.0", "1", "True", "-1.5", "np.float64(0.5)", "np.int32(7)", "2**62", "np.float32(1)", "0j")
NUMBERS = ("0", "1", "2", "3", "-1", "0.5", "-2.0", "1e300", "7", "True")
OPERATORS = ("+", "+", "-", "-", "*", "*", "/", "//", "%")
BITS = ("&", "|", "^", ">>")
TESTS = ("<", "<=", ">", ">=", "==", "!=")
CALLS = (
    "abs({0})",
    "min({0}, {1})",
    "max({0}, {1})",
    "int({0})",
    "float({0})",
    "round({0})",
    "math.sqrt(abs({0}))",
    "math.floor({0})",
    "helper({0})",
    "divmod({0}, 3)[1]",
    "np.sqrt({0})",
    "np.tanh({0})",
    "np.add({0}, {1})",
    "bool({0})",
    "({0} if {1} > 1 else {1})",
    "max({0}, {1}, 2)",
    "min(0.5, {0}, {1})",
    "np.float64({0})",
    "np.int64({0})",
    "np.float32({0})",
    "np.uint8({1})",
    "(5.5 // {0})",
    "({0} % 2.5)",
    "math.trunc({0})",
    "math.gcd(int({0}), 6)",
    "math.isqrt(abs(int({0})))",
    "pow(3, abs(int({0})) % 9, 7)",
    "(2 ** (abs(int({1})) % 9))",
    "(1, 2.5, {0})[1]",
    "({0} in (1, 2, 3))",
    "np.clip({0}, 0, 5)",
    "np.clip({0}, -0.5, 1.5)",
    "np.clip({0}, {1}, 7)",
)

#: Reductions of an array, or a part, to a number and to an array.
SHAPES = ("np.size({0})", "({0}).ndim", "({0}).size", "({0} is None)", "np.shape({0})[-1:].count(3)")
TOTALS = ("max", "min", "mean", "prod", "sum", "any", "all", "argmax", "argmin", "std", "var")
ALONG = (
    "np.sum({0}, axis=0)",
    "{0}.max(axis=-1)",
    "np.mean({0}, axis=0, keepdims=True)",
    "np.any({0}, axis=0)",
    "np.std({0}, axis=0, keepdims=True)",
    "{0}.var(axis=-1, ddof=1)",
)
MADE = (
    "np.zeros(3, int)",
    "np.full((2, 3), 1.5, dtype=np.float32)",
    "np.zeros_like({0}, dtype=np.float64)",
    "np.arange(1, 7, 2)",
    "np.ones({0}.shape, {0}.dtype)",
    "np.eye(3)",
    "np.array([1.0, {1}])",
    "{0}.astype(float)",
)

#: What NumPy's own functions make, called from the middle of a loop, of an array and a number.
CALLED = (
    "np.sort({0})",
    "np.argsort({0}, axis=0)",
    "{0}.argsort()",
    "np.cumsum({0})",
    "np.unique({0})",
    "np.repeat({0}, 2)",
    "np.concatenate(({0}, {0}))",
    "{0}.reshape(-1)",
    "np.reshape({0}, (1, -1))",
    "{0}.ravel()",
    "np.roll({0}, 1)",
    "np.nonzero({0})[0]",
    "np.flatnonzero({0})",
    "np.histogram({0}, 3)[1]",
    "np.where({0})[0]",
    "np.take({0}, [0, 0])",
    "np.diff({0})",
    "np.triu({0})",
    "np.tile({0}, 2)",
    "np.compress([True, False], {0})",
    "{0}.flatten()",
    "{0}.round(1)",
    "np.linalg.norm({0}) * {0}",
    "np.searchsorted({0}, {1}) + {0}",
    "np.bincount(np.arange(3), {0})",
    "np.isin({0}, {0})",
    "np.outer({0}, {0})",
    "np.median({0}) + {0}",
    "np.r_[{0}, {1}]",
    "np.c_[{0}, {0}]",
    "np.mgrid[0:2, 0:3] * {1}",
    "np.transpose({0}).reshape(-1)",
    "np.reshape({0}.T, -1) * 2",
    "{0}.transpose((1, 0)).ravel()",
    "np.swapaxes({0}, 0, -1)",
)

#: The same of loops over complex numbers, which have no order.
COMPLEX_STARTS = ("0j", "1 - 2j", "np.complex128(0.5j)", "np.complex64(1j)", "-0.0", "2", "complex(-0.0, 1)")
COMPLEX_NUMBERS = ("1j", "2 - 0.5j", "0.5", "2", "-1", "1e200j", "True", "-0.0", "0j", "1.5")
COMPLEX_OPERATORS = ("+", "-", "*", "*", "/")
COMPLEX_CALLS = (
    "abs({0})",
    "({0}).real",
    "({0}).imag",
    "({0}).conjugate()",
    "-({0})",
    "({0}) ** 2",
    "({0}) ** 3",
    "complex({0})",
    "complex(abs({0}), 1)",
    "np.complex128({0})",
    "np.complex64({1})",
    "np.exp({0})",
    "np.power({0}, 2.5)",
    "np.power({0}, -2)",
    "np.abs({0})",
    "np.conj({0})",
    "np.real({0})",
    "np.imag({1})",
    "np.multiply({0}, {1})",
    "cmath.exp({0})",
    "cmath.rect(abs({0}), 0.5)",
    "cmath.phase({0})",
    "({0} if {1} else 2j)",
)
COMPLEX_UFUNCS = (
    "np.exp({0})",
    "abs({0})",
    "-{0}",
    "{0} ** 2",
    "{0}.copy()",
    "{0}.conj()",
    "np.conjugate({0})",
    "np.square({0})",
    "{0}.T",
    "np.real({0})",
    "({0} * 1j).imag",
    "np.zeros_like({0})",
    "(1 + 0.5j) * {0}",
    "{0} / {1}",
)
