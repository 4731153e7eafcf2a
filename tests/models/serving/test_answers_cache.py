"""Remembered answers: the same for the same question only, shared, bounded by bytes."""

import asyncio
import gc
import tracemalloc
from dataclasses import dataclass, field
from sys import getsizeof

import pytest

from models.errors import Busy, NoMask
from models.results import Origin
from models.serving.answers_cache import AnswerKey, AnswersCache
from models.tasks.classification import TextToClassify
from models.tasks.fill_mask import MaskedText
from models.tasks.tokenization import LinesToTokenize
from tests.models.engine_help import running
from tests.models.tiny import TEXTS
from tests.waiting import turns, within

MB = 1_000_000
ANSWERS = 120


def size(item: object, answer: object) -> int:
    return getsizeof(item) + getsizeof(answer)


def question(text: str = "good", **other: object) -> AnswerKey:
    return AnswerKey("slot", None, 1, "torch", text)._replace(**other)


@dataclass
class Oracle:
    """Counts what it is asked; answers when it may."""

    asked: int = 0
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    error: Exception | None = None

    async def __call__(self) -> str:
        self.asked += 1
        await self.may_answer.wait()
        if self.error:
            raise self.error
        return f"answer {self.asked}"


@pytest.fixture
def oracle():
    oracle = Oracle()
    oracle.may_answer.set()
    return oracle


async def test_the_same_question_is_computed_once(oracle):
    answers = AnswersCache(MB, size)
    assert answers.find(question()) is None
    first = await answers.get(question(), oracle)
    assert answers.find(question()) is first
    assert answers.reused["slot"] == 1
    assert oracle.asked == 1


@pytest.mark.parametrize(
    "other",
    [
        {"slot": "x"},
        {"revision": "b"},
        {"load": 2},
        {"engine": "onnx-int8"},
        {"item": "bad"},
        {"asker": "another community"},
    ],
)
async def test_any_other_question_is_another(oracle, other):
    answers = AnswersCache(MB, size)
    await answers.get(question(), oracle)
    assert answers.find(question(**other)) is None


async def test_who_asks_meanwhile_shares_the_answer():
    oracle, answers = Oracle(), AnswersCache(MB, size)
    asked = [asyncio.ensure_future(answers.get(question(), oracle)) for _ in range(20)]
    await asyncio.sleep(0)
    oracle.may_answer.set()
    assert set(await asyncio.gather(*asked)) == {"answer 1"}
    assert answers.reused["slot"] == 19


async def test_who_leaves_takes_nobody_elses_answer_away():
    oracle, answers = Oracle(), AnswersCache(MB, size)
    asked = [asyncio.ensure_future(answers.get(question(), oracle)) for _ in range(20)]
    await asyncio.sleep(0)
    for gone in (0, 5, 1):  # the first computes; the second will, then
        asked[gone].cancel()
        await turns()
    oracle.may_answer.set()
    async with within("an answer for each of those who stay"):
        got = await asyncio.gather(*asked, return_exceptions=True)
    there = [each for place, each in enumerate(got) if place not in (0, 5, 1)]
    assert set(there) == {"answer 3"}
    assert all(isinstance(got[gone], asyncio.CancelledError) for gone in (0, 5, 1))


async def test_errors_are_shared_but_not_remembered():
    oracle, answers = Oracle(error=NoMask(mask="[MASK]")), AnswersCache(MB, size)
    asked = [asyncio.ensure_future(answers.get(question(), oracle)) for _ in range(5)]
    await asyncio.sleep(0)
    oracle.may_answer.set()
    got = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(each, NoMask) for each in got)
    assert oracle.asked == 1
    oracle.error = None
    assert await answers.get(question(), oracle) == "answer 2"


async def test_a_refusal_is_for_the_one_who_was_refused():
    oracle, answers = Oracle(error=Busy(name="x", seconds=1)), AnswersCache(MB, size)
    first = asyncio.ensure_future(answers.get(question(), oracle))
    await asyncio.sleep(0)
    second = asyncio.ensure_future(answers.get(question(), oracle))
    await asyncio.sleep(0)
    oracle.may_answer.set()
    with pytest.raises(Busy):
        await first
    oracle.error = None
    assert await second == "answer 2"


async def test_the_least_recently_used_goes_first(oracle):
    answers = AnswersCache(100_000, size)
    for each in range(200):
        await answers.get(question(str(each)), oracle)
        assert answers.find(question("0"))
        assert answers.size_bytes <= 100_000
    assert answers.find(question("1")) is None
    assert answers.find(question("199"))


async def test_what_is_too_large_is_not_kept(oracle):
    answers = AnswersCache(100_000, size)
    await answers.get(question("a" * 50_000), oracle)
    assert answers.find(question("a" * 50_000)) is None
    assert answers.size_bytes == 0


async def test_without_bytes_nothing_is_kept_or_shared(oracle):
    answers = AnswersCache(0, size)
    assert {await answers.get(question(), oracle) for _ in range(3)} == {
        "answer 1",
        "answer 2",
        "answer 3",
    }


@pytest.mark.parametrize("kind", ["classify", "fill_mask", "tokenize"])
async def test_the_bytes_are_what_the_answers_really_take(tiny, kind):
    """Labels are shared by all answers, which the estimate may leave out of account."""
    async with running(tiny.root, answers_bytes=100 * MB) as service:

        async def ask(number: int) -> None:
            text = f"movie {number} good [MASK] 오늘 밥은 정말 " + "food " * (number % 20)
            if kind == "classify":
                await service.ask(tiny.get("bert"), TextToClassify(text))
            elif kind == "fill_mask":
                await service.ask(tiny.get("mlm"), MaskedText(text, 5))
            else:
                await service.ask(tiny.get("bert"), LinesToTokenize((text, text)))

        for number in range(20):
            await ask(number)
        gc.collect()
        before = service._answers.size_bytes
        tracemalloc.start()
        try:
            for number in range(100, 100 + ANSWERS):
                await ask(number)
            gc.collect()
            real = tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()
        counted = service._answers.size_bytes - before
        print(f"{kind}: {real / ANSWERS:.0f} bytes each, counted {counted / ANSWERS:.0f}")
        assert 0.6 * real < counted < 1.8 * real


async def test_a_repeated_question_needs_no_lane_and_no_network(tiny):
    async with running(tiny.root, budget_bytes=8_000_000, answers_bytes=MB) as service:
        first, second = tiny.get("large-1", Origin.BUNDLED), tiny.get("large-2")
        answer = await service.ask(first, TextToClassify("good"))
        await service.ask(second, TextToClassify("good"))  # there is room for one
        assert not service.state(first).is_loaded
        assert await service.ask(first, TextToClassify("good")) is answer
        assert not service.state(first).is_loaded
        assert service.state(first).reused == 1
        assert await service.ask(first, TextToClassify("bad")) != answer
        assert service.state(first).is_loaded


async def test_files_that_may_change_are_not_trusted_after_they_left_memory(tiny):
    async with running(tiny.root, budget_bytes=8_000_000, answers_bytes=MB) as service:
        first, second = tiny.get("large-1"), tiny.get("large-2")
        answer = await service.ask(first, TextToClassify("good"))
        assert await service.ask(first, TextToClassify("good")) is answer
        await service.ask(second, TextToClassify("good"))
        again = await service.ask(first, TextToClassify("good"))
        assert again is not answer
        assert again == answer


async def test_options_and_tasks_are_part_of_the_question(tiny):
    async with running(tiny.root, answers_bytes=MB) as service:
        filler = tiny.get("mlm")
        one, two = [await service.ask(filler, MaskedText("good [MASK]", top)) for top in (1, 2)]
        assert (len(one.masks[0]), len(two.masks[0])) == (1, 2)
        plain = await service.ask(filler, LinesToTokenize(("good",)))
        assert plain != await service.ask(filler, LinesToTokenize(("good",), "bad"))
        assert plain != await service.ask(filler, LinesToTokenize(("good", "good")))
        assert service.state(filler).reused == 0
        assert await service.ask(filler, MaskedText("good [MASK]", 2)) is two
        assert service.state(filler).reused == 1


async def test_a_crowd_that_asks_the_same_is_one_computation(tiny):
    async with running(tiny.root, answers_bytes=MB) as service:
        bert = tiny.get("bert")
        texts = TEXTS * 30
        answers = await asyncio.gather(*(service.ask(bert, TextToClassify(text)) for text in texts))
        assert len(set(map(id, answers))) == len(TEXTS)
        assert service.state(bert).reused == len(texts) - len(TEXTS)
