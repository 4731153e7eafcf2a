"""What a browser shows while somebody installs Tokki, in the language that it asks for."""

from html import escape
from urllib.parse import urlencode

from slack_bolt.oauth.async_callback_options import (
    AsyncCallbackOptions,
    AsyncFailureArgs,
    AsyncSuccessArgs,
)
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.answering.accept_language import preferred
from bot.on_slack.connection.paths import INSTALL_PATH
from bot.on_slack.drawing.prefixed import prefixed
from bot.on_slack.incoming.people import community_of
from handlers.people.presence import Presence
from handlers.texts import say
from handlers.types import Language

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Language",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_STYLE = """
:root { color-scheme: light dark; font: 1.1rem/1.6 system-ui, sans-serif; }
body { max-width: 32rem; margin: 12vh auto; padding: 0 1.5rem; text-align: center; }
a.button { display: inline-block; padding: .6rem 1.4rem; border-radius: .5rem; font-weight: 600;
  color: #fff; background: #26735f; text-decoration: none; }
"""
_KNOWN_REASONS = ("access_denied", "invalid_browser", "invalid_state")


class InstallFlow(AsyncOAuthFlow):
    """slack-bolt's own, with our page at its beginning."""

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:
        """Return the page that the installation begins at."""
        language = _language(request)
        words = say(language, "install.begin")
        return page(language, "install.title", words, say(language, "install.add"), url)


def callbacks(prefix: str, presence: Presence) -> AsyncCallbackOptions:
    """Return what answers those who come back from Slack; the commands have a prefix, or none."""

    async def done(args: AsyncSuccessArgs) -> BoltResponse:
        if team := args.installation.team_id:
            await presence.came(community_of(team))
        return _done(args, prefix)

    return AsyncCallbackOptions(success=done, failure=_failed)


def page(language: Language, title: str, words: str, label: str = "", url: str = "") -> str:
    """Return a page with one link; `title` is the key of a text."""
    button = f'<p><a class="button" href="{escape(url)}">{escape(label)}</a></p>' if url else ""
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(say(language, title))}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<h1>{escape(say(language, title))}</h1>\n<p>{escape(words)}</p>\n{button}\n"
        "</body>\n</html>\n"
    )


def _done(args: AsyncSuccessArgs, prefix: str) -> BoltResponse:
    language = _language(args.request)
    installed = args.installation
    address = urlencode({"team": installed.team_id or "", "id": installed.app_id or ""})
    done = prefixed(say(language, "install.done", team="{team}"), prefix)
    words = done.replace("{team}", str(installed.team_name or "Slack"))
    link = (say(language, "install.open"), f"slack://app?{address}")
    return _answer(200, page(language, "install.done_title", words, *link))


async def _failed(args: AsyncFailureArgs) -> BoltResponse:
    language = _language(args.request)
    known = args.reason if args.reason in _KNOWN_REASONS else "other"
    words = say(language, f"install.{known}", reason=args.reason)
    link = (say(language, "install.again"), INSTALL_PATH)
    return _answer(args.suggested_status_code, page(language, "install.failed_title", words, *link))


def _language(request: AsyncBoltRequest) -> Language:
    return preferred(",".join(request.headers.get("accept-language", ())))


def _answer(status: int, body: str) -> BoltResponse:
    return BoltResponse(
        status=status, body=body, headers={"Content-Type": "text/html; charset=utf-8"}
    )
