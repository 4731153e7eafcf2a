"""The one form in which text from outside is compared, and what makes it fit to be used at all.

What is shown is what was typed; only keys and comparisons are canonical. It stands in models
because the catalog's names need it and handlers may import models; storage is given keys that are
canonical already.

The canonical form is NFC and not NFKC. Characters that differ in their width only (１ and 1, Ａ and
A, ｶ and カ) are one character from two keyboards, so they are folded, like the ideographic space.
What NFKC folds besides says something else to whoever reads it: x² is not x2, ① not 1, ㎏ not kg,
and ㄱㅏ is not 가.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence
from itertools import pairwise

_TAGGED_FLAG = "(?<=\U0001f3f4)[\U000e0020-\U000e007e]+\U000e007f"
_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
"""Unicode's Default_Ignorable_Code_Point, besides what annotates: nobody sees these."""
_CONTROLS = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
"""Those that are no white space."""
_UNSEEN = re.compile(f"({_TAGGED_FLAG})|[{_IGNORABLE}{_CONTROLS}]")
_MEANINGLESS = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
"""Of what cannot be seen, what changes no letter: no joiner, no selector of a variant."""
_LATER_JAMO = re.compile("[\u1160-\u11ff\ud7b0-\ud7fb]")
_WIDTHS = re.compile("[\u3000\uff01-\uffee]")
_EMOJI_JOINER = "\u200d"
_LONGEST_LINE = 80
_MOST_READ = 1_000
COMMAS = ",，、"
"""What stands between the parts of a list: on a Latin keyboard, in full width, in Japanese."""
_BLANK = "\u2800"
"""A pattern of Braille without a dot: a space to everybody who sees it."""


def without_surrogates(text: str) -> str:
    """Return the text with lone surrogates replaced: neither a tokenizer nor SQLite takes them."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def legible(text: str) -> str:
    """Return the text as a model reads it: in NFC, and without what is seen and meant by nobody.

    Spaces, widths, controls and the joiners of emoji and scripts stay as they were typed.
    """
    return unicodedata.normalize("NFC", _MEANINGLESS.sub("", text))


def legible_places(text: str) -> list[tuple[int, int]]:
    """Tell of each character of `legible(text)` where in the text it begins and ends.

    What was put together, such as the parts of 한 in decomposed Hangul, is one place.
    """
    kept = [place for place, sign in enumerate(text) if not _MEANINGLESS.match(sign)]
    begins = [at for at, place in enumerate(kept) if not at or not _is_added(text[place])]
    places: list[tuple[int, int]] = []
    for begin, end in pairwise([*begins, len(kept)]):
        letter = kept[begin:end]
        written = "".join(text[place] for place in letter)
        composed = unicodedata.normalize("NFC", written)
        if composed == written:
            places += [(place, place + 1) for place in letter]
        else:
            places += [(letter[0], letter[-1] + 1)] * len(composed)
    return places


def _is_added(sign: str) -> bool:
    """Whether NFC may put it together with what stands before: a mark, or a jamo of a syllable."""
    return unicodedata.category(sign)[0] == "M" or bool(_LATER_JAMO.match(sign))


def canonical(text: str) -> str:
    """Return the text in NFC, one width and without unseen characters, its spaces folded."""
    seen = _UNSEEN.sub(lambda found: found[1] or "", text).replace(_BLANK, " ")
    return " ".join(unicodedata.normalize("NFC", _WIDTHS.sub(_of_usual_width, seen)).split())


def folded(text: str) -> str:
    """Return the canonical form in which upper and lower case are the same."""
    # Folding can take a composed letter apart, such as ΐ.
    return unicodedata.normalize("NFC", canonical(text).casefold())


def lowered(name: str) -> str:
    """Return the canonical name of a model: it is kept and shown like this, so ß stays ß."""
    return canonical(name).lower()


def one_line(name: str, most: int = _LONGEST_LINE) -> str:
    """Return a stranger's name to be shown: without invisible characters, cut when very long."""
    begin = name[:_MOST_READ]
    visible = "".join(c if c.isprintable() or c == _EMOJI_JOINER else " " for c in begin)
    return shortened(" ".join(visible.split()), most)


def find_label(typed: str, labels: Sequence[str]) -> str | None:
    """Return the label that was meant: by its exact name first, by its folded name if only one."""
    forms: tuple[Callable[[str], str], ...] = (str, canonical, folded)
    for form in forms:
        wanted = form(typed)
        found = {label for label in labels if form(label) == wanted}
        if len(found) == 1:
            return found.pop()
    return None


def _of_usual_width(found: re.Match[str]) -> str:
    kind, _, usual = unicodedata.decomposition(found[0]).partition(" ")
    return chr(int(usual, 16)) if kind in ("<wide>", "<narrow>") else found[0]


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many characters; the last says it where there were more."""
    return text if len(text) <= most else text[: most - 1] + "…"


def identity_of(text: str) -> bytes:
    """Return 32 bytes that two texts share if they have one canonical form."""
    plain = canonical(text).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(plain, digest_size=32).digest()
