"""`/dataset mustpass`: texts that every version must get right before it may answer, for admins.

They are typed with their labels, so nobody's vote makes or unmakes one, and no training learns
from a text that says the same. What is done can be taken back: `mustpass:<number>:remove` and
`mustpass:<number>:restore`; `mustpass:<dataset>:which` takes one out of the list.
"""

import re

from handlers.collecting.card import names_of
from handlers.collecting.finding import dataset_of, find_active, find_dataset
from handlers.collecting.label_list import LONGEST_LABELS
from handlers.guard.audit import deed
from handlers.services import Services
from handlers.table import Action, Bilingual, ControlFamily, Kind, Option, dataset_option
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
    Table,
    UserError,
    Visibility,
)
from models.canonical import COMMAS, identity_of, one_line, without_surrogates
from storage.records import Dataset, DatasetKind, Deed, MustPass, NewMustPass

NONE_HOLDS = "-"
"""Typed as the label of a text of which none holds."""
_ID = re.compile(r"mustpass:(?P<number>\d{1,15}):(?P<choice>remove|restore|which)", re.ASCII)
_CHOSEN = re.compile(r"#?(?P<number>\d{1,15})(?!\d)", re.ASCII)
_SHOWN = 80
"""Characters of a text in a row."""
_LONGEST_TEXT = 2_000
_LISTED, _CHOOSABLE = 50, 25


async def must_pass(request: Request, services: Services) -> Reply:
    """Answer `/dataset mustpass [text] [label] [dataset]`: put one in, or show which there are."""
    given, community = request.options, request.place.community
    dataset = await find_dataset(services, community, given.get("dataset"))
    if "text" not in given:
        if "label" in given:
            raise UserError("must_pass_text_missing")
        return await _listed(services, request.actor, dataset)
    text = without_surrogates(str(given["text"]))
    labels = _labels(dataset, given.get("label"))
    user = request.actor.id
    new = NewMustPass(community, dataset.id, user, text, identity_of(text), labels)
    noted = deed(request.actor, community, Deed.MUST_PASS_SET)
    added = await services.storage.must_pass.add(new, noted)
    return _said("must_pass.added", dataset, added, request.actor, "remove")


async def press_must_pass(press: Press, services: Services) -> Reply:
    """Take one back, or put it in again.

    Raises:
        UserError: the id is not ours.
        StorageError: there is no such text here, or it is there already.
    """
    found = _ID.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    number, choice = int(found["number"]), found["choice"]
    if choice == "which":
        chosen = _CHOSEN.match((press.value or "").strip())
        if not chosen:
            raise UserError("unknown_control", control=press.control)
        number, choice = int(chosen["number"]), "remove"
    community, texts = press.place.community, services.storage.must_pass
    if choice == "remove":
        noted = deed(press.actor, community, Deed.MUST_PASS_GONE)
        one = await texts.remove(community, number, noted)
        key, back = "must_pass.removed", "restore"
    else:
        noted = deed(press.actor, community, Deed.MUST_PASS_SET)
        one = await texts.restore(community, number, noted)
        key, back = "must_pass.restored", "remove"
    dataset = await dataset_of(services, community, one.dataset_id)
    return _said(key, dataset, one, press.actor, back)


MUST_PASS = ControlFamily("mustpass", press_must_pass, Role.ADMIN, takes_value=True)


def labels_in_words(dataset: Dataset, one: MustPass, actor: Actor) -> str:
    """Return what the labels of a must-pass text are called now."""
    return names_of(dataset, one.labels, actor.language)


def _labels(dataset: Dataset, typed: object) -> tuple[str, ...]:
    """Return the keys of the labels that are typed: with commas between, where several may hold."""
    names = [label.name for label in dataset.active]
    if typed is None:
        raise UserError("label_unsaid", labels=names)
    if dataset.kind is DatasetKind.SINGLE:
        return (find_active(dataset, typed).key,)
    if str(typed).strip() == NONE_HOLDS:
        return ()
    try:
        return (find_active(dataset, typed).key,)
    except UserError:
        parts = [part for part in re.split(f"[{COMMAS}]", str(typed)) if part.strip()]
        if len(parts) < 2:  # noqa: PLR2004 - it was one label
            raise
    return tuple(sorted({find_active(dataset, part.strip()).key for part in parts}))


async def _listed(services: Services, actor: Actor, dataset: Dataset) -> Reply:
    language = actor.language
    texts = await services.storage.must_pass.all(dataset.community, dataset.id)
    if not texts:
        return Reply(text=say(language, "must_pass.none", name=dataset.name))
    shown = texts[-_LISTED:]
    rows = ((f"#{one.id}", labels_in_words(dataset, one, actor), _short(one)) for one in shown)
    columns = ("number", "label", "text")
    choices = tuple(f"#{one.id} {_short(one)}"[:_SHOWN] for one in texts[-_CHOOSABLE:])
    control = Select(f"mustpass:{dataset.id}:which", say(language, "must_pass.which"), choices)
    return Reply(
        title=say(language, "must_pass.title", name=dataset.name, n=len(texts)),
        text=say(language, "must_pass.newest", n=_LISTED) if len(texts) > len(shown) else None,
        table=Table(
            tuple(say(language, f"must_pass.{one}") for one in columns),
            tuple(rows),
        ),
        controls=(control,),
    )


def _short(one: MustPass) -> str:
    text = one_line(one.text)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _said(key: str, dataset: Dataset, one: MustPass, actor: Actor, back: str) -> Reply:
    facts = {"number": one.id, "labels": labels_in_words(dataset, one, actor)}
    text = say(actor.language, key, name=dataset.name, text=_short(one), **facts)
    undo: Control = Button(f"mustpass:{one.id}:{back}", say(actor.language, f"must_pass.{back}"))
    return Reply(text=text, controls=(undo,))


MUST_PASS_TEXTS = Action(
    name=Bilingual("mustpass", "필수"),
    description=Bilingual(
        "Texts that every version must get right before it may answer",
        "새 버전이 꼭 맞혀야 하는 글을 정하고 보여 줘요",
    ),
    handler=must_pass,
    role=Role.ADMIN,
    visibility=Visibility.PRIVATE,
    example=Bilingual(
        "/dataset mustpass it crashes label:bug", "/데이터셋 필수 자꾸 꺼져요 라벨:버그"
    ),
    options=(
        Option(
            Bilingual("text", "글"),
            Bilingual("The text; without one, all are shown", "글 (없으면 모두 보여 줘요)"),
            Kind.TEXT,
            takes_free_text=True,
            maximum=_LONGEST_TEXT,
        ),
        Option(
            Bilingual("label", "라벨"),
            Bilingual(
                "What it is; of several, with commas between, or -",
                "맞는 라벨 (여럿은 쉼표로, 없으면 -)",
            ),
            Kind.TEXT,
            maximum=LONGEST_LABELS,
        ),
        dataset_option(),
    ),
)
