"""`/version`: which versions there are, and which one answers, declared once for every platform."""

from handlers.table import Action, Bilingual, Command, Kind, Option, yes_no_option
from handlers.types import Role, Visibility
from handlers.versions.card import show_card
from handlers.versions.exporting import export
from handlers.versions.leaderboard.columns import COLUMNS
from handlers.versions.listing import list_versions
from handlers.versions.moving import promote, rollback
from handlers.versions.publishing import publish
from handlers.versions.removing import remove

_LONGEST_REASON = 300


def _model(name: Bilingual, en: str, ko: str, *, is_required: bool = True) -> Option:
    described = Bilingual(en, ko)
    return Option(name, described, Kind.MODEL, is_required=is_required, takes_free_text=True)


def _one_of_them() -> Option:
    return _model(
        Bilingual("version", "버전"),
        "Which one, such as ours@2; ours is the one that answers",
        "예: 우리모델@2. 이름만 쓰면 답하는 버전",
    )


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
                "What was trained here; with a name, which model is best",
                "여기서 학습한 버전, 이름을 쓰면 모델 순위를 보여 줘요",
            ),
            handler=list_versions,
            visibility=Visibility.PRIVATE,
            example=Bilingual("/version list ours", "/버전 목록 우리모델"),
            options=(
                _model(
                    _NAME,
                    "The leaderboard of what this model is for",
                    "이 모델이 하는 일의 순위",
                    is_required=False,
                ),
                Option(
                    Bilingual("sort", "정렬"),
                    Bilingual("What to sort by (accuracy)", "정렬 기준 (기본 정확도)"),
                    Kind.CHOICE,
                    choices=tuple(one.name for one in COLUMNS.values()),
                ),
            ),
        ),
        Action(
            name=Bilingual("card", "카드"),
            description=Bilingual(
                "Where a version comes from and how good it is",
                "버전이 어디서 왔고 얼마나 좋은지 보여 줘요",
            ),
            handler=show_card,
            visibility=Visibility.PRIVATE,
            example=Bilingual("/version card ours@2", "/버전 카드 우리모델@2"),
            options=(_one_of_them(),),
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
                    holds_words=True,
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
            name=Bilingual("export", "내보내기"),
            description=Bilingual(
                "A version as a file that plain transformers load",
                "transformers로 읽을 수 있는 파일로 받아요",
            ),
            handler=export,
            role=Role.ADMIN,
            visibility=Visibility.PRIVATE,
            is_long=True,
            example=Bilingual("/version export ours@2", "/버전 내보내기 우리모델@2"),
            options=(_one_of_them(),),
        ),
        Action(
            name=Bilingual("publish", "공개"),
            description=Bilingual(
                "Put a version on the Hugging Face Hub; you see first what others would see",
                "버전을 허깅페이스 허브에 올려요. 무엇이 보이는지 먼저 알려 줘요",
            ),
            handler=publish,
            role=Role.ADMIN,
            visibility=Visibility.PRIVATE,
            is_long=True,
            example=Bilingual(
                "/version publish version:ours@2 repo:mood",
                "/버전 공개 버전:우리모델@2 저장소:mood",
            ),
            options=(
                _one_of_them(),
                Option(
                    Bilingual("repo", "저장소"),
                    Bilingual(
                        "What to call it there: name or owner/name", "허브의 이름 또는 소유자/이름"
                    ),
                    Kind.TEXT,
                    is_required=True,
                    maximum=100,
                ),
                yes_no_option(
                    Bilingual("private", "비공개"),
                    Bilingual(
                        "Whether only your account sees it (yes)", "내 계정만 볼지 (기본 예)"
                    ),
                ),
                yes_no_option(
                    Bilingual("space", "스페이스"),
                    Bilingual(
                        "Whether a page of it goes along, a Gradio Space (no)",
                        "모델을 써 볼 페이지(Gradio 스페이스)도 올릴지 (기본 아니요)",
                    ),
                ),
                Option(
                    Bilingual("examples", "예시"),
                    Bilingual(
                        "Texts to try on the page, with | between them; everybody there sees them",
                        "페이지에서 써 볼 글, 사이에 |. 페이지를 보는 사람은 다 봐요",
                    ),
                    Kind.TEXT,
                    holds_words=True,
                    maximum=1_000,
                ),
            ),
        ),
        Action(
            name=Bilingual("remove", "지우기"),
            description=Bilingual(
                "Give up a version that does not answer; you are asked first",
                "답하지 않는 버전을 지워요. 먼저 물어봐요",
            ),
            handler=remove,
            role=Role.ADMIN,
            visibility=Visibility.PRIVATE,
            example=Bilingual("/version remove ours@1", "/버전 지우기 우리모델@1"),
            options=(
                _model(Bilingual("version", "버전"), "Which one, such as ours@1", "예: 우리모델@1"),
            ),
        ),
    ),
)
