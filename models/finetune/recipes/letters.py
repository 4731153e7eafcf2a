"""Learning what `models.checkpoints.certainty.letters` serves: a linear model of letter groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from models.checkpoints.certainty.letters import Letters, groups_of, packed
from models.finetune.recipes.regression import Floats, Regression, Targets, fit

C = 10.0
"""Of its regression."""
_MOST_GROUPS, _MOST_WEIGHTS = 20_000, 1_500_000


class LetterGroups:
    """The groups of letters of some texts, and how rare each is among them."""

    def __init__(self, texts: Sequence[str], labels: int) -> None:
        """Take the most frequent ones; fewer, where there are many labels."""
        most = min(_MOST_GROUPS, _MOST_WEIGHTS // labels)
        self._table = TfidfVectorizer(
            analyzer=groups_of, sublinear_tf=True, max_features=most, dtype=np.float32
        )
        # One group that everybody has: scikit-learn takes no vocabulary of nothing.
        self._table.fit([*texts, "."])

    def features(self, texts: Sequence[str]) -> Any:  # noqa: ANN401 - as scipy has it
        """Return a sparse row for each text."""
        return self._table.transform(texts).tocsr()

    def packed(self, learned: Regression, share: float) -> Letters:
        """Return what serves what was learned from such features, `share` of its logits."""
        groups = self._table.get_feature_names_out().tolist()
        return Letters(
            groups=tuple(groups),
            rarity=packed(self._table.idf_),
            weights=packed(learned.weights * share),
            bias=tuple((learned.bias * share).tolist()),
        )


@dataclass(frozen=True, slots=True)
class LearnedLetters:
    """What was learned from the letters of a whole train side."""

    groups: LetterGroups
    rows: Any
    """What `groups` makes of the train side, sparse."""
    regression: Regression

    @classmethod
    def of(cls, groups: LetterGroups, rows: Any, targets: Targets) -> "LearnedLetters":  # noqa: ANN401
        """Learn from what `groups` makes of the train side."""
        return cls(groups, rows, fit(rows, targets, C))

    def logits(self, texts: Sequence[str]) -> Floats:
        """Return what it says of texts."""
        return self.regression.logits(self.groups.features(texts))

    def letters(self, share: float) -> Letters:
        """Return what serves it, `share` of its logits."""
        return self.groups.packed(self.regression, share)
