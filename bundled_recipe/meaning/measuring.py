"""How well vectors tell what means the same: rank correlation, translations found."""

from collections.abc import Sequence

import numpy as np
from scipy.stats import spearmanr

from bundled_recipe.meaning.teachers import Encoder, Vectors, unit
from bundled_recipe.meaning.texts import Pair, Scored


def rank_correlation(encode: Encoder, rows: Sequence[Scored]) -> float:
    """Spearman's, in percent, of cosines and what people said."""
    first = unit(encode([row.first for row in rows]))
    second = unit(encode([row.second for row in rows]))
    cosines = (first * second).sum(axis=1)
    return float(100 * spearmanr(cosines, [row.score for row in rows]).statistic)


def translations_found(encode: Encoder, pairs: Sequence[Pair]) -> tuple[float, float]:
    """Percents whose translation is the nearest of all: Korean to English, English to Korean."""
    korean = unit(encode([pair[0] for pair in pairs]))
    english = unit(encode([pair[1] for pair in pairs]))
    cosines = korean @ english.T
    return _first(cosines), _first(cosines.T)


def _first(cosines: Vectors) -> float:
    """Percent of rows whose own column is the highest."""
    return float(100 * np.mean(cosines.argmax(axis=1) == np.arange(len(cosines))))
