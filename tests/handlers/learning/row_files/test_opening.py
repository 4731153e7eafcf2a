"""Files as people have them: every encoding, delimiter and format gives the same rows."""

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from handlers.learning.row_files.opening import open_table
from handlers.learning.row_files.table import BadRow, Odd, Reason, Row

ROWS = [
    ("이 영화 정말 재미있어요, 또 볼래요", "긍정"),
    ('그는 "별로"라고 했다', "부정"),
    ("두 줄짜리\n글; 그리고 \t 탭", "긍정"),
    ("plain", "부정"),
]


def opened(content, file_type="csv"):
    return open_table(io.BytesIO(content), file_type)


def cells(table):
    return [row.cells for row in table.rows() if isinstance(row, Row)]


def bad(table):
    return [(row.line, row.reason) for row in table.rows() if isinstance(row, BadRow)]


def separated(delimiter, rows=ROWS, end="\n"):
    def quoted(cell):
        doubled = cell.replace('"', '""')
        return f'"{doubled}"' if set(cell) & {delimiter, "\n", '"'} else cell

    lines = [("text", "label"), *rows]
    return end.join(delimiter.join(map(quoted, line)) for line in lines) + end


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp949"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_encoding_and_delimiter_gives_the_same_rows(encoding, delimiter):
    table = opened(separated(delimiter).encode(encoding))
    assert table.columns == ("text", "label")
    assert (cells(table), bad(table)) == (ROWS, [])
    assert table.found["delimiter"] == delimiter
    assert table.found["encoding"].startswith(encoding[:5])
    assert cells(table) == ROWS, "it can be read again"


def test_every_end_of_a_line_is_one():
    for end in ("\r\n", "\r", "\n"):
        assert cells(opened(separated(",", ROWS[3:], end).encode())) == ROWS[3:]


def test_a_line_tells_where_a_row_begins():
    table = opened(separated(",").encode())
    assert [row.line for row in table.rows()] == [2, 3, 4, 6]


@pytest.mark.parametrize("is_list", [False, True])
def test_json_in_lines_and_as_a_list(is_list):
    rows = [{"text": text, "label": label} for text, label in ROWS]
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    content = json.dumps(rows, indent=2) if is_list else lines
    table = opened(content.encode("utf-8-sig"), "json")
    assert (table.columns, cells(table)) == (("text", "label"), ROWS)


def test_a_long_list_of_json_is_read_piece_by_piece():
    rows = [{"text": f'글 {n} }}{{][ \\" ', "label": ["a", "b"]} for n in range(20_000)]
    table = opened(json.dumps(rows, indent=1).encode(), "json")
    found = list(table.rows())
    assert [row.cells for row in found] == [(row["text"], ("a", "b")) for row in rows]
    assert found[-1].line == 2 + 7 * 19_999


def test_a_workbook():
    book, content = Workbook(), io.BytesIO()
    for row in [("text", "label"), *ROWS, ("only a text",), (), ("=1+1", 3)]:
        book.active.append(row)
    book.active.title = "의견"
    book.save(content)
    table = opened(content.getvalue(), "xlsx")
    assert table.columns == ("text", "label")
    assert cells(table) == [*ROWS, ("only a text", None), (None, "3")]
    assert table.found == {"sheet": "의견"}


def test_parquet_names_the_numbers_of_class_labels():
    names = {"names": ["긍정", "부정"], "_type": "ClassLabel"}
    features = {"text": {"dtype": "string"}, "label": names, "all": [names]}
    schema = pa.schema(
        [("text", pa.string()), ("label", pa.int64()), ("all", pa.list_(pa.int64()))],
        {"huggingface": json.dumps({"info": {"features": features}})},
    )
    content = io.BytesIO()
    columns = [["가", "나", None], [0, 1, None], [[0, 1], [], None]]
    pq.write_table(pa.table(columns, schema=schema), content)
    assert cells(opened(content.getvalue(), "parquet")) == [
        ("가", "긍정", ("긍정", "부정")),
        ("나", "부정", ()),
        (None, None, None),
    ]


def test_nested_columns_are_named_and_not_read():
    content = io.BytesIO()
    table = pa.table({"text": ["가"], "meta": [{"a": 1}], "vector": [[0.5]], "raw": [b"\xff"]})
    pq.write_table(table, content)
    table = opened(content.getvalue(), "parquet")
    assert table.columns == ("text", "meta", "vector", "raw")
    assert cells(table) == [("가", Odd.NESTED, Odd.NESTED, Odd.NESTED)]


def test_one_long_text_a_hundred_thousand_times_is_one_text():
    content = io.BytesIO()
    texts = pa.DictionaryArray.from_arrays(pa.array([0, 1] * 50_000), ["x" * 500_000, "short"])
    pq.write_table(pa.table({"text": texts}), content)
    assert len(content.getvalue()) < 100_000
    assert cells(opened(content.getvalue(), "parquet")) == [(Odd.TOO_LONG,), ("short",)] * 50_000


def test_a_file_is_what_it_holds_and_not_what_it_is_called():
    content = io.BytesIO()
    pq.write_table(pa.table({"text": ["가"]}), content)
    assert cells(opened(content.getvalue(), "csv")) == [("가",)]


def test_a_file_without_names_is_all_rows():
    table = opened("재미있어요,긍정\n별로예요,부정\n좋아요,긍정\n".encode())
    assert (table.columns, len(cells(table))) == (("1", "2"), 3)


def test_a_label_called_question_names_no_column():
    table = opened(b"how do I,question\nwhy not,question\nit broke,bug\n")
    assert (table.columns, len(cells(table))) == (("1", "2"), 3)


def test_unknown_names_are_names():
    table = opened(b"utter,mood\nhello there,glad\nbye,sad\nhm,sad\n")
    assert (table.columns, len(cells(table))) == (("utter", "mood"), 3)


def test_names_that_are_empty_or_twice_can_be_chosen():
    assert opened(b",text,text\n0,a,b\n").columns == ("1", "text", "text (2)")


def test_sentences_with_commas_are_one_column():
    table = opened(b"one sentence\nanother, with a comma\nand, so, on\nfour\nfive, six\nseven\n")
    assert (table.columns, len(cells(table))) == (("1",), 6)


def test_ragged_rows_are_left_out_with_their_line():
    table = opened(b"text,label\na,x\nb\nc,d,y\ne,z,,\n\nf,x\n")
    assert cells(table) == [("a", "x"), ("e", "z"), ("f", "x")]
    assert bad(table) == [(3, Reason.RAGGED), (4, Reason.RAGGED)]
    written = [row.written for row in table.rows() if isinstance(row, BadRow)]
    assert written == ["b", "c | d | y"]


def test_marks_in_a_file_that_is_not_quoted_are_themselves():
    rows = ['"너무 좋아\t1', '"최고"의 영화\t1', '그냥 "\t0', "보통\t0"]
    table = opened("document\tlabel\n{}\n".format("\n".join(rows)).encode())
    assert cells(table) == [tuple(row.split("\t")) for row in rows]
    assert table.found["quote"] == ""


def test_a_stray_mark_costs_its_own_row_only():
    rows = [f'"text {n}, quoted",x' for n in range(3_000)]
    rows[2_000] = '"never closed,x'
    rows[2_500] = '"closed" and goes on,x'
    table = opened("\n".join(["text,label", *rows]).encode())
    assert bad(table) == [(2_002, Reason.QUOTE), (2_502, Reason.QUOTE)]
    assert len(cells(table)) == 2_998


GOOD = [f'"text {n}","bug"' for n in range(30)]
ASTRAY = ['"unclosed quote,bug', "after it,praise", '"Great support, thank you",praise']


@pytest.mark.parametrize("good", [0, 3, 30])
@pytest.mark.parametrize("at", [0, 15, 30])
def test_a_mark_that_is_never_closed_makes_no_other_marks_text(good, at):
    rows = [*GOOD[:good][:at], *ASTRAY, *GOOD[:good][at:]]
    table = opened("\n".join(["text,label", *rows]).encode())
    assert table.found["quote"] == '"'
    assert bad(table) == [(min(at, good) + 2, Reason.QUOTE)]
    assert [row.written for row in table.rows() if isinstance(row, BadRow)] == ASTRAY[:1]
    kept = {text for text, _ in cells(table)}
    assert kept == {f"text {n}" for n in range(good)} | {"after it", "Great support, thank you"}


def test_marks_for_inches_are_text():
    rows = [f'{n}" pipe,bug' for n in range(30)]
    table = opened("\n".join(["text,label", *rows, '"half an inch" pipe,bug']).encode())
    assert [",".join(row) for row in cells(table)] == [*rows, '"half an inch" pipe,bug']


def test_a_tab_between_two_stray_marks_swallows_nothing():
    rows = [f"글 {n}\t{n % 2}" for n in range(3_000)]
    rows[2_000], rows[2_010] = '"시작\t0', '끝"\t0'
    table = opened("\n".join(["text\tlabel", *rows]).encode())
    assert [line for line, _ in bad(table)] == [2_002]
    assert len(cells(table)) == 2_999


def test_quotation_marks_behind_a_backslash():
    table = opened(b'text,label\n"he said \\"no\\", twice",x\n"yes",y\n')
    assert cells(table) == [('he said "no", twice', "x"), ("yes", "y")]


def test_a_zero_and_half_a_character_are_no_text():
    assert cells(opened(b"text,label\na\0b,x\n")) == [(Odd.BROKEN, "x")]
    assert cells(opened(b'{"text": "\\ud800"}\n', "jsonl")) == [(Odd.BROKEN,)]


def test_a_line_that_is_no_json_is_left_out():
    content = (
        b'{"text": "a"}\n{"text": \n[1]\n' + b"[" * 100_000 + b'\n{"text": ' + b"9" * 5_000 + b"}"
    )
    table = opened(content, "jsonl")
    assert cells(table) == [("a",)]
    assert bad(table) == [(line, Reason.NOT_JSON) for line in (2, 3, 4, 5)]
