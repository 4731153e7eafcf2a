"""Where there is no cluster, or another one: it is said why, and this machine answers alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest
from aiohttp import web

from models.on_ray.deployment import Deployment
from models.on_ray.wire import CONTENT_TYPE, Answered, Asked, Broke, decode, encode
from models.reasons import Reason
from models.results import Classification, EngineReport, LabelScore, Task, TokenCount
from models.tasks.classification import TextToClassify
from tests.models.on_ray.conftest import bot_on
from tests.servers.ports import free_port
from tests.waiting import until

TEXT = TextToClassify("오늘 밥 good")
_PAGE = b"HTTP/1.1 200 OK\r\ncontent-length: 18\r\n\r\n<html>hello</html>"


@dataclass
class Pretender:
    """Speaks as the dashboard of Ray and as a proxy of Serve do."""

    deployment: Deployment
    port: int = field(default_factory=free_port)
    version: str = "2.60.0"
    status: str = "RUNNING"
    answer: web.Response = field(default_factory=lambda: web.Response(status=500, text="died"))
    asked: list[Asked] = field(default_factory=list)
    echoes_when: asyncio.Event | None = None
    hosts: list[str] = field(default_factory=lambda: ["127.0.0.1"])
    silent: list[str] = field(default_factory=list)
    """Of the hosts, those that take a question and say nothing any more."""
    hanging: int = 0
    ill: list[str] = field(default_factory=list)
    """Of the hosts, those whose proxy has nothing but an error."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        app = web.Application()
        app.router.add_get("/api/version", self._say_version)
        app.router.add_get("/api/serve/applications/", self._say_applications)
        app.router.add_get(f"/{self.deployment.name}", self._look)
        app.router.add_post(f"/{self.deployment.name}", self._ask)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        try:
            yield
        finally:
            await runner.cleanup()

    async def _say_version(self, _: web.Request) -> web.Response:
        return web.json_response({"version": "4", "ray_version": self.version})

    async def _say_applications(self, _: web.Request) -> web.Response:
        replicas = [{"state": "RUNNING"}]
        application = {"status": self.status, "deployments": {"Answers": {"replicas": replicas}}}
        return web.json_response(
            {
                "applications": {self.deployment.name: application},
                "proxies": {one: {"node_ip": one, "status": "HEALTHY"} for one in self.hosts},
                "http_options": {"port": self.port},
            }
        )

    async def _look(self, request: web.Request) -> web.Response:
        if request.url.host in self.ill:
            return web.Response(status=500, text="it has lost its replicas")
        return web.Response(body=encode(Answered()), content_type=CONTENT_TYPE)

    async def _ask(self, request: web.Request) -> web.Response:
        asked = decode(await request.read(), Asked)
        if request.url.host in self.silent:
            self.hanging += 1
            await asyncio.Event().wait()
        self.asked.append(asked)
        if self.echoes_when:
            if len(self.asked) > 1:  # the first opens the lane
                await self.echoes_when.wait()
            body = encode(Answered(tuple(map(_echo, asked.questions))))
            return web.Response(body=body, content_type=CONTENT_TYPE)
        said = self.answer
        return web.Response(status=said.status, body=said.body, content_type=said.content_type)


@pytest.fixture
def deployment(tmp_path) -> Deployment:
    return Deployment(store_url=(tmp_path / "store").as_uri(), engine="torch")


async def test_nobody_listens_at_the_address(tiny, deployment, tmp_path):
    async with bot_on(f"http://127.0.0.1:{free_port()}", deployment, tiny, tmp_path) as bot:
        await until(lambda: bot.ray.cluster.state.reason == Reason.RAY_UNREACHABLE, "the reason")
        said = await bot.service.ask(tiny.get("bert"), TEXT)
        assert isinstance(said, Classification)


@pytest.mark.parametrize(
    ("version", "reason"), [("2.59.1", Reason.RAY_OTHER_VERSION.of("2.59.1")), ("2.60.1", "")]
)
async def test_a_ray_of_another_version_is_not_asked(tiny, deployment, tmp_path, version, reason):
    there = Pretender(deployment, version=version)
    async with there.running(), bot_on(there.address, deployment, tiny, tmp_path) as bot:
        await until(lambda: bot.ray.cluster.state.reason == reason, "the reason")
        assert bot.ray.cluster.is_here is not bool(reason)


@pytest.mark.parametrize("said", [_PAGE, bytes.fromhex("000012040000000000")])
async def test_somebody_else_listens_at_the_address(tiny, deployment, tmp_path, said):
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(said)
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as stranger:
        address = f"http://127.0.0.1:{stranger.sockets[0].getsockname()[1]}"
        async with bot_on(address, deployment, tiny, tmp_path) as bot:
            await until(lambda: bot.ray.cluster.state.reason == Reason.RAY_NO_RAY, "the reason")


async def test_what_dies_in_mid_answer_is_answered_here_and_what_comes_back_is_used(
    tiny, deployment, tmp_path
):
    checkpoint = tiny.get("bert")
    there = Pretender(deployment)
    async with there.running(), bot_on(there.address, deployment, tiny, tmp_path) as bot:
        here = await bot.service.ask(checkpoint, TextToClassify("before"))
        await until(lambda: bot.ray.cluster.is_here, "the cluster")
        made_up = await bot.service.ask(checkpoint, TEXT)  # of this machine: the other one fails
        there.answer = web.Response(body=encode(Answered((here,))), content_type=CONTENT_TYPE)
        await until(lambda: bot.ray.cluster.is_here, "the cluster again")
        await until(lambda: not is_here(bot, checkpoint), "its lanes")
        assert await bot.service.ask(checkpoint, TEXT) == here != made_up
        assert there.asked[-1].questions == (TEXT,)


def is_here(bot, checkpoint) -> bool:
    loaded = bot.service._cache.all_loaded()
    return all(one.is_here for one in loaded if one.slot.task == Task.CLASSIFY)


async def test_who_asked_a_machine_that_says_nothing_more_asks_another(tiny, deployment, tmp_path):
    answer = web.Response(body=encode(Answered((_echo(TEXT),))), content_type=CONTENT_TYPE)
    there = Pretender(deployment, answer=answer, hosts=["localhost", "127.0.0.1"])
    checkpoint = tiny.get("bert")
    async with there.running(), bot_on(there.address, deployment, tiny, tmp_path) as bot:
        await until(lambda: bot.ray.cluster.is_here, "the cluster")
        await bot.service.ask(checkpoint, TEXT)
        there.silent.append("localhost")
        asking: list[asyncio.Task[Classification]] = []
        while not there.hanging:
            question = TextToClassify(f"text {len(asking)}")
            asking.append(asyncio.create_task(bot.service.ask(checkpoint, question)))
            await until(lambda: there.hanging or asking[-1].done(), "an answer, or none")
        there.hosts.remove("localhost")
        answers = await asyncio.gather(*asking)
        assert set(answers) == {_echo(TEXT)} and not is_here(bot, checkpoint)


async def test_a_proxy_that_is_ill_keeps_nobody_from_the_others(tiny, deployment, tmp_path, caplog):
    answer = web.Response(body=encode(Answered((_echo(TEXT),))), content_type=CONTENT_TYPE)
    hosts = ["localhost", "127.0.0.1"]
    there = Pretender(deployment, answer=answer, hosts=hosts, ill=[*hosts])
    async with there.running(), bot_on(there.address, deployment, tiny, tmp_path) as bot:
        wanted = Reason.RAY_REFUSES.of(500)
        await until(lambda: bot.ray.cluster.state.reason == wanted, "the reason")
        there.ill.remove("127.0.0.1")
        await until(lambda: bot.ray.cluster.is_here, "the cluster")
        assert await bot.service.ask(tiny.get("bert"), TEXT) == _echo(TEXT)
    assert "it has lost its replicas" in caplog.text


async def test_a_fault_over_there_keeps_a_model_here(tiny, deployment, tmp_path):
    faulty = encode(Answered((Broke("ZeroDivisionError()"),)))
    there = Pretender(deployment, answer=web.Response(body=faulty, content_type=CONTENT_TYPE))
    checkpoint = tiny.get("bert")
    async with there.running(), bot_on(there.address, deployment, tiny, tmp_path) as bot:
        await bot.service.ask(checkpoint, TEXT)
        await until(lambda: there.asked, "its first question there")
        there.status = "DEPLOY_FAILED"
        await until(lambda: not bot.ray.cluster.is_here, "that it is still watched")
        there.status = "RUNNING"
        await until(lambda: bot.ray.cluster.is_here, "the cluster again")
        assert await bot.service.ask(tiny.get("multi"), TEXT)
        assert is_here(bot, checkpoint)


async def test_who_has_no_room_now_is_asked_again_and_answers_name_their_engine(
    tiny, deployment, tmp_path
):
    said = replace(_echo(TEXT), engine="onnx-int8")  # which came after the lane was opened
    answered = Answered((said,), EngineReport("torch"))
    there = Pretender(deployment, answer=web.Response(status=503))
    checkpoint = tiny.get("bert")
    async with there.running(), bot_on(there.address, deployment, tiny, tmp_path) as bot:
        await until(lambda: bot.ray.cluster.is_here, "the cluster")
        assert (await bot.service.ask(checkpoint, TEXT)).engine == "torch"
        there.answer = web.Response(body=encode(answered), content_type=CONTENT_TYPE)
        await until(lambda: not is_here(bot, checkpoint), "its lane")
        assert (await bot.service.ask(checkpoint, TEXT)).engine == "onnx-int8"


async def test_a_store_that_takes_nothing_keeps_a_model_here_until_it_does(tiny, tmp_path):
    in_the_way, checkpoint = tmp_path / "a file", tiny.get("bert")
    in_the_way.touch()
    deployment = Deployment(store_url=in_the_way.as_uri(), engine="torch")
    answer = web.Response(body=encode(Answered((_echo(TEXT),))), content_type=CONTENT_TYPE)
    there = Pretender(deployment, answer=answer)
    async with there.running(), bot_on(there.address, deployment, tiny, tmp_path, 0.2) as bot:
        await until(lambda: bot.ray.cluster.is_here, "the cluster")
        assert isinstance(await bot.service.ask(checkpoint, TEXT), Classification)
        assert there.asked == []
        assert bot.ray.state.store == Reason.STORE_FAILED.of("NotADirectoryError")
        in_the_way.unlink()
        await until(lambda: not is_here(bot, checkpoint), "its lane")
        assert bot.ray.state.store == ""


async def test_a_crowd_goes_in_few_calls_and_who_leaves_is_not_asked_for(
    tiny, deployment, tmp_path
):
    there = Pretender(deployment, echoes_when=asyncio.Event())
    async with there.running(), bot_on(there.address, deployment, tiny, tmp_path) as bot:
        await until(lambda: bot.ray.cluster.is_here, "the cluster")
        checkpoint = tiny.get("bert")
        asking = [
            asyncio.create_task(bot.service.ask(checkpoint, TextToClassify(f"text {number}")))
            for number in range(400)
        ]
        await until(lambda: len(there.asked) > 1, "calls")
        there.echoes_when.set()
        for each in asking[::2]:
            each.cancel()
        answers = await asyncio.gather(*asking[1::2])
        assert [one.scores[0].label for one in answers] == [f"text {n}" for n in range(1, 400, 2)]
        assert len(there.asked) < 40


def _echo(question: TextToClassify) -> Classification:
    return Classification((LabelScore(question.text, 1.0),), False, TokenCount(1, 1))
