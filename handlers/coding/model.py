"""A model as code names it: where it is, how it is loaded, what is done with what it gives."""

from dataclasses import dataclass

from handlers.asking.checkpoints import again
from handlers.coding.snippet import literal
from handlers.services import Services
from handlers.texts import say
from handlers.types import Language, Press
from handlers.versions.naming import folder_name
from models.checkpoints.folder_contents import TOKENIZER_FILE
from models.reports import ModelInfo, Postprocessing, ProblemType
from models.results import Checkpoint, Origin
from models.tasks.tokenization import LinesToTokenize


@dataclass(frozen=True, slots=True)
class TokenizerCode:
    """How code finds a checkpoint and loads its tokenizer."""

    full_name: str
    where: str
    """An expression: a name on the Hub, or a folder."""
    comment: str
    revision: str | None
    is_bundled: bool
    is_by_file: bool

    @property
    def imports(self) -> tuple[str, ...]:
        """What its expression needs."""
        return ("from importlib.resources import files",) if self.is_bundled else ()

    @property
    def tokenizer_class(self) -> str:
        """Where tokenizer.json cuts otherwise than its class would, it is the file that counts."""
        return "PreTrainedTokenizerFast" if self.is_by_file else "AutoTokenizer"

    @property
    def named(self) -> str:
        """The lines that say which model it is."""
        lines = [f"# {self.comment}", f"name = {self.where}"]
        if self.revision:
            lines.append(f"revision = {literal(self.revision)}")
        return "\n".join(lines)

    @property
    def at(self) -> str:
        """The arguments of `from_pretrained`."""
        return "name, revision=revision" if self.revision else "name"

    @property
    def load_tokenizer(self) -> str:
        """The line that loads it."""
        return f"tokenizer = {self.tokenizer_class}.from_pretrained({self.at})"


@dataclass(frozen=True, slots=True)
class ModelCode:
    """A tokenizer with its network."""

    tokenizer: TokenizerCode
    info: ModelInfo
    post: Postprocessing

    @property
    def limit(self) -> int:
        """Most tokens that it is given."""
        return min(filter(None, (self.info.limit, self.post.most_tokens)))

    def imports(self, *classes: str) -> tuple[str, ...]:
        """What loading it as one of them needs; the others are of transformers, too."""
        names = ", ".join(sorted((*classes, self.tokenizer.tokenizer_class)))
        return ("import torch", f"from transformers import {names}", *self.tokenizer.imports)

    def load(self, auto_class: str) -> str:
        """Return the lines that load it: in 32 bits, whatever it is kept in."""
        given = f"{self.tokenizer.at}, dtype=torch.float32"
        network = f"model = {auto_class}.from_pretrained({given}).eval()"
        return "\n".join((self.tokenizer.named, self.tokenizer.load_tokenizer, network))

    @property
    def step(self) -> str:
        """What is said of the way from logits to answers."""
        if self.post.problem_type is ProblemType.REGRESSION:
            return "values"
        kind = "sigmoid" if self.post.problem_type is ProblemType.MULTI_LABEL else "softmax"
        return kind if self.post.temperature == 1 else f"{kind}_cooled"

    def scores(self, logits: str) -> str:
        """Return the expression that makes probabilities of logits, or leaves values be."""
        if self.post.problem_type is ProblemType.REGRESSION:
            return logits
        cooled = logits if self.post.temperature == 1 else f"{logits} / {self.post.temperature!r}"
        if self.post.problem_type is ProblemType.MULTI_LABEL:
            return f"torch.sigmoid({cooled})"
        return f"torch.softmax({cooled}, dim=-1)"


async def tokenizer_code(services: Services, press: Press, name: str) -> TokenizerCode:
    """Find out how code names a tokenizer.

    Raises:
        UserError: it is there no more.
        ModelError: it cannot be read.
    """
    checkpoint = await again(services, press, name)
    probe = LinesToTokenize(("a",))
    found = await services.models.ask(checkpoint, probe, press.place.community)
    is_by_file = found.tokenizer_class == TOKENIZER_FILE
    return await _code(services, press, checkpoint, is_by_file=is_by_file)


async def model_code(services: Services, press: Press, name: str) -> ModelCode:
    """Find out the same of a network.

    Raises:
        UserError: it is there no more.
        ModelError: it cannot be read.
    """
    checkpoint = await again(services, press, name)
    info = await services.models.describe(checkpoint)
    code = await _code(services, press, checkpoint, is_by_file=info.is_tokenizer_by_file)
    return ModelCode(code, info, await services.models.postprocessing(checkpoint))


async def _code(
    services: Services, press: Press, checkpoint: Checkpoint, *, is_by_file: bool
) -> TokenizerCode:
    where, key = await _place(services, press, checkpoint)
    return TokenizerCode(
        full_name=checkpoint.full_name,
        where=where,
        comment=_comment(press.actor.language, key, checkpoint, where),
        revision=checkpoint.revision if checkpoint.origin is Origin.HUB else None,
        is_bundled=checkpoint.origin is Origin.BUNDLED,
        is_by_file=is_by_file,
    )


async def _place(services: Services, press: Press, checkpoint: Checkpoint) -> tuple[str, str]:
    """Where it is, as an expression; and which sentence says how it gets there."""
    match checkpoint.origin:
        case Origin.BUNDLED:
            return f'str(files("models.bundled") / {literal(checkpoint.name)})', "from_tokki"
        case Origin.HUB:
            return literal(str(checkpoint.repo_id)), "from_hub"
        case Origin.TRAINED:
            versions, number = services.storage.versions, int(checkpoint.version)
            version = await versions.find(press.place.community, checkpoint.name, number)
            assert version, "it has been found under this number"
            return literal(folder_name(version)), "from_export"
        case _:
            return literal(checkpoint.name), "from_operator"


def _comment(language: Language, key: str, checkpoint: Checkpoint, where: str) -> str:
    return say(language, f"code.{key}", version=checkpoint.full_name, folder=where.strip("'\""))
