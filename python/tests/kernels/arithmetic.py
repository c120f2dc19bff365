"""Numbers: primes, roots, quadrature, sums."""

import math

import numpy as np

from .table import kernel


@kernel(lambda r: (30,))
def sieve(n):
    prime = np.ones(n + 1, dtype=bool)
    prime[:2] = False
    for p in range(2, int(n**0.5) + 1):
        if prime[p]:
            prime[p * p :: p] = False
    return np.flatnonzero(prime)


@kernel(lambda r: (360,))
def prime_factors(n):
    factors, p = [], 2
    while p * p <= n:
        while n % p == 0:
            factors.append(p)
            n //= p
        p += 1 if p == 2 else 2
    if n > 1:
        factors.append(n)
    return factors


@kernel(lambda r: (r.integers(1, 60, 5), r.integers(1, 60, 5)))
def divisors_and_multiples(a, b):
    common, multiple = np.zeros_like(a), 1
    for i, (x, y) in enumerate(zip(a, b)):
        while y != 0:
            x, y = y, x % y
        common[i] = x
        multiple = multiple * int(b[i]) // math.gcd(multiple, int(b[i]))
    return common, multiple


@kernel(lambda r: (7, 2**65 + 3, 10**20 + 39))
def power_with_modulus(base, exponent, modulus):
    result = 1
    base %= modulus
    while exponent > 0:
        if exponent & 1:
            result = result * base % modulus
        base = base * base % modulus
        exponent >>= 1
    return result


@kernel(lambda r: (0.0, 2.0, 8))
def simpson(a, b, n):
    h = (b - a) / n
    total = math.sin(a) + math.sin(b)
    for i in range(1, n):
        total += (4 if i % 2 else 2) * math.sin(a + i * h)
    return total * h / 3


@kernel(lambda r: (r.random(8), r.random(8)))
def trapezoids(x, y):
    area = 0
    for i in range(len(x) - 1):
        area += (x[i + 1] - x[i]) * (y[i + 1] + y[i]) / 2
    return area


@kernel(lambda r: (0.0, 1.0, 5, 1e-9))
def romberg(a, b, rows, tolerance):
    table = np.zeros((rows, rows))
    h = b - a
    table[0, 0] = h * (math.exp(-a * a) + math.exp(-b * b)) / 2
    for i in range(1, rows):
        h /= 2
        s = sum(math.exp(-((a + k * h) ** 2)) for k in range(1, 2**i, 2))
        table[i, 0] = table[i - 1, 0] / 2 + h * s
        for j in range(1, i + 1):
            table[i, j] = table[i, j - 1] + (table[i, j - 1] - table[i - 1, j - 1]) / (4**j - 1)
        if abs(table[i, i] - table[i - 1, i - 1]) < tolerance:
            return table[i, i]
    return table[-1, -1]


@kernel(lambda r: (lambda x: x**3 - x - 2, 1.0, 2.0))
def halving(f, low, high):
    if f(low) * f(high) > 0:
        raise ValueError("no change of sign")
    for n in range(60):
        middle = (low + high) / 2
        if f(middle) == 0 or high - low < 1e-10:
            return middle, n
        if f(low) * f(middle) < 0:
            high = middle
        else:
            low = middle
    return None


@kernel(lambda r: (r.random(9) * 10.0 ** r.integers(-8, 9, 9),))
def compensated_sum(values):
    total, lost = 0.0, 0.0
    for v in values:
        y = v - lost
        t = total + y
        lost = (t - total) - y
        total = t
    return total


@kernel(lambda r: (r.random(8),))
def running_moments(x):
    n, mean, m2, low, high = 0, 0.0, 0.0, np.inf, -np.inf
    for v in x:
        n += 1
        d = v - mean
        mean += d / n
        m2 += d * (v - mean)
        low, high = min(low, v), max(high, v)
    return mean, m2 / (n - 1), low, high


@kernel(lambda r: (40,))
def perfect_numbers(n):
    found = []
    for k in range(2, n):
        s = 1
        for d in range(2, math.isqrt(k) + 1):
            if k % d:
                continue
            s += d
            if d * d != k:
                s += k // d
        if s == k:
            found.append(k)
    return found


@kernel(lambda r: (np.array([0, 1, 15, 16, 99, 2**40]),))
def integer_roots(values):
    roots = []
    for v in values:
        low, high = 0, int(v) + 1
        while high - low > 1:
            middle = (low + high) // 2
            if middle * middle <= v:
                low = middle
            else:
                high = middle
        roots.append(low)
    return roots


@kernel(lambda r: (4,))
def gray_codes(bits):
    codes = np.zeros(1 << bits, np.uint16)
    for i in range(len(codes)):
        codes[i] = i ^ (i >> 1)
        back, shift = int(codes[i]), 1
        while shift < bits:
            back ^= back >> shift
            shift <<= 1
        assert back == i
    return codes


@kernel(lambda r: (r.random(6) * 100 - 50, 8))
def fixed_point(x, bits):
    one = 1 << bits
    product = one
    words = np.zeros(len(x), np.int32)
    for i, v in enumerate(x):
        words[i] = int(round(v * one))
        product = (product * int(words[i])) >> bits
    return words, product / one


@kernel(lambda r: (r.integers(-20, 20, 6), r.integers(1, 6, 6)))
def quotients_of_both_kinds(a, b):
    rest = 0
    table = []
    for x, y in zip(a, b):
        q, m = divmod(x, y)
        table.append((q, m, x / y, -x // y, int(x) % -int(y), int(x) ** 3 // int(y)))
        rest += m
    return table, rest


@kernel(lambda r: (r.random(6), 0.0, 3))
def changing_accumulators(x, zero, k):
    total = 0
    product = True
    largest = None
    for v in x:
        total = total + v
        product = product * (v + 1)
        if largest is None or v > largest:
            largest = v
    inverse = 0
    for i in range(-k, k + 1):
        if i != 0:
            inverse += 1 / i
    return total, product, largest, inverse, total / (product - zero)


@kernel(lambda r: (r.random(5), np.array([4.0, 2.0, 5.0, 0.5, 1.0])))
def late_division(x, d):
    total = 0.0
    for i in range(len(x)):
        total += float(x[i]) / float(d[i])
        x[i] = total
    return total


@kernel(lambda r: (np.arange(1.0, 6), np.arange(5.0)))
def differences_of_table(x, y):
    n = len(x)
    c = y.copy()
    for k in range(1, n):
        for i in range(n - 1, k - 1, -1):
            c[i] = (c[i] - c[i - 1]) / (x[i] - x[i - k])
    value = c[-1]
    for i in range(n - 2, -1, -1):
        value = value * (2.5 - x[i]) + c[i]
    return c, value


@kernel(lambda r: (r.integers(0, 50, 6), 10))
def sums_of_digits(values, base):
    sums = [0 for _ in values]
    for i, v in enumerate(values):
        while v > 0:
            sums[i] += v % base
            v //= base
    return sums


@kernel(lambda r: (r.random(6) * 20 - 10,))
def roundings(x):
    table = np.zeros((len(x), 6))
    for i, v in enumerate(x):
        table[i, 0] = int(v)
        table[i, 1] = math.floor(v)
        table[i, 2] = math.ceil(v)
        table[i, 3] = round(v)
        table[i, 4] = round(v, 1)
        table[i, 5] = math.trunc(v) if v > 0 else -math.trunc(-v)
    return table


@kernel(lambda r: (r.random((4, 2)) * 3 - 1.5, 8, 1e-6))
def complex_roots(starts, most, tolerance):
    out = np.zeros(len(starts), complex)
    steps = 0
    for i, (re, im) in enumerate(starts):
        z = re + 1j * im
        for _ in range(most):
            f = z**3 - 1
            if abs(f) < tolerance:
                break
            z -= f / (3 * z * z)
            steps += 1
        out[i] = z
    return out, steps


@kernel(lambda r: (2.0, 3))
def deep_nest(x, n):
    count = total = 0
    for i in range(n):
        for j in range(i, n):
            for k in range(n, j, -1):
                for m in range(-n, n, 2):
                    if m == 0:
                        continue
                    total += (i + j * k) % m * x
                    count += 1
                    if count > 200:
                        return total, count
    return total, -count
