"""A long day in seconds: a crowd of several communities, of whom half leave at random moments.

What must hold: whoever stays gets what a sequential run gives, and nobody hangs. How late the event
loop comes meanwhile is measured by `python -m benchmarks.serving`.
"""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass

import pytest

from models.errors import Busy
from models.results import Classification, LabelScore, MaskFill
from models.service.service import ModelService
from models.serving.lanes import MOST_WAITING
from models.tasks.classification import TextToClassify
from models.tasks.fill_mask import MaskedText
from models.tasks.tokenization import LinesToTokenize, Tokenization
from tests.models.engine_help import running
from tests.models.tiny import TEXTS, Tiny
from tests.waiting import turns, within

CALLS = 4_000
CALLERS = 64
COMMUNITIES = 5
AT_ONCE = 5_000
IN_ONE_TURN = 50
WORDS = ["good", "bad", "movie", "food", "the", "end", "오늘", "나", "밥은", "학교에", "[MASK]"]
KINDS = ("classify bert", "classify roberta", "fill_mask mlm", "tokenize bert", "tokenize roberta")

Answer = Classification | MaskFill | Tokenization


@dataclass(frozen=True)
class Question:
    kind: str
    text: str

    async def ask(self, service: ModelService, tiny: Tiny, asker: str) -> Answer:
        what, _, name = self.kind.partition(" ")
        checkpoint = tiny.get(name)
        if what == "classify":
            return await service.ask(checkpoint, TextToClassify(self.text), asker)
        if what == "fill_mask":
            return await service.ask(checkpoint, MaskedText(self.text, 3), asker)
        return await service.ask(checkpoint, LinesToTokenize((self.text, "good")), asker)


def questions(chance: random.Random) -> list[Question]:
    """A few hundred, short ones and a few that are cut, so that a sequential run takes seconds."""
    found = [Question(kind, f"{text} [MASK]") for kind in KINDS for text in TEXTS[:4]]
    found += [Question("classify bert", TEXTS[4])]
    while len(found) < 300:
        text = " ".join(chance.choice(WORDS) for _ in range(chance.randint(1, 12)))
        found.append(Question(chance.choice(KINDS), f"[MASK] {text}"))
    return found


def numbers(answer: Answer) -> list[float]:
    if isinstance(answer, Classification):
        return [each.score for each in sorted(answer.scores, key=_label)]
    if isinstance(answer, MaskFill):
        return [each.score for mask in answer.masks for each in mask]
    return []


def rest(answer: Answer) -> object:
    """What must be the same to the letter."""
    if isinstance(answer, Classification):
        return sorted(map(_label, answer.scores)), answer.tokens
    return answer.tokens if isinstance(answer, MaskFill) else answer


def _label(score: LabelScore) -> str:
    return score.label


def assert_alike(answer: Answer, alone: Answer) -> None:
    assert rest(answer) == rest(alone)
    assert numbers(answer) == pytest.approx(numbers(alone), abs=1e-4)


@pytest.mark.parametrize(
    ("answers_bytes", "renewals"),
    [(0, 0), (0, 10), (150_000, 0)],
    ids=["computed", "renewed meanwhile", "half remembered"],
)
async def test_thousands_of_calls_of_a_crowd_that_comes_and_goes(tiny, answers_bytes, renewals):
    chance = random.Random(answers_bytes)
    asked = questions(chance)
    ends: Counter[str] = Counter()
    async with running(tiny.root, answers_bytes=answers_bytes) as service:
        alone = {each: await each.ask(service, tiny, "") for each in asked}

        async def call(asker: str) -> None:
            question = chance.choice(asked)
            task = asyncio.ensure_future(question.ask(service, tiny, asker))
            if chance.random() < 0.5:
                await asyncio.sleep(chance.choice((0, 0.001, 0.03)) * chance.random())
                task.cancel()
            try:
                assert_alike(await task, alone[question])
                ends["answered"] += 1
            except asyncio.CancelledError:
                ends["cancelled"] += 1

        async def caller(number: int) -> None:
            for _ in range(number, CALLS, CALLERS):
                await call(f"community {number % COMMUNITIES}")

        async def renew() -> None:
            for _ in range(renewals):
                assert await service.renew(tiny.get("bert"))
                await asyncio.sleep(0.2)

        async with within("the end of each call", lambda: dict(ends)):
            await asyncio.gather(renew(), *map(caller, range(CALLERS)))
        assert all(not len(entry.loading.result().lane._queue) for entry in entries(service))
        assert all(entry.users == 0 for entry in entries(service))
    assert ends.total() == CALLS
    assert min(ends.values()) > CALLS / 20


def entries(service: ModelService) -> list[object]:
    return list(service._cache._entries.values())


async def test_five_thousand_at_once(tiny):
    """Refused early, with an estimate, none lost in silence, and other communities still heard.

    They come as fast as a door could read them; test_lanes.py has those that come in one turn.
    """
    bert = tiny.get("bert")
    async with running(tiny.root) as service:
        alone = [await service.ask(bert, TextToClassify(text)) for text in TEXTS]

        async def ask(number: int) -> Classification | int:
            try:
                return await service.ask(bert, TextToClassify(TEXTS[number % len(TEXTS)]), "loud")
            except Busy as busy:  # not kept: 4,000 tracebacks are much to look through for garbage
                return busy.facts["seconds"]

        async with within("an end for each", lambda: sum(each.done() for each in crowd)):
            crowd = []
            for number in range(AT_ONCE):
                crowd.append(asyncio.ensure_future(ask(number)))
                if number % IN_ONE_TURN == 0:
                    await asyncio.sleep(0)
            await turns()
            assert sum(not each.done() for each in crowd) <= 2 * MOST_WAITING, "refused at once"
            quiet = await service.ask(bert, TextToClassify(TEXTS[1]), "quiet")
            answers = [await each for each in crowd]
        assert_alike(quiet, alone[1])
    answered = [place for place, each in enumerate(answers) if isinstance(each, Classification)]
    refused = [each for each in answers if isinstance(each, int)]
    assert len(answered) + len(refused) == AT_ONCE
    assert len(answered) >= MOST_WAITING - 1
    assert all(each >= 1 for each in refused)
    for place in answered:
        assert_alike(answers[place], alone[place % len(TEXTS)])
