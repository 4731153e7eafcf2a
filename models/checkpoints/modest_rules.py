"""Refuses tokenizers whose rules would make gigabytes of a short text, before any is made."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from models.checkpoints.files import broken, read_json
from models.reasons import Reason
from models.results import Checkpoint

_RULES = ("normalizer", "pre_tokenizer", "post_processor", "decoder")
_LONGEST_REPLACEMENT = 256
_LONGEST_TEMPLATE = 64
_MOST_EXTRAS = 1_000_000
_LENGTHS = {"model_max_length", "max_length"}
"""What people set to 1e30, and what makes nothing."""


def require_modest(checkpoint: Checkpoint, folder: Path) -> None:
    """Refuse what no tokenizer needs; an out-of-memory inside the library would end the process.

    Raises:
        BrokenCheckpoint: a replacement or template is absurdly long, or the extras are too many.
    """
    path = folder / "tokenizer.json"
    if path.is_file():
        file = read_json(checkpoint, path)
        if not all(map(_is_modest, (file.get(rule) for rule in _RULES))):
            raise broken(checkpoint, Reason.FILE_ABSURD.of(path.name))
    path = folder / "tokenizer_config.json"
    if path.is_file():
        for key, value in read_json(checkpoint, path).items():
            if isinstance(value, int) and value > _MOST_EXTRAS and key not in _LENGTHS:
                raise broken(checkpoint, Reason.FILE_ABSURD.of(path.name))


def _is_modest(rule: object) -> bool:
    return not any(
        (key == "content" and isinstance(value, str) and len(value) > _LONGEST_REPLACEMENT)
        or (key in {"single", "pair", "ids"} and _length(value) > _LONGEST_TEMPLATE)
        for key, value in entries(rule)
    )


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
