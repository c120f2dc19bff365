"""A photograph is denoised and its edges are found: NumPy against slipstream.

The picture is the 512 x 512 `camera` image that the package PyWavelets ships.
Run it with ``make demo``, or in an environment with ``pip install '.[demo]'``.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from slipstream import jit

Image = Any
Step = Callable[..., Image]
ROUNDS = 5
WARM_UP = 4


def diffuse(u: Image, kappa: float, rate: float) -> Image:
    """One step of anisotropic diffusion (Perona and Malik, 1990); the border is lost."""
    centre = u[1:-1, 1:-1]
    north = u[:-2, 1:-1] - centre
    south = u[2:, 1:-1] - centre
    west = u[1:-1, :-2] - centre
    east = u[1:-1, 2:] - centre
    total = (
        north / (1.0 + (north / kappa) ** 2)
        + south / (1.0 + (south / kappa) ** 2)
        + west / (1.0 + (west / kappa) ** 2)
        + east / (1.0 + (east / kappa) ** 2)
    )
    return centre + rate * total


def edges(u: Image) -> Image:
    """Magnitude of the Sobel gradient."""
    across = u[:-2, 2:] + 2.0 * u[1:-1, 2:] + u[2:, 2:] - u[:-2, :-2] - 2.0 * u[1:-1, :-2] - u[2:, :-2]
    down = u[2:, :-2] + 2.0 * u[2:, 1:-1] + u[2:, 2:] - u[:-2, :-2] - 2.0 * u[:-2, 1:-1] - u[:-2, 2:]
    return np.sqrt(across * across + down * down)


def sketch(gradient: Image, threshold: float) -> Image:
    """Strong edges dark on white, weak ones fading."""
    strength = gradient / threshold
    return np.where(strength > 1.0, 0.0, 1.0 - strength * strength)


def pipeline(picture: Image, diffuse: Step, edges: Step, sketch: Step) -> tuple[Image, Image]:
    """Twenty steps of diffusion, then edges, then the drawing."""
    u = picture / 255.0
    for _ in range(20):
        u = diffuse(u, 0.08, 0.2)
    return u, sketch(edges(u), 0.6)


def photograph() -> Image:
    spec = importlib.util.find_spec("pywt")
    if spec is None or spec.origin is None:
        sys.exit("The photograph is in PyWavelets, which is not installed: pip install '.[demo]'")
    return np.load(Path(spec.origin).parent / "data" / "camera.npz")["data"]


def equal(a: Image, b: Image) -> bool:
    """Same type, dtype, shape and bytes."""
    return type(a) is type(b) and a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = run()
    return time.perf_counter() - start, result


def report(functions: list[Any]) -> None:
    """How often each function ran natively, and which of its lines are compiled."""
    for function in functions:
        s = function.stats()
        how = f"{s.native} native, {s.partial} partly native, {s.eager} in Python"
        print(f"  {function.__name__:<9} {s.calls} calls: {how}")
        for version in function.entries():
            print(f"            lines {', '.join(map(str, version.lines))} compiled")


def main() -> int:
    picture = photograph()
    plain = (diffuse, edges, sketch)
    compiled = [jit(f) for f in plain]
    first, _ = timed(lambda: pipeline(picture, *compiled))
    for _ in range(WARM_UP):
        pipeline(picture, *compiled)
    numpy_times, slip_times, agree = [], [], True
    # In turns, so that both meet the same machine.
    for _ in range(ROUNDS):
        seconds, expected = timed(lambda: pipeline(picture, *plain))
        numpy_times.append(seconds)
        seconds, got = timed(lambda: pipeline(picture, *compiled))
        slip_times.append(seconds)
        agree = agree and all(map(equal, expected, got))
    rows, columns = picture.shape
    gain = min(numpy_times) / min(slip_times)
    print(f"photograph  {rows} x {columns}, {picture.dtype}; 20 diffusion steps, edges, drawing")
    print(f"NumPy       {min(numpy_times) * 1e3:8.1f} ms")
    print(f"slipstream  {min(slip_times) * 1e3:8.1f} ms   {gain:.1f} times as fast")
    print(f"first call  {first * 1e3:8.1f} ms   with compilation")
    print(f"equal       {agree}   type, dtype, shape and every byte of both results")
    print("what ran natively")
    report(compiled)
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
