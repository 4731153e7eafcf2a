"""What Tokki keeps of somebody here: given to them as a file, or erased for good.

Buttons under `/me` lead here: `mine:export`, `mine:erase`, which says what will go, and
`mine:erase_now`.
"""

import json
from datetime import datetime
from enum import StrEnum

from handlers.others import ANSWERS_FORGOTTEN
from handlers.services import Services
from handlers.table import ControlFamily
from handlers.texts import say
from handlers.training.job import KIND
from handlers.types import Button, File, Language, Press, Reply, Role, UserError
from storage.records import Erased, Job

EXPORT, ERASE, ERASE_NOW = "mine:export", "mine:erase", "mine:erase_now"
_WHY = "texts_erased"
"""Of a training that is stopped, for whoever started it: not whose texts they were."""


def own_data_buttons(language: Language) -> tuple[Button, ...]:
    """Return what leads here."""
    return (
        Button(EXPORT, say(language, "mine.export")),
        Button(ERASE, say(language, "mine.erase")),
    )


async def press_own_data(press: Press, services: Services) -> Reply:
    """Give somebody what is kept of them, or erase it.

    Raises:
        UserError: the id is not ours.
    """
    match press.control:
        case "mine:export":
            return await _exported(press, services)
        case "mine:erase":
            return await _asked(press, services)
        case "mine:erase_now":
            return await _erased(press, services)
        case _:
            raise UserError("unknown_control", control=press.control)


OWN_DATA = ControlFamily("mine", press_own_data, Role.SHUT_OUT)


async def _exported(press: Press, services: Services) -> Reply:
    found = await services.storage.personal_data.export(press.place.community, press.actor.id)
    content = json.dumps(found, default=_plain, ensure_ascii=False, indent=1)
    kept = {name: len(rows) for name, rows in found.items()}
    return Reply(
        text=say(press.actor.language, "mine.exported", **kept),
        files=(File("tokki-my-data.json", content.encode("utf-8", "replace")),),
    )


async def _asked(press: Press, services: Services) -> Reply:
    language = press.actor.language
    going = await services.storage.personal_data.would_go(press.place.community, press.actor.id)
    return Reply(
        text=say(language, "mine.will_erase", **_counts(going)),
        controls=(Button(ERASE_NOW, say(language, "mine.erase_now"), "bad"),),
    )


async def _erased(press: Press, services: Services) -> Reply:
    community, language = press.place.community, press.actor.language
    stopped = await _stop_trainings(services, community, press.actor.id)
    erased = await services.storage.personal_data.erase(community, press.actor.id)
    services.models.forget_answers()
    await services.others.tell(ANSWERS_FORGOTTEN)
    lines = [say(language, "mine.erased", **_counts(erased))]
    if erased.learned:
        versions = ", ".join(one.full_name for one in erased.learned)
        lines.append(say(language, "mine.learned", versions=versions))
    if stopped:
        lines.append(say(language, "mine.stopped", names=", ".join(stopped)))
    return Reply(text="\n".join(lines))


def _counts(erased: Erased) -> dict[str, int]:
    return {
        "questions": erased.questions,
        "judgements": erased.judgements,
        "votes": erased.votes,
        "texts": erased.texts,
    }


async def _stop_trainings(services: Services, community: str, user: str) -> list[str]:
    """A training that has their texts in its plan ends, and can be begun anew without them."""
    going = await services.storage.personal_data.would_go(community, user)
    running = await services.storage.jobs.unended(community, KIND)
    theirs = [job for job in running if job.id in going.learning]
    for job in theirs:
        await services.jobs.cancel(community, job.id, _WHY)
    return [_name(job) for job in theirs]


def _name(job: Job) -> str:
    return str(job.params["name"])


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else repr(value)
