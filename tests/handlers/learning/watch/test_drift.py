"""Other questions are noticed, and the same ones drawn again are not."""

import numpy as np
import pytest

from handlers.learning.watch.drift import (
    WINDOW,
    Answered,
    grams_in,
    labels_drifted,
    margins_drifted,
    psi,
    unknown_grew,
    unknown_share,
)

SHARES = {"joy": 0.5, "anger": 0.3, "fear": 0.2}
TURNED = {"joy": 0.2, "anger": 0.3, "fear": 0.5}


def answers(seed: int, shares=SHARES, sure: float = 3.0, unknown: float = 0.1):
    chance = np.random.default_rng(seed)
    labels = chance.choice(list(shares), WINDOW, p=list(shares.values()))
    margins, new = chance.beta(sure, 2, WINDOW), chance.beta(20 * unknown, 20, WINDOW)
    return [
        Answered(str(label), float(margin), float(share))
        for label, margin, share in zip(labels, margins, new, strict=True)
    ]


@pytest.mark.parametrize("of", [labels_drifted, margins_drifted, unknown_grew])
def test_the_same_questions_drawn_again_are_no_drift(of):
    assert sum(of(answers(n), answers(n + 1000)) is not None for n in range(100)) <= 1


def test_other_labels_are_drift():
    found = labels_drifted(answers(0), answers(1, TURNED))
    assert found and found > 0.25
    assert margins_drifted(answers(0), answers(1, TURNED)) is None


def test_less_sure_answers_are_drift():
    found = margins_drifted(answers(0), answers(1, sure=1.0))
    assert found and found > 0.15
    assert labels_drifted(answers(0), answers(1, sure=1.0)) is None


def test_texts_of_which_nothing_was_learned_are_drift():
    found = unknown_grew(answers(0), answers(1, unknown=0.6))
    assert found and found > 0.2
    assert unknown_grew(answers(0), answers(1, unknown=0.01)) is None, "what is better known"


def test_without_texts_nothing_is_said_of_them():
    plain = [Answered("joy", 0.5) for _ in range(WINDOW)]
    assert unknown_grew(plain, plain) is None
    assert labels_drifted([], plain) is None and margins_drifted(plain, []) is None


def test_a_label_that_was_never_seen_counts():
    assert psi(["a"] * 100, ["b"] * 100) > 5
    assert psi(["a", "b"] * 50, ["b", "a"] * 50) == 0


def test_what_share_of_a_text_is_unknown():
    known = grams_in("Ez 좋은 아침이에요!")
    assert unknown_share("좋은 아침이에요", known) == 0
    assert unknown_share("쿼터니언", known) == 1
    assert unknown_share("", known) in (0, 1) and unknown_share("!!", known) == 1
