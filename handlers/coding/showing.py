"""Text that is to be copied: in a block of code, or as a file where not every chat has the room."""

from handlers.texts import say
from handlers.types import File, Language, Reply

_MOST_SHOWN = 2_500
"""Characters; the platform with the least room shows no more whole."""
_ESCAPED, _ESCAPE = "<>&", 4
"""Each of these counts for so many characters more."""


def to_copy(text: str, file_name: str, title: str, note: str | None = None) -> Reply:
    """Return a reply with the text whole, one way or the other."""
    room = len(text) + _ESCAPE * sum(map(text.count, _ESCAPED))
    if room <= _MOST_SHOWN:
        return Reply(title=title, text=note, code=text)
    return Reply(title=title, text=note, files=(File(file_name, text.encode()),))


def code_reply(code: str, name: str, language: Language, note: str | None = None) -> Reply:
    """Show code under its title; `name` is that of the file, where it becomes one."""
    return to_copy(code, f"{name}.py", say(language, "code.title"), note)
