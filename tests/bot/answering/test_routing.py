"""What the doors decide alike: who sees an answer, what it replaces, and what is fetched when."""

from dataclasses import dataclass, field

import pytest

from bot.answering.answer import Pace
from bot.answering.in_flight import AnswersInFlight
from bot.answering.routing import Router, Visit, wants_form
from bot.answering.screen import Showing
from handlers.asking.classifying.classify import CLASSIFY
from handlers.asking.models_list import MODELS
from handlers.commands import MESSAGE_ACTIONS
from handlers.types import Actor, Language, Reply, Role, UserError
from tests.bot.example_table import READ
from tests.handlers.conftest import ELSEWHERE
from tests.waiting import until

MINA = Actor("mina", "mina", Role.MEMBER, Language.ENGLISH)


@dataclass
class Paper:
    """A screen that keeps what it was to show, and how."""

    showing: Showing | None = None
    shown: list[Reply] = field(default_factory=list)
    message = None
    quiet_s = 0.0

    async def acknowledge(self) -> None: ...

    async def show(self, reply: Reply, *, is_last: bool) -> None:
        if is_last:
            self.shown.append(reply)


class Lab:
    """A router over a real dispatcher."""

    def __init__(self, bot) -> None:
        in_flight = AnswersInFlight(bot.services.jobs, Pace(1.0, 1.0, crowd=10))
        self.router = Router(bot.dispatcher, in_flight)
        self.paper = Paper()
        self.visit = Visit(MINA, ELSEWHERE, self._screen)

    def _screen(self, showing: Showing) -> Paper:
        self.paper = Paper(showing)
        return self.paper

    async def answered(self) -> Reply:
        await until(lambda: self.paper.shown, "an answer")
        return self.paper.shown[-1]


@pytest.fixture
def lab(bot) -> Lab:
    return Lab(bot)


def test_only_a_command_without_the_text_that_it_needs_opens_a_form():
    assert wants_form(CLASSIFY, {}) and wants_form(CLASSIFY, {"top": 2})
    assert not wants_form(CLASSIFY, {"text": "hello"})
    assert not wants_form(MODELS, {})


def test_files_are_asked_for_where_a_form_takes_some():
    assert wants_form(READ, {}, has_files=True) and not wants_form(READ, {})


async def test_the_table_says_who_sees_an_answer(lab):
    lab.router.run(lab.visit, MODELS, {})
    assert lab.paper.showing == Showing(is_private=True, is_shareable=True)
    assert (await lab.answered()).error is None
    lab.router.run(lab.visit, CLASSIFY, {"text": "good movie"})
    assert lab.paper.showing == Showing(is_private=False)
    assert (await lab.answered()).bars


async def test_options_are_completed_on_the_way(lab):
    async def complete(options):
        return {**options, "top": 1}

    lab.router.run(lab.visit, CLASSIFY, {"text": "good movie"}, complete)
    assert len((await lab.answered()).bars) == 1


async def test_a_message_is_for_the_one_who_asked_and_is_read_once_they_may(lab):
    classify, add = MESSAGE_ACTIONS
    read = []

    async def text() -> str:
        read.append("good movie")
        return read[-1]

    lab.router.run_on_message(lab.visit, classify.command, text)
    assert lab.paper.showing == Showing(is_private=True, is_shareable=True)
    assert (await lab.answered()).bars and len(read) == 1
    lab.router.run_on_message(lab.visit, add.command, text)
    assert (await lab.answered()).error.code == "role_moderator"
    assert len(read) == 1


async def test_a_message_that_cannot_be_read_is_said_in_words(lab):
    classify, _ = MESSAGE_ACTIONS

    async def nothing() -> str:
        raise UserError("message_empty")

    lab.router.run_on_message(lab.visit, classify.command, nothing)
    assert (await lab.answered()).error.code == "message_empty"


@pytest.mark.parametrize(
    ("control", "value", "is_private", "showing"),
    [
        ("fb:1:right", None, True, Showing(is_private=True)),
        ("fb:1:label", "joy", False, Showing(is_private=True)),
        ("fb:1:label", "joy", True, Showing(is_private=True, is_in_place=True)),
        ("me:learn:no", None, True, Showing(is_private=True, is_in_place=True)),
        ("me:learn:no", None, False, Showing(is_private=True)),
        ("nobody's:1", None, False, Showing(is_private=True)),
    ],
)
async def test_how_the_answer_to_a_press_is_shown(lab, control, value, is_private, showing):
    lab.router.press(lab.visit, control, value, is_private=is_private)
    assert lab.paper.showing == showing
    assert await lab.answered()
