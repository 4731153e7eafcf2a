"""Envelopes that are for nobody or hold nothing: they are taken, or they would come again."""

import pytest

from tests.servers.slack_server.deliveries.delivery import Delivery

EVENT = {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "api_app_id": "A1"}


def sent(server, kind, payload):
    delivery = Delivery(kind, payload)
    server.world.postman.deliver(delivery)
    return delivery


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("events_api", EVENT | {"event": {"type": "reaction_added", "user": "U1"}}),
        ("events_api", EVENT | {"event": {"type": "message", "text": "hello"}}),
        (
            "interactive",
            {"type": "view_closed", "view": {"callback_id": "x"}},
        ),
        ("interactive", {"type": "something_new"}),
        ("interactive", {}),
        ("something_new", {"a": 1}),
        ("interactive", [1, 2]),
        ("interactive", None),
        ("interactive", 3),
        ("slash_commands", "words"),
    ],
)
async def test_nobody_is_for_it(lab, server, kind, payload):
    await sent(server, kind, payload).acknowledged()
    asked = await lab.boss.command(lab.channel, "/tokenize", "hello")
    assert "hello" in (await asked.answered()).text_shown
