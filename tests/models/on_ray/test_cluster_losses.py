"""A node and the head lose power: no question is lost, nor what is trained."""

import asyncio
import logging
import time
from contextlib import suppress

import pytest

from models.on_ray.store import Store
from models.tasks.classification import TextToClassify
from tests.models.engine_help import running
from tests.models.on_ray.conftest import TOKEN, ClusterOfTests, bot_on
from tests.models.tiny import TEXTS
from tests.parity.doors.discord_door import DiscordDoor
from tests.parity.doors.process import LONG_S
from tests.parity.test_resume import teach
from tests.parity.test_scenario import asked_until
from tests.servers.discord_server import UserAction
from tests.waiting import until, within

pytestmark = [pytest.mark.scale, pytest.mark.xdist_group("ray")]

log = logging.getLogger(__name__)


async def test_a_node_that_loses_power_under_load_costs_nobody_an_answer(cluster, tiny, tmp_path):
    checkpoint, place = tiny.get("bert"), (cluster.nodes.address, cluster.deployment)
    questions = [TextToClassify(f"{TEXTS[n % len(TEXTS)]} {n}") for n in range(400)]
    async with running(tiny.root, engine="torch") as here:
        wanted = [await here.ask(checkpoint, each) for each in questions]
    async with bot_on(*place, tiny, tmp_path, 60.0, TOKEN) as bot:
        await bot.found()
        await bot.service.ask(checkpoint, TextToClassify("it opens"))
        victims = {one["node_id"] for one in cluster.replicas}
        asking = []
        losing = asyncio.create_task(lost(cluster, victims))
        for each in questions:
            asking.append(asyncio.create_task(bot.service.ask(checkpoint, each)))
            await asyncio.sleep(0.01)
        async with within("all answers"):
            answers = await asyncio.gather(*asking)
            await losing
        assert [one.scores[0].label for one in answers] == [one.scores[0].label for one in wanted]
        await until(lambda: new_nodes(cluster) - victims, "replicas elsewhere")
    for _ in victims:
        cluster.nodes.do("gain")


async def lost(cluster: ClusterOfTests, nodes: set[str]) -> None:
    for each in nodes:
        await asyncio.to_thread(cluster.nodes.do, f"lose {each}")


def new_nodes(cluster: ClusterOfTests) -> set[str]:
    return {one["node_id"] for one in cluster.replicas}


class Crowd:
    """Somebody who asks again and again, in a channel where nothing else is said."""

    def __init__(self, door: DiscordDoor) -> None:
        self._door = door
        self._channel = door.guild.add_channel("crowd")
        self._asked: list[UserAction] = []
        self._asking = door.loop.do(self._begun())

    def end(self) -> None:
        """Ask no more; everything that was asked is answered, or told why it is not."""
        self._door.loop.do(self._ended())
        waits = [one.answer_s or 0.0 for one in self._asked]
        log.warning("%d questions, the longest wait %.1f s", len(waits), max(waits))

    async def _begun(self) -> "asyncio.Task[None]":
        return asyncio.create_task(self._ask())

    async def _ask(self) -> None:
        while True:
            text = {"text": f"I love number {len(self._asked)}"}
            self._asked.append(await self._door.boss.slash(self._channel, "classify", text))
            await asyncio.sleep(0.2)

    async def _ended(self) -> None:
        self._asking.cancel()
        with suppress(asyncio.CancelledError):
            await self._asking
        said = [await self._told(one) for one in self._asked]
        told = [words for words in said if "positive" not in words]
        assert [words for words in told if "again" not in words] == []
        log.warning("%d of %d are told to ask again", len(told), len(said))

    async def _told(self, asked: UserAction) -> str:
        answer = await asked.answered(LONG_S)
        await until(lambda: self._door._is_answer(answer), "an answer", lambda: answer.text)
        return self._door.words(answer)


def test_the_head_loses_power_under_load_and_comes_back(cluster, tmp_path, monkeypatch):
    for name, value in cluster.settings.items():
        monkeypatch.setenv(name, value)
    with DiscordDoor(tmp_path) as door:
        asked_until(door, "status", "answers, with")
        teach(door)
        before = epochs(cluster)
        door.begin("finetune", epochs=50, name="ours")
        training = door._begun
        asyncio.run(until(lambda: epochs(cluster) - before, "an epoch in the store"))
        crowd = Crowd(door)
        time.sleep(3)
        cluster.nodes.do("lose_head")
        asked_until(door, "status", "so this machine answers alone")
        time.sleep(3)
        crowd.end()
        door._begun = training
        door.finish("ours@1 is trained")
        cluster.nodes.do("begin_anew")
        asked_until(door, "status", "answers, with")
        assert "positive" in door.ask("classify", text="I love what came back").text
        assert "ours@1" in door.ask("classify", text="I love it", model="ours").text


def epochs(cluster: ClusterOfTests) -> set[str]:
    """Those that trainings can go on behind."""
    kept = Store(str(cluster.deployment.store_url)).names("trainings")
    return {name for name in kept if name.endswith("state.json")}
