"""By what a text is found again among those that say nearly the same. Pure.

Two texts are near-duplicates if their letters and digits are the same, if at least .7 of their
groups of three characters are common to both (Jaccard, found by MinHash), or if one word of three
or more stands in the place of another, which in short texts leaves less than that.
"""

import hashlib
import unicodedata
import zlib
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from storage.records import SKETCHED, Fingerprint

BANDS = 24
ROWS = 4
"""A pair at .7 shares a band 998 times in a thousand; of pairs at .3 one in six is looked at."""
_FEWEST_WORDS = 3
_MOST_WORDS = 32
_GRAM = 3

Hashes = npt.NDArray[np.uint64]

# Never to change: what is stored was made with them.
_FACTORS, _SUMMANDS = (
    np.frombuffer(
        b"".join(
            hashlib.blake2b(f"{name} {n}".encode(), digest_size=8).digest() for n in range(96)
        ),
        "<u8",
    )
    for name in ("factor", "summand")
)


def fingerprint(text: str) -> Fingerprint:
    """Return the keys of a text in its folded form: who shares a sure one is a near-duplicate."""
    words = words_of(text)
    grams = grams_of("".join(words))
    return Fingerprint(tuple(_sure(words)), tuple(_bands(grams)), sketch_of(grams))


def sure_keys(text: str) -> Sequence[int]:
    """Return the sure keys of a text in its folded form: few of all, and quickly."""
    return tuple(_sure(words_of(text)))


def words_of(text: str) -> list[str]:
    """Return the letters and digits of a text, word by word; of one without, what stands in it."""
    plain = unicodedata.normalize("NFKC", text).casefold().split()
    words = ["".join(c for c in word if c.isalnum() or unicodedata.combining(c)) for word in plain]
    return [word for word in words if word] or plain


def grams_of(letters: str) -> Hashes:
    """Return a number for each group of three characters that stands in a text, in order."""
    last = max(len(letters) - _GRAM + 1, 1)
    grams = {letters[start : start + _GRAM] for start in range(last)}
    hashes = {zlib.crc32(gram.encode("utf-8", "surrogatepass")) for gram in grams}
    return np.array(sorted(hashes), np.uint64)


def sketch_of(grams: Hashes) -> bytes:
    """Return what tells how alike two texts are: the lowest of their numbers."""
    return grams[:SKETCHED].astype("<u4").tobytes()


def _sure(words: Sequence[str]) -> Iterator[int]:
    yield _key("same", "".join(words))  # spaces are often left out in Korean
    if _FEWEST_WORDS <= len(words) <= _MOST_WORDS:
        for place in range(len(words)):
            yield _key("but one", str(place), *words[:place], "", *words[place + 1 :])


def _bands(grams: Hashes) -> Iterator[int]:
    scattered = grams[:, None] * (_FACTORS | np.uint64(1)) + _SUMMANDS
    least = (scattered >> np.uint64(32)).min(axis=0).astype("<u4").tobytes()
    size = 4 * ROWS
    for band in range(BANDS):
        yield _digest(b"band %d " % band + least[band * size : (band + 1) * size])


def _key(*parts: str) -> int:
    return _digest("\x00".join(parts).encode("utf-8", "surrogatepass"))


def _digest(parts: bytes) -> int:
    """As a number that every database holds."""
    return int.from_bytes(hashlib.blake2b(parts, digest_size=8).digest(), signed=True)
