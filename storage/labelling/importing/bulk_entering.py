"""How many texts come into a dataset at once, as if each came alone: see entering.py."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from storage import schema
from storage.labelling.entering import first_label, put_on_a_side
from storage.labelling.importing.keys import MOST_WITH_A_KEY, first_with, keep_all
from storage.labelling.near_duplicates import (
    NEAR,
    jaccard,
    numbers,
    quarantine,
    side_of,
    stricter,
    unite,
)
from storage.records import Dataset, DatasetKind, ImportedText, Side, Verdict
from storage.sql.upserts import upsert

examples, votes, history = schema.examples, schema.votes, schema.votes_history


@dataclass(frozen=True, slots=True)
class Source:
    """Which file texts come from, and how far it is believed."""

    import_id: int
    user: str
    """Who put it in."""
    voter: str
    """Whose the labels are: the file's own."""
    earlier_voters: Collection[str]
    """Those of the other files that the same person has put in."""
    is_moderator: bool
    """A moderator says that its labels are right."""


@dataclass(slots=True, eq=False)
class _Coming:
    """A new text, with the group that it has found so far."""

    text: ImportedText
    group: bytes
    numbers: frozenset[int]
    side: Side | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _There:
    """A text of the dataset that may be like a new one."""

    group: bytes
    numbers: frozenset[int]


_Like = _Coming | _There


def enter_all(
    connection: Connection, dataset: Dataset, texts: Sequence[ImportedText], source: Source
) -> int:
    """Put texts into a dataset with their labels; returns how many were new."""
    before = _there(connection, dataset.id, texts)
    new = [text for text in texts if text.canonical not in before]
    _insert(connection, dataset.id, _grouped(connection, dataset.id, new), source)
    now = _there(connection, dataset.id, texts)  # groups may have become one meanwhile
    for text in texts:
        label = first_label(text.labels)
        put_on_a_side(connection, now[text.canonical], label, text.side)
    _vote(connection, dataset, [(now[one.canonical].id, one) for one in texts], source)
    return len(new)


def _there(
    connection: Connection, dataset_id: int, texts: Sequence[ImportedText]
) -> dict[bytes, "Row[*tuple[Any, ...]]"]:
    columns = ("id", "dataset_id", "canonical", "side", "group_key")
    statement = select(*(examples.c[name] for name in columns)).where(
        examples.c.dataset_id == dataset_id,
        examples.c.canonical.in_([text.canonical for text in texts]),
    )
    return {row.canonical: row for row in connection.execute(statement)}


def _grouped(connection: Connection, dataset_id: int, new: Sequence[ImportedText]) -> list[_Coming]:
    """Let each find its near-duplicates, in the dataset and among those that came before it."""
    found = _with_keys(connection, dataset_id, new)
    joined: dict[bytes, bytes] = {}
    coming: list[_Coming] = []
    for text in new:
        one = _Coming(text, text.group_key, numbers(text.fingerprint.sketch))
        groups = dict.fromkeys(joined.get(like.group, like.group) for like in _near(one, found))
        if groups:
            one.group, *others = groups
            if others:
                _join(connection, dataset_id, one.group, others, coming)
                _follow(joined, one.group, others)
            one.side = side_of(connection, dataset_id, one.group)
            others_sides = {each.side for each in coming if each.group == one.group}
            one.side = stricter({one.side, *others_sides})
        if text.labels is not None:
            one.side = one.side or text.side
        elif one.side is not Side.QUARANTINED:
            one.side = None
        coming.append(one)
        for key in _keys(text):
            if len(found[key]) < 2 * MOST_WITH_A_KEY:
                found[key].append(one)
    return coming


def _follow(joined: dict[bytes, bytes], first: bytes, others: Sequence[bytes]) -> None:
    """Remember what the groups are called now of which earlier rows tell the former name."""
    for name, now in joined.items():
        if now in others:
            joined[name] = first
    joined.update(dict.fromkeys(others, first))


def _near(one: _Coming, found: Mapping[int, Sequence[_Like]]) -> Iterator[_Like]:
    """Who shares a sure key is near; of the others, each is compared once."""
    for key in one.text.fingerprint.sure:
        yield from found.get(key, ())
    maybe = {like: None for key in one.text.fingerprint.maybe for like in found.get(key, ())}
    yield from (like for like in maybe if jaccard(one.numbers, like.numbers) >= NEAR)


def _join(
    connection: Connection,
    dataset_id: int,
    first: bytes,
    others: Sequence[bytes],
    coming: Sequence[_Coming],
) -> None:
    unite(connection, dataset_id, first, others)
    joined = [one for one in coming if one.group in {first, *others}]
    sides = {one.side for one in joined} | {side_of(connection, dataset_id, first)}
    if Side.TRAIN in sides:
        quarantine(connection, dataset_id, first)
    for one in joined:
        one.group = first
        if one.side is Side.TEST and Side.TRAIN in sides:
            one.side = Side.QUARANTINED


def _with_keys(
    connection: Connection, dataset_id: int, texts: Sequence[ImportedText]
) -> defaultdict[int, list[_Like]]:
    """Of each key, the first of the dataset's texts that have it."""
    wanted = {key for text in texts for key in _keys(text)}
    found: defaultdict[int, list[_Like]] = defaultdict(list)
    known: dict[int, _There] = {}
    for row in first_with(connection, dataset_id, wanted):
        if row.id not in known:
            known[row.id] = _There(row.group_key, numbers(row.sketch))
        found[row.key].append(known[row.id])
    return found


def _insert(
    connection: Connection, dataset_id: int, coming: Sequence[_Coming], source: Source
) -> None:
    if not coming:
        return
    rows = [
        {
            "dataset_id": dataset_id,
            "text": one.text.text,
            "canonical": one.text.canonical,
            "group_key": one.group,
            "sketch": one.text.fingerprint.sketch,
            "source": "file",
            "user": source.user,
            "side": one.side,
            "label_at_entry": first_label(one.text.labels),
            "import_id": source.import_id,
        }
        for one in coming
    ]
    statement = insert(examples).returning(examples.c.canonical, examples.c.id)
    made = {row.canonical: row.id for row in connection.execute(statement, rows)}
    by_text = {made[one.text.canonical]: list(_keys(one.text)) for one in coming}
    keep_all(connection, dataset_id, by_text)


def _vote(
    connection: Connection,
    dataset: Dataset,
    labelled: Sequence[tuple[int, ImportedText]],
    source: Source,
) -> None:
    """The file's labels count as one person's; what it said before holds no more."""
    is_single, voted_at = dataset.kind is DatasetKind.SINGLE, schema.now()
    before = _said_before(connection, source, [number for number, _ in labelled])
    rows: list[dict[str, Any]] = [
        {
            "example_id": number,
            "user": source.voter,
            "label": text.labels[0] if text.labels and is_single else None,
            "labels": None if is_single else list(text.labels),
            "is_anchored": False,
            "is_moderator": source.is_moderator,
            "voted_at": voted_at,
        }
        for number, text in labelled
        if text.labels is not None and before.get(number) != text.labels
    ]
    if not rows:
        return
    row = upsert(votes)
    changed = {name: row.excluded[name] for name in ("label", "labels", "is_moderator", "voted_at")}
    whose = [votes.c.example_id, votes.c.user]
    _silence_earlier(connection, source, [one["example_id"] for one in rows])
    connection.execute(row.or_update(whose, changed), rows)
    connection.execute(insert(history), [one | {"verdict": Verdict.RIGHT} for one in rows])


def _silence_earlier(connection: Connection, source: Source, numbers: Sequence[int]) -> None:
    """The files of one person have one voice, or who puts in the same one twice would be two.

    The last one holds, but where an earlier one is believed more.
    """
    theirs = (votes.c.example_id.in_(numbers), votes.c.user.in_(source.earlier_voters))
    statement = delete(votes).where(*theirs)
    if not source.is_moderator:
        statement = statement.where(votes.c.is_moderator.is_(False))
    connection.execute(statement)


def _said_before(
    connection: Connection, source: Source, numbers: Sequence[int]
) -> dict[int, tuple[str, ...]]:
    """What this file has said already: who goes on after a cut comes by some rows again."""
    statement = select(votes.c.example_id, votes.c.label, votes.c.labels).where(
        votes.c.user == source.voter, votes.c.example_id.in_(numbers)
    )
    rows = connection.execute(statement)
    return {row.example_id: (row.label,) if row.label else tuple(row.labels or ()) for row in rows}


def _keys(text: ImportedText) -> set[int]:
    return {*text.fingerprint.sure, *text.fingerprint.maybe}
