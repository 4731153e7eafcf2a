"""`/dataset publish`: a dataset on the Hugging Face Hub, once an admin has seen what that shows.

What is to be published is kept for a day, for the admin who asked: `publish:<number>:do`.
"""

import asyncio
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from handlers.collecting.finding import find_dataset
from handlers.collecting.outcome import judged
from handlers.exporting.folder import folder_of
from handlers.exporting.plain_files import as_jsonl
from handlers.exporting.public_rows import public_rows
from handlers.exporting.repository import Repository, check_account, full_name
from handlers.exporting.rows import Rows, splits_of
from handlers.guard.audit import deed
from handlers.learning.votes.consensus import State
from handlers.services import Services
from handlers.table import (
    Action,
    Bilingual,
    ControlFamily,
    Kind,
    Option,
    dataset_option,
    yes_no_option,
)
from handlers.texts import say
from handlers.types import (
    Actor,
    Button,
    Language,
    Press,
    Reply,
    Request,
    Role,
    Table,
    UserError,
    Visibility,
)
from models.canonical import one_line
from models.errors import HubFailed
from models.hub.data_set import Publication
from storage.records import Dataset, Deed, NewAuditEntry

_ID = re.compile(r"publish:(?P<number>\d{1,15}):do", re.ASCII)
_SOURCE = "publish"
_SHOWN = 3
_SHOWN_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be published, in words that can be kept as JSON."""

    dataset: int
    repo_id: str
    is_private: bool
    digest: str
    """Of all that would be seen: nothing is published that nobody has been told of."""


async def publish(request: Request, services: Services) -> Reply:
    """Answer `/dataset publish repo [private] [dataset]`."""
    given, place, language = request.options, request.place, request.actor.language
    check_account(services, place)
    dataset = await find_dataset(services, place.community, given.get("dataset"))
    rows, unwilling = await _rows(services, dataset)
    repo_id = await full_name(services.data_sets, str(given["repo"]))
    is_private = given.get("private") != "no"
    plan = _Plan(dataset.id, repo_id, is_private, await asyncio.to_thread(_digest, rows))
    number = await services.storage.drafts.keep(
        place.community, request.actor.id, json.dumps(asdict(plan)), _SOURCE
    )
    is_known = await _repository(services, dataset, plan).is_known()
    reply = _question(number, plan, rows, language, is_known=is_known)
    if not unwilling:
        return reply
    left_out = say(language, "exporting.unwilling", n=f"{unwilling:,}")
    return replace(reply, text=f"{reply.text}\n{left_out}")


async def press_publish(press: Press, services: Services) -> Reply:
    """Publish what somebody has been told of.

    Raises:
        UserError: the id is not ours, it is kept no more, it has changed since, or it failed.
    """
    found = _ID.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    community, language, number = press.place.community, press.actor.language, int(found["number"])
    check_account(services, press.place)
    draft = await services.storage.drafts.get(community, number, press.actor.id)
    if draft is None or draft.source != _SOURCE:
        raise UserError("publish_gone")
    plan = _Plan(**json.loads(draft.text))
    datasets = await services.storage.datasets.all(community)
    dataset = next((one for one in datasets if one.id == plan.dataset), None)
    if dataset is None:
        raise UserError("publish_gone")
    rows, _ = await _rows(services, dataset)
    if await asyncio.to_thread(_digest, rows) != plan.digest:
        raise UserError("dataset_changed", name=dataset.name)
    await press.progress(Reply(text=say(language, "exporting.publishing", repo=plan.repo_id)))
    reply = await _publish(services, dataset, plan, rows, press.actor)
    await services.storage.drafts.forget(community, number, press.actor.id)
    return reply


PUBLISH = Action(
    name=Bilingual("publish", "공개"),
    description=Bilingual(
        "Put the gold texts on the Hugging Face Hub; you see first what others would see",
        "골드 글을 허깅페이스 허브에 올려요. 무엇이 보이는지 먼저 알려 줘요",
    ),
    handler=publish,
    role=Role.ADMIN,
    visibility=Visibility.PRIVATE,
    is_long=True,
    example=Bilingual("/dataset publish repo:feedback", "/데이터셋 공개 저장소:feedback"),
    options=(
        Option(
            Bilingual("repo", "저장소"),
            Bilingual("What to call it there: name or owner/name", "허브의 이름 또는 소유자/이름"),
            Kind.TEXT,
            is_required=True,
            maximum=100,
        ),
        yes_no_option(
            Bilingual("private", "비공개"),
            Bilingual("Whether only your account sees it (yes)", "내 계정만 볼지 (기본 예)"),
        ),
        dataset_option(),
    ),
)

PUBLISHING = ControlFamily("publish", press_publish, Role.ADMIN, is_in_place=True, is_long=True)


async def _rows(services: Services, dataset: Dataset) -> tuple[Rows, int]:
    """Return what is published, and how many gold texts are not: no model may learn from them."""
    found = await judged(services, await services.tallies.exact(dataset))
    learnable = await services.storage.examples.learnable(dataset.community, dataset.id)
    rows = await asyncio.to_thread(public_rows, dataset, found, learnable.texts)
    unwilling = sum(one.state is State.GOLD for one in found) - len(rows.rows)
    if not rows.rows and unwilling:
        raise UserError("publish_unwilling", name=dataset.name)
    if not rows.rows:
        raise UserError("publish_no_gold", name=dataset.name)
    return rows, unwilling


def _digest(rows: Rows) -> str:
    terms = json.dumps([rows.dataset.guideline, [asdict(one) for one in rows.dataset.active]])
    return hashlib.sha256(as_jsonl(rows) + terms.encode()).hexdigest()


def _question(number: int, plan: _Plan, rows: Rows, language: Language, *, is_known: bool) -> Reply:
    splits = {name: len(some) for name, some in splits_of(rows).items()}
    sizes = " · ".join(f"{name} {count:,}" for name, count in splits.items())
    lines = [
        say(language, "exporting.only_you" if plan.is_private else "exporting.everybody"),
        say(language, "exporting.shows", n=f"{len(rows.rows):,}", splits=sizes),
        say(language, "exporting.no_people"),
    ]
    if is_known:
        lines.append(say(language, "exporting.again"))
    names = (say(language, "dataset.column_text"), say(language, "dataset.column_label"))
    return Reply(
        title=say(language, "exporting.ask", name=rows.dataset.name, repo=plan.repo_id),
        text="\n".join(lines),
        table=Table(names, tuple(_shown(row) for row in rows.rows[:_SHOWN])),
        controls=(Button(f"publish:{number}:do", say(language, "exporting.do"), "bad"),),
    )


def _shown(row: Mapping[str, object]) -> tuple[str, str]:
    text, label = one_line(str(row["text"])), row["label"]
    names = ", ".join(map(str, label)) if isinstance(label, list) else str(label)
    return (text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"), names


async def _publish(
    services: Services, dataset: Dataset, plan: _Plan, rows: Rows, actor: Actor
) -> Reply:
    """Make it, for nobody to see; put all of it in at once; then show it, if it shall be seen."""
    language, repository = actor.language, _repository(services, dataset, plan)
    files = await asyncio.to_thread(folder_of, rows, language)
    message = say(language, "exporting.commit", n=f"{len(rows.rows):,}")
    try:
        await repository.ensure_made()
        published = await services.data_sets.put(Publication(plan.repo_id, files, message))
    except HubFailed as error:
        raise UserError("publish_failed", **error.facts) from error
    await repository.remember(_deed(actor, dataset, plan, rows))
    lines = [say(language, "exporting.published", n=f"{len(rows.rows):,}"), published.address]
    if hidden := await repository.show(language):
        lines.insert(1, hidden)
    return Reply(title=plan.repo_id, text="\n".join(lines))


def _deed(actor: Actor, dataset: Dataset, plan: _Plan, rows: Rows) -> NewAuditEntry:
    seen_by = "account" if plan.is_private else "everybody"
    facts = {"name": dataset.name, "repo": plan.repo_id, "texts": str(len(rows.rows))}
    return deed(actor, dataset.community, Deed.PUBLISHED, seen_by=seen_by, **facts)


def _repository(services: Services, dataset: Dataset, plan: _Plan) -> Repository:
    key = f"published:{dataset.id}"
    return Repository(
        services, services.data_sets, dataset.community, key, plan.repo_id, plan.is_private
    )
