"""Signals and images: filters, transforms, convolution."""

import cmath
import math

import numpy as np

from .table import kernel


@kernel(lambda r: (r.random(9), r.random(3)))
def convolve(signal, taps):
    out = np.zeros(len(signal) + len(taps) - 1)
    for i in range(len(signal)):
        for j in range(len(taps)):
            out[i + j] += signal[i] * taps[j]
    return out


@kernel(lambda r: (r.random(9), r.random(3)))
def finite_response(signal, taps):
    n = len(taps)
    out = np.zeros(len(signal) - n + 1)
    for i in range(len(out)):
        out[i] = np.dot(signal[i : i + n], taps[::-1])
    return out


@kernel(lambda r: (r.random(8), (0.2, 0.4, 0.2), (1.0, -0.3, 0.1)))
def second_order_section(x, b, a):
    z1 = z2 = 0.0
    y = np.zeros_like(x)
    for n, value in enumerate(x):
        y[n] = (b[0] * value + z1) / a[0]
        z1 = b[1] * value - a[1] * y[n] + z2
        z2 = b[2] * value - a[2] * y[n]
    return y


@kernel(lambda r: (r.integers(0, 99, 8),))
def median_of_three(x):
    out = x.copy()
    for i in range(1, len(x) - 1):
        a, b, c = x[i - 1 : i + 2]
        out[i] = max(min(a, b), min(max(a, b), c))
    return out


@kernel(lambda r: (r.random(9), 4))
def moving_average(x, width):
    out = np.zeros(len(x) - width + 1)
    total = 0.0
    for i in range(len(x)):
        total += x[i]
        if i >= width:
            total -= x[i - width]
        if i >= width - 1:
            out[i - width + 1] = total / width
    return out


@kernel(lambda r: (r.random((5, 6)), r.random((3, 3))))
def convolve_image(image, mask):
    h, w = mask.shape
    out = np.zeros((image.shape[0] - h + 1, image.shape[1] - w + 1), image.dtype)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            for k in range(h):
                for m in range(w):
                    out[i, j] += image[i + k, j + m] * mask[h - 1 - k, w - 1 - m]
    return out


@kernel(lambda r: (r.random((2, 4, 4)), r.random((3, 2, 2, 2)), r.random(3)))
def layer_of_patches(images, masks, bias):
    n, h, w = images.shape
    k = masks.shape[2]
    out = np.zeros((len(masks), h - k + 1, w - k + 1))
    for i in range(h - k + 1):
        for j in range(w - k + 1):
            patch = images[:, i : i + k, j : j + k]
            for f in range(len(masks)):
                out[f, i, j] = max(np.sum(patch * masks[f]) + bias[f], 0)
    return out, n


@kernel(lambda r: (r.integers(0, 256, (5, 5)).astype(np.uint8), 120))
def edges_of_bytes(image, threshold):
    edges = np.zeros(image.shape, bool)
    for i in range(1, image.shape[0] - 1):
        for j in range(1, image.shape[1] - 1):
            gx = int(image[i, j + 1]) - int(image[i, j - 1])
            gy = image[i + 1, j] - image[i - 1, j]
            edges[i, j] = gx * gx + int(gy) ** 2 > threshold**2
    return edges


@kernel(lambda r: (r.random(10), 0.3, 0.7))
def with_hysteresis(x, low, high):
    on, states = False, np.zeros(x.shape, dtype=bool)
    for i, v in enumerate(x):
        if not on and v > high:
            on = True
        elif on and v < low:
            on = False
        states[i] = on
    return states


@kernel(lambda r: (r.random(10), r.random(10), 0.1, 3))
def adapt_by_least_squares(x, wanted, rate, n):
    w = np.zeros(n)
    errors = []
    for i in range(n, len(x)):
        window = x[i - n : i]
        e = wanted[i] - w @ window
        w += rate * e * window
        errors.append(e)
    return w, errors


@kernel(lambda r: (r.integers(0, 3, 12),))
def runs_of_equal(x):
    values, lengths = [], []
    i = 0
    while i < len(x):
        j = i
        while j < len(x) and x[j] == x[i]:
            j += 1
        values.append(x[i])
        lengths.append(j - i)
        i = j
    return np.array(values), np.array(lengths)


@kernel(lambda r: (r.random(12), 0.2))
def peaks(x, height):
    places = []
    for i in range(1, len(x) - 1):
        if x[i] < height:
            continue
        if x[i - 1] < x[i] >= x[i + 1]:
            places.append(i)
    return places


@kernel(lambda r: (r.random(8), 0.01, 0.5))
def track_a_level(measured, q, noise):
    level, p = measured[0], 1.0
    for z in measured:
        p += q
        gain = p / (p + noise)
        level += gain * (z - level)
        p *= 1 - gain
    return level, p


@kernel(lambda r: (r.random(6),))
def direct_transform(x):
    n = len(x)
    out = np.zeros(n, complex)
    for k in range(n):
        for t in range(n):
            out[k] += x[t] * cmath.exp(-2j * math.pi * k * t / n)
    return out


@kernel(lambda r: (r.random(8) + 1j * r.random(8),))
def transform_in_place(a):
    n, j = len(a), 0
    for i in range(1, n):
        bit = n >> 1
        while j & bit:
            j ^= bit
            bit >>= 1
        j |= bit
        if i < j:
            a[i], a[j] = a[j], a[i]
    size = 2
    while size <= n:
        step = cmath.rect(1.0, -2 * math.pi / size)
        for start in range(0, n, size):
            w = 1 + 0j
            for k in range(start, start + size // 2):
                u, v = a[k], a[k + size // 2] * w
                a[k], a[k + size // 2] = u + v, u - v
                w *= step
        size *= 2
    return a


@kernel(lambda r: (r.random(9), 2.0, 9.0))
def strength_of_a_tone(x, frequency, rate):
    c = 2 * math.cos(2 * math.pi * frequency / rate)
    s1 = s2 = 0.0
    for v in x:
        s1, s2 = v + c * s1 - s2, s1
    return s1 * s1 + s2 * s2 - c * s1 * s2


@kernel(lambda r: (r.random(8),))
def wavelet_in_place(x):
    n = len(x)
    while n > 1:
        half = n // 2
        means = (x[:n:2] + x[1:n:2]) / 2
        x[half:n] = (x[:n:2] - x[1:n:2]) / 2
        x[:half] = means
        n = half
    return x


@kernel(lambda r: (r.random((4, 5)), 3))
def levels_with_carried_error(image, levels):
    for i in range(image.shape[0]):
        for j in range(image.shape[1]):
            old = image[i, j]
            image[i, j] = round(old * (levels - 1)) / (levels - 1)
            e = old - image[i, j]
            if j + 1 < image.shape[1]:
                image[i, j + 1] += e * 7 / 16
            if i + 1 < image.shape[0]:
                image[i + 1, max(j - 1, 0) : j + 2] += e * 3 / 16


@kernel(lambda r: (r.random(7), r.random(3)))
def lowest_distance(series, pattern):
    best, place = math.inf, None
    for i in range(len(series) - len(pattern) + 1):
        d = 0.0
        for j, p in enumerate(pattern):
            d += (series[i + j] - p) ** 2
            if d >= best:
                break
        else:
            best, place = d, i
    return best, place


def _convolved(x, w):
    k = len(w)
    out = np.empty((len(x) - k + 1, x.shape[1] - k + 1, w.shape[3]))
    for i in range(len(out)):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(x[i : i + k, j : j + k, :, None] * w, axis=(0, 1, 2))
    return out


def _normalised(x, eps=1e-5):
    return (x - np.mean(x, axis=0, keepdims=True)) / np.sqrt(np.std(x, axis=0, keepdims=True) + eps)


@kernel(lambda r: (r.random((5, 5, 2)), r.random((1, 1, 2, 2)) - 0.4, r.random((3, 3, 2, 2)) - 0.5, 2))
def residual_blocks(x, w1, w2, blocks):
    for _ in range(blocks):
        padded = np.zeros((x.shape[0] + 2, x.shape[1] + 2, w1.shape[3]))
        padded[1:-1, 1:-1, :] = _convolved(x, w1)
        y = np.maximum(_normalised(padded), 0)
        y = _convolved(y, w2)
        x = np.maximum(_normalised(y) + x, 0)
    return x
