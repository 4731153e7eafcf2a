"""The card of a text: what it says, and a button for whatever somebody may say of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from handlers.labelling.control_ids import LABEL, SETTLE, CardControl
from handlers.texts import say
from handlers.types import Actor, Button, Control, Language, Reply, Role, Select
from storage.records import Dataset, DatasetKind, Example

MOST_BUTTONS = 20
"""More labels are a select."""
LONGEST_SHOWN = 3_000
"""Characters of a text: it stands in one message, with its buttons under it, on every platform."""
_CHOSEN = "✓"
KEYS = {"skip": "s", "ambiguous": "a", "undo": "u", "guide": "g", "leave_out": "x", "stop": "z"}
"""At a terminal: whatever else stands on a card, what does not label it is on the same letters."""


@dataclass(frozen=True, slots=True)
class CardView:
    """How a text is shown at this moment."""

    title: str = ""
    family: str = LABEL
    said: str | None = None
    """What has just happened that they should know."""
    chosen: int = 0
    """The labels that are chosen so far, where several may hold: a bit each."""
    has_guideline: bool = False
    undo: Button | None = None
    votes: str = ""
    """How often each label was given, where that may be seen."""
    others: tuple[Button, ...] = ()
    """Where they may go from here."""


def draw_card(dataset: Dataset, example: Example, actor: Actor, view: CardView) -> Reply:
    """Return the card of a text."""
    language = actor.language
    lines = [view.said, _text(example, language)]
    if view.has_guideline:
        lines.append("\n".join(_guideline(dataset, language)))
    lines.append(view.votes)
    return Reply(
        title=view.title,
        text="\n\n".join(line for line in lines if line),
        controls=(
            *_labels(dataset, example, view, language),
            *_others(dataset, example, actor, view),
        ),
    )


def _text(example: Example, language: Language) -> str:
    text = example.text
    if len(text) <= LONGEST_SHOWN:
        return text
    cut = say(language, "label.cut", shown=f"{LONGEST_SHOWN:,}", length=f"{len(text):,}")
    return f"{text[:LONGEST_SHOWN]}…\n{cut}"


def _guideline(dataset: Dataset, language: Language) -> Iterator[str]:
    if dataset.guideline:
        yield say(language, "dataset.guideline", text=dataset.guideline)
    for label in dataset.active:
        if label.description:
            yield f"{label.name}: {label.description}"


def _labels(
    dataset: Dataset, example: Example, view: CardView, language: Language
) -> Iterator[Control]:
    def control(choice: str) -> str:
        return CardControl(view.family, dataset.id, example.id, choice, view.chosen).id

    is_single = dataset.kind is DatasetKind.SINGLE
    active = [(n, label) for n, label in enumerate(dataset.all_labels) if label.is_active]
    if len(active) > MOST_BUTTONS:
        names = tuple(label.name for _, label in active)
        question = "label.which" if is_single else "label.which_more"
        yield Select(control("pick"), say(language, question), names)
    else:
        for place, label in active:
            is_chosen = bool(view.chosen >> place & 1)
            name = f"{_CHOSEN} {label.name}" if is_chosen else label.name
            yield Button(control(str(place)), name, "good" if is_chosen else "plain")
    if view.chosen:
        chosen = [label.name for place, label in active if view.chosen >> place & 1]
        yield Button(control("done"), say(language, "label.done", labels=", ".join(chosen)), "good")
    elif not is_single:
        yield Button(control("none"), say(language, "label.none"))


def _others(dataset: Dataset, example: Example, actor: Actor, view: CardView) -> Iterator[Control]:
    language = actor.language

    def button(choice: str) -> Button:
        control = CardControl(view.family, dataset.id, example.id, choice)
        return Button(control.id, say(language, f"label.{choice}"), key=KEYS[choice])

    yield button("skip")
    yield button("ambiguous")
    has_guideline = dataset.guideline or any(label.description for label in dataset.active)
    if has_guideline and not view.has_guideline:
        yield button("guide")
    if view.undo:
        yield view.undo
    if actor.role >= Role.MODERATOR:
        yield button("leave_out")
    yield from view.others
    yield button("stop")


def settle_buttons(dataset: Dataset, conflicts: int, actor: Actor) -> tuple[Button, ...]:
    """Return what leads moderators to what is in conflict, if anything is."""
    if actor.role < Role.MODERATOR or not conflicts:
        return ()
    words = say(actor.language, "label.settle", n=conflicts)
    return (Button(CardControl(SETTLE, dataset.id, None, "next").id, words),)
