"""The buttons under a classification: right, wrong (then the right label), undo.

A control's id carries its whole state, `fb:<query>:<choice>`, so it works after a restart. Where
several labels may hold, or none, the judgement is of all of them: `toggle` adds one or takes it
away, `label` says which hold, `none` that none does.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from handlers.collecting.outcome import is_in_a_dataset, of_answer
from handlers.guard.quota import check_texts
from handlers.learning.dataset import vote_on
from handlers.learning.judged_answer import JudgedAnswer
from handlers.learning.votes.outcomes import Ambiguous, Conflict, Gold, LeftOut
from handlers.services import Services
from handlers.table import ControlFamily
from handlers.texts import say
from handlers.types import Button, Control, Language, Press, Reply, Role, Select, UserError
from models.canonical import one_line
from storage.records import Query, Verdict, written_set

_ID = re.compile(r"fb:(?P<query>\d{1,15}):(?P<choice>right|wrong|label|toggle|none|row|undo)")
_TAKE_A_VALUE = ("wrong", "label", "toggle", "row")
_ROW = re.compile(r"\s*#?(?P<query>\d{1,15})(?!\d)")
_OF_A_SET = ("toggle", "none")
_OF_NONE = {
    "feedback.said_label": "feedback.said_none",
    "feedback.said_open": "feedback.said_none_open",
    "feedback.said_unlearned": "feedback.said_none_unlearned",
}


def feedback_buttons(number: int, language: Language) -> tuple[Control, ...]:
    """Return the buttons to judge an answer with."""
    return (
        Button(f"fb:{number}:right", say(language, "feedback.right"), "good"),
        Button(f"fb:{number}:wrong", say(language, "feedback.wrong"), "bad"),
        Button(f"fb:{number}:undo", say(language, "feedback.undo")),
    )


async def press_feedback(press: Press, services: Services) -> Reply:
    """Count one press; the last one of a user on an answer holds.

    Raises:
        UserError: the id is not ours, the answer is not of this community, or no such label.
    """
    found = _ID.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    answer, choice = await _answer(press, services, found["query"]), found["choice"]
    _check(press, answer, choice)
    match choice:
        case "row":
            return await _show_row(press, services)
        case "undo":
            return await _undo(press, services, answer)
        case "label" | "wrong" if press.value:  # wrong: whoever says what is right says more
            return await _say_labels(press, services, answer, press.value)
        case _ if answer.is_set:
            return await _judge_set(press, services, answer, choice)
        case _:
            return await _judge(press, services, answer, is_right=choice == "right")


async def _answer(press: Press, services: Services, number: str) -> JudgedAnswer:
    query = await services.storage.queries.get(press.place.community, int(number))
    if query is None or query.command != "classify":
        raise UserError("unknown_answer", query=number)
    if "labels" not in query.result:
        raise UserError("value_not_judged", query=number)
    return JudgedAnswer(query)


async def _show_row(press: Press, services: Services) -> Reply:
    """Show one row of a batch by itself, to be judged like any other answer."""
    found = _ROW.match(press.value or "")
    if not found:
        raise UserError("unknown_answer", query=press.value or "")
    answer = await _answer(press, services, found["query"])
    language, query = press.actor.language, answer.query
    label = answer.labels[0]
    if answer.is_set:
        label = ", ".join(answer.held) or say(language, "classify.none_fits")
    return Reply(
        title=f"#{query.number}: {label}",
        text=one_line((press.value or "")[found.end() :]) or None,  # never of a forged number
        bars=answer.bars,
        controls=feedback_buttons(query.number, language),
        footer={"model": query.model, "query": f"#{query.number}"},
    )


def _check(press: Press, answer: JudgedAnswer, choice: str) -> None:
    if choice in _OF_A_SET and not answer.is_set:
        raise UserError("unknown_control", control=press.control)
    if press.value and choice not in _TAKE_A_VALUE:
        example = f"!press fb:{answer.query.number}:label {press.value}"
        raise UserError("label_elsewhere", control=press.control, example=example)
    if not press.value and choice in ("label", "toggle"):
        raise UserError("label_missing", labels=answer.labels)


async def _say_labels(press: Press, services: Services, answer: JudgedAnswer, value: str) -> Reply:
    if answer.is_set:
        return await _say_set(press, services, answer, answer.chosen_set(value))
    return await _say_label(press, services, answer, answer.chosen(value))


async def _say_label(press: Press, services: Services, answer: JudgedAnswer, label: str) -> Reply:
    verdict = Verdict.RIGHT if label == answer.labels[0] else Verdict.WRONG
    await _vote(press, services, answer, verdict, label)
    key = await _came_of(services, answer.query, (label,))
    return _said(press, answer, key, label=label)


async def _came_of(services: Services, query: Query, labels: Sequence[str]) -> str:
    """What is said to somebody who has named labels: whether they are learned from."""
    asker = await services.storage.choices.of(query.community, query.user)
    if not asker.may_train:
        return "feedback.said_unlearned"
    match await of_answer(services, query):
        case Gold(agreed):
            return "feedback.said_label" if set(agreed) == set(labels) else "feedback.said_other"
        case Conflict():
            return "feedback.said_conflict"
        case LeftOut() | Ambiguous():
            return "feedback.said_left_out"
        case _:
            return "feedback.said_open"


async def _judge(
    press: Press, services: Services, answer: JudgedAnswer, *, is_right: bool
) -> Reply:
    if is_right:
        return await _say_label(press, services, answer, answer.labels[0])
    await _vote(press, services, answer, Verdict.WRONG, None)
    said = _said(press, answer, "feedback.said_wrong", label=answer.labels[0])
    others = tuple(answer.labels[1:])
    question = say(press.actor.language, "feedback.which")
    choice = Select(f"fb:{answer.query.number}:label", question, others)
    return replace(said, controls=(choice, said.controls[-1]))


async def _undo(press: Press, services: Services, answer: JudgedAnswer) -> Reply:
    query = answer.query
    before = await services.storage.votes.get(press.place.community, query.number, press.actor.id)
    if before is None or before.verdict is Verdict.UNDONE:
        raise UserError("nothing_to_undo", query=str(query.number))
    await _vote(press, services, answer, Verdict.UNDONE, None)
    said = _said(press, answer, "feedback.said_undone")
    return replace(said, controls=said.controls[:2])


async def _judge_set(press: Press, services: Services, answer: JudgedAnswer, choice: str) -> Reply:
    match choice:
        case "right":
            return await _say_set(press, services, answer, answer.held)
        case "none":
            return await _say_set(press, services, answer, ())
        case "toggle":
            return await _toggle(press, services, answer)
    if len(answer.labels) == 1:  # yes or no: the other is right
        return await _say_set(press, services, answer, () if answer.held else answer.labels)
    await _vote(press, services, answer, Verdict.WRONG, None)
    key = "feedback.said_wrong_set" if answer.held else "feedback.said_wrong_none"
    return _asked_for_set(press, answer, answer.held, key)


async def _toggle(press: Press, services: Services, answer: JudgedAnswer) -> Reply:
    """Add a label to what they said last, or take it away."""
    community, number = press.place.community, answer.query.number
    before = await services.storage.votes.get(community, number, press.actor.id)
    label = answer.chosen(press.value or "")
    labels = answer.in_order({label} ^ set(answer.told(before)))
    await _vote_for_set(press, services, answer, labels)
    return _asked_for_set(press, answer, labels, "feedback.said_set")


async def _say_set(
    press: Press, services: Services, answer: JudgedAnswer, labels: Sequence[str]
) -> Reply:
    await _vote_for_set(press, services, answer, labels)
    key = await _came_of(services, answer.query, labels)
    if not labels:
        key = _OF_NONE.get(key, "feedback.said_none_noted")
    return _said(press, answer, key, label=", ".join(labels))


def _asked_for_set(press: Press, answer: JudgedAnswer, labels: Sequence[str], key: str) -> Reply:
    """Say which labels hold so far, and ask for the next to add or to take away."""
    language, number = press.actor.language, answer.query.number
    shown = ", ".join(labels) or say(language, "classify.none_fits")
    said = _said(press, answer, key, labels=shown)
    question = say(language, "feedback.toggle")
    choice: Control = Select(f"fb:{number}:toggle", question, tuple(answer.labels))
    none: tuple[Control, ...] = ()
    if labels:
        none = (Button(f"fb:{number}:none", say(language, "classify.none_fits")),)
    return replace(said, controls=(choice, *none, said.controls[-1]))


async def _vote_for_set(
    press: Press, services: Services, answer: JudgedAnswer, labels: Sequence[str]
) -> None:
    verdict = Verdict.RIGHT if set(labels) == set(answer.held) else Verdict.WRONG
    await _vote(press, services, answer, verdict, written_set(labels))


async def _vote(
    press: Press, services: Services, answer: JudgedAnswer, verdict: Verdict, label: str | None
) -> None:
    if verdict is not Verdict.UNDONE:
        await _check_room(press, services, answer)
    vote = await vote_on(services, answer.query, press.actor, verdict, label)
    await services.storage.votes.cast(vote)
    services.watch.judged(services, vote.community, answer.query.model)


async def _check_room(press: Press, services: Services, answer: JudgedAnswer) -> None:
    """There is nearly always room, so only where there is none its text is looked for."""
    try:
        await check_texts(services, press.place.community)
    except UserError:
        if not await is_in_a_dataset(services, answer.query):
            raise


def _said(press: Press, answer: JudgedAnswer, key: str, **facts: object) -> Reply:
    # The same buttons in the same places: a second press of one key must not undo the first.
    number = answer.query.number
    return Reply(
        text=say(press.actor.language, key, query=number, **facts),
        controls=feedback_buttons(number, press.actor.language),
        footer={"query": f"#{number}"},
    )


FEEDBACK = ControlFamily("fb", press_feedback, Role.MEMBER, takes_value=True)
