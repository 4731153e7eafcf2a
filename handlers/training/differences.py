"""On which texts a new version and the live one differ: some of them, in words, for admins.

They are told to whoever presses alone: what a version is measured on is not learned by heart.
The button's id is `differ:<job>`.
"""

import re
from collections.abc import Sequence

from handlers.services import Services
from handlers.table import ControlFamily
from handlers.texts import say
from handlers.training.report import Difference, SetDifference, VersionReport, from_json
from handlers.types import Button, Language, Press, Reply, Role, Table, UserError
from models.canonical import one_line
from storage.errors import NoSuchExample
from storage.records import Job

_ID = re.compile(r"differ:(?P<job>\d{1,15})", re.ASCII)
_SHOWN = 120
"""Characters of a text in a row."""


def differences_button(job: Job, report: VersionReport, language: Language) -> tuple[Button, ...]:
    """Return the button under a report that tells them; none where there is no difference."""
    if not (report.differences or report.set_differences):
        return ()
    return (Button(f"differ:{job.id}", say(language, "differ.button")),)


async def press_differences(press: Press, services: Services) -> Reply:
    """Tell on which texts they differ.

    Raises:
        UserError: the id is not ours, or there is no such report here.
    """
    found = _ID.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    community, language = press.place.community, press.actor.language
    job = await services.storage.jobs.get(community, int(found["job"]))
    if job is None or "report" not in job.metrics:
        raise UserError("unknown_job", number=found["job"])
    report = from_json(job.metrics["report"])
    found_rows: Sequence[Difference | SetDifference] = report.set_differences or report.differences
    rows = [await _row(services, press, each, report.labels) for each in found_rows]
    columns = ("text", "truth", "new", "live")
    return Reply(
        title=say(language, "differ.title"),
        table=Table(
            tuple(say(language, f"differ.{column}") for column in columns),
            tuple(row for row in rows if row),
        ),
    )


DIFFERENCES = ControlFamily("differ", press_differences, Role.ADMIN)


async def _row(
    services: Services, press: Press, one: Difference | SetDifference, labels: Sequence[str]
) -> tuple[str, ...] | None:
    """A text that is gone by now is told no more."""
    try:
        example, _ = await services.storage.examples.get(press.place.community, one.example_id)
    except NoSuchExample:
        return None
    text = one_line(example.text)
    shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
    language = press.actor.language
    return (shown, *(_named(each, labels, language) for each in (one.truth, one.new, one.live)))


def _named(numbers: int | Sequence[int], labels: Sequence[str], language: Language) -> str:
    """Say what holds; of several labels, that may be none."""
    if isinstance(numbers, int):
        return labels[numbers] if numbers >= 0 else "–"
    return ", ".join(labels[each] for each in numbers) or say(language, "differ.none")
