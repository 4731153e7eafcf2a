"""`/version list`: what a community has trained, how good it was, and what the gate made of it."""

from handlers.people.times import moment, zone_of
from handlers.services import Services
from handlers.texts import say
from handlers.training.report import from_json
from handlers.types import Actor, Reply, Request, Table
from handlers.versions.permission import been_live
from models.canonical import lowered
from storage.records import Version

_SHOWN = 20


async def list_versions(request: Request, services: Services) -> Reply:
    """Answer `/version list [name]`."""
    community, actor = request.place.community, request.actor
    named = request.options.get("name")
    name = None if named is None else lowered(str(named)).partition("@")[0]
    versions = await services.storage.versions.all(community)
    found = [one for one in versions if name in (None, one.name)]
    if not found:
        key = "version.none" if name is None else "version.none_of_name"
        return Reply(text=say(actor.language, key, name=name))
    shown = sorted(found, key=lambda one: -one.id)[:_SHOWN]
    states = {one.full_name: await _state(services, one, actor) for one in shown}
    columns = ("version", "state", "accuracy", "gate", "texts", "trained")
    return Reply(
        title=say(actor.language, "version.title"),
        text=_more(len(found), actor),
        table=Table(
            tuple(say(actor.language, f"version.{one}", zone=zone_of(actor)) for one in columns),
            tuple(_row(each, states[each.full_name], actor) for each in shown),
        ),
    )


def _more(found: int, actor: Actor) -> str | None:
    return say(actor.language, "version.newest", n=_SHOWN, of=found) if found > _SHOWN else None


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


async def _state(services: Services, version: Version, actor: Actor) -> str:
    meant = await been_live(services, version.community, version.name)
    if version.number not in meant:
        return "–"
    key = "version.live" if meant[0] == version.number else "version.was_live"
    return say(actor.language, key)
