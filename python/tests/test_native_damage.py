"""Images and plans that are refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from test_native_support import (
    F4,
    I8,
    Plan,
    native,
    pack,
    same,
)

rng = np.random.default_rng(6)


# Damage


def viewed(plan: Plan) -> None:
    x, i = plan.input(plan.array(2), 0), plan.input(plan.value("pyint", I8), 1)
    view, double, out = plan.array(), plan.array(), plan.array()
    plan.fact({"a": 1}, "a", expect=1)
    plan.task("view", [x], view, index=[("v", i), slice(1, None)])
    plan.apply("twice", view, double, mode="TEMP")
    plan.apply("add", double, view, out, drops=[double])
    plan.leave(out)


def folded(plan: Plan) -> None:
    """Twice the argument, added up along both axes."""
    x, product, rows, columns = plan.input(plan.array(2), 0), plan.array(2), plan.array(), plan.array()
    out = plan.array()
    plan.apply("twice", x, product, mode="TILE")
    add = plan.object(np.add.reduce)
    zero, one = (plan.input(plan.value("object"), plan.object(n), "const") for n in (0, 1))
    plan.task("fold", [product, one], rows, axis=2, callee=add)
    plan.task("fold", [product, zero], columns, axis=1, callee=add, drops=[product])
    plan.apply("add", rows, columns, out)
    plan.leave(out)


def test_folds() -> None:
    plan = Plan(1, direct=True)
    folded(plan)
    for n in (0, 1, 7, 40, 300):
        for a in (np.random.default_rng(n).normal(size=(n, n)), np.ones((n, n)).T[::-1]):
            same(plan.region()(a), (a + a).sum(axis=1) + (a + a).sum(axis=0))


@pytest.mark.parametrize("build", [viewed, folded])
def test_damaged_images(build: Callable[[Plan], None]) -> None:
    """Any one word changed, or any prefix: refused or harmless, never worse."""
    plan = Plan(2, direct=True)
    build(plan)
    words, objects = plan.words(), tuple(plan.objects)
    addresses = {n for n in range(len(words)) if words[n] > 2**32}
    argument = np.arange(12.0).reshape(3, 4)
    accepted = 0
    for at in range(len(words)):
        for new in (-2, -1, 0, 1, 2, 3, 9, 2**31, 2**62, -(2**63)):
            if at in addresses or words[at] == new:
                continue
            changed = [*words[:at], new, *words[at + 1 :]]
            region = native.Region("damaged")
            try:
                region.add(pack(changed), objects, (), (0,))
            except ValueError:
                continue
            accepted += 1
            region(argument, 1)
            region(argument)
    assert accepted < 400
    for n in range(len(words)):
        with pytest.raises(ValueError, match="damaged"):
            native.Region("short").add(pack(words[:n]), objects, (), (0,))
    with pytest.raises(ValueError, match="damaged"):
        native.Region("odd").add(pack(words)[:-3], objects, (), (0,))
    with pytest.raises(ValueError, match="damaged"):
        native.Region("objects").add(pack(words), (), (), (0,))


def test_refused_plans() -> None:
    def leaves_early(plan: Plan) -> None:
        plan.leave()
        plan.leave()

    def no_leave(plan: Plan) -> None:
        plan.exit()

    def reads_unmade(plan: Plan) -> None:
        plan.leave(plan.array())

    def reads_dropped(plan: Plan) -> None:
        a, out = plan.input(plan.array(), 0), plan.array()
        plan.apply("twice", a, out, drops=[a])
        plan.leave(a)

    def hands_out_scratch(plan: Plan) -> None:
        a, out = plan.input(plan.array(), 0), plan.array()
        plan.apply("twice", a, out, mode="TEMP")
        plan.leave(out)

    def wrong_type(plan: Plan) -> None:
        a, out = plan.input(plan.array(1, F4), 0), plan.array()
        plan.apply("twice", a, out)
        plan.leave(out)

    def wrong_rank(plan: Plan) -> None:
        a, out = plan.input(plan.array(2), 0), plan.array(1)
        plan.apply("twice", a, out)
        plan.leave(out)

    def uncommitted_store(plan: Plan) -> None:
        a, b, out = plan.input(plan.array(), 0), plan.input(plan.array(), 1), plan.array()
        plan.apply("copy", a, b, mode="INTO")
        plan.apply("twice", a, out)
        plan.leave(out)

    def hands_out_a_tile(plan: Plan) -> None:
        a, out = plan.input(plan.array(), 0), plan.array()
        plan.apply("twice", a, out, mode="TILE")
        plan.leave(out)

    def folds_an_argument(plan: Plan) -> None:
        a, out, total = plan.input(plan.array(), 0), plan.array(), plan.value("npscalar")
        plan.apply("twice", a, out, mode="TILE")
        plan.task("fold", [a], total, axis=1, callee=plan.object(np.add.reduce))
        plan.leave(total)

    first = (leaves_early, no_leave, reads_unmade, reads_dropped, hands_out_a_tile, folds_an_argument)
    for build in (*first, hands_out_scratch, wrong_type, wrong_rank, uncommitted_store):
        plan = Plan(2)
        build(plan)
        with pytest.raises(ValueError, match="damaged plan image"):
            plan.region()
