"""Masks, arrays of places and choices: shapes that are known only when the loop runs."""

import numpy as np

from .table import kernel


@kernel(lambda r: (r.random(40), r.random(40), 6))
def mean_in_rings(values, radius, rings):
    widest = radius.max()
    out = np.zeros(rings)
    for i in range(rings):
        inside = np.logical_and(widest * i / rings <= radius, radius < widest * (i + 1) / rings)
        chosen = values[inside]
        if len(chosen):
            out[i] = chosen.mean()
    return out


@kernel(lambda r: (np.linspace(-2, 0.6, 7)[:, None] + 1j * np.linspace(-1.2, 1.2, 5), 12, 2.0))
def steps_to_escape(c, rounds, horizon):
    steps = np.zeros(c.shape, dtype=np.int64)
    z = np.zeros(c.shape, dtype=np.complex128)
    for n in range(rounds):
        inside = np.less(abs(z), horizon)
        steps[inside] = n
        z[inside] = z[inside] ** 2 + c[inside]
    steps[steps == rounds - 1] = 0
    return steps, z


@kernel(lambda r: ((r.normal(size=30) + 1j * r.normal(size=30)), 15))
def escaping_points(points, rounds):
    steps = np.zeros(len(points), dtype=np.int64)
    z, c, at = np.zeros(len(points), complex), points, np.arange(len(points))
    for n in range(rounds):
        if not len(z):
            break
        np.multiply(z, z, z)
        np.add(z, c, z)
        out = abs(z) > 2.0
        steps[at[out]] = n + 1
        np.logical_not(out, out)
        z, c, at = z[out], c[out], at[out]
    return steps, z


@kernel(lambda r: (r.normal(size=50), 1.5, 8))
def clipped_spread(x, times, rounds):
    kept = x
    for _ in range(rounds):
        middle, width = kept.mean(), np.sqrt(((kept - kept.mean()) ** 2).mean())
        inside = abs(kept - middle) <= times * width
        if inside.all():
            break
        kept = kept[inside]
    return middle, width, len(kept)


@kernel(lambda r: (r.integers(0, 256, (6, 7)), 20))
def threshold_between_means(image, rounds):
    level = image.mean()
    for _ in range(rounds):
        above, below = image[image > level], image[image <= level]
        if len(above) == 0 or len(below) == 0:
            break
        new = (above.mean() + below.mean()) / 2
        if abs(new - level) < 1e-6:
            break
        level = new
    return level, np.where(image > level, 1, 0)


@kernel(lambda r: (r.random((12, 2)), 3, 6))
def means_of_clusters(points, k, rounds):
    centres = points[:k] * 1.0
    nearest = np.zeros(len(points), dtype=np.int64)
    for _ in range(rounds):
        for i in range(len(points)):
            away = ((centres - points[i]) ** 2).sum(axis=1)
            nearest[i] = np.argmin(away)
        for j in range(k):
            own = points[nearest == j]
            if len(own) > 0:
                centres[j] = own.mean(axis=0)
    return centres, nearest


@kernel(lambda r: (r.random((9, 9)) < 0.4, 4))
def generations_of_life(alive, rounds):
    cells = np.where(alive, 1, 0)
    for _ in range(rounds):
        around = np.zeros_like(cells)
        around[1:-1, 1:-1] = cells[:-2, :-2] + cells[:-2, 1:-1] + cells[:-2, 2:] + cells[1:-1, :-2]
        around[1:-1, 1:-1] += cells[1:-1, 2:] + cells[2:, :-2] + cells[2:, 1:-1] + cells[2:, 2:]
        cells = np.where((around == 3) | ((around == 2) & (cells == 1)), 1, 0)
    return cells, cells.sum()


@kernel(lambda r: (r.random(20), r.normal(size=20), 0.2, 10))
def particles_that_leave(x, v, dt, rounds):
    left = np.zeros(rounds, dtype=np.int64)
    for i in range(rounds):
        x = x + v * dt
        inside = (x >= 0) & (x <= 1)
        left[i] = len(x) - np.count_nonzero(inside)
        x, v = x[inside], v[inside]
        v[v > 0] *= 0.9
    return left, x, v


@kernel(lambda r: (r.normal(size=15), r.integers(0, 15, (6, 15))))
def means_of_drawn_rows(x, draws):
    means = np.zeros(len(draws))
    for i in range(len(draws)):
        sample = x[draws[i]]
        means[i] = sample.mean()
    means = np.sort(means)
    return means, means[len(means) // 2]


@kernel(lambda r: (r.integers(0, 4, 25),))
def lengths_of_runs(x):
    starts = np.flatnonzero(np.diff(x))
    longest = np.zeros(4, dtype=np.int64)
    last = 0
    for i in range(len(starts)):
        value = x[starts[i]]
        longest[value] = max(longest[value], starts[i] + 1 - last)
        last = starts[i] + 1
    return longest


@kernel(lambda r: (r.integers(0, 20, 30), 5))
def sorted_in_buckets(x, buckets):
    out = np.zeros_like(x)
    at, width = 0, x.max() // buckets + 1
    for b in range(buckets):
        own = np.sort(x[(x >= b * width) & (x < (b + 1) * width)])
        out[at : at + len(own)] = own
        at += len(own)
    return out


@kernel(lambda r: (np.linspace(-2, 2, 9)[:, None] + 1j * np.linspace(-2, 2, 8), 10))
def basins_of_newton(z, rounds):
    z = z + 0.01
    for _ in range(rounds):
        moving = abs(z**2 * z - 1) > 1e-9
        if not moving.any():
            break
        w = z[moving]
        z[moving] = w - (w * w * w - 1) / (3 * w * w)
    return np.where(z.real > 0, 0, 1) + np.where(z.imag > 0, 2, 0)


@kernel(lambda r: (r.random(30), r.random(30), 12))
def shares_of_histograms(x, weights, bins):
    total = np.zeros(bins)
    for i in range(3):
        counts, edges = np.histogram(x + 0.1 * i, bins)
        total += counts / counts.sum() + edges[0] * weights[i]
    return total


@kernel(lambda r: (r.random((8, 5)), r.integers(0, 5, 8)))
def margins_of_classes(scores, labels):
    n = len(labels)
    loss, gradient = 0.0, np.zeros_like(scores)
    for i in range(n):
        margins = np.maximum(0, scores[i] - scores[i, labels[i]] + 1)
        margins[labels[i]] = 0
        loss += margins.sum()
        gradient[i] = np.where(margins > 0, 1, 0)
        gradient[i, labels[i]] = -np.count_nonzero(margins > 0)
    return loss / n, gradient / n


@kernel(lambda r: (r.permutation(12), 20))
def cycles_followed(order, rounds):
    at = np.arange(len(order))
    seen = np.zeros(len(order), dtype=bool)
    found = 0
    for _ in range(rounds):
        at = order[at]
        back = at == np.arange(len(order))
        fresh = back & ~seen
        found += fresh.sum()
        seen[fresh] = True
        if seen.all():
            break
    return found, seen


@kernel(lambda r: (r.random((7, 6)), 0.5, 4))
def smoothed_by_choice(image, level, rounds):
    for _ in range(rounds):
        middle = (image[:-2, 1:-1] + image[2:, 1:-1] + image[1:-1, :-2] + image[1:-1, 2:]) / 4
        inner = image[1:-1, 1:-1]
        rough = abs(inner - middle) > level * 0.1
        inner[rough] = middle[rough]
        image[image > 0.95] = 0.95
    return image
