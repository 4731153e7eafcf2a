"""Takes the pictures anew: `python -m docs.pictures`.

Nothing in them is drawn by hand: somebody asks the real Tokki on a loopback Discord and a loopback
Slack, and what these were sent is drawn as they show it; the loop is what the tutorial tells of.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from docs.pictures import ink, loop, message, slack
from docs.pictures.components import Sent
from docs.pictures.conversation import Scene, take, take_on_slack
from docs.tutorial.__main__ import halves

FOLDER = Path(__file__).parent
SCENES = {
    "en": Scene("mina", "en-US", "classify", "text", "I love this", "Right"),
    "ko": Scene("민아", "ko", "분류", "글", "이 영화 정말 재미있어요", "맞아요"),
}


async def on_discord(language: str) -> AsyncIterator[tuple[Path, str]]:
    """Yield the files of a scene on Discord, and what belongs in them."""
    scene = SCENES[language]
    taken = await take(scene)
    conversation = (
        message.Typed(scene.command, scene.option, scene.text),
        Sent(taken.answer.json(), taken.answer.files, scene.person, scene.command),
        Sent(taken.pressed.json(), taken.pressed.files),
    )
    title = f"/{scene.command} {scene.text}\n{taken.answer.text}\n{taken.pressed.text}"
    for name, theme in ink.THEMES.items():
        picture = message.draw(conversation, theme, message.WORDS[language], title)
        yield FOLDER / f"discord-{language}-{name}.svg", picture


async def on_slack(language: str) -> AsyncIterator[tuple[Path, str]]:
    """Yield the files of a scene on Slack, and what belongs in them."""
    scene = SCENES[language]
    taken = await take_on_slack(scene)
    line = f"/{scene.command} {scene.text}"
    shown = (taken.answer, taken.pressed)
    conversation = (
        slack.Typed(line),
        *(slack.Posted(each.blocks, each.is_ephemeral) for each in shown),
    )
    title = "\n".join([line, *(each.text_shown for each in shown)])
    for name, theme in slack.THEMES.items():
        picture = slack.draw(conversation, theme, slack.WORDS[language], title)
        yield FOLDER / f"slack-{language}-{name}.svg", picture


PLATFORMS = {"discord": on_discord, "slack": on_slack}


def of_the_loop() -> Iterator[tuple[Path, str]]:
    """Yield the files of the loop closing, as the tutorial tells of it."""
    for language, half in halves().items():
        for name, theme in ink.THEMES.items():
            yield FOLDER / f"loop-{language}-{name}.svg", loop.draw(half, theme)


async def main() -> None:
    """Take all pictures."""
    for path, picture in of_the_loop():
        path.write_text(f"{picture}\n", "utf-8")
    for taken in PLATFORMS.values():
        for language in SCENES:
            async for path, picture in taken(language):
                path.write_text(f"{picture}\n", "utf-8")


if __name__ == "__main__":
    asyncio.run(main())
