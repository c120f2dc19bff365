"""Dense linear algebra in loops."""

import math

import numpy as np

from .table import kernel


def _system(r, n=5):
    return r.random((n, n)) + n * np.eye(n), r.random(n)


@kernel(lambda r: (r.random((4, 5)), r.random((5, 3)), np.zeros((4, 3))))
def product_by_elements(a, b, c):
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            total = 0.0
            for k in range(a.shape[1]):
                total += a[i, k] * b[k, j]
            c[i, j] = total


@kernel(lambda r: (r.random((4, 6)), r.random((6, 3))))
def product_by_dots(a, b):
    out = np.zeros((len(a), b.shape[1]))
    for i, row in enumerate(a):
        for j in range(b.shape[1]):
            out[i, j] = row @ b[:, j]
    return out


@kernel(lambda r: (1.5, 0.5, r.random((5, 4)), r.random((5, 5))))
def lower_gram(alpha, beta, a, c):
    for i in range(len(a)):
        c[i, : i + 1] *= beta
        for k in range(a.shape[1]):
            c[i, : i + 1] += alpha * a[i, k] * a[: i + 1, k]
    return c


@kernel(lambda r: _system(r))
def eliminate_with_pivots(a, b):
    n = len(b)
    for k in range(n - 1):
        best = k
        for i in range(k + 1, n):
            if abs(a[i, k]) > abs(a[best, k]):
                best = i
        if best != k:
            a[[k, best]] = a[[best, k]]
            b[k], b[best] = b[best], b[k]
        for i in range(k + 1, n):
            factor = a[i, k] / a[k, k]
            a[i, k:] -= factor * a[k, k:]
            b[i] -= factor * b[k]
    x = np.zeros(n)
    for i in range(n - 1, -1, -1):
        x[i] = (b[i] - np.dot(a[i, i + 1 :], x[i + 1 :])) / a[i, i]
    return x


@kernel(lambda r: _system(r)[:1])
def lower_upper_in_place(a):
    n = a.shape[0]
    for k in range(n):
        for i in range(k + 1, n):
            a[i, k] /= a[k, k]
            for j in range(k + 1, n):
                a[i, j] -= a[i, k] * a[k, j]
    return a


@kernel(lambda r: ((m := _system(r)[0]) @ m.T,))
def cholesky_by_columns(a):
    n = len(a)
    low = np.zeros_like(a)
    for j in range(n):
        d = a[j, j] - low[j, :j] @ low[j, :j]
        if d <= 0:
            return None
        low[j, j] = math.sqrt(d)
        for i in range(j + 1, n):
            low[i, j] = (a[i, j] - low[i, :j] @ low[j, :j]) / low[j, j]
    return low


@kernel(lambda r: (np.tril(_system(r)[0]), r.random(5)))
def forward_substitution(low, b):
    x = b.copy()
    for i in range(x.shape[0]):
        for j in range(i):
            x[i] -= low[i, j] * x[j]
        x[i] = x[i] / low[i, i]
    return x


@kernel(lambda r: (r.random((6, 4)),))
def gram_schmidt(a):
    q = a.astype(float)
    r = np.zeros((a.shape[1], a.shape[1]))
    for j in range(a.shape[1]):
        for k in range(j):
            r[k, j] = np.dot(q[:, k], q[:, j])
            q[:, j] -= r[k, j] * q[:, k]
        r[j, j] = np.sqrt(np.sum(q[:, j] ** 2))
        q[:, j] /= r[j, j]
    return q, r


@kernel(lambda r: (_system(r)[0], np.ones(5), 1e-6))
def largest_eigenvalue(a, v, tolerance):
    value, steps = 0.0, 0
    while steps < 40:
        w = a @ v
        size = math.sqrt(w @ w)
        v = w / size
        steps += 1
        if abs(size - value) < tolerance * abs(size):
            break
        value = size
    else:
        steps = -1
    return size, v, steps


@kernel(lambda r: ((m := _system(r)[0]) + m.T, r.random(5), 12))
def conjugate_gradients(a, b, most):
    x = np.zeros_like(b)
    r = b - a @ x
    p, rr = r.copy(), r @ r
    for step in range(most):
        if rr < 1e-20:
            return x, step
        ap = a @ p
        alpha = rr / (p @ ap)
        x += alpha * p
        r -= alpha * ap
        rr, old = r @ r, rr
        p = r + rr / old * p
    return x, most


@kernel(lambda r: (r.random(5), r.random(6) + 4, r.random(5), r.random(6)))
def tridiagonal(lower, diagonal, upper, d):
    n = len(diagonal)
    c, x = np.zeros(n), np.zeros(n)
    c[0] = upper[0] / diagonal[0]
    x[0] = d[0] / diagonal[0]
    for i in range(1, n):
        m = diagonal[i] - lower[i - 1] * c[i - 1]
        if i < n - 1:
            c[i] = upper[i] / m
        x[i] = (d[i] - lower[i - 1] * x[i - 1]) / m
    for i in reversed(range(n - 1)):
        x[i] -= c[i] * x[i + 1]
    return x


@kernel(lambda r: (_system(r, 4)[0],))
def determinant(a):
    a, sign = a.copy(), 1
    n = a.shape[0]
    for k in range(n):
        p = k
        while p < n and a[p, k] == 0:
            p += 1
        if p == n:
            return 0.0
        if p != k:
            a[k], a[p] = a[p].copy(), a[k].copy()
            sign = -sign
        for i in range(k + 1, n):
            a[i, k + 1 :] -= a[i, k] / a[k, k] * a[k, k + 1 :]
    product = sign
    for k in range(n):
        product *= a[k, k]
    return product


@kernel(lambda r: (r.integers(-5, 6, (4, 4)),))
def trace_and_norms(a):
    trace = 0
    largest = 0
    for i, row in enumerate(a):
        trace += row[i]
        largest = max(largest, sum(abs(x) for x in row))
    frobenius = 0
    for row in a:
        for x in row:
            frobenius += x * x
    return trace, largest, math.sqrt(frobenius)


@kernel(lambda r: (r.random((3, 4)) + 1j * r.random((3, 4)), r.random(4) - 0.5j, np.zeros(3, complex)))
def complex_matrix_vector(a, x, y):
    for i in range(len(y)):
        z = 0j
        for j in range(len(x)):
            z += a[i, j].conjugate() * x[j]
        y[i] = z
    return abs(z)


@kernel(lambda r: (r.random((4, 4)), 3))
def matrix_power(a, n):
    out = np.eye(len(a))
    while n > 0:
        if n & 1:
            out = out @ a
        a = a @ a
        n >>= 1
    return out


@kernel(lambda r: (r.random((6, 6)), r.random((6, 6)), 2))
def product_by_blocks(a, b, size):
    n = len(a)
    c = np.zeros((n, n))
    for i in range(0, n, size):
        for j in range(0, n, size):
            block = c[i : i + size, j : j + size]
            for k in range(0, n, size):
                block += a[i : i + size, k : k + size] @ b[k : k + size, j : j + size]
    return c


@kernel(lambda r: (r.random((5, 3)), r.random(5)))
def householder_steps(a, b):
    m, n = a.shape
    for k in range(min(m - 1, n)):
        v = a[k:, k].copy()
        v[0] += math.copysign(np.linalg.norm(v), v[0])
        scale = v @ v
        if scale == 0.0:
            continue
        for j in range(k, n):
            a[k:, j] -= 2.0 * (v @ a[k:, j]) / scale * v
        b[k:] -= 2.0 * (v @ b[k:]) / scale * v
    return a, b


@kernel(lambda r: ([r.random((3, 4)), r.random((4, 2)), r.random((2, 5))],))
def chain_of_products(matrices):
    out = matrices[0]
    for m in matrices[1:]:
        out = out @ m
    sizes = []
    for m in matrices:
        sizes.append(m.shape[0] * m.shape[1])
    return out, sizes
