"""`/dataset edit`, `archive` and `restore`: told first, done when asked for, and taken back.

A change is kept until it is decided, and its buttons name it: `change:<number>:do`, then
`change:<number>:undo`. Where somebody else has changed the dataset meanwhile, nothing is done.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from handlers.collecting.changing import CHOICES, Changed, Wish, changed
from handlers.collecting.finding import find_dataset
from handlers.collecting.label_list import LONGEST_LABELS
from handlers.guard.audit import deed
from handlers.services import Services
from handlers.table import (
    Action,
    Bilingual,
    ControlFamily,
    Kind,
    Option,
    dataset_option,
    label_option,
)
from handlers.texts import say
from handlers.types import Button, Language, Press, Reply, Request, Role, UserError, Visibility
from storage.records import Change, ChangeState, Dataset, Deed, NewChange

_ID = re.compile(r"change:(?P<number>\d{1,15}):(?P<choice>do|undo)", re.ASCII)
_STATES = {"do": ChangeState.DONE, "undo": ChangeState.UNDONE}
_LONGEST_SAID = 300


async def edit(request: Request, services: Services) -> Reply:
    """Answer `/dataset edit what [label] [to] [dataset]`."""
    given = request.options
    dataset = await find_dataset(services, request.place.community, given.get("dataset"))
    label = str(given["label"]) if "label" in given else None
    wish = Wish(str(given["what"]), label, str(given.get("to", "")))
    return await _asked(request, services, dataset, changed(dataset, wish))


async def archive(request: Request, services: Services) -> Reply:
    """Answer `/dataset archive [dataset]`."""
    return await _archived(request, services, is_archived=True)


async def restore(request: Request, services: Services) -> Reply:
    """Answer `/dataset restore [dataset]`."""
    return await _archived(request, services, is_archived=False)


async def press_change(press: Press, services: Services) -> Reply:
    """Make a change that was told of, or take it back.

    Raises:
        UserError: the id is not ours.
    """
    found = _ID.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    number, choice = int(found["number"]), found["choice"]
    datasets = services.storage.datasets
    to = _STATES[choice]
    done = Deed.CHANGE_UNDONE if to is ChangeState.UNDONE else Deed.DATASET_CHANGED
    community = press.place.community
    noted = deed(press.actor, community, done)
    change = await datasets.move(community, number, to, noted)
    return _said(change, press.actor.language)


CHANGE = ControlFamily("change", press_change, Role.MODERATOR, is_in_place=True)


async def _archived(request: Request, services: Services, *, is_archived: bool) -> Reply:
    named = request.options.get("dataset")
    dataset = await find_dataset(
        services, request.place.community, named, is_archived=not is_archived
    )
    if dataset.is_archived == is_archived:
        raise UserError("nothing_changes", name=dataset.name)
    said = {"what": "archive" if is_archived else "restore", "label": "", "to": ""}
    after = replace(dataset.terms, is_archived=is_archived)
    return await _asked(request, services, dataset, Changed(after, None, said))


async def _asked(request: Request, services: Services, dataset: Dataset, new: Changed) -> Reply:
    """Keep a change, and tell what it would touch."""
    language = request.actor.language
    change = await services.storage.datasets.propose(
        NewChange(
            request.place.community,
            dataset.id,
            request.actor.id,
            dataset.revision,
            new.terms,
            new.said,
        )
    )
    touched = await _touched(services, dataset, new, language)
    lines = [words_of_change("will", new.said, language), touched]
    return Reply(
        title=say(language, "dataset.change", name=dataset.name),
        text="\n".join(lines),
        controls=(Button(f"change:{change.id}:do", say(language, "dataset.do"), "good"),),
    )


async def _touched(services: Services, dataset: Dataset, new: Changed, language: Language) -> str:
    """Say how many texts and votes a change touches."""
    tally = await services.tallies.recent(dataset)
    if new.label is None:
        return say(language, "dataset.touches_all", texts=f"{len(tally.texts.number):,}")
    touched = tally.votes_for(new.label.key)
    texts = len(np.unique(tally.votes.text[touched]))
    return say(language, "dataset.touches", texts=f"{texts:,}", votes=f"{touched.sum():,}")


def _said(change: Change, language: Language) -> Reply:
    if change.state is ChangeState.UNDONE:
        return Reply(text=say(language, "dataset.change_undone", name=change.dataset.name))
    return Reply(
        title=change.dataset.name,
        text=words_of_change("did", change.said, language),
        controls=(Button(f"change:{change.id}:undo", say(language, "dataset.change_undo")),),
    )


def words_of_change(tense: str, said: Mapping[str, str], language: Language) -> str:
    """Say what a change `will` do, or `did`."""
    to = said["to"]
    if said["what"] == "open_to":
        to = say(language, f"dataset.who_{to}")
    short = to if len(to) <= _LONGEST_SAID else f"{to[:_LONGEST_SAID]}…"
    return say(language, f"dataset.{tense}_{said['what']}", label=said["label"], to=short)


EDIT = Action(
    name=Bilingual("edit", "바꾸기"),
    description=Bilingual(
        "Change name, labels, guideline or who may label; you see first what that touches",
        "이름, 라벨, 지침, 라벨을 붙일 사람을 바꿔요. 무엇이 달라지는지 먼저 알려 줘요",
    ),
    handler=edit,
    role=Role.MODERATOR,
    visibility=Visibility.PRIVATE,
    example=Bilingual(
        "/dataset edit what:rename label:bug to:defect",
        "/데이터셋 바꾸기 무엇:라벨이름 라벨:버그 값:결함",
    ),
    options=(
        Option(
            Bilingual("what", "무엇"),
            Bilingual("What to change", "무엇을 바꿀지"),
            Kind.CHOICE,
            is_required=True,
            choices=CHOICES,
        ),
        label_option("Which label", "어느 라벨인지"),
        Option(
            Bilingual("to", "값"),
            Bilingual(
                "What it shall be: a name, a label, labels, a guideline …",
                "바꿀 이름, 라벨, 지침 …",
            ),
            Kind.TEXT,
            takes_free_text=True,
            maximum=LONGEST_LABELS,
        ),
        dataset_option(),
    ),
)

ARCHIVE = Action(
    name=Bilingual("archive", "보관"),
    description=Bilingual("Collect nothing more for a dataset", "데이터셋에 더는 모으지 않아요"),
    handler=archive,
    role=Role.MODERATOR,
    visibility=Visibility.PRIVATE,
    example=Bilingual("/dataset archive feedback", "/데이터셋 보관 의견"),
    options=(dataset_option(is_free=True),),
)

RESTORE = Action(
    name=Bilingual("restore", "되살리기"),
    description=Bilingual("Collect for a dataset again", "보관한 데이터셋에 다시 모아요"),
    handler=restore,
    role=Role.MODERATOR,
    visibility=Visibility.PRIVATE,
    example=Bilingual("/dataset restore feedback", "/데이터셋 되살리기 의견"),
    options=(dataset_option(is_free=True),),
)
