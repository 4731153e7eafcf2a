"""Text from outside is compared by one form; what it looks like on the way stays as it was."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.canonical import canonical, find_label, folded, legible, lowered, without_surrogates

TEXTS = st.text(
    alphabet=st.characters() | st.sampled_from("\u200b\u202e\u00ad\u1160\u3164 \u3000\n가ßΐİ１ｶﾞ"),
    max_size=12,
)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("  a\t\nb\u3000c ", "a b c"),
        (unicodedata.normalize("NFD", "한글"), "한글"),
        ("po\u200bsi\u00adtive\ufeff", "positive"),
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("e\u200d\u0301", "é"),  # what stood between a letter and its accent is gone first
        ("２０２６年 ＡＢ！", "2026年 AB!"),
        ("ｶﾞ ﾡ", "ガ ㄱ"),
        ("\u3164a\u3164 \uffa0", "a"),  # Hangul fillers: letters that nobody sees
        ("a\x00b\x1b", "ab"),
        ("❤\ufe0f \u2800", "❤"),
        ("hi\U000e0068\U000e0069", "hi"),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",) * 2,
        ("", ""),
        ("\u200b", ""),
    ],
)
def test_what_cannot_be_seen_makes_no_difference(text: str, same: str):
    assert canonical(text) == same


@given(TEXTS)
def test_a_canonical_form_is_its_own(text: str):
    for form in (canonical, folded, lowered):
        assert form(form(text)) == form(text)
    assert unicodedata.is_normalized("NFC", canonical(text))


@pytest.mark.parametrize("text", ["x²", "①", "㎏", "ㄱㅏ", "ㅠㅠ", "½", "™", "ﬁ"])
def test_what_says_something_else_stays(text: str):
    assert canonical(text) == text


def test_a_model_reads_what_can_be_seen_as_it_was_typed():
    assert legible(unicodedata.normalize("NFD", "한글")) == "한글"
    assert legible("po\u200bsi\u00adtive\u202c\ufeff") == "positive"
    for text in (" a\n\n b\t", "１２", "👩‍👩‍👧 ❤️", "می‌خواهم", "a\x00b"):
        assert legible(text) == text


def test_case_counts_until_it_is_folded():
    assert canonical("Straße") != canonical("STRASSE")
    assert folded("Straße") == folded("STRASSE")
    assert lowered(" Straße\u200b") == "straße"


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("positive", "positive"),
        (" Positive\u200b", "positive"),
        (unicodedata.normalize("NFD", "긍정"), "긍정"),
        ("us", "us"),
        ("US", "US"),
        ("Us", None),  # two would fit
        ("nothing", None),
        ("", None),
    ],
)
def test_a_label_is_found_by_its_exact_name_or_by_the_only_folded_one(typed, label):
    assert find_label(typed, ["positive", "긍정", "us", "US"]) == label


def test_labels_that_look_alike_are_still_told_apart_by_what_was_sent():
    assert find_label("a\u200b", ["a", "a\u200b"]) == "a\u200b"
    assert find_label("A", ["a", "a\u200b"]) is None


def test_lone_surrogates_are_replaced_and_pairs_kept():
    assert without_surrogates("a\ud800b") == "a\ufffdb"
    assert without_surrogates("\ud83d\ude00 👩‍👧") == "😀 👩‍👧"
