"""No community ever sees another's rows: every method that asks for a community is walked."""

import inspect

from storage.errors import NoSuchQuery
from storage.records import JobState, Verdict

READS = {
    "queries.get": lambda db, community: db.queries.get(community, 1),
    "queries.recent": lambda db, community: db.queries.recent(community, "ann", 10),
    "labels.get": lambda db, community: db.labels.get(community, 1, "ann"),
    "labels.pools": lambda db, community: db.labels.pools(community),
    "jobs.recent": lambda db, community: db.jobs.recent(community, "finetune", 10),
    "versions.find": lambda db, community: db.versions.find(community, "mood", None),
    "versions.all": lambda db, community: db.versions.all(community),
    "settings.all": lambda db, community: db.settings.all(community),
}
WRITES = {
    "labels.vote",
    "jobs.ask_to_cancel",
    "jobs.interrupt_dead",
    "settings.put",
    "settings.remove",
}


async def test_every_read_gives_a_community_its_own_rows_only(
    database, question, job, checkpoint
) -> None:
    asked = await database.queries.add(question())
    await database.labels.vote("home", asked, "ann", Verdict.RIGHT, None)
    job_id = await database.jobs.start(job())
    await database.versions.add(checkpoint(job_id=job_id))
    await database.settings.put("home", "role:7", "admin")
    for name, read in READS.items():
        assert await read(database, "home"), f"{name} does not find what is there"
        for other in ("away", "", "HOME", "home ", "home\x00", "%", "hom_"):
            assert not await read(database, other), f"{name} shows {other!r} the rows of home"


async def test_every_write_leaves_anothers_rows_alone(database, question, job) -> None:
    asked, job_id = await database.queries.add(question()), await database.jobs.start(job())
    try:
        await database.labels.vote("away", asked, "ann", Verdict.RIGHT, None)
    except NoSuchQuery:
        pass
    else:
        raise AssertionError("a vote from away was taken")
    assert not await database.jobs.ask_to_cancel("away", job_id)
    assert await database.jobs.interrupt_dead("away") == []
    assert await database.jobs.state(job_id) is JobState.RUNNING
    await database.settings.put("home", "role:7", "admin")
    await database.settings.put("away", "role:7", "member")
    await database.settings.remove("away", "role:7")
    assert await database.settings.all("home") == {"role:7": "admin"}


def methods_that_name_a_community(database) -> set[str]:
    return {
        f"{part}.{name}"
        for part in ("queries", "labels", "jobs", "versions", "settings")
        for name, method in inspect.getmembers(getattr(database, part), inspect.iscoroutinefunction)
        if not name.startswith("_") and "community" in inspect.signature(method).parameters
    }


async def test_this_file_walks_them_all(database) -> None:
    assert methods_that_name_a_community(database) == READS.keys() | WRITES
