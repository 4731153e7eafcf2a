"""The commands of `tokki`: chat here, or run on the platforms."""

from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from bot.command_line.given_settings import given_settings, read_settings, ready_settings
from bot.command_line.language import language_of
from bot.command_line.options import (
    HERE,
    DataFolder,
    Encoding,
    RoleName,
    SharedOut,
    Spoken,
    actor_of,
)
from bot.command_line.outcome import finish, tell

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
    settings = ready_settings(data, language)
    from bot.command_line.chat import chat_here  # noqa: PLC0415 - `tokki --help` does not wait

    actor = actor_of(user, role, language_of(settings), encoding)
    work = chat_here(settings, actor, command, encoding, as_json=as_json)
    finish(work, settings, as_json=as_json, keeps=False)


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
    settings = ready_settings(data, language, **own)
    work = serve(settings, language_of(settings), tell, given_settings(data, language) | own)
    finish(work, settings)


@cli.command()
def check(data: DataFolder = None, language: Spoken = None) -> None:
    """Check the set-up of every platform whose token is set, and say how to put it right."""
    from bot.checking import check as check_all  # noqa: PLC0415

    settings = read_settings(data, language)
    work = check_all(settings, language_of(settings), tell)
    finish(work, settings, keeps=False)


@cli.command()
def backup(
    file: Annotated[Path, typer.Argument(help="What to write, such as tokki.backup.")],
    secrets: Annotated[bool, typer.Option(help="Also the key of Slack's tokens.")] = False,
    data: DataFolder = None,
    language: Spoken = None,
) -> None:
    """Write all that Tokki remembers into one file, while it runs."""
    from bot.operating.backup import backup as back_up  # noqa: PLC0415

    settings = read_settings(data, language)
    work = back_up(settings, file, language_of(settings), tell, with_secrets=secrets)
    finish(work, settings, keeps=False)


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `tokki backup` has written.")],
    data: DataFolder = None,
    language: Spoken = None,
) -> None:
    """Fill a new data folder from a backup."""
    from bot.operating.restore import restore as restore_all  # noqa: PLC0415

    settings = read_settings(data, language)
    work = restore_all(settings, file, language_of(settings), tell)
    finish(work, settings, keeps=False)


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

    settings = ready_settings(data, language)
    place = replace(HERE, community=community or HERE.community)
    actor = actor_of(None, None, language_of(settings), None)
    wanted = Wanted(name, tuple(example or ()), out, serve)
    finish(make_space(settings, wanted, actor, place, tell), settings)


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
    settings = ready_settings(data, language)
    work = sync_now(settings, language_of(settings), server, tell, is_removal=remove)
    finish(work, settings)


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

    kept = ready_settings(None, language)
    settings = kept if prefix is None else read_settings(None, language, slack_prefix=prefix)
    try:
        addresses = Addresses.given(request_url, redirect_url, settings.slack_redirect_url)
    except BadAddress as error:
        sentence = error.sentence(language_of(settings))
        raise typer.BadParameter(sentence, param_hint=error.option) from error
    app = new_app(settings.slack_prefix, addresses)
    text, next_steps = told(app, kept, settings.slack_prefix, addresses, language_of(settings))
    typer.echo(text)
    for step in next_steps:
        typer.echo(f"\n{step}", err=True)


@audit.command()
def verify(data: DataFolder = None, language: Spoken = None) -> None:
    """Look whether every entry is as it was noted; keep the digests to notice a cut-off end."""
    from bot.operating.auditing import verify as verify_all  # noqa: PLC0415

    settings = read_settings(data, language)
    finish(verify_all(settings, language_of(settings), tell), settings, keeps=False)


@db.command("check")
def check_db(data: DataFolder = None, language: Spoken = None) -> None:
    """Look whether the database is whole, and the files of trained versions are there."""
    from bot.operating.database_check import check_database  # noqa: PLC0415

    settings = read_settings(data, language)
    finish(check_database(settings, language_of(settings), tell), settings, keeps=False)


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
    settings = read_settings(data, language)
    spoken = language_of(settings)
    work = move_back(settings, spoken, tell) if back else move(settings, to, spoken, tell)
    finish(work, settings, keeps=False)
