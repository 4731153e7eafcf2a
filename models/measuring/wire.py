"""What the bot and its measuring process say to each other: one JSON object a line."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from models.finetune.plan import Example, Said
from models.finetune.wire import line_of


@dataclass(frozen=True, slots=True)
class Measurement:
    """Which classifiers are asked about which texts."""

    folders: tuple[Path, ...]
    labels: tuple[str, ...]
    """What the numbers of labels stand for."""
    examples: tuple[Example, ...]
    is_multi_label: bool = False
    """Several labels may hold for a text."""


def encode(wanted: Measurement) -> bytes:
    """Return one line, readable by `decode`."""
    return line_of(asdict(wanted))


def decode(line: bytes) -> Measurement:
    """Return what `encode` was given."""
    fields = json.loads(line)
    return Measurement(
        tuple(map(Path, fields["folders"])),
        tuple(fields["labels"]),
        tuple(map(_example, fields["examples"])),
        fields["is_multi_label"],
    )


def encode_said(said: Said | None) -> bytes:
    """Return what a classifier said as one line; None: it could not be asked."""
    return line_of(None if said is None else asdict(said))


def decode_said(line: bytes) -> Said | None:
    """Return what `encode_said` was given."""
    if (fields := json.loads(line)) is None:
        return None
    held, shares = fields["held"], fields["shares"]
    return Said(
        labels=tuple(fields["labels"]),
        confidence=tuple(fields["confidence"]),
        p95_ms=fields["p95_ms"],
        held=None if held is None else tuple(map(tuple, held)),
        shares=None if shares is None else tuple(map(tuple, shares)),
    )


def _example(fields: dict[str, Any]) -> Example:
    held = fields.pop("held")
    return Example(**fields, held=None if held is None else tuple(held))
