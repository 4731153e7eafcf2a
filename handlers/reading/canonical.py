"""One form for all spellings of a text: what is compared is compared by it, and never shown."""

import unicodedata


def canonical(text: str) -> str:
    """Return the text composed (NFC), without zero-width and bidirectional controls, folded.

    Spaces and line breaks count as one space; case counts.
    """
    visible = "".join(one for one in text if unicodedata.category(one) != "Cf")
    return " ".join(unicodedata.normalize("NFC", visible).split())
