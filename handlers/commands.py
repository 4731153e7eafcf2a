"""THE TABLE: every command, message action and family of controls, one line each.

Each is declared beside its handler, once for all platforms.
"""

from handlers.analysing.compare import COMPARE
from handlers.analysing.explain import EXPLAIN
from handlers.analysing.similar import SIMILAR
from handlers.analysing.vector import VECTOR
from handlers.analysing.zero_shot import ZERO_SHOT
from handlers.asking.classify import CLASSIFY, CLASSIFY_MESSAGE, LINES_AS_ONE
from handlers.asking.entities import ENTITIES
from handlers.asking.fill_mask import FILL_MASK
from handlers.asking.model_info import MODEL_INFO
from handlers.asking.models_list import MODELS
from handlers.asking.tokenize_text import TOKENIZE
from handlers.collecting.adding import ADD_TO_DATASET, DRAFT
from handlers.collecting.card import EXAMPLE, LOOK
from handlers.collecting.command import DATASET
from handlers.collecting.edit import CHANGE
from handlers.collecting.preview import PREVIEW
from handlers.exporting.publish import PUBLISHING
from handlers.importing.command import IMPORT
from handlers.jobs.command import JOB_CONTROLS, JOBS
from handlers.labelling.command import LABEL_COMMAND
from handlers.labelling.conflicts import SETTLE_CARDS
from handlers.labelling.label_queue import LABEL_CARDS
from handlers.learning.feedback import FEEDBACK
from handlers.people.audit import AUDIT, AUDIT_PAGES
from handlers.people.help import help_command
from handlers.people.history import history_command
from handlers.people.me import ME, ME_BUTTONS
from handlers.people.own_data import OWN_DATA
from handlers.people.settings import SETTINGS, SETTINGS_UNDO
from handlers.reading.lookup import CommandTable
from handlers.table import Bilingual, Command, ControlFamily, MessageAction
from handlers.training.command import FINETUNE
from handlers.training.differences import DIFFERENCES
from handlers.versions.command import VERSION
from handlers.versions.moving import USE_VERSION

HISTORY = history_command(lambda: TABLE)

COMMANDS: tuple[Command, ...] = (
    CLASSIFY,
    FILL_MASK,
    ZERO_SHOT,
    EXPLAIN,
    COMPARE,
    ENTITIES,
    SIMILAR,
    VECTOR,
    TOKENIZE,
    MODEL_INFO,
    DATASET,
    LABEL_COMMAND,
    FINETUNE,
    VERSION,
    JOBS,
    MODELS,
    HISTORY,
    ME,
    SETTINGS,
    AUDIT,
    help_command(lambda: TABLE),
)

MESSAGE_ACTIONS: tuple[MessageAction, ...] = (
    MessageAction(Bilingual("Classify", "분류하기"), CLASSIFY_MESSAGE),
    MessageAction(Bilingual("Add to dataset", "데이터셋에 넣기"), ADD_TO_DATASET),
)

CONTROLS: tuple[ControlFamily, ...] = (
    FEEDBACK,
    LINES_AS_ONE,
    JOB_CONTROLS,
    SETTINGS_UNDO,
    AUDIT_PAGES,
    USE_VERSION,
    ME_BUTTONS,
    OWN_DATA,
    DRAFT,
    IMPORT,
    PUBLISHING,
    EXAMPLE,
    LOOK,
    PREVIEW,
    CHANGE,
    DIFFERENCES,
    LABEL_CARDS,
    SETTLE_CARDS,
)

TABLE: CommandTable = CommandTable(COMMANDS, MESSAGE_ACTIONS, CONTROLS)
