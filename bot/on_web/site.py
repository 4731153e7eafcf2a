"""What all pages share, put together once."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answering.in_flight import AnswersInFlight
from bot.answering.routing import Router
from bot.on_web.drawing.templates import Templates
from bot.on_web.page import Page
from bot.on_web.showing.answers import Answers
from bot.on_web.showing.once import Once
from handlers.dispatch import Dispatcher
from handlers.services import Services


@dataclass(frozen=True, slots=True)
class Site:
    """The pages of one Tokki."""

    url: str
    """Where a browser finds it, such as `https://tokki.example`."""
    dispatcher: Dispatcher
    services: Services
    in_flight: AnswersInFlight
    router: Router
    answers: Answers
    once: Once
    templates: Templates
    pages: Sequence[Page]
