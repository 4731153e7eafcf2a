"""What replies of any text have in common, for hypothesis."""

from typing import Any

from hypothesis import strategies as st

from handlers.types import Failure, File, Mark, MarkedText, Picture, Reply

ANY_CHARACTER = st.characters(categories=("L", "M", "N", "P", "S", "Z", "C"))


def files(text: st.SearchStrategy[str]) -> st.SearchStrategy[File | Picture]:
    content = st.binary(max_size=3)
    return st.builds(File, text, content) | st.builds(Picture, text, content, text)


def replies(
    text: st.SearchStrategy[str], short: st.SearchStrategy[str], **parts: st.SearchStrategy[Any]
) -> st.SearchStrategy[Reply]:
    """Replies with these bars, tables, files and controls."""
    marked = st.builds(
        lambda text, label: MarkedText(text, (Mark(len(text) // 3, len(text) // 2, label),)),
        text,
        text,
    )
    return st.builds(
        Reply,
        title=st.none() | text,
        marked=st.none() | marked,
        text=st.none() | text,
        code=st.none() | text,
        footer=st.dictionaries(short, text, max_size=3),
        error=st.none() | st.builds(Failure, short, text, st.none() | short),
        **parts,
    )
