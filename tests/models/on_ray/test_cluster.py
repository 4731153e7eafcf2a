"""A bot beside a real cluster: what it answers and trains there, and what it survives."""

import asyncio
import os
import signal
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from safetensors.torch import load_file

import models.bundled
from bot.checking import check
from bot.settings import Settings
from handlers.types import Language
from models.checkpoints.catalog import Catalog
from models.errors import ModelError, NoMask, TrainingKilled, WrongTask
from models.finetune.plan import TrainingPlan, TrainingProgress
from models.finetune.trainer import Trainer
from models.on_ray.trainer import RayTrainer
from models.on_ray.training_files import key_of
from models.reasons import Reason
from models.results import Checkpoint
from models.tasks.classification import TextToClassify
from models.tasks.embedding import TextToEmbed
from models.tasks.fill_mask import MaskedText
from tests.models.engine_help import running
from tests.models.finetune.conftest import plan
from tests.models.on_ray.conftest import TOKEN, Bot, ClusterOfTests, bot_on
from tests.models.tiny import TEXTS, Tiny
from tests.parity.doors.discord_door import DiscordDoor
from tests.parity.doors.terminal_door import TerminalDoor
from tests.parity.test_scenario import asked_until
from tests.parity.test_scenario import test_learning as what_it_learns
from tests.parity.test_scenario import test_the_first_day as the_first_day
from tests.waiting import until, within

__all__ = ["plan"]
pytestmark = [pytest.mark.scale, pytest.mark.xdist_group("ray")]


@pytest.fixture
async def bot(cluster: ClusterOfTests, tiny: Tiny, tmp_path):
    place = (cluster.nodes.address, cluster.deployment)
    async with bot_on(*place, tiny, tmp_path, 30.0, TOKEN) as bot:
        await bot.found()
        yield bot


def is_there(bot: Bot) -> bool:
    return not any(one.is_here for one in bot.service._cache.all_loaded())


async def told(service, checkpoint: Checkpoint, question) -> object:
    try:
        said = await service.ask(checkpoint, question)
    except ModelError as error:
        return type(error), error.facts
    return said if not hasattr(said, "values") else (said.values.tobytes(), said.tokens)


async def test_what_the_cluster_answers_is_what_this_machine_would_to_the_bit(bot, tiny):
    sentiment = Catalog(Path(models.bundled.__path__[0]), ()).find("sentiment")
    asked = [
        *((sentiment, TextToClassify(text)) for text in TEXTS),
        *((tiny.get("bert"), TextToClassify(text)) for text in TEXTS),
        *((tiny.get("multi"), TextToClassify(text)) for text in TEXTS),
        *((tiny.get("headless"), TextToEmbed(text)) for text in TEXTS[:3]),
        (tiny.get("mlm"), MaskedText("good [MASK] food", 3)),
        (tiny.get("mlm"), MaskedText("no mask", 3)),
        (tiny.get("bert"), MaskedText("good [MASK] food", 3)),
    ]
    async with running(tiny.root, engine="torch") as here:
        wanted = [await told(here, *each) for each in asked]
    assert [each[0] for each in wanted[-2:]] == [NoMask, WrongTask]
    assert [await told(bot.service, *each) for each in asked] == wanted
    assert is_there(bot)


async def test_a_replica_that_is_killed_under_load_costs_nobody_an_answer(bot, cluster, tiny):
    checkpoint = tiny.get("bert")
    questions = [TextToClassify(f"{TEXTS[n % len(TEXTS)]} {n}") for n in range(400)]
    async with running(tiny.root, engine="torch") as here:
        wanted = [await here.ask(checkpoint, each) for each in questions]
    await bot.service.ask(checkpoint, TextToClassify("it opens"))
    (victim, *_) = pids(cluster)
    asking = [asyncio.create_task(bot.service.ask(checkpoint, each)) for each in questions[:200]]
    await asyncio.sleep(0)
    os.kill(victim, signal.SIGKILL)
    asking += [asyncio.create_task(bot.service.ask(checkpoint, each)) for each in questions[200:]]
    async with within("all answers"):
        answers = await asyncio.gather(*asking)
    assert [one.scores[0].label for one in answers] == [one.scores[0].label for one in wanted]
    assert [one.scores[0].score for one in answers] == pytest.approx(
        [one.scores[0].score for one in wanted], abs=1e-5
    )
    await until(lambda: victim not in pids(cluster), "another replica")


def pids(cluster: ClusterOfTests) -> list[int]:
    return [one["pid"] for one in cluster.replicas]


def children(module: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["cmdline"]):
        line = process.info["cmdline"] or []
        if module in line and process.status() != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


def of(plan: TrainingPlan) -> list[psutil.Process]:
    """The job of a training, whose name is on its command line."""
    jobs = children("models.on_ray.training_job")
    return [one for one in jobs if key_of(plan) in one.info["cmdline"]]


async def test_a_training_whose_job_is_killed_goes_on_and_ends_as_one_that_was_not(bot, plan):
    trainer = bot.ray.trainer
    assert isinstance(trainer, RayTrainer)
    news: list[TrainingProgress] = []
    killed: list[int] = []
    state = trainer._store

    async def report(progress: TrainingProgress) -> None:
        news.append(progress)

    async def kill() -> None:
        kept = f"trainings/{key_of(plan)}/state.json"
        await until(lambda: asyncio.to_thread(state.read, kept), "an epoch in the store")
        killed.extend(one.pid for one in of(plan))
        for pid in killed:
            os.kill(pid, signal.SIGKILL)

    plan = longer(plan)
    killing = asyncio.create_task(kill())
    async with within("the end of the training"):
        with pytest.raises(TrainingKilled):
            await trainer.train(plan, report)
        await killing
        outcome = await trainer.train(plan, report)
    assert killed
    assert {one.phase for one in news} >= {"training"}
    alone = longer(plan, plan.output.with_name("alone"))

    async def ignore(_: TrainingProgress) -> None:
        pass

    wanted = await Trainer().train(alone, ignore)
    assert outcome.new == wanted.new
    assert outcome.new_said.labels == wanted.new_said.labels
    weights, others = (load_file(one.output / "model.safetensors") for one in (plan, alone))
    assert all((weights[name] == others[name]).all() for name in others)
    await trainer.clear(plan, is_kept=True)
    assert state.read(f"trainings/{key_of(plan)}/plan.json") is None


def longer(plan: TrainingPlan, output=None, epochs: int = 60) -> TrainingPlan:
    return replace(plan, epochs=epochs, output=output or plan.output)


async def test_a_training_that_is_cancelled_ends_in_the_cluster_too(bot, plan):
    trainer = bot.ray.trainer
    assert isinstance(trainer, RayTrainer)
    plan, begun = longer(plan, epochs=20_000), asyncio.Event()

    async def report(progress: TrainingProgress) -> None:
        if progress.phase == "training":
            begun.set()

    training = asyncio.create_task(trainer.train(plan, report))
    async with within("a training"):
        await begun.wait()
    assert of(plan)
    training.cancel()
    with pytest.raises(asyncio.CancelledError):
        await training
    await until(lambda: not of(plan) and not children("models.finetune.child"), "their end")


@pytest.fixture
def a_bot_of_the_cluster(cluster: ClusterOfTests, monkeypatch):
    for name, value in cluster.settings.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("a_bot_of_the_cluster")
def test_the_first_day_of_a_community_is_the_same(tmp_path):
    with TerminalDoor(tmp_path) as door:
        asked_until(door, "status", "answers, with")
        the_first_day(door)
        assert "answers, with" in door.ask("status").text


@pytest.mark.usefixtures("a_bot_of_the_cluster")
def test_so_is_what_it_learns_and_its_memory_may_be_a_server(
    cluster, postgresql, tmp_path, monkeypatch
):
    monkeypatch.setenv("TOKKI_DATABASE_URL", postgresql.new(postgresql.tidy))
    before = cluster.jobs
    with DiscordDoor(tmp_path) as door:
        asked_until(door, "status", "answers, with")
        what_it_learns(door)
        assert "answers, with" in door.ask("status").text

    def ends() -> list[str]:
        """One was cancelled, perhaps before it had begun: it stops when it does."""
        return sorted(cluster.jobs[name] for name in cluster.jobs.keys() - before.keys())

    asyncio.run(until(lambda: ends() == ["STOPPED", "SUCCEEDED"], "both their ends", ends))


@pytest.mark.parametrize("token", [None, "another"])
async def test_who_has_no_token_is_told_so(cluster, tiny, tmp_path, token):
    place = (cluster.nodes.address, cluster.deployment)
    async with bot_on(*place, tiny, tmp_path, token=token) as bot:
        await until(lambda: bot.ray.state.reason == Reason.RAY_UNAUTHORIZED, "the reason")
    said: list[str] = []
    given = {"ray_address": cluster.nodes.address, "ray_auth_token": token}
    await check(Settings(data_dir=tmp_path, **given), Language.ENGLISH, said.append)
    assert [one for one in said if "RAY_AUTH_TOKEN" in one]
    given["ray_auth_token"] = TOKEN
    await check(Settings(data_dir=tmp_path, **given), Language.ENGLISH, said.append)
    assert f"✓ Ray is there: {cluster.nodes.address}." in said
