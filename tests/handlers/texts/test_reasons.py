"""Every reason has a sentence in both languages, and every sentence a reason that is given."""

import errno
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import models
from handlers.guard.failures import explain
from handlers.jobs.telling import list_reply
from handlers.texts import sentences
from handlers.texts.particles import Sentences
from handlers.texts.reasons import explain_system_error, reasons, translate_reason
from handlers.types import Actor, Language, Role
from models.hub.client import FetchError
from models.hub.reasons import explain as explain_fetch
from models.reasons import Reason
from models.results import Task
from models.tasks.registry import OTHER_HEADS, network_tasks
from models.tasks.text_to_text import Purpose
from storage.errors import DatabaseUnavailable
from storage.records import Job, JobState
from storage.sqlite.failures import from_system
from tests.handlers.texts.test_texts import blanks

ENGLISH, KOREAN = Language.ENGLISH, Language.KOREAN
OTHERS = {"closed", "crash", "key_unusable", "texts_erased"} | set(errno.errorcode.values())
"""Codes that are given outside models."""


def filled(sentence: str, fact: str) -> str:
    return Sentences().format(sentence, **dict.fromkeys(blanks(sentence), fact))


def test_every_reason_has_its_sentences_and_every_sentence_its_reason():
    english, korean = reasons(ENGLISH), reasons(KOREAN)
    assert set(Reason) <= english.keys() <= set(Reason) | OTHERS
    assert english.keys() == korean.keys()
    for code in english:
        assert blanks(english[code]) == blanks(korean[code]), code
        assert len(blanks(english[code])) <= 1, code
        assert english[code].endswith(".") == korean[code].endswith("."), code
        assert re.search("[가-힣]", korean[code]), code


def test_every_reason_is_given_with_a_fact_exactly_if_its_sentence_has_a_blank():
    source = "".join(path.read_text("utf-8") for path in Path(models.__path__[0]).rglob("*.py"))
    given = set(re.findall(r"\bReason\.([A-Z_]+)(\.of\()?", source))
    wanted = {(each.name, ".of(" if blanks(reasons(ENGLISH)[each]) else "") for each in Reason}
    assert given == wanted


@pytest.mark.parametrize("fact", ["plain", "a: b", "{0.__class__}", r"\1", "둘\n줄", ""])
@pytest.mark.parametrize("language", Language)
def test_a_reason_of_today_and_of_a_job_from_long_ago(language, fact):
    for code in reasons(language):
        said = filled(reasons(language)[code], fact)
        assert translate_reason(f"{code}:{fact}", language) == said
        assert translate_reason(filled(reasons(ENGLISH)[code], fact), language) == said


def test_a_fact_of_a_stranger_is_one_short_visible_line():
    hostile = "a\n\x1b[31m\u202e\ud800" + "b" * 10**6
    code, _, fact = Reason.TYPE_UNKNOWN.of(hostile).partition(":")
    assert (code, fact[:8], len(fact)) == ("type_unknown", "a [31m b", 80)


def test_a_reason_is_read_in_a_log_as_it_travels():
    assert repr(Reason.DISK_FULL) == "'disk_full'"


@pytest.mark.parametrize("code", sorted(set(errno.errorcode.values()) & reasons(ENGLISH).keys()))
def test_what_the_system_says_is_said_in_both_languages(code):
    error = OSError(getattr(errno, code), "in English", "/a/path")
    assert explain_system_error(error, ENGLISH) == reasons(ENGLISH)[code]
    assert explain_system_error(error, KOREAN) == reasons(KOREAN)[code]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ECHRNG, "Channel out of range"), "Channel out of range"),
        (OSError("no number"), "no number"),
        (ValueError("no system"), "no system"),
    ],
)
def test_what_only_the_system_can_say_stays_as_it_is(error, said):
    assert explain_system_error(error, KOREAN) == said


def test_only_these_errors_have_a_reason():
    errors = {k: said for k, said in sentences(ENGLISH).items() if k.startswith("error.")}
    with_reason = {key for key, said in errors.items() if "reason" in blanks(said)}
    known = ("broken_checkpoint", "hub_failed", "training_failed", "database_unavailable")
    names = (*known, "publish_failed", "space_failed", "hub_search_failed")
    assert with_reason == {f"error.{name}" for name in names}


def test_what_is_unknown_stays_as_it_is():
    for unknown in ("The moon is full.", "moon_full:now", ""):
        assert translate_reason(unknown, KOREAN) == unknown


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (ENGLISH, "The files of “ours” cannot be used: Its model type “x” is unknown."),
        (KOREAN, "“ours” 모델의 파일을 쓸 수 없어요: 모르는 모델 종류예요: “x”."),
    ],
)
def test_a_broken_checkpoint_says_why(language, said):
    facts = {"name": "ours", "reason": Reason.TYPE_UNKNOWN.of("x")}
    assert explain("broken_checkpoint", facts, language) == said


@pytest.mark.parametrize(
    ("wait_s", "english", "korean"),
    [
        (1, "It asks to wait 1 second.", "1초 기다렸다가"),
        (60, "It asks to wait 60 seconds.", "60초 기다렸다가"),
        (600, "10 minutes.", "10분 기다렸다가"),
    ],
)
def test_a_long_reason_of_the_hub_is_not_cut(wait_s, english, korean):
    error = FetchError(Reason.RATE_LIMITED, "http://hub", wait_s=wait_s)
    facts = {"name": "org/x", "reason": explain_fetch(error, has_token=False)}
    assert explain("hub_failed", facts, ENGLISH).endswith(english)
    assert korean in explain("hub_failed", facts, KOREAN)


@pytest.mark.parametrize("number", [errno.ENOENT, errno.ENOTDIR, errno.EEXIST, errno.ENAMETOOLONG])
def test_the_place_of_the_database_is_explained(number):
    error = from_system(OSError(number, os.strerror(number)), Path("/데이터/tokki.sqlite3"))
    assert isinstance(error, DatabaseUnavailable)
    assert f"({os.strerror(number)})" in explain(error.code, error.facts, ENGLISH)
    korean = explain(error.code, error.facts, KOREAN)
    assert os.strerror(number) not in korean and "tokki.sqlite3 (" in korean


@pytest.mark.parametrize(
    ("can", "instead", "english", "korean"),
    [
        (
            "fill-mask",
            ["sentiment", "topics"],
            "“x” is not made for classification, but for filling masks. "
            "These would do: sentiment, topics.",
            "“x” 모델은 분류에 쓸 수 없어요. 빈칸 채우기에 쓰는 모델이에요. "
            "이 일에 맞는 모델: sentiment, topics.",
        ),
        (
            "",
            [],
            "“x” is not made for classification, but for something that Tokki does not do.",
            "“x” 모델은 분류에 쓸 수 없어요. 토끼가 하지 않는 일에 쓰는 모델이에요.",
        ),
        (
            "text-to-audio",
            [],
            "“x” is not made for classification, but for text-to-audio.",
            "“x” 모델은 분류에 쓸 수 없어요. text-to-audio에 쓰는 모델이에요.",
        ),
    ],
)
def test_a_wrong_task_reads_well(can, instead, english, korean):
    facts = {"name": "x", "can": can, "wanted": "text-classification", "instead": instead}
    assert explain("wrong_task", facts, ENGLISH) == english
    assert explain("wrong_task", facts, KOREAN) == korean


def test_every_task_of_a_checkpoint_has_words():
    ours = {each.task for each in network_tasks()}
    closer = {"regression", *Purpose}
    tasks = {*OTHER_HEADS.values(), *ours, *closer, Task.TOKENIZE, "none"}
    keys = {key.removeprefix("task.") for key in sentences(KOREAN) if key.startswith("task.")}
    assert keys == tasks


async def test_a_wrong_task_through_the_dispatcher(bot):
    said = (await bot.korean().say("/분류 안녕 모델:fillmask")).text
    assert "분류에 쓸 수 없어요. 빈칸 채우기에 쓰는 모델이에요. 이 일에 맞는 모델: " in said
    said = (await bot.say("/fillmask x ___ model:sentiment")).text
    assert said.startswith("“sentiment@") and "is not made for filling masks" in said


@pytest.mark.parametrize(
    ("reason", "english", "korean"),
    [
        (Reason.MEMORY_FULL, "The memory ran out.", "메모리가 모자랐어요."),
        ("The memory ran out.", "The memory ran out.", "메모리가 모자랐어요."),
        ("crash", "Something broke on our side; the log says what.", "문제가 생겼어요"),
        (None, "", ""),
    ],
)
def test_a_failed_training_says_why_in_the_table(reason, english, korean):
    assert last_cell(reason, ENGLISH) == english
    assert korean in last_cell(reason, KOREAN)


def last_cell(reason: str | None, language: Language) -> str:
    now = datetime.now(UTC)
    job = Job(
        "c",
        "u",
        "finetune",
        {"name": "ours"},
        1,
        None,
        None,
        1,
        {},
        JobState.FAILED,
        {},
        reason,
        now,
        now,
    )
    return list_reply([job], Actor("a", "a", Role.ADMIN, language)).table.rows[0][-1]
