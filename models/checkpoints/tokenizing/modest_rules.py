"""Refuses tokenizers whose rules would make gigabytes of a short text, before any is made."""

import math
from base64 import b64decode
from collections.abc import Iterator, Mapping
from pathlib import Path

from models.checkpoints.files import LARGEST_TOKENIZER_BYTES, broken, read_json
from models.checkpoints.folder_contents import is_of_a_tokenizer
from models.reasons import Reason
from models.results import Checkpoint

_RULES = ("normalizer", "pre_tokenizer", "post_processor", "decoder")
_LONGEST_REPLACEMENT = 256
_LONGEST: Mapping[str, float] = {"precompiled_charsmap": math.inf, "Regex": 10_000}
_MOST_REPEATS = 8
"""How often all templates together may have the text itself in them; three times is usual."""
_MOST_GROWTH = 128
"""Of all replacements together, one after another; two of 256 letters make a book of a line."""
_LONGEST_TEMPLATE = 64
_LONGEST_WORD = 10_000
"""Longer ones are unknown to WordPiece, which tries every part of a word with every other."""
_MOST_EXTRAS = 100_000
_LENGTHS = {"model_max_length", "max_length"}
"""What people set to 1e30, and what makes nothing."""


def require_modest(checkpoint: Checkpoint, folder: Path) -> None:
    """Refuse what no tokenizer needs; an out-of-memory inside the library would end the process.

    Raises:
        BrokenCheckpoint: a file, a replacement or a template is absurdly long, or the extras are
            too many.
    """
    for path in folder.iterdir():
        is_one = is_of_a_tokenizer(path.name) or path.name.startswith("merges")
        if is_one and path.is_file() and path.stat().st_size > LARGEST_TOKENIZER_BYTES:
            raise broken(checkpoint, Reason.FILE_TOO_LARGE.of(path.name))
    path = folder / "tokenizer.json"
    if path.is_file():
        file = read_json(checkpoint, path)
        rules = [file.get(rule) for rule in _RULES]
        growth = math.prod(_growths(file.get("normalizer")))
        is_modest = all(map(_is_modest, rules)) and growth <= _MOST_GROWTH
        if not is_modest or not _has_short_words(file.get("model")):
            raise broken(checkpoint, Reason.FILE_ABSURD.of(path.name))
    path = folder / "tokenizer_config.json"
    if path.is_file():
        for key, value in read_json(checkpoint, path).items():
            if isinstance(value, int) and value > _MOST_EXTRAS and key not in _LENGTHS:
                raise broken(checkpoint, Reason.FILE_ABSURD.of(path.name))


def _is_modest(rule: object) -> bool:
    found = list(entries(rule))
    repeats = sum(key == "Sequence" for key, _ in found)
    return repeats <= _MOST_REPEATS and not any(
        (isinstance(value, str) and len(value) > _LONGEST.get(key, _LONGEST_REPLACEMENT))
        or (key in {"single", "pair", "ids", "tokens"} and _length(value) > _LONGEST_TEMPLATE)
        for key, value in found
    )


def _growths(rule: object) -> Iterator[float]:
    """Yield by how much each replacement makes a text longer at the most."""
    if isinstance(rule, Mapping):
        if rule.get("type") == "Replace":
            content, pattern = str(rule.get("content")), rule.get("pattern")
            replaced = pattern.get("String") if isinstance(pattern, Mapping) else None
            least = len(replaced) if isinstance(replaced, str) else 0
            # What matches nothing, as an expression may, stands before every letter.
            yield max(1.0, len(content) / least if least else len(content) + 1)
        elif rule.get("type") == "Precompiled":
            yield _growth_of_charsmap(rule.get("precompiled_charsmap"))
        for value in rule.values():
            yield from _growths(value)
    elif isinstance(rule, list):
        for each in rule:
            yield from _growths(each)


def _growth_of_charsmap(coded: object) -> float:
    """The longest replacement of a map of characters; NFKC has none of more than 18 letters.

    Source: https://github.com/google/sentencepiece, src/normalizer.cc: the size of a trie in four
    bytes, the trie, and the replacements, each with a zero at its end.
    """
    if not isinstance(coded, str):
        return 1.0
    blob = b64decode(coded)
    trie_bytes = int.from_bytes(blob[:4], "little")
    replacements = blob[4 + trie_bytes :].split(b"\0")
    return float(max(1, *(len(each.decode(errors="replace")) for each in replacements)))


def _has_short_words(model: object) -> bool:
    longest = model.get("max_input_chars_per_word") if isinstance(model, Mapping) else None
    return not isinstance(longest, int) or longest <= _LONGEST_WORD


def _length(value: object) -> int:
    return len(value) if isinstance(value, list) else 0


def entries(rule: object) -> Iterator[tuple[str, object]]:
    """Yield each key and its value, however deep they stand in a tokenizer.json."""
    if isinstance(rule, Mapping):
        for key, value in rule.items():
            yield str(key), value
            yield from entries(value)
    elif isinstance(rule, list):
        for each in rule:
            yield from entries(each)
