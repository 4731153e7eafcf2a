"""What the bundled checkpoints are measured on, and how that is shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Goal:
    """What is measured, beside what others reach. All figures are percents."""

    key: str
    task: str
    checkpoint: str
    target: float | None = None
    floor: float | None = None
    """TF-IDF (characters 1-4, words 1-2) with a linear classifier on the same rows."""
    beside: str = ""


_CHARACTERS = "the floor is the cosine of TF-IDF, characters 1-4"
_NAMES = "the floor is a list of the names of the training rows"
GOALS = (
    Goal("nsmc_test", "NSMC test, accuracy", "sentiment", 88.5, 87.3),
    Goal(
        "sst2_dev",
        "SST-2 dev, never trained on, accuracy",
        "sentiment",
        78.0,
        82.9,
        "the floor was trained on SST-2",
    ),
    Goal(
        "sst2_test",
        "SST-2 test, never trained on, accuracy",
        "sentiment",
        None,
        85.0,
        "the floor was trained on SST-2",
    ),
    Goal("polarity_test", "GoEmotions test, clear remarks, accuracy", "sentiment"),
    Goal(
        "ynat_dev",
        "YNAT dev, macro-F1",
        "topics",
        82.0,
        78.4,
        "klue/roberta-base, 110 million parameters: 85.07 (KLUE paper)",
    ),
    Goal("ynat_10k", "YNAT dev, 10,000 rows on the body, macro-F1", "fillmask", 78.0, 72.1),
    Goal(
        "go_emotions_test",
        "GoEmotions test, 28 labels, micro-F1 at one threshold",
        "emotions",
        48.0,
    ),
    Goal("intent3i4k", "3i4K test, fine-tuned on the body, accuracy", "fillmask", 89.0, 89.0),
    Goal(
        "masked_ko",
        "masked Korean token among the top five",
        "fillmask",
        beside="the floor guesses the five most frequent",
    ),
    Goal(
        "masked_en",
        "masked English token among the top five",
        "fillmask",
        beside="the floor guesses the five most frequent",
    ),
    Goal("sts_en", "STS-B test, Spearman x100", "meaning", 78.0, beside=_CHARACTERS),
    Goal("sts_ko", "KorSTS test, Spearman x100", "meaning", 73.0, beside=_CHARACTERS),
    Goal("sts_klue", "KLUE-STS dev, Spearman x100", "meaning", 68.0, beside=_CHARACTERS),
    Goal("tatoeba_to_english", "Tatoeba, Korean to English, first of 500", "meaning", 70.0),
    Goal("tatoeba_to_korean", "Tatoeba, English to Korean, first of 500", "meaning", 70.0),
    Goal("ntrex_to_english", "NTREX news, Korean to English, first of 1,495", "meaning", 50.0),
    Goal("ntrex_to_korean", "NTREX news, English to Korean, first of 1,495", "meaning", 50.0),
    *(
        Goal(f"few_{key}_{size}", f"{task}, {size} rows a label, macro-F1", "meaning", target)
        for key, task, targets in (
            ("trec", "TREC", {8: 55.0, 32: 65.0, 128: 73.0}),
            ("intents", "3i4K", {8: 60.0, 32: 63.0, 128: 64.0}),
            ("banking", "Banking77", {8: None}),
        )
        for size, target in targets.items()
    ),
    Goal("described_snips", "Snips by a description of each intent, accuracy", "meaning", 70.0),
    Goal("described_ynat", "YNAT dev by a description of each topic, accuracy", "meaning", 55.0),
    Goal("ner_ko_klue", "KLUE-NER, span F1", "entities", 80.0, 52.4, _NAMES),
    Goal("ner_en_uner_ewt", "EWT test, span F1", "entities", 74.0, 47.2, _NAMES),
    Goal("ner_en_wnut17", "WNUT-17 test, span F1", "entities", 35.0, 13.0, _NAMES),
    Goal("ner_en_wikigold", "Wikigold, never trained on, span F1", "entities", 68.0, 25.0, _NAMES),
    Goal("ner_en_crossner", "CrossNER test, span F1", "entities", None, 30.5, _NAMES),
    Goal("ner_en_btc", "Broad Twitter Corpus test, span F1", "entities", None, 43.1, _NAMES),
    Goal("ner_en_slurp", "SLURP test, span F1", "entities", None, 62.6, _NAMES),
)


def table(found: Figures) -> str:
    """All figures and costs as two Markdown tables."""
    return "\n".join([*result_lines(found, GOALS), "", *cost_lines(found)])


def result_lines(found: Figures, goals: Iterable[Goal]) -> list[str]:
    """What was measured for ``goals``, a line each."""
    lines = [
        "| task | floor | ours | target | calibration error | checkpoint | beside it |",
        "|---|---|---|---|---|---|---|",
    ]
    for goal in goals:
        if (result := found["results"].get(goal.key)) is None:
            continue
        floor = goal.floor if goal.floor is not None else result["floor"]
        cells = [
            goal.task,
            _figure(floor),
            _figure(result["ours"]),
            _figure(goal.target),
            _figure(result["calibration_error"], digits=3),
            goal.checkpoint,
            goal.beside,
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def cost_lines(found: Figures) -> list[str]:
    """What the checkpoints take, a line each."""
    lines = [
        "| checkpoint | parameters | megabytes | milliseconds a message on one core |",
        "|---|---|---|---|",
    ]
    for name, cost in found["costs"].items():
        cells = [name, f"{cost['parameters']:,}", _figure(cost["megabytes"])]
        lines.append("| " + " | ".join([*cells, _figure(cost["milliseconds"])]) + " |")
    return lines


def _figure(value: float | None, digits: int = 1) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def misses(found: Figures, checkpoint: str) -> list[tuple[Goal, float]]:
    """The goals of ``checkpoint`` that were not reached, and by how many points."""
    short = [
        (goal, goal.target - found["results"][goal.key]["ours"])
        for goal in GOALS
        if goal.checkpoint == checkpoint and goal.target and goal.key in found["results"]
    ]
    return [(goal, points) for goal, points in short if points > 0]
