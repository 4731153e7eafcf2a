"""`/dataset show`: how far a dataset has come, and what would help most next."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from handlers.collecting.create import terms_in_words
from handlers.collecting.finding import find_dataset, may_label
from handlers.collecting.overview.alpha import FEWEST_COMPARED, Alpha, alpha
from handlers.collecting.overview.people import (
    MOST_SHOWN,
    Person,
    is_file,
    people_in_words,
    people_of,
    silent_in_words,
    unchecked_in_words,
)
from handlers.collecting.overview.votes_chart import votes_chart
from handlers.importing.carrying import under_way
from handlers.labelling.card import settle_buttons
from handlers.labelling.control_ids import LABEL
from handlers.learning.label_pool import surplus
from handlers.learning.votes.columns import Flags
from handlers.learning.votes.consensus import STATES, Mark, Standings, State
from handlers.learning.votes.measured import measured
from handlers.learning.votes.tally import SIDES, Tally
from handlers.services import Services
from handlers.table import Action, Bilingual, dataset_option
from handlers.texts import say
from handlers.types import Actor, Button, Language, Reply, Request, Role, Table, Visibility
from models.canonical import one_line
from storage.records import VOTER_OF_A_FILE, Dataset, DatasetKind, Side

_MOST_WEIGHED = 20_000
"""Gold texts; of more it takes too long to say who supplied how much, for a hint."""
WANTED = 50
"""Gold texts of each label from which on a training is worth its while."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What is told of a dataset."""

    states: Mapping[State, int]
    gold: Counter[str]
    """How many gold texts have a label, by its key."""
    train: Counter[str]
    """How many of them are learned from."""
    test: Counter[str]
    """On how many with this label models are measured."""
    unmeasured: int
    """How many gold texts of the test side measure nothing."""
    agreement: Alpha | None
    people: Sequence[Person]
    """Those first who did most."""
    days: Mapping[date, int]
    """How many votes came on each."""
    silent: Sequence[str]
    """Those who have voted, and are shut out by now."""

    @property
    def texts(self) -> int:
        """How many there are."""
        return sum(self.states.values())


async def show(request: Request, services: Services) -> Reply:
    """Answer `/dataset show [dataset]`."""
    community, language = request.place.community, request.actor.language
    dataset = await find_dataset(services, community, request.options.get("dataset"))
    tally = await services.tallies.exact(dataset)
    found = await asyncio.to_thread(overview, tally)
    lines = [
        *terms_in_words(dataset, language),
        _counts(found, language),
        _agreement_in_words(found.agreement, language),
        next_step(dataset, found, services.rules.labels_needed, language),
    ]
    if found.unmeasured:
        lines.append(say(language, "dataset.unmeasured", n=found.unmeasured))
    if request.actor.role >= Role.MODERATOR:
        names = await _called(request, services, found)
        lines += people_in_words(found.people, names, language)
        lines.append(unchecked_in_words(found.people, names, language))
        lines.append(silent_in_words(found.silent, names, language))
        if gone := await _surplus(services, tally, found):
            lines.append(say(language, "dataset.surplus", n=gone))
    if texts := await services.storage.must_pass.all(community, dataset.id):
        lines.append(say(language, "must_pass.shown", n=len(texts)))
    if await under_way(services, community, dataset.id):
        lines.append(say(language, "dataset.under_way"))
    picture = await votes_chart(found.days, language)
    archived = [say(language, "dataset.archived")] if dataset.is_archived else []
    return Reply(
        title=dataset.name,
        text="\n".join([*archived, *(line for line in lines if line)]),
        table=_table(dataset, found, language),
        files=(picture,) if picture else (),
        controls=_label_buttons(dataset, found, request.actor),
    )


async def _surplus(services: Services, tally: Tally, found: "Overview") -> int:
    """How many gold texts a training would leave out: told where there may be one, not before."""
    enough = services.rules.labels_needed * len(tally.dataset.active)
    if not enough <= found.states[State.GOLD] <= _MOST_WEIGHED:
        return 0
    return await asyncio.to_thread(surplus, tally)


async def _called(request: Request, services: Services, found: "Overview") -> Mapping[str, str]:
    """Return what those who label are called; a file's labels count as a person's, who is none."""
    shown = [*(one.user for one in found.people[:MOST_SHOWN]), *found.silent]
    names = dict(await request.names([user for user in shown if not is_file(user)]))
    for user in filter(is_file, shown):
        number = int(user.removeprefix(VOTER_OF_A_FILE))
        one = await services.storage.imports.get(request.place.community, number)
        names[user] = say(request.actor.language, "importing.voter", name=one_line(one.name))
    return names


def _label_buttons(dataset: Dataset, found: "Overview", actor: Actor) -> tuple[Button, ...]:
    """Return what leads from here to the first card."""
    if dataset.is_archived or not may_label(dataset, actor):
        return ()
    label = Button(f"{LABEL}:{dataset.id}:next", say(actor.language, "label.label"), "good")
    return (label, *settle_buttons(dataset, found.states[State.CONFLICT], actor))


def overview(tally: Tally) -> Overview:
    """Count what is told of a dataset."""
    found, measure = tally.count.texts, measured(tally)
    train, test = (tally.texts.side == SIDES.index(side) for side in (Side.TRAIN, Side.TEST))
    states = np.bincount(found.state, minlength=len(STATES)).tolist()
    days, votes = np.unique(tally.votes.day, return_counts=True)
    return Overview(
        dict(zip(STATES, states, strict=True)),
        _gold(tally, found, np.ones(len(found.state), bool)),
        _gold(tally, found, train),
        _gold(tally, measure, test),
        int((test & tally.stand(State.GOLD) & (measure.state != State.GOLD.code)).sum()),
        _agreement(tally),
        people_of(tally),
        {date.fromordinal(int(day)): int(n) for day, n in zip(days, votes, strict=True)},
        sorted(tally.silent & tally.users.keys())[:MOST_SHOWN],
    )


def next_step(dataset: Dataset, found: Overview, needed: int, language: Language) -> str:
    """Say what would help most now; a training takes so many gold texts of each label."""
    states = found.states
    if not found.texts:
        return say(language, "dataset.next_add", name=dataset.name)
    if states[State.CONFLICT] and states[State.CONFLICT] * 10 >= states[State.GOLD]:
        return say(language, "dataset.next_settle", n=states[State.CONFLICT])
    gold = found.train + found.test
    few = min(dataset.active, key=lambda label: gold[label.key])
    if gold[few.key] < needed and not states[State.OPEN]:
        return say(language, "dataset.next_label", n=needed - gold[few.key], label=few.name)
    if needed <= gold[few.key] < WANTED:
        return say(language, "dataset.next_first", n=WANTED - gold[few.key], label=few.name)
    if states[State.OPEN]:
        return say(language, "dataset.next_open", n=states[State.OPEN])
    return say(language, "dataset.next_train")


def _gold(tally: Tally, found: Standings, which: Flags) -> Counter[str]:
    """How many of some texts have each label where they stand so, by its key."""
    is_gold = which & (found.state == State.GOLD.code)
    answers, texts = np.unique(found.answer[is_gold], return_counts=True)
    counts = Counter[str]()
    for answer, n in zip(answers.tolist(), texts.tolist(), strict=True):
        counts.update(dict.fromkeys(tally.labels_of(answer), n))
    return counts


def _agreement(tally: Tally) -> Alpha | None:
    """Only what people said without a model's answer before them tells how far they agree."""
    ballots = tally.count.ballots
    told = ballots.only(ballots.are_voting & ~ballots.is_anchored)
    is_multi = tally.dataset.kind is DatasetKind.MULTI
    return alpha(told.text, told.answer, _names(tally) if is_multi else None)


def _names(tally: Tally) -> Flags:
    """Return which labels each answer names; that none fits is like a label of its own."""
    keys = [label.key for label in tally.dataset.active]
    named = [
        [*(key in tally.labels_of(place) for key in keys), isinstance(answer, Mark)]
        for place, answer in enumerate(tally.answers)
    ]
    return np.array(named, bool).reshape(-1, len(keys) + 1)


def _counts(found: Overview, language: Language) -> str:
    said = [say(language, "dataset.count_texts", n=f"{found.texts:,}")]
    said += [
        say(language, f"dataset.count_{state}", n=f"{n:,}")
        for state, n in found.states.items()
        if n or state is State.GOLD
    ]
    return " · ".join(said)


def _table(dataset: Dataset, found: Overview, language: Language) -> Table:
    columns = ("label", "gold", "train", "test")
    counts = (found.gold, found.train, found.test)
    rows = [(label.name, *(f"{each[label.key]:,}" for each in counts)) for label in dataset.active]
    return Table(tuple(say(language, f"dataset.column_{one}") for one in columns), tuple(rows))


def _agreement_in_words(agreement: Alpha | None, language: Language) -> str:
    if agreement is None or agreement.items < FEWEST_COMPARED:
        return say(language, "dataset.no_alpha", n=FEWEST_COMPARED)
    return say(
        language,
        "dataset.alpha",
        value=f"{agreement.value:.2f}",
        low=f"{agreement.low:.2f}",
        high=f"{agreement.high:.2f}",
        n=agreement.items,
    )


SHOW = Action(
    name=Bilingual("show", "보기"),
    description=Bilingual(
        "How far a dataset has come, and what would help most",
        "얼마나 모았고 무엇이 더 필요한지 보여 줘요",
    ),
    handler=show,
    visibility=Visibility.PRIVATE,
    example=Bilingual("/dataset show feedback", "/데이터셋 보기 의견"),
    options=(dataset_option(is_free=True),),
)
