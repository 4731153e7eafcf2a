"""People are told what takes time, how long, and why something was refused."""

import asyncio
import json
from dataclasses import dataclass, replace

import pytest

from handlers.asking.checkpoints import say_if_slow
from handlers.asking.classifying.classify import CLASSIFY
from handlers.asking.model_info import MODEL_INFO, model_info
from handlers.guard.failures import explain
from handlers.types import Language, Request
from models.errors import MachineTooSmall, WaitedTooLong
from models.reasons import Reason
from models.reports import Outlook
from models.results import Checkpoint, EngineReport, Task
from tests.handlers.conftest import running
from tests.waiting import until

ENGLISH, KOREAN = Language.ENGLISH, Language.KOREAN


@dataclass
class Telling:
    """Models of which only the outlook is known."""

    said: Outlook

    def outlook(self, checkpoint: Checkpoint, asker: str, task: Task | None) -> Outlook:
        assert asker == "terminal:local"
        return self.said


async def told(bot, outlook: Outlook, language: Language = ENGLISH) -> list[str]:
    replies = []

    async def progress(reply):
        replies.append(reply.text)

    actor = replace(bot.actor, language=language)
    request = Request(CLASSIFY, {}, actor, bot.place, progress)
    services = replace(bot.services, models=Telling(outlook))
    await say_if_slow(services, bot.services.models.find("sentiment"), request)
    return replies


async def test_who_is_answered_soon_is_told_nothing(bot):
    assert await told(bot, Outlook(0, 0.0)) == []
    assert await told(bot, Outlook(40, 1.9)) == []


@pytest.mark.parametrize(
    ("outlook", "language", "sentence"),
    [
        (
            Outlook(1233, 7.2),
            ENGLISH,
            "sentiment@0 is busy: you are number 1,234 in line, about 8 s.",
        ),
        (Outlook(4, 2.0), KOREAN, "sentiment@0 모델이 바빠요. 5번째로 기다리고 있고 2초쯤 걸려요."),
        (Outlook(0, 0, False), ENGLISH, "Loading sentiment@0 …"),
        (
            Outlook(0, 0, False, 2.4),
            ENGLISH,
            "Loading sentiment@0 … this usually takes about 2 s here.",
        ),
        (
            Outlook(0, 0, False, 0.1),
            KOREAN,
            "sentiment@0 모델을 불러오고 있어요 … 여기서는 보통 1초쯤 걸려요.",
        ),
    ],
)
async def test_who_waits_is_told_how_long(bot, outlook, language, sentence):
    assert await told(bot, outlook, language) == [sentence]


async def test_load_times_outlive_a_restart(tmp_path, checkpoints):
    path = tmp_path / "models" / "load_times.json"
    async with running(tmp_path, checkpoints, load_times_file=path) as bot:
        await bot.ok("/classify good")
        assert bot.progress[0].text == "Loading sentiment@0 …"
        await bot.ok("/classify good")
        assert len(bot.progress) == 1
        await until(path.exists, "the load times are written, beside what else happens")
    rows = json.loads(path.read_text())
    path.write_text(json.dumps([[*rows[0][:3], [7.0]]]))
    async with running(tmp_path, checkpoints, load_times_file=path) as bot:
        await bot.ok("/classify good")
        assert "about 7 s here" in bot.progress[0].text


async def test_a_loading_model_is_told_of_while_it_loads(bot):
    """The second asker, too, hears that the weights are still being read."""
    replies = await asyncio.gather(bot.ok("/classify good"), bot.ok("/classify bad"))
    assert len(replies) == 2
    assert [reply.text for reply in bot.progress] == ["Loading sentiment@0 …"] * 2


@pytest.mark.parametrize("language", [ENGLISH, KOREAN])
@pytest.mark.parametrize(
    "error",
    [
        MachineTooSmall(name="ours@1", size_mb=1234, free_mb=567),
        WaitedTooLong(name="ours@1", seconds=60),
    ],
)
def test_refusals_are_sentences_with_their_facts(error, language):
    sentence = explain(error.code, error.facts, language)
    for fact in error.facts.values():
        assert (f"{fact:,}" if isinstance(fact, int) else fact) in sentence


AGREED = EngineReport("onnx-int8", 0.998, 0.012, 0.0001)
REFUSED = replace(AGREED, name="onnx-fp32", refused="onnx-int8", refused_same_labels=0.948)


async def told_of(bot, report, actor):
    @dataclass
    class Described:
        inner: object

        def __getattr__(self, name):
            return getattr(self.inner, name)

        async def describe(self, checkpoint):
            info = await self.inner.describe(checkpoint)
            return replace(info, state=replace(info.state, engine=report, reused=12))

    async def progress(reply):
        pass

    services = replace(bot.services, models=Described(bot.services.models))
    request = Request(MODEL_INFO, {"model": "sentiment"}, actor, bot.place, progress)
    return dict((await model_info(request, services)).table.rows)


async def test_model_info_says_how_well_an_engine_agreed(bot):
    facts = await told_of(bot, AGREED, bot.actor)
    assert "12" in facts.values()
    assert facts["engine"] == (
        "onnx-int8: same label as torch on 99.8% of the trial texts, "
        "probabilities within 0.012; alone and in a batch within 0.0001"
    )
    facts = await told_of(bot, AGREED, bot.korean().actor)
    assert facts["엔진"] == (
        "onnx-int8: 시험 문장의 99.8%에서 torch와 라벨이 같고 확률 차이는 0.012 이내예요. "
        "따로 물을 때와 묶어서 물을 때의 차이는 0.0001 이내예요"
    )


async def test_model_info_says_which_engine_was_refused_and_why(bot):
    told = (await told_of(bot, REFUSED, bot.actor))["engine"]
    assert told.endswith(". onnx-int8 would be faster, but has the same label on 94.8% only")
    told = (await told_of(bot, REFUSED, bot.korean().actor))["엔진"]
    assert told.endswith("더 빠른 onnx-int8 엔진은 라벨이 같은 문장이 94.8%뿐이라서 쓰지 않아요")


async def test_model_info_says_why_nothing_faster_than_torch_answers(bot):
    stays = EngineReport("torch", stays=Reason.ENGINE_FAMILY.of("xlnet"))
    told = (await told_of(bot, stays, bot.actor))["engine"]
    assert told == ("torch. Tokki cannot write networks of the kind xlnet for a faster engine yet.")
    told = (await told_of(bot, stays, bot.korean().actor))["엔진"]
    assert told == "torch. xlnet 신경망은 아직 더 빠른 엔진으로 옮길 수 없어요."
