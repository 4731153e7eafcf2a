"""`/status`: how Tokki fares, and what is kept here, for admins."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from handlers.guard.limits import MEGABYTES, limit_of
from handlers.others import NIGHTLY
from handlers.people.day_chart import HOURS, by_hour, day_chart
from handlers.services import Services, Vitals
from handlers.table import Bilingual, Command
from handlers.texts import say
from handlers.texts.reasons import translate_reason
from handlers.types import Language, Reply, Request, Role, Table, Visibility
from models.reports import ClusterState
from models.units import MB


async def status(request: Request, services: Services) -> Reply:
    """Answer `/status`. It tells nothing of what other communities do."""
    language, community = request.actor.language, request.place.community
    vitals, storage, now = await services.pulse.look(), services.storage, datetime.now(UTC)
    questions = await storage.queries.count(community)
    texts = sum((await storage.examples.sizes(community)).values())
    times = await storage.queries.times(community, now - timedelta(hours=HOURS))
    chart = await day_chart(by_hour(times, now), language)
    rows = (
        *_of_the_bot(vitals, language),
        *_of_the_processes(vitals, language),
        (say(language, "status.questions"), f"{questions:,}"),
        (say(language, "status.texts"), f"{texts:,}"),
        (say(language, "status.room"), await _room(services, community, language)),
    )
    is_well = all(vitals.parts.values())
    columns = (say(language, "status.what"), say(language, "status.now"))
    return Reply(
        title=say(language, "status.well" if is_well else "status.unwell"),
        table=Table(columns, rows),
        files=(chart,) if chart else (),
    )


STATUS = Command(
    name=Bilingual("status", "상태"),
    description=Bilingual(
        "How Tokki fares, and what is kept here", "토끼가 잘 있는지, 이곳에 무엇이 있는지 보여 줘요"
    ),
    handler=status,
    role=Role.ADMIN,
    visibility=Visibility.PRIVATE,
    example=Bilingual("/status", "/상태"),
)


async def _room(services: Services, community: str, language: Language) -> str:
    taken = await services.room.look(services, community)
    parts = {name: f"{size / MB:,.1f}" for name, size in asdict(taken).items()}
    most = await limit_of(MEGABYTES, community, services.storage.settings, services.rules)
    total = f"{taken.total / MB:,.1f}"
    return say(language, "status.room_now", total=total, most=f"{most:,}", **parts)


def _of_the_processes(vitals: Vitals, language: Language) -> Iterator[tuple[str, str]]:
    """Who shares the database, and what each holds; who is outdated says so."""
    if vitals.newer is not None:
        yield say(language, "status.outdated"), say(language, "status.newer", newer=vitals.newer)
    for number, one in enumerate(vitals.processes, 1):
        which = "status.this_process" if one.is_this_one else "status.process"
        process = one.process
        facts = {"place": process.place, "version": process.version, "jobs": process.jobs}
        held = ", ".join(_lease(name, language) for name in one.leases)
        leases = held or say(language, "status.in_reserve")
        told = say(language, "status.process_now", leases=leases, **facts)
        leaving = f" · {say(language, 'status.leaving')}" if process.is_leaving else ""
        yield say(language, which, number=number), told + leaving


def _lease(name: str, language: Language) -> str:
    """Say what a lease is of, such as `discord:1234:shard:4:0`."""
    match name.split(":"):
        case [_, _, "shard", count, number]:
            return say(language, "status.shard", number=number, count=count)
        case _:
            return say(language, "status.nightly") if name == NIGHTLY else name


def describe_cluster(cluster: ClusterState, language: Language) -> str:
    """Say whether other machines answer, and whether they get what they need."""
    if not cluster.is_here:
        reason = translate_reason(cluster.reason, language)
        return say(language, "status.cluster_away", reason=reason)
    here = say(language, "status.cluster_here", replicas=cluster.replicas)
    if not cluster.store:
        return here
    reason = translate_reason(cluster.store, language)
    return say(language, "status.cluster_no_store", here=here, reason=reason)


def _of_the_bot(vitals: Vitals, language: Language) -> Iterator[tuple[str, str]]:
    for part, is_well in vitals.parts.items():
        state = say(language, "status.part_well" if is_well else "status.part_unwell")
        yield say(language, f"status.part_{part}"), state
    if vitals.cluster:
        yield say(language, "status.cluster"), describe_cluster(vitals.cluster, language)
    usage = vitals.usage
    held, budget = f"{usage.memory_bytes / MB:,.0f}", f"{usage.budget_bytes / MB:,.0f}"
    facts = {"loaded": usage.loaded, "held": held, "budget": budget}
    yield say(language, "status.models"), say(language, "status.models_now", **facts)
    yield say(language, "status.waiting"), f"{usage.waiting:,}"
    yield say(language, "status.answers"), f"{usage.answers_bytes / MB:,.1f} MB"
    yield say(language, "status.jobs"), f"{vitals.jobs:,}"
    yield say(language, "status.lag"), f"{vitals.lag_s * 1000:,.0f} ms"
