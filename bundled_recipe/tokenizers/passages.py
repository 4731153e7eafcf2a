"""What the example tokenizers learn their pieces from: a part of what the bundled body learnt."""

import random
from pathlib import Path

from bundled_recipe.body.stage import LANGUAGES
from bundled_recipe.texts.corpus import measured_texts, read_corpus

PASSAGES = 120_000
"""Of each language. More change few of eight thousand pieces."""


def read_passages(data: Path, seed: int = 0) -> list[str]:
    """Draw passages of both languages; none of a test set, nor any that repeats one."""
    measured = measured_texts(data)
    drawn: list[str] = []
    for code, sources in LANGUAGES.items():
        corpus = read_corpus(data / f"mlm_{code}.txt.gz", sources, measured)
        known = [passage for passage, _ in corpus.train]
        drawn += random.Random(seed).sample(known, min(PASSAGES, len(known)))  # noqa: S311
    return drawn
