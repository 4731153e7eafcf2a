"""What is told of a training that is done: the gate's word, and what it is based on."""

from collections.abc import Iterator, Mapping, Sequence

from handlers.coding.button import script_button
from handlers.comparing.starting import compare_button
from handlers.learning.gate.figures import Figures
from handlers.learning.gate.verdict import Verdict
from handlers.texts import say
from handlers.training.charts.showing import charts, charts_in_words
from handlers.training.compared import compared
from handlers.training.differences import differences_button
from handlers.training.plan import duration
from handlers.training.report import VersionReport, from_json
from handlers.training.verdict_words import verdict_in_words
from handlers.types import Button, Language, Picture, Reply, Table
from handlers.versions.card_text import bounded, cells_of
from handlers.versions.moving import back_button
from storage.records import Job

_FEW = 30
"""The usual rule of thumb for a proportion."""
_LIVE: Mapping[object, str] = {"": "finetune.is_live", None: "finetune.none_is_live"}
"""What is said where the name means the new version, and where it means none."""


async def done_reply(job: Job, language: Language) -> Reply:
    """Tell how good a version is, and whether it may take the live one's place."""
    if "report" not in job.metrics:
        return _of_before(job, language)
    report = from_json(job.metrics["report"])
    full_name = _full_name(job)
    pictures = await charts(job.metrics, report, full_name, language)
    return Reply(
        title=say(language, "finetune.done", name=full_name),
        text="\n".join(_said(job, report, pictures, language)),
        table=_table(job, report, language),
        files=tuple(pictures),
        controls=(
            *_promotion(job, report, language),
            *_comparison(job, report, language),
            *differences_button(job, report, language),
            script_button(job.id, language),
        ),
        footer={
            "model": full_name,
            "base": str(job.metrics.get("base") or job.params["base"]),
            "time": duration(float(str(job.metrics["seconds"])), language),
            "held-out": str(report.texts),
            **_snapshot(job),
        },
    )


def _promotion(job: Job, report: VersionReport, language: Language) -> tuple[Button, ...]:
    """Return the buttons that let a better version answer and take that back, for admins."""
    is_better = report.judgement and report.judgement.verdict is Verdict.BETTER
    if not is_better or job.metrics.get("live") != job.metrics["current_model"]:
        return ()
    name, former = _full_name(job), str(job.metrics["current_model"])
    use = Button(f"live:{name}", say(language, "modelinfo.use"), "good")
    return (use, back_button(name, former, language))


def _comparison(job: Job, report: VersionReport, language: Language) -> tuple[Button, ...]:
    """Return what lets people decide where the test side could not."""
    is_open = report.judgement and report.judgement.verdict is Verdict.NOT_SHOWN
    if not is_open or report.decisions or job.metrics.get("live") != job.metrics["current_model"]:
        return ()
    return (compare_button(_full_name(job), language),)


def _of_before(job: Job, language: Language) -> Reply:
    """A training that ended before there were reports, and was not told of yet."""
    name = _full_name(job)
    text = say(language, "finetune.try", name=name)
    return Reply(title=say(language, "finetune.done", name=name), text=text)


def _said(
    job: Job, report: VersionReport, pictures: Sequence[Picture], language: Language
) -> Iterator[str]:
    name, current = _full_name(job), str(job.metrics["current_model"])
    if report.judgement is None:
        yield say(language, "finetune.no_current", name=name)
    else:
        names = {"name": name, "current": current}
        is_multi_label = report.is_multi_label
        facts = (report.judgement, names, report.texts, language)
        yield verdict_in_words(*facts, is_multi_label=is_multi_label)
    if same_as := job.params.get("same_as"):
        yield say(language, "finetune.same_as", version=same_as)
    if report.must_pass_wrong:
        yield _must_pass(report, language)
    if report.texts < _FEW:
        yield say(language, "finetune.few_held_out", n=report.texts)
    if unmeasured := report.unmeasured:
        yield say(language, "finetune.unmeasured", labels=", ".join(unmeasured))
    if report.readings > 1:
        yield say(language, "finetune.readings", n=report.readings)
    yield from charts_in_words(report, pictures, language)
    yield from compared(job, report, language)
    yield say(language, "finetune.try", name=name)
    if "live" in job.metrics:
        live = job.metrics["live"]
        key = _LIVE.get(live, "finetune.is_not_live")
        yield say(language, key, bare=job.params["name"], live=live, name=name)


def _must_pass(report: VersionReport, language: Language) -> str:
    """Name what it must get right and does not, as /dataset mustpass lists them."""

    def named(numbers: Sequence[int]) -> str:
        found = [report.labels[number] for number in numbers if number >= 0]
        return ", ".join(found) or say(language, "differ.none")

    told = [
        say(
            language,
            "must_pass.wrong",
            number=one.number,
            wanted=named(one.wanted),
            said=named(one.said),
        )
        for one in report.must_pass_wrong[:_FEW]
    ]
    return say(
        language, "must_pass.not_right", n=len(report.must_pass_wrong), which=", ".join(told)
    )


def _table(job: Job, report: VersionReport, language: Language) -> Table:
    sides = [(_full_name(job), report.new)]
    if report.live:
        sides.append((str(job.metrics["current_model"]), report.live))
    columns = (say(language, "finetune.measure"), *(name for name, _ in sides))
    return Table(columns, tuple(_rows([figures for _, figures in sides], language)))


def _rows(sides: Sequence[Figures], language: Language) -> Iterator[tuple[str, ...]]:
    def row(measure: str, values: Sequence[str], **facts: str) -> tuple[str, ...]:
        return (say(language, f"finetune.{measure}", **facts), *values)

    cells = [cells_of(each) for each in sides]
    yield from (row(measure, [each[measure] for each in cells]) for measure in cells[0])
    for label in sides[0].labels:
        of_label = [each.labels[label] for each in sides]
        yield row("f1_of", [bounded(each.f1) for each in of_label], label=label)
        both = [f"{each.precision:.0%} / {each.recall:.0%}" for each in of_label]
        yield row("precision_of", both, label=label)


def _full_name(job: Job) -> str:
    return f"{job.params['name']}@{job.metrics['version']}"


def _snapshot(job: Job) -> Mapping[str, str]:
    match job.params:
        case {"snapshot": int(number), "hash": str(digest)}:
            return {"snapshot": f"#{number} {digest}"}
        case _:
            return {}
