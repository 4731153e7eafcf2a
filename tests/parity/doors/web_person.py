"""What people can do in a browser."""

from tests.parity.capabilities import NotThere
from tests.parity.doors.web_door import WebDoor
from tests.servers.browser import Browser, Shown


class WebPerson(WebDoor):
    """A server's admin in a browser, and those that they do something with."""

    def completes_while_typing(self) -> None:
        form = self._page("/web/ask/classify").page.one("main")
        assert "topics" in [one.attributes["value"] for one in form.one("datalist").all("option")]

    def names_commands_in_ones_own_language(self) -> None:
        minji = self._joined("minji", locale="ko")
        listed = self.loop.do(minji.get("/web/ask")).text
        assert "/분류" in listed and "/classify" not in listed

    def answers_commands_in_threads(self) -> None:
        self._no_page_says("thread")

    def answers_from_the_menu_of_a_message(self) -> None:
        self._no_page_says("message:")

    def opens_a_form(self) -> None:
        assert "positive" in self.ask("classify", text="I love\nthis").text

    def answers_one_person_alone(self) -> None:
        answer = self.ask("help")
        assert isinstance(answer.handle, tuple)
        shown: Shown = answer.handle[0]
        other = self.loop.do(self._joined("ann").get(shown.path))
        assert other.status == 404 and "not yours" in other.text

    def shares_a_private_answer(self) -> None:
        assert not [one for one in self.ask("help").controls if one.id == "share"]
        raise NotThere

    def shares_a_long_private_answer(self) -> None:
        assert not [one for one in self.ask("models").controls if one.id == "share"]
        raise NotThere

    def edits_a_private_answer(self) -> None:
        me = self.ask("me")
        changed = self.push(me, me.control("Do not learn from me"))
        assert isinstance(me.handle, tuple) and isinstance(changed.handle, tuple)
        again: Shown = self._page(me.handle[0].path)
        assert "Let models learn from me" in again.html
        self.push(changed, changed.control("Let models learn from me"))

    def gives_a_role_to_a_group(self) -> None:
        role = self.guild.add_role("teachers")
        ann = self._joined("ann", roles=[role])
        assert "teachers" in self.ask("settings", who=str(role.id), may="admin").text
        assert "ann · admin" in self.loop.do(ann.get("/web")).html

    def lets_people_choose_a_language(self) -> None:
        self.ask("me", language="korean")
        assert "지금 이곳은" in self._page("/web").text
        self.ask("me", language="english")
        assert "What is going on" in self._page("/web").text

    def lets_people_choose_what_is_learnt_from(self) -> None:
        me = self.ask("me", learn="no")
        assert "kept" in me.text
        assert self.push(me, me.control("Let models learn from me")).control("Do not learn from me")

    def _joined(self, name: str, locale: str = "en-US", roles: tuple[object, ...] = ()) -> Browser:
        person = self.discord.add_person(name, locale=locale)
        self.guild.join(person, permissions=0, roles=[*roles])
        return self.signed_in(person)

    def _page(self, path: str) -> Shown:
        return self.loop.do(self.browser.get(path))

    def _no_page_says(self, word: str) -> None:
        assert word not in self._page("/web").html + self._page("/web/ask").html
        raise NotThere
