"""THE TABLE: every command, message action and family of controls, declared once for all platforms.

To add a command: one file in handlers/, one entry here.
"""

from handlers.asking.classify import classify
from handlers.asking.fill_mask import fill_mask
from handlers.asking.model_info import model_info
from handlers.asking.models_list import models_list
from handlers.asking.tokenize_text import tokenize_text
from handlers.learning.add_to_dataset import add_to_dataset
from handlers.learning.feedback import press_feedback
from handlers.learning.finetune import finetune
from handlers.people.help import help_about
from handlers.people.history import history
from handlers.people.me import ME, ME_BUTTONS
from handlers.people.settings import BY_PERMISSIONS, press_settings, settings
from handlers.services import Services
from handlers.table import Bilingual, Command, ControlFamily, Kind, MessageAction, Option
from handlers.types import Reply, Request, Role, Visibility
from models.results import Task

LONGEST_TEXT = 100_000

_MODEL = Bilingual("model", "모델")
_TOP = Bilingual("top", "개수")


def _text(en: str, ko: str) -> Option:
    """What a command reads; it takes the free text."""
    return Option(
        Bilingual("text", "글"),
        Bilingual(en, ko),
        Kind.TEXT,
        is_required=True,
        takes_free_text=True,
        maximum=LONGEST_TEXT,
    )


def _model(en: str, ko: str, task: Task | None = None) -> Option:
    """Which model answers."""
    return Option(_MODEL, Bilingual(en, ko), Kind.MODEL, task=task)


def _top(en: str, ko: str, most: int) -> Option:
    """How many to show."""
    return Option(_TOP, Bilingual(en, ko), Kind.INTEGER, minimum=1, maximum=most)


CLASSIFY = Command(
    name=Bilingual("classify", "분류"),
    description=Bilingual(
        "Which label fits a text, with the probability of each",
        "글에 맞는 라벨과 라벨마다의 확률을 보여 줘요",
    ),
    handler=classify,
    example=Bilingual("/classify I love this", "/분류 이 영화 정말 재미있어요"),
    options=(
        _text("The text to classify", "분류할 글"),
        _model(
            "Which classifier to ask (sentiment)",
            "물어볼 분류 모델 (기본 sentiment)",
            Task.CLASSIFY,
        ),
        _top("How many labels to show (all)", "보여 줄 라벨 수 (기본 전부)", most=100),
    ),
)

FILL_MASK = Command(
    name=Bilingual("fillmask", "빈칸"),
    description=Bilingual(
        "Guess the words behind [MASK], <mask> or ___",
        "[MASK], <mask>, ___ 자리에 들어갈 말을 맞혀요",
    ),
    handler=fill_mask,
    example=Bilingual("/fillmask The food was ___.", "/빈칸 이 영화 정말 ___"),
    options=(
        _text("A text with one mask or more", "빈칸이 하나 이상 있는 글"),
        _model(
            "Which masked-language model (fillmask)", "물어볼 모델 (기본 fillmask)", Task.FILL_MASK
        ),
        _top("How many candidates a mask (5)", "빈칸마다 보여 줄 후보 수 (기본 5)", most=50),
    ),
)

TOKENIZE = Command(
    name=Bilingual("tokenize", "토큰"),
    description=Bilingual(
        "How a tokenizer cuts a text into pieces", "토크나이저가 글을 어떻게 나누는지 보여 줘요"
    ),
    handler=tokenize_text,
    example=Bilingual("/tokenize Hello there", "/토큰 안녕하세요"),
    options=(
        _text("The text; several lines make a batch", "글; 여러 줄이면 한 배치"),
        Option(
            Bilingual("pair", "짝"),
            Bilingual("A second text, for a sentence pair", "문장 쌍의 둘째 글"),
            Kind.TEXT,
            maximum=LONGEST_TEXT,
        ),
        _model("Whose tokenizer (sentiment)", "토크나이저를 쓸 모델 (기본 sentiment)"),
        Option(
            Bilingual("compare", "비교"),
            Bilingual("A second tokenizer, side by side", "나란히 견줄 다른 토크나이저"),
            Kind.MODEL,
        ),
    ),
)

MODEL_INFO = Command(
    name=Bilingual("modelinfo", "모델정보"),
    description=Bilingual(
        "What a model is made of, and how it fares here",
        "모델의 구조와 이곳에서의 상태를 보여 줘요",
    ),
    handler=model_info,
    example=Bilingual("/modelinfo topics", "/모델정보 topics"),
    options=(
        Option(
            _MODEL,
            Bilingual("Which model (sentiment)", "볼 모델 (기본 sentiment)"),
            Kind.MODEL,
            takes_free_text=True,
        ),
    ),
)

FINETUNE = Command(
    name=Bilingual("finetune", "학습"),
    description=Bilingual(
        "Train a classifier from the labels gathered here",
        "여기서 모은 라벨로 분류 모델을 학습해요",
    ),
    handler=finetune,
    role=Role.ADMIN,
    is_long=lambda options: options.get("action", "start").casefold() in ("start", "시작"),
    example=Bilingual("/finetune epochs:3 name:ours", "/학습 에폭:3 이름:우리모델"),
    options=(
        Option(
            Bilingual("action", "할일"),
            Bilingual("start, cancel or status (start)", "시작, 취소, 상태 (기본 시작)"),
            Kind.CHOICE,
            takes_free_text=True,
            choices=(
                Bilingual("start", "시작"),
                Bilingual("cancel", "취소"),
                Bilingual("status", "상태"),
            ),
        ),
        _model("Which model to begin from (fillmask)", "출발점이 될 모델 (기본 fillmask)"),
        Option(
            Bilingual("epochs", "에폭"),
            Bilingual("How often to go through the labels", "라벨 전체를 몇 번 볼지"),
            Kind.INTEGER,
            minimum=1,
            maximum=50,
        ),
        Option(
            Bilingual("name", "이름"),
            Bilingual("What to call the new model", "새 모델의 이름"),
            Kind.NAME,
        ),
    ),
)

MODELS = Command(
    name=Bilingual("models", "모델목록"),
    description=Bilingual("Which models can be asked", "물어볼 수 있는 모델을 보여 줘요"),
    handler=models_list,
    visibility=Visibility.PRIVATE,
    example=Bilingual("/models", "/모델목록"),
)

HISTORY = Command(
    name=Bilingual("history", "기록"),
    description=Bilingual("Your own last questions", "내가 최근에 물어본 것들"),
    handler=history,
    visibility=Visibility.PRIVATE,
    example=Bilingual("/history", "/기록"),
    options=(
        Option(
            _TOP,
            Bilingual("How many (10)", "몇 개 (기본 10)"),
            Kind.INTEGER,
            takes_free_text=True,
            minimum=1,
            maximum=100,
        ),
    ),
)


async def _help(request: Request, services: Services) -> Reply:
    return help_about(request, COMMANDS)


HELP = Command(
    name=Bilingual("help", "도움말"),
    description=Bilingual("What Tokki can do", "토끼가 할 수 있는 일"),
    handler=_help,
    visibility=Visibility.PRIVATE,
    example=Bilingual("/help classify", "/도움말 분류"),
    options=(
        Option(
            Bilingual("command", "명령"),
            Bilingual("One command, in detail", "자세히 볼 명령"),
            Kind.TEXT,
            takes_free_text=True,
            maximum=40,
        ),
    ),
)

SETTINGS = Command(
    name=Bilingual("settings", "설정"),
    description=Bilingual("Who may do what here", "이곳에서 누가 무엇을 할 수 있는지 정해요"),
    handler=settings,
    role=Role.ADMIN,
    visibility=Visibility.PRIVATE,
    example=Bilingual("/settings who:@mina may:moderator", "/설정 누가:@mina 권한:중재자"),
    options=(
        Option(
            Bilingual("who", "누가"),
            Bilingual("A role or a person", "역할 또는 사람"),
            Kind.GROUP,
        ),
        Option(
            Bilingual("may", "권한"),
            Bilingual("What they may do", "무엇을 할 수 있는지"),
            Kind.CHOICE,
            choices=(
                Bilingual("member", "멤버"),
                Bilingual("moderator", "중재자"),
                Bilingual("admin", "관리자"),
                Bilingual(BY_PERMISSIONS, "원래대로"),
            ),
        ),
    ),
)

COMMANDS: tuple[Command, ...] = (
    CLASSIFY,
    FILL_MASK,
    TOKENIZE,
    MODEL_INFO,
    FINETUNE,
    MODELS,
    HISTORY,
    ME,
    SETTINGS,
    HELP,
)

ADD_TO_DATASET = Command(
    name=Bilingual("dataset-add", "데이터셋-추가"),
    description=Bilingual("Keep a text as an example", "글을 예시로 모아요"),
    handler=add_to_dataset,
    role=Role.MODERATOR,
    visibility=Visibility.PRIVATE,
    options=(_text("The text to keep", "모을 글"),),
)
"""Only a message action so far."""

MESSAGE_ACTIONS: tuple[MessageAction, ...] = (
    MessageAction(Bilingual("Classify", "분류하기"), CLASSIFY),
    MessageAction(Bilingual("Add to dataset", "데이터셋에 넣기"), ADD_TO_DATASET),
)

CONTROLS: tuple[ControlFamily, ...] = (
    ControlFamily("fb", press_feedback),
    ControlFamily("set", press_settings, Role.ADMIN),
    ME_BUTTONS,
)
