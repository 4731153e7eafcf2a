"""A particle goes with the last sound of the word before it, as it is read."""

import unicodedata

import pytest

from handlers.texts import say
from handlers.texts.particles import Sentences
from handlers.types import Language

READ = {
    "ends in a vowel": """
        사회 2 4 5 9 “정치” 12% １２％ 3.5% 100℃ 30° $5 US$20 1,000$ €9 C++ A+ R&D
        positive negative NLP API GPU CSV CPU 1GB 3.2MB 5kg짜리 3km 10cm 5m 2L 250ml iOS ChatGPT
        note update page image message value Google문서 GitHub hub test text list
        task link work week cloud loop bit node server 유저 story Hz 3s 20ms café ours@2 v2
        ㅏ ㅋㅋ ㅋㅋㅋ ㅠㅠ すし カレー ㈜ 서버(server) a_2 Ａ IMDB BERT PyTorch
        """,
    "ends in a consonant": """
        긍정 3 6 10 100 1,000 ６ 10,000 ours@10 ₩5,000 5000원 (칸) spam book web app bot chat
        topic music dataset Slack format commit robot club job group map Facebook
        train training token column design phone line name time theme prototype good thumb
        WEB APP JSON RAM IBM 3kg 5g 12h LLM npm VPN C# ㄱ ㅎ ㅇㅇ 1분 らーめん ラーメン
        사람(person) topics_en
        """,
    "ends in ㄹ": """
        서울 1 7 8 neutral model label URL HTML XML url HR r L table file title style role Google
        module 1‰ 11 ㄹ 12px email YAML URL! 값[1] “서울” 서울(Seoul) 글…
        """,
}
PARTICLES = ("을", "은", "이", "과", "으로", "이에요", "이라", "이나")
WITH = {
    "ends in a vowel": ("를", "는", "가", "와", "로", "예요", "라", "나"),
    "ends in a consonant": PARTICLES,
    "ends in ㄹ": ("을", "은", "이", "과", "로", "이에요", "이라", "이나"),
    "cannot be told": (
        *("을(를)", "은(는)", "이(가)", "과(와)"),
        *("(으)로", "이에요(예요)", "(이)라", "(이)나"),
    ),
}


def said(word, particle):
    return Sentences().format(f"{{it:{particle}}}", it=word)


@pytest.mark.parametrize("kind", READ)
def test_each_particle_behind_each_word(kind):
    for word in READ[kind].split():
        for particle, right in zip(PARTICLES, WITH[kind], strict=True):
            assert said(word, particle) == f"{word}{right}"


@pytest.mark.parametrize("word", ["政治", "经济", "новости", "سياسة", "การเมือง", "正面 "])
def test_what_only_its_reader_can_read_gets_both_forms(word):
    for particle, right in zip(PARTICLES, WITH["cannot be told"], strict=True):
        assert said(word, particle) == f"{word}{right}"


@pytest.mark.parametrize("word", ["", "!?", "…", "😀", "()", "_", "  "])
def test_what_has_nothing_to_read_gets_the_shorter_form(word):
    assert said(word, "으로") == f"{word}로"


@pytest.mark.parametrize("word", ["정치", "긍정", "서울", "글꼴", "각"])
def test_hangul_in_parts_is_read_as_it_looks_and_shown_as_it_is(word):
    in_parts = unicodedata.normalize("NFD", word)
    for particle in PARTICLES:
        assert said(in_parts, particle) == in_parts + said(word, particle).removeprefix(word)


def test_an_emoji_behind_a_word_is_not_read():
    assert said("긍정😀", "으로") == "긍정😀으로"


def test_a_long_word_is_read_from_its_end():
    assert said("가" * 100_000 + "긍정", "을").endswith("긍정을")


def test_a_quotation_mark_may_stand_between():
    assert "“민아”를" in say(Language.KOREAN, "error.group_unmentioned", value="민아", key="누가")
    assert "“길동”을" in say(Language.KOREAN, "error.group_unmentioned", value="길동", key="누가")


def test_what_is_taken_to_learn():
    said = say(Language.KOREAN, "feedback.said_label", query=1, label="사회")
    assert said == "고마워요. #1 글은 사회로 배울게요."


def test_a_count_of_one_is_no_plural():
    for count, text in ((0, "0 texts"), (1, "1 text"), (2, "2 texts"), ("1,000", "1,000 texts")):
        assert Sentences().format("{n:text|texts}", n=count) == text
