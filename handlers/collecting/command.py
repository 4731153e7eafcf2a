"""`/dataset`: what a community collects, declared once for every platform."""

from handlers.collecting.adding import ADD
from handlers.collecting.create import CREATE, LIST
from handlers.collecting.edit import ARCHIVE, EDIT, RESTORE
from handlers.collecting.must_pass import MUST_PASS_TEXTS
from handlers.collecting.overview.show import SHOW
from handlers.collecting.preview import PREVIEW_TEXTS
from handlers.exporting.command import EXPORT
from handlers.exporting.publish import PUBLISH
from handlers.importing.command import IMPORT_FILE
from handlers.table import Bilingual, Command

DATASET = Command(
    name=Bilingual("dataset", "데이터셋"),
    description=Bilingual("Collect texts under labels of your own", "직접 정한 라벨로 글을 모아요"),
    actions=(
        CREATE,
        LIST,
        SHOW,
        ADD,
        IMPORT_FILE,
        PREVIEW_TEXTS,
        EDIT,
        MUST_PASS_TEXTS,
        ARCHIVE,
        RESTORE,
        EXPORT,
        PUBLISH,
    ),
)
