"""The texts of a dataset, or of one's own questions, that are nearest to a text in meaning.

All are looked at, one by one: a community has thousands of texts, not millions.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.asking.checkpoints import ready, say_if_slow
from handlers.asking.foreign_text import reader_of
from handlers.asking.query_log import Stopwatch, cut_note, small_print
from handlers.collecting.finding import check_may_label, find_dataset
from handlers.learning.votes.tally import SIDES, Tally
from handlers.services import Services
from handlers.texts import say
from handlers.types import Language, Reply, Request, Table, UserError
from models.canonical import canonical, shortened
from models.results import Checkpoint, Task, TextVector
from models.tasks.embedding import TextToEmbed, cosines
from storage.records import Side

SHOWN = 10
NEAR = 0.3
"""What is below it is not shown. Of texts put together by chance 95 in 100 are, with `meaning`."""
_MOST_TEXTS = 2_000
"""The newest ones: of `meaning`, some seconds on one core."""
_AT_ONCE = 64
_TELL_EVERY = 256
_LONGEST_CELL = 200


@dataclass(frozen=True, slots=True)
class _Known:
    """A text that may be near, and what people call it."""

    text: str
    label: str = ""


async def nearest(request: Request, services: Services, model: str) -> Reply:
    """Answer `/similar text [dataset] [model]`, for the one who asked alone.

    Raises:
        UserError: there is no such dataset, they may not see its texts, or there is no text.
    """
    language = request.actor.language
    checkpoint = await ready(services, request, "model", model)
    await say_if_slow(services, checkpoint, request, Task.EMBED)
    watch, text = Stopwatch(), str(request.options["text"])
    known = await _known(request, services, text)
    asker = request.place.community
    wanted = await services.models.ask(checkpoint, TextToEmbed(text), asker)
    vectors = await _vectors(request, services, checkpoint, known)
    near = _nearest(wanted, known, vectors)
    whose = "of_dataset" if "dataset" in request.options else "of_own"
    notes = (
        say(language, "nearest.how") if whose == "of_own" else None,
        None if wanted.is_for_comparing else say(language, "similar.not_for_comparing"),
        cut_note(language, wanted.tokens),
        (await reader_of(services, checkpoint)).note([text], language),
    )
    return Reply(
        title=_title(len(near), len(known), whose, language),
        text="\n".join(filter(None, notes)) or None,
        table=_table(near, language) if near else None,
        footer=small_print(checkpoint, watch, wanted.tokens, None, wanted.engine),
    )


async def _known(request: Request, services: Services, text: str) -> Sequence[_Known]:
    """What is looked through; what somebody asked themselves, where no dataset is named."""
    named = request.options.get("dataset")
    found = await (_asked(request, services) if named is None else _examples(request, services))
    wanted = canonical(text)
    others = [each for each in found if canonical(each.text) != wanted]
    if not others:
        raise UserError("nothing_near" if named is None else "empty_dataset", name=str(named))
    return others


async def _asked(request: Request, services: Services) -> Sequence[_Known]:
    whose = request.place.community, request.actor.id
    queries = await services.storage.queries.recent(*whose, _MOST_TEXTS)
    texts = dict.fromkeys(query.text for query in queries if canonical(query.text))
    return [_Known(text) for text in texts]


async def _examples(request: Request, services: Services) -> Sequence[_Known]:
    """The newest texts of a dataset; who may not label must not see them."""
    community = request.place.community
    dataset = await find_dataset(services, community, request.options["dataset"])
    check_may_label(dataset, request.actor)
    texts = await services.storage.examples.texts(community, dataset.id)
    newest = sorted(texts, reverse=True)[:_MOST_TEXTS]
    tally = await services.tallies.recent(dataset)
    return [_Known(texts[number], _label(tally, number)) for number in newest]


def _label(tally: Tally, number: int) -> str:
    """What people agree that a text is; of the test side nothing is told, which stays sealed."""
    place = tally.place(number)
    if place is None or tally.texts.side[place] == SIDES.index(Side.TEST):
        return ""
    found = (tally.dataset.resolved(key) for key in tally.labels(place))
    return ", ".join(label.name for label in found if label)


async def _vectors(
    request: Request, services: Services, checkpoint: Checkpoint, known: Sequence[_Known]
) -> Sequence[TextVector]:
    """What each text means; some at once, so that whoever else asks is not behind all of them."""
    asker, language = request.place.community, request.actor.language
    found: list[TextVector] = []
    for start in range(0, len(known), _AT_ONCE):
        if start and start % _TELL_EVERY == 0:
            said = say(language, "nearest.progress", done=f"{start:,}", of=f"{len(known):,}")
            await request.progress(Reply(text=said))
        some = known[start : start + _AT_ONCE]
        found += await asyncio.gather(
            *(services.models.ask(checkpoint, TextToEmbed(each.text), asker) for each in some)
        )
    return found


def _nearest(
    wanted: TextVector, known: Sequence[_Known], vectors: Sequence[TextVector]
) -> Sequence[tuple[_Known, float]]:
    """Return the nearest first; however far, where a model has not learned to compare."""
    least = NEAR if wanted.is_for_comparing else -1.0
    found = zip(known, cosines(wanted, vectors), strict=True)
    near = [pair for pair in found if pair[1] >= least]
    return sorted(near, key=lambda pair: -pair[1])[:SHOWN]


def _title(near: int, known: int, whose: str, language: Language) -> str:
    """Say how many are shown, of what was looked through."""
    key = f"nearest.{whose}" if near else f"nearest.none_{whose}"
    return say(language, key, n=near, of=known)


def _table(near: Sequence[tuple[_Known, float]], language: Language) -> Table:
    has_labels = any(each.label for each, _ in near)
    columns = ("text", "cosine", "label") if has_labels else ("text", "cosine")
    rows = []
    for each, value in near:
        cells = (shortened(" ".join(each.text.split()), _LONGEST_CELL), f"{value:.2f}")
        rows.append((*cells, each.label) if has_labels else cells)
    return Table(tuple(say(language, f"nearest.{column}") for column in columns), tuple(rows))
