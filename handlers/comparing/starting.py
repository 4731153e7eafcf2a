"""Begins and stops a comparison of a version with the one that answers.

The ids are `compare:<name>@<number>`, under a report, and `stop_comparing:<comparison>`.
"""

import re
from datetime import UTC, datetime, timedelta

from handlers.asking.checkpoints import find
from handlers.collecting.finding import dataset_of
from handlers.comparing.judging import comparison_of
from handlers.guard.audit import deed
from handlers.learning.comparing import LOOKS
from handlers.services import Services
from handlers.table import ControlFamily
from handlers.texts import say
from handlers.types import Button, Language, Press, Reply, Role, UserError
from storage.records import (
    Comparison,
    ComparisonState,
    DatasetKind,
    Deed,
    NewAuditEntry,
    NewComparison,
    Version,
)

LASTS = timedelta(days=14)
_START = re.compile(r"compare:(?P<name>[^:@\s/]{1,64})@(?P<number>\d{1,9})")
_STOP = re.compile(r"stop_comparing:(?P<comparison>\d{1,15})", re.ASCII)


def compare_button(version: str, language: Language) -> Button:
    """Return the button that begins a comparison with what answers now."""
    return Button(f"compare:{version}", say(language, "versus.button"))


def stop_button(comparison: Comparison, language: Language) -> Button:
    """Return the button that ends it."""
    stop = say(language, "versus.stop", new=comparison.new)
    return Button(f"stop_comparing:{comparison.id}", stop, "bad")


async def press_compare(press: Press, services: Services) -> Reply:
    """Begin to compare a version with the one that its name means.

    Raises:
        UserError: the id is not ours, there is no such version, or nothing to compare it with.
    """
    found = _START.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    community, name, number = press.place.community, found["name"], int(found["number"])
    version = await services.storage.versions.find(community, name, number)
    new = await find(services, community, f"{name}@{number}")
    live = await find(services, community, name)
    if version is None or live.full_name == new.full_name:
        raise UserError("nothing_to_compare", name=new.full_name)
    await services.models.fetch(live, lambda _: None)
    if services.models.task_of(live) is not services.models.task_of(new):
        raise UserError("other_task", name=new.full_name, live=live.full_name)
    dataset = await dataset_of(services, community, await _dataset(services, version))
    if dataset.kind is not DatasetKind.SINGLE:
        raise UserError("several_not_compared", name=dataset.name)
    comparison = NewComparison(
        community=community,
        dataset_id=dataset.id,
        new=new.full_name,
        live=live.full_name,
        snapshot_id=version.snapshot_id,
        started_by=press.actor.id,
        ends_at=datetime.now(UTC) + LASTS,
    )
    noted = _noted(press, Deed.COMPARISON_BEGUN, new.full_name, live.full_name)
    begun = await services.storage.comparisons.start(comparison, noted)
    services.shadow.go_on(services, begun)
    facts = {"new": begun.new, "live": begun.live, "name": dataset.name, "days": LASTS.days}
    language = press.actor.language
    text = say(language, "versus.begun", **facts, first=LOOKS[0], most=LOOKS[-1])
    return Reply(text=text, controls=(stop_button(begun, language),))


async def press_stop(press: Press, services: Services) -> Reply:
    """End a comparison before the gate knows enough.

    Raises:
        UserError: the id is not ours, or nothing of the kind runs here.
    """
    found = _STOP.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    community, number = press.place.community, int(found["comparison"])
    comparison = await comparison_of(services, community, number)
    noted = _noted(press, Deed.COMPARISON_ENDED, comparison.new, comparison.live)
    stopped = ComparisonState.STOPPED
    if not await services.storage.comparisons.end(community, number, stopped, deed=noted):
        raise UserError("no_comparison")
    text = say(press.actor.language, "versus.stopped", new=comparison.new, live=comparison.live)
    controls = (compare_button(comparison.new, press.actor.language),)
    return Reply(text=text, controls=controls)


COMPARE_VERSIONS = ControlFamily("compare", press_compare, Role.ADMIN)
STOP_COMPARING = ControlFamily("stop_comparing", press_stop, Role.ADMIN)


async def _dataset(services: Services, version: Version) -> int:
    """The dataset that a version learned from."""
    number = version.snapshot_id
    snapshot = number and await services.storage.snapshots.get(version.community, number)
    if not snapshot:
        raise UserError("nothing_to_compare", name=version.full_name)
    return snapshot.dataset_id


def _noted(press: Press, what: Deed, new: str, live: str) -> NewAuditEntry:
    return deed(press.actor, press.place.community, what, new=new, live=live)
