"""What the commands of the command line take alike."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.on_terminal.local_people import LOCAL
from bot.on_terminal.system_zone import SystemZone
from handlers.reading.decoding import Undecodable, decode_typed, known_encoding
from handlers.types import Actor, Language, Place, Role
from models.canonical import canonical

HERE = Place("terminal", "terminal:local", "terminal", is_private_property=True)

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


def actor_of(
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
