"""The whole script of a training: the plain loop, Trainer, or a head on a frozen body.

It learns from the same texts in the same way. Left out are the weights of votes, and what Tokki
finds out by cross-validation.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.coding.answers.classification import HEAD
from handlers.coding.dataset import IMPORT, load_data, names_of
from handlers.coding.model import ModelCode
from handlers.coding.snippet import filled, imports, literal
from handlers.types import Language
from models.finetune.network.schedule import (
    LONGEST_TEXT,
    WARMUP_SHARE,
    WEIGHT_DECAY,
    learning_rate,
    usual_batch_size,
)
from models.finetune.plan import RecipeName

_BEGIN = """$imports

$data
labels = data["train"].features["label"]$names
set_seed($seed)

$model

"""
_ENCODE = """
# @tokenize_all
def encode(batch):
    $encoded


data = data.map(encode, batched=True, remove_columns=data["train"].column_names)

"""
_LOOP = """# @loop_begins
collate = DataCollatorWithPadding(tokenizer)
batches = DataLoader(data["train"], batch_size=$batch_size, shuffle=True, collate_fn=collate)
optimizer = torch.optim.AdamW(model.parameters(), lr=$learning_rate, weight_decay=$weight_decay)
steps = $epochs * len(batches)
scheduler = get_linear_schedule_with_warmup(optimizer, int($warmup * steps), steps)

for epoch in range($epochs):
    # @five_lines
    model.train()
    for batch in batches:
        loss = model(**batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        scheduler.step()
        optimizer.zero_grad()

    # @measure_test
    model.eval()
    right = 0
    for batch in DataLoader(data["test"], batch_size=64, collate_fn=collate):
        with torch.no_grad():
            logits = model(**batch).logits
        right += $right.sum().item()
    print(f"epoch {epoch + 1}: loss {loss.item():.4f}, accuracy {right / len(data['test']):.4f}")

# @save
model.save_pretrained($name)
tokenizer.save_pretrained($name)
"""
_TRAINER = """# @measure_test
def measure(said):
    logits, labels = (torch.tensor(each) for each in said)
    return {"accuracy": $right.float().mean().item()}


# @trainer
arguments = TrainingArguments(
    output_dir=$name,
    num_train_epochs=$epochs,
    per_device_train_batch_size=$batch_size,
    learning_rate=$learning_rate,
    weight_decay=$weight_decay,
    warmup_steps=int($warmup * $epochs * -(-len(data["train"]) // $batch_size)),
    eval_strategy="epoch",
    logging_strategy="epoch",
    save_strategy="no",
    report_to="none",
    seed=$seed,
)
trainer = Trainer(
    model=model,
    args=arguments,
    train_dataset=data["train"],
    eval_dataset=data["test"],
    data_collator=DataCollatorWithPadding(tokenizer),
    compute_metrics=measure,
)
trainer.train()
print(f"accuracy {trainer.evaluate()['eval_accuracy']:.4f}")

# @save
trainer.save_model($name)
tokenizer.save_pretrained($name)
"""
_FROZEN = """# @frozen
def features(texts):
    rows = []
    for text in texts:
        inputs = tokenizer(text, truncation=True, max_length=$limit, return_tensors="pt")
        with torch.no_grad():
            rows.append(model(**inputs).last_hidden_state[0].mean(dim=0).numpy())
    return np.stack(rows)


# @regression
train, test = data["train"], data["test"]
head = LogisticRegression(C=10, class_weight="balanced", max_iter=200)
head.fit(features(train["text"]), train["label"])

# @letters_beside
letters = make_pipeline(
    TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True, max_features=20_000),
    LogisticRegression(C=10, class_weight="balanced", max_iter=200),
)
letters.fit(train["text"], train["label"])

# @both
logs = head.predict_log_proba(features(test["text"])) + letters.predict_log_proba(test["text"])
said = head.classes_[logs.argmax(axis=1)]
print(f"accuracy {(said == np.array(test['label'])).mean():.4f}")
print([labels[place] for place in said[:5]])
"""


@dataclass(frozen=True, slots=True)
class Trained:
    """A training that is over, as far as its script tells of it."""

    name: str
    """What the new folder is called."""
    recipe: RecipeName
    epochs: int
    seed: int
    tuning: Mapping[str, float]
    texts: int
    """How many it learned from."""
    dataset: str
    folder: str
    """What the export of the dataset unpacks to."""
    is_multi: bool


def training_code(trained: Trained, base: ModelCode, language: Language) -> str:
    """Return the script."""
    if trained.recipe is RecipeName.HEAD:
        return _frozen(trained, base, language)
    is_trainer = trained.recipe is RecipeName.TRAINER
    body = _BEGIN + _ENCODE.lstrip("\n") + (_TRAINER if is_trainer else _LOOP)
    return filled(
        body,
        language,
        imports=imports(*base.tokenizer.imports, *_imports(base, is_trainer=is_trainer)),
        model=_new_head(base, language, is_multi=trained.is_multi),
        encoded=_encoded(trained, base),
        right=_right("labels" if is_trainer else 'batch["labels"]', is_multi=trained.is_multi),
        **_numbers(trained, base),
        **_names(trained, language),
    )


def _imports(base: ModelCode, *, is_trainer: bool) -> tuple[str, ...]:
    names = {HEAD, base.tokenizer.tokenizer_class, "DataCollatorWithPadding", "set_seed"}
    names |= {"Trainer", "TrainingArguments"} if is_trainer else {_SCHEDULE}
    listed = "".join(f"    {name},\n" for name in sorted(names))
    loader = () if is_trainer else ("from torch.utils.data import DataLoader",)
    return ("import torch", IMPORT, *loader, f"from transformers import (\n{listed})")


_SCHEDULE = "get_linear_schedule_with_warmup"
_NEW_HEAD = """$named
$load
model = AutoModelForSequenceClassification.from_pretrained(
    $at,
    num_labels=len(labels),
    id2label=dict(enumerate(labels)),
    label2id={label: place for place, label in enumerate(labels)},$problem
    ignore_mismatched_sizes=True,
    dtype=torch.float32,
)"""


def _new_head(base: ModelCode, language: Language, *, is_multi: bool) -> str:
    code = base.tokenizer
    problem = '\n    problem_type="multi_label_classification",' if is_multi else ""
    return filled(
        _NEW_HEAD, language, named=code.named, load=code.load_tokenizer, at=code.at, problem=problem
    )


def _encoded(trained: Trained, base: ModelCode) -> str:
    limit = min(base.limit, LONGEST_TEXT, int(trained.tuning.get("max_length", LONGEST_TEXT)))
    call = f'tokenizer(batch["text"], truncation=True, max_length={limit})'
    if not trained.is_multi:
        return f'return {{**{call}, "labels": batch["label"]}}'
    held = '[[float(place in held) for place in range(len(labels))] for held in batch["label"]]'
    return f'return {{**{call}, "labels": {held}}}'


def _right(labels: str, *, is_multi: bool) -> str:
    if is_multi:
        return f"((logits > 0) == ({labels} > 0)).all(dim=-1)"
    return f"(logits.argmax(dim=-1) == {labels})"


def _numbers(trained: Trained, base: ModelCode) -> Mapping[str, str]:
    usual = {
        "batch_size": usual_batch_size(trained.texts),
        "learning_rate": learning_rate(base.info.hidden_size or 768),
        "warmup": WARMUP_SHARE,
        "weight_decay": WEIGHT_DECAY,
    }
    chosen = {key: trained.tuning.get(key, number) for key, number in usual.items()}
    named = {key: f"{number:.6g}" for key, number in chosen.items()}
    return named | {"epochs": str(trained.epochs)}


def _names(trained: Trained, language: Language) -> Mapping[str, str]:
    return {
        "data": load_data(trained.dataset, trained.folder, language),
        "names": names_of(is_multi=trained.is_multi),
        "seed": str(trained.seed),
        "name": literal(trained.name),
    }


def _frozen(trained: Trained, base: ModelCode, language: Language) -> str:
    needed = (
        *("import numpy as np", IMPORT, "from sklearn.linear_model import LogisticRegression"),
        "from sklearn.feature_extraction.text import TfidfVectorizer",
        "from sklearn.pipeline import make_pipeline",
        "import torch",
        f"from transformers import AutoModel, {base.tokenizer.tokenizer_class}, set_seed",
    )
    return filled(
        _BEGIN + _FROZEN,
        language,
        imports=imports(*needed, *base.tokenizer.imports),
        model=base.load("AutoModel"),
        limit=str(min(base.limit, LONGEST_TEXT)),
        **_names(trained, language),
    )
