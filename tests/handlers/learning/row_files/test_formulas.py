"""What a program for tables would run, and what is a number."""

import pytest

from handlers.learning.row_files.formulas import defused, defused_value, undefused

NUMBERS = ["-3.5", "+82", "-1,234.5 %", "-1e-05", "3"]
FORMULAS = ["=1+1", "+82-10", "-a", "@SUM(1)", " -1", "'-3.5", "'=1", "\t-1", "＝1+1", "-1\n=1"]


@pytest.mark.parametrize("cell", NUMBERS)
def test_a_number_stays_a_number(cell):
    assert defused_value(cell) == undefused(cell) == cell


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_formula_stands_behind_an_apostrophe_and_comes_back(cell):
    assert defused(cell) == f"'{cell}"
    assert undefused(defused(cell)) == cell


def test_a_number_that_was_written_behind_an_apostrophe_comes_back():
    assert undefused("'-3.5") == "-3.5"
