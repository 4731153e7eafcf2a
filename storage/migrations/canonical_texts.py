"""Brings examples under the canonical form of texts that knows of widths and fillers.

All of it is as the code was when the form was widened, never to change. Spellings of one text that
stood as several examples become one, with everybody's last word on it; what was learned from, or
has a spelling that was, is learned from for ever.
"""

import hashlib
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, inspect, text

from storage.migrations.labelled_text import last_words

_UNSEEN = re.compile(
    "((?<=\U0001f3f4)[\U000e0020-\U000e007e]+\U000e007f)|["
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]"
)
_WIDTHS = re.compile("[\u3000\uff01-\uffee]")
_EXAMPLES = text(
    "SELECT examples.id, dataset_id, text, canonical, group_key, side, label_at_entry, labels"
    " FROM examples JOIN datasets ON datasets.id = dataset_id ORDER BY examples.id"
)
_ENTRY = text("UPDATE examples SET side = :side, label_at_entry = :label WHERE id = :id")
_KEYS = text("UPDATE examples SET canonical = :canonical, group_key = :group_key WHERE id = :id")
_LEARNED_FROM = text(
    "UPDATE examples SET side = 'train' WHERE side = 'test' AND EXISTS (SELECT 1 FROM examples o"
    " WHERE o.dataset_id = examples.dataset_id AND o.group_key = examples.group_key"
    " AND o.side = 'train')"
)
_MOVED = text("UPDATE votes_history SET example_id = :id WHERE example_id = :other")
_NO_VOTES = text("DELETE FROM votes WHERE example_id = :id")
_NO_EXAMPLE = text("DELETE FROM examples WHERE id = :id")
_HISTORY = text("SELECT * FROM votes_history WHERE example_id = :id ORDER BY id")

Example = Row[tuple[Any, ...]]


def rekey(connection: Connection) -> None:
    """Give every example its key of today, and make one of those that have the same."""
    by_key: defaultdict[tuple[int, str], list[Example]] = defaultdict(list)
    for example in connection.execute(_EXAMPLES).all():
        by_key[example.dataset_id, canonical(example.text)].append(example)
    for spellings in by_key.values():
        if len(spellings) > 1:
            _merge(connection, spellings)
    for (_, key), (kept, *_) in by_key.items():
        keys = {"canonical": _digest(key, 32), "group_key": _digest(_group(key), 8)}
        if (kept.canonical, kept.group_key) != tuple(keys.values()):
            connection.execute(_KEYS, keys | {"id": kept.id})
    connection.execute(_LEARNED_FROM)


def _merge(connection: Connection, spellings: Sequence[Example]) -> None:
    """Keep the first, as it was typed."""
    kept, *others = spellings
    for other in others:
        connection.execute(_MOVED, {"id": kept.id, "other": other.id})
        connection.execute(_NO_VOTES, {"id": other.id})
        connection.execute(_NO_EXAMPLE, {"id": other.id})
    sides = {each.side for each in spellings}
    side = next((each for each in ("train", "test") if each in sides), None)
    labels = (each.label_at_entry for each in spellings)
    label = next((each for each in labels if each is not None), None)
    connection.execute(_ENTRY, {"id": kept.id, "side": side, "label": label})
    _count_again(connection, kept)


def _count_again(connection: Connection, kept: Example) -> None:
    """Vote by everybody's last word on all spellings; a vote has the columns that it has now."""
    connection.execute(_NO_VOTES, {"id": kept.id})
    said = connection.execute(_HISTORY, {"id": kept.id}).all()
    columns = [column["name"] for column in inspect(connection).get_columns("votes")]
    names, blanks = ", ".join(f'"{each}"' for each in columns), ", ".join(f":{c}" for c in columns)
    vote = text(f"INSERT INTO votes ({names}) VALUES ({blanks})")  # noqa: S608 - our own columns
    for word in last_words(said, json.loads(kept.labels)).values():  # type: ignore[arg-type]
        row = word._mapping  # type: ignore[attr-defined]  # a row has what is asked of a judgement
        connection.execute(vote, {name: row[name] for name in columns})


def canonical(typed: str) -> str:
    """What makes two texts the same example."""
    seen = _UNSEEN.sub(lambda found: found[1] or "", typed).replace("\u2800", " ")
    return " ".join(unicodedata.normalize("NFC", _WIDTHS.sub(_of_usual_width, seen)).split())


def _of_usual_width(found: re.Match[str]) -> str:
    kind, _, usual = unicodedata.decomposition(found[0]).partition(" ")
    return chr(int(usual, 16)) if kind in ("<wide>", "<narrow>") else found[0]


def _group(key: str) -> str:
    """What texts share that differ in their case only."""
    return unicodedata.normalize("NFC", key.casefold())


def _digest(key: str, size: int) -> bytes:
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=size).digest()
