"""Takes the README's pictures anew: `python -m docs.pictures`.

Nothing in them is drawn by hand: somebody asks the real Tokki on a loopback Discord, and what
Discord was sent is drawn as Discord shows it.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from docs.pictures.conversation import Scene, Taken, take
from docs.pictures.ink import THEMES
from docs.pictures.message import WORDS, Sent, Typed, draw

FOLDER = Path(__file__).parent
SCENES = {
    "en": Scene("mina", "en-US", "classify", "text", "I love this", "Right"),
    "ko": Scene("민아", "ko", "분류", "글", "이 영화 정말 재미있어요", "맞아요"),
}


def pictures(language: str, taken: Taken) -> Iterator[tuple[Path, str]]:
    """Yield the files of a scene, and what belongs in them."""
    scene = SCENES[language]
    conversation = (
        Typed(scene.command, scene.option, scene.text),
        Sent(taken.answer.json(), taken.answer.files, scene.person, scene.command),
        Sent(taken.pressed.json(), taken.pressed.files),
    )
    title = f"/{scene.command} {scene.text}\n{taken.answer.text}\n{taken.pressed.text}"
    for name, theme in THEMES.items():
        picture = draw(conversation, theme, WORDS[language], title)
        yield FOLDER / f"discord-{language}-{name}.svg", picture


async def main() -> None:
    """Take all pictures."""
    for language, scene in SCENES.items():
        for path, picture in pictures(language, await take(scene)):
            path.write_text(f"{picture}\n", "utf-8")


if __name__ == "__main__":
    asyncio.run(main())
