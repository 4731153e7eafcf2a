"""`/dataset`: what a community collects, declared once for every platform."""

from handlers.collecting.adding import add
from handlers.collecting.changing import CHOICES, OPEN_TO_CHOICES
from handlers.collecting.create import LONGEST_GUIDELINE, MOST_VOTES, create, list_datasets
from handlers.collecting.edit import archive, edit, restore
from handlers.collecting.must_pass import must_pass
from handlers.collecting.preview import LONGEST_PERSON, LONGEST_SEARCH, preview
from handlers.collecting.show import show
from handlers.exporting.command import CSV, FOLDER, JSONL, PARQUET, export
from handlers.exporting.publish import PUBLISH
from handlers.importing.command import IMPORT_FILE
from handlers.table import (
    LONGEST_NAME,
    Action,
    Bilingual,
    Command,
    Kind,
    Option,
    dataset_option,
    text_option,
)
from handlers.types import Role, Visibility

_LONGEST_LABELS = 20_000
_LONGEST_MUST_PASS = 2_000


_NAME = Bilingual("name", "이름")


def _label_option(en: str, ko: str) -> Option:
    return Option(Bilingual("label", "라벨"), Bilingual(en, ko), Kind.TEXT, maximum=LONGEST_NAME)


_CREATE = Action(
    name=Bilingual("create", "만들기"),
    description=Bilingual(
        "Begin to collect texts under labels of your own", "직접 정한 라벨로 글을 모으기 시작해요"
    ),
    handler=create,
    role=Role.MODERATOR,
    example=Bilingual(
        "/dataset create name:feedback bug, question, praise",
        "/데이터셋 만들기 이름:의견 버그, 질문, 칭찬",
    ),
    options=(
        Option(
            Bilingual("name", "이름"),
            Bilingual("What to call it", "데이터셋 이름"),
            Kind.TEXT,
            is_required=True,
            maximum=LONGEST_NAME,
        ),
        Option(
            Bilingual("labels", "라벨"),
            Bilingual(
                "2 to 100, with commas between; bug = what does not work describes one",
                "쉼표로 나눠 2~100개. 설명은 등호 뒤에: 버그 = 고장 난 것",
            ),
            Kind.TEXT,
            is_required=True,
            takes_free_text=True,
            maximum=_LONGEST_LABELS,
        ),
        Option(
            Bilingual("guideline", "지침"),
            Bilingual("How to choose among the labels", "라벨을 고르는 기준"),
            Kind.TEXT,
            maximum=LONGEST_GUIDELINE,
        ),
        Option(
            Bilingual("kind", "방식"),
            Bilingual("How many labels a text has (one)", "글 하나에 붙는 라벨 수 (기본 하나)"),
            Kind.CHOICE,
            choices=(Bilingual("single", "하나"), Bilingual("multi", "여럿")),
        ),
        Option(
            Bilingual("open_to", "공개"),
            Bilingual("Who may label (moderators)", "누가 라벨을 붙이는지 (기본 중재자)"),
            Kind.CHOICE,
            choices=OPEN_TO_CHOICES,
        ),
        Option(
            Bilingual("votes", "표"),
            Bilingual("How many members have to agree (2)", "멤버 몇 명이 같아야 하는지 (기본 2)"),
            Kind.INTEGER,
            minimum=1,
            maximum=MOST_VOTES,
        ),
    ),
)

_LIST = Action(
    name=Bilingual("list", "목록"),
    description=Bilingual("What is collected here", "여기서 모으는 데이터셋을 보여 줘요"),
    handler=list_datasets,
    visibility=Visibility.PRIVATE,
    example=Bilingual("/dataset list", "/데이터셋 목록"),
)

_SHOW = Action(
    name=Bilingual("show", "보기"),
    description=Bilingual(
        "How far a dataset has come, and what would help most",
        "얼마나 모았고 무엇이 더 필요한지 보여 줘요",
    ),
    handler=show,
    visibility=Visibility.PRIVATE,
    example=Bilingual("/dataset show feedback", "/데이터셋 보기 의견"),
    options=(dataset_option(name=_NAME, is_free=True),),
)

_ADD = Action(
    name=Bilingual("add", "넣기"),
    description=Bilingual("Put a text into a dataset", "데이터셋에 글을 넣어요"),
    handler=add,
    role=Role.MEMBER,
    visibility=Visibility.PRIVATE,
    example=Bilingual("/dataset add it crashes label:bug", "/데이터셋 넣기 자꾸 꺼져요 라벨:버그"),
    options=(
        text_option("The text to keep", "모을 글"),
        _label_option("What it is; leave it out if others shall say", "글의 라벨 (없으면 나중에)"),
        dataset_option(),
    ),
)

_PREVIEW = Action(
    name=Bilingual("preview", "훑어보기"),
    description=Bilingual(
        "The texts of a dataset, page by page", "데이터셋의 글을 한 쪽씩 보여 줘요"
    ),
    handler=preview,
    visibility=Visibility.PRIVATE,
    example=Bilingual(
        "/dataset preview label:bug state:conflict", "/데이터셋 훑어보기 라벨:버그 상태:엇갈림"
    ),
    options=(
        _label_option("Only texts with this label", "이 라벨이 붙은 글만"),
        Option(
            Bilingual("state", "상태"),
            Bilingual("Only texts that stand like this", "이런 상태인 글만"),
            Kind.CHOICE,
            choices=(
                Bilingual("gold", "골드"),
                Bilingual("open", "미정"),
                Bilingual("conflict", "엇갈림"),
                Bilingual("ambiguous", "애매함"),
                Bilingual("left_out", "뺌"),
            ),
        ),
        Option(
            Bilingual("search", "찾기"),
            Bilingual("Only texts that have this in them", "이 말이 들어 있는 글만"),
            Kind.TEXT,
            takes_free_text=True,
            maximum=LONGEST_SEARCH,
        ),
        Option(
            Bilingual("side", "쓰임"),
            Bilingual("Only texts to learn from, or to measure on", "학습용이나 평가용 글만"),
            Kind.CHOICE,
            choices=(
                Bilingual("train", "학습"),
                Bilingual("test", "평가"),
                Bilingual("quarantined", "제외"),
            ),
        ),
        Option(
            Bilingual("who", "누가"),
            Bilingual(
                "Only texts labelled by me, or by the person of this id (moderators)",
                "내가 라벨을 붙인 글만(나), 또는 이 ID인 사람이 붙인 글만(중재자)",
            ),
            Kind.TEXT,  # a person to choose would keep all of `/dataset` out of private messages
            maximum=LONGEST_PERSON,
        ),
        Option(
            Bilingual("page", "쪽"),
            Bilingual("Which page", "볼 쪽"),
            Kind.INTEGER,
            minimum=1,
            maximum=999_999,
        ),
        dataset_option(),
    ),
)

_EDIT = Action(
    name=Bilingual("edit", "바꾸기"),
    description=Bilingual(
        "Change name, labels, guideline or who may label; it is told first what that touches",
        "이름, 라벨, 지침, 라벨을 붙일 사람을 바꿔요. 무엇이 달라지는지 먼저 알려 줘요",
    ),
    handler=edit,
    role=Role.MODERATOR,
    visibility=Visibility.PRIVATE,
    example=Bilingual(
        "/dataset edit what:rename label:bug to:defect",
        "/데이터셋 바꾸기 무엇:이름 라벨:버그 값:결함",
    ),
    options=(
        Option(
            Bilingual("what", "무엇"),
            Bilingual("What to change", "무엇을 바꿀지"),
            Kind.CHOICE,
            is_required=True,
            choices=CHOICES,
        ),
        _label_option("Which label", "어느 라벨인지"),
        Option(
            Bilingual("to", "값"),
            Bilingual(
                "What it shall be: a name, a label, labels, a guideline …",
                "바꿀 이름, 라벨, 지침 …",
            ),
            Kind.TEXT,
            takes_free_text=True,
            maximum=_LONGEST_LABELS,
        ),
        dataset_option(),
    ),
)

_ARCHIVE = Action(
    name=Bilingual("archive", "보관"),
    description=Bilingual("Collect nothing more for a dataset", "데이터셋에 더는 모으지 않아요"),
    handler=archive,
    role=Role.MODERATOR,
    visibility=Visibility.PRIVATE,
    example=Bilingual("/dataset archive feedback", "/데이터셋 보관 의견"),
    options=(dataset_option(name=_NAME, is_free=True),),
)

_RESTORE = Action(
    name=Bilingual("restore", "되살리기"),
    description=Bilingual("Collect for a dataset again", "보관한 데이터셋에 다시 모아요"),
    handler=restore,
    role=Role.MODERATOR,
    visibility=Visibility.PRIVATE,
    example=Bilingual("/dataset restore feedback", "/데이터셋 되살리기 의견"),
    options=(dataset_option(name=_NAME, is_free=True),),
)

_EXPORT = Action(
    name=Bilingual("export", "내보내기"),
    description=Bilingual(
        "The texts of a dataset as a file, without the people", "데이터셋의 글을 파일로 내보내요"
    ),
    handler=export,
    role=Role.MODERATOR,
    visibility=Visibility.PRIVATE,
    is_long=True,
    example=Bilingual("/dataset export format:jsonl", "/데이터셋 내보내기 형식:jsonl"),
    options=(
        Option(
            Bilingual("format", "형식"),
            Bilingual("What kind of file (csv)", "파일 형식 (기본 csv)"),
            Kind.CHOICE,
            choices=(
                Bilingual(CSV, "표"),
                Bilingual(JSONL, "줄"),
                Bilingual(PARQUET, "파케이"),
                Bilingual(FOLDER, "폴더"),
            ),
        ),
        Option(
            Bilingual("people", "사람"),
            Bilingual("Who said what as well (no)", "누가 무엇이라고 했는지도 (기본 아니요)"),
            Kind.CHOICE,
            choices=(Bilingual("no", "아니요"), Bilingual("yes", "예")),
        ),
        dataset_option(),
    ),
)

_MUST_PASS = Action(
    name=Bilingual("mustpass", "필수"),
    description=Bilingual(
        "Texts that every version must get right before it may answer",
        "새 버전이 꼭 맞혀야 하는 글을 정하고 보여 줘요",
    ),
    handler=must_pass,
    role=Role.ADMIN,
    visibility=Visibility.PRIVATE,
    example=Bilingual(
        "/dataset mustpass it crashes label:bug", "/데이터셋 필수 자꾸 꺼져요 라벨:버그"
    ),
    options=(
        Option(
            Bilingual("text", "글"),
            Bilingual("The text; without one, all are shown", "글 (없으면 모두 보여 줘요)"),
            Kind.TEXT,
            takes_free_text=True,
            maximum=_LONGEST_MUST_PASS,
        ),
        Option(
            Bilingual("label", "라벨"),
            Bilingual(
                "What it is; of several, with commas between, or -",
                "맞는 라벨 (여럿은 쉼표로, 없으면 -)",
            ),
            Kind.TEXT,
            maximum=_LONGEST_LABELS,
        ),
        dataset_option(),
    ),
)

DATASET = Command(
    name=Bilingual("dataset", "데이터셋"),
    description=Bilingual("Collect texts under labels of your own", "직접 정한 라벨로 글을 모아요"),
    actions=(
        _CREATE,
        _LIST,
        _SHOW,
        _ADD,
        IMPORT_FILE,
        _PREVIEW,
        _EDIT,
        _MUST_PASS,
        _ARCHIVE,
        _RESTORE,
        _EXPORT,
        PUBLISH,
    ),
)
