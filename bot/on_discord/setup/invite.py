"""The links that bring Tokki to Discord.

https://docs.discord.com/developers/topics/oauth2#bot-authorization-flow
"""

from urllib.parse import urlencode

from discord import Permissions

_AUTHORIZE = "https://discord.com/oauth2/authorize"
_ON_SERVER, _FOR_PERSON = 0, 1

PERMISSIONS = Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    attach_files=True,
)
"""What Tokki may do in a server, and no more.

Answers to commands need no permission at all. A training outlives the 15 minutes in which a
command can be answered, so its progress and result are ordinary messages: for those Tokki sees
the channel, sends there and in threads, and attaches tables and charts. Replies have no embeds, so
there is no Embed Links; its own messages are found by their ids, so there is no Read Message
History.
"""


def install_link(application_id: int) -> str:
    """Return the link with which somebody who manages a server adds Tokki to it."""
    asked = {
        "client_id": application_id,
        "scope": "bot applications.commands",
        "permissions": PERMISSIONS.value,
        "integration_type": _ON_SERVER,
    }
    return f"{_AUTHORIZE}?{urlencode(asked)}"


def personal_link(application_id: int) -> str:
    """Return the link with which anybody adds Tokki to their own account."""
    asked = {
        "client_id": application_id,
        "scope": "applications.commands",
        "integration_type": _FOR_PERSON,
    }
    return f"{_AUTHORIZE}?{urlencode(asked)}"
