"""What goes over all elements of an array, all pairs and all places."""

import itertools

import numpy as np

from .table import kernel


@kernel(lambda r: (r.standard_normal((6, 9)), 0.3))
def clipped_elements(a, limit):
    total, count = 0.0, 0
    for x in a.flat:
        if abs(x) > limit:
            total += limit if x > 0 else -limit
            count += 1
        else:
            total += x
    return total, count


@kernel(lambda r: (r.random((5, 7)),))
def moments_of_an_image(image):
    mass = row = column = 0.0
    for (i, j), x in np.ndenumerate(image):
        mass += x
        row += i * x
        column += j * x
    return mass, row / mass, column / mass


@kernel(lambda r: (r.random((4, 5, 3)),))
def total_variation(a):
    total = 0.0
    for i, j, k in np.ndindex(a.shape):
        if i:
            total += abs(a[i, j, k] - a[i - 1, j, k])
        if j:
            total += abs(a[i, j, k] - a[i, j - 1, k])
    return total


@kernel(lambda r: (r.integers(0, 2, (7, 8)),))
def life_by_offsets(cells):
    rows, columns = cells.shape
    after = np.zeros_like(cells)
    for at in np.ndindex(rows, columns):
        alive = 0
        for di, dj in itertools.product((-1, 0, 1), repeat=2):
            if di or dj:
                alive += cells[(at[0] + di) % rows, (at[1] + dj) % columns]
        after[at] = 1 if alive == 3 or (alive == 2 and cells[at]) else 0
    return after


@kernel(lambda r: (r.random((9, 3)),))
def closest_points(points):
    best, pair = np.inf, (0, 0)
    for i, j in itertools.combinations(range(len(points)), 2):
        d = 0.0
        for k in range(3):
            d += (points[i, k] - points[j, k]) ** 2
        if d < best:
            best, pair = d, (i, j)
    return best, pair


@kernel(lambda r: (r.random(8), r.random(8)))
def nearest_neighbour_tour(x, y):
    todo = list(range(1, len(x)))
    tour, length = [0], 0.0
    while todo:
        at = tour[-1]
        to = min(todo, key=lambda k: (x[k] - x[at]) ** 2 + (y[k] - y[at]) ** 2)
        length += float(np.sqrt((x[to] - x[at]) ** 2 + (y[to] - y[at]) ** 2))
        todo.remove(to)
        tour.append(to)
    return tour, length


@kernel(lambda r: (r.random(15), 5))
def moving_median(a, width):
    out = np.zeros(len(a) - width + 1)
    window = sorted(a[: width - 1].tolist())
    for i in range(len(out)):
        window.append(float(a[i + width - 1]))
        window.sort()
        out[i] = window[width // 2]
        window.remove(float(a[i]))
    return out


@kernel(lambda r: (r.random(12) * 100,))
def rounded_and_ranked(prices):
    xs = [round(x, 1) for x in prices.tolist()]
    order = sorted(xs, reverse=True)
    ranks = np.zeros(len(xs), int)
    for i, x in enumerate(xs):
        ranks[i] = order.index(x)
    return ranks, sum(map(abs, xs)), max(range(len(xs)), key=lambda i: xs[i])
