"""What the one workspace takes back while Tokki runs: it is noticed, and said to the operator."""

import asyncio

import pytest

from bot.doors import DoorClosed
from bot.on_slack import socket


async def ended(tokki, within_s=15):
    serving, tokki.serving = tokki.serving, None
    async with asyncio.timeout(within_s):
        await serving


async def test_the_app_is_taken_out(lab, tokki, server):
    server.uninstall(server.team)
    with pytest.raises(DoorClosed, match="account_inactive"):
        await ended(tokki)


async def test_the_tokens_of_people_are_none_of_ours(lab, tokki, server):
    revoked = server.world.happen(
        server.team, {"type": "tokens_revoked", "tokens": {"oauth": [lab.mina.id], "bot": []}}
    )
    await revoked.acknowledged()
    asked = await lab.boss.command(lab.channel, "/tokenize", "hello")
    assert "hello" in (await asked.answered()).text_shown
    assert not tokki.serving.done()


async def test_socket_mode_is_turned_off(lab, tokki, server, monkeypatch):
    monkeypatch.setattr(socket, "DEAF_AFTER_S", 3.0)
    await server.disconnect("link_disabled")
    with pytest.raises(DoorClosed, match="Socket Mode is off"):
        await ended(tokki)


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_connection_is_refreshed_without_a_lost_command(lab, server, reason):
    await server.disconnect(reason)
    asked = [await lab.boss.command(lab.channel, "/tokenize", f"hello{n}") for n in range(3)]
    for number, each in enumerate(asked):
        await each.until(lambda m, n=number: f"hello{n}" in m.text_shown, timeout=15)
