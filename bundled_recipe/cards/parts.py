"""The parts that the cards of several checkpoints have in common."""

from bundled_recipe.cards.goals import GOALS, Figures, Goal, cost_lines, misses, result_lines
from bundled_recipe.heads.calibrating import ALLOWED_ERROR
from bundled_recipe.heads.students import NEW_PARTS
from bundled_recipe.texts.corpus import Source
from models.finetune.quality.calibrating import SURE_SHARE

AGAIN = """`python -m bundled_recipe.train --data DIR` does it again, though not bit for bit:
the clock decides how many steps fit."""


def front_matter(task: str, languages: list[str], datasets: list[str], tags: list[str]) -> str:
    """What the Hub reads at the top of a card."""
    lists = {"language": languages, "datasets": datasets, "tags": tags}
    lines = ["---", "license: cc-by-sa-4.0", "library_name: transformers", f"pipeline_tag: {task}"]
    for key, values in lists.items():
        lines += [f"{key}:", *(f"- {value}" for value in values)]
    return "\n".join([*lines, "---", ""])


def figures_section(name: str, measured: Figures) -> str:
    """The lines of the benchmark that are about this checkpoint, and by how much it falls short."""
    lines = result_lines(measured, [goal for goal in GOALS if goal.checkpoint == name])
    cost = {"costs": {name: measured["costs"][name]}}
    parts = [
        "Percents, from `python -m benchmarks.bundled --data DIR`; the floor is TF-IDF (characters",
        "1-4, words 1-2) with a linear classifier unless the line says otherwise. No row of a test",
        "set was trained on, nor any text that repeats one.",
        "",
        *lines,
        "",
        *cost_lines(cost),
    ]
    for goal, points in misses(measured, name):
        parts += ["", f"**Target missed:** {goal.task}, by {points:.1f} points. {_tried(goal)}"]
    return "\n".join(parts)


def _tried(goal: Goal) -> str:
    return _TRIED.get(goal.key) or _TRIED_FOR_ALL[goal.checkpoint]


LARGEST_ERROR = 0.05
"""Calibration error that a test set should have at most."""
_TRIED = {
    "nsmc_test": (
        "Tried: a second pre-training run, soft labels of two students and a linear teacher for "
        "150,000 other reviews and of the last student for 60,000 more, words spelled in several "
        "ways, masked tokens. Adversarial training made a worse student here in the same time (the "
        "second of the two)."
    ),
    "sst2_dev": (
        "Tried: a second pre-training run, sentences from our own lists of praise and blame, with "
        "negations and contrasts and among other words, passages of other English text with "
        "several of those words, and soft labels of students and a linear teacher for 50,000 more. "
        "Before the last round, in which our own sentences came to count as only likely, it was "
        "77.1 (76.0 on the test rows), at twice the calibration error (0.099 and 0.102)."
    ),
    "ynat_dev": (
        "Tried: a second pre-training run, adversarial training (of 12,000 other training "
        "headlines the first student of 10,000 rows knew 1.8 points more with it), weighing the "
        "topics alike, words spelled in several ways, soft labels of two students and a linear "
        "teacher for unlabelled headlines and three other wordings of each. All of it together "
        "brought 2.3 points; another round of five minutes brought less than 0.1 and was left out."
    ),
    "ynat_10k": (
        "Tried: a second pre-training run, adversarial training, weighing the topics alike, words "
        "spelled in several ways, soft labels of two students and a linear teacher for the other "
        "headlines and for another wording of each."
    ),
    "go_emotions_test": "Tried: words spelled in several ways, masked tokens.",
    "intent3i4k": "Tried: words spelled in several ways, four passes.",
}
"""Said only of a target that is missed."""
_TRIED_FOR_ALL = {
    "meaning": (
        "Tried: the pre-trained body as the start (far behind the words alone after the same "
        "time), a second teacher for English, the body's own directions beside the teachers', what "
        "people said about pairs, wordings of one intent. A graphics card was not."
    ),
    "entities": (
        "Tried: silver rows, marks of capitals, a larger English network as a teacher of plain "
        "sentences, names put in the place of names, words spelled in several ways, masked tokens. "
        "A longer training, and a body that has read more English, were not."
    ),
}


def calibration_section(figures: Figures) -> str:
    """Temperature and threshold, and how well the probabilities hold on the test rows."""
    kept = figures["calibration"]
    errors = ", ".join(
        f"{name} {each['calibration_error']:.3f} ({each['uncalibrated_error']:.3f})"
        for name, each in figures["tests"].items()
    )
    if "likely_from" in kept:
        rule = f"""A label holds from {kept["likely_from"]} on, the one threshold for all labels
with the best micro-F1 on the dev rows. An answer is one label of one remark."""
    else:
        rule = f"""Below {kept["unsure_below"]} an answer is an unsure one: from there on at least
{SURE_SHARE:.0%} of the answers for the held-out rows are right."""
    return f"""## Calibration

Divide the logits by {kept["temperature"]} before they become probabilities (`calibration` in
config.json; Tokki does, other programs may ignore it).
{_chosen(figures)}
{rule}

Expected calibration error in 15 bins (without the temperature): {errors}.{_too_sure(figures)}"""


def unsure_section(name: str, measured: Figures) -> str:
    """What it is unsure of, before and with the second measure."""
    rows = measured["unsure"][name]
    asked = rows if name == "sentiment" else {k: v for k, v in rows.items() if "no_side" not in k}
    lines = "\n".join(
        f"| {_SETS[key]} | {each['rows']:,} | {_percent(each['before'])} "
        f"| {_percent(each['after'])} |"
        for key, each in asked.items()
    )
    return f"""## When it is unsure

`unsure.json` beside the weights is a second measure, which changes none of them: a weight for each
token and, of `sentiment`, for how far the likeliest label leads (bundled_recipe/heads/doubting.py).
Tokki calls an answer unsure where their sum is below zero, where no letter of a word is in the
text, and below the threshold above as before. The lists are our own (bundled_recipe/texts); a third
of each was fitted on, these are the other two thirds. The other rows take a side, and should hardly
change. Percents that are unsure:

| texts | rows | by the probability alone | with both |
|---|---|---|---|
{lines}"""


_SETS = {
    "no_side.en": "English that takes no side",
    "no_side.ko": "Korean that takes no side",
    "no_words.en": "letters that are no words, as an English keyboard has them",
    "no_words.ko": "letters that are no words, as a Korean keyboard has them",
    "nsmc_test": "NSMC test",
    "sst2_dev": "SST-2 dev",
    "sst2_test": "SST-2 test",
    "polarity_test": "GoEmotions test, clear remarks",
    "ynat_dev": "YNAT dev",
    "go_emotions_test": "GoEmotions test (no label holds, or unsure)",
}


def _chosen(figures: Figures) -> str:
    errors = ", ".join(
        f"{name} {each['calibration_error']:.3f}" for name, each in figures["held_out"].items()
    )
    if not figures["is_asked_otherwise"]:
        return f"The temperature is the likeliest for the held-out rows ({errors})."
    return f"""The temperature is the highest at which the error on no held-out set is over
{ALLOWED_ERROR} ({errors}): of text of another kind a
classifier is surer than it should be, and what error is allowed goes to caution."""


def _too_sure(figures: Figures) -> str:
    """The test sets with a larger error than there should be."""
    excess = {
        name: each["calibration_error"] - LARGEST_ERROR for name, each in figures["tests"].items()
    }
    missed = ", ".join(f"{name} by {more:.3f}" for name, more in excess.items() if more > 0)
    if not missed:
        return ""
    return f"""

**Target missed:** an error of at most {LARGEST_ERROR}: {missed}. Tried: the highest temperature
that the held-out rows allow, soft labels, remarks that take no side as half of each label, our own
sentences as only likely to mean what they say (which halved it), and remarks put among other words
as a harder held-out set, which turned out hardly harder."""


def runs_text(figures: Figures) -> str:
    """The one or more runs that the body has behind it."""
    runs = [*figures.get("before", ()), figures["training"]]
    steps, tokens = (sum(each[key] for each in runs) for key in ("steps", "tokens"))
    each = " and ".join(minutes(run["seconds"]) for run in runs)
    at_most = "at most " if len(runs) > 1 else ""
    whole = f"""{each} of masked-language modelling on {at_most}{place(figures)}:
{steps:,} steps, {tokens / 1e6:.1f} million tokens"""
    if len(runs) == 1:
        return whole
    return f"""{whole} in {len(runs)} runs (a further one, `--further fillmask`, starts from the
finished body at half of the first one's peak learning rate; one run as long as all together comes
to the same)"""


def training_section(figures: Figures) -> str:
    """How long on what."""
    training, settings = figures["training"], figures["settings"]
    adversarial = f"""
Each batch is learnt twice, the second time with the words' embeddings moved by
{settings["adversarial"]:g} to where the loss grows fastest (Miyato et al., 2017)."""
    return f"""## Training

{minutes(training["seconds"])} on {place(figures)}: {training["epochs"]:.2f} passes over
{training["rows"]:,} rows in batches of {settings["batch_size"]},
peak learning rate {settings["learning_rate"]:g}, seed {settings["seed"]}; in each pass the words
are spelled anew with a tenth of the vocabulary's merges left out, and one token in twenty is
masked.{adversarial if settings["adversarial"] else ""} {AGAIN}"""


def teacher_section(figures: Figures) -> str:
    """What went before, where there were several students."""
    first = figures["first"]
    lines = "\n".join(
        f"| {each['held_out']} | {each['rows']:,} | {_percent(each['student_accuracy'])} "
        f"| {_percent(each['accuracy'])} | {each['student_part']:.2f} "
        f"| {_percent(each['together_accuracy'])} |"
        for each in figures["teachers"]
    )
    before = "".join(
        f" Then followed {each['epochs']:.2f} passes\nover {each['rows']:,} rows, those that "
        f"they and a teacher had labelled among them ({minutes(each['seconds'])})."
        for each in figures["before"]
    )
    return f"""Before that, {figures["students"]} students that differ by chance learnt the labelled
rows alone ({first["rows"]:,} rows, {first["epochs"]:.2f} passes, {minutes(first["seconds"])}
each).{before}
The students and a linear teacher (TF-IDF) together labelled text that nobody had labelled, and the
first student went on learning from all of it, with half of the peak learning rate; a further round
is `--further {figures["name"]}`. How much students and teacher count was chosen by held-out rows:

| held-out rows | texts labelled | students, % right | teacher | students' part | together |
|---|---|---|---|---|---|
{lines}

Of the weights that ship, {figures["new_part"]:.0%} are those after this last round and the rest
those before it: of {_NEW_PARTS} the mean that made the held-out rows likeliest."""


_NEW_PARTS = " or ".join(f"{part:.0%}" for part in NEW_PARTS)


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def source_lines(sources: tuple[Source, ...]) -> str:
    """Titles and licences."""
    return "\n".join(f"- {source.title}: {source.licence}" for source in sources)


def minutes(seconds: float) -> str:
    """Such as 3.1 minutes."""
    return f"{seconds / 60:.1f} minutes"


def millions(figures: Figures) -> str:
    """How many parameters."""
    return f"{figures['parameters'] / 1e6:.1f} million"


def place(figures: Figures) -> str:
    """Where it was trained."""
    where = f"{figures['threads']} processor threads"
    if figures["device"] != "cpu":
        where = "one graphics card"
    return where + (" (matrix products in bfloat16)" if figures["bfloat16"] else "")
