"""Complex numbers: fractals, networks, polynomials, waves."""

from __future__ import annotations

import cmath
import math

import numpy as np

from .table import kernel


def _wave(r, n):
    return r.standard_normal(n) + 1j * r.standard_normal(n)


@kernel(
    lambda r: (np.linspace(-1.5, 1.5, 7), np.linspace(-1, 1, 5), -0.8 + 0.156j, 12, np.zeros((5, 7), int))
)
def filled_julia_set(xs, ys, c, most, counts):
    for i in range(len(ys)):
        for j in range(len(xs)):
            z = complex(xs[j], ys[i])
            n = 0
            while n < most and z.real * z.real + z.imag * z.imag < 4.0:
                z = z**2 + c
                n += 1
            counts[i, j] = n
    return counts


@kernel(lambda r: (np.array([1.0, -3.0, 3.0, -5.0]), 6))
def roots_all_at_once(coefficients, rounds):
    n = len(coefficients) - 1
    z = (0.4 + 0.9j) ** np.arange(n)
    for _ in range(rounds):
        for i in range(n):
            value, product = 0j, 1 + 0j
            for c in coefficients:
                value = value * z[i] + c
            for j in range(n):
                if j != i:
                    product = product * (z[i] - z[j])
            z[i] = z[i] - value / product
    return z


@kernel(lambda r: (r.random(6) + 0.5, r.random(6) * 1e-3, np.linspace(10, 5000, 9), np.zeros(9, complex)))
def ladder_impedance(resistances, capacities, frequencies, out):
    for k in range(len(frequencies)):
        w = 2 * math.pi * frequencies[k]
        z = complex(1e6)
        for i in range(len(resistances)):
            z = resistances[i] + 1 / (1 / z + 1j * w * capacities[i])
        out[k] = z
    return out


@kernel(lambda r: (_wave(r, 16),))
def transform_by_slices(x):
    a, n, size = x.copy(), len(x), 1
    b = np.empty_like(a)
    while size < n:
        for k in range(size):
            w = cmath.exp(-1j * math.pi * k / size)
            u = a[k * n // (2 * size) : (k + 1) * n // (2 * size)]
            v = a[k * n // (2 * size) + n // 2 : (k + 1) * n // (2 * size) + n // 2] * w
            b[2 * k * (n // (2 * size)) : (2 * k + 1) * (n // (2 * size))] = u + v
            b[(2 * k + 1) * (n // (2 * size)) : (2 * k + 2) * (n // (2 * size))] = u - v
        a[:] = b
        size *= 2
    return a


@kernel(lambda r: (_wave(r, 12), r.random(12), 0.02, 5))
def wave_packet(psi, potential, dt, steps):
    half = np.exp(-0.5j * dt * potential)
    for _ in range(steps):
        psi[:] = psi * half
        psi[1:-1] = psi[1:-1] + 0.5j * dt * (psi[2:] - 2 * psi[1:-1] + psi[:-2])
        psi[:] = psi * half
    return np.abs(psi)


@kernel(lambda r: (_wave(r, 8), _wave(r, 8) + 4, _wave(r, 8), _wave(r, 8)))
def complex_tridiagonal(lower, main, upper, right):
    n = len(main)
    for i in range(1, n):
        m = lower[i] / main[i - 1]
        main[i] = main[i] - m * upper[i - 1]
        right[i] = right[i] - m * right[i - 1]
    right[n - 1] = right[n - 1] / main[n - 1]
    for i in range(n - 2, -1, -1):
        right[i] = (right[i] - upper[i] * right[i + 1]) / main[i]
    return right


@kernel(lambda r: (_wave(r, 12).reshape(3, 4),))
def complex_orthonormal_rows(a):
    for i in range(len(a)):
        for j in range(i):
            a[i] -= np.dot(a[j].conj(), a[i]) * a[j]
        size = 0.0
        for z in a[i]:
            size += z.real**2 + z.imag**2
        a[i] /= math.sqrt(size)
    return a


@kernel(lambda r: (_wave(r, 20), 0.1))
def phase_locked(signal, gain):
    phase, rate, total = 0.0, 0.0, 0j
    for z in signal:
        turned = z * cmath.rect(1.0, -phase)
        error = cmath.phase(turned) if turned else 0.0
        rate += gain * gain * error
        phase += rate + gain * error
        total += turned
    return phase, rate, total


@kernel(lambda r: (np.exp(1j * np.cumsum(r.random(9))), np.zeros(9)))
def phase_steps(z, out):
    for i in range(1, len(z)):
        step = z[i] * z[i - 1].conjugate()
        out[i] = out[i - 1] + math.atan2(step.imag, step.real)
    return out


@kernel(lambda r: (_wave(r, 5), 1 + 1j, 3))
def moebius_orbit(z, a, n):
    for i in range(len(z)):
        w = z[i]
        for _ in range(n):
            w = (a * w + 1) / (w.conjugate() * 0.5 - 2j)
        z[i] = w
    return z


@kernel(lambda r: (r.standard_normal(3) + 1j * r.standard_normal(3), r.standard_normal((4, 2, 2)), 3))
def powers_around_a_circle(points, coefficients, degree):
    total = np.zeros((2, 2), dtype=np.complex128)
    for z in points:
        for n in range(degree + 1):
            total += np.power(z, degree / 2 - n) * coefficients[n]
    return total


@kernel(lambda r: (r.standard_normal(16) + 1j * r.standard_normal(16), 2, 4))
def transform_by_permutations(x, radix, steps):
    n = radix**steps
    j, k = np.mgrid[0:radix, 0:radix]
    butterfly = np.exp(-2.0j * np.pi * j * k / radix)
    y = x.copy()
    for i in range(steps):
        parts = np.transpose(np.reshape(y, (radix**i, radix, radix ** (steps - i - 1))), axes=(1, 0, 2))
        angles = np.outer(np.arange(radix), np.arange(radix**i)) / radix ** (i + 1)
        twiddles = np.exp(-2j * np.pi * angles)[:, :, None] * np.ones(radix ** (steps - i - 1))
        turned = np.reshape(parts, (n,)) * np.reshape(twiddles, (n,))
        y[:] = np.reshape(butterfly @ np.reshape(turned, (radix, radix ** (steps - 1))), (n,))
    return y
