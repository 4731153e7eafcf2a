"""Limits that make no sense, as any tokenizer_config.json may hold, still bound a text."""

from types import SimpleNamespace

import pytest
from transformers import BertConfig

from models.checkpoints.configs import token_limit
from models.checkpoints.tokenizing.tokenizer import text_tokenizer
from models.tasks.tokens.encoding import TextEncoder
from tests.models.tiny import wordpiece

BOOK = "good movie " * 10_000


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_a_limit_smaller_than_its_special_tokens_lets_no_book_through(limit: int) -> None:
    encoder = TextEncoder(text_tokenizer(wordpiece()), limit, False, 1000)
    assert len(encoder.encode([BOOK])[0].ids) == max(limit, 2)


@pytest.mark.parametrize("maximum", [0, -1])
def test_a_tokenizer_whose_maximum_is_no_length_says_nothing(maximum: int) -> None:
    tokenizer = SimpleNamespace(model_max_length=maximum)
    config = BertConfig(max_position_embeddings=40)
    assert token_limit(config, tokenizer) == 40  # type: ignore[arg-type]
