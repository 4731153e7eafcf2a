"""One request to a page: who it is of, what may be asked for them, and how it is answered.

A page asks for everything through the dispatcher, as the person: `look` for what it shows unasked,
`run` and `press` for what somebody does and the page draws itself, `begin` and `begin_press` for
what should be drawn as an answer with its progress and buttons.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from aiohttp import web

from bot.answering.routing import Visit
from bot.answering.screen import Screen, Showing
from bot.on_web.connection.bodies import Form
from bot.on_web.connection.headers import HEADERS
from bot.on_web.incoming.visitors import Visitor
from bot.on_web.showing.answers import KeptAnswer, Owner, WebScreen
from bot.on_web.showing.once import MOVED_ON
from bot.on_web.site import Site
from handlers.people.web import PATH
from handlers.table import Action
from handlers.texts import say
from handlers.types import Language, OptionValue, Press, Reply, Request, Role

_WAIT_S = 0.8
"""Most answers are there by then, and the page that is opened next shows them at once."""
Options = Mapping[str, OptionValue]


@dataclass(frozen=True, slots=True)
class Turn:
    """What a page is given."""

    request: web.Request
    site: Site
    visitor: Visitor
    form: Form = field(default_factory=Form)
    """What was sent; of nothing that is only looked at."""

    @property
    def language(self) -> Language:
        """That of the person."""
        return self.visitor.actor.language

    @property
    def owner(self) -> Owner:
        """The community and the person, for what is kept of them."""
        return self.visitor.place.community, self.visitor.actor.id

    def part(self, name: str) -> str:
        """Return what stands in the address for `{name}`."""
        return self.request.match_info.get(name, "")

    def may(self, command: Action) -> bool:
        """Tell whether the person may give a command, so that pages offer no others."""
        return self.visitor.role >= command.role

    def command(self, name: str) -> Action:
        """Return a command of the table by its full English name, such as `dataset show`.

        Raises:
            UserError: there is none.
        """
        return self.site.dispatcher.table.of_form(name)

    async def look(self, name: str, options: Options | None = None) -> Reply:
        """Run a command that nobody has given, for what a page shows by itself."""
        return await self.site.dispatcher.look(self._request(name, options))

    async def run(self, name: str, options: Options | None = None) -> Reply:
        """Run a command that the person gives, and wait for the end."""
        return await self.site.dispatcher.run(self._request(name, options))

    async def press(self, control: str, value: str | None = None) -> Reply:
        """Press a control for the person, and wait for the end."""
        visitor = self.visitor
        press = Press(control, value, visitor.actor, visitor.place, _quiet)
        return await self.site.dispatcher.press(press)

    async def press_once(self, is_now: Callable[[str], bool]) -> tuple[Reply | None, str]:
        """Press what a form of `token_once` says, once however often it is sent.

        Args:
            is_now: tells of a control whether it holds only right after what the form shows.

        Returns:
            What came of it, or None where they have done more since; and what stands for that in
            the address of a page, as `at`, for `known`.
        """
        control, value = self.form.get("control"), self.form.get("value") or None
        token, work = self.form.get("once"), lambda: self.press(control, value)
        reply = await self.site.once.do(self.owner, token, work, is_now=is_now(control))
        return reply, token if reply else MOVED_ON

    def token_once(self) -> str:
        """Return what a form carries that acts once, as `once`."""
        return self.site.once.token(self.owner)

    def known(self) -> tuple[Reply | None, str]:
        """Return what came of the form that the address names, and what is to be said of that."""
        at = self.request.query.get("at", "")
        return self.site.once.reply(self.owner, at), self.moved_on if at == MOVED_ON else ""

    @property
    def moved_on(self) -> str:
        """What is said where a form did nothing."""
        return self.say("web.moved_on")

    def keep(self, reply: Reply | None) -> KeptAnswer | None:
        """Keep a reply that a page draws, if it has files: they are loaded as those of answers."""
        if reply is None or not reply.files:
            return None
        drawn = KeptAnswer(self.owner, "", is_drawn=True)
        drawn.show(reply, is_last=True)
        return self.site.answers.add(drawn)

    async def begin(self, command: Action, options: Options) -> KeptAnswer:
        """Begin to answer a command; what is quick is done on return.

        Raises:
            UserError: a line of its text begins with a command.
        """
        title = f"/{command.full_name.to(self.language)}"
        answer = KeptAnswer(self.owner, title, f"{PATH}/ask/{path_of(command)}")
        visit = self._visit(lambda _: self.site.answers.add(answer))
        self.site.router.run_form(visit, command, options)
        if not command.is_long_with(options):
            await answer.wait(_WAIT_S)
        return answer

    async def begin_press(
        self, control: str, value: str | None = None, within: KeptAnswer | None = None
    ) -> KeptAnswer:
        """Begin to answer a press; what it changes in place, it changes in the answer it was in."""

        def place(showing: Showing) -> KeptAnswer:
            if within and showing.is_in_place:
                within.begin_anew()
                return within
            title, path = (within.title, within.path) if within else ("", "")
            return self.site.answers.add(KeptAnswer(self.owner, title, path))

        shown: list[KeptAnswer] = []

        def keep(showing: Showing) -> KeptAnswer:
            shown.append(place(showing))
            return shown[0]

        self.site.router.press(self._visit(keep), control, value, is_private=True)
        (answer,) = shown
        if not self.site.dispatcher.is_long_press(control):
            await answer.wait(_WAIT_S)
        return answer

    def say(self, key: str, **facts: object) -> str:
        """Return a sentence in the person's language."""
        return say(self.language, key, **facts)

    def show(self, template: str, *, status: int = 200, **facts: object) -> web.Response:
        """Draw a template of `bot/on_web/templates/`; `page.html` is the frame that it extends."""
        role: Role = self.visitor.role
        frame = {
            "turn": self,
            "visitor": self.visitor,
            "menu": [page for page in self.site.pages if page.is_in_menu and role >= page.role],
            "here": self.request.path,
        }
        html = self.site.templates.draw(template, self.language, **{**frame, **facts})
        return web.Response(status=status, text=html, content_type="text/html", headers=HEADERS)

    def to(self, path: str) -> web.Response:
        """Send the browser on to another of our pages, by what stands behind `/web`."""
        return web.Response(status=303, headers={**HEADERS, "Location": f"{PATH}{path}"})

    def _request(self, name: str, options: Options | None) -> Request:
        visitor = self.visitor
        return Request(
            self.command(name), options or {}, visitor.actor, visitor.place, _quiet, visitor.names
        )

    def _visit(self, answer: Callable[[Showing], KeptAnswer]) -> Visit:
        visitor = self.visitor
        screen = partial(_screen, answer)
        return Visit(visitor.actor, visitor.place, screen, visitor.names)


def refusal(reply: Reply | None) -> str:
    """Return why a press was refused, if nothing is left to press: what was there stays then."""
    if reply is None or reply.error is None or reply.controls:
        return ""
    return reply.text or reply.error.message


def path_of(command: Action) -> str:
    """Return where a command's form is, behind the address of the page `ask`."""
    return command.full_name.en.replace(" ", "/")


def _screen(answer: Callable[[Showing], KeptAnswer], showing: Showing) -> Screen:
    return WebScreen(answer(showing))


async def _quiet(_: Reply) -> None:
    """Nobody looks on meanwhile."""
