"""By what texts that say nearly the same are found."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.learning import near_duplicates
from models.canonical import folded
from storage.records import Fingerprint

HEADLINE = "시립 도서관 새 자리 찾기 열람실 두 배로 넓힌다"
REMARK = "The library has moved to a larger house by the river"


def fingerprint(text: str) -> Fingerprint:
    return near_duplicates.fingerprint(folded(text))


def is_found(one: str, other: str) -> bool:
    """By a sure key, or by one that may be shared: the sketches then decide."""
    first, second = fingerprint(one), fingerprint(other)
    return bool(set(first.sure) & set(second.sure))


@pytest.mark.parametrize("text", [HEADLINE, REMARK])
@pytest.mark.parametrize(
    "changed",
    [
        str.upper,
        lambda text: text.replace(" ", "", 1),
        lambda text: text.replace(" ", "  "),
        lambda text: f"“{text}”!!",
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text[:5] + "\u200b" + text[5:],
        lambda text: text.replace(text.split()[2], "another"),
        lambda text: text.replace(text.split()[-1], "끝"),
    ],
)
def test_small_changes_are_seen_through(text, changed):
    assert is_found(text, changed(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [("좋아요", "싫어요"), ("👍", "👎"), ("good", "bad"), (HEADLINE, REMARK), ("?", "!")],
)
def test_other_texts_are_others(one, other):
    assert not is_found(one, other)
    assert not set(fingerprint(one).maybe) & set(fingerprint(other).maybe)


def test_half_of_a_text_of_two_words_is_another_text():
    assert not is_found("good movie", "good food")


@given(st.text(alphabet="aA 한ㅎ1🙂\ud800\u200b.", max_size=300))
def test_any_text_has_a_fingerprint(text):
    found = fingerprint(text)
    assert found == fingerprint(text)
    assert len(found.maybe) == 24 and len(found.sketch) % 4 == 0 and len(found.sketch) <= 512
    assert all(-(2**63) <= key < 2**63 for key in (*found.sure, *found.maybe))


def test_a_pair_shares_a_key_as_often_as_it_is_alike():
    """At a Jaccard of .75 nearly always, at .1 nearly never."""
    chance, found = random.Random(1), {True: 0, False: 0}
    for _ in range(200):
        base = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=60))
        for is_near, kept in ((True, 52), (False, 12)):
            other = base[:kept] + "".join(chance.choices("0123456789", k=60 - kept))
            shared = set(fingerprint(base).maybe) & set(fingerprint(other).maybe)
            found[is_near] += bool(shared)
    assert found[True] >= 198 and found[False] <= 5
