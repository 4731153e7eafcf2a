"""`/dataset create`, and `/dataset list`."""

from collections.abc import Sequence

from handlers.collecting.label_list import LONGEST_LABELS, check_number, read_labels
from handlers.collecting.overview.jumps import jumps_in_words
from handlers.guard.audit import deed
from handlers.services import Services
from handlers.table import LONGEST_NAME, Action, Bilingual, Kind, Option
from handlers.texts import say
from handlers.types import Language, Reply, Request, Role, Table, UserError, Visibility
from models.canonical import canonical
from storage.records import Dataset, DatasetKind, Deed, Label, NewDataset, OpenTo

LONGEST_DATASET_NAME = 50
LONGEST_GUIDELINE = 2_000
MOST_VOTES = 9
OPEN_TO_CHOICES = (
    Bilingual(OpenTo.MODERATORS.value, "중재자"),
    Bilingual(OpenTo.MEMBERS.value, "멤버"),
)
_MOST_COUNTED = 20_000
"""Texts of a dataset whose votes a list counts; of larger ones, who opens them is told."""
_VOTES = 2
"""So many people agree unless it is said otherwise; one moderator is enough."""


async def create(request: Request, services: Services) -> Reply:
    """Answer `/dataset create name labels [guideline] [kind] [open_to] [votes]`."""
    given = request.options
    labels = read_labels(str(given["labels"]))
    check_number(labels)
    guideline = given.get("guideline")
    dataset = await services.storage.datasets.create(
        NewDataset(
            labels,
            guideline=str(guideline) if guideline else None,
            open_to=OpenTo(str(given.get("open_to", OpenTo.MODERATORS))),
            votes_needed=request.number("votes", _VOTES),
            community=request.place.community,
            name=dataset_name(str(given["name"])),
            kind=DatasetKind(str(given.get("kind", DatasetKind.SINGLE))),
            created_by=request.actor.id,
        ),
        deed(request.actor, request.place.community, Deed.DATASET_CREATED),
    )
    language = request.actor.language
    return Reply(
        title=say(language, "dataset.made", name=dataset.name),
        text="\n".join([*terms_in_words(dataset, language), say(language, "dataset.made_next")]),
        table=label_table(dataset.active, language),
    )


def dataset_name(typed: str) -> str:
    """Return a name as it is kept.

    Raises:
        UserError: it is too long.
    """
    name = canonical(typed)
    if len(name) > LONGEST_DATASET_NAME:
        raise UserError("dataset_name_too_long", length=len(name), maximum=LONGEST_DATASET_NAME)
    return name


async def list_datasets(request: Request, services: Services) -> Reply:
    """Answer `/dataset list`."""
    language = request.actor.language
    datasets = await services.storage.datasets.all(request.place.community)
    if not datasets:
        raise UserError("no_dataset")
    sizes = await services.storage.examples.sizes(request.place.community)
    counted = [
        one for one in datasets if not one.is_archived and 0 < sizes.get(one.id, 0) <= _MOST_COUNTED
    ]
    jumped = await jumps_in_words(request, services, counted)
    columns = ("name", "texts", "labels", "open_to")
    return Reply(
        title=say(language, "dataset.list"),
        text="\n".join([*jumped, say(language, "dataset.list_next")]),
        table=Table(
            tuple(say(language, f"dataset.column_{column}") for column in columns),
            tuple(_row(one, sizes.get(one.id, 0), language) for one in datasets),
        ),
    )


def terms_in_words(dataset: Dataset, language: Language) -> list[str]:
    """Say what holds for a dataset, in lines."""
    said = [
        say(language, f"dataset.kind_{dataset.kind}"),
        say(language, f"dataset.open_to_{dataset.open_to}"),
        say(language, "dataset.votes_needed", n=dataset.votes_needed)
        if dataset.votes_needed > 1
        else say(language, "dataset.one_vote"),
    ]
    guideline = dataset.guideline and say(language, "dataset.guideline", text=dataset.guideline)
    return [*([guideline] if guideline else []), " ".join(said)]


def label_table(labels: Sequence[Label], language: Language) -> Table:
    """Return the labels with what describes them."""
    columns = (say(language, "dataset.column_label"), say(language, "dataset.column_description"))
    return Table(columns, tuple((label.name, label.description or "–") for label in labels))


def _row(dataset: Dataset, size: int, language: Language) -> tuple[str, ...]:
    state = "archived" if dataset.is_archived else dataset.open_to
    names = ", ".join(label.name for label in dataset.active)
    return dataset.name, f"{size:,}", names, say(language, f"dataset.who_{state}")


CREATE = Action(
    name=Bilingual("create", "만들기"),
    description=Bilingual(
        "Begin to collect texts under labels of your own", "직접 정한 라벨로 글을 모으기 시작해요"
    ),
    handler=create,
    role=Role.MODERATOR,
    example=Bilingual(
        '/dataset create name:feedback labels:"bug, question, praise"',
        '/데이터셋 만들기 이름:의견 라벨:"버그, 질문, 칭찬"',
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
            maximum=LONGEST_LABELS,
        ),
        Option(
            Bilingual("guideline", "지침"),
            Bilingual("How to choose among the labels", "라벨을 고르는 기준"),
            Kind.TEXT,
            holds_words=True,
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

LIST = Action(
    name=Bilingual("list", "목록"),
    description=Bilingual("What is collected here", "여기서 모으는 데이터셋을 보여 줘요"),
    handler=list_datasets,
    visibility=Visibility.PRIVATE,
    example=Bilingual("/dataset list", "/데이터셋 목록"),
)
