"""Who a member is just now, asked by whoever does not speak on Discord, such as the pages."""

import pytest

from handlers.needs.people import PlatformSilent
from handlers.types import Group, Language, Role
from tests.bot.on_discord.conftest import MANAGE_GUILD, MANAGE_MESSAGES
from tests.waiting import until

ADMINISTRATOR = 1 << 3


@pytest.fixture
def who(lab, tokki):
    async def who(person, guild=lab.guild, language=Language.ENGLISH):
        people = tokki.people["discord"]
        return await people.who(f"discord:{guild.id}", str(person.id), language)

    return who


@pytest.mark.parametrize(
    ("allowed", "role"),
    [
        (0, Role.MEMBER),
        (MANAGE_MESSAGES, Role.MODERATOR),
        (MANAGE_GUILD, Role.ADMIN),
        (ADMINISTRATOR, Role.ADMIN),
    ],
)
async def test_the_roles_of_the_server_say_it(lab, who, allowed, role):
    given = lab.guild.add_role("given", allowed)
    lab.guild.join(lab.mina, roles=[given])
    actor = await who(lab.mina, language=Language.KOREAN)
    assert (actor.role, actor.name, actor.groups) == (role, "mina", (str(given.id),))
    assert actor.language is Language.KOREAN and not actor.is_language_known
    lab.guild.join(lab.mina, roles=[])
    assert (await who(lab.mina)).role is Role.MEMBER


async def test_the_owner_is_an_admin(lab, who):
    assert (await who(lab.guild.owner)).role is Role.ADMIN


async def test_who_has_gone_is_nobody(lab, who, server):
    del lab.guild.members[lab.mina.id]
    assert await who(lab.mina) is None
    assert await who(server.add_person("stranger")) is None


async def test_a_server_that_has_taken_tokki_out_has_nobody(lab, who):
    lab.guild.remove_bot()
    await until(lambda: _nobody(who, lab.boss), "nobody is there")


async def _nobody(who, person):
    return await who(person) is None


async def test_elsewhere_each_person_is_a_community_of_their_own(lab, tokki):
    people = tokki.people["discord"]
    mina, boss = str(lab.mina.id), str(lab.boss.id)
    assert (await people.who(f"discord:user-{mina}", mina, Language.ENGLISH)).role is Role.MEMBER
    assert await people.who(f"discord:user-{mina}", boss, Language.ENGLISH) is None
    owner = str(lab.server.owner.id)
    assert (await people.who(f"discord:user-{owner}", owner, Language.ENGLISH)).role is Role.ADMIN


async def test_what_discord_does_not_say_is_no_no(lab, who, server):
    server.fail("GET", "/guilds/*/members/*", 403)
    with pytest.raises(PlatformSilent):
        await who(lab.mina)


async def test_names_and_groups(lab, tokki):
    people, community = tokki.people["discord"], f"discord:{lab.guild.id}"
    teachers = lab.guild.add_role("teachers")
    assert await people.names(community, [str(lab.mina.id)]) == {str(lab.mina.id): "Mina"}
    told = Group(str(teachers.id), "teachers")
    await until(lambda: _has(people, community, told), "the role")


async def _has(people, community, group):
    return group in await people.groups(community)
