"""From the body to the finished, calibrated token classifier."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self

from transformers import BertForTokenClassification, PreTrainedTokenizerFast

from bundled_recipe.body.stage import Workshop
from bundled_recipe.body.vocabulary import load_tokenizer, save_tokenizer, wrapped
from bundled_recipe.checkpoints import read_figures, save_checkpoint, training_place
from bundled_recipe.entities.capitals import with_marks
from bundled_recipe.entities.english_teacher import english_network, english_silver
from bundled_recipe.entities.examples import EXAMPLES
from bundled_recipe.entities.measuring import (
    Tagged,
    calibration_error,
    count_spans,
    judged_spans,
    tag,
)
from bundled_recipe.entities.pieces import AGGREGATION
from bundled_recipe.entities.sentences import (
    DEV,
    KLUE,
    TESTS,
    Sentence,
    Set,
    read_lessons,
    read_sentences,
)
from bundled_recipe.entities.tuning import Settings, Tuning, new_tagger
from bundled_recipe.entities.vocabulary import without_straddling
from models.checkpoints.certainty.calibration import CONFIG_KEY

NAME = "entities"
_TEMPERATURES = tuple(round(0.8 + 0.2 * step, 1) for step in range(10))
_HELD_OUT_ROWS = 1_000
_SURE_SHARE = 0.9
_LEAST_SURE = 50
"""Spans that have to be above a threshold before it is believed."""


def entities_stage(
    shop: Workshop, seconds: float, english_folder: Callable[[], Path] = english_network
) -> None:
    """Train by the clock, calibrate on the dev rows, measure and save.

    ``english_folder`` has the network that marks plain English text; what it marked for an earlier
    run is read from the work folder.
    """
    lessons = read_lessons(shop.data)
    silver = english_silver(shop, lessons, english_folder)
    body = shop.out / "fillmask"
    finished = shop.earlier / NAME
    before = _earlier_runs(finished)
    model = new_tagger(finished if before else body)
    tokenizer = _tokenizer(finished if before else body, lessons.first, is_loose=bool(before))
    settings = Settings(seed=1000 * len(before))
    state = shop.work / f"{NAME}.pt"
    first, last = [*lessons.first, *silver], [*lessons.last, *silver]
    progress = Tuning(model, tokenizer, first, last, seconds, state, settings).run(
        partial(_print_figures, tokenizer, lessons.held_out)
    )
    model.cpu().half().float()  # type: ignore[no-untyped-call]  # measure what will be on disk
    ask = partial(Asked.about, model, tokenizer)
    held_out = [ask(one, lessons.held_out[one.name][:_HELD_OUT_ROWS]) for one in (KLUE, *DEV)]
    tests = [ask(one, read_sentences(shop.data, one, "test")) for one in TESTS]
    calibration = calibrate(held_out)
    temperature = calibration["temperature"]
    figures = {
        "training": asdict(progress),
        "before": before,
        "settings": asdict(settings),
        "lessons": {
            "first": len(first),
            "last": len(last),
            "english_silver": len(silver),
        },
        "calibration": calibration,
        "held_out": {each.one.name: each.figures(temperature) for each in held_out},
        "tests": {each.one.name: each.figures(temperature) for each in tests},
        "examples": answered(model, tokenizer, temperature),
        "parameters": model.num_parameters(),
        **training_place(),
    }
    setattr(model.config, CONFIG_KEY, {**calibration, "aggregation": AGGREGATION.value})
    save_tokenizer(tokenizer, shop.out / NAME)
    save_checkpoint(model, shop.out / NAME, figures)


def _tokenizer(
    folder: Path, sentences: Sequence[Sentence], is_loose: bool
) -> PreTrainedTokenizerFast:
    """That of ``folder``, whose pieces do not lie across the edges of spans, with capitals."""
    tokenizer = load_tokenizer(folder)
    if is_loose:
        return tokenizer
    return wrapped(with_marks(without_straddling(tokenizer.backend_tokenizer, sentences)))


def answered(
    model: BertForTokenClassification, tokenizer: PreTrainedTokenizerFast, temperature: float
) -> list[dict[str, Any]]:
    """Our own examples with the spans found in them."""
    found = [each.spans(temperature) for each in tag(model, tokenizer, EXAMPLES)]
    return [
        {
            "text": text,
            "spans": [[text[each.span.start : each.span.end], each.span.kind] for each in some],
        }
        for text, some in zip(EXAMPLES, found, strict=True)
    ]


def _earlier_runs(folder: Path) -> list[dict[str, Any]]:
    if not folder.exists():
        return []
    figures = read_figures(folder)
    return [*figures["before"], figures["training"]]


@dataclass(frozen=True)
class Asked:
    """The sentences of a set and what a network says of them."""

    one: Set
    sentences: Sequence[Sentence]
    tagged: Sequence[Tagged]

    @classmethod
    def about(
        cls,
        model: BertForTokenClassification,
        tokenizer: PreTrainedTokenizerFast,
        one: Set,
        sentences: Sequence[Sentence],
    ) -> Self:
        """Ask about ``sentences`` of the set ``one``."""
        return cls(one, sentences, tag(model, tokenizer, [each.text for each in sentences]))

    def judged(self, temperature: float) -> list[tuple[float, bool]]:
        """How sure each span was found, and whether it is there."""
        found = [each.spans(temperature) for each in self.tagged]
        return judged_spans(found, self.sentences, self.one.marked)

    def figures(self, temperature: float) -> dict[str, Any]:
        """F1 of exact spans by kind, and the calibration error with and without temperature."""
        found = [each.spans() for each in self.tagged]
        counts = count_spans(found, self.sentences, self.one.marked)
        return {
            "rows": len(self.sentences),
            "spans": counts["all"].there,
            "f1": {kind: each.f1 for kind, each in counts.items()},
            "precision": 100 * counts["all"].right / max(1, counts["all"].found),
            "recall": 100 * counts["all"].right / max(1, counts["all"].there),
            "calibration_error": calibration_error(self.judged(temperature)),
            "uncalibrated_error": calibration_error(self.judged(1.0)),
        }


def calibrate(held_out: Sequence[Asked]) -> dict[str, float]:
    """The temperature at which a span's share is nearest to how often such spans are right.

    A set counts as much as any other. Below the threshold an answer is an unsure one: from there
    on 90 % of the spans found are right.
    """
    judged = {
        temperature: [each.judged(temperature) for each in held_out]
        for temperature in _TEMPERATURES
    }
    errors = {key: sum(map(calibration_error, each)) for key, each in judged.items()}
    best = min(errors, key=errors.__getitem__)
    together = sorted((each for some in judged[best] for each in some), reverse=True)
    return {"temperature": best, "unsure_below": _sure_from(together)}


def _sure_from(judged: Sequence[tuple[float, bool]]) -> float:
    """The lowest share from which on enough are right; ``judged`` has the surest first."""
    right, lowest = 0, 1.0
    for number, (share, is_right) in enumerate(judged, start=1):
        right += is_right
        if number >= _LEAST_SURE and right >= _SURE_SHARE * number:
            lowest = share
    return round(lowest, 4)


def _print_figures(
    tokenizer: PreTrainedTokenizerFast,
    held_out: Mapping[str, Sequence[Sentence]],
    model: BertForTokenClassification,
) -> None:
    found = {}
    for one in (KLUE, *DEV):
        rows = held_out[one.name][:800]
        spans = [each.spans() for each in tag(model, tokenizer, [row.text for row in rows])]
        found[one.name] = round(count_spans(spans, rows, one.marked)["all"].f1, 1)
    print(found, flush=True)
