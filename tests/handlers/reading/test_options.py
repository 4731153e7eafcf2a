import pytest

from handlers.asking.classifying.classify import CLASSIFY
from handlers.asking.tokenize_text import TOKENIZE
from handlers.collecting.create import CREATE
from handlers.collecting.edit import EDIT
from handlers.commands import HISTORY
from handlers.people.me import ME
from handlers.people.settings import SETTINGS
from handlers.reading.options import check
from handlers.table import LONGEST_TEXT
from handlers.training.command import FINETUNE
from handlers.types import UserError


def code(command, **given) -> str:
    with pytest.raises(UserError) as caught:
        check(command, given)
    return caught.value.code


def test_right_options_are_typed():
    assert check(CLASSIFY, {"text": "hi", "top": "3"}) == {"text": "hi", "top": 3}
    assert check(CLASSIFY, {"text": "hi", "top": 3}) == {"text": "hi", "top": 3}
    assert check(FINETUNE, {"name": "우리-모델"}) == {"name": "우리-모델"}
    assert check(SETTINGS, {"may": "관리자"}) == {"may": "admin"}


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"action": "cancel"}, "former_finetune"),
        ({"할일": "취소"}, "former_finetune"),
        ({"acton": "cancel"}, "unknown_option"),
    ],
)
def test_whoever_gives_what_was_once_taken_is_told_what_to_do_now(given, wrong):
    assert code(FINETUNE, **given) == wrong


@pytest.mark.parametrize("top", ["0", "-1", "101", "two", "1.5", "", "9" * 5000, "１０"])
def test_a_number_out_of_place_is_refused(top: str):
    if top == "１０":  # full-width digits are digits
        assert check(CLASSIFY, {"text": "hi", "top": top})["top"] == 10
    else:
        assert code(CLASSIFY, text="hi", top=top) == "bad_number"


@pytest.mark.parametrize("text", ["", "   ", "\n", "\u200d\u200d", "\u202e", "\x00", "\x1b"])
def test_a_text_with_nothing_to_read_is_refused(text: str):
    assert code(CLASSIFY, text=text) == "text_empty"


@pytest.mark.parametrize("text", ["👩‍👩‍👧", "م", "-", "ㅋ", "\ufffd"])
def test_a_short_text_is_a_text(text: str):
    assert check(CLASSIFY, {"text": text})["text"] == text


def test_the_longest_text_is_taken_and_one_more_is_not():
    assert check(CLASSIFY, {"text": "a" * LONGEST_TEXT})
    assert code(CLASSIFY, text="a" * (LONGEST_TEXT + 1)) == "text_too_long"


def test_what_is_missing_unknown_or_no_choice_is_named():
    assert code(CLASSIFY) == "option_missing"
    assert code(CLASSIFY, text="x", nope="y") == "unknown_option"
    assert code(SETTINGS, may="admn") == "bad_choice"
    assert code(FINETUNE, name="../../etc") == "bad_name"
    assert code(FINETUNE, name="") == "bad_name"
    assert code(TOKENIZE, text="x", model="m" * 201) == "unknown_model"
    assert code(HISTORY, top="many") == "bad_number"


@pytest.mark.parametrize(
    ("typed", "fitting"),
    [("이름", ["rename", "name"]), ("re", ["rename", "retire"]), ("그만", None), ("", None)],
)
def test_of_several_choices_that_fit_none_is_taken(typed: str, fitting: list[str] | None):
    with pytest.raises(UserError) as caught:
        check(EDIT, {"what": typed})
    assert caught.value.code == ("choice_unclear" if fitting else "bad_choice")
    if fitting:
        assert [choice.en for choice in caught.value.facts["choices"]] == fitting


def test_only_a_long_text_may_be_sent_in_parts():
    assert code(CREATE, name="a" * 400, labels="a, b") == "value_too_long"
    assert code(CREATE, name="a", labels="a, b", guideline="a" * 3_000) == "value_too_long"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("eng", "english"), ("kor", "korean"), ("영", "영어"), ("koraen", "korean")],
)
def test_a_choice_that_is_begun_is_the_nearest(typed: str, meant: str):
    with pytest.raises(UserError) as caught:
        check(ME, {"language": typed})
    assert caught.value.facts["nearest"][0] == meant
