"""`tokki check`: looks at the set-up of every platform whose token is set."""

from bot.doors import Say
from bot.findings import Findings
from bot.settings import Settings
from handlers.texts import say
from handlers.types import Language


async def check(settings: Settings, language: Language, tell: Say) -> int:
    """Tell what is well and what is not; return 0 where all is well, else 2.

    A platform's library is imported only for its check.
    """
    codes = []
    if settings.discord_token:
        from bot.on_discord.setup.check import check as check_discord  # noqa: PLC0415

        codes.append(await check_discord(settings, language, tell))
    if settings.slack_bot_token or settings.slack_app_token or settings.slack_client_id:
        from bot.on_slack.setup.check import check as check_slack  # noqa: PLC0415

        codes.append(await check_slack(settings, language, tell))
    if not codes:
        return _nothing_set(language, tell)
    return max(codes)


def _nothing_set(language: Language, tell: Say) -> int:
    findings = Findings(language, tell)
    findings.bad_sentence(say(language, "run.no_token"))
    return findings.exit_code
