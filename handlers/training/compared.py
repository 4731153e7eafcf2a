"""What is told of a training beside its version: what else was tried, and the control."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from handlers.texts import say
from handlers.training.report import VersionReport
from handlers.types import Language
from storage.records import Job

_MOST_EPOCHS = 10
"""Are told of in words: the first and the last ones tell most."""


def compared(job: Job, report: VersionReport, language: Language) -> Iterator[str]:
    """Return sentences; none of a training that knows nothing of it."""
    tried: Sequence[Mapping[str, Any]] = _list(job, "tried")
    if tried:
        parts = [
            say(language, "finetune.tried_one", **_shares(one), what=one["what"]) for one in tried
        ]
        facts = {"recipe": job.metrics["recipe"], "n": tried[0]["rows"], "parts": ", ".join(parts)}
        yield say(language, "finetune.tried", **facts)
    if epochs := _list(job, "epochs"):
        yield say(language, "finetune.epochs", parts=", ".join(map(_losses, _shown(epochs))))
    control = job.metrics.get("control")
    if isinstance(control, Mapping):
        key = "finetune.control_sets" if report.is_multi_label else "finetune.control"
        name = f"{job.params['name']}@{job.metrics['version']}"
        yield say(language, key, name=name, **_own(report), **_shares(control))
        if _is_unbeaten(report, control):
            yield say(language, "finetune.control_unbeaten", name=name)


def _is_unbeaten(report: VersionReport, control: Mapping[str, Any]) -> bool:
    """Where several labels may hold, hardly any set is right as a whole: decisions are counted.

    What is right every time has nothing left to beat.
    """
    if report.new.micro_f1:
        mine, theirs = report.new.micro_f1.value, float(control["micro_f1"])
    else:
        mine, theirs = report.new.accuracy.value, float(control["accuracy"])
    return mine <= theirs and mine < 1


def _own(report: VersionReport) -> Mapping[str, str]:
    """What a version got itself, which is read before what it is compared with."""
    new = report.new
    return {
        "own_accuracy": f"{new.accuracy.value:.1%}",
        "own_macro_f1": f"{new.macro_f1.value:.1%}",
    }


def _list(job: Job, name: str) -> Sequence[Mapping[str, Any]]:
    found = job.metrics.get(name)
    return found if isinstance(found, list) else ()


def _shares(one: Mapping[str, Any]) -> Mapping[str, str]:
    return {name: f"{float(one[name]):.1%}" for name in ("accuracy", "macro_f1")}


def _shown(epochs: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    if len(epochs) <= _MOST_EPOCHS:
        return epochs
    half = _MOST_EPOCHS // 2
    return [*epochs[:half], *epochs[-half:]]


def _losses(epoch: Mapping[str, Any]) -> str:
    measured = epoch["eval_loss"]
    return f"{epoch['train_loss']:.3f} / {'–' if measured is None else f'{measured:.3f}'}"
