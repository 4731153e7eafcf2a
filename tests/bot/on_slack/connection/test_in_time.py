"""Nothing that Slack or the database is slow with holds up an acknowledgement or a form."""

import asyncio
import sqlite3

import pytest

from bot.doors import DoorClosed
from bot.on_slack.connection import deliveries, socket_mode, web_api
from bot.on_slack.incoming import people
from bot.on_slack.setup.manifest import manifest
from tests.bot.on_slack.conftest import saying
from tests.waiting import turns, until

SLOW = ("users.info", "usergroups.list")


class MovedClock:
    """Goes on when a test moves it."""

    def __init__(self):
        self.now = 0.0

    def monotonic(self):
        return self.now


def mute(server, *methods):
    """Let Slack say nothing to these before what is returned is set."""
    speak = asyncio.Event()
    for method in methods:
        server.fail(method=method, held=speak, times=None)
    return speak


def be_patient(monkeypatch):
    """Let whoever waits for Slack wait for ever: who goes on has not waited."""
    get = people.ExpiringCache.get
    monkeypatch.setattr(
        people.ExpiringCache, "get", lambda self, *asked: get(self, *asked[:2], 1000)
    )


async def anew(tokki, monkeypatch, **constants):
    """Start again, with other constants of what is remembered for how long."""
    await tokki.stop()
    for name, value in constants.items():
        monkeypatch.setattr(people, name, value)
    await tokki.start()


async def closed(tokki, words):
    with pytest.raises(DoorClosed, match=words):
        await tokki.ended()


async def answer(person, channel, command, text=""):
    return (await (await person.command(channel, command, text)).answered()).text_shown


# The connection


async def test_a_wrong_app_level_token_closes_the_door(server, tokki):
    server.revoke(server.app_token, error="invalid_auth")
    tokki.begin()
    await closed(tokki, "SLACK_APP_TOKEN")


async def test_an_app_level_token_that_is_revoked_while_it_runs(lab, server, tokki, monkeypatch):
    await tokki.stop()
    monkeypatch.setattr(socket_mode, "PING_INTERVAL_S", 0.2)
    monkeypatch.setattr(socket_mode, "DEAF_AFTER_S", 0.8)
    await tokki.start()
    server.revoke(server.app_token, error="token_revoked")
    server.go_deaf()
    await closed(tokki, "SLACK_APP_TOKEN")


async def test_a_connection_that_never_opens_is_tried_anew(server, tokki, monkeypatch):
    handler, tries = socket_mode.AsyncSocketModeHandler, []

    class Stuck(handler):
        async def connect_async(self):
            tries.append(self)
            await (asyncio.Event().wait() if len(tries) == 1 else super().connect_async())

    monkeypatch.setattr(socket_mode, "AsyncSocketModeHandler", Stuck)
    monkeypatch.setattr(socket_mode, "LONGEST_CONNECT_S", 0.3)
    await tokki.start()
    assert len(tries) > 1


async def test_a_connection_that_answers_pings_but_brings_nothing_is_replaced(
    lab, server, tokki, monkeypatch
):
    await tokki.stop()
    clock = MovedClock()
    monkeypatch.setattr(socket_mode, "time", clock)
    monkeypatch.setattr(socket_mode, "PING_INTERVAL_S", 0.2)
    server.world.socket.ping_every_s = 0.2
    heard, hear = [], socket_mode.Socket._note_traffic
    monkeypatch.setattr(
        socket_mode.Socket, "_note_traffic", lambda self: heard.append(self) or hear(self)
    )
    await tokki.start()
    before = server.count("apps.connections.open")
    for _ in range(3):  # together longer than a deaf one is let be
        clock.now += socket_mode.DEAF_AFTER_S - 1
        count = len(heard)
        await until(lambda count=count: len(heard) > count + 1, "two more of Slack's pings")
    assert server.count("apps.connections.open") == before
    server.go_deaf(answers_pings=True)

    def is_replaced():
        clock.now += socket_mode.DEAF_AFTER_S
        return server.count("apps.connections.open") > before

    await until(is_replaced, "another connection")
    await server.connected()
    assert "hello" in await answer(lab.boss, lab.channel, "/tokenize", "hello")


# Acknowledgements


async def test_a_command_is_acknowledged_before_it_is_answered(lab, server):
    speak = mute(server, "chat.postMessage")
    asked = await lab.boss.command(lab.channel, "/classify", "hello")
    await asked.acknowledged()
    speak.set()
    assert "sentiment@0" in (await asked.answered()).text_shown


@pytest.mark.parametrize("is_mute", [True, False])
async def test_the_first_command_waits_for_no_auth_test(lab, server, is_mute):
    if is_mute:
        mute(server, "auth.test")
    else:
        server.fail(method="auth.test", times=None, status=200, error="internal_error")
    assert "hello" in await answer(lab.boss, lab.channel, "/tokenize", "hello")


async def test_a_form_is_acknowledged_before_anybody_is_looked_up(lab, server, tokki, monkeypatch):
    await anew(tokki, monkeypatch, _PROFILE_S=0.0, _GROUPS_S=0.0)
    view = await (await lab.mina.command(lab.channel, "/분류")).opened()
    be_patient(monkeypatch)
    speak = mute(server, *SLOW)
    wrong = await lab.mina.submit(view, {"option:text": "   "}, check=False)
    assert "글" in wrong.errors["option:text"], "in her language"
    sent = await lab.mina.submit(view, {"option:text": "hello"})
    assert sent.is_acknowledged
    speak.set()
    assert "sentiment@0" in (await sent.answered()).text_shown


async def test_user_groups_are_offered_from_memory(lab, server, tokki, monkeypatch):
    server.add_user_group("annotators", [lab.mina])
    await anew(tokki, monkeypatch)
    view = await (await lab.boss.press(await lab.boss.open_home(), "form:settings")).opened()
    before = server.count("usergroups.list")
    for typed in ("", "anno", "nobody"):
        offered = await lab.boss.suggest(view, "group:who", typed)
        assert len(offered) == (typed != "nobody")
    assert server.count("usergroups.list") == before


async def test_a_slow_list_of_user_groups_is_not_waited_for(lab, server, tokki, monkeypatch):
    assert server.world.postman.acknowledge_within_s > people._TYPING_PATIENCE_S
    await anew(tokki, monkeypatch, _GROUPS_S=0.0, _TYPING_PATIENCE_S=0.2)
    view = await (await lab.boss.press(await lab.boss.open_home(), "form:settings")).opened()
    mute(server, "usergroups.list")
    assert await lab.boss.suggest(view, "group:who", "x") == []


# Forms


async def test_a_form_opens_though_slack_does_not_say_who_asks(lab, server, monkeypatch):
    assert server.world.postman.acknowledge_within_s > deliveries._HURRY_S
    monkeypatch.setattr(deliveries, "_HURRY_S", 0.2)
    mute(server, *SLOW)
    asked = await lab.boss.command(lab.channel, "/classify")
    assert await asked.opened()


async def test_a_form_opens_though_the_database_is_locked(lab, tokki):
    await answer(lab.boss, lab.channel, "/tokenize", "hello")
    database = sqlite3.connect(tokki.data_dir / "tokki.sqlite3", isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    try:
        asked = await lab.boss.command(lab.channel, "/classify")
        assert await asked.opened()
    finally:
        database.execute("ROLLBACK")
        database.close()


async def test_a_form_that_comes_too_late_is_told_of_without_an_alarm(lab, server):
    server.fail(method="views.open", status=200, error="expired_trigger_id", times=1)
    told = await answer(lab.boss, lab.channel, "/classify")
    assert "took too long" in told
    assert "reference" not in told


async def test_a_form_from_the_home_is_answered_in_the_persons_own_conversation(lab, server):
    home = await lab.boss.open_home()
    view = await (await lab.boss.press(home, "form:classify")).opened()
    await lab.boss.submit(view, {"option:text": "hello"})
    await until(lambda: saying(server.dm(lab.boss), "sentiment@0"), "an answer to the form")


# Who somebody is


async def test_an_owner_stays_one_after_a_hiccup(lab, server):
    server.fail(method="users.info", status=200, error="internal_error", times=1)
    await answer(lab.boss, lab.channel, "/finetune", "")
    assert "Only admins" not in await answer(lab.boss, lab.channel, "/finetune", "")


@pytest.mark.parametrize("error", ["internal_error", "ratelimited", "missing_scope", "odd"])
async def test_an_owner_of_whom_slack_says_nothing_is_not_told_no(lab, server, monkeypatch, error):
    monkeypatch.setattr(people, "_AGAIN_AFTER_S", (0.0,))
    server.fail(method="users.info", status=200, error=error, times=None)
    said = await answer(lab.boss, lab.channel, "/finetune", "")
    assert "did not say just now who you are" in said and "누구인지 알려 주지 않아서" in said


async def test_it_is_asked_again_before_anybody_is_told_so(lab, server, monkeypatch):
    monkeypatch.setattr(people, "_AGAIN_AFTER_S", (0.0, 0.0))
    server.fail(method="users.info", status=200, error="internal_error", times=2)
    server.fail(method="usergroups.list", status=200, raw=b"[]", times=2)
    said = await answer(lab.boss, lab.channel, "/finetune", "")
    assert "Only admins" not in said and "who you are" not in said


async def test_it_is_said_in_the_language_that_they_have_chosen(lab, server, monkeypatch):
    monkeypatch.setattr(people, "_AGAIN_AFTER_S", (0.0,))
    server.fail(method="users.info", status=200, error="internal_error", times=None)
    await answer(lab.boss, lab.channel, "/me", "language:korean")
    said = await answer(lab.boss, lab.channel, "/finetune", "")
    assert "누구인지 알려 주지 않아서" in said and "who you are" not in said


async def test_a_group_that_is_not_to_be_had_is_no_no(lab, server, monkeypatch):
    monkeypatch.setattr(people, "_AGAIN_AFTER_S", (0.0,))
    server.fail(method="usergroups.list", status=200, error="internal_error", times=None)
    said = await answer(lab.mina, lab.channel, "/finetune", "")
    assert "누구인지 알려 주지 않아서" in said and "관리자만" not in said


async def test_fields_of_other_types_make_nobody_an_admin(lab, server):
    raw = b'{"ok": true, "user": {"id": "U", "is_owner": "no", "is_admin": [0], "real_name": 3}}'
    server.fail(method="users.info", status=200, raw=raw, times=None)
    assert "Only admins" in await answer(lab.boss, lab.channel, "/finetune", "")


async def test_what_was_known_holds_while_slack_says_nothing(lab, server, tokki, monkeypatch):
    await anew(tokki, monkeypatch, _PROFILE_S=0.0)
    await answer(lab.boss, lab.channel, "/finetune", "")
    server.fail(method="users.info", status=200, error="internal_error", times=None)
    assert "Only admins" not in await answer(lab.boss, lab.channel, "/finetune", "")


async def test_lookups_without_an_end_do_not_hold_up_an_answer(lab, server, tokki, monkeypatch):
    monkeypatch.setattr(web_api, "_TIMEOUT_S", 1000)
    await anew(tokki, monkeypatch)
    mute(server, *SLOW)
    assert "hello" in await answer(lab.boss, lab.channel, "/tokenize", "hello")


async def test_many_at_once_ask_for_the_user_groups_once(lab, server):
    speak = mute(server, "usergroups.list")
    before = server.count("usergroups.list")
    asked = [
        await server.add_person(f"p{n}").command(server.add_channel(f"c{n}"), "/tokenize", "hello")
        for n in range(20)
    ]
    speak.set()
    for each in asked:
        assert "hello" in (await each.answered()).text_shown
    assert server.count("usergroups.list") == before + 1


async def test_an_owner_of_another_workspace_is_a_member_here(lab, server, monkeypatch):
    guest = server.add_person("guest", is_owner=True)
    told = guest.json
    monkeypatch.setattr(guest, "json", lambda **how: told(**how) | {"team_id": "T0THER"})
    assert "Only admins" in await answer(guest, lab.channel, "/finetune", "")


@pytest.mark.parametrize(
    ("user", "is_of"),
    [
        ({"team_id": "T1"}, True),
        ({"team_id": "T2"}, False),
        ({}, False),
        ({"team_id": "E1", "enterprise_user": {"enterprise_id": "E1", "teams": ["T1"]}}, True),
        ({"team_id": "E2", "enterprise_user": {"enterprise_id": "E2", "teams": ["T2"]}}, False),
    ],
)
def test_who_belongs_to_a_workspace(user, is_of):
    assert people.is_of("T1", user) == is_of


# Tokens


@pytest.mark.parametrize("method", ["views.open", "users.info", "usergroups.list"])
async def test_a_revoked_token_is_noticed_wherever_it_shows(lab, server, tokki, method):
    server.fail(method=method, status=200, error="token_revoked", times=1)
    await lab.boss.command(lab.channel, "/classify")
    await closed(tokki, "SLACK_BOT_TOKEN")


async def test_a_revoked_token_is_noticed_by_the_home(lab, server, tokki):
    await lab.boss.open_home()
    server.fail(method="views.publish", status=200, error="token_revoked", times=1)
    opening = asyncio.create_task(lab.boss.open_home())
    await closed(tokki, "SLACK_BOT_TOKEN")
    opening.cancel()


async def test_a_scope_that_is_missing_closes_no_door(lab, server, tokki):
    server.fail(method="usergroups.list", status=200, error="missing_scope", times=1)
    for _ in range(2):
        assert "hello" in await answer(lab.boss, lab.channel, "/tokenize", "hello")
    assert not tokki.serving.done()


# The home


async def test_opening_the_home_does_not_count_as_asking(lab):
    home = await lab.boss.open_home()
    assert "sentiment" in str(home.blocks)
    for _ in range(12):
        home = await lab.boss.open_home()
    assert "Open form" in str(home.blocks)  # what it looks up counts, though for itself
    assert "hello" in await answer(lab.boss, lab.channel, "/tokenize", "hello")


async def test_a_home_under_way_is_finished_when_tokki_stops(lab, server, tokki):
    speak = mute(server, "views.publish")
    opening = asyncio.create_task(lab.mina.open_home())
    await until(lambda: server.count("views.publish"), "views.publish")
    stopping = asyncio.create_task(tokki.stop())
    await turns()
    speak.set()
    await stopping
    assert lab.mina.home, "published before it ended"
    await opening


async def test_people_keep_their_words_where_commands_have_a_prefix(lab, server, tokki):
    await tokki.stop()
    tokki.prefix = "t-"
    server.manifest = manifest("t-")
    await tokki.start()
    await answer(lab.boss, lab.channel, "/t-tokenize", "please run /help now")
    told = await answer(lab.boss, lab.channel, "/t-history")
    assert "please run /help now" in told
    assert "/t-tokenize" in told
    home = str((await lab.boss.open_home()).blocks)
    assert "/t-history shows yours" in home


# Deliveries


async def test_two_commands_without_an_id_are_two(lab, server, monkeypatch):
    make = server.world.triggers.make

    def nameless(*args):
        trigger = make(*args)
        trigger.id = None
        return trigger

    monkeypatch.setattr(server.world.triggers, "make", nameless)
    for name in ("c1", "c2"):
        assert "hello" in await answer(lab.boss, server.add_channel(name), "/tokenize", "hello")


async def test_a_mistake_of_ours_while_looking_somebody_up_is_told_of(lab, monkeypatch):
    async def broken(*_: object) -> None:
        raise RuntimeError("oops")

    monkeypatch.setattr(people.People, "actor", broken)
    asked = await lab.boss.command(lab.channel, "/tokenize", "hello")
    message = await asked.answered()
    assert message.is_ephemeral
    assert "Something broke" in message.text_shown
