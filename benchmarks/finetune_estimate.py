"""How well `Trainer.estimate` foretells: estimated seconds over measured ones, by body and size.

    python benchmarks/finetune_estimate.py            # bodies made on the spot
    python benchmarks/finetune_estimate.py FOLDER     # a checkpoint of yours

The baseline is the measured time of the same plan; 1.0 is a perfect estimate. Bodies made on the
spot have random weights, which take just as long to train as good ones.
"""

import argparse
import asyncio
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from models.finetune.network.schedule import default_epochs
from models.finetune.plan import Example, TrainingPlan, TrainingProgress
from models.finetune.trainer import Trainer

SENTENCES = (
    "the weather is lovely and we should go for a walk before it rains again",
    "나는 어제 친구와 함께 본 영화가 정말 재미있어서 한 번 더 보고 싶어요",
    "could you please restart the server because the build has been failing since noon",
    "오늘 점심은 무엇을 먹을지 아직 정하지 못했으니 추천해 주세요",
)
BODIES = {"compact 256x4": (256, 4), "small 384x6": (384, 6), "base 768x12": (768, 12)}
SIZES = ((24, None), (400, None), (24, 60))
"""Examples, and words of each text; None: chat messages of 2 to 20 words."""


async def main() -> None:
    """Measure every body with every size and print one line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", type=Path, nargs="?", help="a checkpoint's folder")
    arguments = parser.parse_args()
    print(
        f"{'body':16}{'examples':>9}{'words':>7}{'steps':>7}{'estimate':>10}{'measured':>10}  ratio"
    )
    with tempfile.TemporaryDirectory() as folder:
        for name, base in _bases(arguments.base, Path(folder)):
            for count, words in SIZES:
                await _measure(name, base, Path(folder), count, words)


def _bases(given: Path | None, folder: Path) -> Iterator[tuple[str, Path]]:
    if given is not None:
        yield given.name, given
        return
    for name, (width, layers) in BODIES.items():
        base = folder / name
        _make_body(base, width, layers)
        yield name, base


def _make_body(base: Path, width: int, layers: int) -> None:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers  # noqa: PLC0415
    from transformers import BertConfig, BertForMaskedLM, PreTrainedTokenizerFast  # noqa: PLC0415

    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    specials = ["[PAD]", "[UNK]"]
    trainer = trainers.WordPieceTrainer(
        vocab_size=400, special_tokens=specials, show_progress=False
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", model_max_length=512
    ).save_pretrained(base)
    config = BertConfig(
        vocab_size=30_000,
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=width // 64,
        intermediate_size=4 * width,
    )
    BertForMaskedLM(config).save_pretrained(base)


async def _measure(name: str, base: Path, folder: Path, count: int, words: int | None) -> None:
    trainer = Trainer()
    plan = _plan(base, folder / f"{name}-{count}-{words}", count, words)
    estimate = trainer.estimate(plan)
    outcome = await trainer.train(plan, _ignore)
    print(
        f"{name:16}{count:9}{words or 'chat':>7}{estimate.steps:7}{estimate.seconds:9.1f}s"
        f"{outcome.seconds:9.1f}s{estimate.seconds / outcome.seconds:7.2f}",
        flush=True,
    )


def _plan(base: Path, output: Path, count: int, words: int | None) -> TrainingPlan:
    chance = random.Random(count)
    rows = tuple(
        Example(_text(chance, words or chance.randint(2, 20)), number % 2)
        for number in range(count + count // 4)
    )
    return TrainingPlan(
        base=base,
        base_name=base.name,
        current=None,
        name="benchmark",
        labels=("a", "b"),
        train=rows[:count],
        held_out=rows[count:],
        epochs=default_epochs(count),
        seed=0,
        output=output,
    )


def _text(chance: random.Random, words: int) -> str:
    sentence = chance.choice(SENTENCES).split()
    return " ".join(chance.choice(sentence) for _ in range(words))


async def _ignore(_: TrainingProgress) -> None:
    pass


if __name__ == "__main__":
    asyncio.run(main())
