"""Which of Slack's refusals pass by themselves while the door opens."""

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.on_slack.connection.web_api import FOR_GOOD, code_of


def may_pass(error: BaseException) -> bool:
    """Tell whether it is worth trying again to open the door."""
    if isinstance(error, SlackApiError):
        return code_of(error) not in FOR_GOOD
    return isinstance(error, (OSError, aiohttp.ClientError))
