"""Texts of random arrays and numbers: dtypes, layouts, special values."""

from __future__ import annotations

from random import Random

COMMON = (
    *("f8", "f8", "f8", "f8", "f4", "f4", "f4", "i8", "i8", "i8"),
    *("i4", "i4", "b1", "u1", "i2", "u4", "u8", "f2", "c8", "c16"),
)
ODD = ("i1", "u1", "i2", "u2", "u4", "u8", "f2", "c8", "c16", "O", ">f8", ">i4", "g")

SPECIAL = {
    "b": ("True", "False"),
    "f8": (
        "0.0",
        "-0.0",
        "inf",
        "-inf",
        "nan",
        "5e-324",
        "-2e-308",
        "1.7976931348623157e308",
        "1.0",
        "-1e16",
        "0.1",
    ),
    "f4": (
        "0.0",
        "-0.0",
        "inf",
        "-inf",
        "nan",
        "1e-45",
        "-1e-38",
        "3.4028235e38",
        "1.0",
        "-16777217.0",
        "0.1",
    ),
    "f2": ("0.0", "-0.0", "inf", "nan", "6e-08", "65504.0", "1.0"),
    "i8": ("0", "1", "-1", "2", "-2", "63", "64", "-9223372036854775808", "9223372036854775807"),
    "i4": ("0", "1", "-1", "2", "-2", "31", "32", "-2147483648", "2147483647"),
}
SHAPES = (
    (5,),
    (7,),
    (3, 4),
    (2, 3, 4),
    (3, 3),
    (1,),
    (0,),
    (),
    (1, 4),
    (4, 1),
    (3, 0),
    (33,),
    (1500,),
    (40, 50),
    (2, 1, 3, 2),
)
#: Work enough for several tiles, threads, and waiting without the GIL.
#: The last one, which takes as long to compare as hundreds of others, is drawn seldom.
LARGE = (*((70_000,), (300, 301)) * 6, (1_100_000,))
SCALARS = (
    "2",
    "3",
    "-1",
    "0",
    "2.0",
    "0.5",
    "-1.5",
    "1.0",
    "1e300",
    "True",
    "1000",
    "-0.0",
    "0.0",
    "nan",
    "inf",
    "7",
    "np.float64(1.5)",
    "np.float32(2.5)",
    "np.int64(3)",
    "np.int32(-4)",
    "np.bool_(True)",
    "np.float64(-0.0)",
    "np.int8(5)",
    "np.uint8(200)",
    "np.float16(1.5)",
    "np.complex128(1j)",
    "np.float64(nan)",
    "np.int64(2**62)",
    "1j",
    "2**40",
    "2**70",
    "-2**63",
    "3000000000",
)
TAME_SCALARS = (
    "2",
    "3",
    "1",
    "2.0",
    "0.5",
    "1.5",
    "np.float64(1.5)",
    "np.float32(2.5)",
    "np.int64(3)",
    "np.int32(4)",
)


def kind(dtype: str) -> str:
    """The key of SPECIAL for a dtype's elements."""
    dtype = dtype.lstrip("<>")
    if dtype in SPECIAL:
        return dtype
    return {"b": "b", "i": "i", "u": "u", "f": "f4"}.get(dtype[0], "f4")


def element(rng: Random, dtype: str, tame: bool) -> str:
    """A literal that the dtype can hold."""
    k = kind(dtype)
    if k == "b":
        return rng.choice(SPECIAL["b"])
    if k in ("i", "u") or (k[0] == "i" and rng.random() < 0.5):
        return str(rng.randint(1 if tame else 0 if k == "u" else -5, 9))
    if k[0] == "i":
        return "1" if tame else rng.choice(SPECIAL[k])
    if tame or rng.random() < 0.5:
        return repr(round(rng.uniform(0.25, 4.0) if tame else rng.uniform(-4, 4), 3))
    return rng.choice(SPECIAL[k])


def contiguous(rng: Random, dtype: str, shape: tuple[int, ...], tame: bool) -> str:
    """The text of a fresh C-ordered array."""
    n = 1
    for d in shape:
        n *= d
    if dtype == "O" and n > 10_000:
        dtype = "f4"  # a million objects take longer to compare than a program may
    if shape == ():
        return f"np.array({element(rng, dtype, tame)}, {dtype!r})"
    items = ", ".join(element(rng, dtype, tame) for _ in range(max(1, min(n, rng.choice((3, 5, 7, 13))))))
    return f"np.resize(np.array([{items}], {dtype!r}), {shape})"


def strided(rng: Random, dtype: str, shape: tuple[int, ...], tame: bool) -> str:
    """A view with steps, some of them negative."""
    steps = [rng.choice((1, 2, 3, -1, -2)) for _ in shape]
    whole = tuple(d * abs(s) for d, s in zip(shape, steps, strict=True))
    return f"{contiguous(rng, dtype, whole, tame)}[{', '.join(f'::{s}' for s in steps)}]"


def transposed(rng: Random, dtype: str, shape: tuple[int, ...], tame: bool) -> str:
    axes = list(range(len(shape)))
    rng.shuffle(axes)
    turned = [0] * len(shape)
    for i, a in enumerate(axes):
        turned[a] = shape[i]
    return f"{contiguous(rng, dtype, tuple(turned), tame)}.transpose({tuple(axes)})"


def broadcast(rng: Random, dtype: str, shape: tuple[int, ...], tame: bool) -> str:
    """A read-only view, some of whose strides are 0."""
    inner = tuple(d if rng.random() < 0.5 else 1 for d in shape)
    return f"np.broadcast_to({contiguous(rng, dtype, inner, tame)}, {shape})"


def array(rng: Random, dtype: str, shape: tuple[int, ...], tame: bool) -> str:
    """The text of an array in a random layout."""
    if not shape:
        return contiguous(rng, dtype, shape, tame)
    layout = rng.choice((contiguous, contiguous, contiguous, "F", strided, strided, transposed, broadcast))
    if layout == "F":
        return f"np.asfortranarray({contiguous(rng, dtype, shape, tame)})"
    return layout(rng, dtype, shape, tame)  # type: ignore[operator]


def compatible(rng: Random, shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape that broadcasts with the given one."""
    if rng.random() < 0.6:
        return shape
    cut = shape[rng.randint(0, len(shape)) :]
    return tuple(d if rng.random() < 0.7 else 1 for d in cut)
