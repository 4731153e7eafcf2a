"""What a checkpoint's config.json says about its probabilities; any other program may ignore it.

The key is one of our own, since `temperature` by itself is a setting of text generation. The files
are anybody's: what is no sensible number counts as not being there.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from models.checkpoints.folder_contents import CONFIG_FILE
from models.results import Aggregation

CONFIG_KEY = "calibration"
_LEAST = 1e-6
_TEMPERATURES = (0.01, 100.0)
_MOST_ROWS = 10**9


@dataclass(frozen=True, slots=True)
class Calibration:
    """How to read a classifier's logits."""

    temperature: float = 1.0
    """They are divided by it before they become probabilities."""
    unsure_below: float | None = None
    """An answer with a lower probability is an unsure one."""
    likely_from: float | None = None
    """A label of a multi-label checkpoint holds from this probability on."""
    rows: int | None = None
    """On how many texts that it had not seen they were measured."""
    aggregation: Aggregation | None = None
    """How a tagger's spans were put together when they were measured."""


def read_calibration(value: object) -> Calibration:
    """Return what is stored under `CONFIG_KEY`, without any part of it that makes no sense."""
    if not isinstance(value, Mapping):
        return Calibration()
    return Calibration(
        temperature=_number(value.get("temperature"), *_TEMPERATURES) or 1.0,
        unsure_below=_number(value.get("unsure_below"), _LEAST, 1.0),
        likely_from=_number(value.get("likely_from"), _LEAST, 1.0),
        rows=_count(value.get("rows")),
        aggregation=_aggregation(value.get("aggregation")),
    )


def write_calibration(folder: Path, calibration: Calibration) -> None:
    """Put it into the config.json of a checkpoint in `folder`."""
    path = folder / CONFIG_FILE
    config = json.loads(path.read_text(encoding="utf-8"))
    config[CONFIG_KEY] = {
        key: each for key, each in asdict(calibration).items() if each is not None
    }
    path.write_text(json.dumps(config, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _number(value: object, least: float, most: float) -> float | None:
    """A number from `least` to `most`, or None; that what is no number compares false helps."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if least <= value <= most else None


def _aggregation(value: object) -> Aggregation | None:
    known = [each for each in Aggregation if each == value]
    return known[0] if known else None


def _count(value: object) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST_ROWS
    return int(str(value)) if is_count else None
