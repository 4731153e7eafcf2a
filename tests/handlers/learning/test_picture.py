"""Pictures are drawn once for the same figures, and anew for others."""

import asyncio

from handlers.learning.picture import drawn


async def test_the_same_figures_are_drawn_once_however_many_look():
    seen: list[tuple[int, ...]] = []

    def plot(axes, figures):
        seen.append(figures)
        axes.bar(range(len(figures)), figures)

    many = await asyncio.gather(*(drawn(plot, (1, 2)) for _ in range(8)))
    assert len({*many}) == 1 and seen == [(1, 2)]
    assert await drawn(plot, (1, 3)) not in many and seen == [(1, 2), (1, 3)]
    assert await drawn(plot, (1, 2)) == many[0] and len(seen) == 2


async def test_two_charts_of_the_same_figures_are_not_taken_for_each_other():
    bars = await drawn(lambda axes, figures: axes.bar(range(2), figures), (1, 2))
    line = await drawn(lambda axes, figures: axes.plot(range(2), figures), (1, 2))
    assert bars != line


async def test_what_could_not_be_drawn_is_tried_again():
    tried: list[int] = []

    def plot(axes, figure):
        tried.append(figure)
        if len(tried) == 1:
            raise ValueError(figure)

    assert await drawn(plot, 7) is None, "a chart is worth no failure"
    assert (await drawn(plot, 7)).startswith(b"\x89PNG") and tried == [7, 7]
