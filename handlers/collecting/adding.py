"""`/dataset add`, and "Add to dataset" in the menu of a message.

Where it is not said which dataset, the text is kept for a day while that is chosen:
`draft:<number>:dataset`, then `draft:<number>:<dataset>:label` or `…:queue`.
"""

import re
from collections.abc import Sequence
from itertools import chain

from handlers.collecting.card import card
from handlers.collecting.finding import check_may_label, find_active, find_dataset, open_to
from handlers.guard.quota import check_texts
from handlers.learning.dataset import new_example, side_for
from handlers.reading.spelling import nearest
from handlers.services import Services
from handlers.table import (
    Action,
    Bilingual,
    Command,
    ControlFamily,
    dataset_option,
    label_option,
    text_option,
)
from handlers.texts import say
from handlers.types import (
    Actor,
    Button,
    Control,
    Press,
    Reply,
    Request,
    Role,
    Select,
    UserError,
    Visibility,
)
from models.canonical import find_label, without_surrogates
from storage.records import Dataset

_ID = re.compile(
    r"draft:(?P<draft>\d{1,15}):(?:(?P<dataset>\d{1,15}):)?(?P<choice>dataset|label|queue)",
    re.ASCII,
)
TYPED, MESSAGE = "typed", "message"
_SHOWN = 300
"""Characters of a text by which it is known again."""


async def add(request: Request, services: Services) -> Reply:
    """Answer `/dataset add text [label] [dataset]`."""
    text, given = str(request.options["text"]), request.options
    community, actor = request.place.community, request.actor
    if "dataset" in given:
        dataset = await find_dataset(services, community, given["dataset"])
        check_may_label(dataset, actor)
    else:
        open_ones = await open_to(services, community, actor)
        meant = _with_label(open_ones, given.get("label"))
        if len(meant) != 1:
            return await _ask(services, community, actor, text, TYPED)
        (dataset,) = meant
    key = find_active(dataset, given["label"]).key if "label" in given else None
    return await _put(services, actor, dataset, text, key, TYPED)


async def add_message(request: Request, services: Services) -> Reply:
    """Ask where somebody's message goes."""
    community, text = request.place.community, str(request.options["text"])
    return await _ask(services, community, request.actor, text, MESSAGE)


ADD_TO_DATASET = Command(
    name=Bilingual("dataset-add", "데이터셋-추가"),
    description=Bilingual("Put a text into a dataset", "데이터셋에 글을 넣어요"),
    handler=add_message,
    role=Role.MODERATOR,
    visibility=Visibility.PRIVATE,
    options=(text_option("The text to keep", "모을 글"),),
)
"""The menu of a message alone has it; elsewhere there is `/dataset add`."""


async def press_draft(press: Press, services: Services) -> Reply:
    """Choose where a text goes that was kept for this.

    Raises:
        UserError: the id is not ours, or the text is gone, or it cannot go there.
    """
    found = _ID.fullmatch(press.control)
    if not found or (found["choice"] == "dataset") == bool(found["dataset"]):
        raise UserError("unknown_control", control=press.control)
    community, actor, draft_id = press.place.community, press.actor, int(found["draft"])
    draft = await services.storage.drafts.get(community, draft_id, actor.id)
    if draft is None:
        raise UserError("draft_gone")
    open_ones = await open_to(services, community, actor)
    if found["choice"] == "dataset":
        names = [one.name for one in open_ones]
        name = find_label(press.value or "", names)
        if name is None:
            raise UserError("which_dataset", names=names)
        dataset = next(one for one in open_ones if one.name == name)
        return _ask_label(actor, dataset, draft_id, draft.text)
    number = int(found["dataset"])
    chosen = next((one for one in open_ones if one.id == number), None)
    if chosen is None:
        raise UserError("which_dataset", names=[one.name for one in open_ones])
    key = None
    if found["choice"] == "label":
        if press.value is None:
            raise UserError("label_missing", labels=[one.name for one in chosen.active])
        key = find_active(chosen, press.value).key
    reply = await _put(services, actor, chosen, draft.text, key, draft.source)
    await services.storage.drafts.forget(community, draft_id, actor.id)
    return reply


DRAFT = ControlFamily("draft", press_draft, Role.MEMBER, takes_value=True, is_in_place=True)


def _with_label(datasets: Sequence[Dataset], label: object) -> Sequence[Dataset]:
    """Those that have the label, if one is given; the only one that there is in any case.

    Raises:
        UserError: several are there, and none has it.
    """
    if label is None or len(datasets) == 1:
        return datasets
    typed, names = str(label), [[each.name for each in one.active] for one in datasets]
    found = [one for one, its in zip(datasets, names, strict=True) if find_label(typed, its)]
    if not found:
        every = [*dict.fromkeys(chain.from_iterable(names))]
        raise UserError("unknown_label", value=typed, labels=every, nearest=nearest(typed, every))
    return found


async def _ask(services: Services, community: str, actor: Actor, text: str, source: str) -> Reply:
    """Keep a text while it is chosen where it goes."""
    open_ones = await open_to(services, community, actor)
    kept = without_surrogates(text)
    draft_id = await services.storage.drafts.keep(community, actor.id, kept, source)
    if len(open_ones) == 1:
        return _ask_label(actor, open_ones[0], draft_id, kept)
    language = actor.language
    names = tuple(one.name for one in open_ones)
    question = say(language, "dataset.which_dataset")
    return Reply(
        title=say(language, "dataset.ask_dataset"),
        text=_begin(kept),
        controls=(Select(f"draft:{draft_id}:dataset", question, names),),
    )


def _ask_label(actor: Actor, dataset: Dataset, draft_id: int, text: str) -> Reply:
    language = actor.language
    names = tuple(label.name for label in dataset.active)
    controls: tuple[Control, ...] = (
        Select(f"draft:{draft_id}:{dataset.id}:label", say(language, "dataset.which_label"), names),
        Button(f"draft:{draft_id}:{dataset.id}:queue", say(language, "dataset.leave_open")),
    )
    lines = [_begin(text), say(language, "dataset.not_yet")]
    if dataset.guideline:
        lines.insert(1, say(language, "dataset.guideline", text=dataset.guideline))
    return Reply(
        title=say(language, "dataset.ask_label", name=dataset.name),
        text="\n".join(lines),
        controls=controls,
    )


async def _put(
    services: Services, actor: Actor, dataset: Dataset, text: str, key: str | None, source: str
) -> Reply:
    """Put a text in, and show what it is now."""
    side = await side_for(services, dataset, text, key) if key else None
    example = new_example(dataset, actor, text, source, key, side)
    examples = services.storage.examples
    if not await examples.has(dataset.community, dataset.id, example.canonical):
        await check_texts(services, dataset.community)
    before = await services.tallies.recent(dataset)
    added = await examples.add(example)
    said = "dataset.added" if added.is_new else "dataset.was_there"
    place = before.place(added.example_id)
    was = () if place is None else before.labels(place)
    return await card(services, actor, dataset, added.example_id, said, was)


def _begin(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


ADD = Action(
    name=Bilingual("add", "넣기"),
    description=Bilingual("Put a text into a dataset", "데이터셋에 글을 넣어요"),
    handler=add,
    role=Role.MEMBER,
    visibility=Visibility.PRIVATE,
    example=Bilingual("/dataset add it crashes label:bug", "/데이터셋 넣기 자꾸 꺼져요 라벨:버그"),
    options=(
        text_option("The text to keep", "모을 글"),
        label_option("What it is; leave it out if others shall say", "글의 라벨 (없으면 나중에)"),
        dataset_option(),
    ),
)
