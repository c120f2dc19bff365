"""Text as arrays of bytes: searches, checks, codes."""

import numpy as np

from .table import kernel


def _text(r, n=10, letters=3):
    return r.integers(97, 97 + letters, n).astype(np.uint8)


@kernel(lambda r: (_text(r),))
def cyclic_check(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= int(byte)
        for _ in range(8):
            crc = (crc >> 1) ^ 0xEDB88320 if crc & 1 else crc >> 1
    return crc ^ 0xFFFFFFFF


@kernel(lambda r: (_text(r),))
def cyclic_check_of_words(data):
    table = np.zeros(256, np.uint16)
    for n in range(0, 256, 17):
        c = np.uint16(n << 8)
        for _ in range(8):
            c = (c << 1) ^ 0x1021 if c & 0x8000 else c << 1
        table[n] = c
    crc = np.uint16(0xFFFF)
    for b in data:
        crc = (crc << 8) ^ table[((crc >> 8) ^ b) & 0xFF]
    return crc


@kernel(lambda r: (_text(r), 65521))
def two_sums(data, modulus):
    a, b = 1, 0
    for x in data:
        a = (a + int(x)) % modulus
        b = (b + a) % modulus
    return b << 16 | a


@kernel(lambda r: (_text(r),))
def hash_of_text(data):
    h = np.uint64(14695981039346656037)
    for x in data:
        h ^= np.uint64(x)
        h *= np.uint64(1099511628211)
    return h, int(h) % 97


@kernel(lambda r: (_text(r, 14, 2), _text(r, 3, 2)))
def find_text(text, pattern):
    for i in range(len(text) - len(pattern) + 1):
        for j in range(len(pattern)):
            if text[i + j] != pattern[j]:
                break
        else:
            return i
    return -1


@kernel(lambda r: (_text(r, 14, 2), _text(r, 3, 2)))
def find_all_by_prefixes(text, pattern):
    fail = np.zeros(len(pattern), int)
    k = 0
    for i in range(1, len(pattern)):
        while k > 0 and pattern[k] != pattern[i]:
            k = fail[k - 1]
        if pattern[k] == pattern[i]:
            k += 1
        fail[i] = k
    places, k = [], 0
    for i, c in enumerate(text):
        while k > 0 and pattern[k] != c:
            k = fail[k - 1]
        if pattern[k] == c:
            k += 1
        if k == len(pattern):
            places.append(i - k + 1)
            k = fail[k - 1]
    return places


@kernel(lambda r: (_text(r, 10, 2),))
def common_with_suffixes(s):
    n = len(s)
    z = np.zeros(n, np.int64)
    left = right = 0
    for i in range(1, n):
        if i < right:
            z[i] = min(right - i, z[i - left])
        while i + z[i] < n and s[z[i]] == s[i + z[i]]:
            z[i] += 1
        if i + z[i] > right:
            left, right = i, i + z[i]
    return z


@kernel(lambda r: (_text(r, 9, 2),))
def longest_palindrome(s):
    best = (0, 0)
    for centre in range(len(s)):
        for odd in (0, 1):
            i, j = centre, centre + odd
            while i >= 0 and j < len(s) and s[i] == s[j]:
                i -= 1
                j += 1
            if j - i - 1 > best[1] - best[0]:
                best = (i + 1, j)
    return best, s[best[0] : best[1]]


@kernel(lambda r: (_text(r, 8, 26), 3))
def shift_letters(text, by):
    out = text.copy()
    for i, c in enumerate(text):
        if 97 <= c <= 122:
            out[i] = (c - 97 + by) % 26 + 97
    return out


@kernel(lambda r: (_text(r),))
def count_letters(text):
    counts = np.zeros(128, np.int64)
    for c in text:
        counts[c] += 1
    most = 0
    for i in range(len(counts)):
        if counts[i] > counts[most]:
            most = i
    return counts[counts > 0], chr(most)


@kernel(lambda r: (_text(r, 8, 26),))
def bits_and_parity(data):
    ones = np.zeros(len(data), np.uint8)
    parity = False
    for i in range(len(data)):
        x = data[i]
        while x:
            x &= x - 1
            ones[i] += 1
        parity ^= bool(ones[i] & 1)
    return ones, parity


@kernel(lambda r: (_text(r, 14, 2), _text(r, 3, 2), 257, 1000003))
def find_by_hash(text, pattern, base, modulus):
    n, m = len(text), len(pattern)
    high = pow(base, m - 1, modulus)
    wanted = here = 0
    for i in range(m):
        wanted = (wanted * base + int(pattern[i])) % modulus
        here = (here * base + int(text[i])) % modulus
    found = []
    for i in range(n - m + 1):
        if here == wanted and (text[i : i + m] == pattern).all():
            found.append(i)
        if i < n - m:
            here = ((here - int(text[i]) * high) * base + int(text[i + m])) % modulus
    return found


@kernel(lambda r: (np.frombuffer("aé€😀".encode(), np.uint8).copy(),))
def code_points(data):
    points = []
    value = more = 0
    for byte in data:
        b = int(byte)
        if b < 0x80:
            points.append(b)
        elif b & 0xC0 == 0x80:
            value = value << 6 | b & 0x3F
            more -= 1
            if more == 0:
                points.append(value)
        else:
            more = 1 if b < 0xE0 else 2 if b < 0xF0 else 3
            value = b & (0x3F >> more)
    return points


@kernel(lambda r: (r.integers(-1000, 1000, 5), 7))
def digits_in_a_base(numbers, base):
    texts = []
    for n in numbers:
        sign, n, text = "-" if n < 0 else "", abs(n), ""
        while True:
            n, digit = divmod(n, base)
            text = str(digit) + text
            if n == 0:
                break
        texts.append(sign + text)
    return " ".join(texts)


@kernel(lambda r: (_text(r, 8, 3),))
def move_to_front(data):
    symbols = list(range(97, 100))
    out = np.zeros(data.shape, int)
    for i, c in enumerate(data):
        place = symbols.index(c)
        out[i] = place
        del symbols[place]
        symbols.insert(0, int(c))
    return out
