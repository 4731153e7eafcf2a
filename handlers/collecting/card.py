"""One text of a dataset on a card: what it is by now, and what the one who looks may say of it.

A control's id carries the whole state: `example:<number>:<choice>`, so a press after a restart
works. What is pressed changes the card in its place.
"""

import re
from collections import Counter
from collections.abc import Sequence

from handlers.collecting.finding import check_may_label, find_active, may_label
from handlers.collecting.outcome import Judged, answer_of, judged, said_by
from handlers.collecting.settling import settle
from handlers.learning.dataset import side_for
from handlers.learning.votes.consensus import Answer, Mark, State
from handlers.learning.votes.tallying import keys_now
from handlers.services import Services
from handlers.table import ControlFamily, Pace
from handlers.texts import say
from handlers.types import (
    Actor,
    Button,
    Control,
    Language,
    Press,
    Reply,
    Role,
    Select,
    UserError,
    Visibility,
)
from storage.records import (
    NO_LABEL,
    Dataset,
    DatasetKind,
    Example,
    NewLabelVote,
    Settled,
    Settlement,
)

_ID = re.compile(r"example:(?P<number>\d{1,15}):(?P<choice>label|undo|leave_out|take_in)", re.ASCII)
_LOOK = re.compile(r"look:(?P<number>\d{1,15})", re.ASCII)
_MODERATORS = ("leave_out", "take_in")


async def press_example(press: Press, services: Services) -> Reply:
    """Say something of a text by its card.

    Raises:
        UserError: the id is not ours, there is no such label, or only moderators may.
    """
    found = _ID.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    number, choice = int(found["number"]), found["choice"]
    example, dataset = await services.storage.examples.get(press.place.community, number)
    check_may_label(dataset, press.actor)
    if choice in _MODERATORS:
        if press.actor.role < Role.MODERATOR:
            raise UserError("role_moderator")
        settled = Settled.LEFT_OUT if choice == "leave_out" else None
        await settle(services, press.actor, example, dataset, settled)
        return await card(services, press.actor, dataset, number, f"dataset.said_{choice}")
    labels = None if choice == "undo" else await _labels(press, services, dataset, example)
    await label_text(services, press.actor, example, dataset, labels)
    said = "dataset.said_undone" if labels is None else "dataset.said_labelled"
    if press.actor.role >= Role.MODERATOR and await _decide(
        press, services, dataset, example, labels
    ):
        said = "dataset.said_settled"
    return await card(services, press.actor, dataset, number, said)


async def _decide(
    press: Press,
    services: Services,
    dataset: Dataset,
    example: Example,
    labels: Sequence[str] | None,
) -> bool:
    """Let what a moderator says hold where the votes come to something else, and tell if so.

    Who looks at a text sees what others say of it: to say something else is to correct it.
    """
    actor = press.actor
    if labels is None:
        if not _has_settled(example, actor):
            return False
        settled = None
    else:
        (one,) = await judged(services, await services.tallies.recent(dataset), [example.id])
        is_so = one.state is State.GOLD and set(one.labels) == set(labels)
        is_so &= all(each.by != actor.id for each in example.settled_before)
        if is_so or one.state is State.LEFT_OUT:
            return False
        settled = Settled.LABELLED
    await settle(services, actor, example, dataset, settled, labels or ())
    return labels is not None


def _has_settled(example: Example, actor: Actor) -> bool:
    people = (example.settled_by, *(one.by for one in example.settled_before))
    return example.settled is Settled.LABELLED and actor.id in people


async def press_look(press: Press, services: Services) -> Reply:
    """Show one text of a dataset.

    Raises:
        UserError: the id is not ours.
    """
    found = _LOOK.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    number = int(found["number"])
    _, dataset = await services.storage.examples.get(press.place.community, number)
    check_may_label(dataset, press.actor)
    return await card(services, press.actor, dataset, number)


EXAMPLE = ControlFamily("example", press_example, Role.MEMBER, takes_value=True, is_in_place=True)
LOOK = ControlFamily("look", press_look, visibility=Visibility.PRIVATE, pace=Pace(90, "too_often"))
"""Counts by itself: whoever may change nothing for a while still sees the text."""


async def label_text(
    services: Services,
    actor: Actor,
    example: Example,
    dataset: Dataset,
    labels: Sequence[str] | None,
) -> None:
    """Give a text labels by their keys, as somebody's last word; None takes it back."""
    side = None
    if labels is not None:
        side = await side_for(services, dataset, example.text, labels[0] if labels else NO_LABEL)
    await services.storage.votes.label(
        NewLabelVote(
            dataset.community,
            example.id,
            actor.id,
            None if labels is None else tuple(labels),
            side,
            actor.role >= Role.MODERATOR,
        )
    )


async def card(
    services: Services,
    actor: Actor,
    dataset: Dataset,
    number: int,
    said: str | None = None,
    was: Sequence[str] = (),
) -> Reply:
    """Return the card of a text, and what has just been done to it; `was`: its labels before."""
    (one,) = await judged(services, await services.tallies.recent(dataset), [number])
    language = actor.language
    lines = [
        *([say(language, said, id=number)] if said else []),
        *([_changed(dataset, was, one, language)] if was and set(was) != {*one.labels} else []),
        one.example.text,
        standing(dataset, one, actor),
    ]
    return Reply(
        title=say(language, "dataset.card", id=number, name=dataset.name),
        text="\n".join(lines),
        controls=_controls(dataset, one, actor),
    )


def _changed(dataset: Dataset, was: Sequence[str], one: Judged, language: Language) -> str:
    """Say what a text was so far, where a label that was just put in changes that."""
    before, now = (names_of(dataset, keys, language) for keys in (was, one.labels))
    if one.state is not State.GOLD:
        now = say(language, f"dataset.state_{one.state}")
    return say(language, "dataset.relabelled", before=before, now=now)


def standing(dataset: Dataset, one: Judged, actor: Actor) -> str:
    """Say where a text stands; what each person says of it is for moderators."""
    language = actor.language
    said = state_in_words(dataset, one, actor)
    if (answer := _said_last(dataset, one, actor)) is not None:
        said += " " + say(language, "dataset.mine", labels=_in_words(dataset, answer, language))
    if actor.role < Role.MODERATOR:
        return said
    return f"{said} {votes_in_words(dataset, one, language)}".rstrip()


def _said_last(dataset: Dataset, one: Judged, actor: Actor) -> Answer | None:
    """What somebody says of a text: what they have settled came after their vote."""
    example = one.example
    now = Settlement(example.settled_by or "", example.settled, example.settled_labels)
    for settled in (now, *example.settled_before):
        if settled.by == actor.id and settled.settled is Settled.AMBIGUOUS:
            return Mark.AMBIGUOUS
        if settled.by == actor.id and settled.settled is Settled.LABELLED:
            return keys_now(dataset, settled.labels)
    mine = next((vote for vote in one.votes if vote.user == actor.id), None)
    return said_by(dataset, mine) if mine else None


def votes_in_words(dataset: Dataset, one: Judged, language: Language) -> str:
    """Say how often each label was given to a text, not by whom."""
    answers = [said_by(dataset, vote) for vote in one.votes]
    counts = Counter(answer for answer in answers if answer is not None)
    told = [f"{_in_words(dataset, each, language)} {n}" for each, n in counts.most_common()]
    return say(language, "dataset.votes", votes=" · ".join(told)) if told else ""


def _in_words(dataset: Dataset, answer: Answer, language: Language) -> str:
    if isinstance(answer, Mark):
        return say(language, "label.ambiguous")
    return names_of(dataset, answer, language)


def state_in_words(dataset: Dataset, one: Judged, actor: Actor) -> str:
    """Say what has come of a text, and what there is to do: a moderator needs nobody else."""
    names = names_of(dataset, one.labels, actor.language)
    is_asked = one.state in (State.OPEN, State.CONFLICT) and not dataset.is_archived
    whose = "_for_moderators" if is_asked and actor.role >= Role.MODERATOR else ""
    return say(actor.language, f"dataset.is_{one.state}{whose}", labels=names)


def names_of(dataset: Dataset, keys: Sequence[str], language: Language) -> str:
    """Return what labels are called now, by their keys."""
    found = [label.name for key in keys if (label := dataset.resolved(key))]
    return ", ".join(found) or say(language, "dataset.no_label")


async def _labels(
    press: Press, services: Services, dataset: Dataset, example: Example
) -> Sequence[str]:
    """Return the keys that are chosen; where several may hold, one is added or taken away."""
    names = [label.name for label in dataset.active]
    if not press.value:
        raise UserError("label_missing", labels=names)
    key = find_active(dataset, press.value).key
    if dataset.kind is DatasetKind.SINGLE:
        return (key,)
    (one,) = await judged(services, await services.tallies.recent(dataset), [example.id])
    mine = [vote for vote in one.votes if vote.user == press.actor.id]
    before = answer_of(dataset, mine[0]) if mine else None
    if press.actor.role >= Role.MODERATOR and not mine and one.state is State.GOLD:
        before = tuple(one.labels)  # which they correct
    return tuple(sorted({key} ^ set(before or ())))


def _controls(dataset: Dataset, one: Judged, actor: Actor) -> tuple[Control, ...]:
    if dataset.is_archived or not may_label(dataset, actor):
        return ()
    language, number = actor.language, one.example.id
    is_single = dataset.kind is DatasetKind.SINGLE
    question = say(language, "dataset.which_label" if is_single else "dataset.which_labels")
    names = tuple(label.name for label in dataset.active)
    controls: list[Control] = [Select(f"example:{number}:label", question, names)]
    if _has_settled(one.example, actor) or any(vote.user == actor.id for vote in one.votes):
        controls.append(Button(f"example:{number}:undo", say(language, "dataset.undo")))
    if actor.role >= Role.MODERATOR:
        choice = "take_in" if one.state is State.LEFT_OUT else "leave_out"
        words = say(language, f"dataset.{choice}")
        controls.append(Button(f"example:{number}:{choice}", words))
    return tuple(controls)
