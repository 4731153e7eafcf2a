"""Replies out of text that would act in Slack, for hypothesis."""

from hypothesis import strategies as st

from handlers.types import Bar, Button, Select, Table
from tests.bot.replies import ANY_CHARACTER, files, replies

HOSTILE = (
    "<!channel> <!here|@here> <@U0123ABCD> <#C0123|general> <!subteam^S1|@team>",
    "<https://evil.example|https://good.example> <mailto:a@b.c> https://x.example",
    "&lt;!channel&gt; &amp;lt;@U1&amp;gt; &",
    "*bold* _italic_ ~gone~ `code` ```fence``` :tada: > quote",
    "```\n<!channel>\n```",
    "\ud83d \udc80 \ufffe",
    "\u202egnp.exe\u2066\u200f\u2028\u2029\ufeff\u200b\xad",
    "\x00\x07\x1b[31m\r\n\t\x85",
    "👨‍👩‍👧 ❤️ 한국어 שלום ㅎㅎ 각",
    "=1+1;cmd",
    "",
    " \n\t ",
)
SHORT = st.one_of(st.sampled_from(HOSTILE), st.text(ANY_CHARACTER, max_size=20))
TEXT = st.one_of(
    SHORT,
    st.builds(lambda part, times: part * times, SHORT, st.integers(1, 400)),
    st.builds(
        lambda part, times: part * times, st.sampled_from("&<`*_ 가😀\n"), st.integers(1, 9_000)
    ),
)
BARS = st.builds(Bar, SHORT | TEXT, st.floats())
ROW = st.lists(SHORT, max_size=8).map(tuple)
ROWS = st.one_of(
    st.lists(ROW, max_size=5), st.builds(lambda row, n: [row] * n, ROW, st.integers(1, 900))
).map(tuple)
TABLES = st.builds(Table, ROW, ROWS)
OPTIONS = st.one_of(
    st.lists(TEXT, max_size=4),
    st.builds(lambda n, stem: [f"{stem}{i}" for i in range(n)], st.integers(90, 120), SHORT),
).map(tuple)
STYLES = st.sampled_from(("plain", "good", "bad"))
IDS = st.one_of(st.just("share"), st.integers(0, 9).map(lambda n: f"fb:{n}:right"), TEXT)
CONTROLS = st.one_of(st.builds(Button, IDS, TEXT, STYLES), st.builds(Select, IDS, TEXT, OPTIONS))
REPLIES = replies(
    TEXT,
    SHORT,
    bars=st.one_of(
        st.lists(BARS, max_size=4), st.builds(lambda bar, n: [bar] * n, BARS, st.integers(20, 50))
    ).map(tuple),
    table=st.none() | TABLES,
    files=st.lists(files(TEXT), max_size=12).map(tuple),
    controls=st.one_of(
        st.lists(CONTROLS, max_size=4).map(tuple),
        st.integers(1, 90).map(lambda n: tuple(Select(f"s{i}", "?", ("a",)) for i in range(n))),
        st.integers(1, 90).map(lambda n: tuple(Button(f"b{i}", "B") for i in range(n))),
    ),
)
