"""Answers that are none of Slack's: the page of a proxy, a text, a list, half of a JSON.

slack_sdk hands them on as if they were objects, or says no as Slack never does. Here each becomes
one kind of error, with nothing in it, so that whoever catches Slack's errors can read it.
"""

from collections.abc import Mapping

from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

_UNREADABLE = (ValueError, RecursionError)
"""No JSON, no text in its encoding, nested too deep, a number of too many digits."""


class OddAnswer(SlackApiError):
    """Something has answered, but not as Slack would."""


class RefusesOddAnswers(AsyncRetryHandler):
    """Stands last among the handlers: tries nothing again, and lets nothing odd pass.

    slack-bolt gives it to every client that it makes.
    """

    def __init__(self, api_url: str) -> None:
        """`api_url` is where the Web API is; what is sent elsewhere, such as a file, is let be."""
        super().__init__()
        self._api_url = api_url

    async def can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        """Return that there is nothing to try again.

        Raises:
            OddAnswer: what came cannot be from Slack.
        """
        if not request.url.startswith(self._api_url):
            return False
        if error is None:
            if response and not isinstance(response.body, Mapping):
                raise odd_answer(request.url, response.status_code)
        elif isinstance(error, SlackApiError):
            if not isinstance(error, OddAnswer):  # no JSON: slack_sdk gives aiohttp's response
                raise odd_answer(request.url, int(getattr(error.response, "status", 0))) from error
        elif isinstance(error, _UNREADABLE):
            raise odd_answer(request.url, 0) from error
        return False


def odd_answer(url: str, status: int) -> OddAnswer:
    """Return the error that stands for an answer of another kind."""
    nothing = AsyncSlackResponse(
        client=AsyncWebClient(),
        http_verb="POST",
        api_url=url,
        req_args={},
        data={},
        headers={},
        status_code=status,
    )
    said = f"what answers at {url} with {status} is not Slack"
    return OddAnswer(said, nothing)  # type: ignore[no-untyped-call]


def text_in(answer: AsyncSlackResponse, *path: str) -> str:
    """Return a text that has to stand in an answer.

    Raises:
        OddAnswer: it does not.
    """
    found: object = answer.data
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    if not isinstance(found, str) or not found:
        raise odd_answer(answer.api_url, answer.status_code)
    return found
