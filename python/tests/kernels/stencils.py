"""Values from their neighbours: grids, waves, automata."""

import numpy as np

from .table import kernel


@kernel(lambda r: (r.random(9), 4, 0.2))
def heat_in_a_rod(u, steps, k):
    v = u.copy()
    for _ in range(steps):
        for i in range(1, len(u) - 1):
            v[i] = u[i] + k * (u[i - 1] - 2 * u[i] + u[i + 1])
        u, v = v, u
    return u


@kernel(lambda r: (r.random((5, 6)), np.zeros((5, 6)), 3))
def heat_in_a_plate(a, b, steps):
    rows, columns = a.shape
    for _ in range(steps):
        b[1:-1, 1:-1] = 0.25 * (a[:-2, 1:-1] + a[2:, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:])
        a[1 : rows - 1, 1 : columns - 1] = b[1:-1, 1:-1]
    return a.sum()


@kernel(lambda r: (r.random((5, 5)), 2))
def relax_in_place(a, sweeps):
    n, m = a.shape
    for _ in range(sweeps):
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                a[i, j] = (a[i - 1, j] + a[i, j - 1] + a[i, j] + a[i, j + 1] + a[i + 1, j]) / 5.0


@kernel(lambda r: (r.random((6, 6)), r.random((6, 6)), 1e-3, 8))
def red_and_black(u, f, tolerance, most):
    change = 0.0
    for sweep in range(most):
        change = 0.0
        for colour in (0, 1):
            for i in range(1, u.shape[0] - 1):
                for j in range(1 + (i + colour) % 2, u.shape[1] - 1, 2):
                    new = 0.25 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - f[i, j])
                    change = max(change, abs(new - u[i, j]))
                    u[i, j] = new
        if change < tolerance:
            return sweep, change
    return -1, change


@kernel(lambda r: ((r.random(8), r.random(8), np.zeros(8)), 0.5, 5))
def wave_on_a_string(states, c, steps):
    before, now, after = states
    for _ in range(steps):
        after[1:-1] = 2 * now[1:-1] - before[1:-1] + c * c * (now[2:] - 2 * now[1:-1] + now[:-2])
        after[0] = after[-1] = 0
        before, now, after = now, after, before
    return now, before is states[0]


@kernel(lambda r: (r.integers(0, 2, (5, 6)), 2))
def game_of_life(cells, generations):
    n, m = cells.shape
    for _ in range(generations):
        following = np.zeros_like(cells)
        for i in range(n):
            for j in range(m):
                around = -cells[i, j]
                for di in range(-1, 2):
                    for dj in range(-1, 2):
                        around += cells[(i + di) % n, (j + dj) % m]
                if around == 3 or (around == 2 and cells[i, j]):
                    following[i, j] = 1
        cells = following
    return cells


@kernel(lambda r: (r.random((6, 7)) < 0.4, 3))
def life_in_slices(alive, generations):
    for _ in range(generations):
        around = np.zeros(alive.shape, np.int8)
        for di in (-1, 0, 1):
            for dj in (-1, 0, 1):
                if di or dj:
                    around += np.roll(np.roll(alive, di, 0), dj, 1)
        alive = (around == 3) | (alive & (around == 2))
    return alive


@kernel(lambda r: (r.random((5, 6)), 1))
def blur_by_blocks(image, radius):
    out = np.zeros(image.shape)
    for i in range(image.shape[0]):
        for j in range(image.shape[1]):
            block = image[max(0, i - radius) : i + radius + 1, max(0, j - radius) : j + radius + 1]
            out[i, j] = block.mean()
    return out


@kernel(lambda r: (r.integers(0, 9, (5, 5)), 2))
def erode(image, times):
    for _ in range(times):
        smaller = image.copy()
        for i in range(image.shape[0]):
            for j in range(image.shape[1]):
                low = image[i, j]
                for di, dj in ((-1, 0), (1, 0), (0, -1), (0, 1)):
                    y, x = i + di, j + dj
                    if 0 <= y < image.shape[0] and 0 <= x < image.shape[1] and image[y, x] < low:
                        low = image[y, x]
                smaller[i, j] = low
        image = smaller
    return image


@kernel(lambda r: (r.random(8), r.random(8) - 0.5, 0.1, 4))
def upwind(u, speed, dt, steps):
    for _ in range(steps):
        new = u.copy()
        for i, v in enumerate(speed):
            if v > 0:
                new[i] = u[i] - dt * v * (u[i] - u[i - 1])
            elif v < 0:
                new[i] = u[i] - dt * v * (u[(i + 1) % len(u)] - u[i])
        u[:] = new
    return u


@kernel(lambda r: (r.random((4, 4, 5)), 2))
def heat_in_a_cube(a, steps):
    for _ in range(steps):
        old = a.copy()
        for i in range(1, a.shape[0] - 1):
            for j in range(1, a.shape[1] - 1):
                for k in range(1, a.shape[2] - 1):
                    sides = old[i - 1, j, k] + old[i + 1, j, k] + old[i, j - 1, k]
                    sides += old[i, j + 1, k] + old[i, j, k - 1] + old[i, j, k + 1]
                    a[i, j, k] = 0.5 * old[i, j, k] + sides / 12
    return a[1, 1, 1], a[-1].max()


@kernel(lambda r: (r.random(7), r.random(4)))
def shift_register(line, inputs):
    seen = []
    for x in inputs:
        line[1:] = line[:-1]
        line[0] = x
        seen.append(line[-1])
    line[:-2] += line[2:]
    return seen


@kernel(lambda r: (90, np.eye(1, 11, 5, dtype=np.uint8)[0], 4))
def cellular_automaton(rule, cells, steps):
    history = np.zeros((steps + 1, len(cells)), cells.dtype)
    history[0] = cells
    for t in range(steps):
        for i in range(len(cells)):
            left, right = history[t, i - 1], history[t, (i + 1) % len(cells)]
            place = 4 * int(left) + 2 * int(history[t, i]) + int(right)
            history[t + 1, i] = rule >> place & 1
    return history


@kernel(lambda r: (r.integers(0, 7, (4, 4)),))
def sandpile(grains):
    topples = 0
    while (grains >= 4).any():
        for i, j in np.argwhere(grains >= 4):
            grains[i, j] -= 4
            topples += 1
            if i > 0:
                grains[i - 1, j] += 1
            if i + 1 < grains.shape[0]:
                grains[i + 1, j] += 1
            if j > 0:
                grains[i, j - 1] += 1
            if j + 1 < grains.shape[1]:
                grains[i, j + 1] += 1
    return topples


@kernel(lambda r: (r.random((5, 6)),))
def shortest_edges(heights):
    gx, gy = np.zeros_like(heights), np.zeros_like(heights)
    for i in range(-1, heights.shape[0] - 1):
        gy[i] = (heights[i + 1] - heights[i - 1]) / 2
    for j in range(-1, heights.shape[1] - 1):
        gx[:, j] = (heights[:, j + 1] - heights[:, j - 1]) / 2
    return np.hypot(gx, gy)
