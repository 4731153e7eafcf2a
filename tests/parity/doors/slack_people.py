"""What people can do on Slack."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.on_slack.setup.manifest import manifest
from tests.parity.capabilities import NotThere
from tests.parity.doors.door import MANY_TEXTS
from tests.parity.doors.slack_door import SlackDoor
from tests.servers.slack_server import BadManifest, Message, UserAction


class SlackPeople(SlackDoor):
    """The owner of a workspace, and those that they do something with."""

    def furnish(self) -> None:
        super().furnish()
        self.ann = self.slack.add_person("ann")
        self.teachers = self.slack.add_user_group("teachers", [self.ann])

    def completes_while_typing(self) -> None:
        self._no_manifest_has("autocomplete")

    def names_commands_in_ones_own_language(self) -> None:
        asked = self.loop.do(self.typed("분류", {"text": "I love this"}))
        assert "positive" in self._judged(asked).text_shown
        self._no_manifest_has("name_localizations")

    def answers_commands_in_threads(self) -> None:
        channel = self.slack.add_channel("threads")
        first = self.loop.do(self.boss.write(channel, "a thread"))
        with pytest.raises(AssertionError, match="no slash commands in threads"):
            self.loop.do(self.boss.command(channel, "/classify", "hi", thread_ts=first.ts))
        raise NotThere

    def answers_from_the_menu_of_a_message(self) -> None:
        channel = self.slack.add_channel("menus")
        first = self.loop.do(self.boss.write(channel, "a thread"))
        written = self.loop.do(self.boss.write(channel, "I love this", thread_ts=first.ts))
        asked = self.loop.do(self.boss.shortcut(channel, "message:classify", written))
        answer = self._judged(asked)
        assert answer.is_ephemeral and answer.thread_ts == first.ts

    def opens_a_form(self) -> None:
        asked = self.loop.do(self.typed("classify", {}))
        view = self.loop.do(asked.opened())
        self.loop.do(self.boss.submit(view, {"option:text": "I love\nthis"}))
        assert "positive" in self._judged(asked).text_shown

    def answers_one_person_alone(self) -> None:
        assert self._private("help").is_ephemeral

    def shares_a_private_answer(self) -> None:
        answer = self._private("models")
        asked = self.loop.do(self.boss.press(answer, "share"))
        shared = self.loop.do(asked.until(lambda m: "shared by" in m.text_shown))
        assert "sentiment@0" in shared.text_shown and not shared.is_ephemeral

    def shares_a_long_private_answer(self) -> None:
        for text in MANY_TEXTS:
            self.ask("tokenize", text=text)
        answer = self._private("history", top=100)
        assert all(text in answer.text_shown for text in MANY_TEXTS)
        assert "share" not in [each["action_id"] for each in answer.controls]
        self._no_button_holds(2_001)
        raise NotThere

    def edits_a_private_answer(self) -> None:
        answer = self._private("help")
        edit = self._web.chat_update(channel=answer.channel.id, ts=answer.ts, text="else")
        with pytest.raises(SlackApiError, match="message_not_found"):
            self.loop.do(edit)
        raise NotThere

    def gives_a_role_to_a_group(self) -> None:
        ann, channel = self.ann, self.slack.add_channel("roles")
        text = f"who:<!subteam^{self.teachers.id}|@teachers> may:admin"
        given = self.loop.do(self.boss.command(channel, "/settings", text))
        assert "teachers" in self.loop.do(given.answered()).text_shown
        status = self.loop.do(ann.command(channel, "/finetune"))
        assert "Only admins" not in self.loop.do(status.answered()).text_shown

    def lets_people_choose_a_language(self) -> None:
        sora, channel = self.slack.add_person("sora"), self.slack.add_channel("languages")
        home = self.loop.do(sora.open_home())
        self.loop.do(sora.press(home, "me:language:korean"))
        self.loop.do(home.until(lambda view: "What Tokki" not in view.text_shown))
        asked = self.loop.do(sora.command(channel, "/help"))
        assert "라벨" in self.loop.do(asked.answered()).text_shown

    def lets_people_choose_what_is_learnt_from(self) -> None:
        yuna, channel = self.slack.add_person("yuna"), self.slack.add_channel("privacy")
        asked = self.loop.do(yuna.command(channel, "/me", "learn:no"))
        assert "kept" in self.loop.do(asked.answered()).text_shown
        home = self.loop.do(yuna.open_home())
        self.loop.do(yuna.press(home, "me:learn:yes"))
        self.loop.do(home.until(lambda view: "me:learn:no" in str(view.blocks)))

    @property
    def _web(self) -> AsyncWebClient:
        return AsyncWebClient(self.slack.bot_token, base_url=self.slack.api_url)

    def _judged(self, asked: UserAction) -> Message:
        return self.loop.do(asked.until(lambda m: "positive" in m.text_shown))

    def _private(self, command: str, **options: int) -> Message:
        return self.loop.do(self.loop.do(self.typed(command, options)).answered())

    def _no_manifest_has(self, key: str) -> None:
        """Slack refuses a manifest whose commands say more than it knows of."""
        wanted: dict[str, Any] = manifest()
        wanted["features"]["slash_commands"][0][key] = True
        with pytest.raises(BadManifest, match=key):
            self.slack.manifest = wanted
        raise NotThere

    def _no_button_holds(self, characters: int) -> None:
        label = {"type": "plain_text", "text": "Share"}
        button = {"type": "button", "action_id": "share", "text": label, "value": "x" * characters}
        blocks = [{"type": "actions", "elements": [button]}]
        known = len(self.slack.violations)
        with pytest.raises(SlackApiError, match="invalid_blocks"):
            channel = self.slack.add_channel("buttons")
            self.loop.do(self._web.chat_postMessage(channel=channel.id, text="x", blocks=blocks))
        del self.slack.violations[known:]
