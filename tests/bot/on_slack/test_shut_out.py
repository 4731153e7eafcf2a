"""What the one workspace takes back while Tokki runs: it is noticed, and said to the operator."""

import pytest

from bot.doors import DoorClosed
from bot.on_slack.connection import socket_mode
from bot.on_slack.setup.manifest import manifest


async def test_the_app_is_taken_out(lab, tokki, server):
    server.uninstall(server.team)
    with pytest.raises(DoorClosed, match="account_inactive"):
        await tokki.ended()


async def test_the_tokens_of_people_are_none_of_ours(lab, tokki, server):
    revoked = server.world.happen(
        server.team, {"type": "tokens_revoked", "tokens": {"oauth": [lab.mina.id], "bot": []}}
    )
    await revoked.acknowledged()
    asked = await lab.boss.command(lab.channel, "/tokenize", "hello")
    assert "hello" in (await asked.answered()).text_shown
    assert not tokki.serving.done()


async def test_socket_mode_is_turned_off(lab, tokki, server, monkeypatch):
    monkeypatch.setattr(socket_mode, "DEAF_AFTER_S", 3.0)
    await server.disconnect("link_disabled")
    with pytest.raises(DoorClosed, match="Socket Mode is off"):
        await tokki.ended()


async def test_socket_mode_is_off_from_the_start(tokki, server):
    features = manifest()
    server.manifest = features | {"settings": features["settings"] | {"socket_mode_enabled": False}}
    tokki.begin()
    with pytest.raises(DoorClosed, match="Socket Mode is off"):
        await tokki.ended()
    assert not any("trying again" in each for each in tokki.said)
