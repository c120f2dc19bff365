"""Functions as people write them: one row each, with arguments for a call.

What the front end is measured by. They are not written for it: helpers,
classes, checks of arguments, error states and printing are as they are met.
"""

from __future__ import annotations

import functools
import logging
from collections import namedtuple
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

logger = logging.getLogger("typical")
EPS = np.finfo(float).eps
Option = namedtuple("Option", "strike rate sigma maturity")


# Statistics ---------------------------------------------------------------


def zscore(x: Any, axis: int = 0, ddof: int = 0) -> Any:
    x = np.asarray(x)
    mean = x.mean(axis=axis, keepdims=True)
    std = x.std(axis=axis, ddof=ddof, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (x - mean) / std
    return np.where(std == 0, 0.0, z)


def correlation(x: Any, y: Any) -> Any:
    if x.shape != y.shape:
        raise ValueError(f"shapes differ: {x.shape} and {y.shape}")
    xm, ym = x - x.mean(), y - y.mean()
    r = (xm * ym).sum() / np.sqrt((xm**2).sum() * (ym**2).sum())
    return max(min(r, 1.0), -1.0)


def weighted_quantile(values: Any, weights: Any, q: float = 0.5) -> Any:
    order = np.argsort(values)
    values = values[order]
    weights = weights[order]
    cdf = np.cumsum(weights) - 0.5 * weights
    cdf /= weights.sum()
    return np.interp(q, cdf, values)


def bootstrap_interval(samples: Any, alpha: float = 0.05) -> Any:
    lo, hi = np.percentile(samples, [100 * alpha / 2, 100 * (1 - alpha / 2)])
    center = 0.5 * (lo + hi)
    width = hi - lo
    return {"low": lo, "high": hi, "center": center, "width": width}


def kl_divergence(p: Any, q: Any) -> Any:
    p = np.asarray(p, dtype=float)
    q = np.asarray(q, dtype=float)
    p = p / p.sum()
    q = q / q.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(p > 0, p * np.log(p / q), 0.0)
    return terms.sum()


# Images -------------------------------------------------------------------


def rgb_to_gray(image: Any) -> Any:
    weights = np.array([0.2989, 0.5870, 0.1140])
    assert image.ndim == 3, "not an RGB image"
    gray = image @ weights
    return np.clip(gray, 0, 255)


def normalize_image(image: Any, out_range: tuple[float, float] = (0.0, 1.0)) -> Any:
    low, high = image.min(), image.max()
    if high == low:
        return np.zeros_like(image)
    scaled = (image - low) / (high - low)
    a, b = out_range
    return scaled * (b - a) + a


def sobel(image: Any) -> Any:
    gx = np.zeros_like(image)
    gy = np.zeros_like(image)
    gx[1:-1, 1:-1] = (
        image[1:-1, 2:]
        - image[1:-1, :-2]
        + 0.5 * (image[2:, 2:] - image[2:, :-2] + image[:-2, 2:] - image[:-2, :-2])
    )
    gy[1:-1, 1:-1] = image[2:, 1:-1] - image[:-2, 1:-1]
    magnitude = np.hypot(gx, gy)
    direction = np.arctan2(gy, gx)
    return magnitude, direction


def rgb_to_hsv_masks(rgb: Any) -> Any:
    r, g, b = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    maxc, minc = rgb.max(-1), rgb.min(-1)
    delta = maxc - minc
    h = np.zeros_like(maxc)
    s = np.zeros_like(maxc)
    moved = delta > 0
    s[moved] = delta[moved] / maxc[moved]
    i = moved & (r == maxc)
    h[i] = (g[i] - b[i]) / delta[i]
    i = moved & (g == maxc)
    h[i] = 2.0 + (b[i] - r[i]) / delta[i]
    i = moved & (b == maxc)
    h[i] = 4.0 + (r[i] - g[i]) / delta[i]
    h = (h / 6.0) % 1.0
    return np.stack([h, s, maxc], axis=-1)


def rank_data(x: Any) -> Any:
    order = np.argsort(x, kind="stable")
    ranks = np.empty(len(x))
    ranks[order] = np.arange(1, len(x) + 1)
    return ranks


def one_hot(labels: Any, classes: int) -> Any:
    out = np.zeros((labels.size, classes))
    out[np.arange(labels.size), labels] = 1.0
    return out


def deposit(x: Any, weights: Any, cells: int, dx: float) -> Any:
    density = np.zeros(cells)
    left = np.floor(x / dx).astype(int)
    frac = x / dx - left
    np.add.at(density, left, (1.0 - frac) * weights)
    np.add.at(density, (left + 1) % cells, frac * weights)
    return density / dx


def ratio_or_zero(a: Any, b: Any) -> Any:
    ratio = np.divide(a, b, out=np.zeros_like(a), where=b != 0)
    ratio[ratio > 10.0] = 10.0
    return ratio


def tridiagonal(n: int, main: float, off: float) -> Any:
    m = np.zeros((n, n))
    np.fill_diagonal(m, main)
    i = np.arange(n - 1)
    m[i, i + 1] = off
    m[i + 1, i] = off
    m[0, :2] = (1.0, 0.0)
    return m


def winsorize(x: Any, low: float, high: float) -> Any:
    y = x.copy()
    a, b = np.quantile(y, [low, high])
    y[y < a] = a
    y[y > b] = b
    return y


def rgb_to_hsv(rgb: Any) -> Any:
    r, g, b = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    high = rgb.max(axis=-1)
    low = rgb.min(axis=-1)
    delta = high - low
    h = np.zeros_like(high)
    s = np.zeros_like(high)
    mask = delta > 0
    s[high > 0] = (delta / np.maximum(high, 1e-12))[high > 0]
    idx = mask & (high == r)
    h[idx] = ((g[idx] - b[idx]) / delta[idx]) % 6
    idx = mask & (high == g)
    h[idx] = (b[idx] - r[idx]) / delta[idx] + 2
    idx = mask & (high == b)
    h[idx] = (r[idx] - g[idx]) / delta[idx] + 4
    return np.stack([h * 60, s, high], axis=-1)


def gamma_correct(image: Any, gamma: float = 2.2) -> Any:
    if gamma <= 0:
        raise ValueError("gamma must be positive")
    scaled = image.astype(float) / 255.0
    corrected = scaled ** (1.0 / gamma)
    return np.rint(corrected * 255).astype(np.uint8)


# Physics ------------------------------------------------------------------


def lennard_jones(r: Any, epsilon: float = 1.0, sigma: float = 1.0) -> Any:
    sr6 = (sigma / r) ** 6
    energy = 4 * epsilon * (sr6**2 - sr6)
    force = 24 * epsilon * (2 * sr6**2 - sr6) / r
    return energy, force


def planck(wavelength: Any, temperature: float) -> Any:
    from math import pi

    h, c, k = 6.62607015e-34, 299792458.0, 1.380649e-23
    with np.errstate(over="ignore"):
        x = h * c / (wavelength * k * temperature)
        spectrum = 2 * h * c**2 / wavelength**5 / np.expm1(x)
    return spectrum * pi


class Oscillator:
    """A damped harmonic oscillator on a grid of times."""

    def __init__(self, mass: float, stiffness: float, damping: float, times: Any) -> None:
        self.mass = mass
        self.stiffness = stiffness
        self.damping = damping
        self.times = times

    def omega(self) -> Any:
        return np.sqrt(self.stiffness / self.mass - (self.damping / (2 * self.mass)) ** 2)

    def position(self, amplitude: float) -> Any:
        decay = np.exp(-self.damping * self.times / (2 * self.mass))
        return amplitude * decay * np.cos(self.omega() * self.times)

    def energy(self, amplitude: float) -> Any:
        x = self.position(amplitude)
        v = np.gradient(x, self.times)
        kinetic = 0.5 * self.mass * v**2
        potential = 0.5 * self.stiffness * x**2
        return kinetic + potential


def heat_step(u: Any, alpha: float, dx: float, dt: float) -> Any:
    lap = np.zeros_like(u)
    lap[1:-1] = (u[2:] - 2 * u[1:-1] + u[:-2]) / dx**2
    u = u + alpha * dt * lap
    u[0] = u[1]
    u[-1] = u[-2]
    return u


def drag(velocity: Any, rho: float = 1.2, cd: float = 0.47, area: float = 0.1) -> Any:
    speed = np.linalg.norm(velocity, axis=1, keepdims=True)
    force = -0.5 * rho * cd * area * speed * velocity
    logger.debug("largest force %g", np.abs(force).max())
    return force / (1.0 + speed)


# Machine learning ---------------------------------------------------------


def softmax(x: Any, axis: int = -1) -> Any:
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def cross_entropy(logits: Any, labels: Any, smoothing: float = 0.0) -> Any:
    p = softmax(logits)
    n = logits.shape[0]
    picked = p[np.arange(n), labels]
    loss = -np.log(np.clip(picked, EPS, 1.0)).mean()
    if smoothing:
        loss = (1 - smoothing) * loss - smoothing * np.log(p + EPS).mean()
    return loss


@dataclass
class Adam:
    """The optimiser's state."""

    lr: float
    m: Any
    v: Any
    beta1: float = 0.9
    beta2: float = 0.999
    t: int = 0

    def step(self, w: Any, grad: Any) -> Any:
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * grad
        self.v = self.beta2 * self.v + (1 - self.beta2) * grad**2
        mhat = self.m / (1 - self.beta1**self.t)
        vhat = self.v / (1 - self.beta2**self.t)
        return w - self.lr * mhat / (np.sqrt(vhat) + 1e-8)


def dense(x: Any, weights: dict[str, Any], activation: Callable[[Any], Any] | None = None) -> Any:
    y = x @ weights["w"] + weights["b"]
    if activation is not None:
        y = activation(y)
    return y


def batch_norm(x: Any, gamma: Any, beta: Any, eps: float = 1e-5, **kwargs: Any) -> Any:
    mu = x.mean(axis=0)
    var = ((x - mu) ** 2).mean(axis=0)
    xhat = (x - mu) / np.sqrt(var + eps)
    if kwargs.get("verbose", False):
        print(f"mean {mu}")
    return gamma * xhat + beta


def silhouette(x: Any, centers: Any) -> Any:
    d = np.sqrt(((x[:, None, :] - centers[None, :, :]) ** 2).sum(axis=-1))
    nearest = d.argmin(axis=1)
    ordered = np.sort(d, axis=1)
    a, b = ordered[:, 0], ordered[:, 1]
    return nearest, np.mean((b - a) / np.maximum(a, b))


# Geometry -----------------------------------------------------------------


def haversine(lat1: Any, lon1: Any, lat2: Any, lon2: Any, radius: float = 6371.0) -> Any:
    lat1, lon1, lat2, lon2 = map(np.radians, (lat1, lon1, lat2, lon2))
    a = np.sin((lat2 - lat1) / 2) ** 2
    a = a + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return 2 * radius * np.arcsin(np.sqrt(a))


def rotate(points: Any, angle: float, center: Any = None) -> Any:
    c, s = np.cos(angle), np.sin(angle)
    matrix = np.array([[c, -s], [s, c]])
    if center is None:
        center = points.mean(axis=0)
    return (points - center) @ matrix.T + center


def triangle_normals(vertices: Any, faces: Any) -> Any:
    a, b, c = vertices[faces[:, 0]], vertices[faces[:, 1]], vertices[faces[:, 2]]
    n = np.cross(b - a, c - a)
    length = np.linalg.norm(n, axis=1)
    length[length == 0] = 1.0
    return n / length[:, np.newaxis]


def point_in_polygon(x: Any, y: Any, polygon: Any) -> Any:
    inside = np.zeros(x.shape, dtype=bool)
    x0, y0 = polygon[-1]
    for x1, y1 in polygon:
        crosses = (y1 > y) != (y0 > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            at = (x0 - x1) * (y - y1) / (y0 - y1) + x1
        inside ^= crosses & (x < at)
        x0, y0 = x1, y1
    return inside


# Finance ------------------------------------------------------------------


def norm_cdf(x: Any) -> Any:
    return 0.5 * (1.0 + np.tanh(0.7978845608 * (x + 0.044715 * x**3)))


def black_scholes(spot: Any, option: Option) -> Any:
    k, t = option.strike, option.maturity
    d1 = (np.log(spot / k) + (option.rate + 0.5 * option.sigma**2) * t) / (option.sigma * np.sqrt(t))
    d2 = d1 - option.sigma * np.sqrt(t)
    call = spot * norm_cdf(d1) - k * np.exp(-option.rate * t) * norm_cdf(d2)
    delta = norm_cdf(d1)
    return call, delta


def drawdown(prices: Any) -> Any:
    peak = np.maximum.accumulate(prices)
    dd = prices / peak - 1
    try:
        worst = dd.min()
    except ValueError:
        return 0.0, dd
    return worst, dd


def sharpe(returns: Any, rate: float = 0.0, periods: int = 252) -> Any:
    excess = returns - rate / periods
    std = excess.std(ddof=1)
    if std == 0:
        return np.nan
    return np.sqrt(periods) * excess.mean() / std


def moving_average(x: Any, n: int = 5) -> Any:
    total = np.cumsum(np.insert(x, 0, 0.0))
    return (total[n:] - total[:-n]) / n


# Signals and arrays -------------------------------------------------------


def _window(n: int, kind: str = "hann") -> Any:
    t = np.arange(n) / (n - 1)
    if kind == "hann":
        return 0.5 - 0.5 * np.cos(2 * np.pi * t)
    return np.ones(n)


window = functools.lru_cache(_window)
hann = functools.partial(_window, kind="hann")


def spectrum(x: Any, fs: float = 1.0) -> Any:
    n = len(x)
    w = hann(n)
    f = np.fft.rfft((x - x.mean()) * w)
    power = np.abs(f) ** 2 / (fs * (w**2).sum())
    freqs = np.fft.rfftfreq(n, 1 / fs)
    return freqs, power


def apply_filter(x: Any, n: int = 16) -> Any:
    w = window(n)
    w = w / w.sum()
    smooth = np.convolve(x, w, mode="same")
    rest = x - smooth
    return smooth, np.sqrt((rest**2).mean())


def safe_divide(a: Any, b: Any, fill: float = 0.0) -> Any:
    a, b = np.broadcast_arrays(a, b)
    out = np.full(a.shape, fill, dtype=float)
    np.divide(a, b, out=out, where=b != 0)
    return out


def clean(x: Any, limit: float = 3.0) -> Any:
    bad = ~np.isfinite(x)
    if bad.any():
        x = x.copy()
        x[bad] = np.nanmean(x)
    x = x - np.nanmedian(x)
    scale = np.nanstd(x)
    return np.clip(x / scale, -limit, limit)


def newton_sqrt(a: Any, steps: int = 3) -> Any:
    scale = lambda v: 0.5 * v  # noqa: E731
    x = scale(a + 1.0)
    x = scale(x + a / x)
    x = scale(x + a / x)
    residual = x * x - a
    return x, float(np.abs(residual).max())


def stable_log_sum(x: Any) -> Any:
    with np.errstate(divide="ignore"):
        top = x.max(axis=1)
        shifted = x - top[:, None]
        return top + np.log(np.exp(shifted).sum(axis=1))


# Calls that hand arguments on, checks of types, imports inside -------------


def _counted(function: Any) -> Any:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


@_counted
def _weighted(x: Any, weights: Any, *, power: float = 1.0) -> Any:
    return (x * weights**power).sum(axis=-1)


def weighted_mean(x: Any, weights: Any, **options: Any) -> Any:
    return _weighted(x, weights, **options) / weights.sum()


def weighted_scores(x: Any, weights: Any) -> Any:
    return weighted_mean(x, weights, power=1) - weighted_mean(*(x, weights))


def robust_scale(x: Any) -> Any:
    if x.dtype.kind not in "fc":
        x = x.astype(float)
    low, middle, high = np.percentile(x, [25, 50, 75])
    return (x - middle) / max(high - low, 1e-12)


def gaussian_kernel(x: Any, y: Any, width: float = 1.0, mode: str = "normalised") -> Any:
    from math import pi, sqrt

    if mode not in ("plain", "normalised"):
        raise ValueError(f"unknown mode {mode!r}")
    squares = ((x[:, None] - y[None]) ** 2).sum(axis=-1)
    k = np.exp(-squares / (2 * width**2))
    return k / (width * sqrt(2 * pi)) if mode == "normalised" else k


def level_histogram(levels: Any, scale: Any) -> Any:
    if levels.shape != scale.shape or levels.dtype in (np.float32, np.float64):
        raise TypeError("levels")
    levels = np.minimum(np.squeeze(levels), np.iinfo(np.int32).max)
    energy = levels**2 + levels**3
    return energy * scale - levels


# Objects with a state, results by name, codes -------------------------------


@dataclass
class Running:
    """Mean and variance of what came so far."""

    mean: Any
    squares: Any
    n: int = 0

    def update(self, x: Any) -> Any:
        self.n += 1
        delta = x - self.mean
        self.mean = self.mean + delta / self.n
        self.squares += delta * (x - self.mean)
        return self.squares / max(self.n - 1, 1)


def describe(x: Any) -> Any:
    mean, spread = x.mean(axis=0), x.std(axis=0)
    return {"mean": mean, "spread": spread, "range": [x.min(), x.max()], "shape": x.shape[1:]}


def quantise(x: Any, step: float, missing: float = -1.0) -> Any:
    codes = np.zeros(x.shape, dtype=np.int64)
    codes[...] = np.floor(x / step) + 0.5
    codes[np.isnan(x)] = missing
    return codes


def padded(x: Any, width: int = 3) -> Any:
    first, *others = x.shape
    out = np.zeros((first + 2 * width,) + x.shape[1:])  # noqa: RUF005
    out[width:-width] = x
    return out if others else out[:, None] * np.ones((1,) * x.ndim + (2,))


@dataclass(frozen=True)
class Row:
    """One function and the arguments of a call."""

    function: Any
    arguments: Callable[[Any], tuple[Any, ...]]

    @property
    def name(self) -> str:
        return str(self.function.__qualname__)


def _oscillator(r: Any) -> Oscillator:
    return Oscillator(1.5, 4.0, 0.3, np.linspace(0, 10, 300))


def rows() -> Iterator[Row]:
    """The table."""
    image = lambda r: r.random((12, 15, 3))  # noqa: E731
    yield Row(zscore, lambda r: (r.normal(size=(30, 7)),))
    yield Row(correlation, lambda r: (r.normal(size=200), r.normal(size=200)))
    yield Row(weighted_quantile, lambda r: (r.normal(size=100), r.random(100), 0.3))
    yield Row(bootstrap_interval, lambda r: (r.normal(size=500),))
    yield Row(kl_divergence, lambda r: (r.random(50), r.random(50) + 0.1))
    yield Row(rgb_to_gray, lambda r: (image(r) * 300,))
    yield Row(normalize_image, lambda r: (r.random((20, 30)), (0.0, 255.0)))
    yield Row(sobel, lambda r: (r.random((20, 30)),))
    yield Row(rgb_to_hsv, lambda r: (image(r),))
    yield Row(rgb_to_hsv_masks, lambda r: (image(r),))
    yield Row(rank_data, lambda r: (r.random(50),))
    yield Row(one_hot, lambda r: (r.integers(0, 10, 40), 10))
    yield Row(deposit, lambda r: (r.random(100) * 9.5, r.random(100), 10, 1.0))
    yield Row(ratio_or_zero, lambda r: (r.random(60), r.integers(0, 3, 60) * 0.1))
    yield Row(tridiagonal, lambda r: (12, 2.0, -1.0))
    yield Row(winsorize, lambda r: (r.normal(size=200), 0.05, 0.95))
    yield Row(gamma_correct, lambda r: (r.integers(0, 256, (20, 30)).astype(np.uint8),))
    yield Row(lennard_jones, lambda r: (r.random(300) + 0.5, 0.8, 1.1))
    yield Row(planck, lambda r: (r.random(300) * 1e-6 + 1e-7, 5000.0))
    yield Row(Oscillator.position, lambda r: (_oscillator(r), 2.0))
    yield Row(Oscillator.energy, lambda r: (_oscillator(r), 2.0))
    yield Row(heat_step, lambda r: (r.random(300), 0.1, 0.01, 1e-4))
    yield Row(drag, lambda r: (r.normal(size=(100, 3)),))
    yield Row(softmax, lambda r: (r.normal(size=(20, 10)),))
    yield Row(cross_entropy, lambda r: (r.normal(size=(20, 10)), r.integers(0, 10, 20), 0.1))
    yield Row(Adam.step, lambda r: (Adam(0.01, np.zeros(100), np.zeros(100)), r.random(100), r.random(100)))
    yield Row(dense, lambda r: (r.random((20, 5)), {"w": r.random((5, 4)), "b": r.random(4)}, np.tanh))
    yield Row(batch_norm, lambda r: (r.random((20, 5)), r.random(5), r.random(5)))
    yield Row(silhouette, lambda r: (r.random((60, 2)), r.random((4, 2))))
    yield Row(haversine, lambda r: tuple(r.random((4, 100)) * 90))
    yield Row(rotate, lambda r: (r.random((100, 2)), 0.3))
    yield Row(triangle_normals, lambda r: (r.random((30, 3)), r.integers(0, 30, (50, 3))))
    yield Row(point_in_polygon, lambda r: (r.random(100), r.random(100), r.random((7, 2))))
    yield Row(black_scholes, lambda r: (r.random(100) + 50, Option(50.0, 0.02, 0.3, 1.5)))
    yield Row(drawdown, lambda r: (r.random(100) + 1,))
    yield Row(sharpe, lambda r: (r.normal(size=250) * 0.01,))
    yield Row(moving_average, lambda r: (r.random(100),))
    yield Row(spectrum, lambda r: (r.random(256), 10.0))
    yield Row(apply_filter, lambda r: (r.random(256),))
    yield Row(safe_divide, lambda r: (r.random((5, 6)), r.integers(0, 3, 6)))
    yield Row(clean, lambda r: (np.where(r.random(100) > 0.1, r.normal(size=100), np.nan),))
    yield Row(newton_sqrt, lambda r: (r.random(100) + 0.5,))
    yield Row(stable_log_sum, lambda r: (r.normal(size=(20, 10)),))
    yield Row(weighted_scores, lambda r: (r.random((20, 5)), r.random(5)))
    yield Row(robust_scale, lambda r: (r.normal(size=200),))
    yield Row(gaussian_kernel, lambda r: (r.random((20, 3)), r.random((30, 3)), 0.5))
    yield Row(level_histogram, lambda r: (r.integers(0, 9, (10, 5)), r.random((10, 5))))
    yield Row(Running.update, lambda r: (Running(np.zeros(100), np.zeros(100)), r.random(100)))
    yield Row(describe, lambda r: (r.random((50, 4)),))
    yield Row(quantise, lambda r: (r.random(200) * 9, 0.25))
    yield Row(padded, lambda r: (r.random((20, 3)),))
