"""Texts that two tokenizers cut alike only if they have the same rules."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from models.checkpoints.tokenizing.modest_rules import entries

_FIXED = (
    "",
    " ",
    "Hello, World! It's 3:45 p.m. on 12/31/2026; call +82-2-1234-5678.",
    "안녕하세요? 오늘 날씨가 참 좋네요. 100% 확실해요!",
    "\u1100\u1161\u11a8\u1102\u1161 한국어 ㅋㅋㅋ ㅠㅠ",
    "Café naïve Ångström façade İstanbul straße ﬁne Ａｂｃ１２３ ½",
    "Cafe\u0301 e\u0300 n\u0303",
    "中文分词测试，日本語のテスト。「はい」",
    "Привет мир, مرحبا بالعالم, शुभ दिन, ไทย",
    "  two  spaces\tand a tab\nand a line\r\n",
    "snake_case camelCase x=1; y[0]+=2 // <b>bold</b> {json: true}",
    "https://example.org/?q=a%20b&c=1 someone@example.org #tag @name",
    "🐰👍🏽 👩‍👩‍👧 “quotes” ‘and’ — dashes… \u200b\u00a0\ufeff",
    "0123456789 10 100 1,000 3.14 1e-5",
)
_WORDS_A_TEXT = 12
_MOST_TEXTS = 40
_LONGEST_RULE = 200
_LONG = 20_000
_REPEATED = ("a", "a ", "A1", "가", "한 ", " ", "\n", "1", ".", "🐰", "e\u0301", "\ufdfa")
"""The last is the letter that normalization makes longest."""
_MARKS = str.maketrans("▁Ġ", "  ")


def trial_texts(file: Mapping[str, Any], special: Collection[str]) -> list[str]:
    """Return texts for the content of a tokenizer.json: of its own words and rules, too.

    Special tokens are left out: which words are some, a class knows better than many a file.
    """
    words = [word for word in _words(file.get("model")) if word not in special]
    step = max(1, len(words) // (_WORDS_A_TEXT * _MOST_TEXTS))
    words = words[::step]
    of_words = [
        " ".join(words[start : start + _WORDS_A_TEXT])
        for start in range(0, len(words), _WORDS_A_TEXT)
    ]
    parts = [file.get(part) for part in ("normalizer", "pre_tokenizer")]
    of_rules = [f"a{each}b {each} c" for part in parts for each in _strings(part)]
    return [*_FIXED, *of_words[:_MOST_TEXTS], *of_rules[:_MOST_TEXTS]]


def long_texts(file: Mapping[str, Any]) -> Iterator[str]:
    """Yield texts that are long because something is said again and again, as a rule finds it.

    What reads them in time and memory of some measure does so with a whole book, too.
    """
    parts = [file.get(part) for part in ("normalizer", "pre_tokenizer")]
    of_rules = [each for part in parts for each in _strings(part) if each]
    for each in (*_REPEATED, *of_rules[:_MOST_TEXTS]):
        yield (each * (_LONG // len(each)) + "!")


def _words(model: object) -> Iterator[str]:
    """The vocabulary as people might write it: a dictionary, or pairs of a word and its weight."""
    vocabulary = model.get("vocab") if isinstance(model, Mapping) else None
    for entry in vocabulary if isinstance(vocabulary, Mapping | list) else ():
        word = entry[0] if isinstance(entry, list) and entry else entry
        if isinstance(word, str):
            yield word.removeprefix("##").translate(_MARKS).strip()


def _strings(part: object) -> Iterator[str]:
    """What the rules look for."""
    for key, value in entries(part):
        if key == "String" and isinstance(value, str):
            yield value[:_LONGEST_RULE]


def as_json(text: str) -> Mapping[str, Any]:
    """Read the content of a tokenizer.json; nothing of one that is no JSON object."""
    values = json.loads(text)
    return values if isinstance(values, dict) else {}
