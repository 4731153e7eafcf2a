"""The curve of a loss: a picture where there is one to see."""

import math
import subprocess
import sys

import pytest

from handlers.training.charts.loss import loss_chart
from handlers.types import Language

EN, KO = Language.ENGLISH, Language.KOREAN


async def test_a_picture_and_its_words() -> None:
    chart = await loss_chart({1: 0.9, 3: 0.25, 2: math.nan}, EN)
    assert chart and chart.name == "loss.png"
    assert chart.content.startswith(b"\x89PNG") and len(chart.content) < 200_000
    assert chart.alt.endswith("over 3 steps: 0.900 at the beginning, 0.250 at the end.")
    korean = await loss_chart({1: 0.9, 3: 0.25}, KO)
    assert korean and "손실" in korean.alt


@pytest.mark.parametrize("losses", [{}, {1: 0.5}, {1: 0.5, 2: math.inf}])
async def test_where_there_is_no_curve_there_is_none(losses: dict[int, float]) -> None:
    assert await loss_chart(losses, EN) is None


async def test_a_long_training_is_no_larger_a_picture() -> None:
    chart = await loss_chart({step: 1 / (step + 1) for step in range(200_000)}, EN)
    assert chart and len(chart.content) < 200_000


async def test_negative_losses_are_drawn_too() -> None:
    assert await loss_chart({1: -1.0, 2: -3.0}, EN)


def test_nothing_is_imported_for_it_at_the_start() -> None:
    code = (
        "import sys, bot.app, bot.on_slack.connection.door; sys.exit('matplotlib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
