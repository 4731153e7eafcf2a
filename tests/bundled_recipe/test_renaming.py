"""Names in the place of names."""

import random

from bundled_recipe.entities.renaming import Names
from bundled_recipe.entities.sentences import KINDS, Sentence, Span

MARKED = frozenset(KINDS)
ROWS = [
    Sentence("Jane is in Busan", (Span(0, 4, "PER"), Span(11, 16, "LOC")), MARKED),
    Sentence("Bartholomew left", (Span(0, 11, "PER"),), MARKED),
    Sentence("지영이는 서울에", (Span(0, 2, "PER"), Span(5, 7, "LOC")), MARKED),
]


def test_spans_stay_exact_and_of_their_kind_and_script():
    names, draw = Names(ROWS), random.Random(0)
    seen = set()
    for _ in range(60):
        one = names.told_of_others(ROWS[0], draw)
        who, where = (one.text[span.start : span.end] for span in one.spans)
        assert [span.kind for span in one.spans] == ["PER", "LOC"]
        assert where.lower() == "busan"
        seen.add(who)
    assert {"Jane", "Bartholomew", "jane"} <= seen
    assert "지영" not in seen


def test_where_something_is_unsure_nothing_is_moved():
    one = Sentence("Jane and Bo", (Span(0, 4, "PER"),), MARKED, unsure=((9, 10),))
    draw = random.Random(0)
    assert all(Names(ROWS).told_of_others(one, draw) == one for _ in range(20))
