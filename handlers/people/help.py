"""`/help`: a line for each command, which fits on a phone, or one in detail."""

from collections.abc import Callable, Mapping, Sequence

from handlers.reading.files import most_bytes
from handlers.reading.grammar import split_word
from handlers.reading.lookup import CommandTable, find_action
from handlers.services import Services
from handlers.table import Action, Bilingual, Command, Kind, Option
from handlers.texts import say
from handlers.types import Language, Place, Reply, Request, Role, Table, Visibility


def help_command(table: Callable[[], CommandTable]) -> Command:
    """Return `/help`, which stands itself in the table that it tells of."""

    async def help_(request: Request, services: Services) -> Reply:
        return help_about(request, table())

    return Command(
        name=Bilingual("help", "도움말"),
        description=Bilingual("What Tokki can do", "토끼가 할 수 있는 일을 보여 줘요"),
        handler=help_,
        visibility=Visibility.PRIVATE,
        is_quick=True,
        example=Bilingual("/help classify", "/도움말 분류"),
        options=(
            Option(
                Bilingual("command", "명령"),
                Bilingual("One command, in detail", "자세히 볼 명령"),
                Kind.COMMAND,
                takes_free_text=True,
                maximum=40,
            ),
        ),
    )


def help_about(request: Request, table: CommandTable) -> Reply:
    """Answer `/help [command]`.

    Raises:
        UserError: there is no such command.
    """
    language = request.actor.language
    asked = str(request.options.get("command", "")).strip().removeprefix("/")
    asked = asked.removeprefix(request.place.command_prefix)
    if asked:
        name, word = split_word(asked)
        command = table.find(name)
        if word or not command.actions:
            return _one(find_action(command, word), language)
        return Reply(
            title=f"/{command.name.to(language)}",
            text=command.description.to(language) + ".",
            table=_table(
                [
                    (usage(run, language), run.description.to(language))
                    for run in command.actions
                    if request.actor.role >= run.role
                ],
                language,
            ),
        )
    return Reply(
        title=say(language, "help.title"),
        text=say(language, _intro(request.place)),
        table=_table(
            [
                (f"/{command.name.to(language)}", _in_a_line(command, request.actor.role, language))
                for command in table.commands
                if request.actor.role >= command.least_role
            ],
            language,
        ),
    )


def _table(rows: Sequence[tuple[str, str]], language: Language) -> Table:
    return Table((say(language, "help.command"), say(language, "help.does")), tuple(rows))


def _in_a_line(command: Command, role: Role, language: Language) -> str:
    """Say what a command does, and which of its actions somebody may give."""
    does = command.description.to(language)
    actions = [one.name.to(language) for one in command.actions if role >= one.role]
    return f"{does}: {', '.join(actions)}" if actions else does


def _intro(place: Place) -> str:
    if place.has_pages:
        return "help.intro_pages"
    if place.asks_for_options:
        return "help.intro_form"
    return "help.intro_both" if place.has_forms else "help.intro"


def usage(command: Action, language: Language) -> str:
    """Return how a command is written: `/classify text [model]`, `/dataset import file/hub`."""
    names = {option.name.en: option.name.to(language) for option in command.options}
    instead = {option.unless: option.name.en for option in command.options if option.unless}
    words = [_word(option, names) for option in command.options if option.name.en not in instead]
    return " ".join([f"/{command.full_name.to(language)}", *words])


def _word(option: Option, names: Mapping[str, str]) -> str:
    name = names[option.name.en]
    if option.unless:
        return f"{name}/{names[option.unless]}"
    return name if option.is_required else f"[{name}]"


def _one(command: Action, language: Language) -> Reply:
    columns = (
        say(language, "help.option"),
        say(language, "help.takes"),
        say(language, "help.does"),
    )
    rows = tuple(
        (option.name.to(language), _takes(option, language), option.description.to(language))
        for option in command.options
    )
    said = [command.description.to(language) + "."]
    said.append(say(language, "help.example", example=command.example.to(language)))
    said.append(say(language, f"help.role_{max(command.role, Role.ASKER).name.lower()}"))
    other = Language.ENGLISH if language is Language.KOREAN else Language.KOREAN
    said.append(say(language, "help.other_name", name=command.full_name.to(other)))
    return Reply(
        title=usage(command, language),
        text="\n".join(said),
        table=Table(columns, rows) if rows else None,
    )


def _takes(option: Option, language: Language) -> str:
    if option.kind is Kind.CHOICE:
        return " · ".join(choice.to(language) for choice in option.choices)
    if option.kind is Kind.INTEGER:
        return f"{option.minimum}–{option.maximum}"
    if option.kind is Kind.FILE:
        types = ", ".join(option.file_types) or say(language, "help.any_type")
        size = f"{most_bytes(option) / 1e6:g} MB"
        return say(language, "help.kind_file", types=types, size=size)
    return say(language, f"help.kind_{option.kind}")
