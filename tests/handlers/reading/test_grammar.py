import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.asking.classifying.classify import CLASSIFY
from handlers.commands import TABLE
from handlers.reading.grammar import _TOKEN, parse
from handlers.types import UserError
from tests.regex_steps import steps

TEXT, *_, TOP = (option.name for option in CLASSIFY.options)


def options(line: str) -> dict[str, str]:
    return parse(line, TABLE).options


def error(line: str) -> UserError:
    with pytest.raises(UserError) as caught:
        parse(line, TABLE)
    return caught.value


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/classify I love this", {"text": "I love this"}),
        ("/classify I love this top:2", {"text": "I love this", "top": "2"}),
        ("/classify model:topics I love this", {"text": "I love this", "model": "topics"}),
        ("/classify I model:topics love", {"text": "I love", "model": "topics"}),
        ('/classify text:"two words"', {"text": "two words"}),
        ("/classify text:two words", {"text": "two words"}),
        ("/classify top:2 text: two words", {"text": "two words", "top": "2"}),
        ("/분류 글:두 낱말 개수:2", {"text": "두 낱말", "top": "2"}),
        ("/classify text:“두 낱말”", {"text": "두 낱말"}),
        (
            "/분류 이 영화 정말 좋아요 모델:sentiment",
            {"text": "이 영화 정말 좋아요", "model": "sentiment"},
        ),
        ('/classify "model:x is what he said"', {"text": "model:x is what he said"}),
        ('/classify he said "model:x" to me', {"text": 'he said "model:x" to me'}),
        ('/classify text:"a \\"b\\" \\\\ c\\nd"', {"text": 'a "b" \\ c\nd'}),
        ("/classify see https://example.org/a:b now", {"text": "see https://example.org/a:b now"}),
        (
            "/classify at 10:30, std::vector, note: this",
            {"text": "at 10:30, std::vector, note: this"},
        ),
        ("/classify :smile: C:\\Users", {"text": ":smile: C:\\Users"}),
        ("/classify two\nlines top:1", {"text": "two\nlines", "top": "1"}),
        ("/classify\nbelow", {"text": "below"}),
        ("/분류 좋아요 모델：topics 개수：2", {"text": "좋아요", "model": "topics", "top": "2"}),
        ("/분류 그가 말했다：좋아 시간：3", {"text": "그가 말했다：좋아 시간：3"}),
        ("/CLASSIFY MODEL:topics x", {"text": "x", "model": "topics"}),
        ("/classify 'tis \"unfinished", {"text": "'tis \"unfinished"}),
        ('/토큰 글:"첫 줄\\n둘째 줄" 비교:topics', {"text": "첫 줄\n둘째 줄", "compare": "topics"}),
        ('/토큰 안녕 짝:"두 번째"', {"text": "안녕", "pair": "두 번째"}),
        (
            "/토큰 안녕 짝:두 번째 글 비교:topics",
            {"text": "안녕", "pair": "두 번째 글", "compare": "topics"},
        ),
        ("/토큰 안녕 짝:두 번째\n셋째", {"text": "안녕 \n셋째", "pair": "두 번째"}),
        ("/토큰 짝:두 번째 글", {"text": "번째 글", "pair": "두"}),
        ("/제로샷 라벨:정치, 날씨，경제 골키퍼", {"text": "골키퍼", "labels": "정치, 날씨，경제"}),
        ("/제로샷 골키퍼 라벨:정치, 생활 문화", {"text": "골키퍼", "labels": "정치, 생활 문화"}),
        ("／분류 좋아요", {"text": "좋아요"}),
        ("/ 분류 좋아요", {"text": "좋아요"}),
        ("/classify let x:1 be C:\\dir", {"text": "let x:1 be C:\\dir"}),
        ("/jobs 12", {"number": "12"}),
        ("/help", {}),
        ("/modelinfo topics", {"model": "topics"}),
    ],
)
def test_a_line_is_taken_apart(line: str, expected: dict[str, str]):
    assert options(line) == expected


@pytest.mark.parametrize(
    ("line", "code", "fact"),
    [
        ("hello", "not_a_command", {}),
        ("분류 좋아요", "slash_missing", {"line": "분류 좋아요"}),
        ("/clasify x", "unknown_command", {"nearest": ["/classify"]}),
        ("/", "unknown_command", {}),
        ("/qnsfb 좋아요", "unknown_command", {"nearest": ["/분류"]}),
        ("/ㅊㅣㅁㄴ냐료 good", "unknown_command", {"nearest": ["/classify"]}),
        ("/ㄿㅁㄴㄱ", "unknown_command", {}),
        ("/classify x modle:topics", "unknown_option", {"nearest": ["model:"]}),
        ("/classify x foo:bar", "unknown_option", {"key": "foo"}),
        ('/질문 질문:"누가" 미나가', "unknown_option", {"nearest": ["물음:", "본문:"]}),
        ("/ask who:x Mina", "unknown_option", {"nearest": ["question:"]}),
        ('/ask modl:x question:"Who?" Mina', "unknown_option", {"nearest": ["model:"]}),
        ("/classify x top:1 top:2", "option_twice", {"key": TOP}),
        ("/classify x top:1 개수:2", "option_twice", {"key": TOP}),
        ("/classify x text:y", "option_twice", {"key": TEXT}),
        ("/classify x model:", "option_without_value", {"key": "model"}),
        ('/classify text:"never closed', "open_quote", {"key": "text"}),
        ("/models extra", "no_free_text", {}),
    ],
)
def test_a_wrong_line_says_what_would_be_right(line: str, code: str, fact: dict[str, object]):
    caught = error(line)
    assert caught.code == code
    assert fact.items() <= caught.facts.items()


@given(st.text(max_size=200))
def test_nothing_typed_breaks_the_grammar(text: str):
    try:
        parsed = parse(f"/classify {text}", TABLE)
    except UserError:
        return
    assert set(parsed.options) <= {"text", "model", "top"}


@given(st.text(min_size=1, max_size=200))
def test_a_quoted_text_arrives_as_it_was(text: str):
    quoted = text.replace("\\", "\\\\")
    for mark in '"“”':
        quoted = quoted.replace(mark, f"\\{mark}")
    assert options(f'/classify text:"{quoted}"') == {"text": text}


UNITS = ['" ', 'a:"', "aa: ", '"a', "(" * 9]


@pytest.mark.parametrize("unit", UNITS)
def test_a_hundred_thousand_characters_are_read(unit: str):
    text = unit * (100_000 // len(unit))
    assert options(f"/classify {text}") == {"text": text.strip()}


@pytest.mark.parametrize("unit", [*UNITS, "aa:b" + "c" * 20, "aa:b ", 'text:"x ', " “a\\", '\\" '])
@pytest.mark.parametrize("before", ["", 'text:"'])
def test_twice_the_characters_are_twice_the_work(before: str, unit: str):
    once, twice = (steps(_TOKEN, before + unit * count) for count in (150, 300))
    assert twice < 2.1 * once


@pytest.mark.parametrize(
    "line",
    [
        "/finetune cancel epochs:3 name:x",
        "/finetune Status",
        "/학습 취소",
        "/finetune action:cancel",
        '/finetune "start"',
    ],
)
def test_what_finetune_once_took_is_answered_by_what_does_it_today(line: str):
    assert error(line).code == "former_finetune"


def test_names_are_compared_by_their_canonical_form():
    line = unicodedata.normalize("NFD", "/분류 좋아요 개수:2")
    parsed = parse(line.replace(" ", "\u200b ", 1), TABLE)
    assert parsed.command is CLASSIFY
    assert parsed.options == {"text": unicodedata.normalize("NFD", "좋아요"), "top": "2"}
