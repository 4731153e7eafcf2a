"""Words that mean ill, through every option of every command, on all three doors at once.

Discord and Slack are the real `tokki run` before loopback platforms, which check what they are sent
as the true ones do; the terminal is the real `tokki chat --json`.
"""

import asyncio
import json
import re
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.faults.answered import seen as seen_by
from benchmarks.faults.platforms import MANAGES, both, serving
from benchmarks.faults.typed import Typed, typed
from benchmarks.figures.report import Figure, Report
from handlers.texts import say
from handlers.types import Language
from tests.parity.doors.json_chat import JsonChat
from tests.servers.discord_server import LoopbackDiscord
from tests.servers.slack_server import LoopbackSlack, Message

PEOPLE, AT_ONCE = 64, 8
_PATIENCE_S = 120.0
BROKE = [say(each, "error.crash", reference="\0").partition("\0")[0] for each in Language]
_RAISED = re.compile(r"^Traceback \(most recent call last\):\n(?:[ \t].*\n)*(.*)", re.MULTILINE)
_SPARED = {
    "TOKKI_COMMANDS_A_MINUTE": "100000",
    "TOKKI_LIMITS": "letters=900000000 waiting=10000000 trainings=1000 downloads=1000",
}
"""What would be refused for being much is refused before it is read."""


@dataclass
class Seen:
    """What came of it."""

    sent: Counter[str] = field(default_factory=Counter)
    unanswered: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    """What a platform would refuse, or what pings."""
    tracebacks: list[str] = field(default_factory=list)
    """What was raised, in the logs."""

    def take(self, door: str, each: Typed, said: str | None) -> None:
        """Note one answer; None: there was none."""
        self.sent[door] += 1
        story = f"{door}: /{each.command} {each.options!r}"[:400]
        if said is None:
            self.unanswered.append(story)
        elif any(words in said for words in BROKE):
            self.broken.append(story)


def measure(report: Report, count: int) -> None:
    """Send so many, and add what came of them."""
    seen = asyncio.run(send(count))
    told = ", ".join(f"{number:,} {door}" for door, number in sorted(seen.sent.items()))
    for name, found in (
        ("tracebacks in the logs", seen.tracebacks),
        ("answers that something broke", seen.broken),
        ("pings, and what a platform refuses", seen.violations),
        ("unanswered", seen.unanswered),
    ):
        title = f"{sum(seen.sent.values()):,} generated inputs: {name}"
        report.figures.append(Figure(title, str(len(found)), "–", "0", not found, told))
        report.absent.extend(found[:10])


async def send(count: int) -> Seen:
    """Send each door a third of so many; its answers, and what the logs say of them."""
    seen = Seen()
    with tempfile.TemporaryDirectory() as folder:
        served, chatting = Path(folder) / "served", Path(folder) / "chat"
        await asyncio.gather(
            _served(served, [*typed(count // 3, 0)], [*typed(count // 3, 1)], seen),
            asyncio.to_thread(_chatted, chatting, [*typed(count - 2 * (count // 3), 2)], seen),
        )
        logs = [log for one in (served, chatting) for log in one.glob("logs/tokki.log*")]
        assert logs, "what is asked is logged"
        for log in logs:
            seen.tracebacks += _RAISED.findall(log.read_text("utf-8"))
    return seen


async def _served(
    folder: Path, discords: Sequence[Typed], slacks: Sequence[Typed], seen: Seen
) -> None:
    async with both() as (discord, slack):
        to_discord, to_slack = _discord(discord), _slack(slack)
        async with serving(folder, discord, slack, _SPARED):
            await asyncio.gather(
                _all("discord", discords, to_discord, seen),
                _all("slack", slacks, to_slack, seen),
            )
        seen.violations += [*discord.violations, *slack.violations]


async def _all(
    door: str, inputs: Iterable[Typed], ask: Callable[[Typed], Awaitable[str]], seen: Seen
) -> None:
    """Send all of them, some at once; what has no answer in time is noted."""
    waiting = iter(inputs)

    async def one_after_another() -> None:
        for each in waiting:
            try:
                said: str | None = await ask(each)
            except AssertionError:  # so the loopback servers say that nothing came
                said = None
            seen.take(door, each, said)

    await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))


def _discord(discord: LoopbackDiscord) -> Callable[[Typed], Awaitable[str]]:
    guild = discord.add_guild("Lab")
    people = [discord.add_person(f"user{n}", "ko" if n % 2 else "en-US") for n in range(PEOPLE)]
    for number, person in enumerate(people):
        guild.join(person, permissions=0 if number % 3 else MANAGES, roles=[])
    places = [guild.add_channel(f"channel-{n}") for n in range(PEOPLE)]
    turn = iter(range(10**9))

    async def ask(each: Typed) -> str:
        number = next(turn) % PEOPLE
        options = {
            name: people[number - 1]
            if name in each.people
            else ("x.csv", "text/csv", value)
            if isinstance(value, bytes)
            else value
            for name, value in each.options.items()
        }
        asked = await people[number].slash(places[number], each.command, options, check=False)
        await asked.acknowledged(_PATIENCE_S)
        return "form" if asked.modal else (await asked.answered(_PATIENCE_S)).text

    return ask


def _slack(slack: LoopbackSlack) -> Callable[[Typed], Awaitable[str]]:
    people = [slack.add_person(f"user{n}", is_admin=n % 3 == 0) for n in range(PEOPLE)]
    turn = iter(range(10**9))

    async def ask(each: Typed) -> str:
        number = next(turn)
        # A place of its own: what the bot posts there later answers nothing else.
        place = slack.add_channel(f"channel-{number}")
        name, *action = each.command.split()
        text = " ".join([*action, each.as_text()])
        asked = await people[number % PEOPLE].command(place, f"/{name}", text)
        answer = await seen_by(asked, _PATIENCE_S)
        return answer.text_shown if isinstance(answer, Message) else "form"

    return ask


def _chatted(folder: Path, inputs: Iterable[Typed], seen: Seen) -> None:
    folder.mkdir()
    with JsonChat(folder) as chat:
        for number, each in enumerate(inputs):
            words = (_word(folder, name, value, number) for name, value in each.options.items())
            line = f"/{each.command} {' '.join(words)}"
            # A backslash at the end means that the line goes on.
            answer = chat.say(re.sub(r"[\r\n]", " ", line).rstrip("\\"))
            seen.take("terminal", each, json.dumps(answer, ensure_ascii=False))


def _word(folder: Path, name: str, value: str | int | bytes, number: int) -> str:
    """Write an option as a script would, or as people do who do not quote."""
    if isinstance(value, bytes):
        path = folder / "x.csv"
        path.write_bytes(value)
        value = str(path)
    return f"{name}:{json.dumps(value, ensure_ascii=False) if number % 2 else value}"
