"""Columns are found by their names and by what is in them, or asked for."""

import io

import pytest

from handlers.learning.importing.columns import Columns, Undecided, find_columns
from handlers.learning.row_files.opening import open_table
from handlers.types import UserError

TEXTS = ["this is broken again", "how do I log in here", "I love the new one", "it fails at noon"]


def table(header, *rows):
    lines = [header, *rows]
    return open_table(io.BytesIO("\n".join("\t".join(line) for line in lines).encode()), "tsv")


def found(header, *rows, labels=(), **said):
    return find_columns(table(header, *rows), labels, **said)


@pytest.mark.parametrize(
    "header", [("Text", "LABEL"), ("문장", "감정"), ("내용 ", "[라벨]"), ("본문", "분류")]
)
def test_by_name(header):
    assert found(header, ("a", "b")) == Columns(0, 1)
    assert found(header[::-1], ("b", "a")) == Columns(1, 0)


def test_by_what_is_in_them():
    rows = [(str(n), text, "bug" if n % 2 else "praise") for n, text in enumerate(TEXTS * 3)]
    assert found(("no", "utter", "mood"), *rows) == Columns(1, 2)


def test_a_column_of_known_labels_holds_them_whatever_it_is_called():
    rows = [(text, str(n % 2), ("버그", "Bug ")[n % 2]) for n, text in enumerate(TEXTS)]
    assert found(("text", "label", "x"), *rows, labels=("버그", "bug")) == Columns(0, 2)


def test_only_texts():
    assert found(("text",), ("a",), ("b",)) == Columns(0, None)
    assert found(("one sentence here",), ("another, with it",), ("a third",)) == Columns(0, None)


def test_several_that_may_be_meant_are_asked_for():
    rows = [(text, text[::-1], "x", "y", "z") for text in TEXTS] + [
        ("other", "words", "z", "x", "x")
    ]
    asked = found(("first", "second", "c", "d", "e"), *rows)
    assert isinstance(asked, Undecided)
    assert set(asked.text) == {"first", "second"}
    assert found(("first", "second"), *[row[:2] for row in rows], text="second") == Columns(1, None)


def test_what_somebody_says_goes_first():
    rows = [(text, "a", "b") for text in TEXTS]
    assert found(("text", "label", "mine"), *rows, label="Mine") == Columns(0, 2)
    with pytest.raises(UserError) as caught:
        found(("text", "label"), ("a", "b"), text="nowhere")
    assert caught.value.facts == {"name": "nowhere", "columns": ["text", "label"]}


def test_labels_are_never_taken_for_the_texts():
    lines = (
        b'{"text": {"body": "nested"}, "label": "bug"}\n{"text": {"body": "too"}, "label": "hm"}'
    )
    nested = open_table(io.BytesIO(lines), "jsonl")
    with pytest.raises(UserError) as refused:
        find_columns(nested, ())
    assert refused.value.code == "import_no_text_column"
    assert find_columns(nested, (), text="label") == Columns(1, None)
