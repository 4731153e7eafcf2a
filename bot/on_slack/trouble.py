"""What Slack answers where it does not do what was asked, and what else can stand in the way."""

from collections.abc import Awaitable, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from handlers.texts import say
from handlers.types import Language

_OK, _SERVER_ERROR = 200, 500
_NOT_THERE = (_OK, 301, 302, 404, 405)
"""Where these come without a word of Slack's, another server has answered."""
_DOWN = ("fatal_error", "internal_error", "service_unavailable", "request_timeout")
_LONGEST_CODE = 100


class Refused(Exception):
    """Slack does not do what was asked, and says why in a code such as `invalid_auth`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Down(Exception):
    """Slack, or what stands before it, has trouble of its own."""

    def __init__(self, status: object) -> None:
        super().__init__(status)
        self.status = status


class NotSlack(Exception):
    """Something answers at the address, but not as Slack would."""


TROUBLES = (Refused, Down, NotSlack, aiohttp.ClientError, OSError)
"""What may happen through nobody's mistake in this code; TimeoutError is an OSError."""


async def asked(asking: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    """Return what Slack answers.

    Raises:
        Refused: Slack says no.
        Down: Slack cannot answer.
        NotSlack: another kind of server answers.
    """
    try:
        return await asking
    except SlackApiError as error:
        raise _told_apart(error.response) from error
    except AttributeError as error:  # slack_sdk expects an object, and has got a list or a text
        raise NotSlack from error


def trouble(error: BaseException, url: str, language: Language) -> str:
    """Say what is wrong and what to do."""
    match error:
        case Refused():
            return say(language, "check.slack_refused", reason=error.code)
        case Down():
            return say(language, "check.slack_down", status=error.status)
        case NotSlack():
            return say(language, "check.slack_not_slack", url=url)
        case TimeoutError():
            return say(language, "check.slack_too_slow")
    return say(language, "check.slack_unreachable", url=url, reason=error)


def _told_apart(response: object) -> Exception:
    if not isinstance(response, AsyncSlackResponse):  # no JSON although it says so
        return NotSlack()
    code = _code(response.data)
    if response.status_code >= _SERVER_ERROR or code in _DOWN:
        return Down(code or response.status_code)
    if code:
        return Refused(code)
    return NotSlack() if response.status_code in _NOT_THERE else Refused(str(response.status_code))


def _code(data: Mapping[str, Any] | bytes) -> str:
    code = data.get("error") if isinstance(data, Mapping) else None
    return " ".join(str(code or "").split())[:_LONGEST_CODE]
