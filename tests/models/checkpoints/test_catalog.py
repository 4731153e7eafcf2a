"""The names that may be asked, and what becomes of those that may not."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from handlers.texts import say
from handlers.types import Language
from models.checkpoints.catalog import AllowedModel, Catalog, parse_allowed
from models.errors import BadValue, BrokenCheckpoint, NotAllowed, UnknownModel, UnsafeWeights
from models.reasons import Reason
from models.results import Checkpoint, Origin

SHA = "0123456789abcdef0123456789abcdef01234567"
OTHER_SHA = "fedcba9876543210fedcba9876543210fedcba98"


@pytest.fixture
def bundled(tmp_path: Path) -> Path:
    folder = tmp_path / "bundled"
    for name in ("topics", "sentiment", "fillmask"):
        (folder / name).mkdir(parents=True)
        (folder / name / "config.json").write_text("{}")
    (folder / "__pycache__").mkdir()
    return folder


def checkpoint_folder(parent: Path, name: str = "mine") -> Path:
    folder = parent / name
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"model_type": "bert"}))
    (folder / "model.safetensors").write_bytes(b"\x02\0\0\0\0\0\0\0{}" + bytes(64))
    return folder


def catalog(bundled: Path, *entries: str) -> Catalog:
    return Catalog(bundled, [parse_allowed(entry) for entry in entries])


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (f"klue/roberta-base@{SHA}", AllowedModel("klue/roberta-base", "klue/roberta-base", SHA)),
        (f" ynat = Klue/X@{SHA.upper()} ", AllowedModel("ynat", "Klue/X", SHA)),
        (
            f"Org/Mixed-Case_1.5@{SHA}",
            AllowedModel("org/mixed-case_1.5", "Org/Mixed-Case_1.5", SHA),
        ),
        ("/data/My-Model", AllowedModel("my-model", folder=Path("/data/My-Model"))),
        ("감정=/data/m", AllowedModel("감정", folder=Path("/data/m"))),
        ("/data/a=b/m", AllowedModel("m", folder=Path("/data/a=b/m"))),
        ("x=/data/a=b", AllowedModel("x", folder=Path("/data/a=b"))),
        ("./m", AllowedModel("m", folder=Path.cwd() / "m")),
        ("~/m", AllowedModel("m", folder=Path.home() / "m")),
    ],
)
def test_entries_of_the_allow_list(entry: str, expected: AllowedModel) -> None:
    assert parse_allowed(entry) == expected


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("klue/roberta-base", "not_pinned"),
        ("klue/roberta-base@main", "not_pinned"),
        (f"klue/roberta-base@{SHA[:12]}", "not_pinned"),
        (f"a=o/r@{SHA},b=o/s@{SHA}", "comma"),
        ("bert-base-uncased", "neither"),
        (f"bert-base-uncased@{SHA}", "neither"),
        (f"a/b/c@{SHA}", "bad_repository"),
        (f"../etc@{SHA}=x", "bad_name"),
        (f"a--b/c@{SHA}", "bad_repository"),
        ("na me=/data/m", "bad_name"),
        ("a@b=/data/m", "bad_name"),
        ("a..b=/data/m", "bad_name"),
        ("-a=/data/m", "bad_name"),
        ("=/data/m", "bad_name"),
        ("/", "bad_name"),
        ("/data/My Model", "bad_name"),
        ("~nobody-of-that-name/m", "no_home"),
        ("", "neither"),
    ],
)
def test_a_bad_entry_has_its_sentence(entry: str, code: str) -> None:
    with pytest.raises(BadValue) as caught:
        parse_allowed(entry)
    assert caught.value.code == code
    for language in Language:
        assert say(language, f"setting.{code}", **caught.value.facts)


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        (r"ours=C:\models\ours", "ours"),
        (r"ours=\\server\share\ours", "ours"),
        (r"ours=.\models\ours", "ours"),
        (r"ours=..\ours", "ours"),
    ],
)
def test_a_path_of_windows_keeps_its_backslashes(entry: str, name: str) -> None:
    allowed = parse_allowed(entry)
    assert allowed.name == name
    assert str(allowed.folder).endswith(entry.removeprefix("ours="))


def test_names_are_the_bundled_ones_then_the_list(bundled: Path) -> None:
    found = catalog(bundled, f"klue/roberta-base@{SHA}", "/data/a")

    assert found.names() == ("fillmask", "sentiment", "topics", "klue/roberta-base", "a")


def test_a_bundled_folder_that_is_missing_is_an_empty_one(tmp_path: Path) -> None:
    assert Catalog(tmp_path / "nowhere").names() == ()


@pytest.mark.parametrize("clash", ["sentiment=/data/a", f"x=o/r@{SHA}", f"X=o/r@{OTHER_SHA}"])
def test_two_of_one_name(bundled: Path, clash: str) -> None:
    with pytest.raises(BadValue, match="name_"):
        catalog(bundled, "x=/data/b", clash)


@pytest.mark.parametrize("name", ["sentiment", "sentiment@0", " Sentiment "])
def test_find_a_bundled_one(bundled: Path, name: str) -> None:
    assert catalog(bundled).find(name) == Checkpoint(
        "sentiment", "0", Origin.BUNDLED, bundled / "sentiment"
    )


@pytest.mark.parametrize(
    "name", ["Org/Tiny", "org/tiny", f"org/tiny@{SHA[:7]}", f"ORG/tiny@{SHA.upper()}"]
)
def test_find_a_repository(bundled: Path, name: str) -> None:
    found = catalog(bundled, f"Org/Tiny@{SHA}").find(name)

    assert found == Checkpoint("org/tiny", SHA[:7], Origin.HUB, None, "Org/Tiny", SHA)


def test_a_repository_with_an_alias_is_found_by_both(bundled: Path) -> None:
    known = catalog(bundled, f"tiny=Org/Tiny@{SHA}")

    assert known.find("tiny") == known.find("org/tiny")


def test_two_revisions_of_one_repository_need_their_aliases(bundled: Path) -> None:
    known = catalog(bundled, f"old=o/r@{SHA}", f"new=o/r@{OTHER_SHA}")

    assert known.find("new").revision == OTHER_SHA
    with pytest.raises(NotAllowed):
        known.find("o/r")


def test_a_name_typed_in_other_hangul_is_the_same(bundled: Path) -> None:
    decomposed = "\u1100\u1161\u11b7\u110c\u1165\u11bc"

    assert catalog(bundled, f"감정=o/r@{SHA}").find(decomposed).name == "감정"


def test_an_unknown_word_is_told_the_nearest(bundled: Path) -> None:
    with pytest.raises(UnknownModel) as caught:
        catalog(bundled).find("sentimnet")

    assert caught.value.facts == {"name": "sentimnet", "nearest": ["sentiment"]}


@pytest.mark.parametrize("version", ["1", "", "00", "main"])
def test_an_unknown_version_is_told_the_known_one(bundled: Path, version: str) -> None:
    with pytest.raises(UnknownModel) as caught:
        catalog(bundled).find(f"sentiment@{version}")

    assert caught.value.facts["nearest"] == ["sentiment@0"]


@pytest.mark.parametrize("version", [SHA[:6], OTHER_SHA[:7], f"{SHA}0", SHA[1:9]])
def test_a_revision_must_be_the_pinned_one(bundled: Path, version: str) -> None:
    with pytest.raises(UnknownModel):
        catalog(bundled, f"org/tiny@{SHA}").find(f"org/tiny@{version}")


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "..",
        "~/.ssh",
        ".\\x",
        "C:\\x",
        "other/repo",
        f"other/repo@{SHA}",
        "https://evil.example/x",
    ],
)
def test_paths_and_strange_repositories_are_refused(bundled: Path, name: str) -> None:
    with pytest.raises(NotAllowed) as caught:
        catalog(bundled, f"org/tiny@{SHA}").find(name)

    assert caught.value.facts == {"name": name}


def test_what_people_type_never_reaches_the_file_system(bundled: Path, tmp_path: Path) -> None:
    """Asked of the interpreter itself: it reports every file that is opened or listed."""
    script = (
        "import sys; from pathlib import Path; from models.checkpoints.catalog import Catalog\n"
        "known = Catalog(Path(sys.argv[1])); seen = []\n"
        "sys.addaudithook(lambda event, what: seen.append(event) if event in "
        "('open', 'os.listdir', 'os.scandir', 'glob.glob', 'socket.connect') else None)\n"
        "for name in ('../../etc/passwd', '/etc/passwd', 'sentiment', 'nothing', 'a/b@0'):\n"
        "    try: known.find(name)\n"
        "    except Exception: pass\n"
        "print(seen)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(bundled)], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


def test_start_up_imports_nothing_slow() -> None:
    script = (
        "import sys, models.checkpoints.catalog, models.hub.fetching\n"
        "print({'torch', 'transformers', 'huggingface_hub', 'httpx2'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "set()"


class TestFolder:
    def test_it_is_found_with_a_version(self, bundled: Path, tmp_path: Path) -> None:
        folder = checkpoint_folder(tmp_path)

        found = catalog(bundled, str(folder)).find("mine")

        assert (found.origin, found.folder, len(found.version)) == (Origin.FOLDER, folder, 7)
        assert catalog(bundled, str(folder)).find(f"mine@{found.version}") == found

    @pytest.mark.parametrize("file", ["model.safetensors", "config.json", "vocab.txt"])
    def test_other_contents_are_another_version(
        self, bundled: Path, tmp_path: Path, file: str
    ) -> None:
        folder = checkpoint_folder(tmp_path)
        known = catalog(bundled, str(folder))
        before = known.find("mine")

        (folder / file).write_bytes(bytes(74))
        os.utime(folder / file, (1, 1))

        assert catalog(bundled, str(folder)).find("mine").version != before.version
        assert known.find("mine") is before, "it does not change under a model that is loaded"

    def test_a_readme_is_no_other_version(self, bundled: Path, tmp_path: Path) -> None:
        folder = checkpoint_folder(tmp_path)
        before = catalog(bundled, str(folder)).find("mine")
        (folder / "README.md").write_text("hello")

        assert catalog(bundled, str(folder)).find("mine") == before

    def test_it_may_come_after_the_bot_has_started(self, bundled: Path, tmp_path: Path) -> None:
        known = catalog(bundled, str(tmp_path / "mine"))
        assert "mine" in known.names()
        with pytest.raises(BrokenCheckpoint, match=Reason.FOLDER_MISSING) as caught:
            known.find("mine")
        assert str(tmp_path) not in str(caught.value)

        checkpoint_folder(tmp_path)

        assert known.find("mine").name == "mine"

    def test_without_a_config(self, bundled: Path, tmp_path: Path) -> None:
        folder = checkpoint_folder(tmp_path)
        (folder / "config.json").unlink()

        with pytest.raises(BrokenCheckpoint, match=Reason.CONFIG_MISSING):
            catalog(bundled, str(folder)).find("mine")

    def test_with_pickled_weights_only(self, bundled: Path, tmp_path: Path) -> None:
        folder = checkpoint_folder(tmp_path)
        (folder / "model.safetensors").rename(folder / "pytorch_model.bin")

        with pytest.raises(UnsafeWeights):
            catalog(bundled, str(folder)).find("mine")

    def test_with_a_tokenizer_alone(self, bundled: Path, tmp_path: Path) -> None:
        folder = checkpoint_folder(tmp_path)
        (folder / "model.safetensors").unlink()
        (folder / "config.json").unlink()
        (folder / "vocab.txt").write_text("a")

        assert catalog(bundled, str(folder)).find("mine").folder == folder
