"""Where a form was asked for, carried by the form itself: what it answers is shown there."""

import json
from dataclasses import asdict, dataclass

from handlers.types import Language


@dataclass(frozen=True, slots=True)
class Origin:
    """A place of a workspace; empty where there is none, such as in the App Home."""

    channel: str = ""
    thread: str = ""
    """The time stamp of the message that a thread hangs from."""
    response_url: str = ""
    language: Language = Language.ENGLISH
    """Of the one who fills the form in, who has to be told at once what is wrong in it."""

    def to_metadata(self) -> str:
        """Return it as a view's private metadata."""
        said = {name: value for name, value in asdict(self).items() if value}
        return json.dumps(said, separators=(",", ":"))


def read_origin(metadata: object) -> Origin:
    """Return where a submitted form was asked for; what cannot be read is left out."""
    try:
        said = json.loads(metadata) if isinstance(metadata, str) else {}
    except (ValueError, RecursionError):
        said = {}
    known = said if isinstance(said, dict) else {}
    channel, thread, response_url = (
        value if isinstance(value := known.get(name), str) else ""
        for name in ("channel", "thread", "response_url")
    )
    is_korean = known.get("language") == Language.KOREAN
    language = Language.KOREAN if is_korean else Language.ENGLISH
    return Origin(channel, thread, response_url, language)
