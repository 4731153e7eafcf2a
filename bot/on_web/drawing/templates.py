"""The templates, and what may stand in them: every word of a stranger's is escaped."""

from functools import partial
from hashlib import sha256
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.answering.bars import percent
from bot.answering.words import clean, one_line
from bot.on_web.drawing.pictures import digest_of, is_picture
from bot.small_print import small_print
from handlers.people.web import PATH
from handlers.texts import say
from handlers.types import Button, Language

_PACKAGE = "bot.on_web"
STATIC = f"{PATH}/static"
_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


class Templates:
    """Draws them."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=PackageLoader(_PACKAGE, "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters |= {"clean": clean, "line": one_line, "percent": percent}
        self._environment.filters["digest"] = digest_of
        self._environment.tests |= {"button": _is_button, "seen": is_picture}
        files = static_files()
        self._environment.globals |= {
            "root": PATH,
            "asset": lambda name: f"{STATIC}/{files[name].address}",
            "small_print": small_print,
        }

    def draw(self, template: str, language: Language, /, **facts: object) -> str:
        """Return a page; `t` in it says a sentence in the language."""
        said = partial(_said, language)
        return self._environment.get_template(template).render(t=said, language=language, **facts)


class StaticFile:
    """A file of `static/`, under an address that changes with what is in it."""

    def __init__(self, name: str, content: bytes) -> None:
        stem, _, ending = name.rpartition(".")
        self.address = f"{stem}-{sha256(content).hexdigest()[:12]}.{ending}"
        self.content = content
        self.type = _TYPES[ending]


def static_files() -> dict[str, StaticFile]:
    """Return every file that browsers are given as it is, by its name."""
    folder = resources.files(_PACKAGE) / "static"
    endings = tuple(f".{ending}" for ending in _TYPES)
    found = (file for file in folder.iterdir() if file.name.endswith(endings))
    return {file.name: StaticFile(file.name, file.read_bytes()) for file in found}


def _is_button(control: object) -> bool:
    return isinstance(control, Button)


def _said(language: Language, key: str, /, **facts: object) -> str | Markup:
    """Say a sentence; what people have written in it is escaped where it is shown."""
    return say(language, key, **facts)
