"""What every sentence has to keep to, whatever fills its blanks; in Korean as in English."""

import re
from collections.abc import Iterator, Mapping
from itertools import chain

import pytest

from handlers.commands import COMMANDS, MESSAGE_ACTIONS
from handlers.table import Bilingual
from handlers.texts import sentences
from handlers.texts.particles import Sentences
from handlers.texts.reasons import reasons
from handlers.types import Language

VERBS = (
    "asks|begins|decides|does|fits|goes|has|is|knows|leaves|means|needs|reads|says|shows|takes|waits"
    "|wants|was|works"
)
"""What may stand behind a blank that is a name, as in “sentiment is busy”: add yours."""
BETWEEN = "(?:more |new |labelled |other |gold )*"
ONE = r"(?<![\w.,:#@])1"
PLURAL = re.compile(
    rf"{ONE} {BETWEEN}(?!(?:{VERBS})\b)\w+[^\Wsu]s\b|{ONE} (?:are|were|have|people)\b"
)
THERE_ARE = re.compile(r"\b[Tt]here (?:are|were) 1\b")
PARTICLES = "을|를|은|는|이|가|과|와|으로|로|이에요|예요|이라|라|이나|나"
WRITTEN_BY_HAND = re.compile(rf"\}}[”’\"'\]]*(?:{PARTICLES})(?![가-힣])")
APART = re.compile(r"(?<=[\w/_.}=:]) (?:에서|에|으로|로|을|를|은|는|과|와|의|처럼)(?=[ .,?]|$)")
BOTH = ("(으)", "(이)", "을(를)", "(을)", "은(는)", "이(가)", "와(과)")
OTHER_TERMS = ("견주", "견줄", "출력층", "매개변수", "예문", "바탕 모델", "누르세요", "취급")
"""비교, 헤드, 파라미터, 예시, 출발 모델, 눌러 주세요 and 인정 are what we say."""


def everything(language: Language) -> Mapping[str, str]:
    return {**sentences(language), **reasons(language)}


def filled(sentence: str, fact: object) -> str:
    """The sentence with one fact in every blank."""
    blanks = {name for _, name, _, _ in Sentences().parse(sentence) if name}
    return Sentences().format(sentence, **dict.fromkeys(blanks, fact))


def declared() -> Iterator[Bilingual]:
    """What the table of commands says in words of its own."""
    for run in chain.from_iterable(command.runs for command in COMMANDS):
        yield from (run.name, run.description, run.example)
        for option in run.options:
            yield from (option.name, option.description, *option.choices)
    yield from (action.name for action in MESSAGE_ACTIONS)


@pytest.mark.parametrize("fact", [0, 1, 1000, "1", "1,000", "", "낱말", "{x}", "a" * 1000])
@pytest.mark.parametrize("language", Language)
def test_every_sentence_takes_every_fact(language, fact):
    for sentence in everything(language).values():
        filled(sentence, fact)


@pytest.mark.parametrize("fact", [1, "1"])
def test_a_count_of_one_is_no_plural(fact):
    for key, sentence in everything(Language.ENGLISH).items():
        said = filled(sentence, fact)
        found = PLURAL.search(said) or THERE_ARE.search(said)
        assert not found, f"{key}: {found and found[0]}; {{n:text|texts}} tells one from many"


def test_a_particle_behind_a_blank_is_chosen_by_what_fills_it():
    for key, sentence in everything(Language.KOREAN).items():
        assert not WRITTEN_BY_HAND.search(sentence), f"{key}: {{name:을}} chooses the particle"


def test_a_particle_stands_at_its_word():
    korean = chain(everything(Language.KOREAN).items(), ((each.en, each.ko) for each in declared()))
    for key, sentence in korean:
        assert not APART.search(sentence), f"{key}: a noun between, as in “/도움말 명령으로”"


def test_no_sentence_leaves_the_choice_to_its_reader():
    for key, sentence in everything(Language.KOREAN).items():
        assert not [both for both in BOTH if both in sentence], key


def test_one_thing_has_one_name_in_korean():
    korean = chain(everything(Language.KOREAN).items(), ((each.en, each.ko) for each in declared()))
    for key, sentence in korean:
        assert not [term for term in OTHER_TERMS if term in sentence], key
