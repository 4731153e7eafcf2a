"""`/dataset import`: looked at first, kept when asked for, and taken back: see `deciding.py`."""

from dataclasses import replace
from typing import Any

from handlers.collecting.finding import find_dataset
from handlers.importing import hub
from handlers.importing.proposing import look_at_hub, prepare, propose
from handlers.learning.row_files.opening import TYPES
from handlers.services import Services
from handlers.table import LONGEST_NAME, Action, Bilingual, Kind, Option, dataset_option
from handlers.texts import say
from handlers.types import File, Reply, Request, Role, UserError, Visibility
from storage.records import NewImport

_LONGEST_REPO = 300


async def import_file(request: Request, services: Services) -> Reply:
    """Answer `/dataset import file|hub [dataset] [config] [split] [text] [label] [as]`."""
    given, community = request.options, request.place.community
    dataset = await find_dataset(services, community, given.get("dataset"))
    await prepare(services, dataset)
    choices: dict[str, Any] = {"gold": given.get("as") == "gold"}
    choices |= {name: str(given[name]) for name in ("text", "label") if name in given}
    told = hub.Told(request.progress, request.actor.language)
    new = NewImport(community, dataset.id, request.actor.id, "", b"", choices)
    file = given.get("file")
    if "hub" in given:
        if file is not None:
            raise UserError("import_two_sources")
        wanted = hub.wanted_of(str(given["hub"]), given.get("config"), given.get("split"))
        return await look_at_hub(services, new, wanted, request.place, told)
    assert isinstance(file, File)
    await request.progress(Reply(text=say(told.language, "importing.reading")))
    choices["type"] = file.type
    return await propose(services, replace(new, name=file.name, content=file.content), told)


IMPORT_FILE = Action(
    name=Bilingual("import", "가져오기"),
    description=Bilingual(
        "Put a file of texts and labels into a dataset, yours or one from the Hugging Face Hub",
        "글과 라벨이 든 파일이나 허깅페이스 허브의 데이터셋을 내 데이터셋에 넣어요",
    ),
    handler=import_file,
    role=Role.MODERATOR,
    visibility=Visibility.PRIVATE,
    is_long=True,
    example=Bilingual("/dataset import file:feedback.csv", "/데이터셋 가져오기 파일:의견.csv"),
    options=(
        Option(
            Bilingual("file", "파일"),
            Bilingual("Texts, with labels if there are any", "글과, 있으면 라벨이 든 파일"),
            Kind.FILE,
            is_required=True,
            unless="hub",
            file_types=TYPES,
            is_raw=True,
        ),
        Option(
            Bilingual("hub", "허브"),
            Bilingual(
                "Instead of a file: owner/name or owner/name@revision on the Hub",
                "파일 대신 허브의 소유자/이름 또는 소유자/이름@리비전",
            ),
            Kind.TEXT,
            maximum=_LONGEST_REPO,
        ),
        dataset_option(),
        Option(
            Bilingual("split", "분할"),
            Bilingual("On the Hub: which part, such as train", "허브에서 어느 부분인지. 예: train"),
            Kind.TEXT,
            maximum=LONGEST_NAME,
        ),
        Option(
            Bilingual("config", "구성"),
            Bilingual("On the Hub: which configuration", "허브에서 어느 구성인지"),
            Kind.TEXT,
            maximum=LONGEST_NAME,
        ),
        Option(
            Bilingual("text", "글"),
            Bilingual("The column of the texts, if not found", "글이 있는 열의 이름 (못 찾을 때)"),
            Kind.TEXT,
            maximum=LONGEST_NAME,
        ),
        Option(
            Bilingual("label", "라벨"),
            Bilingual(
                "The column of the labels, if not found", "라벨이 있는 열의 이름 (못 찾을 때)"
            ),
            Kind.TEXT,
            maximum=LONGEST_NAME,
        ),
        Option(
            Bilingual("as", "인정"),
            Bilingual("What the labels count as (votes)", "라벨을 무엇으로 볼지 (기본 표)"),
            Kind.CHOICE,
            choices=(Bilingual("votes", "표"), Bilingual("gold", "골드")),
        ),
    ),
)
