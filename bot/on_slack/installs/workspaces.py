"""What is done at the start for every workspace that has installed Tokki."""

from collections.abc import Mapping

from slack_sdk.web.async_client import AsyncWebClient

from bot.doors import Say
from bot.on_slack.connection.web_api import web_client
from bot.on_slack.incoming.people import community_of
from bot.on_slack.installs.installs import Installs, install_address
from bot.settings import Settings
from handlers.texts import say
from handlers.types import Language


async def greet(
    installed: Installs, settings: Settings, language: Language, tell: Say
) -> Mapping[str, AsyncWebClient]:
    """Tell the operator how many there are; return how Slack is spoken to in each community."""
    bots, locked = await installed.bots()
    address = install_address(settings)
    tell(say(language, "run.slack_workspaces", count=len(bots), url=address))
    if locked:
        tell(say(language, "run.slack_locked_tokens", count=locked, url=address))
    return {
        community_of(str(bot.team_id)): web_client(bot.bot_token, settings.slack_api_url)
        for bot in bots
    }
