"""What may go wrong between Discord and Tokki: nothing is lost in silence."""

import asyncio
import os
import socket
import subprocess
import sys
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import pytest

from bot.doors import DoorClosed
from tests.bot.serving import ROOT, run_as_its_operator
from tests.waiting import PATIENCE_S, until, within


async def answers(lab):
    asked = await lab.boss.slash(lab.channel, "tokenize", {"text": "hello"})
    return await asked.answered()


async def test_it_is_well_as_soon_as_it_answers(lab, tokki):
    """Whatever discord.py still waits for: it looks two seconds long for one more server."""
    await answers(lab)
    assert await tokki.web_server.health.ailing() == []


async def test_a_dropped_socket_is_resumed_and_nothing_is_lost(lab, server):
    await answers(lab)
    identified = server.identifies
    await server.cut()
    asked = await lab.boss.slash(
        lab.channel,
        "tokenize",
        {"text": "while it was gone"},
    )
    assert "while" in (await asked.answered()).text
    assert server.resumes == 1
    assert server.identifies == identified


async def test_a_socket_cut_in_the_middle_of_an_answer(lab, server, tokki):
    asked = await lab.boss.slash(lab.channel, "classify", {"text": "hello"})
    await server.cut()
    assert "sentiment@0" in (await asked.answered()).text


@pytest.mark.parametrize("resumable", [True, False])
async def test_invalid_session(lab, server, resumable):
    identified, resumed = server.identifies, server.resumes
    await server.invalidate(resumable=resumable)
    await server.ready()
    await answers(lab)
    again = (server.identifies - identified, server.resumes - resumed)
    assert again == ((0, 1) if resumable else (1, 0))


async def test_reconnect_is_obeyed(lab, server):
    await server.ask_reconnect()
    await answers(lab)
    assert server.resumes == 1


async def test_discord_restarts(lab, server):
    identified = server.identifies
    await server.restart(lose_sessions=True)
    await server.ready()
    await answers(lab)
    assert server.identifies == identified + 1


async def test_an_answer_after_a_server_error(lab, server):
    server.fail("PATCH", "/webhooks/*", status=500, times=1)
    server.fail("POST", "/interactions/*/callback", status=500, times=1)
    await answers(lab)


async def test_an_answer_after_too_many_requests(lab, server):
    server.fail("POST", "/interactions/*/callback", status=429, times=1, retry_after=0.2)
    await answers(lab)


async def test_a_second_delivery_is_dropped(lab, server):
    await answers(lab)
    server.deliver_twice = True
    asked = await lab.boss.slash(lab.channel, "tokenize", {"text": "once"})
    await asked.answered()
    server.deliver_twice = False
    await answers(lab)
    assert len(asked.callbacks) == 1
    assert sum("once" in each.text for each in lab.channel.messages) == 1


async def test_a_refused_callback_goes_on_in_the_channel(lab, server):
    await answers(lab)
    server.refuse_callback(code=10062)
    asked = await lab.boss.slash(lab.channel, "tokenize", {"text": "late"})
    message = await asked.until(lambda m: "late" in m.text)
    assert message in lab.channel.messages


async def test_a_long_answer_is_cut_and_attached(lab):
    asked = await lab.boss.slash(lab.channel, "tokenize", {"text": "hello there " * 250})
    message = await asked.answered()
    assert len(message.text) <= 4000
    assert message.files


async def test_200_at_once(lab, server):
    server.acknowledge_within_s = PATIENCE_S
    people = [server.add_person(f"p{n}") for n in range(20)]
    for each in people:
        lab.guild.join(each, permissions=0, roles=[])
    asked = [
        await people[n % 20].slash(lab.channel, "classify", {"text": f"hello {n}"})
        for n in range(200)
    ]
    for each in asked:
        assert "sentiment@0" in (await each.answered()).text


async def test_what_is_being_answered_when_it_stops_is_finished(lab, tokki):
    asked = [
        await lab.boss.slash(lab.channel, "classify", {"text": f"hello {n}"}) for n in range(10)
    ]
    for each in asked:
        await each.acknowledged()
    await tokki.stop()
    for each in asked:
        assert "sentiment@0" in (await each.answered()).text


async def test_a_wrong_token(tokki, server):
    tokki.token = "wrong"
    tokki.begin()
    with pytest.raises(DoorClosed, match="DISCORD_TOKEN"):
        await tokki.ended()


@pytest.mark.parametrize(("code", "says"), [(4004, "token"), (4014, "intents"), (4011, "shard")])
async def test_discord_closes_for_good(lab, tokki, server, code, says):
    await server.close_sockets(code)
    with pytest.raises(DoorClosed, match=says):
        await tokki.ended()


async def test_discord_refuses_from_the_start(tokki, server):
    server.refuse_identify(code=4014)
    tokki.begin()
    with pytest.raises(DoorClosed, match="intents"):
        await tokki.ended()


async def test_discord_cannot_be_reached_yet(tokki, server):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    tokki.api_url = f"http://127.0.0.1:{port}/api/v10"
    tokki.begin()
    await until(lambda: "trying again" in str(tokki.said), "words on another try")
    async with forwarding(port, urlsplit(server.api_url).port):
        await server.ready()
        await tokki.stop()


@asynccontextmanager
async def forwarding(port, to):
    """The way to the server, which opens late."""

    async def carry(reader, writer):
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                writer.write(data)
        writer.close()

    async def connect(reader, writer):
        there, back = await asyncio.open_connection("127.0.0.1", to)
        await asyncio.gather(carry(reader, back), carry(there, writer))

    async with await asyncio.start_server(connect, "127.0.0.1", port):
        yield


async def test_commands_are_synced_once(tokki, server):
    await tokki.start()
    puts = [each for each in server.requests if each.method == "PUT"]
    assert len(puts) == 1
    await tokki.stop()
    await tokki.start()
    assert len([each for each in server.requests if each.method == "PUT"]) == 1


async def test_a_sync_that_fails_does_not_keep_tokki_from_starting(tokki, server):
    server.fail("PUT", "/applications/*/commands", status=400, times=1)
    await tokki.start()
    await tokki.stop()
    await tokki.start()
    assert server.commands


async def test_tokki_run_as_its_operator_runs_it(server, tmp_path):
    guild = server.add_guild("Lab")
    channel = guild.add_channel("general")
    ann = server.add_person("ann")
    guild.join(ann, permissions=0, roles=[])

    async def meanwhile():
        await server.ready()
        asked = await ann.slash(channel, "classify", {"text": "I love this"})
        await asked.until(lambda message: "positive" in message.text)
        await nobody_else_runs(server.settings, tmp_path)

    said = await run_as_its_operator(server.settings, tmp_path, meanwhile)
    assert "is ready (servers: 1)" in said
    assert server.token not in said


async def nobody_else_runs(settings, data_dir):
    again = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        cwd=ROOT,
        env=os.environ | {"TOKKI_DATA_DIR": str(data_dir), "TOKKI_LANGUAGE": "en"} | settings,
        stdout=subprocess.PIPE,
    )
    async with within("a second `tokki run` ends"):
        assert b"Another tokki run" in (await again.communicate())[0]
    assert again.returncode == 2


@pytest.mark.parametrize("command", ["run", "check", "sync"])
def test_without_a_token_it_says_how_to_get_one(tmp_path, command):
    done = subprocess.run(
        [sys.executable, "-m", "bot", command, "--language", "ko"],
        cwd=ROOT,
        env=os.environ | {"TOKKI_DATA_DIR": str(tmp_path), "DISCORD_TOKEN": ""},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 2
    assert "docs/discord.md" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
