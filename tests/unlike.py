"""Texts of which no two say nearly the same, so that each gets a side of its own."""

LABELLED = (
    ("I love the new design", "positive"),
    ("it crashes when I open it", "negative"),
    ("this saves me an hour a day", "positive"),
    ("the page stays white", "negative"),
    ("great work, thank you", "positive"),
    ("login fails every time", "negative"),
    ("so fast now", "positive"),
    ("no sound since the update", "negative"),
    ("my whole team likes it", "positive"),
    ("files are lost after saving", "negative"),
)
