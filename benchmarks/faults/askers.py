"""People on Discord and Slack who ask and judge, and what they are told."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.faults.answered import first_of
from benchmarks.faults.platforms import MANAGES
from handlers.texts import say
from handlers.types import Language
from tests.servers.discord_server import LoopbackDiscord
from tests.servers.discord_server import Message as DiscordMessage
from tests.servers.discord_server import UserAction as DiscordAction
from tests.servers.slack_server import LoopbackSlack
from tests.servers.slack_server import Message as SlackMessage
from tests.servers.slack_server import UserAction as SlackAction

PATIENCE_S = 120.0
_THANKS = ("Noted", "Thank you")
_RIGHT = say(Language.ENGLISH, "feedback.right")


@dataclass(frozen=True)
class Said:
    """What somebody was told, and what they can do with it."""

    words: str
    judge: Callable[[], Awaitable[str]] | None
    """Press Right, and return what is said then; None: it is no answer that can be judged.

    Raises as `Ask` does.
    """
    times: Callable[[], int]
    """How many such answers stand there by now."""


Ask = Callable[[str], Awaitable[Said]]
"""Ask about a text.

Raises NotThere where the platform itself says that Tokki is not, AssertionError where nobody says
anything.
"""


class NotThere(Exception):
    """Such as Discord's “This interaction failed”, and Slack's “operation_timeout”."""


def on_discord(discord: LoopbackDiscord, count: int) -> list[Ask]:
    """Let so many people be there, each question in a channel of its own."""
    guild = discord.add_guild("Lab")

    def of(number: int) -> Ask:
        person = discord.add_person(f"user{number}")
        guild.join(person, permissions=0 if number else MANAGES, roles=[])

        async def ask(text: str) -> Said:
            place = guild.add_channel(f"channel-{len(guild.channels)}")
            asked = await person.slash(place, "classify", {"text": text})
            with _told_by_discord(asked):
                shown = await asked.until(lambda one: _is_said(one.text), PATIENCE_S)

            async def judge() -> str:
                button = next(each for each in shown.controls if each.get("label") == _RIGHT)
                pressed = await person.press(shown, button["custom_id"])
                with _told_by_discord(pressed):
                    return (await pressed.answered(PATIENCE_S)).text

            def times() -> int:
                return sum(_can_be_judged(one) and not thanks(one.text) for one in place.messages)

            return Said(shown.text, judge if _can_be_judged(shown) else None, times)

        return ask

    return [of(number) for number in range(count)]


def on_slack(slack: LoopbackSlack, count: int) -> list[Ask]:
    """Let so many people be there, each question in a channel of its own."""
    opened = 0

    def of(number: int) -> Ask:
        person = slack.add_person(f"user{number}", is_admin=not number)
        alone = slack.dm(person)  # where Tokki goes on if a channel takes nothing

        async def ask(text: str) -> Said:
            nonlocal opened
            opened += 1
            place = slack.add_channel(f"channel-{opened}")
            asked = await person.command(place, "/classify", text)
            with _told_by_slack(asked):
                shown = await first_of(
                    asked.until(lambda one: _is_said(one.text_shown), PATIENCE_S),
                    asked.until(lambda one: _is_said(one.text_shown), PATIENCE_S, channel=alone),
                )

            async def judge() -> str:
                pressed = await person.press(shown, _RIGHT)
                with _told_by_slack(pressed):
                    said = await first_of(
                        pressed.answered(PATIENCE_S),
                        pressed.until(lambda one: one.text_shown, PATIENCE_S, channel=alone),
                    )
                    return said.text_shown

            def times() -> int:
                return sum(_has_right(one) and not thanks(one.text_shown) for one in place.messages)

            return Said(shown.text_shown, judge if _has_right(shown) else None, times)

        return ask

    return [of(number) for number in range(count)]


@contextmanager
def _told_by_discord(asked: DiscordAction) -> Iterator[None]:
    try:
        yield
    except AssertionError as error:
        raise error if asked.callbacks else NotThere from error


@contextmanager
def _told_by_slack(asked: SlackAction) -> Iterator[None]:
    try:
        yield
    except AssertionError as error:
        raise NotThere if asked.error and not asked.is_acknowledged else error from error


def thanks(text: str) -> bool:
    """Tell whether somebody is told that their judgement is noted; such words have buttons too."""
    return any(words in text for words in _THANKS)


def _is_said(text: str) -> bool:
    """What is said before there is an answer ends with dots, or is nothing yet."""
    words = text.rstrip()
    return bool(words) and "Loading" not in words and not words.endswith("…")


def _can_be_judged(message: DiscordMessage) -> bool:
    return any(each.get("label") == _RIGHT for each in message.controls)


def _has_right(message: SlackMessage) -> bool:
    labels = ((each.get("text") or {}).get("text") for each in message.controls)
    return _RIGHT in labels
