"""How a text is to be written, for who wants to decide it."""

from handlers.table import Bilingual, Kind, Option
from handlers.types import Request, UserError
from models.engines.generation_settings import MOST_BEAMS, MOST_TOKENS
from models.engines.protocol import Limits

_HOTTEST = 2.0
_LONGEST_NUMBER = 10

WRITING_OPTIONS = (
    Option(
        Bilingual("length", "길이"),
        Bilingual("Tokens at the most (128)", "최대 토큰 수 (기본 128)"),
        Kind.INTEGER,
        minimum=1,
        maximum=MOST_TOKENS,
    ),
    Option(
        Bilingual("temperature", "온도"),
        Bilingual("How much is left to chance, 0 to 2 (0)", "우연에 맡기는 정도, 0에서 2 (기본 0)"),
        Kind.TEXT,
        maximum=_LONGEST_NUMBER,
    ),
    Option(
        Bilingual("beams", "빔"),
        Bilingual("Texts that are followed at a time", "한꺼번에 따라가 볼 글의 수"),
        Kind.INTEGER,
        minimum=1,
        maximum=MOST_BEAMS,
    ),
    Option(
        Bilingual("seed", "시드"),
        Bilingual("Where chance begins: the same, the same text", "같은 시드는 같은 글이 돼요"),
        Kind.INTEGER,
        minimum=0,
        maximum=2**31 - 1,
    ),
)


def limits_of(request: Request) -> Limits:
    """Return how a text is to be written.

    Raises:
        UserError: a temperature that is none.
    """
    options = request.options
    return Limits(
        most_tokens=request.number("length", 0) or None,
        temperature=_temperature(str(options.get("temperature", 0))),
        beams=request.number("beams", 0) or None,
        seed=request.number("seed", 0),
    )


def _temperature(typed: str) -> float:
    try:
        found = float(typed.strip().replace(",", "."))
    except ValueError:
        found = float("nan")
    if not 0 <= found <= _HOTTEST:
        raise UserError("bad_temperature", value=typed, most=f"{_HOTTEST:g}")
    return found
