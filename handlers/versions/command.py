"""`/version`: which versions there are, and which one answers, declared once for every platform."""

from handlers.table import Action, Bilingual, Command, Kind, Option
from handlers.types import Role, Visibility
from handlers.versions.listing import list_versions
from handlers.versions.moving import promote, rollback
from handlers.versions.removing import remove

_LONGEST_REASON = 300


def _model(name: Bilingual, en: str, ko: str, *, is_required: bool = True) -> Option:
    described = Bilingual(en, ko)
    return Option(name, described, Kind.MODEL, is_required=is_required, takes_free_text=True)


_NAME = Bilingual("name", "이름")

VERSION = Command(
    name=Bilingual("version", "버전"),
    description=Bilingual(
        "The versions of a model, and which one answers", "모델의 버전과 답하는 버전"
    ),
    actions=(
        Action(
            name=Bilingual("list", "목록"),
            description=Bilingual(
                "What was trained here, and how good it is", "여기서 학습한 버전과 성적을 보여 줘요"
            ),
            handler=list_versions,
            visibility=Visibility.PRIVATE,
            example=Bilingual("/version list ours", "/버전 목록 우리모델"),
            options=(
                _model(_NAME, "Only versions of this name", "이 이름의 버전만", is_required=False),
            ),
        ),
        Action(
            name=Bilingual("promote", "승격"),
            description=Bilingual(
                "Let a version answer when only its name is given",
                "이름만 쓰면 이 버전이 답하게 해요",
            ),
            handler=promote,
            role=Role.ADMIN,
            example=Bilingual("/version promote ours@2", "/버전 승격 우리모델@2"),
            options=(
                _model(Bilingual("version", "버전"), "Which one, such as ours@2", "예: 우리모델@2"),
                Option(
                    Bilingual("reason", "이유"),
                    Bilingual(
                        "Why, if it is not shown to be better", "낫다는 증거가 없어도 바꾸는 이유"
                    ),
                    Kind.TEXT,
                    maximum=_LONGEST_REASON,
                ),
            ),
        ),
        Action(
            name=Bilingual("rollback", "되돌리기"),
            description=Bilingual(
                "Let a name mean what it meant before", "이름이 전에 뜻하던 버전으로 되돌려요"
            ),
            handler=rollback,
            role=Role.ADMIN,
            example=Bilingual("/version rollback ours", "/버전 되돌리기 우리모델"),
            options=(_model(_NAME, "Which name, such as ours", "예: 우리모델"),),
        ),
        Action(
            name=Bilingual("remove", "지우기"),
            description=Bilingual(
                "Give up a version that does not answer", "답하지 않는 버전을 지워요"
            ),
            handler=remove,
            role=Role.ADMIN,
            example=Bilingual("/version remove ours@1", "/버전 지우기 우리모델@1"),
            options=(
                _model(Bilingual("version", "버전"), "Which one, such as ours@1", "예: 우리모델@1"),
            ),
        ),
    ),
)
