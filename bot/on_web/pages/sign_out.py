"""Out of the pages, in this browser."""

from aiohttp import web

from bot.on_web.connection.cookie import Cookie
from bot.on_web.page import Page
from bot.on_web.turn import Turn
from handlers.people.web import digest_of
from handlers.table import Bilingual


async def sign_out(turn: Turn) -> web.StreamResponse:
    """Let the session be over, and the browser forget it."""
    cookie = Cookie(turn.site.url)
    if secret := cookie.secret(turn.request):
        await turn.site.services.storage.web_sessions.end(digest_of(secret))
    text = turn.say("web.signed_out_now")
    response = turn.show("word.html", text=text, visitor=None)
    cookie.take(response)
    response.headers["Clear-Site-Data"] = '"cache"'  # pictures, for whoever comes next
    return response


SIGN_OUT = Page(
    "out", Bilingual("Sign out", "나가기"), gets={}, posts={"": sign_out}, is_in_menu=False
)
