"""The page of a model, a Space: what stands on it in both languages, and how its model is read."""

from collections.abc import Mapping, Sequence

from handlers.analysing.similar import NEARNESS
from handlers.asking.foreign_text import Reader, reader_of
from handlers.exporting.markdown import escaped
from handlers.services import Services
from handlers.texts import say, sentences
from handlers.types import Language, UserError
from models.canonical import legible, one_line
from models.releases.space_folder import Space
from models.reports import ModelInfo, Postprocessing, ProblemType
from models.results import Aggregation, Checkpoint, Origin, Task
from models.tasks.registry import network_task
from storage.records import Deed

TASKS: Mapping[str, str] = {
    Task.CLASSIFY: "text-classification",
    Task.TAG: "token-classification",
    Task.FILL_MASK: "fill-mask",
    Task.EMBED: "sentence-similarity",
}
"""What a page is made for, by what the Hub calls it."""
MOST_EXAMPLES = 10
LONGEST_EXAMPLE = 300
_BETWEEN = "|"
"""Stands between texts where several are typed in a line."""
_LIKELY = 0.5
_PAIR = 2
_FRAME = ("text", "other", "ask", "answer", "scores", "names", "examples", "card", "empty")
_OF_TASK: Mapping[str, tuple[str, ...]] = {
    Task.CLASSIFY: (),
    Task.TAG: ("found",),
    Task.FILL_MASK: ("one_blank", "blank_cut"),
    Task.EMBED: ("cosine",),
}
_SAID_IN_CHAT: Mapping[str, tuple[str, ...]] = {
    Task.CLASSIFY: tuple(f"classify.{key}" for key in ("unsure", "none_fits", "yes", "no")),
    Task.TAG: tuple(f"entities.{key}" for key in ("name", "kind", "probability", "place")),
    Task.FILL_MASK: (),
    Task.EMBED: tuple(
        f"similar.{key}" for key in ("same", "near", "related", "apart", "not_for_comparing")
    ),
}
_BLANKS = ("label", "percent", "used", "total", "n")
"""What a page fills in by itself."""
_MOST_ENTRIES = 1_000


async def space_of(
    services: Services,
    community: str,
    checkpoint: Checkpoint,
    card: str | None,
    examples: Sequence[str],
) -> Space:
    """Return the page of a model that is on disk, and that answers.

    Args:
        services: where to look.
        community: for which it is asked once.
        checkpoint: the model.
        card: what its card says to people; None: what stands beside its weights.
        examples: what is offered to be asked; none: sentences that are nobody's.

    Raises:
        UserError: there is no page for what it does.
        ModelError: its files cannot be used.
    """
    info = await services.models.describe(checkpoint)
    post = await services.models.postprocessing(checkpoint)
    _check(info, post)
    if spec := network_task(info.task):  # such as a head that nobody has trained shows only then
        await services.models.ask(checkpoint, spec.first, community)
    reader = await reader_of(services, checkpoint)
    is_on_hub = checkpoint.origin is Origin.HUB
    return Space(
        name=checkpoint.full_name,
        task=TASKS[info.task],
        facts={
            **_facts(services, info, post),
            "scripts": sorted(reader.scripts or ()),
            "texts": {str(each): _texts(info.task, reader, each) for each in Language},
            "examples": _examples(info, examples),
        },
        card=_where(checkpoint) if is_on_hub else card,
        repo_id=str(checkpoint.repo_id) if is_on_hub else "",
        revision=str(checkpoint.revision) if is_on_hub else "",
    )


def examples_in(typed: str) -> tuple[str, ...]:
    """Return the texts of a line, between which | stands.

    Raises:
        UserError: they are too many or too long.
    """
    return examples_of(typed.split(_BETWEEN))


def examples_of(texts: Sequence[str]) -> tuple[str, ...]:
    """Return those of some texts that say something, as they are read.

    Raises:
        UserError: they are too many or too long to choose from.
    """
    found = tuple(text for one in texts if (text := legible(one).strip()))
    if len(found) > MOST_EXAMPLES or any(len(one) > LONGEST_EXAMPLE for one in found):
        raise UserError("space_examples", most=MOST_EXAMPLES, longest=LONGEST_EXAMPLE)
    return found


async def training_is_due(services: Services, community: str, full_name: str) -> bool:
    """Tell whether somebody has had texts erased that a version has learned from."""
    found = await services.storage.audit.recent(community, _MOST_ENTRIES, deed=Deed.PERSON_ERASED)
    return any(full_name in str(one.facts.get("versions", "")).split(", ") for one in found)


def _check(info: ModelInfo, post: Postprocessing) -> None:
    is_of_values = info.task == Task.CLASSIFY and post.problem_type is ProblemType.REGRESSION
    if info.task not in TASKS or is_of_values:
        can = str(ProblemType.REGRESSION) if is_of_values else info.task
        raise UserError("space_not_for", name=info.checkpoint.full_name, can=can)
    if info.task == Task.EMBED and post.has_dense:
        raise UserError("space_with_dense", name=info.checkpoint.full_name)


def _facts(services: Services, info: ModelInfo, post: Postprocessing) -> dict[str, object]:
    least = services.rules.unsure_below if post.unsure_below is None else post.unsure_below
    return {
        "heading": f"# {escaped(info.checkpoint.full_name)}",
        "tokenizer": "PreTrainedTokenizerFast" if info.is_tokenizer_by_file else "AutoTokenizer",
        "limit": min(filter(None, (info.limit, post.most_tokens))),
        "labels": [label for _, label in info.labels],
        "is_multi_label": info.is_multi_label,
        "temperature": post.temperature,
        "unsure_below": least,
        "likely_from": post.likely_from or _LIKELY,
        "aggregation": str(post.aggregation or Aggregation.SIMPLE),
        "poolings": list(post.poolings),
        "is_lower_case": post.is_lower_case,
        "is_for_comparing": post.is_for_comparing,
        "nearness": NEARNESS,
    }


def _texts(task: str, reader: Reader, language: Language) -> dict[str, str]:
    """Return what the page says, with the blanks that it fills in left as they are."""
    blanks = {name: f"{{{name}}}" for name in _BLANKS}
    keys = [f"space.{key}" for key in (*_FRAME, *_OF_TASK[task])]
    keys += ["answer.cut", *_SAID_IN_CHAT[task]]
    said = {key.rpartition(".")[2]: say(language, key, **blanks) for key in keys}
    said["foreign"] = say(language, "space.foreign", languages=reader.named(language))
    return said | (_kinds(language) if task == Task.TAG else {})


def _kinds(language: Language) -> dict[str, str]:
    named = sentences(language).items()
    return {
        key.replace("entity.", "kind_", 1): word for key, word in named if key.startswith("entity.")
    }


def _examples(info: ModelInfo, examples: Sequence[str]) -> list[list[str]]:
    """Return the rows of texts that are offered; of what compares two texts, both."""
    asked = TASKS[info.task].replace("-", "_")
    lines = examples or [say(language, f"space.example_{asked}") for language in Language]
    if info.task != Task.EMBED:
        return [[line] for line in lines]
    rows = [[part.strip() for part in line.split(_BETWEEN, 1)] for line in lines]
    if not all(len(row) == _PAIR and all(row) for row in rows):
        raise UserError("space_example_pair", name=info.checkpoint.full_name)
    return rows


def _where(checkpoint: Checkpoint) -> str:
    """Say where the card is, in both languages; what strangers wrote in it stays there."""
    repo = one_line(str(checkpoint.repo_id))
    address = f"https://huggingface.co/{repo}/tree/{checkpoint.revision}"
    said = [say(language, "space.card_at", address=address) for language in Language]
    return "\n\n".join((f"# {escaped(checkpoint.full_name)}", *said))
