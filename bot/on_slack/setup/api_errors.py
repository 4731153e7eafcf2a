"""What Slack answers where it does not do what was asked, and what else can stand in the way."""

from collections.abc import Awaitable, Mapping

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.on_slack.connection.refusals import LIMITED, code_of
from handlers.texts import say
from handlers.texts.reasons import explain_system_error
from handlers.types import Language

_OK, _SERVER_ERROR = 200, 500
_NOT_THERE = (0, _OK, 301, 302, 404, 405)
"""Where these come without a word of Slack's, another server has answered."""
_DOWN = ("fatal_error", "internal_error", "service_unavailable", "request_timeout")


class Refused(Exception):
    """Slack does not do what was asked, and says why in a code such as `invalid_auth`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TooMany(Exception):
    """Slack wants fewer requests for a while."""


class Blocked(Exception):
    """What stands before Slack, such as a proxy, lets nothing through."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Down(Exception):
    """Slack, or what stands before it, has trouble of its own."""

    def __init__(self, status: object) -> None:
        super().__init__(status)
        self.status = status


class NotSlack(Exception):
    """Something answers at the address, but not as Slack would."""


API_ERRORS = (Refused, TooMany, Blocked, Down, NotSlack, aiohttp.ClientError, OSError)
"""What may happen through nobody's mistake in this code; TimeoutError is an OSError."""

_SENTENCES: Mapping[type[BaseException], str] = {
    Refused: "refused",
    TooMany: "too_many",
    Blocked: "blocked",
    Down: "down",
    NotSlack: "not_slack",
    TimeoutError: "too_slow",
}


async def asked(asking: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    """Return what Slack answers.

    Raises:
        Refused: Slack says no.
        TooMany: Slack says later.
        Blocked: nobody but a proxy answers.
        Down: Slack cannot answer.
        NotSlack: another kind of server answers.
    """
    try:
        return await asking
    except SlackApiError as error:
        raise told_apart(error) from error


def explain_api_error(error: BaseException, url: str, language: Language) -> str:
    """Say what is wrong and what to do."""
    key = next((key for kind, key in _SENTENCES.items() if isinstance(error, kind)), "unreachable")
    facts = {
        "reason": getattr(error, "code", None) or explain_system_error(error, language),
        "status": getattr(error, "status", ""),
    }
    return say(language, f"check.slack_{key}", url=url, **facts)


def told_apart(error: SlackApiError) -> Exception:
    """Return what a failed call means."""
    code, status = code_of(error), int(getattr(error.response, "status_code", 0))
    if status >= _SERVER_ERROR or code in _DOWN:
        return Down(code or status)
    if code:
        return TooMany() if code == LIMITED else Refused(code)
    return NotSlack() if status in _NOT_THERE else Blocked(status)
