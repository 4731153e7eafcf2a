"""`/dataset show`: how far a dataset has come, and what would help most next."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handlers.collecting.alpha import Alpha, alpha
from handlers.collecting.create import terms_in_words
from handlers.collecting.finding import find_dataset, may_label
from handlers.collecting.outcome import Judged, State, answer_of, judged
from handlers.collecting.votes_chart import votes_chart
from handlers.labelling.card import settle_buttons
from handlers.labelling.control_ids import LABEL
from handlers.services import Services
from handlers.texts import say
from handlers.types import Actor, Button, Language, Reply, Request, Role, Table
from storage.records import VOTER_OF_A_FILE, Arm, Dataset, Side

WANTED = 50
"""Gold texts of each label from which on a training is worth its while."""
_MOST_PEOPLE = 20


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who labels: how much, and how often others agreed with them."""

    user: str
    votes: int
    agreed: int
    compared: int
    """Votes on texts that are gold."""


async def show(request: Request, services: Services) -> Reply:
    """Answer `/dataset show [name]`."""
    community, language = request.place.community, request.actor.language
    dataset = await find_dataset(services, community, request.options.get("name"))
    found = await judged(services, dataset)
    agreement = await asyncio.to_thread(_agreement, dataset, found)
    lines = [
        *terms_in_words(dataset, language),
        _counts(found, language),
        _agreement_in_words(agreement, language),
        next_step(dataset, found, language),
    ]
    if request.actor.role >= Role.MODERATOR:
        lines += _people_in_words(people(dataset, found), language)
    days = [vote.voted_at.date() for one in found for vote in one.votes]
    picture = await votes_chart(days, language)
    archived = [say(language, "dataset.archived")] if dataset.is_archived else []
    return Reply(
        title=dataset.name,
        text="\n".join([*archived, *(line for line in lines if line)]),
        table=_table(dataset, found, language),
        files=(picture,) if picture else (),
        controls=_label_buttons(dataset, found, request.actor),
    )


def _label_buttons(dataset: Dataset, found: Sequence[Judged], actor: Actor) -> tuple[Button, ...]:
    """Return what leads from here to the first card."""
    if dataset.is_archived or not may_label(dataset, actor):
        return ()
    label = Button(f"{LABEL}:{dataset.id}:next", say(actor.language, "label.label"), "good")
    conflicts = sum(one.state is State.CONFLICT for one in found)
    return (label, *settle_buttons(dataset, conflicts, actor))


def next_step(dataset: Dataset, found: Sequence[Judged], language: Language) -> str:
    """Say what would help most now."""
    states = Counter(one.state for one in found)
    if not found:
        return say(language, "dataset.next_add", name=dataset.name)
    if states[State.CONFLICT] and states[State.CONFLICT] * 10 >= states[State.GOLD]:
        return say(language, "dataset.next_settle", n=states[State.CONFLICT])
    gold = Counter(key for one in found for key in one.labels)
    few = min(dataset.active, key=lambda label: gold[label.key])
    if gold[few.key] < WANTED:
        return say(language, "dataset.next_label", n=WANTED - gold[few.key], label=few.name)
    if states[State.OPEN]:
        return say(language, "dataset.next_open", n=states[State.OPEN])
    return say(language, "dataset.next_train")


def people(dataset: Dataset, found: Sequence[Judged]) -> Sequence[Person]:
    """Return who has labelled, those first who did most."""
    votes: Counter[str] = Counter()
    compared: defaultdict[str, list[bool]] = defaultdict(list)
    for one in found:
        for vote in one.votes:
            answer = answer_of(dataset, vote)
            if answer is None:
                continue
            votes[vote.user] += 1
            if one.state is State.GOLD and len(one.votes) > 1:
                compared[vote.user].append(answer == one.labels)
    return [
        Person(user, count, sum(compared[user]), len(compared[user]))
        for user, count in votes.most_common()
    ]


def _agreement(dataset: Dataset, found: Sequence[Judged]) -> Alpha | None:
    """Only what people said without a model's answer before them tells how far they agree."""
    return alpha(
        [
            answer
            for vote in one.votes
            if not vote.is_anchored
            and vote.arm is not Arm.CHECK
            and (answer := answer_of(dataset, vote)) is not None
        ]
        for one in found
    )


def _counts(found: Sequence[Judged], language: Language) -> str:
    states = Counter(one.state for one in found)
    said = [say(language, "dataset.count_texts", n=f"{len(found):,}")]
    said += [
        say(language, f"dataset.count_{state}", n=f"{states[state]:,}")
        for state in State
        if states[state] or state is State.GOLD
    ]
    return " · ".join(said)


def _table(dataset: Dataset, found: Sequence[Judged], language: Language) -> Table:
    columns = ("label", "gold", "train", "test")
    gold = Counter((key, one.example.side) for one in found for key in one.labels)
    rows = [
        (
            label.name,
            *(
                f"{sum(gold[label.key, side] for side in sides):,}"
                for sides in (tuple(Side), (Side.TRAIN,), (Side.TEST,))
            ),
        )
        for label in dataset.active
    ]
    return Table(tuple(say(language, f"dataset.column_{one}") for one in columns), tuple(rows))


def _agreement_in_words(agreement: Alpha | None, language: Language) -> str:
    if agreement is None:
        return say(language, "dataset.no_alpha")
    return say(
        language,
        "dataset.alpha",
        value=f"{agreement.value:.2f}",
        low=f"{agreement.low:.2f}",
        high=f"{agreement.high:.2f}",
        n=agreement.items,
    )


def _shown(user: str, language: Language) -> str:
    """A file's labels count as a person's, and are no person's."""
    number = user.removeprefix(VOTER_OF_A_FILE)
    return user if number == user else say(language, "importing.voter", number=number)


def _people_in_words(found: Sequence[Person], language: Language) -> Iterator[str]:
    if not found:
        return
    yield say(language, "dataset.people")
    for one in found[:_MOST_PEOPLE]:
        facts: dict[str, object] = {"user": _shown(one.user, language), "votes": one.votes}
        if one.compared:
            facts |= {"agreed": one.agreed, "compared": one.compared}
            yield say(language, "dataset.person_compared", **facts)
        else:
            yield say(language, "dataset.person", **facts)
    if len(found) > _MOST_PEOPLE:
        yield say(language, "dataset.people_more", n=len(found) - _MOST_PEOPLE)
