"""`/me`: what somebody has chosen for themselves here, and what they have labelled."""

import logging
import re
from collections.abc import Sequence
from dataclasses import replace

from handlers.labelling.own_votes import own_votes
from handlers.needs.communities import PersonalChoices
from handlers.people.own_data import own_data_buttons
from handlers.services import Services
from handlers.table import Bilingual, Command, ControlFamily, Kind, Option, yes_no_option
from handlers.texts import say
from handlers.types import (
    Actor,
    Button,
    Language,
    Press,
    Reply,
    Request,
    Role,
    Table,
    UserError,
    Visibility,
)
from storage.errors import StorageError
from storage.records import Choices

_AUTO = "auto"
_LANGUAGES = {"english": Language.ENGLISH, "korean": Language.KOREAN, _AUTO: None}
_YES, _NO = "yes", "no"
_ID = re.compile(r"me:(?:language:(?P<language>english|korean|auto)|learn:(?P<learn>yes|no))")

log = logging.getLogger(__name__)


async def me(request: Request, services: Services) -> Reply:
    """Answer `/me [language] [learn]`."""
    given = {key: str(value) for key, value in request.options.items()}
    return await _chosen(request, services, given.get("language"), given.get("learn"))


async def press_me(press: Press, services: Services) -> Reply:
    """Choose by a button.

    Raises:
        UserError: the id is not ours.
    """
    found = _ID.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    return await _chosen(press, services, found["language"], found["learn"])


ME = Command(
    name=Bilingual("me", "나"),
    description=Bilingual(
        "Your language here, and whether models learn from you",
        "토끼가 답할 언어와 내 질문을 배워도 되는지 정해요",
    ),
    handler=me,
    role=Role.SHUT_OUT,
    visibility=Visibility.PRIVATE,
    example=Bilingual("/me language:korean learn:no", "/나 언어:한국어 배우기:아니요"),
    options=(
        Option(
            Bilingual("language", "언어"),
            Bilingual("In which language Tokki answers you", "토끼가 나에게 답할 언어"),
            Kind.CHOICE,
            choices=(
                Bilingual("english", "영어"),
                Bilingual("korean", "한국어"),
                Bilingual(_AUTO, "자동"),
            ),
            other_words=tuple((str(code), name) for name, code in _LANGUAGES.items() if code),
        ),
        yes_no_option(
            Bilingual("learn", "배우기"),
            Bilingual(
                "Whether models may learn from your questions", "모델이 내 질문으로 배워도 되는지"
            ),
        ),
    ),
)
ME_BUTTONS = ControlFamily("me", press_me, Role.SHUT_OUT, is_in_place=True)


async def in_chosen_language(actor: Actor, community: str, choices: PersonalChoices) -> Actor:
    """Return the actor with the language that they have chosen here, if they have."""
    try:
        chosen = (await choices.of(community, actor.id)).language
    except StorageError:  # nobody is left without an answer for it
        log.warning("a language could not be looked up", exc_info=True)
        return actor
    if not chosen:
        return actor
    return replace(actor, language=Language(chosen), is_language_known=True)


async def _chosen(
    asked: Request | Press, services: Services, language: str | None, learn: str | None
) -> Reply:
    """Keep what is chosen, and show how it is now, in the language that holds now."""
    community, actor, kept = asked.place.community, asked.actor, services.storage.choices
    before = await kept.of(community, actor.id)
    after = before
    if language:
        after = replace(after, language=_LANGUAGES[language])
    if learn:
        after = replace(after, may_train=learn == _YES)
    if after != before:
        await kept.put(community, actor.id, after)
    language = Language(after.language or actor.language)
    labelled = await own_votes(services, community, replace(actor, language=language))
    return _shown(after, language, labelled, is_new=after != before)


def _shown(choices: Choices, language: Language, labelled: Sequence[str], *, is_new: bool) -> Reply:
    chosen = next(name for name, each in _LANGUAGES.items() if each == choices.language)
    may = _YES if choices.may_train else _NO
    rows = (
        (say(language, "me.language"), say(language, f"me.language_{chosen}")),
        (say(language, "me.learn"), say(language, may)),
    )
    return Reply(
        title=say(language, "me.kept" if is_new else "me.title"),
        text="\n".join([say(language, "me.text"), *labelled]),
        table=Table((say(language, "me.what"), say(language, "me.now")), rows),
        controls=_buttons(chosen, may, language),
        language=language,
    )


def _buttons(chosen: str, may: str, language: Language) -> tuple[Button, ...]:
    """What is not so now."""
    other = _NO if may == _YES else _YES
    return (
        *(
            Button(f"me:language:{name}", say(language, f"me.language_{name}"))
            for name in _LANGUAGES
            if name != chosen
        ),
        Button(f"me:learn:{other}", say(language, f"me.press_{other}")),
        *own_data_buttons(language),
    )
