"""systemd is told in its own words, over a real socket."""

import asyncio
import os
import signal
import socket
from pathlib import Path

import pytest

from bot.process.reloading import Reloading, reloaded_by_signal
from bot.process.service_manager import ServiceManager
from bot.settings import Settings
from handlers.types import Language
from tests.waiting import until


@pytest.fixture
def systemd(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.setblocking(False)
        yield heard


def environment(systemd, **more):
    return {"NOTIFY_SOCKET": systemd.getsockname(), **more}


def said(systemd):
    states = []
    while True:
        try:
            states.append(systemd.recv(4096).decode())
        except BlockingIOError:
            return states


def test_it_is_told_what_it_wants_to_know(systemd):
    manager = ServiceManager(environment(systemd))
    manager.ready()
    manager.reloading()
    manager.stopping()
    ready, reloading, stopping = said(systemd)
    assert (ready, stopping) == ("READY=1", "STOPPING=1")
    assert reloading.startswith("RELOADING=1\nMONOTONIC_USEC=")


async def test_a_turning_loop_keeps_the_watchdog_quiet(systemd):
    manager = ServiceManager(environment(systemd, WATCHDOG_USEC="20000"))
    beats, alive = [], asyncio.create_task(manager.stay_alive())

    def has_beaten():
        beats.extend(said(systemd))
        return len(beats) > 2

    try:
        await until(has_beaten, "three beats")
    finally:
        alive.cancel()
    assert set(beats) == {"WATCHDOG=1"}


@pytest.mark.parametrize("more", [{}, {"WATCHDOG_USEC": "x"}, {"WATCHDOG_PID": "1"}])
async def test_who_wants_no_watchdog_gets_none(systemd, more):
    more = {"WATCHDOG_USEC": "20000", **more} if "WATCHDOG_PID" in more else more
    await ServiceManager(environment(systemd, **more)).stay_alive()
    assert said(systemd) == []


def test_nobody_there(tmp_path):
    ServiceManager({}).ready()
    ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready()


async def test_a_signal_reads_the_settings_anew(systemd, tmp_path, restored_log):
    (tmp_path / "logs").mkdir()
    now = Settings(data_dir=tmp_path)
    new, told = now.model_copy(update={"log_level": "DEBUG", "labels_needed": 9}), []
    reloading = Reloading(now, lambda: new, Language.ENGLISH, told.append)
    with reloaded_by_signal(reloading, ServiceManager(environment(systemd))):
        os.kill(os.getpid(), signal.SIGHUP)
        await until(lambda: len(told) == 2, "it is told")
    assert told == [
        "The settings were read anew.",
        "These take effect at the next start: TOKKI_LABELS_NEEDED.",
    ]
    assert restored_log.level == 10
    states = said(systemd)
    assert states[0].startswith("RELOADING=1") and states[-1] == "READY=1"


def test_what_is_wrong_is_told_and_changes_nothing(tmp_path, restored_log):
    level, told = restored_log.level, []

    def read():
        return Settings(data_dir=tmp_path, log_level="LOUD")

    Reloading(Settings(data_dir=tmp_path), read, Language.KOREAN, told.append).reload()
    (sentence,) = told
    assert "TOKKI_LOG_LEVEL" in sentence and restored_log.level == level


def test_a_broken_file_is_told_and_changes_nothing(tmp_path, restored_log, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = []
    (tmp_path / ".env").write_bytes("TOKKI_LOG_LEVEL=DEBUG # 가".encode("cp949"))
    level, now = restored_log.level, Settings(data_dir=tmp_path, _env_file=None)
    Reloading(now, lambda: Settings(data_dir=tmp_path), Language.ENGLISH, told.append).reload()
    (sentence,) = told
    assert "cp949" in sentence and restored_log.level == level


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_log_that_cannot_be_written_is_told_of_once(tmp_path, restored_log):
    told, file = [], tmp_path / "logs" / "tokki.log"
    file.parent.mkdir()
    file.symlink_to("/dev/full")
    reloading = Reloading(Settings(data_dir=tmp_path), list, Language.ENGLISH, told.append)
    reloading.start_log()
    for number in range(3):
        restored_log.warning("trouble %d", number)
    (sentence,) = told
    assert "No space left on device" in sentence and str(file.parent) in sentence
    file.unlink()
    reloading.start_log()
    restored_log.warning("all is well")
    assert "all is well" in file.read_text() and len(told) == 1
