"""Every command as a form, made from the table; what comes of it is an answer of its own."""

from collections.abc import Mapping, Sequence

from aiohttp import web

from bot.on_web.connection.refusals import Refused
from bot.on_web.drawing.fields import fields_of
from bot.on_web.incoming.options import read_options
from bot.on_web.incoming.visitors import platform_of
from bot.on_web.page import Page
from bot.on_web.turn import Turn, path_of
from handlers.guard.failures import KnownError, explain
from handlers.people.help import usage
from handlers.reading.options import check
from handlers.table import Action, Bilingual, Kind
from handlers.types import Group, UserError

_MOST_BYTES = 32_000_000
"""The largest file that a command takes, and room for the other fields."""
_NO_ERROR = ("", "")


async def list_commands(turn: Turn) -> web.StreamResponse:
    """Show what there is to be asked, to those who may."""
    runs = (run for command in turn.site.dispatcher.table.commands for run in command.runs)
    commands = [(path_of(run), run) for run in runs if turn.may(run)]
    return turn.show("ask.html", commands=commands)


async def show_form(turn: Turn) -> web.StreamResponse:
    """Show the form of one command, with what the address fills in."""
    return await _form(turn, _command(turn), dict(turn.request.query))


async def ask(turn: Turn) -> web.StreamResponse:
    """Give a command; what is wrong with an option is said at its field."""
    command, groups = _command(turn), await _groups(turn, _command(turn))
    try:
        options = await read_options(turn.form, command, groups, turn.visitor.names)
        check(command, options)
        answer = await turn.begin(command, options)
    except UserError as error:
        return await _form(turn, command, turn.form.values, error)
    return turn.to(f"/answers/{answer.id}")


ASK = Page(
    "ask",
    Bilingual("Ask", "묻기"),
    gets={"": list_commands, "/{name:.+}": show_form},
    posts={"/{name:.+}": ask},
    most_bytes=_MOST_BYTES,
)


def _command(turn: Turn) -> Action:
    try:
        return turn.command(turn.part("name").replace("/", " "))
    except UserError:  # an address that somebody has typed
        raise Refused(404, "web.no_page") from None


async def _form(
    turn: Turn, command: Action, given: Mapping[str, str], error: KnownError | None = None
) -> web.StreamResponse:
    dispatcher, place = turn.site.dispatcher, turn.visitor.place
    said = explain(error.code, error.facts, turn.language) if error else ""
    at = _option_of(command, error) if error else ""
    await dispatcher.names.refreshed(place.community)
    fields = fields_of(
        command,
        given,
        turn.language,
        lambda option: dispatcher.names.fitting(option, "", place),
        await _groups(turn, command),
        (at, said) if at else _NO_ERROR,
    )
    return turn.show(
        "form.html",
        status=400 if error else 200,
        command=command,
        usage=usage(command, turn.language),
        fields=fields,
        has_files=any(field.shape == "file" for field in fields),
        said="" if at else said,
        path=path_of(command),
    )


def _option_of(command: Action, error: KnownError) -> str:
    """Return the option that an error is about, if it names one of them alone."""
    key = error.facts.get("key")
    name = key.en if isinstance(key, Bilingual) else str(key)
    return name if any(option.name.en == name for option in command.options) else ""


async def _groups(turn: Turn, command: Action) -> Sequence[Group]:
    if not any(option.kind is Kind.GROUP for option in command.options):
        return ()
    community = turn.visitor.place.community
    people = turn.site.services.people.get(platform_of(community))
    return await people.groups(community) if people else ()
