"""Tells admins what was noticed: once, under the next thing that they ask for themselves."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from handlers.services import Services
from handlers.table import Action
from handlers.texts import say
from handlers.types import Button, Language, Reply, Role, Visibility
from handlers.watching.retraining import retrain_button
from storage.errors import StorageError
from storage.records import Notice, NoticeKind

_TOLD_UNDER = "version"
"""Whoever may not only see the versions but move them is told there too."""

log = logging.getLogger(__name__)


def tells(command: Action, role: Role) -> bool:
    """Whether a command is one under which admins are told: theirs, or seen by them alone."""
    is_of_versions = command.command is not None and command.command.en == _TOLD_UNDER
    is_private = command.visibility is Visibility.PRIVATE
    return role >= Role.ADMIN and (command.role >= Role.ADMIN or is_of_versions or is_private)


async def with_notices(
    reply: Reply, services: Services, community: str, language: Language
) -> Reply:
    """Return a reply with what nobody was told yet, which counts as told from now on."""
    if reply.error:
        return reply
    try:
        notices = await services.storage.notices.of(community, is_untold=True)
        if not notices:
            return reply
        await services.storage.notices.told(community, [one.id for one in notices])
    except StorageError:  # what was asked for is answered all the same
        log.warning("notices could not be told", exc_info=True)
        return reply
    lines = [line for one in notices if (line := in_words(one, language)) not in (reply.text or "")]
    said = "\n".join(filter(None, [reply.text, *lines]))
    return replace(reply, text=said, controls=(*reply.controls, *_buttons(notices, language)))


def in_words(notice: Notice, language: Language) -> str:
    """Say what was noticed, and what to do."""
    facts = {**_shown(notice), "model": notice.model}
    key = str(notice.kind)
    if notice.kind is NoticeKind.COMPARED:
        key = f"compared_{notice.facts['verdict']}"
    return say(language, f"watch.{key}", **facts)


def _shown(notice: Notice) -> Mapping[str, object]:
    form = ".2f" if notice.kind in (NoticeKind.LABELS, NoticeKind.MARGINS) else ".0%"
    facts = notice.facts.items()
    return {name: format(of, form) if isinstance(of, float) else of for name, of in facts}


def _buttons(notices: Sequence[Notice], language: Language) -> Sequence[Button]:
    """Each once: several alarms of one model propose the same."""
    found = {button.id: button for one in notices for button in _buttons_of(one, language)}
    return tuple(found.values())


def _buttons_of(one: Notice, language: Language) -> Iterator[Button]:
    match one.kind:
        case NoticeKind.ROLLED_BACK:
            again = say(language, "modelinfo.use_again", former=one.model)
            yield Button(f"live:{one.model}", again)
        case NoticeKind.COMPARED:
            if one.facts["verdict"] == "better":
                use = say(language, "watch.use", model=one.model)
                yield Button(f"live:{one.model}", use, "good")
        case _:
            yield from retrain_button(one.model, language)
