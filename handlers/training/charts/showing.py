"""What a training and its version look like: the loss, what it mixes up, the learning curve.

The button's id is `charts:<name>@<number>`.
"""

import asyncio
import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence

from handlers.services import Services
from handlers.table import ControlFamily
from handlers.texts import say
from handlers.training.charts.confusion import confusion_chart, needs_numbers, numbered
from handlers.training.charts.curve import curve_chart, worth_in_words
from handlers.training.charts.decisions import NAME, decisions_chart
from handlers.training.charts.loss import loss_chart
from handlers.training.report import VersionReport, from_json
from handlers.types import Button, Language, Picture, Press, Reply, UserError
from handlers.versions.naming import trained_version
from storage.records import Version

_ID = re.compile(r"charts:(?P<name>[^:@\s/]{1,64})@(?P<number>\d{1,9})", re.ASCII)


def charts_button(version: Version, language: Language) -> tuple[Button, ...]:
    """Return the button that shows them; none of what was trained before there were reports."""
    if not version.metrics.get("report"):
        return ()
    return (Button(f"charts:{version.full_name}", say(language, "charts.button")),)


async def press_charts(press: Press, services: Services) -> Reply:
    """Show the pictures of a version, as at the end of its training.

    Raises:
        UserError: the id is not ours, or there is no such version with a report.
    """
    found = _ID.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    community, language = press.place.community, press.actor.language
    version = await trained_version(services, community, f"{found['name']}@{found['number']}")
    kept = version.metrics.get("report")
    if not kept:
        raise UserError("unknown_control", control=press.control)
    report = from_json(kept)
    job = version.job_id and await services.storage.jobs.get(community, version.job_id)
    pictures = await charts(job.metrics if job else {}, report, version.full_name, language)
    return Reply(
        title=say(language, "charts.title", name=version.full_name),
        text="\n".join(charts_in_words(report, pictures, language)) or None,
        files=tuple(pictures),
    )


CHARTS = ControlFamily("charts", press_charts)


async def charts(
    metrics: Mapping[str, object], report: VersionReport, name: str, language: Language
) -> Sequence[Picture]:
    """Return the pictures; what is kept counts, with them or without.

    Args:
        metrics: of the training, whose losses are among them.
        report: on the version.
        name: of the version.
        language: of what is said of them.
    """
    found: list[Picture | None] = []
    with contextlib.suppress(asyncio.CancelledError):
        losses = dict[int, float](metrics.get("losses", ()))  # type: ignore[call-overload]
        found.append(await loss_chart(losses, language))
        decided = decisions_chart if report.is_multi_label else confusion_chart
        found.append(await decided(report, name, language))
        found.append(await curve_chart(report.curve, language))
    return [each for each in found if each]


def charts_in_words(
    report: VersionReport, pictures: Sequence[Picture], language: Language
) -> Iterator[str]:
    """Yield what has to be said beside the pictures."""
    has_labels = any(each.name in ("confusion.png", NAME) for each in pictures)
    if has_labels and needs_numbers(report.labels):
        yield say(language, "confusion.numbers", labels=numbered(report.labels))
    if more := worth_in_words(report.curve, language):
        yield more
