"""`/hub`: what there is on the Hugging Face Hub, declared once for every platform."""

from handlers.hub.adding import add
from handlers.hub.data.rows import show_rows
from handlers.hub.naming import LONGEST_REPO
from handlers.hub.removing import remove
from handlers.hub.searching import LONGEST_SEARCH, search
from handlers.hub.showing import show
from handlers.hub.updating import update
from handlers.table import LONGEST_NAME, Action, Bilingual, Command, Kind, Option
from handlers.types import Role, Visibility

_TASKS = (
    Bilingual("text-classification", "글분류"),
    Bilingual("token-classification", "개체명"),
    Bilingual("fill-mask", "빈칸"),
    Bilingual("zero-shot-classification", "제로샷"),
    Bilingual("feature-extraction", "벡터"),
    Bilingual("sentence-similarity", "문장유사도"),
    Bilingual("question-answering", "질의응답"),
    Bilingual("summarization", "요약"),
    Bilingual("translation", "번역"),
    Bilingual("text-generation", "글쓰기"),
)
"""By the Hub's own names."""


def _repo(en: str, ko: str) -> Option:
    return Option(
        Bilingual("repo", "저장소"),
        Bilingual(en, ko),
        Kind.TEXT,
        is_required=True,
        takes_free_text=True,
        maximum=LONGEST_REPO,
    )


def _text(name: Bilingual, en: str, ko: str) -> Option:
    return Option(name, Bilingual(en, ko), Kind.TEXT, maximum=LONGEST_NAME)


def _added(en: str, ko: str) -> Option:
    return Option(
        Bilingual("name", "이름"),
        Bilingual(en, ko),
        Kind.MODEL,
        is_required=True,
        takes_free_text=True,
    )


SEARCH = Action(
    name=Bilingual("search", "검색"),
    description=Bilingual(
        "Models or data sets, and whether Tokki can run them",
        "모델이나 데이터셋을 찾고, 토끼가 쓸 수 있는지 보여 줘요",
    ),
    handler=search,
    visibility=Visibility.PRIVATE,
    example=Bilingual("/hub search korean sentiment", "/허브 검색 한국어 감정"),
    options=(
        Option(
            Bilingual("text", "글"),
            Bilingual("What to look for", "찾을 말"),
            Kind.TEXT,
            is_required=True,
            takes_free_text=True,
            maximum=LONGEST_SEARCH,
        ),
        Option(
            Bilingual("what", "무엇을"),
            Bilingual("Models or data sets (models)", "모델 또는 데이터셋 (기본 모델)"),
            Kind.CHOICE,
            choices=(Bilingual("models", "모델"), Bilingual("data", "데이터")),
        ),
        Option(
            Bilingual("task", "작업"),
            Bilingual("Only those made for this", "이 일을 하는 것만"),
            Kind.CHOICE,
            choices=_TASKS,
        ),
        _text(
            Bilingual("language", "언어"),
            "Only those of this language, such as ko",
            "이 언어만. 예: ko",
        ),
        Option(
            Bilingual("sort", "정렬"),
            Bilingual("What comes first (downloads)", "먼저 보일 것 (기본 다운로드)"),
            Kind.CHOICE,
            choices=(
                Bilingual("downloads", "다운로드"),
                Bilingual("likes", "좋아요"),
                Bilingual("trending_score", "인기"),
                Bilingual("last_modified", "최근"),
            ),
        ),
    ),
)

SHOW = Action(
    name=Bilingual("show", "보기"),
    description=Bilingual(
        "What a model is, its files, and whether Tokki can run it",
        "모델의 카드와 파일, 쓸 수 있는지를 보여 줘요",
    ),
    handler=show,
    visibility=Visibility.PRIVATE,
    example=Bilingual("/hub show klue/roberta-base", "/허브 보기 klue/roberta-base"),
    options=(_repo("owner/name, perhaps with @revision", "소유자/이름, 필요하면 @리비전"),),
)

DATA = Action(
    name=Bilingual("data", "데이터"),
    description=Bilingual(
        "The columns, labels and rows of a data set", "데이터셋의 열과 라벨, 행을 보여 줘요"
    ),
    handler=show_rows,
    visibility=Visibility.PRIVATE,
    example=Bilingual("/hub data klue/klue config:ynat", "/허브 데이터 klue/klue 구성:ynat"),
    options=(
        _repo("owner/name, perhaps with @revision", "소유자/이름, 필요하면 @리비전"),
        _text(Bilingual("config", "구성"), "Which configuration", "어느 구성인지"),
        _text(Bilingual("split", "분할"), "Which part, such as train", "어느 부분인지. 예: train"),
    ),
)

ADD = Action(
    name=Bilingual("add", "넣기"),
    description=Bilingual(
        "Let a model of the Hub be asked here, at its present commit",
        "허브의 모델을 지금 커밋으로 여기서 쓸 수 있게 해요",
    ),
    handler=add,
    role=Role.ADMIN,
    visibility=Visibility.PRIVATE,
    is_long=True,
    example=Bilingual("/hub add klue/roberta-base", "/허브 넣기 klue/roberta-base"),
    options=(
        _repo("owner/name on the Hub", "허브의 소유자/이름"),
        Option(
            Bilingual("name", "이름"),
            Bilingual("What it is called here (owner/name)", "여기서 부를 이름 (기본 소유자/이름)"),
            Kind.NAME,
        ),
    ),
)

UPDATE = Action(
    name=Bilingual("update", "갱신"),
    description=Bilingual(
        "What has changed on the Hub since a model was added",
        "모델을 넣은 뒤 허브에서 바뀐 것을 보여 줘요",
    ),
    handler=update,
    role=Role.ADMIN,
    visibility=Visibility.PRIVATE,
    example=Bilingual("/hub update klue/roberta-base", "/허브 갱신 klue/roberta-base"),
    options=(_added("Which model that was added", "넣은 모델의 이름"),),
)

REMOVE = Action(
    name=Bilingual("remove", "빼기"),
    description=Bilingual(
        "Take a model that was added away, also off the disk",
        "넣은 모델을 빼고 디스크 공간을 비워요",
    ),
    handler=remove,
    role=Role.ADMIN,
    visibility=Visibility.PRIVATE,
    example=Bilingual("/hub remove klue/roberta-base", "/허브 빼기 klue/roberta-base"),
    options=(_added("Which model that was added", "넣은 모델의 이름"),),
)

HUB = Command(
    name=Bilingual("hub", "허브"),
    description=Bilingual(
        "Models and data sets of the Hugging Face Hub", "허깅페이스 허브의 모델과 데이터셋"
    ),
    actions=(SEARCH, SHOW, DATA, ADD, UPDATE, REMOVE),
)
