"""The example tokenizers: small, loaded by their own class, each in its family's way."""

from pathlib import Path

import pytest
import yaml
from transformers import AutoTokenizer, PreTrainedConfig, PreTrainedTokenizerBase

import models.bundled
from models.checkpoints.catalog import Catalog
from models.checkpoints.tokenizing.tokenizer_loading import make_tokenizer

ROOT = Path(models.bundled.__file__).parent
CLASSES = {
    "bert-wordpiece": "BertTokenizer",
    "gpt2-bytes": "GPT2Tokenizer",
    "roberta-bytes": "RobertaTokenizer",
    "t5-unigram": "T5Tokenizer",
    "xlmr-unigram": "XLMRobertaTokenizer",
}
FRAMES = {
    "bert-wordpiece": ["[CLS]", "A", "[SEP]", "B", "[SEP]"],
    "gpt2-bytes": ["A", "B"],
    "roberta-bytes": ["<s>", "A", "</s>", "</s>", "B", "</s>"],
    "t5-unigram": ["A", "</s>", "B", "</s>"],
    "xlmr-unigram": ["<s>", "A", "</s>", "</s>", "B", "</s>"],
}
LARGEST_BYTES = 2_000_000


def tokenizer_of(name: str) -> PreTrainedTokenizerBase:
    return AutoTokenizer.from_pretrained(ROOT / name, config=PreTrainedConfig())


def test_they_stand_behind_the_checkpoints_and_are_small():
    catalog = Catalog(ROOT)
    assert catalog.tokenizers == tuple(CLASSES)
    assert catalog.names()[-len(CLASSES) :] == catalog.tokenizers
    files = [path for name in CLASSES for path in (ROOT / name).iterdir()]
    assert sum(path.stat().st_size for path in files) < LARGEST_BYTES
    assert {path.name for path in files} == {
        "README.md",
        "facts.json",
        "tokenizer.json",
        "tokenizer_config.json",
    }


@pytest.mark.parametrize("name", CLASSES)
def test_its_class_cuts_as_its_file_says(name):
    own = make_tokenizer(Catalog(ROOT).find(name), None)
    assert own.class_name == CLASSES[name]
    assert not own.is_by_file


@pytest.mark.parametrize("name", CLASSES)
def test_it_frames_a_pair_as_its_family_does(name):
    tokenizer = tokenizer_of(name)
    encoded = tokenizer("그래요?", "why so?")
    sources = {None: None, 0: "A", 1: "B"}
    frame: list[str] = []
    for id_, source in zip(encoded["input_ids"], encoded.sequence_ids(), strict=True):
        shown = sources[source] or tokenizer.convert_ids_to_tokens(id_)
        if source is None or frame[-1:] != [shown]:
            frame.append(shown)
    assert frame == FRAMES[name]


def test_only_berts_tells_two_texts_apart():
    for name in CLASSES:
        types = tokenizer_of(name)("하나", "둘").get("token_type_ids")
        assert (set(types) == {0, 1}) if name == "bert-wordpiece" else types is None


def test_of_two_byte_level_ones_one_begins_with_the_space_of_a_word():
    assert tokenizer_of("roberta-bytes").tokenize("the")[0].startswith("Ġ")
    assert not tokenizer_of("gpt2-bytes").tokenize("the")[0].startswith("Ġ")


@pytest.mark.parametrize("name", ["gpt2-bytes", "roberta-bytes"])
def test_bytes_leave_nothing_out(name):
    text = "뷁 쀍! Ελλάδα 🐰\u200d🥕"
    tokenizer = tokenizer_of(name)
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    assert tokenizer.decode(ids).strip() == text


@pytest.mark.parametrize("name", CLASSES)
def test_korean_words_are_pieces_of_more_than_a_syllable(name):
    text = "오늘 영화 정말 재미있게 봤어요"
    assert len(tokenizer_of(name).tokenize(text)) < len(text)


@pytest.mark.parametrize("name", CLASSES)
def test_its_card_says_that_it_is_an_example_of_our_own(name):
    _, front, body = (ROOT / name / "README.md").read_text(encoding="utf-8").split("---", 2)
    assert yaml.safe_load(front)["license"] == "cc-by-sa-4.0"
    assert "no published model's tokenizer" in body and CLASSES[name] in body
