"""No community sees or changes another's rows: every method of every part of storage is called.

Strangers call each with the numbers and names of what home has stored. They must be told the same
as where home has never been, and leave home's rows as they were. What is new here is found by
itself, and fails by its name until the strangers know how to call it and home has something there.
"""

import asyncio
import importlib
import inspect
import pkgutil
import re
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from sqlalchemy import Select, Table, delete, select, tuple_

import storage
from storage import schema
from storage.checkpoints.hub_models import HubModels
from storage.database import Database
from storage.errors import StorageError
from storage.labelling.examples import Examples
from storage.records import (
    Arm,
    ChangeState,
    Choices,
    Deed,
    Fingerprint,
    ImportedText,
    ImportState,
    JobMessage,
    JobState,
    Label,
    LiveVersion,
    NewAuditEntry,
    NewCard,
    NewChange,
    NewComparedText,
    NewComparison,
    NewDataset,
    NewExample,
    NewHubModel,
    NewImport,
    NewJob,
    NewLabelVote,
    NewMustPass,
    NewNotice,
    NewProcess,
    NewQuery,
    NewReading,
    NewSnapshot,
    NewVersion,
    NewVote,
    NewWebLink,
    NoticeKind,
    Offer,
    Preferred,
    Query,
    Settled,
    Settlement,
    Side,
    SnapshotRow,
    Terms,
    Verdict,
)
from storage.shared.processes import Processes
from storage.sql.connections import EVERYWHERE, Connections
from tests.servers.postgresql import PostgreSQL

HOME, AWAY = "discord:home", "slack:away"
LOOKALIKES = ("", "DISCORD:HOME", "discord:home ", "discord:home\x00", "%", "discord:hom_")

NO_PARTS = {
    "Database": "holds the parts",
    "ReadCache": "has no SQL: a part gives it what reads",
    "SideTables": "holds a library's tables, by Slack's teams: tests/bot/on_slack/installs",
    "GroupCommit": "has no SQL: a part gives it what inserts",
}
_ITS_OWNER = "names a job by the number that `start` gave to the process that runs it"
_ITS_SECRET = "names a session by what only the browser of its person has"
_PROCESSES = "is for the processes on the database, which serve all communities"
_ITS_DOOR = "a door that starts looks after all communities of its platform"
FOR_NO_COMMUNITY = {
    "Jobs.beat": _ITS_OWNER,
    "Jobs.release": _ITS_OWNER,
    "Jobs.end": _ITS_OWNER,
    "Jobs.plan": _ITS_OWNER,
    "Jobs.show_in": _ITS_OWNER,
    "Jobs.shown_in": "names a job that `untold` gave to the door of its platform",
    "Jobs.told": "names a job that `untold` gave to the door of its platform",
    "Jobs.claim": _ITS_DOOR,
    "Jobs.untold": _ITS_DOOR,
    "HubModels.check_room": "counts what all have for the operator's bound, and tells no name",
    "HubModels.is_held": "is for whoever tidies the disk, which all share, and tells not by whom",
    "Versions.removed_folders": "is for whoever tidies the disk, and tells no name",
    "Turns.line": "tells whoever waits how many are before them, and nothing of whose they are",
    "Turns.take": _ITS_OWNER,
    "Retention.askers": "is for whoever forgets, and tells only who has asked at all",
    "Retention.let_go": "tells nothing, and moves what is committed",
    "Departures.before": "is for whoever forgets, and tells only who has gone",
    "Departures.known": _ITS_DOOR,
    "Audit.verify": "is for the operator, and tells of each community apart",
    "WebSessions.link": _ITS_SECRET,
    "WebSessions.open": _ITS_SECRET,
    "WebSessions.get": _ITS_SECRET,
    "WebSessions.end": _ITS_SECRET,
    "WebSessions.forget": "is for whoever forgets, and tells nothing",
    "SeenEvents.take": "remembers a platform's number of an event, and nothing that was in it",
    "Leases.take": _PROCESSES,
    "Leases.release": _PROCESSES,
    "Leases.held": _PROCESSES,
    "Processes.join": _PROCESSES,
    "Processes.beat": _PROCESSES,
    "Processes.alive": _PROCESSES,
    "Processes.leave": _PROCESSES,
    "Processes.revision": _PROCESSES,
    "NewsBoard.tell": _PROCESSES,
    "NewsBoard.lately": _PROCESSES,
    "SharedLimits.exchange": "counts by digests that tell nobody's name",
    "SharedLimits.forget": "counts by digests that tell nobody's name",
}
TELLS_OF_ALL = {"Audit.verify", "Retention.askers", "Departures.before", "SharedLimits.exchange"}
NOBODYS_TABLES = {
    "seen_events": FOR_NO_COMMUNITY["SeenEvents.take"],
    "shared_limits": FOR_NO_COMMUNITY["SharedLimits.exchange"],
    **dict.fromkeys(("processes", "leases", "news"), _PROCESSES),
}


def classes() -> Iterator[type]:
    """All that are given the way to the database."""
    for found in pkgutil.walk_packages(storage.__path__, "storage."):
        if found.name.startswith("storage.migrations"):
            continue
        module = importlib.import_module(found.name)
        for name, kind in inspect.getmembers(module, inspect.isclass):
            is_its_own = kind.__module__ == module.__name__ and not name.startswith("_")
            begins = vars(kind).get("__init__")
            if is_its_own and begins and Connections in get_type_hints(begins).values():
                yield kind


PARTS = [kind for kind in classes() if kind.__name__ not in NO_PARTS]
METHODS = {
    f"{kind.__name__}.{name}": (kind, method)
    for kind in PARTS
    for name, method in inspect.getmembers(kind, inspect.isfunction)
    if not name.startswith("_")
}


def asks_for_a_community(method: Callable[..., Any]) -> bool:
    """By a name, or within a record."""
    hints = {name: kind for name, kind in get_type_hints(method).items() if name != "return"}
    records = [one for kind in hints.values() for one in getattr(kind, "__mro__", ())]
    slots = [slot for record in records for slot in getattr(record, "__slots__", ())]
    return "community" in {*hints, *slots}


SCOPED = sorted(
    name
    for name, (_, method) in METHODS.items()
    if name not in FOR_NO_COMMUNITY and asks_for_a_community(method)
)


def job_of(community: str) -> NewJob:
    return NewJob(community, "ann", "finetune", {"of": community})


def query_of(community: str, user: str) -> NewQuery:
    labels = (f"joy of {community}", "anger")
    result = {"labels": list(labels), "scores": [0.9, 0.1]}
    return NewQuery(community, user, "classify", f"{user} of {community}", "m@1", result, labels, 1)


def asked_of(community: str, whose: str) -> Query:
    """A question of a community, answered from the labels that somebody has."""
    new = replace(query_of(community, "ann"), label_set=(f"joy of {whose}", "anger"))
    asked = {one.name: getattr(new, one.name) for one in fields(new)}
    return Query(**asked, id=1, created_at=datetime(2026, 1, 1, tzinfo=UTC), number=1)


def version_of(community: str) -> NewVersion:
    return NewVersion(community, "mood", f"models/{community}", "base@1", ("joy", "anger"))


def vote_of(community: str, query_id: int, verdict: Verdict) -> NewVote:
    keys = (str(query_id).encode(), str(query_id).encode())
    found_by = Fingerprint((query_id,), (-query_id,), b"1234")
    of_whom = (community, query_id, "ann", verdict, None, "mood")
    return NewVote(*of_whom, *keys, Side.TRAIN, fingerprint=found_by)


def dataset_of(community: str) -> NewDataset:
    return NewDataset((Label("bug", "bug"),), community=community, name=f"bugs of {community}")


def change_of(community: str, dataset_id: int) -> NewChange:
    after = Terms((Label("bug", community),), guideline=community)
    return NewChange(community, dataset_id, "ann", 0, after, {"what": "rename"})


def example_of(community: str, dataset_id: int, text: str) -> NewExample:
    keys = (text.encode(), text.encode())
    labels = {"labels": ("bug",), "side": Side.TRAIN}
    return NewExample(community, dataset_id, "ann", text, *keys, "typed", **labels)


def import_of(community: str, dataset_id: int) -> NewImport:
    return NewImport(community, dataset_id, "ann", "a.csv", community.encode(), {})


def imported(text: str) -> ImportedText:
    keys = (text.encode(), text.encode())
    return ImportedText(text, *keys, Fingerprint((1,), (2,), b"5678"), ("bug",), Side.TRAIN)


def snapshot_of(community: str, dataset_id: int, text: int) -> NewSnapshot:
    rows = (SnapshotRow(text, 0, 0.9),)
    return NewSnapshot(community, dataset_id, f"hash of {community}", ("bug",), rows)


def must_pass_of(community: str, dataset_id: int, text: str) -> NewMustPass:
    return NewMustPass(community, dataset_id, "ann", text, text.encode(), ("bug",))


def reading_of(community: str, dataset_id: int, model: str = "mood@1") -> NewReading:
    return NewReading(community, dataset_id, model, "a1", "b2", 1, {"accuracy": community})


def comparison_of(community: str, dataset_id: int) -> NewComparison:
    ends_at = datetime(2100, 1, 1, tzinfo=UTC)
    return NewComparison(community, dataset_id, "mood@2", "mood@1", None, "ann", ends_at)


def hub_model_of(community: str, name: str = "mood") -> NewHubModel:
    return NewHubModel(community, "ann", name, f"org/{community}", "a" * 40, 1, "mit")


def link_of(community: str, user: str) -> NewWebLink:
    expires_at = datetime(2100, 1, 1, tzinfo=UTC)
    return NewWebLink(community, user, f"{user} of {community}".encode(), "ko", expires_at)


def session_of(community: str) -> tuple[bytes, bytes, datetime]:
    """The link that is used, the session that it becomes, and until when."""
    link = link_of(community, "ann")
    return link.digest, f"session of {community}".encode(), link.expires_at


def notice_of(community: str) -> NewNotice:
    return NewNotice(community, NoticeKind.LABELS, "mood@1", {"of": community})


async def settle_in(database: Database, community: str) -> tuple[int, ...]:
    """Give a community something in every part; returns the numbers of what has some.

    They are of a question, a job, a dataset, a text of it, a change of it, a draft, a file, a
    snapshot and a text that must be right.
    """
    asked = [await database.queries.add(query_of(community, user)) for user in ("ann", "bob")]
    for number in asked:
        await database.votes.cast(vote_of(community, number, Verdict.RIGHT))
    job = (await database.jobs.start(job_of(community), f"owner of {community}", {})).id
    await database.jobs.show_in(job, JobMessage(f"channel of {community}", "message"))
    await database.versions.add(version_of(community))
    for name in ("mood", f"only of {community}"):
        deed = NewAuditEntry(community, "ann", Deed.ROLE_GRANTED, {"who": community})
        await database.settings.put(community, name, community, deed)
    await database.choices.put(community, "ann", Choices(community, may_train=community != HOME))
    dataset = (await database.datasets.create(dataset_of(community))).id
    text = (await database.examples.add(example_of(community, dataset, "broken"))).example_id
    await database.cards.skip(community, text, "ann")
    await database.examples.add(replace(example_of(community, dataset, "b"), group_key=b"broken"))
    change = (await database.datasets.propose(change_of(community, dataset))).id
    draft = await database.drafts.keep(community, "ann", f"draft of {community}", "message")
    cut = await database.imports.propose(import_of(community, dataset))
    await database.imports.start(community, cut, ImportState.RUNNING)
    await database.imports.release(community, cut)
    file = await database.imports.propose(import_of(community, dataset))
    await database.imports.start(community, file, ImportState.RUNNING)
    await database.imports.put(community, file, [imported("put in")], is_moderator=False)
    snapshot = (await database.snapshots.take(snapshot_of(community, dataset, text))).id
    await database.versions.add(replace(version_of(community), snapshot_id=snapshot))
    needed = (await database.must_pass.add(must_pass_of(community, dataset, "must"))).id
    await database.readings.add(reading_of(community, dataset))
    comparison = await database.comparisons.start(comparison_of(community, dataset))
    differing = [NewComparedText(text, "bug", "praise", is_new_first=True)]
    await database.comparisons.compared(community, comparison.id, 3, differing)
    await database.comparisons.next(community, comparison.id, "ann", None)
    await database.notices.add(notice_of(community))
    await database.departures.leave(community)
    await database.hub_models.add(hub_model_of(community), 1_000)
    for link in (link_of(community, "ann"), link_of(community, "bob")):
        await database.web_sessions.invite(link)
    await database.web_sessions.open(*session_of(community))
    return asked[0], job, dataset, text, change, draft, file, snapshot, needed


Numbers = dict[str, tuple[int, ...]]
"""What `settle_in` returns, of each community."""


class World:
    """A database in which home and away have settled, or from which home is gone."""

    def __init__(self, database: Database, numbers: Numbers) -> None:
        self.database = database
        self.numbers = numbers

    async def call(self, name: str, community: str, whose: str = HOME) -> str:
        """What a method tells a community that names somebody's rows; the times do not matter."""
        kind, method = METHODS[name]
        (part,) = [one for one in vars(self.database).values() if type(one) is kind]
        required = list(inspect.signature(method).parameters.values())[1:]
        known = self.arguments(community, whose)
        if "claim" in name:
            known["owner"] = "another process"
        if kind is Examples:
            known["canonical"] = str(self.numbers[whose][0]).encode()
            known["query"] = asked_of(community, whose)
        if kind is HubModels:
            known["new"] = hub_model_of(community, "other")
        if kind is Processes:
            known["new"] = NewProcess("new", "here", "1", "1", is_alone=False)
        given = {one.name: known[one.name] for one in required if one.default is one.empty}
        try:
            told = repr(await method(part, **given))
        except StorageError as err:
            told = repr(err)
        return re.sub(r"datetime\.datetime\(.*?utc\)", "a time", told)

    def arguments(self, community: str, whose: str) -> dict[str, object]:
        """What to give a method, by the names of what it takes."""
        query, job, dataset, text, change, draft, file, snapshot, needed = self.numbers[whose]
        named = {"user": "ann", "name": "mood", "kind": "finetune", "event": "event"}
        numbers = {"query_number": query, "job_id": job, "number": 1, "limit": 10}
        lease = {"owner": f"owner of {community}", "ttl_s": -1.0, "metrics": {}, "progress": {}}
        lease |= {"width": 1, "teller": f"owner of {community}"}
        process = NewProcess("one", "here", "1", "1", is_alone=False)
        lease |= {"one": process, "jobs": 1, "kept": [], "is_leaving": False, "process_id": "one"}
        lease |= {"prefix": "", "facts": {}, "within_s": 1.0, "counted_s": {}, "since_s": 0.0}
        said = {"state": JobState.DONE, "value": "new"}
        kept = {"choices": Choices("new"), "place": JobMessage("new", "new")}
        records = {"query": query_of(community, "ann"), "job": job_of(community)}
        of_whom = {"community": community, "platform": community.partition(":")[0]}
        made = {"version": version_of(community), "live": LiveVersion(2, "ann")}
        labels = {"labels": (f"joy of {whose}", "anger"), "label": f"joy of {whose}"}
        labels |= {"canonical": str(query).encode()}
        vote = {"vote": vote_of(community, query, Verdict.UNDONE)}
        collecting = {
            **{"dataset_id": dataset, "example_id": text, "change_id": change, "draft_id": draft},
            **{"key": "bug", "to": ChangeState.DONE},
            "settlement": Settlement("ann", Settled.LEFT_OUT),
            "wanted": NewCard(community, dataset, "bob", [Offer(text, Arm.RANDOM, None)]),
            **{"since": datetime(2026, 1, 1, tzinfo=UTC), "latest": 3},
            **{"dataset": dataset_of(community), "change": change_of(community, dataset)},
            "example": example_of(community, dataset, "new"),
            "given": NewLabelVote(community, text, "bob", ("bug",)),
            **{"text": "new", "source": "message"},
        }
        importing = {
            **{"import_id": file, "read_as": {}, "new": import_of(community, dataset)},
            **{"work": ImportState.UNDOING, "outcome": ImportState.DONE, "is_moderator": True},
            **{"texts": [imported("new")], "canonical": [b"broken", b"put in"], "keys": [1, 2]},
        }
        importing |= {"snapshot_id": snapshot, "snapshot": snapshot_of(community, dataset, text)}
        needed_text = must_pass_of(community, dataset, "new")
        importing |= {"must_pass_id": needed, "must_pass": needed_text}
        importing |= {"before": datetime(2100, 1, 1, tzinfo=UTC), "most": 1_000}
        importing |= {"time": datetime(2100, 1, 1, tzinfo=UTC)}
        importing |= {"reading": reading_of(community, dataset, "other@1")}
        comparing = {
            **{"comparison_id": 1 if whose == HOME else 2, "count": 1, "most": None},
            **{"differing": [NewComparedText(text, "praise", "bug", is_new_first=False)]},
            **{"preferred": Preferred.NEW, "verdict": {}, "model": "m@1", "numbers": [1, 2]},
            **{"choice": "first"},
            "comparison": comparison_of(community, dataset),
            "notice": replace(notice_of(community), kind=NoticeKind.ROLLED_BACK),
            **{"falling": 1, "deed": NewAuditEntry(community, "ann", Deed.ROLLED_BACK, {})},
        }
        importing |= comparing
        _, session, until = session_of(community)
        importing |= {"link": link_of(community, "ann"), "until": until}
        importing |= {"digest": session, "session": b"another"}
        whole = {"repo_id": f"org/{whose}", "revision": "a" * 40, "most_bytes": 1_000}
        told = (
            whole | lease | of_whom | named | numbers | said | kept | records | made | labels | vote
        )
        return told | collecting | importing

    async def rows_of_home(self) -> list[object]:
        def read(connection: Any) -> Any:
            return [connection.execute(rows_of(HOME, table)).all() for table in OWNED]

        return await self.database._connections.read(EVERYWHERE, read)

    async def forget_home(self) -> None:
        for table in reversed(OWNED):
            keys = tuple_(*table.primary_key)
            gone = rows_of(HOME, table).with_only_columns(*table.primary_key)
            statement = delete(table).where(keys.in_(gone))
            await self.database._connections.write(EVERYWHERE, partial(_execute, statement))


def _execute(statement: Any, connection: Any) -> None:
    connection.execute(statement)


OWNED = [
    table for table in schema.metadata.sorted_tables if "community" in table.c or table.foreign_keys
]


def rows_of(community: str, table: Table) -> Select[Any]:
    """A table's rows, by its own column or by that of the table it belongs to."""
    if "community" in table.c:
        return select(table).where(table.c.community == community)
    key, owner = owning(table)
    if "community" in owner.c:
        return select(table).join(owner, key).where(owner.c.community == community)
    above, its_owner = owning(owner)
    joined = select(table).join(owner, key).join(its_owner, above)
    return joined.where(its_owner.c.community == community)


def owning(table: Table) -> tuple[Any, Table]:
    """What joins a table to the one that its first key names, and that one."""
    column = next(column for column in table.c if column.foreign_keys)
    (key,) = column.foreign_keys
    return column == key.column, key.column.table


@dataclass(frozen=True, slots=True)
class Homes:
    """Two databases, `with` home and `without`, and the numbers of what was in both."""

    copies: Callable[[], tuple[Path | str, Path | str]]
    """Both as they were."""
    numbers: Numbers


@pytest.fixture(scope="module", params=["file", pytest.param("server", marks=pytest.mark.scale)])
def settled(request, tmp_path_factory) -> Homes:
    if request.param == "server":
        return on_a_server(request.getfixturevalue("postgresql"))
    return in_files(tmp_path_factory.mktemp("settled"))


def in_files(folder: Path) -> Homes:
    there = folder / "with", folder / "without"
    numbers = asyncio.run(settle_both(*there, lambda: shutil.copy(*there)))

    def copies() -> tuple[Path, Path]:
        first, second = (Path(shutil.copy(one, f"{one} now")) for one in there)
        return first, second

    return Homes(copies, numbers)


def on_a_server(server: PostgreSQL) -> Homes:
    urls = server.named("with", server.tidy), server.url("without")
    numbers = asyncio.run(settle_both(*urls, lambda: server.named("without", "with")))
    for url in urls:
        server.keep(url)

    def copies() -> tuple[str, str]:
        for url in urls:
            server.put_back(url)
        return urls

    return Homes(copies, numbers)


async def settle_both(
    there: Path | str, without: Path | str, copy: Callable[[], object]
) -> Numbers:
    async with opened(there) as database:
        numbers = {one: await settle_in(database, one) for one in (HOME, AWAY)}
        await database.versions.add(version_of(HOME))
    copy()
    async with opened(without) as database:
        await World(database, numbers).forget_home()
    return numbers


@asynccontextmanager
async def opened(place: Path | str) -> AsyncIterator[Database]:
    database = await Database.open(place)
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
async def worlds(settled) -> AsyncIterator[tuple[World, World]]:
    there, without = settled.copies()
    async with opened(there) as with_home, opened(without) as without_home:
        yield World(with_home, settled.numbers), World(without_home, settled.numbers)


@pytest.mark.parametrize("name", SCOPED)
async def test_no_stranger_sees_or_changes_what_home_has(worlds, name) -> None:
    with_home, without_home = worlds
    before = await with_home.rows_of_home()
    for stranger in (AWAY, *LOOKALIKES):
        told = await with_home.call(name, stranger)
        assert told == await without_home.call(name, stranger), f"{stranger!r} is told of home"
        assert await with_home.rows_of_home() == before, f"{stranger!r} changes what home has"


@pytest.mark.parametrize("name", SCOPED)
async def test_home_itself_sees_or_changes_it(worlds, name) -> None:
    with_home, without_home = worlds
    before = await with_home.rows_of_home()
    told = await with_home.call(name, HOME)
    sees = told != await without_home.call(name, HOME)
    changes = before != await with_home.rows_of_home()
    assert sees or changes, f"{name} finds nothing of home: let `settle_in` give it something"


@pytest.mark.parametrize("name", sorted(FOR_NO_COMMUNITY))
async def test_what_asks_for_no_community_leaves_other_rows_alone(worlds, name) -> None:
    with_home, without_home = worlds
    before = await with_home.rows_of_home()
    told = await with_home.call(name, AWAY, AWAY)
    assert name in TELLS_OF_ALL or told == await without_home.call(name, AWAY, AWAY)
    assert await with_home.rows_of_home() == before


def test_every_method_asks_for_a_community_or_is_excused() -> None:
    assert METHODS.keys() - set(SCOPED) == FOR_NO_COMMUNITY.keys()


async def test_every_class_that_reaches_the_database_is_a_part_or_is_excused(database) -> None:
    parts = {type(part) for name, part in vars(database).items() if not name.startswith("_")}
    assert parts == set(PARTS)
    assert NO_PARTS.keys() <= {kind.__name__ for kind in classes()}


def test_every_table_belongs_to_a_community_or_is_excused() -> None:
    assert schema.metadata.tables.keys() - {table.name for table in OWNED} == NOBODYS_TABLES.keys()


async def test_home_has_rows_in_every_table(worlds) -> None:
    with_home, without_home = [await world.rows_of_home() for world in worlds]
    assert [table.name for table, rows in zip(OWNED, with_home, strict=True) if not rows] == []
    assert not any(without_home)
