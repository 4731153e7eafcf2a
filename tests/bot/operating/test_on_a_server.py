"""An operator whose Tokki remembers on a server: each command says how that stands."""

import asyncio
import shutil
from pathlib import Path

import pytest
from pydantic import ValidationError
from slack_sdk.oauth.installation_store.models.installation import Installation

from bot.app import running
from bot.checking import check
from bot.configuration.complaints import explain_settings
from bot.on_slack.installs.installs import FILE
from bot.on_slack.installs.locked_store import LockedStore, States
from bot.on_slack.installs.vault import open_vault
from bot.operating.auditing import verify
from bot.operating.backup import backup
from bot.operating.database_check import check_database
from bot.operating.moving import move, move_back
from bot.process.membership import Membership
from bot.settings import Settings
from handlers.types import Language
from storage.database import Database
from storage.errors import ServerForbids, StorageError
from storage.postgresql.address import Address
from storage.records import NewQuery, NewVersion
from storage.side_tables import SideTables
from tests.servers.postgresql import PASSWORD, free_port

pytestmark = pytest.mark.scale

TEAM = {"app_id": "A1", "enterprise_id": None, "team_id": "T1", "user_id": "U1"}
TOKEN = "xoxb-" + "x" * 150


@pytest.fixture
def settings(tmp_path: Path, postgresql) -> Settings:
    return Settings(data_dir=tmp_path, database_url=postgresql.new(postgresql.tidy))


def url_of(settings: Settings) -> str:
    assert settings.database_url
    return settings.database_url.get_secret_value()


async def said_by(work, *given, **more) -> tuple[int, str]:
    told: list[str] = []
    code = await work(*given, Language.ENGLISH, told.append, **more)
    assert PASSWORD not in "\n".join(told) and "s3cr%40t" not in "\n".join(told)
    return code, "\n".join(told)


async def test_what_is_well_is_told(settings, postgresql) -> None:
    _, said = await said_by(check, settings)
    assert f"✓ Database: postgresql://tokki@127.0.0.1:{postgresql.port}/" in said
    assert "superuser" not in said and said.count("✗") == 1, "but no platform"
    code, said = await said_by(check_database, settings)
    assert code == 0 and "whole" in said
    admin = url_of(settings).replace("tokki:", "admin:")
    _, said = await said_by(check, settings.model_copy(update={"database_url": hidden(admin)}))
    assert "· Database: this user sees every row" in said


def hidden(url: str):
    return Settings(database_url=url).database_url


async def test_what_is_wrong_is_told_by_every_command(settings, postgresql, tmp_path) -> None:
    newer = postgresql.new(postgresql.tidy)
    name = Address.parse(newer).url.database
    postgresql.do("UPDATE alembic_version SET version_num = '9999'", name)
    wrong = {
        postgresql.url("tidy", port=free_port()): "cannot be reached",
        postgresql.url("nowhere"): "cannot be reached",
        newer: "newer Tokki",
    }
    for url, words in wrong.items():
        bad = Settings(data_dir=tmp_path, database_url=url)
        code, said = await said_by(check, bad)
        assert code == 2 and words in said
        for work in (check_database, verify):
            with pytest.raises(StorageError) as caught:
                await said_by(work, bad)
            assert PASSWORD not in repr(caught.value)
        with pytest.raises(StorageError):
            async with running(bad):
                pass


def test_a_url_that_is_none_is_told_without_its_password() -> None:
    for url in ("mysql://ann:hunter2@db/tokki", "postgresql://ann:hunter2@db", "hunter2"):
        with pytest.raises(ValidationError) as caught:
            Settings(database_url=url)
        (said,) = explain_settings(caught.value, Language.ENGLISH)
        assert "TOKKI_DATABASE_URL" in said and "hunter2" not in said


async def test_what_is_missing_is_a_fault(settings, postgresql) -> None:
    database = await Database.open(url_of(settings))
    await database.versions.add(NewVersion("discord:1", "mood", "models/m", "base@0", ("a", "b")))
    await database.close()
    name = Address.parse(url_of(settings)).url.database
    postgresql.do("ALTER TABLE votes NO FORCE ROW LEVEL SECURITY, DISABLE TRIGGER USER", name)
    code, said = await said_by(check_database, settings)
    assert code == 2
    for fault in ("votes: no row security", "tr_votes_deleted: no trigger", "models/m", "dump"):
        assert fault in said


async def test_a_backup_is_the_servers_own(settings, tmp_path) -> None:
    target = tmp_path / "today.backup"
    code, said = await said_by(backup, settings, target, with_secrets=False)
    assert code == 2 and "pg_dump" in said and not target.exists()


async def test_a_dump_brings_everything_back(settings, postgresql, tmp_path, monkeypatch) -> None:
    """As docs/operating.md tells."""
    database = await Database.open(url_of(settings))
    asked = NewQuery("discord:1", "ann", "classify", "text", "m@1", {}, (), 1.0)
    assert await database.queries.add(asked) == 1
    await database.close()
    monkeypatch.setenv("PGOPTIONS", "-ctokki.everywhere=on")
    dump = str(postgresql.folder / "today.dump")
    plain = url_of(settings)
    postgresql.program(
        "pg_dump", "--format=custom", "--enable-row-security", f"--file={dump}", plain
    )
    again = postgresql.new()
    postgresql.program("pg_restore", "--clean", "--if-exists", f"--dbname={again}", dump)
    monkeypatch.delenv("PGOPTIONS")
    restored = await Database.open(again)
    assert (await restored.queries.get("discord:1", 1)).text == "text"
    assert await restored.queries.add(asked) == 2
    await restored.close()
    bad = settings.model_copy(update={"database_url": hidden(again)})
    assert (await said_by(check_database, bad))[0] == 0


EVERYTHING = (
    "GRANT USAGE ON SCHEMA public TO {}",
    "GRANT ALL ON ALL TABLES IN SCHEMA public TO {}",
    "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {}",
)
WITHOUT = {
    "no right to delete": "REVOKE DELETE ON votes FROM {}",
    "no right to read": "REVOKE SELECT ON settings FROM {}",
    "no numbers": "REVOKE ALL ON SEQUENCE queries_id_seq FROM {}",
    "nothing": "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}",
}


def guest(postgresql, name: str, settings: Settings, *statements: str) -> Settings:
    """Who is not the owner, with what these give."""
    postgresql.do(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'")
    database = str(Address.parse(url_of(settings)).url.database)
    for statement in statements:
        postgresql.do(statement.format(name), database)
    return settings.model_copy(update={"database_url": hidden(postgresql.url(database, name))})


async def test_who_was_granted_everything_need_not_be_the_owner(settings, postgresql) -> None:
    theirs = guest(postgresql, "granted", settings, *EVERYTHING)
    _, said = await said_by(check, theirs)
    assert "✓ Database: postgresql://granted@" in said, said
    assert (await said_by(check_database, theirs))[0] == 0
    async with running(theirs) as app:
        asked = NewQuery("discord:1", "ann", "classify", "text", "m@1", {}, (), 1.0)
        assert await app.services.storage.queries.add(asked) == 1
        await app.services.storage.personal_data.erase("discord:1", "ann")


async def test_what_slack_needs_beside_the_memory_is_a_right_too(settings, postgresql) -> None:
    theirs = guest(postgresql, "no_slack", settings, *EVERYTHING)
    several = theirs.model_copy(update={"slack_client_id": "1.2"})
    _, said = await said_by(check, several)
    assert "has no right" in said, "its tables are not there, and it may make none"
    store = SideTables.open(url_of(settings))
    await LockedStore(store, open_vault(None, settings.data_dir), "1.2").create()
    await States(store, 60).create()
    await store.close()
    _, said = await said_by(check, several)
    assert "has no right" in said, "they are the owner's"
    guest(postgresql, "slack_too", settings, *EVERYTHING)
    url = hidden(url_of(theirs).replace("no_slack:", "slack_too:"))
    _, said = await said_by(check, several.model_copy(update={"database_url": url}))
    assert "✓ Database: postgresql://slack_too@" in said


async def test_a_right_that_is_missing_is_told(settings, postgresql) -> None:
    for number, (what, less) in enumerate(WITHOUT.items()):
        theirs = guest(postgresql, f"less_{number}", settings, *EVERYTHING, less)
        code, said = await said_by(check, theirs)
        assert code == 2 and "SELECT, INSERT, UPDATE and DELETE" in said, what


async def test_only_the_owner_brings_an_older_database_up_to_date(settings, postgresql) -> None:
    name = Address.parse(url_of(settings)).url.database
    older = "UPDATE alembic_version SET version_num = '0029'; DROP TABLE processes, leases, news"
    rest = ", shared_limits; ALTER TABLE job_messages DROP COLUMN teller"
    postgresql.do(older + rest, name)
    more = "GRANT CREATE ON SCHEMA public TO {}"
    theirs = guest(postgresql, "upgrader", settings, *EVERYTHING, more)
    code, said = await said_by(check, theirs)
    assert code == 2 and "has no right" in said
    with pytest.raises(ServerForbids):
        async with running(theirs):
            pass
    assert "✓ Database" in (await said_by(check, settings))[1]


async def test_tokki_answers_there(settings, tmp_path) -> None:
    async with running(settings) as app:
        assert await app.services.storage.can_write()
    assert not list(tmp_path.glob("*.sqlite3")), "no file beside it"


async def test_the_memory_moves_with_the_workspaces_of_slack(tmp_path, postgresql) -> None:
    folder, url = tmp_path / "data", postgresql.new()
    database = await Database.open(folder / "tokki.sqlite3")
    await database.queries.add(NewQuery("slack:T1", "ann", "classify", "t", "m@1", {}, (), 1.0))
    await database.close()
    vault = open_vault(None, folder)
    await keep_installation(SideTables.open(folder / FILE), vault)
    settings = Settings(data_dir=folder)
    code, said = await said_by(move, settings, None)
    assert code == 2 and "--to" in said
    code, said = await said_by(move, settings, url)
    assert code == 0 and "queries: 1 row" in said and "slack_bots: 1 row" in said
    assert await token_in(SideTables.open(url), vault) == TOKEN
    assert await token_in(SideTables.open(folder / FILE), vault) == TOKEN
    assert (await said_by(move, settings, url))[0] == 0, "and changes nothing"
    await keep_installation(SideTables.open(url), vault)
    shutil.rmtree(folder)
    assert "nothing to move" in (await said_by(move, settings, url))[1]


async def test_the_memory_comes_back_with_the_workspaces_of_slack(tmp_path, postgresql) -> None:
    on_server = Settings(data_dir=tmp_path, database_url=postgresql.new(postgresql.tidy))
    database, vault = await Database.open(url_of(on_server)), open_vault(None, tmp_path)
    await database.queries.add(NewQuery("slack:T1", "ann", "classify", "t", "m@1", {}, (), 1.0))
    await keep_installation(SideTables.open(url_of(on_server)), vault)
    others = Membership(database, lambda: 0)
    await others.join("here", is_alone=True)
    code, said = await said_by(move_back, on_server)
    assert code == 2 and "Stop every process first" in said
    await others.close()
    await database.close()
    code, said = await said_by(move_back, on_server)
    assert code == 0 and "queries: 1 row" in said and "slack_bots: 1 row" in said
    assert await token_in(SideTables.open(tmp_path / FILE), vault) == TOKEN
    assert await token_in(SideTables.open(url_of(on_server)), vault) == TOKEN
    assert not list(tmp_path.glob("*.part*"))
    code, said = await said_by(move_back, on_server)
    assert code == 2 and "is there already" in said
    in_file = Settings(data_dir=tmp_path)
    assert (await said_by(check_database, in_file))[0] == 0
    assert "TOKKI_DATABASE_URL" in (await said_by(move_back, in_file))[1]


async def test_what_is_being_served_is_not_moved(tmp_path, postgresql) -> None:
    settings = Settings(data_dir=tmp_path)
    database = await Database.open(tmp_path / "tokki.sqlite3")
    others = Membership(database, lambda: 0)
    await others.join("here", is_alone=False)  # with others, so the lock is nobody's
    code, said = await said_by(move, settings, postgresql.new())
    assert code == 2 and "Stop it first" in said
    await others.close()
    await database.close()
    assert (await said_by(move, settings, postgresql.new()))[0] == 0


async def keep_installation(file: SideTables, vault) -> None:
    store, states = LockedStore(file, vault, "client"), States(file, 60)
    await store.create()
    await states.create()
    await store.async_save(Installation(**TEAM, bot_token=TOKEN, bot_id="B1", bot_user_id="U2"))
    assert await states.async_consume(await states.async_issue())
    await file.close()


async def token_in(file: SideTables, vault) -> str:
    bot = await LockedStore(file, vault, "client").async_find_bot(
        enterprise_id=None, team_id="T1", is_enterprise_install=False
    )
    await file.close()
    assert bot
    return bot.bot_token


async def test_installations_of_several_tokkis_are_made_once(postgresql, tmp_path) -> None:
    url, vault = postgresql.new(), open_vault(None, tmp_path)

    async def make() -> None:
        file = SideTables.open(url)
        await LockedStore(file, vault, "client").create()
        await States(file, 60).create()
        await file.close()

    await asyncio.gather(*(make() for _ in range(4)))
