"""What the card of a data set says, as `datasets` writes it now and wrote it once, and nonsense."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.hub.data.data_card import label_names, place_of

NAMES = {"0": "World", "1": "Sports"}


@pytest.mark.parametrize(
    "label",
    [
        {"dtype": {"class_label": {"names": NAMES}}},
        {"dtype": {"class_label": {"names": ["World", "Sports"]}}},
        {"list": {"class_label": {"names": NAMES}}},
        {"sequence": {"class_label": {"names": NAMES}}},
        {"sequence": {"dtype": {"class_label": {"names": NAMES}}}},
    ],
)
def test_the_names_of_numbers(label):
    features = [{"name": "text", "dtype": "string"}, {"name": "label", **label}]
    card = {"dataset_info": {"features": features}}
    assert label_names(card, "default") == {"label": ("World", "Sports")}


def test_numbers_with_a_gap_have_no_names():
    label = {"name": "label", "dtype": {"class_label": {"names": {"0": "a", "2": "c"}}}}
    assert label_names({"dataset_info": {"features": [label]}}, "default") == {}


def test_each_configuration_has_names_of_its_own():
    card = {
        "dataset_info": [
            {
                "config_name": name,
                "features": [{"name": "y", "dtype": {"class_label": {"names": {"0": name}}}}],
            }
            for name in ("small", "large")
        ]
    }
    assert label_names(card, "large") == {"y": ("large",)}


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("train.csv", ("default", "train")),
        ("data/train-00000-of-00002.parquet", ("default", "train")),
        ("ynat/validation-00000-of-00001.parquet", ("ynat", "validation")),
        ("dev/0.jsonl", ("default", "validation")),
        ("ratings_test.txt", ("default", "test")),
        ("latest.csv", ("default", None)),
    ],
)
def test_a_path_says_where_a_file_belongs(path, place):
    assert place_of({}, path) == place


def test_a_card_that_lists_its_files_decides():
    card = {
        "configs": [
            {"config_name": "a", "data_files": "one/*.csv"},
            {"config_name": "b", "data_files": [{"split": "dev", "path": ["**/two.csv"]}]},
        ]
    }
    assert place_of(card, "one/test.csv") == ("a", "test")
    assert place_of(card, "two.csv") == ("b", "dev")
    assert place_of(card, "three.csv") is None


odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "configs",
                    "data_files",
                    "path",
                    "split",
                    "dataset_info",
                    "features",
                    "names",
                    "name",
                ]
            )
            | st.sampled_from(["class_label", "dtype", "sequence", "list", "config_name"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["configs", "dataset_info"]), odd))
def test_a_card_of_nonsense_breaks_nothing(card):
    place_of(card, "train.csv")
    assert all(isinstance(name, str) for name in label_names(card, "default"))
