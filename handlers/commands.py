"""THE TABLE: every command, message action and family of controls, one line each.

Each is declared beside its handler, once for all platforms.
"""

from handlers.analysing.compare import COMPARE
from handlers.analysing.explain import EXPLAIN
from handlers.analysing.similar import SIMILAR
from handlers.analysing.vector import VECTOR
from handlers.analysing.zero_shot import ZERO_SHOT
from handlers.asking.answer_question import ASK
from handlers.asking.classifying.classify import CLASSIFY, CLASSIFY_MESSAGE, LINES_AS_ONE
from handlers.asking.classifying.raw_numbers import NUMBERS
from handlers.asking.classifying.untrained import UNTRAINED
from handlers.asking.config_file import CONFIG
from handlers.asking.entities import ENTITIES
from handlers.asking.fill_mask import FILL_MASK
from handlers.asking.model_info import MODEL_INFO
from handlers.asking.models_list import MODELS
from handlers.asking.tokenize_text import TOKENIZE
from handlers.coding.command import CODE
from handlers.collecting.adding import ADD_TO_DATASET, DRAFT
from handlers.collecting.card import EXAMPLE, LOOK
from handlers.collecting.command import DATASET
from handlers.collecting.edit import CHANGE
from handlers.collecting.must_pass import MUST_PASS
from handlers.collecting.preview import PREVIEW
from handlers.comparing.judging import VERSUS_CARDS
from handlers.comparing.starting import COMPARE_VERSIONS, STOP_COMPARING
from handlers.exporting.publish import PUBLISHING
from handlers.hub.command import HUB
from handlers.hub.data.importing import ROWS_INTO
from handlers.hub.data.rows import ROW_PAGES
from handlers.hub.searching import SEARCH_PAGES
from handlers.hub.updating import HUB_TAKE
from handlers.importing.deciding import IMPORT
from handlers.jobs.command import JOB_CONTROLS, JOBS
from handlers.labelling.command import LABEL_COMMAND
from handlers.labelling.conflicts import SETTLE_CARDS
from handlers.labelling.label_queue import LABEL_CARDS
from handlers.learning.feedback import FEEDBACK
from handlers.people.audit import AUDIT, AUDIT_PAGES
from handlers.people.help import help_command
from handlers.people.history import history_command
from handlers.people.limits import LIMIT_UNDO
from handlers.people.me import ME, ME_BUTTONS
from handlers.people.own_data import OWN_DATA
from handlers.people.settings import SETTINGS, SETTINGS_UNDO
from handlers.people.status import STATUS
from handlers.people.web import WEB, WEB_OUT
from handlers.reading.lookup import CommandTable
from handlers.table import Bilingual, Command, ControlFamily, MessageAction
from handlers.training.charts.showing import CHARTS
from handlers.training.command import FINETUNE
from handlers.training.differences import DIFFERENCES
from handlers.versions.command import VERSION
from handlers.versions.leaderboard.board import BOARD
from handlers.versions.leaderboard.measuring import MEASURING
from handlers.versions.moving import TAKE_BACK, USE_VERSION
from handlers.versions.publishing import RELEASING
from handlers.versions.removing import REMOVE_VERSION
from handlers.watching.retraining import RETRAIN
from handlers.writing.generate import GENERATE
from handlers.writing.stopping import STOPPING
from handlers.writing.summarize import SUMMARIZE
from handlers.writing.translate import TRANSLATE

HISTORY = history_command(lambda: TABLE)

COMMANDS: tuple[Command, ...] = (
    CLASSIFY,
    FILL_MASK,
    ZERO_SHOT,
    EXPLAIN,
    COMPARE,
    ENTITIES,
    ASK,
    SUMMARIZE,
    TRANSLATE,
    GENERATE,
    SIMILAR,
    VECTOR,
    TOKENIZE,
    MODEL_INFO,
    HUB,
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
    STATUS,
    WEB,
    help_command(lambda: TABLE),
)

MESSAGE_ACTIONS: tuple[MessageAction, ...] = (
    MessageAction(Bilingual("Classify", "분류하기"), CLASSIFY_MESSAGE),
    MessageAction(Bilingual("Add to dataset", "데이터셋에 넣기"), ADD_TO_DATASET),
)

CONTROLS: tuple[ControlFamily, ...] = (
    FEEDBACK,
    CODE,
    NUMBERS,
    UNTRAINED,
    CONFIG,
    LINES_AS_ONE,
    STOPPING,
    JOB_CONTROLS,
    SETTINGS_UNDO,
    LIMIT_UNDO,
    AUDIT_PAGES,
    USE_VERSION,
    TAKE_BACK,
    REMOVE_VERSION,
    RETRAIN,
    BOARD,
    MEASURING,
    ME_BUTTONS,
    OWN_DATA,
    WEB_OUT,
    DRAFT,
    IMPORT,
    SEARCH_PAGES,
    ROW_PAGES,
    ROWS_INTO,
    HUB_TAKE,
    PUBLISHING,
    RELEASING,
    EXAMPLE,
    LOOK,
    PREVIEW,
    CHANGE,
    MUST_PASS,
    DIFFERENCES,
    CHARTS,
    COMPARE_VERSIONS,
    STOP_COMPARING,
    VERSUS_CARDS,
    LABEL_CARDS,
    SETTLE_CARDS,
)

TABLE: CommandTable = CommandTable(COMMANDS, MESSAGE_ACTIONS, CONTROLS)
