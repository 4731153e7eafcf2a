"""Names of labels as people's config.json have them: each is offered once, and can be chosen."""

import unicodedata

import pytest

from models.canonical import canonical, find_label
from models.checkpoints.label_names import clean_names

NAMES = [
    (["neg", "pos"], ("neg", "pos")),
    (["Positive", "positive", "POSITIVE"], ("Positive", "positive", "POSITIVE")),
    (["neg\r", "pos\r"], ("neg", "pos")),
    ([" not  happy", "very happy "], ("not happy", "very happy")),
    (["", "pos", "\u200b"], ("LABEL_0", "pos", "LABEL_2")),
    ([None, 1], ("LABEL_0", "1")),
    (["neg", "pos", "neg"], ("neg", "pos", "neg (2)")),
    (["a", "a ", "a (2)"], ("a", "a (3)", "a (2)")),
    (["a\u200b", "a"], ("a", "a (2)")),
    ([unicodedata.normalize("NFD", "정치"), "경제"], ("정치", "경제")),
    (["👩‍👩‍👧 가족", "❤️"], ("👩‍👩‍👧 가족", "❤️")),
]


@pytest.mark.parametrize(("names", "cleaned"), NAMES)
def test_names_are_cleaned_once_for_all(names, cleaned):
    assert clean_names(names) == cleaned
    assert clean_names(cleaned) == cleaned
    assert len(set(map(canonical, cleaned))) == len(names)
    assert [find_label(name, cleaned) for name in cleaned] == list(cleaned)
