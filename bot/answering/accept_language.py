"""The language that a browser asks for."""

from handlers.types import Language


def preferred(accept_language: str) -> Language:
    """Return the language that a browser prefers, of those that we have; English without one."""
    wanted = sorted(map(_weighed, accept_language.split(",")), key=lambda each: -each[1])
    tags = (tag for tag, weight in wanted if weight > 0)
    return next((Language(tag) for tag in tags if tag in tuple(Language)), Language.ENGLISH)


def _weighed(item: str) -> tuple[str, float]:
    """Read `ko-KR;q=0.8` as `ko` and 0.8; what cannot be read weighs nothing."""
    tag, _, weight = item.partition(";")
    try:
        return tag.strip().lower().partition("-")[0], float(weight.strip().removeprefix("q=") or 1)
    except ValueError:
        return "", 0.0
