"""The few sentences of the door itself; everything else is said by the handlers."""

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.types import Language, Role


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's sentences. Blanks stand in braces."""

    welcome: str
    hello: str
    how: str
    roles: Mapping[Role, str]
    reference: str
    picture: str
    saved: str
    not_saved: str
    not_written: str
    working: str
    waiting: str
    cancels: str
    cancelled: str
    pressed: str
    press_usage: str
    again_to_leave: str
    again_to_cancel: str


ENGLISH = Phrases(
    welcome="Tokki - language models in your terminal",
    hello="Hello {name} ({role}). /help shows what I can do, Tab completes.",
    how="Alt-Enter starts a new line, Ctrl-C cancels, Ctrl-D leaves.",
    roles={Role.MEMBER: "member", Role.MODERATOR: "moderator", Role.ADMIN: "admin"},
    reference="Reference {reference}",
    picture="Picture: {alt}",
    saved="Saved {path}",
    not_saved="{name} could not be saved: {reason}",
    not_written="The answer could not be written: {reason}",
    working="Working",
    waiting="{count} waiting",
    cancels="Ctrl-C cancels",
    cancelled="Cancelled.",
    pressed="Pressed: {label}",
    press_usage="Say which control: !press ID, or !press ID VALUE for a choice.",
    again_to_leave="Press Ctrl-C again to leave, or Ctrl-D.",
    again_to_cancel="A training is running; press {key} again to leave and cancel it.",
)

KOREAN = Phrases(
    welcome="토끼(Tokki) - 터미널에서 쓰는 언어 모델",
    hello="안녕하세요, {name} 님({role}). /도움말 로 명령을 보고, Tab으로 자동 완성해요.",
    how="Alt-Enter는 줄 바꿈, Ctrl-C는 취소, Ctrl-D는 나가기예요.",
    roles={Role.MEMBER: "멤버", Role.MODERATOR: "중재자", Role.ADMIN: "관리자"},
    reference="참조 번호 {reference}",
    picture="그림: {alt}",
    saved="저장: {path}",
    not_saved="{name} 파일을 저장하지 못했어요: {reason}",
    not_written="답을 쓰지 못했어요: {reason}",
    working="처리 중",
    waiting="{count}개 대기",
    cancels="Ctrl-C로 취소",
    cancelled="취소했어요.",
    pressed="누름: {label}",
    press_usage="무엇을 누를지 적어 주세요: !press ID, 고르는 것이면 !press ID 값.",
    again_to_leave="나가려면 Ctrl-C를 한 번 더, 또는 Ctrl-D를 누르세요.",
    again_to_cancel="지금 학습하고 있어요. {key}를 한 번 더 누르면 취소하고 나가요.",
)


def phrases(language: Language) -> Phrases:
    """Return the door's sentences in a language."""
    return KOREAN if language is Language.KOREAN else ENGLISH
