"""A particle goes with the last sound of the word before it, as it is read."""

import pytest

from handlers.texts import say, sentences
from handlers.texts.particles import Sentences
from handlers.types import Language


@pytest.mark.parametrize(
    ("word", "to", "object_"),
    [
        ("사회", "로", "를"),
        ("긍정", "으로", "을"),
        ("서울", "로", "을"),
        ("positive", "로", "를"),
        ("neutral", "로", "을"),
        ("spam", "으로", "을"),
        ("book", "으로", "을"),
        ("NLP", "로", "를"),
        ("XML", "로", "을"),
        ("ours@1", "로", "을"),
        ("ours@10", "으로", "을"),
        ("2", "로", "를"),
        ("3", "으로", "을"),
        ("“정치”", "로", "를"),
        ("(칸)", "으로", "을"),
        ("!?", "로", "를"),
        ("", "로", "를"),
    ],
)
def test_each(word, to, object_):
    said = Sentences().format("{it:으로}|{it:을}", it=word)
    assert said == f"{word}{to}|{word}{object_}"


def test_a_quotation_mark_may_stand_between():
    assert "“민아”를" in say(Language.KOREAN, "error.group_unmentioned", value="민아", key="누가")
    assert "“길동”을" in say(Language.KOREAN, "error.group_unmentioned", value="길동", key="누가")


def test_what_is_taken_to_learn():
    said = say(Language.KOREAN, "feedback.said_label", query=1, label="사회")
    assert said == "고마워요. #1 글은 사회로 배울게요."


def test_no_sentence_leaves_the_choice_to_its_reader():
    for key, sentence in sentences(Language.KOREAN).items():
        for both in (
            "(으)",
            "(이)",
            "을(를)",
            "(을)",
            "은(는)",
            "이(가)",
            "와(과)",
            "견주",
            "견줄",
        ):
            assert both not in sentence, key


def test_a_count_of_one_is_no_plural():
    for count, text in ((0, "0 texts"), (1, "1 text"), (2, "2 texts"), ("1,000", "1,000 texts")):
        assert Sentences().format("{n:text|texts}", n=count) == text
