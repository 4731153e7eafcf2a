"""Names of labels as people can be offered them: seen, one line, each once.

Configs have names with a line's end from a CSV file, with spaces around them, with none at all, or
the same name twice. They are put right where a config is read, so that what is shown, chosen,
stored and learned is one and the same.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count

from models.canonical import canonical, legible


def clean_names(names: Sequence[object]) -> tuple[str, ...]:
    """Return a name for each output, in their order."""
    cleaned = [_clean(name, place) for place, name in enumerate(names)]
    own = {canonical(name) for name in cleaned}
    taken: set[str] = set()
    numbers: Counter[str] = Counter()
    return tuple(_unlike(name, own, taken, numbers) for name in cleaned)


def _clean(name: object, place: int) -> str:
    """Transformers itself calls an output without a name so."""
    shown = " ".join(legible(str(name)).split()) if name is not None else ""
    return shown if canonical(shown) else f"LABEL_{place}"


def _unlike(name: str, own: set[str], taken: set[str], numbers: Counter[str]) -> str:
    """Return the name, with a number where another output has it already.

    Of each name the numbers before the last given one are taken, and not tried again.
    """
    for number, each in _numbered(name, numbers[canonical(name)]):
        key = canonical(each)
        if key not in taken and (each == name or key not in own):
            taken.add(key)
            numbers[canonical(name)] = number
            return each
    raise AssertionError("count() never ends")


def _numbered(name: str, given: int) -> Iterator[tuple[int, str]]:
    if not given:
        yield 1, name
    yield from ((number, f"{name} ({number})") for number in count(max(2, given + 1)))
