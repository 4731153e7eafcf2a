"""Turns a template into code: comments in the reader's language, values as Python writes them."""

import re
import sys
from collections.abc import Mapping, Sequence
from string import Template

from handlers.texts import say
from handlers.types import Language
from models.canonical import canonical

LONGEST = 1_500
"""Characters of a text that are put into code; a longer one is shortened, which is said there."""
_STEP = re.compile(r"^( *)# @(\w+)$", re.MULTILINE)


def filled(template: str, language: Language, *, step: str = "", **values: str) -> str:
    """Return a template with its steps said and its `$blanks` filled; values are not looked at.

    `# @$step` becomes the step that is given.
    """
    template = template.replace("# @$step", f"# @{step}")
    said = _STEP.sub(lambda found: f"{found[1]}# {say(language, f'code.{found[2]}')}", template)
    return Template(said).substitute(values)


def imports(*lines: str) -> str:
    """Return lines of imports in the usual order, each once."""
    wanted = sorted(set(lines), key=lambda line: (line.startswith("from"), line))
    own = [line for line in wanted if _package(line) in sys.stdlib_module_names]
    others = [line for line in wanted if line not in own]
    return "\n\n".join("\n".join(some) for some in (own, others) if some)


def _package(line: str) -> str:
    """Return where a line of imports takes it from."""
    return line.split()[1].partition(".")[0]


def assigned(name: str, text: str, language: Language) -> str:
    """Return `name = 'text'`; behind a comment where the text is too long to be there whole."""
    return f"{_shortened(name, [text], language)}{name} = {_kept(text)}"


def listed(name: str, texts: Sequence[str], language: Language) -> str:
    """Return the same of a list of texts, one a line."""
    lines = "".join(f"    {_kept(text)},\n" for text in texts)
    shown = f"[{_kept(texts[0])}]" if len(texts) == 1 else f"[\n{lines}]"
    return f"{_shortened(name, texts, language)}{name} = {shown}"


def mapped(texts: Mapping[str, str], language: Language) -> str:
    """Return `labels = {…}`: the same of texts with their names."""
    lines = "".join(f"    {literal(key)}: {_kept(text)},\n" for key, text in texts.items())
    return f"{_shortened('labels', [*texts.values()], language)}labels = {{\n{lines}}}"


def literal(text: str) -> str:
    """Return a text as Python reads it.

    What a chat would change or nobody would see is written as an escape, so that what is pasted is
    what was asked.
    """
    written = repr(text)
    if '"' not in written:
        written = f'"{written[1:-1]}"'
    return "".join(map(_plain, written))


def _kept(text: str) -> str:
    return literal(text[:LONGEST])


def _shortened(name: str, texts: Sequence[str], language: Language) -> str:
    longest = max(texts, key=len)
    if len(longest) <= LONGEST:
        return ""
    return f"# {say(language, 'code.shortened', name=name, kept=f'{LONGEST:,}')}\n"


def _plain(sign: str) -> str:
    if sign == " " or (sign != "`" and canonical(sign) == sign):
        return sign
    code = ord(sign)
    if code < 0x100:  # noqa: PLR2004 - what two digits hold
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004
