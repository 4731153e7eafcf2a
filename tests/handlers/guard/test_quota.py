"""How much people may ask, and how kindly they are told."""

import asyncio
from dataclasses import replace

import pytest

from handlers.guard.quota import Quota
from handlers.services import Rules
from handlers.types import Actor, Language, Place, Role, UserError
from storage.records import JobState, NewJob
from tests.handlers.conftest import ELSEWHERE, PLACE
from tests.waiting import until

ANN, BEN = (Actor(one, one, Role.MEMBER, Language.ENGLISH) for one in ("ann", "ben"))
OTHER = Place("discord", "discord:3", "general")
RULES = Rules(0.5, 3, 30, limits={"letters": 100, "waiting": 10, "downloads": 2})


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


class Chosen:
    """What communities have chosen, in memory."""

    def __init__(self):
        self.values = {}

    async def all(self, community):
        return self.values


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def chosen():
    return Chosen()


@pytest.fixture
def quota(clock, chosen):
    return Quota(chosen, RULES, clock)


async def refused(asking):
    with pytest.raises(UserError) as caught:
        await asking
    return caught.value


async def test_letters_of_one_person_wait_only_so_many_at_once(quota):
    done = await quota.ask(ANN, ELSEWHERE, 6)
    error = await refused(quota.ask(ANN, ELSEWHERE, 6))
    assert (error.code, error.facts) == ("waiting_person", {"letters": 6})
    await quota.ask(BEN, ELSEWHERE, 6)
    done()
    await quota.ask(ANN, ELSEWHERE, 6)


async def test_a_community_and_the_bot_share(quota):
    people = [replace(ANN, id=str(n)) for n in range(5)]
    for person in people[:3]:
        await quota.ask(person, ELSEWHERE, 10)
    assert (await refused(quota.ask(people[3], ELSEWHERE, 10))).code == "waiting_community"
    await quota.ask(people[3], OTHER, 10)
    assert (await refused(quota.ask(people[4], OTHER, 10))).code == "waiting_bot"


async def test_a_text_that_could_never_pass_is_told_so(quota):
    error = await refused(quota.ask(ANN, ELSEWHERE, 11))
    assert (error.code, error.facts) == ("text_too_much", {"letters": 11, "most": 10})


async def test_letters_of_a_day_come_back_with_time(quota, clock):
    for _ in range(10):
        (await quota.ask(ANN, ELSEWHERE, 10))()
    error = await refused(quota.ask(ANN, ELSEWHERE, 10))
    assert error.code == "letters_person"
    clock.now += error.facts["minutes"] * 60
    (await quota.ask(ANN, ELSEWHERE, 10))()


async def test_a_community_may_choose_less(quota, chosen):
    chosen.values = {"limit:letters": 20}
    for _ in range(2):
        (await quota.ask(ANN, ELSEWHERE, 10))()
    assert (await refused(quota.ask(ANN, ELSEWHERE, 10))).facts["most"] == 20


async def test_a_community_that_chooses_less_takes_no_more_from_all(quota, chosen):
    chosen.values = {"limit:letters": 1}
    for n in range(100):
        place = Place("discord", f"discord:{n}", "general")
        (await quota.ask(replace(ANN, id=str(n)), place, 1))()
    chosen.values = {}
    for n in range(399):
        place = Place("discord", f"discord:{n % 30}", "general")
        for each in range(10):
            (await quota.ask(replace(ANN, id=f"{n} {each}"), place, 10))()


async def test_what_everybody_together_may_not_takes_nothing_from_ones_day(quota, clock):
    people = [replace(ANN, id=str(n)) for n in range(40)]
    for person in people:
        for _ in range(10):
            (await quota.ask(person, ELSEWHERE, 10))()
    for _ in range(20):
        assert (await refused(quota.ask(BEN, ELSEWHERE, 10))).code == "letters_community"
    for _ in range(10):
        (await quota.ask(BEN, OTHER, 10))()


async def test_what_is_refused_does_not_wait(quota):
    for _ in range(10):
        (await quota.ask(ANN, ELSEWHERE, 10))()
    await refused(quota.ask(ANN, ELSEWHERE, 10))
    (await quota.ask(BEN, ELSEWHERE, 10))()
    assert not quota._waiting


async def test_downloads_of_a_day(quota, clock):
    await quota.fetch(ELSEWHERE)
    await quota.fetch(ELSEWHERE)
    error = await refused(quota.fetch(ELSEWHERE))
    assert (error.code, error.facts) == ("downloads_full", {"most": 2, "hours": 12})
    await quota.fetch(OTHER)


async def test_ones_own_place_is_shared_with_nobody(quota):
    for _ in range(20):
        await quota.ask(ANN, PLACE, 1000)
        await quota.fetch(PLACE)


async def test_what_breaks_gives_its_letters_back(bot):
    asker = bot.by("ann", place=ELSEWHERE)
    assert await asker.code("/classify model:nobody hello") == "unknown_model"
    task = asyncio.create_task(asker.say("/classify hello"))
    await until(lambda: bot.services.quota._waiting, "letters that wait")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not bot.services.quota._waiting


async def test_a_long_text_is_refused_where_admins_want_short_ones(bot):
    admin = bot.by("ann", Role.ADMIN, ELSEWHERE)
    await admin.ok("/settings limit:waiting to:20")
    assert await admin.code("/classify " + "long " * 10) == "text_too_much"
    assert "20" in (await admin.say("/classify " + "long " * 10)).text


async def test_trainings_of_a_day(bot):
    admin = bot.by("ann", Role.ADMIN, ELSEWHERE)
    jobs = bot.services.storage.jobs
    await admin.ok("/settings limit:trainings to:1")
    job = await jobs.start(NewJob(ELSEWHERE.community, "ann", "finetune", {"name": "x"}), "me")
    await jobs.end(job.id, "me", JobState.FAILED)
    said = await admin.say("/finetune")
    assert said.error.code == "trainings_full" and "24 hours" in said.text
    assert await bot.code("/finetune") == "no_labels"


async def test_texts_of_all_datasets_together(bot):
    await bot.ok("/settings limit:texts to:1")
    await bot.ok("/dataset create name:bugs labels:bug,praise")
    await bot.ok("/dataset add text:one dataset:bugs label:bug")
    said = await bot.say("/dataset add text:two dataset:bugs label:bug")
    assert said.error.code == "texts_full" and "1 text" in said.text
    again = await bot.ok("/dataset add text:one dataset:bugs label:praise")
    assert "texts_full" not in str(again)
    await bot.ok("/classify three")
    assert (await bot.press("fb:1:right")).error.code == "texts_full"
    assert (await bot.press("fb:1:undo")).error.code == "nothing_to_undo"
