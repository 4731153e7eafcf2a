"""The neutral types that every front door and every handler speaks.

A door turns a platform's event into a `Request` (or a `Press` of a control) and draws the `Reply`.
Nothing here knows a platform, a model or a table.

    UserError   what was wrong; its code picks the sentence in texts/ that says what to do
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # the table is written in these types
    from handlers.table import Action


@dataclass(frozen=True, slots=True)
class Group:
    """Some people of a community, such as a Discord role, or one person, by the platform's id."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class File:
    """A file: attached to a reply, or what a handler gets for an option of kind FILE."""

    name: str
    content: bytes
    """A text that is given to a handler is in UTF-8, however it came, unless it wants it raw."""

    @property
    def type(self) -> str:
        """What the name ends in, such as `csv`; empty where there is nothing."""
        stem, dot, end = self.name.rpartition(".")
        return end.lower() if stem and dot else ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that somebody gives with a command, before it is fetched: what is said of it."""

    name: str
    size: int
    """In bytes."""
    fetch: Callable[[int], Awaitable[bytes]]
    """Returns what is in it, or as much as shows that it has more bytes than given.

    Raises a `UserError` where it is not there.
    """
    encoding: str | None = None
    """Of its text, where whoever gives it says so."""


OptionValue = str | int | Group | Attachment | File


class Role(IntEnum):
    """What somebody may do in a community; a higher role may all that a lower one may."""

    SHUT_OUT = 1
    """Only what everybody may: to read and to erase what is kept of them."""
    ASKER = 2
    """Whatever a member may, but labels: nothing that they say is learned."""
    MEMBER = 3
    MODERATOR = 4
    ADMIN = 5


class Visibility(StrEnum):
    """Who sees a reply: the whole channel, or only the one who asked."""

    PUBLIC = "public"
    PRIVATE = "private"


class Language(StrEnum):
    """The languages that Tokki answers in."""

    ENGLISH = "en"
    KOREAN = "ko"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. `id` is unique in the platform."""

    id: str
    name: str
    role: Role
    """What the platform's own permissions make of them; a community's settings may differ."""
    language: Language
    groups: tuple[str, ...] = ()
    """Ids of the groups that they belong to; none where the platform knows no groups."""
    is_known: bool = True
    """Whether the platform has told who they are; else `role` is the least that they may be."""
    is_language_known: bool = True
    """Whether `language` is theirs, or only a guess."""
    zone: tzinfo | None = None
    """In which they read times; None: nobody knows, so UTC."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is asked. Everything stored belongs to exactly one `community`."""

    platform: str
    community: str
    """A Discord server, a Slack workspace or the local terminal, such as `terminal:local`."""
    channel: str
    asks_for_options: bool = False
    """The platform itself asks for a command's options; elsewhere people type key:value."""
    has_forms: bool = False
    """People type key:value, or fill in a form; messages have a menu."""
    has_pages: bool = False
    """Each command is a form on a page of its own."""
    command_prefix: str = ""
    """Stands before the names of commands here, such as `tokki-`."""
    most_file_bytes: int | None = None
    """The largest file that can be shown here; None: nothing says."""
    is_private_property: bool = False
    """Nobody but its owner comes here, as to a terminal: nobody has to be slowed down."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: a label and a score from 0 to 1."""

    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under named columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a text, by characters, and what there is to say of it."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A text with places pointed out: in their order, and none within another."""

    text: str
    marks: tuple[Mark, ...]

    def parts(self) -> Iterator[tuple[str, str | None]]:
        """Yield the text piece by piece; with a label what is marked."""
        behind = 0
        for mark in self.marks:
            yield self.text[behind : mark.start], None
            yield self.text[mark.start : mark.end], mark.label
            behind = mark.end
        yield self.text[behind:], None

    @property
    def in_brackets(self) -> str:
        """The text for where nothing but letters can be shown."""
        return "".join(
            part if label is None else f"[{part} {label}]" for part, label in self.parts()
        )


@dataclass(frozen=True, slots=True)
class Picture(File):
    """A file that is looked at; it is opaque, so it can be read on dark and on light."""

    alt: str
    """What there is to see, for those who do not see it."""


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press. `id` carries the whole state, so a press after a restart still works."""

    id: str
    label: str
    style: Literal["plain", "good", "bad"] = "plain"
    key: str = ""
    """A letter that presses it at a terminal, whatever stands beside it; "": the next one free."""


@dataclass(frozen=True, slots=True)
class Select:
    """One choice out of many; the pressed value is one of `options`."""

    id: str
    label: str
    options: tuple[str, ...]


Control = Button | Select


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong, for a program to read; the reply's text says it to people."""

    code: str
    message: str
    reference: str | None = None
    """Six characters that stand beside the same failure in the log; only for what is our fault."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as data. Each door draws it as its platform would have it, within its limits."""

    title: str | None = None
    text: str | None = None
    bars: tuple[Bar, ...] = ()
    table: Table | None = None
    code: str | None = None
    files: tuple[File, ...] = ()
    """Pictures among them are shown."""
    controls: tuple[Control, ...] = ()
    footer: Mapping[str, str] = field(default_factory=dict)
    """Small print: model@version, time, tokens, query number."""
    error: Failure | None = None
    language: Language | None = None
    """In which it is written, for the words that a door adds; dispatch fills it in."""
    job: int | None = None
    """The job that this tells of: its message is found again by this number after a restart."""
    stage: str | None = None
    """How far that job has come, as roughly as people read: who cannot draw a line anew tells each
    stage once."""
    goes_on: bool = False
    """Nobody can cancel that job: where Tokki ends before it, it goes on at the next start."""
    marked: MarkedText | None = None
    """Stands above the text."""


ProgressSink = Callable[[Reply], Awaitable[None]]
NamesOfPeople = Callable[[Sequence[str]], Awaitable[Mapping[str, str]]]
"""Returns what people are called here, by their ids, as far as the platform says it soon."""


async def nobody_is_known(_: Sequence[str]) -> Mapping[str, str]:
    """Return no names: ids are names, as in a terminal, or there is nobody to ask."""
    return {}


@dataclass(frozen=True, slots=True)
class Request:
    """A command as somebody gave it; dispatch checks the options before a handler sees them."""

    command: "Action"
    options: Mapping[str, OptionValue]
    actor: Actor
    place: Place
    progress: ProgressSink
    names: NamesOfPeople = nobody_is_known

    def number(self, option: str, default: int) -> int:
        """Return what was given for an option of kind INTEGER, once dispatch has checked it."""
        value = self.options.get(option, default)
        assert isinstance(value, int)
        return value


@dataclass(frozen=True, slots=True)
class Press:
    """A control as somebody pressed it. `value` is the chosen option of a select."""

    control: str
    value: str | None
    actor: Actor
    place: Place
    progress: ProgressSink


class UserError(Exception):
    """Something that the one who asked can mend.

    `code` names the sentence in texts/ (`error.<code>`), `facts` fill its blanks.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts
