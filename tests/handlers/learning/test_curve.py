"""What more labels are said to be worth: what a power law gives, or nothing."""

import pytest

from handlers.learning.curve import MOST_MORE, Worth, worth
from handlers.texts import sentences
from handlers.training.charts.curve import curve_chart, worth_in_words
from handlers.types import Language
from models.finetune.plan import CurvePoint


def curve(scores, first=50, error=0.004):
    return [CurvePoint(first * 2**n, score, error) for n, score in enumerate(scores)]


def power_law(texts: float) -> float:
    return 0.9 - 1.5 * texts**-0.5


def test_it_is_what_a_power_law_gives() -> None:
    points = [CurvePoint(n, power_law(n), 0.001) for n in (50, 100, 200, 400)]
    found = worth(points)
    assert found is not None and found.more == MOST_MORE
    assert found.gain == pytest.approx(power_law(600) - power_law(400), abs=0.004)


def test_never_more_than_twice_the_texts() -> None:
    assert worth(curve([0.3, 0.5, 0.6], first=30)).more == 120


def test_a_gain_that_is_surely_small_is_called_hardly_any() -> None:
    assert worth(curve([0.700, 0.698, 0.701], error=0.002)) == Worth(200, 0.0)


def test_a_gain_that_chance_hides_is_not_told_of() -> None:
    assert worth(curve([0.66, 0.65, 0.69], error=0.03)) is None


@pytest.mark.parametrize(
    "points",
    [
        [],
        curve([0.5, 0.6]),
        curve([0.3, 0.5, 0.6], first=10),
        curve([0.6, 0.5, 0.6], error=0.05),
        curve([0.6, 0.5, 0.4]),  # it falls: that is chance, or labels that get worse
        [CurvePoint(40, 0.3, 0.01), CurvePoint(120, 0.5, 0.01), CurvePoint(200, 0.6, 0.01)],
    ],
)
def test_where_it_cannot_be_told(points) -> None:
    assert worth(points) is None
    assert worth_in_words(points, Language.ENGLISH) is None


@pytest.mark.parametrize("language", Language)
async def test_it_is_drawn_and_told_in_words(language) -> None:
    points = curve([0.3, 0.5, 0.6])
    picture = await curve_chart(points, language)
    assert picture and picture.content.startswith(b"\x89PNG") and "200" in picture.alt
    assert "60%" in picture.alt
    said = worth_in_words(points, language)
    assert said and "200" in said and "9.7" in said
    hardly = worth_in_words(curve([0.7, 0.698, 0.701], error=0.002), language)
    assert hardly and "50" in hardly and "200" in hardly
    assert await curve_chart(points[:2], language) is None
    assert {"curve.worth", "curve.hardly"} <= set(sentences(language))
