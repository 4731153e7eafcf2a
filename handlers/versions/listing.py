"""`/version list`: what a community has trained; of a name, the leaderboard of its dataset."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.comparing.starting import stop_button
from handlers.learning.comparing import LOOKS
from handlers.people.times import moment, zone_of
from handlers.services import Services
from handlers.texts import say
from handlers.training.report import from_json
from handlers.types import Actor, Button, Reply, Request, Role, Table
from handlers.versions.leaderboard.board import board
from handlers.versions.leaderboard.columns import sorted_by
from handlers.versions.learned_from import dataset_of_name
from handlers.versions.permission import been_live
from handlers.watching.telling import in_words
from models.canonical import lowered
from storage.records import Comparison, Version

_SHOWN = 20
_MOST_JUDGED = 1_000


async def list_versions(request: Request, services: Services) -> Reply:
    """Answer `/version list [name] [sort]`.

    Without a name, and where there is nothing to measure on, it has the figures of the trainings.
    """
    community, actor = request.place.community, request.actor
    named = request.options.get("name")
    name = None if named is None else lowered(str(named)).partition("@")[0]
    dataset = None if name is None else await dataset_of_name(services, community, name)
    by = sorted_by(str(request.options.get("sort", "accuracy"))) or "accuracy"
    is_whole = request.place.has_pages
    if dataset and (reply := await board(services, dataset, actor, by, is_whole=is_whole)):
        return reply
    listed = await _of_trainings(request, services, name)
    if dataset is None or listed.table is None:
        return listed
    said = say(actor.language, "board.no_side", name=dataset.name)
    return replace(listed, text="\n".join(filter(None, (said, listed.text))))


async def _of_trainings(request: Request, services: Services, name: str | None) -> Reply:
    community, actor = request.place.community, request.actor
    versions = await services.storage.versions.all(community)
    found = [one for one in versions if name in (None, one.name)]
    if not found:
        key = "version.none" if name is None else "version.none_of_name"
        return Reply(text=say(actor.language, key, name=name))
    shown = sorted(found, key=lambda one: -one.id)[:_SHOWN]
    names = {one.name for one in shown}
    meant = {name: await been_live(services, community, name) for name in names}
    states = {one.full_name: await _state(services, one, meant[one.name], actor) for one in shown}
    columns = ("version", "state", "accuracy", "gate", "texts", "trained")
    running = await services.storage.comparisons.running(community)
    compared = [await _compared(services, one, actor) for one in running]
    more = _more(len(found), actor)
    return Reply(
        title=say(actor.language, "version.title"),
        text=await _text(services, community, shown, [more, *compared], actor),
        controls=_stop_buttons(running, actor),
        table=Table(
            tuple(say(actor.language, f"version.{one}", zone=zone_of(actor)) for one in columns),
            tuple(_row(each, states[each.full_name], actor) for each in shown),
        ),
    )


def _more(found: int, actor: Actor) -> str | None:
    return say(actor.language, "version.newest", n=_SHOWN, of=found) if found > _SHOWN else None


async def _text(
    services: Services,
    community: str,
    shown: Sequence[Version],
    said: Sequence[str | None],
    actor: Actor,
) -> str | None:
    """What was noticed of those that are shown, whoever was told of it already."""
    names = {one.full_name for one in shown}
    notices = [one for one in await services.storage.notices.of(community) if one.model in names]
    lines = [in_words(one, actor.language) for one in notices]
    return "\n".join(filter(None, [*said, *lines])) or None


async def _compared(services: Services, comparison: Comparison, actor: Actor) -> str:
    whose = (comparison.community, comparison.id)
    tally = await services.storage.comparisons.tally(*whose)
    facts = {"new": comparison.new, "live": comparison.live, "judged": tally.judged}
    return say(actor.language, "versus.running", **facts, of=LOOKS[-1])


def _stop_buttons(running: Sequence[Comparison], actor: Actor) -> tuple[Button, ...]:
    if actor.role < Role.ADMIN:
        return ()
    return tuple(stop_button(one, actor.language) for one in running)


def _row(version: Version, state: str, actor: Actor) -> tuple[str, ...]:
    accuracy, verdict, texts = "–", "–", "–"
    if kept := version.metrics.get("report"):
        report = from_json(kept)
        accuracy, texts = f"{report.new.accuracy.value:.1%}", str(report.texts)
        if report.judgement:
            word = say(actor.language, f"version.{report.judgement.verdict}")
            verdict = f"{word} ({version.metrics.get('current_model')})"
    assert version.created_at is not None
    trained = moment(version.created_at, actor)
    return (version.full_name, state, accuracy, verdict, texts, trained)


async def _state(services: Services, version: Version, meant: Sequence[int], actor: Actor) -> str:
    """Return how a version stands, of whose name these have answered."""
    if version.number not in meant:
        return "–"
    if meant[0] != version.number:
        return say(actor.language, "version.was_live")
    state = say(actor.language, "version.live")
    judged = await services.storage.answers.judged(
        version.community, version.full_name, _MOST_JUDGED
    )
    if not judged:
        return state
    share = sum(one.is_right for one in judged) / len(judged)
    facts = {"state": state, "share": f"{share:.0%}", "n": len(judged)}
    return say(actor.language, "watch.accepted", **facts)
