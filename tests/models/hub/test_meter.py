"""The speed of a download: who sends too slowly, or for ever, keeps others from their turn."""

import threading
from dataclasses import dataclass

import pytest

from models.hub.client import FetchError
from models.hub.download import LEAST_BYTES_A_S, LONGEST_S, Meter
from models.hub.listing import HubFile
from models.reasons import Reason

LARGE = HubFile("model.safetensors", 1 << 40, None, None)


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def received(clock: Clock, meter: Meter, bytes_a_s: int, seconds: int) -> None:
    """Let some bytes come each second."""
    for _ in range(seconds):
        clock.now += 1
        meter.add(bytes_a_s)


def meter_of(clock: Clock) -> Meter:
    meter = Meter(LARGE.size, lambda done, total: None, threading.Event(), clock)
    meter.begin(LARGE)
    return meter


def test_a_server_that_drips_is_left() -> None:
    clock = Clock()
    meter = meter_of(clock)
    received(clock, meter, 10 * LEAST_BYTES_A_S, 60)
    with pytest.raises(FetchError) as caught:
        received(clock, meter, LEAST_BYTES_A_S // 2, 100)
    assert caught.value.cause == Reason.DRIPPING


def test_a_pause_between_files_is_nobodys_fault() -> None:
    clock = Clock()
    meter = meter_of(clock)
    clock.now += 3_000  # in which a large file is compared with its hash
    meter.begin(LARGE)
    received(clock, meter, 2 * LEAST_BYTES_A_S, 100)


def test_a_download_without_an_end_is_left() -> None:
    clock = Clock()
    meter = meter_of(clock)
    with pytest.raises(FetchError) as caught:
        received(clock, meter, 2 * LEAST_BYTES_A_S, int(LONGEST_S) + 10)
    assert caught.value.cause == Reason.DRIPPING
