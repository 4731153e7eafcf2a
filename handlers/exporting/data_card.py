"""The card of a dataset: for `datasets` and the Hub at the top, and for people below. Pure.

It tells counts, labels and the guideline, and nothing of who labelled.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import yaml  # type: ignore[import-untyped]

from handlers.exporting.markdown import escaped, table
from handlers.exporting.rows import Row, Rows
from handlers.texts import say
from handlers.types import Language
from models.canonical import one_line

Splits = Mapping[str, Sequence[Row]]

_DTYPES = {"id": "int64", "votes": "int64", "agreement": "float64"}
"""Of all other columns: string."""


def data_card(rows: Rows, splits: Splits, language: Language) -> str:
    """Return the card, as Markdown with YAML in front of it."""
    front = yaml.safe_dump(_front_matter(rows, splits), allow_unicode=True, sort_keys=False)
    return f"---\n{front}---\n\n" + "\n\n".join(_sections(rows, splits, language)) + "\n"


def _front_matter(rows: Rows, splits: Splits) -> Mapping[str, object]:
    return {
        "pretty_name": one_line(rows.dataset.name),
        "task_categories": ["text-classification"],
        "tags": ["tokki"],
        "configs": [
            {
                "config_name": "default",
                "data_files": [
                    {"split": split, "path": f"data/{split}.parquet"} for split in splits
                ],
            }
        ],
        "dataset_info": {"features": [_feature(rows, column) for column in rows.columns]},
    }


def _feature(rows: Rows, column: str) -> Mapping[str, object]:
    if column != "label":
        return {"name": column, "dtype": _DTYPES.get(column, "string")}
    names = {str(number): name for number, name in enumerate(rows.label_names)}
    label = {"class_label": {"names": names}}
    return {"name": column, "sequence" if rows.is_multi else "dtype": label}


def _sections(rows: Rows, splits: Splits, language: Language) -> Iterator[str]:
    dataset = rows.dataset
    yield f"# {escaped(dataset.name)}"
    yield say(language, "exporting.card_about")
    if dataset.guideline:
        yield f"## {say(language, 'exporting.card_guideline')}"
        yield "\n".join(f"> {escaped(line)}" for line in dataset.guideline.splitlines())
    yield f"## {say(language, 'exporting.card_labels')}"
    yield _label_table(rows, splits, language)
    yield f"## {say(language, 'exporting.card_columns')}"
    yield say(language, "exporting.card_columns_said")
    yield say(language, "exporting.card_licence")


def _label_table(rows: Rows, splits: Splits, language: Language) -> str:
    counts = {split: _counts(some) for split, some in splits.items()}
    names = [say(language, f"dataset.column_{one}") for one in ("label", "description")]
    lines = []
    for label in rows.dataset.active:
        said = escaped(label.description or "")
        numbers = [f"{counts[split][label.name]:,}" for split in splits]
        lines.append([escaped(label.name), said, *numbers])
    return table([*names, *splits], lines, numbers_from=2)


def _counts(some: Sequence[Row]) -> Counter[str]:
    labels = [row["label"] for row in some]
    return Counter(
        str(name)
        for label in labels
        if label is not None
        for name in (label if isinstance(label, list) else [label])
    )
