import asyncio
import importlib
import re
import signal
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from storage import migrations, schema
from storage.database import Database
from storage.errors import DatabaseBroken, DatabaseNewer
from storage.records import JobMessage, JobState, NewJob, NewQuery
from tests.waiting import PATIENCE_S

OPENING = """
import asyncio, sys
from pathlib import Path
import alembic.command, sqlalchemy.dialects.sqlite
from storage.database import Database
from storage.records import NewQuery

async def main():
    print("ready", flush=True)
    for path in sys.argv[1:]:
        sys.stdin.readline()
        database = await Database.open(Path(path))
        query = NewQuery("home", "ann", "classify", "text", "mood@1", {}, (), 1.0)
        print(await database.queries.add(query), flush=True)
        await database.close()

asyncio.run(main())
"""
IMPORTS_ALEMBIC = """
import asyncio, sys
from pathlib import Path
from storage.database import Database

async def main():
    await (await Database.open(Path(sys.argv[1]))).close()
    print("alembic" in sys.modules)

asyncio.run(main())
"""


def open_and_close(path: Path) -> None:
    async def both() -> None:
        await (await Database.open(path)).close()

    asyncio.run(both())


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def change(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(sql)


def upgrade_to(path: Path, revision: str = "head") -> None:
    path.parent.mkdir(exist_ok=True)
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        migrations.upgrade(connection, revision)
    engine.dispose()


def test_the_migrations_make_the_tables_of_the_schema(path: Path) -> None:
    upgrade_to(path)
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"render_as_batch": True})
        assert compare_metadata(context, schema.metadata) == []
    engine.dispose()


def test_the_migrations_make_what_the_schema_would_make(path: Path, tmp_path: Path) -> None:
    """Alembic's comparison sees neither AUTOINCREMENT nor the names of keys; the SQL does."""
    upgrade_to(path)
    engine = create_engine(f"sqlite:///{tmp_path / 'direct.db'}")
    schema.metadata.create_all(engine)
    engine.dispose()
    assert created_in(path) == created_in(tmp_path / "direct.db")


def test_a_new_file_is_line_by_line_what_the_migrations_make(path: Path, tmp_path: Path) -> None:
    open_and_close(path)
    upgrade_to(tmp_path / "migrated.db")
    migrated = dump(tmp_path / "migrated.db")
    counted = [line for line in migrated if line.startswith('INSERT INTO "sqlite_sequence"')]
    assert all(line.endswith(",0);") for line in counted), "as good as none"
    migrated = [line for line in migrated if line not in counted]
    assert dump(path) == migrated, "run python -m storage.migrations"


def created_in(path: Path) -> dict[str, list[str]]:
    """The parts of what created each table and index, in whatever order they came."""
    with closing(sqlite3.connect(path)) as connection:
        made = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        lines = {  # what was added last stands in one line with the bracket
            name: sorted(filter(None, map(str.strip, re.split(r"[\n,]|\)$", sql))))
            for name, sql in made
        }
    lines.pop("alembic_version", None)
    return lines


WITH_JOBS = """
    INSERT INTO jobs (id, community, user, kind, params, pid, process_started_at, state, metrics,
                      reason, created_at, ended_at)
    VALUES (3, 'discord:1', 'ann', 'finetune', '{"name": "mood"}', 77, 1.5, 'done', '{"a": 1}',
            NULL, '2026-11-01 10:00:00', '2026-11-01 11:00:00'),
           (4, 'discord:1', 'ann', 'finetune', '{"name": "late"}', 77, 1.5, 'running', '{}',
            NULL, '2026-11-02 10:00:00', NULL);
    INSERT INTO job_messages (job_id, channel, message) VALUES (3, '10', '20'), (4, '10', '21');
    INSERT INTO versions (id, community, name, number, folder, base, label_set, metrics, job_id,
                          created_at)
    VALUES (1, 'discord:1', 'mood', 1, 'models/mood', 'base@0', '["joy"]', '{}', 3,
            '2026-11-01 11:00:00');
"""


def test_jobs_of_processes_become_jobs_with_leases(path: Path) -> None:
    upgrade_to(path, "0003")
    change(path, WITH_JOBS)

    async def look() -> None:
        database = await Database.open(path)
        late, done = await database.jobs.recent("discord:1", 5)
        assert (done.id, done.state, done.metrics) == (3, JobState.DONE, {"a": 1})
        assert done.params == {"name": "mood"} and done.created_at.day == 1 and done.has_ended
        assert (late.id, late.state, late.owner) == (4, JobState.RUNNING, None)
        assert [job.id for job in await database.jobs.untold("discord", "now", 1.0)] == [4]
        assert await database.jobs.shown_in(3) == JobMessage("10", "20")
        version = await database.versions.find("discord:1", "mood", 1)
        assert version and version.job_id == 3
        claimed = await database.jobs.claim("me", "discord", 20.0)
        assert claimed and claimed.id == 4
        assert await database.jobs.plan(4, "me") is None
        started = await database.jobs.start(NewJob("discord:2", "ann", "finetune", {}), "me")
        assert started.id == 5
        await database.close()

    asyncio.run(look())


WITH_QUESTIONS = """
    INSERT INTO queries (id, community, user, command, text, model, result, label_set, latency_ms,
                         created_at)
    VALUES (3, 'discord:1', 'ann', 'classify', 'a', 'm@1', '{}', '[]', 1.0, '2026-11-01 10:00:00'),
           (5, 'discord:1', 'ann', 'classify', 'b', 'm@1', '{}', '[]', 1.0, '2026-11-01 10:00:00'),
           (9, 'discord:2', 'bob', 'classify', 'c', 'm@1', '{}', '[]', 1.0, '2026-11-01 10:00:00');
    DELETE FROM queries WHERE id = 9;
"""


def test_old_buttons_name_what_they_named(path: Path) -> None:
    upgrade_to(path, "0023")
    change(path, WITH_QUESTIONS)

    async def look() -> None:
        database = await Database.open(path)
        found = [await database.queries.get("discord:1", number) for number in (3, 5)]
        assert [one.text for one in found if one] == ["a", "b"]
        new = NewQuery("discord:1", "ann", "classify", "d", "m@1", {}, (), 1.0)
        assert await database.queries.add(new) == 10, "9 has been on a button"
        assert await database.queries.add(replace(new, community="discord:3")) == 1
        await database.close()

    asyncio.run(look())


def test_names_of_files_say_what_alembic_finds() -> None:
    script = ScriptDirectory(str(migrations.FOLDER))
    revisions = [one.revision for one in script.walk_revisions()]
    assert migrations.known_revisions() == revisions[::-1]
    assert script.get_heads() == [migrations.known_revisions()[-1]]


def test_the_folders_are_packages_so_that_they_are_installed() -> None:
    for name in ("storage.migrations", "storage.migrations.versions"):
        assert Path(importlib.import_module(name).__file__).name == "__init__.py"


def test_opening_again_changes_nothing(path: Path) -> None:
    open_and_close(path)
    before = dump(path)
    open_and_close(path)
    assert dump(path) == before


def test_an_empty_file_is_a_new_database(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    open_and_close(path)
    assert any("queries" in line for line in dump(path))


def test_alembic_is_imported_only_if_something_is_missing(spawn, path: Path) -> None:
    for is_old, expected in ((False, "False\n"), (True, "True\n"), (False, "False\n")):
        if is_old:
            path.unlink()
            upgrade_to(path, "0017")
        assert spawn(IMPORTS_ALEMBIC, path).communicate(timeout=PATIENCE_S)[0] == expected


def test_four_processes_may_open_a_fresh_file_at_once(spawn, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.db" for number in range(30)]
    children = [spawn(OPENING, *paths) for _ in range(4)]
    assert [child.stdout.readline() for child in children] == ["ready\n"] * 4
    for path in paths:
        for child in children:
            child.stdin.write("go\n")
            child.stdin.flush()
        added = [int(child.stdout.readline()) for child in children]
        assert sorted(added) == [1, 2, 3, 4], path


@pytest.mark.parametrize("after_ms", range(0, 60, 10))
@pytest.mark.parametrize("is_old", [False, True])
def test_a_kill_while_migrating_leaves_all_or_nothing(
    spawn, path: Path, after_ms: int, is_old: bool
) -> None:
    if is_old:
        upgrade_to(path, "0003")
    child = spawn(OPENING, path)
    child.stdout.readline()
    child.stdin.write("go\n")
    child.stdin.flush()
    time.sleep(after_ms / 1000)
    child.send_signal(signal.SIGKILL)
    child.wait()
    if path.exists():
        with closing(sqlite3.connect(path)) as connection:
            [(tables,)] = connection.execute("SELECT count(*) FROM sqlite_master WHERE rootpage")
            revisions = connection.execute("SELECT * FROM alembic_version") if tables else ()
            found = [revision for (revision,) in revisions]
        whole = [[migrations.known_revisions()[-1]], ["0003"] if is_old else []]
        assert found in whole, "a part of a migration was left"
    open_and_close(path)


def test_a_newer_database_is_left_alone(path: Path) -> None:
    open_and_close(path)
    change(path, "UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    with pytest.raises(DatabaseNewer) as caught:
        open_and_close(path)
    assert caught.value.facts == {
        "path": str(path),
        "found": "9999",
        "known": migrations.known_revisions()[-1],
    }
    assert path.read_bytes() == before


def test_a_database_of_somebody_else_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    change(path, "CREATE TABLE recipes (cake)")
    with pytest.raises(DatabaseBroken):
        open_and_close(path)
    assert dump(path) == ["BEGIN TRANSACTION;", "CREATE TABLE recipes (cake);", "COMMIT;"]


def test_who_has_no_question_any_more_counts_on_too(path: Path) -> None:
    upgrade_to(path, "0024")
    asked = "'ann', 'classify', 'text', 'm@1', '{}', '[]', 1.0, '2026-11-01 10:00:00'"
    change(
        path,
        f"""
        INSERT INTO queries (id, community, user, command, text, model, result, label_set,
                             latency_ms, created_at)
        VALUES (7, 'discord:1', {asked}), (8, 'discord:2', {asked});
        DELETE FROM queries WHERE id = 8;
        INSERT INTO settings (community, name, value, updated_at)
        VALUES ('discord:2', 'days', '7', '2026-11-01 10:00:00');
        """,
    )

    async def look() -> None:
        database = await Database.open(path)
        for community, number in (("discord:1", 9), ("discord:2", 9), ("discord:3", 1)):
            query = NewQuery(community, "ann", "classify", "text", "mood@1", {}, (), 1.0)
            assert await database.queries.add(query) == number
        await database.close()

    asyncio.run(look())
