"""Arrays as items of lists and dicts in loops: what they are, who shares them, what is made of them."""

from __future__ import annotations

import numpy as np
from differential.run import whole_calls
from programs import Programs, check

PROGRAMS = Programs()
whole, left = PROGRAMS.whole, PROGRAMS.left

A = np.random.default_rng(0).standard_normal((3, 4))
V = A[0].copy()


@whole(9)
def followed(n):
    y = np.arange(3.0)
    ys = [y]
    for i in range(n):
        y = y + i
        ys.append(y)
    return ys, y


@whole(9)
def read_back(n):
    ys = [np.zeros(3)]
    for i in range(n):
        ys.append(ys[-1] * 0.5 + i)
    return ys


@whole(9)
def gone_over(n):
    ys = [np.full(4, 0.5)]
    for i in range(n):
        ys.append(np.full(4, float(i)))
    total = np.zeros(4)
    for y in ys:
        total += y
    return total, len(ys), ys[3]


@whole(9)
def replaced(n):
    ys = [np.zeros(2), np.ones(2)]
    for i in range(n):
        ys[i % 2] = ys[1 - i % 2] + i
    return ys


@whole(9)
def of_other_lengths(n):
    ys = []
    for i in range(n):
        ys.append(np.arange(float(i)))
    return ys


@whole(A, 6)
@whole(V, 6)
def of_axes(a, n):
    ys = []
    for i in range(n):
        ys.append(a * i)
    return ys


@left(A, 6)
def in_the_order_of_fortran(a, n):
    ys, b = [], a.T
    for i in range(n):
        ys.append(b * i)
    return ys


@whole(6)
def of_ints(n):
    ys = []
    for i in range(n):
        ys.append(np.zeros(3, "i4") + np.int32(i))
    return ys


@whole(6)
def of_complex_numbers(n):
    ys = []
    z = np.ones(3) * 1j
    for _ in range(n):
        z = z * (1 + 1j)
        ys.append(z)
    return ys


@whole(A, 6)
def of_bools(a, n):
    ys = []
    for i in range(n):
        ys.append(a > i * 0.1)
    return ys


@whole(6)
def without_elements(n):
    ys = []
    for _ in range(n):
        ys.append(np.zeros(0))
    return ys


@whole(9)
def in_a_dict(n):
    d = {}
    for i in range(n):
        k = i % 4
        if k in d:
            d[k] = d[k] + i
        else:
            d[k] = np.full(2, float(i))
    return d


@whole(6)
def in_lists_of_lists(n):
    rows = []
    for i in range(n):
        row = []
        for j in range(3):
            row.append(np.full(2, float(i * j)))
        rows.append(row)
    return rows


@whole(300)
def dropped_again(n):
    s = 0.0
    for i in range(n):
        parts = []
        for j in range(5):
            parts.append(np.full(100, float(j + i)))
        s += parts[2][3]
    return s


@whole(300)
def kept_by_others(n):
    best = [np.zeros(50)]
    s = 0.0
    for i in range(n):
        tried = []
        for j in range(4):
            tried.append(best[0] + np.full(50, 0.25 * j))
        best = [tried[i % 4]]
        s += best[0][7]
    return s, best


@whole(9)
def exchanged(n):
    ys = [np.full(2, float(i)) for i in range(4)]
    for i in range(n):
        a, b = i % 4, (i * 3 + 1) % 4
        ys[a], ys[b] = ys[b], ys[a]
    return ys


@whole(9)
def turned_round(n):
    ys = []
    for i in range(n):
        ys.append(np.full(2, float(i)))
    ys.reverse()
    return ys + ys[:2], len(ys)


@whole(9)
def copied_and_stored_into(n):
    ys = []
    y = np.ones(3)
    for i in range(n):
        y = y + 1
        ys.append(y.copy())
        y[i % 3] = 0
    return ys, y


def _held(y, ys):
    ys.append(y * 1)
    return y


@whole(9)
def by_a_function(n):
    ys = []
    y = np.ones(2)
    for i in range(n):
        y = _held(y + i, ys)
    return ys, y


@whole(A, 5)
def comprehended(a, n):
    s = 0.0
    for k in range(n):
        s += [a * i + k for i in range(4)][2].sum()
    return s, [a * i for i in range(n)]


@whole(A, 5)
def rows_divided(a, n):
    return [r / r.sum() for r in a]


@whole(A, 5)
def rows_as_they_are(a, n):
    rows = [r for r in a if n]
    s = 0.0
    for r in rows:
        s += r.sum()
    return rows, s


@whole(A, 5)
@whole(V, 5)
def views(a, n):
    ys = []
    v = None
    for i in range(n):
        v = a[i % 2 :]
        ys.append(v)
    return ys, v


@whole(V, 5)
def what_was_passed(a, n):
    ys = [a]
    for _ in range(n):
        ys.append(ys[-1] * 0.5)
        ys.append(a)
    return ys


@left(V, 5)
def what_was_passed_is_stored_into(a, n):
    ys, s = [a], 0.0
    for i in range(n):
        ys.append(a[:2])
        a[0] = i
        s += ys[-1][0] + ys[0][0]
    return ys, s


@left(A, 5)
def columns(a, n):
    return [a[:, j] for j in range(3)]


@left(9)
def stored_into_behind(n):
    ys = []
    y = np.arange(3.0)
    for i in range(n):
        ys.append(y)
        y[0] = i
        if i % 3 == 0:
            y = y + 1
    return ys


@left(9)
def changed_in_place_behind(n):
    ys = []
    y = np.arange(3.0)
    for _ in range(n):
        y = y * 1.5
        ys.append(y)
        y += 1
    return ys


@left(9)
def twice_the_same(n):
    ys = []
    y = np.zeros(2)
    for i in range(n):
        y = np.full(2, float(i))
        ys.append(y)
        ys.append(y)
    return ys, ys[0] is ys[1], ys[-1] is y


@left(9)
def parts_held_before(n):
    ys, v = [], None
    y = np.arange(6.0)
    for _ in range(n):
        y = y + 1
        v = y[1:3]
        ys.append(y)
    return ys, v, v.base is y


@left(9)
def parts_held_behind(n):
    ys, v = [], None
    y = np.arange(6.0)
    for _ in range(n):
        y = y + 1
        ys.append(y)
        v = y[1:3]
    return ys, v, v.base is y


@left(9)
def of_several_types(n):
    ys = []
    for i in range(n):
        ys.append(np.zeros(2) if i % 2 else np.zeros(2, "f4"))
    return ys


@left(9)
def beside_numbers(n):
    ys = []
    for i in range(n):
        ys.append(np.zeros(2) if i % 2 else 1.0)
    return ys


@left(8)
def reported(n):
    ys = []
    for i in range(n):
        ys.append(np.full(3, 1.0) / (n // 2 - i))
    return ys


@left(V, 8)
def raised(a, n):
    ys = []
    try:
        for i in range(n):
            ys.append(a * 2)
            a[i]
    except IndexError:
        return ys, len(ys)


@left(9)
def compared(n):
    ys, count = [], 0
    for i in range(n):
        y = np.full(1, float(i))
        ys.append(y)
        if y in ys:
            count += 1
    return count


@whole(9)
def joined_in_a_loop(n):
    s = 0.0
    for k in range(n):
        ys = []
        for i in range(k + 1):
            ys.append(np.full(3, i * 0.5))
        s += np.array(ys).sum() + np.concatenate(ys).mean() + np.vstack(ys)[0, 1] + np.hstack(ys)[-1]
    return s


@whole(9)
@left(0)
def joined(n):
    ys = []
    for i in range(n):
        ys.append(np.full(3, i * 0.5))
    return np.array(ys), np.stack(ys), np.vstack(ys), np.concatenate(ys), np.hstack(ys)


@whole(A, 6)
def joined_of_axes(a, n):
    ys = []
    for i in range(n):
        ys.append(a[:2] * i)
    return np.array(ys), np.stack(ys), np.vstack(ys), np.concatenate(ys)


@left(9)
def of_lengths_that_do_not_fit(n):
    s = 0.0
    for k in range(n):
        ys = []
        for i in range(k + 1):
            ys.append(np.full(i % 3, i * 0.5))
        s += np.concatenate(ys).sum()
        if k > 4:
            s += np.array(ys[3:5]).sum()
    return s


@whole(A, 5)
@whole(V, 5)
def written_down(a, n):
    s = 0.0
    for i in range(n):
        s += np.concatenate([a, a * 2, a[:1]]).sum() + np.vstack([a, a])[-1].sum()
        s += np.stack((a, a + 1)).sum() + np.array([a, a * i])[0].sum()
    return s


@whole(V, 5)
def grown(a, n):
    o, p, q = a, np.array([]), np.zeros(0, int)
    for i in range(n):
        o = np.append(np.concatenate((a, o * 0.5), axis=0), o[:2])
        p = np.append(p, i * 0.5)
        q = np.append(q, i)
    return o, p, q


@whole(V, 5)
def turned(a, n):
    o = a.copy()
    for _ in range(n):
        o = np.concatenate([o[1:], o[:1]])
    return o


@left(A, 5)
def joined_in_the_order_of_fortran(a, n):
    ys, b = [], a.T
    for _ in range(n):
        ys.append(np.concatenate([b, b]))
        ys.append(np.vstack([b[::2], b[::-2]]))
    return ys


@left(6)
def joined_of_several_types(n):
    s = 0.0
    for i in range(n):
        s += np.concatenate([np.zeros(2), np.zeros(2, "f4")]).sum() + np.append(np.ones(2), i).sum()
    return s


@left(6)
def joined_of_others(n):
    s = 0.0
    for i in range(n):
        s += np.concatenate([np.zeros((2, 3)), np.zeros((2, 3 if i < 4 else 4))]).sum()
    return s


def _field(t, y):
    return np.array([y[1], -y[0]])


@whole(_field, np.array([1.0, 0.0]), 12)
def integrated(f, y0, n):
    y, t, h = y0, 0.0, 0.1
    ts, ys = [t], [y]
    for _ in range(n):
        k1 = f(t, y)
        k2 = f(t + h, y + h * k1)
        y = y + h / 2 * (k1 + k2)
        t += h
        ts.append(t)
        ys.append(y)
    return np.array(ts), np.array(ys)


test_nothing_is_left_to_python, test_what_is_left_gives_the_same = PROGRAMS.tests()


def test_what_a_call_gave_stays_the_view_that_it_is() -> None:
    def f(d, limit):
        out, ordered, last = [], [], np.where(d[0] <= limit)[0]
        for i in range(len(d)):
            last = np.where(d[i] <= limit)[0]
            out.append(last)
            ordered.append(np.sort(d[i]))
        return out, ordered, last, [np.nonzero(row > limit)[0] for row in d]

    d = np.random.default_rng(0).random((5, 8))
    assert not f(d, 0.5)[2].flags.owndata
    assert whole_calls(check(f, (d, 0.5))) == 4
