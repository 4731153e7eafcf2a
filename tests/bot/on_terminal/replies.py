"""Replies out of hostile text, for hypothesis."""

from hypothesis import strategies as st

from handlers.types import (
    Bar,
    Button,
    Failure,
    File,
    Mark,
    MarkedText,
    Picture,
    Reply,
    Select,
    Table,
)

HOSTILE = (
    "\x1b[31m\x1b]0;t\x07",
    "\x9b2J\x85",
    "\r\n\t\b\x7f\x00",
    "\u202egnp.exe\u2066\u200f",
    "\u2028\u2029\ufeff\u200b\xad",
    "\ud83d \udc80",
    "[red]markup[/red] :smile: [link=x]",
    "👨‍👩‍👧 ❤️ 한국어 שלום 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
)
ANY_CHARACTER = st.characters(categories=("L", "M", "N", "P", "S", "Z", "C"))
TEXT = st.one_of(st.sampled_from(HOSTILE), st.text(ANY_CHARACTER, max_size=30))
BARS = st.builds(Bar, TEXT, st.floats())
ROW = st.lists(TEXT, max_size=5).map(tuple)
TABLES = st.builds(Table, ROW, st.lists(ROW, max_size=4).map(tuple))
CONTROLS = st.one_of(st.builds(Button, TEXT, TEXT), st.builds(Select, TEXT, TEXT, ROW))
FILES = st.one_of(
    st.builds(File, TEXT, st.binary(max_size=3)),
    st.builds(Picture, TEXT, st.binary(max_size=3), TEXT),
)
MARKED = st.builds(
    lambda text, label: MarkedText(text, (Mark(len(text) // 3, len(text) // 2, label),)), TEXT, TEXT
)
REPLIES = st.builds(
    Reply,
    title=st.none() | TEXT,
    marked=st.none() | MARKED,
    text=st.none() | TEXT,
    bars=st.lists(BARS, max_size=3).map(tuple),
    table=st.none() | TABLES,
    code=st.none() | TEXT,
    files=st.lists(FILES, max_size=2).map(tuple),
    controls=st.lists(CONTROLS, max_size=3).map(tuple),
    footer=st.dictionaries(TEXT, TEXT, max_size=3),
    error=st.none() | st.builds(Failure, TEXT, TEXT, st.none() | TEXT),
)
