"""A link is used once, by whoever is first, and not after its time."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from storage.records import NewWebLink
from tests.storage.places import rows_in

SOON = datetime.now(UTC) + timedelta(days=1)
LINK = NewWebLink("discord:1", "ann", b"link", "ko", SOON)


async def test_of_many_who_use_a_link_at_once_one_is_let_in(database):
    sessions = database.web_sessions
    await sessions.invite(LINK)
    secrets = [f"session {number}".encode() for number in range(20)]
    opened = await asyncio.gather(*(sessions.open(b"link", one, SOON) for one in secrets))
    (within,) = [one for one in opened if one]
    assert (within.community, within.user, within.language) == ("discord:1", "ann", "ko")
    kept = [await sessions.get(one) for one in secrets]
    assert sum(one is not None for one in kept) == 1
    assert await sessions.link(b"link") is None and await sessions.get(b"link") is None


async def test_a_session_is_no_link_and_a_link_no_session(database):
    sessions = database.web_sessions
    await sessions.invite(LINK)
    assert await sessions.get(b"link") is None
    assert (await sessions.link(b"link")).user == "ann"
    await sessions.open(b"link", b"session", SOON)
    assert await sessions.link(b"session") is None
    assert await sessions.open(b"session", b"another", SOON) is None


async def test_what_is_over_is_over_and_is_forgotten(database, place):
    sessions = database.web_sessions
    over = datetime.now(UTC) - timedelta(seconds=1)
    await sessions.invite(replace(LINK, expires_at=over))
    assert await sessions.link(b"link") is None
    assert await sessions.open(b"link", b"session", SOON) is None
    for community in ("discord:1", "slack:T1"):  # of whom, nobody may ever ask for a link again
        elsewhere = replace(LINK, community=community, digest=community.encode(), user="bob")
        await sessions.invite(replace(elsewhere, expires_at=over))
    await sessions.invite(replace(LINK, digest=b"newer", user="carol"))
    await sessions.forget()
    assert len(rows_in(place, "SELECT digest FROM web_sessions")) == 1
    assert await sessions.link(b"newer")


async def test_only_the_newest_link_of_a_person_works(database):
    sessions = database.web_sessions
    for digest in (b"older", b"newer"):
        await sessions.invite(replace(LINK, digest=digest))
    await sessions.invite(replace(LINK, digest=b"another's", user="bob"))
    assert await sessions.link(b"older") is None
    assert await sessions.link(b"newer") and await sessions.link(b"another's")


async def test_counting_and_ending(database):
    sessions = database.web_sessions
    for number in range(3):
        link, session = f"link {number}".encode(), f"session {number}".encode()
        await sessions.invite(replace(LINK, digest=link))
        await sessions.open(link, session, SOON)
    assert await sessions.count("discord:1", "ann") == 3
    await sessions.end(b"session 0")
    assert await sessions.count("discord:1", "ann") == 2
    await sessions.invite(LINK)
    assert await sessions.end_all("discord:1", "ann") == 3
    assert await sessions.get(b"session 1") is None and await sessions.link(b"link") is None
