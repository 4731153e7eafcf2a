"""English praise and blame, put together from our own words, and text that speaks alike."""

import random
import re
from collections.abc import Iterable, Sequence

from bundled_recipe.texts.english_words import (
    ADJECTIVES,
    DEEDS,
    NOUNS,
    OUTCOMES,
    QUALITIES,
    TELLING,
    VERBS,
)

_THINGS = (
    *("the film", "the movie", "this film", "this movie", "it", "this", "the story", "the plot"),
    *("the script", "the dialogue", "the cast", "the direction", "the acting", "the ending"),
    *("the first half", "the music", "the show", "the book", "the game", "the food", "the app"),
    *("the service", "the whole thing", "everything about it", "the performance", "the humor"),
    *("the drama", "the comedy", "the sequel", "the hotel", "the new version", "the concept"),
)
_KINDS = (
    *("film", "movie", "comedy", "drama", "thriller", "story", "piece of work", "documentary"),
    *("romance", "experience", "picture", "portrait", "adventure", "tale", "ride", "book", "game"),
    *("evening", "place", "meal", "look at life", "exercise", "production", "performance"),
)
_VERY = (
    *("", "", "", "", "very ", "really ", "so ", "often ", "utterly ", "surprisingly ", "truly "),
    *("quite ", "thoroughly ", "consistently ", "deeply ", "undeniably ", "occasionally "),
)
_SAME = (
    "{thing} is {very}{adj}",
    "{thing} was {very}{adj}",
    "{thing} is {adj} and {adj}",
    "{thing} is {adj} , {adj} and {adj}",
    "{a adj} {kind}",
    "{a adj} , {adj} {kind}",
    "{a adj} and {very}{adj} {kind} that {deed}",
    "{a adj} {kind} full of {quality}",
    "{a adj} {kind} , filled with {quality} and {quality}",
    "{thing} {deed}",
    "{thing} {deed} and {deed}",
    "{thing} is {a noun}",
    "what {a noun}",
    "{a noun} from start to finish",
    "{thing} is {a noun} , {adj} and {adj}",
    "there is so much {quality} here",
    "the {quality} and the {quality} never stop",
    "{very}{adj}",
    "{adj} , {adj} , {adj}",
    "{thing} feels {adj}",
    "{adj} performances and {adj} direction",
    "as {adj} as it is {adj}",
    "{thing} manages to be both {adj} and {adj}",
    "i found {thing} {very}{adj}",
    "not only {adj} but also {adj}",
    "it 's {a adj} {kind} and it {deed}",
    "one of the most {adj} {kind}s of the year",
    "with its {adj} {quality} , {thing} {deed}",
    "{thing} , {very}{adj} , {deed}",
    "never less than {adj}",
    "too {adj} for words",
    "{thing} is {adv} {made}",
    "{a adv} {made} {kind}",
    "{adv} {made} and {adv} {made}",
    "{a adv} {adj} {kind} about ordinary people",
    "{thing} {deed} , and the {kind} is {adv} {adj}",
    "{thing} is {adj} , thanks to its {quality}",
    "{quality} , {quality} and {quality}",
    "a {kind} of {quality} and {quality}",
    "{thing} {verb} {trait}",
    "{thing} {verb} {trait} and {verb} {trait}",
    "{a adj} {kind} that {verb} {trait}",
    "{a adj} {kind} that {verb} {trait} and {deed}",
    "the director {verb} {trait} in {a adj} {kind}",
    "{adv} {made} , {thing} {verb} {trait}",
    "the {kind} {verb} {trait} with {quality}",
    "between the {adj} story and its {quality} , {thing} {verb} {trait}",
    "{outcome}",
    "{outcome} , {thing} {deed}",
    "{thing} is {adj} : {outcome}",
    "at its core {thing} is {adj}",
    "a {kind} with {adj} characters and {a adj} ending",
    "part {kind} , part {kind} , and all {adj}",
    "what makes it {adj} is its {quality}",
    "you get {quality} , {quality} and a lot more {quality}",
    "the cast is {adj} , the script {adj} and the ending {adj}",
)
_TRAITS = (
    *("its premise", "its subject", "its material", "its characters", "its audience", "its cast"),
    *("its own story", "its moment", "its genre", "the book it is based on", "our attention"),
    *("our interest", "every scene", "a simple idea", "its mystery", "its tension", "its humor"),
    *("its emotion", "its setting", "the mood", "the past", "the human heart", "family life"),
)
_MADE = (
    *("made", "written", "acted", "directed", "filmed", "told", "played", "crafted", "paced"),
    *("put together", "shot", "staged", "edited", "realized", "executed", "handled", "designed"),
)
_TURNED = (
    "{thing} is not {adj}",
    "{thing} is n't {adj} at all",
    "{thing} was never {adj}",
    "{thing} isn't {very}{adj}",
    "there is nothing {adj} about it",
    "{thing} is neither {adj} nor {adj}",
    "hardly {adj} and never {adj}",
    "it lacks {quality} and {quality}",
    "{thing} has no {quality} whatsoever",
    "{thing} is without {quality}",
    "far from {adj}",
    "anything but {adj}",
    "if only {thing} were more {adj}",
    "it could have been {adj}",
    "{thing} should have been {adj} and {adj}",
    "{thing} wants to be {adj} , but it is not",
    "not nearly as {adj} as it wants to be",
    "less {adj} than expected",
    "i don't think {thing} is {adj}",
    "do n't expect {a adj} {kind}",
    "you won't find much {quality} here",
    "{thing} needs more {quality}",
    "{thing} could use some {quality}",
    "not enough {quality} , and nothing {adj}",
    "where is the {quality}",
    "it might have been {adj} in other hands",
    "what should be {adj} never is",
    "{thing} mistakes itself for something {adj}",
    "so much talent , so little {quality}",
)
_BOTH = (
    "{other thing} , but {same thing}",
    "although {other thing} , {same thing}",
    "{same thing} , even if {other thing}",
    "despite {other quality} , {same thing}",
    "{same thing} , despite {other quality}",
    "more {same adj} than {other adj}",
    "for all its {other quality} , {same thing}",
    "{same adj} without being {other adj}",
    "{other thing} . still , {same thing}",
    "{other thing} , yet {same thing}",
    "while {other thing} , {same thing}",
    "what could have been {other adj} turns out {same adj}",
    "it may be {other adj} in places , but {same thing}",
    "{same thing} , though it is now and then {other adj}",
    "it has its {other adj} moments , but in the end {same thing}",
    "it starts {other adj} and ends {same adj}",
)
_SLOT = re.compile(r"\{(\w+)(?: (\w+))?\}")
_TURNED_SHARE, _BOTH_SHARE = 0.2, 0.14
_CLAUSE_WORDS = (4, 14)
_IRREGULAR = ("good", "fun", "ly", "ing", "ed", "y", "le", "ic", "ll")


def _adverbs(adjectives: Sequence[str]) -> tuple[str, ...]:
    """Those that regular adjectives make."""
    regular = [word for word in adjectives if "-" not in word and not word.endswith(_IRREGULAR)]
    ending_in_y = [word for word in adjectives if word.endswith("y") and "-" not in word]
    shifted = [f"{word[:-1]}ily" for word in ending_in_y if not word.endswith("ly")]
    return (*(f"{word}ly" for word in regular), *shifted)


_LISTS = {
    "adj": ADJECTIVES,
    "adv": tuple(_adverbs(words) for words in ADJECTIVES),
    "noun": NOUNS,
    "quality": QUALITIES,
    "deed": DEEDS,
    "verb": VERBS,
    "outcome": OUTCOMES,
}
_ENDS = ("", "", "", " .", ".", "!", " !", "...")
_TURNING = re.compile(r"\b(not|no|never|nor|neither|without|hardly|but|if|lack\w*)\b|n't\b")


def remarks(count: int, seed: int = 0) -> list[tuple[str, int]]:
    """``count`` different remarks with their mood (0 negative, 1 positive), as many of either."""
    chooser = random.Random(seed)  # noqa: S311
    made: dict[str, int] = {}
    while len(made) < count:
        mood = len(made) % 2
        made.setdefault(_remark(mood, chooser), mood)
    return list(made.items())


def _remark(mood: int, chooser: random.Random) -> str:
    kind = chooser.random()
    if kind < _BOTH_SHARE:
        text = _contrast(mood, chooser)
    elif kind < _BOTH_SHARE + _TURNED_SHARE and mood == 0:
        text = _filled(chooser.choice(_TURNED), 1, chooser)
    elif kind < _BOTH_SHARE + _TURNED_SHARE / 2:
        text = _filled(chooser.choice(_TURNED[:10]), 0, chooser)
    else:
        text = _filled(chooser.choice(_SAME), mood, chooser)
    return text + chooser.choice(_ENDS)


def _contrast(mood: int, chooser: random.Random) -> str:
    def part(slot: re.Match[str]) -> str:
        mine = mood if slot[1] == "same" else 1 - mood
        if slot[2] == "thing":
            return _filled(chooser.choice(_SAME[:4]), mine, chooser)
        return chooser.choice(_LISTS[slot[2]][mine])

    return _SLOT.sub(part, chooser.choice(_BOTH))


def _filled(frame: str, mood: int, chooser: random.Random) -> str:
    neutral = {
        "thing": _THINGS,
        "kind": _KINDS,
        "very": _VERY,
        "made": _MADE,
        "trait": _TRAITS,
    }

    def word(slot: re.Match[str]) -> str:
        name = slot[2] or slot[1]
        chosen = chooser.choice(neutral[name] if name in neutral else _LISTS[name][mood])
        if slot[2] is None:
            return chosen
        return f"an {chosen}" if chosen[0] in "aeiou" else f"a {chosen}"

    return _SLOT.sub(word, frame)


def in_company(
    made: Sequence[tuple[str, int]], passages: Iterable[str], seed: int = 0
) -> list[tuple[str, int]]:
    """Each remark before or behind a few words of a passage that neither praises nor blames.

    So it is learnt which words matter in a sentence that is mostly about something else.
    """
    chooser = random.Random(seed)  # noqa: S311
    clauses = [clause for passage in passages if (clause := _clause(passage, chooser))]
    if not clauses:
        return list(made)
    found: list[tuple[str, int]] = []
    for text, mood in made:
        clause, remark = chooser.choice(clauses), text.rstrip(" .!")
        frame = chooser.choice(("{0} , {1}", "{1} , {0}", "{0} {1} .", "{1} {0}", "{0} - {1} ."))
        found.append((frame.format(clause, remark), mood))
    return found


def _clause(passage: str, chooser: random.Random) -> str | None:
    """A few words in a row, or None where the passage takes sides."""
    text = passage.casefold()
    words = text.split()
    takes_sides = _TURNING.search(text) or any(each.search(text) for each in _TELLING)
    if len(words) < _CLAUSE_WORDS[0] or takes_sides:
        return None
    length = chooser.randint(_CLAUSE_WORDS[0], min(_CLAUSE_WORDS[1], len(words)))
    start = chooser.randint(0, len(words) - length)
    return " ".join(words[start : start + length]).strip(" .,;:!?\"'()")


def spoken_alike(
    passages: Iterable[str], most_words: int = 40, least: int = 2
) -> list[tuple[str, int]]:
    """Passages that praise or blame in plain words: at least ``least`` of one side, none other.

    Those with a word that can turn the meaning are left out rather than understood.
    """
    found: list[tuple[str, int]] = []
    for passage in passages:
        text = passage.casefold()
        if len(text.split()) > most_words or _TURNING.search(text):
            continue
        blame, praise = (_count(_TELLING[mood], text) for mood in (0, 1))
        if max(blame, praise) >= least and min(blame, praise) == 0:
            found.append((passage, int(praise > blame)))
    return found


def _count(telling: re.Pattern[str], text: str) -> int:
    return len(set(telling.findall(text)))


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(map(re.escape, words)) + r")\b")


_TELLING = tuple(
    _pattern(
        (*ADJECTIVES[mood], *NOUNS[mood], *QUALITIES[mood], *DEEDS[mood], *TELLING[mood]),
    )
    for mood in (0, 1)
)
