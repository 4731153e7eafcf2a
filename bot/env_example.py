"""Writes `.env.example` from the settings, or with `--check` says whether it is out of date."""

import sys
from pathlib import Path

from pydantic.fields import FieldInfo

from bot.configuration.names import name_of
from bot.settings import Settings

_PATH = Path(".env.example")
_HEADER = "# Every setting of Tokki. Copy to .env and fill in what you need; all are optional.\n"


def env_example() -> str:
    """Return the text of `.env.example`: each setting commented out, with its default."""
    parts = [_entry(name, field) for name, field in Settings.model_fields.items()]
    return "\n".join([_HEADER, *parts])


def _entry(name: str, field: FieldInfo) -> str:
    return f"# {field.description}\n#{name_of(name, field)}={_shown(field.default)}\n"


def _shown(default: object) -> str:
    if isinstance(default, tuple):
        return " ".join(map(str, default))
    return str(default) if isinstance(default, str | int | float) else ""


def main() -> int:
    """Write the file, or check it; return the exit code."""
    wanted = env_example()
    if "--check" not in sys.argv[1:]:
        _PATH.write_text(wanted, "utf-8")
        return 0
    if _PATH.is_file() and _PATH.read_text("utf-8") == wanted:
        return 0
    sys.stderr.write(".env.example is out of date: run python -m bot.env_example\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
