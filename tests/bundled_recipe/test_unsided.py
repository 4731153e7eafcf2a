"""Our own lists of text that a classifier should be unsure of."""

from bundled_recipe.texts.unsided import LISTS, nonsense, own_lines
from models.canonical import canonical
from models.languages.scripts import has_words

SCRIPTS = frozenset({"HANGUL", "LATIN"})


def test_each_list_is_long_and_what_measures_it_is_never_fitted_on():
    for name in LISTS:
        lines = own_lines(name)
        assert len(lines.measured) >= 200 and len(lines.fitted) >= 100, name
        every = [canonical(line) for line in (*lines.fitted, *lines.measured)]
        assert len(set(every)) == len(every), name
        assert all(every), name


def test_what_takes_no_side_has_words():
    for name in LISTS[:2]:
        lines = own_lines(name)
        assert all(has_words(line, SCRIPTS) for line in (*lines.fitted, *lines.measured))


def test_nonsense_is_drawn_again_and_is_of_many_kinds():
    lines = nonsense(300)
    assert lines == nonsense(300) != nonsense(300, seed=1)
    assert len(set(lines)) > 280
    assert 20 < sum(not has_words(line, SCRIPTS) for line in [*lines, *("12", "ㅠㅠ") * 20]) < 200
