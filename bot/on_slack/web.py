"""How Slack's Web API is spoken to: patient with rate limits, and where it is."""

from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

_TIMEOUT_S = 30
REFUSALS = (
    *("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"),
    *("not_allowed_token_type", "missing_scope", "org_login_required"),
)
"""Errors that waiting does not mend. https://docs.slack.dev/reference/methods/auth.test"""


def web_client(token: str | None, api_url: str | None) -> AsyncWebClient:
    """Return a client for a token; None: each call brings its workspace's."""
    return AsyncWebClient(
        token=token,
        base_url=f"{api_url.rstrip('/')}/" if api_url else AsyncWebClient.BASE_URL,
        timeout=_TIMEOUT_S,
        retry_handlers=retry_handlers(),
    )


def retry_handlers() -> list[AsyncRetryHandler]:
    """Return what is tried again: slack_sdk itself gives up at a 429."""
    return [
        AsyncConnectionErrorRetryHandler(max_retry_count=2),
        AsyncRateLimitErrorRetryHandler(max_retry_count=5),
        AsyncServerErrorRetryHandler(max_retry_count=2),
    ]
