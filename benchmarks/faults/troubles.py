"""What goes wrong around Tokki that it cannot help: what is lost, done twice, or not answered?

`tokki run` is a process of its own before loopback Discord and Slack, and people ask and judge all
the while. What Tokki says in so many words that it did not do is not lost.
"""

import asyncio
import re
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from benchmarks.faults.askers import Ask, NotThere, Said, on_discord, on_slack, thanks
from benchmarks.faults.inputs import BROKE
from benchmarks.faults.mishaps import MISHAPS, CannotBe, Mishap, Scene
from benchmarks.faults.platforms import both, serving
from benchmarks.figures.report import Figure, Report
from bot.data_folder import DATABASE_FILE
from storage.sqlite.inspection import faults_in

PEOPLE = 4
"""On each platform."""
_BEFORE_S = 3.0
_THINKS_S = 0.5
_VOTES = "SELECT q.text FROM feedback f JOIN queries q ON q.id = f.query_id"
_PRESSES = "SELECT q.text FROM feedback_history f JOIN queries q ON q.id = f.query_id"


@dataclass
class Endured:
    """What people were told, and what became of it."""

    answers: dict[str, Said] = field(default_factory=dict)
    """By the text that was asked about."""
    votes: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    """What was said instead of an answer, or of thanks."""
    again: int = 0
    """How often a platform itself said that nobody was there."""
    silent: list[str] = field(default_factory=list)
    """Where nothing was said, or that something broke."""
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)

    async def take(self, text: str, said: Said) -> None:
        """Note what was said; an answer is judged."""
        if said.judge is None:
            return self._refuse(text, said.words)
        self.answers[text] = said
        words = await said.judge()
        if thanks(words):
            self.votes.append(text)
        else:
            self._refuse(text, words)
        return None

    def _refuse(self, text: str, words: str) -> None:
        if any(broken in words for broken in BROKE):
            self.silent.append(f"{text}: {words}"[:400])
        else:
            self.refused[re.split(r"[:.]", words)[0][:60]] += 1


def measure(report: Report, seconds: float) -> None:
    """Let each last for so long, and add what was lost, done twice or not answered."""
    for mishap in MISHAPS:
        print(f"  {mishap.name}", file=sys.stderr, flush=True)
        title = f"{mishap.name}, {seconds:.0f} s: lost, done twice, without a sentence"
        goal = "0, 0, 0"
        try:
            found = asyncio.run(endured(mishap, seconds))
        except CannotBe as reason:
            report.figures.append(Figure(title, "–", "–", goal, None, str(reason)))
            continue
        wrong = (found.lost, found.twice, found.silent)
        ours = ", ".join(str(len(each)) for each in wrong)
        report.figures.append(Figure(title, ours, "–", goal, not any(wrong), _told(found)))
        report.absent.extend(story for each in wrong for story in each[:5])


def _told(found: Endured) -> str:
    told = [f"{len(found.answers)} answers, {len(found.votes)} votes"]
    told += [f"{number} times “{words}”" for words, number in found.refused.most_common(3)]
    told += [f"asked again {found.again} times"] * bool(found.again)
    return "; ".join(told)


async def endured(mishap: Mishap, seconds: float) -> Endured:
    """Let people ask before, meanwhile and afterwards; count what is left of it."""
    found = Endured()
    with tempfile.TemporaryDirectory() as place:
        beside = Path(place)
        async with both() as (discord, slack):
            scene = Scene(beside / "served", beside, discord, slack, seconds)
            asks = [*on_discord(discord, PEOPLE), *on_slack(slack, PEOPLE)]
            with mishap.around(scene) as environment:
                async with serving(scene.folder, discord, slack, environment):
                    await _all_along(mishap, scene, asks, found)
                path = scene.folder / DATABASE_FILE
                found.lost += _lost(path, found)
                found.twice += _twice(path, found)
    return found


async def _all_along(mishap: Mishap, scene: Scene, asks: Sequence[Ask], found: Endured) -> None:
    over = asyncio.Event()
    people = [
        asyncio.create_task(_go_on(f"of {number}", ask, mishap, found, over))
        for number, ask in enumerate(asks)
    ]
    await asyncio.sleep(_BEFORE_S)
    await mishap.strike(scene)
    over.set()
    await asyncio.gather(*people)
    for number, ask in enumerate(asks):  # all is well again
        text = f"afterwards {number} is good"
        await _asked(text, ask, mishap, found)
        if text not in found.votes:
            found.silent.append(f"{text}: is not answered as before")


async def _go_on(whose: str, ask: Ask, mishap: Mishap, found: Endured, over: asyncio.Event) -> None:
    for number in count():
        if over.is_set():
            return
        await _asked(f"text {number} {whose} is good", ask, mishap, found)
        await asyncio.sleep(_THINKS_S)


async def _asked(text: str, ask: Ask, mishap: Mishap, found: Endured) -> None:
    try:
        said = await ask(text)
        await found.take(text, said)
    except NotThere:
        if not mishap.is_of_the_platform:
            found.silent.append(f"{text}: the platform had to say that nobody is there")
        found.again += 1
    except AssertionError as error:  # so the loopback servers say that nothing came
        found.silent.append(f"{text}: {error}"[:400])


def _lost(path: Path, found: Endured) -> Iterator[str]:
    with closing(sqlite3.connect(path)) as file:
        asked = {text for (text,) in file.execute("SELECT text FROM queries")}
        voted = {text for (text,) in file.execute(_VOTES)}
    yield from (f"answer: {text}" for text in found.answers if text not in asked)
    yield from (f"vote: {text}" for text in found.votes if text not in voted)
    yield from faults_in(path)


def _twice(path: Path, found: Endured) -> Iterator[str]:
    with closing(sqlite3.connect(path)) as file:
        for what, rows in (("asked", "SELECT text FROM queries"), ("voted", _PRESSES)):
            times = Counter(text for (text,) in file.execute(rows))
            yield from (f"{what} twice: {text}" for text, number in times.items() if number > 1)
    yield from (f"shown twice: {text}" for text, said in found.answers.items() if said.times() > 1)
