"""Words of Latin letters are one thing, Hangul is read token by token, and spans begin first."""

from itertools import product

import numpy as np
import pytest

from models.results import Aggregation
from models.tasks.tokens.spans import latin_words, spans

LABELS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")


def cut(text: str, *pieces: str) -> list[tuple[int, int]]:
    """The places of pieces that follow each other in `text`."""
    places, end = [], 0
    for piece in pieces:
        start = text.index(piece, end)
        end = start + len(piece)
        places.append((start, end))
    return places


def found(text: str, *pieces: tuple[str, list[float]]) -> list[tuple[str, str, float]]:
    places = cut(text, *(piece for piece, _ in pieces))
    shares = np.array([share for _, share in pieces])
    return [
        (text[each.start : each.end], each.label, round(each.score, 4))
        for each in spans(Aggregation.PATH, LABELS, places, latin_words(text, places), shares)
    ]


PER = [0.1, 0.7, 0.2, 0.0, 0.0]
INSIDE = [0.1, 0.1, 0.8, 0.0, 0.0]
NOTHING = [0.8, 0.1, 0.1, 0.0, 0.0]
PLACE = [0.2, 0.0, 0.0, 0.4, 0.4]


def test_a_piece_of_a_word_goes_with_the_mean_of_the_word():
    broken = found("Minjeong", ("Min", PER), ("je", PLACE), ("ong", INSIDE))
    assert broken == [("Minjeong", "PER", 0.6)]
    half = found("Mina x", ("Min", [0.6, 0.3, 0.1, 0.0, 0.0]), ("a", INSIDE), (" x", NOTHING))
    assert half[0] == ("Mina", "PER", 0.65)


def test_nothing_goes_on_that_has_not_begun():
    inside = [0.3, 0.1, 0.6, 0.0, 0.0]
    assert found("서울", ("서울", inside)) == [("서울", "O", 0.3)]
    both = found("서울시", ("서울", [0.3, 0.4, 0.3, 0.0, 0.0]), ("시", inside))
    assert both == [("서울시", "PER", 0.7)]


def test_a_particle_stays_outside_of_a_name():
    text = "민아는 Mina는 K팝을"
    read = found(
        text,
        ("민아", PER),
        ("는", NOTHING),
        (" Min", PER),
        ("a", INSIDE),
        ("는", NOTHING),
        (" K", PER),
        ("팝", NOTHING),
        ("을", NOTHING),
    )
    assert [each[0] for each in read if each[1] == "PER"] == ["민아", " Mina", " K"]


def test_the_mark_of_a_capital_is_in_no_word_and_splits_no_name():
    read = found("New York", ("New", PER), (" ", NOTHING), ("York", INSIDE))
    assert read == [("New York", "PER", 0.9)]


def test_two_names_side_by_side_stay_two():
    read = found("Mina Jane", ("Mina", PER), (" Jane", PER))
    assert [each[:2] for each in read] == [("Mina", "PER"), (" Jane", "PER")]


@pytest.mark.parametrize(
    ("text", "pieces", "words"),
    [
        ("2026년 3pm", ["20", "26", "년", " 3", "pm"], [[0, 1], [2], [3, 4]]),
        ("O'Neill-Kim", ["O", "'", "Neill", "-", "Kim"], [[0], [1], [2], [3], [4]]),
        ("Łódź에서", ["Ł", "ód", "ź", "에서"], [[0, 1, 2], [3]]),
        ("日本 a", ["日", "本", " a"], [[0], [1], [2]]),
        ("🐰a", ["🐰", "a"], [[0], [1]]),
        ("", [], []),
    ],
)
def test_words_are_runs_of_latin_letters_and_digits(text, pieces, words):
    assert latin_words(text, cut(text, *pieces)) == words


def test_tokens_that_share_a_place_are_one_word_and_empty_ones_are_alone():
    assert latin_words("Mina", [(0, 1), (0, 1), (0, 3), (3, 4), (0, 0)]) == [[0, 1, 2, 3], [4]]


def test_the_path_is_the_most_probable_of_all_on_which_spans_begin_first():
    dice = np.random.default_rng(7)
    places = [(place, place + 1) for place in range(4)]
    words = [[place] for place in range(4)]
    moved = 0
    for _ in range(50):
        shares = dice.dirichlet([0.6] * len(LABELS), len(words))
        legal = [
            path
            for path in product(range(len(LABELS)), repeat=len(words))
            if all(
                not LABELS[now].startswith("I-")
                or (at and LABELS[path[at - 1]] in (LABELS[now], "B-" + LABELS[now][2:]))
                for at, now in enumerate(path)
            )
        ]
        best = max(legal, key=lambda path: sum(np.log(shares[range(4), path])))
        read = spans(Aggregation.PATH, LABELS, places, words, shares)
        starts = [each.start for each in read if each.label != "O"]
        assert starts == [place for place in range(4) if LABELS[best[place]].startswith("B-")]
        moved += tuple(shares.argmax(axis=1)) != best
    assert moved > 10, "each word for itself was right already"


def test_labels_that_know_no_beginnings_may_go_on_from_anything():
    shares = np.array([[0.2, 0.8], [0.3, 0.7], [0.9, 0.1]])
    read = spans(
        Aggregation.PATH, ("O", "I-PER"), [(0, 1), (1, 2), (2, 3)], [[0], [1], [2]], shares
    )
    assert [(each.label, each.start, each.end) for each in read] == [("PER", 0, 2), ("O", 2, 3)]


def test_no_words_have_no_spans():
    assert spans(Aggregation.PATH, LABELS, [], [], np.zeros((0, len(LABELS)))) == []
