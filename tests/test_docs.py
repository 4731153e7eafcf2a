"""The documents for contributors are true: what they name is there, what they tell to do works."""

import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from bot.on_discord.setup.commands import payloads
from bot.on_slack.drawing.form import command_form
from bot.on_slack.drawing.prefixed import prefixed
from bot.on_slack.setup.manifest import manifest
from handlers import commands
from handlers.dispatch import Dispatcher
from handlers.reading.grammar import parse
from handlers.reading.lookup import CommandTable
from handlers.reading.options import check
from handlers.table import Kind
from handlers.types import Language, Role, UserError
from tests.handlers.conftest import Bot, bot, checkpoints

__all__ = ["bot", "checkpoints"]

ROOT = Path(__file__).parents[1]
_CODE = re.compile(r"^( *)```python\n(?P<code>.*?)^\1```", re.DOTALL | re.MULTILINE)
_STEP = re.compile(r"^\d\. ", re.MULTILINE)
_COMMAND = re.compile(r"`(/(?:[a-z]+|[가-힣]+)(?: [^`]*)?)`")
_NO_COMMANDS = {"/metrics", "/healthz", "/data", "/invite @Tokki"}
"""Addresses, folders and a command of Slack's own."""
_INCOMPLETE = {"option_missing", "action_missing", "option_without_value"}


def read(name: str | Path) -> str:
    return (ROOT / name).read_text("utf-8")


def sections(text: str) -> dict[str, str]:
    parts = text.split("\n## ")[1:]
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in parts}


def test_every_file_of_the_walks_is_there():
    named = re.findall(r"`([\w/]+(?:\.\w+|/))`", read("docs/architecture.md"))
    assert len(named) > 40
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_walks_stay_on_one_page():
    assert len(read("docs/architecture.md").splitlines()) < 100


@pytest.mark.parametrize("guide", ["discord", "slack"])
@pytest.mark.parametrize(
    ("language", "rows"),
    [
        (Language.ENGLISH, ("member", "moderator", "admin")),
        (Language.KOREAN, ("멤버", "중재자", "관리자")),
    ],
)
def test_the_guides_name_what_each_role_may(guide, language, rows):
    lines = read(f"docs/{guide}.md").splitlines()
    for role, row in zip((Role.MEMBER, Role.MODERATOR, Role.ADMIN), rows, strict=True):
        (line,) = (one for one in lines if one.startswith(f"| {row} |"))
        last_cell = line.split("|")[-2]
        named = [one for one in re.findall(r"`(/[^`]+)`", last_cell) if ":" not in one]
        runs = (run for command in commands.COMMANDS for run in command.runs if run.role is role)
        there = [f"/{run.full_name.to(language)}" for run in runs]
        assert named == [prefixed(one, "") if guide == "slack" else one for one in there]


def mistake(line: str) -> str | None:
    """Return the code of what is wrong with a command; that something is still missing is not."""
    try:
        read = parse(re.sub("NUMBER|번호$|…", "1", line), commands.TABLE)
        files = {option.name.en for option in read.command.options if option.kind is Kind.FILE}
        check(read.command, {k: v for k, v in read.options.items() if k not in files})
    except UserError as error:
        return None if error.code in _INCOMPLETE else error.code
    return None


def test_every_command_that_a_document_names_can_be_given():
    """Those of docs/commands.md are made from the table."""
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("[!c]*.md"), ROOT / "docs" / "course.md"]
    named = {(page.stem, line) for page in pages for line in _COMMAND.findall(read(page))}
    assert len(named) > 250
    wrong = {(page, line, mistake(line)) for page, line in named if line not in _NO_COMMANDS}
    assert sorted(one for one in wrong if one[2]) == []
    assert mistake("/classify x modl:topics") and mistake("/dataset imports") and mistake("/ner x")


@pytest.mark.parametrize("what", ["A command", "A task", "A table", "A door", "A page"])
def test_each_addition_takes_five_steps(what: str):
    assert len(_STEP.findall(sections(read("CONTRIBUTING.md"))[what])) == 5


@pytest.fixture
def shout(tmp_path: Path):
    """The command that CONTRIBUTING.md tells to write, written as it says."""
    found = _CODE.search(sections(read("CONTRIBUTING.md"))["A command"])
    assert found
    lines = found["code"].splitlines()
    file = tmp_path / "shout.py"
    file.write_text("\n".join(line.removeprefix(found[1]) for line in lines) + "\n", "utf-8")
    spec = spec_from_file_location("shout_of_contributing", file)
    assert spec and spec.loader
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module.SHOUT
    del sys.modules[spec.name]


async def test_a_command_that_is_added_as_told_works_on_every_door(shout, bot, monkeypatch):
    everything = (*commands.COMMANDS, shout)
    table = CommandTable(everything, commands.MESSAGE_ACTIONS, commands.CONTROLS)
    monkeypatch.setattr(commands, "TABLE", table)
    person = Bot(Dispatcher(bot.services, table), bot.services)
    assert (await person.ok("/shout hello")).text == "HELLO"
    assert (await person.ok("/외치기 hello")).text == "HELLO"
    assert await person.code("/shout") == "option_missing"
    assert "/shout" in str((await person.ok("/help")).table)
    offered = person.dispatcher.completions("/sho", person.actor, person.place)
    assert [each.text for each in offered] == ["/shout "]

    assert "shout" in [command["name"] for command in payloads(everything)]
    listed = {
        each["command"] for each in manifest(commands=everything)["features"]["slash_commands"]
    }
    assert {"/shout", "/외치기"} <= listed
    view = command_form(shout, {}, Language.KOREAN, "")
    assert view["callback_id"].endswith("shout") and "외칠 글" in str(view["blocks"])
