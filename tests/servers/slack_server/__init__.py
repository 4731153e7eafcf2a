"""A Slack on loopback, which the unmodified slack-bolt and slack_sdk take for the true one.

    async with LoopbackSlack() as slack:
        mina, general = slack.add_person("mina"), slack.add_channel("general")
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
        handler = AsyncSocketModeHandler(AsyncApp(client=client), slack.app_token)
        await handler.connect_async()
        await slack.connected()
        asked = await mina.command(general, "/classify", "I love this")
        assert "joy" in (await asked.answered()).text_shown

`python -m tests.servers.slack_server --port 4300` is a standing server, where what is typed at
its standard input is what a person does.
"""

from tests.servers.slack_server.channel import Channel
from tests.servers.slack_server.deliveries.delivery import Delivery
from tests.servers.slack_server.fault import Fault
from tests.servers.slack_server.manifest import BadManifest
from tests.servers.slack_server.people.person import Person
from tests.servers.slack_server.people.user_action import UserAction
from tests.servers.slack_server.seen.message import Message, Shown
from tests.servers.slack_server.seen.view import View
from tests.servers.slack_server.server import LoopbackSlack
from tests.servers.slack_server.team import Team, UserGroup
from tests.servers.slack_server.web_api.rates import Rate
from tests.servers.slack_server.web_api.received import Received

__all__ = [
    "BadManifest",
    "Channel",
    "Delivery",
    "Fault",
    "LoopbackSlack",
    "Message",
    "Person",
    "Rate",
    "Received",
    "Shown",
    "Team",
    "UserAction",
    "UserGroup",
    "View",
]
