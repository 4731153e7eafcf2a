"""Whether a version may take the live one's place by itself, or only if an admin says why."""

from collections.abc import Sequence

from handlers.learning.gate.verdict import Verdict
from handlers.services import Services
from handlers.texts import say
from handlers.training.report import from_json
from handlers.training.verdict_words import verdict_in_words
from handlers.types import Language
from models.results import Checkpoint, Origin
from storage.records import Version


async def objection(
    services: Services, community: str, chosen: Checkpoint, live: Checkpoint, language: Language
) -> str | None:
    """Return what the gate has against it, in words; None: it may.

    What has been live may be so again, and so may what the operator provides.
    """
    if chosen.origin is not Origin.TRAINED:
        return None
    number = int(chosen.version)
    if number in await been_live(services, community, chosen.name):
        return None
    version = await services.storage.versions.find(community, chosen.name, number)
    return _of_report(version, live, language) if version else None


async def been_live(services: Services, community: str, name: str) -> Sequence[int]:
    """Return the versions that a name has meant here and that are there, the last first.

    A name of the operator's means theirs until somebody decides otherwise.
    """
    moves = await services.storage.live_versions.moves(community, name)
    is_provided = name in services.models.names()
    versions = await services.storage.versions.all(community)
    there = {0, *(one.number for one in versions if one.name == name)}
    decided = [move.number for move in moves if move.user is not None or not is_provided]
    return [number for number in decided if number in there]


def _of_report(version: Version, live: Checkpoint, language: Language) -> str | None:
    kept, beside = version.metrics.get("report"), version.metrics.get("current_model")
    report = from_json(kept) if kept else None
    names = {"name": version.full_name, "current": live.full_name}
    if report is None or report.judgement is None or beside != live.full_name:
        return say(language, "gate.not_compared", **names)
    if report.judgement.verdict is Verdict.BETTER:
        return None
    return verdict_in_words(report.judgement, names, report.texts, language)
