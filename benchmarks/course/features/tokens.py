"""Rows on tokenizers."""

import ast
import json
from typing import Any

from benchmarks.course.comparing import json_of, letter
from benchmarks.course.rows import TINY, Answer, Row
from handlers.table import Bilingual
from tests.handlers.coding.pasted import numbers_in

_SENTENCE = "오늘 영화가 정말 재미있어요"
_LOAD = """from importlib.resources import files
import json

from transformers import AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained(str(files("models.bundled") / "bert-wordpiece"))
"""
_PADDED = f"""{_LOAD}
batch = tokenizer(["good movie", "the end of it all"], padding=True)
print(json.dumps(batch["attention_mask"]))
"""
_CUT = """import json

from transformers import AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("org/tiny-roberta")
encoded = tokenizer("아주 긴 글은 여기서 잘려요", truncation=True, max_length=40)
print(json.dumps(encoded["input_ids"]))
"""
_OFFSETS = f"""{_LOAD}
text = "{_SENTENCE}"
places = tokenizer(text, return_offsets_mapping=True)["offset_mapping"]
print(json.dumps([text[start:end] for start, end in places if start < end], ensure_ascii=False))
"""
_SPECIAL = f"""{_LOAD}
print(json.dumps([tokenizer.cls_token, tokenizer.sep_token]))
"""


def _cut_by(feature: Bilingual, name: str) -> Row:
    return Row(
        feature,
        Bilingual(f"/tokenize {_SENTENCE} model:{name}", f"/토큰 {_SENTENCE} 모델:{name}"),
        letter(lambda answer: answer.column(1), _tokens_of),
    )


def _tokens_of(said: str) -> list[str]:
    """The first line has the name, and the tokens as Python shows them."""
    line = said.splitlines()[0]
    return [str(each) for each in ast.literal_eval(line[line.index(" [") + 1 :])]


def _ids(answer: Answer) -> list[int]:
    return [int(each) for each in answer.column(2)]


def _types(answer: Answer) -> list[Any]:
    """Return the types of the first tokenizer, and those of the second or None."""
    first = [int(each) for each in answer.column(3) if each]
    second = [each for each in answer.column(6) if each]
    return [first, None if set(second) == {"–"} else second]


def _types_of(said: str) -> list[Any]:
    lines = said.splitlines()
    return [None if line == "None" else json.loads(line) for line in lines[2::4]]


def _masks(answer: Answer) -> list[list[int]]:
    lines = answer.column(0)
    return [
        [int(row) for line, row in zip(lines, answer.column(4), strict=True) if line == number]
        for number in dict.fromkeys(lines)
    ]


def _pieces(answer: Answer) -> list[str]:
    kinds = answer.column(5)
    return [piece for piece, kind in zip(answer.column(0), kinds, strict=True) if not kind]


def _special(answer: Answer) -> list[str]:
    kinds = answer.column(5)
    return [token for token, kind in zip(answer.column(1), kinds, strict=True) if kind]


TOKENS: tuple[Row, ...] = (
    Row(
        Bilingual("Tokens and their ids", "토큰과 번호"),
        Bilingual(
            "/tokenize I love this movie model:bert-wordpiece",
            "/토큰 I love this movie 모델:bert-wordpiece",
        ),
        letter(_ids, lambda said: numbers_in(said)[0]),
    ),
    Row(
        Bilingual("Special tokens", "특수 토큰"),
        Bilingual("/tokenize good model:bert-wordpiece", "/토큰 good 모델:bert-wordpiece"),
        letter(_special, json_of),
        _SPECIAL,
    ),
    Row(
        Bilingual(
            "token_type_ids of a pair, and why RoBERTa has none",
            "짝의 token_type_ids, 그리고 RoBERTa에는 없는 까닭",
        ),
        Bilingual(
            "/tokenize 안녕 pair:hello model:bert-wordpiece compare:roberta-bytes",
            "/토큰 안녕 짝:hello 모델:bert-wordpiece 비교:roberta-bytes",
        ),
        letter(_types, _types_of),
    ),
    _cut_by(Bilingual("WordPiece (BERT)", "WordPiece (BERT)"), "bert-wordpiece"),
    _cut_by(Bilingual("Byte-level BPE (GPT-2)", "바이트 BPE (GPT-2)"), "gpt2-bytes"),
    _cut_by(Bilingual("Unigram (XLM-RoBERTa)", "Unigram (XLM-RoBERTa)"), "xlmr-unigram"),
    Row(
        Bilingual("Padding and the attention mask", "패딩과 어텐션 마스크"),
        Bilingual(
            '/tokenize text:"good movie\\nthe end of it all" model:bert-wordpiece',
            '/토큰 글:"good movie\\nthe end of it all" 모델:bert-wordpiece',
        ),
        letter(_masks, json_of),
        _PADDED,
    ),
    Row(
        Bilingual("Truncation", "자르기"),
        Bilingual(
            "/tokenize 아주 긴 글은 여기서 잘려요 model:tiny-roberta",
            "/토큰 아주 긴 글은 여기서 잘려요 모델:tiny-roberta",
        ),
        letter(_ids, json_of),
        _CUT,
        model=TINY,
    ),
    Row(
        Bilingual("Offsets: each token's place in the text", "오프셋: 토큰이 글의 어디인지"),
        Bilingual(
            f"/tokenize {_SENTENCE} model:bert-wordpiece",
            f"/토큰 {_SENTENCE} 모델:bert-wordpiece",
        ),
        letter(_pieces, json_of),
        _OFFSETS,
    ),
    Row(
        Bilingual("From ids back to text", "번호에서 다시 글로"),
        Bilingual("/tokenize good movie model:gpt2-bytes", "/토큰 good movie 모델:gpt2-bytes"),
        letter(
            lambda answer: str(answer.reply.code).splitlines()[0].partition(": ")[2],
            lambda said: said.splitlines()[-1],
        ),
    ),
)
