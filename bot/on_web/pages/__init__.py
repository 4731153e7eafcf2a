"""THE PAGES, one line each, in the order of the menu. `bot/on_web/page.py` says what one is."""

from bot.on_web.page import Page
from bot.on_web.pages.answers import ANSWERS
from bot.on_web.pages.ask import ASK
from bot.on_web.pages.dataset import DATASET
from bot.on_web.pages.home import HOME
from bot.on_web.pages.label import LABEL
from bot.on_web.pages.models import MODELS
from bot.on_web.pages.sign_out import SIGN_OUT

PAGES: tuple[Page, ...] = (
    HOME,
    ASK,
    LABEL,
    DATASET,
    MODELS,
    ANSWERS,
    SIGN_OUT,
)
