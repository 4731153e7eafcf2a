"""`tokki check`: what would fail later, here and on every platform whose token is set."""

import asyncio
import difflib
from collections.abc import Sequence
from contextlib import suppress

from filelock import FileLock, Timeout

from bot.configuration.complaints import explain_value, explain_what_does_nothing
from bot.configuration.env_file import EnvFile, read_env_file
from bot.configuration.names import secret_names, unknown_names
from bot.data_folder import DATABASE_FILE, LOCK_FILE
from bot.doors import Say
from bot.engine import catalog
from bot.findings import Findings
from bot.settings import BadSetting, Settings
from bot.web_server import PortTaken, try_address
from handlers.guard.failures import explain
from handlers.texts import say
from handlers.texts.reasons import translate_reason
from handlers.types import Language
from models.checkpoints.catalog import AllowedModel, Catalog
from models.checkpoints.weights_header import read_weights
from models.errors import ModelError
from models.reasons import Reason
from storage.errors import StorageError
from storage.sqlite.inspection import check_folder, versions_in

_WRITTEN = (DATABASE_FILE, LOCK_FILE, "logs", "models")


async def check(settings: Settings, language: Language, tell: Say) -> int:
    """Tell what is well and what is not; return 0 where all is well, else 2.

    A platform's library is imported only for its check.
    """
    findings = Findings(language, tell)
    _look_at_names(read_env_file(), findings)
    trained = await _look_at_memory(settings, findings)
    _look_at_models(settings, trained, findings)
    await _look_at_port(settings, findings)
    if settings.ray_address:
        await asyncio.to_thread(_look_at_ray, settings.ray_address, settings, findings)
    codes = [findings.exit_code]
    if settings.discord_token:
        from bot.on_discord.setup.check import check as check_discord  # noqa: PLC0415

        codes.append(await check_discord(settings, language, tell))
    if settings.slack_bot_token or settings.slack_app_token or settings.slack_client_id:
        from bot.on_slack.setup.check import check as check_slack  # noqa: PLC0415

        codes.append(await check_slack(settings, language, tell))
    if len(codes) == 1 and not settings.web_url:
        findings.bad_sentence(say(language, "run.no_token"))
        codes.append(findings.exit_code)
    return max(codes)


def _look_at_names(env_file: EnvFile, findings: Findings) -> None:
    for sentence in explain_what_does_nothing(env_file, findings.language):
        findings.bad_sentence(sentence)
    given = {name.upper() for name, value in env_file.values.items() if value}
    meant = {each.meant for each in unknown_names(env_file.values) if each.name.upper() in given}
    if env_file.open_mode is not None and (given | meant) & secret_names():
        findings.bad("env_file.open", mode=f"{env_file.open_mode:o}")


async def _look_at_memory(settings: Settings, findings: Findings) -> Sequence[str]:
    """Return the names of what was trained here."""
    trained: Sequence[str] = ()
    try:
        check_folder(settings.data_dir, _WRITTEN)
        if settings.database_url is None:
            trained = versions_in(settings.data_dir / DATABASE_FILE)
        state = "running" if _is_running(settings) else "folder"
        findings.good(f"local.{state}", path=settings.data_dir)
        if settings.database_url:
            url = settings.database_url.get_secret_value()
            trained = await _look_at_server(url, _beside(settings), findings)
    except StorageError as error:
        findings.bad_sentence(explain(error.code, error.facts, findings.language))
    return trained


def _beside(settings: Settings) -> Sequence[str]:
    """Return the tables that a door makes beside the memory."""
    if settings.slack_client_id is None:
        return ()
    from bot.on_slack.installs.locked_store import TABLES  # noqa: PLC0415 - Slack's package

    return TABLES


async def _look_at_server(url: str, beside: Sequence[str], findings: Findings) -> Sequence[str]:
    from storage.postgresql.inspection import look_at  # noqa: PLC0415 - seldom there

    server = await look_at(url, beside)
    findings.good("local.server", path=server.shown, version=server.version)
    if server.passes_walls:
        findings.note("local.server_user")
    return server.versions


def _is_running(settings: Settings) -> bool:
    """Whether a `tokki run` is at work in the data folder."""
    path = settings.data_dir / LOCK_FILE
    if not path.exists():
        return False
    try:
        with FileLock(path, blocking=False):
            return False
    except Timeout:
        return True
    except OSError:  # what cannot be written is told of already
        return False


def _look_at_ray(address: str, settings: Settings, findings: Findings) -> None:
    from models.on_ray.dashboard import Dashboard, NotThere  # noqa: PLC0415
    from models.on_ray.store import Store, StoreFailed  # noqa: PLC0415

    token = settings.ray_auth_token
    dashboard = Dashboard(address, token.get_secret_value() if token else None)
    try:
        dashboard.require_known_ray()
        findings.good("local.ray", address=address)
    except NotThere as error:
        reason = translate_reason(str(error), findings.language)
        findings.bad("local.ray_away", address=address, reason=reason)
    finally:
        dashboard.close()
    try:
        if settings.store_url:
            Store(settings.store_url).try_out()
            findings.good("local.store", url=settings.store_url)
    except StoreFailed as error:
        reason = translate_reason(str(error), findings.language)
        findings.bad("local.store_away", reason=reason)


def _look_at_models(settings: Settings, trained: Sequence[str], findings: Findings) -> None:
    try:
        known = catalog(settings)
    except BadSetting as error:
        findings.bad_sentence(explain_value(error.name, error.problem, findings.language))
        return
    broken = [each for each in settings.models if not _is_well(each, known, findings)]
    count = len(known.names()) - len(known.tokenizers)
    if settings.models and not broken:
        names = ", ".join(each.name for each in settings.models)
        findings.good("local.models", count=count, names=names)
    elif not settings.models:
        findings.good("local.models_bundled", count=count)
    if versions := sum("@" in name for name in trained):
        findings.good("local.trained", versions=versions)
    for name in settings.pinned_models:
        _look_at_pin(name, known, trained, findings)


def _is_well(allowed: AllowedModel, known: Catalog, findings: Findings) -> bool:
    """Look at one entry of the allow-list, as far as that can be done without a network."""
    if allowed.folder is None:
        findings.note("local.model_later", name=allowed.name)
        return True
    if not allowed.folder.is_dir():
        key = "model_comma" if "," in str(allowed.folder) else "model_missing"
        findings.bad(f"local.{key}", name=allowed.name, path=allowed.folder)
        return False
    try:
        read_weights(known.find(allowed.name))
    except ModelError as error:
        if error.facts.get("reason") == Reason.TOKENIZER_ALONE:
            findings.note("local.model_tokenizer", name=allowed.name)
            return True
        sentence = explain(error.code, error.facts, findings.language)
        findings.bad_sentence(f"TOKKI_MODELS: {sentence}")
        return False
    return True


def _look_at_pin(name: str, known: Catalog, trained: Sequence[str], findings: Findings) -> None:
    with suppress(ModelError):
        known.find(name)
        return
    if name in trained:
        return
    near = difflib.get_close_matches(name, [*known.names(), *trained], n=1)
    if near:
        findings.bad("local.pinned_misspelt", name=name, meant=near[0])
    else:
        findings.bad("local.pinned_unknown", name=name)


async def _look_at_port(settings: Settings, findings: Findings) -> None:
    """Try the address where it will be listened on, or where somebody chose it."""
    is_chosen = bool({"http_host", "http_port"} & settings.model_fields_set)
    has_events = settings.slack_signing_secret and not settings.slack_app_token
    is_needed = settings.slack_client_id or settings.web_url or has_events
    if not (is_needed or is_chosen) or _is_running(settings):
        return
    host, port = settings.http_host, settings.http_port
    try:
        await try_address(host, port)
    except PortTaken as taken:
        findings.bad_sentence(taken.explain(findings.language))
    else:
        findings.good("local.port", host=host, port=port)
