from dataclasses import replace

from handlers.guard.checks import passed, rate_checks, usual_limits
from handlers.guard.dedupe import RecentEvents
from handlers.guard.rate_limit import RateLimit
from handlers.types import Actor, Language, Place, Role, UserError

SERVER = Place("discord", "discord:1", "general")


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


def test_so_many_at_once_and_then_one_by_one():
    clock = Clock()
    limit = RateLimit(6, clock)
    assert [limit.wait_s("ann") for _ in range(6)] == [0.0] * 6
    assert 9.9 < limit.wait_s("ann") < 10.1
    clock.now += 9
    assert 0.9 < limit.wait_s("ann") < 1.1
    clock.now += 1
    assert limit.wait_s("ann") == 0.0
    assert limit.wait_s("ann") > 0


def test_what_was_refused_costs_nothing():
    clock = Clock()
    limit = RateLimit(1, clock)
    assert limit.wait_s("ann") == 0
    for _ in range(100):
        assert limit.wait_s("ann") > 0
    clock.now += 60
    assert limit.wait_s("ann") == 0


def test_people_do_not_share_a_limit():
    limit = RateLimit(1, Clock())
    assert limit.wait_s("ann") == 0
    assert limit.wait_s("ben") == 0


def test_those_long_gone_are_forgotten(monkeypatch):
    monkeypatch.setattr("handlers.guard.rate_limit._MANY", 10)
    clock = Clock()
    limit = RateLimit(1, clock)
    for each in range(10):
        limit.wait_s(each)
    clock.now += 61
    limit.wait_s("new")
    assert len(limit._paid_at) == 1
    assert limit.wait_s("new") > 0
    for each in range(10):  # by a process that hears of others, and is asked nothing itself
        limit.learn(f"minute:{each}", 60.0)
    clock.now += 121
    limit.learn("minute:new", 60.0)
    assert len(limit._paid_at) == 1


def test_the_oldest_events_are_forgotten_first(monkeypatch):
    monkeypatch.setattr("handlers.guard.dedupe._KEPT", 2)
    seen = RecentEvents()
    assert [seen.is_new(each) for each in "abcca"] == [True, True, True, False, True]


def test_a_day_has_a_limit_of_its_own():
    clock = Clock()
    limit = RateLimit(24, clock, within_s=86_400)
    assert [limit.wait_s("ann") for _ in range(24)] == [0.0] * 24
    assert 3_599 < limit.wait_s("ann") < 3_601
    clock.now += 3_601
    assert limit.wait_s("ann") == 0.0


async def refusals(checks, people, numbers):
    """Let people give commands in one community; return the codes of what is refused."""
    codes = []
    for number in numbers:
        person = Actor(f"p{number % people}", "p", Role.MEMBER, Language.ENGLISH)
        try:
            await passed(checks, person, SERVER, Role.MEMBER)
        except UserError as error:
            codes.append((error.code, error.facts["seconds"] > 0))
    return codes


async def test_a_community_has_a_share_however_many_ask_in_it():
    checks = rate_checks(usual_limits(2))
    assert await refusals(checks, 50, range(80)) == []
    assert await refusals(checks, 50, [80]) == [("too_often_here", True)]
    elsewhere = replace(SERVER, community="discord:2")
    ann = Actor("ann", "ann", Role.MEMBER, Language.ENGLISH)
    assert await passed(checks, ann, elsewhere, Role.MEMBER) == ann
