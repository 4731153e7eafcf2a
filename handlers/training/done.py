"""What is told of a training that is done: the gate's word, and what it is based on."""

import asyncio
import contextlib
from collections.abc import Iterator, Mapping, Sequence

from handlers.learning.gate.figures import Bounded, Figures
from handlers.learning.gate.verdict import Verdict
from handlers.texts import say
from handlers.training.confusion_chart import confusion_chart, needs_numbers, numbered
from handlers.training.differences import differences_button
from handlers.training.loss_chart import loss_chart
from handlers.training.plan import duration
from handlers.training.report import VersionReport, from_json
from handlers.training.verdict_words import verdict_in_words
from handlers.types import Button, Language, Picture, Reply, Table
from storage.records import Job

_FEW = 30
"""The usual rule of thumb for a proportion."""


async def done_reply(job: Job, language: Language) -> Reply:
    """Tell how good a version is, and whether it may take the live one's place."""
    if "report" not in job.metrics:
        return _of_before(job, language)
    report = from_json(job.metrics["report"])
    full_name = _full_name(job)
    pictures = await _pictures(job, report, language)
    return Reply(
        title=say(language, "finetune.done", name=full_name),
        text="\n".join(_said(job, report, pictures, language)),
        table=_table(job, report, language),
        files=tuple(pictures),
        controls=(*_promotion(job, report, language), *differences_button(job, report, language)),
        footer={
            "model": full_name,
            "base": str(job.params["base"]),
            "time": duration(float(str(job.metrics["seconds"])), language),
            "held-out": str(report.texts),
            **_snapshot(job),
        },
    )


def _promotion(job: Job, report: VersionReport, language: Language) -> tuple[Button, ...]:
    """Return the button that lets a better version answer, for admins."""
    is_better = report.judgement and report.judgement.verdict is Verdict.BETTER
    if not is_better or job.metrics.get("live") != job.metrics["current_model"]:
        return ()
    return (Button(f"live:{_full_name(job)}", say(language, "modelinfo.use"), "good"),)


def _of_before(job: Job, language: Language) -> Reply:
    """A training that ended before there were reports, and was not told of yet."""
    name = _full_name(job)
    text = say(language, "finetune.try", name=name)
    return Reply(title=say(language, "finetune.done", name=name), text=text)


async def _pictures(job: Job, report: VersionReport, language: Language) -> Sequence[Picture]:
    """What is kept counts, with pictures or without."""
    found: list[Picture | None] = []
    with contextlib.suppress(asyncio.CancelledError):
        losses = dict[int, float](job.metrics.get("losses", ()))  # type: ignore[call-overload]
        found.append(await loss_chart(losses, language))
        found.append(await confusion_chart(report, _full_name(job), language))
    return [each for each in found if each]


def _said(
    job: Job, report: VersionReport, pictures: Sequence[Picture], language: Language
) -> Iterator[str]:
    name, current = _full_name(job), str(job.metrics["current_model"])
    if report.judgement is None:
        yield say(language, "finetune.no_current", name=name)
    else:
        names = {"name": name, "current": current}
        yield verdict_in_words(report.judgement, names, report.texts, language)
    if report.texts < _FEW:
        yield say(language, "finetune.few_held_out", n=report.texts)
    if report.readings > 1:
        yield say(language, "finetune.readings", n=report.readings)
    has_matrix = any(each.name == "confusion.png" for each in pictures)
    if has_matrix and needs_numbers(report.labels):
        yield say(language, "confusion.numbers", labels=numbered(report.labels))
    yield say(language, "finetune.try", name=name)
    if (live := job.metrics.get("live")) is not None:
        key = "finetune.is_not_live" if live else "finetune.is_live"
        yield say(language, key, bare=job.params["name"], live=live, name=name)


def _table(job: Job, report: VersionReport, language: Language) -> Table:
    sides = [(_full_name(job), report.new)]
    if report.live:
        sides.append((str(job.metrics["current_model"]), report.live))
    columns = (say(language, "finetune.measure"), *(name for name, _ in sides))
    return Table(columns, tuple(_rows([figures for _, figures in sides], language)))


def _rows(sides: Sequence[Figures], language: Language) -> Iterator[tuple[str, ...]]:
    def row(measure: str, values: Sequence[str], **facts: str) -> tuple[str, ...]:
        return (say(language, f"finetune.{measure}", **facts), *values)

    yield row("accuracy", [_bounded(each.accuracy) for each in sides])
    yield row("macro_f1", [_bounded(each.macro_f1) for each in sides])
    yield row("calibration", [f"{each.calibration_error:.1%}" for each in sides])
    yield row("p95", ["–" if each.p95_ms is None else f"{each.p95_ms:.1f} ms" for each in sides])
    for label in sides[0].labels:
        of_label = [each.labels[label] for each in sides]
        yield row("f1_of", [_bounded(each.f1) for each in of_label], label=label)
        both = [f"{each.precision:.0%} / {each.recall:.0%}" for each in of_label]
        yield row("precision_of", both, label=label)


def _bounded(figure: Bounded) -> str:
    return f"{figure.value:.1%} ({100 * figure.low:.0f}–{100 * figure.high:.0f})"


def _full_name(job: Job) -> str:
    return f"{job.params['name']}@{job.metrics['version']}"


def _snapshot(job: Job) -> Mapping[str, str]:
    match job.params:
        case {"snapshot": int(number), "hash": str(digest)}:
            return {"snapshot": f"#{number} {digest}"}
        case _:
            return {}
