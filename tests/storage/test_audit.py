"""Entries are only added, and whatever is done to one later is noticed."""

import asyncio

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.errors import StorageError
from storage.records import Deed, NewAuditEntry
from storage.sql.connections import EVERYWHERE

HOME, AWAY = "discord:1", "slack:T1"


async def noted(database: Database, community: str, user: str, after: str) -> None:
    facts = {"by": user, "who": "Helpers", "before": "member", "after": after}
    entry = NewAuditEntry(community, user, Deed.ROLE_GRANTED, facts)
    await database.settings.put(community, "role:100", {"role": after}, entry)


async def spoil(database: Database, statement: str) -> None:
    await database._connections.write(
        EVERYWHERE, lambda connection: connection.execute(text(statement))
    )


async def broken_at(database: Database) -> int | None:
    chains = {chain.community: chain for chain in await database.audit.verify()}
    return chains[HOME].broken_at


async def test_entries_are_numbered_in_each_community(database):
    await noted(database, HOME, "ann", "admin")
    await noted(database, AWAY, "bob", "member")
    await noted(database, HOME, "bob", "moderator")
    found = await database.audit.recent(HOME, 10)
    assert [(one.number, one.user, one.facts["after"]) for one in found] == [
        (2, "bob", "moderator"),
        (1, "ann", "admin"),
    ]
    assert [one.number for one in await database.audit.recent(HOME, 10, before=2)] == [1]
    assert [one.number for one in await database.audit.recent(HOME, 10, user="bob")] == [2]
    assert await database.audit.recent(HOME, 10, deed=Deed.TEXT_SETTLED) == []
    chains = await database.audit.verify()
    assert [(one.community, one.entries, one.broken_at) for one in chains] == [
        (HOME, 2, None),
        (AWAY, 1, None),
    ]


async def test_many_at_once_make_one_chain(database):
    await asyncio.gather(*(noted(database, HOME, f"user {n}", "admin") for n in range(20)))
    assert [one.number for one in await database.audit.recent(HOME, 50)] == [*range(20, 0, -1)]
    assert await broken_at(database) is None


async def test_a_character_that_a_server_does_not_take_breaks_no_chain(database):
    await noted(database, HOME, "ann", "a\x00b\\u0000")
    (found,) = await database.audit.recent(HOME, 1)
    assert found.facts["after"] == "a␀b\\u0000"
    assert await broken_at(database) is None


async def test_what_is_not_kept_is_not_noted(database):
    entry = NewAuditEntry(HOME, "ann", Deed.ROLE_GRANTED, {})
    with pytest.raises(StorageError):
        await database.settings.put(HOME, "role:100", object(), entry)
    assert await database.audit.recent(HOME, 10) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET \"user\" = 'eve' WHERE number = 2",
        "UPDATE audit SET facts = '{}' WHERE number = 2",
        "UPDATE audit SET at = '2020-01-01 00:00:00.000000' WHERE number = 2",
        "UPDATE audit SET deed = 'text_settled' WHERE number = 2",
        "UPDATE audit SET salt = NULL WHERE number = 2",
        "UPDATE audit SET content = salt WHERE number = 2",
        "DELETE FROM audit WHERE number = 2",
    ],
)
async def test_a_change_of_an_entry_is_noticed(database, statement):
    for user in ("ann", "bob", "cid"):
        await noted(database, HOME, user, "admin")
    assert await broken_at(database) is None
    await spoil(database, statement)
    assert await broken_at(database) == 2


async def test_a_chain_holds_where_somebody_was_erased(database):
    for user in ("ann", "bob", "cid"):
        await noted(database, HOME, user, "admin")
    await spoil(
        database, 'UPDATE audit SET "user" = NULL, facts = NULL, salt = NULL WHERE number = 2'
    )
    assert await broken_at(database) is None
    (second,) = [one for one in await database.audit.recent(HOME, 10) if one.number == 2]
    assert (second.user, second.facts) == (None, {})


async def test_who_keeps_the_last_digest_notices_a_cut_off_end(database):
    for user in ("ann", "bob"):
        await noted(database, HOME, user, "admin")
    (before,) = await database.audit.verify()
    await spoil(database, "DELETE FROM audit WHERE number = 2")
    (after,) = await database.audit.verify()
    assert after.broken_at is None
    assert after.digest != before.digest
