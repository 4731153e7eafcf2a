"""What is wrong with a server is said in one true sentence, with the password in none of it."""

import asyncio
import logging
import signal
import threading
import time
from dataclasses import replace

import pytest
from sqlalchemy import text

from handlers.guard.failures import explain
from handlers.types import Language
from storage.database import Database
from storage.errors import (
    DatabaseLocked,
    ServerBroken,
    ServerForbids,
    ServerForeign,
    ServerNewer,
    ServerReadOnly,
    ServerUnavailable,
    ServerUnfit,
    StorageError,
)
from storage.postgresql.address import Address, NoAddress
from tests.servers.postgresql import (
    PASSWORD,
    USER,
    PostgreSQL,
    free_port,
    running_replica,
    running_server,
)
from tests.storage.places import rows_in
from tests.waiting import until

pytestmark = pytest.mark.scale


def told(error: StorageError) -> str:
    both = [explain(error.code, error.facts, language) for language in Language]
    for secret in (PASSWORD, Address.parse(f"postgresql://a:{PASSWORD}@b/c").url.password):
        assert all(str(secret) not in each for each in (*both, repr(error)))
    return both[0]


async def refusal(url: str) -> StorageError:
    with pytest.raises(StorageError) as caught:
        await (await Database.open(url)).close()
    return caught.value


async def test_a_server_that_is_not_there(postgresql) -> None:
    error = await refusal(postgresql.url(postgresql.tidy, port=free_port()))
    assert isinstance(error, ServerUnavailable)
    assert f"{USER}@127.0.0.1" in told(error) and "refused" in told(error)


async def test_who_is_not_let_in(postgresql, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = f"postgresql://{USER}:n0t-{PASSWORD.replace('@', '')}@127.0.0.1:{postgresql.port}/tidy"
    for url in (wrong, postgresql.url("nowhere"), postgresql.url("tidy", user="nobody_here")):
        error = await refusal(url)
        assert isinstance(error, ServerUnavailable), error
        assert "n0t-" not in told(error)
    assert PASSWORD not in caplog.text and "n0t-" not in caplog.text


@pytest.mark.parametrize(
    "url",
    [
        "",
        "sqlite:///a.db",
        "postgresql://",
        "postgresql://ann:pw@host",
        "postgresql://ann:pw@host:port/db",
        "mysql://ann:pw@host/db",
        "host=db.example dbname=tokki",
        "http://[::1",
    ],
)
def test_what_is_no_url_of_a_server(url: str) -> None:
    with pytest.raises(NoAddress) as caught:
        Address.parse(url)
    assert "pw" not in repr(caught.value) and caught.value.__cause__ is None


@pytest.mark.parametrize("driver", ["postgresql", "postgresql+psycopg", "postgresql+asyncpg"])
async def test_every_driver_means_ours(postgresql, driver: str) -> None:
    url = postgresql.new(postgresql.tidy).replace("postgresql", driver, 1)
    database = await Database.open(f"{url}?{'ssl' if 'asyncpg' in driver else 'sslmode'}=prefer")
    assert await database.can_write()
    await database.close()


async def test_a_database_of_somebody_else_is_left_alone(postgresql) -> None:
    url = postgresql.new()
    name = Address.parse(url).url.database
    postgresql.do("CREATE TABLE recipes (cake text)", name)
    assert isinstance(await refusal(url), ServerForeign)
    postgresql.do("CREATE TABLE alembic_version (version_num text)", name)
    error = await refusal(url)
    assert isinstance(error, ServerForeign) and "something else" in told(error)


async def test_a_database_of_a_newer_tokki_is_left_alone(postgresql) -> None:
    url = postgresql.new(postgresql.tidy)
    postgresql.do(
        "UPDATE alembic_version SET version_num = '9999'", Address.parse(url).url.database
    )
    error = await refusal(url)
    assert isinstance(error, ServerNewer) and "9999" in told(error)


async def test_who_has_no_rights(postgresql) -> None:
    postgresql.do(f"CREATE ROLE stranger LOGIN PASSWORD '{PASSWORD}'")
    empty = Address.parse(postgresql.new()).url.database
    postgresql.do("REVOKE ALL ON SCHEMA public FROM public", empty)
    theirs = Address.parse(postgresql.new(postgresql.tidy)).url.database
    for database in (empty, theirs):
        error = await refusal(postgresql.url(database, user="stranger"))
        assert isinstance(error, ServerForbids), error
        assert "no right" in told(error)


async def test_a_database_of_another_encoding(postgresql) -> None:
    error = await refusal(postgresql.new(more="ENCODING 'SQL_ASCII'"))
    assert isinstance(error, ServerUnfit) and "SQL_ASCII" in told(error)


async def test_what_lets_itself_only_be_read(postgresql, question) -> None:
    url = postgresql.new(postgresql.tidy)
    name = Address.parse(url).url.database
    database = await Database.open(url)
    await database.queries.add(question())
    postgresql.do(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    error = await refusal(url)
    assert isinstance(error, ServerReadOnly) and "only be read" in told(error)
    reading = await Database.open_to_read(url, error)
    assert (await reading.queries.get("home", 1)).text == question().text
    with pytest.raises(ServerReadOnly):
        await reading.queries.add(question())
    assert not await reading.can_write()
    await reading.close()
    await database.close()


async def test_a_replica_is_only_read(postgresql, question) -> None:
    url = postgresql.new(postgresql.tidy)
    name = str(Address.parse(url).url.database)
    database = await Database.open(url)
    await database.queries.add(question())
    await database.close()
    with running_replica(postgresql) as replica:
        error = await refusal(replica.url(name))
        assert isinstance(error, ServerReadOnly) and "replica" in told(error)
        reading = await Database.open_to_read(replica.url(name), error)
        assert (await reading.queries.get("home", 1)).text == question().text
        with pytest.raises(ServerReadOnly):
            await reading.queries.add(question())
        await reading.close()


async def test_a_missing_table_is_said(postgresql, question) -> None:
    url = postgresql.new(postgresql.tidy)
    database = await Database.open(url)
    postgresql.do("DROP TABLE settings", Address.parse(url).url.database)
    with pytest.raises(ServerBroken):
        await database.settings.put("home", "days", 1)
    assert await database.queries.add(question()) == 1
    await database.close()


async def test_who_waits_too_long_for_a_lock_is_told(postgresql, question) -> None:
    url = postgresql.new(postgresql.tidy)
    first, second = await Database.open(url), await Database.open(url, busy_timeout_s=0.3)
    holds, may_end = threading.Event(), threading.Event()

    def hold(_connection) -> None:
        holds.set()
        may_end.wait()

    holding = asyncio.create_task(first._connections.write("home", hold))
    await asyncio.to_thread(holds.wait)
    with pytest.raises(DatabaseLocked):
        await second.queries.add(question())
    assert await second.queries.add(question(community="discord:2")) == 1, "who waits for nobody"
    may_end.set()
    await holding
    assert await second.queries.add(question()) == 1
    await first.close()
    await second.close()


async def test_who_falls_silent_loses_what_others_wait_for(postgresql, question) -> None:
    """As a machine does that vanishes: its server would not notice for hours."""
    url = postgresql.new(postgresql.tidy)
    silent, other = await Database.open(url, busy_timeout_s=0.3), await Database.open(url)
    holds, may_go_on = threading.Event(), threading.Event()

    def hold(connection) -> None:
        holds.set()
        may_go_on.wait()
        connection.execute(text("SELECT 1"))

    holding = asyncio.create_task(silent._connections.write("home", hold))
    await asyncio.to_thread(holds.wait)
    assert await other.queries.add(question()) == 1
    may_go_on.set()
    with pytest.raises(StorageError):
        await holding
    assert await silent.queries.add(question()) == 2
    await silent.close()
    await other.close()


async def test_texts_and_numbers_of_any_kind(postgresql, question) -> None:
    url = postgresql.new(postgresql.tidy)
    database = await Database.open(url)
    odd = question(text="a\x00b\\u0000", result={"labels": ["c\x00d", "\\u0000", "\x00\x00"]})
    number = await database.queries.add(odd)
    found = await database.queries.get("home", number)
    assert found.text == "a␀b\\u0000"
    assert found.result == {"labels": ["c␀d", "\\u0000", "␀␀"]}
    for large in (2**31, 2**63 - 1, 2**63, 10**30, -(2**40)):
        assert await database.queries.get("home", large) is None
    with pytest.raises(StorageError):
        await database.queries.add(replace(odd, text="half \ud83d"))
    await database.settings.put("home", "a\x00", "b\x00")
    assert await database.settings.all("home") == {"a␀": "b␀"}
    await database.close()


async def test_a_server_that_goes_and_comes_back_is_waited_for(question) -> None:
    with running_server() as server:
        url = server.new(server.tidy)
        database = await Database.open(url)
        kept = [await database.queries.add(question()) for _ in range(3)]
        server.stop(signal.SIGQUIT)
        back = asyncio.create_task(asyncio.to_thread(started_later, server))
        kept += await asyncio.gather(*(database.queries.add(question()) for _ in range(100)))
        assert len(await database.queries.recent("home", "ann", 1000)) == len(kept)
        assert sorted(kept) == list(range(1, 104))
        await back
        server.stop(signal.SIGQUIT)
        assert not await database.can_write(), "and says so once it has waited"
        asked = (database.queries.recent("home", "ann", n) for n in range(1, 401))
        told = await asyncio.gather(*asked, return_exceptions=True)
        assert {type(one) for one in told} == {ServerUnavailable}, "a crowd need not wait, too"
        server.start()
        await until(database.can_write, "it is looked for again")
        assert await database.queries.add(question()) == 104
        await database.close()
        assert len(rows_in(url, "SELECT id FROM queries")) == 104


def started_later(server: PostgreSQL) -> None:
    time.sleep(1)
    server.start()
