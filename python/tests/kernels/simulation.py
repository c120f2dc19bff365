"""Bodies, populations, fractals, clusters: states that go on step by step."""

import math

import numpy as np

from .table import kernel


def _pull(a, b, softening):
    d = b - a
    return d / (d @ d + softening) ** 1.5


@kernel(lambda r: (r.random((4, 3)), r.random((4, 3)), r.random(4), 0.01, 2))
def bodies_by_rows(x, v, mass, dt, steps):
    n = len(mass)
    for _ in range(steps):
        force = np.zeros_like(x)
        for i in range(n):
            for j in range(n):
                if i != j:
                    force[i] += mass[j] * _pull(x[i], x[j], 1e-3)
        v += dt * force
        x += dt * v
    return (0.5 * mass * (v**2).sum(axis=1)).sum()


@kernel(lambda r: (r.random(4), r.random(4), np.zeros(4), np.zeros(4), r.random(4), 0.1))
def bodies_by_numbers(x, y, vx, vy, mass, dt):
    n = len(x)
    energy = 0.0
    for i in range(n):
        for j in range(i + 1, n):
            dx, dy = x[j] - x[i], y[j] - y[i]
            r2 = dx * dx + dy * dy + 1e-6
            r = math.sqrt(r2)
            energy -= mass[i] * mass[j] / r
            f = dt / (r2 * r)
            vx[i] += f * mass[j] * dx
            vy[i] += f * mass[j] * dy
            vx[j] -= f * mass[i] * dx
            vy[j] -= f * mass[i] * dy
    for i in range(n):
        x[i] += dt * vx[i]
        y[i] += dt * vy[i]
    return energy


def _pulls(x, mass, softening):
    a, b = x[:, 0:1], x[:, 1:2]
    da, db = a.T - a, b.T - b
    near = da**2 + db**2 + softening**2
    near[near > 0] = near[near > 0] ** -1.5
    return np.hstack(((da * near) @ mass, (db * near) @ mass))


@kernel(lambda r: (r.random((5, 2)), r.random((5, 2)), r.random((5, 1)), 0.01, 3))
def bodies_by_matrices(x, v, mass, dt, steps):
    v -= np.mean(mass * v, axis=0) / np.mean(mass)
    pull = _pulls(x, mass, 0.1)
    energy = np.empty(steps)
    for i in range(steps):
        v += pull * dt / 2
        x += v * dt
        pull = _pulls(x, mass, 0.1)
        v += pull * dt / 2
        energy[i] = 0.5 * np.sum(mass * v**2) - np.sum(np.triu(mass * mass.T, 1))
    return energy


@kernel(lambda r: (-2.0, 0.5, -1.0, 1.0, 6, 5, 12))
def escape_times(x0, x1, y0, y1, w, h, most):
    times = np.zeros((h, w), np.int32)
    for row, y in enumerate(np.linspace(y0, y1, h)):
        for column, x in enumerate(np.linspace(x0, x1, w)):
            c, z, n = complex(x, y), 0j, 0
            while n < most and abs(z) <= 2:
                z = z * z + c
                n += 1
            times[row, column] = n
    return times


@kernel(lambda r: (r.random((3, 4)) * 2 - 1 + 1j * r.random((3, 4)), -0.4 + 0.6j, 6))
def escape_under_mask(z, c, most):
    count = np.zeros(z.shape, int)
    for _ in range(most):
        inside = z.real**2 + z.imag**2 < 4
        if not inside.any():
            break
        z[inside] = z[inside] ** 2 + c
        count[inside] += 1
    return count


@kernel(lambda r: (r.random((8, 2)), 2, 5))
def clusters_by_means(points, k, most):
    centres = points[:k].copy()
    label = np.zeros(len(points), int)
    for step in range(most):
        moved = False
        for i, p in enumerate(points):
            best, nearest = np.inf, 0
            for c in range(k):
                d = ((p - centres[c]) ** 2).sum()
                if d < best:
                    best, nearest = d, c
            if label[i] != nearest:
                label[i], moved = nearest, True
        for c in range(k):
            members = points[label == c]
            if len(members):
                centres[c] = members.mean(axis=0)
        if not moved:
            return centres, label, step
    return centres, label, most


@kernel(lambda r: (1.0, 0.5, (1.1, 0.4, 0.1, 0.4), 0.05, 20))
def prey_and_hunters(prey, hunters, rates, dt, steps):
    a, b, c, d = rates
    history = np.zeros((steps, 2))
    for t in range(steps):
        history[t] = prey, hunters
        growth = a * prey - b * prey * hunters
        hunters += dt * (c * prey * hunters - d * hunters)
        prey += dt * growth
    return history


@kernel(lambda r: (np.linspace(0, 5, 6), np.zeros(6), 1.0, 10.0, 0.05, 8))
def chain_of_springs(x, v, rest, k, dt, steps):
    def force(i):
        f = 0.0
        if i > 0:
            f -= k * (x[i] - x[i - 1] - rest)
        if i < len(x) - 1:
            f += k * (x[i + 1] - x[i] - rest)
        return f

    x[-1] += 0.3
    for _ in range(steps):
        for i in range(len(x)):
            v[i] += dt * force(i)
        x += dt * v


@kernel(lambda r: (r.random(3), 10.0, 28.0, 8 / 3, 0.01, 10))
def three_coupled_rates(state, s, r, b, dt, steps):
    path = np.zeros((steps, len(state)))
    for t in range(steps):
        x, y, z = state
        state = state + dt * np.array([s * (y - x), x * (r - z) - y, x * y - b * z])
        path[t] = state
    return path


@kernel(lambda r: (np.array([0, -1, 2, -1, -1, 1, -1, -1]), 5, r.random((4, 8)), 0.2))
def cars_on_a_ring(road, limit, chances, dawdle):
    n = len(road)
    for row in chances:
        following = np.full(n, -1)
        for i in range(n):
            if road[i] < 0:
                continue
            gap = 1
            while gap <= limit and road[(i + gap) % n] < 0:
                gap += 1
            speed = min(road[i] + 1, limit, gap - 1)
            if speed > 0 and row[i] < dawdle:
                speed -= 1
            following[(i + speed) % n] = speed
        road = following
    return road


@kernel(lambda r: (10.0, 0.0, 0.8, 0.05, 60))
def bouncing_ball(height, speed, rebound, dt, steps):
    bounces, highest = [], 0.0
    for t in range(steps):
        speed -= 9.81 * dt
        height += speed * dt
        if height < 0:
            height, speed = -height * rebound, -speed * rebound
            bounces.append(t)
            highest = 0.0
        highest = max(highest, height)
    return bounces, highest


@kernel(lambda r: (r.random((5, 2)), r.random((5, 2)) - 0.5, 0.6))
def flock(x, v, reach):
    new = v.copy()
    for i in range(len(x)):
        near = []
        for j in range(len(x)):
            if i != j and np.hypot(*(x[i] - x[j])) < reach:
                near.append(j)
        if near:
            new[i] += 0.1 * (v[near].mean(axis=0) - v[i])
    v[...] = new
    x += v
    x %= 1.0
    return x


@kernel(lambda r: (np.array([990.0, 10.0, 0.0]), 0.4, 0.1, 12))
def epidemic(groups, infect, recover, days):
    total = groups.sum()
    peak = day = 0
    for t in range(days):
        new = infect * groups[0] * groups[1] / total
        healed = recover * groups[1]
        groups += [-new, new - healed, healed]
        if groups[1] > peak:
            peak, day = groups[1], t
    return peak, day


@kernel(lambda r: (r.random((3, 3)), r.random((4, 3)), r.random(4), 0.5, 3))
def train_one_layer(w, inputs, wanted, rate, rounds):
    loss = 0.0
    for _ in range(rounds):
        loss = 0.0
        for x, t in zip(inputs, wanted):
            hidden = np.tanh(w @ x)
            error = hidden.sum() - t
            w -= rate * error * np.outer(1 - hidden**2, x)
            loss += error**2
    return loss


def _scaled(factor):
    return lambda value: value * factor


@kernel(lambda r: (r.random(6), [2, 0.5, -1.0]))
def stages_of_closures(x, factors):
    stages = []
    for f in factors:
        stages.append(_scaled(f))
    total = 0
    for value in x:
        for stage in stages:
            value = stage(value)
        total += value
    return total


class _Spring:
    def __init__(self, stiffness, mass, rest):
        self.stiffness, self.mass, self.rest = stiffness, mass, rest

    def acceleration(self, x, v, drag=0.1):
        return (-self.stiffness * (x - self.rest) - drag * v) / self.mass


@kernel(lambda r: (_Spring(3.0, 1.5, 0.2), r.random(7), r.random(7), 0.01, 5))
def springs(spring, x, v, dt, steps):
    for _ in range(steps):
        for i in range(len(x)):
            v[i] += dt * spring.acceleration(x[i], v[i])
            x[i] += dt * v[i]
    return x.max(), v.min()


@kernel(lambda r: ({"birth": 0.3, "death": 0.1, "catch": r.random(12)}, 40.0, 12))
def fishery(model, stock, years):
    history = np.empty(years)
    for year in range(years):
        stock += stock * (model["birth"] - model["death"]) - model["catch"][year]
        history[year] = stock
    return history, stock


@kernel(lambda r: (r.integers(0, 9, (6, 6)), r.random((6, 6)), r.integers(-2, 3, (4, 6, 6)), 4))
def grains_within_bounds(level, height, change, steps):
    rows = level.shape[0]
    at = rows // 2
    for step in range(steps):
        level = np.clip(level + change[step % len(change)], 0, 7)
        height[1:-1, 1:-1] = np.clip(height[1:-1, 1:-1] + 0.125 * level[:-2, 1:-1], 0.0, 1.0)
        at = np.clip(at + change[step % len(change), 0, 0], 0, rows - 1)
        height[at] = height[at].clip(max=0.5)
    return level, height, at
