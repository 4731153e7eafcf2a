"""What storage takes and gives: plain data, so that handlers never see a row or a session.

Every `community` is the owner of what is stored; no call gives one community another's rows.
Times are aware datetimes in UTC.
"""

from storage.records.audit import AuditChain, AuditEntry, Deed, NewAuditEntry
from storage.records.cards import (
    CARD_HELD_S,
    Answered,
    Card,
    CardState,
    NewCard,
    Offer,
    OwnVote,
    OwnVotes,
)
from storage.records.choices import Choices
from storage.records.comparisons import (
    ComparedText,
    Comparison,
    ComparisonState,
    NewComparedText,
    NewComparison,
    Preferred,
    Tallied,
)
from storage.records.datasets import (
    Change,
    ChangeState,
    Dataset,
    DatasetKind,
    Label,
    NewChange,
    NewDataset,
    OpenTo,
    Terms,
)
from storage.records.examples import (
    NO_LABEL,
    SKETCHED,
    Added,
    Draft,
    Example,
    Fingerprint,
    Learnable,
    NewExample,
    Settled,
    Settlement,
    Side,
    Withheld,
)
from storage.records.hub_models import HubModel, NewHubModel
from storage.records.imports import Brought, Import, ImportedText, ImportState, NewImport
from storage.records.jobs import InLine, Job, JobMessage, JobState, NewJob
from storage.records.kept_bytes import KeptBytes
from storage.records.must_pass import MustPass, NewMustPass
from storage.records.notices import (
    AnswerRow,
    JudgedAnswerRow,
    NewNotice,
    Notice,
    NoticeKind,
)
from storage.records.personal_data import Erased, LearnedVersion
from storage.records.processes import NewProcess, News, Process
from storage.records.queries import (
    Feedback,
    NewQuery,
    Query,
    Verdict,
    read_set,
    written_set,
)
from storage.records.readings import NewReading, Reading
from storage.records.snapshots import NewSnapshot, Snapshot, SnapshotRow
from storage.records.versions import ITSELF, LiveMove, LiveVersion, NewVersion, Version
from storage.records.votes import (
    VOTER_OF_A_FILE,
    Arm,
    LabelVote,
    NewLabelVote,
    NewVote,
)
from storage.records.votes_since import HowGiven, TextColumns, VoteColumns, VotesSince
from storage.records.web_sessions import NewWebLink, WebSession

__all__ = [
    "CARD_HELD_S",
    "ITSELF",
    "NO_LABEL",
    "SKETCHED",
    "VOTER_OF_A_FILE",
    "Added",
    "AnswerRow",
    "Answered",
    "Arm",
    "AuditChain",
    "AuditEntry",
    "Brought",
    "Card",
    "CardState",
    "Change",
    "ChangeState",
    "Choices",
    "ComparedText",
    "Comparison",
    "ComparisonState",
    "Dataset",
    "DatasetKind",
    "Deed",
    "Draft",
    "Erased",
    "Example",
    "Feedback",
    "Fingerprint",
    "HowGiven",
    "HubModel",
    "Import",
    "ImportState",
    "ImportedText",
    "InLine",
    "Job",
    "JobMessage",
    "JobState",
    "JudgedAnswerRow",
    "KeptBytes",
    "Label",
    "LabelVote",
    "Learnable",
    "LearnedVersion",
    "LiveMove",
    "LiveVersion",
    "MustPass",
    "NewAuditEntry",
    "NewCard",
    "NewChange",
    "NewComparedText",
    "NewComparison",
    "NewDataset",
    "NewExample",
    "NewHubModel",
    "NewImport",
    "NewJob",
    "NewLabelVote",
    "NewMustPass",
    "NewNotice",
    "NewProcess",
    "NewQuery",
    "NewReading",
    "NewSnapshot",
    "NewVersion",
    "NewVote",
    "NewWebLink",
    "News",
    "Notice",
    "NoticeKind",
    "Offer",
    "OpenTo",
    "OwnVote",
    "OwnVotes",
    "Preferred",
    "Process",
    "Query",
    "Reading",
    "Settled",
    "Settlement",
    "Side",
    "Snapshot",
    "SnapshotRow",
    "Tallied",
    "Terms",
    "TextColumns",
    "Verdict",
    "Version",
    "VoteColumns",
    "VotesSince",
    "WebSession",
    "Withheld",
    "read_set",
    "written_set",
]
