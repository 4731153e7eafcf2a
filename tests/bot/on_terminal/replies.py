"""Replies out of hostile text, for hypothesis."""

from hypothesis import strategies as st

from handlers.types import Bar, Button, Select, Table
from tests.bot.replies import ANY_CHARACTER, files, replies

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
TEXT = st.one_of(st.sampled_from(HOSTILE), st.text(ANY_CHARACTER, max_size=30))
BARS = st.builds(Bar, TEXT, st.floats())
ROW = st.lists(TEXT, max_size=5).map(tuple)
TABLES = st.builds(Table, ROW, st.lists(ROW, max_size=4).map(tuple))
CONTROLS = st.one_of(st.builds(Button, TEXT, TEXT), st.builds(Select, TEXT, TEXT, ROW))
REPLIES = replies(
    TEXT,
    TEXT,
    bars=st.lists(BARS, max_size=3).map(tuple),
    table=st.none() | TABLES,
    files=st.lists(files(TEXT), max_size=2).map(tuple),
    controls=st.lists(CONTROLS, max_size=3).map(tuple),
)
