"""Why code is left to Python: every reason with its number, sentence and hint.

The numbers are those of the Go package ``jit/reason`` and never change their
meaning. Users see them as ``SL1301``.
"""

from __future__ import annotations

from typing import NamedTuple


class Reason(NamedTuple):
    """A documented reason for leaving code to Python."""

    number: int
    slug: str
    sentence: str
    hint: str

    @property
    def code(self) -> str:
        """The code as printed, such as ``SL1301``."""
        return f"SL{self.number}"

    @property
    def page(self) -> str:
        """The text that ``slipstream explain CODE`` prints."""
        return f"{self.code} {self.slug}\n\n{self.sentence}\n\nWhat helps: {self.hint}"


#: The groups of codes, by their first two digits.
GROUPS = {
    10: "code objects",
    11: "control flow",
    12: "values and types",
    13: "NumPy operations",
    14: "effects",
    19: "the compiler itself",
}

_ROWS = (
    # 10: the code object
    (
        1001,
        "unknown-version",
        "The function's bytecode is of a Python version that is not supported.",
        "Use CPython 3.11, 3.12 or 3.13.",
    ),
    (
        1002,
        "unknown-opcode",
        "The function contains a bytecode instruction that is not known.",
        "Tools that rewrite bytecode (coverage, debuggers, other compilers) add such instructions; "
        "put @jit directly above the function, below other decorators.",
    ),
    (
        1003,
        "frame-access",
        "The statement can see or change the function's local variables from outside.",
        "Move calls of locals(), eval(), exec(), vars() and similar out of the function.",
    ),
    (
        1004,
        "generator",
        "Generators and coroutines are driven by Python step by step.",
        "Move the array work between two yields or awaits into a function of its own and decorate that.",
    ),
    (
        1005,
        "code-shape",
        "The function's bytecode has a form that compiled code cannot be joined to.",
        "Decorate the plain function, before other tools change its code.",
    ),
    # 11: control flow
    (
        1101,
        "loop",
        "The loop is run by Python; statements in its body may still be native.",
        "Write the loop as an operation on whole arrays where that is possible.",
    ),
    (
        1102,
        "branch",
        "Which way the branch goes is only known when the function runs, so Python decides it.",
        "Use numpy.where for choices by element; keep the array work in front of or inside the branch.",
    ),
    (
        1103,
        "handler",
        "Blocks of `with` and `try` are entered by Python.",
        "Move the array work from inside the block into a function of its own and decorate that.",
    ),
    (
        1104,
        "opcode",
        "This kind of Python instruction has no native form.",
        "Keep statements on arrays apart from other Python work.",
    ),
    (
        1105,
        "nested-stack",
        "The statement lies inside a loop or block whose state Python keeps.",
        "Move the body of the loop or block into a function of its own and decorate that.",
    ),
    # 12: values and types
    (
        1201,
        "unknown-value",
        "The statement uses a value of a type that has no native form.",
        "Pass NumPy arrays and numbers; take what is needed out of other objects before the computation.",
    ),
    (
        1202,
        "subclass",
        "The value is of a subclass of numpy.ndarray, which may redefine any operation.",
        "Pass numpy.asarray(x) where the subclass's own behaviour is not needed.",
    ),
    (
        1203,
        "dtype",
        "The array or number has a data type that has no native form, or is not aligned.",
        "bool, integers, floats up to 64 bits and complex numbers in native byte order are compiled; "
        "x.astype(numpy.float64) makes one from others.",
    ),
    (
        1204,
        "rank",
        "The array has a number of axes that the operation has no native form for.",
        "Compute on arrays with at least one axis; fold arrays with very many axes with reshape.",
    ),
    (
        1205,
        "unbound-local",
        "The variable may have no value here on some way through the function.",
        "Give the variable a value before the branch or loop that assigns it.",
    ),
    (
        1206,
        "python-number",
        "Python's own int or float arithmetic is needed, or the int exceeds 64 bits.",
        "Compute such numbers before the array work, or use NumPy numbers and arrays.",
    ),
    (
        1207,
        "missing-name",
        "The name was not defined when the function was compiled.",
        "Define it, or correct its spelling; Python reports it when the line runs.",
    ),
    (
        1208,
        "not-constant",
        "The value decides which operation is meant, and is only known at run time.",
        "Write axis, keepdims, slice steps and positions in tuples as literals.",
    ),
    (
        1209,
        "scalar-operator",
        "The operator on these two numbers is left to NumPy or Python.",
        "It is a small cost outside of loops; inside, compute on whole arrays.",
    ),
    # 13: NumPy operations
    (
        1301,
        "unknown-call",
        "The called function has no native form.",
        "Call it before or after the array work; supported NumPy functions stay native.",
    ),
    (
        1302,
        "unknown-attr",
        "The attribute or method has no native form.",
        "Use the NumPy function instead of the method where there is one, or read the attribute beforehand.",
    ),
    (
        1303,
        "ufunc-types",
        "NumPy has no inner loop of this function for these data types.",
        "Convert the operands to a common floating-point type first.",
    ),
    (
        1304,
        "ufunc-option",
        "The ufunc is called with options or operands that have no native form.",
        "Drop where=, dtype=, casting= and order=; numpy.where(condition, f(x), other) replaces where=.",
    ),
    (
        1305,
        "fancy-index",
        "This kind of index has no native form.",
        "Slices, integers, None and ... are native; numpy.where(mask, a, b) often replaces a mask.",
    ),
    (
        1306,
        "store-type",
        "The assignment converts between types or shapes in a way that NumPy decides.",
        "Make both sides of one data type, with astype() on the right if needed.",
    ),
    (
        1307,
        "reduction",
        "The reduction has no native form for these operands.",
        "Reduce arrays of float64 or int64 over one axis or all.",
    ),
    (
        1308,
        "power",
        "NumPy chooses the operation by the exponent, which is only known at run time.",
        "Write the exponent as a literal, as in x**2.",
    ),
    (
        1309,
        "call-argument",
        "The arguments of the call have no native form.",
        "Pass arrays and numbers by position, options as literals.",
    ),
    (
        1310,
        "call-depth",
        "The Python function that is called is not inlined.",
        "Plain functions are inlined eight calls deep; decorate those that call themselves or are long.",
    ),
    # 14: effects
    (
        1401,
        "two-effects",
        "The statement changes two things, and could not be left exactly in between.",
        "Split it into one assignment or in-place operation a statement.",
    ),
    (
        1402,
        "store-target",
        "What is assigned to has no native form.",
        "Assign to elements or slices of arrays that are arguments of the function.",
    ),
    (
        1403,
        "escapes",
        "A value that exists only in compiled code would be needed in Python.",
        "Assign the intermediate result to a variable first.",
    ),
    # 19: the compiler itself
    (
        1901,
        "compiler",
        "The compiler could not be loaded or could not make machine code here.",
        "Run `slipstream doctor`; it names what is missing.",
    ),
    (
        1902,
        "too-large",
        "The function would need more compiled versions or regions than are kept.",
        "Call it with fewer different types, or decorate smaller functions.",
    ),
    (
        1903,
        "no-gain",
        "There is no array operation here that would be faster in native code.",
        "Decorate the functions that do the array work.",
    ),
    (
        1904,
        "bug",
        "The compiler failed on this function; results stay right.",
        "Please report it with the text of the log channel `slipstream`.",
    ),
    (
        1905,
        "cut",
        "Code around this place left native code, so it is entered anew here.",
        "Data that NumPy warns about is left to Python, and what has a finaliser or a weak reference is "
        "freed where Python would; avoid the warning where that is possible.",
    ),
)

#: Every reason by its number.
TABLE: dict[int, Reason] = {row[0]: Reason(*row) for row in _ROWS}


def reasons() -> list[Reason]:
    """Return every reason for leaving code to Python.

    Returns
    -------
    list of Reason
        Named tuples ``(number, slug, sentence, hint)`` in the order of their
        numbers, with the printed form in ``.code``.
    """
    return list(TABLE.values())


def lookup(number: int) -> Reason:
    """Return the reason of a number; an unknown one is described as such."""
    known = TABLE.get(number)
    return known or Reason(number, "unknown", "A reason this version has no text for.", "Update slipstream.")


def parse(code: str) -> Reason:
    """Return the reason that a user's text names: ``SL1301``, ``1301`` or its slug.

    Raises
    ------
    KeyError
        If there is none.
    """
    text = code.strip().upper().removeprefix("SL")
    for reason in TABLE.values():
        if text in (str(reason.number), reason.slug.upper()):
            return reason
    raise KeyError(code)
