"""Which script is shown under a training that is done, and under a dataset's files."""

from handlers.batch.job import KIND as BATCH
from handlers.coding.answers.batch_file import AskedFile, batch_code
from handlers.coding.dataset import dataset_code
from handlers.coding.model import model_code
from handlers.coding.showing import code_reply
from handlers.coding.training import Trained, training_code
from handlers.collecting.finding import dataset_of
from handlers.exporting.command import file_name
from handlers.services import Services
from handlers.texts import say
from handlers.training.job import KIND as TRAINING
from handlers.types import Press, Reply, UserError
from models.finetune.plan import RecipeName
from storage.records import Dataset, DatasetKind, Job


async def show_script(press: Press, services: Services, number: int) -> Reply:
    """Show the script of a training; that of a file that was asked to whoever asked it.

    Raises:
        UserError: there is none here, or its dataset or model is gone; or somebody else asked.
        ModelError: the model cannot be read.
    """
    language = press.actor.language
    job = await services.storage.jobs.get(press.place.community, number)
    if job is not None and job.kind == BATCH and "names" in job.metrics:
        if job.user != press.actor.id:
            raise UserError("code_of_others")
        model = await model_code(services, press, str(job.params["model"]))
        return code_reply(batch_code(_asked_file(job), model, language), "classify", language)
    if job is None or job.kind != TRAINING or "version" not in job.metrics:
        raise UserError("unknown_job", number=number)
    dataset = await dataset_of(services, press.place.community, _number(job, "dataset"))
    base = await model_code(services, press, str(job.metrics.get("base") or job.params["base"]))
    code = training_code(_trained(job, dataset), base, language)
    return code_reply(code, "train", language, say(language, "code.script"))


async def show_loading(press: Press, services: Services, number: int) -> Reply:
    """Show the code that loads a dataset.

    Raises:
        UserError: there is none of this number here.
    """
    dataset = await dataset_of(services, press.place.community, number)
    folder, is_multi = file_name(dataset.name), dataset.kind is DatasetKind.MULTI
    code = dataset_code(dataset.name, folder, press.actor.language, is_multi=is_multi)
    return code_reply(code, "load", press.actor.language)


def _asked_file(job: Job) -> AskedFile:
    found = {key: str(job.metrics[key]) for key in ("answers", "encoding", "delimiter", "column")}
    names = job.metrics["names"]
    assert isinstance(names, list)
    label, probability = names
    return AskedFile(name=str(job.params["name"]), label=label, probability=probability, **found)


def _trained(job: Job, dataset: Dataset) -> Trained:
    tuning = job.params.get("tuning")
    return Trained(
        name=f"my-{job.params['name']}",
        recipe=RecipeName(str(job.metrics.get("recipe") or job.params["recipe"])),
        epochs=_number(job, "epochs"),
        seed=_number(job, "seed"),
        tuning=tuning if isinstance(tuning, dict) else {},
        texts=_number(job, "train"),
        dataset=dataset.name,
        folder=file_name(dataset.name),
        is_multi=dataset.kind is DatasetKind.MULTI,
    )


def _number(job: Job, name: str) -> int:
    found = job.params.get(name)
    return found if isinstance(found, int) else 0
