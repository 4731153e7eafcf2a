"""Fills datasets, examples and votes from questions and feedback, for the migration to 0005.

All of it is as the code was when the tables were made, never to change. A training then took each
text as it was typed; an example is a text by its canonical form. Rows are read and written as the
database has them, so that no time or number is altered.
"""

import hashlib
import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Row, text

from storage.migrations.first_sides import folded, place, split

_TEST_SHARE = 0.2
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_JUDGEMENTS = text(
    'SELECT h.id, h.query_id, h."user", h.verdict, h.label, h.updated_at, q.community,'
    ' q."user" AS asker, q.text, q.model, q.label_set FROM feedback_history h'
    " JOIN queries q ON q.id = h.query_id ORDER BY h.id"
)
_TRAININGS = text(
    "SELECT v.community, v.label_set, j.created_at FROM versions v JOIN jobs j ON j.id = v.job_id"
)
_DATASET = text(
    "INSERT INTO datasets (id, community, name, labels, created_at)"
    " VALUES (:id, :community, :name, :labels, :created_at)"
)
_EXAMPLE = text(
    "INSERT INTO examples (id, dataset_id, text, canonical, group_key, side, label_at_entry,"
    ' source, query_id, "user", created_at) VALUES (:id, :dataset_id, :text, :canonical,'
    " :group_key, :side, :label_at_entry, 'answer', :query_id, :user, :created_at)"
)
_HISTORY = text(
    'INSERT INTO votes_history (id, example_id, "user", verdict, label, is_anchored, query_id,'
    " voted_at) VALUES (:id, :example_id, :user, :verdict, :label, :is_anchored, :query_id,"
    " :voted_at)"
)
_VOTE = text(
    'INSERT INTO votes (example_id, "user", label, is_anchored, query_id, voted_at)'
    " VALUES (:example_id, :user, :label, :is_anchored, :query_id, :voted_at)"
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody said of an answer at some time."""

    id: int
    query_id: int
    user: str
    verdict: str
    label: str | None
    at: str
    asker: str
    text: str
    model: str
    labels: tuple[str, ...]


@dataclass(slots=True)
class LabelSet:
    """The judgements of one label set in one community, in their order."""

    community: str
    key: tuple[str, ...]
    judgements: list[Judgement] = field(default_factory=list)

    @property
    def newest(self) -> Judgement:
        """That of the newest question."""
        return max(self.judgements, key=lambda one: one.query_id)


def fill(connection: Connection) -> None:
    """Make the rows of everything that was ever judged."""
    label_sets = _label_sets(connection.execute(_JUDGEMENTS))
    trainings = connection.execute(_TRAININGS).all()
    names: set[tuple[str, str]] = set()
    first_example = 1
    for dataset_id, found in enumerate(label_sets, start=1):
        newest = found.newest
        name = _free_name(found.community, newest.model, names)
        names.add((found.community, name))
        connection.execute(
            _DATASET,
            {
                "id": dataset_id,
                "community": found.community,
                "name": name,
                "labels": json.dumps(newest.labels),
                "created_at": found.judgements[0].at,
            },
        )
        times = [one.created_at for one in trainings if _is_of(one, found)]
        first_example += _fill_dataset(connection, dataset_id, found, times, first_example)


def _label_sets(rows: Iterable[Row[tuple[object, ...]]]) -> Sequence[LabelSet]:
    found: dict[tuple[str, tuple[str, ...]], LabelSet] = {}
    for row in rows:
        labels = tuple(json.loads(row.label_set) or ())
        if not labels:
            continue  # several labels may hold at once: nothing learns from such answers
        one = Judgement(
            *(row.id, row.query_id, row.user, row.verdict, row.label, row.updated_at),
            *(row.asker, row.text, row.model, labels),
        )
        key = tuple(sorted(labels))
        found.setdefault((row.community, key), LabelSet(row.community, key)).judgements.append(one)
    return list(found.values())


def _is_of(training: Row[tuple[object, ...]], label_set: LabelSet) -> bool:
    key = tuple(sorted(json.loads(training.label_set)))
    return (training.community, key) == (label_set.community, label_set.key)


def _fill_dataset(
    connection: Connection, dataset_id: int, found: LabelSet, times: Sequence[str], first: int
) -> int:
    """Fill one dataset; returns how many examples it has, numbered from `first`."""
    by_text: defaultdict[str, list[Judgement]] = defaultdict(list)
    for one in found.judgements:
        by_text[canonical(one.text)].append(one)
    words = {key: last_words(said, found.key) for key, said in by_text.items()}
    sides = _sides(found, words, times)
    in_order = sorted(by_text, key=lambda key: min(one.query_id for one in by_text[key]))
    examples, history, votes = [], [], []
    for number, key in enumerate(in_order, start=first):
        label = _gold(words[key]) or _first_label(by_text[key], found.key)
        entry = {"side": sides[_group(key)] if label else None, "label_at_entry": label}
        place_of = {"id": number, "dataset_id": dataset_id}
        examples.append(place_of | entry | _example_row(key, by_text[key]))
        history += [_history_row(number, one) for one in by_text[key]]
        votes += [_vote_row(number, one) for one in words[key].values()]
    for statement, rows in ((_EXAMPLE, examples), (_HISTORY, history), (_VOTE, votes)):
        if rows:
            connection.execute(statement, rows)
    return len(in_order)


def _first_label(said: Iterable[Judgement], labels: Sequence[str]) -> str | None:
    return next((one.label for one in said if one.label in labels), None)


def _example_row(key: str, said: Sequence[Judgement]) -> dict[str, object]:
    origin = min(said, key=lambda one: one.query_id)
    return {
        "text": origin.text,
        "canonical": _digest(key, 32),
        "group_key": _digest(_group(key), 8),
        "query_id": origin.query_id,
        "user": origin.asker,
        "created_at": said[0].at,
    }


def _history_row(example_id: int, one: Judgement) -> dict[str, object]:
    return {**_vote_row(example_id, one), "id": one.id, "verdict": one.verdict}


def _vote_row(example_id: int, one: Judgement) -> dict[str, object]:
    return {
        "example_id": example_id,
        "user": one.user,
        "label": one.label,
        "is_anchored": True,
        "query_id": one.query_id,
        "voted_at": one.at,
    }


Votes = Mapping[str, Judgement]


def last_words(said: Iterable[Judgement], labels: Sequence[str]) -> Votes:
    """Each user's last word on one text; a bare WRONG takes their RIGHT back."""
    last: dict[tuple[str, int], Judgement] = {}
    for one in said:
        last.pop((one.user, one.query_id), None)
        last[one.user, one.query_id] = one
    words: dict[str, Judgement] = {}
    for one in last.values():
        before = words.get(one.user)
        if one.verdict == "undone" or (one.label is not None and one.label not in labels):
            continue
        if one.label is not None or before is None or before.verdict == "right":
            words[one.user] = one
    return words


def _gold(votes: Votes) -> str | None:
    """The label with most votes, or None if two share the lead."""
    counts = Counter(one.label for one in votes.values() if one.label is not None).most_common(2)
    if not counts or (len(counts) > 1 and counts[0][1] == counts[1][1]):
        return None
    return counts[0][0]


def _sides(found: LabelSet, votes: Mapping[str, Votes], times: Sequence[str]) -> Mapping[str, str]:
    """The side of each group of texts that are equal but for their case."""
    gold = [(key, label) for key, said in votes.items() if (label := _gold(said))]
    learned = {_group(canonical(one)) for at in times for one in _learned_from(found, at)}
    held_out = {_group(key) for key, _ in split(gold)[1]}
    agreed = {_group(key) for key, _ in gold}
    sides = {}
    for key in {_group(key) for key in votes}:
        is_test = key in held_out or (key not in agreed and place(folded(key)) < _TEST_SHARE)
        sides[key] = "test" if is_test and key not in learned else "train"
    return sides


def _learned_from(found: LabelSet, at: str) -> Iterator[str]:
    """The texts, as they were typed, that a training which began then learned from."""
    by_text: defaultdict[str, list[Judgement]] = defaultdict(list)
    for one in found.judgements:
        if one.at <= at:
            by_text[one.text].append(one)
    words = {typed: last_words(said, found.key) for typed, said in by_text.items()}
    gold = [(typed, label) for typed, said in words.items() if (label := _gold(said))]
    yield from (typed for typed, _ in split(gold)[0])


def canonical(typed: str) -> str:
    """What makes two texts the same example."""
    return " ".join(unicodedata.normalize("NFC", _UNSEEN.sub("", typed)).split())


def _group(key: str) -> str:
    """What texts share that differ in their case only."""
    return unicodedata.normalize("NFC", key.casefold())


def _digest(key: str, size: int) -> bytes:
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=size).digest()


def _free_name(community: str, model: str, taken: set[tuple[str, str]]) -> str:
    name = model.partition("@")[0].rpartition("/")[2].lower()
    allowed = re.sub(r"[^a-z0-9가-힣_-]", "-", unicodedata.normalize("NFC", name))
    name = free = allowed.strip("-_")[:32] or "ours"
    number = 1
    while (community, free) in taken:
        number += 1
        free = f"{name}-{number}"
    return free
