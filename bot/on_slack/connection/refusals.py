"""What Slack says no with, and what to do then: wait, go another way, or give up.

https://docs.slack.dev/reference/methods/chat.postMessage
"""

import aiohttp
from slack_sdk.errors import SlackApiError

REFUSALS = ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired")
"""Errors of the token itself, whatever is asked for.

https://docs.slack.dev/reference/methods/auth.test"""
LIMITED = "ratelimited"
TOO_LATE = ("expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id")
"""A form cannot be opened any more."""
_FOR_GOOD = (
    *REFUSALS,
    *("not_allowed_token_type", "missing_scope", "org_login_required", "socket_mode_not_enabled"),
)
"""Errors that waiting does not mend. While the door opens, each of them closes it."""
_PASSING = (
    *("internal_error", "fatal_error", "service_unavailable", "request_timeout"),
    *(LIMITED, "team_added_to_org"),
)
_OTHER_NAMES = {
    "trigger_expired": "expired_trigger_id",
    "trigger_exchanged": "exchanged_trigger_id",
    "invalid_trigger": "invalid_trigger_id",
    "rate_limited": LIMITED,
    "invalid_blocks_format": "invalid_blocks",
}
"""Slack has two names for some errors; which of them comes depends on the method and the day."""
_LONGEST_CODE = 100
_SERVER_ERROR = 500


def code_of(error: SlackApiError) -> str:
    """Return what Slack calls an error, by the one of its names that we know; nothing if it is odd.

    It may have to stand in a line: so it is one, and short.
    """
    said = error.response.get("error") if hasattr(error.response, "get") else None
    code = " ".join(said.split())[:_LONGEST_CODE] if isinstance(said, str) else ""
    return _OTHER_NAMES.get(code, code)


def may_pass(error: BaseException) -> bool:
    """Tell whether it is worth trying again to open the door."""
    if isinstance(error, SlackApiError):
        return code_of(error) not in _FOR_GOOD
    return isinstance(error, (OSError, aiohttp.ClientError))


def may_go_elsewhere(error: SlackApiError) -> bool:
    """Tell whether another way may lead to the reader: not where waiting helps, or nothing does."""
    status = getattr(error.response, "status_code", 0)
    return code_of(error) not in (*REFUSALS, *_PASSING) and status < _SERVER_ERROR
