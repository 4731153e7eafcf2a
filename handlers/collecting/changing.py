"""What a change makes of a dataset: its labels, its guideline, and who may label. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from handlers.collecting.create import LONGEST_GUIDELINE, MOST_VOTES, OPEN_TO_CHOICES, dataset_name
from handlers.collecting.finding import find_active
from handlers.collecting.label_list import check_name, check_number, read_description, read_labels
from handlers.table import Bilingual
from handlers.types import UserError
from models.canonical import canonical, folded
from storage.records import Dataset, Label, OpenTo, Terms

ADD, RENAME, MERGE, DESCRIBE, RETIRE = "add", "rename", "merge", "describe", "retire"
GUIDELINE, OPEN_TO, VOTES, NAME = "guideline", "open_to", "votes", "name"
CHOICES = (
    Bilingual(ADD, "더하기"),
    Bilingual(RENAME, "라벨이름"),
    Bilingual(MERGE, "합치기"),
    Bilingual(DESCRIBE, "설명"),
    Bilingual(RETIRE, "그만쓰기"),
    Bilingual(GUIDELINE, "지침"),
    Bilingual(OPEN_TO, "공개"),
    Bilingual(VOTES, "표"),
    Bilingual(NAME, "데이터셋이름"),
)


@dataclass(frozen=True, slots=True)
class Wish:
    """A change as somebody asks for it."""

    what: str
    label: str | None
    to: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What a dataset would be, and the words that tell of it."""

    terms: Terms
    label: Label | None
    """Whose votes it touches."""
    said: Mapping[str, str]


def changed(dataset: Dataset, wish: Wish) -> Changed:
    """Return what a dataset would be after a change.

    Raises:
        UserError: something that it needs is not said, or would leave a dataset that is none.
    """
    to, label = wish.to.strip(), None
    if make := _OF_A_LABEL.get(wish.what):
        if wish.label is None:
            raise UserError("label_unsaid", labels=[one.name for one in dataset.active])
        label = find_active(dataset, wish.label)
        terms, to = make(dataset, label, to)
    else:
        terms, to = _OF_ALL[wish.what](dataset, to)
    if terms == dataset.terms:
        raise UserError("nothing_changes", name=dataset.name)
    return Changed(
        terms, label, {"what": wish.what, "label": label.name if label else "", "to": to}
    )


def _add(dataset: Dataset, to: str) -> tuple[Terms, str]:
    labels = read_labels(_wanted(to), dataset.all_labels)
    check_number(labels)
    before = dataset.all_labels
    new = [label.name for label in labels if label.is_active and label not in before]
    return replace(dataset.terms, details=labels), ", ".join(new)


def _rename(dataset: Dataset, label: Label, to: str) -> tuple[Terms, str]:
    name = canonical(_wanted(to))
    check_name(name, (one for one in dataset.all_labels if one != label))
    return _with(dataset, label, replace(label, name=name)), name


def _merge(dataset: Dataset, label: Label, to: str) -> tuple[Terms, str]:
    into = find_active(dataset, _wanted(to))
    if into == label:
        raise UserError("merged_with_itself", label=into.name)
    terms = _with(dataset, label, replace(label, merged_into=into.key))
    check_number(terms.details)
    return terms, into.name


def _describe(dataset: Dataset, label: Label, to: str) -> tuple[Terms, str]:
    description = read_description(to)
    return _with(dataset, label, replace(label, description=description)), description or "–"


def _retire(dataset: Dataset, label: Label, _: str) -> tuple[Terms, str]:
    terms = _with(dataset, label, replace(label, is_retired=True))
    check_number(terms.details)
    return terms, ""


def _guideline(dataset: Dataset, to: str) -> tuple[Terms, str]:
    if len(to) > LONGEST_GUIDELINE:
        raise UserError("guideline_too_long", length=len(to), maximum=LONGEST_GUIDELINE)
    return replace(dataset.terms, guideline=to or None), to or "–"


def _open_to(dataset: Dataset, to: str) -> tuple[Terms, str]:
    chosen = next((one.en for one in OPEN_TO_CHOICES if folded(to) in (one.en, one.ko)), None)
    if chosen is None:
        raise UserError("bad_open_to", value=to)
    return replace(dataset.terms, open_to=OpenTo(chosen)), chosen


def _votes(dataset: Dataset, to: str) -> tuple[Terms, str]:
    number = int(to) if to.isascii() and to.isdigit() and len(to) == 1 else 0
    if not 1 <= number <= MOST_VOTES:
        raise UserError("bad_votes", value=to, maximum=MOST_VOTES)
    return replace(dataset.terms, votes_needed=number), str(number)


def _name(dataset: Dataset, to: str) -> tuple[Terms, str]:
    name = dataset_name(_wanted(to))
    return replace(dataset.terms, name=name), name


_OF_A_LABEL: Mapping[str, Callable[[Dataset, Label, str], tuple[Terms, str]]] = {
    RENAME: _rename,
    MERGE: _merge,
    DESCRIBE: _describe,
    RETIRE: _retire,
}
_OF_ALL: Mapping[str, Callable[[Dataset, str], tuple[Terms, str]]] = {
    ADD: _add,
    GUIDELINE: _guideline,
    OPEN_TO: _open_to,
    VOTES: _votes,
    NAME: _name,
}


def _wanted(to: str) -> str:
    if not canonical(to):
        raise UserError("to_missing")
    return to


def _with(dataset: Dataset, old: Label, new: Label) -> Terms:
    details = tuple(new if one == old else one for one in dataset.all_labels)
    return replace(dataset.terms, details=details)
