import asyncio

import pytest

from storage.database import Database
from storage.errors import StorageError
from storage.sql.connections import EVERYWHERE
from tests.waiting import PATIENCE_S

ADDING = """
import asyncio, sys
from storage.database import Database
from storage.records import NewVersion
from tests.storage.places import place_of

async def main():
    database = await Database.open(place_of(sys.argv[1]))
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(20):
        added = await database.versions.add(NewVersion("home", "mood", "f", "b@1", ("joy",)))
        print(added.number)
    await database.close()

asyncio.run(main())
"""


async def test_numbers_count_up_for_each_name(database, checkpoint) -> None:
    names = ["mood", "mood", "spam", "mood"]
    added = [await database.versions.add(checkpoint(name=name)) for name in names]
    assert [(one.name, one.number) for one in added] == [
        *[("mood", 1), ("mood", 2), ("spam", 1), ("mood", 3)]
    ]


async def test_every_field_comes_back(database, checkpoint, job) -> None:
    job_id = (await database.jobs.start(job(), "me")).id
    given = checkpoint(metrics={"accuracy": 0.75}, job_id=job_id)
    added = await database.versions.add(given)
    for name in type(given).__slots__:
        assert getattr(added, name) == getattr(given, name), name
    assert added.created_at.tzinfo is not None
    assert await database.versions.find("home", "mood", 1) == added


async def test_find_gives_the_version_of_a_number(database, checkpoint) -> None:
    first, second = [await database.versions.add(checkpoint()) for _ in range(2)]
    assert await database.versions.find("home", "mood", 2) == second
    assert await database.versions.find("home", "mood", 1) == first
    for number in (0, 3, 10**30):
        assert await database.versions.find("home", "mood", number) is None
    assert await database.versions.find("home", "other", 1) is None


async def test_all_stand_by_name_and_number(database, checkpoint) -> None:
    for name in ("spam", "mood", "spam"):
        await database.versions.add(checkpoint(name=name))
    found = await database.versions.all("home")
    assert [(one.name, one.number) for one in found] == [("mood", 1), ("spam", 1), ("spam", 2)]


async def test_a_version_of_no_job_is_refused(database, checkpoint) -> None:
    with pytest.raises(StorageError):
        await database.versions.add(checkpoint(job_id=77))


async def test_numbers_are_given_once_to_many_at_once(database, checkpoint) -> None:
    added = await asyncio.gather(*(database.versions.add(checkpoint()) for _ in range(50)))
    assert sorted(one.number for one in added) == list(range(1, 51))


def test_numbers_are_given_once_to_two_processes(spawn, place) -> None:
    children = [spawn(ADDING, place) for _ in range(2)]
    assert [child.stdout.readline() for child in children] == ["ready\n"] * 2
    outputs = [child.stdin.write("go\n") and child.stdin.flush() for child in children]
    outputs = [child.communicate(timeout=PATIENCE_S)[0] for child in children]
    numbers = [int(line) for output in outputs for line in output.split()]
    assert sorted(numbers) == list(range(1, 41))


async def test_deleted_numbers_of_rows_are_not_given_again(place, question) -> None:
    database = await Database.open(place)
    await database.queries.add(question())
    await database._connections.write(
        EVERYWHERE, lambda c: c.exec_driver_sql("DELETE FROM queries")
    )
    assert await database.queries.add(question()) == 2
    await database.close()
