"""The front matter of a checkpoint's README.md: what its author says about it.

Source: https://huggingface.co/docs/hub/model-cards#model-card-metadata
"""

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

_LARGEST_CHARACTERS = 65_536
_MOST_WORDS = 100


@dataclass(frozen=True, slots=True)
class Card:
    """What we show of a model card. Empty and None where it says nothing."""

    languages: tuple[str, ...] = ()
    licence: str | None = None
    base: str | None = None


def read_card(folder: Path) -> Card:
    """Read README.md; a missing or malformed card says nothing, and is no reason to fail."""
    values = _front_matter(folder / "README.md")
    licence, bases = _words(values.get("license")), _words(values.get("base_model"))
    named = _words(values.get("license_name"))
    return Card(
        languages=_words(values.get("language")),
        licence=(named if licence == ("other",) and named else licence or (None,))[0],
        base=", ".join(bases) or None,
    )


def _front_matter(path: Path) -> dict[str, Any]:
    # Imported here: reading config.json for a list of names must not wait for it.
    import yaml  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            text = file.read(_LARGEST_CHARACTERS)
        parts = text.split("---", 2)
        values = yaml.safe_load(parts[1]) if text.startswith("---") and parts[2:] else {}
    except (OSError, yaml.YAMLError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list):
        # YAML reads the language code `no` as False. Aliases in aliases make gigabytes of a line.
        scalars = (each for each in value if isinstance(each, str | int | float))
        return tuple("no" if each is False else str(each) for each in islice(scalars, _MOST_WORDS))
    return ("no",) if value is False else ()
