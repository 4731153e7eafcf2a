"""What models are measured on: what was said of the test side without a part of any model. Pure."""

import numpy as np

from handlers.learning.votes.columns import Flags
from handlers.learning.votes.consensus import Standings, State
from handlers.learning.votes.tally import ARMS, SIDES, Tally
from handlers.learning.votes.tallying import by_some
from storage.records import VOTER_OF_A_FILE, Arm, Side


def measuring(tally: Tally) -> Flags:
    """Return which votes measure: those on the test side that no model had a part in.

    Nobody had an answer before them, and the text was drawn by chance, or came in a file. What is
    typed, or chosen on a text's card, may be what the live model has just got wrong.
    """
    votes = tally.votes
    files = [place for user, place in tally.users.items() if user.startswith(VOTER_OF_A_FILE)]
    is_unpicked = (votes.arm == ARMS.index(Arm.RANDOM)) | np.isin(votes.user, files)
    found: Flags = is_unpicked & ~votes.is_anchored & _is_test(tally)[votes.text]
    return found


def measured(tally: Tally) -> Standings:
    """Return where texts stand, those of the test side by what measures alone.

    Where nothing of it is gold by that, all that was said of the test side is all there is.
    """
    found, which = tally.count.texts, measuring(tally)
    if not which.any():
        return found
    some, is_test = by_some(tally, which), _is_test(tally)
    if not (is_test & (some.state == State.GOLD.code)).any():
        return found
    return Standings(
        np.where(is_test, some.state, found.state),
        np.where(is_test, some.answer, found.answer),
        np.where(is_test, some.posterior, found.posterior),
    )


def _is_test(tally: Tally) -> Flags:
    flags: Flags = tally.texts.side == SIDES.index(Side.TEST)
    return flags
