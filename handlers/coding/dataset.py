"""The code that loads a dataset as it is exported: as a folder, by `datasets`."""

from handlers.coding.snippet import filled, imports, literal
from handlers.texts import say
from handlers.types import Language
from models.canonical import one_line

IMPORT = "from datasets import load_dataset"
_TEMPLATE = """$imports

$load
print(data)

# @first_rows
rows = next(iter(data.values()))
for row in rows.select(range(min(5, len(rows)))):
    print(row["text"], row["label"])

# @counts
print(dict(enumerate(rows.features["label"]$names)))
print(rows.to_pandas()["label"].explode().value_counts())
"""
_LOAD = """# $where
data = load_dataset($folder)"""


def dataset_code(name: str, folder: str, language: Language, *, is_multi: bool) -> str:
    """Return the code that loads a dataset and looks at it.

    Args:
        name: what it is called.
        folder: what its export unpacks to.
        language: of the comments.
        is_multi: several labels may hold for a text.
    """
    return filled(
        _TEMPLATE,
        language,
        imports=imports(IMPORT),
        load=load_data(name, folder, language),
        names=names_of(is_multi=is_multi),
    )


def load_data(name: str, folder: str, language: Language) -> str:
    """Return the lines that load it."""
    where = say(language, "code.from_dataset", name=one_line(name), folder=folder)
    return filled(_LOAD, language, where=where, folder=literal(folder))


def names_of(*, is_multi: bool) -> str:
    """Return where the names of the labels are, behind the column."""
    return ".feature.names" if is_multi else ".names"
