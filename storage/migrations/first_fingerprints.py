"""The fingerprints of examples that came before there were any: as they were made, never to change.

Only the migration to 0008 needs it. tests/storage/labelling/test_near_duplicates.py says whether
what is made today can still be compared with it.
"""

import hashlib
import struct
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from sqlalchemy import Connection, Row, text

from storage.migrations.canonical_texts import canonical

_NEAR = 0.7
_SKETCHED = 128
_BANDS, _ROWS = 24, 4
_FEWEST_WORDS, _MOST_WORDS = 3, 32
_FACTORS, _SUMMANDS = (
    np.frombuffer(
        b"".join(
            hashlib.blake2b(f"{name} {n}".encode(), digest_size=8).digest() for n in range(96)
        ),
        "<u8",
    )
    for name in ("factor", "summand")
)
_EXAMPLES = text("SELECT id, dataset_id, text, group_key, side FROM examples ORDER BY id")
_KEY = text(
    "INSERT INTO near_duplicate_keys (dataset_id, key, example_id)"
    " VALUES (:dataset_id, :key, :example_id)"
)
_EXAMPLE = text(
    "UPDATE examples SET sketch = :sketch, group_key = :group_key, side = :side WHERE id = :id"
)


def fill(connection: Connection) -> None:
    """Give every example its keys, its group, and the side of its group."""
    by_dataset: defaultdict[int, list[Row[tuple[object, ...]]]] = defaultdict(list)
    for row in connection.execute(_EXAMPLES):
        by_dataset[row.dataset_id].append(row)
    for dataset_id, rows in by_dataset.items():
        _fill_dataset(connection, dataset_id, rows)


def _fill_dataset(
    connection: Connection, dataset_id: int, rows: Sequence[Row[tuple[object, ...]]]
) -> None:
    made = [fingerprint(row.text) for row in rows]
    groups = _groups([row.group_key for row in rows], made)
    learned = {group for group, row in zip(groups, rows, strict=True) if row.side == "train"}
    changes, keys = [], []
    for row, group, (sure, maybe, sketch) in zip(rows, groups, made, strict=True):
        is_lost = row.side == "test" and group in learned
        side = "quarantined" if is_lost else row.side
        changes.append({"id": row.id, "group_key": group, "side": side, "sketch": sketch})
        for key in {*sure, *maybe}:
            keys.append({"dataset_id": dataset_id, "key": key, "example_id": row.id})
    connection.execute(_EXAMPLE, changes)
    connection.execute(_KEY, keys)


Made = tuple[tuple[int, ...], tuple[int, ...], bytes]


def _groups(own: Sequence[bytes], made: Sequence[Made]) -> list[bytes]:
    """The group of each example: the oldest one's of all that it is joined to."""
    parents = list(range(len(own)))

    def root(number: int) -> int:
        while parents[number] != number:
            number = parents[number] = parents[parents[number]]
        return number

    def join(one: int, other: int) -> None:
        low, high = sorted((root(one), root(other)))
        parents[high] = low

    by_key: defaultdict[object, list[int]] = defaultdict(list)
    for number, (sure, maybe, sketch) in enumerate(made):
        for key in (own[number], *sure):
            for other in by_key[key][-1:]:
                join(other, number)
            by_key[key].append(number)
        candidates = {other for key in maybe for other in by_key["maybe", key]}
        for other in candidates:
            if _jaccard(sketch, made[other][2]) >= _NEAR:
                join(other, number)
        for key in maybe:
            by_key["maybe", key].append(number)
    return [own[root(number)] for number in range(len(own))]


def _jaccard(one: bytes, other: bytes) -> float:
    some, others = (set(struct.unpack(f"<{len(x) // 4}I", x)) for x in (one, other))
    lowest = sorted(some | others)[:_SKETCHED]
    return sum(number in some and number in others for number in lowest) / max(len(lowest), 1)


def fingerprint(typed: str) -> Made:
    """The sure keys, those that may be shared, and the sketch."""
    words = _words(typed)
    letters = "".join(words)
    last = max(len(letters) - 2, 1)
    grams = {letters[start : start + 3] for start in range(last)}
    hashes = {zlib.crc32(gram.encode("utf-8", "surrogatepass")) for gram in grams}
    numbers = np.array(sorted(hashes), np.uint64)
    return tuple(_sure(words)), tuple(_bands(numbers)), numbers[:_SKETCHED].astype("<u4").tobytes()


def _words(typed: str) -> list[str]:
    folded = unicodedata.normalize("NFC", canonical(typed).casefold())
    plain = unicodedata.normalize("NFKC", folded).casefold().split()
    words = ["".join(c for c in word if c.isalnum() or unicodedata.combining(c)) for word in plain]
    return [word for word in words if word] or plain


def _sure(words: Sequence[str]) -> Iterator[int]:
    yield _key("same", "".join(words))
    if _FEWEST_WORDS <= len(words) <= _MOST_WORDS:
        for place in range(len(words)):
            yield _key("but one", str(place), *words[:place], "", *words[place + 1 :])


def _bands(numbers: "np.ndarray[tuple[int], np.dtype[np.uint64]]") -> Iterator[int]:
    scattered = numbers[:, None] * (_FACTORS | np.uint64(1)) + _SUMMANDS
    least = (scattered >> np.uint64(32)).min(axis=0)
    for band in range(_BANDS):
        rows = least[band * _ROWS : (band + 1) * _ROWS]
        yield _digest(b"band %d " % band + rows.astype("<u4").tobytes())


def _key(*parts: str) -> int:
    return _digest("\x00".join(parts).encode("utf-8", "surrogatepass"))


def _digest(parts: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(parts, digest_size=8).digest(), signed=True)
