"""What becomes of each row, and what is counted before anything is kept."""

import csv
import io

from handlers.learning.importing.columns import Columns
from handlers.learning.importing.left_out import LeftOutFile
from handlers.learning.importing.preview import Preview
from handlers.learning.importing.sorting import Item, LabelNames, LeftOut, Sorter
from handlers.learning.row_files.opening import open_table
from handlers.learning.row_files.table import BadRow, Odd, Reason, Row
from models.canonical import identity_of

KEYS = {"bug": "bug", "칭찬": "praise", "a, b": "both"}


def sort(*cells, names=None, most=100, first=None):
    sorter = Sorter(Columns(0, 1), names or LabelNames(KEYS), most, first)
    rows = [Row(line, pair) for line, pair in enumerate(cells, 2)]
    return list(sorter.sort(rows)), sorter


def reasons(*cells, **options):
    found, _ = sort(*cells, **options)
    return [one.reason if isinstance(one, LeftOut) else one.labels for one in found]


def test_labels_are_found_by_canonical_name_and_kept_by_key():
    given = [("a", "bug"), ("b", " BUG "), ("c", "칭찬"), ("d", ""), ("e", None)]
    assert reasons(*given) == [("bug",), ("bug",), ("praise",), None, None]


def test_what_is_no_text_is_left_out():
    cells = ["", " \u200b ", None, Odd.NESTED, Odd.TOO_LONG, "x" * 101, Odd.BROKEN, ("a", "b")]
    assert reasons(*((cell, "bug") for cell in cells)) == [
        *[Reason.EMPTY] * 3,
        *[Reason.NO_TEXT, Reason.TOO_LONG, Reason.TOO_LONG, Reason.NO_TEXT, Reason.NO_TEXT],
    ]


def test_unknown_labels_are_counted_under_their_first_spelling():
    found, sorter = sort(("a", "Idea"), ("b", "idea "), ("c", "spam"), ("d", "bug"))
    assert [one.reason for one in found[:3]] == [Reason.UNKNOWN_LABEL] * 3
    assert list(sorter.unknown.items()) == [("Idea", 2), ("spam", 1)]


def test_what_is_decided_about_unknown_labels_holds():
    names = LabelNames(KEYS, chosen={"idea": "praise"})
    found, sorter = sort(("a", "Idea"), ("b", "spam"), names=names)
    assert found[0].labels == ("praise",)
    assert found[1].reason is Reason.UNKNOWN_LABEL
    assert list(sorter.unknown) == ["spam"]


def test_several_labels_hold_only_where_several_may():
    cells = [("a", "bug; 칭찬"), ("b", "a, b"), ("c", ("bug", "칭찬")), ("d", ()), ("e", "bug,new")]
    unknown, several = Reason.UNKNOWN_LABEL, Reason.SEVERAL_LABELS
    assert reasons(*cells) == [unknown, ("both",), several, None, unknown]
    multi = LabelNames(KEYS, is_multi=True)
    both = ("bug", "praise")
    assert reasons(*cells, names=multi) == [both, ("both",), both, (), unknown]


def test_a_text_that_comes_again_is_kept_once():
    assert reasons(("a  b", "bug"), ("a b", "bug")) == [("bug",), Reason.TWICE]


def test_a_text_with_two_labels_is_nobodys_to_choose():
    cells = [("a", "bug"), ("a", "칭찬"), ("b", "bug")]
    _, sorter = sort(*cells)
    again = reasons(*cells, first=sorter)
    assert again == [Reason.CONTRADICTED, Reason.CONTRADICTED, ("bug",)]


def test_a_row_without_a_label_says_nothing_against_one_with():
    for cells in ([("a", "bug"), ("a", None)], [("a", None), ("a", "bug"), ("a", "")]):
        _, sorter = sort(*cells)
        again = reasons(*cells, first=sorter)
        assert again.count(("bug",)) == 1
        assert again.count(Reason.TWICE) == len(cells) - 1


def test_a_preview_counts():
    cells = [
        ("Good!", "bug"),
        ("good", "bug"),
        ("here", "칭찬"),
        ("x", None),
        ("", "bug"),
        ("y", "?"),
    ]
    found, _ = sort(*cells)
    preview = Preview()
    preview.add(found, {identity_of("here")})
    assert (preview.rows, preview.new, preview.here, preview.near) == (6, 3, 1, 1)
    assert preview.unlabelled == 1
    assert preview.labels == {"bug": 2, "praise": 1}
    assert preview.left_out == {Reason.EMPTY: 1, Reason.UNKNOWN_LABEL: 1}
    assert [one.text for one in preview.first] == ["Good!", "good", "x"]


def test_rows_left_out_come_back_and_start_no_formula():
    texts = [
        "=cmd|' /C calc'!A0",
        "+1",
        "-1",
        "@x",
        "\t=1",
        ' "=1',
        "＝1",
        "'=1",
        "fine, really",
        "여러\n줄",
    ]
    file = LeftOutFile(("줄", "이유", "글", "라벨"), str)
    file.add(LeftOut(n, Reason.UNKNOWN_LABEL, text, "=x") for n, text in enumerate(texts, 2))
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert rows[0] == ["줄", "이유", "글", "라벨"]
    assert [row[0] for row in rows[1:]] == [str(n) for n in range(2, 12)]
    assert not [
        cell
        for row in rows
        for cell in row
        if cell.lstrip(' "')[:1] in "=+-@\t＝"[: bool(cell) * 9]
    ]
    again = open_table(io.BytesIO(file.content), "csv")
    assert [row.cells[2] for row in again.rows()] == texts, "it comes back as it was"


def test_a_file_of_rows_left_out_ends():
    file = LeftOutFile(("line", "reason", "text", "label"), str)
    file.add(LeftOut(n, Reason.TOO_LONG, "x" * 1_000_000, "") for n in range(10))
    assert (file.rows, file.missing) == (4, 6)
    assert len(file.content) < 6_000_000


def test_a_line_that_could_not_be_read_is_left_out_with_its_reason():
    sorter = Sorter(Columns(0, 1), LabelNames(KEYS), 100)
    assert list(sorter.sort([BadRow(7, Reason.QUOTE)])) == [LeftOut(7, Reason.QUOTE)]
    assert isinstance(next(sorter.sort([Row(1, ("a", "bug"))])), Item)
