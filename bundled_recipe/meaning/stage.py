"""From the body and two teachers to the finished sentence encoder."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import BertModel, PreTrainedTokenizerFast

from bundled_recipe.body.stage import Workshop
from bundled_recipe.body.vocabulary import encode, load_tokenizer
from bundled_recipe.checkpoints import copy_tokenizer, read_figures, save_checkpoint, training_place
from bundled_recipe.meaning.encoder import embed, fast_encoder, load_encoder, write_modules
from bundled_recipe.meaning.examples import EXAMPLES
from bundled_recipe.meaning.measuring import rank_correlation, translations_found
from bundled_recipe.meaning.targets import Imitation, beside_body, fit_space
from bundled_recipe.meaning.teachers import (
    Encoder,
    Vectors,
    english_encoder,
    multilingual_encoder,
    remembered,
    unit,
)
from bundled_recipe.meaning.texts import Lessons, read_lessons, read_scored
from bundled_recipe.meaning.training import LONGEST, Settings, Training
from bundled_recipe.meaning.words import Words, fit_words, start_from_words

NAME = "meaning"
ENGLISH_PART = 0.4
"""How much the English teacher counts in a target. For likeness .5 is the best of 0 to 1 on the dev
rows; the other teacher keeps more of what few labelled rows need (TREC, training part)."""
BODY_PART = 0.15
"""How much the body's own vector counts in a target: at .25 few rows of 3i4K (of its training part)
are worth what the body itself makes of them, and translations of each other lie apart."""
BODY_SHARE = 4
"""One in so many of the student's numbers is the body's."""
_READ_BY_BOTH = 16_000
"""Pairs, and other English sentences, that the English teacher reads, too; of the others its
vector is guessed."""
WORD_STEPS = 1_200
"""Of a thousand sentences each, for the words alone."""
_WATCH_EVERY_S = 240.0


@dataclass(frozen=True)
class Teachers:
    """How to get each one's encoder; asked only for sentences that are not remembered."""

    multilingual: Callable[[], Encoder] = multilingual_encoder
    english: Callable[[], Encoder] = english_encoder


@dataclass(frozen=True)
class Taught:
    """The teachers' vectors of the lessons, a row each, in the lessons' order."""

    korean_sides: Vectors
    english_sides: Vectors
    korean: Vectors
    english: Vectors
    pairs_in_english: Vectors
    """The English teacher's, of as many pairs as it read: the first ones."""
    english_in_english: Vectors


def meaning_stage(shop: Workshop, teachers: Teachers, seconds: float) -> None:
    """Ask the teachers, train by the clock, measure on the dev rows and save."""
    lessons = read_lessons(shop.data)
    taught = ask_teachers(lessons, shop.work / "teachers", teachers)
    finished, body = shop.earlier / NAME, shop.out / "fillmask"
    before = _earlier_runs(finished)
    tokenizer = load_tokenizer(body)
    settings = Settings(seed=1000 * len(before))
    known = load_encoder(finished if before else body)
    width = known.config.hidden_size
    imitation = imitate(lessons, taught, width - width // BODY_SHARE, ENGLISH_PART)
    imitation = kept_beside(imitation, shop.work / "body", body)
    model = known if before else _first(known, tokenizer, imitation, shop.work / "words.pt")
    watch = partial(_print_figures, shop.data, lessons, tokenizer)
    progress = Training(
        model,
        tokenizer,
        imitation,
        lessons.triples,
        lessons.scored,
        seconds,
        shop.work / f"{NAME}.pt",
        settings,
    ).run(watch, _WATCH_EVERY_S)
    model.cpu().half().float()  # type: ignore[no-untyped-call]  # measure what will be on disk
    figures = {
        "training": asdict(progress),
        "before": before,
        "settings": asdict(settings),
        "english_part": ENGLISH_PART,
        "body_part": BODY_PART,
        "lessons": _counts(lessons),
        "examples": compared(partial(embed, model, tokenizer)),
        "parameters": model.num_parameters(),
        "dev": dev_figures(shop.data, lessons, partial(embed, model, tokenizer)),
        **training_place(),
    }
    copy_tokenizer(body, shop.out / NAME)
    write_modules(shop.out / NAME, model.config.hidden_size)
    save_checkpoint(model, shop.out / NAME, figures)


def _first(
    body: BertModel, tokenizer: PreTrainedTokenizerFast, imitation: Imitation, kept: Path
) -> BertModel:
    """A network that knows what words mean; an earlier run's words are read from ``kept``."""
    if not kept.exists():
        encodings = encode(tokenizer, list(imitation.texts), LONGEST)
        known = body.embeddings.word_embeddings.weight.detach()
        found = fit_words(encodings, imitation, known, WORD_STEPS)
        torch.save(vars(found), kept)
    return start_from_words(Words(**torch.load(kept)), body.config)


def ask_teachers(lessons: Lessons, work: Path, teachers: Teachers) -> Taught:
    """Each teacher's vectors; what an earlier run asked is read from ``work``."""
    both = partial(remembered, folder=work / "multilingual", encoder=teachers.multilingual)
    english = partial(remembered, folder=work / "english", encoder=teachers.english)
    pairs = list(dict.fromkeys(lessons.pairs))
    return Taught(
        korean_sides=both([pair[0] for pair in pairs]),
        english_sides=both([pair[1] for pair in pairs]),
        korean=both(lessons.korean),
        english=both(lessons.english),
        pairs_in_english=english([pair[1] for pair in pairs[:_READ_BY_BOTH]]),
        english_in_english=english(lessons.english[:_READ_BY_BOTH]),
    )


def imitate(lessons: Lessons, taught: Taught, width: int, part: float) -> Imitation:
    """Every sentence with its target of ``width`` numbers; both sides of a pair have the same."""
    pairs = list(dict.fromkeys(lessons.pairs))
    of_pairs, of_others = taught.pairs_in_english, taught.english_in_english
    some, others = len(of_pairs), len(of_others)
    space = fit_space(
        np.concatenate([taught.english_sides[:some], taught.english[:others]]),
        np.concatenate([of_pairs, of_others]),
        part,
        width,
    )
    both_sides = unit(taught.korean_sides + taught.english_sides)
    targets = [
        space.targets(both_sides[:some], of_pairs),
        space.targets(both_sides[some:]),
        space.targets(taught.korean),
        space.targets(taught.english[:others], of_others),
        space.targets(taught.english[others:]),
    ]
    number = {pair: place for place, pair in enumerate(pairs)}
    said_twice = [number[pair] for pair in lessons.pairs]
    texts = [pair[side] for side in (0, 1) for pair in lessons.pairs]
    alone = len(lessons.korean) + len(lessons.english)
    return Imitation(
        texts=[*texts, *lessons.korean, *lessons.english],
        numbers=[*said_twice, *said_twice, *range(len(pairs), len(pairs) + alone)],
        targets=np.concatenate(targets),
    )


def kept_beside(imitation: Imitation, work: Path, body: Path) -> Imitation:
    """A target for each text, most of it the teachers', the rest what the body makes of it."""
    texts = list(dict.fromkeys(imitation.texts))
    found = remembered(texts, work, lambda: fast_encoder(body))
    number = {text: place for place, text in enumerate(texts)}
    rows = [number[text] for text in imitation.texts]
    targets = imitation.targets[list(imitation.numbers)]
    width = targets.shape[1] // (BODY_SHARE - 1)
    return Imitation(
        imitation.texts, range(len(rows)), beside_body(targets, found[rows], BODY_PART, width)
    )


def dev_figures(data: Path, lessons: Lessons, encode: Encoder) -> dict[str, float]:
    """What the choices are made by; no row of a test set is among these."""
    to_english, to_korean = translations_found(
        encode, [(pair[0], pair[1]) for pair in lessons.held_out_pairs]
    )
    return {
        "sts_en": rank_correlation(encode, read_scored(data, "sts_en_stsb_dev")),
        "sts_ko": rank_correlation(encode, read_scored(data, "sts_ko_korsts_dev")),
        "klue": rank_correlation(encode, lessons.held_out_scored),
        "to_english": to_english,
        "to_korean": to_korean,
    }


def compared(encode: Encoder) -> list[tuple[str, str, float]]:
    """Our own examples with their cosines."""
    first, second = (encode([pair[side] for pair in EXAMPLES]) for side in (0, 1))
    cosines = (first * second).sum(axis=1).tolist()
    return [(*pair, round(cosine, 2)) for pair, cosine in zip(EXAMPLES, cosines, strict=True)]


def _print_figures(
    data: Path, lessons: Lessons, tokenizer: PreTrainedTokenizerFast, model: BertModel
) -> None:
    found = dev_figures(data, lessons, partial(embed, model, tokenizer))
    print({key: round(each, 1) for key, each in found.items()}, flush=True)


def _counts(lessons: Lessons) -> dict[str, int]:
    return {
        "pairs": len(set(lessons.pairs)),
        "korean": len(lessons.korean),
        "english": len(lessons.english),
        "triples": len(lessons.triples),
        "scored": len(lessons.scored),
    }


def _earlier_runs(folder: Path) -> list[dict[str, Any]]:
    if not folder.exists():
        return []
    figures = read_figures(folder)
    return [*figures["before"], figures["training"]]
