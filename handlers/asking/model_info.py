"""`/modelinfo`: what a checkpoint is made of, where it came from and how it fares here."""

from handlers.asking.checkpoints import ready, say_if_slow
from handlers.asking.config_file import config_button
from handlers.asking.query_log import Stopwatch, log_if_possible, not_kept_note
from handlers.services import Services
from handlers.table import Bilingual, Command, model_option
from handlers.texts import say, sentences
from handlers.texts.reasons import translate_reason
from handlers.types import Language, Reply, Request, Table
from handlers.versions.moving import live_version, use_button
from models.reports import ModelInfo
from models.results import EngineReport, Task

DEFAULT_MODEL = "sentiment"


async def model_info(request: Request, services: Services) -> Reply:
    """Answer `/modelinfo [model]`."""
    language = request.actor.language
    checkpoint = await ready(services, request, "model", DEFAULT_MODEL)
    await say_if_slow(services, checkpoint, request, Task.TOKENIZE)
    watch = Stopwatch()
    info = await services.models.describe(checkpoint)
    result = {"model_type": info.model_type, "parameters": info.parameters}
    query_number = await log_if_possible(services, request, checkpoint, result, watch)
    columns = (say(language, "modelinfo.what"), say(language, "modelinfo.value"))
    live = await live_version(services, request.place.community, checkpoint.name)
    rows = _anatomy(info, language) | _sources(info, language)
    rows |= {"live": live.full_name if live else "–"} | _fare(info, language)
    notes = (_head_note(info, language), not_kept_note(language, query_number))
    return Reply(
        title=checkpoint.full_name,
        text="\n".join(filter(None, notes)) or None,
        table=Table(
            columns, tuple((say(language, f"modelinfo.{key}"), v) for key, v in rows.items())
        ),
        controls=(
            *use_button(services, checkpoint, live, request.actor),
            *config_button(query_number),
        ),
        footer={"model": checkpoint.full_name}
        | ({"query": f"#{query_number}"} if query_number is not None else {}),
    )


MODEL_INFO = Command(
    name=Bilingual("modelinfo", "모델정보"),
    description=Bilingual(
        "What a model is made of, and how it fares here",
        "모델의 구조와 이곳에서의 상태를 보여 줘요",
    ),
    handler=model_info,
    example=Bilingual("/modelinfo topics", "/모델정보 topics"),
    options=(
        model_option("Which model (sentiment)", "볼 모델 (기본 sentiment)", takes_free_text=True),
    ),
)


def _head_note(info: ModelInfo, language: Language) -> str | None:
    if info.task == Task.EMBED:
        return say(language, "modelinfo.body_alone", name=info.checkpoint.name)
    return say(language, "modelinfo.fresh_head") if info.is_head_fresh else None


def _anatomy(info: ModelInfo, language: Language) -> dict[str, str]:
    return {
        "model_type": info.model_type,
        "architecture": info.architecture or "–",
        "task": _task(info.task, language),
        "head": info.head,
        "labels": ", ".join(f"{id_}={label}" for id_, label in info.labels) or "–",
        "layers": _number(info.layers),
        "heads": _number(info.attention_heads),
        "hidden": _number(info.hidden_size),
        "vocabulary": _number(info.vocabulary_size),
        "parameters": _number(info.parameters),
        "dtype": info.dtype,
        "size": f"{info.size_bytes / 1e6:,.1f} MB",
        "tokenizer": _tokenizer(info, language),
        "limit": _number(info.limit),
    }


def _task(task: str | None, language: Language) -> str:
    """Name a task in words, and as the Hub does."""
    if task is None:
        return "–"
    said = sentences(language).get(f"task.{task}")
    return f"{said} ({task})" if said and said != task else task


def _tokenizer(info: ModelInfo, language: Language) -> str:
    if info.is_tokenizer_by_file:
        return say(language, "modelinfo.tokenizer_by_file", name=info.tokenizer_class)
    return info.tokenizer_class


def _sources(info: ModelInfo, language: Language) -> dict[str, str]:
    return {
        "languages": ", ".join(sentences(language).get(f"language.{c}", c) for c in info.languages)
        or "–",
        "licence": info.licence or "–",
        "revision": info.revision,
        "origin": say(language, f"origin.{info.checkpoint.origin}"),
        "base": info.base or "–",
    }


def _fare(info: ModelInfo, language: Language) -> dict[str, str]:
    state = info.state
    return {
        "loaded": say(language, "yes" if state.is_loaded else "no"),
        "memory": f"{state.memory_bytes / 1e6:,.1f} MB" if state.is_loaded else "–",
        "engine": _engine(state.engine, language),
        "hits": _number(state.hits),
        "reused": _number(state.reused),
        "load_time": f"{state.load_time_s:.2f} s" if state.load_time_s is not None else "–",
        "latency": f"{_ms(state.p50_ms)} / {_ms(state.p95_ms)}",
    }


def _engine(report: EngineReport | None, language: Language) -> str:
    if report is None:
        return "–"
    if report.stays is not None:
        why = translate_reason(report.stays, language)
        return say(language, "modelinfo.engine_stays", engine=report.name, why=why)
    if report.largest_difference is None:
        return report.name
    facts = {
        "engine": report.name,
        "difference": _bound(report.largest_difference),
        "batch": _bound(report.largest_batch_difference),
    }
    if report.same_labels is None:
        return say(language, "modelinfo.engine_agreed_vectors", **facts)
    share = f"{report.same_labels:.1%}"
    agreed = say(language, "modelinfo.engine_agreed", share=share, **facts)
    if report.refused is None or report.refused_same_labels is None:
        return agreed
    share = f"{report.refused_same_labels:.1%}"
    refused = say(language, "modelinfo.engine_refused", engine=report.refused, share=share)
    return f"{agreed}. {refused}"


def _bound(difference: float | None) -> str:
    return "–" if difference is None else f"{difference:.2g}"


def _number(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f} ms"
