"""Whoever is erased is nowhere: every table and the files themselves are searched."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Table, func, select

from storage import schema
from storage.communities.personal_data import TREATED
from storage.database import Database
from storage.records import (
    ChangeState,
    Choices,
    Deed,
    Label,
    LiveVersion,
    NewAuditEntry,
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
    NewQuery,
    NewSnapshot,
    NewVersion,
    NewVote,
    NewWebLink,
    Preferred,
    Settled,
    Settlement,
    Side,
    SnapshotRow,
    Terms,
    Verdict,
)
from storage.sql.connections import EVERYWHERE

HOME, AWAY = "discord:1", "slack:T1"
GONE, STAYS = "person-4711", "person-0815"
SECRET, SHARED = "the planted secret of person 4711", "what both of them have asked"
NAMES = {"user", "started_by", "created_by", "decided_by", "settled_by", "settled_before"}


def query(community: str, user: str, text: str) -> NewQuery:
    result = {"labels": ["joy", "anger"], "scores": [0.9, 0.1]}
    return NewQuery(community, user, "classify", text, "m@1", result, ("joy", "anger"), 1.0)


async def judge(database: Database, community: str, number: int, user: str, text: str) -> None:
    keys = (text.encode(), text.encode())
    whose = (community, number, user, Verdict.RIGHT, "joy", "mood")
    await database.votes.cast(NewVote(*whose, *keys, Side.TRAIN))


async def live(database: Database, community: str, user: str, text: str) -> int:
    """Let somebody do all that can be done; returns the number of their text in the dataset."""
    asked = await database.queries.add(query(community, user, text))
    await judge(database, community, asked, user, text)
    await database.choices.put(community, user, Choices("ko"))
    await database.drafts.keep(community, user, f"{text}, drafted", "message")
    made = NewDataset(
        (Label("bug", "bug"), Label("praise", "praise")),
        community=community,
        name=f"bugs of {len(text)}",
        created_by=user,
    )
    dataset = await database.datasets.create(made)
    keys = (f"{text}, added".encode(), b"group")
    example = NewExample(
        community, dataset.id, user, f"{text}, added", *keys, "typed", labels=("bug",)
    )
    added = await database.examples.add(example)
    vote = NewLabelVote(community, added.example_id, user, ("praise",))
    await database.votes.label(vote)
    settled = Settlement(user, Settled.LEFT_OUT)
    await database.examples.settle(community, added.example_id, settled)
    after = Terms((Label("bug", "fault"), Label("praise", "praise")))
    change = NewChange(community, dataset.id, user, 0, after, {"what": "rename"})
    proposed = await database.datasets.propose(change)
    await database.datasets.move(community, proposed.id, ChangeState.DONE)
    content = f"text\n{text}, in a file\n".encode()
    await database.imports.propose(NewImport(community, dataset.id, user, "a.csv", content, {}))
    must_pass = (f"{text}, to be right", text.encode(), ("bug",))
    await database.must_pass.add(NewMustPass(community, dataset.id, user, *must_pass))
    of_hub = ("org/mood", "a" * 40, 1, "mit")
    await database.hub_models.add(NewHubModel(community, user, f"m{len(text)}", *of_hub), 1_000)
    await database.jobs.start(NewJob(community, user, f"kind {len(text)}", {}), "owner")
    await database.live_versions.put(community, "mood", LiveVersion(0, user))
    ends_at = datetime(2100, 1, 1, tzinfo=UTC)
    whose = (community, dataset.id, f"m@{len(text)}", "m@1", None, user, ends_at)
    comparison = await database.comparisons.start(NewComparison(*whose))
    other = replace(
        example, text="in a comparison", canonical=b"%d" % len(text), group_key=b"other"
    )
    shown = await database.examples.add(replace(other, user="somebody else", labels=None))
    differing = [NewComparedText(shown.example_id, "bug", "praise", is_new_first=True)]
    await database.comparisons.compared(community, comparison.id, 1, differing)
    own = [NewComparedText(added.example_id, "bug", "praise", is_new_first=True)]
    await database.comparisons.compared(community, comparison.id, 1, own)
    judged = (community, comparison.id, shown.example_id, user, Preferred.NEW)
    assert await database.comparisons.judge(*judged)
    for by, what in ((user, Settled.AMBIGUOUS), ("somebody else", Settled.LEFT_OUT)):
        await database.examples.settle(community, shown.example_id, Settlement(by, what))
    expires_at = datetime(2100, 1, 1, tzinfo=UTC)
    link = NewWebLink(community, user, f"{community} {text}".encode(), "ko", expires_at)
    await database.web_sessions.invite(link)
    assert await database.web_sessions.open(link.digest, link.digest[::-1], expires_at)
    stopped = {"community": community, "user": user, "key": "0", "by": "a process"}
    await database.news.tell("writing_stopped", stopped)
    facts = {"by": user, "who": user, "group": user, "before": "member", "after": "admin"}
    deed = NewAuditEntry(community, user, Deed.ROLE_GRANTED, facts)
    await database.settings.put(community, f"role:{user}", {"name": user, "role": "admin"}, deed)
    return added.example_id


async def everything(database: Database) -> str:
    """All rows of all tables, as text."""

    def read(connection):
        tables = schema.metadata.sorted_tables
        return [connection.execute(select(table)).all() for table in tables]

    return repr(await database._connections.read(EVERYWHERE, read))


async def rows(database: Database, table: Table) -> int:
    """How many there are."""

    def read(connection):
        return connection.scalar(select(func.count()).select_from(table))

    return await database._connections.read(EVERYWHERE, read)


def files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


async def test_nothing_is_left_in_any_table_or_in_the_files(database, place):
    await live(database, HOME, STAYS, "what stays")
    await live(database, HOME, GONE, SECRET)
    assert GONE in await everything(database) and SECRET in await everything(database)
    told = await database.personal_data.would_go(HOME, GONE)
    tables = (schema.queries, schema.feedback, schema.votes, schema.examples)
    before = [await rows(database, table) for table in tables]
    erased = await database.personal_data.erase(HOME, GONE)
    assert told == erased
    after = [await rows(database, table) for table in tables]
    assert [one - other for one, other in zip(before, after, strict=True)] == [
        *(erased.questions, erased.judgements, erased.votes, erased.texts)
    ]
    assert (erased.questions, erased.judgements, erased.texts, erased.votes) == (1, 1, 2, 2)
    found = await everything(database)
    assert GONE not in found and SECRET not in found
    assert found.count(STAYS) > 10 and "what stays, added" in found
    if isinstance(place, Path):  # a server's files are its own: docs/adr/0035
        left = files(place.parent)
        assert GONE.encode() not in left and SECRET.encode() not in left
    (chain,) = await database.audit.verify()
    assert chain.broken_at is None


async def test_other_communities_keep_what_is_theirs(database):
    for community in (HOME, AWAY):
        await live(database, community, GONE, f"{SECRET} in {community}")
    before = (await everything(database)).count(f"{SECRET} in {AWAY}")
    await database.personal_data.erase(HOME, GONE)
    found = await everything(database)
    assert found.count(f"{SECRET} in {AWAY}") == before
    assert f"{SECRET} in {HOME}" not in found


async def test_a_text_that_somebody_else_has_asked_becomes_theirs(database):
    first = await database.queries.add(query(HOME, GONE, SHARED))
    second = await database.queries.add(query(HOME, STAYS, SHARED.upper()))
    for number, user in ((first, GONE), (second, STAYS)):
        await judge(database, HOME, number, user, SHARED)
    erased = await database.personal_data.erase(HOME, GONE)
    assert (erased.questions, erased.texts) == (1, 0)
    (dataset,) = await database.datasets.all(HOME)
    (example,) = await database.examples.all(HOME, dataset.id)
    assert (example.text, example.user) == (SHARED.upper(), STAYS)
    (vote,) = await database.examples.label_votes(HOME, dataset.id)
    assert vote.user == STAYS


async def test_what_must_be_right_goes_with_the_text_that_says_the_same(database):
    dataset = await database.datasets.create(
        NewDataset((Label("bug", "bug"), Label("praise", "praise")), community=HOME, name="bugs")
    )
    keys = (SECRET.encode(), b"group")
    example = NewExample(HOME, dataset.id, GONE, SECRET, *keys, "typed", labels=("bug",))
    await database.examples.add(example)
    for text in (SECRET, "something else"):
        new = NewMustPass(HOME, dataset.id, STAYS, text, text.encode(), ("bug",))
        await database.must_pass.add(new)
    await database.personal_data.erase(HOME, GONE)
    assert [one.text for one in await database.must_pass.all(HOME, dataset.id)] == [
        "something else"
    ]
    assert SECRET not in await everything(database)


async def test_what_others_said_of_an_answer_goes_with_the_answer(database):
    number = await database.queries.add(query(HOME, GONE, SECRET))
    await judge(database, HOME, number, STAYS, SECRET)
    await database.personal_data.erase(HOME, GONE)
    found = await everything(database)
    assert SECRET not in found and STAYS not in found


async def test_versions_that_learned_from_them_are_told(database):
    kept = await live(database, HOME, STAYS, "what stays")
    gone = await live(database, HOME, GONE, SECRET)
    for name, number in (("ours", gone), ("other", kept)):
        _, dataset = await database.examples.get(HOME, number)
        rows = (SnapshotRow(number, 0, 1.0),)
        new = NewSnapshot(HOME, dataset.id, name, ("bug",), rows)
        snapshot = await database.snapshots.take(new)
        version = NewVersion(HOME, name, f"models/{name}", "base@0", ("bug",))
        await database.versions.add(replace(version, snapshot_id=snapshot.id))
    erased = await database.personal_data.erase(HOME, GONE)
    assert [version.full_name for version in erased.learned] == ["ours@1"]
    (entry,) = await database.audit.recent(HOME, 1)
    assert (entry.deed, entry.facts) == (Deed.PERSON_ERASED, {"versions": "ours@1"})


async def test_erasing_twice_or_a_stranger_changes_nothing_more(database):
    await live(database, HOME, GONE, SECRET)
    await database.personal_data.erase(HOME, GONE)
    again = await database.personal_data.erase(HOME, GONE)
    assert (again.questions, again.votes, again.texts, again.learned) == (0, 0, 0, ())


async def test_trainings_under_way_count_that_learn_from_or_are_measured_on_what_goes(database):
    number = await live(database, HOME, GONE, SECRET)
    (_, dataset) = await database.examples.get(HOME, number)
    (required,) = await database.must_pass.all(HOME, dataset.id)
    rows = (SnapshotRow(number, 0, 1.0),)
    snapshot = NewSnapshot(HOME, dataset.id, "d", ("bug", "praise"), rows, {}, ("bug", "praise"))
    taken = await database.snapshots.take(snapshot)
    plan = {"held_out_ids": [], "must_pass_ids": []}
    began = [
        await database.jobs.start(
            NewJob(HOME, STAYS, "finetune", params, scope=f"{params}"), "we", of
        )
        for params, of in (
            ({"snapshot": 4711}, plan),
            ({"snapshot": taken.id}, plan),
            ({"snapshot": 4712}, plan | {"held_out_ids": [number]}),
            ({"snapshot": 4713}, plan | {"must_pass_ids": [required.id]}),
            ({}, None),
        )
    ]
    theirs = {job.id for job in began[1:4]}
    assert (await database.personal_data.would_go(HOME, GONE)).learning == theirs
    assert not (await database.personal_data.would_go(HOME, STAYS)).learning


async def test_what_is_kept_can_be_had(database):
    await live(database, HOME, GONE, SECRET)
    await live(database, AWAY, GONE, "of another place")
    found = await database.personal_data.export(HOME, GONE)
    assert [row["text"] for row in found["questions"]] == [SECRET]
    assert [row["text"] for row in found["texts"]] == [SECRET, f"{SECRET}, added"]
    (browser,) = found["browsers"]
    assert browser["language"] == "ko" and "digest" not in browser
    assert len(found["votes"]) == 2 and len(found["judgements"]) == len(found["choices"]) == 1
    assert "another place" not in repr(found)


def test_every_column_that_may_name_a_person_is_treated():
    named = {
        f"{table.name}.{column.name}"
        for table in schema.metadata.sorted_tables
        for column in table.c
        if column.name in NAMES or column.name.endswith("_by")
    }
    assert named == TREATED.keys()
