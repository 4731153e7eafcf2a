"""What people can do on Discord."""

import aiohttp
import pytest

from tests.parity.doors.discord_door import DiscordDoor
from tests.parity.doors.door import MANY_TEXTS
from tests.servers.discord_server import Message


class DiscordPeople(DiscordDoor):
    """A server's admin, and those that they do something with."""

    def completes_while_typing(self) -> None:
        typing = self.boss.autocomplete(self.channel, "classify", "model", "top", {"text": "hi"})
        assert "topics" in [each["value"] for each in self.loop.do(typing)]

    def names_commands_in_ones_own_language(self) -> None:
        minji = self.discord.add_person("minji", locale="ko")
        self.guild.join(minji)
        asked = self.loop.do(minji.slash(self.channel, "분류", {"text": "정말 좋아요"}))
        assert "positive" in self.loop.do(asked.until(_is_judged)).text
        with pytest.raises(AssertionError, match="no command '분류'"):
            self.loop.do(self.boss.slash(self.channel, "분류", {"text": "hi"}))

    def answers_commands_in_threads(self) -> None:
        thread = self.guild.add_thread(self.channel, "a thread")
        asked = self.loop.do(self.boss.slash(thread, "classify", {"text": "I love this"}))
        assert self.loop.do(asked.until(_is_judged)).channel is thread

    def answers_from_the_menu_of_a_message(self) -> None:
        written = self.loop.do(self.boss.write(self.channel, "I love this"))
        asked = self.loop.do(self.boss.message_action(self.channel, "Classify", written))
        answer = self.loop.do(asked.until(_is_judged))
        assert "positive" in answer.text and answer.is_ephemeral

    def opens_a_form(self) -> None:
        asked = self.loop.do(self.boss.slash(self.channel, "classify"))
        self.loop.do(asked.acknowledged())
        submitted = self.loop.do(self.boss.submit(asked.modal, {"text": "I love\nthis"}))
        assert "positive" in self.loop.do(submitted.until(_is_judged)).text

    def answers_one_person_alone(self) -> None:
        assert self._private("help").is_ephemeral

    def shares_a_private_answer(self) -> None:
        shared = self._shared(self._private("help"))
        assert "/classify" in shared.text and "shared by" in shared.text

    def shares_a_long_private_answer(self) -> None:
        for text in MANY_TEXTS:
            self.ask("tokenize", text=text)
        shared = self._shared(self._private("history", top=100))
        assert all(text in str(shared.text) + str(shared.files) for text in MANY_TEXTS)

    def edits_a_private_answer(self) -> None:
        asked = self.loop.do(self.boss.slash(self.channel, "help"))
        answer = self.loop.do(asked.answered())
        path = f"webhooks/{self.discord.application_id}/{asked.token}/messages/@original"
        self.loop.do(_edit(f"{self.discord.api_url}/{path}", "something else"))
        assert "something else" in answer.text and answer.is_ephemeral

    def gives_a_role_to_a_group(self) -> None:
        role, ann = self.guild.add_role("teachers"), self.discord.add_person("ann")
        self.guild.join(ann, permissions=0, roles=[role])
        asked = self.boss.slash(self.channel, "settings", {"who": role, "may": "admin"})
        assert "teachers" in self.loop.do(self.loop.do(asked).answered()).text
        status = ann.slash(self.channel, "finetune", check=False)
        assert "Only admins" not in self.loop.do(self.loop.do(status).answered()).text

    def lets_people_choose_a_language(self) -> None:
        sora = self.discord.add_person("sora", locale="ko")
        self.guild.join(sora)
        asked = self.loop.do(sora.slash(self.channel, "help"))
        assert "라벨" in self.loop.do(asked.answered()).text
        asked = self.loop.do(sora.slash(self.channel, "me", {"language": "english"}))
        assert "kept" in self.loop.do(asked.answered()).text
        asked = self.loop.do(sora.slash(self.channel, "help"))
        assert "What Tokki can do" in self.loop.do(asked.answered()).text

    def lets_people_choose_what_is_learnt_from(self) -> None:
        asked = self.loop.do(self.boss.slash(self.channel, "me", {"learn": "no"}))
        shown = self.loop.do(asked.answered())
        asked = self.loop.do(self.boss.press(shown, "me:learn:yes"))
        assert self.loop.do(asked.answered()).button("Do not learn from me")

    def _private(self, command: str, **options: int) -> Message:
        asked = self.loop.do(self.boss.slash(self.channel, command, options))
        return self.loop.do(asked.answered())

    def _shared(self, answer: Message) -> Message:
        asked = self.loop.do(self.boss.press(answer, "share"))
        return self.loop.do(asked.until(lambda m: not m.is_ephemeral and "shared by" in m.text))


def _is_judged(message: Message) -> bool:
    return "positive" in message.text


async def _edit(url: str, text: str) -> None:
    """Edit as the bot could at any moment."""
    components = [{"type": 10, "content": text}]
    body = {"components": components, "allowed_mentions": {"parse": []}}
    async with aiohttp.ClientSession() as session, session.patch(url, json=body) as answer:
        answer.raise_for_status()
