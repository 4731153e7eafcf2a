"""Draws the App Home: what Tokki can do here, its models, and what one person has chosen; pure."""

from dataclasses import dataclass

from bot.answering.words import clean, is_visible
from bot.on_slack.drawing.blocks import (
    LONGEST_SECTION,
    Block,
    button,
    context,
    header,
    marked,
    plain,
    section,
)
from bot.on_slack.drawing.controls import draw_controls
from bot.on_slack.drawing.fitting import shorten
from bot.on_slack.drawing.form import FORM, View
from bot.on_slack.drawing.mrkdwn import escape
from bot.on_slack.drawing.prefixed import prefixed, with_prefix
from bot.on_slack.drawing.tables import draw_table
from handlers.asking.models_list import MODELS
from handlers.commands import COMMANDS, HISTORY
from handlers.jobs.command import JOBS
from handlers.people.help import usage
from handlers.table import Action, Command
from handlers.texts import say
from handlers.types import Language, Reply, Role

_ROOM_FOR_TABLE = 2_500
_LONGEST_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class HomeData:
    """What a home shows; parts that are None are left out."""

    role: Role
    prefix: str = ""
    """Stands before the names of the slash commands."""
    models: Reply | None = None
    trainings: Reply | None = None
    queries: Reply | None = None
    choices: Reply | None = None
    left_out: str | None = None
    """Why a part is left out that they may see."""


def home_view(data: HomeData, language: Language) -> View:
    """Return the home of one person."""
    models, trainings, queries, choices = (
        reply and with_prefix(reply, data.prefix)
        for reply in (data.models, data.trainings, data.queries, data.choices)
    )
    blocks = [
        header(say(language, "slack.home_title")),
        section(plain(prefixed(say(language, "slack.home_intro"), data.prefix))),
        *_left_out(data.left_out, language),
        *_commands(data, language),
        *_part("models", models, language, MODELS, data.prefix),
        *_part("trainings", trainings, language, JOBS, data.prefix),
        *_part("queries", queries, language, HISTORY, data.prefix),
        *_choices(choices, language),
    ]
    return {"type": "home", "blocks": blocks}


def _left_out(why: str | None, language: Language) -> list[Block]:
    if why is None:
        return []
    return [section(plain(shorten(say(language, "slack.home_less", why=why), _LONGEST_TEXT)))]


def _commands(data: HomeData, language: Language) -> list[Block]:
    runs = [run for command in COMMANDS for run in command.runs]
    may = [run for run in runs if data.role >= run.role]
    return [
        header(say(language, "slack.home_commands")),
        *(_command(command, data.prefix, language) for command in may),
    ]


def _command(command: Action, prefix: str, language: Language) -> Block:
    written = prefixed(usage(command, language), prefix)
    does = prefixed(command.description.to(language), prefix)
    text = f"*{escape(written)}*\n{escape(does)}"
    opens = button(f"{FORM}{command.full_name.en}", say(language, "slack.home_form"))
    return section(marked(text), opens if command.options else None)


def _part(
    name: str,
    reply: Reply | None,
    language: Language,
    command: Command | None = None,
    prefix: str = "",
) -> list[Block]:
    """Return a list under its title, as much of it as is good for a glance."""
    if reply is None:
        return []
    blocks = [{"type": "divider"}, header(say(language, f"slack.home_{name}"))]
    if reply.table and reply.table.rows:
        lines = draw_table(reply.table, _ROOM_FOR_TABLE, LONGEST_SECTION, language)
        blocks += [section(marked(text)) for text in lines.texts]
        if command:
            more = say(language, "slack.home_more", command=command.name.to(language))
            blocks.append(context(prefixed(more, prefix)))
    elif reply.text and is_visible(text := clean(reply.text)):
        blocks.append(section(plain(shorten(text, _LONGEST_TEXT))))
    return blocks


def _choices(reply: Reply | None, language: Language) -> list[Block]:
    """What somebody has chosen, and the buttons that change it."""
    if reply is None:
        return []
    blocks = [{"type": "divider"}, header(say(language, "me.title"))]
    if reply.text and is_visible(text := clean(reply.text)):
        blocks.append(section(plain(shorten(text, _LONGEST_TEXT))))
    if reply.table:
        lines = draw_table(reply.table, _ROOM_FOR_TABLE, LONGEST_SECTION, language)
        blocks += [section(marked(text)) for text in lines.texts]
    return blocks + draw_controls(reply.controls, language).rows
