"""`/zeroshot`: labels that a model has never learned, one or several of them for a text.

A head of natural language inference is asked whether the text entails “This is about LABEL”, as the
pipeline of transformers does; any other model compares the vectors of text and label.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp

from handlers.asking.checkpoints import ready, say_if_slow
from handlers.asking.foreign_text import reader_of
from handlers.asking.query_log import (
    Stopwatch,
    cut_note,
    log_if_possible,
    not_kept_note,
    small_print,
)
from handlers.coding.button import code_button
from handlers.collecting.label_list import check_number, read_labels
from handlers.services import Services
from handlers.table import Bilingual, Command, Kind, Option, model_option, text_option
from handlers.texts import say
from handlers.types import Bar, Language, Reply, Request, Table, UserError
from models.canonical import folded
from models.languages.scripts import has_words
from models.results import Checkpoint, Classification, LabelScore, Task, TokenCount
from models.tasks.classification import TextToClassify
from models.tasks.embedding import TextToEmbed, cosines
from storage.records import Label

DEFAULT_MODEL = "meaning"
_HOLDS_FROM = 0.5
"""Of several labels, one holds from this probability on."""
_ALIKE_FROM = 0.25
"""And from this cosine on: all-MiniLM-L6-v2 on SNIPS puts 69 in 100 right labels above it, and 8 in
100 wrong ones."""
_ENTAILS, _CONTRADICTS = ("entail", "함의"), ("contradict", "모순")
_HANGUL = frozenset({"HANGUL"})
_LONGEST_TEXT = 10_000
"""It is read once for each label."""
_LONGEST_LIST = 5_000


@dataclass(frozen=True, slots=True)
class _Found:
    """Labels with their scores, the best first."""

    ranked: tuple[tuple[str, float], ...]
    tokens: TokenCount
    engine: str
    note: str | None
    """The sentence that says what the scores are, where they are no probabilities."""
    asked: Mapping[str, Mapping[str, str]]
    """What was asked for each label: its meaning, or whether it is entailed."""


async def zero_shot(request: Request, services: Services) -> Reply:
    """Answer `/zeroshot text labels [multi] [model]`."""
    language = request.actor.language
    labels = read_labels(str(request.options["labels"]))
    check_number(labels)
    checkpoint = await ready(services, request, "model", DEFAULT_MODEL)
    is_multi = request.options.get("multi") == "several"
    is_classifier = services.models.task_of(checkpoint) == Task.CLASSIFY
    task = Task.CLASSIFY if is_classifier else Task.EMBED
    await say_if_slow(services, checkpoint, request, task)
    watch = Stopwatch()
    judge = _by_inference if is_classifier else _by_vectors
    found = await judge(request, services, checkpoint, labels, is_multi)
    result = {
        "zero_shot": [[name, round(score, 6)] for name, score in found.ranked],
        "multi": is_multi,
        **found.asked,
    }
    query_number = await log_if_possible(services, request, checkpoint, result, watch)
    text = str(request.options["text"])
    notes = (
        say(language, found.note) if found.note else None,
        cut_note(language, found.tokens),
        (await reader_of(services, checkpoint)).note([text], language),
        not_kept_note(language, query_number),
    )
    return Reply(
        title=_title(found, language, is_multi=is_multi),
        text="\n".join(filter(None, notes)) or None,
        bars=() if found.note else tuple(Bar(*each) for each in found.ranked),
        table=_table(found, language) if found.note else None,
        controls=code_button(query_number, language),
        footer=small_print(checkpoint, watch, found.tokens, query_number, found.engine),
    )


ZERO_SHOT = Command(
    name=Bilingual("zeroshot", "제로샷"),
    description=Bilingual(
        "Which of your own labels fit a text",
        "직접 적은 라벨 가운데 맞는 것을 골라요",
    ),
    handler=zero_shot,
    example=Bilingual(
        '/zeroshot The goalkeeper saved us labels:"sports, politics, weather"',
        '/제로샷 골키퍼가 우리를 살렸어요 라벨:"스포츠, 정치, 날씨"',
    ),
    options=(
        replace(text_option("The text", "글"), maximum=_LONGEST_TEXT),
        Option(
            Bilingual("labels", "라벨"),
            Bilingual(
                "Labels with commas between them; label = description says more",
                "쉼표로 나눈 라벨. 뜻은 등호 뒤에 적을 수 있어요: 라벨 = 설명",
            ),
            Kind.TEXT,
            holds_words=True,
            is_required=True,
            maximum=_LONGEST_LIST,
        ),
        Option(
            Bilingual("multi", "고르기"),
            Bilingual("One label or several (one)", "라벨 하나 또는 여럿 (기본 하나)"),
            Kind.CHOICE,
            choices=(Bilingual("one", "하나"), Bilingual("several", "여럿")),
        ),
        model_option("Which model (meaning)", "쓸 모델 (기본 meaning)"),
    ),
)


async def _by_vectors(
    request: Request,
    services: Services,
    checkpoint: Checkpoint,
    labels: Sequence[Label],
    is_multi: bool,
) -> _Found:
    """Compare the text with what each label means; the cosines are the same for one or several."""
    texts = [str(request.options["text"]), *map(_meaning, labels)]
    asker = request.place.community
    text, *others = await asyncio.gather(
        *(services.models.ask(checkpoint, TextToEmbed(each), asker) for each in texts)
    )
    scores = cosines(text, others)
    note = "zeroshot.by_vectors" if text.is_for_comparing else "similar.not_for_comparing"
    asked = {"meanings": {label.name: _meaning(label) for label in labels}}
    return _Found(_ranked(labels, scores), text.tokens, text.engine, note, asked)


async def _by_inference(
    request: Request,
    services: Services,
    checkpoint: Checkpoint,
    labels: Sequence[Label],
    is_multi: bool,
) -> _Found:
    """Ask whether the text entails each label, as transformers' zero-shot pipeline does."""
    text, asker = str(request.options["text"]), request.place.community
    answers = await asyncio.gather(
        *(
            services.models.ask(checkpoint, TextToClassify(text, _hypothesis(label)), asker)
            for label in labels
        )
    )
    sides = [_sides(each, checkpoint) for each in answers]
    if is_multi:
        scores = [1 / (1 + exp(against - entails)) for entails, against in sides]
    else:
        most = max(entails for entails, _ in sides)
        powers = [exp(entails - most) for entails, _ in sides]
        scores = [power / sum(powers) for power in powers]
    longest = max(answers, key=lambda each: each.tokens.total)
    asked = {"hypotheses": {label.name: _hypothesis(label) for label in labels}}
    return _Found(_ranked(labels, scores), longest.tokens, longest.engine, None, asked)


def _sides(answer: Classification, checkpoint: Checkpoint) -> tuple[float, float]:
    """Return the logits of entailment and of contradiction.

    Raises:
        UserError: the model judges something else.
    """
    entails = _logit(answer.scores, is_entailment)
    against = _logit(answer.scores, is_contradiction)
    if entails is None:
        raise UserError("not_for_zeroshot", model=checkpoint.full_name)
    if against is None:  # a head of two labels: entailment or not
        others = [each.logit or 0.0 for each in answer.scores if not is_entailment(each.label)]
        against = min(others, default=0.0)
    return entails, against


def _logit(scores: Sequence[LabelScore], is_meant: Callable[[str], bool]) -> float | None:
    return next((each.logit for each in scores if is_meant(each.label)), None)


def is_entailment(label: str) -> bool:
    """Whether a head says with this label that one text follows from the other."""
    return folded(label).startswith(_ENTAILS)


def is_contradiction(label: str) -> bool:
    """Whether it says so that one speaks against the other."""
    return folded(label).startswith(_CONTRADICTS)


def _hypothesis(label: Label) -> str:
    """Say that a text is about a label, in the label's own language."""
    meaning = _meaning(label)
    language = Language.KOREAN if has_words(meaning, _HANGUL) else Language.ENGLISH
    return say(language, "zeroshot.hypothesis", label=meaning)


def _meaning(label: Label) -> str:
    return label.description or label.name


def _ranked(labels: Sequence[Label], scores: Sequence[float]) -> tuple[tuple[str, float], ...]:
    pairs = zip((label.name for label in labels), scores, strict=True)
    return tuple(sorted(pairs, key=lambda pair: -pair[1]))


def _title(found: _Found, language: Language, *, is_multi: bool) -> str:
    if not is_multi:
        return found.ranked[0][0]
    least = _ALIKE_FROM if found.note else _HOLDS_FROM
    held = [name for name, score in found.ranked if score >= least]
    return ", ".join(held) or say(language, "classify.none_fits")


def _table(found: _Found, language: Language) -> Table:
    columns = (say(language, "classify.label"), say(language, "zeroshot.cosine"))
    return Table(columns, tuple((name, f"{score:.2f}") for name, score in found.ranked))
