"""What can go wrong with the database. Each code has a sentence for people in handlers/texts.

StorageError
├── DatabaseLocked       others write for too long, here or in another process
├── DatabaseReadOnly     the file or its folder may not be written
│   ├── ServerReadOnly       a replica, or one that lets itself only be read
│   └── ServerForbids        the server's user lacks a right
├── DatabaseFull         no space left on the disk
│   └── ServerFull           or on a server's
├── DatabaseNewer        written by a newer Tokki
│   └── ServerNewer          the same on a server
├── DatabaseBroken       not a database, or a damaged one
│   ├── ServerForeign        a server's database that is somebody else's
│   └── ServerBroken         one that lacks what is ours
├── ServerUsed           a server's database that has another memory already
├── ServerUnfit          a server's database that cannot hold what we keep
├── DatabaseUnavailable  cannot be opened at all
│   ├── ServerUnavailable    a server is not there, or does not let us in
│   └── DriverMissing        what speaks with servers is not installed
├── NoSuchQuery          no such question in this community
├── NoSuchDataset        no such dataset in this community
├── NoSuchExample        no such text in this community's datasets
├── NoSuchChange         no such change of a dataset in this community
├── NoSuchImport         no such import in this community
├── ImportRunning        another file is being imported into the dataset
├── DatasetExists        the community has a dataset of that name already
├── DatasetArchived      nothing is collected for the dataset until it is restored
├── DatasetChanged       somebody else has changed it since it was looked at
├── LabelGone            the label can be given no more
├── VersionLive          its name means the version, so it cannot go
├── VersionMoved         the name has come to mean another version meanwhile
├── VersionGone          the version was removed meanwhile
├── HubModelsFull        models of the Hub may take no more room on the disk
├── AlreadySettled       another moderator has settled the text first
└── JobRunning           such a job is at the same already

The names say what is the matter, hence no "Error" at their ends.
"""


class StorageError(Exception):
    """`code` names the sentence in texts/ (`error.<code>`), `facts` fill its blanks."""

    code = "storage"

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code, facts)
        self.facts = facts


class DatabaseLocked(StorageError):
    """facts: seconds (how long was waited)."""

    code = "database_locked"


class DatabaseReadOnly(StorageError):
    """facts: path."""

    code = "database_read_only"


class DatabaseFull(StorageError):
    """facts: path."""

    code = "database_full"


class DatabaseNewer(StorageError):
    """facts: path, found (its revision), known (ours)."""

    code = "database_newer"


class DatabaseBroken(StorageError):
    """facts: path."""

    code = "database_broken"


class DatabaseUnavailable(StorageError):
    """facts: path, reason (a code, or `code:fact`)."""

    code = "database_unavailable"


class ServerReadOnly(DatabaseReadOnly):
    """facts: path."""

    code = "server_read_only"


class ServerForbids(DatabaseReadOnly):
    """facts: path."""

    code = "server_forbids"


class ServerFull(DatabaseFull):
    """facts: path."""

    code = "server_full"


class ServerNewer(DatabaseNewer):
    """facts: path, found (its revision), known (ours)."""

    code = "server_newer"


class ServerForeign(DatabaseBroken):
    """facts: path."""

    code = "server_foreign"


class ServerBroken(DatabaseBroken):
    """facts: path."""

    code = "server_broken"


class ServerUsed(StorageError):
    """facts: path."""

    code = "server_used"


class ServerUnfit(StorageError):
    """facts: path, found, needed."""

    code = "server_unfit"


class ServerUnavailable(DatabaseUnavailable):
    """facts: path, why (in the server's or its driver's words)."""

    code = "server_unavailable"


class DriverMissing(DatabaseUnavailable):
    """facts: none."""

    code = "driver_missing"


class NoSuchQuery(StorageError):
    """facts: number."""

    code = "no_such_query"


class NoSuchDataset(StorageError):
    """facts: name, or the number if there is no name."""

    code = "no_such_dataset"


class NoSuchExample(StorageError):
    """facts: example_id."""

    code = "no_such_example"


class NoSuchImport(StorageError):
    """facts: none."""

    code = "no_such_import"


class ImportRunning(StorageError):
    """One at a time for a dataset. facts: name (of the dataset)."""

    code = "import_running"


class NoSuchChange(StorageError):
    """facts: none."""

    code = "no_such_change"


class DatasetExists(StorageError):
    """facts: name."""

    code = "dataset_exists"


class DatasetArchived(StorageError):
    """facts: name."""

    code = "dataset_archived"


class DatasetChanged(StorageError):
    """facts: name."""

    code = "dataset_changed"


class VersionLive(StorageError):
    """facts: version (its full name)."""

    code = "version_live"


class VersionMoved(StorageError):
    """Somebody else was quicker. facts: name."""

    code = "version_moved"


class VersionGone(StorageError):
    """facts: version (its full name)."""

    code = "version_gone"


class HubModelsFull(StorageError):
    """facts: name, size_mb, left_mb."""

    code = "hub_models_full"


class LabelGone(StorageError):
    """facts: label, name (of the dataset)."""

    code = "label_gone"


class AlreadySettled(StorageError):
    """facts: example_id, by (who has settled it)."""

    code = "already_settled"


class NoSuchMustPass(StorageError):
    """facts: number."""

    code = "no_such_must_pass"


class MustPassThere(StorageError):
    """facts: number (of the one that has this text already)."""

    code = "must_pass_there"


class MustPassFull(StorageError):
    """facts: most."""

    code = "must_pass_full"


class JobRunning(StorageError):
    """One job of a kind and scope at a time. facts: kind."""

    code = "job_running"


class ComparisonRunning(StorageError):
    """One at a time for a dataset. facts: name (of the dataset)."""

    code = "comparison_running"
