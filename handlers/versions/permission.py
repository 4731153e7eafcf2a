"""Whether a version may take the live one's place by itself, or only if an admin says why."""

from collections.abc import Sequence

from handlers.asking.checkpoints import provided_names
from handlers.learning.gate.verdict import Verdict
from handlers.services import Services
from handlers.texts import say
from handlers.training.must_pass import failed
from handlers.training.report import from_json
from handlers.training.verdict_words import verdict_in_words
from handlers.types import Language
from models.results import Checkpoint, Origin
from storage.records import Version


async def objection(
    services: Services,
    community: str,
    chosen: Checkpoint,
    live: Checkpoint | None,
    language: Language,
) -> str | None:
    """Return what the gate has against it, in words; None: it may.

    What has been live may be so again, and so may what the operator provides. Where the test side
    could not tell, what people found in chat is enough. Where nothing answers to the name yet, it
    need only be right where it must.
    """
    if chosen.origin is not Origin.TRAINED:
        return None
    number = int(chosen.version)
    if number in await been_live(services, community, chosen.name):
        return None
    version = await services.storage.versions.find(community, chosen.name, number)
    if version is None:
        return None
    why = await _compared(services, version, chosen, live, language) if live else None
    if why is None and (wrong := await failed(services, community, version, chosen)):
        which = ", ".join(f"#{one}" for one in wrong)
        why = say(language, "must_pass.not_right", n=len(wrong), which=which)
    return why


async def _compared(
    services: Services, version: Version, chosen: Checkpoint, live: Checkpoint, language: Language
) -> str | None:
    why = _of_report(version, live, language)
    if why and not _is_worse(version, live):
        is_better = await _is_better_in_chat(services, version.community, chosen, live)
        return None if is_better else why
    return why


async def been_live(services: Services, community: str, name: str) -> Sequence[int]:
    """Return the versions that a name has meant here and that are there, the last first."""
    versions = await services.storage.versions.all(community)
    there = {0, *(one.number for one in versions if one.name == name)}
    return [number for number in await has_meant(services, community, name) if number in there]


async def has_meant(services: Services, community: str, name: str) -> Sequence[int]:
    """Return the versions that a name has meant here, the last first; some may be removed by now.

    A name that is provided means what is provided until somebody decides otherwise.
    """
    moves = await services.storage.live_versions.moves(community, name)
    is_provided = name in await provided_names(services, community)
    return [move.number for move in moves if move.user is not None or not is_provided]


def _is_worse(version: Version, live: Checkpoint) -> bool:
    """Whether its report says so of the same two."""
    kept = version.metrics.get("report")
    if not kept or version.metrics.get("current_model") != live.full_name:
        return False
    judgement = from_json(kept).judgement
    return judgement is not None and judgement.verdict is Verdict.WORSE


async def _is_better_in_chat(
    services: Services, community: str, chosen: Checkpoint, live: Checkpoint
) -> bool:
    """Whether people found it better where the two differ."""
    return any(
        (one.new, one.live) == (chosen.full_name, live.full_name)
        and one.verdict is not None
        and one.verdict["verdict"] == Verdict.BETTER
        for one in await services.storage.comparisons.all(community)
    )


def _of_report(version: Version, live: Checkpoint, language: Language) -> str | None:
    kept, beside = version.metrics.get("report"), version.metrics.get("current_model")
    report = from_json(kept) if kept else None
    names = {"name": version.full_name, "current": live.full_name}
    if report is None or report.judgement is None or beside != live.full_name:
        return say(language, "gate.not_compared", **names)
    if report.judgement.verdict is Verdict.BETTER:
        return None
    return verdict_in_words(
        report.judgement, names, report.texts, language, is_multi_label=report.is_multi_label
    )
