"""The curve of a quick model: it climbs where there is something to learn, and is left out else."""

from dataclasses import replace

import pytest

from models.finetune.learning_curve import FEWEST_TEXTS, learning_curve
from models.finetune.plan import Example
from tests.models.finetune.conftest import FILLERS


@pytest.fixture
def labelled(plan):
    others = ("so", "the", "was")
    words = [f"{word} {other}" for word in ("good", "bad", "🙂", "🙁") for other in others]
    texts = [f"{filler} {word}" for filler in FILLERS for word in words]
    rows = tuple(Example(text, int("bad" in text or "🙁" in text)) for text in texts)
    return replace(plan, train=rows)


def test_more_texts_are_better_up_to_all_of_them(labelled) -> None:
    points = learning_curve(labelled)
    assert [one.texts for one in points] == [11, 22, 45, 90]
    assert points[-1].macro_f1 > points[0].macro_f1
    assert all(0 <= one.macro_f1 <= 1 and one.error >= 0 for one in points)
    assert learning_curve(labelled) == points, "the same plan draws the same curve"


def test_few_texts_tell_nothing(labelled) -> None:
    assert learning_curve(replace(labelled, train=labelled.train[: FEWEST_TEXTS - 1])) == ()


def test_sets_have_one_too(labelled) -> None:
    rows = tuple(
        replace(row, label=-1, held=(row.label,) if number % 3 else ())
        for number, row in enumerate(labelled.train)
    )
    points = learning_curve(replace(labelled, train=rows, is_multi_label=True))
    assert [one.texts for one in points] == [11, 22, 45, 90]
    assert all(0 < one.macro_f1 <= 1 for one in points)


def test_a_base_that_knows_the_labels_may_have_seen_the_texts(labelled, make_classifier) -> None:
    assert learning_curve(replace(labelled, base=make_classifier(labelled.labels))) == ()


def test_a_label_of_one_text_does_not_stop_it(labelled) -> None:
    rows = (*labelled.train, Example("film film", 2))
    points = learning_curve(replace(labelled, labels=("good", "bad", "odd"), train=rows))
    assert points and points[-1].macro_f1 < 1
