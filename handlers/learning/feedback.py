"""The buttons under a classification: right, wrong (then the right label), undo.

A control's id carries its whole state, `fb:<query>:<choice>`, so it works after a restart.
"""

import re
from dataclasses import replace

from handlers.learning.dataset import vote_on
from handlers.reading.spelling import nearest
from handlers.services import Services
from handlers.table import ControlFamily
from handlers.texts import say
from handlers.types import Button, Control, Language, Press, Reply, Select, UserError
from models.canonical import find_label
from storage.records import Query, Verdict

_ID = re.compile(r"fb:(?P<query>\d{1,15}):(?P<choice>right|wrong|label|undo)")


def feedback_buttons(query_id: int, language: Language) -> tuple[Control, ...]:
    """Return the buttons to judge an answer with."""
    return (
        Button(f"fb:{query_id}:right", say(language, "feedback.right"), "good"),
        Button(f"fb:{query_id}:wrong", say(language, "feedback.wrong"), "bad"),
        Button(f"fb:{query_id}:undo", say(language, "feedback.undo")),
    )


async def press_feedback(press: Press, services: Services) -> Reply:
    """Count one press; the last one of a user on an answer holds.

    Raises:
        UserError: the id is not ours, the answer is not of this community, or no such label.
    """
    found = _ID.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    query = await services.storage.queries.get(press.place.community, int(found["query"]))
    if query is None or query.command != "classify":
        raise UserError("unknown_answer", query=found["query"])
    if "labels" not in query.result:
        raise UserError("value_not_judged", query=found["query"])
    match found["choice"]:
        case "right":
            return await _right(press, services, query)
        case "wrong":
            return await _wrong(press, services, query)
        case "label":
            return await _label(press, services, query)
        case _:
            return await _undo(press, services, query)


async def _right(press: Press, services: Services, query: Query) -> Reply:
    label = _labels(query)[0]
    await _vote(press, services, query, Verdict.RIGHT, label)
    return _said(press, query, _thanks(query), label=label)


async def _wrong(press: Press, services: Services, query: Query) -> Reply:
    await _vote(press, services, query, Verdict.WRONG, None)
    others = tuple(_labels(query)[1:])
    choice = Select(f"fb:{query.id}:label", say(press.actor.language, "feedback.which"), others)
    said = _said(press, query, "feedback.said_wrong", label=_labels(query)[0])
    return replace(said, controls=(choice, said.controls[-1]))


async def _label(press: Press, services: Services, query: Query) -> Reply:
    labels = _labels(query)
    label = _chosen(press.value, labels)
    verdict = Verdict.RIGHT if label == labels[0] else Verdict.WRONG
    await _vote(press, services, query, verdict, label)
    return _said(press, query, _thanks(query), label=label)


async def _undo(press: Press, services: Services, query: Query) -> Reply:
    before = await services.storage.votes.get(press.place.community, query.id, press.actor.id)
    if before is None or before.verdict is Verdict.UNDONE:
        raise UserError("nothing_to_undo", query=str(query.id))
    await _vote(press, services, query, Verdict.UNDONE, None)
    return Reply(
        text=say(press.actor.language, "feedback.said_undone", query=query.id),
        controls=feedback_buttons(query.id, press.actor.language)[:2],
        footer={"query": f"#{query.id}"},
    )


async def _vote(
    press: Press, services: Services, query: Query, verdict: Verdict, label: str | None
) -> None:
    vote = await vote_on(services, query, press.actor.id, verdict, label)
    await services.storage.votes.cast(vote)


def _thanks(query: Query) -> str:
    """Only an answer that chose one of several labels can be learned from."""
    return "feedback.said_label" if query.label_set else "feedback.said_kept"


def _labels(query: Query) -> list[str]:
    labels = query.result["labels"]
    assert isinstance(labels, list)
    return labels


def _chosen(value: str | None, labels: list[str]) -> str:
    if not value:
        raise UserError("label_missing", labels=labels)
    label = find_label(value, labels)
    if label is None:
        raise UserError("unknown_label", value=value, labels=labels, nearest=nearest(value, labels))
    return label


def _said(press: Press, query: Query, key: str, **facts: object) -> Reply:
    # The same buttons in the same places: a second press of one key must not undo the first.
    return Reply(
        text=say(press.actor.language, key, query=query.id, **facts),
        controls=feedback_buttons(query.id, press.actor.language),
        footer={"query": f"#{query.id}"},
    )


FEEDBACK = ControlFamily("fb", press_feedback)
