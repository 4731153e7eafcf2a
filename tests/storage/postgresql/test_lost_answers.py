"""A COMMIT whose answer never arrives: all of it may be kept, so nothing of it is done again."""

import asyncio

import pytest

from storage.database import Database
from storage.errors import ServerUnavailable
from tests.servers.relay import Relay
from tests.storage.places import rows_in

pytestmark = pytest.mark.scale

_SAID = b"SPANIC\0VPANIC\0C58030\0Mcould not fsync file\0\0"
PANIC = b"E" + (len(_SAID) + 4).to_bytes(4) + _SAID
"""https://www.postgresql.org/docs/current/protocol-message-formats.html, ErrorResponse."""


@pytest.mark.parametrize("last_words", [b"", PANIC], ids=["nothing", "panic"])
async def test_what_was_not_answered_is_not_done_again(postgresql, question, last_words) -> None:
    url = postgresql.new(postgresql.tidy)
    async with Relay(postgresql.port).running() as relay:
        database = await Database.open(url.replace(f":{postgresql.port}/", f":{relay.port}/"))
        relay.breaks_at, relay.last_words = b"COMMIT\0", last_words
        adding = (database.queries.add(question()) for _ in range(5))
        told = await asyncio.gather(*adding, return_exceptions=True)
        assert {type(one) for one in told} == {ServerUnavailable}
        assert await database.queries.add(question()) == 6
        await database.close()
    assert len(rows_in(url, "SELECT id FROM queries")) == 6
