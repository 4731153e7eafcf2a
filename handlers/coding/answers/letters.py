"""The part of a code that asks a version's model of letters."""

from collections.abc import Sequence

from handlers.coding.model import ModelCode
from handlers.coding.snippet import filled
from handlers.types import Language

IMPORTS = (
    "import json",
    "import math",
    "from base64 import b64decode",
    "from collections import Counter",
)
_FUNCTION = """
# @letters
def letters(folder, text):
    with open(f"{folder}/letters.json", encoding="utf-8") as file:
        table = json.load(file)
    numbers = [bytearray(b64decode(table[key])) for key in ("rarity", "weights")]
    rarity, weights = (torch.frombuffer(each, dtype=torch.float32) for each in numbers)
    found = Counter(
        f" {word} "[begin : begin + size]
        for word in text[:1000].lower().split()
        for size in range(1, 5)
        for begin in range(len(word) + 3 - size)
    )
    places = [place for place, group in enumerate(table["groups"]) if group in found]
    if not places:
        return torch.tensor(table["bias"])
    often = torch.tensor([1 + math.log(found[table["groups"][place]]) for place in places])
    shares = often * rarity[places]
    shares = shares / shares.norm()
    return torch.tensor(table["bias"]) + shares @ weights.view(len(rarity), -1)[places]
"""


def letters_function(models: Sequence[ModelCode], language: Language) -> str:
    """Return the function, where any of the models needs it."""
    return filled(_FUNCTION, language) if any(each.post.has_letters for each in models) else ""


def letters_imports(models: Sequence[ModelCode]) -> Sequence[str]:
    """Return what it needs."""
    return IMPORTS if any(each.post.has_letters for each in models) else ()
