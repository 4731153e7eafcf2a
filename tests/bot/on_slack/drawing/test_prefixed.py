import re

import pytest

from bot.on_slack.drawing.prefixed import _NAMES, prefixed, with_prefix
from handlers.texts import sentences
from handlers.types import Language, Reply, Table


def test_commands_get_their_prefix_and_nothing_else() -> None:
    reply = Reply(
        title="/classify text [model]",
        text="Ask /classify … or /분류, see /help. "
        "Not /classifyx, a/help, https://x/help, /help/x.",
        table=Table(("/help",), (("/models",),)),
        code="/classify",
    )
    assert with_prefix(reply, "tokki-") == Reply(
        title="/tokki-classify text [model]",
        text="Ask /tokki-classify … or /tokki-분류, see /tokki-help. "
        "Not /classifyx, a/help, https://x/help, /help/x.",
        table=Table(("/help",), (("/tokki-models",),)),
        code="/classify",
    )


def test_a_particle_behind_a_korean_name_is_no_part_of_it() -> None:
    text = with_prefix(
        Reply(text="/분류를 쓰고, /기록에서 봐요. /classify로 물어요."), "tokki-"
    ).text
    assert text == "/tokki-분류를 쓰고, /tokki-기록에서 봐요. /tokki-classify로 물어요."


_OURS = re.compile(rf"(?<![\w/:.])/({_NAMES})(?![A-Za-z0-9_/-])")


@pytest.mark.parametrize("language", Language)
def test_every_sentence_of_ours_knows_the_prefix(language: Language) -> None:
    for key, sentence in sentences(language).items():
        unquoted = re.sub("“[^“”]*”", "", prefixed(sentence, "tokki-"))
        assert not _OURS.search(unquoted), key


def test_the_longer_of_two_names_is_found() -> None:
    text = with_prefix(Reply(text="/모델정보 /모델목록 /models /modelinfo"), "t-").text
    assert text == "/t-모델정보 /t-모델목록 /t-models /t-modelinfo"


def test_what_people_have_written_stays_as_it_is() -> None:
    text = "“run /help now” is no model, see /models"
    rows = (("/explain text [model]", "please run /help now", "/classify I said"),)
    said = with_prefix(Reply(text=text, table=Table(("", "", ""), rows)), "t-")
    assert said.text == "“run /help now” is no model, see /t-models"
    assert said.table
    own, *theirs = said.table.rows[0]
    assert own == "/t-explain text [model]"
    assert theirs == ["please run /help now", "/classify I said"]


def test_no_prefix_changes_nothing() -> None:
    reply = Reply(text="/help 도움말 /도움말 “/작업”", table=Table(("",), (("/help",),)))
    assert with_prefix(reply, "") == reply


def test_what_has_no_korean_name_in_slack_is_called_by_its_english_one() -> None:
    reply = Reply(text="/작업 명령으로 봐요. /상태", table=Table(("",), (("/허브",),)))
    said = with_prefix(reply, "")
    assert said.text == "/jobs 명령으로 봐요. /status"
    assert said.table and said.table.rows == (("/hub",),)
    assert with_prefix(reply, "t-").text == "/t-jobs 명령으로 봐요. /t-status"
