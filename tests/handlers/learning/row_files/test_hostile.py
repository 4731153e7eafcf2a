"""Files that are meant to hurt: each ends in words, soon, and without taking all memory."""

import io
import random
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from handlers.guard.failures import explain
from handlers.learning.row_files.opening import open_table
from handlers.types import Language, UserError


def read(content, file_type):
    for _ in open_table(io.BytesIO(content), file_type).rows():
        pass


def refusal(content, file_type="csv"):
    with pytest.raises(UserError) as caught:
        read(content, file_type)
    error = caught.value
    for language in Language:
        assert explain(error.code, error.facts, language)
    return error.code, error.facts


def a_workbook(**others):
    book, content = Workbook(), io.BytesIO()
    book.active.append(("text", "label"))
    book.active.append(("a", "b"))
    book.save(content)
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as packed:
        for name, part in others.items():
            packed.writestr(f"xl/{name}.xml", part)
    return content.getvalue()


def a_parquet(**columns):
    content = io.BytesIO()
    pq.write_table(pa.table(columns or {"text": ["a"] * 1000}), content)
    return content.getvalue()


@pytest.mark.parametrize("file_type", ["csv", "jsonl", "json", "xlsx", "parquet"])
def test_what_is_none_of_it(file_type):
    noise = random.Random(0).randbytes(100_000)
    assert refusal(b"\x89PNG\r\n\x1a\n" + noise, file_type)[0] in {
        "import_encoding",
        "import_damaged",
    }


@pytest.mark.parametrize("file_type", ["csv", "jsonl"])
@pytest.mark.parametrize("content", [b"", b"\n\n \n", b"\xef\xbb\xbf"])
def test_nothing(content, file_type):
    assert refusal(content, file_type)[0] in {"import_no_rows", "import_no_objects"}


def test_names_of_columns_alone():
    assert refusal(b"text,label\n\n", "csv")[0] == "import_no_rows"


def test_two_encodings_in_one_file():
    lines = [*["좋아요,긍정".encode()] * 70_000, "나빠요,부정".encode("cp949")]
    found = refusal(b"\n".join(lines))
    assert found == ("import_encoding", {"line": 70_001, "encoding": "UTF-8"})


def test_a_line_that_never_ends():
    content = b"text,label\na,b\n" + b"x" * 3_000_000
    assert refusal(content) == ("import_line_too_long", {"line": 3, "maximum": 1_000_000})
    assert refusal(b'{"text": "' + b"x" * 3_000_000, "jsonl")[1]["line"] == 1
    assert refusal(b'[{"text": "' + b"x" * 3_000_000, "json") == ("import_json", {"line": 1})


def test_a_million_columns():
    found = refusal(b",".join(b"%d" % n for n in range(140_000)))
    assert found == ("import_columns", {"columns": 140_000, "maximum": 1_000})
    content = b"text,label\na,b\n" + b"," * 900_000
    read(content, "csv")  # nothing is in them
    assert refusal(content + b"x")[0] == "import_columns"
    keys = ",".join(f'"{n}": 1' for n in range(5_000))
    assert refusal(f"{{{keys}}}".encode(), "jsonl")[0] == "import_columns"


def test_a_mark_that_opens_on_every_line():
    lines = ["text,label", *['"a, b",c'] * 2_000, *['a,"b'] * 300]
    found = refusal("\n".join(lines).encode())
    assert found == ("import_open_quotes", {"line": 2_102, "maximum": 100})


def test_json_that_is_cut_or_a_thousand_deep():
    assert refusal(b'[\n{"text": "a"},\n{"text": ', "json") == ("import_json", {"line": 3})
    assert refusal(b'[{"text":' + b"[" * 500_000, "json")[0] == "import_json"
    assert refusal(b"[1, 2]", "json")[0] == "import_no_objects"


def test_a_workbook_that_unpacks_to_a_thousand_times_its_size():
    content = a_workbook(bomb=b"0" * 150_000_000)
    assert len(content) < 200_000
    assert refusal(content, "xlsx") == ("import_unpacked", {"maximum": 100_000_000})


def test_a_workbook_with_a_word_that_stands_for_a_million():
    lol = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    assert refusal(a_workbook(other=lol), "xlsx") == ("import_damaged", {"format": "Excel"})


def test_a_workbook_that_is_cut_or_is_none():
    whole = a_workbook()
    for cut in (10, len(whole) // 2, len(whole) - 10):
        assert refusal(whole[:cut], "xlsx") == ("import_damaged", {"format": "Excel"})
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("word/document.xml", "<x/>")
    assert refusal(content.getvalue(), "xlsx") == ("import_damaged", {"format": "Excel"})
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls") == ("import_old_workbook", {})


def test_a_workbook_whose_rows_are_far_apart():
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>text</t></is></c></row>'
        '<row r="999999999"><c r="ZZZ999999999" t="inlineStr"><is><t>a</t></is></c></row>'
        "</sheetData></worksheet>"
    )
    content, whole = io.BytesIO(), zipfile.ZipFile(io.BytesIO(a_workbook()))
    with zipfile.ZipFile(content, "w") as packed:
        for name in whole.namelist():
            is_sheet = name == "xl/worksheets/sheet1.xml"
            packed.writestr(name, sheet if is_sheet else whole.read(name))
    assert refusal(content.getvalue(), "xlsx")[0] in {"import_rows", "import_columns"}


def test_parquet_that_is_cut_or_changed():
    whole = a_parquet()
    assert refusal(whole[:-1], "parquet") == ("import_damaged", {"format": "Parquet"})
    assert refusal(b"PAR1", "parquet") == ("import_damaged", {"format": "Parquet"})
    assert refusal(whole[:-8] + b"\xff\xff\xff\x7fPAR1", "parquet")[0] == "import_damaged"
    dice = random.Random(1)
    for _ in range(200):
        content = bytearray(whole)
        for _ in range(5):
            content[dice.randrange(4, len(whole))] = dice.randrange(256)
        try:
            read(bytes(content), "parquet")
        except UserError as error:
            assert error.code in {"import_damaged", "import_rows", "import_unpacked"}


def test_more_rows_than_are_imported_at_once():
    content = a_parquet(text=pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_001), ["a"]))
    assert refusal(content, "parquet") == ("import_rows", {"maximum": 1_000_000})
