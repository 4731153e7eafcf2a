"""The command line, installed as `tokki`: chat here, or run on the platforms."""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TextIO

import typer
from pydantic import ValidationError

from bot.configuration.complaints import (
    explain_env_file,
    explain_settings,
    explain_value,
    explain_what_does_nothing,
)
from bot.configuration.env_file import BadEnvFile, EnvFile, read_env_file
from bot.on_terminal.local_people import LOCAL
from bot.on_terminal.streams import width
from bot.on_terminal.system_zone import SystemZone
from bot.settings import BadSetting, Settings
from handlers.reading.decoding import Undecodable, decode_typed, known_encoding
from handlers.texts import say
from handlers.types import Actor, Language, Place, Role
from models.canonical import canonical

if TYPE_CHECKING:
    from bot.app import App
    from storage.errors import StorageError

cli = typer.Typer(
    help="Hugging Face Transformers in a community's chat.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
slack = typer.Typer(help="Set up the Slack app.", no_args_is_help=True)
cli.add_typer(slack, name="slack")
db = typer.Typer(help="The database.", no_args_is_help=True)
cli.add_typer(db, name="db")
audit = typer.Typer(help="What is noted of who changed what.", no_args_is_help=True)
cli.add_typer(audit, name="audit")

USER_ERROR, CRASH = 2, 1
_HERE = Place("terminal", "terminal:local", "terminal", is_private_property=True)


DataFolder = Annotated[Path | None, typer.Option(help="Folder of database, models, logs.")]


def _known_encoding(name: str | None) -> str | None:
    try:
        return known_encoding(name) if name else None
    except (LookupError, ValueError) as error:
        raise typer.BadParameter(f"“{name}” is no encoding of text, as cp949 is.") from error


Encoding = Annotated[
    str | None,
    typer.Option(
        callback=_known_encoding,
        help="Encoding of the lines and files given, such as cp949, where it is not UTF-8.",
    ),
]
Spoken = Annotated[Language | None, typer.Option(help="Answer in this language.")]


class SharedOut(StrEnum):
    """Whether one `tokki run` serves everybody, or several share that out."""

    ALL = "all"
    AUTO = "auto"


class RoleName(StrEnum):
    """Roles as the command line spells them."""

    MEMBER = "member"
    MODERATOR = "moderator"
    ADMIN = "admin"


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tokki {version('tokki')}")
        raise typer.Exit


@cli.callback()
def tokki(
    _: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say which.")
    ] = False,
) -> None:
    """Hugging Face Transformers in a community's chat."""


@cli.command()
def chat(
    command: Annotated[
        str | None, typer.Option("-c", "--command", help="Answer one command and exit.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each reply as one JSON object a line.")
    ] = False,
    user: Annotated[str | None, typer.Option(help="Act as somebody else.")] = None,
    role: Annotated[RoleName | None, typer.Option(help="With this role.")] = None,
    data: DataFolder = None,
    language: Spoken = None,
    encoding: Encoding = None,
) -> None:
    """Chat with Tokki here: no account, no network. Piped input works as a script."""
    settings = _ready_settings(data, language)
    actor = _actor(user, role, _language(settings), encoding)
    work = _chat(settings, actor, command, encoding, as_json=as_json)
    _finish(work, settings, as_json=as_json, keeps=False)


@cli.command()
def run(
    shards: Annotated[
        SharedOut | None,
        typer.Option(help="auto: one of several tokki run on the database, which share the work."),
    ] = None,
    data: DataFolder = None,
    language: Spoken = None,
) -> None:
    """Serve every platform whose token is set, such as DISCORD_TOKEN."""
    from bot.serving import serve  # noqa: PLC0415 - `tokki --help` does not wait for it

    own = {"shards": str(shards)} if shards else {}
    settings = _ready_settings(data, language, **own)
    work = serve(settings, _language(settings), _tell, _given(data, language) | own)
    _finish(work, settings)


@cli.command()
def check(data: DataFolder = None, language: Spoken = None) -> None:
    """Check the set-up of every platform whose token is set, and say how to put it right."""
    from bot.checking import check as check_all  # noqa: PLC0415

    settings = _settings(data, language)
    work = check_all(settings, _language(settings), _tell)
    _finish(work, settings, keeps=False)


@cli.command()
def backup(
    file: Annotated[Path, typer.Argument(help="What to write, such as tokki.backup.")],
    secrets: Annotated[bool, typer.Option(help="Also the key of Slack's tokens.")] = False,
    data: DataFolder = None,
    language: Spoken = None,
) -> None:
    """Write all that Tokki remembers into one file, while it runs."""
    from bot.operating.backup import backup as back_up  # noqa: PLC0415

    settings = _settings(data, language)
    work = back_up(settings, file, _language(settings), _tell, with_secrets=secrets)
    _finish(work, settings, keeps=False)


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `tokki backup` has written.")],
    data: DataFolder = None,
    language: Spoken = None,
) -> None:
    """Fill a new data folder from a backup."""
    from bot.operating.restore import restore as restore_all  # noqa: PLC0415

    settings = _settings(data, language)
    work = restore_all(settings, file, _language(settings), _tell)
    _finish(work, settings, keeps=False)


@cli.command()
def space(
    name: Annotated[str, typer.Argument(help="A model or version, such as sentiment or ours@2.")],
    out: Annotated[
        Path | None, typer.Option(help="The folder to write; one of its name, by default.")
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve", help="Show it from here, too; needs gradio.")
    ] = False,
    example: Annotated[
        list[str] | None, typer.Option(help="A text to try on the page; may be given again.")
    ] = None,
    community: Annotated[
        str | None, typer.Option(help="Whose version, such as discord:123; by default, yours.")
    ] = None,
    data: DataFolder = None,
    language: Spoken = None,
) -> None:
    """Write a model's page as a folder that runs without Tokki, here or as a Space of the Hub."""
    from bot.operating.space import Wanted, make_space  # noqa: PLC0415

    settings = _ready_settings(data, language)
    place = replace(_HERE, community=community or _HERE.community)
    actor = _actor(None, None, _language(settings), None)
    wanted = Wanted(name, tuple(example or ()), out, serve)
    _finish(make_space(settings, wanted, actor, place, _tell), settings)


@cli.command()
def sync(
    server: Annotated[
        int | None, typer.Option(help="Only for this Discord server, at once; by its id.")
    ] = None,
    remove: Annotated[bool, typer.Option(help="Take away what --server has of its own.")] = False,
    data: DataFolder = None,
    language: Spoken = None,
) -> None:
    """Tell Discord the commands anew, as `tokki run` does whenever they have changed."""
    from bot.on_discord.setup.sync import sync_now  # noqa: PLC0415

    if remove and server is None:
        raise typer.BadParameter("goes with --server", param_hint="--remove")
    settings = _ready_settings(data, language)
    work = sync_now(settings, _language(settings), server, _tell, is_removal=remove)
    _finish(work, settings)


@slack.command()
def manifest(
    prefix: Annotated[
        str | None,
        typer.Option(help="Stands before each command, such as tokki-; by default, as set."),
    ] = None,
    request_url: Annotated[
        str | None, typer.Option(help="For HTTP instead of Socket Mode: where Slack finds Tokki.")
    ] = None,
    redirect_url: Annotated[
        str | None,
        typer.Option(help="For several workspaces: where an installation ends; else as set."),
    ] = None,
    language: Spoken = None,
) -> None:
    """Print the manifest of the Slack app, and the link that opens Slack with it filled in."""
    from bot.on_slack.setup.new_app import Addresses, BadAddress, new_app, told  # noqa: PLC0415

    kept = _ready_settings(None, language)
    settings = kept if prefix is None else _settings(None, language, slack_prefix=prefix)
    try:
        addresses = Addresses.given(request_url, redirect_url, settings.slack_redirect_url)
    except BadAddress as error:
        sentence = error.sentence(_language(settings))
        raise typer.BadParameter(sentence, param_hint=error.option) from error
    app = new_app(settings.slack_prefix, addresses)
    text, next_steps = told(app, kept, settings.slack_prefix, addresses, _language(settings))
    typer.echo(text)
    for step in next_steps:
        typer.echo(f"\n{step}", err=True)


@audit.command()
def verify(data: DataFolder = None, language: Spoken = None) -> None:
    """Look whether every entry is as it was noted; keep the digests to notice a cut-off end."""
    from bot.operating.auditing import verify as verify_all  # noqa: PLC0415

    settings = _settings(data, language)
    _finish(verify_all(settings, _language(settings), _tell), settings, keeps=False)


@db.command("check")
def check_db(data: DataFolder = None, language: Spoken = None) -> None:
    """Look whether the database is whole, and the files of trained versions are there."""
    from bot.operating.database_check import check_database  # noqa: PLC0415

    settings = _settings(data, language)
    _finish(check_database(settings, _language(settings), _tell), settings, keeps=False)


@db.command("move")
def move_db(
    to: Annotated[
        str | None,
        typer.Option(help="Where to, postgresql://…; by default, as TOKKI_DATABASE_URL says."),
    ] = None,
    back: Annotated[
        bool, typer.Option("--back", help="From the server of TOKKI_DATABASE_URL to the folder.")
    ] = False,
    data: DataFolder = None,
    language: Spoken = None,
) -> None:
    """Bring what Tokki remembers from the data folder to a PostgreSQL server, or back."""
    from bot.operating.moving import move, move_back  # noqa: PLC0415

    if back and to:
        raise typer.BadParameter("goes without --to", param_hint="--back")
    settings = _settings(data, language)
    spoken = _language(settings)
    work = move_back(settings, spoken, _tell) if back else move(settings, to, spoken, _tell)
    _finish(work, settings, keeps=False)


def _tell(sentence: str) -> None:
    """Say something to the operator, in a line; on a terminal without cutting words."""
    typer.echo(_fitting(sentence, sys.stdout))


def _complain(sentence: str) -> None:
    typer.echo(_fitting(sentence, sys.stderr), err=True)


def _fitting(sentence: str, stream: TextIO) -> str:
    if not stream.isatty():
        return sentence
    from bot.on_terminal.drawing.wrapping import wrapped  # noqa: PLC0415 - it needs rich

    return wrapped(sentence, width())


def _finish(
    work: Coroutine[None, None, int],
    settings: Settings,
    *,
    as_json: bool = False,
    keeps: bool = True,
) -> NoReturn:
    """Do what was asked for, and exit with how it went."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # from here on there is a way out
    try:
        code = asyncio.run(_guarded(work, settings, as_json=as_json, keeps=keeps))
    except KeyboardInterrupt:
        code = 130
    raise typer.Exit(code)


async def _guarded(
    work: Coroutine[None, None, int], settings: Settings, *, as_json: bool, keeps: bool
) -> int:
    """Return the exit code of some work; say what stands in its way.

    One that `keeps` nothing, or sees to that itself, finds the data folder as it is.
    """
    # Imported here so that `tokki --help` does not wait for the database and the prompt.
    from bot.app import prepare  # noqa: PLC0415
    from bot.on_terminal.startup import say_failure  # noqa: PLC0415
    from handlers.guard.failures import crash, known_failure  # noqa: PLC0415
    from storage.errors import StorageError  # noqa: PLC0415

    gc.freeze()  # modules live for ever, and cost later full runs nothing
    gc.enable()
    language = _language(settings)
    try:
        if keeps:
            prepare(settings)
        return await work
    except BadSetting as error:
        _complain(explain_value(error.name, error.problem, language))
        return USER_ERROR
    except StorageError as error:
        say_failure(known_failure(error, language), language, as_json=as_json)
        return USER_ERROR
    except Exception as error:
        say_failure(crash(error, "the command line", language), language, as_json=as_json)
        return CRASH
    finally:
        work.close()


async def _chat(
    settings: Settings,
    actor: Actor,
    command: str | None,
    encoding: str | None,
    *,
    as_json: bool,
) -> int:
    """Chat; where the disk takes nothing more, at least about what there is."""
    from bot.app import prepare, running  # noqa: PLC0415
    from bot.on_terminal.session import ChatOptions  # noqa: PLC0415
    from bot.on_terminal.session import chat as open_chat  # noqa: PLC0415
    from storage.errors import DatabaseFull, DatabaseReadOnly  # noqa: PLC0415

    with suppress(DatabaseFull, DatabaseReadOnly):  # which the database tells of itself
        prepare(settings)
    async with running(settings, is_reading_enough=True) as app:
        if app.unwritable:
            _complain(_only_reads(app.unwritable, actor.language))
        jobs = None if app.unwritable else app.services.jobs
        options = ChatOptions(actor.language, command, as_json, app.warm_up, jobs, encoding)
        async with _pages(app, settings, is_chat=command is None and jobs is not None):
            return await open_chat(app.dispatcher, actor, _HERE, settings.data_dir, options)


@asynccontextmanager
async def _pages(app: "App", settings: Settings, *, is_chat: bool) -> AsyncIterator[None]:
    """Serve the pages for a browser beside a chat, where they are wanted."""
    if not is_chat or settings.web_url is None:
        yield
        return
    from bot.on_web.connection.door import beside_a_chat  # noqa: PLC0415

    async with beside_a_chat(app, settings):
        yield


def _only_reads(why: "StorageError", language: Language) -> str:
    return say(language, f"terminal.only_reads_{why.code}", **why.facts)


def _settings(data: Path | None, language: Language | None, **given: object) -> Settings:
    """Read the settings; an option of the command line wins over the environment."""
    env_file = _env_file(language or language_of_system())
    spoken = language or _language_set(env_file.values)
    try:
        return Settings(**given, **_given(data, language))  # type: ignore[arg-type]  # checked by pydantic
    except ValidationError as error:
        idle = explain_what_does_nothing(env_file, spoken)
        _refuse([*explain_settings(error, spoken), *idle])


def _given(data: Path | None, language: Language | None) -> dict[str, object]:
    """Return the settings that are options of every command, as far as they were given."""
    given = {"data_dir": data, "language": language and str(language)}
    return {name: value for name, value in given.items() if value is not None}


def _ready_settings(data: Path | None, language: Language | None, **given: object) -> Settings:
    """Read the settings for what begins now, and say which names are none of them."""
    settings = _settings(data, language, **given)
    spoken = _language(settings)
    for sentence in explain_what_does_nothing(_env_file(spoken), spoken):
        _complain(sentence)
    return settings


def _env_file(language: Language) -> EnvFile:
    try:
        return read_env_file()
    except BadEnvFile as error:
        _refuse([explain_env_file(error, language)])


def _refuse(sentences: Iterable[str]) -> NoReturn:
    for sentence in sentences:
        _complain(sentence)
    raise typer.Exit(USER_ERROR)


def _actor(
    user: str | None, role: RoleName | None, language: Language, encoding: str | None
) -> Actor:
    """By default the local admin; somebody else is a member unless a role is given."""
    if user is None:
        admin = Role[(role or RoleName.ADMIN).name]
        return Actor(LOCAL, LOCAL, admin, language, zone=SystemZone())
    try:
        name = decode_typed(user, encoding)
    except Undecodable as error:
        raise typer.BadParameter("is not in UTF-8.", param_hint="--user") from error
    who = canonical(name)  # the same person, however their keyboard spells it
    if not who:
        raise typer.BadParameter("is nobody's name.", param_hint="--user")
    member = Role[(role or RoleName.MEMBER).name]
    return Actor(who, name, member, language, zone=SystemZone())


def _language(settings: Settings) -> Language:
    return language_of_system() if settings.language == "auto" else Language(settings.language)


def _language_set(env_file: Mapping[str, str]) -> Language:
    """Return the language in which to complain of the settings, before they are settings."""
    both = (*env_file.items(), *os.environ.items())
    given = {name.upper(): value for name, value in both if value}  # an empty one is not set
    wanted = given.get("TOKKI_LANGUAGE", "")
    return Language(wanted) if wanted in set(Language) else language_of_system()


def language_of_system() -> Language:
    """Return the language of the locale, as the usual variables tell it."""
    wanted = next(
        (os.environ[k] for k in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(k)), ""
    )
    return Language.KOREAN if wanted.lower().startswith("ko") else Language.ENGLISH
