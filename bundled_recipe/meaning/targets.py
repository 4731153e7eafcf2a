"""Where each sentence should come to lie: two teachers' spaces as one, and that in fewer numbers.

A sentence's two vectors, one beside the other, are turned onto the directions in which sentences
differ most, as many as the student has numbers; nearly all of what tells sentences apart is in
these. The second teacher knows English alone: of Korean, its vector is that of the translation, or
what a linear map makes of the first teacher's.

Both teachers forget how a thing is said: whether it asks, commands or tells. The body's own vector
keeps that, which is what few labelled rows need most; it has the last directions for itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bundled_recipe.meaning.teachers import Vectors, unit

_RIDGE = 1.0


@dataclass(frozen=True)
class Space:
    """Turns the vectors of both teachers into a student's."""

    to_english: Vectors
    """[first width, second width]: from the first teacher's space into the second's."""
    basis: Vectors
    """[both widths, student's width]; its columns are orthonormal."""
    english_part: float
    """How much the second teacher counts in a cosine, 0 to 1."""

    def targets(self, both: Vectors, english: Vectors | None = None) -> Vectors:
        """A row for each sentence, of length one; without ``english`` it is guessed."""
        guessed = unit(both @ self.to_english) if english is None else english
        return unit(beside(both, guessed, self.english_part) @ self.basis)


def fit_space(both: Vectors, english: Vectors, part: float, width: int) -> Space:
    """The space of ``width`` numbers, from English sentences that both teachers have read."""
    gram = both.T @ both + _RIDGE * np.eye(both.shape[1], dtype=np.float32)
    to_english = np.linalg.solve(gram, both.T @ english).astype(np.float32)
    joined = beside(both, english, part)
    directions = np.linalg.eigh(joined.T @ joined)[1][:, ::-1]
    return Space(to_english, np.ascontiguousarray(directions[:, :width]), part)


def beside(both: Vectors, english: Vectors, part: float) -> Vectors:
    """Rows whose cosine is the mean of the two cosines, the second weighing ``part``."""
    joined: Vectors = np.concatenate(
        [np.sqrt(1 - part) * both, np.sqrt(part) * english], axis=1
    ).astype(np.float32)
    return joined


def beside_body(targets: Vectors, body: Vectors, part: float, width: int) -> Vectors:
    """``targets`` with ``width`` numbers more, in which rows of ``body`` differ most.

    A cosine is then the mean of the two, ``part`` the weight of the body's.
    """
    apart = body - body.mean(axis=0)
    directions = np.linalg.eigh(apart.T @ apart)[1][:, ::-1][:, :width]
    return beside(targets, unit(apart @ directions), part)


@dataclass(frozen=True)
class Imitation:
    """Sentences and the places they should have."""

    texts: Sequence[str]
    numbers: Sequence[int]
    """Of each text, its row of ``targets``."""
    targets: Vectors
