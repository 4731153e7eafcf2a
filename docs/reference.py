"""Writes docs/commands.md from the table of commands: `python -m docs.reference`.

What it says of a command is what `/help` says of it.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from handlers.commands import COMMANDS, TABLE
from handlers.people.help import help_about, usage
from handlers.table import Action, Bilingual
from handlers.types import Actor, Language, Place, Request, Role, Table

PAGE = Path(__file__).with_name("commands.md")
_HEAD = """# Commands · 명령
[English](#english) · [한국어](#한국어)

Written from the table of commands by `python -m docs.reference`; `/help COMMAND` says the same in
chat.
"""
_SAID = {
    Language.ENGLISH: ("English", "| command | 한국어 | who | what it does |"),
    Language.KOREAN: ("한국어", "| 명령 | English | 누가 | 하는 일 |"),
}
_WHO = {
    Role.MODERATOR: Bilingual("moderators", "중재자"),
    Role.ADMIN: Bilingual("admins", "관리자"),
}
_EVERYBODY = Bilingual("everybody", "누구나")
_MARKUP = re.compile(r"([\\|*_<>\[\]`])")
_HERE = Place("terminal", "terminal:local", "terminal")


def page() -> str:
    """Return the whole page."""
    return "\n".join([_HEAD, *(_half(language) for language in _SAID)])


def _half(language: Language) -> str:
    runs = [run for command in COMMANDS for run in command.runs]
    title, columns = _SAID[language]
    rows = [_row(run, language) for run in runs]
    return "\n".join(
        [f"## {title}", columns, "| --- | --- | --- | --- |", *rows, ""]
        + [_about(run, language) for run in runs]
    )


def _row(run: Action, language: Language) -> str:
    other = Language.ENGLISH if language is Language.KOREAN else Language.KOREAN
    who = _WHO.get(run.role, _EVERYBODY).to(language)
    what = _plain(run.description.to(language))
    return f"| `{usage(run, language)}` | `/{run.full_name.to(other)}` | {who} | {what} |"


def _about(run: Action, language: Language) -> str:
    """Return what `/help` says of one command."""
    actor = Actor("reader", "reader", Role.ADMIN, language)
    asked = Request(run, {"command": run.full_name.en}, actor, _HERE, _overhear)
    reply = help_about(asked, TABLE)
    said = [f"- {_plain(line)}" for line in (reply.text or "").splitlines()]
    table = ["", *_table(reply.table)] if reply.table else []
    return "\n".join([f"### `/{run.full_name.to(language)}`", *said, *table, ""])


def _table(table: Table) -> Iterator[str]:
    for row in (table.columns, ("---",) * len(table.columns), *table.rows):
        yield f"| {' | '.join(map(_cell, row))} |"


def _cell(text: str) -> str:
    return text if text == "---" else _plain(text)


def _plain(text: str) -> str:
    """Write words so that they are no markup."""
    return _MARKUP.sub(r"\\\1", text)


async def _overhear(_: object) -> None:
    """Nothing is told on the way."""


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
