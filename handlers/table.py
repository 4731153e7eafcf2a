"""The words in which the command table is written: `Command`, `Option` and `Bilingual`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from handlers.services import Services
from handlers.types import Language, Press, Reply, Request, Role, Visibility
from models.results import Task

CommandHandler = Callable[[Request, Services], Awaitable[Reply]]
PressHandler = Callable[[Press, Services], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same in English and Korean."""

    en: str
    ko: str

    def to(self, language: Language) -> str:
        """Return it in one language."""
        return self.ko if language is Language.KOREAN else self.en


class Kind(StrEnum):
    """What an option takes."""

    TEXT = "text"
    INTEGER = "integer"
    CHOICE = "choice"
    MODEL = "model"
    NAME = "name"
    """A new name: lower-case letters, Hangul, digits, - and _."""
    GROUP = "group"
    """A role of the platform or a person."""


@dataclass(frozen=True, slots=True)
class Option:
    """One typed option of a command."""

    name: Bilingual
    description: Bilingual
    kind: Kind
    is_required: bool = False
    takes_free_text: bool = False
    """In the grammar, what is not key:value goes here; at most one option a command."""
    minimum: int | None = None
    """Smallest number, or fewest characters."""
    maximum: int | None = None
    """Largest number, or most characters."""
    choices: tuple[Bilingual, ...] = ()
    task: Task | None = None
    """A model option completes the models that are made for this; None: all."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command, declared once for every platform."""

    name: Bilingual
    description: Bilingual
    handler: CommandHandler
    options: tuple[Option, ...] = ()
    role: Role = Role.MEMBER
    visibility: Visibility = Visibility.PUBLIC
    is_long: bool = False
    """It may run for minutes; a door lets the chat go on meanwhile."""
    example: Bilingual = Bilingual("", "")
    former_words: tuple[str, ...] = ()
    """What it once took; `error.former_<name>` tells those who still write it what to do now."""

    @property
    def free_option(self) -> Option | None:
        """The option that takes free text."""
        return next((option for option in self.options if option.takes_free_text), None)


@dataclass(frozen=True, slots=True)
class MessageAction:
    """What can be done with somebody's message from its menu; only the one who asked sees it."""

    name: Bilingual
    command: Command
    """Runs with the message as its free text."""


@dataclass(frozen=True, slots=True)
class ControlFamily:
    """Buttons and selects whose id begins with `prefix:`; prefixes are disjoint."""

    prefix: str
    handler: PressHandler
    role: Role = Role.MEMBER
    visibility: Visibility = Visibility.PRIVATE
    """Who sees what comes of a press."""
    is_in_place: bool = False
    """The answer takes the place of the message that the control stands in."""
    is_long: bool = False
    """It may run for minutes; a door lets the chat go on meanwhile."""


LONGEST_TEXT = 100_000


def text_option(en: str, ko: str) -> Option:
    """Return what a command reads; it takes the free text."""
    return Option(
        Bilingual("text", "글"),
        Bilingual(en, ko),
        Kind.TEXT,
        is_required=True,
        takes_free_text=True,
        maximum=LONGEST_TEXT,
    )


def model_option(
    en: str, ko: str, task: Task | None = None, *, takes_free_text: bool = False
) -> Option:
    """Return which model is meant."""
    return Option(
        Bilingual("model", "모델"),
        Bilingual(en, ko),
        Kind.MODEL,
        takes_free_text=takes_free_text,
        task=task,
    )


def number_option(en: str, ko: str, most: int, *, takes_free_text: bool = False) -> Option:
    """Return how many to show."""
    return Option(
        Bilingual("top", "개수"),
        Bilingual(en, ko),
        Kind.INTEGER,
        takes_free_text=takes_free_text,
        minimum=1,
        maximum=most,
    )
