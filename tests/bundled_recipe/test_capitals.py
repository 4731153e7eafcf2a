"""Marks of capitals before words whose pieces stay in small letters."""

from pathlib import Path

import pytest
from tokenizers import Tokenizer

from bundled_recipe.body.vocabulary import load_tokenizer, save_tokenizer, wrapped
from bundled_recipe.entities.capitals import ALL, FIRST, with_marks
from models.checkpoints.tokenizing.modest_rules import require_modest
from models.results import Checkpoint, Origin
from tests.bundled_recipe import tiny


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    return load_tokenizer(tiny.write_body(tmp_path_factory.mktemp("t") / "b")).backend_tokenizer


@pytest.fixture(scope="module")
def marking(usual: Tokenizer) -> Tokenizer:
    return with_marks(usual)


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("jane ran in busan", ""),
        ("Jane ran in Busan", FIRST * 2),
        ("In May they may", FIRST * 2),
        ("NASA and KBS, not Nasa", ALL * 2 + FIRST),
        ('("Jane") @Minsu #Seoul', ""),
        ("서울에서 Jane과 IBM을", FIRST + ALL),
        ("A", FIRST),
        ("iPhone", ""),
        ("", ""),
        ("🙂", ""),
    ],
)
def test_words_with_capitals_are_marked(marking: Tokenizer, text: str, marks: str):
    tokens = marking.encode(text).tokens
    assert "".join(token for token in tokens if token in (FIRST, ALL)) == marks


def test_the_pieces_are_those_that_the_body_knows(usual: Tokenizer, marking: Tokenizer):
    text = "it was Jane who ran in BUSAN with Minsu\t3 times 서울에서"
    theirs, ours = usual.encode(text), marking.encode(text)
    pieces = zip(ours.ids, ours.tokens, ours.offsets, strict=True)
    kept = [(id_, place) for id_, token, place in pieces if token not in (FIRST, ALL)]
    assert kept == list(zip(theirs.ids, theirs.offsets, strict=True))
    assert marking.get_vocab_size() == usual.get_vocab_size()


def test_a_mark_stands_where_the_space_before_the_word_is(marking: Tokenizer):
    text = "at New York"
    found = marking.encode(text)
    places = [
        place for token, place in zip(found.tokens, found.offsets, strict=True) if token == FIRST
    ]
    assert [text[start:end] for start, end in places] == [" ", " "]


def test_it_is_a_tokenizer_that_tokki_trusts(usual: Tokenizer, tmp_path: Path):
    save_tokenizer(wrapped(with_marks(usual)), tmp_path)
    require_modest(Checkpoint("entities", "0", Origin.BUNDLED, tmp_path), tmp_path)


def test_whatever_is_typed_is_read(marking: Tokenizer):
    for text in ("⇧⇪", "A" * 600, "\x00A", "ÄÖ É", "한", "‘Quoted’ “Quoted”", "¡Hola!", "A\n\nB"):
        found = marking.encode(text)
        assert all(0 <= start <= end <= len(text) for start, end in found.offsets)
