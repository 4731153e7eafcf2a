"""The words in which the command table is written: `Command`, `Option` and `Bilingual`."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from handlers.types import Language, Press, Reply, Request, Role, Visibility
from models.results import Task

if TYPE_CHECKING:  # the words of a command need nothing of what answers it
    from handlers.services import Services

CommandHandler = Callable[[Request, "Services"], Awaitable[Reply]]
PressHandler = Callable[[Press, "Services"], Awaitable[Reply]]


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
    DATASET = "dataset"
    """A dataset that there is, by its name."""
    COMMAND = "command"
    """One of the commands that there are, by its name, with one of its actions or without."""
    NAME = "name"
    """A new name: lower-case letters, Hangul, digits, - and _."""
    GROUP = "group"
    """A role of the platform or a person."""
    FILE = "file"
    """A file: attached, put into a form, or named by its path."""


@dataclass(frozen=True, slots=True)
class Option:
    """One typed option of a command."""

    name: Bilingual
    description: Bilingual
    kind: Kind
    is_required: bool = False
    unless: str | None = None
    """The option in whose place it stands: it is not required where that is given."""
    takes_free_text: bool = False
    """In the grammar, what is not key:value goes here; at most one option a command."""
    holds_words: bool = False
    """In the grammar, what stands behind its first word is its own, once there is free text."""
    minimum: int | None = None
    """Smallest number, or fewest characters."""
    maximum: int | None = None
    """Largest number, most characters, or most bytes."""
    file_types: tuple[str, ...] = ()
    """How the name of a file may end, such as `csv`; none: any way."""
    is_raw: bool = False
    """A file is given as it came: its handler finds out how its text is encoded."""
    choices: tuple[Bilingual, ...] = ()
    other_words: tuple[tuple[str, str], ...] = ()
    """What else may be typed for a choice, with its name in English."""
    task: Task | None = None
    """A model option completes the models that are made for this; None: all."""
    is_more: bool = False
    """Few people want it: a form that can has it behind *More*."""

    @property
    def may_be_parted(self) -> bool:
        """Whether it takes a text that says as much in several commands, unlike a name."""
        return self.takes_free_text and (self.maximum or 0) > LONGEST_NAME

    @property
    def is_of_names(self) -> bool:
        """Whether it takes one of the names that there are, which are offered."""
        return self.kind in (Kind.MODEL, Kind.DATASET)


async def choose_an_action(request: Request, services: "Services") -> Reply:
    """Stand where a command has no handler, since only its actions can be run."""
    raise AssertionError(f"nothing runs /{request.command.name.en} itself")


@dataclass(frozen=True, slots=True)
class Action:
    """What can be run: one of the things that a command does, or all of a command."""

    name: Bilingual
    description: Bilingual
    handler: CommandHandler
    options: tuple[Option, ...] = ()
    role: Role = Role.ASKER
    visibility: Visibility = Visibility.PUBLIC
    public_only_with: str = ""
    """Without this option, its answer is only for who asked: it has what others need not see."""
    is_long: bool = False
    """It may run for minutes; a door lets the chat go on meanwhile."""
    long_with: str = ""
    """The option with which alone it does so."""
    stays_open: bool = False
    """People go on in its answer, press after press: a window where the platform has some."""
    is_shareable: bool = True
    """Who alone sees its answer may show it to all."""
    is_quick: bool = False
    """It only tells what is known, so nobody has to wait with it for an answer under way."""
    example: Bilingual = Bilingual("", "")
    former_words: tuple[str, ...] = ()
    """What people give it that it does not take, or no more; `error.former_<name>` says what to do.

    One with a colon is an option, which the text may begin with as a word.
    """
    command: Bilingual | None = None
    """The name of the command that an action belongs to, which sets it."""

    @property
    def full_name(self) -> Bilingual:
        """How it is typed behind the slash: `classify`, or `dataset show`."""
        if self.command is None:
            return self.name
        return Bilingual(f"{self.command.en} {self.name.en}", f"{self.command.ko} {self.name.ko}")

    def is_long_with(self, given: Collection[str]) -> bool:
        """Whether it may run for minutes with these options."""
        return self.is_long or self.long_with in given

    def is_private(self, given: Collection[str]) -> bool:
        """Tell whether only who asks sees the answer, by the options that are given."""
        is_hidden = self.public_only_with and self.public_only_with not in given
        return self.visibility is Visibility.PRIVATE or bool(is_hidden)

    def lacks(self, given: Collection[str]) -> tuple[Option, ...]:
        """Return the options without which it cannot run, and that were not given."""
        return tuple(
            option
            for option in self.options
            if option.is_required and not {option.name.en, option.unless} & set(given)
        )

    @property
    def free_option(self) -> Option | None:
        """The option that takes free text."""
        return next((option for option in self.options if option.takes_free_text), None)


@dataclass(frozen=True, slots=True)
class Command(Action):
    """One command, declared once for every platform.

    One with actions does nothing by itself: they have the options and all else that is not in here.
    """

    handler: CommandHandler = choose_an_action
    actions: tuple[Action, ...] = ()

    def __post_init__(self) -> None:
        of_this = tuple(replace(action, command=self.name) for action in self.actions)
        object.__setattr__(self, "actions", of_this)

    @property
    def runs(self) -> tuple[Action, ...]:
        """What can be run: its actions, or else the command itself."""
        return self.actions or (self,)

    @property
    def least_role(self) -> Role:
        """Who may at least something of it."""
        return min(run.role for run in self.runs)


@dataclass(frozen=True, slots=True)
class MessageAction:
    """What can be done with somebody's message from its menu; only the one who asked sees it."""

    name: Bilingual
    command: Action
    """Runs with the message as its free text."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often one person may press something, where strangers may come."""

    a_minute: int
    too_fast: str
    """The code of the error for who presses more often."""


@dataclass(frozen=True, slots=True)
class ControlFamily:
    """Buttons and selects whose id begins with `prefix:`; prefixes are disjoint."""

    prefix: str
    handler: PressHandler
    role: Role = Role.ASKER
    visibility: Visibility = Visibility.PRIVATE
    """Who sees what comes of a press."""
    takes_value: bool = False
    """Some of its controls take what is chosen or typed; elsewhere a value is refused."""
    is_in_place: bool = False
    """The answer takes the place of the message that the control stands in."""
    is_long: bool = False
    """It may run for minutes; a door lets the chat go on meanwhile."""
    stays_open: bool = False
    """People go on in its answer, press after press: a window where the platform has some."""
    pace: Pace | None = None
    """None: as often as one may give commands."""


LONGEST_TEXT = 100_000
LONGEST_NAME = 100


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


def dataset_option(
    *,
    description: Bilingual = Bilingual(
        "Which dataset, if there are several", "데이터셋이 여럿일 때 그 이름"
    ),
    is_free: bool = False,
) -> Option:
    """Return which dataset is meant."""
    return Option(
        Bilingual("dataset", "데이터셋"),
        description,
        Kind.DATASET,
        takes_free_text=is_free,
        maximum=LONGEST_NAME,
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


def yes_no_option(name: Bilingual, description: Bilingual) -> Option:
    """Return whether something is so."""
    return Option(
        name,
        description,
        Kind.CHOICE,
        choices=(Bilingual("yes", "예"), Bilingual("no", "아니요")),
        other_words=(("네", "yes"), ("아니오", "no")),
    )


def label_option(en: str, ko: str) -> Option:
    """The option that names a label."""
    return Option(Bilingual("label", "라벨"), Bilingual(en, ko), Kind.TEXT, maximum=LONGEST_NAME)
