"""Draws the App Home: what Tokki can do here, its models, and what one person has chosen; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.answering.words import clean, is_visible
from bot.on_slack.drawing.blocks import (
    LONGEST_SECTION,
    Block,
    button,
    choice,
    context,
    header,
    marked,
    plain,
    section,
)
from bot.on_slack.drawing.fitting import shorten
from bot.on_slack.drawing.form import FORM, View
from bot.on_slack.drawing.mrkdwn import escape
from bot.on_slack.drawing.tables import draw_table
from handlers.asking.models_list import MODELS
from handlers.commands import COMMANDS
from handlers.jobs.command import JOBS
from handlers.people.help import usage
from handlers.people.history import HISTORY
from handlers.table import Action, Command
from handlers.texts import say
from handlers.types import Language, Reply, Role
from storage.records import Choices

LANGUAGE = "home:language"
PRIVACY = "home:privacy"
AUTO = "auto"
_YES, _NO = "yes", "no"
_ROOM_FOR_TABLE = 2_500
_LONGEST_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class HomeData:
    """What a home shows; parts that are None are left out."""

    role: Role
    choices: Choices
    prefix: str = ""
    """Stands before the names of the slash commands."""
    models: Reply | None = None
    trainings: Reply | None = None
    queries: Reply | None = None


def chosen(control: str, value: str, before: Choices) -> Choices | None:
    """Return the choices after a select of the home was used; None if it is none of ours."""
    match control, value:
        case "home:language", "auto" | "en" | "ko":
            return replace(before, language=None if value == AUTO else value)
        case "home:privacy", "yes" | "no":
            return replace(before, may_train=value == _YES)
        case _:
            return None


def home_view(data: HomeData, language: Language) -> View:
    """Return the home of one person."""
    blocks = [
        header(say(language, "slack.home_title")),
        section(plain(say(language, "slack.home_intro"))),
        *_commands(data, language),
        *_part("models", data.models, language, MODELS, data.prefix),
        *_part("trainings", data.trainings, language, JOBS, data.prefix),
        *_part("queries", data.queries, language, HISTORY, data.prefix),
        *_choices(data, language),
    ]
    return {"type": "home", "blocks": blocks}


def _commands(data: HomeData, language: Language) -> list[Block]:
    runs = [run for command in COMMANDS for run in command.runs]
    may = [run for run in runs if data.role >= run.role]
    return [
        header(say(language, "slack.home_commands")),
        *(_command(command, data.prefix, language) for command in may),
    ]


def _command(command: Action, prefix: str, language: Language) -> Block:
    written = f"/{prefix}{usage(command, language).removeprefix('/')}"
    text = f"*{escape(written)}*\n{escape(command.description.to(language))}"
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
            full_name = f"{prefix}{command.name.to(language)}"
            blocks.append(context(say(language, "slack.home_more", command=full_name)))
    elif reply.text and is_visible(text := clean(reply.text)):
        blocks.append(section(plain(shorten(text, _LONGEST_TEXT))))
    return blocks


def _choices(data: HomeData, language: Language) -> list[Block]:
    choices, history = data.choices, f"{data.prefix}{HISTORY.name.to(language)}"
    languages = (AUTO, *Language)
    may = {value: f"privacy_{value}" for value in (_YES, _NO)}
    return [
        {"type": "divider"},
        header(say(language, "slack.home_choices")),
        _select(
            LANGUAGE,
            "language",
            {value: f"language_{value}" for value in languages},
            choices.language or AUTO,
            language,
        ),
        _select(PRIVACY, "privacy", may, _YES if choices.may_train else _NO, language, history),
    ]


def _select(
    action_id: str,
    text: str,
    labels: Mapping[str, str],
    selected: str,
    language: Language,
    history: str = "",
) -> Block:
    options = {
        value: choice(say(language, f"slack.home_{label}", command=history), str(value))
        for value, label in labels.items()
    }
    element: Block = {
        "type": "static_select",
        "action_id": action_id,
        "options": list(options.values()),
        "initial_option": options[selected],
    }
    return section(marked(say(language, f"slack.home_{text}")), element)
