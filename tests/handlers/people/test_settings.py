"""Who may what: the platform's permissions, unless the community says otherwise."""

from dataclasses import replace

import pytest

from bot.on_terminal.local_people import LocalPeople
from handlers.collecting.adding import ADD_TO_DATASET
from handlers.commands import TABLE
from handlers.needs.people import PlatformSilent
from handlers.types import Actor, Group, Language, Place, Press, Request, Role

SERVER = Place("discord", "discord:1", "general")
OTHER = Place("discord", "discord:2", "general")
OWNER = Actor("owner", "owner", Role.ADMIN, Language.ENGLISH)
MINA = Actor("7", "mina", Role.MEMBER, Language.ENGLISH, groups=("100", "200"))
HELPERS = Group("100", "Helpers")


async def quiet(_reply):
    pass


@pytest.fixture
def ask(bot):
    async def ask(command, actor=OWNER, place=SERVER, **options):
        return await bot.dispatcher.run(Request(named(command), options, actor, place, quiet))

    return ask


@pytest.fixture
def press(bot):
    async def press(control, actor=OWNER, place=SERVER):
        return await bot.dispatcher.press(Press(control, None, actor, place, quiet))

    return press


async def test_a_group_that_is_made_admin_may_train(ask):
    assert (await ask("finetune", MINA)).error.code == "role_admin"
    said = await ask("settings", who=HELPERS, may="admin")
    assert "Helpers" in said.text and "admin" in said.text
    assert (await ask("finetune", MINA)).error.code == "no_labels"
    assert (await ask("finetune", MINA, OTHER)).error.code == "role_admin"


async def test_a_person_can_be_given_a_role(ask):
    await ask("settings", who=Group("7", "mina"), may="admin")
    assert (await ask("settings", MINA)).error is None


async def test_the_highest_of_several_groups_counts(ask):
    await ask("settings", who=Group("100", "a"), may="admin")
    await ask("settings", who=Group("200", "b"), may="member")
    assert (await ask("settings", MINA)).error is None


async def test_a_moderator_can_be_made_a_member(ask, bot):
    moderator = replace(MINA, role=Role.MODERATOR)
    assert (await ask("dataset-add", moderator, text="x")).error.code == "no_dataset"
    await ask("settings", who=HELPERS, may="member")
    assert (await ask("dataset-add", moderator, text="x")).error.code == "role_moderator"


async def test_nobody_locks_out_who_manages_the_whole_place(ask):
    everybody = replace(OWNER, groups=("100",))
    await ask("settings", everybody, who=HELPERS, may="member")
    assert (await ask("settings", everybody)).error is None


@pytest.mark.parametrize("may", ["member", "shut_out", "admin"])
async def test_a_role_that_would_change_nothing_is_refused(bot, may):
    bot.services.people["terminal"] = LocalPeople()
    refused = await bot.korean().say(f"/settings who:local may:{may}")
    assert refused.error.code == "always_admin"
    assert "local은 이곳 전체를 관리하는 사람" in refused.text
    await bot.ok("/settings who:local may:permissions")
    await bot.ok(f"/settings who:mina may:{may}")


async def test_a_role_is_given_where_the_platform_says_nothing(bot):
    class Silent(LocalPeople):
        async def who(self, community, user, language):
            raise PlatformSilent

    bot.services.people["terminal"] = Silent()
    await bot.ok("/settings who:local may:member")


async def test_who_is_shut_out_may_only_see_and_erase_what_is_kept_of_them(ask, press):
    person = Group("7", "mina")
    said = await ask("settings", who=person, may="shut_out")
    assert "mina" in said.text
    assert (await ask("help", MINA)).error.code == "shut_out"
    assert (await press("fb:1:right", MINA)).error.code == "shut_out"
    assert (await ask("help", MINA, OTHER)).error is None
    mine = await ask("me", MINA)
    assert mine.error is None
    assert (await press(mine.controls[-1].id, MINA)).error is None
    await press(said.controls[0].id)
    assert (await ask("help", MINA)).error is None


async def test_who_is_shut_out_is_noted_with_what_stood_before(ask):
    await ask("settings", who=HELPERS, may="moderator")
    await ask("settings", who=HELPERS, may="shut_out")
    assert (await ask("audit")).table.rows[0][3] == "role of Helpers: moderator → shut out"


async def test_the_owner_of_the_place_is_never_shut_out(ask):
    everybody = replace(OWNER, groups=("100",))
    await ask("settings", everybody, who=HELPERS, may="shut_out")
    assert (await ask("settings", everybody)).error is None


async def test_a_change_is_undone(ask, press):
    await ask("settings", who=HELPERS, may="moderator")
    said = await ask("settings", who=HELPERS, may="admin")
    await press(said.controls[0].id)
    assert (await ask("settings")).table.rows == (("Helpers", "moderator"),)
    first = await ask("settings", who=Group("300", "New"), may="admin")
    await press(first.controls[0].id)
    assert (await ask("settings")).table.rows == (("Helpers", "moderator"),)


async def test_what_was_so_before_is_no_change(ask):
    await ask("settings", who=HELPERS, may="moderator")
    same = await ask("settings", who=HELPERS, may="moderator")
    assert "nothing has changed" in same.text and not same.controls
    assert len((await ask("audit")).table.rows) == 1


async def test_only_admins_undo(ask, press):
    said = await ask("settings", who=HELPERS, may="admin")
    stranger = replace(MINA, groups=())
    assert (await press(said.controls[0].id, stranger)).error.code == "role_admin"


async def test_permissions_hold_again(ask):
    await ask("settings", who=HELPERS, may="admin")
    await ask("settings", who=HELPERS, may="permissions")
    assert (await ask("settings")).table is None
    assert (await ask("settings", MINA)).error.code == "role_admin"


@pytest.mark.parametrize("options", [{"who": HELPERS}, {"may": "admin"}])
async def test_half_a_setting_is_refused(ask, options):
    assert (await ask("settings", **options)).error.code == "settings_incomplete"


@pytest.mark.parametrize("group", ["", "a  b!", "x" * 65, "x " * 32 + "x", "a:b", "<@1>"])
async def test_a_group_that_is_none(ask, group):
    assert (await ask("settings", who=group, may="admin")).error.code == "bad_group"


@pytest.mark.parametrize(
    "control", ["set:", "set:1", "set:1:king", "set:1:admin:2", f"set:{'1' * 80}:admin"]
)
async def test_forged_controls(press, control):
    assert (await press(control)).error.code == "unknown_control"


async def test_in_the_terminal_a_group_is_its_name(bot):
    await bot.ok("/settings who:mina may:중재자")
    await bot.ok('/settings who:"@mina kim" may:member')
    rows = (await bot.ok("/설정")).table.rows
    assert rows == (("mina", "moderator"), ("mina kim", "member"))


async def test_strangers_are_slowed_down_and_the_terminal_is_not(ask, bot):
    for _ in range(30):
        assert (await ask("help", MINA)).error is None
    assert (await ask("help", MINA)).error.code == "too_often"
    assert (await ask("help", replace(MINA, id="8"))).error is None
    for _ in range(31):
        await bot.ok("/help")


async def test_an_event_is_new_once(bot):
    assert bot.dispatcher.is_new("discord:1")
    assert not bot.dispatcher.is_new("discord:1")
    assert bot.dispatcher.is_new("discord:2")


def named(command):
    """Also one that stands in the menus of messages alone."""
    return ADD_TO_DATASET if command == ADD_TO_DATASET.name.en else TABLE.find(command)


async def test_who_may_only_ask_gives_no_labels_in_any_way(ask, press):
    person = Group("7", "mina")
    answer = await ask("classify", MINA, text="I love this")
    said = await ask("settings", who=person, may="asker")
    assert "label" in said.text
    assert (await ask("classify", MINA, text="I love this")).error is None
    for control in ("fb:1:right", "label:1:1:1", "example:1:undo", "draft:1:dataset"):
        assert (await press(control, MINA)).error.code == "role_member", control
    assert (await ask("label", MINA)).error.code == "role_member"
    assert TABLE.of_form("dataset add").role is Role.MEMBER
    assert TABLE.family("versus:1:1:skip").role is Role.MEMBER
    assert (await ask("label", MINA, OTHER)).error.code != "role_member"
    await press(said.controls[0].id)
    assert (await press(answer.controls[0].id, MINA)).error is None


async def test_who_may_only_ask_is_told_in_the_table_and_in_the_audit(ask):
    await ask("settings", who=HELPERS, may="asker")
    korean = replace(OWNER, language=Language.KOREAN)
    assert ("Helpers", "질문만") in (await ask("settings", korean)).table.rows
    assert "질문만" in (await ask("audit", korean)).table.rows[0][-1]
