"""What the card of a data set says: its configurations, and what the numbers of labels stand for.

It comes from whoever wrote it, so whatever is not as `datasets` writes it counts as not said.
"""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from models.hub.data_set import LabelNames

DEFAULT = "default"
_SPLITS = {
    "train": "train",
    "training": "train",
    "test": "test",
    "testing": "test",
    "eval": "test",
    "evaluation": "test",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
}
_WORD = re.compile(r"[^a-z]+")
_NO_CONFIG = frozenset({"data", "dataset", "raw", DEFAULT})
_MOST_NAMES = 10_000


def place_of(card: Mapping[str, object], path: str) -> tuple[str, str | None] | None:
    """Return the configuration and the split that a file belongs to.

    Where the card lists its files, None stands for one that is not among them; else the path says.
    """
    listed = list(_listed(card))
    if not listed:
        return _by_path(path)
    for config, split, pattern in listed:
        if fnmatchcase(path, pattern) or fnmatchcase(path, pattern.replace("**/", "")):
            return config, split or _by_path(path)[1]
    return None


def is_split(typed: str, split: str | None) -> bool:
    """Tell whether a split is meant, by its name or one that means the same, as dev does."""
    wanted, name = typed.strip().lower(), (split or "").lower()
    return wanted == name or _SPLITS.get(wanted, wanted) == _SPLITS.get(name, name)


def label_names(card: Mapping[str, object], config: str) -> LabelNames:
    """Return what the numbers stand for in the columns of a configuration."""
    said = [one for one in _many(card.get("dataset_info")) if isinstance(one, Mapping)]
    meant = [one for one in said if one.get("config_name", DEFAULT) == config]
    features = [feature for one in meant or said[:1] for feature in _many(one.get("features"))]
    return {
        str(feature["name"]): names
        for feature in features
        if isinstance(feature, Mapping) and "name" in feature and (names := _names_in(feature))
    }


def _listed(card: Mapping[str, object]) -> Iterator[tuple[str, str | None, str]]:
    """The configuration, split and pattern of paths of all files that the card lists."""
    for config in _many(card.get("configs")):
        if isinstance(config, Mapping):
            name = str(config.get("config_name", DEFAULT))
            for entry in _many(config.get("data_files")):
                yield from ((name, *pair) for pair in _patterns(entry))


def _patterns(entry: object) -> Iterator[tuple[str | None, str]]:
    """The split and the pattern of each path that one entry lists."""
    match entry:
        case {"split": str() as split, "path": paths}:
            yield from ((split, path) for path in _many(paths) if isinstance(path, str))
        case {"path": paths}:
            yield from ((None, path) for path in _many(paths) if isinstance(path, str))
        case str():
            yield None, entry


def _by_path(path: str) -> tuple[str, str | None]:
    *folders, file = path.split("/")
    words = [word for part in (file, *reversed(folders)) for word in _WORD.split(part.lower())]
    split = next((_SPLITS[word] for word in words if word in _SPLITS), None)
    config = folders[0] if folders else DEFAULT
    is_named = config.lower() not in _NO_CONFIG and config.lower() not in _SPLITS
    return (config if is_named else DEFAULT), split


def _names_in(feature: object) -> tuple[str, ...]:
    """The names of a ClassLabel, or of a list of them, in today's and in former spellings."""
    match feature:
        case {"class_label": {"names": Mapping() as names}}:
            return _in_order(names)
        case {"class_label": {"names": [*names]}}:
            return tuple(map(str, names))
        case {"dtype": Mapping() as inner} | {"list": inner} | {"sequence": inner}:
            return _names_in(inner)
    return ()


def _in_order(names: Mapping[object, object]) -> tuple[str, ...]:
    by_number = {str(number): str(name) for number, name in names.items()}
    count = min(len(by_number), _MOST_NAMES)
    found = tuple(by_number[str(number)] for number in range(count) if str(number) in by_number)
    return found if len(found) == len(by_number) else ()


def _many(value: object) -> list[object]:
    if isinstance(value, list | tuple):
        return list(value)
    return [] if value is None else [value]
