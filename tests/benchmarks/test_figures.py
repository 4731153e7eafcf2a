"""The index of the figures: what was met and missed is read from pages; what a run lacks."""

from pathlib import Path

from benchmarks.figures.index import Goal, goals, index
from benchmarks.figures.runs import FOLDER, RUNS, Run
from benchmarks.serving.runs.contestant import ROOT

PAGE = """\
# Something

| there are | request |
| --- | --- |
| 1 | /classify |

| figure | Tokki | beside it | goal | met | |
| --- | --- | --- | --- | --- | --- |
| first | 3 | naive 1 | 2 | yes | |
| second | 1.5 | | at least 2 | **no** | why |
| the same, elsewhere | 0 | | 1 | **no** | |
| third | – | | 1 | not measured | |
"""


def test_goals_are_the_rows_that_were_met_or_missed():
    assert [*goals(PAGE)] == [
        Goal("first", "2", "3", True),
        Goal("second", "at least 2", "1.5", False),
        Goal("second: the same, elsewhere", "1", "0", False),
    ]


def test_every_page_is_in_the_index_with_its_misses():
    said = index()
    for page in FOLDER.rglob("*.md"):
        if page.name != "README.md":
            assert f"({page.relative_to(FOLDER).as_posix()})" in said
            missed = [one for one in goals(page.read_text("utf-8")) if not one.is_met]
            assert all(f"| {one.name} |" in said for one in missed)


def test_every_benchmark_is_run():
    folder = ROOT / "benchmarks"
    mains = {file.parent.name for file in folder.glob("*/__main__.py")} - {"figures"}
    runs = [run.module for run in RUNS]
    assert mains <= set(runs) and len(runs) == len(set(runs))
    assert all(
        (folder / Path(*name.split("."))).with_suffix(".py").is_file()
        or (folder / name / "__main__.py").is_file()
        for name in runs
    )


def test_what_a_run_lacks_is_named():
    assert Run("growth").lacks(None) == ""
    assert Run("growth", needs=("json", "no_such_package")).lacks(None) == "no_such_package"
    assert Run("growth", must_have_data=True).lacks(None) == "--data"
    assert Run("growth", must_have_data=True).lacks(Path()) == ""
