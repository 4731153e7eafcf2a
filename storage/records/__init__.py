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
from storage.records.imports import Brought, Import, ImportedText, ImportState, NewImport
from storage.records.jobs import (
    InLine,
    Job,
    JobMessage,
    JobState,
    NewJob,
    NewProcess,
    News,
    Process,
)
from storage.records.measuring import (
    MustPass,
    NewMustPass,
    NewReading,
    NewSnapshot,
    Reading,
    Snapshot,
    SnapshotRow,
)
from storage.records.notices import AnswerRow, JudgedAnswerRow, NewNotice, Notice, NoticeKind
from storage.records.people import (
    Choices,
    Erased,
    KeptBytes,
    LearnedVersion,
    NewWebLink,
    WebSession,
)
from storage.records.queries import Feedback, NewQuery, Query, Verdict, read_set, written_set
from storage.records.versions import (
    ITSELF,
    HubModel,
    LiveMove,
    LiveVersion,
    NewHubModel,
    NewVersion,
    Version,
)
from storage.records.votes import (
    VOTER_OF_A_FILE,
    Arm,
    HowGiven,
    LabelVote,
    NewLabelVote,
    NewVote,
    TextColumns,
    VoteColumns,
    VotesSince,
)
