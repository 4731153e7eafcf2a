"""What storage takes and gives: plain data, so that handlers never see a row or a session.

Every `community` is the owner of what is stored; no call gives one community another's rows.
Times are aware datetimes in UTC.
"""

from storage.records.audit import AuditChain, AuditEntry, Deed, NewAuditEntry
from storage.records.cards import Card, CardState, NewCard, Offer, OwnVote, OwnVotes
from storage.records.choices import Choices
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
    SKETCHED,
    Added,
    Draft,
    Example,
    Fingerprint,
    NewExample,
    Settled,
    Settlement,
    Side,
    Withheld,
)
from storage.records.imports import Brought, Import, ImportedText, ImportState, NewImport
from storage.records.jobs import Job, JobMessage, JobState, NewJob
from storage.records.personal_data import Erased, LearnedVersion
from storage.records.queries import Feedback, NewQuery, Query, Verdict
from storage.records.snapshots import NewSnapshot, Snapshot, SnapshotRow
from storage.records.versions import LiveMove, LiveVersion, NewVersion, Version
from storage.records.votes import (
    VOTER_OF_A_FILE,
    Arm,
    CountedVote,
    LabelVote,
    NewLabelVote,
    NewVote,
)
from storage.records.votes_since import HowGiven, TextRow, VoteRow, VotesSince

__all__ = [
    "SKETCHED",
    "VOTER_OF_A_FILE",
    "Added",
    "Arm",
    "AuditChain",
    "AuditEntry",
    "Brought",
    "Card",
    "CardState",
    "Change",
    "ChangeState",
    "Choices",
    "CountedVote",
    "Dataset",
    "DatasetKind",
    "Deed",
    "Draft",
    "Erased",
    "Example",
    "Feedback",
    "Fingerprint",
    "HowGiven",
    "Import",
    "ImportState",
    "ImportedText",
    "Job",
    "JobMessage",
    "JobState",
    "Label",
    "LabelVote",
    "LearnedVersion",
    "LiveMove",
    "LiveVersion",
    "NewAuditEntry",
    "NewCard",
    "NewChange",
    "NewDataset",
    "NewExample",
    "NewImport",
    "NewJob",
    "NewLabelVote",
    "NewQuery",
    "NewSnapshot",
    "NewVersion",
    "NewVote",
    "Offer",
    "OpenTo",
    "OwnVote",
    "OwnVotes",
    "Query",
    "Settled",
    "Settlement",
    "Side",
    "Snapshot",
    "SnapshotRow",
    "Terms",
    "TextRow",
    "Verdict",
    "Version",
    "VoteRow",
    "VotesSince",
    "Withheld",
]
