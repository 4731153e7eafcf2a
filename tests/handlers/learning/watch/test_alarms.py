"""Which signs are told, and when a version has to go."""

from handlers.learning.watch.acceptance import FEWEST_FORMER, ROLLBACK_WITHIN, Judged
from handlers.learning.watch.alarms import Evidence, Sign, alarms, to_roll_back
from handlers.learning.watch.drift import WINDOW, Answered

GOOD = [Judged(str(n % 9), is_right=n % 10 > 0) for n in range(100)]
BAD = [Judged(str(n % 9), is_right=n % 5 > 2) for n in range(100)]
JOY, FEAR = [Answered("joy", 0.9)] * WINDOW, [Answered("fear", 0.1)] * WINDOW


def signs(*evidence):
    return [one.sign for one in alarms(Evidence(*evidence))]


def test_what_is_as_before_is_not_told():
    assert signs(GOOD, GOOD, JOY, JOY) == [] and signs([], [], [], []) == []


def test_a_fall_and_drift_are_told():
    assert signs(BAD, GOOD, [], []) == [Sign.ACCEPTANCE]
    assert signs([], [], JOY, FEAR) == [Sign.LABELS, Sign.MARGINS]


def test_without_a_former_version_its_own_first_judgements_are_usual():
    assert signs([*GOOD, *BAD], [], [], []) == [Sign.ACCEPTANCE]
    assert signs(BAD[: FEWEST_FORMER - 1], [], [], []) == []


def test_few_answers_are_not_compared():
    assert signs([], [], JOY, FEAR[1:]) == []


def test_a_new_version_that_falls_has_to_go():
    assert to_roll_back(Evidence(BAD, GOOD, [], []))
    assert to_roll_back(Evidence(GOOD, GOOD, [], [])) is None


def test_nothing_goes_back_where_it_is_not_known_what_was_usual_or_long_after():
    assert to_roll_back(Evidence(BAD, GOOD[: FEWEST_FORMER - 1], [], [])) is None
    late = [*GOOD, *GOOD, *BAD]
    assert len(late) > ROLLBACK_WITHIN and to_roll_back(Evidence(late, GOOD, [], [])) is None
