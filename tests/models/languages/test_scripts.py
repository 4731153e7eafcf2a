"""Letters tell a script; a language's code tells which scripts its speakers read."""

import unicodedata

import pytest

from models.languages.scripts import foreign_script, scripts_of_languages

KOREAN, ENGLISH = scripts_of_languages(["ko"]), scripts_of_languages(["en"])


@pytest.mark.parametrize(
    ("codes", "scripts"),
    [
        (["ko", "en"], {"HANGUL", "LATIN"}),
        (["kor_Hang", "pt-BR"], {"HANGUL", "LATIN"}),
        (["Japanese"], {"HIRAGANA", "KATAKANA", "CJK"}),
        (["sr"], {"CYRILLIC", "LATIN"}),
        (["no"], {"LATIN"}),
        (["multilingual"], None),
        (["en", "code"], None),
        ([], None),
        (["@everyone"], None),
    ],
)
def test_the_scripts_of_a_card(codes, scripts):
    assert scripts_of_languages(codes) == scripts


@pytest.mark.parametrize(
    "text",
    [
        "이거 어떻게 설치해요?",
        unicodedata.normalize("NFD", "이거 어떻게 설치해요?"),
        "ㅠㅠ",
        "ＬＧ전자 신제품",
        "LG, AI TV 신제품 공개",
        "코로나19 백신 접종 시작",
    ],
)
def test_korean_is_foreign_to_english_and_not_to_korean(text):
    assert foreign_script(text, KOREAN) is None
    assert foreign_script(text, ENGLISH) == "HANGUL"


@pytest.mark.parametrize("text", ["How do I install this?", "café naïve", "ｆｕｌｌ width", "x"])
def test_latin_letters_are_foreign_to_korean(text):
    assert foreign_script(text, KOREAN) == "LATIN"
    assert foreign_script(text, ENGLISH) is None


@pytest.mark.parametrize(
    ("text", "script"),
    [("Добрый день", "CYRILLIC"), ("图书馆在哪里", "CJK"), ("ﾊﾝｶｸ", "KATAKANA"), ("สวัสดี", "THAI")],
)
def test_a_script_that_neither_reads(text, script):
    assert foreign_script(text, KOREAN | ENGLISH) == script
    assert foreign_script(text, KOREAN) == script


@pytest.mark.parametrize("text", ["", "12345", "!!! ...", "🙂🎉", "①②③", "\u200d\u202e", "\ud800"])
def test_what_has_no_letters_is_in_no_script(text):
    assert foreign_script(text, KOREAN) is None


def test_a_word_among_others_is_not_foreign():
    assert foreign_script("The word 안녕 means hello in Korean", ENGLISH) is None
    assert foreign_script("a" * 100_000 + "가" * 100_000, ENGLISH) is None
