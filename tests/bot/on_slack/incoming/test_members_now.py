"""Who somebody of a workspace is just now, asked by whoever does not speak on Slack."""

import pytest

from handlers.needs.people import PlatformSilent
from handlers.types import Group, Language, Role
from models.canonical import folded


@pytest.fixture
def who(lab, tokki):
    async def who(person, team=lab.boss.team):
        people = tokki.people["slack"]
        return await people.who(f"slack:{team.id}", person.id, Language.ENGLISH)

    return who


async def test_slack_says_it_each_time(lab, who, server):
    teachers = server.add_user_group("teachers", [lab.mina])
    mina = await who(lab.mina)
    assert (mina.role, mina.language, mina.groups) == (
        Role.MEMBER,
        Language.KOREAN,
        (teachers.id,),
    )
    assert (await who(lab.boss)).role is Role.ADMIN
    lab.boss.is_owner = False
    teachers.people.clear()
    assert (await who(lab.boss)).role is Role.MODERATOR
    assert (await who(lab.mina)).groups == ()


async def test_who_is_not_there_is_nobody(lab, who, server):
    stranger = server.add_person("stranger")
    del lab.boss.team.people[stranger.id]
    assert await who(stranger) is None
    assert await who(lab.boss, server.add_team("Elsewhere")) is None


async def test_what_slack_does_not_say_is_no_no(lab, who, server):
    server.fail("users.info", error="internal_error")
    with pytest.raises(PlatformSilent):
        await who(lab.mina)
    assert (await who(lab.mina)).name == "mina"


async def test_names_and_groups(lab, tokki, server):
    teachers = server.add_user_group("teachers", [lab.mina])
    people, community = tokki.people["slack"], f"slack:{lab.boss.team.id}"
    assert await people.names(community, [lab.mina.id]) == {lab.mina.id: "mina"}
    (group,) = await people.groups(community)
    assert isinstance(group, Group) and group.id == teachers.id
    assert folded(group.name) == "teachers"
