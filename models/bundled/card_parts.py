"""The parts that the cards of several checkpoints have in common."""

from models.bundled.corpus import Source
from models.bundled.fitting import ALLOWED_ERROR, SURE_SHARE
from models.bundled.goals import GOALS, Figures, cost_lines, misses, result_lines
from models.bundled.students import NEW_PARTS

AGAIN = """`python -m models.bundled.train --data DIR` does it again, though not bit for bit:
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
        parts += ["", f"**Target missed:** {goal.task}, by {points:.1f} points. {_TRIED[goal.key]}"]
    return "\n".join(parts)


LARGEST_ERROR = 0.05
"""Calibration error that a test set should have at most."""
_TRIED = {
    "nsmc_test": (
        "Tried: soft labels of a first student and a linear teacher for 150,000 other reviews and, "
        "in another round, for 60,000 more, which brought 0.4 points; words spelled in several "
        "ways, masked tokens. A second pre-training run was begun and given up after 11 million "
        "tokens: the machine was too busy to end it and to train anew all that stands on the body."
    ),
    "sst2_dev": (
        "Tried: sentences from our own lists of praise and blame, with negations and contrasts and "
        "among other words, passages of other English text with several of those words, and soft "
        "labels of student and linear teacher for 50,000 more: better on the held-out English "
        "remarks and on SST-2 test by 0.6 points each, worse on these 872 rows by 0.9, which is "
        "within chance."
    ),
    "ynat_dev": (
        "Tried: weighing the topics alike, words spelled in several ways, soft labels of student "
        "and linear teacher for unlabelled headlines, and two more rounds of that with one and "
        "three other wordings of each headline (0.5 and 0.2 points), then the mean of the weights "
        "before and after the last one (0.2 points). Student and teacher of the first round "
        "together reach 80.6, so the student still leaves part of what they know."
    ),
    "ynat_10k": (
        "Tried: weighing the topics alike, words spelled in several ways, soft labels of student "
        "and linear teacher for the other headlines and for another wording of each. Eight passes "
        "over the labelled rows alone reach 72.4, without the other wordings it is 74.9."
    ),
    "go_emotions_test": "Tried: words spelled in several ways, masked tokens.",
    "intent3i4k": "Tried: words spelled in several ways, four passes.",
}
"""Said only of a target that is missed."""


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
        chosen = "The temperature is the likeliest for the held-out rows."
    else:
        rule = f"""Below {kept["unsure_below"]} an answer is an unsure one: from there on at least
{SURE_SHARE:.0%} of the answers for the held-out rows are right."""
        errors_there = ", ".join(
            f"{name} {each['calibration_error']:.3f}" for name, each in figures["held_out"].items()
        )
        chosen = f"""The temperature is the highest at which the error on no held-out set is over
{ALLOWED_ERROR} ({errors_there}): of text of another kind a
classifier is surer than it should be, and what error is allowed goes to caution."""
    return f"""## Calibration

Divide the logits by {kept["temperature"]} before they become probabilities (`calibration` in
config.json; Tokki does, other programs may ignore it).
{chosen}
{rule}

Expected calibration error in 15 bins (without the temperature): {errors}.{_too_sure(figures)}"""


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
that the held-out rows allow, soft labels, and remarks put among other words as a harder held-out
set, which turned out hardly harder."""


def runs_text(figures: Figures) -> str:
    """The one or more runs that the body has behind it."""
    runs = [*figures.get("before", ()), figures["training"]]
    steps, tokens = (sum(each[key] for each in runs) for key in ("steps", "tokens"))
    each = " and ".join(minutes(run["seconds"]) for run in runs)
    whole = f"""{each} of masked-language modelling on {place(figures)}:
{steps:,} steps, {tokens / 1e6:.1f} million tokens"""
    if len(runs) == 1:
        return whole
    return f"""{whole} in {len(runs)} runs (a further one, `--further fillmask`, starts from the
finished body at half of the first one's peak learning rate; one run as long as all together comes
to the same)"""


def training_section(figures: Figures) -> str:
    """How long on what."""
    training, settings = figures["training"], figures["settings"]
    return f"""## Training

{minutes(training["seconds"])} on {place(figures)}: {training["epochs"]:.2f} passes over
{training["rows"]:,} rows in batches of {settings["batch_size"]},
peak learning rate {settings["learning_rate"]:g}, seed {settings["seed"]}; in each pass the words
are spelled anew with a tenth of the vocabulary's merges left out, and one token in twenty is
masked. {AGAIN}"""


def teacher_section(figures: Figures) -> str:
    """What went before, where there were two students."""
    first = figures["first"]
    lines = "\n".join(
        f"| {each['held_out']} | {each['rows']:,} | {_percent(each['student_accuracy'])} "
        f"| {_percent(each['accuracy'])} | {each['student_part']:.2f} "
        f"| {_percent(each['together_accuracy'])} |"
        for each in figures["teachers"]
    )
    before = "".join(
        f" Then followed {each['epochs']:.2f} passes\nover {each['rows']:,} rows, those that "
        f"student and teacher had labelled among them ({minutes(each['seconds'])})."
        for each in figures.get("before", ())
    )
    if before:
        before += f" Every such round is `--further {figures['name']}`."
    return f"""Before that, the student learnt the labelled rows alone ({first["rows"]:,} rows,
{first["epochs"]:.2f} passes, {minutes(first["seconds"])}).{before}
Student and a linear teacher (TF-IDF) together labelled text that nobody had labelled, and the
student went on learning from all of it, with half of the peak learning rate. How much each counts
was chosen by held-out rows:

| held-out rows | texts labelled | student, % right | teacher | student's part | together |
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
