"""How Tokki fares, for admins; of other communities nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from handlers.people.day_chart import by_hour
from handlers.types import Role
from models.reasons import Reason
from models.reports import ClusterState
from tests.handlers.conftest import ELSEWHERE


async def test_what_is_here_and_how_it_fares(bot):
    await bot.by("ann", place=ELSEWHERE).ok("/classify hello")
    for _ in range(2):
        await bot.ok("/classify hello")
    said = await bot.ok("/status")
    rows = dict(said.table.rows)
    assert rows["database"] == "well" and rows["questions kept here"] == "2"
    assert rows["models in memory"].startswith("1, with")
    assert rows["longest delay in the last minute"].endswith(" ms")
    (picture,) = said.files
    assert picture.content.startswith(b"\x89PNG")
    assert picture.alt.endswith("2 questions, at most 2 in an hour.")


async def test_nothing_asked_draws_nothing(bot):
    assert (await bot.by("ann", Role.ADMIN, ELSEWHERE).ok("/status")).files == ()


async def test_korean_and_what_is_not_well(bot):
    async def is_well():
        return False

    bot.services.pulse._health.watch("slack", is_well)
    said = await bot.korean().ok("/상태")
    assert said.title == "토끼에 문제가 있어요"
    assert dict(said.table.rows)["Slack"] == "문제 있음"


@pytest.mark.parametrize(
    ("state", "english", "korean"),
    [
        (ClusterState(True, 2, ""), "answers, with 2 replicas", "복제본 2개로 대답하고 있어요"),
        (ClusterState(False, 0, Reason.RAY_UNREACHABLE), "Nobody answers", "아무도 대답하지"),
        (ClusterState(True, 1, "", Reason.STORE_FULL), "is full.", "가득 찼어요"),
        (ClusterState(False, 0, Reason.RAY_UNAUTHORIZED), "RAY_AUTH_TOKEN", "토큰이 필요한데"),
        (ClusterState(False, 0, Reason.RAY_OTHER_VERSION.of("2.9")), "Ray 2.9 is", "Ray 2.9 버전"),
    ],
)
async def test_whether_the_cluster_answers(bot, state, english, korean):
    bot.services.pulse._cluster = lambda: state
    assert english in dict((await bot.ok("/status")).table.rows)["Ray"]
    assert korean in dict((await bot.korean().ok("/상태")).table.rows)["Ray"]


async def test_only_admins(bot):
    assert await bot.by("ann", Role.MODERATOR).code("/status") == "role_admin"


def test_hours_are_counted_back_from_now():
    now = datetime(2026, 11, 29, 12, tzinfo=UTC)
    ago = [timedelta(minutes=5), timedelta(hours=23, minutes=59), timedelta(hours=24)]
    counts = by_hour([now - each for each in ago], now)
    assert (counts[-1], counts[0], sum(counts)) == (1, 1, 2)
