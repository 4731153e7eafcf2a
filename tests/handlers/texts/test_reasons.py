"""Every reason that the engine, the trainer and the storage can give has a Korean sentence.

The reasons are read from the source of models/, so a new one fails here until it has its Korean.
"""

import ast
import errno
import os
import re
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import models
import storage
from handlers.guard.failures import explain
from handlers.jobs.telling import list_reply
from handlers.texts import sentences
from handlers.texts.reasons import reasons, translate_reason
from handlers.types import Actor, Language, Role
from models.hub.client import FetchError
from models.hub.reasons import REASONS
from models.hub.reasons import explain as explain_fetch
from models.tasks.registry import OTHER_HEADS, network_tasks
from storage.errors import DatabaseUnavailable
from storage.failures import from_system
from storage.records import Job, JobState

ENGLISH, KOREAN = Language.ENGLISH, Language.KOREAN
SAID_BY = {
    "broken": (1, "reason"),
    "_reason": (1, "reason"),
    "_reading": (0, "sentence"),
    "EngineError": (0, ""),
    "TrainingError": (0, ""),
    "TrainingFailure": (0, "reason"),
    "BrokenCheckpoint": (None, "reason"),
    "HubFailed": (None, "reason"),
    "TrainingFailed": (None, "reason"),
}
"""Calls that take a reason: at which place, or by which name."""
RETURNED_BY = {"_complaints", "reason_of", "_how_long"}
HANDED_ON = {
    ("files.py", "reason"),
    ("child.py", "str(error)"),
    ("child.py", "reason_of(error)"),
    ("download.py", "reason"),
    ("lane_loader.py", "str(fault)"),
    ("loading.py", "reason"),
    ("service.py", "str(fault)"),
    ("trainer.py", "last.reason"),
    ("trainer.py", "reason"),
    ("trainer.py", "str(error)"),
    ("training.py", "sentence"),
    ("wire.py", "fields"),
}
"""Reasons that were made elsewhere, by file and as they stand there."""
FOR_THE_SYSTEM = {os.strerror(number) for number in errno.errorcode}


class Collector(ast.NodeVisitor):
    """Finds the reasons in one file; their blanks lose their names."""

    def __init__(self, path: Path, tree: ast.Module) -> None:
        self.found: set[str] = set()
        self._file = path.name
        self._constants = {
            node.targets[0].id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        self.visit(tree)

    def visit_Call(self, node: ast.Call) -> None:
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in SAID_BY:
            self._take(_argument(node, *SAID_BY[name]))
        else:
            for keyword in node.keywords:
                if keyword.arg == "reason":
                    self._take(keyword.value)
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if node.name in RETURNED_BY:
            for each in ast.walk(node):
                if isinstance(each, ast.Return | ast.Yield) and each.value:
                    self._take(each.value)
        self.generic_visit(node)

    def _take(self, node: ast.expr) -> None:
        match node:
            case ast.Constant(str(sentence)):
                self.found.add(sentence)
            case ast.JoinedStr(parts):
                self.found.add("".join(map(_words, parts)))
            case ast.IfExp():
                self._take(node.body)
                self._take(node.orelse)
            case ast.Name(name) if name in self._constants:
                self._take(self._constants[name])
            case _:
                here = (self._file, ast.unparse(node))
                assert here in HANDED_ON, f"where does this reason come from? {here}"


def _words(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else "{}"


def _argument(call: ast.Call, place: int | None, name: str) -> ast.expr:
    if place is not None and len(call.args) > place:
        return call.args[place]
    for keyword in call.keywords:
        if keyword.arg in (name, None):
            return keyword.value
    raise AssertionError(f"a call without its reason: {ast.unparse(call)}")


def trees(package: object) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(Path(package.__path__[0]).rglob("*.py")):
        yield path, ast.parse(path.read_text("utf-8"))


def collected() -> set[str]:
    found = set(REASONS.values())
    for path, tree in trees(models):
        found |= Collector(path, tree).found
    endings = {sentence for sentence in found if sentence.startswith(" ")}
    whole = {REASONS[cause] + ending for cause in causes_that_wait() for ending in endings}
    return found - endings - {""} | whole


def causes_that_wait() -> set[str]:
    """The causes of every `FetchError(…, wait_s=…)`: only they get an ending."""
    calls = [node for _, tree in trees(models) for node in ast.walk(tree) if is_wait(node)]
    return {ast.literal_eval(call.args[0]) for call in calls}


def is_wait(node: ast.AST) -> bool:
    is_fetch_error = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "FetchError"
    return is_fetch_error and any(keyword.arg == "wait_s" for keyword in node.keywords)


def said_by_storage() -> set[str]:
    calls = [
        node
        for _, tree in trees(storage)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "DatabaseUnavailable"
    ]
    given = [
        keyword.value for call in calls for keyword in call.keywords if keyword.arg == "reason"
    ]
    return {node.value for node in given if isinstance(node, ast.Constant)}


def nameless(sentence: str) -> str:
    return re.sub(r"\{\w+\}", "{}", sentence)


def blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def has_hangul(text: str) -> bool:
    return bool(re.search("[가-힣]", text))


def test_every_reason_has_its_korean():
    known = {nameless(english) for english in reasons(KOREAN)}
    missing = (collected() | said_by_storage()) - known
    assert not missing, "these reasons are missing from handlers/texts/reasons.ko.toml"


def test_no_korean_is_kept_for_what_nobody_says():
    said = collected() | said_by_storage() | FOR_THE_SYSTEM
    assert not {english for english in reasons(KOREAN) if nameless(english) not in said}


@pytest.mark.parametrize("english", reasons(KOREAN))
def test_the_korean_is_korean_with_the_same_blanks(english):
    korean = reasons(KOREAN)[english]
    assert has_hangul(re.sub(r"\{\w+\}", "", korean))
    assert blanks(korean) == blanks(english)
    assert english.endswith(".") == korean.endswith(".")


@pytest.mark.parametrize("english", reasons(KOREAN))
def test_every_reason_finds_its_own_korean(english):
    facts = {blank: f"<{blank}>" for blank in blanks(english)}
    said = english.format(**facts)
    assert translate_reason(said, KOREAN) == reasons(KOREAN)[english].format(**facts)
    assert translate_reason(said, ENGLISH) == said


def test_the_collector_sees_each_form_and_refuses_what_it_cannot_read():
    source = """
_K = "k"
def f(x):
    raise broken(c, f"a {x}.") if x else TrainingFailed(reason="b" if x else _K)
def reason_of():
    return "r"
"""
    assert Collector(Path("a.py"), ast.parse(source)).found == {"a {}.", "b", "k", "r"}
    for hidden in ('broken(c, "a" + b)', "TrainingError(text)", "BrokenCheckpoint(name=n)"):
        with pytest.raises(AssertionError):
            Collector(Path("a.py"), ast.parse(hidden))


def test_only_these_errors_have_a_reason():
    errors = {k: said for k, said in sentences(ENGLISH).items() if k.startswith("error.")}
    with_reason = {key for key, said in errors.items() if "reason" in blanks(said)}
    names = ("broken_checkpoint", "hub_failed", "training_failed", "database_unavailable")
    assert with_reason == {f"error.{name}" for name in names}


def test_what_is_unknown_stays_as_it_is():
    assert translate_reason("The moon is full.", KOREAN) == "The moon is full."


@pytest.mark.parametrize("label", ["{0.__class__}", "둘\n줄", "a. b", ""])
def test_blanks_take_anything(label):
    said = translate_reason(f"The label “{label}” has no example to learn from.", KOREAN)
    assert said == f"“{label}” 라벨에는 배울 예문이 없어요."


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (ENGLISH, "The files of “ours” cannot be used: Its model type 'x' is unknown."),
        (KOREAN, "“ours” 모델의 파일을 쓸 수 없어요: 모르는 모델 종류예요: 'x'."),
    ],
)
def test_a_broken_checkpoint_says_why(language, said):
    facts = {"name": "ours", "reason": "Its model type 'x' is unknown."}
    assert explain("broken_checkpoint", facts, language) == said


@pytest.mark.parametrize(
    ("wait_s", "english", "korean"),
    [
        (60, "It asks to wait 60 seconds.", "60초 기다렸다가"),
        (600, "10 minutes.", "10분 기다렸다가"),
    ],
)
def test_a_long_reason_of_the_hub_is_not_cut(wait_s, english, korean):
    error = FetchError("rate_limited", "http://hub", wait_s=wait_s)
    cause, reason = explain_fetch(error, has_token=False)
    facts = {"name": "org/x", "reason": reason, "cause": cause}
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
    tasks = {*OTHER_HEADS.values(), *ours, "regression", "none"}
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
