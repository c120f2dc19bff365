"""Sparse matrices: rows, columns, coordinates, bands."""

import numpy as np

from .table import kernel


def _rows(r, n=5, m=6):
    """Values, columns and begins of rows of a random matrix."""
    full = r.random((n, m)) * (r.random((n, m)) < 0.5)
    columns = [np.nonzero(row)[0] for row in full]
    begins = np.concatenate([[0], np.cumsum([len(c) for c in columns])])
    return full[full != 0], np.concatenate(columns), begins


@kernel(lambda r: (*_rows(r), r.random(6)))
def rows_times_vector(values, columns, begins, x):
    y = np.zeros(len(begins) - 1)
    for i in range(len(y)):
        total = 0.0
        for k in range(begins[i], begins[i + 1]):
            total += values[k] * x[columns[k]]
        y[i] = total
    return y


@kernel(lambda r: (*_rows(r), r.random(6)))
def rows_times_vector_by_dots(values, columns, begins, x):
    y = np.zeros(len(begins) - 1)
    for i in range(len(y)):
        part = slice(begins[i], begins[i + 1])
        y[i] = values[part] @ x[columns[part]]
    return y


@kernel(lambda r: (*_rows(r), r.random(5), np.zeros(6)))
def columns_times_vector(values, rows, begins, x, y):
    for j in range(begins.size - 1):
        xj = x[j]
        if xj == 0:
            continue
        for k in range(begins[j], begins[j + 1]):
            y[rows[k]] += values[k] * xj
    return y


@kernel(lambda r: (r.integers(0, 4, 8), r.integers(0, 5, 8), r.random(8), 4, 5))
def from_coordinates(i, j, v, n, m):
    full = np.zeros((n, m), v.dtype)
    for a, b, x in zip(i, j, v):
        full[a, b] += x
    return full


@kernel(lambda r: _rows(r)[::2])
def norms_of_rows(values, begins):
    norms = []
    for start, end in zip(begins[:-1], begins[1:]):
        row = values[start:end]
        norms.append(float(np.sqrt((row * row).sum())) if end > start else 0)
    return norms


@kernel(lambda r: (*_rows(r), 6))
def transpose_of_rows(values, columns, begins, m):
    count = np.zeros(m + 1, begins.dtype)
    for c in columns:
        count[c + 1] += 1
    for j in range(m):
        count[j + 1] += count[j]
    place = count.copy()
    new_values, new_columns = np.zeros_like(values), np.zeros_like(columns)
    for i in range(len(begins) - 1):
        for k in range(begins[i], begins[i + 1]):
            at = place[columns[k]]
            new_values[at], new_columns[at] = values[k], i
            place[columns[k]] += 1
    return new_values, new_columns, count


@kernel(lambda r: (np.array([0, 2, 3, 7]), r.random(4), np.array([1, 2, 7, 8]), r.random(4)))
def dot_of_sparse(i, x, j, y):
    a = b = 0
    total = 0.0
    while a < len(i) and b < len(j):
        if i[a] == j[b]:
            total += x[a] * y[b]
            a += 1
            b += 1
        elif i[a] < j[b]:
            a += 1
        else:
            b += 1
    return total


@kernel(lambda r: (r.random((3, 6)), np.array([-1, 0, 2]), r.random(6)))
def bands_times_vector(bands, offsets, x):
    n = x.size
    y = np.zeros(n)
    for band, k in zip(bands, offsets):
        for i in range(max(0, -k), min(n, n - k)):
            y[i] += band[i] * x[i + k]
    return y


@kernel(lambda r: (*_rows(r, 5, 5), r.random(5), 4))
def jacobi_on_rows(values, columns, begins, b, steps):
    x = np.zeros(len(b))
    for _ in range(steps):
        new = np.zeros_like(x)
        for i in range(len(b)):
            s, d = b[i], 0.0
            for k in range(begins[i], begins[i + 1]):
                if columns[k] == i:
                    d = values[k] + 5
                else:
                    s -= values[k] * x[columns[k]]
            new[i] = s / d if d else s
        x = new
    return x


@kernel(lambda r: (r.integers(0, 6, (4, 3)), r.random((4, 3)), r.random(6)))
def fixed_width_rows(columns, values, x):
    y = np.zeros(columns.shape[0], np.result_type(values, x))
    for k in range(columns.shape[1]):
        y += values[:, k] * x[columns[:, k]]
    return y


@kernel(lambda r: (*_rows(r, 4, 4), *_rows(r, 4, 4)))
def product_of_rows(av, ac, ab, bv, bc, bb):
    out = []
    for i in range(len(ab) - 1):
        row = {}
        for k in range(ab[i], ab[i + 1]):
            j = ac[k]
            for m in range(bb[j], bb[j + 1]):
                row[int(bc[m])] = row.get(int(bc[m]), 0.0) + av[k] * bv[m]
        out.append(sorted(row.items()))
    return out
