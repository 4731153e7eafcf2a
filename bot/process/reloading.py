"""What SIGHUP does: settings are read anew, and what can change in a running Tokki does."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from bot.configuration.complaints import explain_env_file, explain_settings
from bot.configuration.env_file import BadEnvFile, read_env_file
from bot.configuration.names import name_of
from bot.doors import Say
from bot.process.logs import start_log
from bot.process.service_manager import ServiceManager
from bot.settings import Settings
from handlers.texts import say
from handlers.texts.reasons import explain_system_error
from handlers.types import Language

_AT_ONCE = frozenset({"log_level", "log_format"})


class Reloading:
    """Knows with which settings Tokki works."""

    def __init__(
        self, settings: Settings, read: Callable[[], Settings], language: Language, tell: Say
    ) -> None:
        """`read` returns the settings as they are set now."""
        self._settings = settings
        self._read = read
        self._language = language
        self._tell = tell

    def start_log(self) -> None:
        """Log as the settings say; where that fails, it is told, for the log cannot say it."""
        folder, as_json = self._settings.data_dir / "logs", self._settings.log_format == "json"
        start_log(folder, self._settings.log_level, as_json=as_json, fails=self._log_fails)

    def reload(self) -> None:
        """Read them anew; what is wrong is told, and nothing changes then."""
        try:
            read_env_file()  # says what is wrong with the file, as pydantic does not
            new = self._read()
        except ValidationError as error:
            for sentence in explain_settings(error, self._language):
                self._tell(sentence)
            return
        except BadEnvFile as error:
            self._tell(explain_env_file(error, self._language))
            return
        changed = {
            name
            for name in Settings.model_fields
            if getattr(new, name) != getattr(self._settings, name)
        }
        done = {name: getattr(new, name) for name in changed & _AT_ONCE}
        self._settings = self._settings.model_copy(update=done)
        self.start_log()
        self._tell(say(self._language, "run.reloaded"))
        if later := sorted(changed - _AT_ONCE):
            names = ", ".join(name_of(name, Settings.model_fields[name]) for name in later)
            self._tell(say(self._language, "run.reloaded_later", names=names))

    def _log_fails(self, error: OSError) -> None:
        facts = {
            "reason": explain_system_error(error, self._language),
            "path": self._settings.data_dir / "logs",
        }
        self._tell(say(self._language, "run.no_log", **facts))


@contextmanager
def reloaded_by_signal(reloading: Reloading, manager: ServiceManager) -> Iterator[None]:
    """Reload at each SIGHUP, where there is one."""

    def on_signal() -> None:
        manager.reloading()
        try:
            reloading.reload()
        finally:
            manager.ready()

    loop = asyncio.get_running_loop()
    try:
        loop.add_signal_handler(signal.SIGHUP, on_signal)
    except (AttributeError, NotImplementedError):  # Windows has none
        yield
        return
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGHUP)
