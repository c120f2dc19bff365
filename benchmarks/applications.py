"""What is measured, continued: whole formulas of several fields, without loops."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = Any


def log_sum_exp(x: Array) -> Array:
    """Over the rows."""
    m = x.max(axis=1, keepdims=True)
    return np.log(np.exp(x - m).sum(axis=1)) + m[:, 0]


def pairwise_distances(x: Array, y: Array) -> Array:
    """Of the rows of x and those of y."""
    d = x[:, None, :] - y[None, :, :]
    return np.sqrt((d**2).sum(axis=-1))


def haversine(lat1: Array, lon1: Array, lat2: Array, lon2: Array) -> Array:
    """Great-circle distance in km of points in degrees."""
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    dphi = phi2 - phi1
    dlambda = np.radians(lon2 - lon1)
    h = np.sin(dphi / 2) ** 2 + np.cos(phi1) * np.cos(phi2) * np.sin(dlambda / 2) ** 2
    return 2 * 6371.0 * np.arcsin(np.sqrt(h))


def horner(x: Array) -> Array:
    """The Taylor polynomial of exp, of degree 8."""
    p = x / 40320 + 1 / 5040
    p = p * x + 1 / 720
    p = p * x + 1 / 120
    p = p * x + 1 / 24
    p = p * x + 1 / 6
    p = p * x + 0.5
    p = p * x + 1.0
    return p * x + 1.0


def rgb_to_hsv(r: Array, g: Array, b: Array) -> tuple[Array, Array, Array]:
    """Hue in sextants, saturation, value."""
    v = np.maximum(np.maximum(r, g), b)
    delta = v - np.minimum(np.minimum(r, g), b)
    grey = delta == 0
    delta[grey] = 1.0
    h = np.where(v == r, (g - b) / delta, np.where(v == g, 2.0 + (b - r) / delta, 4.0 + (r - g) / delta))
    h[grey] = 0.0
    h[h < 0] += 6.0
    s = np.where(v > 0, np.where(grey, 0.0, delta) / np.where(v > 0, v, 1.0), 0.0)
    return h, s, v


def gaussian_log_density(x: Array, mean: Array, sigma: Array) -> Array:
    z = (x - mean) / sigma
    return -0.5 * z**2 - np.log(sigma) - 0.5 * np.log(2 * np.pi)


def moving_average(x: Array, width: int) -> Array:
    total = np.cumsum(x)
    total[width:] = total[width:] - total[:-width]
    return total[width - 1 :] / width


def clip_to_quantiles(x: Array) -> Array:
    low, high = np.quantile(x, [0.05, 0.95])
    return (np.clip(x, low, high) - low) / (high - low)


def gradient_magnitude(image: Array) -> Array:
    gy, gx = np.gradient(image)
    return np.sqrt(gx**2 + gy**2)


def masked_assignment(x: Array) -> Array:
    y = x * 2.0
    y[y < 0] = 0.0
    return y


def boolean_select(x: Array) -> Array:
    return x[x > 0.5] * 2.0


def nearest_centre(points: Array, centres: Array) -> Array:
    """The assignment step of k-means."""
    distances = ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    return distances.argmin(axis=1)


def rigid_motion(p: Array, v: Array, axis: Array, r: Array, dt: float) -> tuple[Array, Array]:
    """A step of a body: position, velocity, axis of 3 elements, a 3 x 3 matrix."""
    unit = axis / np.sqrt((axis * axis).sum())
    spin = np.cross(unit, v) * 0.5
    force = r @ (v - spin) - 0.1 * p
    v2 = v + dt * force
    p2 = p + dt * 0.5 * (v + v2)
    speed = np.sqrt(v2 @ v2)
    v3 = v2 / (1.0 + 0.01 * speed)
    radius = np.linalg.norm(p2)
    p3 = p2 * (1.0 - 1e-3 / (1.0 + radius))
    return p3, v3


def camera(m: Array, k: Array, x: Array) -> Array:
    """A point of 4 homogeneous coordinates through two 4 x 4 matrices, to pixels."""
    view = m @ x
    view = view / view[3]
    clip = k @ view
    depth = clip[2]
    screen = clip[:2] / depth
    pixel = (screen + 1.0) * 320.0
    return np.clip(pixel, 0.0, 639.0)
