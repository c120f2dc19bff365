"""Simulations by chance; all random numbers are passed in."""

import math

import numpy as np

from .table import kernel


@kernel(lambda r: (r.random((12, 2)),))
def circle_by_darts(points):
    inside = 0
    for x, y in points:
        if x * x + y * y <= 1.0:
            inside += 1
    return 4 * inside / len(points)


@kernel(lambda r: (r.random(10), 0.6))
def random_walk(chances, p):
    position, farthest = 0, 0
    path = np.zeros(len(chances) + 1, int)
    for i, u in enumerate(chances):
        position += 1 if u < p else -1
        farthest = max(farthest, abs(position))
        path[i + 1] = position
    return path, farthest


@kernel(lambda r: (r.integers(0, 2, (4, 4)) * 2 - 1, r.random((4, 4)), 0.4))
def flip_spins(spins, chances, beta):
    n, m = spins.shape
    flipped = 0
    for i in range(n):
        for j in range(m):
            around = spins[i - 1, j] + spins[(i + 1) % n, j] + spins[i, j - 1] + spins[i, (j + 1) % m]
            cost = 2 * spins[i, j] * around
            if cost <= 0 or chances[i, j] < math.exp(-beta * cost):
                spins[i, j] = -spins[i, j]
                flipped += 1
    return flipped, spins.mean()


@kernel(lambda r: (0.5, r.standard_normal(8), r.random(8)))
def accept_or_stay(x, steps, chances):
    def energy(v):
        return v**4 - v * v

    chain, accepted = [x], 0
    for step, u in zip(steps, chances):
        y = x + step
        if math.log(u) < energy(x) - energy(y):
            x, accepted = y, accepted + 1
        chain.append(x)
    return np.array(chain), accepted / len(chain)


@kernel(lambda r: (100.0, 95.0, 0.03, 0.2, r.standard_normal((4, 5))))
def price_of_an_option(spot, strike, rate, sigma, normals):
    dt = 1 / normals.shape[1]
    total = 0.0
    for path in normals:
        s = spot
        mean = 0.0
        for z in path:
            s *= math.exp((rate - 0.5 * sigma**2) * dt + sigma * math.sqrt(dt) * z)
            mean += s / len(path)
        total += max(mean - strike, 0.0)
    return math.exp(-rate) * total / len(normals)


@kernel(lambda r: (np.arange(8), r.random(8)))
def shuffle_by(items, chances):
    for i in range(len(items) - 1, 0, -1):
        j = int(chances[i] * (i + 1))
        items[i], items[j] = items[j], items[i]
    return items


@kernel(lambda r: (r.random(6), r.integers(0, 6, (5, 6))))
def resampled_means(data, draws):
    means = np.zeros(len(draws))
    for k in range(len(draws)):
        total = 0
        for i in draws[k]:
            total += data[i]
        means[k] = total / draws.shape[1]
    means.sort()
    return means


@kernel(lambda r: (3, 6, r.random(30), 0.45))
def until_ruin(money, goal, chances, p):
    rounds = 0
    while 0 < money < goal:
        if rounds == len(chances):
            return None, money
        money += 1 if chances[rounds] < p else -1
        rounds += 1
    return rounds, money


@kernel(lambda r: (r.random(8), r.random((8, 3)), np.array([0.2, 0.5, 0.3])))
def weighted_choice(chances, values, weights):
    picked = np.zeros(len(weights), int)
    total = 0.0
    for u, row in zip(chances, values):
        edge, k = 0.0, 0
        for k, w in enumerate(weights):
            edge += w
            if u < edge:
                break
        picked[k] += 1
        total += row[k]
    return picked, total


@kernel(lambda r: (r.random((10, 2)), 4))
def histogram_of_radii(points, bins):
    counts = [0] * bins
    for p in points:
        b = int(math.hypot(p[0], p[1]) / math.sqrt(2) * bins)
        counts[min(b, bins - 1)] += 1
    return counts


@kernel(lambda r: (r.random(9), 1.5, 2.0))
def queue_at_a_desk(chances, arrive, serve):
    clock = free = waited = 0.0
    for i in range(0, len(chances) - 1, 2):
        clock -= math.log(chances[i]) / arrive
        begin = clock if clock > free else free
        waited += begin - clock
        free = begin - math.log(chances[i + 1]) / serve
    return waited, free


@kernel(lambda r: (20, 20, np.zeros(4), r.random(12)))
def births_and_deaths(prey, hunters, record, chances):
    for i, u in enumerate(chances):
        rates = (0.5 * prey, 0.01 * prey * hunters, 0.3 * hunters)
        total = sum(rates)
        if total == 0:
            break
        if u * total < rates[0]:
            prey += 1
        elif u * total < rates[0] + rates[1]:
            prey, hunters = prey - 1, hunters + 1
        else:
            hunters -= 1
        record[i % len(record)] = prey / hunters
    return prey, hunters
