"""What is done at the start for every workspace that has installed Tokki."""

from bot.doors import Say
from bot.on_slack.connection.web_api import web_client
from bot.on_slack.installs.installs import Installs, install_address
from bot.on_slack.showing import leftovers
from bot.settings import Settings
from handlers.services import Jobs
from handlers.texts import say
from handlers.types import Language


async def greet(
    installed: Installs, settings: Settings, jobs: Jobs, language: Language, tell: Say
) -> None:
    """Tell each workspace what a crash cut off there, and the operator how many there are."""
    bots, locked = await installed.bots()
    for bot in bots:
        web = web_client(bot.bot_token, settings.slack_api_url)
        await leftovers.tell(web, str(bot.team_id), jobs)
    address = install_address(settings)
    tell(say(language, "run.slack_workspaces", count=len(bots), url=address))
    if locked:
        tell(say(language, "run.slack_locked_tokens", count=locked, url=address))
